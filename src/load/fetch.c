/*-------------------------------------------------------------------------
 *
 * fetch.c
 *	  Rows of the levels of a load: statements run, rows received.
 *
 * Each level takes one statement, whatever the number of parents.  Its rows
 * are not collected: a receiver at the end of the executor has each turned
 * into text at once (rows.c), while it is still in the slot.
 *
 * Statements are read-only and see the active snapshot, which the caller has
 * made the same for all of them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "compat.h"
#include "load/batch.h"
#include "load/levelargs.h"
#include "load/loadquery.h"
#include "load/strategy.h"
#include "savedplan.h"
#include "settings.h"
#include "sqltext.h"

/*
 * A plan made for no keys in particular is taken up to this number of keys,
 * and another from there on.
 */
#define MAX_GENERIC_KEYS 200

typedef struct RowReceiver
{
	DestReceiver pub;			/* must be first */
	LoadRows   *rows;
} RowReceiver;

static bool receive_row(TupleTableSlot *slot, DestReceiver *self);
static void startup_receiver(DestReceiver *self, int operation,
							 TupleDesc tupdesc);
static void shutdown_receiver(DestReceiver *self);
static void destroy_receiver(DestReceiver *self);
static int32 group_of_row(const LoadRows *rows, const Datum *values,
						  const bool *isnull);
static void fetch_level(LoadRows *rows);
static void fetch_keys(LoadRows *rows);
static ParamListInfo make_params(const LoadRows *rows, LoadStrategy strategy);
static SPIPlanPtr get_level_plan(const LoadRows *rows, LoadStrategy strategy,
								 int32 nkeys);
static int	cursor_options_of(const LoadLevel *level, LoadStrategy strategy,
							  int32 nkeys);

/* ----------------------------------------------------------------
 *		Receiving
 * ----------------------------------------------------------------
 */

/*
 * Return a receiver, in the current context, that adds what it receives to
 * the rows.
 */
DestReceiver *
relgraph_create_row_receiver(LoadRows *rows)
{
	RowReceiver *receiver = palloc0(sizeof(RowReceiver));

	receiver->pub.receiveSlot = receive_row;
	receiver->pub.rStartup = startup_receiver;
	receiver->pub.rShutdown = shutdown_receiver;
	receiver->pub.rDestroy = destroy_receiver;
	receiver->pub.mydest = DestNone;
	receiver->rows = rows;
	return &receiver->pub;
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	LoadRows   *rows = ((RowReceiver *) self)->rows;
	int32		group = 0;

	if (rows->keys != NULL)
	{
		slot_getsomeattrs(slot, rows->level->match_resno + 1);
		group = group_of_row(rows, slot->tts_values, slot->tts_isnull);
		if (group < rows->first_key || group >= rows->end_key)
			return true;
	}
	slot_getallattrs(slot);
	relgraph_add_row(rows, group, slot->tts_values, slot->tts_isnull);
	return !rows->batch->is_over_limit;
}

/*
 * Make sure that the columns still have the types the level was planned for.
 * The locks do not keep our own transaction from altering a table between two
 * statements, and the query is then written anew, but not the plan.
 */
static void
startup_receiver(DestReceiver *self, int operation, TupleDesc tupdesc)
{
	const LoadLevel *level = ((RowReceiver *) self)->rows->level;

	for (int i = 0; i < level->nfetch; i++)
	{
		Form_pg_attribute att = TupleDescAttr(tupdesc, i);

		if (att->atttypid != level->fetch_types[i])
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("type of column \"%s\" changed while rows were being loaded",
							NameStr(att->attname)),
					 errdetail("It was %s, and is now %s.",
							   format_type_be(level->fetch_types[i]),
							   format_type_be(att->atttypid)),
					 errhint("Run the statement again.")));
	}
}

static void
shutdown_receiver(DestReceiver *self)
{
}

static void
destroy_receiver(DestReceiver *self)
{
	pfree(self);
}

/*
 * Return the group that a row was fetched for, or -1 if it was fetched only
 * because all were.
 */
static int32
group_of_row(const LoadRows *rows, const Datum *values, const bool *isnull)
{
	const LoadLevel *level = rows->level;
	Datum		value = values[level->match_resno];
	int32		group;

	if (level->keys.match == KEY_MATCH_ORDINAL)
		return rows->first_key + (int32) DatumGetInt64(value) - 1;
	group = isnull[level->match_resno] ? -1 :
		relgraph_find_key(rows->keys, value);
	if (group < 0 && !rows->meets_others)
		elog(ERROR, "relationship \"%s\" returned a row with a key that was not asked for",
			 level->key);
	return group;
}

/* ----------------------------------------------------------------
 *		Statements
 * ----------------------------------------------------------------
 */

/*
 * Fetch everything below the roots that were added; return false if that takes
 * more memory than the batch may use.  Needs an SPI connection and an active
 * snapshot.
 */
bool
relgraph_fetch_levels(LoadBatch *batch)
{
	for (int i = 1; i < batch->plan->nlevels && !batch->is_over_limit; i++)
	{
		CHECK_FOR_INTERRUPTS();
		fetch_level(&batch->levels[i]);
	}
	return !batch->is_over_limit;
}

/*
 * Fetch a level whose parents are there.
 *
 * The rows of a recursive level add keys of more of its rows, which are asked
 * for next: one statement per depth, and each key once, however many rows have
 * it.  A row that was not met before is then not nested less deep anywhere.
 */
static void
fetch_level(LoadRows *rows)
{
	const LoadLevel *level = rows->level;
	MemoryContext cxt = AllocSetContextCreate(CurrentMemoryContext,
											  "relgraph load statement",
											  ALLOCSET_START_SMALL_SIZES);
	MemoryContext oldcxt = MemoryContextSwitchTo(cxt);
	int64		depth = 1;

	rows->first_key = 0;
	rows->end_key = relgraph_count_keys(rows->keys);
	while (rows->first_key < rows->end_key)
	{
		int32		nnodes = level->is_recursive ?
			relgraph_count_keys(rows->nodes) : 0;

		CHECK_FOR_INTERRUPTS();
		fetch_keys(rows);
		MemoryContextReset(cxt);
		if (!level->is_recursive || rows->batch->is_over_limit)
			break;
		if (depth > relgraph_max_tree_depth &&
			relgraph_count_keys(rows->nodes) > nnodes)
			relgraph_report_deep_tree(level);
		if (depth == level->max_levels)
			break;
		depth++;
		rows->first_key = rows->end_key;
		rows->end_key = relgraph_count_keys(rows->keys);
	}

	MemoryContextSwitchTo(oldcxt);
	MemoryContextDelete(cxt);
}

/*
 * Fetch the rows of all keys from rows->first_key on.
 */
static void
fetch_keys(LoadRows *rows)
{
	const LoadLevel *level = rows->level;
	int32		nkeys = rows->end_key - rows->first_key;
	SPIExecuteOptions options = {0};
	LoadStrategy strategy;
	int			result;

	strategy = relgraph_choose_strategy(level, nkeys, NULL);
	if (strategy == LOAD_JOIN)
	{
		rows->meets_others = true;
		if (!level->is_recursive)
			relgraph_prepare_for_misses(rows->keys);
	}
	options.params = make_params(rows, strategy);
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = relgraph_create_row_receiver(rows);
	result = SPI_execute_plan_extended(get_level_plan(rows, strategy, nkeys),
									   &options);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan_extended failed: %s",
			 SPI_result_code_string(result));
}

/*
 * Return the parents' keys, unless the strategy does not ask for them, and the
 * values of the level's arguments, as parameters.
 */
static ParamListInfo
make_params(const LoadRows *rows, LoadStrategy strategy)
{
	const LoadLevel *level = rows->level;
	const QueryParams *values =
		&rows->batch->call->levels[level->number].params;
	int			nkeys = strategy == LOAD_JOIN ? 0 : level->keys.nkeys;
	ParamListInfo params;

	if (nkeys + values->n == 0)
		return NULL;
	params = makeParamList(nkeys + values->n);
	for (int i = 0; i < params->numParams; i++)
	{
		ParamExternData *param = &params->params[i];

		param->value = i < nkeys ?
			relgraph_key_array(rows->keys, i, rows->first_key) :
			values->values[i - nkeys];
		param->isnull = false;
		param->pflags = PARAM_FLAG_CONST;
		param->ptype = i < nkeys ? level->key_types[i] :
			values->types[i - nkeys];
	}
	return params;
}

/*
 * Return the plan that fetches these keys.  If DDL has made it stale, its text
 * may be, too.
 */
static SPIPlanPtr
get_level_plan(const LoadRows *rows, LoadStrategy strategy, int32 nkeys)
{
	const LoadLevel *level = rows->level;
	const LevelCall *call = &rows->batch->call->levels[level->number];
	const char *query = call->queries[strategy] != NULL ?
		call->queries[strategy] : level->queries[strategy];
	int			nargs = call->params.n;
	const Oid  *types = call->params.types;
	int			cursor_options = cursor_options_of(level, strategy, nkeys);
	SPIPlanPtr	plan;

	if (strategy != LOAD_JOIN)
	{
		nargs += level->keys.nkeys;
		types = call->key_types;
	}
	plan = relgraph_find_saved_plan(query, nargs, types, cursor_options);
	if (plan == NULL)
		plan = relgraph_get_saved_plan(relgraph_level_query(level, strategy,
															call->filter),
									   nargs, types, cursor_options);
	if (cursor_options & (SAVED_PLAN_BY_INDEX | SAVED_PLAN_BY_BITMAP))
		relgraph_plan_scans(plan, cursor_options);
	return plan;
}

/*
 * Return how a statement is to be planned.
 *
 * A plan made for no keys in particular serves if they are few: through an
 * index it hardly ever is another than one made for the very keys.  A bitmap
 * of so few rows would take longer to make than they take to read, and hashing
 * a table behind an association longer than looking up what is wanted of it.
 * If there are many keys, their rows had better be visited in the order of
 * pages.  A planner that is shown the keys sees that, too, but takes its time,
 * and then tends to prefer a scan of the whole table, which it cannot do as
 * cheaply as we can, see strategy.c.  Where several relations are read, though,
 * their join is for the planner to choose; and where rows are only counted,
 * their pages need not be visited.  A probe is the same for any number of keys.
 */
static int
cursor_options_of(const LoadLevel *level, LoadStrategy strategy, int32 nkeys)
{
	bool		has_choice = strategy == LOAD_BATCH && level->is_indexed &&
		level->keys.match != KEY_MATCH_ORDINAL;

	if (strategy == LOAD_JOIN || strategy == LOAD_PROBE)
		return CURSOR_OPT_GENERIC_PLAN;
	if (nkeys <= MAX_GENERIC_KEYS || level->reads_key_only)
		return CURSOR_OPT_GENERIC_PLAN |
			(has_choice ? SAVED_PLAN_BY_INDEX : 0) |
			(has_choice && level->has_many_targets ? SAVED_PLAN_BY_LOOP : 0);
	return has_choice && level->nhops == 1 ?
		CURSOR_OPT_GENERIC_PLAN | SAVED_PLAN_BY_BITMAP :
		CURSOR_OPT_CUSTOM_PLAN;
}
