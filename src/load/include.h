/*-------------------------------------------------------------------------
 *
 * include.h
 *	  The include language: text in, syntax tree out.
 *
 * Names are kept as written; whether a name is a column or a relationship is
 * decided by the planner of the load, which knows the relation.  A name that
 * was not quoted is to be matched exactly first and then folded to lower
 * case, so that createdAt needs no quotes and ID still means id.
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
	char	   *name;			/* without its quotes, case as written */
	bool		was_quoted;		/* matches exactly only */
	int			location;		/* byte offset in the text */
} IncludeName;

/* [-] column */
typedef struct IncludeSort
{
	IncludeName column;
	bool		is_descending;
} IncludeSort;

typedef enum IncludeArgKind
{
	INCLUDE_ARG_FILTER,
	INCLUDE_ARG_ORDER,
	INCLUDE_ARG_LIMIT,
	INCLUDE_ARG_OFFSET,
	INCLUDE_ARG_DEPTH
} IncludeArgKind;

typedef struct IncludeArg
{
	IncludeArgKind kind;
	int			location;		/* of the argument's name */
	char	   *json;			/* filter: valid JSON text; NULL if param */
	List	   *sort;			/* order: of IncludeSort *, not empty */
	int64		number;			/* limit, offset, depth; not negative */
	int			param;			/* n of $n, 1 .. 65535, or 0 */
} IncludeArg;

typedef struct IncludeItem
{
	IncludeItemKind kind;
	int			location;		/* of the item's first byte */
	IncludeName *alias;			/* or NULL */
	const char *aggregate;		/* count, exists, sum, avg, min, max; or NULL */
	List	   *steps;			/* of IncludeName *; one for a drop; the last
								 * one of sum, avg, min, max is the column */
	bool		is_recursive;	/* the last step, the column aside, has "*" */
	List	   *args;			/* of IncludeArg *, each kind at most once */
	bool		has_braces;		/* "{...}" was written, even if empty */
	List	   *items;			/* of IncludeItem *, inside the braces */
} IncludeItem;

/*
 * Parse an include: list of IncludeItem *, NIL for an empty text.  Every
 * mistake is an error that shows the place.  The tree is allocated in the
 * current memory context and does not point into text.
 */
extern List *relgraph_parse_include(const char *text);

/*
 * Parse an order_by text, "[-] column {, [-] column}": list of IncludeSort *,
 * never empty.
 */
extern List *relgraph_parse_sort(const char *text);

/*
 * Add a context line to an error being reported that shows the place in the
 * include (or order_by) text: for errors found after parsing.  location is a
 * byte offset, as the tree has them.  Call inside ereport().
 */
extern int	relgraph_errinclude(const char *text, int location);
extern int	relgraph_errsort(const char *text, int location);

#endif							/* RELGRAPH_LOAD_INCLUDE_H */
