/*-------------------------------------------------------------------------
 *
 * graphcache.c
 *	  The backend's cache of neighbourhoods.
 *
 * One RelCatalog holds the facts of the relations that were asked about, and
 * on top of it stands one neighbourhood, with all names, for each relation
 * that paths start from.
 *
 * Invalidation is exact.  A relcache message names the relation that changed:
 * for a foreign key both of its ends get one, for an index or a renamed
 * column its table, at commit elsewhere, at the next command here, and again
 * on rollback.  Facts of that relation are forgotten and the generation
 * advances; neighbourhoods of an older generation are derived again, from
 * facts that mostly still hold, when they are next asked for.  Messages about
 * relations that the graph never met, such as temporary tables, cost one hash
 * look-up and change nothing.  (A syscache callback on pg_constraint could not
 * tell them apart; see inval.c on the ten relcache callbacks a backend has:
 * relgraph takes one.)
 *
 * What was handed out stays readable until the end of the transaction: memory
 * that is replaced goes to TopTransactionContext.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "compat.h"
#include "graphcache.h"
#include "naming.h"

/* Forgotten relations to put up with before everything is read afresh. */
#define MAX_FORGOTTEN	1000

/* Attempts to build while others change what is being read. */
#define MAX_ATTEMPTS	10

typedef struct CachedNeighbourhood
{
	Oid			relid;			/* hash key */
	uint64		generation;
	MemoryContext cxt;
	RelNeighbourhood *neighbourhood;	/* NULL if not built */

	/* names on the other side, in the order of the relationships */
	uint64		inverse_generation; /* of the names of all relations */
	MemoryContext inverse_cxt;
	const char **inverses;		/* NULL if not built */
} CachedNeighbourhood;

static RelCatalog *current_catalog = NULL;
static HTAB *neighbourhoods = NULL;
static int64 builds = 0;

/* Advanced when anything the graph knows may have changed. */
static uint64 graph_generation = 1;

/* Advanced when a name that was asked for may mean another relation. */
static uint64 name_generation = 1;

/* Relations that changed and that the graph had not met. */
#define MAX_STRANGERS	32
static Oid	strangers[MAX_STRANGERS];
static int	nstrangers = 0;

/* Advanced when any constraint may have changed. */
static uint64 constraint_generation = 1;

static void
relation_callback(Datum arg, Oid relid)
{
	if (current_catalog == NULL)
		return;
	if (relgraph_forget_relation(current_catalog, relid))
		graph_generation++;
	else if (nstrangers > 0 && strangers[nstrangers - 1] == relid)
		return;
	else if (nstrangers < MAX_STRANGERS)
		strangers[nstrangers++] = relid;
	else
		name_generation++;
	if (!OidIsValid(relid))
		name_generation++;
}

static void
schema_callback(Datum arg, SysCacheIdentifier cacheid, uint32 hashvalue)
{
	if (current_catalog != NULL)
		(void) relgraph_forget_relation(current_catalog, InvalidOid);
	graph_generation++;
}

static void
constraint_callback(Datum arg, SysCacheIdentifier cacheid, uint32 hashvalue)
{
	constraint_generation++;
}

/*
 * Retire a memory context: what is in it can be read until the transaction
 * ends.
 */
static void
retire_context(MemoryContext cxt)
{
	if (cxt != NULL)
		MemoryContextSetParent(cxt, TopTransactionContext);
}

/*
 * Forget everything.  What was handed out stays readable until the end of the
 * transaction.
 */
void
relgraph_reset_cache(void)
{
	if (current_catalog != NULL)
	{
		retire_context(current_catalog->cxt);
		current_catalog = NULL;
		neighbourhoods = NULL;
	}
	graph_generation++;
}

/*
 * Return the backend's catalog of relations, which reads what it is asked
 * for.  Processes pending invalidations.
 */
RelCatalog *
relgraph_get_catalog(void)
{
	static bool is_registered = false;
	MemoryContext cxt;
	HASHCTL		ctl;

	if (!is_registered)
	{
		CacheRegisterRelcacheCallback(relation_callback, (Datum) 0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, schema_callback,
									  (Datum) 0);
		CacheRegisterSyscacheCallback(CONSTROID, constraint_callback,
									  (Datum) 0);
		is_registered = true;
	}

	AcceptInvalidationMessages();
	if (current_catalog != NULL && current_catalog->nforgotten > MAX_FORGOTTEN)
		relgraph_reset_cache();
	if (current_catalog != NULL)
		return current_catalog;

	/* No block of a megabyte for the sake of a few relations more. */
	cxt = AllocSetContextCreate(CacheMemoryContext, "relgraph graph",
								0, 8 * 1024, 16 * 1024);
	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(CachedNeighbourhood);
	ctl.hcxt = cxt;
	neighbourhoods = hash_create("relgraph neighbourhoods", 32, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	current_catalog = relgraph_create_catalog(cxt);
	return current_catalog;
}

/*
 * Return a number that stays the same as long as nothing has changed that the
 * graph depends on.  Processes pending invalidations.
 */
uint64
relgraph_graph_generation(void)
{
	(void) relgraph_get_catalog();
	if (RELGRAPH_HAS_NOT_ENFORCED)
		return graph_generation + constraint_generation;
	return graph_generation;
}

static int
compare_relationships(const void *a, const void *b)
{
	const Relationship *left = *(Relationship *const *) a;
	const Relationship *right = *(Relationship *const *) b;
	int			order = strcmp(left->name, right->name);

	return order != 0 ? order : strcmp(left->qualified_name,
									   right->qualified_name);
}

/*
 * Build the neighbourhood of a relation in the current context.
 */
RelNeighbourhood *
relgraph_build_neighbourhood(RelCatalog *catalog, RelInfo *rel)
{
	List	   *list = relgraph_list_relationships(catalog, rel);
	RelNeighbourhood *result = palloc0(sizeof(RelNeighbourhood));
	int			n = list_length(list);

	result->relid = rel->relid;
	result->nrelationships = n;
	result->relationships = palloc((n + 1) * sizeof(Relationship *));
	for (int i = 0; i < n; i++)
		result->relationships[i] = list_nth(list, i);
	relgraph_assign_names(catalog, rel, result->relationships, n);
	if (n > 1)
		qsort(result->relationships, n, sizeof(Relationship *),
			  compare_relationships);
	return result;
}

/*
 * Return the place of a relation's neighbourhood in the cache.
 */
static CachedNeighbourhood *
touch_neighbourhood(Oid relid)
{
	CachedNeighbourhood *cached;
	bool		found;

	cached = hash_search(neighbourhoods, &relid, HASH_ENTER, &found);
	if (!found)
	{
		cached->generation = 0;
		cached->cxt = NULL;
		cached->neighbourhood = NULL;
		cached->inverse_generation = 0;
		cached->inverse_cxt = NULL;
		cached->inverses = NULL;
	}
	return cached;
}

/*
 * Return the place of a relation's neighbourhood in the cache, with the
 * neighbourhood as of now.
 */
static CachedNeighbourhood *
current_neighbourhood(Oid relid)
{
	RelCatalog *catalog = relgraph_get_catalog();
	CachedNeighbourhood *cached = touch_neighbourhood(relid);

	for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++)
	{
		RelInfo    *rel = relgraph_get_relation(catalog, relid);
		MemoryContext cxt;
		MemoryContext oldcxt;
		RelNeighbourhood *built;
		uint64		generation;

		if (!relgraph_incoming_is_current(catalog, rel, constraint_generation))
			relation_callback((Datum) 0, relid);
		if (cached->neighbourhood != NULL &&
			cached->generation == graph_generation)
			break;

		/*
		 * Stamp with the generation before anything is read: reading may
		 * process invalidations of what has just been read.
		 */
		generation = graph_generation;
		cxt = AllocSetContextCreate(CurrentMemoryContext,
									"relgraph neighbourhood",
									0, 1024, 2 * 1024);
		oldcxt = MemoryContextSwitchTo(cxt);
		built = relgraph_build_neighbourhood(catalog,
											 relgraph_get_relation(catalog,
																   relid));
		MemoryContextSwitchTo(oldcxt);
		builds++;

		retire_context(cached->cxt);
		retire_context(cached->inverse_cxt);
		MemoryContextSetParent(cxt, catalog->cxt);
		cached->cxt = cxt;
		cached->neighbourhood = built;
		cached->generation = generation;
		cached->inverse_cxt = NULL;
		cached->inverses = NULL;
	}
	return cached;
}

/*
 * Return everything one can walk from a relation.  Takes no lock: the caller
 * who executes something on the strength of it locks first, or lets the plan
 * cache do so.  Readable until the end of the transaction.
 */
const RelNeighbourhood *
relgraph_get_neighbourhood(Oid relid)
{
	return current_neighbourhood(relid)->neighbourhood;
}

/*
 * Look at the relations that changed without the graph knowing them: by now
 * one may have a name that was asked for.  Most are temporary tables, and gone.
 */
static void
meet_strangers(RelCatalog *catalog)
{
	while (nstrangers > 0)
	{
		if (relgraph_name_was_asked(catalog, strangers[--nstrangers]))
			name_generation++;
	}
}

/*
 * Return the name of the other direction of a relationship that leads back to
 * its source.
 */
static const char *
find_inverse_name(const RelNeighbourhood *neighbourhood,
				  const Relationship *relationship)
{
	for (int i = 0; i < neighbourhood->nrelationships; i++)
	{
		if (relgraph_is_inverse(neighbourhood->relationships[i], relationship))
			return neighbourhood->relationships[i]->name;
	}
	elog(ERROR, "relationship \"%s\" has no other direction",
		 relationship->name);
	return NULL;				/* keep compilers quiet */
}

/*
 * Return the names that the relationships of a neighbourhood have on the
 * other side, in the order of *result, which is the neighbourhood: asked for
 * one after the other, a change could come between them.  Readable until the
 * end of the transaction.
 */
const char *const *
relgraph_get_inverse_names(Oid relid, const RelNeighbourhood **result)
{
	CachedNeighbourhood *cached = current_neighbourhood(relid);
	RelCatalog *catalog = current_catalog;
	const RelNeighbourhood *neighbourhood = cached->neighbourhood;
	uint64		generation;
	MemoryContext cxt;
	MemoryContext scratch;
	MemoryContext oldcxt;
	const char **inverses;

	*result = neighbourhood;

	/*
	 * Names on the other side depend on tables that the graph does not know:
	 * any that is called by the right name.
	 */
	meet_strangers(catalog);
	generation = name_generation;
	if (RELGRAPH_HAS_NOT_ENFORCED)
		generation += constraint_generation;
	if (cached->inverses != NULL && cached->inverse_generation == generation)
		return cached->inverses;

	cxt = AllocSetContextCreate(CurrentMemoryContext, "relgraph inverses",
								ALLOCSET_SMALL_SIZES);
	scratch = AllocSetContextCreate(CurrentMemoryContext, "relgraph scratch",
									ALLOCSET_DEFAULT_SIZES);
	inverses = MemoryContextAlloc(cxt, (neighbourhood->nrelationships + 1) *
								  sizeof(char *));
	for (int i = 0; i < neighbourhood->nrelationships; i++)
	{
		const Relationship *relationship = neighbourhood->relationships[i];
		Oid			target = relationship->target;

		CHECK_FOR_INTERRUPTS();
		if (target == relid && !relationship->is_inherited)
		{
			inverses[i] = find_inverse_name(neighbourhood, relationship);
			continue;
		}
		oldcxt = MemoryContextSwitchTo(scratch);
		if (!relgraph_incoming_is_current(catalog,
										  relgraph_get_relation(catalog, target),
										  constraint_generation))
			relation_callback((Datum) 0, target);
		inverses[i] =
			MemoryContextStrdup(cxt,
								relgraph_name_inverse(catalog, relationship));
		MemoryContextSwitchTo(oldcxt);
		MemoryContextReset(scratch);
	}
	MemoryContextDelete(scratch);

	cached = touch_neighbourhood(relid);
	if (cached->neighbourhood != neighbourhood)
		return inverses;		/* replaced meanwhile: for this call only */
	retire_context(cached->inverse_cxt);
	MemoryContextSetParent(cxt, catalog->cxt);
	cached->inverse_cxt = cxt;
	cached->inverses = inverses;
	cached->inverse_generation = generation;
	return inverses;
}

/*
 * Tell what the cache holds.
 */
void
relgraph_describe_cache(GraphCacheInfo *info)
{
	memset(info, 0, sizeof(GraphCacheInfo));
	info->builds = builds;
	if (current_catalog == NULL)
		return;
	info->relations = relgraph_count_relations(current_catalog);
	info->neighbourhoods = hash_get_num_entries(neighbourhoods);
	info->bytes = MemoryContextMemAllocated(current_catalog->cxt, true);
}
