/*-------------------------------------------------------------------------
 *
 * graphcache.h
 *	  The backend's cache of neighbourhoods.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_GRAPHCACHE_H
#define RELGRAPH_GRAPHCACHE_H

#include "graph.h"

extern const RelNeighbourhood *relgraph_get_neighbourhood(Oid relid);

#endif							/* RELGRAPH_GRAPHCACHE_H */
