/*-------------------------------------------------------------------------
 *
 * nearmiss.h
 *	  "Perhaps you meant": the names there are, and the nearest one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_NEARMISS_H
#define RELGRAPH_NEARMISS_H

#include "lib/stringinfo.h"

/*
 * What is known about a name that was not found.  "listed" names what there
 * is, quoted and shortened, for a detail; "nearest" is NULL if nothing is
 * near.
 */
typedef struct NearMiss
{
	const char *name;
	const char *nearest;
	int			distance;
	int			nlisted;
	StringInfoData listed;
} NearMiss;

extern void relgraph_start_near_miss(NearMiss *miss, const char *name);
extern void relgraph_consider_name(NearMiss *miss, const char *candidate);
extern void relgraph_list_name(NearMiss *miss, const char *candidate);

#endif							/* RELGRAPH_NEARMISS_H */
