/*-------------------------------------------------------------------------
 *
 * jsontext.h
 *	  JSON text in a StringInfo: its room, its strings, its keys.
 *
 * The buffer stays terminated by a zero byte.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_JSONTEXT_H
#define RELGRAPH_LOAD_JSONTEXT_H

#include "lib/stringinfo.h"

/* Append a JSON string with its quotes. */
extern void relgraph_json_append_string(StringInfo buf, const char *str,
										int len);

/*
 * Append "name": with its quotes and colon.  A caller that writes many rows
 * does this once per column, keeps the text, and appends that.
 */
extern void relgraph_json_append_key(StringInfo buf, const char *name);

/* The slow half of relgraph_json_reserve(). */
extern void relgraph_json_grow(StringInfo buf, Size needed);

/*
 * Make room for needed bytes and the zero byte after them.  A buffer that
 * would pass the size of one value is an error that says so.
 */
static inline void
relgraph_json_reserve(StringInfo buf, Size needed)
{
	if (unlikely(needed >= (Size) (buf->maxlen - buf->len)))
		relgraph_json_grow(buf, needed);
}

/* Append text that is JSON already: keys, brackets, documents. */
static inline void
relgraph_json_append_bytes(StringInfo buf, const char *bytes, Size len)
{
	relgraph_json_reserve(buf, len);
	memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

/* Append one byte: a bracket or a comma. */
static inline void
relgraph_json_append_char(StringInfo buf, char c)
{
	relgraph_json_append_bytes(buf, &c, 1);
}

/*
 * Where up to room bytes may be written; relgraph_json_end() takes the end of
 * what was.
 */
static inline char *
relgraph_json_begin(StringInfo buf, Size room)
{
	relgraph_json_reserve(buf, room);
	return buf->data + buf->len;
}

static inline void
relgraph_json_end(StringInfo buf, char *end)
{
	*end = '\0';
	buf->len = end - buf->data;
}

#endif							/* RELGRAPH_LOAD_JSONTEXT_H */
