/*-------------------------------------------------------------------------
 *
 * inline.c
 *	  Replaces calls of related() by joins when a statement is planned.
 *
 * A hook sees each statement before the server plans it, and goes through its
 * queries from the inside out.  A function in FROM that is related() with a
 * constant path is replaced by the query of the path (expansion.c), at the
 * place where it stands (splice.c); everything else is left to the executor.
 * What a plan depends on beyond its own tables is added to it afterwards.
 *
 * A statement without user-defined functions in FROM costs a look at its
 * range tables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "parser/parsetree.h"
#include "utils/acl.h"
#include "utils/plancache.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "compat.h"
#include "expansion.h"
#include "inline.h"
#include "relatedcall.h"
#include "settings.h"
#include "splice.h"

/* The replacing of calls in one statement. */
typedef struct Inliner
{
	ParamListInfo bound_params;
	PlannerInfo *root;			/* a stand-in, or NULL as long as no function
								 * was met; collects what functions depend on */
	Query	   *query;			/* that is being walked */
	List	   *outer;			/* of SplicePlace */
	List	   *grouped;
	List	   *under_way;		/* const Expansion *: being replaced */
	List	   *relations;		/* on which the plan depends */
	List	   *functions;
	int			ncalls;			/* of related() that were met */
} Inliner;

static planner_hook_type previous_planner_hook = NULL;
static ExecutorStart_hook_type previous_executor_start_hook = NULL;

static PlannedStmt *plan_statement(RELGRAPH_PLANNER_PARAMETERS);
static void add_dependencies(PlannedStmt *statement, const Inliner *inliner);
static void start_executor(QueryDesc *query_desc, int eflags);
static void inline_in_query(Query *query, bool repeats_ok, Inliner *inliner);
static void inline_below(Query *query, bool is_in_expression, bool repeats_ok,
						 Inliner *inliner);
static bool inline_in_sublinks(Node *node, Inliner *inliner);
static void inline_function(Query *query, int rti, bool repeats_ok,
							Inliner *inliner);
static FuncExpr *fold_call(RangeTblEntry *rte, Inliner *inliner);
static void inline_sql_function(RangeTblEntry *rte, Oid funcid,
								Inliner *inliner);
static void inline_related(Query *query, int rti, const FuncExpr *func,
						   bool repeats_ok, Inliner *inliner);
static bool may_execute(Oid funcid, Inliner *inliner);
static bool is_under_way(const Expansion *expansion, const Inliner *inliner);
static bool ignores_repeats(Query *query);

/*
 * Come before the planner.  Plans that the session made before know nothing
 * of us, the one among them that has the library loaded now: they are made
 * again.
 */
void
relgraph_install_planner_hook(void)
{
	ResetPlanCache();
	previous_planner_hook = planner_hook;
	planner_hook = plan_statement;
	previous_executor_start_hook = ExecutorStart_hook;
	ExecutorStart_hook = start_executor;
}

/* ----------------------------------------------------------------
 *		Hooks
 * ----------------------------------------------------------------
 */

static PlannedStmt *
plan_statement(RELGRAPH_PLANNER_PARAMETERS)
{
	Inliner		inliner = {.bound_params = bound_params};
	PlannedStmt *result;

	if (relgraph_inline)
		inline_in_query(parse, false, &inliner);
	if (previous_planner_hook != NULL)
		result = previous_planner_hook(RELGRAPH_PLANNER_ARGUMENTS);
	else
		result = standard_planner(RELGRAPH_PLANNER_ARGUMENTS);
	if (inliner.root != NULL)
		add_dependencies(result, &inliner);

	return result;
}

/*
 * Let a plan that is kept be made again after a change to anything that it
 * was made from.
 */
static void
add_dependencies(PlannedStmt *statement, const Inliner *inliner)
{
	const PlannerGlobal *glob = inliner->root->glob;
	ListCell   *cell;

	statement->relationOids = list_concat(statement->relationOids,
										  inliner->relations);
	statement->invalItems = list_concat(statement->invalItems,
										glob->invalItems);
	foreach(cell, inliner->functions)
	{
		PlanInvalItem *item = makeNode(PlanInvalItem);

		item->cacheId = PROCOID;
		item->hashValue =
			GetSysCacheHashValue1(PROCOID,
								  ObjectIdGetDatum(lfirst_oid(cell)));
		statement->invalItems = lappend(statement->invalItems, item);
	}
	statement->dependsOnRole |= glob->dependsOnRole;
}

/*
 * With row_security off, a query that a policy would filter is an error.  Kept
 * plans are made again when that setting changes, but the server looks for
 * policies only in the statement as it was written; so for a plan that may
 * contain more, we ask at each start.
 */
static void
start_executor(QueryDesc *query_desc, int eflags)
{
	if (!row_security && query_desc->plannedstmt->dependsOnRole)
	{
		const PlannedStmt *statement = query_desc->plannedstmt;
		ListCell   *cell;

		foreach(cell, statement->rtable)
		{
			RangeTblEntry *rte = lfirst(cell);
			Oid			roleid;

			if (rte->rtekind == RTE_RELATION &&
				relgraph_get_checked_role(statement, rte, &roleid))
				(void) check_enable_rls(rte->relid, roleid, false);
		}
	}
	if (previous_executor_start_hook != NULL)
		previous_executor_start_hook(query_desc, eflags);
	else
		standard_ExecutorStart(query_desc, eflags);
}

/* ----------------------------------------------------------------
 *		Walking
 * ----------------------------------------------------------------
 */

/*
 * Replace the calls in a query, from the inside out: what a call is replaced
 * by has been walked by itself and must not be walked again.  With repeats_ok,
 * nobody minds whether the query returns a row once or more often.
 */
static void
inline_in_query(Query *query, bool repeats_ok, Inliner *inliner)
{
	ListCell   *cell;
	int			nentries = list_length(query->rtable);
	Query	   *previous = inliner->query;

	check_stack_depth();
	inliner->query = query;

	foreach(cell, query->cteList)
		inline_below(castNode(Query,
							  ((CommonTableExpr *) lfirst(cell))->ctequery),
					 false, false, inliner);
	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind == RTE_SUBQUERY)
			inline_below(rte->subquery, false, false, inliner);
	}
	if (query->hasSubLinks)
		(void) query_tree_walker(query, inline_in_sublinks, inliner,
								 QTW_IGNORE_RC_SUBQUERIES);

	for (int rti = 1; rti <= nentries; rti++)
	{
		if (rt_fetch(rti, query->rtable)->rtekind == RTE_FUNCTION)
			inline_function(query, rti, repeats_ok, inliner);
	}
	inliner->query = previous;
}

/*
 * The same for a query inside the one that is being walked: in its FROM or
 * WITH clause, or in an expression.  Those may be evaluated after grouping.
 */
static void
inline_below(Query *query, bool is_in_expression, bool repeats_ok,
			 Inliner *inliner)
{
	bool		is_grouped = is_in_expression &&
		inliner->query->groupingSets != NIL;

	inliner->outer = lcons(inliner->query, inliner->outer);
	inliner->grouped = lcons_int(is_grouped, inliner->grouped);
	inline_in_query(query, repeats_ok, inliner);
	inliner->outer = list_delete_first(inliner->outer);
	inliner->grouped = list_delete_first(inliner->grouped);
}

static bool
inline_in_sublinks(Node *node, Inliner *inliner)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubLink))
	{
		SubLink    *sublink = (SubLink *) node;
		bool		repeats_ok = sublink->subLinkType == EXISTS_SUBLINK ||
			sublink->subLinkType == ANY_SUBLINK ||
			sublink->subLinkType == ALL_SUBLINK;

		inline_below(castNode(Query, sublink->subselect), true, repeats_ok,
					 inliner);
		return inline_in_sublinks(sublink->testexpr, inliner);
	}
	return expression_tree_walker(node, inline_in_sublinks, inliner);
}

/*
 * Replace a function in FROM if it is one of those that can be.
 */
static void
inline_function(Query *query, int rti, bool repeats_ok, Inliner *inliner)
{
	RangeTblEntry *rte = rt_fetch(rti, query->rtable);
	RangeTblFunction *function = linitial(rte->functions);
	FuncExpr   *func = (FuncExpr *) function->funcexpr;
	FunctionKind kind;

	if (list_length(rte->functions) != 1 || rte->funcordinality ||
		!IsA(func, FuncExpr))
		return;
	kind = relgraph_function_kind(func->funcid);
	if (kind == FUNCTION_OTHER)
		return;
	func = fold_call(rte, inliner);
	if (func == NULL)
		return;
	if (kind == FUNCTION_RELATED)
		inline_related(query, rti, func, repeats_ok, inliner);
	else
		inline_sql_function(rte, func->funcid, inliner);
}

/*
 * Fold the constants in a call, and put its arguments in order, as the server
 * does before it inlines a function.  Return the call, if it still is one.
 */
static FuncExpr *
fold_call(RangeTblEntry *rte, Inliner *inliner)
{
	RangeTblFunction *function = linitial(rte->functions);
	Oid			funcid = ((FuncExpr *) function->funcexpr)->funcid;
	FuncExpr   *func;

	if (inliner->root == NULL)
	{
		inliner->root = makeNode(PlannerInfo);
		inliner->root->glob = makeNode(PlannerGlobal);
		inliner->root->glob->boundParams = inliner->bound_params;
		inliner->root->parse = makeNode(Query);
		inliner->root->planner_cxt = CurrentMemoryContext;
		inliner->root->query_level = 1;
	}
	function->funcexpr = eval_const_expressions(inliner->root,
												function->funcexpr);
	func = (FuncExpr *) function->funcexpr;
	return IsA(func, FuncExpr) && func->funcid == funcid ? func : NULL;
}

/* ----------------------------------------------------------------
 *		Functions
 * ----------------------------------------------------------------
 */

/*
 * Inline a function as the server would do it a little later, if there are
 * calls of related() in it.
 */
static void
inline_sql_function(RangeTblEntry *rte, Oid funcid, Inliner *inliner)
{
	int			ncalls = inliner->ncalls;
	Query	   *query;

	query = relgraph_inline_function(inliner->root, rte);
	if (query == NULL)
		return;
	inline_below(query, false, false, inliner);
	if (inliner->ncalls == ncalls)
	{
		relgraph_forget_function(funcid);
		return;
	}

	/* The function stays noted there: it knows the type of a whole row. */
	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = query;
	rte->security_barrier = false;
	rte->funcordinality = false;
}

/*
 * Replace a call of related().
 */
static void
inline_related(Query *query, int rti, const FuncExpr *func, bool repeats_ok,
			   Inliner *inliner)
{
	RelatedCall call;
	SplicePlace place;
	const Expansion *expansion;
	Query	   *path_query;

	inliner->ncalls++;
	inliner->functions = list_append_unique_oid(inliner->functions,
												func->funcid);
	if (!relgraph_recognise_call(func, &call) ||
		!may_execute(func->funcid, inliner))
		return;
	expansion = relgraph_get_expansion(call.source_relid, call.path,
									   repeats_ok && ignores_repeats(query));
	inliner->relations = list_concat(inliner->relations,
									 expansion->dependencies);
	if (expansion->query == NULL ||
		expansion->target_type != call.target_type ||
		is_under_way(expansion, inliner))
		return;
	path_query = relgraph_expansion_query(expansion);
	if (path_query == NULL)
		return;
	if (path_query->hasRowSecurity)
		inliner->root->glob->dependsOnRole = true;

	/* Views and policies on the path may have calls of their own. */
	inliner->under_way = lappend(inliner->under_way,
								 unconstify(Expansion *, expansion));
	inline_below(path_query, false, false, inliner);
	inliner->under_way = list_delete_last(inliner->under_way);
	place.query = query;
	place.rti = rti;
	place.outer = inliner->outer;
	place.grouped = inliner->grouped;
	relgraph_splice(&place, path_query, expansion, call.source);
}

/*
 * May the current role execute the function, with nobody looking on?  If not,
 * that is for the executor.  A plan for those who were allowed to does not serve anyone else.
 */
static bool
may_execute(Oid funcid, Inliner *inliner)
{
	/* The hook of a security module wants to see each call. */
	if (FmgrHookIsNeeded(funcid))
		return false;
	if (FmgrHookIsNeeded(funcid) ||
		relgraph_proc_aclcheck(funcid, GetUserId(), ACL_EXECUTE) !=
		ACLCHECK_OK)
	{
		inliner->root->glob->dependsOnRole = true;
		return false;
	}
	if (relgraph_proc_aclcheck(funcid, ACL_ID_PUBLIC, ACL_EXECUTE) !=
		ACLCHECK_OK)
		inliner->root->glob->dependsOnRole = true;
	return true;
}

/*
 * A policy or a view can lead back to itself.  When executed, that ends with
 * the data; here it never would.
 */
static bool
is_under_way(const Expansion *expansion, const Inliner *inliner)
{
	ListCell   *cell;

	foreach(cell, inliner->under_way)
	{
		const Expansion *outer = lfirst(cell);

		if (outer->source == expansion->source &&
			strcmp(outer->path, expansion->path) == 0)
			return true;
	}
	return false;
}

/*
 * Does it make no difference to the set of rows that a query returns whether
 * a row of one of its relations is met once or more often?
 */
static bool
ignores_repeats(Query *query)
{
	return !query->hasAggs && !query->hasWindowFuncs &&
		!query->hasTargetSRFs && query->groupClause == NIL &&
		query->groupingSets == NIL && query->limitCount == NULL &&
		query->limitOffset == NULL && query->setOperations == NULL &&
		!contain_volatile_functions((Node *) query);
}
