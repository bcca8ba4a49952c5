/*-------------------------------------------------------------------------
 *
 * filterparse.h
 *	  Between the files that parse filters.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_FILTERPARSE_H
#define RELGRAPH_LOAD_FILTERPARSE_H

#include "load/filter.h"

/* A step into the JSON: a key, or an index if there is none. */
typedef struct FilterPlace
{
	const struct FilterPlace *outer;
	const char *key;
	int			index;
} FilterPlace;

typedef struct FilterParser
{
	Filter	   *filter;
	const FilterPlace *place;	/* where we are */
	int			naliases;		/* relationships so far */
	int			depth;			/* relationships around this place */
	int			nesting;		/* filters around this place */
} FilterParser;

/* filter.c */
extern FilterNode *relgraph_filter_node(FilterKind kind, List *members);
extern char *relgraph_next_member(JsonbIterator **members,
								  JsonbValue *value);
extern bool relgraph_next_element(JsonbIterator **elements,
								  JsonbValue *value);
extern bool relgraph_is_json_object(const JsonbValue *value);
extern bool relgraph_is_json_list(const JsonbValue *value);
extern char *relgraph_filter_place(const FilterPlace *place);

/* filtercolumn.c */
extern FilterNode *relgraph_parse_column_filter(FilterParser *parser,
												Oid relid, AttrNumber attnum,
												JsonbValue *value);

#endif							/* RELGRAPH_LOAD_FILTERPARSE_H */
