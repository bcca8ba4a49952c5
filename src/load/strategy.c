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
#include "load/strategy.h"

/*
 * Costs, relative to that of reading a row in a scan and finding that it is not
 * wanted: measured with everything in memory, which is what the rows of a level
 * usually are, for they were just visited or will soon be.
 */
#define COST_OF_KEY 10.0		/* to look it up in an index */
#define COST_OF_ROW 3.0			/* to visit one the index points to */

/* Up to this many keys, comparing each row with each is fine. */
#define MAX_KEYS_WITHOUT_INDEX 8

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
	level->is_scannable = kind == RELKIND_RELATION ||
		kind == RELKIND_MATVIEW || kind == RELKIND_PARTITIONED_TABLE;
	level->scan_rows = get_row_count(hop->to);
	if (index != NULL && index->is_unique && index->nkeys == 1)
		level->distinct_keys = level->scan_rows;
	else
		level->distinct_keys = get_distinct(hop->to, hop->to_attnums[0],
											level->scan_rows);
}

/*
 * Return the cheaper strategy for so many keys.  A level whose rows the server
 * has to match cannot be joined here; a view or a foreign table should not be
 * read whole on the strength of guesses.
 */
LoadStrategy
relgraph_choose_strategy(const LoadLevel *level, int32 nkeys)
{
	double		wanted;

	if (level->keys.match == KEY_MATCH_ORDINAL || !level->is_scannable)
		return LOAD_BATCH;
	if (!level->is_indexed)
		return nkeys > MAX_KEYS_WITHOUT_INDEX ? LOAD_JOIN : LOAD_BATCH;
	if (level->distinct_keys <= 0)
		return LOAD_BATCH;

	wanted = Min(1.0, nkeys / level->distinct_keys) * level->scan_rows;
	return nkeys * COST_OF_KEY + wanted * COST_OF_ROW > level->scan_rows ?
		LOAD_JOIN : LOAD_BATCH;
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
