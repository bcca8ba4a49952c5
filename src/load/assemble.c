/*-------------------------------------------------------------------------
 *
 * assemble.c
 *	  Rows of all levels become documents.
 *
 * Linking sorts the rows of a level by group, with a counting sort, and then
 * each group by the level's order; most often both turn out to be the order in
 * which rows arrived.  A row that several parents share (the author of many
 * posts) is there once, and written once per parent.
 *
 * The length of every document is known from its rows' before it is written,
 * so that it is written in one go, into memory of exactly that size, and one
 * that is too long is refused before it has used any.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "compat.h"
#include "load/batch.h"
#include "sqltext.h"

/* Stands for every length that is too long, and can be added up. */
#define TOO_LONG (UINT64CONST(1) << 40)

/* Rows between two checks for interrupts. */
#define ROWS_PER_CHECK 65536

static void link_rows(LoadRows *rows, int32 ngroups);
static void check_to_one(const LoadRows *rows, int32 ngroups);
static void sort_groups(LoadRows *rows, int32 ngroups);
static bool group_is_sorted(const LoadRows *rows, const int32 *order,
							int32 n);
static int	compare_rows(const void *a, const void *b, void *arg);
static int	compare_sort_keys(const LoadRows *rows, int32 a, int32 b);
static void remove_repeats(LoadRows *rows, int32 group);
static void add_lengths(LoadBatch *batch, LoadRows *rows, int32 ngroups);
static uint64 document_length(const LoadRows *rows, const LoadRow *row);
static uint64 group_length(const LoadRows *rows, int32 group);
static char *write_group(const LoadRows *rows, int32 group, char *out);
static inline char *write_bytes(char *out, const char *bytes, Size length);

/*
 * Find the places of all rows, when all are there.
 */
void
relgraph_link_batch(LoadBatch *batch)
{
	int			nlevels = batch->plan->nlevels;
	MemoryContext oldcxt = MemoryContextSwitchTo(batch->cxt);

	for (int i = 1; i < nlevels; i++)
	{
		LoadRows   *rows = &batch->levels[i];

		link_rows(rows, relgraph_count_keys(rows->keys));
	}
	for (int i = nlevels - 1; i >= 0; i--)
	{
		LoadRows   *rows = &batch->levels[i];

		add_lengths(batch, rows,
					i > 0 ? relgraph_count_keys(rows->keys) : 1);
	}
	MemoryContextSwitchTo(oldcxt);
}

/*
 * Order the rows of a level by group, and each group by itself.
 */
static void
link_rows(LoadRows *rows, int32 ngroups)
{
	int32		start = 0;

	rows->starts = palloc_extended((Size) ngroups * sizeof(int32),
								   MCXT_ALLOC_HUGE);
	rows->counts = palloc_extended((Size) ngroups * sizeof(int32),
								   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	rows->order = palloc_extended((Size) rows->nrows * sizeof(int32),
								  MCXT_ALLOC_HUGE);
	for (int32 i = 0; i < rows->nrows; i++)
		rows->counts[relgraph_batch_row(rows, i)->group]++;
	if (!rows->level->is_list)
		check_to_one(rows, ngroups);

	for (int32 i = 0; i < ngroups; i++)
	{
		rows->starts[i] = start;
		start += rows->counts[i];
		rows->counts[i] = 0;
	}
	for (int32 i = 0; i < rows->nrows; i++)
	{
		int32		group = relgraph_batch_row(rows, i)->group;

		rows->order[rows->starts[group] + rows->counts[group]++] = i;
	}
	if (rows->level->nsort > 0)
		sort_groups(rows, ngroups);
}

/*
 * Complain if a row has several related ones where it can have one.  No
 * foreign key lets that happen, but a declaration may be wrong.
 */
static void
check_to_one(const LoadRows *rows, int32 ngroups)
{
	const LoadLevel *level = rows->level;

	for (int32 i = 0; i < ngroups; i++)
	{
		if (rows->counts[i] > 1)
			ereport(ERROR,
					(errcode(ERRCODE_CARDINALITY_VIOLATION),
					 errmsg("more than one row of table \"%s\" for relationship \"%s\" of table \"%s\"",
							relgraph_relation_name(level->relid), level->key,
							relgraph_relation_name(level->parent->relid)),
					 errdetail("The relationship leads to at most one row, but a row was found to have %d.",
							   rows->counts[i]),
					 errhint("Declare the relationship with its real cardinality.")));
	}
}

/*
 * Put the rows of each group into the level's order, and if the same one can
 * be there more than once, keep the first.
 */
static void
sort_groups(LoadRows *rows, int32 ngroups)
{
	for (int32 i = 0; i < ngroups; i++)
	{
		int32	   *order = rows->order + rows->starts[i];
		int32		n = rows->counts[i];

		if (n > 1 && !group_is_sorted(rows, order, n))
		{
			CHECK_FOR_INTERRUPTS();
			qsort_arg(order, n, sizeof(int32), compare_rows, rows);
		}
		if (n > 1 && rows->level->has_repeats)
			remove_repeats(rows, i);
	}
}

/*
 * Return true if rows are in order already.
 */
static bool
group_is_sorted(const LoadRows *rows, const int32 *order, int32 n)
{
	if (rows->level->sorts_integer)
	{
		const int64 *keys = rows->sort_integers;

		for (int32 i = 1; i < n; i++)
		{
			if (keys[order[i - 1]] > keys[order[i]])
				return false;
		}
		return true;
	}

	for (int32 i = 1; i < n; i++)
	{
		if (compare_sort_keys(rows, order[i - 1], order[i]) > 0)
			return false;
	}
	return true;
}

/*
 * qsort comparator of row numbers.  Equal rows stay as they arrived.
 */
static int
compare_rows(const void *a, const void *b, void *arg)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;
	int			order = compare_sort_keys(arg, left, right);

	return order != 0 ? order : (left > right) - (left < right);
}

/*
 * Compare the sort keys of two rows.
 */
static int
compare_sort_keys(const LoadRows *rows, int32 a, int32 b)
{
	const LoadLevel *level = rows->level;
	Size		left = (Size) a * level->nsort;
	Size		right = (Size) b * level->nsort;

	if (level->sorts_integer)
		return (rows->sort_integers[a] > rows->sort_integers[b]) -
			(rows->sort_integers[a] < rows->sort_integers[b]);

	for (int i = 0; i < level->nsort; i++)
	{
		int			order;

		order = ApplySortComparator(rows->sort_values[left + i],
									rows->sort_nulls[left + i],
									rows->sort_values[right + i],
									rows->sort_nulls[right + i],
									&level->sort[i].support);
		if (order != 0)
			return order;
	}
	return 0;
}

/*
 * Keep each row of a sorted group once.
 */
static void
remove_repeats(LoadRows *rows, int32 group)
{
	int32	   *order = rows->order + rows->starts[group];
	int32		kept = 1;

	for (int32 i = 1; i < rows->counts[group]; i++)
	{
		if (compare_sort_keys(rows, order[kept - 1], order[i]) == 0)
			relgraph_batch_row(rows, order[i])->group = -1;
		else
			order[kept++] = order[i];
	}
	rows->counts[group] = kept;
}

/*
 * Find the lengths of a level's documents, and of its groups, when those of
 * the levels below are known.
 */
static void
add_lengths(LoadBatch *batch, LoadRows *rows, int32 ngroups)
{
	bool		is_list = rows->level->is_list;

	rows->totals = palloc_extended((Size) ngroups * sizeof(uint64),
								   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int32 i = 0; i < rows->nrows; i++)
	{
		LoadRow    *row = relgraph_batch_row(rows, i);

		if (i % ROWS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		batch->text_bytes += row->length;
		row->total = document_length(rows, row);
		if (row->group >= 0)
			rows->totals[row->group] = Min(TOO_LONG,
										   rows->totals[row->group] +
										   row->total + (is_list ? 1 : 0));
	}
	if (rows->level->is_recursive)
		relgraph_measure_trees(rows, ngroups);
	else if (is_list)
	{
		/* Two brackets, and a comma less than there are rows. */
		for (int32 i = 0; i < ngroups; i++)
			rows->totals[i] += rows->counts[i] > 0 ? 1 : 2;
	}
}

/*
 * Return the length of a row's document.
 */
static uint64
document_length(const LoadRows *rows, const LoadRow *row)
{
	const LoadLevel *level = rows->level;
	uint64		length = row->length;

	for (int i = 0; i < level->nchildren; i++)
	{
		const LoadRows *child = rows->children[i];

		length += child->level->opening_length;
		if (child->level->is_recursive)
			length += relgraph_tree_length(child, row);
		else
			length += group_length(child, row->slots[i]);
	}
	if (level->nchildren > 0 && !level->is_recursive)
		length++;
	return Min(length, TOO_LONG);
}

/*
 * Return the length of what a parent has in one place: "[...]", "[]", a
 * document or "null".
 */
static uint64
group_length(const LoadRows *rows, int32 group)
{
	if (group >= 0 && (rows->level->is_list || rows->counts[group] > 0))
		return rows->totals[group];
	return rows->level->empty_length;
}

/*
 * Return the document of a root row, a json value in the current context.
 */
text *
relgraph_write_document(const LoadBatch *batch, int32 root)
{
	const LoadRows *rows = &batch->levels[0];
	const LoadRow *row = relgraph_batch_row(rows, root);
	text	   *result;
	char	   *end;

	if (row->total > MaxAllocSize - VARHDRSZ)
		relgraph_report_long_document(batch);

	result = palloc(row->total + VARHDRSZ);
	SET_VARSIZE(result, row->total + VARHDRSZ);
	end = relgraph_write_row(rows, row, VARDATA(result));
	Assert(end == VARDATA(result) + row->total);
	(void) end;
	return result;
}

/*
 * Return the length of a root row's document.  It is not exact if it is more
 * than a json value can have.
 */
uint64
relgraph_document_length(const LoadBatch *batch, int32 root)
{
	return relgraph_batch_row(&batch->levels[0], root)->total;
}

/*
 * Write the document of a root row where there is room for it; return its end.
 */
char *
relgraph_copy_document(const LoadBatch *batch, int32 root, char *out)
{
	const LoadRows *rows = &batch->levels[0];

	return relgraph_write_row(rows, relgraph_batch_row(rows, root), out);
}

/*
 * Complain about a result that no json value can hold.
 */
void
relgraph_report_long_document(const LoadBatch *batch)
{
	const char *table = relgraph_relation_name(batch->plan->root);
	bool		is_array = batch->is_one_array;

	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 is_array ?
			 errmsg("array of documents of table \"%s\" is too long", table) :
			 errmsg("document of a row of table \"%s\" is too long", table),
			 errdetail("A json value can have %zu bytes at most.",
					   (Size) (MaxAllocSize - VARHDRSZ)),
			 is_array ?
			 errhint("Include fewer relationships or columns, or aggregate fewer rows at once.") :
			 errhint("Include fewer relationships or columns.")));
}

/*
 * Write a row with all that is below it.  That of a recursive level is not at
 * its end there: more of the level's rows are going to follow, and the brace.
 */
char *
relgraph_write_row(const LoadRows *rows, const LoadRow *row, char *out)
{
	const LoadLevel *level = rows->level;

	out = write_bytes(out, rows->chunks[row->chunk].data + row->offset,
					  row->length);
	for (int i = 0; i < level->nchildren; i++)
	{
		const LoadRows *child = rows->children[i];

		out = write_bytes(out, child->level->opening,
						  child->level->opening_length);
		if (child->level->is_recursive)
			out = relgraph_write_tree(child, row, out);
		else
			out = write_group(child, row->slots[i], out);
	}
	if (level->nchildren > 0 && !level->is_recursive)
		*out++ = '}';
	return out;
}

/*
 * Write what a parent has in one place.  The depth of the recursion is that
 * of the include.
 */
static char *
write_group(const LoadRows *rows, int32 group, char *out)
{
	bool		is_list = rows->level->is_list;
	int32		n = group >= 0 ? rows->counts[group] : 0;
	const int32 *order;

	if (n == 0)
		return write_bytes(out, rows->level->empty, rows->level->empty_length);

	CHECK_FOR_INTERRUPTS();
	order = rows->order + rows->starts[group];
	if (!is_list)
		return relgraph_write_row(rows, relgraph_batch_row(rows, order[0]), out);

	for (int32 i = 0; i < n; i++)
	{
		*out++ = i == 0 ? '[' : ',';
		out = relgraph_write_row(rows, relgraph_batch_row(rows, order[i]), out);
	}
	*out++ = ']';
	return out;
}

static inline char *
write_bytes(char *out, const char *bytes, Size length)
{
	memcpy(out, bytes, length);
	return out + length;
}
