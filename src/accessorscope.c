/*-------------------------------------------------------------------------
 *
 * accessorscope.c
 *	  What a call of attach() or detach() is about: tables, and the accessors
 *	  they have.
 *
 * Callers are connected to SPI.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "accessorscope.h"
#include "compat.h"
#include "sqltext.h"

static List *tables_argument(FunctionCallInfo fcinfo);
static void lock_source(Oid relid, bool is_dry_run);
static List *find_tables(Oid schema);
static List *select_oids(const char *query, int nargs, Oid *types,
						 Datum *values);
static ArrayType *oid_array(List *oids);

List *
relgraph_accessor_tables(FunctionCallInfo fcinfo, bool is_dry_run)
{
	List	   *tables;
	List	   *sorted;
	ListCell   *cell;

	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("arguments \"tables\" and \"schema\" cannot both be given")));
	tables = !PG_ARGISNULL(0) ? tables_argument(fcinfo)
		: find_tables(PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2));

	/* In one order, whoever asks: two such calls must not block each other. */
	sorted = list_copy(tables);
	list_sort(sorted, list_oid_cmp);
	foreach(cell, sorted)
		lock_source(lfirst_oid(cell), is_dry_run);
	return tables;
}

/*
 * Return the tables that were named, each once.
 */
static List *
tables_argument(FunctionCallInfo fcinfo)
{
	List	   *result = NIL;
	Datum	   *tables;
	bool	   *nulls;
	int			ntables;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), REGCLASSOID, sizeof(Oid), true,
					  TYPALIGN_INT, &tables, &nulls, &ntables);
	for (int i = 0; i < ntables; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"tables\" must not contain nulls")));
		result = list_append_unique_oid(result, DatumGetObjectId(tables[i]));
	}
	return result;
}

/*
 * Lock a table against DDL and other calls like this one, and make sure that
 * it is the caller's and has rows.
 */
static void
lock_source(Oid relid, bool is_dry_run)
{
	char		relkind;

	LockRelationOid(relid,
					is_dry_run ? AccessShareLock : ShareUpdateExclusiveLock);
	relkind = get_rel_relkind(relid);
	if (relkind == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	if (relkind != RELKIND_RELATION && relkind != RELKIND_PARTITIONED_TABLE &&
		relkind != RELKIND_VIEW && relkind != RELKIND_MATVIEW &&
		relkind != RELKIND_FOREIGN_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" cannot have relationships",
						relgraph_relation_name(relid)),
				 errdetail_relkind_not_supported(relkind)));
	if (!relgraph_class_ownercheck(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(relkind),
					   get_rel_name(relid));
}

/*
 * Return the caller's tables of a schema, or of all on the search path.
 */
static List *
find_tables(Oid schema)
{
	Oid			type = OIDARRAYOID;
	Datum		schemas;

	if (OidIsValid(schema))
	{
		if (get_namespace_name(schema) == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_SCHEMA),
					 errmsg("schema with OID %u does not exist", schema)));
		schemas = PointerGetDatum(oid_array(list_make1_oid(schema)));
	}
	else
		schemas = PointerGetDatum(oid_array(fetch_search_path(false)));

	return select_oids("SELECT c.oid FROM pg_catalog.pg_class c"
					   " JOIN pg_catalog.pg_namespace n"
					   " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
					   " WHERE n.oid OPERATOR(pg_catalog.=) ANY ($1)"
					   " AND n.nspname OPERATOR(pg_catalog.<>) 'pg_catalog'"
					   " AND c.relkind OPERATOR(pg_catalog.=)"
					   " ANY ('{r,p,v,m,f}'::pg_catalog.\"char\"[])"
					   " AND pg_catalog.pg_has_role(c.relowner, 'USAGE')"
					   " ORDER BY pg_catalog.array_position($1, n.oid),"
					   " c.relname",
					   1, &type, &schemas);
}

List *
relgraph_find_accessors(List *tables)
{
	List	   *result = NIL;
	List	   *found;
	ListCell   *cell;
	Oid			types[2] = {OIDARRAYOID, TEXTOID};
	Datum		values[2];

	values[0] = PointerGetDatum(oid_array(tables));
	values[1] = CStringGetTextDatum(ACCESSOR_MARK);
	found = select_oids("SELECT p.oid FROM pg_catalog.pg_proc p"
						" JOIN pg_catalog.pg_class c"
						" ON c.reltype OPERATOR(pg_catalog.=) p.proargtypes[0]"
						" WHERE p.pronargs OPERATOR(pg_catalog.=) 1"
						" AND c.oid OPERATOR(pg_catalog.=) ANY ($1)"
						" AND pg_catalog.starts_with(p.prosrc, $2)"
						" ORDER BY p.proname, p.pronamespace",
						2, types, values);
	foreach(cell, found)
	{
		HeapTuple	tuple = SearchSysCache1(PROCOID,
											ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_proc form;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_proc) GETSTRUCT(tuple);
		if (relgraph_is_accessor(tuple))
		{
			MadeFunction *made = palloc0(sizeof(MadeFunction));

			made->funcid = form->oid;
			made->source = get_typ_typrelid(form->proargtypes.values[0]);
			result = lappend(result, made);
		}
		ReleaseSysCache(tuple);
	}
	return result;
}

/*
 * Run a query that returns OIDs, with a snapshot taken after our locks.
 */
static List *
select_oids(const char *query, int nargs, Oid *types, Datum *values)
{
	List	   *result = NIL;

	if (SPI_execute_with_args(query, nargs, types, values, NULL, false,
							  0) != SPI_OK_SELECT)
		elog(ERROR, "could not run query: %s", query);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;

		result = lappend_oid(result,
							 DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[i],
															SPI_tuptable->tupdesc,
															1, &isnull)));
	}
	SPI_freetuptable(SPI_tuptable);
	return result;
}

static ArrayType *
oid_array(List *oids)
{
	Datum	   *values = palloc((list_length(oids) + 1) * sizeof(Datum));
	ListCell   *cell;

	foreach(cell, oids)
		values[foreach_current_index(cell)] =
			ObjectIdGetDatum(lfirst_oid(cell));
	return construct_array(values, list_length(oids), OIDOID, sizeof(Oid),
						   true, TYPALIGN_INT);
}

bool
relgraph_is_accessor(HeapTuple tuple)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

	return form->prokind == PROKIND_FUNCTION &&
		form->prolang == SQLlanguageId &&
		form->pronargs == 1 &&
		strncmp(relgraph_function_source(tuple), ACCESSOR_MARK,
				strlen(ACCESSOR_MARK)) == 0;
}

const char *
relgraph_function_source(HeapTuple tuple)
{
	bool		isnull;
	Datum		source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc,
										 &isnull);

	return isnull ? "" : TextDatumGetCString(source);
}
