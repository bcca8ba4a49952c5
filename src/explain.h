/*-------------------------------------------------------------------------
 *
 * explain.h
 *	  Why a relationship is what it is, in one sentence.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_EXPLAIN_H
#define RELGRAPH_EXPLAIN_H

#include "graph.h"

extern char *relgraph_explain_edge(RelCatalog *catalog, const FkEdge *edge);
extern char *relgraph_explain_pair(RelCatalog *catalog,
								   const AssociationPair *pair);
extern char *relgraph_explain_relationship(RelCatalog *catalog,
										   const Relationship *relationship);

#endif							/* RELGRAPH_EXPLAIN_H */
