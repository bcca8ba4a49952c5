/*-------------------------------------------------------------------------
 *
 * columnlist.h
 *	  The type relgraph.columns: columns of one relation, by identity.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_COLUMNLIST_H
#define RELGRAPH_COLUMNLIST_H

#include "access/attnum.h"
#include "fmgr.h"
#include "nodes/pg_list.h"

/*
 * A value of relgraph.columns, a varlena.  Written as schema.table(a, b).
 * A text that names nothing existing keeps its spelling: relid is invalid and
 * the spelling, zero-terminated, stands where the numbers would.
 */
typedef struct ColumnList
{
	int32		vl_len_;		/* varlena header */
	Oid			relid;
	int32		ncolumns;
	AttrNumber	attnums[FLEXIBLE_ARRAY_MEMBER];
} ColumnList;

#define DatumGetColumnListP(d) ((ColumnList *) PG_DETOAST_DATUM(d))

extern Datum relgraph_columns_in(PG_FUNCTION_ARGS);

extern ColumnList *relgraph_make_column_list(Oid relid, int ncolumns,
											 const AttrNumber *attnums);
extern ColumnList *relgraph_parse_column_list(const char *spelling);
extern ColumnList *relgraph_find_column_list(char *spelling);

#endif							/* RELGRAPH_COLUMNLIST_H */
