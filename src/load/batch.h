/*-------------------------------------------------------------------------
 *
 * batch.h
 *	  Rows of all levels for a number of roots, and the documents they make.
 *
 * Life of a batch: start it, add the root rows (rows.c), fetch the levels
 * below (fetch.c), link it, then write the documents one by one (assemble.c).
 * All its memory is in one context, which the caller resets.
 *
 * A batch with a limit stops fetching when it needs more memory than that.
 * It is of no use then, but its roots can be copied into smaller ones.
 *
 * Roots can also be collected in a batch of their own, and any number of
 * batches be started from them, which share their rows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_BATCH_H
#define RELGRAPH_LOAD_BATCH_H

#include "lib/stringinfo.h"
#include "tcop/dest.h"

#include "load/keytable.h"
#include "load/plan.h"
#include "rowvalue.h"

/*
 * A row: where its text is, which group of parents it belongs to, and for each
 * child level which group it is in itself (-1: none, because of a null).  What
 * the slots behind these are is the level's to know.
 */
typedef struct LoadRow
{
	uint32		chunk;
	uint32		offset;
	uint32		length;
	int32		group;
	uint64		total;			/* bytes of its document; if the level is
								 * recursive, without more of its rows */
	int32		slots[FLEXIBLE_ARRAY_MEMBER];
} LoadRow;

/* The rows of one level. */
typedef struct LoadRows
{
	const LoadLevel *level;
	struct LoadBatch *batch;
	MemoryContext scratch;		/* reset for every row */
	KeyTable   *keys;			/* of the parents' rows; NULL at the root */
	bool		meets_others;	/* rows of other parents are fetched, too */
	int32		first_key;		/* of those that are being asked for */
	int32		end_key;		/* behind the last one of them */
	KeyTable   *nodes;			/* if recursive: rows, each once */
	struct LoadRows **children; /* by sibling number */

	int32		nrows;
	int32		maxrows;
	Size		row_size;
	char	   *rows;
	int			nchunks;
	int			maxchunks;
	StringInfoData *chunks;		/* text; a row's is in one of them */
	int64	   *sort_integers;	/* if level->sorts_integer, one per row */
	Datum	   *sort_values;	/* else level->nsort per row */
	bool	   *sort_nulls;

	/* made by linking */
	int32	   *order;			/* rows, group by group */
	int32	   *starts;			/* of each group in order */
	int32	   *counts;
	uint64	   *totals;			/* bytes of each group with its brackets */
	struct LoadTree *tree;		/* if recursive */
} LoadRows;

typedef struct LoadBatch
{
	const LoadPlan *plan;
	const LoadCall *call;		/* of the plan */
	MemoryContext cxt;
	LoadRows   *levels;			/* by number; the root's are first */
	uint64		limit;			/* bytes of memory, or 0 */
	bool		is_over_limit;
	bool		is_one_document;	/* all its rows are to go into one value */
	bool		is_one_array;	/* which is an array of documents */
	uint64		fetched_bytes;	/* text in chunks that are full */
	uint64		text_bytes;		/* after linking: of all rows' own text */
} LoadBatch;

static inline LoadRow *
relgraph_batch_row(const LoadRows *rows, int32 n)
{
	return (LoadRow *) (rows->rows + (Size) n * rows->row_size);
}

/* rows.c */
extern LoadBatch *relgraph_start_batch(const LoadCall *call,
									   MemoryContext cxt);
extern LoadBatch *relgraph_start_batch_from(const LoadBatch *roots,
											MemoryContext cxt);
extern void relgraph_add_row(LoadRows *rows, int32 group,
							 const Datum *values, const bool *isnull);
extern void relgraph_copy_roots(LoadBatch *to, const LoadBatch *from,
								int32 first, int32 count);

/* fetch.c */
extern DestReceiver *relgraph_create_row_receiver(LoadRows *rows);
extern bool relgraph_fetch_levels(LoadBatch *batch);

/* assemble.c */
extern void relgraph_link_batch(LoadBatch *batch);
pg_noreturn extern void relgraph_report_long_document(const LoadBatch *batch);
extern text *relgraph_write_document(const LoadBatch *batch, int32 root);
extern uint64 relgraph_document_length(const LoadBatch *batch, int32 root);
extern char *relgraph_copy_document(const LoadBatch *batch, int32 root,
									char *out);

/* What tree.c takes from assemble.c: a row but for what comes last. */
extern char *relgraph_write_row(const LoadRows *rows, const LoadRow *row,
								char *out);

/* tree.c */
extern void relgraph_measure_trees(LoadRows *rows, int32 ngroups);
extern uint64 relgraph_tree_length(const LoadRows *rows, const LoadRow *start);
extern char *relgraph_write_tree(const LoadRows *rows, const LoadRow *start,
								 char *out);
pg_noreturn extern void relgraph_report_deep_tree(const LoadLevel *level);

/* load.c */
extern void relgraph_add_row_value(LoadBatch *batch, const RowValue *source);

#endif							/* RELGRAPH_LOAD_BATCH_H */
