/*-------------------------------------------------------------------------
 *
 * sqltext.h
 *	  Pieces of generated SQL: quoted names, operators, collations.
 *
 * Objects are given by identifier and named as they are called right now; one
 * that has been dropped in the meantime is an error that says so.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_SQLTEXT_H
#define RELGRAPH_SQLTEXT_H

#include "access/attnum.h"
#include "lib/stringinfo.h"

/* schema.relation */
extern void relgraph_append_relation(StringInfo buf, Oid relid);

/* The same behind ONLY where inheritance could add rows: plain tables. */
extern void relgraph_append_relation_only(StringInfo buf, Oid relid);

/* alias.column, or the column alone if alias is NULL */
extern void relgraph_append_column(StringInfo buf, const char *alias,
								   Oid relid, AttrNumber attnum);

/* schema.type, without type modifier: ready for a cast */
extern void relgraph_append_type(StringInfo buf, Oid typid);

/* COLLATE schema.collation, with a blank before it */
extern void relgraph_append_collate(StringInfo buf, Oid collation);

/*
 * left OPERATOR(schema.=) right, with the casts that make it exactly this
 * operator.  If the two collations differ, the comparison is made under
 * left_collation, in writing; two equal ones (InvalidOid, too) write nothing.
 */
extern void relgraph_append_equality(StringInfo buf,
									 const char *left, Oid left_type,
									 Oid opoid,
									 const char *right, Oid right_type,
									 Oid left_collation,
									 Oid right_collation);

/*
 * The same as a person would write it: left = right, as long as that means
 * this operator under every search_path.
 */
extern void relgraph_append_readable_equality(StringInfo buf,
											  const char *left, Oid left_type,
											  Oid opoid,
											  const char *right,
											  Oid right_type,
											  Oid left_collation,
											  Oid right_collation);

/* The type of a column; its collation goes to *collation unless NULL. */
extern Oid	relgraph_column_type(Oid relid, AttrNumber attnum,
								 Oid *collation);

/* For messages: qualified only if the search path does not show it. */
extern char *relgraph_relation_name(Oid relid);

#endif							/* RELGRAPH_SQLTEXT_H */
