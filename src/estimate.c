/*-------------------------------------------------------------------------
 *
 * estimate.c
 *	  The planner's support function of related(): rows and cost of a call.
 *
 * It is asked about calls that were not replaced by a join: those in a SELECT
 * list, among several functions in ROWS FROM, or with relgraph.inline off.  The
 * estimate is for an average row of the source, from the sizes of the tables
 * on the path.  A path that is not constant, or cannot be resolved, gets the
 * function's own ROWS and COST.
 *
 * The server asks about SupportRequestInlineInFrom, too, from 19 on.  We do
 * not answer: by then EXISTS has missed its chance to become a semi-join, see
 * splice.c, and on every version the same plans are worth more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_statistic.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "graphcache.h"
#include "relatedcall.h"
#include "relpath.h"

/* What starting a query costs, in units of cpu_operator_cost. */
#define CALL_OPERATORS 100

/* As the planner assumes of recursive queries, see prepunion.c. */
#define RECURSION_FACTOR 10

/* Of a relation whose size nobody knows, as of views and foreign tables. */
#define DEFAULT_ROWS 1000

/* A table's size as the planner sees it. */
typedef struct TableSize
{
	double		rows;
	double		pages;
} TableSize;

/* Walking a path from one row. */
typedef struct WalkEstimate
{
	double		rows;			/* met so far, one after another */
	Cost		cost;
} WalkEstimate;

static bool estimate_call(Node *node, WalkEstimate *result);
static void walk_step(const RelStep *step, WalkEstimate *walk);
static void walk_hop(const RelHop *hop, const FkEdge *edge, bool is_to_one,
					 WalkEstimate *walk);
static double keys_present(const RelHop *hop);
static TableSize table_size(Oid relid);
static TableSize partitioned_size(Oid relid);

PG_FUNCTION_INFO_V1(relgraph_related_support);

Datum
relgraph_related_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	WalkEstimate estimate;

	if (IsA(request, SupportRequestRows))
	{
		SupportRequestRows *rows = (SupportRequestRows *) request;

		if (!estimate_call(rows->node, &estimate))
			PG_RETURN_POINTER(NULL);
		rows->rows = estimate.rows;
		PG_RETURN_POINTER(rows);
	}
	if (IsA(request, SupportRequestCost))
	{
		SupportRequestCost *cost = (SupportRequestCost *) request;

		if (!estimate_call(cost->node, &estimate))
			PG_RETURN_POINTER(NULL);
		cost->startup = 0;
		cost->per_tuple = CALL_OPERATORS * cpu_operator_cost + estimate.cost;
		PG_RETURN_POINTER(cost);
	}
	PG_RETURN_POINTER(NULL);
}

/*
 * Estimate what a call returns and costs; false if that cannot be told.
 */
static bool
estimate_call(Node *node, WalkEstimate *result)
{
	RelatedCall call;
	RelPath    *path;

	if (node == NULL || !IsA(node, FuncExpr) ||
		!relgraph_recognise_path((FuncExpr *) node, &call))
		return false;
	path = relgraph_try_resolve_path(call.source_relid, call.path);
	if (path == NULL)
		return false;

	result->rows = 1;
	result->cost = 0;
	for (int i = 0; i < path->nsteps; i++)
		walk_step(&path->steps[i], result);
	return true;
}

/*
 * Each target comes once, so there are no more of them than rows in the table.
 */
static void
walk_step(const RelStep *step, WalkEstimate *walk)
{
	const Relationship *rel = step->relationship;
	TableSize	target = table_size(rel->target);

	for (int i = 0; i < rel->nhops; i++)
		walk_hop(&rel->hops[i], i == 0 ? rel->edge : rel->through_edge,
				 !rel->is_list, walk);
	if (step->is_repeated)
	{
		walk->rows *= RECURSION_FACTOR;
		walk->cost *= RECURSION_FACTOR;
	}
	walk->rows = Max(Min(walk->rows, target.rows), 1);
}

/*
 * To the referenced side leads one row each.  To the other, those that have a
 * key are spread over the rows they can reference.
 */
static void
walk_hop(const RelHop *hop, const FkEdge *edge, bool is_to_one,
		 WalkEstimate *walk)
{
	TableSize	to = table_size(hop->to);
	double		starts = walk->rows;
	Cost		scan_cost = to.pages * seq_page_cost +
		to.rows * (cpu_tuple_cost + cpu_operator_cost);
	Cost		index_cost;

	if (hop->from_is_parent && !is_to_one)
		walk->rows *= to.rows * keys_present(hop) /
			Max(table_size(hop->from).rows, 1);
	walk->rows = Max(walk->rows, 1);

	index_cost = starts * random_page_cost +
		walk->rows * (random_page_cost + cpu_index_tuple_cost + cpu_tuple_cost);
	if (index_cost < scan_cost &&
		(!hop->from_is_parent ||
		 relgraph_edge_has_index(relgraph_get_catalog(), edge)))
		walk->cost += index_cost;
	else
		walk->cost += scan_cost;
}

/*
 * Return the fraction of rows whose keys are not null.  Column statistics are
 * for those who may read the table.
 */
static double
keys_present(const RelHop *hop)
{
	double		result = 1;

	if (pg_class_aclcheck(hop->to, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return 1;
	for (int i = 0; i < hop->nkeys; i++)
	{
		HeapTuple	tuple = SearchSysCache3(STATRELATTINH,
											ObjectIdGetDatum(hop->to),
											Int16GetDatum(hop->to_attnums[i]),
											BoolGetDatum(false));

		if (!HeapTupleIsValid(tuple))
			continue;
		result = Min(result, 1 - ((Form_pg_statistic)
								  GETSTRUCT(tuple))->stanullfrac);
		ReleaseSysCache(tuple);
	}
	return result;
}

/*
 * Return a table's size as the planner would estimate it.
 */
static TableSize
table_size(Oid relid)
{
	TableSize	result = {DEFAULT_ROWS, 10};
	Relation	rel = try_relation_open(relid, AccessShareLock);
	BlockNumber pages;
	double		rows = -1;
	double		all_visible;

	if (rel == NULL)
		return result;
	if (rel->rd_rel->relkind == RELKIND_RELATION ||
		rel->rd_rel->relkind == RELKIND_MATVIEW)
	{
		estimate_rel_size(rel, NULL, &pages, &rows, &all_visible);
		result.pages = pages;
	}
	else if (rel->rd_rel->reltuples >= 0 &&
			 rel->rd_rel->relkind != RELKIND_VIEW)
	{
		rows = rel->rd_rel->reltuples;
		result.pages = rel->rd_rel->relpages;
	}
	else if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		result = partitioned_size(relid);
	if (rows >= 0)
		result.rows = rint(rows);
	relation_close(rel, NoLock);

	return result;
}

/*
 * The partitions' sizes together: a partitioned table has one of its own only
 * if it was analyzed by itself.
 */
static TableSize
partitioned_size(Oid relid)
{
	TableSize	result = {0, 0};
	List	   *children = find_inheritance_children(relid, AccessShareLock);
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, children)
	{
		TableSize	child = table_size(lfirst_oid(cell));

		result.rows += child.rows;
		result.pages += child.pages;
	}
	return result;
}
