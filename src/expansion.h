/*-------------------------------------------------------------------------
 *
 * expansion.h
 *	  The analysed query of a path, to be put where related() was called.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_EXPANSION_H
#define RELGRAPH_EXPANSION_H

#include "access/attnum.h"
#include "nodes/parsenodes.h"

/* A column of the source from which the path starts. */
typedef struct ExpansionKey
{
	AttrNumber	attnum;
	Oid			typid;
	int32		typmod;
	Oid			collation;
} ExpansionKey;

/* What a path from a relation is replaced by. */
typedef struct Expansion
{
	MemoryContext cxt;
	uint64		generation;		/* of the graph */
	Oid			source;
	const char *path;
	bool		repeats_ok;
	List	   *dependencies;	/* Oids of relations; never NIL */
	Query	   *query;			/* parameter n is key n; NULL if the call must
								 * be left to the executor; the rest is only
								 * set if it is not */
	Oid			target;
	Oid			target_type;
	int			nkeys;
	ExpansionKey *keys;
	List	   *relations;		/* of the path */
} Expansion;

/*
 * The expansion of a path: with repeats_ok, by a query that may return a row
 * more than once.  The relations are locked if there is a query.  The result
 * stays readable until the end of the transaction; nobody changes it.
 */
extern const Expansion *relgraph_get_expansion(Oid source, const char *path,
											   bool repeats_ok);

/*
 * The query ready to be planned for the current role: rewritten, a copy.  NULL
 * if the call must be left to the executor.
 */
extern Query *relgraph_expansion_query(const Expansion *expansion);

#endif							/* RELGRAPH_EXPANSION_H */
