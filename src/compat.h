/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Every difference between PostgreSQL major versions, in one place.
 *
 * No other file of the project looks at PG_VERSION_NUM.  Each shim names the
 * version that makes it removable.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_COMPAT_H
#define RELGRAPH_COMPAT_H

#include "access/tupdesc.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "nodes/primnodes.h"
#include "optimizer/clauses.h"
#include "parser/parse_func.h"
#include "parser/parse_relation.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#if PG_VERSION_NUM < 150000
#error "relgraph needs PostgreSQL 15 or later"
#endif

/* 16 moved the varlena macros out of postgres.h. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* 18 can name the module and its version; removable when 17 is. */
#ifdef PG_MODULE_MAGIC_EXT
#define RELGRAPH_MODULE_MAGIC(module_version) \
	PG_MODULE_MAGIC_EXT(.name = "relgraph", .version = module_version)
#else
#define RELGRAPH_MODULE_MAGIC(module_version) PG_MODULE_MAGIC
#endif

/* 18 marks functions that do not return in front; removable when 17 is. */
#ifndef pg_noreturn
#define pg_noreturn _Noreturn
#endif

/* 19 types the identifier of a syscache, also in callbacks. */
#if PG_VERSION_NUM < 190000
typedef int SysCacheIdentifier;
#endif

/* 18 added NOT ENFORCED, temporal keys, and NOT NULL that is NOT VALID. */
#if PG_VERSION_NUM >= 180000
#define relgraph_con_enforced(con) ((con)->conenforced)
#define relgraph_con_temporal(con) ((con)->conperiod)
#define relgraph_con_unproven_not_null(con) \
	((con)->contype == CONSTRAINT_NOTNULL && !(con)->convalidated)
#define RELGRAPH_HAS_NOT_ENFORCED 1
#else
#define relgraph_con_enforced(con) true
#define relgraph_con_temporal(con) false
#define relgraph_con_unproven_not_null(con) false
#define extractNotNullColumn(tuple) InvalidAttrNumber
#define RELGRAPH_HAS_NOT_ENFORCED 0
#endif

/* 19 wants hand-made tuple descriptors finished; removable when 18 is. */
#if PG_VERSION_NUM < 190000
#define TupleDescFinalize(tupdesc) ((void) 0)
#endif

/* 18 writes noreturn in front of the declaration; removable when 17 is. */
#ifndef pg_noreturn
#define pg_noreturn pg_attribute_noreturn()
#endif

/* 18 has generated columns that are in no tuple; removable when 17 is. */
#ifndef ATTRIBUTE_GENERATED_VIRTUAL
#define ATTRIBUTE_GENERATED_VIRTUAL 'v'
#endif

/* 17 moved the local transaction id; removable when 16 is. */
#if PG_VERSION_NUM >= 170000
#define relgraph_local_xid() (MyProc->vxid.lxid)
#else
#define relgraph_local_xid() (MyProc->lxid)
#endif

/* 18 dropped a flag of ExecutorRun; removable when 17 is. */
#if PG_VERSION_NUM >= 180000
#define relgraph_executor_run(query, direction, count) \
	ExecutorRun(query, direction, count)
#else
#define relgraph_executor_run(query, direction, count) \
	ExecutorRun(query, direction, count, false)
#endif

/* 16 made the ACL checks of all object classes one function. */
static inline AclResult
relgraph_proc_aclcheck(Oid procid, Oid roleid, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(ProcedureRelationId, procid, roleid, mode);
#else
	return pg_proc_aclcheck(procid, roleid, mode);
#endif
}

static inline AclResult
relgraph_namespace_aclcheck(Oid schemaid, Oid roleid, AclMode mode)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schemaid, roleid, mode);
#else
	return pg_namespace_aclcheck(schemaid, roleid, mode);
#endif
}

static inline bool
relgraph_class_ownercheck(Oid relid, Oid roleid)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, relid, roleid);
#else
	return pg_class_ownercheck(relid, roleid);
#endif
}

/* 16 gave the parser of qualified names a place for soft errors. */
static inline List *
relgraph_split_qualified_name(const char *name)
{
#if PG_VERSION_NUM >= 160000
	return stringToQualifiedNameList(name, NULL);
#else
	return stringToQualifiedNameList(name);
#endif
}

/*
 * The result type of an aggregate function of the server for an argument of
 * some type, or InvalidOid; *declared are the types it was declared with.  19
 * has the search say why it found nothing.
 */
static inline Oid
relgraph_find_aggregate(const char *function, Oid argument, Oid **declared)
{
	List	   *name = list_make2(makeString("pg_catalog"),
								  makeString(pstrdup(function)));
	Oid			funcid;
	Oid			result;
	Oid			variadic;
	bool		is_set;
	int			nvariadic;
	FuncDetailCode code;
#if PG_VERSION_NUM >= 190000
	int			fgc_flags;

	code = func_get_detail(name, NIL, NIL, 1, &argument, false, false, false,
						   &fgc_flags, &funcid, &result, &is_set, &nvariadic,
						   &variadic, declared, NULL);
#else
	code = func_get_detail(name, NIL, NIL, 1, &argument, false, false, false,
						   &funcid, &result, &is_set, &nvariadic, &variadic,
						   declared, NULL);
#endif
	return code == FUNCDETAIL_AGGREGATE ? result : InvalidOid;
}

/* 19 tells the planner of the EXPLAIN it works for. */
#if PG_VERSION_NUM >= 190000
#define RELGRAPH_PLANNER_PARAMETERS \
	Query *parse, const char *query_string, int cursor_options, \
	ParamListInfo bound_params, struct ExplainState *es
#define RELGRAPH_PLANNER_ARGUMENTS \
	parse, query_string, cursor_options, bound_params, es
#else
#define RELGRAPH_PLANNER_PARAMETERS \
	Query *parse, const char *query_string, int cursor_options, \
	ParamListInfo bound_params
#define RELGRAPH_PLANNER_ARGUMENTS \
	parse, query_string, cursor_options, bound_params
#endif

/*
 * The query of a function in FROM that the server inlines, or NULL.  19 asks
 * functions of all languages, under another name.
 */
static inline Query *
relgraph_inline_function(PlannerInfo *root, RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 190000
	return inline_function_in_from(root, rte);
#else
	return inline_set_returning_function(root, rte);
#endif
}

/*
 * Give a query the permissions to be checked for an entry that moves to its
 * range table.  16 took them out of the entry.
 */
static inline void
relgraph_move_permissions(Query *into, const Query *from, RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 160000
	if (rte->perminfoindex == 0)
		return;
	into->rteperminfos = lappend(into->rteperminfos,
								 getRTEPermissionInfo(from->rteperminfos,
													  rte));
	rte->perminfoindex = list_length(into->rteperminfos);
#endif
}

/*
 * The role under which a statement's access to a relation is checked, with
 * InvalidOid for the current one; false if it is not checked.  16 took
 * permissions out of the range table's entries.
 */
static inline bool
relgraph_get_checked_role(const PlannedStmt *statement,
						  const RangeTblEntry *rte, Oid *roleid)
{
#if PG_VERSION_NUM >= 160000
	if (rte->perminfoindex == 0)
		return false;
	*roleid = getRTEPermissionInfo(statement->permInfos,
								   unconstify(RangeTblEntry *,
											  rte))->checkAsUser;
#else
	if (rte->requiredPerms == 0)
		return false;
	*roleid = rte->checkAsUser;
#endif
	return true;
}

#endif							/* RELGRAPH_COMPAT_H */
