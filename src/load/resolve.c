/*-------------------------------------------------------------------------
 *
 * resolve.c
 *	  Names of an include become columns and relationships: a tree of levels.
 *
 * A name is tried as written and then, unless it was quoted, in lower case; at
 * each spelling a column goes before a relationship.
 *
 * Naming any column restricts a level to the columns named, "*" stands for
 * all, "-column" takes one away.  The levels on the way of a dotted path have
 * all their columns.  Where one relationship is written more than once without
 * an alias ("posts { title }, posts.comments"), it is one level with all the
 * children; each occurrence asks for a set of columns, and the level has the
 * union of them.
 *
 * The key of a relationship in its parent's document is the alias, or else the
 * name as it was found.  The alias of a dotted path is that of its first step;
 * the others keep their names.  No key may occur twice in one document.
 *
 * Everything is allocated in the plan's memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/lmgr.h"

#include "compat.h"
#include "graphcache.h"
#include "load/aggregate.h"
#include "load/include.h"
#include "load/levelargs.h"
#include "load/plan.h"
#include "load/resolve.h"
#include "nearmiss.h"
#include "relpath.h"
#include "settings.h"
#include "sqltext.h"

/* Where an error happened, for its context. */
typedef struct IncludePlace
{
	const char *text;
	int			location;
} IncludePlace;

/* The columns that one pair of braces asks for. */
typedef struct ColumnChoice
{
	bool		all;
	Bitmapset  *named;
	Bitmapset  *dropped;
	bool		names_through;
	bool		drops_through;
} ColumnChoice;

static void resolve_items(LoadPlan *plan, LoadLevel *level, List *items);
static void resolve_drop(LoadPlan *plan, LoadLevel *level,
						 const IncludeItem *item, ColumnChoice *choice);
static void resolve_named_item(LoadPlan *plan, LoadLevel *level,
							   const IncludeItem *item, ColumnChoice *choice);
static void resolve_recursion(LoadPlan *plan, LoadLevel *level,
							  const IncludeItem *item, bool is_new);
static void print_columns(LoadLevel *level, const ColumnChoice *choice);
static LoadLevel *enter_relationship(LoadPlan *plan, LoadLevel *parent,
									 const ResolvedName *name,
									 const IncludeName *alias, int location);
static void find_payload(LoadLevel *level);
static bool is_through_name(const LoadLevel *level, const IncludeName *name);
static bool try_spelling(Oid relid, const char *spelling,
						 ResolvedName *result);
static const char *describe_level(const LoadLevel *level);
static char *lower_case(const char *name);
static void show_place(void *arg);
static void check_is_plain_column(LoadPlan *plan, const LoadLevel *level,
								  const IncludeItem *item,
								  const ResolvedName *name);
static void check_keys(LoadPlan *plan, const LoadLevel *level);
static void check_own_key(LoadPlan *plan, const LoadLevel *level);

/*
 * Fill in the plan's tree of levels from its root and include.  All relations
 * met are locked until the end of the transaction.
 */
void
relgraph_resolve_include(LoadPlan *plan)
{
	List	   *items = relgraph_parse_include(plan->include);

	resolve_items(plan, relgraph_add_level(plan, NULL, plan->root, -1), items);
	for (int i = 0; i < plan->nlevels; i++)
		check_keys(plan, plan->levels[i]);
}

/*
 * Return the number of the column that a name stands for, or
 * InvalidAttrNumber.
 */
AttrNumber
relgraph_resolve_column(Oid relid, const char *name, bool was_quoted)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, relid);
	const RelColumn *column;

	column = relgraph_find_column_by_name(catalog, rel, name);
	if (column == NULL && !was_quoted)
		column = relgraph_find_column_by_name(catalog, rel, lower_case(name));
	return column != NULL ? column->attnum : InvalidAttrNumber;
}

/*
 * Raise the error for a name that should be a column, with the nearest one.
 */
void
relgraph_report_unknown_column(Oid relid, const char *name)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, relid);
	NearMiss	miss;

	relgraph_start_near_miss(&miss, name);
	relgraph_need_columns(catalog, rel);
	for (int i = 0; i < rel->ncolumns; i++)
		relgraph_consider_name(&miss, rel->columns[i].name);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" of table \"%s\" does not exist",
					name, relgraph_relation_name(relid)),
			 miss.nearest != NULL ?
			 errhint("Perhaps you meant \"%s\".", miss.nearest) : 0));
}

/*
 * Add a level without anything in it.
 */
LoadLevel *
relgraph_add_level(LoadPlan *plan, LoadLevel *parent, Oid relid, int location)
{
	LoadLevel  *level = palloc0(sizeof(LoadLevel));

	LockRelationOid(relid, AccessShareLock);
	level->number = plan->nlevels++;
	level->depth = parent != NULL ? parent->depth + 1 : 0;
	level->parent = parent;
	level->relid = relid;
	level->location = location;
	if (level->number == 0)
		plan->levels = palloc(sizeof(LoadLevel *));
	else
		plan->levels = repalloc(plan->levels,
								plan->nlevels * sizeof(LoadLevel *));
	plan->levels[level->number] = level;
	relgraph_note_depth(plan, level->depth, location);
	return level;
}

/*
 * Note how deep the include is at a place; too deep is an error.
 */
void
relgraph_note_depth(LoadPlan *plan, int depth, int location)
{
	plan->depth = Max(plan->depth, depth);
	if (depth > relgraph_max_depth)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg_plural("include is more than %d level deep",
							   "include is more than %d levels deep",
							   relgraph_max_depth, relgraph_max_depth),
				 errhint("Set \"%s\" to a higher value.",
						 "relgraph.max_depth"),
				 relgraph_errinclude(plan->include, location)));
}

/*
 * Resolve what stands between a pair of braces, or in the whole include.
 */
static void
resolve_items(LoadPlan *plan, LoadLevel *level, List *items)
{
	ColumnChoice choice = {0};
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, items)
	{
		IncludeItem *item = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		switch (item->kind)
		{
			case INCLUDE_ALL_COLUMNS:
				choice.all = true;
				break;
			case INCLUDE_DROP_COLUMN:
				resolve_drop(plan, level, item, &choice);
				break;
			case INCLUDE_NAME:
				resolve_named_item(plan, level, item, &choice);
				break;
			case INCLUDE_AGGREGATE:
				relgraph_resolve_aggregate(plan, level, item);
				break;
		}
	}
	print_columns(level, &choice);
}

/*
 * Resolve "-column".
 */
static void
resolve_drop(LoadPlan *plan, LoadLevel *level, const IncludeItem *item,
			 ColumnChoice *choice)
{
	IncludeName *name = linitial(item->steps);
	ResolvedName resolved;

	if (is_through_name(level, name))
	{
		choice->drops_through = true;
		return;
	}
	relgraph_resolve_item_name(plan, level->relid, name, &resolved);
	if (resolved.attnum == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a column of table \"%s\"",
						resolved.spelling,
						relgraph_relation_name(level->relid)),
				 errdetail("It is a relationship."),
				 errhint("A relationship that is not named is not loaded."),
				 relgraph_errinclude(plan->include, name->location)));
	choice->dropped = bms_add_member(choice->dropped, resolved.attnum);
}

/*
 * Resolve a column, or a relationship with everything it carries along.
 */
static void
resolve_named_item(LoadPlan *plan, LoadLevel *level, const IncludeItem *item,
				   ColumnChoice *choice)
{
	const IncludeName *alias = item->alias;
	ListCell   *lc;

	if (list_length(item->steps) == 1 && alias == NULL && !item->has_braces &&
		is_through_name(level, linitial(item->steps)))
	{
		choice->names_through = true;
		return;
	}

	foreach(lc, item->steps)
	{
		IncludeName *step = lfirst(lc);
		bool		is_last = lnext(item->steps, lc) == NULL;
		int			nlevels = plan->nlevels;
		bool		is_new;
		ResolvedName name;

		relgraph_resolve_item_name(plan, level->relid, step, &name);
		if (name.attnum != InvalidAttrNumber)
		{
			check_is_plain_column(plan, level, item, &name);
			choice->named = bms_add_member(choice->named, name.attnum);
			return;
		}
		level = enter_relationship(plan, level, &name, alias, step->location);
		is_new = plan->nlevels > nlevels;
		resolve_recursion(plan, level, is_last ? item : NULL, is_new);
		relgraph_resolve_level_args(plan, level, is_last ? item : NULL,
									is_new);
		resolve_items(plan, level, is_last ? item->items : NIL);
		alias = NULL;
	}
}

/*
 * Let a level that was entered by an item's last step, or by another one if
 * item is null, be recursive as that says.  One that is not new must be so
 * already.
 */
static void
resolve_recursion(LoadPlan *plan, LoadLevel *level, const IncludeItem *item,
				  bool is_new)
{
	bool		is_recursive = item != NULL && item->is_recursive;
	int64		max_levels = 0;
	ListCell   *lc;

	foreach(lc, item != NULL ? item->args : NIL)
	{
		IncludeArg *arg = lfirst(lc);

		if (arg->kind != INCLUDE_ARG_DEPTH)
			continue;
		relgraph_check_item_depth(plan, level->relationship, is_recursive,
								  arg);
		max_levels = arg->number;
	}

	if (is_new && is_recursive)
		relgraph_check_item_repetition(plan, level->relationship,
									   llast(item->steps));
	if (is_new)
	{
		level->is_recursive = is_recursive;
		level->max_levels = max_levels;
	}
	else if (level->is_recursive != is_recursive ||
			 level->max_levels != max_levels)
	{
		if (item != NULL)
			level->location = item->location;
		relgraph_report_same_key(plan, level->parent, level,
								 psprintf("\"%s%s\"",
										  level->relationship->name,
										  is_recursive ? "*" : ""));
	}
}

/*
 * Complain if a relationship cannot be repeated.
 */
void
relgraph_check_item_repetition(LoadPlan *plan,
							   const Relationship *relationship,
							   const IncludeName *step)
{
	IncludePlace place = {plan->include, step->location};
	ErrorContextCallback callback;

	callback.callback = show_place;
	callback.arg = &place;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	relgraph_check_repetition(relationship, step->name);
	error_context_stack = callback.previous;
}

/*
 * Complain if an argument "depth" has no meaning.
 */
void
relgraph_check_item_depth(LoadPlan *plan, const Relationship *relationship,
						  bool is_recursive, const IncludeArg *arg)
{
	if (!is_recursive)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relationship \"%s\" of table \"%s\" is not repeated, and takes no depth",
						relationship->name,
						relgraph_relation_name(relationship->source)),
				 errhint("A relationship is repeated by a star, as in \"children*(depth: 3)\"."),
				 relgraph_errinclude(plan->include, arg->location)));
	if (arg->param != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("depth cannot be a parameter"),
				 errhint("Write it as a number."),
				 relgraph_errinclude(plan->include, arg->location)));
	if (arg->number < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("depth must be at least 1"),
				 errhint("A relationship that is not named is not loaded."),
				 relgraph_errinclude(plan->include, arg->location)));
}

/*
 * Add the chosen columns to those the level prints.
 */
static void
print_columns(LoadLevel *level, const ColumnChoice *choice)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, level->relid);
	bool		all = choice->all ||
		(choice->named == NULL && !choice->names_through);

	relgraph_need_columns(catalog, rel);
	for (int i = 0; i < rel->ncolumns; i++)
	{
		AttrNumber	attnum = rel->columns[i].attnum;

		if ((all || bms_is_member(attnum, choice->named)) &&
			!bms_is_member(attnum, choice->dropped))
			level->printed = bms_add_member(level->printed, attnum);
	}
	if (level->npayload > 0 && !choice->drops_through)
		level->prints_through = true;
}

/*
 * Return the level of a relationship below a parent: a new one, or the one
 * that was written before.
 */
static LoadLevel *
enter_relationship(LoadPlan *plan, LoadLevel *parent, const ResolvedName *name,
				   const IncludeName *alias, int location)
{
	const Relationship *relationship = name->relationship;
	const char *key = alias != NULL ? alias->name : name->spelling;
	LoadLevel  *level = relgraph_find_child(parent, key);

	if (level != NULL)
	{
		if (level->relationship == relationship && !level->has_alias &&
			alias == NULL && level->aggregate == NULL)
			return level;
		level->location = location;
		relgraph_report_same_key(plan, parent, level,
						psprintf("relationship \"%s\"", relationship->name));
	}

	if (OidIsValid(relationship->through))
		LockRelationOid(relationship->through, AccessShareLock);
	level = relgraph_add_level(plan, parent, relationship->target, location);
	level->relationship = relationship;
	level->key = key;
	level->has_alias = alias != NULL;
	level->sibling = list_length(parent->child_list);
	find_payload(level);
	parent->child_list = lappend(parent->child_list, level);
	return level;
}

/*
 * Return the child of a level with the given key, or NULL.
 */
LoadLevel *
relgraph_find_child(const LoadLevel *parent, const char *key)
{
	ListCell   *lc;

	foreach(lc, parent->child_list)
	{
		LoadLevel  *child = lfirst(lc);

		if (strcmp(child->key, key) == 0)
			return child;
	}
	return NULL;
}

/*
 * Note the association's own columns.  Where a pair of rows can be associated
 * more than once there is no telling which association's they would be.
 */
static void
find_payload(LoadLevel *level)
{
	const Relationship *relationship = level->relationship;

	if (OidIsValid(relationship->through) && relationship->is_unique_pair)
		level->npayload = relgraph_payload_columns(relgraph_get_catalog(),
												   relationship->edge,
												   relationship->through_edge,
												   &level->payload);
}

/*
 * Return true if a name means the association's own columns.
 */
static bool
is_through_name(const LoadLevel *level, const IncludeName *name)
{
	return level->npayload > 0 && strcmp(name->name, LOAD_THROUGH_KEY) == 0;
}

/*
 * Find out what a name stands for in a relation; it is an error if that is
 * nothing.
 */
void
relgraph_resolve_item_name(LoadPlan *plan, Oid relid, const IncludeName *name,
			 ResolvedName *result)
{
	IncludePlace place = {plan->include, name->location};
	ErrorContextCallback callback;

	callback.callback = show_place;
	callback.arg = &place;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	if (!try_spelling(relid, name->name, result) &&
		(name->was_quoted ||
		 !try_spelling(relid, lower_case(name->name), result)))
		relgraph_report_unresolved_name(relid, name->name, true);

	error_context_stack = callback.previous;
}

/*
 * Look for a column or a relationship of exactly the given name.
 */
static bool
try_spelling(Oid relid, const char *spelling, ResolvedName *result)
{
	memset(result, 0, sizeof(ResolvedName));
	result->spelling = spelling;
	result->attnum = relgraph_resolve_column(relid, spelling, true);
	if (result->attnum == InvalidAttrNumber)
		result->relationship = relgraph_resolve_name(relid, spelling,
													 true, true);
	return result->attnum != InvalidAttrNumber ||
		result->relationship != NULL;
}

/*
 * Return a copy of a name with its ASCII letters in lower case.
 */
static char *
lower_case(const char *name)
{
	char	   *result = pstrdup(name);

	for (char *c = result; *c != '\0'; c++)
	{
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	}
	return result;
}

/*
 * Error context: the place in the include.
 */
static void
show_place(void *arg)
{
	IncludePlace *place = arg;

	relgraph_errinclude(place->text, place->location);
}

/*
 * Complain about a column that is written like a relationship.
 */
static void
check_is_plain_column(LoadPlan *plan, const LoadLevel *level,
					  const IncludeItem *item, const ResolvedName *name)
{
	IncludeName *last = llast(item->steps);

	if (list_length(item->steps) > 1 || item->has_braces ||
		item->is_recursive || item->args != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is a column of table \"%s\", not a relationship",
						name->spelling, relgraph_relation_name(level->relid)),
				 errhint("To load a column of related rows, write relationship { column }."),
				 relgraph_errinclude(plan->include, last->location)));
	if (item->alias != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("column \"%s\" of table \"%s\" cannot have an alias",
						name->spelling, relgraph_relation_name(level->relid)),
				 errhint("Only relationships can."),
				 relgraph_errinclude(plan->include, item->alias->location)));
}

/*
 * Complain if a document of the level would have a key twice.  Of two
 * relationships with the same key, the second was not let in.
 */
static void
check_keys(LoadPlan *plan, const LoadLevel *level)
{
	ListCell   *lc;
	AttrNumber	attnum;

	foreach(lc, level->child_list)
	{
		LoadLevel  *child = lfirst(lc);

		attnum = relgraph_resolve_column(level->relid, child->key, true);
		if (attnum != InvalidAttrNumber &&
			bms_is_member(attnum, level->printed))
			relgraph_report_same_key(plan, level, child, "a column");
		if (level->prints_through && strcmp(child->key, LOAD_THROUGH_KEY) == 0)
			relgraph_report_same_key(plan, level, child,
							"the columns of an association table");
		if (level->is_recursive && strcmp(child->key, level->key) == 0)
			relgraph_report_same_key(plan, level, child,
							psprintf("\"%s*\"", level->relationship->name));
	}
	if (level->is_recursive)
		check_own_key(plan, level);
	attnum = relgraph_resolve_column(level->relid, LOAD_THROUGH_KEY, true);
	if (level->prints_through && bms_is_member(attnum, level->printed))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_ALIAS),
				 errmsg("key \"%s\" occurs twice in documents of table \"%s\"",
						LOAD_THROUGH_KEY, relgraph_relation_name(level->relid)),
				 errdetail("It stands for a column and for the columns of association table \"%s\".",
						   relgraph_relation_name(level->relationship->through)),
				 errhint("Name the columns that are wanted."),
				 relgraph_errinclude(plan->include, level->location)));
}

/*
 * Complain if the key of a recursive level, under which its documents have
 * more of them, is that of something else there.
 */
static void
check_own_key(LoadPlan *plan, const LoadLevel *level)
{
	AttrNumber	attnum = relgraph_resolve_column(level->relid, level->key,
												 true);

	if (attnum != InvalidAttrNumber && bms_is_member(attnum, level->printed))
		relgraph_report_same_key(plan, level, level, "a column");
	if (level->prints_through && strcmp(level->key, LOAD_THROUGH_KEY) == 0)
		relgraph_report_same_key(plan, level, level,
						"the columns of an association table");
}

/*
 * Return what a level is, for messages.
 */
static const char *
describe_level(const LoadLevel *level)
{
	if (level->aggregate != NULL)
		return psprintf("aggregate \"%s\"", level->aggregate->text);
	return psprintf("relationship \"%s%s\"", level->relationship->name,
					level->is_recursive ? "*" : "");
}

/*
 * Complain about a relationship whose key something else has already.
 */
void
relgraph_report_same_key(LoadPlan *plan, const LoadLevel *level, const LoadLevel *child,
				const char *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_ALIAS),
			 errmsg("key \"%s\" occurs twice in documents of table \"%s\"",
					child->key, relgraph_relation_name(level->relid)),
			 errdetail("It stands for %s and for %s.",
					   describe_level(child), other),
			 errhint("Give one of them another name by an alias, as in \"%s_2: %s\".",
					 child->key,
					 child->aggregate != NULL ? child->aggregate->text :
					 child->relationship->name),
			 relgraph_errinclude(plan->include, child->location)));
}
