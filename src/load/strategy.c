/*-------------------------------------------------------------------------
 *
 * strategy.c
 *	  How the rows of a level are fetched, now that the keys are known.
 *
 * A batch asks an index for each key; a join reads the table once from end to
 * end, without any condition on the keys, and leaves out rows of other parents
 * when they arrive, by one look-up in the table of keys.  That is the hash
 * join a planner would make of it, save that the hash table is there already,
 * and it beats every other plan once a fair part of the rows is wanted.
 *
 * The choice is made for each statement, by numbers from the statistics.  It
 * is not left to the planner: it would have to be shown an array of perhaps
 * 100,000 keys, takes a while to go through it, and has no hash join to offer.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "graphcache.h"
#include "load/levelargs.h"
#include "load/strategy.h"
#include "settings.h"

/*
 * Costs, relative to that of reading a row in a scan and finding that it is not
 * wanted: measured with everything in memory, which is what the rows of a level
 * usually are, for they were just visited or will soon be.
 */
#define COST_OF_KEY 10.0		/* to look it up in an index */
#define COST_OF_ROW 3.0			/* to visit one the index points to */
#define COST_OF_SORTING 6.0		/* to sort it among the others and number it */

/* Rows behind an association that may be hashed for a few that are wanted. */
#define MAX_TARGETS_TO_HASH 500

/* Up to this many keys, comparing each row with each is fine. */
#define MAX_KEYS_WITHOUT_INDEX 8

static bool find_forced_strategy(const LoadLevel *level,
								 LoadStrategy *strategy);
static LoadStrategy choose_unlimited(const LoadLevel *level, int32 nkeys,
									 const char **reason);
static LoadStrategy choose_limited(const LoadLevel *level, int32 nkeys,
								   const char **reason);
static bool has_ordered_index(const LoadLevel *level);
static bool index_has_order(const LoadLevel *level, const RelIndex *index);
static const RelIndex *find_leading_index(Oid relid, AttrNumber attnum);
static double get_row_count(Oid relid);
static double get_distinct(Oid relid, AttrNumber attnum, double rows);

/*
 * Note how many rows there are to be read and how they spread over keys.
 */
void
relgraph_plan_strategy(LoadLevel *level)
{
	const RelHop *hop = &level->hops[0];
	const RelIndex *index = find_leading_index(hop->to, hop->to_attnums[0]);
	char		kind = get_rel_relkind(hop->to);

	level->is_indexed = index != NULL;
	level->is_ordered = relgraph_level_is_limited(level) &&
		has_ordered_index(level);
	level->is_scannable = kind == RELKIND_RELATION ||
		kind == RELKIND_MATVIEW || kind == RELKIND_PARTITIONED_TABLE;
	level->has_many_targets = level->nhops == 2 && level->aggregate == NULL &&
		get_row_count(level->relid) > MAX_TARGETS_TO_HASH &&
		find_leading_index(level->relid,
						   level->hops[1].to_attnums[0]) != NULL;
	level->scan_rows = get_row_count(hop->to);
	if (index != NULL && index->is_unique && index->nkeys == 1)
		level->distinct_keys = level->scan_rows;
	else
		level->distinct_keys = get_distinct(hop->to, hop->to_attnums[0],
											level->scan_rows);
}

/*
 * Return true if there is a statement for the strategy.  A limited level is
 * matched by the server, and can be asked for key by key or numbered; another
 * one can only be joined here if it is not matched by the server.
 */
bool
relgraph_strategy_is_possible(const LoadLevel *level, LoadStrategy strategy)
{
	bool		is_limited = relgraph_level_is_limited(level);

	switch (strategy)
	{
		case LOAD_BATCH:
			return !is_limited;
		case LOAD_JOIN:
			return !is_limited && level->keys.match != KEY_MATCH_ORDINAL;
		case LOAD_PROBE:
		case LOAD_WINDOW:
			return is_limited;
	}
	return false;
}

/*
 * Return the strategy for a level, and why.
 */
LoadStrategy
relgraph_choose_strategy(const LoadLevel *level, int32 nkeys,
						 const char **reason)
{
	const char *ignored;
	LoadStrategy strategy;

	if (reason == NULL)
		reason = &ignored;
	if (find_forced_strategy(level, &strategy))
	{
		*reason = "forced by relgraph.load_strategy";
		return strategy;
	}
	if (relgraph_level_is_limited(level))
		return choose_limited(level, nkeys, reason);
	return choose_unlimited(level, nkeys, reason);
}

/*
 * Return true if a setting forces a strategy that is possible.  What fetches
 * all keys at once, be it by asking for them or by reading everything, is a
 * window where the level is limited.
 */
static bool
find_forced_strategy(const LoadLevel *level, LoadStrategy *strategy)
{
	bool		is_limited = relgraph_level_is_limited(level);

	*strategy = LOAD_PROBE;
	switch (relgraph_load_strategy)
	{
		case LOAD_STRATEGY_AUTO:
			return false;
		case LOAD_STRATEGY_BATCH:
			*strategy = is_limited ? LOAD_WINDOW : LOAD_BATCH;
			break;
		case LOAD_STRATEGY_JOIN:
			*strategy = is_limited ? LOAD_WINDOW : LOAD_JOIN;
			break;
		case LOAD_STRATEGY_PROBE:
			break;
	}
	return relgraph_strategy_is_possible(level, *strategy);
}

/*
 * Return the cheaper strategy for a level that is not limited.  A level whose
 * rows the server has to match cannot be joined here; a view or a foreign table
 * should not be read whole on the strength of guesses.
 */
static LoadStrategy
choose_unlimited(const LoadLevel *level, int32 nkeys, const char **reason)
{
	double		wanted;

	if (level->keys.match == KEY_MATCH_ORDINAL)
	{
		*reason = "rows are matched to their parents by the server";
		return LOAD_BATCH;
	}
	if (!level->is_scannable)
	{
		*reason = "the relation is not read whole, because it is no table";
		return LOAD_BATCH;
	}
	if (!level->is_indexed)
	{
		*reason = nkeys > MAX_KEYS_WITHOUT_INDEX ?
			"no index leads with the key, and keys are many" :
			"no index leads with the key, but keys are few";
		return nkeys > MAX_KEYS_WITHOUT_INDEX ? LOAD_JOIN : LOAD_BATCH;
	}
	*reason = "an index leads with the key";
	if (level->distinct_keys <= 0)
		return LOAD_BATCH;

	wanted = Min(1.0, nkeys / level->distinct_keys) * level->scan_rows;
	if (nkeys * COST_OF_KEY + wanted * COST_OF_ROW <= level->scan_rows)
		return LOAD_BATCH;
	*reason = "a large part of the table is wanted";
	return LOAD_JOIN;
}

/*
 * Return the cheaper strategy for a level that is limited.  A probe visits all
 * rows of its key unless the index is in the order wanted; a window visits them
 * all, and sorts them.
 */
static LoadStrategy
choose_limited(const LoadLevel *level, int32 nkeys, const char **reason)
{
	double		rows_per_key;
	double		visited;
	double		wanted;

	if (!level->is_indexed)
	{
		*reason = "no index leads with the key";
		return LOAD_WINDOW;
	}
	*reason = level->is_ordered ?
		"an index leads with the key and has the order" :
		"an index leads with the key";
	if (level->distinct_keys <= 0 || !level->is_scannable)
		return LOAD_PROBE;

	rows_per_key = level->scan_rows / level->distinct_keys;
	visited = rows_per_key;
	if (level->is_ordered && level->args->limit.is_given &&
		level->args->limit.param == 0 && level->args->offset.param == 0)
		visited = Min(visited, level->args->limit.value +
					  level->args->offset.value);
	wanted = Min(nkeys * rows_per_key, level->scan_rows);
	if (nkeys * (COST_OF_KEY + visited * COST_OF_ROW) <=
		Min(wanted * COST_OF_ROW, level->scan_rows) +
		wanted * COST_OF_SORTING)
		return LOAD_PROBE;
	*reason = "most rows of the table are visited in any case";
	return LOAD_WINDOW;
}

/*
 * Return true if an index has the rows of each key in the level's order.
 */
static bool
has_ordered_index(const LoadLevel *level)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, level->relid);

	if (level->nhops != 1 || level->nsort == 0)
		return false;
	relgraph_need_indexes(catalog, rel);
	for (int i = 0; i < rel->nindexes; i++)
	{
		const RelIndex *index = &rel->indexes[i];

		if (index->is_usable && !index->has_predicate &&
			index_has_order(level, index))
			return true;
	}
	return false;
}

/*
 * Return true if an index consists of the key and the first column of the
 * order: few rows are the same in both, whatever comes behind.
 */
static bool
index_has_order(const LoadLevel *level, const RelIndex *index)
{
	const RelHop *hop = &level->hops[0];

	if (index->nkeys <= hop->nkeys ||
		index->attnums[hop->nkeys] != level->sort[0].attnum)
		return false;
	for (int i = 0; i < hop->nkeys; i++)
	{
		bool		is_there = false;

		for (int j = 0; j < hop->nkeys; j++)
			is_there |= index->attnums[j] == hop->to_attnums[i];
		if (!is_there)
			return false;
	}
	return true;
}

bool
relgraph_leads_index(Oid relid, AttrNumber attnum)
{
	return find_leading_index(relid, attnum) != NULL;
}

/*
 * Return an index that leads with the column, the narrowest there is, or NULL.
 */
static const RelIndex *
find_leading_index(Oid relid, AttrNumber attnum)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, relid);

	relgraph_need_indexes(catalog, rel);
	for (int i = 0; i < rel->nindexes; i++)
	{
		const RelIndex *index = &rel->indexes[i];

		if (index->is_usable && !index->has_predicate &&
			index->attnums[0] == attnum)
			return index;
	}
	return NULL;
}

/*
 * Return the number of rows that the last ANALYZE or VACUUM counted, 0 if
 * there was none.
 */
static double
get_row_count(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	double		rows = 0;

	if (HeapTupleIsValid(tuple))
	{
		rows = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
		ReleaseSysCache(tuple);
	}
	return Max(rows, 0);
}

/*
 * Return the number of a column's distinct values, 0 if nothing is known.
 */
static double
get_distinct(Oid relid, AttrNumber attnum, double rows)
{
	bool		is_inherited = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;
	HeapTuple	tuple = SearchSysCache3(STATRELATTINH,
										ObjectIdGetDatum(relid),
										Int16GetDatum(attnum),
										BoolGetDatum(is_inherited));
	double		distinct = 0;

	if (HeapTupleIsValid(tuple))
	{
		distinct = ((Form_pg_statistic) GETSTRUCT(tuple))->stadistinct;
		ReleaseSysCache(tuple);
	}
	return distinct < 0 ? -distinct * rows : distinct;
}
