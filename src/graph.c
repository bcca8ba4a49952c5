/*-------------------------------------------------------------------------
 *
 * graph.c
 *	  Relationships: what the facts of the catalogs mean.
 *
 * Decides from keys and indexes which foreign keys are 1:1, which tables
 * associate two others, and lists the relationships that leave a relation.
 * Executes nothing and takes no snapshot: it only asks the RelCatalog, which
 * keeps the judgements on edges and pairs.  Relationships and lists of them
 * are made in the current memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "graph.h"
#include "inflect.h"
#include "naming.h"

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
	if (column->is_not_null)
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
	if (!index_covers_all_rows(index))
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
	KeyColumns	keys[2];
	const RelIndex *index;
	AssociationKind kind = ASSOCIATION_NONE;

	*indexid = InvalidOid;
	if (left->is_temporal || right->is_temporal ||
		edge_contains(left, right) || edge_contains(right, left) ||
		OidIsValid(relgraph_prove_to_one(catalog, left)) ||
		OidIsValid(relgraph_prove_to_one(catalog, right)))
		return ASSOCIATION_NONE;

	keys[0] = child_side(catalog, left);
	keys[1] = child_side(catalog, right);
	index = prove_unique(catalog, keys, 2);
	if (index != NULL)
	{
		*indexid = index->indexid;
		return ASSOCIATION_UNIQUE_PAIR;
	}
	if (table_has_only(catalog, rel, left, right))
		return ASSOCIATION_LINK_TABLE;

	for (int i = 0; i < rel->nindexes; i++)
	{
		AssociationKind judged = judge_wider_key(rel, &rel->indexes[i],
												 left, right);

		if (judged == ASSOCIATION_WIDER_KEY || kind == ASSOCIATION_NONE)
		{
			if (judged != ASSOCIATION_NONE)
				*indexid = rel->indexes[i].indexid;
			kind = judged;
		}
		if (kind == ASSOCIATION_WIDER_KEY)
			break;
	}
	return kind;
}

/*
 * Return all pairs of foreign keys of a table that associate something.
 */
const AssociationPairs *
relgraph_association_pairs(RelCatalog *catalog, RelInfo *association)
{
	AssociationPairs *pairs;
	int			npairs;

	if (association->pairs != NULL)
		return association->pairs;

	relgraph_need_edges(catalog, association);
	npairs = association->nedges * (association->nedges - 1) / 2;
	pairs = MemoryContextAlloc(catalog->cxt,
							   offsetof(AssociationPairs, pairs) +
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
	association->pairs = pairs;
	return pairs;
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

/* ----------------------------------------------------------------
 *		Relationships
 * ----------------------------------------------------------------
 */

static void
set_hop(RelHop *hop, const FkEdge *edge, bool from_parent)
{
	hop->from = from_parent ? edge->parent : edge->child;
	hop->to = from_parent ? edge->child : edge->parent;
	hop->from_is_parent = from_parent;
	hop->nkeys = edge->nkeys;
	hop->from_attnums = from_parent ? edge->parent_attnums : edge->child_attnums;
	hop->to_attnums = from_parent ? edge->child_attnums : edge->parent_attnums;
	hop->operators = edge->pf_eq_oprs;
}

/*
 * Complete a relationship that has its edges and hops: ends, and names.
 */
static Relationship *
finish_relationship(RelCatalog *catalog, Relationship *relationship)
{
	const RelHop *last = &relationship->hops[relationship->nhops - 1];

	relationship->source = relationship->hops[0].from;
	relationship->target = last->to;
	if (relationship->nhops == 2)
		relationship->through = relationship->hops[0].to;
	relationship->is_list =
		relationship->cardinality == CARDINALITY_ONE_TO_MANY ||
		relationship->cardinality == CARDINALITY_MANY_TO_MANY;
	relgraph_derive_base_name(catalog, relationship);
	return relationship;
}

/*
 * Return what was set as the name of an edge's direction, or NULL.
 */
static const char *
given_edge_name(RelCatalog *catalog, const FkEdge *edge, bool from_parent)
{
	ListCell   *cell;

	foreach(cell, relgraph_get_declarations(catalog))
	{
		Declaration *declaration = lfirst(cell);

		if (declaration->kind == DECLARED_FOREIGN_KEY &&
			relgraph_column_list_is(declaration->source, edge->child,
									edge->nkeys, edge->child_attnums) &&
			relgraph_column_list_is(declaration->target, edge->parent,
									edge->nkeys, edge->parent_attnums))
			return from_parent ? declaration->inverse : declaration->name;
	}
	return NULL;
}

/*
 * Return the relationship along a foreign key, from either side.
 */
static Relationship *
make_direct(RelCatalog *catalog, const FkEdge *edge, bool from_parent)
{
	Relationship *relationship = palloc0(sizeof(Relationship));
	Oid			proof = relgraph_prove_to_one(catalog, edge);

	relationship->edge = edge;
	relationship->nhops = 1;
	set_hop(&relationship->hops[0], edge, from_parent);
	relationship->unique_index = proof;

	/*
	 * The period of a temporal key may be covered by several rows, and cover
	 * several.
	 */
	if (edge->is_temporal)
		relationship->cardinality = CARDINALITY_MANY_TO_MANY;
	else if (OidIsValid(proof))
		relationship->cardinality = CARDINALITY_ONE_TO_ONE;
	else
		relationship->cardinality = from_parent ? CARDINALITY_ONE_TO_MANY
			: CARDINALITY_MANY_TO_ONE;
	relationship->given_name = given_edge_name(catalog, edge, from_parent);
	return finish_relationship(catalog, relationship);
}

/*
 * Return what was set as the name of an association's direction, or NULL.
 */
static const char *
given_association_name(RelCatalog *catalog, const FkEdge *from,
					   const FkEdge *to)
{
	ListCell   *cell;

	foreach(cell, relgraph_get_declarations(catalog))
	{
		Declaration *declaration = lfirst(cell);
		const ColumnList *left = declaration->through_source;
		const ColumnList *right = declaration->through_target;

		if (declaration->kind != DECLARED_ASSOCIATION)
			continue;
		if (relgraph_column_list_is(left, from->child, from->nkeys,
									from->child_attnums) &&
			relgraph_column_list_is(right, to->child, to->nkeys,
									to->child_attnums) &&
			declaration->source->relid == from->parent &&
			declaration->target->relid == to->parent)
			return declaration->name;
		if (relgraph_column_list_is(left, to->child, to->nkeys,
									to->child_attnums) &&
			relgraph_column_list_is(right, from->child, from->nkeys,
									from->child_attnums) &&
			declaration->source->relid == to->parent &&
			declaration->target->relid == from->parent)
			return declaration->inverse;
	}
	return NULL;
}

/*
 * Return the many-to-many relationship that enters an association table by
 * one of its keys and leaves it by the other.
 */
static Relationship *
make_through(RelCatalog *catalog, const AssociationPair *pair, bool from_left)
{
	Relationship *relationship = palloc0(sizeof(Relationship));

	relationship->pair = pair;
	relationship->edge = from_left ? pair->left : pair->right;
	relationship->through_edge = from_left ? pair->right : pair->left;
	relationship->nhops = 2;
	set_hop(&relationship->hops[0], relationship->edge, true);
	set_hop(&relationship->hops[1], relationship->through_edge, false);
	relationship->cardinality = CARDINALITY_MANY_TO_MANY;
	relationship->is_unique_pair = pair->kind == ASSOCIATION_UNIQUE_PAIR;
	if (relationship->is_unique_pair)
		relationship->unique_index = pair->index;
	relationship->given_name = given_association_name(catalog,
													  relationship->edge,
													  relationship->through_edge);
	return finish_relationship(catalog, relationship);
}

static RelCardinality
reverse_cardinality(RelCardinality cardinality)
{
	if (cardinality == CARDINALITY_ONE_TO_MANY)
		return CARDINALITY_MANY_TO_ONE;
	if (cardinality == CARDINALITY_MANY_TO_ONE)
		return CARDINALITY_ONE_TO_MANY;
	return cardinality;
}

/*
 * Return the cardinality of a declared relationship, source to target: as
 * declared, else by the unique indexes of its ends.  *unique_index is the
 * index of the source side that makes it 1:1, if there is one.
 */
static RelCardinality
declared_cardinality(RelCatalog *catalog, const Declaration *declaration,
					 Oid *unique_index)
{
	KeyColumns	target = parent_side(catalog, declaration->edge);
	bool		source_is_unique;
	bool		target_is_unique;

	*unique_index = relgraph_prove_to_one(catalog, declaration->edge);
	source_is_unique = OidIsValid(*unique_index);
	if (declaration->has_cardinality)
		return declaration->cardinality;
	target_is_unique = prove_unique(catalog, &target, 1) != NULL;
	if (target_is_unique)
		return source_is_unique ? CARDINALITY_ONE_TO_ONE
			: CARDINALITY_MANY_TO_ONE;
	return source_is_unique ? CARDINALITY_ONE_TO_MANY
		: CARDINALITY_MANY_TO_MANY;
}

/*
 * Return a direction of a declared relationship.
 */
static Relationship *
make_declared(RelCatalog *catalog, const Declaration *declaration,
			  bool from_source)
{
	Relationship *relationship = palloc0(sizeof(Relationship));
	RelCardinality cardinality;

	relationship->is_declared = true;
	relationship->declaration = declaration;
	relationship->is_from_source = from_source;
	if (declaration->through_edge == NULL)
	{
		relationship->edge = declaration->edge;
		relationship->nhops = 1;
		set_hop(&relationship->hops[0], declaration->edge, !from_source);
		cardinality = declared_cardinality(catalog, declaration,
										   &relationship->unique_index);
		if (cardinality != CARDINALITY_ONE_TO_ONE)
			relationship->unique_index = InvalidOid;
	}
	else
	{
		KeyColumns	keys[2];
		const RelIndex *index;

		relationship->edge = from_source ? declaration->edge
			: declaration->through_edge;
		relationship->through_edge = from_source ? declaration->through_edge
			: declaration->edge;
		relationship->nhops = 2;
		set_hop(&relationship->hops[0], relationship->edge, true);
		set_hop(&relationship->hops[1], relationship->through_edge, false);
		keys[0] = child_side(catalog, declaration->edge);
		keys[1] = child_side(catalog, declaration->through_edge);
		index = prove_unique(catalog, keys, 2);
		relationship->is_unique_pair = index != NULL;
		relationship->unique_index = index ? index->indexid : InvalidOid;
		cardinality = declaration->has_cardinality ? declaration->cardinality
			: CARDINALITY_MANY_TO_MANY;
	}
	relationship->cardinality = from_source ? cardinality
		: reverse_cardinality(cardinality);
	relationship->given_name = from_source ? declaration->name
		: declaration->inverse;
	return finish_relationship(catalog, relationship);
}

/*
 * Append the relationships that people declared on a relation.
 */
static List *
add_declared(List *list, RelCatalog *catalog, RelInfo *source)
{
	ListCell   *cell;

	foreach(cell, relgraph_get_declarations(catalog))
	{
		Declaration *declaration = lfirst(cell);

		if (declaration->kind != DECLARED_RELATIONSHIP)
			continue;
		if (declaration->source->relid == source->relid)
			list = lappend(list, make_declared(catalog, declaration, true));
		if (declaration->target->relid == source->relid)
			list = lappend(list, make_declared(catalog, declaration, false));
	}
	return list;
}

/*
 * Append the relationships through an association table that enter it by the
 * given edge and leave it to the given target, or to any if InvalidOid.
 */
static List *
add_through(List *list, RelCatalog *catalog, RelInfo *association,
			const FkEdge *edge, Oid target)
{
	const AssociationPairs *pairs = relgraph_association_pairs(catalog,
															   association);

	for (int i = 0; i < pairs->npairs; i++)
	{
		const AssociationPair *pair = &pairs->pairs[i];

		if (pair->kind == ASSOCIATION_NARY)
			continue;
		if (pair->left == edge &&
			(!OidIsValid(target) || pair->right->parent == target))
			list = lappend(list, make_through(catalog, pair, true));
		if (pair->right == edge &&
			(!OidIsValid(target) || pair->left->parent == target))
			list = lappend(list, make_through(catalog, pair, false));
	}
	return list;
}

/*
 * Return a copy of a relationship of a partition's ancestor, for rows of the
 * partition: the same columns by their names.  NULL if a column is missing.
 */
static Relationship *
inherit_relationship(RelCatalog *catalog, const Relationship *relationship,
					 RelInfo *partition)
{
	RelInfo    *ancestor = relgraph_get_relation(catalog, relationship->source);
	RelHop	   *hop;
	Relationship *copy = palloc0(sizeof(Relationship));
	AttrNumber *attnums;

	*copy = *relationship;
	copy->source = partition->relid;
	copy->is_inherited = true;
	hop = &copy->hops[0];
	attnums = palloc(hop->nkeys * sizeof(AttrNumber));
	for (int i = 0; i < hop->nkeys; i++)
	{
		const RelColumn *column = relgraph_find_column(catalog, ancestor,
													   hop->from_attnums[i]);

		if (column != NULL)
			column = relgraph_find_column_by_name(catalog, partition,
												  column->name);
		if (column == NULL)
			return NULL;
		attnums[i] = column->attnum;
	}
	hop->from = partition->relid;
	hop->from_attnums = attnums;
	return copy;
}

/*
 * Append the relationships that a partition has because its ancestors do.
 */
static List *
add_inherited(List *list, RelCatalog *catalog, RelInfo *partition)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, get_partition_ancestors(partition->relid))
	{
		RelInfo    *ancestor = relgraph_get_relation(catalog, lfirst_oid(cell));

		foreach(inner, relgraph_list_relationships(catalog, ancestor))
		{
			Relationship *relationship = lfirst(inner);

			if (relationship->is_inherited)
				continue;
			relationship = inherit_relationship(catalog, relationship,
												partition);
			if (relationship != NULL)
				list = lappend(list, relationship);
		}
	}
	return list;
}

/*
 * Return every relationship that leaves a relation, not yet named, in no
 * particular order.
 */
List *
relgraph_list_relationships(RelCatalog *catalog, RelInfo *source)
{
	List	   *list = NIL;

	check_stack_depth();
	relgraph_need_edges(catalog, source);
	relgraph_need_incoming(catalog, source);
	for (int i = 0; i < source->nedges; i++)
		list = lappend(list, make_direct(catalog, source->edges[i], false));

	for (int i = 0; i < source->nincoming; i++)
	{
		RelInfo    *child = relgraph_get_relation(catalog,
												  source->incoming[i].child);
		FkEdge	   *edge = relgraph_find_edge(catalog, child,
											  source->incoming[i].conoid);

		CHECK_FOR_INTERRUPTS();
		if (edge == NULL)
			continue;
		list = lappend(list, make_direct(catalog, edge, true));
		list = add_through(list, catalog, child, edge, InvalidOid);
	}

	list = add_declared(list, catalog, source);
	if (source->is_partition)
		list = add_inherited(list, catalog, source);
	return list;
}

/* ----------------------------------------------------------------
 *		Relationships of one name
 * ----------------------------------------------------------------
 */

/*
 * Tell whether two relationships are one and the same.
 */
static bool
is_same(const Relationship *a, const Relationship *b)
{
	return a->edge == b->edge && a->through_edge == b->through_edge &&
		a->hops[0].from_is_parent == b->hops[0].from_is_parent;
}

/*
 * Append those of "found" that are not there yet.
 */
static List *
add_distinct(List *list, List *found)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, found)
	{
		bool		is_new = true;

		foreach(inner, list)
			is_new = is_new && !is_same(lfirst(inner), lfirst(cell));
		if (is_new)
			list = lappend(list, lfirst(cell));
	}
	return list;
}

/*
 * Append the relationships from source along the foreign keys of one
 * referencing relation.
 */
static List *
add_from_child(List *list, RelCatalog *catalog, RelInfo *source,
			   RelInfo *child)
{
	relgraph_need_edges(catalog, child);
	for (int i = 0; i < child->nedges; i++)
	{
		if (child->edges[i]->parent == source->relid)
			list = lappend(list, make_direct(catalog, child->edges[i], true));
	}
	return list;
}

/*
 * Tell whether a relation is referenced by a child by another constraint than
 * the given one.
 */
static bool
is_referenced_by(const RelInfo *rel, const RelIncoming *other)
{
	for (int i = 0; i < rel->nincoming; i++)
	{
		if (rel->incoming[i].child == other->child &&
			rel->incoming[i].conoid != other->conoid)
			return true;
	}
	return false;
}

/*
 * Append the many-to-many relationships from source to target: through the
 * relations that reference both.
 */
static List *
add_associations(List *list, RelCatalog *catalog, RelInfo *source,
				 RelInfo *target)
{
	relgraph_need_incoming(catalog, source);
	relgraph_need_incoming(catalog, target);
	for (int i = 0; i < source->nincoming; i++)
	{
		RelInfo    *child;
		FkEdge	   *edge;

		if (!is_referenced_by(target, &source->incoming[i]))
			continue;
		child = relgraph_get_relation(catalog, source->incoming[i].child);
		edge = relgraph_find_edge(catalog, child, source->incoming[i].conoid);
		if (edge != NULL)
			list = add_through(list, catalog, child, edge, target->relid);
	}
	return list;
}

/*
 * Append the relationships from source whose names someone set.
 */
static List *
add_given(List *list, RelCatalog *catalog, RelInfo *source)
{
	ListCell   *cell;

	foreach(cell, relgraph_get_declarations(catalog))
	{
		Declaration *declaration = lfirst(cell);
		RelInfo    *child;

		if (declaration->source->relid != source->relid &&
			declaration->target->relid != source->relid)
			continue;
		if (declaration->kind == DECLARED_FOREIGN_KEY)
			list = add_from_child(list, catalog, source,
								  relgraph_get_relation(catalog,
														declaration->source->relid));
		if (declaration->kind != DECLARED_ASSOCIATION)
			continue;
		child = relgraph_get_relation(catalog,
									  declaration->through_source->relid);
		relgraph_need_edges(catalog, child);
		for (int i = 0; i < child->nedges; i++)
		{
			if (child->edges[i]->parent == source->relid)
				list = add_through(list, catalog, child, child->edges[i],
								   InvalidOid);
		}
	}
	return list;
}

/*
 * Append to the list every relationship that leaves a relation and could be
 * called by a name, or take part in its spelling as a qualified name, if it is
 * not in the list yet; and some others.  The cost does not grow with the
 * number of keys that reference the relation: names are derived from columns
 * of the relation itself, of tables that reference it twice, or from names of
 * tables, and the tables that could give this name are looked up.
 */
List *
relgraph_add_relationships_like(List *list, RelCatalog *catalog,
								RelInfo *source, const char *name)
{
	List	   *found = NIL;
	ListCell   *cell;
	ListCell   *inner;

	if (catalog->is_complete || source->is_partition)
		return add_distinct(list, relgraph_list_relationships(catalog, source));

	relgraph_need_edges(catalog, source);
	for (int i = 0; i < source->nedges; i++)
		found = lappend(found, make_direct(catalog, source->edges[i], false));
	found = add_from_child(found, catalog, source, source);
	found = add_associations(found, catalog, source, source);

	foreach(cell, relgraph_inflection_preimages(name))
	{
		foreach(inner, relgraph_relations_named(lfirst(cell)))
		{
			RelInfo    *namesake;

			if (lfirst_oid(inner) == source->relid)
				continue;
			namesake = relgraph_get_relation(catalog, lfirst_oid(inner));
			if (namesake->kind != RELKIND_RELATION &&
				namesake->kind != RELKIND_PARTITIONED_TABLE)
				continue;
			found = add_from_child(found, catalog, source, namesake);
			found = add_associations(found, catalog, source, namesake);
		}
	}
	found = add_given(found, catalog, source);
	found = add_declared(found, catalog, source);
	return add_distinct(list, found);
}

/*
 * Tell whether two relationships are the two directions of one.
 */
bool
relgraph_is_inverse(const Relationship *a, const Relationship *b)
{
	if (a->nhops != b->nhops)
		return false;
	if (a->nhops == 2)
		return a->edge == b->through_edge && a->through_edge == b->edge;
	return a->edge == b->edge &&
		a->hops[0].from_is_parent != b->hops[0].from_is_parent;
}

/*
 * Return the other direction of a relationship, not yet named.
 */
Relationship *
relgraph_make_inverse(RelCatalog *catalog, const Relationship *relationship)
{
	if (relationship->declaration != NULL)
		return make_declared(catalog, relationship->declaration,
							 !relationship->is_from_source);
	if (relationship->pair != NULL)
		return make_through(catalog, relationship->pair,
							relationship->pair->left != relationship->edge);
	return make_direct(catalog, relationship->edge,
					   !relationship->hops[0].from_is_parent);
}
