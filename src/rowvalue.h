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

/*
 * A row of a relation.  relation_of_type() resolves domains over composites;
 * row_of_argument() flattens and detoasts the composite into CurrentMemoryContext.
 */
typedef struct RowValue
{
	Oid			relid;
	HeapTupleHeader header;
} RowValue;

extern Oid	relgraph_relation_of_argument(FunctionCallInfo fcinfo, int argno);
extern bool relgraph_row_of_argument(FunctionCallInfo fcinfo, int argno,
									 RowValue *row);
extern Datum relgraph_row_column(const RowValue *row, AttrNumber attnum,
								 bool *isnull);

#endif							/* RELGRAPH_ROWVALUE_H */
