/*-------------------------------------------------------------------------
 *
 * fetch.c
 *	  Rows of the levels of a load: statements run, text written.
 *
 * Each level takes one statement, whatever the number of parents.  Its rows
 * are not collected: a receiver at the end of the executor writes the columns
 * of each at once as JSON text, while they are still in the slot, and notes
 * the keys of its children.  What is kept of a row is that text and a few
 * numbers.
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

#define INITIAL_ROWS 16

/*
 * Text is kept in chunks of this size, the first of a level excepted, which
 * grows as it is needed.  A new one is begun when less than the reserve is
 * left; should a row be longer than that, StringInfo finds room for it.
 */
#define CHUNK_SIZE (1024 * 1024)
#define CHUNK_RESERVE (16 * 1024)

typedef struct RowReceiver
{
	DestReceiver pub;			/* must be first */
	LoadRows   *rows;
} RowReceiver;

static void init_rows(LoadBatch *batch, const LoadLevel *level);
pg_noreturn static void report_many_rows(const LoadLevel *level);
static LoadRow *append_row(LoadRows *rows);
static void grow_rows(LoadRows *rows);
static StringInfo text_chunk(LoadRows *rows, int *chunk);
static void check_memory(LoadBatch *batch);
static void write_columns(LoadRows *rows, LoadRow *row, const Datum *values,
						  const bool *isnull);
static void note_child_keys(LoadRows *rows, LoadRow *row, const Datum *values,
							const bool *isnull);
static int32 add_key(KeyTable *table, int nkeys, const int *resnos,
					 const Datum *values, const bool *isnull);
static void copy_slots(LoadRow *copy, LoadRows *child, const LoadRow *row,
					   const LoadRows *source);
static int32 copy_key(KeyTable *to, const KeyTable *from, int32 group);
static void note_sort_key(LoadRows *rows, const Datum *values,
						  const bool *isnull);
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

/*
 * Return an empty batch that lives in the given context.
 */
LoadBatch *
relgraph_start_batch(const LoadCall *call, MemoryContext cxt)
{
	const LoadPlan *plan = call->plan;
	MemoryContext oldcxt = MemoryContextSwitchTo(cxt);
	LoadBatch  *batch = palloc0(sizeof(LoadBatch));
	MemoryContext scratch = AllocSetContextCreate(cxt, "relgraph load row",
												  ALLOCSET_SMALL_SIZES);

	batch->plan = plan;
	batch->call = call;
	batch->cxt = cxt;
	batch->levels = palloc0(plan->nlevels * sizeof(LoadRows));
	for (int i = 0; i < plan->nlevels; i++)
	{
		batch->levels[i].scratch = scratch;
		init_rows(batch, plan->levels[i]);
	}
	MemoryContextSwitchTo(oldcxt);
	return batch;
}

/*
 * Return a batch that lives in the given context and has the roots of another
 * one, which gets no levels of its own.  The roots stay where they are, with
 * the keys they noted, and more can be added there later on.
 */
LoadBatch *
relgraph_start_batch_from(const LoadBatch *roots, MemoryContext cxt)
{
	LoadBatch  *batch = relgraph_start_batch(roots->call, cxt);
	LoadRows   *rows = &batch->levels[0];
	LoadRows  **children = rows->children;
	MemoryContext scratch = rows->scratch;

	*rows = roots->levels[0];
	rows->batch = batch;
	rows->scratch = scratch;
	for (int i = 0; i < rows->level->nchildren; i++)
	{
		children[i]->keys = rows->children[i]->keys;
		children[i]->nodes = rows->children[i]->nodes;
	}
	rows->children = children;
	batch->is_one_document = roots->is_one_document;
	batch->is_one_array = roots->is_one_array;
	batch->fetched_bytes = roots->fetched_bytes;
	return batch;
}

/*
 * Prepare for the rows of a level, and for its parents' keys.
 */
static void
init_rows(LoadBatch *batch, const LoadLevel *level)
{
	LoadRows   *rows = &batch->levels[level->number];

	rows->level = level;
	rows->batch = batch;
	rows->row_size = MAXALIGN(offsetof(LoadRow, slots) +
							  level->nslots * sizeof(int32));
	rows->children = palloc(level->nchildren * sizeof(LoadRows *));
	if (level->parent != NULL)
	{
		LoadRows   *parent = &batch->levels[level->parent->number];

		parent->children[level->sibling] = rows;
		rows->keys = relgraph_create_key_table(unconstify(KeySpec *,
														  &level->keys),
											   batch->cxt);
	}
	if (level->is_recursive)
		rows->nodes = relgraph_create_key_table(unconstify(KeySpec *,
														   &level->nodes),
												batch->cxt);
}

/*
 * Add a row, given as the values of the level's fetched columns, to a group of
 * parents (0 at the root).
 */
void
relgraph_add_row(LoadRows *rows, int32 group, const Datum *values,
				 const bool *isnull)
{
	MemoryContext oldcxt = MemoryContextSwitchTo(rows->scratch);
	LoadRow    *row;

	if (++rows->batch->call->levels[rows->level->number].nrows >
		relgraph_max_rows && relgraph_max_rows > 0)
		report_many_rows(rows->level);
	row = append_row(rows);
	row->group = group;
	write_columns(rows, row, values, isnull);
	note_child_keys(rows, row, values, isnull);
	if (rows->level->nsort > 0)
		note_sort_key(rows, values, isnull);

	MemoryContextSwitchTo(oldcxt);
	MemoryContextReset(rows->scratch);
}

/*
 * Complain about a level that has more rows than a load may fetch of any.
 */
static void
report_many_rows(const LoadLevel *level)
{
	char	   *path = NULL;

	for (const LoadLevel *l = level; l->parent != NULL; l = l->parent)
		path = path == NULL ? pstrdup(l->key) :
			psprintf("%s.%s", l->key, path);
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 path == NULL ?
			 errmsg_plural("more than %d row of table \"%s\" to load",
						   "more than %d rows of table \"%s\" to load",
						   relgraph_max_rows, relgraph_max_rows,
						   relgraph_relation_name(level->relid)) :
			 errmsg_plural("more than %d row to load for \"%s\"",
						   "more than %d rows to load for \"%s\"",
						   relgraph_max_rows, relgraph_max_rows, path),
			 errdetail("\"%s\" sets the number of rows of any one level that a call may load.",
					   "relgraph.max_rows"),
			 errhint("Limit or filter the rows, or set it to a higher value.")));
}

/*
 * Return a new row.
 */
static LoadRow *
append_row(LoadRows *rows)
{
	if (rows->nrows == rows->maxrows)
		grow_rows(rows);
	return relgraph_batch_row(rows, rows->nrows++);
}

/*
 * Make room for more rows.
 */
static void
grow_rows(LoadRows *rows)
{
	MemoryContext cxt = MemoryContextGetParent(rows->scratch);
	MemoryContext oldcxt = MemoryContextSwitchTo(cxt);
	int			nsort = rows->level->nsort;
	Size		n = rows->maxrows;

	if (rows->maxrows > PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows to load at once")));

	if (n == 0)
	{
		n = INITIAL_ROWS;
		rows->rows = palloc(n * rows->row_size);
		if (rows->level->sorts_integer)
			rows->sort_integers = palloc(n * sizeof(int64));
		else if (nsort > 0)
		{
			rows->sort_values = palloc(n * nsort * sizeof(Datum));
			rows->sort_nulls = palloc(n * nsort * sizeof(bool));
		}
	}
	else
	{
		n *= 2;
		rows->rows = repalloc_huge(rows->rows, n * rows->row_size);
		if (rows->level->sorts_integer)
			rows->sort_integers = repalloc_huge(rows->sort_integers,
												n * sizeof(int64));
		else if (nsort > 0)
		{
			rows->sort_values = repalloc_huge(rows->sort_values,
											  n * nsort * sizeof(Datum));
			rows->sort_nulls = repalloc_huge(rows->sort_nulls,
											 n * nsort * sizeof(bool));
		}
	}
	rows->maxrows = n;
	MemoryContextSwitchTo(oldcxt);
}

/*
 * Return the chunk that the next row's text goes to.
 */
static StringInfo
text_chunk(LoadRows *rows, int *chunk)
{
	MemoryContext oldcxt;

	if (rows->nchunks > 0 &&
		rows->chunks[rows->nchunks - 1].len < CHUNK_SIZE - CHUNK_RESERVE)
	{
		*chunk = rows->nchunks - 1;
		return &rows->chunks[*chunk];
	}

	oldcxt = MemoryContextSwitchTo(MemoryContextGetParent(rows->scratch));
	if (rows->nchunks == rows->maxchunks)
	{
		rows->maxchunks = Max(rows->maxchunks * 2, 8);
		if (rows->chunks == NULL)
			rows->chunks = palloc(rows->maxchunks * sizeof(StringInfoData));
		else
			rows->chunks = repalloc_huge(rows->chunks, rows->maxchunks *
										 sizeof(StringInfoData));
	}
	*chunk = rows->nchunks++;
	if (*chunk == 0)
		initStringInfo(&rows->chunks[*chunk]);
	else
	{
		/* StringInfo would round the size up to the next power of two. */
		rows->chunks[*chunk].data = palloc(CHUNK_SIZE);
		rows->chunks[*chunk].maxlen = CHUNK_SIZE;
		resetStringInfo(&rows->chunks[*chunk]);
		rows->batch->fetched_bytes += rows->chunks[*chunk - 1].len;
		check_memory(rows->batch);
	}
	MemoryContextSwitchTo(oldcxt);
	return &rows->chunks[*chunk];
}

/*
 * See if a batch that grew by a chunk still may.  Every row fetched becomes
 * part of some document, so what is too long for a single one can be refused
 * before all of it was fetched.
 */
static void
check_memory(LoadBatch *batch)
{
	if (batch->is_one_document && batch->fetched_bytes > MaxAllocSize)
		relgraph_report_long_document(batch);
	if (batch->limit > 0 &&
		MemoryContextMemAllocated(batch->cxt, true) > batch->limit)
		batch->is_over_limit = true;
}

/*
 * Write the row's own columns as text.
 */
static void
write_columns(LoadRows *rows, LoadRow *row, const Datum *values,
			  const bool *isnull)
{
	const LoadLevel *level = rows->level;
	int			chunk;
	StringInfo	buf = text_chunk(rows, &chunk);

	row->chunk = chunk;
	row->offset = buf->len;
	for (int i = 0; i < level->ncolumns; i++)
	{
		const LoadColumn *column = &level->columns[i];

		appendBinaryStringInfo(buf, column->prefix, column->prefix_length);
		relgraph_json_append(buf, column->encoder, values[column->resno],
							 isnull[column->resno]);
	}
	appendBinaryStringInfo(buf, level->suffix, level->suffix_length);
	row->length = buf->len - row->offset;
}

/*
 * Note which groups of parents the row is in, and which node of trees it is.
 */
static void
note_child_keys(LoadRows *rows, LoadRow *row, const Datum *values,
				const bool *isnull)
{
	const LoadLevel *level = rows->level;

	for (int i = 0; i < level->nchildren; i++)
	{
		LoadRows   *child = rows->children[i];

		row->slots[i] = add_key(child->keys, child->level->keys.nkeys,
								child->level->parent_resnos, values, isnull);
		if (child->level->is_recursive)
			row->slots[child->level->start_slot] =
				add_key(child->nodes, child->level->nnodekeys,
						child->level->start_resnos, values, isnull);
	}
	if (level->is_recursive)
	{
		row->slots[level->own_group_slot] =
			add_key(rows->keys, level->keys.nkeys, level->own_resnos,
					values, isnull);
		row->slots[level->own_node_slot] =
			add_key(rows->nodes, level->nnodekeys, level->node_resnos,
					values, isnull);
	}
}

/*
 * Return the group of a key that is found in the given columns of a row, or -1
 * if a null keeps it from being one.
 */
static int32
add_key(KeyTable *table, int nkeys, const int *resnos, const Datum *values,
		const bool *isnull)
{
	Datum		keys[2 * INDEX_MAX_KEYS];

	for (int i = 0; i < nkeys; i++)
	{
		if (isnull[resnos[i]])
			return -1;
		keys[i] = values[resnos[i]];
	}
	return relgraph_add_key(table, keys);
}

/*
 * Keep what orders the newest row among those of its group.
 */
static void
note_sort_key(LoadRows *rows, const Datum *values, const bool *isnull)
{
	const LoadLevel *level = rows->level;
	Size		at = rows->nrows - 1;
	MemoryContext oldcxt;

	if (level->sorts_integer)
	{
		int			resno = level->sort[0].resno;

		/* Without a row that is null: a primary key, or one referenced. */
		rows->sort_integers[at] = isnull[resno] ? PG_INT64_MAX :
			relgraph_integer_value(values[resno], level->sort[0].typlen);
		return;
	}

	oldcxt = MemoryContextSwitchTo(MemoryContextGetParent(rows->scratch));
	for (int i = 0; i < level->nsort; i++)
	{
		const LoadSort *sort = &level->sort[i];
		Datum		value = values[sort->resno];
		Size		n = at * level->nsort + i;

		rows->sort_nulls[n] = isnull[sort->resno];
		if (isnull[sort->resno])
			rows->sort_values[n] = (Datum) 0;
		else if (sort->typlen == -1)
			rows->sort_values[n] =
				PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
		else
			rows->sort_values[n] = datumCopy(value, sort->typbyval,
											 sort->typlen);
	}
	MemoryContextSwitchTo(oldcxt);
}

/*
 * Add roots of one batch to another of the same plan.
 */
void
relgraph_copy_roots(LoadBatch *to, const LoadBatch *from,
					int32 first, int32 count)
{
	LoadRows   *target = &to->levels[0];
	const LoadRows *source = &from->levels[0];
	int			nchildren = source->level->nchildren;

	for (int32 i = first; i < first + count; i++)
	{
		const LoadRow *row = relgraph_batch_row(source, i);
		LoadRow    *copy = append_row(target);
		int			chunk;
		StringInfo	buf = text_chunk(target, &chunk);

		copy->chunk = chunk;
		copy->offset = buf->len;
		copy->length = row->length;
		copy->group = row->group;
		appendBinaryStringInfo(buf,
							   source->chunks[row->chunk].data + row->offset,
							   row->length);
		for (int j = 0; j < nchildren; j++)
			copy_slots(copy, target->children[j], row, source->children[j]);
	}
}

/*
 * Note the key that a row's copy has for a child, and which node it is.
 */
static void
copy_slots(LoadRow *copy, LoadRows *child, const LoadRow *row,
		   const LoadRows *source)
{
	const LoadLevel *level = child->level;

	copy->slots[level->sibling] = copy_key(child->keys, source->keys,
										   row->slots[level->sibling]);
	if (level->is_recursive)
		copy->slots[level->start_slot] =
			copy_key(child->nodes, source->nodes,
					 row->slots[level->start_slot]);
}

/*
 * Return the group in one table of the key that is a group in another.
 */
static int32
copy_key(KeyTable *to, const KeyTable *from, int32 group)
{
	if (group < 0)
		return -1;
	return relgraph_add_key(to, relgraph_key_values(from, group));
}

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
