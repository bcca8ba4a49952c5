/*-------------------------------------------------------------------------
 *
 * workload.c
 *	  Reads a workload file: SQL between lines that begin with --@.
 *
 *	--@ workload NAME, --@ title TEXT
 *	--@ prepared yes|no		are statements prepared, as in a busy server
 *	--@ stream yes|no		are results read row by row
 *	--@ burst N				sets of parameters that make a round
 *	--@ variant KEY=VALUE [unchecked]	a setting, or roots=N for :roots
 *	--@ parameters (column ...)	a query; each row is a set of parameters
 *	--@ setup				statements for each session
 *	--@ relgraph|sql|client NAME [(column ...)] [array]
 *	--@ flat NAME, and for each of its statements
 *	--@ level NAME [(column ...)] | [level.column]
 *
 * Columns are those of the parameters' query, in the order of $1, $2, ...
 * What is read lives as long as the program.
 *
 *-------------------------------------------------------------------------
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workload.h"

const char *const kind_names[] = {"relgraph", "sql", "client", "flat"};

/* Where a directive's text goes: the SQL that follows it. */
typedef struct Reader
{
	Workload   *workload;
	Contender  *contender;
	char	  **text;
} Reader;

void
fail(const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void *
allocate(size_t size)
{
	void	   *memory = calloc(1, size);

	if (memory == NULL)
		fail("out of memory");
	return memory;
}

static char *
copy_text(const char *text)
{
	return strcpy(allocate(strlen(text) + 1), text);
}

/*
 * Return the text with every occurrence of one string replaced by another.
 */
char *
replace_text(const char *text, const char *from, const char *to)
{
	size_t		count = 0;
	char	   *result;
	char	   *out;
	const char *found;

	for (found = text; (found = strstr(found, from)) != NULL; found += strlen(from))
		count++;
	result = out = allocate(strlen(text) + count * strlen(to) + 1);
	while ((found = strstr(text, from)) != NULL)
	{
		memcpy(out, text, found - text);
		out = stpcpy(out + (found - text), to);
		text = found + strlen(from);
	}
	strcpy(out, text);
	return result;
}

/*
 * Cut "(a b)" off the end of a directive into column names.
 */
static int
cut_columns(char *text, char **columns)
{
	char	   *open = strrchr(text, '(');
	char	   *close = open ? strchr(open, ')') : NULL;
	char	   *word;
	int			n = 0;

	if (close == NULL)
		return 0;
	*close = *open = '\0';
	for (word = strtok(open + 1, " "); word; word = strtok(NULL, " "))
	{
		if (n == MAX_COLUMNS)
			fail("too many columns: %s", text);
		columns[n++] = copy_text(word);
	}
	return n;
}

static char *
trimmed(const char *text)
{
	char	   *copy = copy_text(text + strspn(text, " "));
	size_t		length = strlen(copy);

	while (length > 0 && (copy[length - 1] == ' ' || copy[length - 1] == '\n'))
		copy[--length] = '\0';
	return copy;
}

static void
start_contender(Reader *reader, ContenderKind kind, char *rest)
{
	Workload   *workload = reader->workload;
	Contender  *contender = &workload->contenders[workload->ncontenders];
	char	   *array = strstr(rest, ") array");

	if (workload->ncontenders++ == MAX_CONTENDERS)
		fail("too many contenders in workload %s", workload->name);
	contender->kind = kind;
	contender->is_array = (array != NULL);
	if (array)
		array[1] = '\0';
	contender->ncolumns = cut_columns(rest, contender->columns);
	contender->name = trimmed(rest);
	reader->contender = contender;
	reader->text = &contender->sql;
}

static void
start_level(Reader *reader, char *rest)
{
	Contender  *contender = reader->contender;
	Level	   *level = &contender->levels[contender->nlevels];
	char	   *space;
	char	   *dot;

	if (contender->nlevels++ == MAX_LEVELS)
		fail("too many levels in contender %s", contender->name);
	level->key_level = -1;
	if (strchr(rest, '('))
		contender->ncolumns = cut_columns(rest, contender->columns);
	level->name = trimmed(rest);
	if ((space = strchr(level->name, ' ')) != NULL)
	{
		*space = '\0';
		dot = strchr(space + 1, '.');
		if (dot == NULL)
			fail("level %s: keys are LEVEL.COLUMN", level->name);
		*dot = '\0';
		for (int i = 0; i < contender->nlevels - 1; i++)
		{
			if (strcmp(contender->levels[i].name, space + 1) == 0)
				level->key_level = i;
		}
		if (level->key_level < 0)
			fail("level %s: there is no level %s", level->name, space + 1);
		level->key_column = dot + 1;
	}
	reader->text = &level->sql;
}

static void
read_variant(Workload *workload, char *rest)
{
	Variant    *variant = &workload->variants[workload->nvariants];
	char	   *unchecked = strstr(rest, " unchecked");

	if (workload->nvariants++ == MAX_VARIANTS)
		fail("too many variants in workload %s", workload->name);
	if (unchecked)
		*unchecked = '\0';
	variant->unchecked = (unchecked != NULL);
	variant->name = trimmed(rest);
}

static void
read_directive(Reader *reader, char *line)
{
	Workload   *workload = reader->workload;
	char	   *word = line + strspn(line, " ");
	char	   *rest = word + strcspn(word, " \n");

	if (*rest)
		*rest++ = '\0';
	reader->text = NULL;
	for (int kind = RELGRAPH; kind <= FLAT; kind++)
	{
		if (strcmp(word, kind_names[kind]) == 0)
		{
			start_contender(reader, kind, rest);
			return;
		}
	}
	if (strcmp(word, "workload") == 0)
		workload->name = trimmed(rest);
	else if (strcmp(word, "title") == 0)
		workload->title = trimmed(rest);
	else if (strcmp(word, "prepared") == 0)
		workload->prepared = (strncmp(rest, "yes", 3) == 0);
	else if (strcmp(word, "stream") == 0)
		workload->stream = (strncmp(rest, "yes", 3) == 0);
	else if (strcmp(word, "burst") == 0)
		workload->burst = atoi(rest);
	else if (strcmp(word, "variant") == 0)
		read_variant(workload, rest);
	else if (strcmp(word, "parameters") == 0)
	{
		workload->ncolumns = cut_columns(rest, workload->columns);
		reader->text = &workload->parameters;
	}
	else if (strcmp(word, "setup") == 0)
		reader->text = &workload->setup;
	else if (strcmp(word, "level") == 0 && reader->contender)
		start_level(reader, rest);
	else
		fail("no such directive: %s", word);
}

static void
append_text(char **text, const char *line)
{
	size_t		length = *text ? strlen(*text) : 0;

	*text = realloc(*text, length + strlen(line) + 1);
	if (*text == NULL)
		fail("out of memory");
	strcpy(*text + length, line);
}

/* One statement: without the semicolon, which is no part of it. */
static void
end_statement(char *text)
{
	size_t		length = text ? strlen(text) : 0;

	while (length > 0 && strchr(" \n;", text[length - 1]))
		text[--length] = '\0';
}

/*
 * Return the workload that the file describes, or end the program.
 */
Workload *
read_workload(const char *path)
{
	Reader		reader = {.workload = allocate(sizeof(Workload))};
	FILE	   *file = fopen(path, "r");
	char	   *line = NULL;
	size_t		size = 0;

	if (file == NULL)
		fail("could not open %s", path);
	reader.workload->burst = 1;
	while (getline(&line, &size, file) >= 0)
	{
		if (strncmp(line, "--@", 3) == 0)
			read_directive(&reader, line + 3);
		else if (reader.text)
			append_text(reader.text, line);
	}
	free(line);
	fclose(file);

	end_statement(reader.workload->parameters);
	for (int i = 0; i < reader.workload->ncontenders; i++)
	{
		Contender  *contender = &reader.workload->contenders[i];

		end_statement(contender->sql);
		for (int j = 0; j < contender->nlevels; j++)
			end_statement(contender->levels[j].sql);
	}
	if (reader.workload->nvariants == 0)
		reader.workload->variants[reader.workload->nvariants++].name = "";
	return reader.workload;
}
