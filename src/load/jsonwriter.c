/*-------------------------------------------------------------------------
 *
 * jsonwriter.c
 *	  Values as JSON text, byte for byte as to_json() writes them.
 *
 * From a type to the function that writes its values, and those functions for
 * plain values.  Types that tables are mostly made of are written without
 * their output functions; the rest goes through those.
 *
 * An encoder lives in the memory context it was made in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

#include "compat.h"
#include "load/jsonencoder.h"

/* Room for any integer or uuid with its quotes. */
#define MAX_SCALAR_LENGTH 40

static void append_first(StringInfo buf, JsonEncoder *encoder, Datum value);
static void resolve_encoder(JsonEncoder *encoder);
static void resolve_constructed(JsonEncoder *encoder, Oid typid);
static void use_output_function(JsonEncoder *encoder, Oid typid,
								JsonAppendFunction append);

static void append_bool(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_int2(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_int4(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_int8(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_float4(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_float8(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_numeric(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_oid(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_text(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_name(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_uuid(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_date(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_timestamp(StringInfo buf, JsonEncoder *encoder,
							 Datum value);
static void append_timestamptz(StringInfo buf, JsonEncoder *encoder,
							   Datum value);
static void append_json(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_cast(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_output(StringInfo buf, JsonEncoder *encoder, Datum value);
static void append_number(StringInfo buf, const char *number, int len);


JsonEncoder *
relgraph_json_encoder(Oid typid, MemoryContext cxt)
{
	JsonEncoder *encoder = MemoryContextAlloc(cxt, sizeof(JsonEncoder));

	relgraph_json_init_encoder(encoder, typid, cxt);
	return encoder;
}

void
relgraph_json_append(StringInfo buf, JsonEncoder *encoder, Datum value,
					 bool isnull)
{
	if (isnull)
		relgraph_json_append_bytes(buf, "null", 4);
	else
		encoder->append(buf, encoder, value);
}

void
relgraph_json_init_encoder(JsonEncoder *encoder, Oid typid, MemoryContext cxt)
{
	memset(encoder, 0, sizeof(JsonEncoder));
	encoder->append = append_first;
	encoder->typid = typid;
	encoder->cxt = cxt;
}


/* ----------------------------------------------------------------
 * From a type to the function that writes it
 * ----------------------------------------------------------------
 */

/*
 * Look the type up when its first value comes: a column of nulls costs
 * nothing, and one of a type without output does not fail, as in to_json().
 */
static void
append_first(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	resolve_encoder(encoder);
	encoder->append(buf, encoder, value);
}

/* Set encoder->append and what it needs; the cases are those of to_json(). */
static void
resolve_encoder(JsonEncoder *encoder)
{
	Oid			typid = getBaseType(encoder->typid);

	switch (typid)
	{
		case BOOLOID:
			encoder->append = append_bool;
			break;
		case INT2OID:
			encoder->append = append_int2;
			break;
		case INT4OID:
			encoder->append = append_int4;
			break;
		case INT8OID:
			encoder->append = append_int8;
			break;
		case FLOAT4OID:
			use_output_function(encoder, typid, append_float4);
			break;
		case FLOAT8OID:
			use_output_function(encoder, typid, append_float8);
			break;
		case NUMERICOID:
			use_output_function(encoder, typid, append_numeric);
			break;
		case OIDOID:
			encoder->append = append_oid;
			break;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			encoder->append = append_text;
			break;
		case NAMEOID:
			encoder->append = append_name;
			break;
		case UUIDOID:
			encoder->append = append_uuid;
			break;
		case DATEOID:
			encoder->append = append_date;
			break;
		case TIMESTAMPOID:
			encoder->append = append_timestamp;
			break;
		case TIMESTAMPTZOID:
			encoder->append = append_timestamptz;
			break;
		case JSONOID:
			encoder->append = append_json;
			break;
		case JSONBOID:
			encoder->append = relgraph_json_append_jsonb;
			break;
		default:
			resolve_constructed(encoder, typid);
			break;
	}
}

/* resolve_encoder() for the types it does not know by name. */
static void
resolve_constructed(JsonEncoder *encoder, Oid typid)
{
	Oid			castfunc;

	if (OidIsValid(get_element_type(typid)) || typid == ANYARRAYOID ||
		typid == ANYCOMPATIBLEARRAYOID)
		encoder->append = relgraph_json_append_array;
	else if (type_is_rowtype(typid))
		encoder->append = relgraph_json_append_row;
	else if (typid >= FirstNormalObjectId &&
			 find_coercion_pathway(JSONOID, typid, COERCION_EXPLICIT,
								   &castfunc) == COERCION_PATH_FUNC &&
			 OidIsValid(castfunc))
	{
		fmgr_info_cxt(castfunc, &encoder->function, encoder->cxt);
		encoder->append = append_cast;
	}
	else
		use_output_function(encoder, typid, append_output);
}

static void
use_output_function(JsonEncoder *encoder, Oid typid, JsonAppendFunction append)
{
	Oid			outfunc;
	bool		is_varlena;

	getTypeOutputInfo(typid, &outfunc, &is_varlena);
	fmgr_info_cxt(outfunc, &encoder->function, encoder->cxt);
	encoder->append = append;
}


/* ----------------------------------------------------------------
 * Plain values
 * ----------------------------------------------------------------
 */

static void
append_bool(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	if (DatumGetBool(value))
		relgraph_json_append_bytes(buf, "true", 4);
	else
		relgraph_json_append_bytes(buf, "false", 5);
}

static void
append_int2(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char	   *to = relgraph_json_begin(buf, MAX_SCALAR_LENGTH);

	relgraph_json_end(buf, to + pg_itoa(DatumGetInt16(value), to));
}

static void
append_int4(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char	   *to = relgraph_json_begin(buf, MAX_SCALAR_LENGTH);

	relgraph_json_end(buf, to + pg_ltoa(DatumGetInt32(value), to));
}

static void
append_int8(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char	   *to = relgraph_json_begin(buf, MAX_SCALAR_LENGTH);

	relgraph_json_end(buf, to + pg_lltoa(DatumGetInt64(value), to));
}

/* The text of a number, quoted if it is NaN or infinite. */
static void
append_number(StringInfo buf, const char *number, int len)
{
	if (isdigit((unsigned char) number[number[0] == '-']))
		relgraph_json_append_bytes(buf, number, len);
	else
		relgraph_json_append_string(buf, number, len);
}

static void
append_numeric(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char	   *number = OutputFunctionCall(&encoder->function, value);

	append_number(buf, number, strlen(number));
	pfree(number);
}

static void
append_float4(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char		number[FLOAT_SHORTEST_DECIMAL_LEN];

	/* zero or less asks for rounding, not for the shortest exact text */
	if (extra_float_digits > 0)
		append_number(buf, number,
					  float_to_shortest_decimal_buf(DatumGetFloat4(value),
													number));
	else
		append_numeric(buf, encoder, value);
}

static void
append_float8(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char		number[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (extra_float_digits > 0)
		append_number(buf, number,
					  double_to_shortest_decimal_buf(DatumGetFloat8(value),
													 number));
	else
		append_numeric(buf, encoder, value);
}

/* A string, as all types with an output function are that are not numbers. */
static void
append_oid(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char	   *to = relgraph_json_begin(buf, MAX_SCALAR_LENGTH);

	*to++ = '"';
	to += pg_ultoa_n(DatumGetObjectId(value), to);
	*to++ = '"';
	relgraph_json_end(buf, to);
}

static void
append_text(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	text	   *str = DatumGetTextPP(value);

	relgraph_json_append_string(buf, VARDATA_ANY(str),
								VARSIZE_ANY_EXHDR(str));
	if ((Pointer) str != DatumGetPointer(value))
		pfree(str);
}

static void
append_name(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	const char *name = NameStr(*DatumGetName(value));

	relgraph_json_append_string(buf, name, strlen(name));
}

static void
append_uuid(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	static const char hex[] = "0123456789abcdef";
	const pg_uuid_t *uuid = DatumGetUUIDP(value);
	char	   *to = relgraph_json_begin(buf, MAX_SCALAR_LENGTH);

	*to++ = '"';
	for (int i = 0; i < UUID_LEN; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex[uuid->data[i] >> 4];
		*to++ = hex[uuid->data[i] & 0x0f];
	}
	*to++ = '"';
	relgraph_json_end(buf, to);
}

static void
append_date(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	relgraph_json_append_date(buf, DatumGetDateADT(value));
}

static void
append_timestamp(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	relgraph_json_append_timestamp(buf, DatumGetTimestamp(value));
}

static void
append_timestamptz(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	relgraph_json_append_timestamptz(buf, DatumGetTimestampTz(value),
									 &encoder->span);
}

static void
append_json(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	text	   *json = DatumGetTextPP(value);

	relgraph_json_append_bytes(buf, VARDATA_ANY(json),
							   VARSIZE_ANY_EXHDR(json));
	if ((Pointer) json != DatumGetPointer(value))
		pfree(json);
}

/* Any type with a function of its own that makes it json. */
static void
append_cast(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	check_stack_depth();
	append_json(buf, encoder, FunctionCall1(&encoder->function, value));
}

/* Any other type: a string. */
static void
append_output(StringInfo buf, JsonEncoder *encoder, Datum value)
{
	char	   *str = OutputFunctionCall(&encoder->function, value);

	relgraph_json_append_string(buf, str, strlen(str));
	pfree(str);
}


/* ----------------------------------------------------------------
 * SQL entry point
 * ----------------------------------------------------------------
 */

PG_FUNCTION_INFO_V1(relgraph_to_json);

/*
 * relgraph.to_json(anyelement) returns json
 *
 * What to_json() returns, by the encoders above: the regression tests compare
 * the two.
 */
Datum
relgraph_to_json(PG_FUNCTION_ARGS)
{
	FmgrInfo   *flinfo = fcinfo->flinfo;
	StringInfoData buf;

	if (flinfo->fn_extra == NULL)
	{
		Oid			typid = get_fn_expr_argtype(flinfo, 0);

		if (!OidIsValid(typid))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("could not determine input data type")));
		flinfo->fn_extra = relgraph_json_encoder(typid, flinfo->fn_mcxt);
	}

	/* the buffer becomes the result: leave room for its header */
	initStringInfo(&buf);
	buf.len = VARHDRSZ;
	relgraph_json_append(&buf, flinfo->fn_extra, PG_GETARG_DATUM(0), false);
	SET_VARSIZE(buf.data, buf.len);
	PG_RETURN_POINTER(buf.data);
}
