/*-------------------------------------------------------------------------
 *
 * loadagg.c
 *	  load_agg(): the documents of any set of rows, as one JSON array.
 *
 * The transition function adds each row to the roots of a batch: what it keeps
 * of a row is its text and the keys of its children, not the row.  The final
 * function fetches the levels below for all of them at once, and writes the
 * array in one go.
 *
 * The state lives in the memory of the aggregation, in a context of its own
 * per group.  What the final function fetches does not: it goes when that
 * returns.  So any number of groups can be finished one after the other, and
 * the final function can be called again after more rows were added, as a
 * growing window frame has it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "compat.h"
#include "load/batch.h"
#include "load/levelargs.h"
#include "load/plan.h"
#include "rowvalue.h"
#include "sqltext.h"

#define INITIAL_NULLS 16

/* Elements between two checks for interrupts. */
#define ELEMENTS_PER_CHECK 4096

/* A group. */
typedef struct LoadAggState
{
	MemoryContext cxt;
	char	   *include;
	int			include_length;
	LoadBatch  *roots;			/* NULL while all rows were null */
	int64		nelements;		/* roots and nulls */
	int64		nnulls;
	int64		maxnulls;
	int64	   *nulls;			/* the elements that are null, ascending */
} LoadAggState;

static LoadAggState *start_group(FunctionCallInfo fcinfo, MemoryContext cxt);
static void check_include(const LoadAggState *state, FunctionCallInfo fcinfo);
static void add_source(LoadAggState *state, const RowValue *source);
static void add_null(LoadAggState *state);
static LoadBatch *load_group(const LoadAggState *state, MemoryContext cxt);
static uint64 length_of_array(const LoadAggState *state, const LoadBatch *batch);
static void write_array(const LoadAggState *state, const LoadBatch *batch,
						char *out);

PG_FUNCTION_INFO_V1(relgraph_load_agg_transition);
PG_FUNCTION_INFO_V1(relgraph_load_agg_final);

/*
 * load_agg_transition(state internal, source anyelement, include text)
 *		returns internal
 *
 * Not strict: a null row is an element, as in json_agg(), and a null include
 * is an empty one.
 */
Datum
relgraph_load_agg_transition(PG_FUNCTION_ARGS)
{
	MemoryContext cxt;
	LoadAggState *state;
	RowValue	source;

	if (!AggCheckCallContext(fcinfo, &cxt))
		elog(ERROR, "load_agg_transition called outside an aggregate");

	if (PG_ARGISNULL(0))
		state = start_group(fcinfo, cxt);
	else
	{
		state = (LoadAggState *) PG_GETARG_POINTER(0);
		check_include(state, fcinfo);
	}

	if (relgraph_row_of_argument(fcinfo, 1, &source))
		add_source(state, &source);
	else
		add_null(state);
	state->nelements++;

	PG_RETURN_POINTER(state);
}

/*
 * load_agg_final(state internal) returns json
 *
 * Does not change the state but for what can be changed again.
 */
Datum
relgraph_load_agg_final(PG_FUNCTION_ARGS)
{
	LoadAggState *state;
	LoadBatch  *batch = NULL;
	MemoryContext cxt;
	uint64		length;
	text	   *result;

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "load_agg_final called outside an aggregate");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();

	state = (LoadAggState *) PG_GETARG_POINTER(0);
	cxt = AllocSetContextCreate(CurrentMemoryContext, "relgraph load batch",
								ALLOCSET_DEFAULT_SIZES);
	if (state->roots != NULL)
		batch = load_group(state, cxt);
	length = length_of_array(state, batch);
	result = palloc(length + VARHDRSZ);
	SET_VARSIZE(result, length + VARHDRSZ);
	write_array(state, batch, VARDATA(result));
	MemoryContextDelete(cxt);

	PG_RETURN_TEXT_P(result);
}

/*
 * Return the state of a group, to which its first row is going to be added.
 * There can be very many groups of very few rows.
 */
static LoadAggState *
start_group(FunctionCallInfo fcinfo, MemoryContext cxt)
{
	MemoryContext group_cxt = AllocSetContextCreate(cxt, "relgraph load_agg",
													ALLOCSET_START_SMALL_SIZES);
	MemoryContext oldcxt = MemoryContextSwitchTo(group_cxt);
	LoadAggState *state = palloc0(sizeof(LoadAggState));

	state->cxt = group_cxt;
	if (PG_ARGISNULL(2))
		state->include = pstrdup("");
	else
		state->include = text_to_cstring(PG_GETARG_TEXT_PP(2));
	state->include_length = strlen(state->include);

	MemoryContextSwitchTo(oldcxt);
	return state;
}

/*
 * Complain if a row comes with another include than the first one.
 */
static void
check_include(const LoadAggState *state, FunctionCallInfo fcinfo)
{
	text	   *include = PG_ARGISNULL(2) ? NULL : PG_GETARG_TEXT_PP(2);
	int			length = include == NULL ? 0 : VARSIZE_ANY_EXHDR(include);

	if (length != state->include_length ||
		(length > 0 &&
		 memcmp(VARDATA_ANY(include), state->include, length) != 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("include must be the same for all rows of a group"),
				 errdetail("It was \"%s\", and is now \"%s\".",
						   state->include,
						   include == NULL ? "" : text_to_cstring(include)),
				 errhint("Group by the include, or aggregate the results of load_row().")));
}

/*
 * Add a row to the roots of a group.
 */
static void
add_source(LoadAggState *state, const RowValue *source)
{
	if (state->roots == NULL)
	{
		const LoadPlan *plan = relgraph_get_load_plan(source->relid,
													  state->include);
		MemoryContext oldcxt;

		oldcxt = MemoryContextSwitchTo(state->cxt);
		state->roots = relgraph_start_batch(relgraph_start_call(plan, NULL),
											state->cxt);
		MemoryContextSwitchTo(oldcxt);
		state->roots->is_one_document = true;
		state->roots->is_one_array = true;
	}
	else if (state->roots->plan->root != source->relid)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("rows of a group must be of the same table"),
				 errdetail("They were of table \"%s\", and one is of table \"%s\".",
						   relgraph_relation_name(state->roots->plan->root),
						   relgraph_relation_name(source->relid))));
	relgraph_add_row_value(state->roots, source);
}

/*
 * Note that the next element is null.
 */
static void
add_null(LoadAggState *state)
{
	if (state->nnulls == state->maxnulls)
	{
		state->maxnulls = Max(state->maxnulls * 2, INITIAL_NULLS);
		if (state->nulls == NULL)
			state->nulls = MemoryContextAlloc(state->cxt, state->maxnulls *
											  sizeof(int64));
		else
			state->nulls = repalloc_huge(state->nulls,
										 state->maxnulls * sizeof(int64));
	}
	state->nulls[state->nnulls++] = state->nelements;
}

/*
 * Return a linked batch of a group's roots, in the given context.
 */
static LoadBatch *
load_group(const LoadAggState *state, MemoryContext cxt)
{
	LoadBatch  *batch = relgraph_start_batch_from(state->roots, cxt);

	/* A window function is finished more than once. */
	for (int i = 1; i < batch->plan->nlevels; i++)
		batch->call->levels[i].nrows = 0;
	if (batch->plan->nlevels > 1)
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		(void) relgraph_fetch_levels(batch);
		SPI_finish();
	}
	relgraph_link_batch(batch);
	return batch;
}

/*
 * Return the length of the array, which is one that a value can have.
 */
static uint64
length_of_array(const LoadAggState *state, const LoadBatch *batch)
{
	/* Two brackets, and a comma less than there are elements. */
	uint64		length = state->nelements + 1 +
		state->nnulls * strlen("null");
	int32		nroots = batch == NULL ? 0 : batch->levels[0].nrows;

	for (int32 i = 0; i < nroots; i++)
	{
		length += relgraph_document_length(batch, i);
		if (length > MaxAllocSize - VARHDRSZ)
			relgraph_report_long_document(batch);
	}
	if (length > MaxAllocSize - VARHDRSZ)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("array of documents is too long")));
	return length;
}

/*
 * Write the array, for which there is exactly the room it takes.
 */
static void
write_array(const LoadAggState *state, const LoadBatch *batch, char *out)
{
	int64		null = 0;
	int32		root = 0;

	for (int64 i = 0; i < state->nelements; i++)
	{
		if (i % ELEMENTS_PER_CHECK == 0)
			CHECK_FOR_INTERRUPTS();
		*out++ = i == 0 ? '[' : ',';
		if (null < state->nnulls && state->nulls[null] == i)
		{
			memcpy(out, "null", strlen("null"));
			out += strlen("null");
			null++;
		}
		else
			out = relgraph_copy_document(batch, root++, out);
	}
	*out = ']';
}
