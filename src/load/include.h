/*-------------------------------------------------------------------------
 *
 * include.h
 *	  The include language: text in, syntax tree out.
 *
 * Names are kept as written; whether a name is a column or a relationship is
 * decided by the planner of the load, which knows the relation.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_INCLUDE_H
#define RELGRAPH_LOAD_INCLUDE_H

#include "nodes/pg_list.h"

typedef enum IncludeItemKind
{
	INCLUDE_ALL_COLUMNS,		/* * */
	INCLUDE_NAME,				/* [alias:] step{.step}[*][(args)][{include}] */
	INCLUDE_DROP_COLUMN,		/* -column */
	INCLUDE_AGGREGATE			/* [alias:] func(relation) */
} IncludeItemKind;

/* A name and where it starts. */
typedef struct IncludeName
{
	char	   *name;			/* unquoted */
	int			location;		/* byte offset in the include text */
} IncludeName;

/* [-] column */
typedef struct IncludeSort
{
	IncludeName column;
	bool		is_descending;
} IncludeSort;

typedef enum IncludeArgKind
{
	INCLUDE_ARG_FILTER,			/* text: a JSON value, or "$n" */
	INCLUDE_ARG_ORDER,			/* sort: list of IncludeSort * */
	INCLUDE_ARG_LIMIT,			/* number, or param */
	INCLUDE_ARG_OFFSET,
	INCLUDE_ARG_DEPTH
} IncludeArgKind;

typedef struct IncludeArg
{
	IncludeArgKind kind;
	int			location;
	char	   *json;			/* filter: its JSON text, NULL if param */
	List	   *sort;			/* order */
	int64		number;			/* limit, offset, depth */
	int			param;			/* n of $n, or 0 */
} IncludeArg;

typedef struct IncludeItem
{
	IncludeItemKind kind;
	int			location;		/* of the item's first byte */
	IncludeName *alias;			/* or NULL */
	char	   *aggregate;		/* count, exists, sum, avg, min, max; or NULL */
	List	   *steps;			/* of IncludeName *; one for a drop */
	bool		is_recursive;	/* the last step ends in "*" */
	List	   *args;			/* of IncludeArg * */
	bool		has_braces;		/* "{...}" was written, even if empty */
	List	   *items;			/* of IncludeItem *, inside the braces */
} IncludeItem;

/* Parse; every mistake is an error that shows the place and a hint. */
extern List *relgraph_parse_include(const char *text);

/*
 * Parse an order_by text, "[-] column {, [-] column}": list of IncludeSort *.
 */
extern List *relgraph_parse_sort(const char *text);

/*
 * Adds a context line to an error being reported that shows the place in the
 * include text: for errors found after parsing.  Call inside ereport().
 */
extern int	relgraph_errinclude(const char *text, int location);

#endif							/* RELGRAPH_LOAD_INCLUDE_H */
