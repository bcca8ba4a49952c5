/*-------------------------------------------------------------------------
 *
 * inline.h
 *	  Replaces calls of related() by joins when a statement is planned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_INLINE_H
#define RELGRAPH_INLINE_H

/* Take part in planning from now on; called once. */
extern void relgraph_install_planner_hook(void);

#endif							/* RELGRAPH_INLINE_H */
