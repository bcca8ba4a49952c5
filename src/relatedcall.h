/*-------------------------------------------------------------------------
 *
 * relatedcall.h
 *	  Recognises calls of related() in a query tree.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_RELATEDCALL_H
#define RELGRAPH_RELATEDCALL_H

#include "nodes/primnodes.h"

/* What a function in FROM can be to us. */
typedef enum FunctionKind
{
	FUNCTION_OTHER,
	FUNCTION_RELATED,			/* related() itself */
	FUNCTION_SQL				/* one that the server may inline */
} FunctionKind;

/* A call that says all there is to say before it is executed. */
typedef struct RelatedCall
{
	Node	   *source;
	Oid			source_relid;
	const char *path;
	Oid			target_type;
} RelatedCall;

extern FunctionKind relgraph_function_kind(Oid funcid);

/*
 * Note that the body of a function of kind FUNCTION_SQL contains no call of
 * related(): from now on it is FUNCTION_OTHER.
 */
extern void relgraph_forget_function(Oid funcid);

/*
 * Take a call of related() apart whose arguments were const-folded.  False if
 * source or path are such that the executor must see to it.
 */
extern bool relgraph_recognise_call(const FuncExpr *func, RelatedCall *call);

/* The part of it that estimates need: no doubt about volatile sources. */
extern bool relgraph_recognise_path(const FuncExpr *func, RelatedCall *call);

#endif							/* RELGRAPH_RELATEDCALL_H */
