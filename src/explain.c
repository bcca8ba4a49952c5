/*-------------------------------------------------------------------------
 *
 * explain.c
 *	  Why a relationship is what it is, in one sentence.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_index.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "explain.h"

static const char *
relation_name(RelCatalog *catalog, Oid relid)
{
	const char *name = relgraph_get_relation(catalog, relid)->name;

	return name ? name : "?";
}

/*
 * Append "(a, b)".
 */
static void
append_column_list(StringInfo buf, RelCatalog *catalog, Oid relid,
				   int n, const AttrNumber *attnums)
{
	RelInfo    *rel = relgraph_get_relation(catalog, relid);

	for (int i = 0; i < n; i++)
	{
		const RelColumn *column = relgraph_find_column(catalog, rel,
													   attnums[i]);

		appendStringInfoString(buf, i == 0 ? "(" : ", ");
		appendStringInfoString(buf, column ? column->name : "?");
	}
	appendStringInfoChar(buf, ')');
}

/*
 * Return the predicate of a partial index, as SQL.
 */
static char *
index_predicate(Oid indexid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(indexid));
	Datum		value;
	bool		isnull;
	char	   *result = NULL;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	value = SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indpred, &isnull);
	if (!isnull)
	{
		Oid			relid = ((Form_pg_index) GETSTRUCT(tuple))->indrelid;

		value = DirectFunctionCall2(pg_get_expr, value,
									ObjectIdGetDatum(relid));
		result = TextDatumGetCString(value);
	}
	ReleaseSysCache(tuple);
	return result;
}

/*
 * Return why an edge is 1:1, or 1:M.  Memory: current context.
 */
char *
relgraph_explain_edge(RelCatalog *catalog, const FkEdge *edge)
{
	const char *child = relation_name(catalog, edge->child);
	const char *parent = relation_name(catalog, edge->parent);
	StringInfoData buf;
	Oid			indexid;
	char	   *predicate;

	initStringInfo(&buf);
	if (edge->is_temporal)
	{
		appendStringInfo(&buf, "temporal foreign key: several rows of %s may together cover the period of a row of %s, and each cover several",
						 parent, child);
		return buf.data;
	}
	indexid = relgraph_prove_to_one(catalog, edge);
	if (OidIsValid(indexid))
	{
		appendStringInfo(&buf, "at most one row of %s for a row of %s: unique index %s lies within ",
						 child, parent, get_rel_name(indexid));
		append_column_list(&buf, catalog, edge->child, edge->nkeys,
						   edge->child_attnums);
		return buf.data;
	}

	/* Most relationships end up here: no format for them. */
	appendStringInfoString(&buf, "many rows of ");
	appendStringInfoString(&buf, child);
	appendStringInfoString(&buf, " for a row of ");
	appendStringInfoString(&buf, parent);
	appendStringInfoString(&buf, ": ");
	indexid = relgraph_find_partial_key(catalog, edge);
	predicate = OidIsValid(indexid) ? index_predicate(indexid) : NULL;
	if (predicate != NULL)
	{
		appendStringInfo(&buf, "at most one per parent only where %s, by partial index %s",
						 predicate, get_rel_name(indexid));
		return buf.data;
	}
	appendStringInfoString(&buf, "no unique index lies within ");
	append_column_list(&buf, catalog, edge->child, edge->nkeys,
					   edge->child_attnums);
	return buf.data;
}

/*
 * Return why a table associates two others, or more.  Memory: current
 * context.
 */
char *
relgraph_explain_pair(RelCatalog *catalog, const AssociationPair *pair)
{
	const char *association = relation_name(catalog, pair->left->child);
	char	   *index = OidIsValid(pair->index) ? get_rel_name(pair->index)
		: NULL;

	switch (pair->kind)
	{
		case ASSOCIATION_UNIQUE_PAIR:
			return psprintf("%s holds each pair once: unique index %s lies within its two foreign keys",
							association, index);
		case ASSOCIATION_LINK_TABLE:
			return psprintf("%s has no columns but its two foreign keys; pairs may repeat",
							association);
		case ASSOCIATION_WIDER_KEY:
			return psprintf("key %s of %s holds both foreign keys and columns of no other; pairs may repeat",
							index, association);
		case ASSOCIATION_NARY:
			return psprintf("key %s of %s needs a third foreign key: it associates more than two tables",
							index, association);
		case ASSOCIATION_NONE:
			break;
	}
	return NULL;
}

/*
 * Return why a declared relationship is what it is.
 */
static char *
explain_declared(RelCatalog *catalog, const Relationship *relationship)
{
	if (relationship->declaration->has_cardinality)
		return psprintf("declared as %s",
						relgraph_cardinality_label(relationship->cardinality));
	if (relationship->nhops == 2)
		return psprintf("declared through %s",
						relation_name(catalog, relationship->through));
	return psprintf("declared; %s by the unique indexes of its columns",
					relgraph_cardinality_label(relationship->cardinality));
}

/*
 * Return why a relationship has its cardinality.  Memory: current context.
 */
char *
relgraph_explain_relationship(RelCatalog *catalog, const Relationship *relationship)
{
	if (relationship->is_declared)
		return explain_declared(catalog, relationship);
	if (relationship->pair != NULL)
		return relgraph_explain_pair(catalog, relationship->pair);
	return relgraph_explain_edge(catalog, relationship->edge);
}
