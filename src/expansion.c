/*-------------------------------------------------------------------------
 *
 * expansion.c
 *	  The analysed query of a path, to be put where related() was called.
 *
 * Parsing and analysing a query takes longer than planning one; so the result
 * is kept, in a hash table in a context of its own under CacheMemoryContext,
 * as long as the graph's generation stays the same: every DDL on a relation
 * of the path moves it.  Rewriting depends on the role and is done each time.
 *
 * What cannot be expanded is remembered as well.  Whatever is doubtful is left
 * to the executor, which knows how to complain about it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "parser/parse_param.h"
#include "parser/parser.h"
#include "rewrite/rewriteHandler.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "compat.h"
#include "expansion.h"
#include "graphcache.h"
#include "navquery.h"
#include "relpath.h"

/* Past this many, all are forgotten; they are quickly made again. */
#define MAX_EXPANSIONS 256

typedef struct ExpansionId
{
	Oid			source;
	bool		repeats_ok;
	const char *path;
} ExpansionId;

typedef struct ExpansionEntry
{
	ExpansionId id;				/* must be first; path is the expansion's */
	Expansion  *expansion;
} ExpansionEntry;

static MemoryContext expansion_cxt = NULL;
static HTAB *expansions = NULL;

static bool expansion_is_current(const Expansion *expansion);
static void forget_expansion(const ExpansionId *id, Expansion *expansion);
static Expansion *make_expansion(const ExpansionId *id);
static void fill_expansion(Expansion *expansion, const RelPath *path);
static bool is_expandable(const RelPath *path);
static List *list_dependencies(Oid source, const RelPath *path);
static List *add_neighbourhood(List *list, Oid relid);
static Query *analyze_query(const Expansion *expansion, const char *text);
static void remember_expansion(const ExpansionId *id, Expansion *expansion);
static void create_expansion_table(void);
static uint32 hash_expansion_id(const void *key, Size keysize);
static int	compare_expansion_ids(const void *a, const void *b, Size keysize);

/*
 * Return what a path from a relation is replaced by, made now or earlier.
 */
const Expansion *
relgraph_get_expansion(Oid source, const char *path, bool repeats_ok)
{
	ExpansionId id = {source, repeats_ok, path};
	ExpansionEntry *entry = NULL;
	Expansion  *expansion;

	if (expansions != NULL)
		entry = hash_search(expansions, &id, HASH_FIND, NULL);
	if (entry != NULL)
	{
		if (expansion_is_current(entry->expansion))
			return entry->expansion;
		forget_expansion(&id, entry->expansion);
	}

	expansion = make_expansion(&id);
	remember_expansion(&id, expansion);

	return expansion;
}

/*
 * Tell for sure, that is, under locks, whether nothing has changed.
 */
static bool
expansion_is_current(const Expansion *expansion)
{
	if (expansion->generation != relgraph_graph_generation())
		return false;
	if (expansion->query == NULL)
		return true;
	relgraph_lock_relations(expansion->relations);
	return expansion->generation == relgraph_graph_generation();
}

/*
 * The id must not be the entry's own, which goes with the expansion.
 */
static void
forget_expansion(const ExpansionId *id, Expansion *expansion)
{
	hash_search(expansions, id, HASH_REMOVE, NULL);
	MemoryContextSetParent(expansion->cxt, TopTransactionContext);
}

/*
 * Make an expansion.  It is in a child of the current memory context until it
 * is remembered.
 */
static Expansion *
make_expansion(const ExpansionId *id)
{
	uint64		generation;
	RelPath    *path = relgraph_resolve_and_lock_path(id->source, id->path,
													  true, &generation);
	List	   *dependencies = list_dependencies(id->source, path);
	MemoryContext cxt = AllocSetContextCreate(CurrentMemoryContext,
											  "relgraph expansion",
											  ALLOCSET_SMALL_SIZES);
	MemoryContext oldcxt = MemoryContextSwitchTo(cxt);
	Expansion  *expansion = palloc0(sizeof(Expansion));

	expansion->cxt = cxt;
	expansion->generation = generation;
	expansion->source = id->source;
	expansion->path = pstrdup(id->path);
	expansion->repeats_ok = id->repeats_ok;
	expansion->dependencies = list_copy(dependencies);
	MemoryContextSwitchTo(oldcxt);
	if (path != NULL && is_expandable(path))
		fill_expansion(expansion, path);

	return expansion;
}

/*
 * Make the query of a path, and note what it starts from.
 */
static void
fill_expansion(Expansion *expansion, const RelPath *path)
{
	const RelHop *hop = &path->steps[0].relationship->hops[0];
	char	   *text = relgraph_related_query(path, expansion->repeats_ok);
	MemoryContext oldcxt = MemoryContextSwitchTo(expansion->cxt);
	Query	   *query;

	expansion->target = path->target;
	expansion->target_type = get_rel_type_id(path->target);
	expansion->relations = relgraph_path_relations(path);
	expansion->nkeys = hop->nkeys;
	expansion->keys = palloc(hop->nkeys * sizeof(ExpansionKey));
	for (int i = 0; i < hop->nkeys; i++)
	{
		ExpansionKey *key = &expansion->keys[i];

		key->attnum = hop->from_attnums[i];
		get_atttypetypmodcoll(path->source, key->attnum,
							  &key->typid, &key->typmod, &key->collation);
	}
	MemoryContextSwitchTo(oldcxt);

	query = analyze_query(expansion, text);
	oldcxt = MemoryContextSwitchTo(expansion->cxt);
	expansion->query = copyObject(query);
	MemoryContextSwitchTo(oldcxt);
}

/*
 * A null key means no rows, and a row value has no virtual columns: that a
 * join does the same is certain for strict operators and stored columns.
 */
static bool
is_expandable(const RelPath *path)
{
	const RelHop *hop = &path->steps[0].relationship->hops[0];

	for (int i = 0; i < hop->nkeys; i++)
	{
		if (!op_strict(hop->operators[i]))
			return false;
		if (get_attgenerated(path->source, hop->from_attnums[i]) ==
			ATTRIBUTE_GENERATED_VIRTUAL)
			return false;
	}
	return true;
}

/*
 * Return the relations whose change can give a path another meaning: those it
 * touches, all that its names could be mistaken for, and the declarations.
 * Without a path, those which can give it one.
 */
static List *
list_dependencies(Oid source, const RelPath *path)
{
	List	   *list = add_neighbourhood(NIL, source);
	Oid			declared = relgraph_config_relation();

	if (OidIsValid(declared))
		list = lappend_oid(list, declared);
	if (path != NULL)
	{
		list = list_concat(list, relgraph_path_relations(path));
		for (int i = 0; i < path->nsteps; i++)
		{
			const Relationship *rel = path->steps[i].relationship;

			for (int j = 0; j < rel->nhops; j++)
				list = lappend_oid(list, rel->hops[j].from);
			if (i > 0)
				list = add_neighbourhood(list, rel->source);
		}
	}
	list_sort(list, list_oid_cmp);
	list_deduplicate_oid(list);

	return list;
}

static List *
add_neighbourhood(List *list, Oid relid)
{
	const RelNeighbourhood *neighbourhood = relgraph_get_neighbourhood(relid);

	list = lappend_oid(list, relid);
	for (int i = 0; i < neighbourhood->nrelationships; i++)
	{
		const Relationship *rel = neighbourhood->relationships[i];

		list = lappend_oid(list, rel->target);
		if (OidIsValid(rel->through))
			list = lappend_oid(list, rel->through);
	}
	return list;
}

/*
 * Parse and analyse the query of a path.  This is not a statement of anyone,
 * so hooks that look at statements are not told of it.
 */
static Query *
analyze_query(const Expansion *expansion, const char *text)
{
	ParseState *pstate = make_parsestate(NULL);
	Oid		   *types = palloc(expansion->nkeys * sizeof(Oid));
	List	   *statements = raw_parser(text, RAW_PARSE_DEFAULT);
	Query	   *query;

	for (int i = 0; i < expansion->nkeys; i++)
		types[i] = expansion->keys[i].typid;
	pstate->p_sourcetext = text;
	setup_parse_fixed_parameters(pstate, types, expansion->nkeys);
	query = transformTopLevelStmt(pstate, linitial_node(RawStmt, statements));
	free_parsestate(pstate);

	return query;
}

/*
 * Return a copy of the query, rewritten for the current role.  Privileges on
 * schemas are asked for here because the analysis may have been another
 * role's; without them, the executor is to say what it has to say.
 */
Query *
relgraph_expansion_query(const Expansion *expansion)
{
	ListCell   *cell;
	List	   *rewritten;

	if (expansion->query == NULL)
		return NULL;
	foreach(cell, expansion->relations)
	{
		Oid			schemaid = get_rel_namespace(lfirst_oid(cell));

		if (foreach_current_index(cell) > 0 &&
			relgraph_namespace_aclcheck(schemaid, GetUserId(),
										ACL_USAGE) != ACLCHECK_OK)
			return NULL;
	}

	/* AcquireRewriteLocks() would find all relations locked. */
	rewritten = QueryRewrite(copyObject(expansion->query));
	if (list_length(rewritten) != 1)
		return NULL;
	return linitial_node(Query, rewritten);
}

/* ----------------------------------------------------------------
 *		The table
 * ----------------------------------------------------------------
 */

/*
 * Keep an expansion that is complete.
 */
static void
remember_expansion(const ExpansionId *id, Expansion *expansion)
{
	ExpansionId own_id = {id->source, id->repeats_ok, expansion->path};
	ExpansionEntry *entry;
	bool		found;

	if (expansions != NULL &&
		hash_get_num_entries(expansions) >= MAX_EXPANSIONS)
	{
		expansions = NULL;
		MemoryContextSetParent(expansion_cxt, TopTransactionContext);
		expansion_cxt = NULL;
	}
	if (expansions == NULL)
		create_expansion_table();
	entry = hash_search(expansions, &own_id, HASH_ENTER, &found);
	if (found)
		elog(ERROR, "path \"%s\" was expanded twice", expansion->path);
	entry->expansion = expansion;
	MemoryContextSetParent(expansion->cxt, expansion_cxt);
}

static void
create_expansion_table(void)
{
	HASHCTL		ctl;

	if (expansion_cxt == NULL)
		expansion_cxt = AllocSetContextCreate(CacheMemoryContext,
											  "relgraph expansions",
											  ALLOCSET_DEFAULT_SIZES);
	ctl.keysize = sizeof(ExpansionId);
	ctl.entrysize = sizeof(ExpansionEntry);
	ctl.hash = hash_expansion_id;
	ctl.match = compare_expansion_ids;
	ctl.hcxt = expansion_cxt;
	expansions = hash_create("relgraph expansions", MAX_EXPANSIONS, &ctl,
							 HASH_ELEM | HASH_FUNCTION | HASH_COMPARE |
							 HASH_CONTEXT);
}

static uint32
hash_expansion_id(const void *key, Size keysize)
{
	const ExpansionId *id = key;

	return hash_combine(hash_bytes((const unsigned char *) id->path,
								   strlen(id->path)),
						(uint32) id->source + id->repeats_ok);
}

/* Zero means equal, as with memcmp(). */
static int
compare_expansion_ids(const void *a, const void *b, Size keysize)
{
	const ExpansionId *x = a;
	const ExpansionId *y = b;

	if (x->source != y->source || x->repeats_ok != y->repeats_ok)
		return 1;
	return strcmp(x->path, y->path);
}
