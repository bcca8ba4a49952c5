/*-------------------------------------------------------------------------
 *
 * jsonwriter.h
 *	  Values as JSON text, byte for byte as to_json() writes them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_JSONWRITER_H
#define RELGRAPH_LOAD_JSONWRITER_H

#include "fmgr.h"
#include "lib/stringinfo.h"

typedef struct JsonEncoder JsonEncoder;

/*
 * The encoder of a type.  Lives in the given context; holds looked-up output
 * functions, so it is made once per column of a statement, not per value.
 */
extern JsonEncoder *relgraph_json_encoder(Oid typid, MemoryContext cxt);

/*
 * Append one value.  value may be toasted.  Temporary memory is taken from
 * CurrentMemoryContext; the caller resets it from time to time.
 */
extern void relgraph_json_append(StringInfo buf, JsonEncoder *encoder,
								 Datum value, bool isnull);

/* Append a JSON string with its quotes. */
extern void relgraph_json_append_string(StringInfo buf, const char *str,
										int len);

#endif							/* RELGRAPH_LOAD_JSONWRITER_H */
