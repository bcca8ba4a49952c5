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

#include "load/filter.h"
#include "load/plan.h"

/* Append "SELECT t.a, ..." with everything the level fetches. */
extern void relgraph_append_level_columns(StringInfo buf,
										  const LoadLevel *level);

/*
 * The query of a level below the root.  Its parameters are arrays of the
 * parents' keys, of the types level->key_types, unless it is for all keys
 * (LOAD_JOIN), then the values of the filter, and then the limit and the
 * offset as far as they are parameters in the include.
 */
extern char *relgraph_level_query(const LoadLevel *level,
								  LoadStrategy strategy,
								  const Filter *filter);

/* limitquery.c: the same for levels that are limited */
extern char *relgraph_limited_query(const LoadLevel *level,
									LoadStrategy strategy,
									const Filter *filter);

/*
 * Append a filter on the target behind the separator, unless it is empty or
 * NULL.
 */
extern void relgraph_append_level_filter(StringInfo buf, const Filter *filter,
										 int first_param,
										 const char *separator);

/* Append a column of an order, which the type's default order defines. */
extern void relgraph_append_sort_column(StringInfo buf, Oid relid,
										AttrNumber attnum,
										bool is_descending);

/* The parents' keys as a relation: k (k1, ..., n), n the number of the key. */
extern void relgraph_append_keys(StringInfo buf, const KeySpec *keys);

/* A column of it. */
extern void relgraph_append_key_expr(StringInfo buf, const KeySpec *keys,
									 int keyno);

/* The condition that a row of the first hop's relation has one of the keys. */
extern void relgraph_append_key_quals(StringInfo buf, const LoadLevel *level,
									  const char *alias);

#endif							/* RELGRAPH_LOAD_LOADQUERY_H */
