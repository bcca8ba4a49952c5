/*-------------------------------------------------------------------------
 *
 * fkcatalog.c
 *	  Reads pg_class, pg_attribute, pg_constraint and pg_trigger.
 *
 * A relation's facts are read on demand by index scans, so that asking about
 * one table costs the same in a database of ten tables and of ten thousand;
 * or all at once by one pass over each catalog, for the views.  Both ways run
 * the same code on each tuple.  (fkindex.c reads pg_index.)
 *
 * Scans use the catalog snapshot: the latest committed state, as DDL sees it.
 * No lock is taken on the relations read about, so anything can be gone by the
 * time it is used; whoever executes something locks first (see savedplan.c).
 *
 * All memory comes from the catalog's own context and is freed with it.
 * Nothing here is freed earlier: readers may hold pointers across anything.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "fkcatalog.h"

/*
 * Hash entry: the relation's current facts, or NULL if none were read.  An
 * index has none of its own, but its table's depend on it.
 */
typedef struct RelCatalogEntry
{
	Oid			relid;
	Oid			tableid;		/* of an index */
	char		status;			/* for simplehash.h */
	RelInfo    *rel;
} RelCatalogEntry;

#define SH_PREFIX relation_map
#define SH_ELEMENT_TYPE RelCatalogEntry
#define SH_KEY_TYPE Oid
#define SH_KEY relid
#define SH_HASH_KEY(table, key) murmurhash32(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static void fill_class_facts(RelInfo *rel, Form_pg_class form);
static void add_constraint(RelCatalog *catalog, RelInfo *rel,
						   Relation conrel, HeapTuple tuple);
static FkEdge *make_edge(Relation conrel, HeapTuple tuple);
static void finish_edges(RelInfo *rel);
static void pack_edges(RelInfo *rel);
static void add_column(RelInfo *rel, Form_pg_attribute att);
static void add_incoming(RelInfo *rel, Oid conoid, Oid child);
static bool read_incoming(RelCatalog *catalog, RelInfo *rel, int limit);

/* ----------------------------------------------------------------
 *		A catalog and its relations
 * ----------------------------------------------------------------
 */

/*
 * Return an empty catalog whose memory is the given context.
 */
RelCatalog *
relgraph_create_catalog(MemoryContext cxt)
{
	RelCatalog *catalog = MemoryContextAllocZero(cxt, sizeof(RelCatalog));
	HASHCTL		ctl;

	catalog->cxt = cxt;
	catalog->rels = relation_map_create(cxt, 64, NULL);
	ctl.keysize = ctl.entrysize = sizeof(uint32);
	ctl.hcxt = cxt;
	catalog->names = hash_create("relgraph names", 64, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return catalog;
}

static void
forget_entry(RelCatalog *catalog, RelCatalogEntry *entry)
{
	if (entry->rel != NULL && entry->rel->is_current)
	{
		entry->rel->is_current = false;
		catalog->nforgotten++;
	}
}

/*
 * Return the number of relations that the catalog knows.
 */
int
relgraph_count_relations(const RelCatalog *catalog)
{
	return catalog->rels->members;
}

/*
 * Mark what is known about a relation as out of date; InvalidOid means every
 * relation.  Returns true if the catalog knew the relation, so that something
 * derived from it may have changed.  Allocates nothing: it is called from an
 * invalidation callback.
 */
bool
relgraph_forget_relation(RelCatalog *catalog, Oid relid)
{
	RelCatalogEntry *entry;
	relation_map_iterator seq;

	if (OidIsValid(relid))
	{
		entry = relation_map_lookup(catalog->rels, relid);
		if (entry == NULL)
			return false;
		forget_entry(catalog, entry);
		if (OidIsValid(entry->tableid))
		{
			entry = relation_map_lookup(catalog->rels, entry->tableid);
			if (entry != NULL)
				forget_entry(catalog, entry);
		}
	}
	else
	{
		relation_map_start_iterate(catalog->rels, &seq);
		while ((entry = relation_map_iterate(catalog->rels, &seq)) != NULL)
			forget_entry(catalog, entry);
	}
	catalog->changes++;
	return true;
}

/*
 * Have the catalog know a relation without reading anything about it, so that
 * relgraph_forget_relation() reports a change of it.  Of an index, the table
 * is told.
 */
void
relgraph_track_relation(RelCatalog *catalog, Oid relid, Oid tableid)
{
	RelCatalogEntry *entry;
	bool		found;

	entry = relation_map_insert(catalog->rels, relid, &found);
	if (!found)
		entry->rel = NULL;
	entry->tableid = tableid;
}

/*
 * Return the place of a relation in the catalog, with nothing read yet if it
 * is new or out of date.
 */
static RelInfo *
touch_relation(RelCatalog *catalog, Oid relid)
{
	RelCatalogEntry *entry;
	RelInfo    *rel;
	bool		found;

	entry = relation_map_lookup(catalog->rels, relid);
	if (entry != NULL && entry->rel != NULL && entry->rel->is_current)
		return entry->rel;

	rel = MemoryContextAllocZero(catalog->cxt, sizeof(RelInfo));
	rel->relid = relid;
	rel->is_current = true;
	entry = relation_map_insert(catalog->rels, relid, &found);
	if (!found)
		entry->tableid = InvalidOid;
	entry->rel = rel;
	return rel;
}

/*
 * Return what pg_class says about a relation.  The result is never NULL:
 * "exists" is false for one that is not (any more) there.
 */
RelInfo *
relgraph_get_relation(RelCatalog *catalog, Oid relid)
{
	RelInfo    *rel = touch_relation(catalog, relid);
	HeapTuple	tuple;

	if (rel->name != NULL || catalog->is_complete)
		return rel;

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (HeapTupleIsValid(tuple))
	{
		MemoryContext oldcxt = MemoryContextSwitchTo(catalog->cxt);

		fill_class_facts(rel, (Form_pg_class) GETSTRUCT(tuple));
		MemoryContextSwitchTo(oldcxt);
		ReleaseSysCache(tuple);
	}
	return rel;
}

/*
 * Copy the facts of a pg_class row.  Memory: current context.
 */
static void
fill_class_facts(RelInfo *rel, Form_pg_class form)
{
	char	   *schema = get_namespace_name(form->relnamespace);

	rel->exists = true;
	rel->kind = form->relkind;
	rel->natts = form->relnatts;
	rel->schemaid = form->relnamespace;
	rel->is_partition = form->relispartition;
	rel->is_temporary_of_others = form->relpersistence == RELPERSISTENCE_TEMP &&
		isOtherTempNamespace(form->relnamespace);
	rel->schema = schema ? schema : "";
	rel->name = pstrdup(NameStr(form->relname));
}

/*
 * Return the OIDs of all relations of a name, in whatever schema: a list made
 * in the current context.
 */
List *
relgraph_relations_named(RelCatalog *catalog, const char *name)
{
	List	   *result = NIL;
	CatCList   *found;
	NameData	key;
	uint32		hash;

	if (strlen(name) >= NAMEDATALEN)
		return NIL;
	hash = hash_bytes((const unsigned char *) name, strlen(name));
	(void) hash_search(catalog->names, &hash, HASH_ENTER, NULL);
	namestrcpy(&key, name);
	found = SearchSysCacheList1(RELNAMENSP, NameGetDatum(&key));
	for (int i = 0; i < found->n_members; i++)
	{
		HeapTuple	tuple = &found->members[i]->tuple;

		result = lappend_oid(result, ((Form_pg_class) GETSTRUCT(tuple))->oid);
	}
	ReleaseSysCacheList(found);
	return result;
}

/*
 * Tell whether relations of the relation's present name were asked for.
 */
bool
relgraph_name_was_asked(RelCatalog *catalog, Oid relid)
{
	char	   *name = get_rel_name(relid);
	uint32		hash;

	if (name == NULL)
		return false;
	hash = hash_bytes((const unsigned char *) name, strlen(name));
	pfree(name);
	return hash_search(catalog->names, &hash, HASH_FIND, NULL) != NULL;
}

/*
 * Tell whether the views show a relation: not those of the system, of
 * relgraph itself, or of other sessions' temporary schemas.
 */
bool
relgraph_relation_is_shown(const RelInfo *rel)
{
	if (!rel->exists || rel->is_temporary_of_others)
		return false;
	if (rel->schemaid == PG_CATALOG_NAMESPACE ||
		rel->schemaid == PG_TOAST_NAMESPACE)
		return false;
	return strcmp(rel->schema, "information_schema") != 0 &&
		strcmp(rel->schema, "relgraph") != 0;
}

/* ----------------------------------------------------------------
 *		Foreign keys of a relation
 * ----------------------------------------------------------------
 */

/*
 * Make sure that the outgoing foreign keys of a relation are known.
 */
void
relgraph_need_edges(RelCatalog *catalog, RelInfo *rel)
{
	Relation	conrel;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	MemoryContext oldcxt;
	MemoryContext scratch;

	if (rel->has_edges || catalog->is_complete)
		return;

	scratch = AllocSetContextCreate(CurrentMemoryContext, "relgraph edges",
									ALLOCSET_SMALL_SIZES);
	oldcxt = MemoryContextSwitchTo(scratch);
	rel->nedges = rel->nunproven = 0;
	rel->edges = NULL;
	rel->unproven = NULL;
	conrel = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(rel->relid));
	scan = systable_beginscan(conrel, ConstraintRelidTypidNameIndexId, true,
							  NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		add_constraint(NULL, rel, conrel, tuple);
	systable_endscan(scan);
	table_close(conrel, AccessShareLock);

	finish_edges(rel);
	MemoryContextSwitchTo(catalog->cxt);
	pack_edges(rel);
	if (rel->nunproven > 0)
		rel->unproven = memcpy(palloc(rel->nunproven * sizeof(AttrNumber)),
							   rel->unproven,
							   rel->nunproven * sizeof(AttrNumber));
	MemoryContextDelete(scratch);
	rel->has_edges = true;
	MemoryContextSwitchTo(oldcxt);
}

/*
 * Add a pg_constraint row to its relation if it is an edge: a foreign key
 * that is not the clone partitioning made of another.  With a catalog, the
 * referenced relation learns of it too.
 */
static void
add_constraint(RelCatalog *catalog, RelInfo *rel, Relation conrel,
			   HeapTuple tuple)
{
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(tuple);

	if (relgraph_con_unproven_not_null(con))
	{
		rel->unproven = relgraph_grow_array(rel->unproven, rel->nunproven,
											sizeof(AttrNumber));
		rel->unproven[rel->nunproven++] = extractNotNullColumn(tuple);
	}
	if (con->contype != CONSTRAINT_FOREIGN || OidIsValid(con->conparentid))
		return;

	rel->edges = relgraph_grow_array(rel->edges, rel->nedges, sizeof(FkEdge *));
	rel->edges[rel->nedges++] = make_edge(conrel, tuple);
	if (catalog != NULL)
		add_incoming(touch_relation(catalog, con->confrelid),
					 con->oid, con->conrelid);
}

/*
 * Return the space that an edge takes with all that it points to.
 */
static Size
edge_size(const FkEdge *edge)
{
	return MAXALIGN(sizeof(FkEdge) +
					edge->nkeys * 2 * (sizeof(Oid) + sizeof(AttrNumber)) +
					strlen(edge->conname) + 1);
}

/*
 * Copy an edge, with all that it points to, into a space of that size.
 */
static FkEdge *
place_edge(char *space, const FkEdge *edge)
{
	FkEdge	   *copy = memcpy(space, edge, sizeof(FkEdge));
	Size		oids = edge->nkeys * sizeof(Oid);
	Size		attnums = edge->nkeys * sizeof(AttrNumber);

	space += sizeof(FkEdge);
	copy->pf_eq_oprs = memcpy(space, edge->pf_eq_oprs, oids);
	space += oids;
	copy->ff_eq_oprs = memcpy(space, edge->ff_eq_oprs, oids);
	space += oids;
	copy->child_attnums = memcpy(space, edge->child_attnums, attnums);
	space += attnums;
	copy->parent_attnums = memcpy(space, edge->parent_attnums, attnums);
	space += attnums;
	copy->conname = strcpy(space, edge->conname);
	return copy;
}

/*
 * Move the edges to the current context, in one piece.
 */
static void
pack_edges(RelInfo *rel)
{
	Size		size = rel->nedges * sizeof(FkEdge *);
	FkEdge	  **edges;
	char	   *space;

	for (int i = 0; i < rel->nedges; i++)
		size += edge_size(rel->edges[i]);
	edges = palloc(Max(size, 1));
	space = (char *) (edges + rel->nedges);
	for (int i = 0; i < rel->nedges; i++)
	{
		edges[i] = place_edge(space, rel->edges[i]);
		space += edge_size(rel->edges[i]);
	}
	rel->edges = edges;
}

/*
 * Build an edge from a pg_constraint row.  Memory: current context, in one
 * piece.
 */
static FkEdge *
make_edge(Relation conrel, HeapTuple tuple)
{
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(tuple);
	int			nkeys;
	AttrNumber	child_attnums[INDEX_MAX_KEYS];
	AttrNumber	parent_attnums[INDEX_MAX_KEYS];
	Oid			pf_eq_oprs[INDEX_MAX_KEYS];
	Oid			pp_eq_oprs[INDEX_MAX_KEYS];
	Oid			ff_eq_oprs[INDEX_MAX_KEYS];
	FkEdge		edge;

	DeconstructFkConstraintRow(tuple, &nkeys, child_attnums, parent_attnums,
							   pf_eq_oprs, pp_eq_oprs, ff_eq_oprs,
							   NULL, NULL);

	memset(&edge, 0, sizeof(FkEdge));
	edge.nkeys = nkeys;
	edge.pf_eq_oprs = pf_eq_oprs;
	edge.ff_eq_oprs = ff_eq_oprs;
	edge.child_attnums = child_attnums;
	edge.parent_attnums = parent_attnums;
	edge.conname = NameStr(con->conname);

	edge.conoid = con->oid;
	edge.child = con->conrelid;
	edge.parent = con->confrelid;
	edge.on_update = con->confupdtype;
	edge.on_delete = con->confdeltype;
	edge.match_type = con->confmatchtype;
	edge.is_deferrable = con->condeferrable;
	edge.is_validated = con->convalidated;
	edge.is_enforced = relgraph_con_enforced(con);
	edge.is_temporal = relgraph_con_temporal(con);
	return place_edge(palloc(edge_size(&edge)), &edge);
}

static int
compare_edges(const void *a, const void *b)
{
	return strcmp((*(FkEdge *const *) a)->conname,
				  (*(FkEdge *const *) b)->conname);
}

/*
 * Tell whether two edges of one child pair the same columns with the same
 * columns of the same parent, in whatever order.
 */
static bool
edges_are_same(const FkEdge *a, const FkEdge *b)
{
	if (a->parent != b->parent || a->nkeys != b->nkeys)
		return false;
	for (int i = 0; i < a->nkeys; i++)
	{
		bool		found = false;

		for (int j = 0; j < b->nkeys && !found; j++)
			found = a->child_attnums[i] == b->child_attnums[j] &&
				a->parent_attnums[i] == b->parent_attnums[j];
		if (!found)
			return false;
	}
	return true;
}

/*
 * Sort the edges by constraint name and drop repetitions: of foreign keys
 * that say the same, the one whose name sorts first stands for all.
 */
static void
finish_edges(RelInfo *rel)
{
	int			kept = 0;

	if (rel->nedges > 1)
		qsort(rel->edges, rel->nedges, sizeof(FkEdge *), compare_edges);
	for (int i = 0; i < rel->nedges; i++)
	{
		bool		is_repeated = false;

		for (int j = 0; j < kept && !is_repeated; j++)
			is_repeated = edges_are_same(rel->edges[j], rel->edges[i]);
		if (!is_repeated)
			rel->edges[kept++] = rel->edges[i];
	}
	rel->nedges = kept;
}

/*
 * Return the outgoing edge of a constraint, or NULL if it is gone or another
 * constraint stands for it.
 */
FkEdge *
relgraph_find_edge(RelCatalog *catalog, RelInfo *rel, Oid conoid)
{
	relgraph_need_edges(catalog, rel);
	for (int i = 0; i < rel->nedges; i++)
	{
		if (rel->edges[i]->conoid == conoid)
			return rel->edges[i];
	}
	return NULL;
}

/* ----------------------------------------------------------------
 *		Foreign keys that reference a relation
 * ----------------------------------------------------------------
 */

/*
 * Note a referencing constraint, once.
 */
static void
add_incoming(RelInfo *rel, Oid conoid, Oid child)
{
	rel->incoming = relgraph_grow_array(rel->incoming, rel->nincoming,
							   sizeof(RelIncoming));
	rel->incoming[rel->nincoming].conoid = conoid;
	rel->incoming[rel->nincoming].child = child;
	rel->nincoming++;
}

/*
 * Keys of one child stand together.
 */
static int
compare_incoming(const void *a, const void *b)
{
	const RelIncoming *left = a;
	const RelIncoming *right = b;

	if (left->child != right->child)
		return left->child < right->child ? -1 : 1;
	return left->conoid < right->conoid ? -1 : left->conoid > right->conoid;
}

/*
 * Read the referencing constraints from the triggers that enforce them:
 * pg_constraint has no index on confrelid, but each enforced key has its
 * action triggers on the referenced relation.  Clones for partitions have a
 * parent trigger and are left out.  Returns false if there are more than the
 * limit.
 */
static bool
read_incoming_triggers(RelInfo *rel, int limit)
{
	Relation	tgrel = table_open(TriggerRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(rel->relid));
	scan = systable_beginscan(tgrel, TriggerRelidNameIndexId, true,
							  NULL, 1, &key);
	while (rel->nincoming <= limit &&
		   HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);

		if (trigger->tgisinternal && OidIsValid(trigger->tgconstraint) &&
			!OidIsValid(trigger->tgparentid) &&
			RI_FKey_trigger_type(trigger->tgfoid) == RI_TRIGGER_PK)
			add_incoming(rel, trigger->tgconstraint, trigger->tgconstrrelid);
	}
	systable_endscan(scan);
	table_close(tgrel, AccessShareLock);
	return rel->nincoming <= limit;
}

#if RELGRAPH_HAS_NOT_ENFORCED
/*
 * Read the referencing constraints that no trigger enforces, from what
 * depends on the relation's columns.
 */
static void
read_incoming_dependencies(RelInfo *rel)
{
	Relation	deprel = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key[2];
	HeapTuple	tuple;

	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(rel->relid));
	scan = systable_beginscan(deprel, DependReferenceIndexId, true,
							  NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend depend = (Form_pg_depend) GETSTRUCT(tuple);
		HeapTuple	contup;
		Form_pg_constraint con;

		if (depend->classid != ConstraintRelationId ||
			depend->deptype != DEPENDENCY_NORMAL)
			continue;
		contup = SearchSysCache1(CONSTROID, ObjectIdGetDatum(depend->objid));
		if (!HeapTupleIsValid(contup))
			continue;
		con = (Form_pg_constraint) GETSTRUCT(contup);
		if (con->contype == CONSTRAINT_FOREIGN && !con->conenforced &&
			!OidIsValid(con->conparentid) && con->confrelid == rel->relid)
			add_incoming(rel, con->oid, con->conrelid);
		ReleaseSysCache(contup);
	}
	systable_endscan(scan);
	table_close(deprel, AccessShareLock);
}
#endif

/*
 * Make sure that the list of foreign keys that reference a relation is known.
 */
void
relgraph_need_incoming(RelCatalog *catalog, RelInfo *rel)
{
	if (!rel->has_incoming && !catalog->is_complete)
		(void) read_incoming(catalog, rel, INT_MAX / 2);
}

/*
 * The same, unless there are more than the limit, which is always the same
 * one.  Returns whether the list is known now.
 */
bool
relgraph_try_incoming(RelCatalog *catalog, RelInfo *rel, int limit)
{
	if (rel->has_incoming || catalog->is_complete)
		return true;
	if (!rel->has_many_incoming)
		rel->has_many_incoming = !read_incoming(catalog, rel, limit);
	return rel->has_incoming;
}

/*
 * Read the list of foreign keys that reference a relation.  Returns false, and
 * leaves it not known, if there are more than the limit.
 */
static bool
read_incoming(RelCatalog *catalog, RelInfo *rel, int limit)
{
	MemoryContext oldcxt;
	int			kept = 0;
	bool		is_read;

	oldcxt = MemoryContextSwitchTo(catalog->cxt);
	rel->nincoming = 0;
	/* Each constraint has two triggers. */
	is_read = read_incoming_triggers(rel, 2 * limit);
#if RELGRAPH_HAS_NOT_ENFORCED
	if (is_read)
		read_incoming_dependencies(rel);
#endif
	MemoryContextSwitchTo(oldcxt);
	if (!is_read)
		return false;

	/* Each constraint came with two triggers, or once for each column. */
	if (rel->nincoming > 1)
		qsort(rel->incoming, rel->nincoming, sizeof(RelIncoming),
			  compare_incoming);
	for (int i = 0; i < rel->nincoming; i++)
	{
		if (kept == 0 ||
			rel->incoming[kept - 1].conoid != rel->incoming[i].conoid)
		{
			rel->incoming[kept++] = rel->incoming[i];
			relgraph_track_relation(catalog, rel->incoming[i].child,
									InvalidOid);
		}
	}
	rel->nincoming = kept;
	rel->has_incoming = true;
	return true;
}

/*
 * Tell whether the list of foreign keys that reference a relation is still
 * the one that was read.  Changes of enforced keys invalidate the relation;
 * those of keys that are not enforced (18 and later) only show in
 * pg_constraint, so whoever counts its changes asks here after one.
 */
bool
relgraph_incoming_is_current(RelCatalog *catalog, RelInfo *rel,
							 uint64 generation)
{
#if RELGRAPH_HAS_NOT_ENFORCED
	RelInfo		fresh = {0};

	if (!rel->has_incoming || rel->incoming_generation == generation)
		return true;
	fresh.relid = rel->relid;
	relgraph_need_incoming(catalog, &fresh);
	if (fresh.nincoming != rel->nincoming ||
		(fresh.nincoming > 0 &&
		 memcmp(fresh.incoming, rel->incoming,
				fresh.nincoming * sizeof(RelIncoming)) != 0))
		return false;
	if (fresh.incoming != NULL)
		pfree(fresh.incoming);
	rel->incoming_generation = generation;
#endif
	return true;
}

/* ----------------------------------------------------------------
 *		Columns
 * ----------------------------------------------------------------
 */

/*
 * Move the columns to the current context, in one piece with their names.
 */
static void
pack_columns(RelInfo *rel)
{
	Size		size = rel->ncolumns * sizeof(RelColumn);
	RelColumn  *columns;
	char	   *space;

	for (int i = 0; i < rel->ncolumns; i++)
		size += strlen(rel->columns[i].name) + 1;
	columns = palloc(Max(size, 1));
	space = (char *) (columns + rel->ncolumns);
	for (int i = 0; i < rel->ncolumns; i++)
	{
		columns[i] = rel->columns[i];
		columns[i].name = strcpy(space, rel->columns[i].name);
		space += strlen(space) + 1;
	}
	rel->columns = columns;
}

/*
 * Make sure that the columns of a relation are known.
 */
void
relgraph_need_columns(RelCatalog *catalog, RelInfo *rel)
{
	Relation	attrel;
	SysScanDesc scan;
	ScanKeyData key[2];
	HeapTuple	tuple;
	MemoryContext oldcxt;
	MemoryContext scratch;

	if (rel->has_columns || catalog->is_complete)
		return;

	scratch = AllocSetContextCreate(CurrentMemoryContext, "relgraph columns",
									ALLOCSET_SMALL_SIZES);
	oldcxt = MemoryContextSwitchTo(scratch);
	rel->ncolumns = 0;
	rel->columns = NULL;
	attrel = table_open(AttributeRelationId, AccessShareLock);
	ScanKeyInit(&key[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(rel->relid));
	ScanKeyInit(&key[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber,
				F_INT2GT, Int16GetDatum(0));
	scan = systable_beginscan(attrel, AttributeRelidNumIndexId, true,
							  NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		add_column(rel, (Form_pg_attribute) GETSTRUCT(tuple));
	systable_endscan(scan);
	table_close(attrel, AccessShareLock);
	MemoryContextSwitchTo(catalog->cxt);
	pack_columns(rel);
	MemoryContextDelete(scratch);
	rel->has_columns = true;
	MemoryContextSwitchTo(oldcxt);
}

/*
 * Add a pg_attribute row to its relation unless the column is dropped.
 */
static void
add_column(RelInfo *rel, Form_pg_attribute att)
{
	RelColumn  *column;

	if (att->attisdropped)
		return;
	rel->columns = relgraph_grow_array(rel->columns, rel->ncolumns, sizeof(RelColumn));
	column = &rel->columns[rel->ncolumns++];
	column->attnum = att->attnum;
	column->is_not_null = att->attnotnull;
	column->is_generated = att->attidentity != '\0' ||
		att->attgenerated != '\0' || att->atthasdef;
	column->typid = att->atttypid;
	column->collation = att->attcollation;
	column->name = pstrdup(NameStr(att->attname));
}

/*
 * Return a live column by number, or NULL if there is none (any more).
 */
const RelColumn *
relgraph_find_column(RelCatalog *catalog, RelInfo *rel, AttrNumber attnum)
{
	int			low = 0;
	int			high;

	relgraph_need_columns(catalog, rel);
	high = rel->ncolumns - 1;
	while (low <= high)
	{
		int			middle = (low + high) / 2;

		if (rel->columns[middle].attnum == attnum)
			return &rel->columns[middle];
		if (rel->columns[middle].attnum < attnum)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return NULL;
}

/*
 * Return a live column by name, or NULL.
 */
const RelColumn *
relgraph_find_column_by_name(RelCatalog *catalog, RelInfo *rel,
							 const char *name)
{
	relgraph_need_columns(catalog, rel);
	for (int i = 0; i < rel->ncolumns; i++)
	{
		const char *candidate = rel->columns[i].name;

		/* The first letter decides most cases without a call. */
		if (candidate[0] == name[0] && strcmp(candidate, name) == 0)
			return &rel->columns[i];
	}
	return NULL;
}

/* ----------------------------------------------------------------
 *		Everything at once
 * ----------------------------------------------------------------
 */

/*
 * Return the relation if it is in the catalog already, else NULL.
 */
static RelInfo *
find_relation(RelCatalog *catalog, Oid relid)
{
	RelCatalogEntry *entry = relation_map_lookup(catalog->rels, relid);

	return entry ? entry->rel : NULL;
}

/*
 * Call the function for every row of a catalog, in physical order.
 */
static void
scan_catalog(RelCatalog *catalog, Oid catalogid,
			 void (*visit) (RelCatalog *, Relation, HeapTuple))
{
	Relation	rel = table_open(catalogid, AccessShareLock);
	SysScanDesc scan;
	HeapTuple	tuple;

	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		visit(catalog, rel, tuple);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

static void
visit_class(RelCatalog *catalog, Relation rel, HeapTuple tuple)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	RelInfo    *info;

	if (form->relkind != RELKIND_RELATION &&
		form->relkind != RELKIND_PARTITIONED_TABLE &&
		form->relkind != RELKIND_VIEW &&
		form->relkind != RELKIND_MATVIEW &&
		form->relkind != RELKIND_FOREIGN_TABLE)
		return;
	if (form->relnamespace == PG_CATALOG_NAMESPACE)
		return;
	info = touch_relation(catalog, form->oid);
	fill_class_facts(info, form);
}

static void
visit_constraint(RelCatalog *catalog, Relation rel, HeapTuple tuple)
{
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(tuple);

	if (con->contype == CONSTRAINT_FOREIGN ||
		relgraph_con_unproven_not_null(con))
		add_constraint(catalog, touch_relation(catalog, con->conrelid),
					   rel, tuple);
}

static void
visit_index(RelCatalog *catalog, Relation rel, HeapTuple tuple)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
	RelInfo    *info = find_relation(catalog, form->indrelid);

	if (info != NULL)
		relgraph_add_index(info, rel, tuple);
}

static void
visit_attribute(RelCatalog *catalog, Relation rel, HeapTuple tuple)
{
	Form_pg_attribute att = (Form_pg_attribute) GETSTRUCT(tuple);

	if (att->attnum <= 0)
		return;
	/* Neighbouring rows mostly belong to one relation. */
	if (catalog->last_visited == NULL ||
		catalog->last_visited->relid != att->attrelid)
		catalog->last_visited = find_relation(catalog, att->attrelid);
	if (catalog->last_visited != NULL)
		add_column(catalog->last_visited, att);
}

static int
compare_columns(const void *a, const void *b)
{
	return ((const RelColumn *) a)->attnum - ((const RelColumn *) b)->attnum;
}

/*
 * Read everything about every relation into an empty catalog, with one scan
 * of each system catalog.
 */
void
relgraph_read_whole_catalog(RelCatalog *catalog)
{
	MemoryContext oldcxt = MemoryContextSwitchTo(catalog->cxt);
	relation_map_iterator seq;
	RelCatalogEntry *entry;

	scan_catalog(catalog, RelationRelationId, visit_class);
	scan_catalog(catalog, ConstraintRelationId, visit_constraint);
	scan_catalog(catalog, IndexRelationId, visit_index);
	scan_catalog(catalog, AttributeRelationId, visit_attribute);

	relation_map_start_iterate(catalog->rels, &seq);
	while ((entry = relation_map_iterate(catalog->rels, &seq)) != NULL)
	{
		RelInfo    *rel = entry->rel;

		finish_edges(rel);
		relgraph_finish_indexes(rel);
		if (rel->ncolumns > 1)
			qsort(rel->columns, rel->ncolumns, sizeof(RelColumn),
				  compare_columns);
		if (rel->nincoming > 1)
			qsort(rel->incoming, rel->nincoming, sizeof(RelIncoming),
				  compare_incoming);
		rel->has_edges = rel->has_indexes = true;
		rel->has_columns = rel->has_incoming = true;
	}
	catalog->is_complete = true;
	MemoryContextSwitchTo(oldcxt);
}

static int
compare_relations(const ListCell *a, const ListCell *b)
{
	const RelInfo *left = lfirst(a);
	const RelInfo *right = lfirst(b);
	int			order = strcmp(left->schema, right->schema);

	return order != 0 ? order : strcmp(left->name, right->name);
}

/*
 * Return the relations of a catalog that the views show, by schema and name:
 * a list of RelInfo * made in the current context.
 */
List *
relgraph_list_relations(RelCatalog *catalog)
{
	List	   *result = NIL;
	relation_map_iterator seq;
	RelCatalogEntry *entry;

	relation_map_start_iterate(catalog->rels, &seq);
	while ((entry = relation_map_iterate(catalog->rels, &seq)) != NULL)
	{
		if (entry->rel != NULL && relgraph_relation_is_shown(entry->rel))
			result = lappend(result, entry->rel);
	}
	list_sort(result, compare_relations);
	return result;
}

/*
 * Return the array with room for one more element: arrays grow by doubling
 * at powers of two.  Memory: current context.
 */
void *
relgraph_grow_array(void *array, int used, Size size)
{
	if (array == NULL)
		return palloc(size * 4);
	if (used >= 4 && (used & (used - 1)) == 0)
		return repalloc(array, size * used * 2);
	return array;
}
