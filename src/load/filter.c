/*-------------------------------------------------------------------------
 *
 * filter.c
 *	  Filters in JSON become trees of conditions.
 *
 * A filter may come from anyone.  Nothing of it gets into the text of a
 * statement: its names are looked up among columns and relationships, whose
 * own names are then taken from the catalogs (filtersql.c), and each value
 * goes through the input function of its column's type and becomes a
 * parameter (filtercolumn.c).
 *
 *	filter    = { member, ... }							all of them hold
 *	member    = "and": [ filter, ... ] | "or": [ filter, ... ] | "not": filter
 *			  | "column": condition
 *			  | "relationship": { quantifier: filter, ... }
 *	quantifier = "some" | "none" | "every"
 *
 * What a condition is, filtercolumn.c says.  A key that is put in double
 * quotes of its own is always a name, so that columns called "or" can be
 * reached; a column goes before a relationship.
 *
 * No row fails "every" only if the filter is true for each of them: a row for
 * which it is unknown counts as one that fails.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lmgr.h"

#include "compat.h"
#include "load/filterparse.h"
#include "load/plan.h"
#include "relpath.h"
#include "settings.h"
#include "sqltext.h"

/* Filters inside each other; each is a level of parentheses in the SQL. */
#define MAX_NESTING 500

/* How much of a place is shown: its innermost steps, so much of each. */
#define MAX_SHOWN_STEPS 12
#define MAX_SHOWN_KEY 60

static FilterNode *parse_filter(FilterParser *parser, Oid relid,
								JsonbValue *value);
static FilterNode *parse_member(FilterParser *parser, Oid relid,
								const char *key, JsonbValue *value);
static FilterNode *parse_filter_list(FilterParser *parser, Oid relid,
									 const char *word, JsonbValue *value);
static FilterNode *parse_relationship(FilterParser *parser,
									  const Relationship *relationship,
									  const char *name, JsonbValue *value);
static FilterKind find_quantifier(const Relationship *relationship,
								  const char *name, const char *word);
static FilterNode *parse_quantifier(FilterParser *parser, FilterKind kind,
									const Relationship *relationship,
									JsonbValue *value);
static const char *name_of_key(const char *key);
static void show_place(void *arg);
static void append_step(StringInfo buf, const FilterPlace *place);

/*
 * Parse a filter on the rows of a relation.
 */
Filter *
relgraph_parse_filter(Oid relid, Jsonb *json)
{
	FilterParser parser = {0};
	ErrorContextCallback callback;
	JsonbValue	value;

	callback.callback = show_place;
	callback.arg = &parser;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	parser.filter = palloc0(sizeof(Filter));
	value.type = jbvBinary;
	value.val.binary.data = &json->root;
	value.val.binary.len = VARSIZE(json) - VARHDRSZ;
	parser.filter->root = parse_filter(&parser, relid, &value);

	error_context_stack = callback.previous;
	return parser.filter;
}

/*
 * Parse a filter: all members have to hold.
 */
static FilterNode *
parse_filter(FilterParser *parser, Oid relid, JsonbValue *value)
{
	FilterPlace place = {parser->place, NULL, 0};
	List	   *conditions = NIL;
	JsonbIterator *members;
	JsonbValue	member;
	char	   *key = NULL;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (!relgraph_is_json_object(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("filter must be a JSON object"),
				 errhint("Write {\"column\": value}; combine filters by {\"and\": [...]} or {\"or\": [...]}.")));
	if (++parser->nesting > MAX_NESTING)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("filter is nested too deeply"),
				 errdetail("At most %d filters can be inside each other.",
						   MAX_NESTING)));

	members = JsonbIteratorInit(value->val.binary.data);
	while ((key = relgraph_next_member(&members, &member)) != NULL)
	{
		place.key = key;
		parser->place = &place;
		conditions = lappend(conditions,
							 parse_member(parser, relid, key, &member));
	}
	parser->place = place.outer;
	parser->nesting--;
	return relgraph_filter_node(FILTER_AND, conditions);
}

/*
 * Parse a member of a filter.
 */
static FilterNode *
parse_member(FilterParser *parser, Oid relid, const char *key,
			 JsonbValue *value)
{
	const char *name = name_of_key(key);
	const Relationship *relationship;
	AttrNumber	attnum;

	if (strcmp(key, "and") == 0 || strcmp(key, "or") == 0)
		return parse_filter_list(parser, relid, key, value);
	if (strcmp(key, "not") == 0)
		return relgraph_filter_node(FILTER_NOT,
									list_make1(parse_filter(parser, relid,
															value)));

	attnum = relgraph_resolve_column(relid, name, true);
	if (attnum != InvalidAttrNumber)
		return relgraph_parse_column_filter(parser, relid, attnum, value);
	relationship = relgraph_resolve_name(relid, name, true, true);
	if (relationship == NULL)
		relgraph_report_unresolved_name(relid, name, true);
	return parse_relationship(parser, relationship, name, value);
}

/*
 * Parse what follows "and" or "or".
 */
static FilterNode *
parse_filter_list(FilterParser *parser, Oid relid, const char *word,
				  JsonbValue *value)
{
	FilterPlace place = {parser->place, NULL, 0};
	List	   *filters = NIL;
	JsonbIterator *elements;
	JsonbValue	element;

	if (!relgraph_is_json_list(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" in a filter takes a list of filters", word),
				 errhint("A column that is called \"%s\" is written \"\\\"%s\\\"\".",
						 word, word)));

	elements = JsonbIteratorInit(value->val.binary.data);
	while (relgraph_next_element(&elements, &element))
	{
		parser->place = &place;
		filters = lappend(filters, parse_filter(parser, relid, &element));
		place.index++;
	}
	parser->place = place.outer;
	return relgraph_filter_node(strcmp(word, "and") == 0 ?
								FILTER_AND : FILTER_OR, filters);
}

/*
 * Parse the quantifiers of a relationship, all of which have to hold.
 */
static FilterNode *
parse_relationship(FilterParser *parser, const Relationship *relationship,
				   const char *name, JsonbValue *value)
{
	FilterPlace place = {parser->place, NULL, 0};
	List	   *conditions = NIL;
	JsonbIterator *members;
	JsonbValue	member;
	char	   *key = NULL;

	if (!relgraph_is_json_object(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relationship \"%s\" needs a quantifier in a filter",
						name),
				 errhint("Write {\"some\": {...}}, {\"none\": {...}} or {\"every\": {...}}.")));

	members = JsonbIteratorInit(value->val.binary.data);
	while ((key = relgraph_next_member(&members, &member)) != NULL)
	{
		place.key = key;
		parser->place = &place;
		conditions = lappend(conditions,
							 parse_quantifier(parser,
											  find_quantifier(relationship,
															  name, key),
											  relationship, &member));
	}
	parser->place = place.outer;
	return relgraph_filter_node(FILTER_AND, conditions);
}

/*
 * Return what a word behind a relationship means.
 */
static FilterKind
find_quantifier(const Relationship *relationship, const char *name,
				const char *word)
{
	AttrNumber	attnum;

	if (strcmp(word, "some") == 0)
		return FILTER_SOME;
	if (strcmp(word, "none") == 0)
		return FILTER_NONE;
	if (strcmp(word, "every") == 0)
		return FILTER_EVERY;

	attnum = relgraph_resolve_column(relationship->target, name_of_key(word),
									 true);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized quantifier \"%s\" of relationship \"%s\" in a filter",
					word, name),
			 errdetail("A relationship takes some, none and every."),
			 attnum != InvalidAttrNumber ?
			 errhint("For related rows with a condition on \"%s\", write {\"some\": {\"%s\": ...}}.",
					 word, word) : 0));
	return FILTER_SOME;			/* keep the compiler quiet */
}

/*
 * Parse the filter on the related rows, and say how many must pass it.
 */
static FilterNode *
parse_quantifier(FilterParser *parser, FilterKind kind,
				 const Relationship *relationship, JsonbValue *value)
{
	FilterNode *node = relgraph_filter_node(kind, NIL);
	FilterNode *member;

	if (++parser->depth > relgraph_max_depth)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg_plural("filter goes over more than %d relationship",
							   "filter goes over more than %d relationships",
							   relgraph_max_depth, relgraph_max_depth),
				 errhint("Set \"%s\" to a higher value.",
						 "relgraph.max_depth")));

	node->alias = ++parser->naliases;
	node->nhops = relationship->nhops;
	for (int i = 0; i < node->nhops; i++)
	{
		Oid			relid = relationship->hops[i].to;

		LockRelationOid(relid, AccessShareLock);
		parser->filter->relations =
			list_append_unique_oid(parser->filter->relations, relid);
		relgraph_copy_hop(&node->hops[i], &relationship->hops[i]);
	}
	member = parse_filter(parser, relationship->target, value);
	node->members = list_make1(member);
	parser->depth--;
	return node;
}

/*
 * Return a node.  Members of the same kind become members of this one, and a
 * single member stands for itself.
 */
FilterNode *
relgraph_filter_node(FilterKind kind, List *members)
{
	FilterNode *node = palloc0(sizeof(FilterNode));
	ListCell   *lc;

	node->kind = kind;
	if (kind != FILTER_AND && kind != FILTER_OR)
	{
		node->members = members;
		return node;
	}
	foreach(lc, members)
	{
		FilterNode *member = lfirst(lc);

		if (member->kind == kind)
			node->members = list_concat(node->members, member->members);
		else
			node->members = lappend(node->members, member);
	}
	return list_length(node->members) == 1 ? linitial(node->members) : node;
}

/*
 * Return the name that a key stands for: what is between its double quotes,
 * if it has any, with doubled ones made single.
 */
static const char *
name_of_key(const char *key)
{
	Size		length = strlen(key);
	char	   *name;
	char	   *to;

	if (length < 3 || key[0] != '"' || key[length - 1] != '"')
		return key;
	name = to = palloc(length);
	for (const char *c = key + 1; c < key + length - 1; c++)
	{
		if (*c == '"' && (*++c != '"' || c == key + length - 1))
			return key;
		*to++ = *c;
	}
	*to = '\0';
	return name;
}

/*
 * Read the next member of a JSON object; return its key, or NULL at the end.
 */
char *
relgraph_next_member(JsonbIterator **members, JsonbValue *value)
{
	JsonbIteratorToken token;
	char	   *key = NULL;

	while ((token = JsonbIteratorNext(members, value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			key = pnstrdup(value->val.string.val, value->val.string.len);
		else if (token == WJB_VALUE)
			return key;
	}
	return NULL;
}

/*
 * Read the next element of a JSON array; return false at the end.
 */
bool
relgraph_next_element(JsonbIterator **elements, JsonbValue *value)
{
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(elements, value, true)) != WJB_DONE)
	{
		if (token == WJB_ELEM)
			return true;
	}
	return false;
}

bool
relgraph_is_json_object(const JsonbValue *value)
{
	return value->type == jbvBinary &&
		JsonContainerIsObject(value->val.binary.data);
}

bool
relgraph_is_json_list(const JsonbValue *value)
{
	return value->type == jbvBinary &&
		JsonContainerIsArray(value->val.binary.data) &&
		!JsonContainerIsScalar(value->val.binary.data);
}

/*
 * Error context: the place in the filter.
 */
static void
show_place(void *arg)
{
	FilterParser *parser = arg;

	if (parser->place != NULL)
		errcontext("filter, at %s", relgraph_filter_place(parser->place));
}

/*
 * Return a place as text: posts.some.or[0].title
 */
char *
relgraph_filter_place(const FilterPlace *place)
{
	const FilterPlace *steps[MAX_SHOWN_STEPS];
	StringInfoData buf;
	int			n = 0;

	for (; place != NULL && n < MAX_SHOWN_STEPS; place = place->outer)
		steps[n++] = place;
	initStringInfo(&buf);
	if (place != NULL)
		appendStringInfoString(&buf, "...");
	while (n > 0)
		append_step(&buf, steps[--n]);
	return buf.data;
}

/*
 * Append one step of a place.
 */
static void
append_step(StringInfo buf, const FilterPlace *place)
{
	const char *key = place->key;
	bool		is_plain = true;
	int			length;

	if (key == NULL)
	{
		appendStringInfo(buf, "[%d]", place->index);
		return;
	}
	for (const char *c = key; *c != '\0'; c++)
	{
		if (!IS_HIGHBIT_SET(*c) && *c != '_' &&
			!isalnum((unsigned char) *c))
			is_plain = false;
	}
	length = pg_mbcliplen(key, strlen(key), MAX_SHOWN_KEY);
	if (buf->len > 0)
		appendStringInfoChar(buf, '.');
	appendStringInfo(buf, is_plain && *key != '\0' ? "%.*s%s" : "\"%.*s%s\"",
					 length, key, key[length] != '\0' ? "..." : "");
}
