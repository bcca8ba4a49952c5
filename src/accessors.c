/*-------------------------------------------------------------------------
 *
 * accessors.c
 *	  attach() and detach(): functions such as posts(users).
 *
 * An accessor is a plain SQL function of the caller's, and has no tie to the
 * extension: it works, is dumped and is restored without it.  Core inlines it
 * where it stands in FROM, which takes a string body of one SELECT, STABLE,
 * without STRICT, SECURITY DEFINER or SET.
 *
 * What tells an accessor from a function that somebody wrote is the first line
 * of its body.  A comment on the function would not do: it stays when somebody
 * replaces the function by one of their own, and is lost in a dump without
 * comments.
 *
 * Everything is done by statements that the caller could have typed, with the
 * caller's rights, and all of them or, after an error, none.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "accessorscope.h"
#include "compat.h"
#include "graphcache.h"
#include "joinquery.h"
#include "sqltext.h"

/* What a collection is guessed to have where the planner cannot see inside. */
#define ACCESSOR_ROWS	100

/* One call of attach() or detach(). */
typedef struct AccessorWork
{
	ReturnSetInfo *rsinfo;
	bool		is_dry_run;
	bool		is_explicit;	/* the tables were named */
	List	   *sources;		/* relation OIDs */
	List	   *made;			/* of MadeFunction *, for these */
} AccessorWork;

/* One accessor: what is to be done about it. */
typedef struct Accessor
{
	Oid			source;
	Oid			target;
	Oid			schema;
	const char *name;
	const char *signature;
	Oid			funcid;			/* the function of that signature, if any */
	bool		is_set;
	const char *body;
	const char *action;
	const char *reason;			/* or NULL */
	const char *sql;			/* or NULL: nothing to do */
} Accessor;

static void begin_work(AccessorWork *work, FunctionCallInfo fcinfo);
static const RelNeighbourhood *read_relationships(Oid source);
static void attach_table(AccessorWork *work, Oid source);
static void attach_relationship(AccessorWork *work, const Relationship *rel);
static const char *find_obstacle(const Relationship *rel);
static const char *find_hidden_schema(const Relationship *rel);
static Oid	find_function(const Accessor *accessor);
static void keep_made(AccessorWork *work, Oid funcid);
static void plan_creation(Accessor *accessor);
static void plan_replacement(Accessor *accessor);
static const char *what_changed(const Accessor *accessor, HeapTuple tuple,
								bool *needs_drop);
static void drop_made(AccessorWork *work, const MadeFunction *made,
					  const char *reason);
static char *write_signature(Oid schema, const char *name, Oid source);
static char *write_definition(const Accessor *accessor, bool replaces);
static void execute(AccessorWork *work, const Accessor *accessor);
static void put_row(AccessorWork *work, const Accessor *accessor);

PG_FUNCTION_INFO_V1(relgraph_attach);
PG_FUNCTION_INFO_V1(relgraph_detach);

/* ----------------------------------------------------------------
 *		Entry points
 * ----------------------------------------------------------------
 */

/*
 * attach(tables regclass[], dry_run boolean, schema regnamespace)
 *		returns table (source, function, target, action, reason, sql)
 */
Datum
relgraph_attach(PG_FUNCTION_ARGS)
{
	AccessorWork work = {0};
	ListCell   *cell;

	begin_work(&work, fcinfo);
	foreach(cell, work.sources)
		attach_table(&work, lfirst_oid(cell));
	SPI_finish();
	return (Datum) 0;
}

/*
 * detach(tables regclass[], dry_run boolean, schema regnamespace)
 *		returns table (source, function, target, action, reason, sql)
 */
Datum
relgraph_detach(PG_FUNCTION_ARGS)
{
	AccessorWork work = {0};
	ListCell   *table;
	ListCell   *cell;

	begin_work(&work, fcinfo);
	foreach(table, work.sources)
	{
		foreach(cell, work.made)
		{
			const MadeFunction *made = lfirst(cell);

			if (made->source == lfirst_oid(table))
				drop_made(&work, made, NULL);
		}
	}
	SPI_finish();
	return (Datum) 0;
}

/* ----------------------------------------------------------------
 *		A call
 * ----------------------------------------------------------------
 */

/*
 * Connect to SPI, read the arguments, lock the tables, and find the accessors
 * they have.
 */
static void
begin_work(AccessorWork *work, FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	work->rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	work->is_explicit = !PG_ARGISNULL(0);
	work->is_dry_run = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");

	work->sources = relgraph_accessor_tables(fcinfo, work->is_dry_run);
	work->made = relgraph_find_accessors(work->sources);
}

/*
 * Return the relationships of a table, with all that they touch locked, so
 * that nothing changes its name before its accessor is written.
 */
static const RelNeighbourhood *
read_relationships(Oid source)
{
	const RelNeighbourhood *neighbourhood;
	uint64		generation;

	do
	{
		CHECK_FOR_INTERRUPTS();
		generation = relgraph_graph_generation();
		neighbourhood = relgraph_get_neighbourhood(source);
		for (int i = 0; i < neighbourhood->nrelationships; i++)
		{
			const Relationship *rel = neighbourhood->relationships[i];

			for (int j = 0; j < rel->nhops; j++)
				LockRelationOid(rel->hops[j].to, AccessShareLock);
		}
	} while (generation != relgraph_graph_generation());

	return neighbourhood;
}

/* ----------------------------------------------------------------
 *		Attaching
 * ----------------------------------------------------------------
 */

/*
 * Make the accessors of a table what its relationships say, then drop those
 * that are left over.
 */
static void
attach_table(AccessorWork *work, Oid source)
{
	const RelNeighbourhood *neighbourhood = read_relationships(source);
	ListCell   *cell;

	for (int i = 0; i < neighbourhood->nrelationships; i++)
		attach_relationship(work, neighbourhood->relationships[i]);

	foreach(cell, work->made)
	{
		const MadeFunction *made = lfirst(cell);

		if (made->source == source && !made->is_wanted)
			drop_made(work, made, "no relationship has an accessor of this name now");
	}
}

static void
attach_relationship(AccessorWork *work, const Relationship *rel)
{
	RelStep		step = {.relationship = rel};
	RelPath		path = {.source = rel->source, .target = rel->target,
	.nsteps = 1, .steps = &step};
	Accessor	accessor = {0};
	const char *hidden;

	/* Nobody asked about partitions unless by name. */
	if (rel->is_inherited && !work->is_explicit)
		return;

	accessor.source = rel->source;
	accessor.target = rel->target;
	accessor.schema = get_rel_namespace(rel->source);
	accessor.name = rel->name;
	accessor.signature = write_signature(accessor.schema, rel->name,
										 rel->source);
	accessor.is_set = rel->is_list;
	accessor.funcid = find_function(&accessor);
	accessor.reason = find_obstacle(rel);
	if (accessor.reason == NULL)
	{
		hidden = find_hidden_schema(rel);
		if (hidden != NULL)
			accessor.reason = psprintf("no USAGE privilege on schema %s",
									   quote_identifier(hidden));
		keep_made(work, accessor.funcid);
	}
	if (accessor.reason != NULL)
		accessor.action = "skipped";
	else
	{
		accessor.body = psprintf("%s%s", ACCESSOR_MARK, relgraph_accessor_query(&path));
		plan_creation(&accessor);
	}
	execute(work, &accessor);
}

/*
 * Return why a relationship can have no accessor, or NULL.
 */
static const char *
find_obstacle(const Relationship *rel)
{
	if (rel->is_inherited)
		return "its table is a partition; the accessor of the partitioned table takes its rows";
	for (int j = -1; j < rel->nhops; j++)
	{
		if (get_rel_persistence(j < 0 ? rel->source : rel->hops[j].to) ==
			RELPERSISTENCE_TEMP)
			return "a table is temporary";
	}
	if (get_attnum(rel->source, rel->name) != InvalidAttrNumber)
		return "a column of the table has this name";
	return NULL;
}

/*
 * Return a schema that the relationship leads to and the caller may not look
 * into, or NULL.
 */
static const char *
find_hidden_schema(const Relationship *rel)
{
	for (int j = 0; j < rel->nhops; j++)
	{
		Oid			schema = get_rel_namespace(rel->hops[j].to);

		if (relgraph_namespace_aclcheck(schema, GetUserId(),
										ACL_USAGE) != ACLCHECK_OK)
			return get_namespace_name(schema);
	}
	return NULL;
}

/*
 * Return the function that has an accessor's signature, or InvalidOid.
 */
static Oid
find_function(const Accessor *accessor)
{
	Oid			rowtype = get_rel_type_id(accessor->source);
	oidvector  *argtypes = buildoidvector(&rowtype, 1);

	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
						   CStringGetDatum(accessor->name),
						   PointerGetDatum(argtypes),
						   ObjectIdGetDatum(accessor->schema));
}

/*
 * Note that an accessor is still the one of a relationship.
 */
static void
keep_made(AccessorWork *work, Oid funcid)
{
	ListCell   *cell;

	foreach(cell, work->made)
	{
		MadeFunction *made = lfirst(cell);

		if (made->funcid == funcid)
			made->is_wanted = true;
	}
}

/*
 * Decide between creating an accessor, replacing it, and leaving alone what is
 * there.
 */
static void
plan_creation(Accessor *accessor)
{
	AclResult	result;

	if (OidIsValid(accessor->funcid))
	{
		plan_replacement(accessor);
		return;
	}
	result = relgraph_namespace_aclcheck(accessor->schema, GetUserId(),
										 ACL_CREATE);
	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_SCHEMA,
					   get_namespace_name(accessor->schema));
	accessor->action = "created";
	accessor->sql = write_definition(accessor, false);
}

static void
plan_replacement(Accessor *accessor)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID,
										ObjectIdGetDatum(accessor->funcid));
	bool		needs_drop = false;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u",
			 accessor->funcid);
	if (!relgraph_is_accessor(tuple))
	{
		accessor->action = "skipped";
		accessor->reason = "a function of this name exists that relgraph did not make";
		ReleaseSysCache(tuple);
		return;
	}
	accessor->reason = what_changed(accessor, tuple, &needs_drop);
	if (accessor->reason == NULL)
		accessor->action = "unchanged";
	else if (!has_privs_of_role(GetUserId(),
								((Form_pg_proc) GETSTRUCT(tuple))->proowner))
	{
		accessor->action = "skipped";
		accessor->reason = "the function belongs to another role";
	}
	else
	{
		accessor->action = "replaced";
		accessor->sql = write_definition(accessor, !needs_drop);
		if (needs_drop)
			accessor->sql = psprintf("DROP FUNCTION %s;\n%s",
									 accessor->signature, accessor->sql);
	}
	ReleaseSysCache(tuple);
}

/*
 * Return what about an accessor is not as it should be, or NULL.  A function
 * cannot be replaced by one with another result.
 */
static const char *
what_changed(const Accessor *accessor, HeapTuple tuple, bool *needs_drop)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

	if (form->prorettype != get_rel_type_id(accessor->target) ||
		form->proretset != accessor->is_set)
	{
		*needs_drop = true;
		return "its result is another one now";
	}
	if (strcmp(relgraph_function_source(tuple), accessor->body) != 0)
		return "its query is another one now";
	if (form->provolatile != PROVOLATILE_STABLE ||
		form->proparallel != PROPARALLEL_RESTRICTED ||
		form->proisstrict || form->prosecdef || form->proleakproof ||
		(form->proretset && form->prorows != ACCESSOR_ROWS) ||
		!heap_attisnull(tuple, Anum_pg_proc_proconfig, NULL))
		return "its properties had been altered";
	return NULL;
}

/*
 * Drop an accessor, or say why not.  Nothing that depends on it is dropped:
 * the server refuses.
 */
static void
drop_made(AccessorWork *work, const MadeFunction *made, const char *reason)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID,
										ObjectIdGetDatum(made->funcid));
	Form_pg_proc form;
	Accessor	accessor = {0};

	if (!HeapTupleIsValid(tuple))
		return;					/* dropped meanwhile */
	form = (Form_pg_proc) GETSTRUCT(tuple);
	accessor.source = made->source;
	accessor.target = get_typ_typrelid(form->prorettype);
	accessor.signature = write_signature(form->pronamespace,
										 NameStr(form->proname), made->source);
	if (has_privs_of_role(GetUserId(), form->proowner))
	{
		accessor.action = "dropped";
		accessor.reason = reason;
		accessor.sql = psprintf("DROP FUNCTION %s", accessor.signature);
	}
	else
	{
		accessor.action = "skipped";
		accessor.reason = "the function belongs to another role";
	}
	ReleaseSysCache(tuple);
	execute(work, &accessor);
}

/* ----------------------------------------------------------------
 *		Functions
 * ----------------------------------------------------------------
 */

/*
 * Return schema.function(schema.table).
 */
static char *
write_signature(Oid schema, const char *name, Oid source)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s(",
					 quote_qualified_identifier(get_namespace_name_or_temp(schema),
												name));
	relgraph_append_type(&buf, get_rel_type_id(source));
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

/*----------
 * Return the statement that makes an accessor:
 *
 *	CREATE [OR REPLACE] FUNCTION <schema>.<name>(<schema>.<source>)
 *	RETURNS [SETOF] <schema>.<target>
 *	LANGUAGE sql STABLE PARALLEL RESTRICTED [ROWS 100]
 *	AS '...'
 *
 * RESTRICTED allows for parallel plans, and makes the planner look for itself
 * at what it inlines.  SAFE would vouch for views and policies, too.
 *----------
 */
static char *
write_definition(const Accessor *accessor, bool replaces)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE %sFUNCTION %s\nRETURNS %s",
					 replaces ? "OR REPLACE " : "", accessor->signature,
					 accessor->is_set ? "SETOF " : "");
	relgraph_append_type(&buf, get_rel_type_id(accessor->target));
	appendStringInfoString(&buf, "\nLANGUAGE sql STABLE PARALLEL RESTRICTED");
	if (accessor->is_set)
		appendStringInfo(&buf, " ROWS %d", ACCESSOR_ROWS);
	appendStringInfo(&buf, "\nAS %s", quote_literal_cstr(accessor->body));
	return buf.data;
}

/*
 * Do what was decided, and report it.
 */
static void
execute(AccessorWork *work, const Accessor *accessor)
{
	if (accessor->sql != NULL && !work->is_dry_run &&
		SPI_execute(accessor->sql, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not run statement: %s", accessor->sql);
	put_row(work, accessor);
}

static void
put_row(AccessorWork *work, const Accessor *accessor)
{
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = ObjectIdGetDatum(accessor->source);
	values[1] = CStringGetTextDatum(accessor->signature);
	values[2] = ObjectIdGetDatum(accessor->target);
	values[3] = CStringGetTextDatum(accessor->action);
	nulls[4] = accessor->reason == NULL;
	values[4] = nulls[4] ? (Datum) 0 : CStringGetTextDatum(accessor->reason);
	nulls[5] = accessor->sql == NULL;
	values[5] = nulls[5] ? (Datum) 0 : CStringGetTextDatum(accessor->sql);
	tuplestore_putvalues(work->rsinfo->setResult, work->rsinfo->setDesc,
						 values, nulls);
}
