/*-------------------------------------------------------------------------
 *
 * naming.c
 *	  Names of relationships.
 *
 * A relationship has a short name, derived from a column or a table, and a
 * qualified one that says by which columns or through which table it goes.
 * Both depend on nothing but names in the catalogs: not on OIDs, and not on
 * the order in which constraints were made.  A short name that would stand for
 * two relationships, or for a column, is given to none; and since qualified
 * names are there to stay, a short name gives way to one of these, too.
 *
 * Strings are made in the current memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "inflect.h"
#include "naming.h"

/* How much a qualified name says; tried in this order until it is unique. */
typedef enum NameDetail
{
	DETAIL_PLAIN,
	DETAIL_SCHEMA,				/* and the schema of the other table */
	DETAIL_OTHER_KEY,			/* and the columns at the other end */
	DETAIL_SCHEMA_OTHER_KEY,
	DETAIL_DIGEST				/* and a digest of everything */
} NameDetail;

/* A name and the relationship it would stand for. */
typedef struct NameClaim
{
	const char *name;
	int			owner;
	bool		is_given;
} NameClaim;

static const char *spell_in_full(RelCatalog *catalog,
								 const Relationship *relationship,
								 NameDetail detail);

/* ----------------------------------------------------------------
 *		Words
 * ----------------------------------------------------------------
 */

/*
 * Return a 32-bit digest of a text, the same on every machine (FNV-1a).
 */
static uint32
digest(const char *text)
{
	uint32		hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char) *text) * 16777619u;
	return hash;
}

/*
 * Return the text of a buffer in no more memory than it needs; frees the
 * buffer.  Qualified names are many, and live as long as the cache.
 */
static char *
take_text(StringInfo buf)
{
	char	   *result = pnstrdup(buf->data, buf->len);

	pfree(buf->data);
	return result;
}

/*
 * Return the name if it fits an identifier, else its beginning and a digest.
 */
static const char *
clip_name(const char *name)
{
	int			length = strlen(name);
	int			clipped;

	if (length < NAMEDATALEN)
		return name;
	clipped = pg_mbcliplen(name, length, NAMEDATALEN - 1 - 9);
	return psprintf("%.*s_%08x", clipped, name, digest(name));
}

static const char *
column_name(RelCatalog *catalog, Oid relid, AttrNumber attnum)
{
	RelInfo    *rel = relgraph_get_relation(catalog, relid);
	const RelColumn *column = relgraph_find_column(catalog, rel, attnum);

	return column ? column->name : "";
}

/*
 * Return the singular or plural of a relation's name, which is kept with the
 * relation: many relationships lead to one table.
 */
static const char *
relation_word(RelCatalog *catalog, Oid relid, bool is_plural)
{
	RelInfo    *rel = relgraph_get_relation(catalog, relid);

	if (rel->name == NULL)
		return "";
	if (rel->words[is_plural] == NULL)
	{
		MemoryContext oldcxt = MemoryContextSwitchTo(catalog->cxt);

		rel->words[is_plural] = is_plural ? relgraph_pluralize(rel->name)
			: relgraph_singularize(rel->name);
		MemoryContextSwitchTo(oldcxt);
	}
	return rel->words[is_plural];
}

/*
 * Return the stem of an edge's key: its column without the key suffix, if it
 * has one column, not counting those that another edge has too.  Else NULL.
 */
static char *
key_stem(RelCatalog *catalog, const FkEdge *edge, const FkEdge *other)
{
	AttrNumber	only = InvalidAttrNumber;

	for (int i = 0; i < edge->nkeys; i++)
	{
		bool		is_shared = false;

		for (int j = 0; other != NULL && j < other->nkeys; j++)
			is_shared = is_shared ||
				other->child_attnums[j] == edge->child_attnums[i];
		if (is_shared)
			continue;
		if (only != InvalidAttrNumber)
			return NULL;
		only = edge->child_attnums[i];
	}
	if (only == InvalidAttrNumber)
		return NULL;
	return relgraph_strip_key_suffix(column_name(catalog, edge->child, only));
}

static bool
is_self_referential(const Relationship *relationship)
{
	const FkEdge *edge = relationship->edge;

	return relationship->nhops == 2
		? edge->parent == relationship->through_edge->parent
		: edge->child == edge->parent;
}

/*
 * Return the word that a qualified name begins with.
 */
static const char *
qualified_word(RelCatalog *catalog, const Relationship *relationship)
{
	if (relationship->nhops == 2 && is_self_referential(relationship))
	{
		char	   *stem = key_stem(catalog, relationship->through_edge,
									relationship->edge);

		if (stem != NULL)
			return relgraph_pluralize(stem);
	}
	return relation_word(catalog, relationship->target,
						 relationship->is_list);
}

/*
 * Set the derived short name of a relationship, or NULL where none can be.
 */
void
relgraph_derive_base_name(RelCatalog *catalog, Relationship *relationship)
{
	const FkEdge *edge = relationship->edge;
	char	   *stem;
	const char *base = NULL;

	if (relationship->is_declared || relationship->nhops == 2)
		base = qualified_word(catalog, relationship);
	else if (!relationship->hops[0].from_is_parent)
	{
		stem = edge->nkeys == 1 ? key_stem(catalog, edge, NULL) : NULL;
		base = stem ? stem : relation_word(catalog, edge->parent, false);
	}
	else if (!is_self_referential(relationship))
		base = qualified_word(catalog, relationship);
	else
	{
		stem = edge->nkeys == 1 ? key_stem(catalog, edge, NULL) : NULL;
		if (stem != NULL && pg_strcasecmp(stem, "parent") == 0)
			base = relationship->is_list ? "children" : "child";
	}
	relationship->word = base && *base ? base : NULL;
	relationship->base = base && *base ? clip_name(base) : NULL;
}

/* ----------------------------------------------------------------
 *		Qualified names
 * ----------------------------------------------------------------
 */

/*
 * Append column names, each after an underscore.
 */
static void
append_columns(StringInfo buf, RelCatalog *catalog, Oid relid, int n,
			   const AttrNumber *attnums)
{
	for (int i = 0; i < n; i++)
	{
		appendStringInfoChar(buf, '_');
		appendStringInfoString(buf, column_name(catalog, relid, attnums[i]));
	}
}

/*
 * Append all that identifies an edge among all edges of a database.
 */
static void
append_edge_identity(StringInfo buf, RelCatalog *catalog, const FkEdge *edge)
{
	RelInfo    *child = relgraph_get_relation(catalog, edge->child);
	RelInfo    *parent = relgraph_get_relation(catalog, edge->parent);

	appendStringInfo(buf, "|%s.%s(", child->schema, child->name);
	append_columns(buf, catalog, edge->child, edge->nkeys, edge->child_attnums);
	appendStringInfo(buf, ")>%s.%s(", parent->schema, parent->name);
	append_columns(buf, catalog, edge->parent, edge->nkeys,
				   edge->parent_attnums);
	appendStringInfoChar(buf, ')');
}

/*
 * Return a qualified name with a digest of everything that tells the
 * relationship from others.
 */
static const char *
spell_digest_name(RelCatalog *catalog, const Relationship *relationship)
{
	StringInfoData identity;
	const char *plain = clip_name(spell_in_full(catalog, relationship,
												DETAIL_PLAIN));

	initStringInfo(&identity);
	appendStringInfo(&identity, "%c%c%s",
					 relationship->is_declared ? 'd' : 'k',
					 relationship->hops[0].from_is_parent ? 'p' : 'c',
					 relationship->declaration ? relationship->declaration->name
					 : "");
	append_edge_identity(&identity, catalog, relationship->edge);
	if (relationship->through_edge != NULL)
		append_edge_identity(&identity, catalog, relationship->through_edge);
	return psprintf("%.*s_%08x",
					pg_mbcliplen(plain, strlen(plain), NAMEDATALEN - 1 - 9),
					plain, digest(identity.data));
}

/*
 * Return a qualified name with the given detail, however long:
 *
 *		[<schema>_]<singular or plural>_by_<columns>[{_to|_from}_<columns>]
 *		[<schema>_]<plural>_via_[<schema>_]<association>[_by_<columns>]
 */
static const char *
spell_in_full(RelCatalog *catalog, const Relationship *relationship,
			  NameDetail detail)
{
	const FkEdge *edge = relationship->edge;
	bool		with_schema = detail == DETAIL_SCHEMA ||
		detail == DETAIL_SCHEMA_OTHER_KEY;
	bool		with_other_key = detail == DETAIL_OTHER_KEY ||
		detail == DETAIL_SCHEMA_OTHER_KEY;
	StringInfoData buf;

	if (detail == DETAIL_DIGEST)
		return spell_digest_name(catalog, relationship);

	initStringInfo(&buf);
	if (with_schema)
		appendStringInfo(&buf, "%s_",
						 relgraph_get_relation(catalog,
											   relationship->target)->schema);
	appendStringInfoString(&buf, qualified_word(catalog, relationship));

	if (relationship->nhops == 2)
	{
		RelInfo    *through = relgraph_get_relation(catalog,
													relationship->through);

		appendStringInfoString(&buf, "_via_");
		if (with_schema)
			appendStringInfo(&buf, "%s_", through->schema);
		appendStringInfoString(&buf, through->name);
		if (with_other_key)
		{
			appendStringInfoString(&buf, "_by");
			append_columns(&buf, catalog, relationship->through,
						   relationship->through_edge->nkeys,
						   relationship->through_edge->child_attnums);
		}
	}
	else
	{
		appendStringInfoString(&buf, "_by");
		append_columns(&buf, catalog, edge->child, edge->nkeys,
					   edge->child_attnums);
		if (with_other_key)
		{
			appendStringInfoString(&buf, relationship->hops[0].from_is_parent
								   ? "_from" : "_to");
			append_columns(&buf, catalog, edge->parent, edge->nkeys,
						   edge->parent_attnums);
		}
	}
	return take_text(&buf);
}

/*
 * Return a qualified name with the given detail, fit for an identifier.
 */
static const char *
spell_qualified_name(RelCatalog *catalog, const Relationship *relationship,
					 NameDetail detail)
{
	return clip_name(spell_in_full(catalog, relationship, detail));
}

/* ----------------------------------------------------------------
 *		Choosing
 * ----------------------------------------------------------------
 */

static int
compare_claims(const void *a, const void *b)
{
	return strcmp(((const NameClaim *) a)->name, ((const NameClaim *) b)->name);
}

/*
 * Return the position of the first claim of a name, or -1.
 */
static int
find_claim(const NameClaim *claims, int n, const char *name)
{
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (strcmp(claims[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && strcmp(claims[low].name, name) == 0 ? low : -1;
}

/*
 * Tell whether anybody but the owner claims a name.
 */
static bool
is_claimed_by_other(const NameClaim *claims, int n, const char *name, int owner)
{
	int			at = find_claim(claims, n, name);

	for (; at >= 0 && at < n && strcmp(claims[at].name, name) == 0; at++)
	{
		if (claims[at].owner != owner)
			return true;
	}
	return false;
}

/*
 * Return the claims to qualified names, sorted.
 */
static NameClaim *
claim_qualified_names(Relationship **relationships, int n)
{
	NameClaim  *claims = palloc((n + 1) * sizeof(NameClaim));

	for (int i = 0; i < n; i++)
	{
		claims[i].name = relationships[i]->qualified_name;
		claims[i].owner = i;
		claims[i].is_given = false;
	}
	qsort(claims, n, sizeof(NameClaim), compare_claims);
	return claims;
}

/*
 * Give the short names to those whose claim is not contested: by a column, by
 * another derived name, by a name that someone set, or by the qualified name
 * of another.
 */
static void
grant_short_names(RelCatalog *catalog, RelInfo *source,
				  Relationship **relationships, int n,
				  const NameClaim *claims, int nclaims)
{
	NameClaim  *qualified = claim_qualified_names(relationships, n);

	for (int i = 0; i < nclaims;)
	{
		int			next = i + 1;
		int			ngiven = claims[i].is_given ? 1 : 0;

		for (; next < nclaims &&
			 strcmp(claims[next].name, claims[i].name) == 0; next++)
			ngiven += claims[next].is_given ? 1 : 0;

		for (int k = i; k < next; k++)
		{
			bool		is_only = claims[k].is_given ? ngiven == 1
				: next == i + 1;

			if (is_only &&
				!is_claimed_by_other(qualified, n, claims[k].name,
									 claims[k].owner) &&
				relgraph_find_column_by_name(catalog, source,
											 claims[k].name) == NULL)
				relationships[claims[k].owner]->name = claims[k].name;
		}
		i = next;
	}
	pfree(qualified);
}

/*
 * Give one group of relationships, whose plain qualified names are the same,
 * names with just as much detail as tells them apart.
 */
static void
grant_detailed_names(RelCatalog *catalog, Relationship **relationships,
					 const NameClaim *group, int n)
{
	NameClaim  *spelled = palloc(n * sizeof(NameClaim));

	for (NameDetail detail = DETAIL_SCHEMA; detail <= DETAIL_DIGEST; detail++)
	{
		bool		is_distinct = true;

		for (int i = 0; i < n; i++)
		{
			spelled[i].owner = group[i].owner;
			spelled[i].name =
				spell_qualified_name(catalog, relationships[group[i].owner],
									 detail);
		}
		qsort(spelled, n, sizeof(NameClaim), compare_claims);
		for (int i = 1; i < n; i++)
			is_distinct = is_distinct &&
				strcmp(spelled[i - 1].name, spelled[i].name) != 0;
		if (is_distinct || detail == DETAIL_DIGEST)
			break;
	}
	for (int i = 0; i < n; i++)
		relationships[spelled[i].owner]->qualified_name = spelled[i].name;
}

/*
 * Give qualified names: unique among each other, and never one that someone
 * set for another relationship or that a column has.
 */
static void
grant_qualified_names(RelCatalog *catalog, RelInfo *source,
					  Relationship **relationships, int n,
					  const NameClaim *given, int ngiven)
{
	NameClaim  *plain;

	for (int i = 0; i < n; i++)
		relationships[i]->qualified_name =
			spell_qualified_name(catalog, relationships[i], DETAIL_PLAIN);
	plain = claim_qualified_names(relationships, n);
	for (int i = 0; i < n;)
	{
		int			next = i + 1;

		while (next < n && strcmp(plain[next].name, plain[i].name) == 0)
			next++;
		if (next > i + 1)
			grant_detailed_names(catalog, relationships, plain + i, next - i);
		i = next;
	}
	pfree(plain);

	/* With more detail, a name may have met another group's. */
	plain = claim_qualified_names(relationships, n);
	for (int i = 0; i < n; i++)
	{
		const char *name = relationships[i]->qualified_name;

		if (is_claimed_by_other(plain, n, name, i) ||
			is_claimed_by_other(given, ngiven, name, i) ||
			relgraph_find_column_by_name(catalog, source, name) != NULL)
			relationships[i]->qualified_name =
				spell_qualified_name(catalog, relationships[i], DETAIL_DIGEST);
	}
	pfree(plain);
}

/*
 * Name the relationships of a source: all of them, or at least all that could
 * contest each other's names.
 */
void
relgraph_assign_names(RelCatalog *catalog, RelInfo *source,
					  Relationship **relationships, int n)
{
	NameClaim  *claims = palloc((n + 1) * sizeof(NameClaim));
	NameClaim  *given = palloc((n + 1) * sizeof(NameClaim));
	int			nclaims = 0;
	int			ngiven = 0;

	for (int i = 0; i < n; i++)
	{
		NameClaim  *claim = &claims[nclaims];

		relationships[i]->name = NULL;
		claim->is_given = relationships[i]->given_name != NULL;
		claim->name = claim->is_given ? relationships[i]->given_name
			: relationships[i]->base;
		claim->owner = i;
		if (claim->is_given)
			given[ngiven++] = *claim;
		if (claim->name != NULL)
			nclaims++;
	}
	qsort(claims, nclaims, sizeof(NameClaim), compare_claims);
	qsort(given, ngiven, sizeof(NameClaim), compare_claims);

	grant_qualified_names(catalog, source, relationships, n, given, ngiven);
	grant_short_names(catalog, source, relationships, n, claims, nclaims);
	for (int i = 0; i < n; i++)
	{
		if (relationships[i]->name == NULL)
			relationships[i]->name = relationships[i]->qualified_name;
	}
	pfree(claims);
	pfree(given);
}

/* ----------------------------------------------------------------
 *		The name on the other side
 * ----------------------------------------------------------------
 */

/*
 * Append the relationships whose word a name begins with, be it after the name
 * of a schema.
 */
static List *
add_by_word(List *list, RelCatalog *catalog, RelInfo *source, char *word)
{
	list = relgraph_add_relationships_like(list, catalog, source, word);
	for (char *at = strchr(word, '_'); at != NULL; at = strchr(at + 1, '_'))
	{
		bool		is_schema;

		*at = '\0';
		is_schema = OidIsValid(get_namespace_oid(word, true));
		*at = '_';
		if (is_schema)
			list = relgraph_add_relationships_like(list, catalog, source,
												   at + 1);
	}
	return list;
}

/*
 * Append what could contest a name: relationships that claim it as their short
 * name, or whose qualified name it can be because it begins with their word.
 */
static List *
add_contestants(List *list, RelCatalog *catalog, RelInfo *source,
				const char *name)
{
	static const char *const joints[] = {"_by_", "_via_"};

	list = relgraph_add_relationships_like(list, catalog, source, name);
	for (int i = 0; i < lengthof(joints); i++)
	{
		for (const char *at = strstr(name, joints[i]); at != NULL;
			 at = strstr(at + 1, joints[i]))
			list = add_by_word(list, catalog, source,
							   pnstrdup(name, at - name));
	}
	return list;
}

/*
 * Name one relationship among a list that it is the first of.  Returns false
 * if others share its plain qualified name, so that the detail it needs
 * depends on more than the list.
 */
static bool
name_first(RelCatalog *catalog, RelInfo *source, List *list)
{
	Relationship *first = linitial(list);
	const char *plain;

	relgraph_assign_names(catalog, source,
						  (Relationship **) &linitial(list),
						  list_length(list));
	if (first->name != first->qualified_name)
		return true;
	plain = spell_qualified_name(catalog, first, DETAIL_PLAIN);
	return strcmp(plain, first->qualified_name) == 0;
}

/*
 * Return the name of the same relationship seen from its target, another
 * table.  Asks only for what could contest that name, so that the cost does
 * not depend on how many relationships the target has.  Memory: current
 * context, and a good deal of it.
 */
const char *
relgraph_name_inverse(RelCatalog *catalog, const Relationship *relationship)
{
	Relationship *inverse = relgraph_make_inverse(catalog, relationship);
	RelInfo    *target = relgraph_get_relation(catalog, inverse->source);
	const char *called = inverse->given_name ? inverse->given_name
		: inverse->word;
	List	   *list = list_make1(inverse);

	if (called != NULL)
	{
		list = add_contestants(list, catalog, target, called);
		relgraph_assign_names(catalog, target,
							  (Relationship **) &linitial(list),
							  list_length(list));
		if (inverse->name != inverse->qualified_name)
			return inverse->name;
	}
	list = add_contestants(list, catalog, target,
						   spell_in_full(catalog, inverse, DETAIL_PLAIN));
	if (name_first(catalog, target, list))
		return inverse->name;

	list = list_concat(list_make1(inverse),
					   relgraph_list_relationships(catalog, target));
	for (int i = 1; i < list_length(list); i++)
	{
		if (relgraph_is_inverse(list_nth(list, i), relationship))
		{
			list = list_delete_nth_cell(list, i);
			break;
		}
	}
	(void) name_first(catalog, target, list);
	return inverse->name;
}
