/*-------------------------------------------------------------------------
 *
 * joinquery.h
 *	  Resolved steps to SQL that people read: join_sql() and accessors.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_JOINQUERY_H
#define RELGRAPH_JOINQUERY_H

#include "relpath.h"

typedef enum JoinKind
{
	JOIN_KIND_INNER,			/* target rows, per source row */
	JOIN_KIND_LEFT,				/* source rows with what they have */
	JOIN_KIND_EXISTS,			/* source rows that have some */
	JOIN_KIND_ANTI				/* source rows that have none */
} JoinKind;

/* A statement of its own that joins the path's source with its target. */
extern char *relgraph_join_query(const RelPath *path, JoinKind kind);

/*
 * The body of an SQL function of one argument, a row of the path's source:
 * the target rows, each once.
 */
extern char *relgraph_accessor_query(const RelPath *path);

#endif							/* RELGRAPH_JOINQUERY_H */
