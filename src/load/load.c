/*-------------------------------------------------------------------------
 *
 * load.c
 *	  load() and load_row(): rows with everything an include asks for.
 *
 * The way of a call: the plan of the include (plan.c), the root rows
 * (rootscan.c, or the row given), the levels below (fetch.c), the documents
 * (assemble.c).  load() goes that way once per batch of roots, so that memory
 * is bounded by the batch, and returns document by document: in a SELECT list
 * it streams.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"

#include "compat.h"
#include "load/batch.h"
#include "load/levelargs.h"
#include "load/loadargs.h"
#include "load/plan.h"
#include "load/rootscan.h"
#include "rowvalue.h"
#include "settings.h"
#include "sqltext.h"

/* Bounds of the number of roots in a batch. */
#define DEFAULT_BATCH 1000
#define MAX_BATCH 1000000

/* A batch grows by this factor at most, however small the last one was. */
#define MAX_BATCH_GROWTH 10

/* Memory that a batch may take if the setting does not say, in work_mems. */
#define BATCH_WORK_MEMS 16

/*
 * A batch may use this many times the memory it is meant to use before it is
 * given up in favour of smaller ones.
 */
#define BATCH_MEMORY_SLACK 2

/* A call of load(): lives in the function's multi-call context. */
typedef struct LoadState
{
	const LoadPlan *plan;
	const LoadCall *call;
	RootScan   *scan;			/* NULL when all is loaded; its snapshot is that
								 * of the whole call */
	bool		has_more;		/* roots to be scanned */
	MemoryContext cxt;			/* of the batch */
	LoadBatch  *batch;
	int32		next;			/* root in the batch */
	int32		batch_size;		/* of the next batch */
	MemoryContext waiting_cxt;
	LoadBatch  *waiting;		/* roots of a batch that was given up, or NULL */
	int32		next_waiting;
} LoadState;

static LoadState *start_load(FunctionCallInfo fcinfo);
static bool find_document(LoadState *state);
static void load_batch(LoadState *state);
static void add_roots(LoadState *state);
static void put_roots_back(LoadState *state);
static void adapt_batch_size(LoadState *state);
static int32 first_batch_size(const LoadPlan *plan);
static uint64 batch_memory(void);
static void end_load(LoadState *state);
static void shutdown_load(Datum arg);

PG_FUNCTION_INFO_V1(relgraph_load);
PG_FUNCTION_INFO_V1(relgraph_load_row);

/*
 * load(root regclass, include text, filter jsonb, order_by text,
 *		row_limit bigint, row_offset bigint, params jsonb)
 *		returns setof json
 *
 * Not strict: every argument may be null, and a null root has no rows.
 */
Datum
relgraph_load(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	LoadState  *state;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext oldcxt;

		funcctx = SRF_FIRSTCALL_INIT();
		oldcxt = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
		if (!PG_ARGISNULL(0))
			funcctx->user_fctx = start_load(fcinfo);
		MemoryContextSwitchTo(oldcxt);
	}

	funcctx = SRF_PERCALL_SETUP();
	state = funcctx->user_fctx;
	if (state != NULL && find_document(state))
		SRF_RETURN_NEXT(funcctx,
						PointerGetDatum(relgraph_write_document(state->batch,
																state->next++)));

	if (state != NULL)
	{
		ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

		UnregisterExprContextCallback(rsinfo->econtext, shutdown_load,
									  PointerGetDatum(state));
	}
	SRF_RETURN_DONE(funcctx);
}

/*
 * load_row(source anyelement, include text, params jsonb) returns json
 *
 * Not strict: a null include is an empty one.
 */
Datum
relgraph_load_row(PG_FUNCTION_ARGS)
{
	RowValue	source;
	const LoadPlan *plan;
	LoadBatch  *batch;
	MemoryContext cxt;
	text	   *document;

	if (!relgraph_row_of_argument(fcinfo, 0, &source))
		PG_RETURN_NULL();

	plan = relgraph_get_load_plan(source.relid, relgraph_include_argument(fcinfo));
	cxt = AllocSetContextCreate(CurrentMemoryContext, "relgraph load batch",
								ALLOCSET_DEFAULT_SIZES);
	batch = relgraph_start_batch(relgraph_start_call(plan,
													 relgraph_params_argument(fcinfo, 2)),
								 cxt);
	batch->is_one_document = true;
	relgraph_add_row_value(batch, &source);
	if (plan->nlevels > 1)
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		(void) relgraph_fetch_levels(batch);
		SPI_finish();
	}
	relgraph_link_batch(batch);
	document = relgraph_write_document(batch, 0);
	MemoryContextDelete(cxt);

	PG_RETURN_TEXT_P(document);
}

/*
 * Return the state of a call with its scan of the roots started.
 */
static LoadState *
start_load(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	LoadState  *state = palloc0(sizeof(LoadState));
	RootOptions options;

	state->call = relgraph_get_load_arguments(fcinfo, &options);
	state->plan = state->call->plan;
	state->cxt = AllocSetContextCreate(CurrentMemoryContext,
									   "relgraph load batch",
									   ALLOCSET_DEFAULT_SIZES);
	state->waiting_cxt = AllocSetContextCreate(CurrentMemoryContext,
											   "relgraph load roots",
											   ALLOCSET_DEFAULT_SIZES);
	state->batch_size = first_batch_size(state->plan);
	state->scan = relgraph_start_root_scan(state->plan, &options);

	/* The executor does not run us to the end if it needs no more rows. */
	RegisterExprContextCallback(rsinfo->econtext, shutdown_load,
								PointerGetDatum(state));
	return state;
}

/*
 * Make sure there is a next document in the batch; return false if all were
 * returned.
 */
static bool
find_document(LoadState *state)
{
	while (state->batch == NULL ||
		   state->next == state->batch->levels[0].nrows)
	{
		if (state->scan == NULL)
			return false;
		load_batch(state);
	}
	return true;
}

/*
 * Load the next batch of roots and all that belongs to them.  One that turns
 * out to be too large is given up, and its roots are loaded in smaller ones.
 */
static void
load_batch(LoadState *state)
{
	bool		is_complete;

	MemoryContextReset(state->cxt);
	state->batch = relgraph_start_batch(state->call, state->cxt);
	state->next = 0;

	PushActiveSnapshot(relgraph_root_snapshot(state->scan));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	add_roots(state);
	is_complete = relgraph_fetch_levels(state->batch);
	SPI_finish();
	PopActiveSnapshot();

	if (!is_complete)
		put_roots_back(state);
	else
	{
		relgraph_link_batch(state->batch);
		adapt_batch_size(state);
		if (!state->has_more && state->waiting == NULL)
			end_load(state);
	}
}

/*
 * Add the next roots to the batch: those that wait, or else some from the
 * scan.  A single root is loaded whatever memory that takes.
 */
static void
add_roots(LoadState *state)
{
	LoadBatch  *batch = state->batch;
	LoadRows   *roots = &batch->levels[0];

	if (state->waiting != NULL)
	{
		int32		count = state->waiting->levels[0].nrows -
			state->next_waiting;

		count = Min(count, state->batch_size);
		relgraph_copy_roots(batch, state->waiting, state->next_waiting, count);
		state->next_waiting += count;
		if (state->next_waiting == state->waiting->levels[0].nrows)
		{
			state->waiting = NULL;
			MemoryContextReset(state->waiting_cxt);
		}
	}
	else
	{
		batch->limit = batch_memory();
		state->has_more = relgraph_scan_roots(state->scan, roots,
											  state->batch_size);
		batch->is_over_limit = false;
	}

	if (roots->nrows > 1)
		batch->limit = batch_memory() * BATCH_MEMORY_SLACK;
	else
	{
		batch->limit = 0;
		batch->is_one_document = true;
	}
}

/*
 * Let the roots of a batch that was too large wait, together with those that
 * wait already, for their turn in smaller ones.
 */
static void
put_roots_back(LoadState *state)
{
	int32		nroots = state->batch->levels[0].nrows;

	for (int i = 1; i < state->plan->nlevels; i++)
		state->call->levels[i].nrows -= state->batch->levels[i].nrows;
	if (state->waiting != NULL)
		state->next_waiting -= nroots;
	else
	{
		state->waiting = relgraph_start_batch(state->call, state->waiting_cxt);
		relgraph_copy_roots(state->waiting, state->batch, 0, nroots);
		state->next_waiting = 0;
	}
	state->batch_size = Max(1, nroots / MAX_BATCH_GROWTH);
	state->next = nroots;
}

/*
 * Let the next batch take as much memory as it may, judging by this one.
 */
static void
adapt_batch_size(LoadState *state)
{
	int32		nroots = state->batch->levels[0].nrows;
	uint64		used = MemoryContextMemAllocated(state->cxt, true);
	uint64		size = batch_memory() * nroots / used;

	size = Min(size, (uint64) state->batch_size * MAX_BATCH_GROWTH);
	state->batch_size = Max(1, Min(size, MAX_BATCH));
}

/*
 * Return the size of the first batch, judging by the sizes of the tables as
 * the statistics have them: a root is taken to own its share of each.
 */
static int32
first_batch_size(const LoadPlan *plan)
{
	uint64		size;

	if (plan->bytes_per_root <= 0)
		return DEFAULT_BATCH;
	size = batch_memory() / plan->bytes_per_root;
	return Max(1, Min(size, MAX_BATCH));
}

/*
 * Return the memory that a batch is meant to use.
 */
static uint64
batch_memory(void)
{
	if (relgraph_load_memory > 0)
		return (uint64) relgraph_load_memory * 1024;
	return (uint64) work_mem * 1024 * BATCH_WORK_MEMS;
}

/*
 * Close the scan of the roots, if it is still open.
 */
static void
end_load(LoadState *state)
{
	if (state->scan != NULL)
		relgraph_end_root_scan(state->scan);
	state->scan = NULL;
}

/*
 * Called when the query that called us ends, or starts over, before we did.
 */
static void
shutdown_load(Datum arg)
{
	end_load((LoadState *) DatumGetPointer(arg));
}

/*
 * Add a row value as a batch's root.  It is shown as it is: a virtual column
 * that was not computed where the row comes from is null, as in to_json().
 */
void
relgraph_add_row_value(LoadBatch *batch, const RowValue *source)
{
	const LoadLevel *root = batch->plan->levels[0];
	HeapTupleHeader header = source->header;
	TupleDesc	tupdesc;
	HeapTupleData tuple;
	Datum	   *all_values;
	bool	   *all_nulls;
	Datum	   *values = palloc((root->nfetch + 1) * sizeof(Datum));
	bool	   *isnull = palloc((root->nfetch + 1) * sizeof(bool));

	tupdesc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header),
									 HeapTupleHeaderGetTypMod(header));
	all_values = palloc((tupdesc->natts + 1) * sizeof(Datum));
	all_nulls = palloc((tupdesc->natts + 1) * sizeof(bool));
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = header;
	heap_deform_tuple(&tuple, tupdesc, all_values, all_nulls);

	for (int i = 0; i < root->nfetch; i++)
	{
		int			column = root->fetch[i].attnum - 1;

		if (column >= tupdesc->natts)
			elog(ERROR, "row of relation %u has no column %d",
				 source->relid, column + 1);
		values[i] = all_values[column];
		isnull[i] = all_nulls[column];
	}
	relgraph_add_row(&batch->levels[0], 0, values, isnull);
	ReleaseTupleDesc(tupdesc);
}
