/*-------------------------------------------------------------------------
 *
 * rowvalue.c
 *	  From a composite Datum to the relation it is a row of, and its columns.
 *
 * A composite value carries its own type, which is more to the point than the
 * declared one: a domain, or record, may stand between.  Its columns are read
 * by the descriptor of today's relation; a row that was formed before a column
 * was added gets the column's missing value, as a row of the table would.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "rowvalue.h"
#include "sqltext.h"

static Oid	declared_type(FunctionCallInfo fcinfo, int argno);
static Oid	relation_of_type(Oid typid);
pg_noreturn static void report_not_a_row(Oid typid);
pg_noreturn static void report_anonymous_row(void);

/*
 * Return the relation an argument's declared type is the row type of.
 */
Oid
relgraph_relation_of_argument(FunctionCallInfo fcinfo, int argno)
{
	return relation_of_type(declared_type(fcinfo, argno));
}

/*
 * Fetch a row argument; return false if it is null.
 */
bool
relgraph_row_of_argument(FunctionCallInfo fcinfo, int argno, RowValue *row)
{
	Oid			typid = declared_type(fcinfo, argno);

	row->header = NULL;
	if (PG_ARGISNULL(argno))
	{
		row->relid = InvalidOid;
		if (typid != RECORDOID)
			row->relid = relation_of_type(typid);
		return false;
	}

	/* What is not composite has no header that could be looked at. */
	if (!type_is_rowtype(typid))
		report_not_a_row(typid);
	row->header = PG_GETARG_HEAPTUPLEHEADER(argno);
	row->relid = relation_of_type(HeapTupleHeaderGetTypeId(row->header));

	return true;
}

/*
 * Return the value of a column of the row.
 */
Datum
relgraph_row_column(const RowValue *row, AttrNumber attnum, bool *isnull)
{
	HeapTupleHeader header = row->header;
	HeapTupleData tuple;
	TupleDesc	tupdesc;
	Form_pg_attribute att;
	Datum		value;

	tupdesc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header),
									 HeapTupleHeaderGetTypMod(header));
	if (attnum <= 0 || attnum > tupdesc->natts ||
		TupleDescAttr(tupdesc, attnum - 1)->attisdropped)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column %d of relation \"%s\" does not exist",
						attnum, relgraph_relation_name(row->relid)),
				 errdetail("It was dropped concurrently."),
				 errhint("Run the statement again.")));
	att = TupleDescAttr(tupdesc, attnum - 1);

	/*
	 * Depending on where the row comes from, such a column's field is null
	 * without meaning it.
	 */
	if (att->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot use virtual generated column \"%s\" of relation \"%s\" as a key",
						NameStr(att->attname),
						relgraph_relation_name(row->relid)),
				 errdetail("Row values do not contain virtual generated columns."),
				 errhint("Make it a stored generated column.")));

	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = header;
	value = heap_getattr(&tuple, attnum, tupdesc, isnull);

	/* A missing value lives in the descriptor, which may go any time. */
	if (!*isnull && attnum > HeapTupleHeaderGetNatts(header))
		value = datumCopy(value, att->attbyval, att->attlen);
	ReleaseTupleDesc(tupdesc);

	return value;
}

/*
 * Return the type of an argument as the parser resolved it.
 */
static Oid
declared_type(FunctionCallInfo fcinfo, int argno)
{
	Oid			typid = get_fn_expr_argtype(fcinfo->flinfo, argno);

	if (!OidIsValid(typid))
		elog(ERROR, "could not determine type of argument %d", argno + 1);
	return typid;
}

/*
 * Return the relation a type is the row type of.
 */
static Oid
relation_of_type(Oid typid)
{
	Oid			relid;

	typid = getBaseType(typid);
	if (typid == RECORDOID)
		report_anonymous_row();
	relid = get_typ_typrelid(typid);

	/* CREATE TYPE AS makes a relation, too, but one that has no rows. */
	if (!OidIsValid(relid) ||
		get_rel_relkind(relid) == RELKIND_COMPOSITE_TYPE)
		report_not_a_row(typid);

	return relid;
}

static void
report_not_a_row(Oid typid)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("type %s is not the row type of a table",
					format_type_be(typid)),
			 errhint("Pass a table row, such as u in FROM users u.")));
}

static void
report_anonymous_row(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("anonymous row does not say which table it belongs to"),
			 errhint("Cast it to the table's row type, such as u::users, or declare the variable with that type.")));
}
