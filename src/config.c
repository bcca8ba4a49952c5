/*-------------------------------------------------------------------------
 *
 * config.c
 *	  Reads relgraph.declared: names people fixed, relationships they declared.
 *
 * The table belongs to the extension and is dumped with the database.  Its
 * rows may be wrong: written by hand, restored into a different schema, or
 * left over from dropped tables.  A row that does not hold is passed over;
 * declare.c reports mistakes when a declaration is made.
 *
 * The declarations live in the memory of a RelCatalog and are read again after
 * a change of any relation it knows: of the table itself, or of one that a
 * declaration is about.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "config.h"

static const char *const cardinality_labels[] = {"1:1", "1:M", "M:1", "M:M"};

/*
 * Return the label of a cardinality.
 */
const char *
relgraph_cardinality_label(RelCardinality cardinality)
{
	return cardinality_labels[cardinality];
}

/*
 * Return the OID of relgraph.declared, or InvalidOid if the extension is not
 * (yet, or any more) installed.
 */
Oid
relgraph_config_relation(void)
{
	Oid			schemaid = get_namespace_oid("relgraph", true);

	return OidIsValid(schemaid) ? get_relname_relid("declared", schemaid)
		: InvalidOid;
}

/*
 * Tell whether a type is relgraph.columns: it is read by this library, and
 * nobody but a superuser can make such a type.
 */
static bool
is_columns_type(Oid typid)
{
	Oid			input;
	Oid			ioparam;
	FmgrInfo	finfo;

	if (get_typtype(typid) != TYPTYPE_BASE)
		return false;
	getTypeInputInfo(typid, &input, &ioparam);
	fmgr_info(input, &finfo);
	return finfo.fn_addr == relgraph_columns_in;
}

/*
 * Return the owner of a type.
 */
static Oid
owner_of_type(Oid typid)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(typid));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_type) GETSTRUCT(tuple))->typowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/*
 * Make sure that a table is what this library takes relgraph.declared to be.
 * The owner of the schema can put another one in its place, and must not get
 * more out of it than wrong names.
 */
void
relgraph_check_config_relation(Relation rel)
{
	TupleDesc	tupdesc = RelationGetDescr(rel);
	bool		is_ours = tupdesc->natts == DECLARED_NCOLUMNS &&
		rel->rd_rel->relkind == RELKIND_RELATION;

	for (int i = 0; i < tupdesc->natts && is_ours; i++)
	{
		Form_pg_attribute att = TupleDescAttr(tupdesc, i);

		is_ours = !att->attisdropped;
		if (!is_ours)
			break;
		if (i == DECLARED_KIND)
			is_ours = att->atttypid == CHAROID;
		else if (i == DECLARED_NAME || i == DECLARED_INVERSE)
			is_ours = att->atttypid == TEXTOID;
		else if (i == DECLARED_CARDINALITY)
			is_ours = get_typtype(att->atttypid) == TYPTYPE_ENUM;
		else
			is_ours = is_columns_type(att->atttypid);
	}

	/* Its owner may write to it; and what writes here knows but a heap. */
	if (is_ours)
		is_ours = rel->rd_rel->relam == HEAP_TABLE_AM_OID &&
			rel->rd_rel->relowner ==
			owner_of_type(TupleDescAttr(tupdesc, DECLARED_SOURCE)->atttypid);
	if (!is_ours)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"relgraph.declared\" is not the one that the extension made"),
				 errhint("Drop the extension and create it again.")));
}

/*
 * Return the operator that compares a referenced column with a referencing
 * one for equality, referenced side left, or InvalidOid: what ALTER TABLE ADD
 * FOREIGN KEY would choose (tablecmds.c, ATAddForeignKeyConstraint), with the
 * default operator class in place of the unique index's.
 */
Oid
relgraph_find_equality(Oid parent_type, Oid child_type)
{
	Oid			parent_base = getBaseType(parent_type);
	Oid			child_base = getBaseType(child_type);
	TypeCacheEntry *type = lookup_type_cache(parent_base,
											 TYPECACHE_BTREE_OPFAMILY);
	Oid			family = type->btree_opf;
	Oid			input = type->btree_opintype;
	Oid			result;

	if (!OidIsValid(family))
	{
		type = lookup_type_cache(parent_base, TYPECACHE_EQ_OPR);
		return parent_base == child_base ? type->eq_opr : InvalidOid;
	}
	result = get_opfamily_member(family, input, child_base,
								 BTEqualStrategyNumber);
	if (OidIsValid(result))
		return result;
	if (IsPolymorphicType(input) ? parent_base != child_base :
		!can_coerce_type(1, &child_base, &input, COERCION_IMPLICIT))
		return InvalidOid;
	return get_opfamily_member(family, input, input, BTEqualStrategyNumber);
}

/*
 * Return an edge between columns that no constraint connects, or NULL if a
 * column is gone or a pair of columns has no equality.
 */
FkEdge *
relgraph_make_declared_edge(RelCatalog *catalog, const ColumnList *child,
							const ColumnList *parent)
{
	RelInfo    *child_rel = relgraph_get_relation(catalog, child->relid);
	RelInfo    *parent_rel = relgraph_get_relation(catalog, parent->relid);
	int			nkeys = child->ncolumns;
	FkEdge	   *edge;
	Oid		   *pf_eq_oprs;
	Oid		   *ff_eq_oprs;

	if (nkeys != parent->ncolumns || nkeys < 1)
		return NULL;

	edge = MemoryContextAllocZero(catalog->cxt, sizeof(FkEdge) +
								  2 * nkeys * sizeof(Oid));
	edge->child = child->relid;
	edge->parent = parent->relid;
	edge->nkeys = nkeys;
	edge->child_attnums = child->attnums;
	edge->parent_attnums = parent->attnums;
	edge->pf_eq_oprs = pf_eq_oprs = (Oid *) (edge + 1);
	edge->ff_eq_oprs = ff_eq_oprs = pf_eq_oprs + nkeys;
	edge->on_update = edge->on_delete = '\0';
	edge->match_type = FKCONSTR_MATCH_SIMPLE;

	for (int i = 0; i < nkeys; i++)
	{
		const RelColumn *left = relgraph_find_column(catalog, parent_rel,
													 parent->attnums[i]);
		const RelColumn *right = relgraph_find_column(catalog, child_rel,
													  child->attnums[i]);

		if (left == NULL || right == NULL)
			return NULL;
		pf_eq_oprs[i] = relgraph_find_equality(left->typid, right->typid);
		ff_eq_oprs[i] = relgraph_find_equality(right->typid, right->typid);
		if (!OidIsValid(pf_eq_oprs[i]))
			return NULL;
	}
	return edge;
}

/*
 * Tell whether a list names just these columns of this relation, in whatever
 * order.
 */
bool
relgraph_column_list_is(const ColumnList *list, Oid relid,
						int ncolumns, const AttrNumber *attnums)
{
	if (list->relid != relid || list->ncolumns != ncolumns)
		return false;
	for (int i = 0; i < ncolumns; i++)
	{
		bool		found = false;

		for (int j = 0; j < ncolumns && !found; j++)
			found = list->attnums[j] == attnums[i];
		if (!found)
			return false;
	}
	return true;
}

/*
 * Return a copy of a stored list of columns, looked up if only its spelling
 * was stored; NULL if it names nothing.  Memory: current context.
 */
static ColumnList *
read_column_list(Datum value, bool isnull)
{
	ColumnList *list;

	if (isnull)
		return NULL;
	list = (ColumnList *) PG_DETOAST_DATUM_COPY(value);
	if (OidIsValid(list->relid))
		return list;
	return relgraph_find_column_list((char *) list->attnums);
}

/*
 * Return the cardinality of an enum value by its label.
 */
static bool
read_cardinality(Oid enumid, RelCardinality *cardinality)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(enumid));
	bool		found = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	for (int i = 0; i < lengthof(cardinality_labels) && !found; i++)
	{
		if (strcmp(NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel),
				   cardinality_labels[i]) == 0)
		{
			*cardinality = (RelCardinality) i;
			found = true;
		}
	}
	ReleaseSysCache(tuple);
	return found;
}

/*
 * Complete a declaration of a relationship with its edges.  Returns false if
 * it does not hold.
 */
static bool
resolve_declared_edges(RelCatalog *catalog, Declaration *declaration)
{
	if (declaration->through_source == NULL)
	{
		declaration->edge = relgraph_make_declared_edge(catalog,
														declaration->source,
														declaration->target);
		return declaration->edge != NULL;
	}
	if (declaration->through_target == NULL ||
		declaration->through_target->relid != declaration->through_source->relid)
		return false;
	declaration->edge = relgraph_make_declared_edge(catalog,
													declaration->through_source,
													declaration->source);
	declaration->through_edge =
		relgraph_make_declared_edge(catalog, declaration->through_target,
									declaration->target);
	return declaration->edge != NULL && declaration->through_edge != NULL;
}

/*
 * Return a row of relgraph.declared as a declaration, or NULL if it does not
 * hold.  Memory: current context.
 */
static Declaration *
read_declaration(RelCatalog *catalog, const Datum *values, const bool *isnull)
{
	Declaration *declaration;

	if (isnull[DECLARED_KIND])
		return NULL;
	declaration = palloc0(sizeof(Declaration));
	declaration->kind = DatumGetChar(values[DECLARED_KIND]);
	declaration->source = read_column_list(values[DECLARED_SOURCE],
										   isnull[DECLARED_SOURCE]);
	declaration->target = read_column_list(values[DECLARED_TARGET],
										   isnull[DECLARED_TARGET]);
	declaration->through_source =
		read_column_list(values[DECLARED_THROUGH_SOURCE],
						 isnull[DECLARED_THROUGH_SOURCE]);
	declaration->through_target =
		read_column_list(values[DECLARED_THROUGH_TARGET],
						 isnull[DECLARED_THROUGH_TARGET]);
	if (!isnull[DECLARED_NAME])
		declaration->name = TextDatumGetCString(values[DECLARED_NAME]);
	if (!isnull[DECLARED_INVERSE])
		declaration->inverse = TextDatumGetCString(values[DECLARED_INVERSE]);
	if (!isnull[DECLARED_CARDINALITY])
		declaration->has_cardinality =
			read_cardinality(DatumGetObjectId(values[DECLARED_CARDINALITY]),
							 &declaration->cardinality);

	if (declaration->source == NULL || declaration->target == NULL)
		return NULL;
	if (isnull[DECLARED_THROUGH_SOURCE] !=
		(declaration->through_source == NULL) ||
		isnull[DECLARED_THROUGH_TARGET] !=
		(declaration->through_target == NULL))
		return NULL;
	if (declaration->kind == DECLARED_ASSOCIATION &&
		(declaration->through_source == NULL ||
		 declaration->through_target == NULL))
		return NULL;
	if (declaration->kind == DECLARED_RELATIONSHIP &&
		(declaration->name == NULL ||
		 !resolve_declared_edges(catalog, declaration)))
		return NULL;
	return declaration;
}

/*
 * Return all declarations that hold: a list of Declaration * that belongs to
 * the catalog.
 */
List *
relgraph_get_declarations(RelCatalog *catalog)
{
	Oid			relid;
	uint64		changes = catalog->changes;
	MemoryContext oldcxt;
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *result = NIL;

	if (catalog->declared_at == changes + 1)
		return catalog->declarations;
	relid = relgraph_config_relation();
	if (!OidIsValid(relid))
		return NIL;
	(void) relgraph_get_relation(catalog, relid);	/* to learn of changes */

	oldcxt = MemoryContextSwitchTo(catalog->cxt);
	rel = table_open(relid, AccessShareLock);
	relgraph_check_config_relation(rel);
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Datum		values[DECLARED_NCOLUMNS];
		bool		isnull[DECLARED_NCOLUMNS];
		Declaration *declaration;

		heap_deform_tuple(tuple, RelationGetDescr(rel), values, isnull);
		declaration = read_declaration(catalog, values, isnull);
		if (declaration != NULL)
		{
			declaration->tid = tuple->t_self;
			result = lappend(result, declaration);
		}
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	MemoryContextSwitchTo(oldcxt);

	/* Those that were read before are garbage until the catalog goes. */
	catalog->nforgotten += list_length(catalog->declarations);
	catalog->declarations = result;
	catalog->declared_at = changes + 1;
	return result;
}
