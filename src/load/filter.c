/*-------------------------------------------------------------------------
 *
 * filter.c
 *	  Filters in JSON become conditions with parameters.
 *
 * A filter may come from anyone.  Nothing of it gets into the text of a
 * statement: its keys are looked up among the columns, whose names are then
 * taken from the catalog, and each value goes through the input function of
 * its column's type and becomes a parameter.
 *
 * A member is "column": value.  A scalar is compared with the type's own
 * equality, null by IS NULL, and an array means any of its elements.  A column
 * of type jsonb, or of a domain over it, is compared with the value as it
 * stands, whatever that is; only a null of its own is IS NULL here, too.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "graphcache.h"
#include "load/filter.h"
#include "load/plan.h"
#include "relpath.h"
#include "sqltext.h"

/* A column being compared. */
typedef struct FilterColumn
{
	Oid			relid;
	AttrNumber	attnum;
	const char *name;
	const char *reference;		/* alias.column */
	Oid			type;			/* of the column */
	Oid			base;			/* of its values */
	Oid			operator;		/* equality */
	FmgrInfo	input;
	Oid			ioparam;
	bool		is_json;
} FilterColumn;

static void append_member(StringInfo buf, QueryParams *params,
						  FilterColumn *column, JsonbValue *value);
static void append_list(StringInfo buf, QueryParams *params,
						FilterColumn *column, JsonbContainer *list);
static void append_array(StringInfo buf, QueryParams *params,
						 FilterColumn *column, Datum *values, int n);
static void append_comparison(StringInfo buf, FilterColumn *column,
							  const char *value, Oid type);
static void find_column(FilterColumn *column, Oid relid, const char *alias,
						const char *key);
static bool is_reserved(const char *key);
static void find_equality(FilterColumn *column);
static Datum read_value(FilterColumn *column, JsonbValue *value);
static char *value_text(const FilterColumn *column, JsonbValue *value);
static void show_column(void *arg);

int
relgraph_add_param(QueryParams *params, Oid type, Datum value)
{
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

bool
relgraph_append_filter(StringInfo buf, QueryParams *params, Oid relid,
					   const char *alias, Jsonb *filter)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;
	FilterColumn column;
	ErrorContextCallback callback;
	bool		is_first = true;

	if (!JB_ROOT_IS_OBJECT(filter))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("filter must be a JSON object"),
				 errhint("Write {\"column\": value}.")));

	callback.callback = show_column;
	callback.arg = &column;
	callback.previous = error_context_stack;
	iterator = JsonbIteratorInit(&filter->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			find_column(&column, relid, alias,
						pnstrdup(value.val.string.val, value.val.string.len));
		else if (token == WJB_VALUE)
		{
			if (!is_first)
				appendStringInfoString(buf, " AND ");
			is_first = false;
			error_context_stack = &callback;
			append_member(buf, params, &column, &value);
			error_context_stack = callback.previous;
		}
	}
	return !is_first;
}

/*
 * Append the condition of one member.
 */
static void
append_member(StringInfo buf, QueryParams *params, FilterColumn *column,
			  JsonbValue *value)
{
	Datum		datum;

	if (value->type == jbvNull)
	{
		appendStringInfo(buf, "%s IS NULL", column->reference);
		return;
	}
	find_equality(column);
	if (value->type == jbvBinary && !column->is_json)
	{
		if (JsonContainerIsArray(value->val.binary.data))
		{
			append_list(buf, params, column, value->val.binary.data);
			return;
		}
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("operators are not supported in a filter"),
				 errdetail("A column can be compared with a value, with null, or with a list of values."),
				 errhint("Put conditions of other kinds into a WHERE clause around load_row().")));
	}

	datum = read_value(column, value);
	append_comparison(buf, column,
					  psprintf("$%d", relgraph_add_param(params, column->base,
														 datum)),
					  column->base);
}

/*
 * Append the condition that the column has one of the values in a list, one
 * of which may be null.
 */
static void
append_list(StringInfo buf, QueryParams *params, FilterColumn *column,
			JsonbContainer *list)
{
	Datum	   *values = palloc((JsonContainerSize(list) + 1) * sizeof(Datum));
	JsonbIterator *iterator = JsonbIteratorInit(list);
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		has_null = false;
	int			n = 0;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		if (value.type == jbvNull)
			has_null = true;
		else
			values[n++] = read_value(column, &value);
	}

	if (n == 0)
	{
		appendStringInfo(buf, has_null ? "%s IS NULL" : "false",
						 column->reference);
		return;
	}
	if (has_null)
		appendStringInfo(buf, "(%s IS NULL OR ", column->reference);
	append_array(buf, params, column, values, n);
	if (has_null)
		appendStringInfoChar(buf, ')');
}

/*
 * Append the condition that the column has one of some values.  Values of a
 * type without arrays are compared one by one.
 */
static void
append_array(StringInfo buf, QueryParams *params, FilterColumn *column,
			 Datum *values, int n)
{
	Oid			array = get_array_type(column->base);
	Oid			left;
	Oid			right;
	int16		typlen;
	bool		typbyval;
	char		typalign;
	ArrayType  *datum;

	if (!OidIsValid(array))
	{
		for (int i = 0; i < n; i++)
		{
			int			number = relgraph_add_param(params, column->base,
													values[i]);

			appendStringInfoString(buf, i > 0 ? " OR " : "(");
			append_comparison(buf, column, psprintf("$%d", number),
							  column->base);
		}
		appendStringInfoChar(buf, ')');
		return;
	}

	get_typlenbyvalalign(column->base, &typlen, &typbyval, &typalign);
	datum = construct_array(values, n, column->base, typlen, typbyval,
							typalign);
	op_input_types(column->operator, &left, &right);
	append_comparison(buf, column,
					  psprintf("ANY ($%d)",
							   relgraph_add_param(params, array,
												  PointerGetDatum(datum))),
					  right);
}

/*
 * Append "column OPERATOR(s.=) value".
 */
static void
append_comparison(StringInfo buf, FilterColumn *column, const char *value,
				  Oid type)
{
	relgraph_append_equality(buf, column->reference, column->type,
							 column->operator, value, type,
							 InvalidOid, InvalidOid);
}

/*
 * Find the column that a member's key names.
 */
static void
find_column(FilterColumn *column, Oid relid, const char *alias,
			const char *key)
{
	StringInfoData reference;

	memset(column, 0, sizeof(FilterColumn));
	column->relid = relid;
	column->attnum = relgraph_resolve_column(relid, key, true);
	if (is_reserved(key) ||
		(column->attnum == InvalidAttrNumber &&
		 relgraph_resolve_name(relid, key, true, true) != NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("\"%s\" is not supported in a filter", key),
				 errdetail("A filter consists of columns and their values."),
				 errhint("Put conditions of other kinds into a WHERE clause around load_row().")));
	if (column->attnum == InvalidAttrNumber)
		relgraph_report_unknown_column(relid, key);

	column->name = get_attname(relid, column->attnum, false);
	column->type = relgraph_column_type(relid, column->attnum, NULL);
	column->base = getBaseType(column->type);
	initStringInfo(&reference);
	relgraph_append_column(&reference, alias, relid, column->attnum);
	column->reference = reference.data;
}

/*
 * Return true for the words that combine filters.
 */
static bool
is_reserved(const char *key)
{
	return strcmp(key, "or") == 0 || strcmp(key, "and") == 0 ||
		strcmp(key, "not") == 0;
}

/*
 * Look up how values of the column are read and compared.
 */
static void
find_equality(FilterColumn *column)
{
	TypeCacheEntry *type = lookup_type_cache(column->base,
											 TYPECACHE_EQ_OPR);
	Oid			input;

	if (!OidIsValid(type->eq_opr))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("column \"%s\" of table \"%s\" cannot be compared",
						column->name, relgraph_relation_name(column->relid)),
				 errdetail("Type %s has no equality operator.",
						   format_type_be(column->base))));
	column->operator = type->eq_opr;
	column->is_json = column->base == JSONBOID;
	getTypeInputInfo(column->base, &input, &column->ioparam);
	fmgr_info(input, &column->input);
}

/*
 * Read a JSON value, not null, as a value of the column's type.  The type
 * modifier is left out: it would make other values of those that do not fit.
 */
static Datum
read_value(FilterColumn *column, JsonbValue *value)
{
	return InputFunctionCall(&column->input, value_text(column, value),
							 column->ioparam, -1);
}

/*
 * Return the text that a type's input function is to read.
 */
static char *
value_text(const FilterColumn *column, JsonbValue *value)
{
	if (column->is_json)
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
					 errmsg("list in a filter contains an array or an object"),
					 errhint("Write a value of type %s as a string.",
							 format_type_be(column->base))));
	}
	return NULL;				/* keep the compiler quiet */
}

/*
 * Error context: the column whose value is being read.
 */
static void
show_column(void *arg)
{
	errcontext("filter on column \"%s\"", ((FilterColumn *) arg)->name);
}
