/*-------------------------------------------------------------------------
 *
 * jsonnested.c
 *	  Values made of values as JSON: jsonb, arrays, rows.
 *
 * Arrays and rows keep the encoders of what is in them, and how to take them
 * apart, from one value to the next.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "compat.h"
#include "load/jsonencoder.h"

/* Containers of jsonb in each other that are walked by recursion. */
#define MAX_JSONB_WALK_DEPTH 64

typedef struct ArrayLayout
{
	MemoryContext cxt;			/* holds this struct */
	Oid			elemtype;
	int16		typlen;
	bool		typbyval;
	char		typalign;
	JsonEncoder element;
} ArrayLayout;

typedef struct RowField
{
	int			index;			/* in the arrays of the layout */
	char	   *key;			/* {"name": or ,"name": */
	int			keylen;
	JsonEncoder encoder;
} RowField;

typedef struct RowLayout
{
	MemoryContext cxt;			/* holds this struct */
	Oid			typid;
	int32		typmod;
	const TypeCacheEntry *typentry; /* NULL for a record */
	uint64		identifier;		/* of the typentry's tupdesc we copied */
	TupleDesc	tupdesc;
	Datum	   *values;			/* one row, deformed */
	bool	   *nulls;
	int			nfields;
	RowField	fields[FLEXIBLE_ARRAY_MEMBER];
} RowLayout;

/* Where a walk through an array's elements has got to. */
typedef struct ArrayCursor
{
	ArrayLayout *layout;
	ArrayType  *array;
	const uint8 *nullbitmap;	/* or NULL */
	int			item;			/* the next one */
	Size		offset;			/* of the next one that is not null */
} ArrayCursor;

/* Room for a short varlena with an ordinary header, aligned. */
typedef union ShortCopy
{
	int64		force_align_int64;
	double		force_align_double;
	char		data[VARATT_SHORT_MAX + VARHDRSZ];
} ShortCopy;

static void append_jsonb_container(StringInfo buf, JsonbContainer *container,
								   int depth);
static void append_jsonb_object(StringInfo buf, JsonbContainer *container,
								int depth);
static void append_jsonb_array(StringInfo buf, JsonbContainer *container,
							   int depth);
static void append_jsonb_value(StringInfo buf, JEntry entry, char *data,
							   int len, int depth);
static ArrayLayout *find_array_layout(JsonEncoder *encoder, Oid elemtype);
static void append_dimension(StringInfo buf, ArrayCursor *cursor, int dim);
static void append_element(StringInfo buf, ArrayCursor *cursor);
static RowLayout *find_row_layout(JsonEncoder *encoder,
								  HeapTupleHeader header);
static RowLayout *make_row_layout(MemoryContext cxt, Oid typid, int32 typmod);
static void fill_row_fields(RowLayout *layout);
static void *unpack_varlena(Datum value, ShortCopy *copy);
static void free_unpacked(void *unpacked, Datum value, ShortCopy *copy);


void
relgraph_json_append_jsonb(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	ShortCopy	copy;
	Jsonb	   *jsonb = unpack_varlena(value, &copy);

	append_jsonb_container(buf, &jsonb->root, 1);
	free_unpacked(jsonb, value, &copy);
}

/*
 * The walk is several times as fast as the server's, which makes an iterator
 * for each container but needs no stack: it has the very deep ones.
 */
static void
append_jsonb_container(StringInfo buf, JsonbContainer *container, int depth)
{
	CHECK_FOR_INTERRUPTS();

	if (depth > MAX_JSONB_WALK_DEPTH)
		(void) JsonbToCString(buf, container, -1);
	else if (JsonContainerIsObject(container))
		append_jsonb_object(buf, container, depth);
	else
		append_jsonb_array(buf, container, depth);
}

/* All keys come first, then all values; each entry tells where it ends. */
static void
append_jsonb_object(StringInfo buf, JsonbContainer *container, int depth)
{
	int			count = JsonContainerSize(container);
	JEntry	   *keys = container->children;
	JEntry	   *values = keys + count;
	char	   *base = (char *) (values + count);
	uint32		key = 0;
	uint32		value = getJsonbOffset(container, count);

	relgraph_json_append_char(buf, '{');
	for (int i = 0; i < count; i++)
	{
		uint32		key_end = key;
		uint32		value_end = value;

		JBE_ADVANCE_OFFSET(key_end, keys[i]);
		JBE_ADVANCE_OFFSET(value_end, values[i]);
		if (i > 0)
			relgraph_json_append_bytes(buf, ", ", 2);
		relgraph_json_append_string(buf, base + key, key_end - key);
		relgraph_json_append_bytes(buf, ": ", 2);
		append_jsonb_value(buf, values[i], base + value, value_end - value,
						   depth);
		key = key_end;
		value = value_end;
	}
	relgraph_json_append_char(buf, '}');
}

/* A scalar is stored as an array of one. */
static void
append_jsonb_array(StringInfo buf, JsonbContainer *container, int depth)
{
	int			count = JsonContainerSize(container);
	JEntry	   *entries = container->children;
	char	   *base = (char *) (entries + count);
	uint32		offset = 0;

	if (!JsonContainerIsScalar(container))
		relgraph_json_append_char(buf, '[');
	for (int i = 0; i < count; i++)
	{
		uint32		end = offset;

		JBE_ADVANCE_OFFSET(end, entries[i]);
		if (i > 0)
			relgraph_json_append_bytes(buf, ", ", 2);
		append_jsonb_value(buf, entries[i], base + offset, end - offset,
						   depth);
		offset = end;
	}
	if (!JsonContainerIsScalar(container))
		relgraph_json_append_char(buf, ']');
}

/*
 * One entry of a container of some depth, with its data.  Those of numbers
 * and containers begin with padding.
 */
static void
append_jsonb_value(StringInfo buf, JEntry entry, char *data, int len,
				   int depth)
{
	if (JBE_ISSTRING(entry))
		relgraph_json_append_string(buf, data, len);
	else if (JBE_ISNUMERIC(entry))
	{
		Datum		numeric = PointerGetDatum((char *) INTALIGN(data));
		char	   *number;

		number = DatumGetCString(DirectFunctionCall1(numeric_out, numeric));
		relgraph_json_append_bytes(buf, number, strlen(number));
		pfree(number);
	}
	else if (JBE_ISCONTAINER(entry))
		append_jsonb_container(buf, (JsonbContainer *) INTALIGN(data),
							   depth + 1);
	else if (JBE_ISBOOL_TRUE(entry))
		relgraph_json_append_bytes(buf, "true", 4);
	else if (JBE_ISBOOL_FALSE(entry))
		relgraph_json_append_bytes(buf, "false", 5);
	else
		relgraph_json_append_bytes(buf, "null", 4);
}

void
relgraph_json_append_array(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	ShortCopy	copy;
	ArrayType  *array = unpack_varlena(value, &copy);
	ArrayCursor cursor = {0};

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();

	if (ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) == 0)
		relgraph_json_append_bytes(buf, "[]", 2);
	else
	{
		cursor.layout = find_array_layout(encoder, ARR_ELEMTYPE(array));
		cursor.array = array;
		cursor.nullbitmap = ARR_NULLBITMAP(array);
		append_dimension(buf, &cursor, 0);
	}
	free_unpacked(array, value, &copy);
}

/*
 * How to walk and write elements of a type.  Only the pseudo-types that stand
 * for any array, as in pg_stats, ever change it.
 */
static ArrayLayout *
find_array_layout(JsonEncoder *encoder, Oid elemtype)
{
	MemoryContext cxt;
	ArrayLayout *layout;

	if (encoder->array != NULL && encoder->array->elemtype == elemtype)
		return encoder->array;

	cxt = AllocSetContextCreate(encoder->cxt, "relgraph json array",
								ALLOCSET_SMALL_SIZES);
	layout = MemoryContextAllocZero(cxt, sizeof(ArrayLayout));
	layout->cxt = cxt;
	layout->elemtype = elemtype;
	get_typlenbyvalalign(elemtype, &layout->typlen, &layout->typbyval,
						 &layout->typalign);
	relgraph_json_init_encoder(&layout->element, elemtype, cxt);

	if (encoder->array != NULL)
		MemoryContextDelete(encoder->array->cxt);
	encoder->array = layout;
	return layout;
}

/* One dimension, and those inside it. */
static void
append_dimension(StringInfo buf, ArrayCursor *cursor, int dim)
{
	int			length = ARR_DIMS(cursor->array)[dim];
	bool		is_last = dim == ARR_NDIM(cursor->array) - 1;

	relgraph_json_append_char(buf, '[');
	for (int i = 0; i < length; i++)
	{
		if (i > 0)
			relgraph_json_append_char(buf, ',');
		if (is_last)
			append_element(buf, cursor);
		else
			append_dimension(buf, cursor, dim + 1);
	}
	relgraph_json_append_char(buf, ']');
}

static void
append_element(StringInfo buf, ArrayCursor *cursor)
{
	ArrayLayout *layout = cursor->layout;
	int			item = cursor->item++;
	char	   *element;

	if (cursor->nullbitmap != NULL && att_isnull(item, cursor->nullbitmap))
	{
		relgraph_json_append_bytes(buf, "null", 4);
		return;
	}

	element = ARR_DATA_PTR(cursor->array) + cursor->offset;
	layout->element.append(buf, &layout->element,
						   fetch_att(element, layout->typbyval,
									 layout->typlen));
	cursor->offset = att_addlength_pointer(cursor->offset, layout->typlen,
										   element);
	cursor->offset = att_align_nominal(cursor->offset, layout->typalign);
}

void
relgraph_json_append_row(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	ShortCopy	copy;
	HeapTupleHeader header = unpack_varlena(value, &copy);
	RowLayout  *layout;
	HeapTupleData tuple = {0};

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();

	layout = find_row_layout(encoder, header);
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	tuple.t_data = header;
	heap_deform_tuple(&tuple, layout->tupdesc, layout->values, layout->nulls);

	for (int i = 0; i < layout->nfields; i++)
	{
		RowField   *field = &layout->fields[i];

		relgraph_json_append_bytes(buf, field->key, field->keylen);
		relgraph_json_append(buf, &field->encoder,
							 layout->values[field->index],
							 layout->nulls[field->index]);
	}
	if (layout->nfields == 0)
		relgraph_json_append_char(buf, '{');
	relgraph_json_append_char(buf, '}');
	free_unpacked(header, value, &copy);
}

/*
 * The layout of a row's own type, which for a record is not the type of the
 * column.  The layout of a record never changes; that of a table may, and its
 * identifier in the type cache then changes too (or is zero).
 */
static RowLayout *
find_row_layout(JsonEncoder *encoder, HeapTupleHeader header)
{
	Oid			typid = HeapTupleHeaderGetTypeId(header);
	int32		typmod = HeapTupleHeaderGetTypMod(header);
	RowLayout  *layout = encoder->row;

	if (layout != NULL && layout->typid == typid &&
		layout->typmod == typmod &&
		(layout->typentry == NULL ||
		 layout->typentry->tupDesc_identifier == layout->identifier))
		return layout;

	layout = make_row_layout(encoder->cxt, typid, typmod);
	if (encoder->row != NULL)
		MemoryContextDelete(encoder->row->cxt);
	encoder->row = layout;
	return layout;
}

/* A layout in a context of its own, a child of the given one. */
static RowLayout *
make_row_layout(MemoryContext parent, Oid typid, int32 typmod)
{
	const TypeCacheEntry *typentry = NULL;
	uint64		identifier = 0;
	MemoryContext cxt;
	MemoryContext oldcxt;
	TupleDesc	tupdesc;
	RowLayout  *layout;

	cxt = AllocSetContextCreate(parent, "relgraph json row",
								ALLOCSET_SMALL_SIZES);
	oldcxt = MemoryContextSwitchTo(cxt);

	/* identifier first: should the type change now, we shall notice */
	if (typid != RECORDOID)
	{
		typentry = lookup_type_cache(typid, TYPECACHE_TUPDESC);
		identifier = typentry->tupDesc_identifier;
	}
	tupdesc = lookup_rowtype_tupdesc_copy(typid, typmod);

	layout = palloc0(offsetof(RowLayout, fields) +
					 tupdesc->natts * sizeof(RowField));
	layout->cxt = cxt;
	layout->typid = typid;
	layout->typmod = typmod;
	layout->typentry = typentry;
	layout->identifier = identifier;
	layout->tupdesc = tupdesc;
	layout->values = palloc(tupdesc->natts * sizeof(Datum));
	layout->nulls = palloc(tupdesc->natts * sizeof(bool));
	fill_row_fields(layout);

	MemoryContextSwitchTo(oldcxt);
	return layout;
}

/* A field for every column that is not dropped. */
static void
fill_row_fields(RowLayout *layout)
{
	for (int i = 0; i < layout->tupdesc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(layout->tupdesc, i);
		RowField   *field;
		StringInfoData key;

		if (att->attisdropped)
			continue;

		initStringInfo(&key);
		relgraph_json_append_char(&key, layout->nfields == 0 ? '{' : ',');
		relgraph_json_append_key(&key, NameStr(att->attname));

		field = &layout->fields[layout->nfields++];
		field->index = i;
		field->key = key.data;
		field->keylen = key.len;
		relgraph_json_init_encoder(&field->encoder, att->atttypid,
								   layout->cxt);
	}
}

/*
 * The value with an ordinary header: itself if it has one, in copy if it is
 * short, or else in CurrentMemoryContext.
 */
static void *
unpack_varlena(Datum value, ShortCopy *copy)
{
	char	   *packed = (char *) DatumGetPointer(value);
	Size		len;

	if (!VARATT_IS_SHORT(packed) || VARATT_IS_EXTERNAL(packed))
		return PG_DETOAST_DATUM(value);

	len = VARSIZE_SHORT(packed) - VARHDRSZ_SHORT;
	SET_VARSIZE(copy->data, len + VARHDRSZ);
	memcpy(VARDATA(copy->data), VARDATA_SHORT(packed), len);
	return copy->data;
}

static void
free_unpacked(void *unpacked, Datum value, ShortCopy *copy)
{
	if (unpacked != (void *) DatumGetPointer(value) &&
		unpacked != (void *) copy->data)
		pfree(unpacked);
}
