/*-------------------------------------------------------------------------
 *
 * jsondatetime.h
 *	  Dates and timestamps as JSON strings: ISO 8601 whatever DateStyle says.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_JSONDATETIME_H
#define RELGRAPH_LOAD_JSONDATETIME_H

#include "lib/stringinfo.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

/*
 * Times between two changes of a time zone's offset, in seconds of Unix time;
 * until is not part of it.  All zeroes when nothing is known yet.
 */
typedef struct ZoneSpan
{
	const pg_tz *zone;
	pg_time_t	from;
	pg_time_t	until;
	int			offset;			/* seconds east of Greenwich */
} ZoneSpan;

extern void relgraph_json_append_date(StringInfo buf, DateADT date);
extern void relgraph_json_append_timestamp(StringInfo buf,
										   Timestamp timestamp);

/*
 * The same in the session's time zone.  span remembers the zone's offset from
 * one call to the next.
 */
extern void relgraph_json_append_timestamptz(StringInfo buf,
											 TimestampTz timestamp,
											 ZoneSpan *span);

#endif							/* RELGRAPH_LOAD_JSONDATETIME_H */
