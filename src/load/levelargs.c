/*-------------------------------------------------------------------------
 *
 * levelargs.c
 *	  Arguments of a level: as an include has them, and as a call has them.
 *
 * The first half is done once per plan: names of filters and orders become
 * columns.  The second half is done for every call: values are read, under the
 * settings of the call, and $n is looked up in params.
 *
 * A filter that is written in the include keeps its statement; one that comes
 * from params shapes a statement of its own, which is a text like any other to
 * the plans that are saved.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "compat.h"
#include "load/levelargs.h"
#include "load/loadquery.h"
#include "load/resolve.h"
#include "sqltext.h"

/* No collection is that long, and two of them can be added. */
#define NO_LIMIT (PG_INT64_MAX / 4)

/* Where an error happened, for its context. */
typedef struct ArgPlace
{
	const char *include;
	int			location;
} ArgPlace;

static void check_is_list(LoadPlan *plan, const LoadLevel *level,
						  const IncludeArg *arg);
static Filter *resolve_filter(LoadPlan *plan, Oid relid, const char *json,
							  int location);
static List *resolve_sort(LoadPlan *plan, Oid relid, const List *sort);
static void check_sort_column(LoadPlan *plan, Oid relid, AttrNumber attnum,
							  int location);
static void resolve_number(LevelNumber *number, const IncludeArg *arg);
static void start_level_call(LevelCall *call, const LoadPlan *plan,
							 const LoadLevel *level, const Jsonb *params);
static Filter *filter_of_param(const LoadPlan *plan, const LoadLevel *level,
							   const Jsonb *params);
static int64 value_of_number(const LoadPlan *plan, const LevelNumber *number,
							 const char *name, int64 if_null,
							 const Jsonb *params);
static JsonbValue *find_param(const LoadPlan *plan, int param, int location,
							  const Jsonb *params);
static bool numeric_to_count(Numeric numeric, int64 *count);
static void note_key_types(LevelCall *call, const LoadLevel *level);
static void push_place(ErrorContextCallback *callback, ArgPlace *place);
static void show_place(void *arg);

/* ----------------------------------------------------------------
 *		As the include has them
 * ----------------------------------------------------------------
 */

/*
 * Let a level have the arguments of an item, if that is not null.  They are
 * about all rows that stand under a key: nothing else can be asked for there.
 */
void
relgraph_resolve_level_args(LoadPlan *plan, LoadLevel *level,
							const IncludeItem *item, bool is_new)
{
	LevelArgs  *args = NULL;
	ListCell   *lc;

	foreach(lc, item != NULL ? item->args : NIL)
		check_is_list(plan, level, lfirst(lc));
	if (item != NULL && item->args != NIL)
		args = relgraph_resolve_args(plan, level->relid, item->args);
	if (is_new)
		level->args = args;
	else if (args != NULL || level->args != NULL)
	{
		if (item != NULL)
			level->location = item->location;
		relgraph_report_same_key(plan, level->parent, level,
								 "the same with other arguments");
	}
}

/*
 * Complain about an argument that says which of several rows, or in which
 * order, where there is one row at most.
 */
static void
check_is_list(LoadPlan *plan, const LoadLevel *level, const IncludeArg *arg)
{
	const char *name = NULL;

	switch (arg->kind)
	{
		case INCLUDE_ARG_ORDER:
			name = "order";
			break;
		case INCLUDE_ARG_LIMIT:
			name = "limit";
			break;
		case INCLUDE_ARG_OFFSET:
			name = "offset";
			break;
		case INCLUDE_ARG_FILTER:
		case INCLUDE_ARG_DEPTH:
			return;
	}
	if (!level->relationship->is_list)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relationship \"%s\" of table \"%s\" takes no %s",
						level->relationship->name,
						relgraph_relation_name(level->relationship->source),
						name),
				 errdetail("It leads to at most one row."),
				 errhint("A filter can leave that row out."),
				 relgraph_errinclude(plan->include, arg->location)));
}

LevelArgs *
relgraph_resolve_args(LoadPlan *plan, Oid relid, const List *args)
{
	LevelArgs  *result = palloc0(sizeof(LevelArgs));
	bool		is_empty = true;
	ListCell   *lc;

	foreach(lc, args)
	{
		const IncludeArg *arg = lfirst(lc);

		switch (arg->kind)
		{
			case INCLUDE_ARG_FILTER:
				result->filter_param = arg->param;
				result->filter_location = arg->location;
				if (arg->param == 0)
					result->filter = resolve_filter(plan, relid, arg->json,
													arg->location);
				break;
			case INCLUDE_ARG_ORDER:
				result->sort = resolve_sort(plan, relid, arg->sort);
				break;
			case INCLUDE_ARG_LIMIT:
				resolve_number(&result->limit, arg);
				break;
			case INCLUDE_ARG_OFFSET:
				resolve_number(&result->offset, arg);
				break;
			case INCLUDE_ARG_DEPTH:
				continue;
		}
		is_empty = false;
	}
	return is_empty ? NULL : result;
}

/*
 * Resolve a filter that is written in the include.
 */
static Filter *
resolve_filter(LoadPlan *plan, Oid relid, const char *json, int location)
{
	ArgPlace	place = {plan->include, location};
	ErrorContextCallback callback;
	Filter	   *filter;
	Datum		value;

	push_place(&callback, &place);
	value = DirectFunctionCall1(jsonb_in, CStringGetDatum(json));
	filter = relgraph_parse_filter(relid, DatumGetJsonbP(value));
	error_context_stack = callback.previous;
	plan->has_filter = true;
	return filter;
}

/*
 * Resolve an order; what comes twice has no say the second time.
 */
static List *
resolve_sort(LoadPlan *plan, Oid relid, const List *sort)
{
	List	   *result = NIL;
	Bitmapset  *seen = NULL;
	ListCell   *lc;

	foreach(lc, sort)
	{
		const IncludeSort *written = lfirst(lc);
		const IncludeName *name = &written->column;
		ArgPlace	place = {plan->include, name->location};
		ErrorContextCallback callback;
		LevelSort  *column = palloc(sizeof(LevelSort));

		push_place(&callback, &place);
		column->attnum = relgraph_resolve_column(relid, name->name,
												 name->was_quoted);
		if (column->attnum == InvalidAttrNumber)
			relgraph_report_unknown_column(relid, name->name);
		error_context_stack = callback.previous;
		column->is_descending = written->is_descending;
		check_sort_column(plan, relid, column->attnum, name->location);
		if (!bms_is_member(column->attnum, seen))
			result = lappend(result, column);
		seen = bms_add_member(seen, column->attnum);
	}
	return result;
}

/*
 * Complain about a column whose values have no order.
 */
static void
check_sort_column(LoadPlan *plan, Oid relid, AttrNumber attnum, int location)
{
	Oid			type = relgraph_column_type(relid, attnum, NULL);

	if (!OidIsValid(lookup_type_cache(type, TYPECACHE_LT_OPR)->lt_opr))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("rows cannot be ordered by column \"%s\" of table \"%s\"",
						get_attname(relid, attnum, false),
						relgraph_relation_name(relid)),
				 errdetail("Type %s has no ordering operator.",
						   format_type_be(type)),
				 relgraph_errinclude(plan->include, location)));
}

static void
resolve_number(LevelNumber *number, const IncludeArg *arg)
{
	number->is_given = true;
	number->value = Min(arg->number, NO_LIMIT);
	number->param = arg->param;
	number->location = arg->location;
}

bool
relgraph_level_is_limited(const LoadLevel *level)
{
	return level->args != NULL &&
		(level->args->limit.is_given || level->args->offset.is_given);
}

/* ----------------------------------------------------------------
 *		As a call has them
 * ----------------------------------------------------------------
 */

LoadCall *
relgraph_start_call(const LoadPlan *plan, const Jsonb *params)
{
	LoadCall   *call = palloc(sizeof(LoadCall));

	if (params != NULL &&
		(!JB_ROOT_IS_ARRAY(params) || JB_ROOT_IS_SCALAR(params)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("params must be a JSON array"),
				 errhint("Its first element is $1 in the include.")));

	call->plan = plan;
	call->levels = palloc0(plan->nlevels * sizeof(LevelCall));
	for (int i = 1; i < plan->nlevels; i++)
		start_level_call(&call->levels[i], plan, plan->levels[i], params);
	return call;
}

/*
 * Find out what a level is to be fetched with.  Its values are those of the
 * filter, then the limit and the offset as far as they are not written in the
 * statement.
 */
static void
start_level_call(LevelCall *call, const LoadPlan *plan,
				 const LoadLevel *level, const Jsonb *params)
{
	const LevelArgs *args = level->args;

	if (args != NULL)
	{
		ArgPlace	place = {plan->include, args->filter_location};
		ErrorContextCallback callback;

		call->filter = args->filter_param == 0 ? args->filter :
			filter_of_param(plan, level, params);
		if (call->filter != NULL)
		{
			push_place(&callback, &place);
			relgraph_add_filter_params(&call->params, call->filter);
			error_context_stack = callback.previous;
		}
		if (args->limit.param != 0)
			relgraph_add_param(&call->params, INT8OID,
							   Int64GetDatum(value_of_number(plan,
															 &args->limit,
															 "limit", NO_LIMIT,
															 params)));
		if (args->offset.param != 0)
			relgraph_add_param(&call->params, INT8OID,
							   Int64GetDatum(value_of_number(plan,
															 &args->offset,
															 "offset", 0,
															 params)));
	}
	note_key_types(call, level);

	if (args == NULL || args->filter_param == 0)
		return;
	for (int i = 0; i < LOAD_NSTRATEGIES; i++)
	{
		if (level->queries[i] != NULL)
			call->queries[i] = relgraph_level_query(level, (LoadStrategy) i,
													call->filter);
	}
}

/*
 * Return the filter that is an element of params; null is none.
 */
static Filter *
filter_of_param(const LoadPlan *plan, const LoadLevel *level,
				const Jsonb *params)
{
	const LevelArgs *args = level->args;
	JsonbValue *value = find_param(plan, args->filter_param,
								   args->filter_location, params);
	ArgPlace	place = {plan->include, args->filter_location};
	ErrorContextCallback callback;
	Filter	   *filter;

	if (value->type == jbvNull)
		return NULL;
	push_place(&callback, &place);
	filter = relgraph_parse_filter(level->relid, JsonbValueToJsonb(value));
	error_context_stack = callback.previous;
	return filter;
}

/*
 * Return the limit or offset that is an element of params.
 */
static int64
value_of_number(const LoadPlan *plan, const LevelNumber *number,
				const char *name, int64 if_null, const Jsonb *params)
{
	JsonbValue *value = find_param(plan, number->param, number->location,
								   params);
	int64		count;

	if (value->type == jbvNull)
		return if_null;
	if (value->type != jbvNumeric ||
		!numeric_to_count(value->val.numeric, &count))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid %s in parameter $%d", name, number->param),
				 errdetail("It must be a whole number, not negative, or null."),
				 relgraph_errinclude(plan->include, number->location)));
	return Min(count, NO_LIMIT);
}

/*
 * Return an element of params.
 */
static JsonbValue *
find_param(const LoadPlan *plan, int param, int location, const Jsonb *params)
{
	JsonbValue *value = NULL;
	int			nparams = params == NULL ? 0 : JB_ROOT_COUNT(params);

	if (params != NULL)
		value = getIthJsonbValueFromContainer(unconstify(JsonbContainer *,
														 &params->root),
											  param - 1);
	if (value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_PARAMETER),
				 errmsg("there is no parameter $%d", param),
				 params == NULL ? errdetail("The call has no params.") :
				 errdetail_plural("The params of the call have %d element.",
								  "The params of the call have %d elements.",
								  nparams, nparams),
				 relgraph_errinclude(plan->include, location)));
	return value;
}

/*
 * Return false unless the number is a count.
 */
static bool
numeric_to_count(Numeric numeric, int64 *count)
{
	Datum		value = NumericGetDatum(numeric);
	Datum		whole = DirectFunctionCall2(numeric_trunc, value,
											Int32GetDatum(0));
	char	   *digits = DatumGetCString(DirectFunctionCall1(numeric_out,
															 whole));

	if (digits[0] == '-' ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq, whole, value)))
		return false;

	/* What has more digits may not be an int8. */
	if (strlen(digits) > 18)
		*count = NO_LIMIT;
	else
		*count = DatumGetInt64(DirectFunctionCall1(numeric_int8, whole));
	return true;
}

/*
 * Note the types of all parameters of a statement that has the keys.
 */
static void
note_key_types(LevelCall *call, const LoadLevel *level)
{
	int			nkeys = level->keys.nkeys;

	if (call->params.n == 0)
	{
		call->key_types = level->key_types;
		return;
	}
	call->key_types = palloc((nkeys + call->params.n) * sizeof(Oid));
	memcpy(call->key_types, level->key_types, nkeys * sizeof(Oid));
	memcpy(call->key_types + nkeys, call->params.types,
		   call->params.n * sizeof(Oid));
}

/* ----------------------------------------------------------------
 *		Places
 * ----------------------------------------------------------------
 */

/*
 * Show the place with every error until the callback is taken away.
 */
static void
push_place(ErrorContextCallback *callback, ArgPlace *place)
{
	callback->callback = show_place;
	callback->arg = place;
	callback->previous = error_context_stack;
	error_context_stack = callback;
}

static void
show_place(void *arg)
{
	ArgPlace   *place = arg;

	relgraph_errinclude(place->include, place->location);
}
