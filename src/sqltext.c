/*-------------------------------------------------------------------------
 *
 * sqltext.c
 *	  Pieces of generated SQL: quoted names, operators, collations.
 *
 * Whatever is written here means the same under every search_path: relations,
 * types, operators and collations carry their schema.  Only identifiers are
 * ever written, never values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "parser/parse_coerce.h"
#include "parser/parse_oper.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "sqltext.h"

/* What generated SQL needs to know of a column. */
typedef struct ColumnInfo
{
	NameData	name;
	Oid			typid;
	Oid			collation;
} ColumnInfo;

static bool plain_name_means(const char *opname, Oid opoid, Oid left_type,
							 Oid right_type);
static char append_qualified_name(StringInfo buf, Oid relid);
static void get_column(Oid relid, AttrNumber attnum, ColumnInfo *column);
pg_noreturn static void report_dropped_relation(Oid relid);

/*
 * Append the relation's name, quoted as needed and qualified.
 */
void
relgraph_append_relation(StringInfo buf, Oid relid)
{
	(void) append_qualified_name(buf, relid);
}

/*
 * Append the relation as a FROM item that shows just the rows its own
 * constraints speak of.
 */
void
relgraph_append_relation_only(StringInfo buf, Oid relid)
{
	StringInfoData name;

	initStringInfo(&name);
	if (append_qualified_name(&name, relid) == RELKIND_RELATION)
		appendStringInfoString(buf, "ONLY ");
	appendBinaryStringInfo(buf, name.data, name.len);
	pfree(name.data);
}

/*
 * Append a column reference.  The alias must not need quotes.
 */
void
relgraph_append_column(StringInfo buf, const char *alias,
					   Oid relid, AttrNumber attnum)
{
	ColumnInfo	column;

	get_column(relid, attnum, &column);
	if (alias != NULL)
		appendStringInfo(buf, "%s.", alias);
	appendStringInfoString(buf, quote_identifier(NameStr(column.name)));
}

/*
 * Append a type's name.  TYPEMOD_GIVEN makes the difference between bpchar
 * and character, which would mean character(1).
 */
void
relgraph_append_type(StringInfo buf, Oid typid)
{
	char	   *name = format_type_extended(typid, -1,
											FORMAT_TYPE_TYPEMOD_GIVEN |
											FORMAT_TYPE_INVALID_AS_NULL |
											FORMAT_TYPE_FORCE_QUALIFY);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("type with OID %u does not exist", typid),
				 errdetail("It was dropped concurrently.")));
	appendStringInfoString(buf, name);
}

/*
 * Append a COLLATE clause.
 */
void
relgraph_append_collate(StringInfo buf, Oid collation)
{
	HeapTuple	tuple;
	Form_pg_collation form;

	tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("collation with OID %u does not exist", collation),
				 errdetail("It was dropped concurrently.")));
	form = (Form_pg_collation) GETSTRUCT(tuple);
	appendStringInfo(buf, " COLLATE %s",
					 quote_qualified_identifier(get_namespace_name(form->collnamespace),
												NameStr(form->collname)));
	ReleaseSysCache(tuple);
}

/*
 * Append an equality.  The operands are complete SQL expressions that bind
 * tighter than a cast: parameters or column references.
 */
void
relgraph_append_equality(StringInfo buf,
						 const char *left, Oid left_type,
						 Oid opoid,
						 const char *right, Oid right_type,
						 Oid left_collation, Oid right_collation)
{
	generate_operator_clause(buf, left, left_type, opoid, right, right_type);

	/* An explicit collation of one operand rules the whole comparison. */
	if (left_collation != right_collation && OidIsValid(left_collation))
		relgraph_append_collate(buf, left_collation);
}

/*
 * Append an equality with a plain "=" if that will do.  Of a temporal key, the
 * last operator is another one.
 */
void
relgraph_append_readable_equality(StringInfo buf,
								  const char *left, Oid left_type,
								  Oid opoid,
								  const char *right, Oid right_type,
								  Oid left_collation, Oid right_collation)
{
	char	   *opname = get_opname(opoid);

	if (!plain_name_means(opname, opoid, left_type, right_type))
	{
		relgraph_append_equality(buf, left, left_type, opoid,
								 right, right_type,
								 left_collation, right_collation);
		return;
	}
	appendStringInfo(buf, "%s %s %s", left, opname, right);
	if (left_collation != right_collation && OidIsValid(left_collation))
		relgraph_append_collate(buf, left_collation);
}

/*
 * Does an operator's name alone mean it, whatever the search_path?  (The name
 * is NULL if there is no such operator.)
 *
 * It does if the parser finds it among those of pg_catalog, which every path
 * holds, and if no operator of another schema takes such operands.
 */
static bool
plain_name_means(const char *opname, Oid opoid, Oid left_type, Oid right_type)
{
	Oid			given[2] = {left_type, right_type};
	List	   *name;
	Operator	found;
	CatCList   *operators;
	bool		is_alone;

	if (opname == NULL)
		return false;
	name = list_make2(makeString("pg_catalog"), makeString(pstrdup(opname)));
	found = oper(NULL, name, left_type, right_type, true, -1);
	if (found == NULL)
		return false;
	is_alone = oprid(found) == opoid;
	ReleaseSysCache(found);
	if (!is_alone)
		return false;

	operators = SearchSysCacheList1(OPERNAMENSP, CStringGetDatum(opname));
	for (int i = 0; i < operators->n_members && is_alone; i++)
	{
		HeapTuple	tuple = &operators->members[i]->tuple;
		Form_pg_operator form = (Form_pg_operator) GETSTRUCT(tuple);
		Oid			taken[2] = {form->oprleft, form->oprright};

		if (form->oprnamespace != PG_CATALOG_NAMESPACE &&
			OidIsValid(form->oprleft) &&
			can_coerce_type(2, given, taken, COERCION_IMPLICIT))
			is_alone = false;
	}
	ReleaseSysCacheList(operators);
	return is_alone;
}

/*
 * Return the type of a column, and its collation in *collation.
 */
Oid
relgraph_column_type(Oid relid, AttrNumber attnum, Oid *collation)
{
	ColumnInfo	column;

	get_column(relid, attnum, &column);
	if (collation != NULL)
		*collation = column.collation;
	return column.typid;
}

/*
 * Return the relation's name as regclass would print it, in the caller's
 * memory context; never an error, because it serves error messages.
 */
char *
relgraph_relation_name(Oid relid)
{
	char	   *relname = get_rel_name(relid);
	char	   *nspname = NULL;

	if (relname == NULL)
		return psprintf("%u", relid);
	if (!RelationIsVisible(relid))
		nspname = get_namespace_name(get_rel_namespace(relid));
	return quote_qualified_identifier(nspname, relname);
}

/*
 * Append a relation's qualified name and return its relkind.
 */
static char
append_qualified_name(StringInfo buf, Oid relid)
{
	HeapTuple	tuple;
	Form_pg_class form;
	char	   *nspname;
	char		relkind;

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		report_dropped_relation(relid);
	form = (Form_pg_class) GETSTRUCT(tuple);
	relkind = form->relkind;
	nspname = get_namespace_name_or_temp(form->relnamespace);
	if (nspname == NULL)
		report_dropped_relation(relid);
	appendStringInfoString(buf,
						   quote_qualified_identifier(nspname,
													  NameStr(form->relname)));
	ReleaseSysCache(tuple);

	return relkind;
}

/*
 * Look up a column by number.  The catalog keeps dropped columns under a
 * made-up name, so attisdropped has to be looked at, too.
 */
static void
get_column(Oid relid, AttrNumber attnum, ColumnInfo *column)
{
	HeapTuple	tuple;
	Form_pg_attribute form;

	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid),
							Int16GetDatum(attnum));
	if (!HeapTupleIsValid(tuple) && get_rel_name(relid) == NULL)
		report_dropped_relation(relid);
	if (!HeapTupleIsValid(tuple) ||
		((Form_pg_attribute) GETSTRUCT(tuple))->attisdropped)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column %d of relation \"%s\" does not exist",
						attnum, relgraph_relation_name(relid)),
				 errdetail("It was dropped concurrently."),
				 errhint("Run the statement again.")));
	form = (Form_pg_attribute) GETSTRUCT(tuple);
	column->name = form->attname;
	column->typid = form->atttypid;
	column->collation = form->attcollation;
	ReleaseSysCache(tuple);
}

/*
 * Complain about a relation that has gone since its OID was read.
 */
static void
report_dropped_relation(Oid relid)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("relation with OID %u does not exist", relid),
			 errdetail("It was dropped concurrently."),
			 errhint("Run the statement again.")));
}
