/*-------------------------------------------------------------------------
 *
 * aggregate.c
 *	  Aggregates of an include: a value per row from what a path leads to.
 *
 * An aggregate is a level of its own, with one statement for all parents.  Its
 * rows are values: one for each key that leads to any row, and what stands for
 * none is known without asking.  So no two aggregates, and no aggregate and
 * list, can multiply each other.
 *
 * As for related(), each target row counts once per source row.  Where the
 * cardinalities let a row be met twice, rows are made distinct by what tells
 * them apart, the primary key, before they are aggregated; rows of a view have
 * nothing of the kind, and are asked for, key by key, by a semi-join.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "graphcache.h"
#include "load/aggregate.h"
#include "load/strategy.h"
#include "navquery.h"
#include "sqltext.h"

static void note_identity(LoadAggregate *aggregate, Oid target);
static bool matches_by_value(const LoadLevel *level);

/*
 * Return the type of an aggregate's result.
 */
Oid
relgraph_aggregate_type(const char *function, Oid column_type)
{
	Oid			argument = column_type;
	Oid		   *declared;
	Oid			result;

	if (strcmp(function, "count") == 0)
		return INT8OID;
	if (strcmp(function, "exists") == 0)
		return BOOLOID;

	result = relgraph_find_aggregate(function, argument, &declared);
	if (!OidIsValid(result) || !IsPolymorphicType(result))
		return result;
	argument = getBaseType(argument);
	return enforce_generic_type_consistency(&argument, declared, 1, result,
											false);
}

/*
 * Return what stands for the value where there is no row.
 */
const char *
relgraph_aggregate_of_none(const LoadAggregate *aggregate)
{
	if (strcmp(aggregate->function, "count") == 0)
		return "0";
	return relgraph_aggregate_is_exists(aggregate) ? "false" : "null";
}

/*
 * Copy what is needed of the path, which goes with the transaction.
 */
void
relgraph_note_aggregate(LoadLevel *level)
{
	LoadAggregate *aggregate = level->aggregate;
	const RelPath *path = aggregate->path;

	aggregate->repeats_rows = relgraph_path_repeats_rows(path);
	aggregate->hops = palloc(2 * path->nsteps * sizeof(RelHop));
	for (int i = 0; i < path->nsteps; i++)
	{
		const RelStep *step = &path->steps[i];

		aggregate->nbase = aggregate->nhops;
		for (int j = 0; j < step->relationship->nhops; j++)
			relgraph_copy_hop(&aggregate->hops[aggregate->nhops++],
							  &step->relationship->hops[j]);

		/* A first row exists if any does. */
		if (!step->is_repeated || relgraph_aggregate_is_exists(aggregate))
			aggregate->nbase = aggregate->nhops;
	}
	aggregate->is_probed = relgraph_aggregate_is_exists(aggregate);
	for (int i = 0; i < aggregate->nhops; i++)
	{
		const RelHop *hop = &aggregate->hops[i];

		if (!relgraph_leads_index(hop->to, hop->to_attnums[0]))
			aggregate->is_probed = false;
	}
	level->nhops = aggregate->nhops;
	level->hops[0] = aggregate->hops[0];
	note_identity(aggregate, level->relid);
}

/*
 * Find out what tells rows of the target apart.
 */
static void
note_identity(LoadAggregate *aggregate, Oid target)
{
	const RelIndex *primary = relgraph_find_primary_key(target);

	if (primary == NULL)
		return;
	aggregate->nidentity = primary->nkeys;
	aggregate->identity = palloc(primary->nkeys * sizeof(AttrNumber));
	memcpy(aggregate->identity, primary->attnums,
		   primary->nkeys * sizeof(AttrNumber));
}

/*
 * Plan what the query of a noted aggregate returns, and how that is written:
 * the value alone.
 */
void
relgraph_plan_aggregate(LoadPlan *plan, LoadLevel *level)
{
	const LoadAggregate *aggregate = level->aggregate;
	const RelHop *hop = &level->hops[0];

	relgraph_init_key_spec(&level->keys, hop);
	if (!matches_by_value(level))
		relgraph_match_by_ordinal(&level->keys);
	level->key_types = palloc(hop->nkeys * sizeof(Oid));
	for (int i = 0; i < hop->nkeys; i++)
		level->key_types[i] = relgraph_key_array_type(&level->keys, i);

	level->fetch_types = palloc(2 * sizeof(Oid));
	level->fetch_types[level->nfetch++] = aggregate->result_type;
	level->match_resno = level->nfetch;
	if (level->keys.match != KEY_MATCH_ORDINAL)
		level->fetch_types[level->nfetch++] =
			relgraph_column_type(hop->to, hop->to_attnums[0], NULL);
	relgraph_plan_strategy(level);
	level->reads_key_only = aggregate->nhops == 1 && level->args == NULL &&
		aggregate->attnum == InvalidAttrNumber;

	level->columns = palloc0(sizeof(LoadColumn));
	level->ncolumns = 1;
	level->columns[0].prefix = "";
	level->columns[0].encoder = relgraph_json_encoder(aggregate->result_type,
													  plan->cxt);
	level->suffix = "";
}

/*
 * Can values be grouped by the column that refers to the keys?  Only integers
 * that are equal are so to everybody; other values are grouped by their key's
 * number.
 */
static bool
matches_by_value(const LoadLevel *level)
{
	const LoadAggregate *aggregate = level->aggregate;

	return level->keys.match == KEY_MATCH_INTEGER &&
		!relgraph_aggregate_is_exists(aggregate) &&
		!relgraph_aggregate_is_recursive(aggregate) &&
		(!aggregate->repeats_rows || aggregate->nidentity > 0);
}
