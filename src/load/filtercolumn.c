/*-------------------------------------------------------------------------
 *
 * filtercolumn.c
 *	  What a filter says of a column, and the values it says it with.
 *
 *	condition = null								it is null
 *			  | value								the same as "eq"
 *			  | [ value, ... ]						the same as "in"
 *			  | { operator: operand, ... }			all of them hold
 *	operator  = "eq" | "ne" | "lt" | "lte" | "gt" | "gte"	and a value
 *			  | "in"		and a list of values
 *			  | "like" | "ilike"	and a pattern, for columns of text
 *			  | "is_null"	and true or false
 *
 * The comparisons are those of the type's default operator class, under the
 * column's collation.  As in SQL, each of them is unknown for a null, "ne"
 * included, and a row for which a filter is unknown does not pass it.  A null
 * that the filter itself contains asks for nulls: "eq", "ne" and the elements
 * of "in" take one, others have no use for it.
 *
 * A value is read by the input function of the column's type or, if that is a
 * domain, of the type below; the type modifier is left out, as it would make
 * other values of those that do not fit.  A value of type json or jsonb is
 * read as it stands.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parse_coerce.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "load/filterparse.h"
#include "sqltext.h"

typedef enum FilterOperator
{
	OPERATOR_EQ,
	OPERATOR_NE,
	OPERATOR_LT,
	OPERATOR_LTE,
	OPERATOR_GT,
	OPERATOR_GTE,
	OPERATOR_IN,
	OPERATOR_LIKE,
	OPERATOR_ILIKE,
	OPERATOR_IS_NULL
} FilterOperator;

/* Indexed by FilterOperator. */
static const char *const operator_names[] = {
	"eq", "ne", "lt", "lte", "gt", "gte", "in", "like", "ilike", "is_null"
};

/* The column that is being filtered on. */
typedef struct FilterColumn
{
	FilterParser *parser;
	Oid			relid;
	AttrNumber	attnum;
	Oid			type;			/* of its values */
} FilterColumn;

static FilterNode *parse_operator(FilterColumn *column, const char *word,
								  JsonbValue *value);
static FilterOperator find_operator(const FilterColumn *column,
									const char *word);
static FilterNode *parse_is_null(FilterColumn *column, JsonbValue *value);
static FilterNode *parse_list(FilterColumn *column, JsonbValue *value);
static FilterNode *parse_comparison(FilterColumn *column,
									FilterOperator operator,
									JsonbValue *value);
static FilterNode *parse_pattern(FilterColumn *column,
								 FilterOperator operator,
								 JsonbValue *value);
static FilterNode *column_node(FilterColumn *column, FilterKind kind);
static FilterNode *compare_node(FilterColumn *column, Oid operator, Oid type,
								char *text);
static FilterNode *any_node(FilterColumn *column, char **texts, int ntexts);
static Oid	find_comparison(FilterColumn *column, FilterOperator operator);
static Oid	find_pattern_operator(FilterColumn *column, bool ignores_case);
static Oid	find_own_pattern_operator(Oid type, bool ignores_case);
static int	add_value(FilterColumn *column, Oid type, Oid element,
					  char **texts, int ntexts);
static Datum read_value(FilterValue *value);
static void show_value_place(void *arg);
static char *value_text(const FilterColumn *column, JsonbValue *value);

/*
 * Parse the condition on a column of a relation.
 */
FilterNode *
relgraph_parse_column_filter(FilterParser *parser, Oid relid,
							 AttrNumber attnum, JsonbValue *value)
{
	FilterColumn column = {parser, relid, attnum, InvalidOid};
	FilterPlace place = {parser->place, NULL, 0};
	List	   *conditions = NIL;
	JsonbIterator *members;
	JsonbValue	member;
	char	   *word;

	column.type = getBaseType(relgraph_column_type(relid, attnum, NULL));
	if (relgraph_is_json_list(value))
		return parse_list(&column, value);
	if (!relgraph_is_json_object(value))
		return parse_comparison(&column, OPERATOR_EQ, value);

	members = JsonbIteratorInit(value->val.binary.data);
	while ((word = relgraph_next_member(&members, &member)) != NULL)
	{
		place.key = word;
		parser->place = &place;
		conditions = lappend(conditions,
							 parse_operator(&column, word, &member));
	}
	parser->place = place.outer;
	return relgraph_filter_node(FILTER_AND, conditions);
}

/*
 * Parse an operator and its operand.
 */
static FilterNode *
parse_operator(FilterColumn *column, const char *word, JsonbValue *value)
{
	FilterOperator operator = find_operator(column, word);

	switch (operator)
	{
		case OPERATOR_IS_NULL:
			return parse_is_null(column, value);
		case OPERATOR_IN:
			if (!relgraph_is_json_list(value))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("operator \"%s\" in a filter takes a list of values",
								word)));
			return parse_list(column, value);
		case OPERATOR_LIKE:
		case OPERATOR_ILIKE:
			return parse_pattern(column, operator, value);
		default:
			return parse_comparison(column, operator, value);
	}
}

/*
 * Return the operator of the given name.
 */
static FilterOperator
find_operator(const FilterColumn *column, const char *word)
{
	for (int i = 0; i < lengthof(operator_names); i++)
	{
		if (strcmp(word, operator_names[i]) == 0)
			return i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized operator \"%s\" in a filter", word),
			 errdetail("The operators are eq, ne, lt, lte, gt, gte, in, like, ilike and is_null."),
			 column->type == JSONBOID ?
			 errhint("To compare with a JSON object, write {\"eq\": {...}}.")
			 : 0));
	return OPERATOR_EQ;			/* keep the compiler quiet */
}

static FilterNode *
parse_is_null(FilterColumn *column, JsonbValue *value)
{
	if (value->type != jbvBool)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("operator \"%s\" in a filter takes true or false",
						operator_names[OPERATOR_IS_NULL])));
	return column_node(column, value->val.boolean ?
					   FILTER_IS_NULL : FILTER_IS_NOT_NULL);
}

/*
 * Parse a list, any element of which the column may be equal to.
 */
static FilterNode *
parse_list(FilterColumn *column, JsonbValue *value)
{
	JsonbContainer *list = value->val.binary.data;
	FilterPlace place = {column->parser->place, NULL, 0};
	char	  **texts = palloc((JsonContainerSize(list) + 1) * sizeof(char *));
	JsonbIterator *elements = JsonbIteratorInit(list);
	JsonbValue	element;
	List	   *choices = NIL;
	int			ntexts = 0;

	while (relgraph_next_element(&elements, &element))
	{
		column->parser->place = &place;
		if (element.type != jbvNull)
			texts[ntexts++] = value_text(column, &element);
		else if (choices == NIL)
			choices = list_make1(column_node(column, FILTER_IS_NULL));
		place.index++;
	}
	column->parser->place = place.outer;
	if (ntexts > 0 || choices == NIL)
		choices = lappend(choices, any_node(column, texts, ntexts));
	return relgraph_filter_node(FILTER_OR, choices);
}

/*
 * Parse the value that a column is compared with.
 */
static FilterNode *
parse_comparison(FilterColumn *column, FilterOperator operator,
				 JsonbValue *value)
{
	Oid			opoid;
	FilterNode *node;

	if (value->type == jbvNull)
	{
		if (operator == OPERATOR_EQ)
			return column_node(column, FILTER_IS_NULL);
		if (operator == OPERATOR_NE)
			return column_node(column, FILTER_IS_NOT_NULL);
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("operator \"%s\" in a filter takes no null",
						operator_names[operator]),
				 errdetail("No value is less or greater than null."),
				 errhint("Use is_null to ask for nulls.")));
	}

	opoid = find_comparison(column, operator);
	if (OidIsValid(opoid))
		return compare_node(column, opoid, column->type,
							value_text(column, value));

	/* An equality need not have a negator. */
	node = compare_node(column, find_comparison(column, OPERATOR_EQ),
						column->type, value_text(column, value));
	return relgraph_filter_node(FILTER_NOT, list_make1(node));
}

/*
 * Parse the pattern that a column has to match.
 */
static FilterNode *
parse_pattern(FilterColumn *column, FilterOperator operator,
			  JsonbValue *value)
{
	Oid			opoid = find_pattern_operator(column,
											  operator == OPERATOR_ILIKE);

	if (value->type != jbvString)
		ereport(ERROR,
				(errcode(value->type == jbvNull ?
						 ERRCODE_NULL_VALUE_NOT_ALLOWED :
						 ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("operator \"%s\" in a filter takes a string",
						operator_names[operator])));
	return compare_node(column, opoid, TEXTOID,
						pnstrdup(value->val.string.val,
								 value->val.string.len));
}

static FilterNode *
column_node(FilterColumn *column, FilterKind kind)
{
	FilterNode *node = relgraph_filter_node(kind, NIL);

	node->relid = column->relid;
	node->attnum = column->attnum;
	return node;
}

/*
 * Return the condition that the operator holds between the column and a value
 * of the given type.
 */
static FilterNode *
compare_node(FilterColumn *column, Oid operator, Oid type, char *text)
{
	FilterNode *node = column_node(column, FILTER_COMPARE);
	char	  **texts = palloc(sizeof(char *));

	texts[0] = text;
	node->operator = operator;
	node->value = add_value(column, type, type, texts, 1);
	return node;
}

/*
 * Return the condition that the column is equal to one of the values, even if
 * there are none: that the column may be read is a part of it.  Values of a
 * type without arrays are compared one by one.
 */
static FilterNode *
any_node(FilterColumn *column, char **texts, int ntexts)
{
	Oid			operator = find_comparison(column, OPERATOR_EQ);
	Oid			array = get_array_type(column->type);
	List	   *choices = NIL;
	FilterNode *node;

	if (OidIsValid(array))
	{
		node = column_node(column, FILTER_ANY);
		node->operator = operator;
		node->value = add_value(column, array, column->type, texts, ntexts);
		return node;
	}
	for (int i = 0; i < ntexts; i++)
		choices = lappend(choices, compare_node(column, operator,
												column->type, texts[i]));
	return relgraph_filter_node(FILTER_OR, choices);
}

/*
 * Return the operator that compares the column with a value of its own type;
 * InvalidOid can be the answer for OPERATOR_NE only.
 */
static Oid
find_comparison(FilterColumn *column, FilterOperator operator)
{
	TypeCacheEntry *type;
	Oid			opoid;

	type = lookup_type_cache(column->type, TYPECACHE_EQ_OPR |
							 TYPECACHE_LT_OPR | TYPECACHE_GT_OPR |
							 TYPECACHE_BTREE_OPFAMILY);
	switch (operator)
	{
		case OPERATOR_LT:
			opoid = type->lt_opr;
			break;
		case OPERATOR_GT:
			opoid = type->gt_opr;
			break;
		case OPERATOR_LTE:
		case OPERATOR_GTE:
			/* Arrays and rows have an order only if their parts do. */
			opoid = OidIsValid(type->lt_opr) ?
				get_opfamily_member(type->btree_opf, type->btree_opintype,
									type->btree_opintype,
									operator == OPERATOR_LTE ?
									BTLessEqualStrategyNumber :
									BTGreaterEqualStrategyNumber) :
				InvalidOid;
			break;
		default:
			opoid = type->eq_opr;
			break;
	}
	if (!OidIsValid(opoid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("column \"%s\" of table \"%s\" cannot be compared",
						get_attname(column->relid, column->attnum, false),
						relgraph_relation_name(column->relid)),
				 OidIsValid(type->eq_opr) ?
				 errdetail("Type %s has no order.",
						   format_type_be(column->type)) :
				 errdetail("Type %s has no equality operator.",
						   format_type_be(column->type))));
	return operator == OPERATOR_NE ? get_negator(opoid) : opoid;
}

/*
 * Return the operator that matches the column with a pattern, a text.
 */
static Oid
find_pattern_operator(FilterColumn *column, bool ignores_case)
{
	Oid			operator;

	switch (column->type)
	{
		case TEXTOID:
		case VARCHAROID:
			return ignores_case ? OID_TEXT_ICLIKE_OP : OID_TEXT_LIKE_OP;
		case BPCHAROID:
			return ignores_case ? OID_BPCHAR_ICLIKE_OP : OID_BPCHAR_LIKE_OP;
		case NAMEOID:
			return ignores_case ? OID_NAME_ICLIKE_OP : OID_NAME_LIKE_OP;
		default:
			break;
	}

	operator = find_own_pattern_operator(column->type, ignores_case);
	if (OidIsValid(operator))
		return operator;
	if (!IsBinaryCoercible(column->type, TEXTOID))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("operator \"%s\" in a filter cannot be used on column \"%s\" of table \"%s\"",
						operator_names[ignores_case ?
									   OPERATOR_ILIKE : OPERATOR_LIKE],
						get_attname(column->relid, column->attnum, false),
						relgraph_relation_name(column->relid)),
				 errdetail("The column is of type %s; patterns are for text.",
						   format_type_be(column->type))));
	return ignores_case ? OID_TEXT_ICLIKE_OP : OID_TEXT_LIKE_OP;
}

/*
 * Return the operator that an extension's type, such as citext, matches
 * patterns with, or InvalidOid.  Only one of the same extension is looked at:
 * anyone may have made others of that name.
 */
static Oid
find_own_pattern_operator(Oid type, bool ignores_case)
{
	Oid			extension = getExtensionOfObject(TypeRelationId, type);
	char	   *schema;
	char	   *name = pstrdup(ignores_case ? "~~*" : "~~");
	HeapTuple	tuple;
	Oid			operator;

	if (!OidIsValid(extension))
		return InvalidOid;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	schema = get_namespace_name(((Form_pg_type) GETSTRUCT(tuple))->typnamespace);
	ReleaseSysCache(tuple);
	if (schema == NULL)
		return InvalidOid;
	operator = OpernameGetOprid(list_make2(makeString(schema),
										   makeString(name)), type, TEXTOID);
	if (!OidIsValid(operator) ||
		getExtensionOfObject(OperatorRelationId, operator) != extension)
		return InvalidOid;
	return operator;
}

/* ----------------------------------------------------------------
 *		Values
 * ----------------------------------------------------------------
 */

/*
 * Add a value, or a list of them if type is not that of an element, and
 * return its number.
 */
static int
add_value(FilterColumn *column, Oid type, Oid element, char **texts,
		  int ntexts)
{
	Filter	   *filter = column->parser->filter;
	FilterValue *value;
	Oid			input;

	if (filter->nvalues == MAX_QUERY_PARAMS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("filter has more than %d values", MAX_QUERY_PARAMS),
				 errhint("A list of values, as \"in\" takes it, counts as one.")));
	if (filter->nvalues == filter->maxvalues)
	{
		filter->maxvalues = Max(filter->maxvalues * 2, 4);
		filter->values = filter->values == NULL ?
			palloc(filter->maxvalues * sizeof(FilterValue)) :
			repalloc(filter->values,
					 filter->maxvalues * sizeof(FilterValue));
	}

	value = &filter->values[filter->nvalues];
	memset(value, 0, sizeof(FilterValue));
	value->type = type;
	value->element = element;
	value->is_list = type != element;
	value->ntexts = ntexts;
	value->texts = texts;
	getTypeInputInfo(element, &input, &value->ioparam);
	fmgr_info(input, &value->input);
	if (func_volatile(input) == PROVOLATILE_IMMUTABLE)
	{
		value->constant = read_value(value);
		value->is_constant = true;
	}
	value->place = relgraph_filter_place(column->parser->place);
	return filter->nvalues++;
}

/*
 * Read a value.
 */
static Datum
read_value(FilterValue *value)
{
	Datum	   *datums;
	int16		typlen;
	bool		typbyval;
	char		typalign;

	if (!value->is_list)
		return InputFunctionCall(&value->input, value->texts[0],
								 value->ioparam, -1);

	datums = palloc(value->ntexts * sizeof(Datum));
	for (int i = 0; i < value->ntexts; i++)
	{
		CHECK_FOR_INTERRUPTS();
		datums[i] = InputFunctionCall(&value->input, value->texts[i],
									  value->ioparam, -1);
	}
	get_typlenbyvalalign(value->element, &typlen, &typbyval, &typalign);
	return PointerGetDatum(construct_array(datums, value->ntexts,
										   value->element, typlen, typbyval,
										   typalign));
}

/*
 * Read what is not constant, and add all values as parameters.
 */
void
relgraph_add_filter_params(QueryParams *params, const Filter *filter)
{
	ErrorContextCallback callback;

	callback.callback = show_value_place;
	callback.previous = error_context_stack;
	for (int i = 0; i < filter->nvalues; i++)
	{
		FilterValue *value = &filter->values[i];
		Datum		datum = value->constant;

		if (!value->is_constant)
		{
			callback.arg = value;
			error_context_stack = &callback;
			datum = read_value(value);
			error_context_stack = callback.previous;
		}
		(void) relgraph_add_param(params, value->type, datum);
	}
}

/*
 * Error context: the place of a value.
 */
static void
show_value_place(void *arg)
{
	errcontext("filter, at %s", ((FilterValue *) arg)->place);
}

/*
 * Add a parameter.
 */
int
relgraph_add_param(QueryParams *params, Oid type, Datum value)
{
	if (params->n == MAX_QUERY_PARAMS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("query has more than %d parameters",
						MAX_QUERY_PARAMS)));
	if (params->n == params->max)
	{
		params->max = Max(params->max * 2, 8);
		if (params->types == NULL)
		{
			params->types = palloc(params->max * sizeof(Oid));
			params->values = palloc(params->max * sizeof(Datum));
		}
		else
		{
			params->types = repalloc(params->types,
									 params->max * sizeof(Oid));
			params->values = repalloc(params->values,
									  params->max * sizeof(Datum));
		}
	}
	params->types[params->n] = type;
	params->values[params->n] = value;
	return ++params->n;
}

/*
 * Return the text that a type's input function is to read.
 */
static char *
value_text(const FilterColumn *column, JsonbValue *value)
{
	if (column->type == JSONBOID)
	{
		Jsonb	   *json = JsonbValueToJsonb(value);

		return JsonbToCString(NULL, &json->root, VARSIZE(json));
	}

	switch (value->type)
	{
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			return DatumGetCString(DirectFunctionCall1(numeric_out,
													   NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" of table \"%s\" cannot be compared with a JSON array or object",
							get_attname(column->relid, column->attnum, false),
							relgraph_relation_name(column->relid)),
					 errhint("Write a value of type %s as a string.",
							 format_type_be(column->type))));
	}
	return NULL;				/* keep the compiler quiet */
}
