/*-------------------------------------------------------------------------
 *
 * graph.c
 *	  Relationships: the ways that lead from one relation to others.
 *
 * Lists the relationships that leave a relation: along foreign keys from
 * either side, through association tables, and declared ones.  Executes
 * nothing and takes no snapshot: it only asks the RelCatalog.  Relationships
 * and lists of them are made in the current memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"

#include "graph.h"
#include "inflect.h"
#include "naming.h"

/* How many constraints reference a relation that few reference. */
#define FEW_INCOMING	50

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
	bool		source_is_unique;
	bool		target_is_unique;

	*unique_index = relgraph_prove_to_one(catalog, declaration->edge);
	source_is_unique = OidIsValid(*unique_index);
	if (declaration->has_cardinality)
		return declaration->cardinality;
	target_is_unique = OidIsValid(relgraph_prove_parent_unique(catalog,
															   declaration->edge));
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
		Oid			proof = relgraph_prove_pair(catalog, declaration->edge,
												declaration->through_edge);

		relationship->edge = from_source ? declaration->edge
			: declaration->through_edge;
		relationship->through_edge = from_source ? declaration->through_edge
			: declaration->edge;
		relationship->nhops = 2;
		set_hop(&relationship->hops[0], relationship->edge, true);
		set_hop(&relationship->hops[1], relationship->through_edge, false);
		relationship->is_unique_pair = OidIsValid(proof);
		relationship->unique_index = proof;
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
 * Append the many-to-many relationships between two relations through a third
 * one: those from source to target that start or end with the given edge.
 */
static List *
add_through_edge(List *list, RelCatalog *catalog, const FkEdge *edge,
				 RelInfo *source, RelInfo *target)
{
	RelInfo    *through = relgraph_get_relation(catalog, edge->child);
	Oid			other = edge->parent == source->relid ? target->relid
		: source->relid;
	const AssociationPairs *pairs;
	bool		is_met = false;

	for (int i = 0; i < through->nedges; i++)
		is_met = is_met || (through->edges[i] != edge &&
							through->edges[i]->parent == other);
	if (!is_met)
		return list;

	pairs = relgraph_association_pairs(catalog, through);
	for (int i = 0; i < pairs->npairs; i++)
	{
		const AssociationPair *pair = &pairs->pairs[i];

		if (pair->kind == ASSOCIATION_NARY ||
			(pair->left != edge && pair->right != edge))
			continue;
		if (pair->left->parent == source->relid &&
			pair->right->parent == target->relid)
			list = lappend(list, make_through(catalog, pair, true));
		if (pair->right->parent == source->relid &&
			pair->left->parent == target->relid)
			list = lappend(list, make_through(catalog, pair, false));
	}
	return list;
}

/*
 * Tell whether the child of an incoming constraint has another one that
 * references the same relation: all constraints of a child are neighbours.
 */
static bool
is_referenced_again(const RelInfo *rel, int i)
{
	Oid			child = rel->incoming[i].child;

	return (i > 0 && rel->incoming[i - 1].child == child) ||
		(i + 1 < rel->nincoming && rel->incoming[i + 1].child == child);
}

/*
 * Append the many-to-many relationships from source to target.  Either may be
 * a table that everything references, so they are looked for from the other
 * one.
 */
static List *
add_associations(List *list, RelCatalog *catalog, RelInfo *source,
				 RelInfo *target)
{
	RelInfo    *base = target;

	if (!target->has_incoming &&
		relgraph_try_incoming(catalog, source, FEW_INCOMING))
		base = source;
	else
		relgraph_need_incoming(catalog, target);

	for (int i = 0; i < base->nincoming; i++)
	{
		RelInfo    *child;
		FkEdge	   *edge;

		if (source == target && !is_referenced_again(base, i))
			continue;
		child = relgraph_get_relation(catalog, base->incoming[i].child);
		edge = relgraph_find_edge(catalog, child, base->incoming[i].conoid);
		if (edge != NULL)
			list = add_through_edge(list, catalog, edge, source, target);
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
 * of the relation itself or from names of tables, and the tables that could
 * give this name are looked up.
 *
 * One kind of name comes from columns of other tables: those of a table's
 * many-to-many with itself (followers).  They are looked for only where few
 * keys reference the relation; to find one among the thousand tables that
 * reference "users" twice would mean to read them all.  If there is one and
 * its name is contested, the name returned for the other is the contested
 * one, and using it is an error that lists both.
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
	if (relgraph_try_incoming(catalog, source, FEW_INCOMING) &&
		source->nincoming <= FEW_INCOMING)
		found = add_associations(found, catalog, source, source);

	foreach(cell, relgraph_inflection_preimages(name))
	{
		foreach(inner, relgraph_relations_named(catalog, lfirst(cell)))
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
