/*-------------------------------------------------------------------------
 *
 * plan.h
 *	  An include seen from a root: a tree of levels, ready to be fetched.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_PLAN_H
#define RELGRAPH_LOAD_PLAN_H

#include "nodes/bitmapset.h"
#include "utils/sortsupport.h"

#include "compat.h"
#include "graph.h"
#include "load/jsonwriter.h"
#include "load/keytable.h"
#include "relpath.h"

/* Key of an association's own columns in the documents of its targets. */
#define LOAD_THROUGH_KEY "_through"

/* Aliases of a level's relations in its query. */
#define LOAD_ALIAS_TARGET "t"
#define LOAD_ALIAS_THROUGH "a"
#define LOAD_ALIAS_KEYS "k"

/* A column that a level's query returns. */
typedef struct LoadFetch
{
	bool		is_through;		/* of the association table */
	AttrNumber	attnum;
} LoadFetch;

/* A column that is written. */
typedef struct LoadColumn
{
	int			resno;			/* counted from 0, in the fetched row */
	const char *prefix;			/* everything before the value */
	int			prefix_length;
	JsonEncoder *encoder;
} LoadColumn;

/* A column that orders the rows of a collection. */
typedef struct LoadSort
{
	AttrNumber	attnum;
	bool		is_descending;
	int			resno;
	int16		typlen;
	bool		typbyval;
	SortSupportData support;
} LoadSort;

typedef struct LoadAggregate LoadAggregate;
typedef struct LevelArgs LevelArgs;
typedef struct LoadCall LoadCall;
typedef struct LoadLevel LoadLevel;

/* How the rows of a level can be fetched. */
typedef enum LoadStrategy
{
	LOAD_BATCH,					/* column = ANY (keys) */
	LOAD_JOIN,					/* all rows, joined to the keys here */
	LOAD_PROBE,					/* key by key: some rows of each */
	LOAD_WINDOW					/* some rows of each key, by their number */
} LoadStrategy;

#define LOAD_NSTRATEGIES 4

struct LoadLevel
{
	/* from the include (resolve.c) */
	int			number;			/* in the plan; parents come before children */
	int			depth;			/* 0 for the root */
	LoadLevel  *parent;
	int			sibling;		/* position among the parent's children */
	const Relationship *relationship;	/* of this transaction only, or NULL */
	Oid			relid;
	LoadAggregate *aggregate;	/* if it is one; then most else is not set */
	const char *key;			/* in the parent's documents */
	bool		has_alias;
	int			location;		/* in the include text */
	Bitmapset  *printed;		/* attribute numbers */
	int			npayload;		/* of an association, if it is to be had */
	AttrNumber *payload;
	bool		prints_through;
	List	   *child_list;		/* of LoadLevel * */
	LevelArgs  *args;			/* which of the rows, or NULL */
	bool		is_recursive;	/* its rows lead to more of its rows */
	int64		max_levels;		/* if so, how far; 0 is without end */

	/* how its rows are obtained (plan.c) */
	const char *name;			/* of the relationship; NULL at the root */
	RelCardinality cardinality; /* of it */
	int			nhops;			/* 0 at the root */
	RelHop		hops[2];
	bool		is_list;
	bool		is_unique_pair;
	int			nfetch;
	LoadFetch  *fetch;
	Oid		   *fetch_types;
	bool		is_indexed;		/* the column that has the keys */
	bool		is_ordered;		/* an index has each key's rows in order */
	bool		reads_key_only; /* of its only relation */
	bool		is_scannable;	/* its relation may be read whole */
	bool		has_many_targets;	/* behind an association: too many to be
									 * read for a few of them */
	double		scan_rows;		/* there are in that; 0: not known */
	double		distinct_keys;	/* there are in these; 0: not known */
	KeySpec		keys;
	Oid		   *key_types;		/* of the parameters: arrays */
	int		   *parent_resnos;	/* where the parent's row has the keys */
	int			match_resno;	/* where its own row has the key or ordinal */
	char	   *queries[LOAD_NSTRATEGIES];	/* see loadquery.c; NULL where the
										 * strategy cannot be */

	/* how rows find their place in a tree, if it is recursive (tree.c) */
	int			nnodekeys;
	AttrNumber *node_attnums;	/* the columns that tell its rows apart */
	AttrNumber *start_attnums;	/* the same of the parent's rows */
	KeySpec		nodes;
	int		   *node_resnos;	/* where its own row has them */
	int		   *start_resnos;	/* where the parent's row has them */
	int		   *own_resnos;		/* like parent_resnos, in its own row */
	const char *own_opening;	/* in its own document, before more of it */
	int			own_opening_length;

	/* places in a row's slots; the first nchildren are the children's groups */
	int			nslots;
	int			start_slot;		/* of the parent's row: the row as a node */
	int			own_group_slot;
	int			own_node_slot;

	/* how they are ordered */
	int			nsort;
	LoadSort   *sort;
	bool		sorts_integer;	/* by a single one, ascending */
	bool		has_repeats;	/* sort key is unique, a row may come twice */

	/* how they are written */
	int			ncolumns;
	LoadColumn *columns;
	const char *suffix;			/* behind the last column */
	int			suffix_length;
	const char *empty;			/* what stands for no row: [], null, 0 */
	int			empty_length;
	const char *opening;		/* ,"key": in the parent's document */
	int			opening_length;
	int			nchildren;
	LoadLevel **children;
};

typedef struct LoadPlan
{
	MemoryContext cxt;
	uint64		generation;		/* of the graph */
	Oid			root;
	const char *include;
	int			nlevels;
	LoadLevel **levels;			/* the root is number 0 */
	int			depth;			/* of the deepest */
	bool		has_filter;		/* written in the include */
	int			max_depth;		/* the setting it was made under */
	double		bytes_per_root; /* as far as statistics can tell; 0: nothing */
	int			nrelations;
	Oid		   *relations;		/* to be locked */
} LoadPlan;

/* resolve.c */
extern void relgraph_resolve_include(LoadPlan *plan);
extern AttrNumber relgraph_resolve_column(Oid relid, const char *name,
										  bool was_quoted);
pg_noreturn extern void relgraph_report_unknown_column(Oid relid,
													   const char *name);

/* plan.c */
extern LoadPlan *relgraph_plan_load(Oid root, const char *include);
extern void relgraph_copy_hop(RelHop *copy, const RelHop *hop);
extern const RelIndex *relgraph_find_primary_key(Oid relid);
extern AttrNumber relgraph_same_column(Oid relid, AttrNumber attnum,
									   Oid other);

/* plancache.c */
extern const LoadPlan *relgraph_get_load_plan(Oid root, const char *include);

#endif							/* RELGRAPH_LOAD_PLAN_H */
