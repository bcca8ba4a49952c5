/*-------------------------------------------------------------------------
 *
 * fkindex.c
 *	  Reads pg_index: what the indexes of a relation can prove.
 *
 * The part of fkcatalog.c that deals with indexes; the same rules of memory
 * and snapshots apply.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "fkcatalog.h"

static bool predicate_says_not_null(RelIndex *index, Datum predicate);

/*
 * Make sure that the indexes of a relation are known.
 */
void
relgraph_need_indexes(RelCatalog *catalog, RelInfo *rel)
{
	Relation	indrel;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	MemoryContext oldcxt;

	if (rel->has_indexes || catalog->is_complete)
		return;

	oldcxt = MemoryContextSwitchTo(catalog->cxt);
	rel->nindexes = 0;
	indrel = table_open(IndexRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(rel->relid));
	scan = systable_beginscan(indrel, IndexIndrelidIndexId, true,
							  NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		relgraph_add_index(rel, indrel, tuple);

		/* A renamed index, or one made valid, invalidates only itself. */
		relgraph_track_relation(catalog,
								((Form_pg_index) GETSTRUCT(tuple))->indexrelid,
								rel->relid);
	}
	systable_endscan(scan);
	table_close(indrel, AccessShareLock);
	relgraph_finish_indexes(rel);
	rel->has_indexes = true;
	MemoryContextSwitchTo(oldcxt);
}

/*
 * Return the exclusion operators of an index's constraint, or NULL.  Memory:
 * current context.
 */
static Oid *
read_exclusion_operators(Oid indexid, int nkeys)
{
	Oid			conoid = get_index_constraint(indexid);
	HeapTuple	tuple;
	Datum		value;
	bool		isnull;
	Oid		   *result = NULL;

	if (!OidIsValid(conoid))
		return NULL;
	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(conoid));
	if (!HeapTupleIsValid(tuple))
		return NULL;
	value = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conexclop,
							&isnull);
	if (!isnull)
	{
		ArrayType  *array = DatumGetArrayTypeP(value);

		if (ARR_NDIM(array) == 1 && ARR_DIMS(array)[0] == nkeys &&
			!ARR_HASNULL(array) && ARR_ELEMTYPE(array) == OIDOID)
		{
			result = palloc(nkeys * sizeof(Oid));
			memcpy(result, ARR_DATA_PTR(array), nkeys * sizeof(Oid));
		}
	}
	ReleaseSysCache(tuple);
	return result;
}

/*
 * Add a pg_index row to its relation.
 */
void
relgraph_add_index(RelInfo *rel, Relation indrel, HeapTuple tuple)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
	RelIndex   *index;
	Datum		value;
	bool		isnull;
	oidvector  *classes;
	oidvector  *collations;
	int			nkeys = form->indnkeyatts;

	rel->indexes = relgraph_grow_array(rel->indexes, rel->nindexes, sizeof(RelIndex));
	index = &rel->indexes[rel->nindexes++];
	memset(index, 0, sizeof(RelIndex));
	index->indexid = form->indexrelid;
	index->nkeys = nkeys;
	index->is_primary = form->indisprimary;
	index->is_unique = form->indisunique;
	index->is_exclusion = form->indisexclusion;
	index->is_usable = form->indisvalid && form->indisready && form->indislive;
	index->has_expressions =
		!heap_attisnull(tuple, Anum_pg_index_indexprs, NULL);
	index->has_predicate = !heap_attisnull(tuple, Anum_pg_index_indpred, NULL);

	index->attnums = palloc(nkeys * sizeof(AttrNumber));
	memcpy(index->attnums, form->indkey.values, nkeys * sizeof(AttrNumber));
	if (index->has_predicate)
	{
		value = heap_getattr(tuple, Anum_pg_index_indpred,
							 RelationGetDescr(indrel), &isnull);
		index->predicate_is_not_null = predicate_says_not_null(index, value);
	}
	if (!index->is_unique && !index->is_exclusion)
		return;

	value = heap_getattr(tuple, Anum_pg_index_indclass,
						 RelationGetDescr(indrel), &isnull);
	classes = (oidvector *) DatumGetPointer(value);
	value = heap_getattr(tuple, Anum_pg_index_indcollation,
						 RelationGetDescr(indrel), &isnull);
	collations = (oidvector *) DatumGetPointer(value);
	index->opfamilies = palloc(2 * nkeys * sizeof(Oid));
	index->collations = index->opfamilies + nkeys;
	for (int i = 0; i < nkeys; i++)
	{
		index->opfamilies[i] = get_opclass_family(classes->values[i]);
		index->collations[i] = collations->values[i];
	}

	if (index->is_exclusion)
		index->exclusion_oprs = read_exclusion_operators(index->indexid, nkeys);
}

/*
 * Tell whether a condition says nothing but that key columns of the index are
 * not null, and note which.
 */
static bool
says_not_null(RelIndex *index, Node *condition)
{
	NullTest   *test = (NullTest *) condition;

	check_stack_depth();
	if (is_andclause(condition))
	{
		ListCell   *cell;

		foreach(cell, ((BoolExpr *) condition)->args)
		{
			if (!says_not_null(index, lfirst(cell)))
				return false;
		}
		return true;
	}
	if (!IsA(condition, NullTest) || test->nulltesttype != IS_NOT_NULL ||
		test->argisrow || !IsA(test->arg, Var))
		return false;
	for (int i = 0; i < index->nkeys; i++)
	{
		if (index->attnums[i] == ((Var *) test->arg)->varattno)
		{
			index->not_null_attnums =
				relgraph_grow_array(index->not_null_attnums, index->nnot_null,
									sizeof(AttrNumber));
			index->not_null_attnums[index->nnot_null++] = index->attnums[i];
			return true;
		}
	}
	return false;
}

/*
 * Tell whether an index predicate says nothing but that key columns of the
 * index are not null.
 */
static bool
predicate_says_not_null(RelIndex *index, Datum predicate)
{
	return says_not_null(index,
						 (Node *) stringToNode(TextDatumGetCString(predicate)));
}

static int
compare_indexes(const void *a, const void *b)
{
	const RelIndex *left = a;
	const RelIndex *right = b;

	if (left->is_primary != right->is_primary)
		return left->is_primary ? -1 : 1;
	if (left->has_predicate != right->has_predicate)
		return left->has_predicate ? 1 : -1;
	if (left->nkeys != right->nkeys)
		return left->nkeys < right->nkeys ? -1 : 1;
	return left->indexid < right->indexid ? -1 : left->indexid > right->indexid;
}

/*
 * Sort the indexes so that the first proof found is the plainest one.
 */
void
relgraph_finish_indexes(RelInfo *rel)
{
	if (rel->nindexes > 1)
		qsort(rel->indexes, rel->nindexes, sizeof(RelIndex), compare_indexes);
}
