/*-------------------------------------------------------------------------
 *
 * loadargs.c
 *	  The arguments of load(), load_row() and explain_load().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "load/loadargs.h"
#include "sqltext.h"

static void check_root(Oid root);
static void get_root_options(FunctionCallInfo fcinfo, RootOptions *options);

/*
 * Return the call that the arguments of load() ask for; the root is not null.
 */
LoadCall *
relgraph_get_load_arguments(FunctionCallInfo fcinfo, RootOptions *options)
{
	Oid			root = PG_GETARG_OID(0);
	const LoadPlan *plan;

	check_root(root);
	get_root_options(fcinfo, options);
	plan = relgraph_get_load_plan(root, relgraph_include_argument(fcinfo));
	return relgraph_start_call(plan, relgraph_params_argument(fcinfo, 6));
}

/*
 * Complain unless the relation is of a kind that has rows to load.
 */
static void
check_root(Oid root)
{
	char		kind = get_rel_relkind(root);

	switch (kind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
			break;
		case '\0':
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("relation with OID %u does not exist", root)));
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("cannot load from relation \"%s\"",
							relgraph_relation_name(root)),
					 errdetail_relkind_not_supported(kind)));
	}
}

/*
 * Read the arguments of load() that choose the root's rows.
 */
static void
get_root_options(FunctionCallInfo fcinfo, RootOptions *options)
{
	memset(options, 0, sizeof(RootOptions));
	if (!PG_ARGISNULL(2))
		options->filter = PG_GETARG_JSONB_P(2);
	if (!PG_ARGISNULL(3))
		options->order_by = text_to_cstring(PG_GETARG_TEXT_PP(3));
	if (!PG_ARGISNULL(4))
	{
		options->has_limit = true;
		options->limit = PG_GETARG_INT64(4);
		if (options->limit < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_ROW_COUNT_IN_LIMIT_CLAUSE),
					 errmsg("row_limit must not be negative")));
	}
	if (!PG_ARGISNULL(5))
	{
		options->has_offset = true;
		options->offset = PG_GETARG_INT64(5);
		if (options->offset < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_ROW_COUNT_IN_RESULT_OFFSET_CLAUSE),
					 errmsg("row_offset must not be negative")));
	}
}

/*
 * Return the include, which is the second argument everywhere.
 */
char *
relgraph_include_argument(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(1))
		return pstrdup("");
	return text_to_cstring(PG_GETARG_TEXT_PP(1));
}

/*
 * Return the params, or NULL.
 */
Jsonb *
relgraph_params_argument(FunctionCallInfo fcinfo, int argno)
{
	return PG_ARGISNULL(argno) ? NULL : PG_GETARG_JSONB_P(argno);
}
