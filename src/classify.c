/*-------------------------------------------------------------------------
 *
 * classify.c
 *	  What keys and indexes prove: 1:1 or 1:M, and which tables associate others.
 *
 * Pure judgement on the facts of a RelCatalog, which keeps what was judged.
 * The rules: an index that covers all rows and whose key columns lie within a
 * foreign key's proves it 1:1; one that lies within two keys proves their pair.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "classify.h"

/* Columns whose uniqueness is in question, and how they are compared. */
typedef struct KeyColumns
{
	RelInfo    *rel;
	const FkEdge *edge;
	bool		is_parent_side;
	int			nkeys;			/* without the period of a temporal key */
	const AttrNumber *attnums;
} KeyColumns;

/* ----------------------------------------------------------------
 *		Proofs of uniqueness
 * ----------------------------------------------------------------
 */

static int
find_attnum(AttrNumber attnum, const AttrNumber *attnums, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (attnums[i] == attnum)
			return i;
	}
	return -1;
}

/*
 * The referencing side of an edge.
 */
static KeyColumns
child_side(RelCatalog *catalog, const FkEdge *edge)
{
	KeyColumns	key;

	key.rel = relgraph_get_relation(catalog, edge->child);
	key.edge = edge;
	key.is_parent_side = false;
	key.nkeys = edge->is_temporal ? edge->nkeys - 1 : edge->nkeys;
	key.attnums = edge->child_attnums;
	return key;
}

/*
 * The referenced side of an edge.
 */
static KeyColumns
parent_side(RelCatalog *catalog, const FkEdge *edge)
{
	KeyColumns	key = child_side(catalog, edge);

	key.rel = relgraph_get_relation(catalog, edge->parent);
	key.is_parent_side = true;
	key.attnums = edge->parent_attnums;
	return key;
}

/*
 * Return the collation that an edge compares its key number i with: that of
 * the referenced column, as ri_triggers.c has it.
 */
static Oid
comparison_collation(RelCatalog *catalog, const FkEdge *edge, int i)
{
	RelInfo    *parent = relgraph_get_relation(catalog, edge->parent);
	const RelColumn *column = relgraph_find_column(catalog, parent,
												   edge->parent_attnums[i]);

	return column ? column->collation : InvalidOid;
}

/*
 * Tell whether key column k of an index takes for equal what the edge's key
 * number i takes for equal.
 */
static bool
index_column_agrees(RelCatalog *catalog, const RelIndex *index, int k,
					const KeyColumns *key, int i)
{
	const FkEdge *edge = key->edge;
	Oid			opr = edge->pf_eq_oprs[i];

	if (!key->is_parent_side && OidIsValid(edge->ff_eq_oprs[i]))
		opr = edge->ff_eq_oprs[i];

	if (index->is_exclusion)
	{
		if (index->exclusion_oprs[k] != opr &&
			!equality_ops_are_compatible(index->exclusion_oprs[k], opr))
			return false;
	}
	else if (!op_in_opfamily(opr, index->opfamilies[k]))
		return false;

	/*
	 * Unique by a strict collation does not mean unique by a lax one.
	 */
	if (OidIsValid(index->collations[k]))
	{
		Oid			collation = comparison_collation(catalog, edge, i);

		if (collation != index->collations[k] && OidIsValid(collation) &&
			!get_collation_isdeterministic(collation))
			return false;
	}
	return true;
}

/*
 * Tell whether an index can prove uniqueness at all: of every row that has no
 * null in its key columns.
 */
static bool
index_covers_all_rows(const RelIndex *index)
{
	if (!index->is_usable || index->has_expressions)
		return false;
	if (index->has_predicate && !index->predicate_is_not_null)
		return false;
	return index->is_exclusion ? index->exclusion_oprs != NULL :
		index->is_unique;
}

/*
 * Tell whether all key columns of an index lie in one of the given keys and
 * agree with its operators.  touched[n] tells which keys were met.
 */
static bool
index_lies_within(RelCatalog *catalog, const RelIndex *index,
				  const KeyColumns *keys, int nkeys, bool *touched)
{
	memset(touched, 0, nkeys * sizeof(bool));
	for (int k = 0; k < index->nkeys; k++)
	{
		bool		agrees = false;

		for (int n = 0; n < nkeys; n++)
		{
			int			i = find_attnum(index->attnums[k],
										keys[n].attnums, keys[n].nkeys);

			if (i < 0)
				continue;
			touched[n] = true;
			agrees = agrees ||
				index_column_agrees(catalog, index, k, &keys[n], i);
		}
		if (!agrees)
			return false;
	}
	return true;
}

/*
 * Tell whether one of two proofs is to be shown rather than the other, of the
 * same worth by the order that fkcatalog.c gives to indexes: by name.
 */
static bool
index_goes_before(const RelIndex *a, const RelIndex *b)
{
	char	   *a_name;
	char	   *b_name;

	if (a->is_primary != b->is_primary ||
		a->has_predicate != b->has_predicate || a->nkeys != b->nkeys)
		return false;
	a_name = get_rel_name(a->indexid);
	b_name = get_rel_name(b->indexid);
	return a_name != NULL && (b_name == NULL || strcmp(a_name, b_name) < 0);
}

/*
 * Return an index that proves that a combination of values of all the given
 * keys together occurs once, touching each of them, or NULL.
 */
static const RelIndex *
prove_unique(RelCatalog *catalog, const KeyColumns *keys, int nkeys)
{
	RelInfo    *rel = keys[0].rel;
	const RelIndex *best = NULL;
	bool		touched[2];

	relgraph_need_indexes(catalog, rel);
	for (int i = 0; i < rel->nindexes; i++)
	{
		const RelIndex *index = &rel->indexes[i];

		if (!index_covers_all_rows(index) ||
			!index_lies_within(catalog, index, keys, nkeys, touched) ||
			(nkeys == 2 && !(touched[0] && touched[1])))
			continue;
		if (best == NULL || index_goes_before(index, best))
			best = index;
	}
	return best;
}

/*
 * Return the index that proves that at most one row of the child references a
 * row of the parent, or InvalidOid.
 */
Oid
relgraph_prove_to_one(RelCatalog *catalog, const FkEdge *edge)
{
	if (!edge->is_judged)
	{
		KeyColumns	key = child_side(catalog, edge);
		const RelIndex *index = prove_unique(catalog, &key, 1);
		FkEdge	   *mutable = unconstify(FkEdge *, edge);

		mutable->proof = index ? index->indexid : InvalidOid;
		mutable->is_judged = true;
	}
	return edge->proof;
}

/*
 * Return the index that proves that a row of the child finds at most one row
 * of the parent, or InvalidOid: for declared edges, whose parent need not be
 * a key.
 */
Oid
relgraph_prove_parent_unique(RelCatalog *catalog, const FkEdge *edge)
{
	KeyColumns	key = parent_side(catalog, edge);
	const RelIndex *index = prove_unique(catalog, &key, 1);

	return index ? index->indexid : InvalidOid;
}

/*
 * Return the index that proves that two edges of one child together lead to
 * each pair of parents once, or InvalidOid.
 */
Oid
relgraph_prove_pair(RelCatalog *catalog, const FkEdge *left,
					const FkEdge *right)
{
	KeyColumns	keys[2];
	const RelIndex *index;

	keys[0] = child_side(catalog, left);
	keys[1] = child_side(catalog, right);
	index = prove_unique(catalog, keys, 2);
	return index ? index->indexid : InvalidOid;
}

/*
 * Return a partial unique index that makes the edge 1:1 for some rows only,
 * or InvalidOid.
 */
Oid
relgraph_find_partial_key(RelCatalog *catalog, const FkEdge *edge)
{
	KeyColumns	key = child_side(catalog, edge);
	const RelIndex *best = NULL;
	bool		touched[1];

	relgraph_need_indexes(catalog, key.rel);
	for (int i = 0; i < key.rel->nindexes; i++)
	{
		const RelIndex *index = &key.rel->indexes[i];

		if (index->is_usable && index->is_unique && !index->is_exclusion &&
			index->has_predicate && !index->has_expressions &&
			index_lies_within(catalog, index, &key, 1, touched) &&
			(best == NULL || index_goes_before(index, best)))
			best = index;
	}
	return best ? best->indexid : InvalidOid;
}

/*
 * Tell whether a whole, valid index of the child leads with the columns of an
 * edge, in whatever order.
 */
bool
relgraph_edge_has_index(RelCatalog *catalog, const FkEdge *edge)
{
	RelInfo    *rel = relgraph_get_relation(catalog, edge->child);

	relgraph_need_indexes(catalog, rel);
	for (int i = 0; i < rel->nindexes; i++)
	{
		const RelIndex *index = &rel->indexes[i];
		bool		leads = index->is_usable && index->nkeys >= edge->nkeys &&
			(!index->has_predicate || index->predicate_is_not_null);

		/* A partial index leads only where it holds every row with a key. */
		for (int k = 0; k < index->nnot_null && leads; k++)
			leads = find_attnum(index->not_null_attnums[k],
								edge->child_attnums, edge->nkeys) >= 0;

		for (int k = 0; k < edge->nkeys && leads; k++)
			leads = find_attnum(edge->child_attnums[k],
								index->attnums, edge->nkeys) >= 0;
		if (leads)
			return true;
	}
	return false;
}

/*
 * Tell whether a column can hold a null: by its own constraint and by those of
 * its domains.
 */
static bool
column_is_nullable(RelCatalog *catalog, RelInfo *rel, AttrNumber attnum)
{
	const RelColumn *column = relgraph_find_column(catalog, rel, attnum);
	Oid			typid;

	if (column == NULL)
		return true;
	if (column->is_not_null &&
		find_attnum(attnum, rel->unproven, rel->nunproven) < 0)
		return false;
	if (column->typid < FirstNormalObjectId)
		return true;			/* no domain, or one of information_schema */

	for (typid = column->typid; get_typtype(typid) == TYPTYPE_DOMAIN;)
	{
		HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(typid));
		Form_pg_type form;
		bool		is_not_null;

		if (!HeapTupleIsValid(tuple))
			return true;
		form = (Form_pg_type) GETSTRUCT(tuple);
		is_not_null = form->typnotnull;
		typid = form->typbasetype;
		ReleaseSysCache(tuple);
		if (is_not_null)
			return false;
	}
	return true;
}

/*
 * Tell whether a row of the child may have no parent.
 */
bool
relgraph_edge_is_optional(RelCatalog *catalog, const FkEdge *edge)
{
	RelInfo    *rel = relgraph_get_relation(catalog, edge->child);
	int			nullable = 0;

	if (!OidIsValid(edge->conoid) || !edge->is_validated || !edge->is_enforced)
		return true;
	for (int i = 0; i < edge->nkeys; i++)
	{
		if (column_is_nullable(catalog, rel, edge->child_attnums[i]))
			nullable++;
	}
	return edge->match_type == FKCONSTR_MATCH_FULL ? nullable == edge->nkeys
		: nullable > 0;
}

/* ----------------------------------------------------------------
 *		Association tables
 * ----------------------------------------------------------------
 */

/*
 * Tell whether all child columns of one edge are among those of another.
 */
static bool
edge_contains(const FkEdge *outer, const FkEdge *inner)
{
	for (int i = 0; i < inner->nkeys; i++)
	{
		if (find_attnum(inner->child_attnums[i],
						outer->child_attnums, outer->nkeys) < 0)
			return false;
	}
	return true;
}

static bool
in_either(const FkEdge *left, const FkEdge *right, AttrNumber attnum)
{
	return find_attnum(attnum, left->child_attnums, left->nkeys) >= 0 ||
		find_attnum(attnum, right->child_attnums, right->nkeys) >= 0;
}

/*
 * Tell whether a table has no column outside of two keys.
 */
static bool
table_has_only(RelCatalog *catalog, RelInfo *rel,
			   const FkEdge *left, const FkEdge *right)
{
	/* Mostly, the table has a key of its own: no need to read columns. */
	relgraph_need_indexes(catalog, rel);
	for (int i = 0; i < rel->nindexes; i++)
	{
		if (rel->indexes[i].is_primary && rel->indexes[i].nkeys == 1 &&
			!in_either(left, right, rel->indexes[i].attnums[0]))
			return false;
	}

	relgraph_need_columns(catalog, rel);
	for (int i = 0; i < rel->ncolumns; i++)
	{
		if (!in_either(left, right, rel->columns[i].attnum))
			return false;
	}
	return true;
}

/*
 * Compare a key of the table with two foreign keys: does it contain both, and
 * is there a column of a third foreign key in it?
 */
static AssociationKind
judge_wider_key(RelInfo *rel, const RelIndex *index,
				const FkEdge *left, const FkEdge *right)
{
	/*
	 * An exclusion constraint may compare by something else than equality,
	 * unless it is a key WITHOUT OVERLAPS (18 and later).
	 */
	if (!index_covers_all_rows(index) || !index->is_unique)
		return ASSOCIATION_NONE;
	for (int i = 0; i < left->nkeys; i++)
	{
		if (find_attnum(left->child_attnums[i], index->attnums,
						index->nkeys) < 0)
			return ASSOCIATION_NONE;
	}
	for (int i = 0; i < right->nkeys; i++)
	{
		if (find_attnum(right->child_attnums[i], index->attnums,
						index->nkeys) < 0)
			return ASSOCIATION_NONE;
	}
	for (int k = 0; k < index->nkeys; k++)
	{
		if (in_either(left, right, index->attnums[k]))
			continue;
		for (int e = 0; e < rel->nedges; e++)
		{
			if (find_attnum(index->attnums[k], rel->edges[e]->child_attnums,
							rel->edges[e]->nkeys) >= 0)
				return ASSOCIATION_NARY;
		}
	}
	return ASSOCIATION_WIDER_KEY;
}

/*
 * Decide how two foreign keys of a table associate what they reference.  The
 * index that decided is stored in *indexid.
 */
static AssociationKind
judge_pair(RelCatalog *catalog, RelInfo *rel,
		   const FkEdge *left, const FkEdge *right, Oid *indexid)
{
	AssociationKind kind = ASSOCIATION_NONE;
	const RelIndex *best = NULL;

	*indexid = InvalidOid;
	if (left->is_temporal || right->is_temporal ||
		edge_contains(left, right) || edge_contains(right, left) ||
		OidIsValid(relgraph_prove_to_one(catalog, left)) ||
		OidIsValid(relgraph_prove_to_one(catalog, right)))
		return ASSOCIATION_NONE;

	*indexid = relgraph_prove_pair(catalog, left, right);
	if (OidIsValid(*indexid))
		return ASSOCIATION_UNIQUE_PAIR;
	if (table_has_only(catalog, rel, left, right))
		return ASSOCIATION_LINK_TABLE;

	for (int i = 0; i < rel->nindexes; i++)
	{
		const RelIndex *index = &rel->indexes[i];
		AssociationKind judged = judge_wider_key(rel, index, left, right);

		/* A key without a third foreign key outweighs one with it. */
		if (judged == ASSOCIATION_NONE ||
			(kind == ASSOCIATION_WIDER_KEY && judged == ASSOCIATION_NARY))
			continue;
		if (judged != kind || index_goes_before(index, best))
			best = index;
		kind = judged;
	}
	if (best != NULL)
		*indexid = best->indexid;
	return kind;
}

/*
 * Return all pairs of foreign keys of a table that associate something.
 */
const AssociationPairs *
relgraph_association_pairs(RelCatalog *catalog, RelInfo *association)
{
	AssociationPairs *pairs;
	AssociationPairs *kept;
	int			npairs;
	Size		size;

	if (association->pairs != NULL)
		return association->pairs;

	relgraph_need_edges(catalog, association);
	npairs = association->nedges * (association->nedges - 1) / 2;
	pairs = palloc(offsetof(AssociationPairs, pairs) +
				   npairs * sizeof(AssociationPair));
	pairs->npairs = 0;
	for (int i = 0; i < association->nedges; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int j = i + 1; j < association->nedges; j++)
		{
			AssociationPair *pair = &pairs->pairs[pairs->npairs];

			pair->left = association->edges[i];
			pair->right = association->edges[j];
			pair->names[0] = pair->names[1] = NULL;
			pair->kind = judge_pair(catalog, association, pair->left,
									pair->right, &pair->index);
			if (pair->kind != ASSOCIATION_NONE)
				pairs->npairs++;
		}
	}

	/* Most pairs are none. */
	size = offsetof(AssociationPairs, pairs) +
		pairs->npairs * sizeof(AssociationPair);
	kept = MemoryContextAlloc(catalog->cxt, size);
	memcpy(kept, pairs, size);
	pfree(pairs);
	association->pairs = kept;
	return kept;
}

/*
 * Tell whether a column is the table's own surrogate key: a primary key of one
 * column that the server fills in.
 */
static bool
is_surrogate_key(const RelInfo *rel, const RelColumn *column)
{
	for (int i = 0; i < rel->nindexes; i++)
	{
		if (rel->indexes[i].is_primary)
			return rel->indexes[i].nkeys == 1 &&
				rel->indexes[i].attnums[0] == column->attnum &&
				column->is_generated;
	}
	return false;
}

/*
 * Return the number of columns that an association carries beyond its two keys
 * and its own surrogate key, and their numbers (current context).
 */
int
relgraph_payload_columns(RelCatalog *catalog, const FkEdge *left,
						 const FkEdge *right, AttrNumber **attnums)
{
	RelInfo    *rel = relgraph_get_relation(catalog, left->child);
	int			count = 0;

	relgraph_need_columns(catalog, rel);
	relgraph_need_indexes(catalog, rel);
	*attnums = palloc((rel->ncolumns + 1) * sizeof(AttrNumber));
	for (int i = 0; i < rel->ncolumns; i++)
	{
		const RelColumn *column = &rel->columns[i];

		if (!in_either(left, right, column->attnum) &&
			!is_surrogate_key(rel, column))
			(*attnums)[count++] = column->attnum;
	}
	return count;
}
