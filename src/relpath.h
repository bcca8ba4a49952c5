/*-------------------------------------------------------------------------
 *
 * relpath.h
 *	  Paths such as "posts.comments": names in, relationships out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_RELPATH_H
#define RELGRAPH_RELPATH_H

#include "nodes/pg_list.h"

#include "compat.h"
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

/*
 * Parse and resolve a path: current context, but the relationships belong to
 * the graph's cache.  Every mistake is an error with detail and hint.
 */
extern RelPath *relgraph_resolve_path(Oid source, const char *path);

/* The same, but every mistake is answered by NULL. */
extern RelPath *relgraph_try_resolve_path(Oid source, const char *path);

/*
 * The same with AccessShareLock on all of the path's relations, which lets it
 * be what it is; *generation is the graph's.  With missing_ok, NULL for every
 * mistake.
 */
extern RelPath *relgraph_resolve_and_lock_path(Oid source, const char *path,
											   bool missing_ok,
											   uint64 *generation);

/* The relations of a path as a list of Oid, some perhaps twice. */
extern List *relgraph_path_relations(const RelPath *path);

/* Take AccessShareLock on relations, as listed above. */
extern void relgraph_lock_relations(const List *relations);

/*
 * The relationship that a name stands for on source, tried as it is and, if it
 * was not quoted, in lower case.  With missing_ok, NULL if there is none; an
 * ambiguous name is always an error.
 */
extern const Relationship *relgraph_resolve_name(Oid source, const char *name,
												 bool was_quoted,
												 bool missing_ok);

/*
 * Raise an error unless a relationship, called name by the user, leads back to
 * the table it starts from, so that it can be repeated.
 */
extern void relgraph_check_repetition(const Relationship *relationship,
									  const char *name);

/*
 * Raise the error for a name that is no relationship of source (and, if
 * columns were possible, no column either), with the near misses.
 */
pg_noreturn extern void relgraph_report_unresolved_name(Oid source,
														const char *name,
														bool columns_too);

#endif							/* RELGRAPH_RELPATH_H */
