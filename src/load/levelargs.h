/*-------------------------------------------------------------------------
 *
 * levelargs.h
 *	  Arguments of a level: as an include has them, and as a call has them.
 *
 * An argument is written in the include, or it is $n, an element of the call's
 * params.  What is written belongs to the plan; a LoadCall has what the levels
 * of one call are really fetched with.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_LEVELARGS_H
#define RELGRAPH_LOAD_LEVELARGS_H

#include "load/filter.h"
#include "load/include.h"
#include "load/plan.h"
#include "load/strategy.h"

/* A limit or an offset. */
typedef struct LevelNumber
{
	bool		is_given;
	int64		value;			/* if written */
	int			param;			/* n of $n, or 0 */
	int			location;		/* in the include */
} LevelNumber;

/* A column of an order, in front of the primary key. */
typedef struct LevelSort
{
	AttrNumber	attnum;
	bool		is_descending;
} LevelSort;

/* The arguments of one relationship in the include. */
struct LevelArgs
{
	Filter	   *filter;			/* if written */
	int			filter_param;	/* n of $n, or 0 */
	int			filter_location;
	List	   *sort;			/* of LevelSort * */
	LevelNumber limit;
	LevelNumber offset;
};

/* A level as a call fetches it. */
typedef struct LevelCall
{
	const Filter *filter;		/* the plan's or the call's, or NULL */
	QueryParams params;			/* of the filter, the limit, the offset */
	Oid		   *key_types;		/* of the keys, and then of these */
	char	   *queries[LOAD_NSTRATEGIES];	/* in place of the plan's */
	int64		nrows;			/* fetched so far */
} LevelCall;

struct LoadCall
{
	const LoadPlan *plan;
	LevelCall  *levels;			/* by number */
};

/*
 * Resolve what an item of an include says about the rows of a relation, which
 * is locked: NULL if nothing.  "depth" is not looked at.
 */
extern LevelArgs *relgraph_resolve_args(LoadPlan *plan, Oid relid,
										const List *args);

/*
 * Let a level have the arguments of an item, unless that is NULL.  A level that
 * is not new can have none, and must have none already.
 */
extern void relgraph_resolve_level_args(LoadPlan *plan, LoadLevel *level,
										const IncludeItem *item, bool is_new);

/* True if only some of the rows that belong to a parent are wanted. */
extern bool relgraph_level_is_limited(const LoadLevel *level);

/*
 * Return a call of a plan with params, or NULL for none, in the current memory
 * context.  All values are read now.
 */
extern LoadCall *relgraph_start_call(const LoadPlan *plan,
									 const Jsonb *params);

#endif							/* RELGRAPH_LOAD_LEVELARGS_H */
