/*-------------------------------------------------------------------------
 *
 * fkcatalog.h
 *	  What the catalogs say about one relation: columns, foreign keys, unique
 *	  keys.  The only scanner of catalogs in the project.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_FKCATALOG_H
#define RELGRAPH_FKCATALOG_H

#include "access/attnum.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "utils/hsearch.h"
#include "utils/palloc.h"

/*
 * A foreign key, or a declared relationship that reads like one.  The
 * operators of a declared one were looked up by type; everything else a
 * constraint would state is absent.
 */
typedef struct FkEdge
{
	Oid			conoid;			/* InvalidOid if declared */
	const char *conname;		/* NULL if declared */
	Oid			child;			/* referencing relation */
	Oid			parent;			/* referenced relation */
	int			nkeys;
	AttrNumber *child_attnums;
	AttrNumber *parent_attnums;
	Oid		   *pf_eq_oprs;		/* parent = child */
	Oid		   *ff_eq_oprs;		/* child = child; InvalidOid if unknown */
	char		on_update;		/* FKCONSTR_ACTION_xxx */
	char		on_delete;
	char		match_type;		/* FKCONSTR_MATCH_xxx */
	bool		is_deferrable;
	bool		is_validated;
	bool		is_enforced;
	bool		is_temporal;
} FkEdge;

#endif							/* RELGRAPH_FKCATALOG_H */
