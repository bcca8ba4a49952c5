/*-------------------------------------------------------------------------
 *
 * plancache.c
 *	  Plans of loads, kept for the backend's life.
 *
 * What an include means from a root is remembered in a hash table, in a
 * context of its own under CacheMemoryContext.  A plan is good as long as the
 * graph is: that knows of every change to the relations of the plan.  Casts to
 * json, on which the writing of values depends, are watched here.
 *
 * A plan that was handed out stays readable until the end of the transaction,
 * whatever happens to the cache.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "storage/lmgr.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "compat.h"
#include "graphcache.h"
#include "load/plan.h"
#include "settings.h"

/* Past this many, all are forgotten; they are quickly made again. */
#define MAX_LOAD_PLANS 128

typedef struct LoadPlanKey
{
	Oid			root;
	const char *include;
} LoadPlanKey;

typedef struct LoadPlanEntry
{
	LoadPlanKey key;			/* must be first; include is the plan's */
	uint64		cast_generation;
	LoadPlan   *plan;
} LoadPlanEntry;

static MemoryContext plan_cxt = NULL;
static HTAB *plans = NULL;

/* Advanced when any cast may have changed. */
static uint64 cast_generation = 1;

static bool plan_is_current(const LoadPlanEntry *entry);
static void remember_plan(LoadPlan *plan, uint64 generation);
static void create_plan_table(void);
static void cast_callback(Datum arg, SysCacheIdentifier cacheid,
						  uint32 hashvalue);
static uint32 hash_load_plan_key(const void *key, Size keysize);
static int	compare_load_plan_keys(const void *a, const void *b,
								   Size keysize);

/*
 * Return the plan of loading an include below a root, readable until the end
 * of the transaction.  All its relations are locked as long.
 */
const LoadPlan *
relgraph_get_load_plan(Oid root, const char *include)
{
	LoadPlanKey key = {root, include};
	LoadPlanEntry *entry = NULL;
	LoadPlan   *plan;
	uint64		generation;

	if (plans != NULL)
		entry = hash_search(plans, &key, HASH_FIND, NULL);
	if (entry != NULL)
	{
		if (plan_is_current(entry))
			return entry->plan;
		plan = entry->plan;
		hash_search(plans, &key, HASH_REMOVE, NULL);
		MemoryContextSetParent(plan->cxt, TopTransactionContext);
	}

	if (plans == NULL ||
		hash_get_num_entries(plans) >= MAX_LOAD_PLANS)
		create_plan_table();
	generation = cast_generation;
	plan = relgraph_plan_load(root, include);
	remember_plan(plan, generation);
	return plan;
}

/*
 * Lock what a plan reads; return true if everything it knows is still so and
 * allowed.
 */
static bool
plan_is_current(const LoadPlanEntry *entry)
{
	const LoadPlan *plan = entry->plan;

	if (plan->generation != relgraph_graph_generation() ||
		entry->cast_generation != cast_generation ||
		plan->depth > relgraph_max_depth ||
		(plan->has_filter && relgraph_max_depth < plan->max_depth))
		return false;
	for (int i = 0; i < plan->nrelations; i++)
		LockRelationOid(plan->relations[i], AccessShareLock);
	return plan->generation == relgraph_graph_generation() &&
		entry->cast_generation == cast_generation;
}

/*
 * Keep a plan that is complete.
 */
static void
remember_plan(LoadPlan *plan, uint64 generation)
{
	LoadPlanKey key = {plan->root, plan->include};
	LoadPlanEntry *entry;
	bool		found;

	entry = hash_search(plans, &key, HASH_ENTER, &found);
	if (found)
		elog(ERROR, "include \"%s\" was planned twice", plan->include);
	entry->plan = plan;
	entry->cast_generation = generation;
	MemoryContextSetParent(plan->cxt, plan_cxt);
}

/*
 * Create the table, in place of one that is full.
 */
static void
create_plan_table(void)
{
	static bool is_registered = false;
	HASHCTL		ctl;

	if (!is_registered)
	{
		CacheRegisterSyscacheCallback(CASTSOURCETARGET, cast_callback,
									  (Datum) 0);
		is_registered = true;
	}
	if (plan_cxt != NULL)
		MemoryContextSetParent(plan_cxt, TopTransactionContext);
	plans = NULL;
	plan_cxt = AllocSetContextCreate(CacheMemoryContext,
									 "relgraph load plans",
									 ALLOCSET_DEFAULT_SIZES);
	ctl.keysize = sizeof(LoadPlanKey);
	ctl.entrysize = sizeof(LoadPlanEntry);
	ctl.hash = hash_load_plan_key;
	ctl.match = compare_load_plan_keys;
	ctl.hcxt = plan_cxt;
	plans = hash_create("relgraph load plans", MAX_LOAD_PLANS, &ctl,
						HASH_ELEM | HASH_FUNCTION | HASH_COMPARE |
						HASH_CONTEXT);
}

static void
cast_callback(Datum arg, SysCacheIdentifier cacheid, uint32 hashvalue)
{
	cast_generation++;
}

static uint32
hash_load_plan_key(const void *key, Size keysize)
{
	const LoadPlanKey *k = key;

	return hash_combine(hash_bytes((const unsigned char *) k->include,
								   strlen(k->include)),
						(uint32) k->root);
}

/* Zero means equal, as with memcmp(). */
static int
compare_load_plan_keys(const void *a, const void *b, Size keysize)
{
	const LoadPlanKey *x = a;
	const LoadPlanKey *y = b;

	if (x->root != y->root)
		return 1;
	return strcmp(x->include, y->include);
}
