/*-------------------------------------------------------------------------
 *
 * filtersql.c
 *	  Trees of conditions become SQL.
 *
 * The text names columns, relations and operators by what the catalogs call
 * them, with their schemas, and values by the numbers of parameters.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "load/filter.h"
#include "navquery.h"
#include "sqltext.h"

/*
 * Subqueries inside each other, none of which is a join, up to which the
 * planner may look for the better of two plans.
 */
#define MAX_PLANNED_TWICE 2

typedef struct FilterText
{
	StringInfo	buf;
	const Filter *filter;
	int			first_param;
} FilterText;

/* Where a condition stands. */
typedef struct FilterSpot
{
	const char *alias;			/* of the relation it is about */
	bool		is_conjunct;	/* nothing but AND up to its WHERE */
	int			nsubqueries;	/* around it, that are no conjuncts */
} FilterSpot;

static void append_node(const FilterText *text, const FilterNode *node,
						FilterSpot spot);
static void append_members(const FilterText *text, const FilterNode *node,
						   FilterSpot spot);
static void append_comparison(const FilterText *text, const FilterNode *node,
							  const char *column);
static void append_null_test(const FilterText *text, const FilterNode *node,
							 const char *column);
static void append_quantifier(const FilterText *text, const FilterNode *node,
							  FilterSpot spot);
static void append_quantified(const FilterText *text, const FilterNode *node,
							  FilterSpot spot);

/*
 * Append a filter's condition, ready to be combined with others by AND.
 */
bool
relgraph_append_filter(StringInfo buf, const Filter *filter,
					   const char *alias, int first_param)
{
	FilterText	text = {buf, filter, first_param};
	const FilterNode *root = filter->root;
	FilterSpot	spot = {alias, true, 0};

	if (root->kind == FILTER_AND && root->members == NIL)
		return false;
	if (root->kind == FILTER_AND)
		append_members(&text, root, spot);
	else
		append_node(&text, root, spot);
	return true;
}

/*
 * Append a condition in a form that stands next to AND, OR and NOT.
 */
static void
append_node(const FilterText *text, const FilterNode *node, FilterSpot spot)
{
	StringInfoData column;

	check_stack_depth();
	switch (node->kind)
	{
		case FILTER_AND:
		case FILTER_OR:
			if (node->members == NIL)
				appendStringInfoString(text->buf, node->kind == FILTER_AND ?
									   "true" : "false");
			else
			{
				appendStringInfoChar(text->buf, '(');
				append_members(text, node, spot);
				appendStringInfoChar(text->buf, ')');
			}
			return;
		case FILTER_NOT:
			spot.is_conjunct = false;
			appendStringInfoString(text->buf, "NOT (");
			append_node(text, linitial(node->members), spot);
			appendStringInfoChar(text->buf, ')');
			return;
		case FILTER_SOME:
		case FILTER_NONE:
		case FILTER_EVERY:
			append_quantifier(text, node, spot);
			return;
		case FILTER_COMPARE:
		case FILTER_ANY:
		case FILTER_IS_NULL:
		case FILTER_IS_NOT_NULL:
			break;
	}

	initStringInfo(&column);
	relgraph_append_column(&column, spot.alias, node->relid, node->attnum);
	if (node->kind == FILTER_COMPARE || node->kind == FILTER_ANY)
		append_comparison(text, node, column.data);
	else
		append_null_test(text, node, column.data);
	pfree(column.data);
}

/*
 * Append the members of a node, all or any of which have to hold.
 */
static void
append_members(const FilterText *text, const FilterNode *node,
			   FilterSpot spot)
{
	ListCell   *lc;

	if (node->kind == FILTER_OR)
		spot.is_conjunct = false;
	foreach(lc, node->members)
	{
		if (lc != list_head(node->members))
			appendStringInfoString(text->buf, node->kind == FILTER_AND ?
								   " AND " : " OR ");
		append_node(text, lfirst(lc), spot);
	}
}

/*
 * Append "column OPERATOR(s.=) $n" or "column OPERATOR(s.=) ANY ($n)".
 */
static void
append_comparison(const FilterText *text, const FilterNode *node,
				  const char *column)
{
	Oid			type = relgraph_column_type(node->relid, node->attnum, NULL);
	Oid			operand = text->filter->values[node->value].type;
	char		param[32];
	Oid			left;

	snprintf(param, sizeof(param),
			 node->kind == FILTER_ANY ? "ANY ($%d)" : "$%d",
			 text->first_param + node->value);

	/* An array cannot be cast as one of its elements could. */
	if (node->kind == FILTER_ANY)
		op_input_types(node->operator, &left, &operand);
	relgraph_append_equality(text->buf, column, type, node->operator,
							 param, operand, InvalidOid, InvalidOid);
}

/*
 * Append "column IS [NOT] NULL".  For a row that would look at its columns,
 * and the row itself is meant.
 */
static void
append_null_test(const FilterText *text, const FilterNode *node,
				 const char *column)
{
	bool		is_null = node->kind == FILTER_IS_NULL;
	Oid			type = relgraph_column_type(node->relid, node->attnum, NULL);

	if (type_is_rowtype(getBaseType(type)))
		appendStringInfo(text->buf, "%s IS %sDISTINCT FROM NULL", column,
						 is_null ? "NOT " : "");
	else
		appendStringInfo(text->buf, "%s IS %sNULL", column,
						 is_null ? "" : "NOT ");
}

/*----------
 * Append a condition on related rows.  For "some" it is
 *
 *	EXISTS (SELECT 1 FROM [ONLY] <target> f1
 *			 WHERE alias.att OPERATOR(s.=) f1.att [AND ...] [AND <filter>])
 *
 * or, through an association table,
 *
 *	EXISTS (SELECT 1 FROM [ONLY] <through> f1a, [ONLY] <target> f1
 *			 WHERE alias.att OPERATOR(s.=) f1a.att [AND ...]
 *			   AND f1a.att OPERATOR(s.=) f1.att [AND ...] [AND <filter>])
 *
 * "none" is NOT that.  "every" is NOT that, with the filter IS NOT TRUE.
 *
 * The planner turns one that is a conjunct into a semi-join or anti-join.  Any
 * other it plans twice, to probe or to hash it (make_subplan() in subselect.c),
 * and what is inside it twice each time.  An OFFSET keeps it from that where
 * enough of them are inside each other, or sixteen would take minutes.
 *----------
 */
static void
append_quantifier(const FilterText *text, const FilterNode *node,
				  FilterSpot spot)
{
	StringInfo	buf = text->buf;
	char		target[32];
	char		through[32];

	if (!spot.is_conjunct)
		spot.nsubqueries++;
	snprintf(target, sizeof(target), "f%d", node->alias);
	snprintf(through, sizeof(through), "f%da", node->alias);
	appendStringInfo(buf, "%sEXISTS (SELECT 1 FROM ",
					 node->kind == FILTER_SOME ? "" : "NOT ");
	if (node->nhops == 2)
	{
		relgraph_append_relation_only(buf, node->hops[0].to);
		appendStringInfo(buf, " %s, ", through);
	}
	relgraph_append_relation_only(buf, node->hops[node->nhops - 1].to);
	appendStringInfo(buf, " %s WHERE ", target);
	relgraph_append_hop_quals(buf, &node->hops[0], spot.alias,
							  node->nhops == 2 ? through : target);
	if (node->nhops == 2)
	{
		appendStringInfoString(buf, " AND ");
		relgraph_append_hop_quals(buf, &node->hops[1], through, target);
	}
	append_quantified(text, node,
					  (FilterSpot) {target, true, spot.nsubqueries});
	if (!spot.is_conjunct && spot.nsubqueries > MAX_PLANNED_TWICE)
		appendStringInfoString(buf, " OFFSET 0");
	appendStringInfoChar(buf, ')');
}

/*
 * Append what a quantifier asks of the related rows, behind their join.
 */
static void
append_quantified(const FilterText *text, const FilterNode *node,
				  FilterSpot spot)
{
	const FilterNode *member = linitial(node->members);

	if (node->kind == FILTER_EVERY)
	{
		spot.is_conjunct = false;
		appendStringInfoString(text->buf, " AND (");
		append_node(text, member, spot);
		appendStringInfoString(text->buf, ") IS NOT TRUE");
	}
	else if (member->kind != FILTER_AND || member->members != NIL)
	{
		appendStringInfoString(text->buf, " AND ");
		append_node(text, member, spot);
	}
}
