/*-------------------------------------------------------------------------
 *
 * declare.c
 *	  Names that people set, and relationships that no constraint states.
 *
 * Everything is stored in relgraph.declared by column identity.  Nobody but
 * these functions writes there: they demand what making a foreign key would
 * demand, ownership of the referencing table and the REFERENCES privilege on
 * the referenced one, because a name decides what other people's paths mean.
 * Mistakes are reported before anything is written.
 *
 * Writers take a lock that excludes each other, so that two sessions cannot
 * give one name twice; readers are not disturbed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "graphcache.h"
#include "nearmiss.h"
#include "sqltext.h"

PG_FUNCTION_INFO_V1(relgraph_declared_changed);
PG_FUNCTION_INFO_V1(relgraph_declared_guard);
PG_FUNCTION_INFO_V1(relgraph_set_name);
PG_FUNCTION_INFO_V1(relgraph_set_association_name);
PG_FUNCTION_INFO_V1(relgraph_declare);
PG_FUNCTION_INFO_V1(relgraph_forget);

/* Columns of one relation as a caller gave them. */
typedef struct GivenColumns
{
	Oid			relid;
	int			n;
	AttrNumber	attnums[INDEX_MAX_KEYS];
	Oid			types[INDEX_MAX_KEYS];
} GivenColumns;

/* ----------------------------------------------------------------
 *		Arguments
 * ----------------------------------------------------------------
 */

static void
require_argument(FunctionCallInfo fcinfo, int argno, const char *name)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
}

/*
 * Return a text argument as a C string, or NULL.
 */
static char *
text_argument(FunctionCallInfo fcinfo, int argno)
{
	return PG_ARGISNULL(argno) ? NULL
		: text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/*
 * Lock a relation against being dropped, and make sure that it is one that
 * rows can be read from.
 */
static void
lock_relation(Oid relid)
{
	char		relkind;

	LockRelationOid(relid, AccessShareLock);
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
}

static void
require_ownership(Oid relid)
{
	if (!relgraph_class_ownercheck(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER,
					   get_relkind_objtype(get_rel_relkind(relid)),
					   get_rel_name(relid));
}

static void
require_references(Oid relid)
{
	AclResult	result = pg_class_aclcheck(relid, GetUserId(), ACL_REFERENCES);

	if (result != ACLCHECK_OK)
		aclcheck_error(result, get_relkind_objtype(get_rel_relkind(relid)),
					   get_rel_name(relid));
}

/*
 * Make sure that a name can be typed and stored.
 */
static void
check_name(const char *name)
{
	if (name == NULL)
		return;
	if (*name == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("name of a relationship must not be empty")));
	if (strlen(name) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("name \"%s\" is too long", name),
				 errdetail("A name has at most %d bytes.", NAMEDATALEN - 1)));
}

/*
 * Raise the error for a name that another relationship of the relation has.
 */
static void
report_name_taken(const Relationship *other, const char *name,
				  bool is_other_direction)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_OBJECT),
			 errmsg("table \"%s\" already has a relationship \"%s\"",
					relgraph_relation_name(other->source), name),
			 is_other_direction ?
			 errdetail("It is the other direction of this one.") :
			 errdetail("It leads to table \"%s\".",
					   relgraph_relation_name(other->target)),
			 is_other_direction ?
			 errhint("Name both directions.") :
			 errhint("Choose another name, or rename that one first.")));
}

/*
 * Make sure that a name is free on a relation: no column has it, and no
 * relationship but the one that is being named, along these edges.  If that
 * leads back to the relation, its other direction may lose the name by being
 * given one, too.
 */
static void
check_name_is_free(Oid relid, const char *name, const FkEdge *edge,
				   const FkEdge *through_edge, bool from_parent,
				   bool names_both)
{
	const RelNeighbourhood *neighbourhood;

	if (name == NULL)
		return;
	if (get_attnum(relid, name) != InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_COLUMN),
				 errmsg("table \"%s\" has a column \"%s\"",
						relgraph_relation_name(relid), name),
				 errdetail("Columns and relationships of a table share one set of names."),
				 errhint("Choose another name.")));

	neighbourhood = relgraph_get_neighbourhood(relid);
	for (int i = 0; i < neighbourhood->nrelationships; i++)
	{
		const Relationship *other = neighbourhood->relationships[i];
		bool		is_this = edge != NULL && other->edge == edge &&
			other->through_edge == through_edge &&
			other->hops[0].from_is_parent == from_parent;
		bool		is_other_direction = edge != NULL && !is_this &&
			((other->edge == edge && other->through_edge == through_edge) ||
			 (other->edge == through_edge && other->through_edge == edge));

		if (is_this || (is_other_direction && names_both))
			continue;
		if (strcmp(other->name, name) == 0 ||
			strcmp(other->qualified_name, name) == 0)
			report_name_taken(other, name, is_other_direction);
	}
}

/*
 * Raise the error for a name that is not among those of a relation.
 */
static void
report_missing(int sqlstate, const char *kind, Oid relid, const char *name,
			   List *names)
{
	NearMiss	miss;
	ListCell   *cell;

	relgraph_start_near_miss(&miss, name);
	foreach(cell, names)
		relgraph_list_name(&miss, lfirst(cell));
	ereport(ERROR,
			(errcode(sqlstate),
			 errmsg("%s \"%s\" of table \"%s\" does not exist", kind, name,
					relgraph_relation_name(relid)),
			 names != NIL ? errdetail("There are: %s.", miss.listed.data) :
			 errdetail("There are none."),
			 miss.nearest ? errhint("Perhaps you meant \"%s\".", miss.nearest)
			 : 0));
}

/*
 * Read an array of column names of a relation.
 */
static void
columns_argument(FunctionCallInfo fcinfo, int argno, const char *argname,
				 Oid relid, GivenColumns *columns)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, relid);
	Datum	   *names;
	bool	   *nulls;
	int			n;

	require_argument(fcinfo, argno, argname);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), NAMEOID, NAMEDATALEN,
					  false, TYPALIGN_CHAR, &names, &nulls, &n);
	if (n < 1 || n > INDEX_MAX_KEYS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must have between 1 and %d elements",
						argname, INDEX_MAX_KEYS)));
	columns->relid = relid;
	columns->n = n;
	for (int i = 0; i < n; i++)
	{
		const RelColumn *column;

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" must not contain nulls",
							argname)));
		column = relgraph_find_column_by_name(catalog, rel,
											  NameStr(*DatumGetName(names[i])));
		if (column == NULL)
		{
			List	   *known = NIL;

			for (int k = 0; k < rel->ncolumns; k++)
				known = lappend(known,
								unconstify(char *, rel->columns[k].name));
			report_missing(ERRCODE_UNDEFINED_COLUMN, "column", relid,
						   NameStr(*DatumGetName(names[i])), known);
		}
		columns->attnums[i] = column->attnum;
		columns->types[i] = column->typid;
	}
}

/*
 * Make sure that two lists of columns can be compared pair by pair.
 */
static void
check_comparable(const GivenColumns *parent, const GivenColumns *child)
{
	if (parent->n != child->n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("numbers of columns of \"%s\" and \"%s\" differ",
						relgraph_relation_name(parent->relid),
						relgraph_relation_name(child->relid)),
				 errdetail("There are %d and %d.", parent->n, child->n)));
	for (int i = 0; i < parent->n; i++)
	{
		if (!OidIsValid(relgraph_find_equality(parent->types[i],
											   child->types[i])))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("columns \"%s\" of \"%s\" and \"%s\" of \"%s\" cannot be compared",
							get_attname(parent->relid, parent->attnums[i], false),
							relgraph_relation_name(parent->relid),
							get_attname(child->relid, child->attnums[i], false),
							relgraph_relation_name(child->relid)),
					 errdetail("Types %s and %s have no equality operator in common.",
							   format_type_be(parent->types[i]),
							   format_type_be(child->types[i])),
					 errhint("Declare the relationship over a view that casts one of them.")));
	}
}

/* ----------------------------------------------------------------
 *		Writing
 * ----------------------------------------------------------------
 */

/*
 * Open relgraph.declared for writing.  Other writers wait until the end of the
 * transaction; what they wrote before is seen.
 */
static Relation
open_declared(const char *command)
{
	Oid			relid = relgraph_config_relation();
	Relation	rel;

	PreventCommandIfReadOnly(command);
	PreventCommandIfParallelMode(command);
	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"relgraph.declared\" does not exist"),
				 errhint("Run CREATE EXTENSION relgraph.")));
	rel = table_open(relid, ShareRowExclusiveLock);
	relgraph_check_config_relation(rel);
	return rel;
}

/*
 * Have this and every other session read relgraph.declared again, when what
 * was written becomes visible to it.  Keeps the lock.
 */
static void
close_declared(Relation rel)
{
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
	CommandCounterIncrement();
}

static Datum
columns_datum(const FkEdge *edge, bool parent_side)
{
	return PointerGetDatum(relgraph_make_column_list(parent_side ? edge->parent : edge->child,
													 edge->nkeys,
													 parent_side ? edge->parent_attnums : edge->child_attnums));
}

/*
 * Insert a row; nulls are told by NULL names and zero Datums.
 */
static void
insert_declaration(Relation rel, char kind, Datum source, Datum target,
				   Datum through_source, Datum through_target,
				   const char *name, const char *inverse, Datum cardinality)
{
	Datum		values[DECLARED_NCOLUMNS] = {0};
	bool		nulls[DECLARED_NCOLUMNS];
	HeapTuple	tuple;

	values[DECLARED_KIND] = CharGetDatum(kind);
	values[DECLARED_SOURCE] = source;
	values[DECLARED_TARGET] = target;
	values[DECLARED_THROUGH_SOURCE] = through_source;
	values[DECLARED_THROUGH_TARGET] = through_target;
	if (name != NULL)
		values[DECLARED_NAME] = CStringGetTextDatum(name);
	if (inverse != NULL)
		values[DECLARED_INVERSE] = CStringGetTextDatum(inverse);
	values[DECLARED_CARDINALITY] = cardinality;
	for (int i = 0; i < DECLARED_NCOLUMNS; i++)
		nulls[i] = values[i] == (Datum) 0;

	tuple = heap_form_tuple(RelationGetDescr(rel), values, nulls);
	simple_heap_insert(rel, tuple);
	heap_freetuple(tuple);
}

/*
 * Delete the row of a declaration.  The lock on the table makes sure that it
 * is still the one that was read.
 */
static void
delete_declaration(Relation rel, Declaration *declaration)
{
	simple_heap_delete(rel, &declaration->tid);
}

/*
 * relgraph.declared_changed(): statement trigger on relgraph.declared.
 */
Datum
relgraph_declared_changed(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by a trigger",
						"relgraph.declared_changed")));
	CacheInvalidateRelcache(data->tg_relation);
	PG_RETURN_POINTER(NULL);
}

/*
 * Return the columns that a row to be inserted names, or NULL.
 */
static ColumnList *
columns_of_row(TriggerData *data, int column)
{
	bool		isnull;
	Datum		value = heap_getattr(data->tg_trigtuple, column + 1,
									 RelationGetDescr(data->tg_relation),
									 &isnull);
	ColumnList *list = isnull ? NULL : DatumGetColumnListP(value);

	return list != NULL && OidIsValid(list->relid) ? list : NULL;
}

static bool
may_reference(const ColumnList *list)
{
	return pg_class_aclcheck(list->relid, GetUserId(),
							 ACL_REFERENCES) == ACLCHECK_OK;
}

/*
 * relgraph.declared_guard(): row trigger on relgraph.declared.  Rows are
 * inserted when a dump is restored, maybe by someone who is no superuser;
 * passes over those that he could not declare.
 */
Datum
relgraph_declared_guard(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	ColumnList *source;
	ColumnList *target;
	ColumnList *through;
	Datum		kind;
	bool		isnull;
	bool		is_allowed;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
		!TRIGGER_FIRED_BY_INSERT(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called before an insert",
						"relgraph.declared_guard")));
	relgraph_check_config_relation(data->tg_relation);
	if (superuser())
		return PointerGetDatum(data->tg_trigtuple);

	source = columns_of_row(data, DECLARED_SOURCE);
	target = columns_of_row(data, DECLARED_TARGET);
	through = columns_of_row(data, DECLARED_THROUGH_SOURCE);
	kind = heap_getattr(data->tg_trigtuple, DECLARED_KIND + 1,
						RelationGetDescr(data->tg_relation), &isnull);
	if (isnull || source == NULL || target == NULL)
		return PointerGetDatum(NULL);
	if (DatumGetChar(kind) == DECLARED_ASSOCIATION)
		is_allowed = through != NULL && may_reference(source) &&
			relgraph_class_ownercheck(through->relid, GetUserId());
	else
		is_allowed = relgraph_class_ownercheck(source->relid, GetUserId()) &&
			(through == NULL || may_reference(through));
	is_allowed = is_allowed && may_reference(target);
	return PointerGetDatum(is_allowed ? data->tg_trigtuple : NULL);
}

/* ----------------------------------------------------------------
 *		set_name, set_association_name
 * ----------------------------------------------------------------
 */

/*
 * Return the edge of a constraint of a table; an error if there is none.
 */
static const FkEdge *
find_edge_by_name(Oid relid, const char *name)
{
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, relid);
	List	   *names = NIL;

	relgraph_need_edges(catalog, rel);
	for (int i = 0; i < rel->nedges; i++)
	{
		if (strcmp(rel->edges[i]->conname, name) == 0)
			return rel->edges[i];
		names = lappend(names, unconstify(char *, rel->edges[i]->conname));
	}
	report_missing(ERRCODE_UNDEFINED_OBJECT, "foreign key", relid, name, names);
	return NULL;
}

static bool
names_foreign_key(const Declaration *declaration, const FkEdge *edge)
{
	return declaration->kind == DECLARED_FOREIGN_KEY &&
		relgraph_column_list_is(declaration->source, edge->child,
								edge->nkeys, edge->child_attnums) &&
		relgraph_column_list_is(declaration->target, edge->parent,
								edge->nkeys, edge->parent_attnums);
}

/*
 * relgraph.set_name(child, constraint_name, forward, reverse)
 */
Datum
relgraph_set_name(PG_FUNCTION_ARGS)
{
	char	   *forward = text_argument(fcinfo, 2);
	char	   *reverse = text_argument(fcinfo, 3);
	Relation	rel;
	const FkEdge *edge;
	ListCell   *cell;
	bool		names_both;

	require_argument(fcinfo, 0, "child");
	require_argument(fcinfo, 1, "constraint_name");
	check_name(forward);
	check_name(reverse);
	lock_relation(PG_GETARG_OID(0));
	require_ownership(PG_GETARG_OID(0));
	rel = open_declared("relgraph.set_name()");

	edge = find_edge_by_name(PG_GETARG_OID(0), NameStr(*PG_GETARG_NAME(1)));
	if (reverse != NULL)
		require_references(edge->parent);
	if (forward != NULL && reverse != NULL && edge->child == edge->parent &&
		strcmp(forward, reverse) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("both directions cannot be named \"%s\"", forward),
				 errdetail("The foreign key leads from table \"%s\" to itself.",
						   relgraph_relation_name(edge->child))));
	names_both = forward != NULL && reverse != NULL;
	check_name_is_free(edge->child, forward, edge, NULL, false, names_both);
	check_name_is_free(edge->parent, reverse, edge, NULL, true, names_both);

	foreach(cell, relgraph_get_declarations(relgraph_get_catalog()))
	{
		if (names_foreign_key(lfirst(cell), edge))
			delete_declaration(rel, lfirst(cell));
	}
	if (forward != NULL || reverse != NULL)
		insert_declaration(rel, DECLARED_FOREIGN_KEY,
						   columns_datum(edge, false),
						   columns_datum(edge, true), 0, 0,
						   forward, reverse, 0);
	close_declared(rel);
	PG_RETURN_VOID();
}

/*
 * Tell whether a declaration names the association of two edges.
 */
static bool
names_association(const Declaration *declaration, const FkEdge *left,
				  const FkEdge *right)
{
	return declaration->kind == DECLARED_ASSOCIATION &&
		relgraph_column_list_is(declaration->through_source, left->child,
								left->nkeys, left->child_attnums) &&
		relgraph_column_list_is(declaration->through_target, right->child,
								right->nkeys, right->child_attnums) &&
		declaration->source->relid == left->parent &&
		declaration->target->relid == right->parent;
}

/*
 * Make sure that two edges of a table make a many-to-many.
 */
static void
check_association(const FkEdge *left, const FkEdge *right)
{
	RelCatalog *catalog = relgraph_get_catalog();
	const AssociationPairs *pairs =
		relgraph_association_pairs(catalog,
								   relgraph_get_relation(catalog, left->child));

	for (int i = 0; i < pairs->npairs; i++)
	{
		const AssociationPair *pair = &pairs->pairs[i];

		if (pair->kind != ASSOCIATION_NARY &&
			((pair->left == left && pair->right == right) ||
			 (pair->left == right && pair->right == left)))
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("foreign keys \"%s\" and \"%s\" of table \"%s\" are not a many-to-many relationship",
					left->conname, right->conname,
					relgraph_relation_name(left->child)),
			 errhint("See relgraph.association_tables; relgraph.declare() with \"through\" can say otherwise.")));
}

/*
 * relgraph.set_association_name(association, left_constraint,
 * right_constraint, left_name, right_name)
 */
Datum
relgraph_set_association_name(PG_FUNCTION_ARGS)
{
	static const char *const argnames[] = {"association", "left_constraint",
	"right_constraint"};
	char	   *left_name = text_argument(fcinfo, 3);
	char	   *right_name = text_argument(fcinfo, 4);
	Relation	rel;
	const FkEdge *left;
	const FkEdge *right;
	ListCell   *cell;
	bool		names_both;

	for (int i = 0; i < lengthof(argnames); i++)
		require_argument(fcinfo, i, argnames[i]);
	check_name(left_name);
	check_name(right_name);
	lock_relation(PG_GETARG_OID(0));
	require_ownership(PG_GETARG_OID(0));
	rel = open_declared("relgraph.set_association_name()");

	left = find_edge_by_name(PG_GETARG_OID(0), NameStr(*PG_GETARG_NAME(1)));
	right = find_edge_by_name(PG_GETARG_OID(0), NameStr(*PG_GETARG_NAME(2)));
	check_association(left, right);
	if (left_name != NULL)
		require_references(left->parent);
	if (right_name != NULL)
		require_references(right->parent);
	if (left_name != NULL && right_name != NULL &&
		left->parent == right->parent && strcmp(left_name, right_name) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("both directions cannot be named \"%s\"", left_name),
				 errdetail("Both foreign keys lead to table \"%s\".",
						   relgraph_relation_name(left->parent))));
	names_both = left_name != NULL && right_name != NULL;
	check_name_is_free(left->parent, left_name, left, right, true, names_both);
	check_name_is_free(right->parent, right_name, right, left, true,
					   names_both);

	foreach(cell, relgraph_get_declarations(relgraph_get_catalog()))
	{
		if (names_association(lfirst(cell), left, right) ||
			names_association(lfirst(cell), right, left))
			delete_declaration(rel, lfirst(cell));
	}
	if (left_name != NULL || right_name != NULL)
		insert_declaration(rel, DECLARED_ASSOCIATION,
						   columns_datum(left, true),
						   columns_datum(right, true),
						   columns_datum(left, false),
						   columns_datum(right, false),
						   left_name, right_name, 0);
	close_declared(rel);
	PG_RETURN_VOID();
}

/* ----------------------------------------------------------------
 *		declare, forget
 * ----------------------------------------------------------------
 */

static Datum
given_columns_datum(const GivenColumns *columns)
{
	return PointerGetDatum(relgraph_make_column_list(columns->relid,
													 columns->n,
													 columns->attnums));
}

/*
 * Make sure that a name is not declared twice at once: on one table, for both
 * directions.
 */
static void
check_declared_names(Oid source, const char *name, Oid target,
					 const char *inverse)
{
	check_name_is_free(source, name, NULL, NULL, false, false);
	check_name_is_free(target, inverse, NULL, NULL, false, false);
	if (source == target && inverse != NULL && strcmp(name, inverse) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("both directions cannot be named \"%s\"", name),
				 errdetail("The relationship leads from table \"%s\" to itself.",
						   relgraph_relation_name(source))));
}

/*
 * relgraph.declare(source, name, source_columns, target, target_columns,
 * inverse, cardinality, through, through_source_columns,
 * through_target_columns)
 */
Datum
relgraph_declare(PG_FUNCTION_ARGS)
{
	char	   *name = text_argument(fcinfo, 1);
	char	   *inverse = text_argument(fcinfo, 5);
	Datum		cardinality = PG_ARGISNULL(6) ? (Datum) 0 : PG_GETARG_DATUM(6);
	bool		is_through = !PG_ARGISNULL(7);
	GivenColumns source;
	GivenColumns target;
	GivenColumns through_source;
	GivenColumns through_target;
	Relation	rel;

	require_argument(fcinfo, 0, "source");
	require_argument(fcinfo, 1, "name");
	require_argument(fcinfo, 3, "target");
	check_name(name);
	check_name(inverse);
	lock_relation(PG_GETARG_OID(0));
	lock_relation(PG_GETARG_OID(3));
	require_ownership(PG_GETARG_OID(0));
	require_references(PG_GETARG_OID(3));
	columns_argument(fcinfo, 2, "source_columns", PG_GETARG_OID(0), &source);
	columns_argument(fcinfo, 4, "target_columns", PG_GETARG_OID(3), &target);
	if (is_through)
	{
		lock_relation(PG_GETARG_OID(7));
		require_references(PG_GETARG_OID(7));
		columns_argument(fcinfo, 8, "through_source_columns",
						 PG_GETARG_OID(7), &through_source);
		columns_argument(fcinfo, 9, "through_target_columns",
						 PG_GETARG_OID(7), &through_target);
		check_comparable(&source, &through_source);
		check_comparable(&target, &through_target);
	}
	else if (!PG_ARGISNULL(8) || !PG_ARGISNULL(9))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("columns of an association table were given without the table"),
				 errhint("Give the association table as \"through\".")));
	else
		check_comparable(&target, &source);

	rel = open_declared("relgraph.declare()");
	check_declared_names(source.relid, name, target.relid, inverse);
	insert_declaration(rel, DECLARED_RELATIONSHIP,
					   given_columns_datum(&source),
					   given_columns_datum(&target),
					   is_through ? given_columns_datum(&through_source) : 0,
					   is_through ? given_columns_datum(&through_target) : 0,
					   name, inverse, cardinality);
	close_declared(rel);
	PG_RETURN_VOID();
}

/*
 * Tell whether a declaration gives a name to a relation's side of it.
 */
static bool
gives_name(const Declaration *declaration, Oid relid, const char *name)
{
	return (declaration->source->relid == relid && declaration->name != NULL &&
			strcmp(declaration->name, name) == 0) ||
		(declaration->target->relid == relid && declaration->inverse != NULL &&
		 strcmp(declaration->inverse, name) == 0);
}

/*
 * relgraph.forget(source, name)
 */
Datum
relgraph_forget(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Relation	rel;
	ListCell   *cell;
	List	   *names = NIL;
	List	   *found = NIL;

	lock_relation(relid);
	rel = open_declared("relgraph.forget()");
	foreach(cell, relgraph_get_declarations(relgraph_get_catalog()))
	{
		Declaration *declaration = lfirst(cell);

		if (gives_name(declaration, relid, name))
			found = lappend(found, declaration);
		if (declaration->source->relid == relid && declaration->name != NULL)
			names = lappend(names, unconstify(char *, declaration->name));
		if (declaration->target->relid == relid && declaration->inverse != NULL)
			names = lappend(names, unconstify(char *, declaration->inverse));
	}
	if (found == NIL)
		report_missing(ERRCODE_UNDEFINED_OBJECT, "declared name", relid, name,
					   names);
	foreach(cell, found)
	{
		Declaration *declaration = lfirst(cell);

		require_ownership(declaration->kind == DECLARED_ASSOCIATION
						  ? declaration->through_source->relid
						  : declaration->source->relid);
		delete_declaration(rel, declaration);
	}
	close_declared(rel);
	PG_RETURN_VOID();
}
