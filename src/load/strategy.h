/*-------------------------------------------------------------------------
 *
 * strategy.h
 *	  How the rows of a level are fetched, now that the keys are known.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_STRATEGY_H
#define RELGRAPH_LOAD_STRATEGY_H

#include "load/plan.h"

/* What is known of a level's table before any key is. */
extern void relgraph_plan_strategy(LoadLevel *level);

/* True if an index of the relation leads with the column. */
extern bool relgraph_leads_index(Oid relid, AttrNumber attnum);

/* Whether a level can be fetched that way at all. */
extern bool relgraph_strategy_is_possible(const LoadLevel *level,
										  LoadStrategy strategy);

/*
 * The strategy for so many keys: the one that relgraph.load_strategy forces,
 * if it is possible, or else the cheaper one.  *reason, unless reason is NULL,
 * tells why.
 */
extern LoadStrategy relgraph_choose_strategy(const LoadLevel *level,
											 int32 nkeys,
											 const char **reason);

#endif							/* RELGRAPH_LOAD_STRATEGY_H */
