/*-------------------------------------------------------------------------
 *
 * loadquery.h
 *	  The statements that fetch the levels of a load.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_LOADQUERY_H
#define RELGRAPH_LOAD_LOADQUERY_H

#include "lib/stringinfo.h"

#include "load/plan.h"

/* Append "SELECT t.a, ..." with everything the level fetches. */
extern void relgraph_append_level_columns(StringInfo buf,
										  const LoadLevel *level);

/*
 * The query of a level below the root.  Its parameters are arrays of the
 * parents' keys, of the types level->key_types.  One for all keys has none,
 * and returns the rows of any parents; there must be a match by value.
 */
extern char *relgraph_level_query(const LoadLevel *level, bool for_all_keys);

/* The parents' keys as a relation: k (k1, ..., n), n the number of the key. */
extern void relgraph_append_keys(StringInfo buf, const KeySpec *keys);

/* A column of it. */
extern void relgraph_append_key_expr(StringInfo buf, const KeySpec *keys,
									 int keyno);

/* The condition that a row of the first hop's relation has one of the keys. */
extern void relgraph_append_key_quals(StringInfo buf, const LoadLevel *level,
									  const char *alias);

#endif							/* RELGRAPH_LOAD_LOADQUERY_H */
