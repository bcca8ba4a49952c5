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

/* What the cache did and holds, for relgraph.cache_info(). */
typedef struct GraphCacheInfo
{
	int64		relations;		/* relations known */
	int64		neighbourhoods; /* neighbourhoods held */
	int64		builds;			/* neighbourhoods built so far */
	int64		bytes;			/* memory in use */
} GraphCacheInfo;

extern const RelNeighbourhood *relgraph_get_neighbourhood(Oid relid);
extern const char *const *relgraph_get_inverse_names(Oid relid,
													 const RelNeighbourhood **result);
extern uint64 relgraph_graph_generation(void);
extern RelCatalog *relgraph_get_catalog(void);
extern RelNeighbourhood *relgraph_build_neighbourhood(RelCatalog *catalog,
													  RelInfo *rel);
extern void relgraph_describe_cache(GraphCacheInfo *info);
extern void relgraph_reset_cache(void);

#endif							/* RELGRAPH_GRAPHCACHE_H */
