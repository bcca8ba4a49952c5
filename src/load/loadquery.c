/*-------------------------------------------------------------------------
 *
 * loadquery.c
 *	  The statements that fetch the levels of a load.
 *
 * One statement fetches a level for all parents there are, whose keys it gets
 * as arrays.  Like every generated query it names all objects by schema, reads
 * plain tables with ONLY, and compares with the constraint's own operators.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "load/aggregate.h"
#include "load/levelargs.h"
#include "load/loadquery.h"
#include "navquery.h"
#include "sqltext.h"

static void append_association_pairs(StringInfo buf, const LoadLevel *level,
									 bool for_all_keys);
static bool already_listed(const AttrNumber *attnums, int nattnums,
						   AttrNumber attnum);
static bool has_composite_key(const KeySpec *keys);
static void append_any_qual(StringInfo buf, const RelHop *hop,
							const char *alias);
static Oid	collation_of_comparison(const RelHop *hop);

/*
 * Append the select list.  Of the association's columns, only those in the
 * pair can be asked for if a pair can occur twice.
 */
void
relgraph_append_level_columns(StringInfo buf, const LoadLevel *level)
{
	appendStringInfoString(buf, "SELECT");
	for (int i = 0; i < level->nfetch; i++)
	{
		const LoadFetch *fetch = &level->fetch[i];

		appendStringInfoString(buf, i > 0 ? ", " : " ");
		if (fetch->is_through)
			relgraph_append_column(buf, LOAD_ALIAS_THROUGH, level->hops[0].to,
								   fetch->attnum);
		else
			relgraph_append_column(buf, LOAD_ALIAS_TARGET, level->relid,
								   fetch->attnum);
	}
}

/*----------
 * Return the query of a level.  Where rows are matched by value, it is
 *
 *	SELECT t.att, ... FROM [ONLY] <target> t
 *	 WHERE t.keyatt OPERATOR(s.=) ANY ($1)
 *
 * or, through an association table,
 *
 *	SELECT t.att, ..., a.keyatt FROM [ONLY] <through> a, [ONLY] <target> t
 *	 WHERE a.keyatt OPERATOR(s.=) ANY ($1) AND a.att OPERATOR(s.=) t.att ...
 *
 * Where the server matches them, the keys are a relation, and each row comes
 * with the position of its key:
 *
 *	SELECT t.att, ..., k.n
 *	  FROM ROWS FROM (unnest($1), ...) WITH ORDINALITY k (k1, ..., n),
 *		   [ONLY] <target> t
 *	 WHERE k.k1 OPERATOR(s.=) t.keyatt ...
 *
 * If an association can hold a pair of rows more than once, it is replaced by
 * the subquery of append_association_pairs().  For all keys, the condition on
 * the keys is left out.  A filter comes last.
 *----------
 */
char *
relgraph_level_query(const LoadLevel *level, LoadStrategy strategy,
					 const Filter *filter)
{
	bool		for_all_keys = strategy == LOAD_JOIN;
	bool		has_pairs = level->nhops == 2 && !level->is_unique_pair;
	bool		is_ordinal = level->keys.match == KEY_MATCH_ORDINAL;
	StringInfoData buf;

	if (level->aggregate != NULL)
		return relgraph_aggregate_query(level, for_all_keys, filter);
	if (relgraph_level_is_limited(level))
		return relgraph_limited_query(level, strategy, filter);
	initStringInfo(&buf);
	relgraph_append_level_columns(&buf, level);
	if (is_ordinal)
		appendStringInfo(&buf, "%s%s.n", level->nfetch > 0 ? ", " : " ",
						 has_pairs ? LOAD_ALIAS_THROUGH : LOAD_ALIAS_KEYS);
	appendStringInfoString(&buf, " FROM ");
	if (has_pairs)
		append_association_pairs(&buf, level, for_all_keys);
	else
	{
		if (is_ordinal)
		{
			relgraph_append_keys(&buf, &level->keys);
			appendStringInfoString(&buf, ", ");
		}
		if (level->nhops == 2)
		{
			relgraph_append_relation_only(&buf, level->hops[0].to);
			appendStringInfoString(&buf, " " LOAD_ALIAS_THROUGH);
		}
	}
	if (level->nhops == 2)
		appendStringInfoString(&buf, ", ");
	relgraph_append_relation_only(&buf, level->relid);
	appendStringInfoString(&buf, " " LOAD_ALIAS_TARGET);
	if (!has_pairs && !for_all_keys)
	{
		appendStringInfoString(&buf, " WHERE ");
		relgraph_append_key_quals(&buf, level, level->nhops == 1 ?
						 LOAD_ALIAS_TARGET : LOAD_ALIAS_THROUGH);
	}
	if (level->nhops == 2)
	{
		appendStringInfoString(&buf, has_pairs || for_all_keys ?
							   " WHERE " : " AND ");
		relgraph_append_hop_quals(&buf, &level->hops[1], LOAD_ALIAS_THROUGH,
								  LOAD_ALIAS_TARGET);
	}
	relgraph_append_level_filter(&buf, filter,
								 for_all_keys ? 1 : level->keys.nkeys + 1,
								 level->nhops == 1 && for_all_keys ?
								 " WHERE " : " AND ");
	return buf.data;
}

void
relgraph_append_level_filter(StringInfo buf, const Filter *filter,
							 int first_param, const char *separator)
{
	int			length = buf->len;

	if (filter == NULL)
		return;
	appendStringInfoString(buf, separator);
	if (!relgraph_append_filter(buf, filter, LOAD_ALIAS_TARGET, first_param))
	{
		buf->len = length;
		buf->data[length] = '\0';
	}
}

void
relgraph_append_sort_column(StringInfo buf, Oid relid, AttrNumber attnum,
							bool is_descending)
{
	relgraph_append_column(buf, LOAD_ALIAS_TARGET, relid, attnum);
	if (is_descending)
		appendStringInfoString(buf, " DESC");
}

/*----------
 * Append the distinct pairs of an association, as a relation.  The query is
 *
 *	(SELECT DISTINCT a.keyatt, a.att, ... FROM [ONLY] <through> a
 *	  WHERE a.keyatt OPERATOR(s.=) ANY ($1)) a
 *
 * or the like with k.n in place of a.keyatt.
 *----------
 */
static void
append_association_pairs(StringInfo buf, const LoadLevel *level,
						 bool for_all_keys)
{
	const RelHop *to_target = &level->hops[1];
	bool		is_ordinal = level->keys.match == KEY_MATCH_ORDINAL;
	Oid			through = level->hops[0].to;

	appendStringInfoString(buf, "(SELECT DISTINCT ");
	if (is_ordinal)
		appendStringInfoString(buf, LOAD_ALIAS_KEYS ".n");
	else
		relgraph_append_column(buf, LOAD_ALIAS_THROUGH, through,
							   level->hops[0].to_attnums[0]);
	for (int i = 0; i < to_target->nkeys; i++)
	{
		AttrNumber	attnum = to_target->from_attnums[i];

		if (already_listed(to_target->from_attnums, i, attnum) ||
			(!is_ordinal && attnum == level->hops[0].to_attnums[0]))
			continue;
		appendStringInfoString(buf, ", ");
		relgraph_append_column(buf, LOAD_ALIAS_THROUGH, through, attnum);
	}
	appendStringInfoString(buf, " FROM ");
	if (is_ordinal)
	{
		relgraph_append_keys(buf, &level->keys);
		appendStringInfoString(buf, ", ");
	}
	relgraph_append_relation_only(buf, through);
	appendStringInfoString(buf, " " LOAD_ALIAS_THROUGH);
	if (!for_all_keys)
	{
		appendStringInfoString(buf, " WHERE ");
		relgraph_append_key_quals(buf, level, LOAD_ALIAS_THROUGH);
	}
	appendStringInfoString(buf, ") " LOAD_ALIAS_THROUGH);
}

static bool
already_listed(const AttrNumber *attnums, int nattnums, AttrNumber attnum)
{
	for (int i = 0; i < nattnums; i++)
	{
		if (attnums[i] == attnum)
			return true;
	}
	return false;
}

/*----------
 * Append the keys as a relation.  In FROM, unnest() makes columns of the fields
 * of rows.  So if a key has a column of a composite type, it is
 *
 *	(SELECT u.k1, ..., pg_catalog.row_number() OVER () AS n
 *	   FROM (SELECT pg_catalog.unnest($1) AS k1, ...) u) k
 *----------
 */
void
relgraph_append_keys(StringInfo buf, const KeySpec *keys)
{
	bool		has_rows = has_composite_key(keys);

	if (has_rows)
	{
		appendStringInfoString(buf, "(SELECT ");
		for (int i = 0; i < keys->nkeys; i++)
			appendStringInfo(buf, "u.k%d, ", i + 1);
		appendStringInfoString(buf, "pg_catalog.row_number() OVER () AS n"
							   " FROM (SELECT ");
	}
	else
		appendStringInfoString(buf, "ROWS FROM (");
	for (int i = 0; i < keys->nkeys; i++)
	{
		appendStringInfo(buf, "%spg_catalog.unnest($%d)",
						 i > 0 ? ", " : "", i + 1);
		if (has_rows)
			appendStringInfo(buf, " AS k%d", i + 1);
	}
	if (has_rows)
	{
		appendStringInfoString(buf, ") u) " LOAD_ALIAS_KEYS);
		return;
	}
	appendStringInfoString(buf, ") WITH ORDINALITY " LOAD_ALIAS_KEYS " (");
	for (int i = 0; i < keys->nkeys; i++)
		appendStringInfo(buf, "k%d, ", i + 1);
	appendStringInfoString(buf, "n)");
}

static bool
has_composite_key(const KeySpec *keys)
{
	for (int i = 0; i < keys->nkeys; i++)
	{
		if (!keys->columns[i].as_text && type_is_rowtype(keys->columns[i].base))
			return true;
	}
	return false;
}

/*
 * Append a key of that relation, as a value of the parents' type.
 */
void
relgraph_append_key_expr(StringInfo buf, const KeySpec *keys, int keyno)
{
	appendStringInfo(buf, LOAD_ALIAS_KEYS ".k%d", keyno + 1);
	if (keys->columns[keyno].as_text)
	{
		appendStringInfoString(buf, "::");
		relgraph_append_type(buf, keys->columns[keyno].base);
	}
}

/*
 * Append the condition that a row has one of the keys.
 */
void
relgraph_append_key_quals(StringInfo buf, const LoadLevel *level, const char *alias)
{
	const RelHop *hop = &level->hops[0];
	const char **exprs;

	if (level->keys.match != KEY_MATCH_ORDINAL)
	{
		append_any_qual(buf, hop, alias);
		return;
	}

	exprs = palloc(hop->nkeys * sizeof(char *));
	for (int i = 0; i < hop->nkeys; i++)
	{
		StringInfoData expr;

		initStringInfo(&expr);
		relgraph_append_key_expr(&expr, &level->keys, i);
		exprs[i] = expr.data;
	}
	relgraph_append_hop_quals_expr(buf, hop, exprs, alias);
}

/*
 * Append "column OPERATOR(s.=) ANY ($1)" for a hop of one key.  The array is
 * always on the right, so that from the referenced side it takes the
 * operator's commutator, which a hashable operator has.
 */
static void
append_any_qual(StringInfo buf, const RelHop *hop, const char *alias)
{
	Oid			opoid = hop->operators[0];
	Oid			collation = collation_of_comparison(hop);
	StringInfoData column;
	Oid			left;
	Oid			right;

	if (hop->from_is_parent)
		opoid = get_commutator(opoid);
	op_input_types(opoid, &left, &right);

	initStringInfo(&column);
	if (OidIsValid(collation))
		appendStringInfoChar(&column, '(');
	relgraph_append_column(&column, alias, hop->to, hop->to_attnums[0]);
	if (OidIsValid(collation))
	{
		relgraph_append_collate(&column, collation);
		appendStringInfoChar(&column, ')');
	}
	relgraph_append_equality(buf, column.data,
							 relgraph_column_type(hop->to, hop->to_attnums[0],
												  NULL),
							 opoid, "ANY ($1)", right, InvalidOid, InvalidOid);
}

/*
 * Return the collation to be written, or InvalidOid if that of the column will
 * do.  The array has its type's default collation and gives way to it; the
 * referenced side's must rule, unless they agree on what is equal anyway.
 */
static Oid
collation_of_comparison(const RelHop *hop)
{
	Oid			from;
	Oid			to;

	(void) relgraph_column_type(hop->from, hop->from_attnums[0], &from);
	(void) relgraph_column_type(hop->to, hop->to_attnums[0], &to);
	if (!hop->from_is_parent || from == to ||
		!OidIsValid(from) || !OidIsValid(to) ||
		(get_collation_isdeterministic(from) &&
		 get_collation_isdeterministic(to)))
		return InvalidOid;
	return from;
}
