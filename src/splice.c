/*-------------------------------------------------------------------------
 *
 * splice.c
 *	  Puts the query of a path into a query, in place of a function.
 *
 * Wherever rows are not made null around it, the path becomes part of the
 * query itself: its relations are listed in FROM, its conditions stand in
 * WHERE or ON.  That is what a person would write, and the only form of which
 * the server makes a semi-join in EXISTS: there, a subquery in FROM that
 * looks at the query outside prevents it (convert_EXISTS_sublink_to_join in
 * subselect.c), which is also why the server's own way of inlining, from 19
 * on, comes too late for us.  Elsewhere the path becomes a lateral subquery,
 * and the server decides whether to flatten it.
 *
 * The target takes the function's place in the range table.  Its columns have
 * the numbers that those of its row type have, so whatever refers to the
 * function's columns, or its whole row, stays right as it is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "splice.h"

/* Where the conditions of a path may stand. */
typedef struct Place
{
	int			rti;
	Bitmapset  *source_rels;	/* that the source refers to at this level */
	Node	   *home;			/* FromExpr, JoinExpr, or NULL */
	bool		is_under_outer; /* home is that of an outer join */
	bool		is_closed;		/* above, rows may have become null */
} Place;

/* The conditions of a path, in two heaps. */
typedef struct PathQuals
{
	Node	   *key_quals;		/* refer to the source */
	Node	   *hop_quals;		/* do not */
} PathQuals;

typedef struct ReplaceKeysContext
{
	List	   *keys;
	int			depth;			/* of the query, below the keys' own */
} ReplaceKeysContext;

static List *make_keys(const SplicePlace *splice, const Expansion *expansion,
					   Node *source);
static Node *make_key(const SplicePlace *splice, const Expansion *expansion,
					  const ExpansionKey *key, Node *source);
static bool has_column(const SplicePlace *splice, const Var *row, Oid relid,
					   AttrNumber attnum);
static Node *replace_keys(Node *node, List *keys, int depth);
static Node *replace_keys_mutator(Node *node, ReplaceKeysContext *context);
static bool contains_key(Node *node, void *context);
static bool is_plain_join(const Query *query);
static bool find_home(Node *jtnode, Place *place);
static void consider_home(Node *jtnode, Place *place);
static Bitmapset *relations_below(Node *jtnode);
static void merge(Query *parent, const Place *place, Query *query, List *keys);
static void merge_range_table(Query *parent, int rti, Query *query);
static void sort_quals(Node *quals, List *keys, PathQuals *result);
static bool merge_join_tree(Node **jtnode, const Place *place, List *others,
							PathQuals *quals);
static void nest(Query *parent, int rti, Query *query,
				 const Expansion *expansion, List *keys);
static List *fill_dropped_columns(List *targetlist, Oid relid);

void
relgraph_splice(const SplicePlace *splice, Query *query,
				const Expansion *expansion, Node *source)
{
	Query	   *parent = splice->query;
	List	   *keys = make_keys(splice, expansion, source);
	Place		place = {.rti = splice->rti};

	place.source_rels = pull_varnos(NULL, (Node *) keys);
	if (!find_home((Node *) parent->jointree, &place))
		return;					/* it is not used */
	parent->hasRowSecurity |= query->hasRowSecurity;

	/* MERGE makes its join of FROM itself, and of WHERE what matches. */
	if (place.home == NULL || parent->commandType == CMD_MERGE ||
		!is_plain_join(query) ||
		(place.is_under_outer &&
		 checkExprHasSubLink(query->jointree->quals)))
		nest(parent, splice->rti, query, expansion, keys);
	else
		merge(parent, &place, query, keys);
}

/* ----------------------------------------------------------------
 *		Keys
 * ----------------------------------------------------------------
 */

/*
 * Return the columns of the source from which the path starts.
 */
static List *
make_keys(const SplicePlace *splice, const Expansion *expansion,
		  Node *source)
{
	List	   *keys = NIL;

	for (int i = 0; i < expansion->nkeys; i++)
		keys = lappend(keys, make_key(splice, expansion, &expansion->keys[i],
									  source));
	return keys;
}

/*
 * A column of a whole row is that relation's column.  A field selected from
 * the row would mean the same, but one that belongs to a query outside keeps
 * EXISTS from becoming a semi-join, and a row that is built is de-toasted.
 */
static Node *
make_key(const SplicePlace *splice, const Expansion *expansion,
		 const ExpansionKey *key, Node *source)
{
	AttrNumber	attnum = key->attnum;
	Oid			relid = expansion->source;
	FieldSelect *field;

	/* A child's row as one of its parent's: the column of the same name. */
	while (IsA(source, ConvertRowtypeExpr))
	{
		Node	   *arg = (Node *) ((ConvertRowtypeExpr *) source)->arg;
		Oid			child = get_typ_typrelid(exprType(arg));
		char	   *name = get_attname(relid, attnum, false);

		if (!OidIsValid(child) ||
			get_attnum(child, name) == InvalidAttrNumber)
			break;
		attnum = get_attnum(child, name);
		relid = child;
		source = arg;
	}

	if (IsA(source, Var) && has_column(splice, (Var *) source, relid, attnum))
	{
		Var		   *var = copyObject((Var *) source);

		var->varattno = attnum;
		var->vartype = key->typid;
		var->vartypmod = key->typmod;
		var->varcollid = key->collation;
		if (var->varnosyn > 0)
			var->varattnosyn = attnum;
		return (Node *) var;
	}

	field = makeNode(FieldSelect);
	field->arg = copyObject((Expr *) source);
	field->fieldnum = attnum;
	field->resulttype = key->typid;
	field->resulttypmod = key->typmod;
	field->resultcollid = key->collation;
	return (Node *) field;
}

/*
 * Is a variable the whole row of something that has the column, under the same
 * number?  A row that grouping sets make null is null as a whole: its columns
 * are not what is grouped by, and stay.
 */
static bool
has_column(const SplicePlace *splice, const Var *row, Oid relid,
		   AttrNumber attnum)
{
	int			level = row->varlevelsup;
	Query	   *query = splice->query;
	RangeTblEntry *rte;

	if (row->varattno != InvalidAttrNumber ||
		get_typ_typrelid(row->vartype) != relid ||
		level > list_length(splice->outer))
		return false;
	if (level > 0)
	{
		if (list_nth_int(splice->grouped, level - 1))
			return false;
		query = list_nth(splice->outer, level - 1);
	}

	if (row->varno > list_length(query->rtable))
		return false;
	rte = rt_fetch(row->varno, query->rtable);
	switch (rte->rtekind)
	{
		case RTE_RELATION:
			return rte->relid == relid;
		case RTE_SUBQUERY:
			return attnum <= list_length(rte->subquery->targetList);
		case RTE_FUNCTION:
			/* A view can be older than the last columns. */
			return !rte->funcordinality && list_length(rte->functions) == 1 &&
				attnum <= linitial_node(RangeTblFunction,
										rte->functions)->funccolcount;
		default:
			return false;
	}
}

/*
 * Put the keys in place of the parameters, depth levels below their own.
 */
static Node *
replace_keys(Node *node, List *keys, int depth)
{
	ReplaceKeysContext context = {keys, depth};

	return replace_keys_mutator(node, &context);
}

static Node *
replace_keys_mutator(Node *node, ReplaceKeysContext *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXTERN)
	{
		int			paramid = ((Param *) node)->paramid;
		Node	   *key = copyObject(list_nth(context->keys, paramid - 1));

		IncrementVarSublevelsUp(key, context->depth, 0);
		return key;
	}
	if (IsA(node, RelabelType))
	{
		RelabelType *relabel = (RelabelType *)
			expression_tree_mutator(node, replace_keys_mutator, context);
		Oid			collation = exprCollation((Node *) relabel->arg);

		/* A column has a collation of its own, a parameter its type's. */
		if (IsA(((RelabelType *) node)->arg, Param) &&
			OidIsValid(relabel->resultcollid) && OidIsValid(collation))
			relabel->resultcollid = collation;
		return (Node *) relabel;
	}
	if (IsA(node, Query))
	{
		Query	   *query;

		context->depth++;
		query = query_tree_mutator((Query *) node, replace_keys_mutator,
								   context, 0);
		context->depth--;
		return (Node *) query;
	}
	return expression_tree_mutator(node, replace_keys_mutator, context);
}

static bool
contains_key(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param))
		return ((Param *) node)->paramkind == PARAM_EXTERN;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, contains_key, context, 0);
	return expression_tree_walker(node, contains_key, context);
}

/* ----------------------------------------------------------------
 *		As part of the query
 * ----------------------------------------------------------------
 */

/*
 * Does the query of a path consist of FROM and WHERE, and is its target the
 * last of its relations?  A repeated step makes it more than that.
 */
static bool
is_plain_join(const Query *query)
{
	RangeTblRef *last = llast(query->jointree->fromlist);

	return query->cteList == NIL && query->setOperations == NULL &&
		list_length(query->jointree->fromlist) ==
		list_length(query->rtable) &&
		IsA(last, RangeTblRef) &&
		last->rtindex == list_length(query->rtable);
}

/*
 * Find the outermost place where a condition on the function's rows removes
 * rows and does nothing else.  Return true if the function is below jtnode.
 */
static bool
find_home(Node *jtnode, Place *place)
{
	if (IsA(jtnode, RangeTblRef))
		return ((RangeTblRef *) jtnode)->rtindex == place->rti;
	if (IsA(jtnode, FromExpr))
	{
		ListCell   *cell;

		foreach(cell, ((FromExpr *) jtnode)->fromlist)
		{
			if (find_home(lfirst(cell), place))
			{
				consider_home(jtnode, place);
				return true;
			}
		}
		return false;
	}
	else
	{
		JoinExpr   *join = castNode(JoinExpr, jtnode);
		bool		is_left = find_home(join->larg, place);

		if (!is_left && !find_home(join->rarg, place))
			return false;
		if (join->jointype == JOIN_INNER)
			consider_home(jtnode, place);
		else if (join->jointype == (is_left ? JOIN_RIGHT : JOIN_LEFT))
		{
			/* What ON says decides which rows match. */
			consider_home(jtnode, place);
			place->is_closed = true;
		}
		else if (join->jointype != JOIN_LEFT && join->jointype != JOIN_RIGHT)
			place->is_closed = true;
		return true;
	}
}

/*
 * A condition can only look at what is joined below it.  Only WHERE sees all
 * that the source may refer to.
 */
static void
consider_home(Node *jtnode, Place *place)
{
	if (place->is_closed ||
		!bms_is_subset(place->source_rels, relations_below(jtnode)))
		return;
	place->home = jtnode;
	place->is_under_outer = IsA(jtnode, JoinExpr) &&
		((JoinExpr *) jtnode)->jointype != JOIN_INNER;
}

/*
 * The numbers of all range table entries of a join tree, joins included.
 */
static Bitmapset *
relations_below(Node *jtnode)
{
	Bitmapset  *result;

	if (IsA(jtnode, RangeTblRef))
		return bms_make_singleton(((RangeTblRef *) jtnode)->rtindex);
	if (IsA(jtnode, FromExpr))
	{
		ListCell   *cell;

		result = NULL;
		foreach(cell, ((FromExpr *) jtnode)->fromlist)
			result = bms_join(result, relations_below(lfirst(cell)));
		return result;
	}
	result = bms_join(relations_below(((JoinExpr *) jtnode)->larg),
					  relations_below(((JoinExpr *) jtnode)->rarg));
	if (((JoinExpr *) jtnode)->rtindex > 0)
		result = bms_add_member(result, ((JoinExpr *) jtnode)->rtindex);
	return result;
}

/*
 * Make the relations and conditions of a path those of the parent.
 */
static void
merge(Query *parent, const Place *place, Query *query, List *keys)
{
	PathQuals	quals;
	List	   *others;
	Node	   *home = place->home;
	Node	   *jointree = (Node *) parent->jointree;
	Node	  **home_quals = IsA(home, FromExpr) ?
		&((FromExpr *) home)->quals : &((JoinExpr *) home)->quals;

	merge_range_table(parent, place->rti, query);
	sort_quals(query->jointree->quals, keys, &quals);
	others = list_truncate(list_copy(query->jointree->fromlist),
						   list_length(query->jointree->fromlist) - 1);
	if (others != NIL)
		(void) merge_join_tree(&jointree, place, others, &quals);
	*home_quals = make_and_qual(make_and_qual(quals.key_quals,
											  quals.hop_quals), *home_quals);
	parent->hasSubLinks |= query->hasSubLinks;
}

/*
 * Move the range table; the query's variables follow.  The target keeps the
 * name and the column names that the function was given.
 */
static void
merge_range_table(Query *parent, int rti, Query *query)
{
	int			offset = list_length(parent->rtable);
	int			last = list_length(query->rtable);
	RangeTblEntry *function = rt_fetch(rti, parent->rtable);
	ListCell   *cell;

	OffsetVarNodes((Node *) query, offset, 0);
	ChangeVarNodes((Node *) query, offset + last, rti, 0);
	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		relgraph_move_permissions(parent, query, rte);
		if (foreach_current_index(cell) < last - 1)
		{
			parent->rtable = lappend(parent->rtable, rte);
			continue;
		}
		rte->alias = function->alias;
		rte->eref = function->eref;
		lfirst(list_nth_cell(parent->rtable, rti - 1)) = rte;
	}
}

/*
 * Tell the conditions that refer to the source from those that do not.
 */
static void
sort_quals(Node *quals, List *keys, PathQuals *result)
{
	List	   *list = NIL;
	ListCell   *cell;

	if (quals != NULL && is_andclause(quals))
		list = ((BoolExpr *) quals)->args;
	else if (quals != NULL)
		list = list_make1(quals);
	result->key_quals = NULL;
	result->hop_quals = NULL;
	foreach(cell, list)
	{
		Node	   *qual = lfirst(cell);

		if (contains_key(qual, NULL))
			result->key_quals = make_and_qual(result->key_quals,
											  replace_keys(qual, keys, 0));
		else
			result->hop_quals = make_and_qual(result->hop_quals, qual);
	}
}

/*
 * List the other relations of a path beside its target, and leave the
 * conditions among them there unless that is their home.  Return true if the
 * target is below *jtnode.
 */
static bool
merge_join_tree(Node **jtnode, const Place *place, List *others,
				PathQuals *quals)
{
	if (IsA(*jtnode, RangeTblRef))
	{
		if (((RangeTblRef *) *jtnode)->rtindex != place->rti)
			return false;
		*jtnode = (Node *) makeFromExpr(lappend(others, *jtnode),
										quals->hop_quals);
		quals->hop_quals = NULL;
		return true;
	}
	if (IsA(*jtnode, FromExpr))
	{
		FromExpr   *from = (FromExpr *) *jtnode;
		ListCell   *cell;

		foreach(cell, from->fromlist)
		{
			Node	   *item = lfirst(cell);
			int			position = foreach_current_index(cell);

			if (!IsA(item, RangeTblRef))
			{
				if (merge_join_tree((Node **) &lfirst(cell), place, others,
									quals))
					return true;
				continue;
			}
			if (((RangeTblRef *) item)->rtindex != place->rti)
				continue;
			from->fromlist = list_concat(list_concat(list_copy_head(from->fromlist, position),
													 others),
										 list_copy_tail(from->fromlist, position));
			if (*jtnode != place->home)
			{
				from->quals = make_and_qual(quals->hop_quals, from->quals);
				quals->hop_quals = NULL;
			}
			return true;
		}
		return false;
	}
	return merge_join_tree(&((JoinExpr *) *jtnode)->larg, place, others,
						   quals) ||
		merge_join_tree(&((JoinExpr *) *jtnode)->rarg, place, others, quals);
}

/* ----------------------------------------------------------------
 *		As a subquery
 * ----------------------------------------------------------------
 */

/*
 * Make the function a subquery.  The function itself stays noted there, as
 * with those that the server inlines: it knows the type of a whole row.
 */
static void
nest(Query *parent, int rti, Query *query, const Expansion *expansion,
	 List *keys)
{
	RangeTblEntry *rte = rt_fetch(rti, parent->rtable);

	query = (Query *) query_tree_mutator(query, replace_keys_mutator,
										 (&(ReplaceKeysContext) {keys, 1}),
										 0);
	query->targetList = fill_dropped_columns(query->targetList,
											 expansion->target);
	if (rte->alias != NULL)
		llast_node(RangeTblEntry, query->rtable)->alias =
			makeAlias(rte->alias->aliasname, NIL);
	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = query;
	rte->security_barrier = false;
	rte->funcordinality = false;
	rte->lateral = contain_vars_of_level((Node *) query, 1);
}

/*
 * Give the columns of a relation the places that they have in its row type,
 * where dropped ones still count.
 */
static List *
fill_dropped_columns(List *targetlist, Oid relid)
{
	List	   *result = NIL;
	ListCell   *cell;
	TupleDesc	tupdesc = lookup_rowtype_tupdesc(get_rel_type_id(relid), -1);
	int			natts = tupdesc->natts;
	ListCell   *next = list_head(targetlist);

	ReleaseTupleDesc(tupdesc);
	for (int attnum = 1; attnum <= natts; attnum++)
	{
		if (next != NULL &&
			((Var *) ((TargetEntry *) lfirst(next))->expr)->varattno == attnum)
		{
			result = lappend(result, lfirst(next));
			next = lnext(targetlist, next);
			continue;
		}
		result = lappend(result,
						 makeTargetEntry((Expr *) makeConst(INT4OID, -1,
															InvalidOid,
															sizeof(int32),
															(Datum) 0, true,
															true),
										 attnum, NULL, false));
	}
	foreach(cell, result)
		((TargetEntry *) lfirst(cell))->resno = foreach_current_index(cell) + 1;
	return result;
}
