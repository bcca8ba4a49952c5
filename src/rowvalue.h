/*-------------------------------------------------------------------------
 *
 * rowvalue.h
 *	  From a composite Datum to the relation it is a row of, and its columns.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_ROWVALUE_H
#define RELGRAPH_ROWVALUE_H

#include "access/attnum.h"
#include "access/htup.h"
#include "fmgr.h"

/* A row of a relation, flat in memory. */
typedef struct RowValue
{
	Oid			relid;
	HeapTupleHeader header;
} RowValue;

/*
 * The relation whose row type the argument was declared with, looking through
 * domains.  Anything else is an error, so the result is always valid.
 */
extern Oid	relgraph_relation_of_argument(FunctionCallInfo fcinfo, int argno);

/*
 * The row given as argument, with the relation that the value itself says it
 * belongs to.  False if the argument is null: then row->relid is what the
 * declared type says, or InvalidOid if that is just record.  The row is
 * flattened into CurrentMemoryContext if it is not flat already.
 */
extern bool relgraph_row_of_argument(FunctionCallInfo fcinfo, int argno,
									 RowValue *row);

/*
 * The value of one column.  It points into the row, unless the row is older
 * than the column: then it is a copy in CurrentMemoryContext.
 */
extern Datum relgraph_row_column(const RowValue *row, AttrNumber attnum,
								 bool *isnull);

#endif							/* RELGRAPH_ROWVALUE_H */
