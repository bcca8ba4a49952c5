/*-------------------------------------------------------------------------
 *
 * classify.h
 *	  What keys and indexes prove about foreign keys and pairs of them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_CLASSIFY_H
#define RELGRAPH_CLASSIFY_H

#include "fkcatalog.h"

/* How two foreign keys of one table associate what they reference. */
typedef enum AssociationKind
{
	ASSOCIATION_NONE,			/* an entity that happens to reference both */
	ASSOCIATION_UNIQUE_PAIR,
	ASSOCIATION_LINK_TABLE,		/* nothing but the two keys, not unique */
	ASSOCIATION_WIDER_KEY,		/* the pair, and columns of no foreign key */
	ASSOCIATION_NARY			/* the key needs a third foreign key */
} AssociationKind;

typedef struct AssociationPair
{
	const FkEdge *left;			/* constraint name sorts first */
	const FkEdge *right;
	AssociationKind kind;
	Oid			index;			/* the key that decides, or InvalidOid */
	const char *names[2];		/* introspect.c: from right, from left */
} AssociationPair;

typedef struct AssociationPairs
{
	int			npairs;
	AssociationPair pairs[FLEXIBLE_ARRAY_MEMBER];	/* none is ..._NONE */
} AssociationPairs;

extern Oid	relgraph_prove_to_one(RelCatalog *catalog, const FkEdge *edge);
extern Oid	relgraph_prove_parent_unique(RelCatalog *catalog,
										 const FkEdge *edge);
extern Oid	relgraph_prove_pair(RelCatalog *catalog, const FkEdge *left,
								const FkEdge *right);
extern Oid	relgraph_find_partial_key(RelCatalog *catalog, const FkEdge *edge);
extern bool relgraph_edge_is_optional(RelCatalog *catalog, const FkEdge *edge);
extern bool relgraph_edge_has_index(RelCatalog *catalog, const FkEdge *edge);
extern const AssociationPairs *relgraph_association_pairs(RelCatalog *catalog,
														  RelInfo *association);
extern int	relgraph_payload_columns(RelCatalog *catalog, const FkEdge *left,
									 const FkEdge *right,
									 AttrNumber **attnums);

#endif							/* RELGRAPH_CLASSIFY_H */
