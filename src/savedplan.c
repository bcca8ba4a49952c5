/*-------------------------------------------------------------------------
 *
 * savedplan.c
 *	  Saved SPI plans of generated queries, kept for the backend's life.
 *
 * A hash table from query text, parameter types and cursor options to plan,
 * with the plans in order of last use.  Keys are compared in full.  The server
 * re-plans by itself after DDL, ANALYZE, and changes of role or row security,
 * so that one plan serves every user; what it cannot know is that a text would
 * be generated differently today, which is the callers' part of the contract.
 *
 * Table and keys live in a context of their own under CacheMemoryContext; the
 * plans live where SPI_keepplan() puts them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/resowner.h"

#include "compat.h"
#include "savedplan.h"

/* Plans that outlive their transaction, and the length of their texts. */
#define MAX_SAVED_PLANS 256
#define MAX_SAVED_TEXT (1024 * 1024)

/* Cursor options that only we know. */
#define SAVED_PLAN_SCANS \
	(SAVED_PLAN_BY_LOOP | SAVED_PLAN_BY_INDEX | SAVED_PLAN_BY_BITMAP)

typedef struct SavedPlanKey
{
	const char *query;
	const Oid  *argtypes;
	int			nargs;
	int			cursor_options;
} SavedPlanKey;

typedef struct SavedPlan
{
	SavedPlanKey key;			/* must be first; query starts a palloc chunk
								 * that holds argtypes, too */
	SPIPlanPtr	plan;
	LocalTransactionId last_used;
	dlist_node	node;
} SavedPlan;

static MemoryContext plan_cxt = NULL;
static HTAB *plans = NULL;
static Size saved_text = 0;		/* bytes of all texts */
static dlist_head plans_by_use = DLIST_STATIC_INIT(plans_by_use);

static void disable(const char *setting);
static SavedPlan *find_plan(const SavedPlanKey *key);
static SPIPlanPtr use_plan(SavedPlan *entry);
static SavedPlan *enter_plan(const SavedPlanKey *key, SPIPlanPtr plan);
static void drop_old_plans(void);
static void create_plan_table(void);
static uint32 hash_plan_key(const void *key, Size keysize);
static int	compare_plan_keys(const void *a, const void *b, Size keysize);

/*
 * Return the plan of a query text, prepared now or earlier.  The caller is
 * connected to SPI and runs the plan before its transaction ends.
 */
SPIPlanPtr
relgraph_get_saved_plan(const char *query, int nargs, const Oid *argtypes,
						int cursor_options)
{
	SavedPlanKey key = {query, argtypes, nargs, cursor_options};
	SavedPlan  *entry = find_plan(&key);
	SPIPlanPtr	plan;

	if (entry != NULL)
		return use_plan(entry);

	/* SPI does not modify the types, it just does not say so. */
	plan = SPI_prepare_cursor(query, nargs, unconstify(Oid *, argtypes),
							  cursor_options & ~SAVED_PLAN_SCANS);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s",
			 SPI_result_code_string(SPI_result));

	return use_plan(enter_plan(&key, plan));
}

/*
 * Return the plan of a query text if it is there and nothing has invalidated
 * it, else NULL.  That can be relied upon only under locks on the relations.
 */
SPIPlanPtr
relgraph_find_saved_plan(const char *query, int nargs, const Oid *argtypes,
						 int cursor_options)
{
	SavedPlanKey key = {query, argtypes, nargs, cursor_options};
	SavedPlan  *entry = find_plan(&key);

	if (entry == NULL || !SPI_plan_is_valid(entry->plan))
		return NULL;
	return use_plan(entry);
}

/*
 * Plan as if the other ways to read a table were disabled.  The planner takes
 * an array it does not see for one of ten elements.
 */
void
relgraph_plan_scans(SPIPlanPtr plan, int cursor_options)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
	CachedPlan *cached_plan;
	int			nest_level;

	if (source->is_valid && source->gplan != NULL && source->gplan->is_valid)
		return;
	nest_level = NewGUCNestLevel();
	if (cursor_options & SAVED_PLAN_BY_LOOP)
	{
		disable("enable_hashjoin");
		disable("enable_mergejoin");
	}
	if (cursor_options & SAVED_PLAN_BY_INDEX)
		disable("enable_bitmapscan");
	else
	{
		disable("enable_seqscan");
		disable("enable_indexscan");
		disable("enable_indexonlyscan");
	}
	cached_plan = SPI_plan_get_cached_plan(plan);
	if (cached_plan != NULL)
		ReleaseCachedPlan(cached_plan, CurrentResourceOwner);
	AtEOXact_GUC(true, nest_level);
}

static void
disable(const char *setting)
{
	(void) set_config_option(setting, "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

static SavedPlan *
find_plan(const SavedPlanKey *key)
{
	if (plans == NULL)
		return NULL;
	return (SavedPlan *) hash_search(plans, key, HASH_FIND, NULL);
}

/*
 * Note that the plan is in use by the current transaction.
 */
static SPIPlanPtr
use_plan(SavedPlan *entry)
{
	entry->last_used = relgraph_local_xid();
	dlist_move_head(&plans_by_use, &entry->node);
	return entry->plan;
}

/*
 * Keep a prepared plan under a key that was not found before.  The plan
 * belongs to SPI, and goes with it in case of an error, until all is ready.
 */
static SavedPlan *
enter_plan(const SavedPlanKey *key, SPIPlanPtr plan)
{
	Size		querylen = strlen(key->query) + 1;
	Size		argslen = key->nargs * sizeof(Oid);
	SavedPlan  *entry;
	char	   *text;
	bool		found;

	if (plans == NULL)
		create_plan_table();
	drop_old_plans();

	text = MemoryContextAlloc(plan_cxt, MAXALIGN(querylen) + argslen);
	memcpy(text, key->query, querylen);
	if (argslen > 0)
		memcpy(text + MAXALIGN(querylen), key->argtypes, argslen);

	entry = (SavedPlan *) hash_search(plans, key, HASH_ENTER, &found);
	if (found)
		elog(ERROR, "query \"%s\" was saved while it was being prepared",
			 key->query);
	entry->key.query = text;
	entry->key.argtypes = (Oid *) (text + MAXALIGN(querylen));
	entry->plan = plan;
	saved_text += querylen;
	dlist_push_head(&plans_by_use, &entry->node);
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed");

	return entry;
}

/*
 * Make room for one more plan.  Some texts are as long as the filters of their
 * callers, and so are their plans, which is why bytes count, too.  The order
 * of use is also an order of transactions, so the first plan that is too young
 * ends the search.
 */
static void
drop_old_plans(void)
{
	while (hash_get_num_entries(plans) >= MAX_SAVED_PLANS ||
		   (saved_text > MAX_SAVED_TEXT && !dlist_is_empty(&plans_by_use)))
	{
		SavedPlan  *entry = dlist_tail_element(SavedPlan, node, &plans_by_use);
		SPIPlanPtr	plan = entry->plan;
		void	   *text = unconstify(char *, entry->key.query);

		if (entry->last_used == relgraph_local_xid())
			break;
		dlist_delete(&entry->node);
		saved_text -= strlen(entry->key.query) + 1;
		hash_search(plans, &entry->key, HASH_REMOVE, NULL);
		pfree(text);
		SPI_freeplan(plan);
	}
}

static void
create_plan_table(void)
{
	HASHCTL		ctl;

	if (plan_cxt == NULL)
		plan_cxt = AllocSetContextCreate(CacheMemoryContext,
										 "relgraph saved plans",
										 ALLOCSET_DEFAULT_SIZES);
	ctl.keysize = sizeof(SavedPlanKey);
	ctl.entrysize = sizeof(SavedPlan);
	ctl.hash = hash_plan_key;
	ctl.match = compare_plan_keys;
	ctl.hcxt = plan_cxt;
	plans = hash_create("relgraph saved plans", MAX_SAVED_PLANS, &ctl,
						HASH_ELEM | HASH_FUNCTION | HASH_COMPARE |
						HASH_CONTEXT);
}

static uint32
hash_plan_key(const void *key, Size keysize)
{
	const SavedPlanKey *k = key;
	uint32		hash;

	hash = hash_bytes((const unsigned char *) k->query, strlen(k->query));
	if (k->nargs > 0)
		hash = hash_combine(hash,
							hash_bytes((const unsigned char *) k->argtypes,
									   k->nargs * sizeof(Oid)));
	return hash_combine(hash, (uint32) k->cursor_options);
}

/* Zero means equal, as with memcmp(). */
static int
compare_plan_keys(const void *a, const void *b, Size keysize)
{
	const SavedPlanKey *x = a;
	const SavedPlanKey *y = b;

	if (x->nargs != y->nargs || x->cursor_options != y->cursor_options)
		return 1;
	if (x->nargs > 0 &&
		memcmp(x->argtypes, y->argtypes, x->nargs * sizeof(Oid)) != 0)
		return 1;
	return strcmp(x->query, y->query);
}
