/*-------------------------------------------------------------------------
 *
 * aggquery.c
 *	  The statements that compute the aggregates of an include.
 *
 * One statement computes an aggregate for all parents there are, whose keys it
 * gets as arrays.  There is a form for each way in which a target row can be
 * met: once, more than once, or at any depth.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/lsyscache.h"

#include "compat.h"
#include "load/aggregate.h"
#include "load/loadquery.h"
#include "navquery.h"
#include "sqltext.h"

/* Aliases beside those of plan.h. */
#define ALIAS_DISTINCT "d"
#define ALIAS_WALK "w"
#define ALIAS_RESULT "x"

/* What is being written. */
typedef struct AggregateQuery
{
	StringInfo	buf;
	const LoadLevel *level;
	const LoadAggregate *aggregate;
	bool		for_all_keys;
	const Filter *filter;
} AggregateQuery;

static void append_joined(const AggregateQuery *query);
static void append_distinct(const AggregateQuery *query);
static void append_semijoin(const AggregateQuery *query);
static void append_exists(const AggregateQuery *query);
static void append_walk(const AggregateQuery *query);
static void append_walk_start(const AggregateQuery *query);
static void append_walked(const AggregateQuery *query);
static void append_function(const AggregateQuery *query, const char *alias);
static void append_key(const AggregateQuery *query);
static void append_identity(const AggregateQuery *query);
static void append_from(const AggregateQuery *query, int end);
static void append_from_walk(const AggregateQuery *query, int end);
static void append_relations(const AggregateQuery *query, int first, int end,
							 const char *separator);
static void append_where(const AggregateQuery *query, int end);
static void append_where_walked(const AggregateQuery *query);
static void append_hops(const AggregateQuery *query, int first, int end,
						const char *separator);
static void append_filter(const AggregateQuery *query, const char *separator);
static const char *alias_of(int n);

/*
 * Return the query of an aggregate's level.
 */
char *
relgraph_aggregate_query(const LoadLevel *level, bool for_all_keys,
						 const Filter *filter)
{
	const LoadAggregate *aggregate = level->aggregate;
	StringInfoData buf;
	AggregateQuery query = {&buf, level, aggregate, for_all_keys, filter};

	initStringInfo(&buf);
	if (relgraph_aggregate_is_recursive(aggregate))
		append_walked(&query);
	else if (relgraph_aggregate_is_exists(aggregate))
		append_exists(&query);
	else if (!aggregate->repeats_rows)
		append_joined(&query);
	else if (aggregate->nidentity > 0)
		append_distinct(&query);
	else
		append_semijoin(&query);
	return buf.data;
}

/*----------
 * Append the query for a path that meets each row once:
 *
 *	SELECT pg_catalog.sum(t1.att), t0.keyatt
 *	  FROM [ONLY] <rel0> t0, [ONLY] <rel1> t1
 *	 WHERE t0.keyatt OPERATOR(s.=) ANY ($1) AND t0.att OPERATOR(s.=) t1.att ...
 *	 GROUP BY t0.keyatt
 *
 * where keys that are not matched by value are joined as a relation, as in
 * relgraph_level_query(), and k.n takes the place of t0.keyatt.  A filter
 * always comes behind what leads to the target.
 *----------
 */
static void
append_joined(const AggregateQuery *query)
{
	int			nhops = query->aggregate->nhops;

	appendStringInfoString(query->buf, "SELECT ");
	append_function(query, alias_of(nhops - 1));
	appendStringInfoString(query->buf, ", ");
	append_key(query);
	append_from(query, nhops);
	append_where(query, nhops);
	appendStringInfoString(query->buf, " GROUP BY ");
	append_key(query);
}

/*----------
 * Append the query for a path that can meet a row more than once:
 *
 *	SELECT pg_catalog.sum(d.v), d.n
 *	  FROM (SELECT DISTINCT t0.keyatt AS n, t1.pkatt AS i1 ..., t1.att AS v
 *			  FROM ... WHERE ...) d
 *	 GROUP BY d.n
 *----------
 */
static void
append_distinct(const AggregateQuery *query)
{
	StringInfo	buf = query->buf;
	int			nhops = query->aggregate->nhops;

	appendStringInfoString(buf, "SELECT ");
	append_function(query, ALIAS_DISTINCT);
	appendStringInfoString(buf, ", " ALIAS_DISTINCT
						   ".n FROM (SELECT DISTINCT ");
	append_key(query);
	appendStringInfoString(buf, " AS n");
	append_identity(query);
	append_from(query, nhops);
	append_where(query, nhops);
	appendStringInfoString(buf, ") " ALIAS_DISTINCT " GROUP BY "
						   ALIAS_DISTINCT ".n");
}

/*----------
 * Append the same for rows that nothing tells apart:
 *
 *	SELECT x.v, k.n
 *	  FROM ROWS FROM (...) WITH ORDINALITY k (k1, ..., n),
 *		   LATERAL (SELECT pg_catalog.sum(t1.att) AS v FROM <rel1> t1
 *					 WHERE EXISTS (SELECT 1 FROM [ONLY] <rel0> t0
 *									WHERE k.k1 OPERATOR(s.=) t0.keyatt ...
 *									  AND t0.att OPERATOR(s.=) t1.att ...)) x
 *----------
 */
static void
append_semijoin(const AggregateQuery *query)
{
	StringInfo	buf = query->buf;
	int			last = query->aggregate->nhops - 1;

	appendStringInfoString(buf, "SELECT " ALIAS_RESULT ".v, "
						   LOAD_ALIAS_KEYS ".n FROM ");
	relgraph_append_keys(buf, &query->level->keys);
	appendStringInfoString(buf, ", LATERAL (SELECT ");
	append_function(query, alias_of(last));
	appendStringInfoString(buf, " AS v");
	append_relations(query, last, last + 1, " FROM ");
	appendStringInfoString(buf, " WHERE EXISTS (SELECT 1");
	append_relations(query, 0, last, " FROM ");
	append_where(query, last + 1);
	appendStringInfoString(buf, ")) " ALIAS_RESULT);
}

/*----------
 * Append the query that returns a row for each key that leads to any:
 *
 *	SELECT true, k.n
 *	  FROM ROWS FROM (...) WITH ORDINALITY k (k1, ..., n)
 *	 WHERE EXISTS (SELECT 1 FROM [ONLY] <rel0> t0, ...
 *					WHERE k.k1 OPERATOR(s.=) t0.keyatt ...)
 *
 * The planner might read and join everything to find out what a few look-ups
 * in indexes could tell for each key.  If the indexes are there, it is not
 * given the choice:
 *
 *	SELECT true, k.n
 *	  FROM ROWS FROM (...) WITH ORDINALITY k (k1, ..., n),
 *		   LATERAL (SELECT 1 FROM ... WHERE ... LIMIT 1) x
 *----------
 */
static void
append_exists(const AggregateQuery *query)
{
	StringInfo	buf = query->buf;
	bool		is_probed = query->aggregate->is_probed;
	int			nhops = query->aggregate->nhops;

	appendStringInfoString(buf, "SELECT true, " LOAD_ALIAS_KEYS ".n FROM ");
	relgraph_append_keys(buf, &query->level->keys);
	appendStringInfoString(buf, is_probed ? ", LATERAL (SELECT 1" :
						   " WHERE EXISTS (SELECT 1");
	append_relations(query, 0, nhops, " FROM ");
	append_where(query, nhops);
	appendStringInfoString(buf, is_probed ? " LIMIT 1) " ALIAS_RESULT : ")");
}

/*----------
 * Append the query for a repeated step.  It collects the keys from which the
 * step is to be taken, for each of the parents' keys, see
 * relgraph_related_query(); with a depth, it counts:
 *
 *	WITH RECURSIVE w (n, k1, ... [, depth]) AS
 *	 (SELECT k.n, k.k1, ... [, 1] FROM ROWS FROM (...) WITH ORDINALITY k
 *	  UNION
 *	  SELECT w.n, t0.att, ... [, w.depth + 1] FROM w, [ONLY] <rel> t0
 *	   WHERE w.k1 OPERATOR(s.=) t0.keyatt ... [AND w.depth < 3])
 *
 * in which the first SELECT joins what comes before the repeated step.  A
 * filter applies to every row on the way, as it does to the rows of a tree.
 *----------
 */
static void
append_walk(const AggregateQuery *query)
{
	const LoadAggregate *aggregate = query->aggregate;
	const RelHop *step = &aggregate->hops[aggregate->nbase];
	StringInfo	buf = query->buf;
	Oid			target = query->level->relid;
	bool		counts = aggregate->max_levels > 0;

	appendStringInfoString(buf, "WITH RECURSIVE " ALIAS_WALK " (n");
	for (int i = 0; i < step->nkeys; i++)
		appendStringInfo(buf, ", k%d", i + 1);
	appendStringInfo(buf, "%s) AS (", counts ? ", depth" : "");
	append_walk_start(query);

	appendStringInfoString(buf, " UNION SELECT " ALIAS_WALK ".n");
	for (int i = 0; i < step->nkeys; i++)
	{
		appendStringInfoString(buf, ", ");
		relgraph_append_column(buf, alias_of(aggregate->nhops - 1), target,
							   relgraph_same_column(step->from,
													step->from_attnums[i],
													target));
	}
	if (counts)
		appendStringInfoString(buf, ", " ALIAS_WALK
							   ".depth OPERATOR(pg_catalog.+) 1");
	append_from_walk(query, aggregate->nhops);
	append_where_walked(query);
	if (counts)
		appendStringInfo(buf, " AND " ALIAS_WALK
						 ".depth OPERATOR(pg_catalog.<) " INT64_FORMAT,
						 aggregate->max_levels);
	appendStringInfoString(buf, ") ");
}

/*
 * Append the keys from which the walk starts.  Both halves of the recursive
 * query must have the same collation, and a parameter comes with its type's.
 */
static void
append_walk_start(const AggregateQuery *query)
{
	const LoadAggregate *aggregate = query->aggregate;
	const RelHop *step = &aggregate->hops[aggregate->nbase];
	StringInfo	buf = query->buf;

	appendStringInfoString(buf, "SELECT " LOAD_ALIAS_KEYS ".n");
	for (int i = 0; i < step->nkeys; i++)
	{
		AttrNumber	attnum = step->from_attnums[i];
		Oid			collation;
		Oid			type = relgraph_column_type(step->from, attnum, &collation);

		appendStringInfoString(buf, ", ");
		if (aggregate->nbase > 0)
			relgraph_append_column(buf, alias_of(aggregate->nbase - 1),
								   step->from, attnum);
		else
		{
			relgraph_append_key_expr(buf, &query->level->keys, i);
			if (OidIsValid(collation) && collation != get_typcollation(type))
				relgraph_append_collate(buf, collation);
		}
	}
	if (aggregate->max_levels > 0)
		appendStringInfoString(buf, ", 1::pg_catalog.int8");
	append_from(query, aggregate->nbase);
	if (aggregate->nbase > 0)
		append_where(query, aggregate->nbase);
}

/*----------
 * Append the query for the rows to which a repeated step leads:
 *
 *	<walk> SELECT pg_catalog.sum(d.v), d.n
 *	  FROM (SELECT DISTINCT w.n, t0.pkatt AS i1, ..., t0.att AS v
 *			  FROM w, [ONLY] <rel> t0 WHERE w.k1 OPERATOR(s.=) t0.keyatt) d
 *	 GROUP BY d.n
 *
 * and for rows that nothing tells apart,
 *
 *	<walk> SELECT x.v, k.n
 *	  FROM (SELECT DISTINCT w.n FROM w) k,
 *		   LATERAL (SELECT pg_catalog.sum(t0.att) AS v FROM <rel> t0
 *					 WHERE EXISTS (SELECT 1 FROM w
 *									WHERE w.k1 OPERATOR(s.=) t0.keyatt ...
 *									  AND w.n OPERATOR(pg_catalog.=) k.n)) x
 *----------
 */
static void
append_walked(const AggregateQuery *query)
{
	StringInfo	buf = query->buf;
	int			last = query->aggregate->nhops - 1;

	append_walk(query);
	if (query->aggregate->nidentity > 0)
	{
		appendStringInfoString(buf, "SELECT ");
		append_function(query, ALIAS_DISTINCT);
		appendStringInfoString(buf, ", " ALIAS_DISTINCT
							   ".n FROM (SELECT DISTINCT " ALIAS_WALK ".n");
		append_identity(query);
		append_from_walk(query, last + 1);
		append_where_walked(query);
		appendStringInfoString(buf, ") " ALIAS_DISTINCT " GROUP BY "
							   ALIAS_DISTINCT ".n");
		return;
	}

	appendStringInfoString(buf, "SELECT " ALIAS_RESULT ".v, "
						   LOAD_ALIAS_KEYS ".n FROM (SELECT DISTINCT "
						   ALIAS_WALK ".n FROM " ALIAS_WALK ") "
						   LOAD_ALIAS_KEYS ", LATERAL (SELECT ");
	append_function(query, alias_of(last));
	appendStringInfoString(buf, " AS v");
	append_relations(query, last, last + 1, " FROM ");
	appendStringInfoString(buf, " WHERE EXISTS (SELECT 1");
	append_from_walk(query, last);
	append_where_walked(query);
	appendStringInfoString(buf, " AND " ALIAS_WALK
						   ".n OPERATOR(pg_catalog.=) " LOAD_ALIAS_KEYS
						   ".n)) " ALIAS_RESULT);
}

/*
 * Append the call of the function, on the target's column or what the alias of
 * a subquery has in its place.
 */
static void
append_function(const AggregateQuery *query, const char *alias)
{
	const LoadAggregate *aggregate = query->aggregate;

	appendStringInfo(query->buf, "pg_catalog.%s(", aggregate->function);
	if (aggregate->attnum == InvalidAttrNumber)
		appendStringInfoChar(query->buf, '*');
	else if (strcmp(alias, ALIAS_DISTINCT) == 0)
		appendStringInfo(query->buf, "%s.v", alias);
	else
		relgraph_append_column(query->buf, alias, query->level->relid,
							   aggregate->attnum);
	appendStringInfoChar(query->buf, ')');
}

/*
 * Append what values are grouped by.
 */
static void
append_key(const AggregateQuery *query)
{
	const LoadLevel *level = query->level;

	if (level->keys.match == KEY_MATCH_ORDINAL)
		appendStringInfoString(query->buf, LOAD_ALIAS_KEYS ".n");
	else
		relgraph_append_column(query->buf, alias_of(0), level->hops[0].to,
							   level->hops[0].to_attnums[0]);
}

/*
 * Append what tells target rows apart, and what is aggregated.
 */
static void
append_identity(const AggregateQuery *query)
{
	const LoadAggregate *aggregate = query->aggregate;
	const char *target = alias_of(aggregate->nhops - 1);
	StringInfo	buf = query->buf;

	for (int i = 0; i < aggregate->nidentity; i++)
	{
		appendStringInfoString(buf, ", ");
		relgraph_append_column(buf, target, query->level->relid,
							   aggregate->identity[i]);
		appendStringInfo(buf, " AS i%d", i + 1);
	}
	if (aggregate->attnum != InvalidAttrNumber)
	{
		appendStringInfoString(buf, ", ");
		relgraph_append_column(buf, target, query->level->relid,
							   aggregate->attnum);
		appendStringInfoString(buf, " AS v");
	}
}

/*
 * Append the FROM clause of the hops before end, with the keys in front unless
 * they are matched by value.
 */
static void
append_from(const AggregateQuery *query, int end)
{
	const char *separator = " FROM ";

	if (query->level->keys.match == KEY_MATCH_ORDINAL)
	{
		appendStringInfoString(query->buf, separator);
		relgraph_append_keys(query->buf, &query->level->keys);
		separator = ", ";
	}
	append_relations(query, 0, end, separator);
}

/*
 * Append the FROM clause of the repeated step, or of it without its last hop.
 */
static void
append_from_walk(const AggregateQuery *query, int end)
{
	appendStringInfoString(query->buf, " FROM " ALIAS_WALK);
	append_relations(query, query->aggregate->nbase, end, ", ");
}

/*
 * Append the relations at which hops arrive.
 */
static void
append_relations(const AggregateQuery *query, int first, int end,
				 const char *separator)
{
	for (int i = first; i < end; i++)
	{
		appendStringInfoString(query->buf, i == first ? separator : ", ");
		relgraph_append_relation_only(query->buf,
									  query->aggregate->hops[i].to);
		appendStringInfo(query->buf, " %s", alias_of(i));
	}
}

/*
 * Append the WHERE clause of the hops before end; the filter is the last hop's.
 */
static void
append_where(const AggregateQuery *query, int end)
{
	const char *separator = " WHERE ";

	if (!query->for_all_keys)
	{
		appendStringInfoString(query->buf, separator);
		relgraph_append_key_quals(query->buf, query->level, alias_of(0));
		separator = " AND ";
	}
	append_hops(query, 1, end, separator);
	if (end == query->aggregate->nhops)
		append_filter(query, end > 1 ? " AND " : separator);
}

/*
 * Append the WHERE clause of the repeated step.
 */
static void
append_where_walked(const AggregateQuery *query)
{
	const LoadAggregate *aggregate = query->aggregate;
	const RelHop *step = &aggregate->hops[aggregate->nbase];
	const char **keys = palloc(step->nkeys * sizeof(char *));

	for (int i = 0; i < step->nkeys; i++)
		keys[i] = psprintf(ALIAS_WALK ".k%d", i + 1);
	appendStringInfoString(query->buf, " WHERE ");
	relgraph_append_hop_quals_expr(query->buf, step, keys,
								   alias_of(aggregate->nbase));
	append_hops(query, aggregate->nbase + 1, aggregate->nhops, " AND ");
	append_filter(query, " AND ");
}

/*
 * Append the conditions of hops that start from relations on the way.
 */
static void
append_hops(const AggregateQuery *query, int first, int end,
			const char *separator)
{
	for (int i = first; i < end; i++)
	{
		appendStringInfoString(query->buf, i == first ? separator : " AND ");
		relgraph_append_hop_quals(query->buf, &query->aggregate->hops[i],
								  alias_of(i - 1), alias_of(i));
	}
}

/*
 * Append the filter on target rows, unless there is none.  Its values come
 * behind the keys.
 */
static void
append_filter(const AggregateQuery *query, const char *separator)
{
	StringInfo	buf = query->buf;
	int			length = buf->len;
	int			nkeys = query->for_all_keys ? 0 : query->level->keys.nkeys;

	if (query->filter == NULL)
		return;
	appendStringInfoString(buf, separator);
	if (!relgraph_append_filter(buf, query->filter,
								alias_of(query->aggregate->nhops - 1),
								nkeys + 1))
	{
		buf->len = length;
		buf->data[length] = '\0';
	}
}

/*
 * Return the alias of a relation on the way.
 */
static const char *
alias_of(int n)
{
	return psprintf(LOAD_ALIAS_TARGET "%d", n);
}
