/*-------------------------------------------------------------------------
 *
 * relpath.c
 *	  Paths such as "posts.comments": names in, relationships out.
 *
 * A name is looked up among the relationships of the table reached so far.
 * What does not resolve is reported so that it can be put right without
 * documentation: with the names there are, the nearest one, and for an
 * ambiguous name the candidates.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "parser/scansup.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "graphcache.h"
#include "nearmiss.h"
#include "relpath.h"
#include "settings.h"
#include "sqltext.h"

/* A step as written. */
typedef struct PathWord
{
	char	   *name;
	bool		was_quoted;
	bool		is_repeated;
} PathWord;

/* What is being read, and whether a mistake is an error. */
typedef struct PathReader
{
	const char *path;
	bool		missing_ok;
} PathReader;

/* ----------------------------------------------------------------
 *		Errors
 * ----------------------------------------------------------------
 */

void
relgraph_report_unresolved_name(Oid source, const char *name, bool columns_too)
{
	const RelNeighbourhood *neighbourhood = relgraph_get_neighbourhood(source);
	NearMiss	miss;

	relgraph_start_near_miss(&miss, name);
	for (int i = 0; i < neighbourhood->nrelationships; i++)
	{
		relgraph_list_name(&miss, neighbourhood->relationships[i]->name);
		relgraph_consider_name(&miss,
							   neighbourhood->relationships[i]->qualified_name);
	}
	if (columns_too)
	{
		RelCatalog *catalog = relgraph_get_catalog();
		RelInfo    *rel = relgraph_get_relation(catalog, source);

		relgraph_need_columns(catalog, rel);
		for (int i = 0; i < rel->ncolumns; i++)
			relgraph_consider_name(&miss, rel->columns[i].name);
	}

	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 columns_too ?
			 errmsg("table \"%s\" has no column or relationship \"%s\"",
					relgraph_relation_name(source), name) :
			 errmsg("table \"%s\" has no relationship \"%s\"",
					relgraph_relation_name(source), name),
			 neighbourhood->nrelationships > 0 ?
			 errdetail("Its relationships are: %s.", miss.listed.data) :
			 errdetail("It has no relationships: no foreign key leaves or references it, and none was declared."),
			 miss.nearest != NULL ?
			 errhint("Perhaps you meant \"%s\".", miss.nearest) :
			 errhint("SELECT * FROM relgraph.relationships_of(%s) lists them.",
					 quote_literal_cstr(relgraph_relation_name(source)))));
	pg_unreachable();
}

/*
 * Raise the error for a name that stands for several relationships.
 */
pg_noreturn static void
report_ambiguous_name(Oid source, const char *name, List *candidates)
{
	NearMiss	miss;
	ListCell   *cell;

	relgraph_start_near_miss(&miss, name);
	foreach(cell, candidates)
		relgraph_list_name(&miss, ((Relationship *) lfirst(cell))->name);
	ereport(ERROR,
			(errcode(ERRCODE_AMBIGUOUS_ALIAS),
			 errmsg("relationship \"%s\" of table \"%s\" is ambiguous",
					name, relgraph_relation_name(source)),
			 errdetail("It could be any of: %s.", miss.listed.data),
			 errhint("Use one of these names, or give one with relgraph.set_name().")));
	pg_unreachable();
}

/* ----------------------------------------------------------------
 *		Looking up
 * ----------------------------------------------------------------
 */

/* The ways in which a name can stand for a relationship, in this order. */
typedef enum NameSense
{
	SENSE_NAME,
	SENSE_QUALIFIED_NAME,
	SENSE_SHORT_NAME,			/* one that was not granted */
	SENSE_CONSTRAINT,
	SENSE_TARGET
} NameSense;

static bool
name_has_sense(const Relationship *relationship, const char *name,
			   NameSense sense)
{
	const char *meant = NULL;

	switch (sense)
	{
		case SENSE_NAME:
			meant = relationship->name;
			break;
		case SENSE_QUALIFIED_NAME:
			meant = relationship->qualified_name;
			break;
		case SENSE_SHORT_NAME:
			meant = relationship->given_name ? relationship->given_name
				: relationship->base;
			break;
		case SENSE_CONSTRAINT:
			if (relationship->nhops == 1)
				meant = relationship->edge->conname;
			break;
		case SENSE_TARGET:
			meant = get_rel_name(relationship->target);
			break;
	}
	return meant != NULL && strcmp(meant, name) == 0;
}

/*
 * Return the relationship that a name stands for, spelled just so, or NULL;
 * then *candidates tells for which ones, if it stands for several.
 * A short name that several relationships contest, or that a column has, is
 * ambiguous even if it happens to be a constraint's or a table's too: what a
 * name means never changes silently.
 */
static const Relationship *
find_by_name(const RelNeighbourhood *neighbourhood, const char *name,
			 List **candidates)
{
	for (NameSense sense = SENSE_NAME; sense <= SENSE_TARGET; sense++)
	{
		List	   *found = NIL;

		for (int i = 0; i < neighbourhood->nrelationships; i++)
		{
			Relationship *relationship = neighbourhood->relationships[i];

			if (name_has_sense(relationship, name, sense))
				found = lappend(found, relationship);
		}
		if (list_length(found) == 1)
			return linitial(found);
		if (found != NIL)
		{
			*candidates = found;
			return NULL;
		}
	}
	return NULL;
}

/*
 * Return the relationship that a name stands for as it is or, unless it was
 * quoted, in lower case.  NULL if it stands for none or several; *meant is the
 * spelling that *candidates are about.
 */
static const Relationship *
look_up_name(Oid source, const char *name, bool was_quoted,
			 const char **meant, List **candidates)
{
	const RelNeighbourhood *neighbourhood = relgraph_get_neighbourhood(source);
	const Relationship *found;

	*meant = name;
	*candidates = NIL;
	found = find_by_name(neighbourhood, name, candidates);
	if (found == NULL && *candidates == NIL && !was_quoted)
	{
		char	   *folded = pstrdup(name);

		for (char *p = folded; *p; p++)
			*p = pg_ascii_tolower((unsigned char) *p);
		*meant = folded;
		if (strcmp(folded, name) != 0)
			found = find_by_name(neighbourhood, folded, candidates);
	}
	return found;
}

const Relationship *
relgraph_resolve_name(Oid source, const char *name, bool was_quoted,
					  bool missing_ok)
{
	const char *meant;
	List	   *candidates;
	const Relationship *found = look_up_name(source, name, was_quoted,
											 &meant, &candidates);

	if (candidates != NIL)
		report_ambiguous_name(source, meant, candidates);
	if (found == NULL && !missing_ok)
		relgraph_report_unresolved_name(source, name, false);
	return found;
}

/* ----------------------------------------------------------------
 *		Parsing
 * ----------------------------------------------------------------
 */

/*
 * Complain about a path, unless its reader is asked to be silent.
 */
static void
report_malformed_path(const PathReader *reader, const char *detail)
{
	if (reader->missing_ok)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("invalid navigation path: \"%s\"", reader->path),
			 errdetail_internal("%s", detail),
			 errhint("A path is made of relationship names and dots, such as posts.comments; a name may be double-quoted.")));
}

/*
 * Read one step; return what follows it, or NULL.
 */
static const char *
parse_word(const PathReader *reader, const char *p, PathWord *word)
{
	StringInfoData name;

	initStringInfo(&name);
	word->was_quoted = *p == '"';
	if (word->was_quoted)
	{
		for (p++; *p != '\0'; p++)
		{
			if (*p == '"' && p[1] != '"')
				break;
			if (*p == '"')
				p++;
			appendStringInfoChar(&name, *p);
		}
		if (*p != '"')
		{
			report_malformed_path(reader, "A double quote is not closed.");
			return NULL;
		}
		p++;
	}
	else
	{
		while (*p != '\0' && strchr(".*\" \t\n\r", *p) == NULL)
			appendStringInfoChar(&name, *p++);
	}
	if (name.len == 0)
	{
		report_malformed_path(reader, "A step is empty.");
		return NULL;
	}
	while (*p != '\0' && scanner_isspace(*p))
		p++;
	word->is_repeated = *p == '*';
	if (word->is_repeated)
		p++;
	while (*p != '\0' && scanner_isspace(*p))
		p++;
	word->name = name.data;
	return p;
}

/*
 * Split a path into its steps: a list of PathWord *, or NIL.
 */
static List *
parse_path(const PathReader *reader)
{
	List	   *words = NIL;
	const char *p = reader->path;

	for (;;)
	{
		PathWord   *word = palloc(sizeof(PathWord));

		while (*p != '\0' && scanner_isspace(*p))
			p++;
		if (*p == '\0' && words == NIL)
		{
			report_malformed_path(reader, "It has no steps.");
			return NIL;
		}
		p = parse_word(reader, p, word);
		if (p == NULL)
			return NIL;
		words = lappend(words, word);
		if (*p == '\0')
			return words;
		if (*p != '.')
		{
			report_malformed_path(reader, "Steps are separated by dots.");
			return NIL;
		}
		p++;
		if (list_length(words) < relgraph_max_depth)
			continue;
		if (reader->missing_ok)
			return NIL;
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("navigation path has more than %d steps",
						relgraph_max_depth),
				 errhint("The setting relgraph.max_depth allows for more.")));
	}
}

/*
 * A step can be repeated if it leads back to the table it left.
 */
static bool
is_repeatable(const Relationship *relationship)
{
	const RelHop *first = &relationship->hops[0];
	Oid			origin = first->from_is_parent ? relationship->edge->parent
		: relationship->edge->child;

	/* A partition has the relationships of its root. */
	return relationship->target == origin;
}

pg_noreturn static void
report_unrepeatable_step(const Relationship *relationship, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("relationship \"%s\" of table \"%s\" cannot be repeated",
					name, relgraph_relation_name(relationship->source)),
			 errdetail("It leads to table \"%s\"; only a self-referential relationship can be walked to any depth.",
					   relgraph_relation_name(relationship->target))));
	pg_unreachable();
}

void
relgraph_check_repetition(const Relationship *relationship, const char *name)
{
	if (!is_repeatable(relationship))
		report_unrepeatable_step(relationship, name);
}

/*
 * Return the relationship that a word stands for on source, or NULL.
 */
static const Relationship *
resolve_word(const PathReader *reader, Oid source, const PathWord *word)
{
	const Relationship *found;

	if (reader->missing_ok)
	{
		const char *meant;
		List	   *candidates;

		found = look_up_name(source, word->name, word->was_quoted,
							 &meant, &candidates);
		if (found == NULL)
			return NULL;
	}
	else
		found = relgraph_resolve_name(source, word->name, word->was_quoted,
									  false);

	if (word->is_repeated && !is_repeatable(found))
	{
		if (reader->missing_ok)
			return NULL;
		report_unrepeatable_step(found, word->name);
	}
	return found;
}

static RelPath *
resolve_path(const PathReader *reader, Oid source)
{
	List	   *words = parse_path(reader);
	RelPath    *result = palloc0(sizeof(RelPath));
	ListCell   *cell;

	if (words == NIL)
		return NULL;
	result->source = source;
	result->target = source;
	result->steps = palloc0(list_length(words) * sizeof(RelStep));
	foreach(cell, words)
	{
		PathWord   *word = lfirst(cell);
		RelStep    *step = &result->steps[result->nsteps++];

		step->relationship = resolve_word(reader, result->target, word);
		if (step->relationship == NULL)
			return NULL;
		step->is_repeated = word->is_repeated;
		result->target = step->relationship->target;
	}
	return result;
}

RelPath *
relgraph_resolve_path(Oid source, const char *path)
{
	PathReader	reader = {path, false};

	return resolve_path(&reader, source);
}

RelPath *
relgraph_try_resolve_path(Oid source, const char *path)
{
	PathReader	reader = {path, true};

	return resolve_path(&reader, source);
}

/* ----------------------------------------------------------------
 *		Locking
 * ----------------------------------------------------------------
 */

/*
 * List the relations that a path touches, source and target included.
 */
List *
relgraph_path_relations(const RelPath *path)
{
	List	   *result = list_make1_oid(path->source);

	for (int i = 0; i < path->nsteps; i++)
	{
		const Relationship *rel = path->steps[i].relationship;

		for (int j = 0; j < rel->nhops; j++)
			result = lappend_oid(result, rel->hops[j].to);
	}
	return result;
}

void
relgraph_lock_relations(const List *relations)
{
	ListCell   *cell;

	foreach(cell, relations)
		LockRelationOid(lfirst_oid(cell), AccessShareLock);
}

/*
 * Waiting for a lock can let us in on DDL that makes the path another one:
 * resolve until nothing has changed meanwhile.
 */
RelPath *
relgraph_resolve_and_lock_path(Oid source, const char *path, bool missing_ok,
							   uint64 *generation)
{
	PathReader	reader = {path, missing_ok};
	RelPath    *resolved;

	do
	{
		CHECK_FOR_INTERRUPTS();
		*generation = relgraph_graph_generation();
		resolved = resolve_path(&reader, source);
		if (resolved == NULL)
			break;
		relgraph_lock_relations(relgraph_path_relations(resolved));
	} while (*generation != relgraph_graph_generation());

	return resolved;
}
