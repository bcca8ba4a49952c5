/*-------------------------------------------------------------------------
 *
 * navquery.c
 *	  From resolved steps to SQL text: the one place that writes joins.
 *
 * Pure: object identifiers in, text out; nothing is executed or locked.  The
 * text names every object with its schema and every operator by the one the
 * foreign key uses, so that it means the same under any search_path.
 *
 * Each target row comes once per source row.  DISTINCT could not do that:
 * json, xml and point have no equality.  A semi-join can, and it is written
 * only where the cardinalities let a row be met twice.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "utils/lsyscache.h"

#include "navquery.h"
#include "sqltext.h"

/*
 * A chain of hops that starts at known keys: the parameters, or the rows of a
 * recursive query.
 */
typedef struct HopChain
{
	int			recursion;		/* number of the recursive query, 0 if none */
	const RelHop **hops;
	int			nhops;
	int			first_alias;	/* hop i arrives at alias first_alias + i */
} HopChain;

/* What one row of the source has led to so far, as a collection of rows. */
typedef enum RowsMet
{
	MET_AT_MOST_ONE,
	MET_ONCE_EACH,
	MET_REPEATEDLY
} RowsMet;

static RowsMet walk_step(RowsMet met, const RelStep *step);
static void append_recursion(StringInfo buf, const HopChain *base,
							 const HopChain *chain, const Relationship *rel);
static void append_start_keys(StringInfo buf, const RelHop *hop);
static void append_keys(StringInfo buf, const RelHop *hop, Oid relid,
						int alias);
static void append_from_list(StringInfo buf, const HopChain *chain, int nhops);
static void append_from_item(StringInfo buf, const HopChain *chain, int i);
static void append_chain_quals(StringInfo buf, const HopChain *chain);
static bool collation_must_be_written(Oid from_collation, Oid from_type,
									  bool from_is_column, Oid to_collation);

/* ----------------------------------------------------------------
 *		Joins
 * ----------------------------------------------------------------
 */

/*
 * Append the join condition of a hop between two relations of the query.
 */
void
relgraph_append_hop_quals(StringInfo buf, const RelHop *hop,
						  const char *from_alias, const char *to_alias)
{
	for (int i = 0; i < hop->nkeys; i++)
	{
		StringInfoData from;

		initStringInfo(&from);
		relgraph_append_column(&from, from_alias, hop->from,
							   hop->from_attnums[i]);
		if (i > 0)
			appendStringInfoString(buf, " AND ");
		relgraph_append_pair_qual(buf, hop, i, from.data, true, to_alias,
								  false);
		pfree(from.data);
	}
}

/*
 * Append the condition that the rows arrived at belong to the given keys.
 */
void
relgraph_append_hop_quals_expr(StringInfo buf, const RelHop *hop,
							   const char *const *from_exprs,
							   const char *to_alias)
{
	for (int i = 0; i < hop->nkeys; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, " AND ");
		relgraph_append_pair_qual(buf, hop, i, from_exprs[i], false, to_alias,
								  false);
	}
}

/*
 * Append the equality of one pair of key columns.  The constraint's operator
 * has the referenced side on its left.
 *
 * Where collations differ, the one of the referenced side rules, as it does
 * when the server checks the constraint.  Deterministic ones agree on what is
 * equal, though: then we may take that of the side arrived at, whose index
 * the query most likely wants.
 */
void
relgraph_append_pair_qual(StringInfo buf, const RelHop *hop, int i,
						  const char *from_expr, bool from_is_column,
						  const char *to_alias, bool is_readable)
{
	void		(*append) (StringInfo, const char *, Oid, Oid, const char *,
						   Oid, Oid, Oid) =
		is_readable ? relgraph_append_readable_equality
		: relgraph_append_equality;
	StringInfoData to;
	Oid			from_collation;
	Oid			to_collation;
	Oid			collation = InvalidOid;
	Oid			from_type = relgraph_column_type(hop->from,
												 hop->from_attnums[i],
												 &from_collation);
	Oid			to_type = relgraph_column_type(hop->to, hop->to_attnums[i],
											   &to_collation);

	if (collation_must_be_written(from_collation, from_type, from_is_column,
								  to_collation))
	{
		if (get_collation_isdeterministic(from_collation) &&
			get_collation_isdeterministic(to_collation))
			collation = to_collation;
		else
			collation = hop->from_is_parent ? from_collation : to_collation;
	}

	initStringInfo(&to);
	relgraph_append_column(&to, to_alias, hop->to, hop->to_attnums[i]);
	if (hop->from_is_parent)
		append(buf, from_expr, from_type, hop->operators[i],
			   to.data, to_type, collation, InvalidOid);
	else
		append(buf, to.data, to_type, hop->operators[i],
			   from_expr, from_type, collation, InvalidOid);
	pfree(to.data);
}

/*
 * Can the parser not be left to find the collation of a comparison?  It takes
 * the only one that is not the default.  A parameter comes with the collation
 * of its type, which for a domain need not be the default.
 */
static bool
collation_must_be_written(Oid from_collation, Oid from_type,
						  bool from_is_column, Oid to_collation)
{
	Oid			type_collation;

	if (!OidIsValid(from_collation) || !OidIsValid(to_collation))
		return false;
	if (from_collation != to_collation)
		return true;
	if (from_is_column)
		return false;
	type_collation = get_typcollation(from_type);
	return type_collation != DEFAULT_COLLATION_OID &&
		type_collation != to_collation;
}

/* ----------------------------------------------------------------
 *		Paths
 * ----------------------------------------------------------------
 */

/*
 * Decide from the cardinalities whether a target row can be met twice.
 */
bool
relgraph_path_repeats_rows(const RelPath *path)
{
	RowsMet		met = MET_AT_MOST_ONE;

	for (int i = 0; i < path->nsteps; i++)
		met = walk_step(met, &path->steps[i]);
	return met == MET_REPEATEDLY;
}

/*
 * Return what is met after one more step.
 *
 * The last operator of a temporal key is no equality: a row can match several
 * on the other side, whatever the cardinality says.  A repeated step meets
 * its rows once per way that leads to them.
 */
static RowsMet
walk_step(RowsMet met, const RelStep *step)
{
	const Relationship *rel = step->relationship;
	bool		is_temporal = rel->edge->is_temporal ||
		(rel->through_edge != NULL && rel->through_edge->is_temporal);
	bool		reverse_is_to_one = !is_temporal &&
		(rel->cardinality == CARDINALITY_ONE_TO_ONE ||
		 rel->cardinality == CARDINALITY_ONE_TO_MANY);

	if (met == MET_REPEATEDLY || step->is_repeated)
		return MET_REPEATEDLY;
	if (met == MET_AT_MOST_ONE)
	{
		if (!rel->is_list && !is_temporal)
			return MET_AT_MOST_ONE;

		/* One equality with one row cannot hold twice for the same row. */
		if (rel->nhops == 1 || (rel->is_unique_pair && !is_temporal))
			return MET_ONCE_EACH;
		return MET_REPEATEDLY;
	}
	return reverse_is_to_one ? MET_ONCE_EACH : MET_REPEATEDLY;
}

/*----------
 * Return the query of a path.  If rows cannot repeat, or may, the query string
 * is
 *
 *	SELECT t2.* FROM [ONLY] <rel1> t1, [ONLY] <rel2> t2
 *	 WHERE $1 OPERATOR(s.=) t1.att [AND ...]
 *	   AND t1.att OPERATOR(s.=) t2.att [AND ...]
 *
 * and otherwise
 *
 *	SELECT t2.* FROM [ONLY] <rel2> t2
 *	 WHERE EXISTS (SELECT 1 FROM [ONLY] <rel1> t1
 *					WHERE $1 OPERATOR(s.=) t1.att [AND ...]
 *					  AND t1.att OPERATOR(s.=) t2.att [AND ...])
 *
 * A repeated step puts a WITH RECURSIVE in front, see append_recursion(), and
 * what follows starts from that instead of from the parameters.  The target's
 * columns are written as t.*, which is what its row type consists of.
 *----------
 */
char *
relgraph_related_query(const RelPath *path, bool repeats_ok)
{
	bool		repeats = !repeats_ok && relgraph_path_repeats_rows(path);
	HopChain	chain = {0};
	StringInfoData buf;
	int			last;

	initStringInfo(&buf);
	chain.hops = palloc(2 * path->nsteps * sizeof(RelHop *));
	chain.first_alias = 1;
	for (int i = 0; i < path->nsteps; i++)
	{
		const Relationship *rel = path->steps[i].relationship;
		HopChain	base = chain;

		if (path->steps[i].is_repeated)
		{
			/* Begin a new chain, behind the hops and aliases of the old. */
			chain.hops += base.nhops;
			chain.nhops = 0;
			chain.first_alias += base.nhops;
			chain.recursion++;
		}
		for (int j = 0; j < rel->nhops; j++)
			chain.hops[chain.nhops++] = &rel->hops[j];
		if (path->steps[i].is_repeated)
		{
			append_recursion(&buf, &base, &chain, rel);
			chain.first_alias += chain.nhops;
		}
	}

	last = chain.nhops - 1;
	appendStringInfo(&buf, "SELECT t%d.*", chain.first_alias + last);
	if (repeats)
	{
		appendStringInfoString(&buf, " FROM ");
		append_from_item(&buf, &chain, last);
		appendStringInfoString(&buf, " WHERE EXISTS (SELECT 1");
		append_from_list(&buf, &chain, last);
	}
	else
		append_from_list(&buf, &chain, chain.nhops);
	append_chain_quals(&buf, &chain);
	if (repeats)
		appendStringInfoChar(&buf, ')');

	return buf.data;
}

/*----------
 * Append the query of a repeated step.  It collects the keys from which the
 * step is to be taken: those it starts with, and those of every row it then
 * leads to.  The query string is
 *
 *	WITH RECURSIVE w1(k1 [, ...]) AS
 *	 (SELECT $1 [, ...]
 *	  UNION
 *	  SELECT t1.att [, ...] FROM w1, [ONLY] <rel> t1
 *	   WHERE w1.k1 OPERATOR(s.=) t1.att [AND ...])
 *
 * where the first SELECT is that of the chain so far if there is one.  What
 * the step leads to from these keys are the rows wanted: the start row itself
 * only if a cycle leads back to it.
 *
 * UNION takes each key once, so cycles end, and there is nothing a limit of
 * depth would have to stop.  A column that counts the depth would make the
 * same key different at each depth, and a cycle endless.
 *----------
 */
static void
append_recursion(StringInfo buf, const HopChain *base, const HopChain *chain,
				 const Relationship *rel)
{
	const RelHop *hop = chain->hops[0];

	appendStringInfo(buf, "%s w%d(",
					 chain->recursion == 1 ? "WITH RECURSIVE" : ",",
					 chain->recursion);
	for (int i = 0; i < hop->nkeys; i++)
		appendStringInfo(buf, "%sk%d", i > 0 ? ", " : "", i + 1);
	appendStringInfoString(buf, ") AS (SELECT ");
	if (base->nhops == 0)
		append_start_keys(buf, hop);
	else
	{
		append_keys(buf, hop, hop->from, base->first_alias + base->nhops - 1);
		append_from_list(buf, base, base->nhops);
		append_chain_quals(buf, base);
	}
	appendStringInfoString(buf, " UNION SELECT ");
	append_keys(buf, hop, rel->target, chain->first_alias + chain->nhops - 1);
	append_from_list(buf, chain, chain->nhops);
	append_chain_quals(buf, chain);
	appendStringInfoString(buf, ") ");
}

/*
 * Append the parameters as the first row of a recursive query.  Both of its
 * halves must have the same collation, and a parameter comes with its type's.
 */
static void
append_start_keys(StringInfo buf, const RelHop *hop)
{
	for (int i = 0; i < hop->nkeys; i++)
	{
		Oid			collation;
		Oid			type = relgraph_column_type(hop->from,
												hop->from_attnums[i],
												&collation);

		appendStringInfo(buf, "%s$%d", i > 0 ? ", " : "", i + 1);
		if (OidIsValid(collation) && collation != get_typcollation(type))
			relgraph_append_collate(buf, collation);
	}
}

/*
 * Append the columns from which a hop starts, of rows of the given relation.
 * That is the hop's own, unless the hop starts at a partition and the rows are
 * those of its root: then the columns have the same names but not necessarily
 * the same numbers.
 */
static void
append_keys(StringInfo buf, const RelHop *hop, Oid relid, int alias)
{
	char		alias_name[16];

	snprintf(alias_name, sizeof(alias_name), "t%d", alias);
	for (int i = 0; i < hop->nkeys; i++)
	{
		AttrNumber	attnum = hop->from_attnums[i];

		if (hop->from != relid)
			attnum = get_attnum(relid, get_attname(hop->from, attnum, false));
		if (i > 0)
			appendStringInfoString(buf, ", ");
		relgraph_append_column(buf, alias_name, relid, attnum);
	}
}

/*
 * Append the FROM clause of a chain's first hops.
 */
static void
append_from_list(StringInfo buf, const HopChain *chain, int nhops)
{
	const char *separator = " FROM ";

	if (chain->recursion > 0)
	{
		appendStringInfo(buf, "%sw%d", separator, chain->recursion);
		separator = ", ";
	}
	for (int i = 0; i < nhops; i++)
	{
		appendStringInfoString(buf, separator);
		append_from_item(buf, chain, i);
		separator = ", ";
	}
}

/*
 * Append the relation a hop arrives at.
 */
static void
append_from_item(StringInfo buf, const HopChain *chain, int i)
{
	relgraph_append_relation_only(buf, chain->hops[i]->to);
	appendStringInfo(buf, " t%d", chain->first_alias + i);
}

/*
 * Append the WHERE clause of a chain: its hops, the first one from the keys
 * it starts at.
 */
static void
append_chain_quals(StringInfo buf, const HopChain *chain)
{
	const RelHop *hop = chain->hops[0];
	char	  **keys = palloc(hop->nkeys * sizeof(char *));
	char		from[16];
	char		to[16];

	for (int i = 0; i < hop->nkeys; i++)
	{
		if (chain->recursion > 0)
			keys[i] = psprintf("w%d.k%d", chain->recursion, i + 1);
		else
			keys[i] = psprintf("$%d", i + 1);
	}
	appendStringInfoString(buf, " WHERE ");
	snprintf(to, sizeof(to), "t%d", chain->first_alias);
	relgraph_append_hop_quals_expr(buf, hop, (const char *const *) keys, to);

	for (int i = 1; i < chain->nhops; i++)
	{
		snprintf(from, sizeof(from), "t%d", chain->first_alias + i - 1);
		snprintf(to, sizeof(to), "t%d", chain->first_alias + i);
		appendStringInfoString(buf, " AND ");
		relgraph_append_hop_quals(buf, chain->hops[i], from, to);
	}
}
