/*-------------------------------------------------------------------------
 *
 * joinsql.c
 *	  join_sql(): the plain SQL a person would write for a path.
 *
 * It is how a person checks us, and how a person leaves us: what it returns
 * runs without the extension, under any search_path.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "joinquery.h"
#include "nearmiss.h"

PG_FUNCTION_INFO_V1(relgraph_join_sql);

static const char *const kind_names[] = {
	[JOIN_KIND_INNER] = "inner",
	[JOIN_KIND_LEFT] = "left",
	[JOIN_KIND_EXISTS] = "exists",
	[JOIN_KIND_ANTI] = "anti"
};

/*
 * Return the kind of join that a word names, in any case.
 */
static JoinKind
parse_kind(const char *word)
{
	NearMiss	miss;

	relgraph_start_near_miss(&miss, word);
	for (int kind = 0; kind < lengthof(kind_names); kind++)
	{
		if (pg_strcasecmp(word, kind_names[kind]) == 0)
			return kind;
		relgraph_list_name(&miss, kind_names[kind]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no join of kind \"%s\"", word),
			 errdetail("The kinds are: %s.", miss.listed.data),
			 miss.nearest != NULL ?
			 errhint("Perhaps you meant \"%s\".", miss.nearest) :
			 errhint("An outer join is \"left\"; rows that have no related row are those of \"anti\".")));
}

/*
 * join_sql(root regclass, path text, kind text) returns text
 */
Datum
relgraph_join_sql(PG_FUNCTION_ARGS)
{
	char	   *path = text_to_cstring(PG_GETARG_TEXT_PP(1));
	JoinKind	kind = parse_kind(text_to_cstring(PG_GETARG_TEXT_PP(2)));
	RelPath    *resolved = relgraph_resolve_path(PG_GETARG_OID(0), path);

	PG_RETURN_TEXT_P(cstring_to_text(relgraph_join_query(resolved, kind)));
}
