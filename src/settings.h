/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  The settings relgraph.*.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_SETTINGS_H
#define RELGRAPH_SETTINGS_H

/* Levels that a path or an include may have, as written. */
extern int	relgraph_max_depth;

/* Kilobytes that a batch of a load may take; 0: a multiple of work_mem. */
extern int	relgraph_load_memory;

/* Levels that the rows of a repeated relationship may be nested. */
extern int	relgraph_max_tree_depth;

/* Does the planner replace calls of related()? */
extern bool relgraph_inline;

/* Rows of any one level that a load may fetch; 0: any number. */
extern int	relgraph_max_rows;

/* A strategy that fetches levels wherever it can, for tests. */
typedef enum LoadStrategySetting
{
	LOAD_STRATEGY_AUTO,
	LOAD_STRATEGY_BATCH,
	LOAD_STRATEGY_PROBE,
	LOAD_STRATEGY_JOIN
} LoadStrategySetting;

extern int	relgraph_load_strategy;

extern void relgraph_define_settings(void);

#endif							/* RELGRAPH_SETTINGS_H */
