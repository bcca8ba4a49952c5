/*-------------------------------------------------------------------------
 *
 * navigate.c
 *	  related(): the rows a path leads to from one row, run as a query.
 *
 * This is the way of every call that the planner did not replace by a join: in
 * a SELECT list, with a PL/pgSQL variable as source, with a path from a column.
 * The query is an ordinary one under the caller's role, read with the caller's
 * snapshot; privileges and row-level security need nothing from us.
 *
 * What a path means from a relation is remembered as a Navigation, in a hash
 * table in a context of its own under CacheMemoryContext.  Two things make one
 * stale: DDL that changes relationships moves the graph's generation, and any
 * other DDL, such as a renamed column, invalidates its saved plan.  Both are
 * told for sure only under locks on the relations, so these come first.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "compat.h"
#include "graphcache.h"
#include "navquery.h"
#include "relpath.h"
#include "rowvalue.h"
#include "savedplan.h"
#include "sqltext.h"

/* Past this many, all are forgotten; they are quickly made again. */
#define MAX_NAVIGATIONS 512

/* Keys differ but the best plan hardly does: plan once. */
#define NAVIGATION_CURSOR_OPTIONS \
	(CURSOR_OPT_GENERIC_PLAN | CURSOR_OPT_PARALLEL_OK)

/* A path as seen from a relation: lives in a context of its own. */
typedef struct Navigation
{
	MemoryContext cxt;
	uint64		generation;		/* of the graph */
	Oid			source;
	Oid			target;
	const char *path;
	int			nkeys;
	AttrNumber *key_attnums;	/* of the source */
	Oid		   *key_types;
	List	   *relations;		/* all that the path touches */
	const char *query;
	SPIPlanPtr	plan;			/* of the current call only */
} Navigation;

typedef struct NavigationKey
{
	Oid			source;
	const char *path;
} NavigationKey;

typedef struct NavigationEntry
{
	NavigationKey key;			/* must be first; path is the navigation's */
	Navigation *nav;
} NavigationEntry;

static MemoryContext navigation_cxt = NULL;
static HTAB *navigations = NULL;

static void check_target(FunctionCallInfo fcinfo, const Navigation *nav);
static bool get_keys(const Navigation *nav, const RowValue *source,
					 ParamListInfo params);
static void run_query(SPIPlanPtr plan, ParamListInfo params,
					  ReturnSetInfo *rsinfo);
static Navigation *get_navigation(Oid source, const char *path);
static bool navigation_is_current(Navigation *nav);
static void forget_navigation(const NavigationKey *key, Navigation *nav);
static Navigation *make_navigation(Oid source, const char *path);
static void prepare_query(Navigation *nav);
static void remember_navigation(Navigation *nav);
static void create_navigation_table(void);
static uint32 hash_navigation_key(const void *key, Size keysize);
static int	compare_navigation_keys(const void *a, const void *b,
									Size keysize);

PG_FUNCTION_INFO_V1(relgraph_related);

/*
 * related(source anyelement, path text, target anycompatible)
 *		returns setof anycompatible
 *
 * Not strict: a source without a row has no related rows, but a path must be
 * given, and the target is always null, for it only gives its type.
 */
Datum
relgraph_related(PG_FUNCTION_ARGS)
{
	Navigation *nav = NULL;
	RowValue	source;
	bool		has_source;
	ParamListInfo params;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("path must not be null")));

	/* A null source gives no rows, but a wrong path is wrong all the same. */
	has_source = relgraph_row_of_argument(fcinfo, 0, &source);
	if (OidIsValid(source.relid))
	{
		nav = get_navigation(source.relid,
							 text_to_cstring(PG_GETARG_TEXT_PP(1)));
		check_target(fcinfo, nav);
	}
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!has_source)
		return (Datum) 0;

	params = makeParamList(nav->nkeys);
	if (get_keys(nav, &source, params))
		run_query(nav->plan, params, (ReturnSetInfo *) fcinfo->resultinfo);

	return (Datum) 0;
}

/*
 * Complain unless the target's type is the row type of the relation that the
 * path leads to.  A domain over it is refused, too: nobody would check its
 * constraints.
 */
static void
check_target(FunctionCallInfo fcinfo, const Navigation *nav)
{
	Oid			given = get_fn_expr_argtype(fcinfo->flinfo, 2);
	Oid			wanted = get_rel_type_id(nav->target);

	if (given == wanted)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("target of path \"%s\" has type %s",
					nav->path, format_type_be(given)),
			 errdetail("From table \"%s\" the path leads to rows of type %s.",
					   relgraph_relation_name(nav->source),
					   format_type_be(wanted)),
			 errhint("Write NULL::%s as the target.",
					 format_type_be(wanted))));
}

/*
 * Fill in the parameters from the source row.  Return false if one is null:
 * nothing equals that.
 */
static bool
get_keys(const Navigation *nav, const RowValue *source, ParamListInfo params)
{
	for (int i = 0; i < nav->nkeys; i++)
	{
		ParamExternData *param = &params->params[i];

		param->value = relgraph_row_column(source, nav->key_attnums[i],
										   &param->isnull);
		if (param->isnull)
			return false;
		param->pflags = PARAM_FLAG_CONST;
		param->ptype = nav->key_types[i];
	}
	return true;
}

/*
 * Run the query; its rows go to the function's result without a stop.
 */
static void
run_query(SPIPlanPtr plan, ParamListInfo params, ReturnSetInfo *rsinfo)
{
	SPIExecuteOptions options = {0};
	int			result;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	options.params = params;
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, rsinfo->setResult,
									rsinfo->econtext->ecxt_per_query_memory,
									false, rsinfo->setDesc,
									gettext_noop("row type of the target has changed"));
	result = SPI_execute_plan_extended(plan, &options);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan_extended failed: %s",
			 SPI_result_code_string(result));
	options.dest->rDestroy(options.dest);
	SPI_finish();
}

/* ----------------------------------------------------------------
 *		Navigations
 * ----------------------------------------------------------------
 */

/*
 * Return what a path means from a relation, with a plan that is good for this
 * call.  The relations are locked until the end of the transaction.  The
 * result must not be used after a query was run, which may come back here.
 */
static Navigation *
get_navigation(Oid source, const char *path)
{
	NavigationKey key = {source, path};
	NavigationEntry *entry = NULL;
	Navigation *nav;

	if (navigations != NULL)
		entry = hash_search(navigations, &key, HASH_FIND, NULL);
	if (entry != NULL)
	{
		if (navigation_is_current(entry->nav))
			return entry->nav;
		forget_navigation(&key, entry->nav);
	}

	nav = make_navigation(source, path);
	prepare_query(nav);
	remember_navigation(nav);

	return nav;
}

/*
 * Lock what a remembered path touches and look up its plan; return true if
 * everything known about the path is still so.
 */
static bool
navigation_is_current(Navigation *nav)
{
	if (nav->generation != relgraph_graph_generation())
		return false;
	relgraph_lock_relations(nav->relations);
	if (nav->generation != relgraph_graph_generation())
		return false;
	nav->plan = relgraph_find_saved_plan(nav->query, nav->nkeys,
										 nav->key_types,
										 NAVIGATION_CURSOR_OPTIONS);
	return nav->plan != NULL;
}

/*
 * The key must not be the entry's own, which goes with the navigation.
 */
static void
forget_navigation(const NavigationKey *key, Navigation *nav)
{
	hash_search(navigations, key, HASH_REMOVE, NULL);
	MemoryContextDelete(nav->cxt);
}

/*
 * Resolve a path and write its query.  The result is in a child of the current
 * memory context until it is remembered.
 */
static Navigation *
make_navigation(Oid source, const char *path)
{
	uint64		generation;
	RelPath    *resolved = relgraph_resolve_and_lock_path(source, path,
														  false,
														  &generation);
	const RelHop *hop = &resolved->steps[0].relationship->hops[0];
	char	   *query = relgraph_related_query(resolved, false);
	MemoryContext cxt = AllocSetContextCreate(CurrentMemoryContext,
											  "relgraph navigation",
											  ALLOCSET_SMALL_SIZES);
	MemoryContext oldcxt = MemoryContextSwitchTo(cxt);
	Navigation *nav = palloc0(sizeof(Navigation));

	nav->cxt = cxt;
	nav->generation = generation;
	nav->source = source;
	nav->target = resolved->target;
	nav->path = pstrdup(path);
	nav->nkeys = hop->nkeys;
	nav->key_attnums = palloc(hop->nkeys * sizeof(AttrNumber));
	nav->key_types = palloc(hop->nkeys * sizeof(Oid));
	for (int i = 0; i < hop->nkeys; i++)
	{
		nav->key_attnums[i] = hop->from_attnums[i];
		nav->key_types[i] = relgraph_column_type(source, hop->from_attnums[i],
												 NULL);
	}
	nav->relations = relgraph_path_relations(resolved);
	nav->query = pstrdup(query);
	MemoryContextSwitchTo(oldcxt);

	return nav;
}

/*
 * Prepare the query now, while its text is known to be right.
 */
static void
prepare_query(Navigation *nav)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	nav->plan = relgraph_get_saved_plan(nav->query, nav->nkeys, nav->key_types,
										NAVIGATION_CURSOR_OPTIONS);
	SPI_finish();
}

/*
 * Keep a navigation that is complete.
 */
static void
remember_navigation(Navigation *nav)
{
	NavigationKey key = {nav->source, nav->path};
	NavigationEntry *entry;
	bool		found;

	if (navigations != NULL &&
		hash_get_num_entries(navigations) >= MAX_NAVIGATIONS)
	{
		navigations = NULL;
		MemoryContextReset(navigation_cxt);
	}
	if (navigations == NULL)
		create_navigation_table();
	entry = hash_search(navigations, &key, HASH_ENTER, &found);
	if (found)
		elog(ERROR, "path \"%s\" was resolved twice", nav->path);
	entry->nav = nav;
	MemoryContextSetParent(nav->cxt, navigation_cxt);
}

static void
create_navigation_table(void)
{
	HASHCTL		ctl;

	if (navigation_cxt == NULL)
		navigation_cxt = AllocSetContextCreate(CacheMemoryContext,
											   "relgraph navigations",
											   ALLOCSET_DEFAULT_SIZES);
	ctl.keysize = sizeof(NavigationKey);
	ctl.entrysize = sizeof(NavigationEntry);
	ctl.hash = hash_navigation_key;
	ctl.match = compare_navigation_keys;
	ctl.hcxt = navigation_cxt;
	navigations = hash_create("relgraph navigations", MAX_NAVIGATIONS, &ctl,
							  HASH_ELEM | HASH_FUNCTION | HASH_COMPARE |
							  HASH_CONTEXT);
}

static uint32
hash_navigation_key(const void *key, Size keysize)
{
	const NavigationKey *k = key;

	return hash_combine(hash_bytes((const unsigned char *) k->path,
								   strlen(k->path)),
						(uint32) k->source);
}

/* Zero means equal, as with memcmp(). */
static int
compare_navigation_keys(const void *a, const void *b, Size keysize)
{
	const NavigationKey *x = a;
	const NavigationKey *y = b;

	if (x->source != y->source)
		return 1;
	return strcmp(x->path, y->path);
}
