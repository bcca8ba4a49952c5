/*-------------------------------------------------------------------------
 *
 * graph.h
 *	  Relationships: pure data, and the pure rules that classify them.
 *
 * All structures live in the memory of whoever asked for them to be built;
 * those handed out by graphcache.h stay readable until the end of the
 * transaction and must not be changed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_GRAPH_H
#define RELGRAPH_GRAPH_H

#include "fkcatalog.h"

typedef enum RelCardinality
{
	CARDINALITY_ONE_TO_ONE,
	CARDINALITY_ONE_TO_MANY,
	CARDINALITY_MANY_TO_ONE,
	CARDINALITY_MANY_TO_MANY
} RelCardinality;

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
	bool		is_unique_pair; /* M:M only: each pair of rows occurs once */
	bool		is_declared;
	int			nhops;			/* 1, or 2 through an association table */
	RelHop		hops[2];
	const FkEdge *edge;			/* of hops[0] */
	const FkEdge *through_edge; /* of hops[1], else NULL */
	Oid			unique_index;	/* proof of 1:1 or of the pair, or InvalidOid */
	const char *name;			/* shortest unambiguous name on source */
	const char *qualified_name;
} Relationship;

/* Everything one can walk from one relation. */
typedef struct RelNeighbourhood
{
	Oid			relid;
	int			nrelationships;
	const Relationship **relationships; /* ordered by name */
} RelNeighbourhood;

#endif							/* RELGRAPH_GRAPH_H */
