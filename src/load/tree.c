/*-------------------------------------------------------------------------
 *
 * tree.c
 *	  Documents of recursive levels: rows nested in rows of the same level.
 *
 * All rows of such a level are in one place, grouped by key as those of any
 * other level, and each row has a group of its own: the rows nested in it.  A
 * tree is written by following the groups from the row it starts from.
 *
 * A row that is on the way from the start to where it is met again is left
 * out there.  So what a row's document contains depends on where it is, but
 * only where the groups lead back to themselves.  That is found out in a first
 * pass, which also finds the lengths of all others: those of a tree, or of any
 * graph without cycles, are known after visiting each row once, however often
 * it is going to be written.  The rest is walked twice, to measure and to
 * write; either takes no longer than the text is.
 *
 * Rows can be nested deeper than a C function should call itself, so walks
 * keep a stack of their own.  Measuring and writing follow the same rules, bit
 * by bit, whatever the rows are: what is written has the length measured.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "compat.h"
#include "load/batch.h"
#include "settings.h"
#include "sqltext.h"

#define INITIAL_FRAMES 64

/* Steps between two checks for interrupts. */
#define STEPS_PER_CHECK 65536

/* A group that no row has. */
#define NO_GROUP (-2)

typedef enum GroupState
{
	GROUP_NEW,
	GROUP_OPEN,					/* the walk is below it */
	GROUP_DONE
} GroupState;

/* A group on the way from the start to where a walk is. */
typedef struct TreeFrame
{
	int32		group;
	int32		next;			/* in rows->order */
	int32		end;
	int32		node;			/* marked, of the row whose group is above */
	bool		is_first;		/* no row was taken yet */
	bool		in_row;			/* the last one is not at its end */
	bool		is_checked;		/* rows may be on the way already */
} TreeFrame;

/* What is known of a recursive level's groups; the lengths are its totals. */
typedef struct LoadTree
{
	int32	   *heights;		/* levels of rows, if there is no cycle */
	bool	   *cycles;			/* whether the group leads to one */
	int32	   *node_groups;	/* of each node, the rows nested in it */
	bool	   *marks;			/* nodes on the way */
	int			maxframes;
	TreeFrame  *frames;
} LoadTree;

/* One walk. */
typedef struct TreeWalk
{
	const LoadRows *rows;
	bool		is_regular;		/* starts from a row as it is in the tree */
	int32		depth;			/* frames in use */
	char	   *out;			/* NULL to measure */
	uint64		length;
} TreeWalk;

static void note_node_groups(LoadRows *rows);
static void measure_group(LoadRows *rows, int32 group, GroupState *states);
static bool measure_rows(LoadRows *rows, TreeFrame *frame,
						 GroupState *states, int32 *below);
static void finish_group(LoadRows *rows, int32 group);
static uint64 nested_length(const LoadRows *rows, int32 group);
static bool is_regular_start(const LoadRows *rows, const LoadRow *start);
static bool is_measured(const TreeWalk *walk, int32 group);
static void walk_tree(TreeWalk *walk, const LoadRow *start);
static void walk_row(TreeWalk *walk);
static const LoadRow *next_row(TreeWalk *walk, TreeFrame *frame);
static void walk_nested(TreeWalk *walk, const LoadRow *row);
static TreeFrame *push_group(const LoadRows *rows, int32 depth, int32 group);
static void add_bytes(TreeWalk *walk, const char *bytes, Size length);

/*
 * Find out where the groups of a recursive level lead, and the lengths of
 * those that lead to no cycle.  Its rows' own lengths are known.
 */
void
relgraph_measure_trees(LoadRows *rows, int32 ngroups)
{
	LoadTree   *tree = palloc0(sizeof(LoadTree));
	GroupState *states;

	rows->tree = tree;
	tree->heights = palloc_extended((Size) ngroups * sizeof(int32),
									MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	tree->cycles = palloc_extended((Size) ngroups * sizeof(bool),
								   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	tree->maxframes = INITIAL_FRAMES;
	tree->frames = palloc(tree->maxframes * sizeof(TreeFrame));
	note_node_groups(rows);

	states = palloc_extended((Size) ngroups * sizeof(GroupState),
							 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int32 i = 0; i < ngroups; i++)
	{
		if (i % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		if (states[i] == GROUP_NEW)
			measure_group(rows, i, states);
	}
	pfree(states);
}

/*
 * Note which group each node has, and make room for marking nodes.
 */
static void
note_node_groups(LoadRows *rows)
{
	const LoadLevel *level = rows->level;
	LoadTree   *tree = rows->tree;
	int32		nnodes = relgraph_count_keys(rows->nodes);

	tree->marks = palloc_extended((Size) nnodes * sizeof(bool),
								  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	tree->node_groups = palloc_extended((Size) nnodes * sizeof(int32),
										MCXT_ALLOC_HUGE);
	for (int32 i = 0; i < nnodes; i++)
		tree->node_groups[i] = NO_GROUP;
	for (int32 i = 0; i < rows->nrows; i++)
	{
		const LoadRow *row = relgraph_batch_row(rows, i);
		int32		node = row->slots[level->own_node_slot];

		if (node >= 0)
			tree->node_groups[node] = row->slots[level->own_group_slot];
	}
}

/*
 * Measure a group and all below it that were not met before.  A group below
 * itself is still open when it is met again.
 */
static void
measure_group(LoadRows *rows, int32 group, GroupState *states)
{
	LoadTree   *tree = rows->tree;
	int32		depth = 1;
	uint32		nsteps = 0;

	push_group(rows, depth, group);
	states[group] = GROUP_OPEN;
	while (depth > 0)
	{
		TreeFrame  *frame = &tree->frames[depth - 1];
		int32		below;

		if (++nsteps % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		if (measure_rows(rows, frame, states, &below))
		{
			push_group(rows, ++depth, below);
			states[below] = GROUP_OPEN;
			continue;
		}
		group = frame->group;
		finish_group(rows, group);
		states[group] = GROUP_DONE;
		depth--;
	}
}

/*
 * Go on with the rows of a group.  Return true if the group of one of them,
 * *below, must be measured first; the row is then looked at again.
 */
static bool
measure_rows(LoadRows *rows, TreeFrame *frame, GroupState *states,
			 int32 *below)
{
	LoadTree   *tree = rows->tree;
	int			slot = rows->level->own_group_slot;

	for (; frame->next < frame->end; frame->next++)
	{
		const LoadRow *row = relgraph_batch_row(rows,
												rows->order[frame->next]);
		int32		group = row->slots[slot];

		if (group < 0)
			continue;
		if (states[group] == GROUP_NEW)
		{
			*below = group;
			return true;
		}
		if (states[group] == GROUP_OPEN || tree->cycles[group])
			tree->cycles[frame->group] = true;
	}
	return false;
}

/*
 * Note the height and the length of a group, below which everything is known.
 */
static void
finish_group(LoadRows *rows, int32 group)
{
	const LoadLevel *level = rows->level;
	LoadTree   *tree = rows->tree;
	int32		count = rows->counts[group];
	int32		height = 0;
	uint64		length = 0;

	if (tree->cycles[group])
		return;
	for (int32 i = 0; i < count; i++)
	{
		int32		n = rows->order[rows->starts[group] + i];
		const LoadRow *row = relgraph_batch_row(rows, n);
		int32		nested = row->slots[level->own_group_slot];

		if (nested >= 0)
			height = Max(height, tree->heights[nested]);
		length += row->total + level->own_opening_length +
			nested_length(rows, nested) + 1;
		length = Min(length, (uint64) MaxAllocSize);
	}
	tree->heights[group] = count > 0 ? height + 1 : 0;
	if (level->is_list)
		length += count > 0 ? count + 1 : 2;
	rows->totals[group] = length;
}

/*
 * Return the length of a group that leads to no cycle, or of none.
 */
static uint64
nested_length(const LoadRows *rows, int32 group)
{
	if (group >= 0 && rows->counts[group] > 0)
		return rows->totals[group];
	return rows->level->empty_length;
}

/*
 * Return the length of the tree that starts from a row of the parent's.
 */
uint64
relgraph_tree_length(const LoadRows *rows, const LoadRow *start)
{
	int32		group = start->slots[rows->level->sibling];
	TreeWalk	walk = {0};

	walk.rows = rows;
	walk.is_regular = is_regular_start(rows, start);
	if (group < 0 || rows->counts[group] == 0)
		return nested_length(rows, -1);
	if (is_measured(&walk, group))
		return rows->totals[group];
	walk_tree(&walk, start);
	return walk.length;
}

/*
 * Write the tree that starts from a row of the parent's.
 */
char *
relgraph_write_tree(const LoadRows *rows, const LoadRow *start, char *out)
{
	TreeWalk	walk = {0};

	walk.rows = rows;
	walk.is_regular = is_regular_start(rows, start);
	walk.out = out;
	walk_tree(&walk, start);
	return walk.out;
}

/*
 * Return false if a row that a tree starts from is also in the tree, and leads
 * elsewhere there: a row given to load_row() need not be as it is stored.
 * Then leaving it out in the tree can cut a way that is no cycle.
 */
static bool
is_regular_start(const LoadRows *rows, const LoadRow *start)
{
	const LoadLevel *level = rows->level;
	int32		node = start->slots[level->start_slot];
	int32		group;

	if (node < 0)
		return true;
	group = rows->tree->node_groups[node];
	return group == NO_GROUP || group == start->slots[level->sibling];
}

/*
 * Return true if the length that is known of a group, to be nested at the
 * walk's depth, is what would be written there.  Where a written depth could
 * end it, it is not: rows of the last level have no more.  Too deep a nesting
 * is an error.
 */
static bool
is_measured(const TreeWalk *walk, int32 group)
{
	const LoadTree *tree = walk->rows->tree;
	const LoadLevel *level = walk->rows->level;

	if (!walk->is_regular || tree->cycles[group])
		return false;
	if (level->max_levels > 0 &&
		tree->heights[group] >= level->max_levels - walk->depth)
		return false;
	if (tree->heights[group] > relgraph_max_tree_depth - walk->depth)
		relgraph_report_deep_tree(level);
	return true;
}

/*
 * Measure or write a tree.
 */
static void
walk_tree(TreeWalk *walk, const LoadRow *start)
{
	const LoadRows *rows = walk->rows;
	const LoadLevel *level = rows->level;
	LoadTree   *tree = rows->tree;
	int32		group = start->slots[level->sibling];
	int32		node = start->slots[level->start_slot];
	uint32		nsteps = 0;

	if (group < 0 || rows->counts[group] == 0)
	{
		add_bytes(walk, level->empty, level->empty_length);
		return;
	}

	if (node >= 0)
		tree->marks[node] = true;
	walk->depth = 1;
	push_group(rows, 1, group)->is_checked = !walk->is_regular ||
		tree->cycles[group];
	while (walk->depth > 0)
	{
		if (++nsteps % STEPS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		walk_row(walk);
		if (walk->length > MaxAllocSize)
			relgraph_report_long_document(rows->batch);
	}
	if (node >= 0)
		tree->marks[node] = false;
}

/*
 * End the row that the walk comes back to, and begin the next one of its
 * group, or end the group if there is none.
 */
static void
walk_row(TreeWalk *walk)
{
	const LoadRows *rows = walk->rows;
	const LoadLevel *level = rows->level;
	LoadTree   *tree = rows->tree;
	TreeFrame  *frame = &tree->frames[walk->depth - 1];
	const LoadRow *row;

	if (frame->node >= 0)
		tree->marks[frame->node] = false;
	frame->node = -1;
	if (frame->in_row)
		add_bytes(walk, "}", 1);
	frame->in_row = false;

	row = next_row(walk, frame);
	if (row == NULL)
	{
		if (frame->is_first)
			add_bytes(walk, level->empty, level->empty_length);
		else if (level->is_list)
			add_bytes(walk, "]", 1);
		walk->depth--;
		return;
	}

	if (walk->depth > relgraph_max_tree_depth)
		relgraph_report_deep_tree(level);
	if (level->is_list)
		add_bytes(walk, frame->is_first ? "[" : ",", 1);
	frame->is_first = false;
	if (walk->out != NULL)
		walk->out = relgraph_write_row(rows, row, walk->out);
	else
		walk->length += row->total;

	if (walk->depth == level->max_levels)
		add_bytes(walk, "}", 1);
	else
	{
		frame->in_row = true;
		walk_nested(walk, row);
	}
}

/*
 * Return the next row of a group that is not on the way already, or NULL.
 */
static const LoadRow *
next_row(TreeWalk *walk, TreeFrame *frame)
{
	const LoadRows *rows = walk->rows;
	int			slot = rows->level->own_node_slot;

	while (frame->next < frame->end)
	{
		const LoadRow *row = relgraph_batch_row(rows,
												rows->order[frame->next++]);
		int32		node = row->slots[slot];

		if (!frame->is_checked || node < 0 || !rows->tree->marks[node])
			return row;
	}
	return NULL;
}

/*
 * Begin what is nested in the last row of the walk's deepest group.
 */
static void
walk_nested(TreeWalk *walk, const LoadRow *row)
{
	const LoadRows *rows = walk->rows;
	const LoadLevel *level = rows->level;
	LoadTree   *tree = rows->tree;
	TreeFrame  *frame = &tree->frames[walk->depth - 1];
	int32		group = row->slots[level->own_group_slot];
	int32		node = row->slots[level->own_node_slot];

	add_bytes(walk, level->own_opening, level->own_opening_length);
	if (group < 0 || rows->counts[group] == 0)
	{
		add_bytes(walk, level->empty, level->empty_length);
		return;
	}
	if (walk->out == NULL && is_measured(walk, group))
	{
		walk->length += rows->totals[group];
		return;
	}

	if (frame->is_checked && node >= 0)
	{
		tree->marks[node] = true;
		frame->node = node;
	}
	walk->depth++;
	push_group(rows, walk->depth, group)->is_checked = !walk->is_regular ||
		tree->cycles[group];
}

/*
 * Begin a group at a depth, and return its frame.
 */
static TreeFrame *
push_group(const LoadRows *rows, int32 depth, int32 group)
{
	LoadTree   *tree = rows->tree;
	TreeFrame  *frame;

	if (depth > tree->maxframes)
	{
		tree->maxframes *= 2;
		tree->frames = repalloc_huge(tree->frames,
									 (Size) tree->maxframes *
									 sizeof(TreeFrame));
	}
	frame = &tree->frames[depth - 1];
	frame->group = group;
	frame->next = rows->starts[group];
	frame->end = frame->next + rows->counts[group];
	frame->node = -1;
	frame->is_first = true;
	frame->in_row = false;
	frame->is_checked = false;
	return frame;
}

/*
 * Write some bytes, or count them.
 */
static void
add_bytes(TreeWalk *walk, const char *bytes, Size length)
{
	if (walk->out == NULL)
		walk->length += length;
	else
	{
		memcpy(walk->out, bytes, length);
		walk->out += length;
	}
}

/*
 * Complain about a nesting that is deeper than the setting allows.
 */
void
relgraph_report_deep_tree(const LoadLevel *level)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg_plural("rows of relationship \"%s\" are nested more than %d level deep",
						   "rows of relationship \"%s\" are nested more than %d levels deep",
						   relgraph_max_tree_depth,
						   level->key, relgraph_max_tree_depth),
			 errhint("Set \"%s\" to a higher value, or end the tree with an argument such as \"depth: %d\".",
					 "relgraph.max_tree_depth", relgraph_max_tree_depth)));
}
