/*-------------------------------------------------------------------------
 *
 * joinquery.c
 *	  Resolved steps to SQL that people read: join_sql() and accessors.
 *
 * The rows are those of navquery.c, and the join conditions are made there.
 * Here they become a statement that stands for itself: over the source table
 * instead of parameters, with short aliases, laid out over several lines.
 *
 * Pure, as navquery.c is.  Two styles: what is shown uses a plain "=" and no
 * ONLY where both mean the same today; what is stored in the catalogs outlives
 * today and names its operators and says ONLY.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_inherits.h"
#include "common/keywords.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "joinquery.h"
#include "navquery.h"
#include "sqltext.h"

/* How much further to the right what stands within parentheses goes. */
#define INDENT	4

/* A hop and the name of the relation it arrives at. */
typedef struct JoinItem
{
	const RelHop *hop;
	const char *alias;
} JoinItem;

/* Hops in a row that start at known keys. */
typedef struct JoinChain
{
	const char **start;			/* an expression for each key of hop 0 */
	const char *walk;			/* recursive query these are of, or NULL */
	int			nitems;
	JoinItem   *items;
} JoinChain;

/* A repeated step: a recursive query that collects the keys to take it from. */
typedef struct JoinWalk
{
	JoinChain	base;			/* leads to the first keys; may be empty */
	JoinChain	step;			/* from keys to more keys */
} JoinWalk;

/* A statement being written. */
typedef struct JoinText
{
	StringInfoData buf;
	bool		is_stored;
	List	   *aliases;		/* those taken */
	const char *source;			/* alias, or the argument of a function */
	bool		repeats;
	List	   *walks;			/* of JoinWalk * */
	JoinChain	last;			/* leads to the target */
} JoinText;

static void plan_path(JoinText *text, const RelPath *path);
static void add_items(JoinText *text, JoinChain *chain,
					  const Relationship *relationship);
static const char **column_list(const char *alias, const RelHop *hop);
static const char *choose_alias(JoinText *text, const char *wanted);
static const char *table_alias(JoinText *text, Oid relid);
static bool alias_is_taken(JoinText *text, const char *alias);
static void append_inner_join(JoinText *text);
static void append_left_join(JoinText *text);
static void append_exists(JoinText *text, bool is_anti);
static void append_lateral(JoinText *text, const char *before,
						   const char *after);
static void append_target_query(JoinText *text, int indent);
static void append_walks(JoinText *text, int indent);
static void append_walk(JoinText *text, const JoinWalk *walk, int indent);
static void append_chain(JoinText *text, const JoinChain *chain, int nitems,
						 int indent);
static void append_quals(JoinText *text, const JoinChain *chain, int i);
static void append_item(JoinText *text, const JoinItem *item);
static void append_list(JoinText *text, const char **items, int nitems);
static void start_line(JoinText *text, int indent);

/* ----------------------------------------------------------------
 *		Statements
 * ----------------------------------------------------------------
 */

/*----------
 * Return the statement of a path.  It is one of
 *
 *	SELECT t.*				SELECT r.*, t.*			SELECT r.*
 *	FROM <root> r			FROM <root> r			FROM <root> r
 *	JOIN ...				LEFT JOIN ...			WHERE [NOT] EXISTS (...)
 *
 * so that a WHERE clause about both tables may be appended to the first two.
 * The root shows the rows of its inheritance children, too, as it does to the
 * left of related().
 *----------
 */
char *
relgraph_join_query(const RelPath *path, JoinKind kind)
{
	JoinText	text = {0};
	const char *target;

	initStringInfo(&text.buf);
	text.source = table_alias(&text, path->source);
	plan_path(&text, path);
	target = text.last.items[text.last.nitems - 1].alias;

	appendStringInfoString(&text.buf, "SELECT ");
	if (kind != JOIN_KIND_INNER)
		appendStringInfo(&text.buf, "%s.*", text.source);
	if (kind == JOIN_KIND_LEFT)
		appendStringInfoString(&text.buf, ", ");
	if (kind == JOIN_KIND_INNER || kind == JOIN_KIND_LEFT)
		appendStringInfo(&text.buf, "%s.*", target);
	start_line(&text, 0);
	appendStringInfoString(&text.buf, "FROM ");
	relgraph_append_relation(&text.buf, path->source);
	appendStringInfo(&text.buf, " %s", text.source);
	start_line(&text, 0);

	switch (kind)
	{
		case JOIN_KIND_INNER:
			append_inner_join(&text);
			break;
		case JOIN_KIND_LEFT:
			append_left_join(&text);
			break;
		case JOIN_KIND_EXISTS:
		case JOIN_KIND_ANTI:
			append_exists(&text, kind == JOIN_KIND_ANTI);
			break;
	}
	return text.buf.data;
}

/*
 * Return the body of an accessor.  Core replaces ($1).column by the column
 * itself where the argument is a whole row, once it has pulled the function's
 * query up into the calling one.
 */
char *
relgraph_accessor_query(const RelPath *path)
{
	JoinText	text = {0};

	initStringInfo(&text.buf);
	text.is_stored = true;
	text.source = "($1)";
	plan_path(&text, path);
	append_target_query(&text, 0);
	return text.buf.data;
}

/*----------
 * Append the joins to the target.  Where its rows could be met several times
 * for one source row, that is
 *
 *	JOIN <target> t ON EXISTS (
 *		SELECT 1
 *		FROM <rel> a
 *		WHERE r.key = a.key AND a.key = t.key)
 *----------
 */
static void
append_inner_join(JoinText *text)
{
	const JoinChain *chain = &text->last;
	int			last = chain->nitems - 1;

	if (text->walks != NIL)
		append_lateral(text, "CROSS JOIN LATERAL (", "");
	else if (text->repeats)
	{
		appendStringInfoString(&text->buf, "JOIN ");
		append_item(text, &chain->items[last]);
		appendStringInfoString(&text->buf, " ON EXISTS (");
		start_line(text, INDENT);
		appendStringInfoString(&text->buf, "SELECT 1");
		append_chain(text, chain, last, INDENT);
		appendStringInfoChar(&text->buf, ')');
	}
	else
	{
		for (int i = 0; i <= last; i++)
		{
			if (i > 0)
				start_line(text, 0);
			appendStringInfoString(&text->buf, "JOIN ");
			append_item(text, &chain->items[i]);
			appendStringInfoString(&text->buf, " ON ");
			append_quals(text, chain, i);
		}
	}
}

/*----------
 * Append the outer join of the target.  What leads to it is joined within
 * parentheses, for a source row with posts, none of which has comments, is to
 * come once and not once per post:
 *
 *	LEFT JOIN (<rel> a
 *		JOIN <target> t ON a.key = t.key
 *	) ON r.key = a.key
 *
 * An outer join ON EXISTS (...) could only be computed pair by pair.
 *----------
 */
static void
append_left_join(JoinText *text)
{
	const JoinChain *chain = &text->last;

	if (text->repeats)
	{
		append_lateral(text, "LEFT JOIN LATERAL (", " ON true");
		return;
	}
	appendStringInfoString(&text->buf, "LEFT JOIN ");
	if (chain->nitems > 1)
		appendStringInfoChar(&text->buf, '(');
	append_item(text, &chain->items[0]);
	for (int i = 1; i < chain->nitems; i++)
	{
		start_line(text, INDENT);
		appendStringInfoString(&text->buf, "JOIN ");
		append_item(text, &chain->items[i]);
		appendStringInfoString(&text->buf, " ON ");
		append_quals(text, chain, i);
	}
	if (chain->nitems > 1)
	{
		start_line(text, 0);
		appendStringInfoChar(&text->buf, ')');
	}
	appendStringInfoString(&text->buf, " ON ");
	append_quals(text, chain, 0);
}

/*
 * Append the condition that there is, or is not, a target row.
 */
static void
append_exists(JoinText *text, bool is_anti)
{
	appendStringInfoString(&text->buf,
						   is_anti ? "WHERE NOT EXISTS (" : "WHERE EXISTS (");
	append_walks(text, INDENT);
	start_line(text, INDENT);
	appendStringInfoString(&text->buf, "SELECT 1");
	append_chain(text, &text->last, text->last.nitems, INDENT);
	appendStringInfoChar(&text->buf, ')');
}

/*
 * Append the query of the target as a table of its own.
 */
static void
append_lateral(JoinText *text, const char *before, const char *after)
{
	const char *target = text->last.items[text->last.nitems - 1].alias;

	appendStringInfoString(&text->buf, before);
	append_target_query(text, INDENT);
	appendStringInfo(&text->buf, ") %s%s", target, after);
}

/*----------
 * Append the query of the target rows of one source row:
 *
 *	[WITH RECURSIVE ...]
 *	SELECT t.*
 *	FROM <target> t
 *	WHERE EXISTS (
 *		SELECT 1
 *		FROM <rel> a
 *		WHERE r.key = a.key AND a.key = t.key)
 *
 * or a join where rows cannot repeat.
 *----------
 */
static void
append_target_query(JoinText *text, int indent)
{
	const JoinChain *chain = &text->last;
	int			last = chain->nitems - 1;

	append_walks(text, indent);
	if (indent > 0 || text->walks != NIL)
		start_line(text, indent);
	appendStringInfo(&text->buf, "SELECT %s.*", chain->items[last].alias);
	if (!text->repeats)
	{
		append_chain(text, chain, chain->nitems, indent);
		return;
	}
	start_line(text, indent);
	appendStringInfoString(&text->buf, "FROM ");
	append_item(text, &chain->items[last]);
	start_line(text, indent);
	appendStringInfoString(&text->buf, "WHERE EXISTS (");
	start_line(text, indent + INDENT);
	appendStringInfoString(&text->buf, "SELECT 1");
	append_chain(text, chain, last, indent + INDENT);
	appendStringInfoChar(&text->buf, ')');
}

/*
 * Append the recursive queries of the repeated steps.
 */
static void
append_walks(JoinText *text, int indent)
{
	ListCell   *cell;

	foreach(cell, text->walks)
	{
		if (foreach_current_index(cell) > 0)
			appendStringInfoString(&text->buf, ", ");
		else
		{
			if (indent > 0)
				start_line(text, indent);
			appendStringInfoString(&text->buf, "WITH RECURSIVE ");
		}
		append_walk(text, lfirst(cell), indent);
	}
}

/*----------
 * Append one of them:
 *
 *	walk (key) AS (
 *		SELECT r.key
 *		UNION
 *		SELECT a.key
 *		FROM walk
 *		JOIN <rel> a ON walk.key = a.parent
 *	)
 *
 * UNION takes each key once, so cycles end; see navquery.c.
 *----------
 */
static void
append_walk(JoinText *text, const JoinWalk *walk, int indent)
{
	const JoinChain *base = &walk->base;
	const JoinChain *step = &walk->step;
	const RelHop *hop = step->items[0].hop;

	appendStringInfo(&text->buf, "%s (", step->walk);
	append_list(text, column_list(NULL, hop), hop->nkeys);
	appendStringInfoString(&text->buf, ") AS (");

	start_line(text, indent + INDENT);
	appendStringInfoString(&text->buf, "SELECT ");
	if (base->nitems == 0)
		append_list(text, base->start, hop->nkeys);
	else
	{
		append_list(text, column_list(base->items[base->nitems - 1].alias, hop),
					hop->nkeys);
		append_chain(text, base, base->nitems, indent + INDENT);
	}

	start_line(text, indent + INDENT);
	appendStringInfoString(&text->buf, "UNION");
	start_line(text, indent + INDENT);
	appendStringInfoString(&text->buf, "SELECT ");
	append_list(text, column_list(step->items[step->nitems - 1].alias, hop),
				hop->nkeys);
	append_chain(text, step, step->nitems, indent + INDENT);

	start_line(text, indent);
	appendStringInfoChar(&text->buf, ')');
}

/* ----------------------------------------------------------------
 *		Pieces
 * ----------------------------------------------------------------
 */

/*
 * Append FROM and WHERE of a chain.  Its first nitems relations are joined;
 * the condition of one that comes after them is left to the outer query's.
 */
static void
append_chain(JoinText *text, const JoinChain *chain, int nitems, int indent)
{
	const char *before = "FROM ";
	const char *where = "WHERE ";

	if (chain->walk != NULL)
	{
		start_line(text, indent);
		appendStringInfo(&text->buf, "FROM %s", chain->walk);
		before = "JOIN ";
	}
	for (int i = 0; i < nitems; i++)
	{
		start_line(text, indent);
		appendStringInfoString(&text->buf, before);
		append_item(text, &chain->items[i]);
		if (i > 0 || chain->walk != NULL)
		{
			appendStringInfoString(&text->buf, " ON ");
			append_quals(text, chain, i);
		}
		before = "JOIN ";
	}
	for (int i = 0; i < chain->nitems; i++)
	{
		if (i < nitems && (i > 0 || chain->walk != NULL))
			continue;
		start_line(text, indent);
		appendStringInfoString(&text->buf, where);
		append_quals(text, chain, i);
		where = "  AND ";
	}
}

/*
 * Append the condition that leads to relation number i of a chain.
 */
static void
append_quals(JoinText *text, const JoinChain *chain, int i)
{
	const JoinItem *item = &chain->items[i];
	const char **from = i == 0 ? chain->start
		: column_list(chain->items[i - 1].alias, item->hop);

	for (int k = 0; k < item->hop->nkeys; k++)
	{
		if (k > 0)
			appendStringInfoString(&text->buf, " AND ");
		relgraph_append_pair_qual(&text->buf, item->hop, k, from[k], true,
								  item->alias, !text->is_stored);
	}
}

static void
append_list(JoinText *text, const char **items, int nitems)
{
	for (int i = 0; i < nitems; i++)
		appendStringInfo(&text->buf, "%s%s", i > 0 ? ", " : "", items[i]);
}

/*
 * Append a relation under its alias.  A table that no other inherits from
 * needs no ONLY, until one does.
 */
static void
append_item(JoinText *text, const JoinItem *item)
{
	Oid			relid = item->hop->to;

	if (text->is_stored || has_subclass(relid))
		relgraph_append_relation_only(&text->buf, relid);
	else
		relgraph_append_relation(&text->buf, relid);
	appendStringInfo(&text->buf, " %s", item->alias);
}

static void
start_line(JoinText *text, int indent)
{
	appendStringInfoChar(&text->buf, '\n');
	appendStringInfoSpaces(&text->buf, indent);
}

/* ----------------------------------------------------------------
 *		Planning
 * ----------------------------------------------------------------
 */

/*
 * Cut a path into chains: one ends, and a recursive query begins, where a
 * step is repeated.
 */
static void
plan_path(JoinText *text, const RelPath *path)
{
	JoinChain	chain = {0};

	text->repeats = relgraph_path_repeats_rows(path);
	chain.start = column_list(text->source,
							  &path->steps[0].relationship->hops[0]);
	for (int i = 0; i < path->nsteps; i++)
	{
		const Relationship *relationship = path->steps[i].relationship;

		if (path->steps[i].is_repeated)
		{
			JoinWalk   *walk = palloc0(sizeof(JoinWalk));

			walk->base = chain;
			walk->step.walk = choose_alias(text, "walk");
			walk->step.start = column_list(walk->step.walk,
										   &relationship->hops[0]);
			add_items(text, &walk->step, relationship);
			text->walks = lappend(text->walks, walk);
			chain = walk->step;
			chain.nitems = 0;
			chain.items = NULL;
		}
		add_items(text, &chain, relationship);
	}
	text->last = chain;
}

/*
 * Add the hops of a relationship to a chain.
 */
static void
add_items(JoinText *text, JoinChain *chain, const Relationship *relationship)
{
	int			nitems = chain->nitems + relationship->nhops;
	JoinItem   *items = palloc(nitems * sizeof(JoinItem));

	if (chain->nitems > 0)
		memcpy(items, chain->items, chain->nitems * sizeof(JoinItem));
	for (int j = 0; j < relationship->nhops; j++)
	{
		JoinItem   *item = &items[chain->nitems + j];

		item->hop = &relationship->hops[j];
		item->alias = table_alias(text, item->hop->to);
	}
	chain->items = items;
	chain->nitems = nitems;
}

/*
 * Return the columns that a hop starts from, of a relation called alias, or
 * their names alone.  The rows of a partitioned table have those of a
 * partition, under the same names.
 */
static const char **
column_list(const char *alias, const RelHop *hop)
{
	const char **result = palloc(hop->nkeys * sizeof(char *));

	for (int i = 0; i < hop->nkeys; i++)
	{
		StringInfoData column;

		initStringInfo(&column);
		relgraph_append_column(&column, alias, hop->from,
							   hop->from_attnums[i]);
		result[i] = column.data;
	}
	return result;
}

/*
 * Return an alias for a relation: the initials of its name's words, as far as
 * these are letters that need no quotes.
 */
static const char *
table_alias(JoinText *text, Oid relid)
{
	char	   *name = get_rel_name(relid);
	char		initials[NAMEDATALEN];
	int			n = 0;
	bool		in_word = false;
	bool		was_upper = false;

	for (char *p = name ? name : ""; *p != '\0'; p++)
	{
		bool		is_upper = *p >= 'A' && *p <= 'Z';
		bool		is_letter = is_upper || (*p >= 'a' && *p <= 'z');

		if (is_letter && (!in_word || (is_upper && !was_upper)))
			initials[n++] = pg_ascii_tolower((unsigned char) *p);
		in_word = is_letter || (in_word && IS_HIGHBIT_SET(*p));
		was_upper = is_upper;
	}
	initials[n] = '\0';
	return choose_alias(text, n > 0 ? initials : "t");
}

/*
 * Take an alias, numbered if it is taken or has a meaning of its own.
 */
static const char *
choose_alias(JoinText *text, const char *wanted)
{
	char	   *alias = pstrdup(wanted);

	for (int n = 2; alias_is_taken(text, alias); n++)
		alias = psprintf("%.*s%d", NAMEDATALEN - 12, wanted, n);
	text->aliases = lappend(text->aliases, alias);
	return alias;
}

static bool
alias_is_taken(JoinText *text, const char *alias)
{
	ListCell   *cell;

	if (ScanKeywordLookup(alias, &ScanKeywords) >= 0)
		return true;
	foreach(cell, text->aliases)
	{
		if (strcmp(lfirst(cell), alias) == 0)
			return true;
	}
	return false;
}
