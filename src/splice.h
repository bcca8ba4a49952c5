/*-------------------------------------------------------------------------
 *
 * splice.h
 *	  Puts the query of a path into a query, in place of a function.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_SPLICE_H
#define RELGRAPH_SPLICE_H

#include "expansion.h"

/*
 * Replace the function that is number rti in the parent's range table by an
 * expansion's query, which is used up.  The source is an expression that the
 * function could have had as its argument.
 */
extern void relgraph_splice(Query *parent, int rti, Query *query,
							const Expansion *expansion, Node *source);

#endif							/* RELGRAPH_SPLICE_H */
