/*-------------------------------------------------------------------------
 *
 * jsonencoder.h
 *	  What the files of the JSON writer share.  Others use jsonwriter.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_JSONENCODER_H
#define RELGRAPH_LOAD_JSONENCODER_H

#include "load/jsondatetime.h"
#include "load/jsonwriter.h"

/* Appends a value that is not null. */
typedef void (*JsonAppendFunction) (StringInfo buf, JsonEncoder *encoder,
									Datum value);

/*
 * An encoder belongs to one type.  append is the function that writes its
 * values; the rest is what that function needs, depending on the type.  The
 * layouts depend on the values met and are replaced when those change: each
 * is in a child of cxt.
 */
struct JsonEncoder
{
	JsonAppendFunction append;
	Oid			typid;
	MemoryContext cxt;
	FmgrInfo	function;		/* output function, or cast to json */
	ZoneSpan	span;			/* of the last timestamptz */
	struct ArrayLayout *array;	/* of the last array */
	struct RowLayout *row;		/* of the last row */
};

/* Make an encoder in place: of an array's elements, of a row's column. */
extern void relgraph_json_init_encoder(JsonEncoder *encoder, Oid typid,
									   MemoryContext cxt);

/* Values made of values. */
extern void relgraph_json_append_jsonb(StringInfo buf, JsonEncoder *encoder,
									   Datum value);
extern void relgraph_json_append_array(StringInfo buf, JsonEncoder *encoder,
									   Datum value);
extern void relgraph_json_append_row(StringInfo buf, JsonEncoder *encoder,
									 Datum value);

#endif							/* RELGRAPH_LOAD_JSONENCODER_H */
