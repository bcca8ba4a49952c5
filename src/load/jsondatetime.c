/*-------------------------------------------------------------------------
 *
 * jsondatetime.c
 *	  Dates and timestamps as JSON strings: ISO 8601 whatever DateStyle says.
 *
 * Days whose year has four digits are written here; years before 1 or after
 * 9999 and the infinities are left to the server's JsonEncodeDateTime().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/datetime.h"
#include "utils/json.h"

#include "load/jsondatetime.h"
#include "load/jsontext.h"

/* Room for what is written here: 0001-01-01T00:00:00.000001+00:00:00. */
#define MAX_LENGTH 48

/* 0001-01-01 and 9999-12-31: between them a year has four digits, no BC. */
#define FIRST_PLAIN_DAY 1721426
#define LAST_PLAIN_DAY 5373484

static void append_any_datetime(StringInfo buf, Datum value, Oid typid);
static bool split_timestamp(Timestamp local, int *julian_day, int64 *usecs);
static int	zone_offset(ZoneSpan *span, TimestampTz value);
static void find_zone_span(ZoneSpan *span, pg_time_t at);
static pg_time_t next_zone_change(pg_time_t at);
static char *write_date(char *to, int julian_day);
static char *write_time(char *to, int64 usecs);
static char *write_offset(char *to, int offset);


static inline bool
is_plain_day(int julian_day)
{
	return julian_day >= FIRST_PLAIN_DAY && julian_day <= LAST_PLAIN_DAY;
}

void
relgraph_json_append_date(StringInfo buf, DateADT date)
{
	char	   *to;

	if (DATE_NOT_FINITE(date) || !is_plain_day(date + POSTGRES_EPOCH_JDATE))
	{
		append_any_datetime(buf, DateADTGetDatum(date), DATEOID);
		return;
	}

	to = relgraph_json_begin(buf, MAX_LENGTH);
	*to++ = '"';
	to = write_date(to, date + POSTGRES_EPOCH_JDATE);
	*to++ = '"';
	relgraph_json_end(buf, to);
}

void
relgraph_json_append_timestamp(StringInfo buf, Timestamp timestamp)
{
	int			julian_day;
	int64		usecs;
	char	   *to;

	if (!split_timestamp(timestamp, &julian_day, &usecs))
	{
		append_any_datetime(buf, TimestampGetDatum(timestamp), TIMESTAMPOID);
		return;
	}

	to = relgraph_json_begin(buf, MAX_LENGTH);
	*to++ = '"';
	to = write_date(to, julian_day);
	to = write_time(to, usecs);
	*to++ = '"';
	relgraph_json_end(buf, to);
}

void
relgraph_json_append_timestamptz(StringInfo buf, TimestampTz timestamp,
								 ZoneSpan *span)
{
	int			julian_day;
	int64		usecs;
	int			offset = 0;
	bool		is_plain;
	char	   *to;

	/* the infinities have no local time: look before we add */
	is_plain = split_timestamp(timestamp, &julian_day, &usecs);
	if (is_plain)
	{
		offset = zone_offset(span, timestamp);
		is_plain = abs(offset) < 100 * SECS_PER_HOUR &&
			split_timestamp(timestamp + offset * USECS_PER_SEC,
							&julian_day, &usecs);
	}
	if (!is_plain)
	{
		append_any_datetime(buf, TimestampTzGetDatum(timestamp),
							TIMESTAMPTZOID);
		return;
	}

	to = relgraph_json_begin(buf, MAX_LENGTH);
	*to++ = '"';
	to = write_date(to, julian_day);
	to = write_time(to, usecs);
	to = write_offset(to, offset);
	*to++ = '"';
	relgraph_json_end(buf, to);
}

/* The server's own form of any date or timestamp. */
static void
append_any_datetime(StringInfo buf, Datum value, Oid typid)
{
	char		str[MAXDATELEN + 1];

	JsonEncodeDateTime(str, value, typid, NULL);
	relgraph_json_append_string(buf, str, strlen(str));
}

/*
 * Split a timestamp into its day and its time of day.  False if that is not a
 * plain day.
 */
static bool
split_timestamp(Timestamp local, int *julian_day, int64 *usecs)
{
	int64		day = local / USECS_PER_DAY;

	*usecs = local - day * USECS_PER_DAY;
	if (*usecs < 0)
	{
		*usecs += USECS_PER_DAY;
		day--;
	}
	*julian_day = (int) day + POSTGRES_EPOCH_JDATE;
	return is_plain_day(*julian_day);
}

/* The offset of the session's time zone at a moment of a plain day. */
static int
zone_offset(ZoneSpan *span, TimestampTz value)
{
	pg_time_t	at = timestamptz_to_time_t(value);

	/* that rounds to zero; the span is about whole seconds gone by */
	if (value % USECS_PER_SEC < 0)
		at--;
	if (span->zone != session_timezone || at < span->from ||
		at >= span->until)
		find_zone_span(span, at);
	return span->offset;
}

/*
 * Find the span that holds a moment.  Its beginning is only known to be no
 * later than that moment, so going back in time finds the same span again;
 * then the two are one.
 */
static void
find_zone_span(ZoneSpan *span, pg_time_t at)
{
	ZoneSpan	found = {.zone = session_timezone,.from = at};
	struct pg_tm *local = pg_localtime(&at, session_timezone);

	if (local == NULL)
		elog(ERROR, "could not find local time");
	found.offset = (int) local->tm_gmtoff;
	found.until = next_zone_change(at);
	if (span->zone == found.zone && span->until == found.until)
		found.from = Min(at, span->from);
	*span = found;
}

/*
 * When the session's time zone next changes after a moment: possibly never,
 * and the next second if the server cannot tell.
 */
static pg_time_t
next_zone_change(pg_time_t at)
{
	long int	before;
	long int	after;
	int			is_dst;
	pg_time_t	change;

	/*
	 * At the very last change that a zone file lists, pg_next_dst_boundary()
	 * forgets the zone's rule for the years after it: ask twice.
	 */
	for (int i = 0; i < 2; i++)
	{
		pg_time_t	moment = at + i;
		int			found;

		found = pg_next_dst_boundary(&moment, &before, &is_dst, &change,
									 &after, &is_dst, session_timezone);
		if (found > 0)
			return change;
		if (found < 0)
			return at + 1;
	}
	return PG_INT64_MAX;
}

/* Write a number from 0 to 99 as two digits; returns their end. */
static inline char *
write_two_digits(char *to, int number)
{
	to[0] = '0' + number / 10;
	to[1] = '0' + number % 10;
	return to + 2;
}

/* Write YYYY-MM-DD, for a plain day. */
static char *
write_date(char *to, int julian_day)
{
	int			year;
	int			month;
	int			day;

	j2date(julian_day, &year, &month, &day);
	to = write_two_digits(to, year / 100);
	to = write_two_digits(to, year % 100);
	*to++ = '-';
	to = write_two_digits(to, month);
	*to++ = '-';
	return write_two_digits(to, day);
}

/* Write THH:MM:SS and as many digits of a second's fraction as it has. */
static char *
write_time(char *to, int64 usecs)
{
	int			seconds = (int) (usecs / USECS_PER_SEC);
	int			fraction = (int) (usecs % USECS_PER_SEC);

	*to++ = 'T';
	to = write_two_digits(to, seconds / SECS_PER_HOUR);
	*to++ = ':';
	to = write_two_digits(to, seconds / SECS_PER_MINUTE % MINS_PER_HOUR);
	*to++ = ':';
	to = write_two_digits(to, seconds % SECS_PER_MINUTE);
	if (fraction != 0)
	{
		*to++ = '.';
		to = write_two_digits(to, fraction / 10000);
		to = write_two_digits(to, fraction / 100 % 100);
		to = write_two_digits(to, fraction % 100);
		while (to[-1] == '0')
			to--;
	}
	return to;
}

/* Write +HH:MM, or +HH:MM:SS for an offset with seconds. */
static char *
write_offset(char *to, int offset)
{
	int			seconds = abs(offset);

	*to++ = offset < 0 ? '-' : '+';
	to = write_two_digits(to, seconds / SECS_PER_HOUR);
	*to++ = ':';
	to = write_two_digits(to, seconds / SECS_PER_MINUTE % MINS_PER_HOUR);
	if (seconds % SECS_PER_MINUTE != 0)
	{
		*to++ = ':';
		to = write_two_digits(to, seconds % SECS_PER_MINUTE);
	}
	return to;
}
