/*-------------------------------------------------------------------------
 *
 * keytable.h
 *	  Key values of many parents, each value once: value in, group out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_KEYTABLE_H
#define RELGRAPH_LOAD_KEYTABLE_H

#include "fmgr.h"
#include "utils/palloc.h"

#include "graph.h"

/* How the rows of a level find the group of parents they belong to. */
typedef enum KeyMatch
{
	KEY_MATCH_INTEGER,			/* one key, both sides int2, int4 or int8 */
	KEY_MATCH_HASH,				/* one key of a hashable operator */
	KEY_MATCH_ORDINAL			/* the server says so, with the row */
} KeyMatch;

/* A key column as the parents have it, and as it travels in an array. */
typedef struct KeyColumn
{
	Oid			element;		/* type of the array's elements */
	int16		typlen;			/* of the parents' values */
	bool		typbyval;
	char		typalign;
	bool		as_text;		/* no array type: travels in text form */
	Oid			base;			/* type of the parents' values */
	FmgrInfo	output;			/* if as_text */
} KeyColumn;

/* What is known of a level's key before any value is. */
typedef struct KeySpec
{
	KeyMatch	match;
	int			nkeys;
	KeyColumn  *columns;
	int16		child_typlen;	/* KEY_MATCH_INTEGER */
	bool		parent_is_left; /* KEY_MATCH_HASH, from here on */
	Oid			collation;
	FmgrInfo	parent_hash;
	FmgrInfo	child_hash;
	FmgrInfo	parent_equal;	/* two keys of parents */
	FmgrInfo	cross_equal;	/* one of each side, in the operator's order */
} KeySpec;

typedef struct KeyTable KeyTable;

/* The value of an integer of the given width. */
static inline int64
relgraph_integer_value(Datum value, int16 typlen)
{
	switch (typlen)
	{
		case sizeof(int16):
			return DatumGetInt16(value);
		case sizeof(int32):
			return DatumGetInt32(value);
		default:
			return DatumGetInt64(value);
	}
}

extern void relgraph_init_key_spec(KeySpec *spec, const RelHop *hop);
extern void relgraph_init_identity_spec(KeySpec *spec, Oid relid,
										const AttrNumber *attnums, int nkeys);
extern void relgraph_match_by_ordinal(KeySpec *spec);
extern Oid	relgraph_key_array_type(const KeySpec *spec, int keyno);

extern KeyTable *relgraph_create_key_table(KeySpec *spec, MemoryContext cxt);
extern int32 relgraph_add_key(KeyTable *table, const Datum *values);
extern int32 relgraph_find_key(KeyTable *table, Datum value);
extern void relgraph_prepare_for_misses(KeyTable *table);
extern int32 relgraph_count_keys(const KeyTable *table);
extern const Datum *relgraph_key_values(const KeyTable *table, int32 group);
extern Datum relgraph_key_array(KeyTable *table, int keyno, int32 first);

#endif							/* RELGRAPH_LOAD_KEYTABLE_H */
