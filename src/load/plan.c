/*-------------------------------------------------------------------------
 *
 * plan.c
 *	  An include seen from a root: a tree of levels, ready to be fetched.
 *
 * resolve.c has made the tree; here each level learns which columns to fetch,
 * how its rows find their parents, in which order they stand and how they are
 * written.  Nothing of that depends on rows or parameters, so a plan serves
 * any number of loads.
 *
 * A plan lives in a memory context of its own, and is not changed once it is
 * complete, except that the functions it has looked up keep their private
 * state, and that a query's text is written anew when DDL made it stale.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/attnum.h"
#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "graphcache.h"
#include "load/aggregate.h"
#include "load/batch.h"
#include "load/levelargs.h"
#include "load/loadquery.h"
#include "load/plan.h"
#include "load/strategy.h"
#include "settings.h"
#include "sqltext.h"

/* A row's text in a document is about this many times as long as the row. */
#define TEXT_PER_WIDTH 1.5

/* Bytes of a row where statistics do not tell, as of a partitioned table. */
#define UNKNOWN_WIDTH 100

static LoadPlan *build_plan(Oid root, const char *include,
							MemoryContext cxt);
static void plan_rows(LoadPlan *plan, LoadLevel *level);
static void plan_empty(LoadLevel *level);
static void note_relationship(LoadLevel *level);
static void note_identity(LoadLevel *level);
static void add_identity(LoadLevel *level, Oid relid,
						 const AttrNumber *attnums, int n);
static void plan_columns(LoadPlan *plan, LoadLevel *level);
static void add_column(LoadPlan *plan, LoadLevel *level, LoadFetch fetch,
					   const char *before);
static void plan_suffix(LoadLevel *level);
static void plan_children(LoadLevel *level);
static const char *make_opening(const char *key, bool is_first, int *length);
static void plan_recursion(LoadLevel *level);
static void plan_order(LoadPlan *plan, LoadLevel *level);
static int	find_order_key(LoadLevel *level, const AttrNumber **attnums,
						   bool *is_unique);
static bool init_sort(LoadPlan *plan, LoadLevel *level, AttrNumber attnum,
					  bool is_descending);
static void plan_match(LoadLevel *level);
static int *add_fetches(LoadLevel *level, const AttrNumber *attnums, int n);
static int	add_fetch(LoadLevel *level, LoadFetch fetch);
static void list_relations(LoadPlan *plan);
static void estimate_memory(LoadPlan *plan);
static double estimate_level(const LoadLevel *level);
static bool get_statistics(Oid relid, double *tuples, double *width);

/*
 * Return the plan of loading an include below a root, in a context of its own
 * below the current one.  All relations are locked until the end of the
 * transaction, and the plan is right as of now.
 */
LoadPlan *
relgraph_plan_load(Oid root, const char *include)
{
	for (;;)
	{
		MemoryContext cxt = AllocSetContextCreate(CurrentMemoryContext,
												  "relgraph load plan",
												  ALLOCSET_SMALL_SIZES);
		LoadPlan   *plan = build_plan(root, include, cxt);

		/* Waiting for a lock can let in DDL that makes the plan another. */
		if (plan->generation == relgraph_graph_generation())
			return plan;
		MemoryContextDelete(cxt);
		CHECK_FOR_INTERRUPTS();
	}
}

/*
 * Make a plan from what the graph knows while it is being made.
 */
static LoadPlan *
build_plan(Oid root, const char *include, MemoryContext cxt)
{
	MemoryContext oldcxt = MemoryContextSwitchTo(cxt);
	LoadPlan   *plan = palloc0(sizeof(LoadPlan));

	plan->cxt = cxt;
	plan->generation = relgraph_graph_generation();
	plan->root = root;
	plan->include = pstrdup(include);
	plan->max_depth = relgraph_max_depth;
	relgraph_resolve_include(plan);

	for (int i = 0; i < plan->nlevels; i++)
		note_relationship(plan->levels[i]);
	for (int i = 0; i < plan->nlevels; i++)
	{
		LoadLevel  *level = plan->levels[i];

		if (level->aggregate != NULL)
			relgraph_plan_aggregate(plan, level);
		else
			plan_rows(plan, level);
		plan_empty(level);
		plan_children(level);
		if (level->is_recursive)
			plan_recursion(level);
	}

	/* Queries show what was fetched for others, too. */
	for (int i = 1; i < plan->nlevels; i++)
	{
		LoadLevel  *level = plan->levels[i];
		const Filter *filter = level->args != NULL ? level->args->filter : NULL;

		if (level->keys.match == KEY_MATCH_ORDINAL)
			level->match_resno = level->nfetch;
		for (int j = 0; j < LOAD_NSTRATEGIES; j++)
		{
			if (relgraph_strategy_is_possible(level, (LoadStrategy) j))
				level->queries[j] = relgraph_level_query(level,
														 (LoadStrategy) j,
														 filter);
		}
	}
	list_relations(plan);
	estimate_memory(plan);

	MemoryContextSwitchTo(oldcxt);
	return plan;
}

/*
 * Plan a level that has rows.
 */
static void
plan_rows(LoadPlan *plan, LoadLevel *level)
{
	plan_columns(plan, level);
	plan_suffix(level);
	plan_order(plan, level);
	if (level->parent != NULL)
		plan_match(level);
}

/*
 * Plan what is written where there is no row.
 */
static void
plan_empty(LoadLevel *level)
{
	if (level->aggregate != NULL)
		level->empty = relgraph_aggregate_of_none(level->aggregate);
	else
		level->empty = level->is_list ? "[]" : "null";
	level->empty_length = strlen(level->empty);
}

/*
 * Copy what is needed of the relationship, which goes with the transaction.
 */
static void
note_relationship(LoadLevel *level)
{
	const Relationship *relationship = level->relationship;

	level->nchildren = list_length(level->child_list);
	if (level->aggregate != NULL)
		relgraph_note_aggregate(level);
	if (relationship == NULL || level->aggregate != NULL)
		return;
	if (level->is_recursive)
		note_identity(level);
	level->name = pstrdup(relationship->name);
	level->cardinality = relationship->cardinality;
	level->is_list = relationship->is_list;
	level->is_unique_pair = relationship->is_unique_pair;
	level->nhops = relationship->nhops;
	for (int i = 0; i < level->nhops; i++)
		relgraph_copy_hop(&level->hops[i], &relationship->hops[i]);
}

/*
 * Note which columns tell the rows of a recursive level apart, both there and
 * where its trees start.  It is what the foreign key references; if there is
 * none, the primary key; if there is none either, all columns by which one
 * comes to a row and goes on from it: rows with the same ones lead to the same
 * rows.
 */
static void
note_identity(LoadLevel *level)
{
	const Relationship *relationship = level->relationship;
	const FkEdge *edge = relationship->edge;
	const RelHop *first = &relationship->hops[0];
	const RelHop *last = &relationship->hops[relationship->nhops - 1];
	bool		is_key = OidIsValid(edge->conoid) && !edge->is_temporal;
	const RelIndex *primary = relgraph_find_primary_key(level->relid);

	level->node_attnums = palloc(2 * INDEX_MAX_KEYS * sizeof(AttrNumber));
	if (!is_key && primary != NULL)
		add_identity(level, level->relid, primary->attnums, primary->nkeys);
	else
	{
		if (!is_key || first->from_is_parent)
			add_identity(level, first->from, first->from_attnums,
						 first->nkeys);
		if (!is_key || !first->from_is_parent)
			add_identity(level, last->to, last->to_attnums, last->nkeys);
	}

	level->start_attnums = palloc(level->nnodekeys * sizeof(AttrNumber));
	for (int i = 0; i < level->nnodekeys; i++)
		level->start_attnums[i] = relgraph_same_column(level->relid,
											  level->node_attnums[i],
											  relationship->source);
}

/*
 * Add columns of a relation, which is the level's or a partition of it.
 */
static void
add_identity(LoadLevel *level, Oid relid, const AttrNumber *attnums, int n)
{
	for (int i = 0; i < Min(n, INDEX_MAX_KEYS); i++)
		level->node_attnums[level->nnodekeys++] =
			relgraph_same_column(relid, attnums[i], level->relid);
}

/*
 * Return the number that a column has in another relation of the same
 * partition tree.
 */
AttrNumber
relgraph_same_column(Oid relid, AttrNumber attnum, Oid other)
{
	if (relid == other)
		return attnum;
	return get_attnum(other, get_attname(relid, attnum, false));
}

/*
 * Return the index of a relation's primary key, or NULL.
 */
const RelIndex *
relgraph_find_primary_key(Oid relid)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, relid);

	relgraph_need_indexes(catalog, rel);
	for (int i = 0; i < rel->nindexes; i++)
	{
		if (rel->indexes[i].is_primary)
			return &rel->indexes[i];
	}
	return NULL;
}

/*
 * Copy a hop into the current context.
 */
void
relgraph_copy_hop(RelHop *copy, const RelHop *hop)
{
	AttrNumber *from = palloc(hop->nkeys * sizeof(AttrNumber));
	AttrNumber *to = palloc(hop->nkeys * sizeof(AttrNumber));
	Oid		   *operators = palloc(hop->nkeys * sizeof(Oid));

	memcpy(from, hop->from_attnums, hop->nkeys * sizeof(AttrNumber));
	memcpy(to, hop->to_attnums, hop->nkeys * sizeof(AttrNumber));
	memcpy(operators, hop->operators, hop->nkeys * sizeof(Oid));
	*copy = *hop;
	copy->from_attnums = from;
	copy->to_attnums = to;
	copy->operators = operators;
}

/*
 * Plan the columns that are written: those of the row in table order, then
 * those of the association in an object of their own.
 */
static void
plan_columns(LoadPlan *plan, LoadLevel *level)
{
	int			npayload = level->prints_through ? level->npayload : 0;
	int			attnum = -1;

	level->columns = palloc((bms_num_members(level->printed) + npayload) *
							sizeof(LoadColumn));
	while ((attnum = bms_next_member(level->printed, attnum)) >= 0)
		add_column(plan, level, (LoadFetch) {false, attnum},
				   level->ncolumns == 0 ? "{" : ",");

	for (int i = 0; i < npayload; i++)
	{
		const char *before = ",";

		if (i == 0)
			before = level->ncolumns == 0 ?
				"{\"" LOAD_THROUGH_KEY "\":{" : ",\"" LOAD_THROUGH_KEY "\":{";
		add_column(plan, level, (LoadFetch) {true, level->payload[i]}, before);
	}
}

/*
 * Add a column to those that are written.
 */
static void
add_column(LoadPlan *plan, LoadLevel *level, LoadFetch fetch,
		   const char *before)
{
	RelCatalog *catalog = relgraph_get_catalog();
	Oid			relid = fetch.is_through ? level->hops[0].to : level->relid;
	LoadColumn *column = &level->columns[level->ncolumns++];
	const RelColumn *info;
	StringInfoData prefix;

	info = relgraph_find_column(catalog, relgraph_get_relation(catalog, relid),
								fetch.attnum);
	if (info == NULL)
		elog(ERROR, "column %d of relation %u vanished", fetch.attnum, relid);

	initStringInfo(&prefix);
	appendStringInfoString(&prefix, before);
	relgraph_json_append_string(&prefix, info->name, strlen(info->name));
	appendStringInfoChar(&prefix, ':');

	column->resno = add_fetch(level, fetch);
	column->prefix = prefix.data;
	column->prefix_length = prefix.len;
	column->encoder = relgraph_json_encoder(info->typid, plan->cxt);
}

/*
 * Plan what is written behind the columns.  A row without children is complete
 * with them.
 */
static void
plan_suffix(LoadLevel *level)
{
	StringInfoData suffix;

	initStringInfo(&suffix);
	if (level->ncolumns == 0)
		appendStringInfoChar(&suffix, '{');
	if (level->prints_through)
		appendStringInfoChar(&suffix, '}');
	if (level->nchildren == 0 && !level->is_recursive)
		appendStringInfoChar(&suffix, '}');
	level->suffix = suffix.data;
	level->suffix_length = suffix.len;
}

/*
 * Plan what the children of a level need of it: the columns of their keys,
 * and how they are announced in its documents.
 */
static void
plan_children(LoadLevel *level)
{
	level->nslots = level->nchildren;
	level->children = palloc(level->nchildren * sizeof(LoadLevel *));
	for (int i = 0; i < level->nchildren; i++)
	{
		LoadLevel  *child = list_nth(level->child_list, i);
		const RelHop *hop = &child->hops[0];

		level->children[i] = child;
		child->parent_resnos = add_fetches(level, hop->from_attnums,
										   hop->nkeys);
		child->opening = make_opening(child->key,
									  level->ncolumns == 0 && i == 0,
									  &child->opening_length);
		if (child->is_recursive)
		{
			child->start_slot = level->nslots++;
			child->start_resnos = add_fetches(level, child->start_attnums,
											  child->nnodekeys);
		}
	}
}

/*
 * Return what announces a relationship in a document.
 */
static const char *
make_opening(const char *key, bool is_first, int *length)
{
	StringInfoData opening;

	initStringInfo(&opening);
	if (!is_first)
		appendStringInfoChar(&opening, ',');
	relgraph_json_append_string(&opening, key, strlen(key));
	appendStringInfoChar(&opening, ':');
	*length = opening.len;
	return opening.data;
}

/*
 * Plan how the rows of a recursive level lead to more of its rows.
 */
static void
plan_recursion(LoadLevel *level)
{
	const RelHop *hop = &level->hops[0];
	AttrNumber *attnums = palloc(hop->nkeys * sizeof(AttrNumber));

	for (int i = 0; i < hop->nkeys; i++)
		attnums[i] = relgraph_same_column(hop->from, hop->from_attnums[i],
								 level->relid);
	level->own_resnos = add_fetches(level, attnums, hop->nkeys);
	level->node_resnos = add_fetches(level, level->node_attnums,
									 level->nnodekeys);
	relgraph_init_identity_spec(&level->nodes, level->relid,
								level->node_attnums, level->nnodekeys);
	level->own_opening = make_opening(level->key,
									  level->ncolumns == 0 &&
									  level->nchildren == 0,
									  &level->own_opening_length);
	level->own_group_slot = level->nslots++;
	level->own_node_slot = level->nslots++;
}

/*
 * Plan the order of a collection: what is written, and the primary key.  It is
 * sorted here, collection by collection, which costs less than having the
 * server sort wide rows, and most often finds them sorted.  Only where rows are
 * limited the server sorts them first, and has to.
 */
static void
plan_order(LoadPlan *plan, LoadLevel *level)
{
	List	   *written = level->args != NULL ? level->args->sort : NIL;
	const AttrNumber *attnums = NULL;
	bool		is_unique;
	int			nattnums;
	ListCell   *lc;

	if (!level->is_list)
		return;
	nattnums = find_order_key(level, &attnums, &is_unique);
	level->sort = palloc0((nattnums + list_length(written)) *
						  sizeof(LoadSort));
	foreach(lc, written)
	{
		LevelSort  *column = lfirst(lc);

		(void) init_sort(plan, level, column->attnum, column->is_descending);
	}
	for (int i = 0; i < nattnums; i++)
	{
		if (!init_sort(plan, level, attnums[i], false))
			is_unique = false;
	}

	level->has_repeats = level->nhops == 2 && !level->is_unique_pair &&
		is_unique;
	if (level->nsort == 1 && written == NIL)
	{
		AttrNumber	attnum = level->sort[0].attnum;
		Oid			type = getBaseType(relgraph_column_type(level->relid,
															attnum, NULL));

		level->sorts_integer = type == INT2OID || type == INT4OID ||
			type == INT8OID;
	}
}

/*
 * Find the columns by which a collection is ordered: the primary key or else,
 * behind an association table, what its foreign key references.
 */
static int
find_order_key(LoadLevel *level, const AttrNumber **attnums, bool *is_unique)
{
	const RelIndex *primary = relgraph_find_primary_key(level->relid);

	if (primary != NULL)
	{
		*attnums = primary->attnums;
		*is_unique = true;
		return primary->nkeys;
	}
	if (level->nhops == 2)
	{
		const FkEdge *edge = level->relationship->through_edge;

		*attnums = level->hops[1].to_attnums;
		*is_unique = OidIsValid(edge->conoid) && !edge->is_temporal;
		return level->hops[1].nkeys;
	}
	*is_unique = false;
	return 0;
}

/*
 * Add a column to a level's order, unless it is there; return false if its type
 * has none.  Nulls come where SQL puts them: last, or first if descending.
 */
static bool
init_sort(LoadPlan *plan, LoadLevel *level, AttrNumber attnum,
		  bool is_descending)
{
	LoadSort   *sort = &level->sort[level->nsort];
	Oid			type;
	TypeCacheEntry *entry;

	for (int i = 0; i < level->nsort; i++)
	{
		if (level->sort[i].attnum == attnum)
			return true;
	}
	type = relgraph_column_type(level->relid, attnum,
								&sort->support.ssup_collation);
	entry = lookup_type_cache(type, TYPECACHE_LT_OPR | TYPECACHE_GT_OPR);
	if (!OidIsValid(entry->lt_opr))
		return false;
	sort->attnum = attnum;
	sort->is_descending = is_descending;
	sort->resno = add_fetch(level, (LoadFetch) {false, attnum});
	sort->typlen = entry->typlen;
	sort->typbyval = entry->typbyval;
	sort->support.ssup_cxt = plan->cxt;
	sort->support.ssup_nulls_first = is_descending;
	PrepareSortSupportFromOrderingOp(is_descending ? entry->gt_opr :
									 entry->lt_opr, &sort->support);
	level->nsort++;
	return true;
}

/*
 * Plan how rows are matched to parents, and with which parameters.
 */
static void
plan_match(LoadLevel *level)
{
	const RelHop *hop = &level->hops[0];

	relgraph_init_key_spec(&level->keys, hop);
	if (relgraph_level_is_limited(level))
		relgraph_match_by_ordinal(&level->keys);
	level->key_types = palloc(hop->nkeys * sizeof(Oid));
	for (int i = 0; i < hop->nkeys; i++)
		level->key_types[i] = relgraph_key_array_type(&level->keys, i);
	if (level->keys.match != KEY_MATCH_ORDINAL)
		level->match_resno = add_fetch(level,
									   (LoadFetch) {level->nhops == 2,
													hop->to_attnums[0]});
	relgraph_plan_strategy(level);
}

/*
 * Return the positions of columns of the level's own relation.
 */
static int *
add_fetches(LoadLevel *level, const AttrNumber *attnums, int n)
{
	int		   *resnos = palloc(n * sizeof(int));

	for (int i = 0; i < n; i++)
		resnos[i] = add_fetch(level, (LoadFetch) {false, attnums[i]});
	return resnos;
}

/*
 * Return the position of a column in a level's rows; it is fetched once.
 */
static int
add_fetch(LoadLevel *level, LoadFetch fetch)
{
	for (int i = 0; i < level->nfetch; i++)
	{
		if (level->fetch[i].is_through == fetch.is_through &&
			level->fetch[i].attnum == fetch.attnum)
			return i;
	}
	if (level->fetch == NULL)
	{
		level->fetch = palloc(sizeof(LoadFetch));
		level->fetch_types = palloc(sizeof(Oid));
	}
	else
	{
		level->fetch = repalloc(level->fetch,
								(level->nfetch + 1) * sizeof(LoadFetch));
		level->fetch_types = repalloc(level->fetch_types,
									  (level->nfetch + 1) * sizeof(Oid));
	}
	level->fetch[level->nfetch] = fetch;
	level->fetch_types[level->nfetch] =
		relgraph_column_type(fetch.is_through ? level->hops[0].to
							 : level->relid, fetch.attnum, NULL);
	return level->nfetch++;
}

/*
 * List everything that the plan reads.
 */
static void
list_relations(LoadPlan *plan)
{
	List	   *relids = NIL;
	ListCell   *lc;

	for (int i = 0; i < plan->nlevels; i++)
	{
		LoadLevel  *level = plan->levels[i];
		const RelHop *hops = level->aggregate != NULL ?
			level->aggregate->hops : level->hops;

		relids = list_append_unique_oid(relids, level->relid);
		for (int j = 0; j < level->nhops; j++)
			relids = list_append_unique_oid(relids, hops[j].to);
		if (level->args != NULL && level->args->filter != NULL)
			relids = list_concat_unique_oid(relids,
											level->args->filter->relations);
	}

	plan->relations = palloc(list_length(relids) * sizeof(Oid));
	foreach(lc, relids)
		plan->relations[plan->nrelations++] = lfirst_oid(lc);
}

/*
 * Estimate the memory that a root row takes with all that belongs to it: its
 * share of every level's table.
 */
static void
estimate_memory(LoadPlan *plan)
{
	double		bytes = 0;
	double		tuples;
	double		width;

	for (int i = 0; i < plan->nlevels; i++)
		bytes += estimate_level(plan->levels[i]);
	if (get_statistics(plan->root, &tuples, &width))
		plan->bytes_per_root = bytes / tuples;
}

/*
 * Return the memory that all rows of a level would take.  Behind an
 * association, rows are as many as associations; aggregates are small.
 */
static double
estimate_level(const LoadLevel *level)
{
	double		tuples;
	double		width;
	double		pairs;

	if (level->aggregate != NULL ||
		!get_statistics(level->relid, &tuples, &width))
		return 0;
	if (level->nhops == 2 &&
		get_statistics(level->hops[0].to, &pairs, NULL))
		tuples = pairs;
	return tuples * (width * TEXT_PER_WIDTH + sizeof(LoadRow) +
					 (level->nchildren + 2) * sizeof(int32));
}

/*
 * Look up the number of a relation's rows and their average width; return
 * false if nothing is known of them.
 */
static bool
get_statistics(Oid relid, double *tuples, double *width)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Form_pg_class form;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	*tuples = form->reltuples;
	if (width != NULL)
		*width = form->relpages > 0 && form->reltuples > 0 ?
			form->relpages * (double) BLCKSZ / form->reltuples : UNKNOWN_WIDTH;
	ReleaseSysCache(tuple);
	return *tuples > 0;
}
