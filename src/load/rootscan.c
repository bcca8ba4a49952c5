/*-------------------------------------------------------------------------
 *
 * rootscan.c
 *	  The rows a load starts from: filtered, ordered, read in portions.
 *
 * The scan stays open between the calls of a set-returning function, which an
 * SPI connection may not and a portal should not: a portal of ours would be
 * closed under a holdable cursor that still reads from it.  So the executor is
 * run without one, as SQL functions do it: resources belong to the calling
 * query's owner, memory to the context that is current at the start.
 *
 * The snapshot is the one active at the start.  The scan keeps it registered,
 * and every statement below the roots is to see the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "nodes/params.h"
#include "utils/plancache.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "graphcache.h"
#include "load/filter.h"
#include "load/include.h"
#include "load/loadquery.h"
#include "load/rootscan.h"
#include "savedplan.h"
#include "sqltext.h"

struct RootScan
{
	ResourceOwner owner;
	CachedPlan *cached_plan;
	QueryDesc  *query;
};

/* Where an error in an order happened, for its context. */
typedef struct SortPlace
{
	const char *order_by;
	int			location;
} SortPlace;

static void append_order(StringInfo buf, const LoadPlan *plan,
						 const char *order_by);
static Bitmapset *append_written_order(StringInfo buf, Oid relid,
									   const char *order_by);
static AttrNumber find_sort_column(Oid relid, const char *order_by,
								   const IncludeName *name);
static void show_sort_place(void *arg);
static void append_order_column(StringInfo buf, Oid relid, AttrNumber attnum,
								bool is_descending);
static void append_limits(StringInfo buf, QueryParams *params,
						  const RootOptions *options);
static CachedPlanSource *get_plan_source(const char *query,
										 const QueryParams *params);
static ParamListInfo make_param_list(const QueryParams *params);

/*----------
 * Return the query of the root's rows, and add its parameters.  It is
 *
 *	SELECT t.att, ... FROM [ONLY] <root> t [WHERE <filter>]
 *	 ORDER BY [<order_by>,] <primary key> [LIMIT $n] [OFFSET $n]
 *----------
 */
char *
relgraph_root_query(const LoadPlan *plan, const RootOptions *options,
					QueryParams *params)
{
	StringInfoData buf;

	initStringInfo(&buf);
	relgraph_append_level_columns(&buf, plan->levels[0]);
	appendStringInfoString(&buf, " FROM ");
	relgraph_append_relation_only(&buf, plan->root);
	appendStringInfoString(&buf, " " LOAD_ALIAS_TARGET);
	if (options->filter != NULL)
	{
		Filter	   *filter = relgraph_parse_filter(plan->root,
												   options->filter);

		relgraph_append_level_filter(&buf, filter, params->n + 1, " WHERE ");
		relgraph_add_filter_params(params, filter);
	}
	append_order(&buf, plan, options->order_by);
	append_limits(&buf, params, options);
	return buf.data;
}

/*
 * Return a scan of the root's rows, ready to run.
 */
RootScan *
relgraph_start_root_scan(const LoadPlan *plan, const RootOptions *options)
{
	RootScan   *scan = palloc0(sizeof(RootScan));
	QueryParams params = {0};
	char	   *query = relgraph_root_query(plan, options, &params);
	CachedPlanSource *source;
	ParamListInfo param_list;

	source = get_plan_source(query, &params);
	param_list = make_param_list(&params);
	scan->owner = CurrentResourceOwner;
	scan->cached_plan = GetCachedPlan(source, param_list, scan->owner, NULL);
	scan->query = CreateQueryDesc(linitial_node(PlannedStmt,
												scan->cached_plan->stmt_list),
								  query, GetActiveSnapshot(),
								  InvalidSnapshot, None_Receiver, param_list,
								  NULL, 0);
	ExecutorStart(scan->query, EXEC_FLAG_SKIP_TRIGGERS);
	return scan;
}

/*
 * Return the snapshot of a scan.
 */
Snapshot
relgraph_root_snapshot(const RootScan *scan)
{
	return scan->query->snapshot;
}

/*
 * Add up to count rows, fewer if they take more memory than their batch may
 * use; return false if they were the last.  The scan's snapshot must be
 * active.
 */
bool
relgraph_scan_roots(RootScan *scan, LoadRows *rows, int32 count)
{
	scan->query->dest = relgraph_create_row_receiver(rows);
	relgraph_executor_run(scan->query, ForwardScanDirection, count);
	scan->query->dest = None_Receiver;
	return rows->nrows == count || rows->batch->is_over_limit;
}

/*
 * End a scan, at its end or before.
 */
void
relgraph_end_root_scan(RootScan *scan)
{
	ExecutorFinish(scan->query);
	ExecutorEnd(scan->query);
	FreeQueryDesc(scan->query);
	ReleaseCachedPlan(scan->cached_plan, scan->owner);
}

/*
 * Append the order.  The primary key comes last if it is not there already, so
 * that the order is always the same.
 */
static void
append_order(StringInfo buf, const LoadPlan *plan, const char *order_by)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, plan->root);
	StringInfoData order;
	Bitmapset  *written = NULL;

	initStringInfo(&order);
	if (order_by != NULL)
		written = append_written_order(&order, plan->root, order_by);

	relgraph_need_indexes(catalog, rel);
	for (int i = 0; i < rel->nindexes; i++)
	{
		RelIndex   *index = &rel->indexes[i];

		if (!index->is_primary)
			continue;
		for (int j = 0; j < index->nkeys; j++)
		{
			if (!bms_is_member(index->attnums[j], written))
				append_order_column(&order, plan->root, index->attnums[j],
									false);
		}
	}
	if (order.len > 0)
		appendStringInfo(buf, " ORDER BY %s", order.data);
}

/*
 * Append the order that the caller wrote; return its columns.
 */
static Bitmapset *
append_written_order(StringInfo buf, Oid relid, const char *order_by)
{
	Bitmapset  *written = NULL;
	ListCell   *lc;

	foreach(lc, relgraph_parse_sort(order_by))
	{
		IncludeSort *sort = lfirst(lc);
		AttrNumber	attnum = find_sort_column(relid, order_by, &sort->column);

		if (bms_is_member(attnum, written))
			continue;
		append_order_column(buf, relid, attnum, sort->is_descending);
		written = bms_add_member(written, attnum);
	}
	return written;
}

/*
 * Return the column that a name in an order stands for.
 */
static AttrNumber
find_sort_column(Oid relid, const char *order_by, const IncludeName *name)
{
	AttrNumber	attnum = relgraph_resolve_column(relid, name->name,
												 name->was_quoted);
	SortPlace	place = {order_by, name->location};
	ErrorContextCallback callback;

	if (attnum != InvalidAttrNumber)
		return attnum;
	callback.callback = show_sort_place;
	callback.arg = &place;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	relgraph_report_unknown_column(relid, name->name);
}

/*
 * Error context: the place in the order.
 */
static void
show_sort_place(void *arg)
{
	SortPlace  *place = arg;

	relgraph_errsort(place->order_by, place->location);
}

/*
 * Append a column to an order.  The type's default operator class decides.
 */
static void
append_order_column(StringInfo buf, Oid relid, AttrNumber attnum,
					bool is_descending)
{
	if (buf->len > 0)
		appendStringInfoString(buf, ", ");
	relgraph_append_sort_column(buf, relid, attnum, is_descending);
}

/*
 * Append LIMIT and OFFSET.
 */
static void
append_limits(StringInfo buf, QueryParams *params, const RootOptions *options)
{
	if (options->has_limit)
		appendStringInfo(buf, " LIMIT $%d",
						 relgraph_add_param(params, INT8OID,
											Int64GetDatum(options->limit)));
	if (options->has_offset)
		appendStringInfo(buf, " OFFSET $%d",
						 relgraph_add_param(params, INT8OID,
											Int64GetDatum(options->offset)));
}

/*
 * Return the saved source of the query's plans.
 */
static CachedPlanSource *
get_plan_source(const char *query, const QueryParams *params)
{
	SPIPlanPtr	plan;
	CachedPlanSource *source;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = relgraph_get_saved_plan(query, params->n, params->types, 0);
	source = linitial(SPI_plan_get_plan_sources(plan));
	SPI_finish();
	return source;
}

static ParamListInfo
make_param_list(const QueryParams *params)
{
	ParamListInfo list;

	if (params->n == 0)
		return NULL;
	list = makeParamList(params->n);
	for (int i = 0; i < params->n; i++)
	{
		list->params[i].value = params->values[i];
		list->params[i].isnull = false;
		list->params[i].pflags = PARAM_FLAG_CONST;
		list->params[i].ptype = params->types[i];
	}
	return list;
}
