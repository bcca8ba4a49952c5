/*-------------------------------------------------------------------------
 *
 * columnlist.c
 *	  The type relgraph.columns: columns of one relation, by identity.
 *
 * What people declare about their tables must survive renames, and dump and
 * restore.  Names survive only the latter, attribute numbers only the former
 * (a restored table has no dropped columns).  This type is to columns what
 * regclass is to relations: it stores numbers and is written as names.
 *
 * During a restore a relation can be missing, or still be a placeholder: then
 * the spelling is kept, and looked up again when it is used.  So a restore
 * never fails because of a stored declaration.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "nodes/value.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "compat.h"
#include "columnlist.h"

PG_FUNCTION_INFO_V1(relgraph_columns_in);
PG_FUNCTION_INFO_V1(relgraph_columns_out);
PG_FUNCTION_INFO_V1(relgraph_columns_exist);

static char *find_parenthesis(char *spelling);
static Oid	find_relation(List *names);

/*
 * Return a new value, in the current context.
 */
ColumnList *
relgraph_make_column_list(Oid relid, int ncolumns, const AttrNumber *attnums)
{
	Size		size = offsetof(ColumnList, attnums) +
		ncolumns * sizeof(AttrNumber);
	ColumnList *list = palloc0(size);

	SET_VARSIZE(list, size);
	list->relid = relid;
	list->ncolumns = ncolumns;
	memcpy(list->attnums, attnums, ncolumns * sizeof(AttrNumber));
	return list;
}

/*
 * Return a value that only keeps a spelling.
 */
static ColumnList *
make_unresolved_list(const char *spelling)
{
	Size		length = strlen(spelling) + 1;
	Size		size = offsetof(ColumnList, attnums) + length;
	ColumnList *list = palloc0(size);

	SET_VARSIZE(list, size);
	memcpy(list->attnums, spelling, length);
	return list;
}

/*
 * Return what a spelling names today, or NULL.  Unlike
 * relgraph_parse_column_list() it takes whatever the type's input let in.
 */
ColumnList *
relgraph_find_column_list(char *spelling)
{
	if (find_parenthesis(spelling) == NULL)
		return NULL;
	return relgraph_parse_column_list(spelling);
}

/*
 * Return the position of the parenthesis that opens the column names, outside
 * of double quotes, or NULL.
 */
static char *
find_parenthesis(char *spelling)
{
	bool		is_quoted = false;

	for (char *p = spelling; *p; p++)
	{
		if (*p == '"')
			is_quoted = !is_quoted;
		else if (*p == '(' && !is_quoted)
			return p;
	}
	return NULL;
}

/*
 * Look up a spelling such as schema.table(a, b).  Returns NULL if it names
 * nothing that exists; raises a syntax error if it has no such form.
 */
ColumnList *
relgraph_parse_column_list(const char *spelling)
{
	char	   *relation = pstrdup(spelling);
	char	   *columns = find_parenthesis(relation);
	Size		length = strlen(relation);
	List	   *names;
	List	   *qualified;
	ListCell   *cell;
	Oid			relid;
	AttrNumber	attnums[INDEX_MAX_KEYS];
	int			ncolumns = 0;

	if (columns == NULL || relation[length - 1] != ')')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid list of columns: \"%s\"", spelling),
				 errdetail("Expected schema.table(column, ...).")));
	relation[length - 1] = '\0';
	*columns++ = '\0';

	if (!SplitIdentifierString(columns, ',', &names) ||
		list_length(names) > INDEX_MAX_KEYS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid list of columns: \"%s\"", spelling),
				 errdetail("Expected schema.table(column, ...).")));
	qualified = relgraph_split_qualified_name(relation);
	relid = find_relation(qualified);
	if (!OidIsValid(relid))
		return NULL;
	foreach(cell, names)
	{
		AttrNumber	attnum = get_attnum(relid, lfirst(cell));

		if (attnum <= 0)
			return NULL;
		attnums[ncolumns++] = attnum;
	}
	return relgraph_make_column_list(relid, ncolumns, attnums);
}

/*
 * relgraph.columns from text.  Never fails because something does not exist.
 */
Datum
relgraph_columns_in(PG_FUNCTION_ARGS)
{
	char	   *spelling = PG_GETARG_CSTRING(0);
	ColumnList *list = NULL;

	if (find_parenthesis(spelling) != NULL)
		list = relgraph_parse_column_list(spelling);
	if (list == NULL)
		list = make_unresolved_list(spelling);
	PG_RETURN_POINTER(list);
}

/*
 * Return the name of a column that was not dropped, or NULL.
 */
static char *
live_column_name(Oid relid, AttrNumber attnum)
{
	HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid),
										Int16GetDatum(attnum));
	Form_pg_attribute form;
	char	   *result;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_attribute) GETSTRUCT(tuple);
	result = form->attisdropped ? NULL : pstrdup(NameStr(form->attname));
	ReleaseSysCache(tuple);
	return result;
}

/*
 * Return the relation of a qualified name, or InvalidOid.  Unlike a statement
 * that names it, this asks for no privilege on the schema: what a declaration
 * is about does not depend on who looks.
 */
static Oid
find_relation(List *names)
{
	Oid			schemaid;

	if (list_length(names) != 2)
		return InvalidOid;
	schemaid = get_namespace_oid(strVal(linitial(names)), true);
	return OidIsValid(schemaid)
		? get_relname_relid(strVal(lsecond(names)), schemaid) : InvalidOid;
}

/*
 * Return the text of a value, or NULL if its relation or a column of it is
 * gone.
 */
static char *
spell_column_list(const ColumnList *list)
{
	StringInfoData buf;
	char	   *name = get_rel_name(list->relid);
	char	   *schema = get_namespace_name(get_rel_namespace(list->relid));

	if (name == NULL || schema == NULL)
		return NULL;
	initStringInfo(&buf);
	appendStringInfo(&buf, "%s(", quote_qualified_identifier(schema, name));
	for (int i = 0; i < list->ncolumns; i++)
	{
		char	   *column = live_column_name(list->relid, list->attnums[i]);

		if (column == NULL)
			return NULL;
		appendStringInfo(&buf, "%s%s", i > 0 ? ", " : "",
						 quote_identifier(column));
	}
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

/*
 * relgraph.columns to text: always with the schema, so that a dump does not
 * depend on a search_path; "-" if it no longer exists.
 */
Datum
relgraph_columns_out(PG_FUNCTION_ARGS)
{
	ColumnList *list = DatumGetColumnListP(PG_GETARG_DATUM(0));
	char	   *result;

	if (!OidIsValid(list->relid))
		PG_RETURN_CSTRING(pstrdup((const char *) list->attnums));
	result = spell_column_list(list);
	PG_RETURN_CSTRING(result ? result : pstrdup("-"));
}

/*
 * relgraph.columns_exist(relgraph.columns): true if the relation and all the
 * columns are there.
 */
Datum
relgraph_columns_exist(PG_FUNCTION_ARGS)
{
	ColumnList *list = DatumGetColumnListP(PG_GETARG_DATUM(0));

	if (OidIsValid(list->relid))
		PG_RETURN_BOOL(spell_column_list(list) != NULL);
	PG_RETURN_BOOL(relgraph_find_column_list((char *) list->attnums) != NULL);
}
