/*-------------------------------------------------------------------------
 *
 * filter.h
 *	  Filters in JSON become conditions with parameters.
 *
 * A filter is parsed against a relation to a tree in which all names are
 * resolved and all values are still text (filter.c).  The tree is written as
 * SQL under an alias, with its values as numbered parameters, and gives these
 * parameters their types and values (filtersql.c).  The text depends on
 * nothing but the tree; values depend on settings such as TimeZone, too, so
 * that the first can be kept and the second is to be read for every call.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_FILTER_H
#define RELGRAPH_LOAD_FILTER_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "compat.h"
#include "graph.h"

/* Parameters that a statement can have: as many as a client's. */
#define MAX_QUERY_PARAMS 65535

/* Values that a statement refers to as $1, $2, ... */
typedef struct QueryParams
{
	int			n;
	int			max;
	Oid		   *types;
	Datum	   *values;
} QueryParams;

typedef enum FilterKind
{
	FILTER_AND,					/* members; none: true */
	FILTER_OR,					/* members; none: false */
	FILTER_NOT,					/* one member */
	FILTER_COMPARE,				/* column operator value */
	FILTER_ANY,					/* column operator any of an array */
	FILTER_IS_NULL,
	FILTER_IS_NOT_NULL,
	FILTER_SOME,				/* quantifiers: one member */
	FILTER_NONE,
	FILTER_EVERY
} FilterKind;

typedef struct FilterNode
{
	FilterKind	kind;
	List	   *members;		/* of FilterNode * */

	/* of a column */
	Oid			relid;
	AttrNumber	attnum;
	Oid			operator;
	int			value;			/* number in the filter, from 0 */

	/* of a relationship */
	int			alias;			/* number of the target's alias */
	int			nhops;
	RelHop		hops[2];
} FilterNode;

/* A value, or a list of them, that becomes one parameter. */
typedef struct FilterValue
{
	Oid			type;			/* of the parameter */
	Oid			element;		/* of what is read: the same unless a list */
	bool		is_list;
	int			ntexts;
	char	  **texts;
	Oid			ioparam;
	FmgrInfo	input;
	bool		is_constant;	/* settings have no say in what it is */
	Datum		constant;
	const char *place;			/* in the filter, for messages */
} FilterValue;

typedef struct Filter
{
	FilterNode *root;
	int			nvalues;
	int			maxvalues;
	FilterValue *values;
	List	   *relations;		/* Oids of those the quantifiers lead to */
} Filter;

/*
 * Parse a filter on rows of a relation.  The tree is complete in the current
 * memory context, and does not point into the JSON; the relations it leads to
 * are locked.  Every mistake is an error that tells the place.
 */
extern Filter *relgraph_parse_filter(Oid relid, Jsonb *json);

/*
 * Append the condition, to be put between AND and AND; return false if there
 * is nothing to append.  The alias must not need quotes, nor begin with "f".
 * The filter's values are the parameters from first_param on.
 */
extern bool relgraph_append_filter(StringInfo buf, const Filter *filter,
								   const char *alias, int first_param);

/*
 * Read the values, in the current memory context, and add them in the order
 * of the parameters' numbers.  To be done for every execution: what a value
 * such as "today" stands for changes.
 */
extern void relgraph_add_filter_params(QueryParams *params,
									   const Filter *filter);

/* Add a value, not null, and return its number, counted from 1. */
extern int	relgraph_add_param(QueryParams *params, Oid type, Datum value);

#endif							/* RELGRAPH_LOAD_FILTER_H */
