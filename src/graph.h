/*-------------------------------------------------------------------------
 *
 * graph.h
 *	  Relationships: pure data, and the rules that classify them.
 *
 * Edges and judgements live in the memory of a RelCatalog; relationships in the
 * context they were made in.  What graphcache.h hands out stays readable until
 * the end of the transaction.  Nobody changes it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_GRAPH_H
#define RELGRAPH_GRAPH_H

#include "classify.h"
#include "config.h"
#include "fkcatalog.h"

/*
 * One equality join between two relations, as walked: "from" is already
 * there, "to" is arrived at.  operators[i] compares the pair number i; its
 * left operand is the referenced side, which is "from" if from_is_parent.
 */
typedef struct RelHop
{
	Oid			from;
	Oid			to;
	bool		from_is_parent;
	int			nkeys;
	const AttrNumber *from_attnums;
	const AttrNumber *to_attnums;
	const Oid  *operators;
} RelHop;

/* A relationship in one navigable direction: a row of relgraph.relationships. */
typedef struct Relationship
{
	Oid			source;
	Oid			target;
	Oid			through;		/* association table or InvalidOid */
	RelCardinality cardinality;
	bool		is_list;
	bool		is_unique_pair; /* M:M: each pair of rows occurs once */
	bool		is_declared;
	bool		is_inherited;	/* source is a partition, the edge its root's */
	int			nhops;			/* 1, or 2 through an association table */
	RelHop		hops[2];
	const FkEdge *edge;			/* of hops[0] */
	const FkEdge *through_edge; /* of hops[1], else NULL */
	Oid			unique_index;	/* proof of 1:1 or of the pair, or InvalidOid */
	const AssociationPair *pair;	/* if derived from an association table */
	const Declaration *declaration; /* if declared */
	bool		is_from_source; /* declared: in the direction declared */
	const char *given_name;		/* set or declared by someone, or NULL */
	const char *word;			/* what it is derived to be called, or NULL */
	const char *base;			/* the same, fit for an identifier */
	const char *name;			/* shortest unambiguous name on source */
	const char *qualified_name;
} Relationship;

/* Everything one can walk from one relation, ordered by name. */
typedef struct RelNeighbourhood
{
	Oid			relid;
	int			nrelationships;
	Relationship **relationships;
} RelNeighbourhood;

extern List *relgraph_list_relationships(RelCatalog *catalog, RelInfo *source);
extern List *relgraph_add_relationships_like(List *list, RelCatalog *catalog,
											 RelInfo *source,
											 const char *name);
extern bool relgraph_is_inverse(const Relationship *a, const Relationship *b);
extern Relationship *relgraph_make_inverse(RelCatalog *catalog,
										   const Relationship *relationship);

#endif							/* RELGRAPH_GRAPH_H */
