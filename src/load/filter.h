/*-------------------------------------------------------------------------
 *
 * filter.h
 *	  Filters in JSON become conditions with parameters.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_FILTER_H
#define RELGRAPH_LOAD_FILTER_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/* Values that a statement refers to as $1, $2, ... */
typedef struct QueryParams
{
	int			n;
	int			max;
	Oid		   *types;
	Datum	   *values;
} QueryParams;

/* Add a value, not null, and return its number, counted from 1. */
extern int	relgraph_add_param(QueryParams *params, Oid type, Datum value);

/*
 * Append the condition of a filter on the columns of a relation, or nothing
 * if the filter is empty; return whether anything was appended.  Values are
 * allocated in the current memory context.
 */
extern bool relgraph_append_filter(StringInfo buf, QueryParams *params,
								   Oid relid, const char *alias,
								   Jsonb *filter);

#endif							/* RELGRAPH_LOAD_FILTER_H */
