/*-------------------------------------------------------------------------
 *
 * keytable.c
 *	  Key values of many parents, each value once: value in, group out.
 *
 * Parents with equal keys form a group; groups are numbered in the order in
 * which their keys were first seen.  A statement then asks for the children
 * of all keys at once, and every row that arrives is given its group:
 *
 * - by value, if both sides of the key are integers;
 * - by the hash functions and the equality of the constraint's own operator,
 *	 so that 1 and 1.0, or a and A in citext, are what they are to the server;
 * - by the position of the key in the array, which the server adds to the row,
 *	 in every other case.  Keys are then told apart by their bytes only: that
 *	 equal ones may occupy two groups costs a little, and changes nothing.
 *
 * A table lives in the memory context it was created in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "parser/parse_coerce.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "compat.h"
#include "load/keytable.h"
#include "sqltext.h"

#define INITIAL_SLOTS 16

/* Bits that may be spent on a key to know which keys are not there. */
#define MAX_BITS_PER_KEY 256

/* Both have group + 1, so that zeroed memory is empty. */
typedef struct IntegerSlot
{
	int64		key;
	int32		group_plus_one;
} IntegerSlot;

typedef struct HashSlot
{
	uint32		hash;
	int32		group_plus_one;
} HashSlot;

struct KeyTable
{
	KeySpec    *spec;
	MemoryContext cxt;
	int32		nkeys;			/* keys so far */
	int32		maxkeys;
	Datum	   *keys;			/* spec->nkeys of each */
	uint32		nslots;			/* a power of two, more than twice nkeys */
	int			shift;			/* 64 - log2(nslots) */
	IntegerSlot *integers;
	HashSlot   *hashes;
	int64		lowest;			/* of the integers, if presence is there */
	uint64		range;			/* from the lowest to the highest */
	uint64	   *presence;		/* a bit for each integer in the range */
	int64		last_integer;	/* rows tend to come in runs of one key */
	int32		last_group;
};

static void init_key_column(KeyColumn *column, Oid relid, AttrNumber attnum);
static bool init_hash_functions(KeySpec *spec, const RelHop *hop);
static Oid	find_parent_equality(Oid opoid, Oid parent, Oid input);
static bool is_integer_equality(Oid opoid, Oid left, Oid right);
static int32 add_integer_key(KeyTable *table, Datum value);
static int32 add_hashed_key(KeyTable *table, const Datum *values);
static int32 store_key(KeyTable *table, const Datum *values);
static IntegerSlot *find_integer_slot(KeyTable *table, int64 key);
static inline bool may_be_present(const KeyTable *table, int64 key);
static uint32 hash_key(KeyTable *table, const Datum *values);
static bool keys_are_equal(KeyTable *table, int32 group, const Datum *values);
static bool crosses(const KeySpec *spec, Datum parent, Datum child);
static void alloc_slots(KeyTable *table, uint32 nslots);
static void grow_slots(KeyTable *table);

/*
 * Find out how children can be matched over a hop, and what that takes.
 * Looked-up functions are allocated in the current memory context, where the
 * spec must live.
 */
void
relgraph_init_key_spec(KeySpec *spec, const RelHop *hop)
{
	memset(spec, 0, sizeof(KeySpec));
	spec->match = KEY_MATCH_ORDINAL;
	spec->nkeys = hop->nkeys;
	if (hop->nkeys > INDEX_MAX_KEYS)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_COLUMNS),
				 errmsg("cannot load over a relationship of more than %d columns",
						INDEX_MAX_KEYS)));
	spec->columns = palloc0(hop->nkeys * sizeof(KeyColumn));
	for (int i = 0; i < hop->nkeys; i++)
	{
		KeyColumn  *column = &spec->columns[i];
		Oid			output;
		bool		is_varlena;

		init_key_column(column, hop->from, hop->from_attnums[i]);
		column->element = column->base;
		column->as_text = !OidIsValid(get_array_type(column->base));
		if (column->as_text)
		{
			column->element = TEXTOID;
			getTypeOutputInfo(column->base, &output, &is_varlena);
			fmgr_info(output, &column->output);
		}
	}

	if (hop->nkeys == 1 && !spec->columns[0].as_text)
		(void) init_hash_functions(spec, hop);
}

/*
 * Set up a spec for telling the rows of a relation apart by columns that are
 * different for each.  Its tables only number the rows: there is nobody else's
 * value to be matched.
 */
void
relgraph_init_identity_spec(KeySpec *spec, Oid relid,
							const AttrNumber *attnums, int nkeys)
{
	memset(spec, 0, sizeof(KeySpec));
	spec->match = KEY_MATCH_ORDINAL;
	spec->nkeys = nkeys;
	spec->columns = palloc0(nkeys * sizeof(KeyColumn));
	for (int i = 0; i < nkeys; i++)
		init_key_column(&spec->columns[i], relid, attnums[i]);
	if (nkeys == 1 && (spec->columns[0].base == INT2OID ||
					   spec->columns[0].base == INT4OID ||
					   spec->columns[0].base == INT8OID))
		spec->match = KEY_MATCH_INTEGER;
}

/*
 * Let the server match the rows, even where values could.
 */
void
relgraph_match_by_ordinal(KeySpec *spec)
{
	spec->match = KEY_MATCH_ORDINAL;
	for (int i = 0; i < spec->nkeys; i++)
	{
		if (!spec->columns[i].as_text)
			spec->columns[i].element = spec->columns[i].base;
	}
}

/*
 * Note the type of a key's column.
 */
static void
init_key_column(KeyColumn *column, Oid relid, AttrNumber attnum)
{
	column->base = getBaseType(relgraph_column_type(relid, attnum, NULL));
	get_typlenbyvalalign(column->base, &column->typlen, &column->typbyval,
						 &column->typalign);
}

/*
 * Return the type of the parameter that carries the keys' column keyno.
 */
Oid
relgraph_key_array_type(const KeySpec *spec, int keyno)
{
	return get_array_type(spec->columns[keyno].element);
}

/*
 * Set the spec up for a hash table of a single key if the operator allows it;
 * return whether it does.  A type that the operator reaches by a converting
 * cast does not: its own values are not what the operator compares.
 */
static bool
init_hash_functions(KeySpec *spec, const RelHop *hop)
{
	Oid			opoid = hop->operators[0];
	bool		from_left = hop->from_is_parent;
	Oid			left;
	Oid			right;
	Oid			child;
	Oid			parent_collation;
	Oid			equal;
	RegProcedure left_hash;
	RegProcedure right_hash;

	child = getBaseType(relgraph_column_type(hop->to, hop->to_attnums[0],
											 &parent_collation));
	if (from_left)
		(void) relgraph_column_type(hop->from, hop->from_attnums[0],
									&parent_collation);
	op_input_types(opoid, &left, &right);
	if (!IsBinaryCoercible(spec->columns[0].base, from_left ? left : right) ||
		!IsBinaryCoercible(child, from_left ? right : left) ||
		(from_left && !OidIsValid(get_commutator(opoid))))
		return false;

	if (is_integer_equality(opoid, left, right))
	{
		spec->match = KEY_MATCH_INTEGER;
		spec->child_typlen = get_typlen(child);
		return true;
	}

	equal = left == right ? opoid :
		find_parent_equality(opoid, spec->columns[0].base,
							 from_left ? left : right);
	if (!OidIsValid(equal) ||
		!get_op_hash_functions(opoid, &left_hash, &right_hash))
		return false;

	/* The array is of what the operator takes, so that it is found again. */
	if (!IsPolymorphicType(from_left ? left : right))
		spec->columns[0].element = from_left ? left : right;
	spec->match = KEY_MATCH_HASH;
	spec->parent_is_left = from_left;
	spec->collation = parent_collation;
	fmgr_info(from_left ? left_hash : right_hash, &spec->parent_hash);
	fmgr_info(from_left ? right_hash : left_hash, &spec->child_hash);
	fmgr_info(get_opcode(opoid), &spec->cross_equal);
	fmgr_info(get_opcode(equal), &spec->parent_equal);
	return true;
}

/*
 * Return the operator that compares two keys of parents as the given one, of
 * two types, compares those with children's: the one of its own family.
 */
static Oid
find_parent_equality(Oid opoid, Oid parent, Oid input)
{
	TypeCacheEntry *type = lookup_type_cache(parent, TYPECACHE_HASH_OPFAMILY);

	if (!OidIsValid(type->hash_opf) || !op_in_opfamily(opoid, type->hash_opf))
		return InvalidOid;
	return get_opfamily_member(type->hash_opf, input, input,
							   HTEqualStrategyNumber);
}

/*
 * Return true if the operator compares integers of any two widths by value.
 * Only built-in operators have such input types and are btree equality.
 */
static bool
is_integer_equality(Oid opoid, Oid left, Oid right)
{
	return opoid < FirstNormalObjectId &&
		(left == INT2OID || left == INT4OID || left == INT8OID) &&
		(right == INT2OID || right == INT4OID || right == INT8OID) &&
		op_hashjoinable(opoid, left);
}

/*
 * Create an empty table.
 */
KeyTable *
relgraph_create_key_table(KeySpec *spec, MemoryContext cxt)
{
	MemoryContext oldcxt = MemoryContextSwitchTo(cxt);
	KeyTable   *table = palloc0(sizeof(KeyTable));

	table->spec = spec;
	table->cxt = cxt;
	table->maxkeys = INITIAL_SLOTS / 2;
	table->keys = palloc(table->maxkeys * spec->nkeys * sizeof(Datum));
	table->last_group = -1;
	alloc_slots(table, INITIAL_SLOTS);

	MemoryContextSwitchTo(oldcxt);
	return table;
}

/*
 * Return the group of a parent's key, none of whose values is null.  The
 * values are copied if the key is new.
 */
int32
relgraph_add_key(KeyTable *table, const Datum *values)
{
	if (table->spec->match == KEY_MATCH_INTEGER)
		return add_integer_key(table, values[0]);
	return add_hashed_key(table, values);
}

/*
 * Return the group of the parents whose key the operator finds equal to a
 * child's value, or -1 if there is none.
 */
int32
relgraph_find_key(KeyTable *table, Datum value)
{
	KeySpec    *spec = table->spec;
	uint32		mask = table->nslots - 1;
	uint32		hash;

	Assert(spec->match != KEY_MATCH_ORDINAL);

	if (spec->match == KEY_MATCH_INTEGER)
	{
		int64		key = relgraph_integer_value(value, spec->child_typlen);

		if (key != table->last_integer || table->last_group < 0)
		{
			IntegerSlot *slot;

			if (!may_be_present(table, key))
				return -1;
			slot = find_integer_slot(table, key);
			if (slot->group_plus_one == 0)
				return -1;
			table->last_integer = key;
			table->last_group = slot->group_plus_one - 1;
		}
		return table->last_group;
	}

	hash = DatumGetUInt32(FunctionCall1Coll(&spec->child_hash, spec->collation,
											value));
	for (uint32 i = hash & mask;; i = (i + 1) & mask)
	{
		HashSlot   *slot = &table->hashes[i];

		if (slot->group_plus_one == 0)
			return -1;
		if (slot->hash == hash &&
			crosses(spec, table->keys[slot->group_plus_one - 1], value))
			return slot->group_plus_one - 1;
	}
}

/*
 * Get ready to be asked for many keys that are not there.  If integers are
 * dense enough, as those of a serial column are, a bit for each in their range
 * answers most questions, and fits into a processor's cache where the slots
 * do not.  A key that is added later on puts an end to it.
 */
void
relgraph_prepare_for_misses(KeyTable *table)
{
	int16		typlen = table->spec->columns[0].typlen;
	int64		lowest = PG_INT64_MAX;
	int64		highest = PG_INT64_MIN;

	if (table->spec->match != KEY_MATCH_INTEGER || table->nkeys == 0 ||
		table->presence != NULL)
		return;
	for (int32 i = 0; i < table->nkeys; i++)
	{
		int64		key = relgraph_integer_value(table->keys[i], typlen);

		lowest = Min(lowest, key);
		highest = Max(highest, key);
	}
	table->lowest = lowest;
	table->range = (uint64) highest - (uint64) lowest;
	if (table->range / MAX_BITS_PER_KEY >= (uint64) table->nkeys)
		return;

	table->presence = MemoryContextAllocExtended(table->cxt,
												 (table->range / 64 + 1) *
												 sizeof(uint64),
												 MCXT_ALLOC_HUGE |
												 MCXT_ALLOC_ZERO);
	for (int32 i = 0; i < table->nkeys; i++)
	{
		uint64		bit = (uint64) relgraph_integer_value(table->keys[i],
														  typlen) -
			(uint64) lowest;

		table->presence[bit / 64] |= UINT64CONST(1) << (bit % 64);
	}
}

/*
 * Return the number of groups.
 */
int32
relgraph_count_keys(const KeyTable *table)
{
	return table->nkeys;
}

/*
 * Return the key of a group.  The values belong to the table.
 */
const Datum *
relgraph_key_values(const KeyTable *table, int32 group)
{
	return table->keys + (Size) group * table->spec->nkeys;
}

/*
 * Return an array of the values that the keys have in one column, from group
 * first on and in group order, in the current memory context.
 */
Datum
relgraph_key_array(KeyTable *table, int keyno, int32 first)
{
	KeySpec    *spec = table->spec;
	KeyColumn  *column = &spec->columns[keyno];
	int32		nkeys = table->nkeys - first;
	Datum	   *values;

	if (spec->nkeys == 1 && !column->as_text)
		return PointerGetDatum(construct_array(table->keys + first, nkeys,
											   column->element, column->typlen,
											   column->typbyval,
											   column->typalign));

	values = palloc_extended((Size) nkeys * sizeof(Datum), MCXT_ALLOC_HUGE);
	for (int32 i = 0; i < nkeys; i++)
	{
		values[i] = table->keys[(Size) (first + i) * spec->nkeys + keyno];
		if (column->as_text)
			values[i] = CStringGetTextDatum(OutputFunctionCall(&column->output,
															   values[i]));
	}
	if (column->as_text)
		return PointerGetDatum(construct_array(values, nkeys, TEXTOID,
											   -1, false, TYPALIGN_INT));
	return PointerGetDatum(construct_array(values, nkeys,
										   column->element, column->typlen,
										   column->typbyval,
										   column->typalign));
}

/*
 * Return the group of an integer key of a parent.
 */
static int32
add_integer_key(KeyTable *table, Datum value)
{
	int16		typlen = table->spec->columns[0].typlen;
	int64		key = relgraph_integer_value(value, typlen);
	IntegerSlot *slot = find_integer_slot(table, key);

	if (slot->group_plus_one == 0)
	{
		slot->key = key;
		slot->group_plus_one = store_key(table, &value) + 1;
		grow_slots(table);
		return table->nkeys - 1;
	}
	return slot->group_plus_one - 1;
}

/*
 * Return the group of any other key of a parent.
 */
static int32
add_hashed_key(KeyTable *table, const Datum *values)
{
	uint32		hash = hash_key(table, values);
	uint32		mask = table->nslots - 1;

	for (uint32 i = hash & mask;; i = (i + 1) & mask)
	{
		HashSlot   *slot = &table->hashes[i];

		if (slot->group_plus_one == 0)
		{
			slot->hash = hash;
			slot->group_plus_one = store_key(table, values) + 1;
			grow_slots(table);
			return table->nkeys - 1;
		}
		if (slot->hash == hash &&
			keys_are_equal(table, slot->group_plus_one - 1, values))
			return slot->group_plus_one - 1;
	}
}

/*
 * Copy a new key into the table and return its group.
 */
static int32
store_key(KeyTable *table, const Datum *values)
{
	KeySpec    *spec = table->spec;
	MemoryContext oldcxt = MemoryContextSwitchTo(table->cxt);
	Datum	   *key;

	if (table->presence != NULL)
	{
		pfree(table->presence);
		table->presence = NULL;
	}
	if (table->nkeys == table->maxkeys)
	{
		table->maxkeys *= 2;
		table->keys = repalloc_huge(table->keys,
									(Size) table->maxkeys * spec->nkeys *
									sizeof(Datum));
	}
	key = table->keys + (Size) table->nkeys * spec->nkeys;
	for (int i = 0; i < spec->nkeys; i++)
	{
		KeyColumn  *column = &spec->columns[i];

		if (column->typlen == -1)
			key[i] = PointerGetDatum(PG_DETOAST_DATUM_COPY(values[i]));
		else
			key[i] = datumCopy(values[i], column->typbyval, column->typlen);
	}

	MemoryContextSwitchTo(oldcxt);
	return table->nkeys++;
}

/*
 * Return false if an integer is known not to be in the table.
 */
static inline bool
may_be_present(const KeyTable *table, int64 key)
{
	uint64		bit = (uint64) key - (uint64) table->lowest;

	if (table->presence == NULL)
		return true;
	return bit <= table->range &&
		(table->presence[bit / 64] >> (bit % 64) & 1) != 0;
}

/*
 * Return the slot that holds an integer, or the one that would.  Consecutive
 * numbers, the usual case, spread evenly under a multiplication.
 */
static IntegerSlot *
find_integer_slot(KeyTable *table, int64 key)
{
	uint32		mask = table->nslots - 1;
	uint32		i;

	i = (uint32) (((uint64) key * UINT64CONST(0x9E3779B97F4A7C15)) >>
				  table->shift);
	while (table->integers[i].group_plus_one != 0 &&
		   table->integers[i].key != key)
		i = (i + 1) & mask;
	return &table->integers[i];
}

/*
 * Return the hash value of a parent's key.
 */
static uint32
hash_key(KeyTable *table, const Datum *values)
{
	KeySpec    *spec = table->spec;
	uint32		hash = 0;

	if (spec->match == KEY_MATCH_HASH)
		return DatumGetUInt32(FunctionCall1Coll(&spec->parent_hash,
												spec->collation, values[0]));
	for (int i = 0; i < spec->nkeys; i++)
		hash = hash_combine(hash,
							datum_image_hash(values[i],
											 spec->columns[i].typbyval,
											 spec->columns[i].typlen));
	return hash;
}

/*
 * Return true if a parent's key equals the stored one of a group.
 */
static bool
keys_are_equal(KeyTable *table, int32 group, const Datum *values)
{
	KeySpec    *spec = table->spec;
	Datum	   *key = table->keys + (Size) group * spec->nkeys;

	if (spec->match == KEY_MATCH_HASH)
		return DatumGetBool(FunctionCall2Coll(&spec->parent_equal,
											  spec->collation,
											  key[0], values[0]));
	for (int i = 0; i < spec->nkeys; i++)
	{
		if (!datum_image_eq(key[i], values[i], spec->columns[i].typbyval,
							spec->columns[i].typlen))
			return false;
	}
	return true;
}

/*
 * Return true if the constraint's operator finds parent and child equal.
 */
static bool
crosses(const KeySpec *spec, Datum parent, Datum child)
{
	FmgrInfo   *equal = unconstify(FmgrInfo *, &spec->cross_equal);

	if (spec->parent_is_left)
		return DatumGetBool(FunctionCall2Coll(equal, spec->collation,
											  parent, child));
	return DatumGetBool(FunctionCall2Coll(equal, spec->collation,
										  child, parent));
}

/*
 * Give the table empty slots.
 */
static void
alloc_slots(KeyTable *table, uint32 nslots)
{
	bool		is_integer = table->spec->match == KEY_MATCH_INTEGER;
	Size		width = is_integer ? sizeof(IntegerSlot) : sizeof(HashSlot);
	void	   *slots;

	slots = MemoryContextAllocExtended(table->cxt, nslots * width,
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	table->nslots = nslots;
	table->shift = 64 - pg_leftmost_one_pos32(nslots);
	if (is_integer)
		table->integers = slots;
	else
		table->hashes = slots;
}

/*
 * Double the slots when half of them are in use.
 */
static void
grow_slots(KeyTable *table)
{
	uint32		old_nslots = table->nslots;
	IntegerSlot *integers = table->integers;
	HashSlot   *hashes = table->hashes;

	if ((uint32) table->nkeys * 2 < old_nslots)
		return;
	if (old_nslots > PG_UINT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows to load at once")));

	alloc_slots(table, old_nslots * 2);
	for (uint32 i = 0; i < old_nslots; i++)
	{
		if (integers != NULL && integers[i].group_plus_one != 0)
			*find_integer_slot(table, integers[i].key) = integers[i];
		if (hashes != NULL && hashes[i].group_plus_one != 0)
		{
			uint32		mask = table->nslots - 1;
			uint32		at = hashes[i].hash & mask;

			while (table->hashes[at].group_plus_one != 0)
				at = (at + 1) & mask;
			table->hashes[at] = hashes[i];
		}
	}
	if (integers != NULL)
		pfree(integers);
	else
		pfree(hashes);
}
