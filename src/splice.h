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
 * Where a function stands: in the range table of a query, which stands in
 * others.
 */
typedef struct SplicePlace
{
	Query	   *query;
	int			rti;
	List	   *outer;			/* Query *: around it, from the inside out */
	List	   *grouped;		/* int, of each of these: may it be that a
								 * variable is nulled by a grouping set before
								 * it is looked at from inside? */
} SplicePlace;

/*
 * Replace the function by an expansion's query, which is used up.  The source
 * is an expression that the function could have had as its argument.
 */
extern void relgraph_splice(const SplicePlace *place, Query *query,
							const Expansion *expansion, Node *source);

#endif							/* RELGRAPH_SPLICE_H */
