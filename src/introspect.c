/*-------------------------------------------------------------------------
 *
 * introspect.c
 *	  The graph as rows: what stands behind the views of schema relgraph.
 *
 * The views read the whole database in one pass into a catalog of their own,
 * which lives as long as the call.  relationships_of() asks the backend's
 * cache about one table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "explain.h"
#include "graphcache.h"

PG_FUNCTION_INFO_V1(relgraph_all_relationships);
PG_FUNCTION_INFO_V1(relgraph_relationships_of);
PG_FUNCTION_INFO_V1(relgraph_all_foreign_keys);
PG_FUNCTION_INFO_V1(relgraph_all_association_tables);
PG_FUNCTION_INFO_V1(relgraph_all_tables);
PG_FUNCTION_INFO_V1(relgraph_cache_info);
PG_FUNCTION_INFO_V1(relgraph_cache_reset);

#define MAX_COLUMNS		32

/* A result set being filled. */
typedef struct RowWriter
{
	ReturnSetInfo *rsinfo;
	RelCatalog *catalog;
	MemoryContext row_cxt;		/* reset after each row */
	Oid			cardinalities[4];	/* values of relgraph.cardinality */
	int			natts;
	Datum		values[MAX_COLUMNS];
	bool		nulls[MAX_COLUMNS];
} RowWriter;

/* ----------------------------------------------------------------
 *		Rows
 * ----------------------------------------------------------------
 */

/*
 * Start a result set.
 */
static void
begin_rows(RowWriter *writer, FunctionCallInfo fcinfo, RelCatalog *catalog)
{
	InitMaterializedSRF(fcinfo, 0);
	writer->rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	writer->catalog = catalog;
	writer->row_cxt = AllocSetContextCreate(CurrentMemoryContext,
											"relgraph row",
											ALLOCSET_DEFAULT_SIZES);
	memset(writer->cardinalities, 0, sizeof(writer->cardinalities));
	writer->natts = 0;
}

static void
put_null(RowWriter *writer)
{
	writer->nulls[writer->natts] = true;
	writer->values[writer->natts++] = (Datum) 0;
}

static void
put_datum(RowWriter *writer, Datum value)
{
	writer->nulls[writer->natts] = false;
	writer->values[writer->natts++] = value;
}

static void
put_oid(RowWriter *writer, Oid oid)
{
	if (OidIsValid(oid))
		put_datum(writer, ObjectIdGetDatum(oid));
	else
		put_null(writer);
}

static void
put_text(RowWriter *writer, const char *string)
{
	if (string != NULL)
		put_datum(writer, CStringGetTextDatum(string));
	else
		put_null(writer);
}

static void
put_name(RowWriter *writer, const char *string)
{
	Name		name;

	if (string == NULL)
	{
		put_null(writer);
		return;
	}
	name = palloc(NAMEDATALEN);
	namestrcpy(name, string);
	put_datum(writer, NameGetDatum(name));
}

static void
put_bool(RowWriter *writer, bool value)
{
	put_datum(writer, BoolGetDatum(value));
}

/*
 * Put a value of relgraph.cardinality, the type of the column.
 */
static void
put_cardinality(RowWriter *writer, RelCardinality cardinality)
{
	if (!OidIsValid(writer->cardinalities[cardinality]))
	{
		TupleDesc	tupdesc = writer->rsinfo->setDesc;
		Oid			typid = TupleDescAttr(tupdesc, writer->natts)->atttypid;

		writer->cardinalities[cardinality] =
			GetSysCacheOid2(ENUMTYPOIDNAME, Anum_pg_enum_oid,
							ObjectIdGetDatum(typid),
							CStringGetDatum(relgraph_cardinality_label(cardinality)));
	}
	put_datum(writer, ObjectIdGetDatum(writer->cardinalities[cardinality]));
}

/*
 * Put the names of columns of a relation, as name[].
 */
static void
put_columns(RowWriter *writer, Oid relid, int n, const AttrNumber *attnums)
{
	RelInfo    *rel = relgraph_get_relation(writer->catalog, relid);
	Size		size = ARR_OVERHEAD_NONULLS(1) + n * NAMEDATALEN;
	ArrayType  *array;

	if (n == 0)
	{
		put_datum(writer, PointerGetDatum(construct_empty_array(NAMEOID)));
		return;
	}
	array = palloc0(size);
	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = NAMEOID;
	ARR_DIMS(array)[0] = n;
	ARR_LBOUND(array)[0] = 1;
	for (int i = 0; i < n; i++)
	{
		const RelColumn *column = relgraph_find_column(writer->catalog, rel,
													   attnums[i]);

		if (column != NULL)
			strlcpy(ARR_DATA_PTR(array) + i * NAMEDATALEN, column->name,
					NAMEDATALEN);
	}
	put_datum(writer, PointerGetDatum(array));
}

/*
 * Put the action of a foreign key, in words.
 */
static void
put_action(RowWriter *writer, char action)
{
	switch (action)
	{
		case FKCONSTR_ACTION_NOACTION:
			put_text(writer, "no action");
			break;
		case FKCONSTR_ACTION_RESTRICT:
			put_text(writer, "restrict");
			break;
		case FKCONSTR_ACTION_CASCADE:
			put_text(writer, "cascade");
			break;
		case FKCONSTR_ACTION_SETNULL:
			put_text(writer, "set null");
			break;
		case FKCONSTR_ACTION_SETDEFAULT:
			put_text(writer, "set default");
			break;
		default:
			put_null(writer);
			break;
	}
}

/*
 * Run in the row's memory until end_row().
 */
static MemoryContext
begin_row(RowWriter *writer)
{
	CHECK_FOR_INTERRUPTS();
	writer->natts = 0;
	return MemoryContextSwitchTo(writer->row_cxt);
}

static void
end_row(RowWriter *writer, MemoryContext oldcxt)
{
	Assert(writer->natts == writer->rsinfo->setDesc->natts);
	MemoryContextSwitchTo(oldcxt);
	tuplestore_putvalues(writer->rsinfo->setResult, writer->rsinfo->setDesc,
						 writer->values, writer->nulls);
	MemoryContextReset(writer->row_cxt);
}

/* ----------------------------------------------------------------
 *		relgraph.relationships
 * ----------------------------------------------------------------
 */

/*
 * Put the columns that describe how two relations are joined.
 */
static void
put_join(RowWriter *writer, const Relationship *relationship)
{
	const RelHop *first = &relationship->hops[0];
	const RelHop *last = &relationship->hops[relationship->nhops - 1];

	put_columns(writer, first->from, first->nkeys, first->from_attnums);
	put_columns(writer, last->to, last->nkeys, last->to_attnums);
	if (relationship->nhops == 2)
	{
		put_oid(writer, relationship->through);
		put_columns(writer, first->to, first->nkeys, first->to_attnums);
		put_columns(writer, last->from, last->nkeys, last->from_attnums);
	}
	else
	{
		put_null(writer);
		put_null(writer);
		put_null(writer);
	}
}

/*
 * Put the columns that describe the constraints behind a relationship.
 */
static void
put_constraints(RowWriter *writer, const Relationship *relationship)
{
	const FkEdge *edge = relationship->edge;
	const FkEdge *through = relationship->through_edge;

	put_name(writer, edge->conname);
	put_name(writer, through ? through->conname : NULL);
	put_action(writer, edge->on_delete);
	put_action(writer, edge->on_update);
	if (relationship->is_declared)
	{
		put_null(writer);
		put_null(writer);
		put_null(writer);
		return;
	}
	put_bool(writer, edge->is_deferrable ||
			 (through != NULL && through->is_deferrable));
	put_bool(writer, edge->is_validated &&
			 (through == NULL || through->is_validated));
	put_bool(writer, edge->is_enforced &&
			 (through == NULL || through->is_enforced));
}

static bool
relationship_is_optional(RelCatalog *catalog, const Relationship *relationship)
{
	if (relationship->nhops == 2 || relationship->hops[0].from_is_parent)
		return true;
	return relgraph_edge_is_optional(catalog, relationship->edge);
}

static bool
relationship_is_self_referential(const Relationship *relationship)
{
	if (relationship->nhops == 2)
		return relationship->edge->parent == relationship->through_edge->parent;
	return relationship->edge->child == relationship->edge->parent;
}

/*
 * Write a row of relgraph.relationships.
 */
static void
write_relationship(RowWriter *writer, const Relationship *relationship,
				   const char *inverse)
{
	MemoryContext oldcxt = begin_row(writer);

	put_oid(writer, relationship->source);
	put_text(writer, relationship->name);
	put_cardinality(writer, relationship->cardinality);
	put_oid(writer, relationship->target);
	put_bool(writer, relationship->is_list);
	put_bool(writer, relationship_is_optional(writer->catalog, relationship));
	put_join(writer, relationship);
	put_text(writer, inverse);
	put_text(writer, relationship->qualified_name);
	put_constraints(writer, relationship);
	if (relationship->nhops == 2 &&
		relationship->cardinality == CARDINALITY_MANY_TO_MANY)
		put_bool(writer, relationship->is_unique_pair);
	else
		put_null(writer);
	put_oid(writer, relationship->unique_index);
	put_bool(writer, relationship_is_self_referential(relationship));
	put_text(writer, relationship->is_declared ? "declared" : "foreign key");
	put_text(writer, relgraph_explain_relationship(writer->catalog, relationship));
	end_row(writer, oldcxt);
}

/* ----------------------------------------------------------------
 *		The whole database
 * ----------------------------------------------------------------
 */

/*
 * Read the whole database.  Returns the catalog and, by schema and name, the
 * relations that the views show.  Memory: current context.
 */
static RelCatalog *
read_database(List **relations)
{
	MemoryContext cxt = AllocSetContextCreate(CurrentMemoryContext,
											  "relgraph database",
											  ALLOCSET_DEFAULT_SIZES);
	RelCatalog *catalog = relgraph_create_catalog(cxt);

	relgraph_read_whole_catalog(catalog);
	*relations = relgraph_list_relations(catalog);
	return catalog;
}

/*
 * Return where the name of a relationship's direction is kept; the other
 * direction's is beside it.
 */
static const char **
name_slot(const Relationship *relationship, bool inverse)
{
	if (relationship->declaration != NULL)
		return (const char **) &relationship->declaration->names
			[relationship->is_from_source != inverse];
	if (relationship->pair != NULL)
		return (const char **) &relationship->pair->names
			[(relationship->pair->left == relationship->edge) != inverse];
	return (const char **) &relationship->edge->names
		[relationship->hops[0].from_is_parent != inverse];
}

/*
 * Name all relationships of all relations.  Returns the neighbourhoods, in the
 * order of the relations.
 */
static RelNeighbourhood **
name_everything(RelCatalog *catalog, List *relations)
{
	RelNeighbourhood **result = palloc((list_length(relations) + 1) *
									   sizeof(RelNeighbourhood *));
	ListCell   *cell;

	foreach(cell, relations)
	{
		RelInfo    *rel = lfirst(cell);
		RelNeighbourhood *neighbourhood;

		CHECK_FOR_INTERRUPTS();
		neighbourhood = relgraph_build_neighbourhood(catalog, rel);
		result[foreach_current_index(cell)] = neighbourhood;
		for (int i = 0; i < neighbourhood->nrelationships; i++)
		{
			Relationship *relationship = neighbourhood->relationships[i];

			if (!relationship->is_inherited)
				*name_slot(relationship, false) = relationship->name;
		}
	}
	return result;
}

/*
 * relgraph.all_relationships(): every relationship of the database, in each
 * direction.  Behind the view relgraph.relationships.
 */
Datum
relgraph_all_relationships(PG_FUNCTION_ARGS)
{
	RowWriter	writer;
	List	   *relations;
	RelCatalog *catalog = read_database(&relations);
	RelNeighbourhood **neighbourhoods = name_everything(catalog, relations);

	begin_rows(&writer, fcinfo, catalog);
	for (int i = 0; i < list_length(relations); i++)
	{
		for (int j = 0; j < neighbourhoods[i]->nrelationships; j++)
		{
			Relationship *relationship = neighbourhoods[i]->relationships[j];

			if (!relationship->is_inherited)
				write_relationship(&writer, relationship,
								   *name_slot(relationship, true));
		}
	}
	return (Datum) 0;
}

/*
 * relgraph.relationships_of(regclass): the relationships of one table, from
 * the backend's cache.
 */
Datum
relgraph_relationships_of(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	const RelNeighbourhood *neighbourhood;
	const char *const *inverses = relgraph_get_inverse_names(relid,
															 &neighbourhood);
	RelCatalog *catalog = relgraph_get_catalog();
	RelInfo    *rel = relgraph_get_relation(catalog, relid);
	RowWriter	writer;

	if (!rel->exists)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	begin_rows(&writer, fcinfo, catalog);
	if (!relgraph_relation_is_shown(rel))
		return (Datum) 0;
	for (int i = 0; i < neighbourhood->nrelationships; i++)
	{
		if (!neighbourhood->relationships[i]->is_inherited)
			write_relationship(&writer, neighbourhood->relationships[i],
							   inverses[i]);
	}
	return (Datum) 0;
}

/* ----------------------------------------------------------------
 *		relgraph.foreign_keys
 * ----------------------------------------------------------------
 */

/*
 * Write a row of relgraph.foreign_keys.
 */
static void
write_foreign_key(RowWriter *writer, const FkEdge *edge)
{
	MemoryContext oldcxt = begin_row(writer);
	Oid			proof = relgraph_prove_to_one(writer->catalog, edge);

	put_name(writer, edge->conname);
	put_oid(writer, edge->child);
	put_columns(writer, edge->child, edge->nkeys, edge->child_attnums);
	put_oid(writer, edge->parent);
	put_columns(writer, edge->parent, edge->nkeys, edge->parent_attnums);
	put_cardinality(writer, edge->is_temporal ? CARDINALITY_MANY_TO_MANY
					: OidIsValid(proof) ? CARDINALITY_ONE_TO_ONE
					: CARDINALITY_MANY_TO_ONE);
	put_bool(writer, relgraph_edge_is_optional(writer->catalog, edge));
	put_bool(writer, edge->child == edge->parent);
	put_action(writer, edge->on_delete);
	put_action(writer, edge->on_update);
	put_bool(writer, edge->is_deferrable);
	put_bool(writer, edge->is_validated);
	put_bool(writer, edge->is_enforced);
	put_bool(writer, relgraph_edge_has_index(writer->catalog, edge));
	put_oid(writer, proof);
	put_text(writer, edge->names[0]);
	put_text(writer, edge->names[1]);
	end_row(writer, oldcxt);
}

/*
 * relgraph.all_foreign_keys(): behind the view relgraph.foreign_keys.
 */
Datum
relgraph_all_foreign_keys(PG_FUNCTION_ARGS)
{
	RowWriter	writer;
	List	   *relations;
	RelCatalog *catalog = read_database(&relations);
	ListCell   *cell;

	(void) name_everything(catalog, relations);
	begin_rows(&writer, fcinfo, catalog);
	foreach(cell, relations)
	{
		RelInfo    *rel = lfirst(cell);

		for (int i = 0; i < rel->nedges; i++)
			write_foreign_key(&writer, rel->edges[i]);
	}
	return (Datum) 0;
}

/* ----------------------------------------------------------------
 *		relgraph.association_tables
 * ----------------------------------------------------------------
 */

/*
 * Write a row of relgraph.association_tables.
 */
static void
write_association(RowWriter *writer, const AssociationPair *pair)
{
	MemoryContext oldcxt = begin_row(writer);
	AttrNumber *payload;
	int			npayload = relgraph_payload_columns(writer->catalog,
													pair->left, pair->right,
													&payload);
	bool		is_unique = pair->kind == ASSOCIATION_UNIQUE_PAIR;

	put_oid(writer, pair->left->child);
	put_oid(writer, pair->left->parent);
	put_name(writer, pair->left->conname);
	put_oid(writer, pair->right->parent);
	put_name(writer, pair->right->conname);
	put_bool(writer, npayload == 0);
	put_columns(writer, pair->left->child, npayload, payload);
	put_bool(writer, is_unique);
	put_oid(writer, is_unique ? pair->index : InvalidOid);
	put_text(writer, relgraph_explain_pair(writer->catalog, pair));
	end_row(writer, oldcxt);
}

/*
 * relgraph.all_association_tables(): behind the view
 * relgraph.association_tables.
 */
Datum
relgraph_all_association_tables(PG_FUNCTION_ARGS)
{
	RowWriter	writer;
	List	   *relations;
	RelCatalog *catalog = read_database(&relations);
	ListCell   *cell;

	begin_rows(&writer, fcinfo, catalog);
	foreach(cell, relations)
	{
		const AssociationPairs *pairs =
			relgraph_association_pairs(catalog, lfirst(cell));

		for (int i = 0; i < pairs->npairs; i++)
			write_association(&writer, &pairs->pairs[i]);
	}
	return (Datum) 0;
}

/* ----------------------------------------------------------------
 *		relgraph.tables
 * ----------------------------------------------------------------
 */

/*
 * Put the names of the columns of a relation's primary key, or null.
 */
static void
put_primary_key(RowWriter *writer, RelInfo *rel)
{
	for (int i = 0; i < rel->nindexes; i++)
	{
		if (rel->indexes[i].is_primary)
		{
			put_columns(writer, rel->relid, rel->indexes[i].nkeys,
						rel->indexes[i].attnums);
			return;
		}
	}
	put_null(writer);
}

/*
 * Tell whether a table associates others, of two or more.
 */
static bool
is_association(RelCatalog *catalog, RelInfo *rel)
{
	return relgraph_association_pairs(catalog, rel)->npairs > 0;
}

/*
 * relgraph.all_tables(): behind the view relgraph.tables.
 */
Datum
relgraph_all_tables(PG_FUNCTION_ARGS)
{
	RowWriter	writer;
	List	   *relations;
	RelCatalog *catalog = read_database(&relations);
	ListCell   *cell;

	begin_rows(&writer, fcinfo, catalog);
	foreach(cell, relations)
	{
		RelInfo    *rel = lfirst(cell);
		List	   *relationships = relgraph_list_relationships(catalog, rel);
		ListCell   *inner;
		MemoryContext oldcxt;
		int			count = 0;

		foreach(inner, relationships)
		{
			if (!((Relationship *) lfirst(inner))->is_inherited)
				count++;
		}
		if (count == 0 && (rel->is_partition ||
						   (rel->kind != RELKIND_RELATION &&
							rel->kind != RELKIND_PARTITIONED_TABLE)))
			continue;
		oldcxt = begin_row(&writer);
		put_oid(&writer, rel->relid);
		put_primary_key(&writer, rel);
		put_datum(&writer, Int32GetDatum(count));
		put_bool(&writer, is_association(catalog, rel));
		end_row(&writer, oldcxt);
	}
	return (Datum) 0;
}

/* ----------------------------------------------------------------
 *		The cache
 * ----------------------------------------------------------------
 */

/*
 * relgraph.cache_info(): what this backend's cache holds.
 */
Datum
relgraph_cache_info(PG_FUNCTION_ARGS)
{
	GraphCacheInfo info;
	TupleDesc	tupdesc;
	Datum		values[4];
	bool		nulls[4] = {0};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	relgraph_describe_cache(&info);
	values[0] = Int64GetDatum(info.relations);
	values[1] = Int64GetDatum(info.neighbourhoods);
	values[2] = Int64GetDatum(info.builds);
	values[3] = Int64GetDatum(info.bytes);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc),
													  values, nulls)));
}

/*
 * relgraph.cache_reset(): forget everything this backend knows.
 */
Datum
relgraph_cache_reset(PG_FUNCTION_ARGS)
{
	relgraph_reset_cache();
	PG_RETURN_VOID();
}
