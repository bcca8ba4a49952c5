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

typedef enum LoadStrategy
{
	LOAD_BATCH,					/* column = ANY (keys) */
	LOAD_JOIN					/* all rows, joined to the keys here */
} LoadStrategy;

/* What is known of a level's table before any key is. */
extern void relgraph_plan_strategy(LoadLevel *level);

/* The cheaper strategy for so many keys. */
extern LoadStrategy relgraph_choose_strategy(const LoadLevel *level,
											 int32 nkeys);

#endif							/* RELGRAPH_LOAD_STRATEGY_H */
