/*-------------------------------------------------------------------------
 *
 * fkcatalog.h
 *	  What the catalogs say about relations: columns, foreign keys, indexes.
 *	  The only scanner of catalogs in the project.
 *
 * A RelCatalog is a set of RelInfo that fills itself on demand, one relation
 * and one kind of fact at a time, or at once for the whole database.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_FKCATALOG_H
#define RELGRAPH_FKCATALOG_H

#include "access/attnum.h"
#include "access/htup.h"
#include "nodes/pg_list.h"
#include "utils/hsearch.h"
#include "utils/palloc.h"
#include "utils/relcache.h"

/*
 * A foreign key, or a declared relationship that reads like one.  The
 * operators of a declared one were looked up by type; everything else that a
 * constraint would state is absent.
 */
typedef struct FkEdge
{
	Oid			conoid;			/* InvalidOid if declared */
	const char *conname;		/* NULL if declared */
	Oid			child;			/* referencing relation */
	Oid			parent;			/* referenced relation */
	int			nkeys;
	const AttrNumber *child_attnums;
	const AttrNumber *parent_attnums;
	const Oid  *pf_eq_oprs;		/* parent = child */
	const Oid  *ff_eq_oprs;		/* child = child; InvalidOid if not known */
	char		on_update;		/* FKCONSTR_ACTION_xxx */
	char		on_delete;
	char		match_type;		/* FKCONSTR_MATCH_xxx */
	bool		is_deferrable;
	bool		is_validated;
	bool		is_enforced;
	bool		is_temporal;
	bool		is_judged;		/* graph.c: proof was looked for */
	Oid			proof;			/* graph.c: index that makes it 1:1 */
	const char *names[2];		/* introspect.c: from child, from parent */
} FkEdge;

/* One live column of a relation. */
typedef struct RelColumn
{
	AttrNumber	attnum;
	bool		is_not_null;	/* the column's own constraint */
	bool		is_generated;	/* identity, generated, or has a default */
	Oid			typid;
	Oid			collation;
	const char *name;
} RelColumn;

/* An index, as far as it can prove something about rows. */
typedef struct RelIndex
{
	Oid			indexid;
	int			nkeys;			/* key columns only, no INCLUDE */
	AttrNumber *attnums;		/* 0 where an expression stands */
	Oid		   *opfamilies;
	Oid		   *collations;
	Oid		   *exclusion_oprs; /* NULL unless an exclusion constraint */
	bool		is_primary;
	bool		is_unique;
	bool		is_exclusion;
	bool		is_usable;		/* valid, ready and live */
	bool		has_expressions;
	bool		has_predicate;
	bool		predicate_is_not_null;	/* only says that some of its key
										 * columns are not null: these */
	int			nnot_null;
	AttrNumber *not_null_attnums;
} RelIndex;

/* A foreign key that references a relation, not looked at any closer. */
typedef struct RelIncoming
{
	Oid			conoid;
	Oid			child;
} RelIncoming;

/*
 * The facts about one relation.  Use the functions below to get at edges,
 * columns, indexes and incoming keys: they read what was not read yet.
 */
typedef struct RelInfo
{
	Oid			relid;			/* hash key */
	bool		is_current;		/* false after an invalidation */
	bool		exists;
	bool		has_edges;
	bool		has_columns;
	bool		has_indexes;
	bool		has_incoming;
	bool		has_many_incoming;	/* more than relgraph_try_incoming wanted */
	bool		is_partition;
	bool		is_temporary_of_others;
	char		kind;			/* RELKIND_xxx */
	int			natts;			/* dropped columns included */
	Oid			schemaid;
	const char *name;
	const char *schema;
	const char *words[2];		/* naming.c: singular, plural, or NULL */
	int			nedges;
	FkEdge	  **edges;			/* outgoing, sorted by constraint name */
	int			ncolumns;
	RelColumn  *columns;		/* by attribute number */
	int			nunproven;
	AttrNumber *unproven;		/* columns whose NOT NULL is NOT VALID; read
								 * with the edges */
	int			nindexes;
	RelIndex   *indexes;		/* primary key first, whole before partial,
								 * narrow before wide */
	int			nincoming;
	RelIncoming *incoming;		/* each constraint once, by child */
	uint64		incoming_generation;	/* see relgraph_incoming_is_current */
	void	   *pairs;			/* graph.c: association pairs, or NULL */
} RelInfo;

typedef struct RelCatalog
{
	MemoryContext cxt;			/* everything lives here */
	struct relation_map_hash *rels; /* Oid -> RelCatalogEntry */
	HTAB	   *names;			/* hashes of the names that were asked for */
	bool		is_complete;	/* the whole database was read */
	int			nforgotten;		/* RelInfos that are garbage by now */
	uint64		changes;		/* of relations it knows, so far */
	RelInfo    *last_visited;	/* while reading the whole database */
	List	   *declarations;	/* config.c: of Declaration * */
	uint64		declared_at;	/* config.c: changes + 1 when these were read */
} RelCatalog;

extern RelCatalog *relgraph_create_catalog(MemoryContext cxt);
extern void relgraph_read_whole_catalog(RelCatalog *catalog);
extern bool relgraph_forget_relation(RelCatalog *catalog, Oid relid);

extern RelInfo *relgraph_get_relation(RelCatalog *catalog, Oid relid);
extern void relgraph_need_edges(RelCatalog *catalog, RelInfo *rel);
extern void relgraph_need_columns(RelCatalog *catalog, RelInfo *rel);
extern void relgraph_need_indexes(RelCatalog *catalog, RelInfo *rel);
extern void relgraph_need_incoming(RelCatalog *catalog, RelInfo *rel);
extern bool relgraph_try_incoming(RelCatalog *catalog, RelInfo *rel,
								  int limit);

extern bool relgraph_incoming_is_current(RelCatalog *catalog, RelInfo *rel,
										 uint64 generation);

extern const RelColumn *relgraph_find_column(RelCatalog *catalog, RelInfo *rel,
											 AttrNumber attnum);
extern const RelColumn *relgraph_find_column_by_name(RelCatalog *catalog,
													 RelInfo *rel,
													 const char *name);
extern FkEdge *relgraph_find_edge(RelCatalog *catalog, RelInfo *rel,
								  Oid conoid);
extern List *relgraph_relations_named(RelCatalog *catalog, const char *name);
extern bool relgraph_name_was_asked(RelCatalog *catalog, Oid relid);
extern List *relgraph_list_relations(RelCatalog *catalog);
extern int	relgraph_count_relations(const RelCatalog *catalog);
extern bool relgraph_relation_is_shown(const RelInfo *rel);

/* between fkcatalog.c and fkindex.c */
extern void relgraph_track_relation(RelCatalog *catalog, Oid relid,
									Oid tableid);
extern void relgraph_add_index(RelInfo *rel, Relation indrel, HeapTuple tuple);
extern void relgraph_finish_indexes(RelInfo *rel);
extern void *relgraph_grow_array(void *array, int used, Size size);

#endif							/* RELGRAPH_FKCATALOG_H */
