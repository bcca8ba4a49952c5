/*-------------------------------------------------------------------------
 *
 * savedplan.h
 *	  Saved SPI plans of generated queries, kept for the backend's life.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_SAVEDPLAN_H
#define RELGRAPH_SAVEDPLAN_H

#include "executor/spi.h"

/*
 * The saved plan of a query text with the given parameter types; prepared if
 * it is not there yet.  The text is generated from object identifiers just
 * before the call, so a renamed table or column changes the text and with it
 * the key: a stale name is never looked up again.  Needs an SPI connection.
 *
 * The plan stays valid until the end of the transaction; a bounded number of
 * plans outlives it, the least recently used ones are dropped first, but never
 * one that was handed out in the current transaction.
 */
extern SPIPlanPtr relgraph_get_saved_plan(const char *query, int nargs,
										  const Oid *argtypes,
										  int cursor_options);

/*
 * The same for a text that was generated some time ago: NULL if the plan is
 * not there or something it depends on has changed, a name perhaps.  The
 * caller has locked the relations, generates the text anew and asks above.
 */
extern SPIPlanPtr relgraph_find_saved_plan(const char *query, int nargs,
										   const Oid *argtypes,
										   int cursor_options);

/*
 * To be added to the cursor options of a plan that is to read its tables by a
 * certain kind of scan where it can, however many rows the planner expects,
 * and to be made by relgraph_plan_scans() before it is run.
 */
#define SAVED_PLAN_BY_LOOP		(1 << 28)	/* joins by nested loops, too */
#define SAVED_PLAN_BY_INDEX		(1 << 29)
#define SAVED_PLAN_BY_BITMAP	(1 << 30)

/*
 * Have the plan planned, if it is not already, in favour of the scans that
 * the cursor options ask for.  The caller is connected to SPI, and has locked
 * the relations.
 */
extern void relgraph_plan_scans(SPIPlanPtr plan, int cursor_options);

#endif							/* RELGRAPH_SAVEDPLAN_H */
