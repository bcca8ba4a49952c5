/*-------------------------------------------------------------------------
 *
 * include.c
 *	  The include language: text in, syntax tree out.
 *
 * A recursive descent over the bytes of the text, in one pass:
 *
 *	include   = [ item { [","] item } ]
 *	item      = "*" | column | "-" column
 *			  | [ alias ":" ] ( relation | aggregate )
 *	relation  = step { "." step } [ "*" ] [ "(" arg { "," arg } ")" ]
 *				[ "{" include "}" ]
 *	arg       = "filter" ":" json | "order" ":" sort | "limit" ":" int
 *			  | "offset" ":" int | "depth" ":" int
 *	aggregate = ( "count" | "exists" ) "(" relation ")"
 *			  | ( "sum" | "avg" | "min" | "max" ) "(" step { "." step }
 *				[ "*" ] [ "(" arg { "," arg } ")" ] "." column ")"
 *	sort      = [ "-" ] column { "," [ "-" ] column }
 *
 * White space is free between tokens.  The text is in the server encoding, so
 * every byte of a multibyte character has its high bit set and counts as part
 * of a name.  No word is reserved.  The tree lives in the caller's memory
 * context; what its names mean is not decided here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "load/include.h"

/* Longest text accepted, in bytes. */
#define INCLUDE_MAX_LENGTH (1024 * 1024)

/* Highest n of $n. */
#define INCLUDE_MAX_PARAM 65535

/* Characters of the text shown on either side of a mistake. */
#define EXCERPT_LENGTH 30

/* Bytes of a wrong token quoted in a message. */
#define MAX_SHOWN_TOKEN 60

typedef struct IncludeParser
{
	const char *what;			/* what the text is, for messages */
	const char *text;
	const char *at;				/* next byte to read */
} IncludeParser;

/* Indexed by IncludeArgKind. */
static const char *const argument_names[] = {
	"filter", "order", "limit", "offset", "depth"
};

/* The first two take a relationship, the others a column at its end. */
static const char *const aggregate_names[] = {
	"count", "exists", "sum", "avg", "min", "max"
};

#define FIRST_COLUMN_AGGREGATE 2

static void start_parser(IncludeParser *parser, const char *what,
						 const char *text);
static List *parse_items(IncludeParser *parser);
static IncludeItem *parse_item(IncludeParser *parser);
static void parse_drop(IncludeParser *parser, IncludeItem *item);
static void parse_relation(IncludeParser *parser, IncludeItem *item,
						   IncludeName *first);
static List *parse_steps(IncludeParser *parser, IncludeName *first);
static bool parse_repetition(IncludeParser *parser, const IncludeName *step);
static void parse_braces(IncludeParser *parser, IncludeItem *item);
static void parse_aggregate(IncludeParser *parser, IncludeItem *item,
							int aggregate);
static List *parse_args(IncludeParser *parser);
static IncludeArg *parse_arg(IncludeParser *parser, const List *previous);
static IncludeArgKind parse_arg_kind(IncludeParser *parser,
									 const List *previous);
static void parse_filter(IncludeParser *parser, IncludeArg *arg);
static const char *end_of_json(IncludeParser *parser);
static void check_json(IncludeParser *parser, const char *json);
static void show_json_place(void *arg);
static List *parse_order(IncludeParser *parser);
static List *parse_sort_list(IncludeParser *parser);
static IncludeSort *parse_sort_column(IncludeParser *parser);
static void parse_number(IncludeParser *parser, IncludeArg *arg);
static int	parse_param(IncludeParser *parser);
static IncludeName *parse_name(IncludeParser *parser, const char *expected);
static int	find_aggregate(IncludeParser *parser, const IncludeName *name);
static bool is_argument_next(IncludeParser *parser);
static const char *next_token(IncludeParser *parser);
static bool next_is(IncludeParser *parser, const char *tokens);
static bool accept_token(IncludeParser *parser, char token);
static void expect_close(IncludeParser *parser, char token, const char *open,
						 const char *expected);
static const char *end_of_name(const char *start);
static const char *end_of_token(const char *start);
static bool is_word(const char *start, const char *end, const char *word);
static bool is_space(char c);
static bool is_digit(char c);
static bool is_name_start(char c);
static bool is_name_part(char c);
static void report_syntax(IncludeParser *parser, const char *expected,
						  const char *hint);
static int	show_place(const IncludeParser *parser, const char *place);
static int	add_place(const char *what, const char *text, int location);
static char *squeeze_space(const char *text, int length);


List *
relgraph_parse_include(const char *text)
{
	IncludeParser parser;
	List	   *items;

	start_parser(&parser, "include", text);
	items = parse_items(&parser);
	if (*next_token(&parser) != '\0')
		report_syntax(&parser, "There is no \"{\" that this would close.",
					  NULL);
	return items;
}

List *
relgraph_parse_sort(const char *text)
{
	IncludeParser parser;
	List	   *sort;

	start_parser(&parser, "order_by", text);
	sort = parse_sort_list(&parser);
	if (*next_token(&parser) != '\0')
		report_syntax(&parser, "Expected \",\" or the end.", NULL);
	return sort;
}

int
relgraph_errinclude(const char *text, int location)
{
	return add_place("include", text, location);
}

int
relgraph_errsort(const char *text, int location)
{
	return add_place("order_by", text, location);
}


static void
start_parser(IncludeParser *parser, const char *what, const char *text)
{
	size_t		length = strlen(text);

	if (length > INCLUDE_MAX_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s is too long", what),
				 errdetail("It has %zu bytes; the limit is %d.",
						   length, INCLUDE_MAX_LENGTH)));
	parser->what = what;
	parser->text = text;
	parser->at = text;
}

/*
 * Parse items up to a "}" or the end of the text, neither of which is
 * consumed.  After a comma, an item must come.
 */
static List *
parse_items(IncludeParser *parser)
{
	List	   *items = NIL;

	check_stack_depth();

	while (*next_token(parser) != '\0' && *parser->at != '}')
	{
		CHECK_FOR_INTERRUPTS();
		do
			items = lappend(items, parse_item(parser));
		while (accept_token(parser, ','));
	}
	return items;
}

static IncludeItem *
parse_item(IncludeParser *parser)
{
	IncludeItem *item = palloc0(sizeof(IncludeItem));
	IncludeName *name;
	int			aggregate;

	item->location = next_token(parser) - parser->text;
	if (accept_token(parser, '*'))
	{
		item->kind = INCLUDE_ALL_COLUMNS;
		return item;
	}
	if (accept_token(parser, '-'))
	{
		parse_drop(parser, item);
		return item;
	}

	name = parse_name(parser, "Expected a column, a relationship, an "
					  "aggregate, \"*\" or \"-\".");
	if (accept_token(parser, ':'))
	{
		item->alias = name;
		name = parse_name(parser, "Expected a relationship or an aggregate "
						  "after the alias; arguments go in parentheses.");
	}

	aggregate = find_aggregate(parser, name);
	if (aggregate >= 0)
		parse_aggregate(parser, item, aggregate);
	else
	{
		item->kind = INCLUDE_NAME;
		parse_relation(parser, item, name);
		parse_braces(parser, item);
	}
	return item;
}

/* Parse what follows "-" into item. */
static void
parse_drop(IncludeParser *parser, IncludeItem *item)
{
	item->kind = INCLUDE_DROP_COLUMN;
	item->steps = list_make1(parse_name(parser,
										"Expected a column after \"-\"."));

	/* A "*" set apart is the next item; in "-a*", it is a misunderstanding. */
	if (*parser->at == '*' || next_is(parser, ".({"))
		report_syntax(parser, "\"-\" leaves out a single column.",
					  "To leave out a relationship, do not name it.");
}

/* Parse a relation whose first step has been read into item. */
static void
parse_relation(IncludeParser *parser, IncludeItem *item, IncludeName *first)
{
	item->steps = parse_steps(parser, first);
	item->is_recursive = parse_repetition(parser, llast(item->steps));
	item->args = parse_args(parser);

	if (next_is(parser, "."))
		report_syntax(parser,
					  "A path goes no further after \"*\" or arguments.",
					  "Write what follows in braces, as in "
					  "\"posts(limit: 3) { comments }\".");
}

/* Parse "{ . step }" after a first step; return all steps. */
static List *
parse_steps(IncludeParser *parser, IncludeName *first)
{
	List	   *steps = list_make1(first);

	while (accept_token(parser, '.'))
	{
		if (next_is(parser, "*"))
			report_syntax(parser, "Expected a name after \".\".",
						  "Write \"posts { * }\" for all columns.");
		steps = lappend(steps,
						parse_name(parser, "Expected a name after \".\"."));
	}
	return steps;
}

/*
 * Return whether "*" repeats the step just read, consuming it if so.
 *
 * As commas are optional, a "*" after white space could also be the item for
 * all columns.  Unless what follows settles it, neither is guessed.
 */
static bool
parse_repetition(IncludeParser *parser, const IncludeName *step)
{
	const char *star = next_token(parser);

	if (!accept_token(parser, '*'))
		return false;
	if (is_space(star[-1]) && !next_is(parser, ".({)"))
	{
		parser->at = star;
		report_syntax(parser,
					  psprintf("It could repeat \"%s\" or stand for all "
							   "columns.", step->name),
					  "Write it next to the name to repeat the relationship, "
					  "or after a comma for all columns.");
	}
	return true;
}

/* Parse "{ include }" into item, if it is next. */
static void
parse_braces(IncludeParser *parser, IncludeItem *item)
{
	const char *open = next_token(parser);

	if (!accept_token(parser, '{'))
		return;
	item->has_braces = true;
	item->items = parse_items(parser);
	expect_close(parser, '}', open, NULL);
}

/* Parse the parentheses of an aggregate, which are next, into item. */
static void
parse_aggregate(IncludeParser *parser, IncludeItem *item, int aggregate)
{
	const char *name = aggregate_names[aggregate];
	bool		of_column = (aggregate >= FIRST_COLUMN_AGGREGATE);
	const char *open = next_token(parser);
	const char *usage;
	IncludeName *first;

	if (of_column)
		usage = psprintf("Expected a column of a relationship, as in "
						 "\"%s(posts.price)\".", name);
	else
		usage = psprintf("Expected a relationship, as in \"%s(posts)\".",
						 name);

	(void) accept_token(parser, '(');
	item->kind = INCLUDE_AGGREGATE;
	item->aggregate = name;
	first = parse_name(parser, usage);
	if (of_column)
	{
		item->steps = parse_steps(parser, first);
		if (next_is(parser, "*("))
		{
			item->is_recursive = parse_repetition(parser, llast(item->steps));
			item->args = parse_args(parser);
			if (!accept_token(parser, '.'))
				report_syntax(parser, usage, NULL);
			item->steps = lappend(item->steps, parse_name(parser, usage));
		}
		if (list_length(item->steps) < 2)
			report_syntax(parser, usage, NULL);
	}
	else
		parse_relation(parser, item, first);
	expect_close(parser, ')', open,
				 "Expected \")\" to end the aggregate.");
}

/* Parse "( arg {, arg} )", if it is next; return a list of IncludeArg *. */
static List *
parse_args(IncludeParser *parser)
{
	const char *open = next_token(parser);
	List	   *args = NIL;

	if (!accept_token(parser, '('))
		return NIL;
	do
		args = lappend(args, parse_arg(parser, args));
	while (accept_token(parser, ','));
	expect_close(parser, ')', open,
				 "Expected \",\" or \")\" after the argument.");
	return args;
}

/* Parse one argument; previous are those before it in the same list. */
static IncludeArg *
parse_arg(IncludeParser *parser, const List *previous)
{
	IncludeArg *arg = palloc0(sizeof(IncludeArg));

	arg->location = next_token(parser) - parser->text;
	arg->kind = parse_arg_kind(parser, previous);
	(void) accept_token(parser, ':');

	switch (arg->kind)
	{
		case INCLUDE_ARG_FILTER:
			parse_filter(parser, arg);
			break;
		case INCLUDE_ARG_ORDER:
			arg->sort = parse_order(parser);
			break;
		case INCLUDE_ARG_LIMIT:
		case INCLUDE_ARG_OFFSET:
		case INCLUDE_ARG_DEPTH:
			parse_number(parser, arg);
			break;
	}
	return arg;
}

/* Parse the name of an argument up to its ":". */
static IncludeArgKind
parse_arg_kind(IncludeParser *parser, const List *previous)
{
	const char *start = next_token(parser);
	const IncludeArg *last = previous ? llast(previous) : NULL;
	int			kind;
	ListCell   *lc;

	if (!is_argument_next(parser))
		report_syntax(parser, "Expected an argument: filter, order, limit, "
					  "offset or depth.",
					  last != NULL && last->kind == INCLUDE_ARG_ORDER ?
					  "Write several columns to order by as "
					  "\"order: (-created_at, id)\"." :
					  "Arguments are written as \"name: value\"; what to "
					  "include goes in braces, as in \"posts { title }\".");

	parser->at = end_of_name(start);
	for (kind = 0; kind < lengthof(argument_names); kind++)
	{
		if (is_word(start, parser->at, argument_names[kind]))
			break;
	}
	if (kind == lengthof(argument_names))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("unrecognized argument \"%s\" in %s",
						pnstrdup(start, parser->at - start), parser->what),
				 errdetail("Expected an argument: filter, order, limit, "
						   "offset or depth."),
				 show_place(parser, start)));

	foreach(lc, previous)
	{
		if (((IncludeArg *) lfirst(lc))->kind == kind)
			ereport(ERROR,
					(errcode(ERRCODE_SYNTAX_ERROR),
					 errmsg("argument \"%s\" specified more than once",
							argument_names[kind]),
					 errdetail("Each argument of a relationship is given "
							   "once."),
					 show_place(parser, start)));
	}
	return kind;
}

/* Parse a JSON object, a JSON array or a parameter into arg. */
static void
parse_filter(IncludeParser *parser, IncludeArg *arg)
{
	if (next_is(parser, "$"))
		arg->param = parse_param(parser);
	else if (next_is(parser, "{["))
	{
		const char *end = end_of_json(parser);

		arg->json = pnstrdup(parser->at, end - parser->at);
		check_json(parser, arg->json);
		parser->at = end;
	}
	else
		report_syntax(parser, "Expected a JSON object, a JSON array or a "
					  "parameter such as \"$1\".",
					  "Write a filter as in "
					  "\"filter: {\"published\": true}\".");
}

/*
 * Return the end of the JSON object or array that is next, by counting its
 * braces and brackets outside strings.  If they do not match, the value ends
 * where that shows, for check_json() to complain.
 */
static const char *
end_of_json(IncludeParser *parser)
{
	const char *start = next_token(parser);
	const char *c;
	int			braces = 0;
	int			brackets = 0;
	bool		in_string = false;

	for (c = start; *c != '\0'; c++)
	{
		if (in_string && *c == '\\' && c[1] != '\0')
			c++;
		else if (*c == '"')
			in_string = !in_string;
		else if (in_string)
			continue;
		else if (*c == '{')
			braces++;
		else if (*c == '[')
			brackets++;
		else if (*c == '}')
			braces--;
		else if (*c == ']')
			brackets--;
		else if (*c == '$')
		{
			parser->at = c;
			report_syntax(parser, "A parameter cannot be a part of a filter.",
						  "Write \"filter: $1\" and pass the whole filter.");
		}

		if (braces < 0 || brackets < 0 ||
			(*start == '{' ? braces : brackets) == 0)
			return c + 1;
	}

	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 in_string ? errmsg("unterminated string in filter") :
			 errmsg("missing \"%c\" in filter", *start == '{' ? '}' : ']'),
			 errdetail("The JSON value that starts here does not end."),
			 show_place(parser, start)));
}

/* Raise the server's own error, with its place, if json is not valid JSON. */
static void
check_json(IncludeParser *parser, const char *json)
{
	ErrorContextCallback callback;

	callback.callback = show_json_place;
	callback.arg = parser;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	pfree(DatumGetPointer(DirectFunctionCall1(json_in,
											  CStringGetDatum(json))));
	error_context_stack = callback.previous;
}

/* Error context callback: the parser stands at the start of the value. */
static void
show_json_place(void *arg)
{
	const IncludeParser *parser = arg;

	if (geterrcode() == ERRCODE_INVALID_TEXT_REPRESENTATION)
		errhint("A filter is JSON: its keys and text values are written in "
				"double quotes.");
	show_place(parser, parser->at);
}

/* Parse one column, or several in parentheses. */
static List *
parse_order(IncludeParser *parser)
{
	const char *open = next_token(parser);
	List	   *sort;

	if (!accept_token(parser, '('))
		return list_make1(parse_sort_column(parser));
	sort = parse_sort_list(parser);
	expect_close(parser, ')', open,
				 "Expected \",\" or \")\" after the column.");
	return sort;
}

static List *
parse_sort_list(IncludeParser *parser)
{
	List	   *sort = NIL;

	do
		sort = lappend(sort, parse_sort_column(parser));
	while (accept_token(parser, ','));
	return sort;
}

static IncludeSort *
parse_sort_column(IncludeParser *parser)
{
	IncludeSort *sort = palloc(sizeof(IncludeSort));
	const char *start;
	const char *end;

	sort->is_descending = accept_token(parser, '-');
	sort->column = *parse_name(parser, "Expected a column, or \"-\" and a "
							   "column for descending order.");

	if (next_is(parser, "."))
		report_syntax(parser, "Rows can be ordered by their own columns "
					  "only.", NULL);
	start = next_token(parser);
	end = end_of_name(start);
	if (is_word(start, end, "asc") || is_word(start, end, "desc"))
		report_syntax(parser, "A direction is not written as a word.",
					  "Put \"-\" before the column for descending order, "
					  "nothing for ascending.");
	return sort;
}

/* Parse a non-negative integer or a parameter into arg. */
static void
parse_number(IncludeParser *parser, IncludeArg *arg)
{
	const char *start = next_token(parser);
	const char *c = start;

	if (*start == '$')
	{
		arg->param = parse_param(parser);
		return;
	}

	for (; is_digit(*c); c++)
	{
		if (pg_mul_s64_overflow(arg->number, 10, &arg->number) ||
			pg_add_s64_overflow(arg->number, *c - '0', &arg->number))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s is out of range", argument_names[arg->kind]),
					 errdetail("The highest value is " INT64_FORMAT ".",
							   PG_INT64_MAX),
					 show_place(parser, start)));
	}
	if (c == start || c != end_of_token(start))
		report_syntax(parser, "Expected a whole number, not negative, or a "
					  "parameter such as \"$1\".", NULL);
	parser->at = c;
}

/* Parse "$n", whose "$" is next; return n. */
static int
parse_param(IncludeParser *parser)
{
	const char *start = next_token(parser);
	const char *c;
	int			param = 0;

	/* Once past the limit, further digits do not matter. */
	for (c = start + 1; is_digit(*c); c++)
	{
		if (param <= INCLUDE_MAX_PARAM)
			param = param * 10 + (*c - '0');
	}
	if (c == start + 1 || c != end_of_token(start))
		report_syntax(parser, "A parameter is \"$\" and its number.", NULL);
	if (param < 1 || param > INCLUDE_MAX_PARAM)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_PARAMETER),
				 errmsg("there is no parameter %s",
						pnstrdup(start, Min(c - start, MAX_SHOWN_TOKEN))),
				 errdetail("Parameters are numbered from $1 to $%d.",
						   INCLUDE_MAX_PARAM),
				 show_place(parser, start)));
	parser->at = c;
	return param;
}

/* Parse a name, quoted or not; expected is the detail if there is none. */
static IncludeName *
parse_name(IncludeParser *parser, const char *expected)
{
	const char *start = next_token(parser);
	const char *end = end_of_name(start);
	IncludeName *name;
	char	   *to;

	if (end == start)
		report_syntax(parser, expected,
					  *start == '\'' ? "Names are quoted with \"\"." : NULL);
	if (end == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("unterminated quoted name in %s", parser->what),
				 errdetail("The name that starts here has no closing quote."),
				 show_place(parser, start)));

	name = palloc(sizeof(IncludeName));
	name->location = start - parser->text;
	name->was_quoted = (*start == '"');
	parser->at = end;
	if (!name->was_quoted)
	{
		name->name = pnstrdup(start, end - start);
		return name;
	}

	name->name = to = palloc(end - start);
	for (start++, end--; start < end; start++)
	{
		*to++ = *start;
		if (*start == '"')
			start++;
	}
	*to = '\0';
	if (to == name->name)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("zero-length name in %s", parser->what),
				 errdetail("Expected at least one character between the "
						   "quotes."),
				 show_place(parser, parser->text + name->location)));
	return name;
}

/*
 * Return the index in aggregate_names if name calls an aggregate, else -1.
 * What decides is the "(" and that no argument follows it, so a relationship
 * may be called "count" and take arguments.
 */
static int
find_aggregate(IncludeParser *parser, const IncludeName *name)
{
	const char *end = name->name + strlen(name->name);
	const char *open = next_token(parser);
	bool		has_args;

	if (name->was_quoted || !accept_token(parser, '('))
		return -1;
	has_args = is_argument_next(parser);
	parser->at = open;
	if (has_args)
		return -1;

	for (int i = 0; i < lengthof(aggregate_names); i++)
	{
		if (is_word(name->name, end, aggregate_names[i]))
			return i;
	}
	return -1;
}

/* Is an unquoted name with a ":" next?  Consumes nothing but white space. */
static bool
is_argument_next(IncludeParser *parser)
{
	const char *start = next_token(parser);
	bool		result;

	if (!is_name_start(*start))
		return false;
	parser->at = end_of_name(start);
	result = next_is(parser, ":");
	parser->at = start;
	return result;
}

/* Skip white space; return where the next token starts. */
static const char *
next_token(IncludeParser *parser)
{
	while (is_space(*parser->at))
		parser->at++;
	return parser->at;
}

/* Is the next token one of these, of one character each? */
static bool
next_is(IncludeParser *parser, const char *tokens)
{
	char		c = *next_token(parser);

	return c != '\0' && strchr(tokens, c) != NULL;
}

/* Consume the next token if it is this one. */
static bool
accept_token(IncludeParser *parser, char token)
{
	if (*next_token(parser) != token)
		return false;
	parser->at++;
	return true;
}

/*
 * Consume the token that closes what began at open; expected is the detail if
 * another one is found.
 */
static void
expect_close(IncludeParser *parser, char token, const char *open,
			 const char *expected)
{
	if (accept_token(parser, token))
		return;
	if (*parser->at != '\0')
		report_syntax(parser, expected, NULL);
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("missing \"%c\" in %s", token, parser->what),
			 errdetail("The \"%c\" shown here is not closed.", *open),
			 show_place(parser, open)));
}

/*
 * Return the end of the name at start: start itself if there is none, NULL if
 * a closing quote is missing.
 */
static const char *
end_of_name(const char *start)
{
	const char *c = start;

	if (*c == '"')
	{
		/* A doubled quote looks like two names side by side. */
		do
		{
			c = strchr(c + 1, '"');
			if (c == NULL)
				return NULL;
			c++;
		} while (*c == '"');
	}
	else if (is_name_start(*c))
	{
		while (is_name_part(*c))
			c++;
	}
	return c;
}

/* Return the end of whatever is at start, to be shown in a message. */
static const char *
end_of_token(const char *start)
{
	const char *end = end_of_name(start);

	if (end == NULL)
		return start + strlen(start);
	if (is_digit(*start) || *start == '$')
	{
		while (is_name_part(*end) || *end == '.')
			end++;
	}
	if (end == start && *end != '\0')
		end++;
	return end;
}

/* Compare an unquoted name with a lower-case word; end may be NULL. */
static bool
is_word(const char *start, const char *end, const char *word)
{
	if (end == NULL || end - start != strlen(word))
		return false;
	while (start < end)
	{
		if (pg_ascii_tolower((unsigned char) *start++) != *word++)
			return false;
	}
	return true;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		IS_HIGHBIT_SET(c);
}

static bool
is_name_part(char c)
{
	return is_name_start(c) || is_digit(c) || c == '$';
}

/* Report that the next token is wrong; hint may be NULL. */
static void
report_syntax(IncludeParser *parser, const char *expected, const char *hint)
{
	const char *start = next_token(parser);
	int			length = end_of_token(start) - start;

	length = pg_mbcliplen(start, length, MAX_SHOWN_TOKEN);
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 length == 0 ?
			 errmsg("syntax error at end of %s", parser->what) :
			 errmsg("syntax error in %s at or near \"%s\"", parser->what,
					pnstrdup(start, length)),
			 errdetail_internal("%s", expected),
			 hint != NULL ? errhint("%s", hint) : 0,
			 show_place(parser, start)));
}

static int
show_place(const IncludeParser *parser, const char *place)
{
	return add_place(parser->what, parser->text, place - parser->text);
}

/*
 * Add a context line with the position of a byte of the text, in characters,
 * and what surrounds it on one line: "a, b >>> } c".
 */
static int
add_place(const char *what, const char *text, int location)
{
	int			length = strlen(text);
	int			line = 1;
	int			line_start = 0;
	int			column;
	char	   *before;
	char	   *after;
	int			skip;
	int			cut;
	StringInfoData place;

	location = Max(0, Min(location, length));
	for (int i = 0; i < location; i++)
	{
		if (text[i] == '\n')
		{
			line++;
			line_start = i + 1;
		}
	}
	column = pg_mbstrlen_with_len(text + line_start, location - line_start) + 1;

	before = squeeze_space(text, location);
	skip = pg_mbstrlen_with_len(before, strlen(before)) - EXCERPT_LENGTH;
	skip = pg_mbcharcliplen(before, strlen(before), Max(skip, 0));
	after = squeeze_space(text + location, length - location);
	cut = pg_mbcharcliplen(after, strlen(after), EXCERPT_LENGTH);

	initStringInfo(&place);
	appendStringInfo(&place, "%s, ", what);
	if (strchr(text, '\n') != NULL)
		appendStringInfo(&place, "line %d, ", line);
	appendStringInfo(&place, "character %d: ", column);
	if (*before != '\0')
		appendStringInfo(&place, "%s%s ", skip > 0 ? "..." : "",
						 before + skip);
	appendStringInfoString(&place, ">>>");
	if (*after != '\0')
		appendStringInfo(&place, " %.*s%s", cut, after,
						 after[cut] != '\0' ? "..." : "");
	return errcontext("%s", place.data);
}

/* Copy a text with each run of white space made one space, none at the ends. */
static char *
squeeze_space(const char *text, int length)
{
	char	   *result = palloc(length + 1);
	char	   *to = result;

	for (int i = 0; i < length; i++)
	{
		if (!is_space(text[i]))
			*to++ = text[i];
		else if (to > result && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > result && to[-1] == ' ')
		to--;
	*to = '\0';
	return result;
}
