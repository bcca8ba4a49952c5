/*-------------------------------------------------------------------------
 *
 * aggregate.h
 *	  Aggregates of an include: a value per row from what a path leads to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_AGGREGATE_H
#define RELGRAPH_LOAD_AGGREGATE_H

#include "load/filter.h"
#include "load/plan.h"

/*
 * What a level is that has a value in place of rows.  The relations on its way
 * are numbered from 0, in the order of the hops that arrive there; the last
 * one is the target.
 */
struct LoadAggregate
{
	/* from the include (resolve.c) */
	const char *function;		/* count, exists, sum, avg, min or max */
	const char *name;			/* posts_price_sum */
	const char *text;			/* as it was found: sum(posts.price) */
	bool		has_args;
	LevelArgs  *args;			/* which rows, or NULL */
	RelPath    *path;			/* of this transaction only */
	AttrNumber	attnum;			/* of the target, or InvalidAttrNumber */
	Oid			result_type;
	int64		max_levels;		/* if the last step is repeated; 0: no end */

	/* from relgraph_note_aggregate() */
	int			nhops;
	RelHop	   *hops;
	int			nbase;			/* hops before the repeated step, or all */
	bool		repeats_rows;	/* a target row can be met twice */
	bool		is_probed;		/* exists: an index leads from hop to hop */
	int			nidentity;
	AttrNumber *identity;		/* tells target rows apart, if there is any */
};

/*
 * The type of an aggregate's result over a column: InvalidOid if there is no
 * such aggregate for the column's type.
 */
extern Oid	relgraph_aggregate_type(const char *function, Oid column_type);

/* Keep what is needed of the path. */
extern void relgraph_note_aggregate(LoadLevel *level);

/* Plan the fetching and writing of an aggregate's level. */
extern void relgraph_plan_aggregate(LoadPlan *plan, LoadLevel *level);

/* What an aggregate is without a row. */
extern const char *relgraph_aggregate_of_none(const LoadAggregate *aggregate);

static inline bool
relgraph_aggregate_is_exists(const LoadAggregate *aggregate)
{
	return strcmp(aggregate->function, "exists") == 0;
}

/* Is the last step repeated?  A first row exists if any does. */
static inline bool
relgraph_aggregate_is_recursive(const LoadAggregate *aggregate)
{
	return aggregate->nbase < aggregate->nhops;
}

/* aggquery.c: the query of an aggregate's level, as relgraph_level_query() has it. */
extern char *relgraph_aggregate_query(const LoadLevel *level,
									  bool for_all_keys,
									  const Filter *filter);

#endif							/* RELGRAPH_LOAD_AGGREGATE_H */
