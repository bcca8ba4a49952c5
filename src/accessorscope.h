/*-------------------------------------------------------------------------
 *
 * accessorscope.h
 *	  What a call of attach() or detach() is about: tables, and the accessors
 *	  they have.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_ACCESSORSCOPE_H
#define RELGRAPH_ACCESSORSCOPE_H

#include "access/htup.h"
#include "fmgr.h"
#include "nodes/pg_list.h"

/* The first line of an accessor's body, by which it is known. */
#define ACCESSOR_MARK \
	"-- Made by relgraph.attach(), which brings it up to date while this line is here.\n"

/* An accessor there is. */
typedef struct MadeFunction
{
	Oid			funcid;
	Oid			source;			/* the table whose rows it takes */
	bool		is_wanted;		/* for accessors.c; false at first */
} MadeFunction;

/*
 * The tables that the arguments (tables, dry_run, schema) stand for, each the
 * caller's own and locked against DDL and other such calls.
 */
extern List *relgraph_accessor_tables(FunctionCallInfo fcinfo,
									  bool is_dry_run);

/*
 * The accessors of tables, as MadeFunction *, wherever they are: a table that
 * was moved to another schema left them behind.
 */
extern List *relgraph_find_accessors(List *tables);

/* Did we make this function?  The tuple is one of pg_proc. */
extern bool relgraph_is_accessor(HeapTuple tuple);

extern const char *relgraph_function_source(HeapTuple tuple);

#endif							/* RELGRAPH_ACCESSORSCOPE_H */
