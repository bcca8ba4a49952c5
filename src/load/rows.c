/*-------------------------------------------------------------------------
 *
 * rows.c
 *	  Rows of a batch: their text, their keys, what orders them.
 *
 * What is kept of a row is its text and a few numbers.  Text is written while
 * the row is still in its slot, into chunks that rows share; keys go to the
 * tables of the levels below, and a row notes which group each is in there.
 *
 * Everything is allocated in the batch's context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "compat.h"
#include "load/batch.h"
#include "load/levelargs.h"
#include "settings.h"
#include "sqltext.h"

#define INITIAL_ROWS 16

/*
 * Text is kept in chunks of this size, the first of a level excepted, which
 * grows as it is needed.  A new one is begun when less than the reserve is
 * left; should a row be longer than that, StringInfo finds room for it.
 */
#define CHUNK_SIZE (1024 * 1024)
#define CHUNK_RESERVE (16 * 1024)

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
static void note_sort_key(LoadRows *rows, const Datum *values,
						  const bool *isnull);
static void copy_slots(LoadRow *copy, LoadRows *child, const LoadRow *row,
					   const LoadRows *source);
static int32 copy_key(KeyTable *to, const KeyTable *from, int32 group);

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
