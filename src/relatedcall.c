/*-------------------------------------------------------------------------
 *
 * relatedcall.c
 *	  Recognises calls of related() in a query tree.
 *
 * Every statement with a function in FROM comes here, so what is known about a
 * function is kept in a small hash table, until anything happens to any
 * function.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "compat.h"
#include "relatedcall.h"

typedef struct KnownFunction
{
	Oid			funcid;			/* hash key */
	FunctionKind kind;
} KnownFunction;

static HTAB *known_functions = NULL;

static FunctionKind classify_function(Oid funcid);
static bool is_our_function(Oid funcid, HeapTuple tuple);
static void create_function_table(void);
static void function_callback(Datum arg, SysCacheIdentifier cacheid,
							  uint32 hashvalue);

/* ----------------------------------------------------------------
 *		Functions
 * ----------------------------------------------------------------
 */

FunctionKind
relgraph_function_kind(Oid funcid)
{
	KnownFunction *known;
	FunctionKind kind;

	if (funcid < FirstNormalObjectId)
		return FUNCTION_OTHER;
	if (known_functions == NULL)
		create_function_table();
	known = hash_search(known_functions, &funcid, HASH_FIND, NULL);
	if (known != NULL)
		return known->kind;

	/* Looking it up can process an invalidation, which empties the table. */
	kind = classify_function(funcid);
	if (known_functions == NULL)
		create_function_table();
	known = hash_search(known_functions, &funcid, HASH_ENTER, NULL);
	known->kind = kind;

	return kind;
}

void
relgraph_forget_function(Oid funcid)
{
	KnownFunction *known = NULL;

	if (known_functions != NULL)
		known = hash_search(known_functions, &funcid, HASH_FIND, NULL);
	if (known != NULL)
		known->kind = FUNCTION_OTHER;
}

static FunctionKind
classify_function(Oid funcid)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(funcid));
	FunctionKind kind = FUNCTION_OTHER;
	Form_pg_proc form;

	if (!HeapTupleIsValid(tuple))
		return FUNCTION_OTHER;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (is_our_function(funcid, tuple))
		kind = FUNCTION_RELATED;
	else if (form->prolang == SQLlanguageId && form->proretset &&
			 form->prokind == PROKIND_FUNCTION && !form->prosecdef &&
			 form->provolatile != PROVOLATILE_VOLATILE)
		kind = FUNCTION_SQL;
	ReleaseSysCache(tuple);

	return kind;
}

/*
 * Is this the related() that our extension made?  Only a superuser can make
 * another function of this library's code; it would not be a member.
 */
static bool
is_our_function(Oid funcid, HeapTuple tuple)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
	bool		isnull;
	Datum		symbol;
	Oid			extension;

	if (form->prolang != ClanguageId || form->pronargs != 3)
		return false;
	symbol = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
	if (isnull || strcmp(TextDatumGetCString(symbol), "relgraph_related") != 0)
		return false;
	extension = get_extension_oid("relgraph", true);
	return OidIsValid(extension) &&
		getExtensionOfObject(ProcedureRelationId, funcid) == extension;
}

static void
create_function_table(void)
{
	static bool is_registered = false;
	HASHCTL		ctl;

	if (!is_registered)
	{
		CacheRegisterSyscacheCallback(PROCOID, function_callback, (Datum) 0);
		is_registered = true;
	}
	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(KnownFunction);
	ctl.hcxt = CacheMemoryContext;
	known_functions = hash_create("relgraph functions", 32, &ctl,
								  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
function_callback(Datum arg, SysCacheIdentifier cacheid, uint32 hashvalue)
{
	if (known_functions != NULL)
		hash_destroy(known_functions);
	known_functions = NULL;
}

/* ----------------------------------------------------------------
 *		Calls
 * ----------------------------------------------------------------
 */

bool
relgraph_recognise_path(const FuncExpr *func, RelatedCall *call)
{
	Const	   *path;
	Oid			source_type;

	if (list_length(func->args) != 3)
		return false;
	call->source = linitial(func->args);
	path = lsecond(func->args);
	if (!IsA(path, Const) || path->constisnull)
		return false;

	source_type = getBaseType(exprType(call->source));
	call->source_relid = get_typ_typrelid(source_type);
	if (!OidIsValid(call->source_relid) ||
		get_rel_relkind(call->source_relid) == RELKIND_COMPOSITE_TYPE)
		return false;
	call->path = TextDatumGetCString(path->constvalue);
	call->target_type = exprType(lthird(func->args));

	return true;
}

/*
 * The source may come to stand anywhere in a join, and more than once: so it
 * must be something that can.
 */
bool
relgraph_recognise_call(const FuncExpr *func, RelatedCall *call)
{
	Node	   *source;

	if (!relgraph_recognise_path(func, call))
		return false;
	source = call->source;
	if (IsA(source, Var) || IsA(source, Param))
		return true;
	return !contain_volatile_functions(source) &&
		!contain_subplans(source) && !expression_returns_set(source);
}
