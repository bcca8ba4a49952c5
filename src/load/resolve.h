/*-------------------------------------------------------------------------
 *
 * resolve.h
 *	  What the files that resolve an include share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_RESOLVE_H
#define RELGRAPH_LOAD_RESOLVE_H

#include "load/include.h"
#include "load/plan.h"

/* What a name stands for: one of attnum and relationship is set. */
typedef struct ResolvedName
{
	const char *spelling;		/* as found */
	AttrNumber	attnum;
	const Relationship *relationship;
} ResolvedName;

/* Find out what a name stands for in a relation; nothing is an error. */
extern void relgraph_resolve_item_name(LoadPlan *plan, Oid relid,
									   const IncludeName *name,
									   ResolvedName *result);

/* Add a level without anything in it, and lock its relation. */
extern LoadLevel *relgraph_add_level(LoadPlan *plan, LoadLevel *parent,
									 Oid relid, int location);

/* Note how deep the include is at a place; too deep is an error. */
extern void relgraph_note_depth(LoadPlan *plan, int depth, int location);

/* The child of a level with the given key, or NULL. */
extern LoadLevel *relgraph_find_child(const LoadLevel *parent,
									  const char *key);

/* Complain about a child of a level whose key something else has already. */
pg_noreturn extern void relgraph_report_same_key(LoadPlan *plan,
												 const LoadLevel *level,
												 const LoadLevel *child,
												 const char *other);

/* Complain if a relationship cannot be repeated, or has no depth. */
extern void relgraph_check_item_repetition(LoadPlan *plan,
										   const Relationship *relationship,
										   const IncludeName *step);
extern void relgraph_check_item_depth(LoadPlan *plan,
									  const Relationship *relationship,
									  bool is_recursive,
									  const IncludeArg *arg);

/* resolveagg.c */
extern void relgraph_resolve_aggregate(LoadPlan *plan, LoadLevel *parent,
									   const IncludeItem *item);

#endif							/* RELGRAPH_LOAD_RESOLVE_H */
