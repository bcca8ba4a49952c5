/*-------------------------------------------------------------------------
 *
 * jsontext.c
 *	  JSON text in a StringInfo: its room, its strings, its keys.
 *
 * Knows nothing of types and values.  Strings are scanned and copied many
 * bytes at a time, since most of them hold nothing to escape.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "load/jsontext.h"

/* Bytes that copy_plain_bytes() may write past what it copies. */
#define COPY_SLACK 16

/* The longest escape: \u001f. */
#define MAX_ESCAPE_LENGTH 6

/* A byte repeated in every byte of a word. */
#define REPEAT_BYTE(b) (UINT64CONST(0x0101010101010101) * (b))

static inline bool
needs_escape(char c)
{
	return (unsigned char) c < 0x20 || c == '"' || c == '\\';
}

/* Whether any of eight bytes needs an escape. */
static inline bool
word_needs_escape(uint64 word)
{
	uint64		quote = word ^ REPEAT_BYTE('"');
	uint64		backslash = word ^ REPEAT_BYTE('\\');

	/* the high bit of a byte is set where a subtraction had to borrow */
	return (((word - REPEAT_BYTE(0x20)) & ~word) |
			((quote - REPEAT_BYTE(0x01)) & ~quote) |
			((backslash - REPEAT_BYTE(0x01)) & ~backslash)) &
		REPEAT_BYTE(0x80);
}

/*
 * Copy *from, up to end or to the first byte that needs an escape, and leave
 * *from there.  Returns the end of the copy.  Scans and copies in one pass,
 * so up to COPY_SLACK bytes after the copy are overwritten too.
 */
static inline char *
copy_plain_bytes(char *to, const char **from, const char *end)
{
	const char *src = *from;

#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1f);

	while (end - src >= 16)
	{
		__m128i		chunk = _mm_loadu_si128((const __m128i *) src);
		__m128i		hits;
		int			mask;

		_mm_storeu_si128((__m128i *) to, chunk);
		hits = _mm_or_si128(_mm_cmpeq_epi8(chunk, quote),
							_mm_cmpeq_epi8(chunk, backslash));
		hits = _mm_or_si128(hits,
							_mm_cmpeq_epi8(_mm_min_epu8(chunk, control),
										   chunk));
		mask = _mm_movemask_epi8(hits);
		if (mask != 0)
		{
			int			plain = pg_rightmost_one_pos32(mask);

			*from = src + plain;
			return to + plain;
		}
		src += 16;
		to += 16;
	}
#endif

	while (end - src >= 8)
	{
		uint64		word;

		memcpy(&word, src, 8);
		if (word_needs_escape(word))
			break;
		memcpy(to, &word, 8);
		src += 8;
		to += 8;
	}
	while (src < end && !needs_escape(*src))
		*to++ = *src++;
	*from = src;
	return to;
}

/* Write the escape of a byte that needs one; returns its end. */
static char *
write_escape(char *to, char c)
{
	static const char hex[] = "0123456789abcdef";

	*to++ = '\\';
	switch (c)
	{
		case '\b':
			*to++ = 'b';
			break;
		case '\f':
			*to++ = 'f';
			break;
		case '\n':
			*to++ = 'n';
			break;
		case '\r':
			*to++ = 'r';
			break;
		case '\t':
			*to++ = 't';
			break;
		case '"':
		case '\\':
			*to++ = c;
			break;
		default:
			*to++ = 'u';
			*to++ = '0';
			*to++ = '0';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 0x0f];
			break;
	}
	return to;
}

/*
 * Enlarge the buffer.  The server's own message would speak of memory; what
 * was too large is the document.
 */
void
relgraph_json_grow(StringInfo buf, Size needed)
{
	if (needed >= MaxAllocSize - (Size) buf->len)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("JSON document is too large"),
				 errdetail("It has %d bytes already and needs %zu more; the limit is %zu.",
						   buf->len, needed, (Size) MaxAllocSize - 1),
				 errhint("Select fewer rows or columns, or use limits.")));
	enlargeStringInfo(buf, (int) needed);
}

void
relgraph_json_append_string(StringInfo buf, const char *str, int len)
{
	const char *end = str + len;
	char	   *to;

	to = relgraph_json_begin(buf, (Size) len + COPY_SLACK + 2);
	*to++ = '"';
	for (;;)
	{
		to = copy_plain_bytes(to, &str, end);
		if (str == end)
			break;

		/* room for this escape, and for the rest if it has none */
		relgraph_json_end(buf, to);
		to = relgraph_json_begin(buf, (Size) (end - str) + COPY_SLACK +
								 MAX_ESCAPE_LENGTH + 1);
		to = write_escape(to, *str++);
	}
	*to++ = '"';
	relgraph_json_end(buf, to);
}

void
relgraph_json_append_key(StringInfo buf, const char *name)
{
	relgraph_json_append_string(buf, name, strlen(name));
	relgraph_json_append_char(buf, ':');
}
