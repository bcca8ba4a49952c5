/*-------------------------------------------------------------------------
 *
 * config.h
 *	  What people declared: names they fixed, relationships without a key.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_CONFIG_H
#define RELGRAPH_CONFIG_H

#include "storage/itemptr.h"
#include "utils/relcache.h"

#include "columnlist.h"
#include "fkcatalog.h"

typedef enum RelCardinality
{
	CARDINALITY_ONE_TO_ONE,
	CARDINALITY_ONE_TO_MANY,
	CARDINALITY_MANY_TO_ONE,
	CARDINALITY_MANY_TO_MANY
} RelCardinality;

/* Columns of relgraph.declared. */
enum
{
	DECLARED_KIND,
	DECLARED_SOURCE,
	DECLARED_TARGET,
	DECLARED_THROUGH_SOURCE,
	DECLARED_THROUGH_TARGET,
	DECLARED_NAME,
	DECLARED_INVERSE,
	DECLARED_CARDINALITY,
	DECLARED_NCOLUMNS
};

/* Values of the column "kind" of relgraph.declared. */
#define DECLARED_FOREIGN_KEY	'f' /* names of a foreign key */
#define DECLARED_ASSOCIATION	'a' /* names of a many-to-many */
#define DECLARED_RELATIONSHIP	'r' /* a relationship of its own */

/*
 * A row of relgraph.declared.
 *
 *				source			through_source	through_target	target
 *	'f'			child columns									parent columns
 *	'a'			left parent		left key		right key		right parent
 *	'r'			source columns	[columns of an association]		target columns
 *
 * name is the one on the source side, inverse the one on the target side;
 * either may be missing where it is derived.
 */
typedef struct Declaration
{
	ItemPointerData tid;		/* of the row */
	char		kind;
	ColumnList *source;
	ColumnList *target;
	ColumnList *through_source; /* NULL if there is none */
	ColumnList *through_target;
	const char *name;			/* or NULL */
	const char *inverse;		/* or NULL */
	bool		has_cardinality;
	RelCardinality cardinality;
	FkEdge	   *edge;			/* 'r': source (child) to target (parent), or
								 * association to source */
	FkEdge	   *through_edge;	/* 'r': association to target */
	const char *names[2];		/* introspect.c: from target, from source */
} Declaration;

extern Oid	relgraph_config_relation(void);
extern void relgraph_check_config_relation(Relation rel);
extern List *relgraph_get_declarations(RelCatalog *catalog);
extern Oid	relgraph_find_equality(Oid parent_type, Oid child_type);
extern FkEdge *relgraph_make_declared_edge(RelCatalog *catalog,
										   const ColumnList *child,
										   const ColumnList *parent);
extern bool relgraph_column_list_is(const ColumnList *list, Oid relid,
									int ncolumns, const AttrNumber *attnums);
extern const char *relgraph_cardinality_label(RelCardinality cardinality);

#endif							/* RELGRAPH_CONFIG_H */
