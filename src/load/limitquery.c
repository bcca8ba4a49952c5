/*-------------------------------------------------------------------------
 *
 * limitquery.c
 *	  The statements that fetch some of the rows of each parent.
 *
 * A level with a limit or an offset is fetched by the server in its order, so
 * that rows nobody wants are not sent, nor perhaps even read.  Which row
 * belongs to which parent is told by the position of its key: what a window
 * takes for equal need not be what the relationship does.
 *
 * Through an association table that can hold a pair of rows more than once, a
 * target row is to be counted once, and is found by a semi-join.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "load/levelargs.h"
#include "load/loadquery.h"
#include "navquery.h"
#include "sqltext.h"

/* Alias of the rows that are chosen from. */
#define ALIAS_ROWS "x"

static char *probe_query(const LoadLevel *level, const Filter *filter);
static char *window_query(const LoadLevel *level, const Filter *filter);
static void append_outer_columns(StringInfo buf, const LoadLevel *level);
static void append_inner_columns(StringInfo buf, const LoadLevel *level);
static void append_relations(StringInfo buf, const LoadLevel *level);
static void append_conditions(StringInfo buf, const LoadLevel *level,
							  const Filter *filter);
static void append_order(StringInfo buf, const LoadLevel *level);
static char *limit_expr(const LoadLevel *level, const Filter *filter);
static char *offset_expr(const LoadLevel *level, const Filter *filter);
static bool has_pairs(const LoadLevel *level);

/*
 * Return the query of a level that is limited.
 */
char *
relgraph_limited_query(const LoadLevel *level, LoadStrategy strategy,
					   const Filter *filter)
{
	return strategy == LOAD_PROBE ? probe_query(level, filter) :
		window_query(level, filter);
}

/*----------
 * Return the query that goes from key to key.  It is
 *
 *	SELECT x.c1, ..., k.n
 *	  FROM ROWS FROM (unnest($1), ...) WITH ORDINALITY k (k1, ..., n),
 *		   LATERAL (SELECT t.att AS c1, ... FROM [ONLY] <target> t
 *					 WHERE k.k1 OPERATOR(s.=) t.keyatt ... [AND <filter>]
 *					 ORDER BY t.att [DESC], ... [LIMIT n] [OFFSET n]) x
 *----------
 */
static char *
probe_query(const LoadLevel *level, const Filter *filter)
{
	StringInfoData buf;

	initStringInfo(&buf);
	append_outer_columns(&buf, level);
	appendStringInfoString(&buf, LOAD_ALIAS_KEYS ".n FROM ");
	relgraph_append_keys(&buf, &level->keys);
	appendStringInfoString(&buf, ", LATERAL (SELECT ");
	append_inner_columns(&buf, level);
	appendStringInfoString(&buf, " FROM ");
	append_relations(&buf, level);
	append_conditions(&buf, level, filter);
	append_order(&buf, level);
	if (level->args->limit.is_given)
		appendStringInfo(&buf, " LIMIT %s", limit_expr(level, filter));
	if (level->args->offset.is_given)
		appendStringInfo(&buf, " OFFSET %s", offset_expr(level, filter));
	appendStringInfoString(&buf, ") " ALIAS_ROWS);
	return buf.data;
}

/*----------
 * Return the query that numbers the rows of each key.  It is
 *
 *	SELECT x.c1, ..., x.n
 *	  FROM (SELECT t.att AS c1, ..., k.n,
 *				   pg_catalog.row_number() OVER (PARTITION BY k.n
 *									ORDER BY t.att [DESC], ...) AS r
 *			  FROM ROWS FROM (unnest($1), ...) WITH ORDINALITY
 *				   k (k1, ..., n), [ONLY] <target> t
 *			 WHERE k.k1 OPERATOR(s.=) t.keyatt ... [AND <filter>]) x
 *	 WHERE x.r <= n
 *
 * where operators are written in full; with an offset, x.r is compared with
 * that, and with the sum of both.
 *----------
 */
static char *
window_query(const LoadLevel *level, const Filter *filter)
{
	const char *offset = offset_expr(level, filter);
	StringInfoData buf;

	initStringInfo(&buf);
	append_outer_columns(&buf, level);
	appendStringInfoString(&buf, ALIAS_ROWS ".n FROM (SELECT ");
	append_inner_columns(&buf, level);
	appendStringInfoString(&buf, ", " LOAD_ALIAS_KEYS ".n, "
						   "pg_catalog.row_number() OVER (PARTITION BY "
						   LOAD_ALIAS_KEYS ".n");
	append_order(&buf, level);
	appendStringInfoString(&buf, ") AS r FROM ");
	relgraph_append_keys(&buf, &level->keys);
	appendStringInfoString(&buf, ", ");
	append_relations(&buf, level);
	append_conditions(&buf, level, filter);
	appendStringInfoString(&buf, ") " ALIAS_ROWS " WHERE ");
	if (!level->args->offset.is_given)
		appendStringInfo(&buf, ALIAS_ROWS ".r OPERATOR(pg_catalog.<=) %s",
						 limit_expr(level, filter));
	else
		appendStringInfo(&buf, ALIAS_ROWS ".r OPERATOR(pg_catalog.>) %s",
						 offset);
	if (level->args->offset.is_given && level->args->limit.is_given)
		appendStringInfo(&buf, " AND " ALIAS_ROWS
						 ".r OPERATOR(pg_catalog.<=) (%s OPERATOR(pg_catalog.+) %s)",
						 limit_expr(level, filter), offset);
	return buf.data;
}

/*
 * Append the select list, but for the number of the key.
 */
static void
append_outer_columns(StringInfo buf, const LoadLevel *level)
{
	appendStringInfoString(buf, "SELECT ");
	for (int i = 0; i < level->nfetch; i++)
		appendStringInfo(buf, ALIAS_ROWS ".c%d, ", i + 1);
}

/*
 * Append the columns that the level fetches, each under a name of its own.
 */
static void
append_inner_columns(StringInfo buf, const LoadLevel *level)
{
	if (level->nfetch == 0)
		appendStringInfoString(buf, "1 AS one");
	for (int i = 0; i < level->nfetch; i++)
	{
		const LoadFetch *fetch = &level->fetch[i];

		appendStringInfoString(buf, i > 0 ? ", " : "");
		if (fetch->is_through)
			relgraph_append_column(buf, LOAD_ALIAS_THROUGH, level->hops[0].to,
								   fetch->attnum);
		else
			relgraph_append_column(buf, LOAD_ALIAS_TARGET, level->relid,
								   fetch->attnum);
		appendStringInfo(buf, " AS c%d", i + 1);
	}
}

/*
 * Append the relations that the rows come from.
 */
static void
append_relations(StringInfo buf, const LoadLevel *level)
{
	if (level->nhops == 2 && !has_pairs(level))
	{
		relgraph_append_relation_only(buf, level->hops[0].to);
		appendStringInfoString(buf, " " LOAD_ALIAS_THROUGH ", ");
	}
	relgraph_append_relation_only(buf, level->relid);
	appendStringInfoString(buf, " " LOAD_ALIAS_TARGET);
}

/*
 * Append the conditions that tie the rows to a key, and the filter.
 */
static void
append_conditions(StringInfo buf, const LoadLevel *level,
				  const Filter *filter)
{
	appendStringInfoString(buf, " WHERE ");
	if (has_pairs(level))
	{
		appendStringInfoString(buf, "EXISTS (SELECT 1 FROM ");
		relgraph_append_relation_only(buf, level->hops[0].to);
		appendStringInfoString(buf, " " LOAD_ALIAS_THROUGH " WHERE ");
	}
	relgraph_append_key_quals(buf, level, level->nhops == 1 ?
							  LOAD_ALIAS_TARGET : LOAD_ALIAS_THROUGH);
	if (level->nhops == 2)
	{
		appendStringInfoString(buf, " AND ");
		relgraph_append_hop_quals(buf, &level->hops[1], LOAD_ALIAS_THROUGH,
								  LOAD_ALIAS_TARGET);
	}
	if (has_pairs(level))
		appendStringInfoChar(buf, ')');
	relgraph_append_level_filter(buf, filter, level->keys.nkeys + 1, " AND ");
}

/*
 * Append the level's order.
 */
static void
append_order(StringInfo buf, const LoadLevel *level)
{
	for (int i = 0; i < level->nsort; i++)
	{
		appendStringInfoString(buf, i > 0 ? ", " : " ORDER BY ");
		relgraph_append_sort_column(buf, level->relid, level->sort[i].attnum,
									level->sort[i].is_descending);
	}
}

/*
 * Return the limit as an expression.
 */
static char *
limit_expr(const LoadLevel *level, const Filter *filter)
{
	const LevelNumber *limit = &level->args->limit;

	if (limit->param == 0)
		return psprintf(INT64_FORMAT, limit->value);
	return psprintf("$%d", level->keys.nkeys + 1 +
					(filter != NULL ? filter->nvalues : 0));
}

/*
 * Return the offset as an expression.
 */
static char *
offset_expr(const LoadLevel *level, const Filter *filter)
{
	const LevelNumber *offset = &level->args->offset;

	if (offset->param == 0)
		return psprintf(INT64_FORMAT, offset->value);
	return psprintf("$%d", level->keys.nkeys + 1 +
					(filter != NULL ? filter->nvalues : 0) +
					(level->args->limit.param != 0 ? 1 : 0));
}

/*
 * Return true if the same pair of rows can be associated more than once.
 */
static bool
has_pairs(const LoadLevel *level)
{
	return level->nhops == 2 && !level->is_unique_pair;
}
