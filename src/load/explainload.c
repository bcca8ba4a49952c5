/*-------------------------------------------------------------------------
 *
 * explainload.c
 *	  explain_load(): what a load would do, as text.
 *
 * A line per fact, in a tree of levels.  Nothing is run, so the number of keys
 * is not known: where another strategy takes over when they are many, both are
 * shown.  What is shown depends on tables, indexes and statistics, but has no
 * numbers that change with every row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "config.h"
#include "graphcache.h"
#include "load/aggregate.h"
#include "load/levelargs.h"
#include "load/loadargs.h"
#include "load/loadquery.h"
#include "load/strategy.h"
#include "sqltext.h"

/* More keys than anything has. */
#define VERY_MANY_KEYS (PG_INT32_MAX / 2)

typedef struct Explanation
{
	ReturnSetInfo *rsinfo;
	const LoadCall *call;
} Explanation;

static void put_line(Explanation *out, int depth, const char *format,...)
			pg_attribute_printf(3, 4);
static void explain_root(Explanation *out, const RootOptions *options);
static void explain_level(Explanation *out, const LoadLevel *level);
static void explain_heading(Explanation *out, const LoadLevel *level);
static void explain_rows(Explanation *out, const LoadLevel *level);
static void append_number(StringInfo buf, const LevelNumber *number);
static void append_order(StringInfo buf, const LoadLevel *level);
static void explain_strategies(Explanation *out, const LoadLevel *level);
static void explain_statement(Explanation *out, const LoadLevel *level,
							  LoadStrategy strategy);
static void explain_params(Explanation *out, const LoadLevel *level,
						   bool has_keys);
static void explain_filter_params(Explanation *out, int depth,
								  const Filter *filter, int first_param);
static const char *strategy_name(LoadStrategy strategy);

PG_FUNCTION_INFO_V1(relgraph_explain_load);

/*
 * explain_load(root regclass, include text, filter jsonb, order_by text,
 *		row_limit bigint, row_offset bigint, params jsonb)
 *		returns setof text
 *
 * Not strict, as load() is not.
 */
Datum
relgraph_explain_load(PG_FUNCTION_ARGS)
{
	Explanation out;
	RootOptions options;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	out.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	out.call = relgraph_get_load_arguments(fcinfo, &options);
	explain_root(&out, &options);
	return (Datum) 0;
}

/*
 * Add a line, indented by the depth of its level.
 */
static void
put_line(Explanation *out, int depth, const char *format,...)
{
	StringInfoData buf;
	Datum		value;
	bool		isnull = false;

	initStringInfo(&buf);
	appendStringInfoSpaces(&buf, depth * 2);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&buf, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&buf, needed);
	}
	value = CStringGetTextDatum(buf.data);
	tuplestore_putvalues(out->rsinfo->setResult, out->rsinfo->setDesc,
						 &value, &isnull);
	pfree(buf.data);
}

/*
 * Explain how root rows are read, and the levels below.
 */
static void
explain_root(Explanation *out, const RootOptions *options)
{
	const LoadPlan *plan = out->call->plan;
	const LoadLevel *root = plan->levels[0];
	QueryParams params = {0};
	char	   *query = relgraph_root_query(plan, options, &params);
	Filter	   *filter = NULL;
	int			param;

	put_line(out, 0, "%s", relgraph_relation_name(plan->root));
	if (options->has_limit || options->has_offset)
		put_line(out, 1, "limited: row_limit %s, row_offset %s",
				 options->has_limit ?
				 psprintf(INT64_FORMAT, options->limit) : "none",
				 options->has_offset ?
				 psprintf(INT64_FORMAT, options->offset) : "none");
	put_line(out, 1, "%s", query);
	if (options->filter != NULL)
	{
		filter = relgraph_parse_filter(plan->root, options->filter);
		explain_filter_params(out, 2, filter, 1);
	}
	param = filter != NULL ? filter->nvalues : 0;
	if (options->has_limit)
		put_line(out, 2, "$%d bigint: row_limit", ++param);
	if (options->has_offset)
		put_line(out, 2, "$%d bigint: row_offset", ++param);
	for (int i = 0; i < root->nchildren; i++)
		explain_level(out, root->children[i]);
}

/*
 * Explain a level and those below it.
 */
static void
explain_level(Explanation *out, const LoadLevel *level)
{
	explain_heading(out, level);
	explain_rows(out, level);
	explain_strategies(out, level);
	for (int i = 0; i < level->nchildren; i++)
		explain_level(out, level->children[i]);
}

/*
 * Say what is loaded: "-> key: posts, 1:M to table posts through table x".
 */
static void
explain_heading(Explanation *out, const LoadLevel *level)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "-> %s: ", level->key);
	if (level->aggregate != NULL)
		appendStringInfo(&buf, "%s", level->aggregate->text);
	else
	{
		if (strcmp(level->key, level->name) != 0)
			appendStringInfo(&buf, "%s, ", level->name);
		appendStringInfo(&buf, "%s to %s",
						 relgraph_cardinality_label(level->cardinality),
						 relgraph_relation_name(level->relid));
		if (level->nhops == 2)
			appendStringInfo(&buf, " through %s",
							 relgraph_relation_name(level->hops[0].to));
		if (level->is_recursive)
			appendStringInfoString(&buf, ", repeated");
		if (level->is_recursive && level->max_levels > 0)
			appendStringInfo(&buf, " " INT64_FORMAT " deep",
							 level->max_levels);
	}
	put_line(out, level->depth, "%s", buf.data);
}

/*
 * Say which of the rows are loaded, and in which order.
 */
static void
explain_rows(Explanation *out, const LoadLevel *level)
{
	const LevelArgs *args = level->args;
	StringInfoData buf;

	initStringInfo(&buf);
	if (relgraph_level_is_limited(level))
	{
		appendStringInfoString(&buf, "limited: ");
		if (args->limit.is_given)
		{
			appendStringInfoString(&buf, "limit ");
			append_number(&buf, &args->limit);
		}
		if (args->offset.is_given)
		{
			appendStringInfo(&buf, "%soffset ",
							 args->limit.is_given ? ", " : "");
			append_number(&buf, &args->offset);
		}
		appendStringInfoString(&buf, " for each parent");
		put_line(out, level->depth + 1, "%s", buf.data);
		resetStringInfo(&buf);
	}
	if (args != NULL && args->filter_param != 0)
		put_line(out, level->depth + 1, "filtered by $%d of params",
				 args->filter_param);
	append_order(&buf, level);
	if (buf.len > 0)
		put_line(out, level->depth + 1, "in the order of %s", buf.data);
	if (level->is_recursive)
		put_line(out, level->depth + 1, "one statement for each depth");
}

static void
append_number(StringInfo buf, const LevelNumber *number)
{
	if (number->param != 0)
		appendStringInfo(buf, "$%d of params", number->param);
	else
		appendStringInfo(buf, INT64_FORMAT, number->value);
}

static void
append_order(StringInfo buf, const LoadLevel *level)
{
	for (int i = 0; i < level->nsort; i++)
		appendStringInfo(buf, "%s%s%s", i > 0 ? ", " : "",
						 level->sort[i].is_descending ? "-" : "",
						 quote_identifier(get_attname(level->relid,
													  level->sort[i].attnum,
													  false)));
}

/*
 * Say how rows are fetched for few keys and, if that is another way, for many.
 */
static void
explain_strategies(Explanation *out, const LoadLevel *level)
{
	const char *few_reason;
	const char *many_reason;
	LoadStrategy few = relgraph_choose_strategy(level, 1, &few_reason);
	LoadStrategy many = relgraph_choose_strategy(level, VERY_MANY_KEYS,
												 &many_reason);

	if (few == many)
	{
		put_line(out, level->depth + 1, "%s: %s", strategy_name(few),
				 many_reason);
		explain_statement(out, level, few);
		return;
	}
	put_line(out, level->depth + 1, "%s, for few keys: %s",
			 strategy_name(few), few_reason);
	explain_statement(out, level, few);
	put_line(out, level->depth + 1, "%s, for many keys: %s",
			 strategy_name(many), many_reason);
	explain_statement(out, level, many);
}

/*
 * Show the statement of a strategy, and what its parameters are.
 */
static void
explain_statement(Explanation *out, const LoadLevel *level,
				  LoadStrategy strategy)
{
	const LevelCall *call = &out->call->levels[level->number];

	put_line(out, level->depth + 2, "%s",
			 relgraph_level_query(level, strategy, call->filter));
	explain_params(out, level, strategy != LOAD_JOIN);
}

/*
 * Say what the parameters of a level's statement are.
 */
static void
explain_params(Explanation *out, const LoadLevel *level, bool has_keys)
{
	const LevelCall *call = &out->call->levels[level->number];
	const LevelArgs *args = level->args;
	const RelHop *hop = &level->hops[0];
	int			depth = level->depth + 3;
	int			param = 0;

	for (int i = 0; has_keys && i < level->keys.nkeys; i++)
		put_line(out, depth, "$%d %s: %s of the rows of %s", ++param,
				 format_type_be(level->key_types[i]),
				 quote_identifier(get_attname(hop->from,
											  hop->from_attnums[i], false)),
				 relgraph_relation_name(level->parent->relid));
	if (call->filter != NULL)
	{
		explain_filter_params(out, depth, call->filter, param + 1);
		param += call->filter->nvalues;
	}
	if (args != NULL && args->limit.param != 0)
		put_line(out, depth, "$%d bigint: limit, $%d of params", ++param,
				 args->limit.param);
	if (args != NULL && args->offset.param != 0)
		put_line(out, depth, "$%d bigint: offset, $%d of params", ++param,
				 args->offset.param);
}

/*
 * Say where in a filter its values come from.
 */
static void
explain_filter_params(Explanation *out, int depth, const Filter *filter,
					  int first_param)
{
	for (int i = 0; i < filter->nvalues; i++)
		put_line(out, depth, "$%d %s: filter, at %s", first_param + i,
				 format_type_be(filter->values[i].type),
				 filter->values[i].place);
}

static const char *
strategy_name(LoadStrategy strategy)
{
	switch (strategy)
	{
		case LOAD_BATCH:
			return "batch";
		case LOAD_JOIN:
			return "join";
		case LOAD_PROBE:
			return "probe";
		case LOAD_WINDOW:
			return "window";
	}
	return NULL;				/* keep the compiler quiet */
}
