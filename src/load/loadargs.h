/*-------------------------------------------------------------------------
 *
 * loadargs.h
 *	  The arguments of load(), load_row() and explain_load().
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_LOADARGS_H
#define RELGRAPH_LOAD_LOADARGS_H

#include "load/levelargs.h"
#include "load/rootscan.h"

/*
 * What load() is called with, in the current memory context: a call of the
 * include's plan, and which root rows.
 */
extern LoadCall *relgraph_get_load_arguments(FunctionCallInfo fcinfo,
											 RootOptions *options);

/* The include, which is the second argument everywhere; null is empty. */
extern char *relgraph_include_argument(FunctionCallInfo fcinfo);

/* The params, or NULL. */
extern Jsonb *relgraph_params_argument(FunctionCallInfo fcinfo, int argno);

#endif							/* RELGRAPH_LOAD_LOADARGS_H */
