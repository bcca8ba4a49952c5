/*-------------------------------------------------------------------------
 *
 * navquery.h
 *	  From resolved steps to SQL text: the one place that writes joins.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_NAVQUERY_H
#define RELGRAPH_NAVQUERY_H

#include "lib/stringinfo.h"

#include "relpath.h"

/*
 * Append "a OPERATOR(s.=) b AND ..." for a hop between two aliases, which
 * must not need quotes.
 */
extern void relgraph_append_hop_quals(StringInfo buf, const RelHop *hop,
									  const char *from_alias,
									  const char *to_alias);

/*
 * Append the same, with the from side given as one SQL expression per key
 * ("$1", "k.k1", ...), each of the type of the from column.
 */
extern void relgraph_append_hop_quals_expr(StringInfo buf, const RelHop *hop,
										   const char *const *from_exprs,
										   const char *to_alias);

/*
 * Append the equality of one pair of key columns, number i of the hop.  The
 * from side is an expression of the type of its column; from_is_column says
 * that its collation is the column's, too.  What is readable is what a person
 * would write, see sqltext.h.
 */
extern void relgraph_append_pair_qual(StringInfo buf, const RelHop *hop, int i,
									  const char *from_expr,
									  bool from_is_column,
									  const char *to_alias, bool is_readable);

/*
 * True if walking the path from one source row can meet a target row twice.
 */
extern bool relgraph_path_repeats_rows(const RelPath *path);

/*
 * The query that returns the target rows of one source row: each once, or with
 * repeats_ok as a plain join finds them.  Parameters are the source columns of
 * the path's first hop, in order.
 */
extern char *relgraph_related_query(const RelPath *path, bool repeats_ok);

#endif							/* RELGRAPH_NAVQUERY_H */
