/*-------------------------------------------------------------------------
 *
 * relpath.h
 *	  Paths such as "posts.comments": names in, relationships out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_RELPATH_H
#define RELGRAPH_RELPATH_H

#include "graph.h"

typedef struct RelStep
{
	const Relationship *relationship;
	bool		is_repeated;	/* "step*": any depth */
} RelStep;

typedef struct RelPath
{
	Oid			source;
	Oid			target;
	int			nsteps;
	RelStep    *steps;
} RelPath;

/* Parse and resolve; every mistake is an error with detail and hint. */
extern RelPath *relgraph_resolve_path(Oid source, const char *path);

/*
 * The relationship that a single, already unquoted name stands for on source.
 * With missing_ok, NULL if there is none (an ambiguous name is always an
 * error).
 */
extern const Relationship *relgraph_resolve_name(Oid source, const char *name,
												 bool missing_ok);

/*
 * Raise the error for a name that is neither a column nor a relationship of
 * source, with the near misses.  position is a byte offset into a text being
 * parsed, for errposition-like hints, or -1.
 */
extern void relgraph_report_unresolved_name(Oid source, const char *name,
											bool columns_too) pg_attribute_noreturn();

#endif							/* RELGRAPH_RELPATH_H */
