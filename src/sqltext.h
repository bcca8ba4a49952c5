/*-------------------------------------------------------------------------
 *
 * sqltext.h
 *	  Pieces of generated SQL: quoted names, operators, collations.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_SQLTEXT_H
#define RELGRAPH_SQLTEXT_H

#include "lib/stringinfo.h"

extern void relgraph_append_relation(StringInfo buf, Oid relid);
extern void relgraph_append_relation_only(StringInfo buf, Oid relid);
extern void relgraph_append_column(StringInfo buf, const char *alias,
								   Oid relid, AttrNumber attnum);
extern void relgraph_append_type(StringInfo buf, Oid typid);
extern void relgraph_append_equality(StringInfo buf,
									 const char *left, Oid left_type,
									 Oid opoid,
									 const char *right, Oid right_type,
									 Oid left_collation,
									 Oid right_collation);
extern char *relgraph_relation_name(Oid relid);

#endif							/* RELGRAPH_SQLTEXT_H */
