/*-------------------------------------------------------------------------
 *
 * jsonwriter.h
 *	  Values as JSON text, byte for byte as to_json() writes them.
 *
 * Memory that a value needs for a moment (an output function's result, a
 * detoasted copy) is taken from CurrentMemoryContext; the caller resets it
 * from time to time.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_JSONWRITER_H
#define RELGRAPH_LOAD_JSONWRITER_H

#include "fmgr.h"

#include "load/jsontext.h"

typedef struct JsonEncoder JsonEncoder;

/*
 * The encoder of a type.  Lives in the given context, with all that it looks
 * up; the first value that is not null looks it up.  Make one per column of a
 * statement, not per value, and do not keep it for later statements: a cast
 * to json could come or go.
 */
extern JsonEncoder *relgraph_json_encoder(Oid typid, MemoryContext cxt);

/* Append one value.  It may be toasted, or an expanded object. */
extern void relgraph_json_append(StringInfo buf, JsonEncoder *encoder,
								 Datum value, bool isnull);

#endif							/* RELGRAPH_LOAD_JSONWRITER_H */
