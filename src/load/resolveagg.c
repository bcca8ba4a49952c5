/*-------------------------------------------------------------------------
 *
 * resolveagg.c
 *	  Aggregates of an include find their relationships and columns.
 *
 * The key of an aggregate in its parent's document is the alias, or else made
 * of what it consists of: posts_count, posts_comments_exists, posts_price_sum.
 *
 * Everything is allocated in the plan's memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "storage/lmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "load/aggregate.h"
#include "load/levelargs.h"
#include "load/resolve.h"
#include "relpath.h"
#include "sqltext.h"

static LoadAggregate *resolve_value(LoadPlan *plan, Oid relid,
									const IncludeItem *item);
static void resolve_step(LoadPlan *plan, LoadAggregate *aggregate,
						 const IncludeName *step);
static void resolve_column(LoadPlan *plan, LoadAggregate *aggregate,
						   const IncludeName *name);
static void resolve_repetition(LoadPlan *plan, LoadAggregate *aggregate,
							   const IncludeName *name);
static void resolve_args(LoadPlan *plan, LoadAggregate *aggregate,
					   const IncludeItem *item);
static bool is_of_column(const char *function);

/*
 * Resolve an aggregate: a level with a value in place of rows.
 */
void
relgraph_resolve_aggregate(LoadPlan *plan, LoadLevel *parent,
						   const IncludeItem *item)
{
	LoadAggregate *aggregate = resolve_value(plan, parent->relid, item);
	bool		has_alias = item->alias != NULL;
	const char *key = has_alias ? item->alias->name : aggregate->name;
	LoadLevel  *level = relgraph_find_child(parent, key);

	if (level != NULL)
	{
		if (!has_alias && !level->has_alias && item->args == NIL &&
			level->aggregate != NULL && !level->aggregate->has_args &&
			strcmp(level->aggregate->text, aggregate->text) == 0)
			return;
		level->location = item->location;
		relgraph_report_same_key(plan, parent, level,
								 psprintf("aggregate \"%s\"",
										  aggregate->text));
	}

	level = relgraph_add_level(plan, parent, aggregate->path->target,
							   item->location);
	relgraph_note_depth(plan, parent->depth + aggregate->path->nsteps,
						item->location);
	level->aggregate = aggregate;
	level->args = aggregate->args;
	level->relationship = aggregate->path->steps[0].relationship;
	level->key = key;
	level->has_alias = has_alias;
	level->sibling = list_length(parent->child_list);
	parent->child_list = lappend(parent->child_list, level);
}

/*
 * Return what an aggregate is of.
 */
static LoadAggregate *
resolve_value(LoadPlan *plan, Oid relid, const IncludeItem *item)
{
	LoadAggregate *aggregate = palloc0(sizeof(LoadAggregate));
	RelPath    *path = palloc0(sizeof(RelPath));
	int			nsteps = list_length(item->steps) -
		(is_of_column(item->aggregate) ? 1 : 0);

	path->source = relid;
	path->target = relid;
	path->steps = palloc0(nsteps * sizeof(RelStep));
	aggregate->function = item->aggregate;
	aggregate->path = path;
	aggregate->name = "";
	aggregate->text = "";
	for (int i = 0; i < nsteps; i++)
		resolve_step(plan, aggregate, list_nth(item->steps, i));
	if (item->is_recursive)
		resolve_repetition(plan, aggregate, list_nth(item->steps, nsteps - 1));
	if (is_of_column(item->aggregate))
		resolve_column(plan, aggregate, llast(item->steps));
	else
		aggregate->result_type = relgraph_aggregate_type(item->aggregate,
														 InvalidOid);
	resolve_args(plan, aggregate, item);

	aggregate->name = psprintf("%s%s", aggregate->name, item->aggregate);
	aggregate->text = psprintf("%s(%s)", item->aggregate, aggregate->text);
	return aggregate;
}

/*
 * Go one step further along the path, to a relation that is locked.
 */
static void
resolve_step(LoadPlan *plan, LoadAggregate *aggregate, const IncludeName *step)
{
	RelPath    *path = aggregate->path;
	ResolvedName name;

	relgraph_resolve_item_name(plan, path->target, step, &name);
	if (name.relationship == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is a column of table \"%s\", not a relationship",
						name.spelling, relgraph_relation_name(path->target)),
				 is_of_column(aggregate->function) ? 0 :
				 errhint("\"%s\" takes a relationship, as in \"%s(posts)\".",
						 aggregate->function, aggregate->function),
				 relgraph_errinclude(plan->include, step->location)));

	if (OidIsValid(name.relationship->through))
		LockRelationOid(name.relationship->through, AccessShareLock);
	LockRelationOid(name.relationship->target, AccessShareLock);
	path->steps[path->nsteps++].relationship = name.relationship;
	path->target = name.relationship->target;
	aggregate->name = psprintf("%s%s_", aggregate->name, name.spelling);
	aggregate->text = psprintf("%s%s%s", aggregate->text,
							   path->nsteps > 1 ? "." : "", name.spelling);
}

/*
 * Resolve the column at the end of a path.
 */
static void
resolve_column(LoadPlan *plan, LoadAggregate *aggregate,
			   const IncludeName *name)
{
	Oid			target = aggregate->path->target;
	ResolvedName resolved;
	Oid			type;

	relgraph_resolve_item_name(plan, target, name, &resolved);
	if (resolved.attnum == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a column of table \"%s\"",
						resolved.spelling, relgraph_relation_name(target)),
				 errdetail("It is a relationship."),
				 errhint("\"%s\" takes a column at the end of a path, as in \"%s(posts.price)\".",
						 aggregate->function, aggregate->function),
				 relgraph_errinclude(plan->include, name->location)));

	type = relgraph_column_type(target, resolved.attnum, NULL);
	aggregate->attnum = resolved.attnum;
	aggregate->result_type = relgraph_aggregate_type(aggregate->function,
													 type);
	if (!OidIsValid(aggregate->result_type))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("aggregate \"%s\" does not exist for type %s of column \"%s\"",
						aggregate->function, format_type_be(type),
						resolved.spelling),
				 relgraph_errinclude(plan->include, name->location)));
	aggregate->name = psprintf("%s%s_", aggregate->name, resolved.spelling);
	aggregate->text = psprintf("%s.%s", aggregate->text, resolved.spelling);
}

/*
 * Let the last step be repeated.
 */
static void
resolve_repetition(LoadPlan *plan, LoadAggregate *aggregate,
				   const IncludeName *name)
{
	RelStep    *step = &aggregate->path->steps[aggregate->path->nsteps - 1];

	relgraph_check_item_repetition(plan, step->relationship, name);
	step->is_repeated = true;
	aggregate->text = psprintf("%s*", aggregate->text);
}

/*
 * Take the arguments that mean something to an aggregate: which rows, but not
 * how many of them, nor in which order.
 */
static void
resolve_args(LoadPlan *plan, LoadAggregate *aggregate, const IncludeItem *item)
{
	const RelPath *path = aggregate->path;
	ListCell   *lc;

	foreach(lc, item->args)
	{
		const IncludeArg *arg = lfirst(lc);

		if (arg->kind == INCLUDE_ARG_DEPTH)
		{
			relgraph_check_item_depth(plan,
									  path->steps[path->nsteps - 1].relationship,
									  item->is_recursive, arg);
			aggregate->max_levels = arg->number;
		}
		else if (arg->kind != INCLUDE_ARG_FILTER)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("aggregate \"%s\" takes all rows in any order",
							aggregate->function),
					 errhint("Order, limit and offset are for lists of rows."),
					 relgraph_errinclude(plan->include, arg->location)));
	}
	aggregate->has_args = item->args != NIL;
	aggregate->args = relgraph_resolve_args(plan, path->target, item->args);
}

/*
 * Is the function one of a column's values, or of rows?
 */
static bool
is_of_column(const char *function)
{
	return strcmp(function, "count") != 0 && strcmp(function, "exists") != 0;
}
