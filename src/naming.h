/*-------------------------------------------------------------------------
 *
 * naming.h
 *	  Names of relationships.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_NAMING_H
#define RELGRAPH_NAMING_H

#include "graph.h"

extern void relgraph_derive_base_name(RelCatalog *catalog,
									  Relationship *relationship);
extern void relgraph_assign_names(RelCatalog *catalog, RelInfo *source,
								  Relationship **relationships, int n);
extern const char *relgraph_name_inverse(RelCatalog *catalog,
										 const Relationship *relationship);

#endif							/* RELGRAPH_NAMING_H */
