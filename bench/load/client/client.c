/*-------------------------------------------------------------------------
 *
 * client.c
 *	  Times the contenders of workload files, side by side.
 *
 * Every contender has its own session and runs once in each round, in an order
 * that rotates.  The first round warms caches and plans; it also shows who is
 * so far behind that more rounds would tell nothing.  Those who stay must then
 * return the documents that relgraph returns; the first that does not ends
 * the program.  Memory is watched in sessions of their own, and not timed.
 *
 * Lines of tab-separated values go to standard output:
 *	time	workload variant kind contender round runs wall cpu client rows bytes
 *	first	the same, of the first round
 *	memory	workload variant kind contender peak_kb idle_kb
 *	check	workload variant kind contender documents digest
 *	failed	workload variant kind contender message
 * Times are milliseconds per run: until the client has everything, CPU time of
 * the server process, CPU time here.
 *
 *-------------------------------------------------------------------------
 */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assemble.h"
#include "backend.h"
#include "workload.h"

#define INT4_ARRAY_OID 1007
#define INT4_OID 23

typedef struct Options
{
	int			rounds;
	double		too_slow;		/* times the fastest hand-written SQL */
	bool		keep_going;		/* report what fails, and go on */
	const char *timeout;
	int			nonly;
	const char *only[8];		/* contenders whose name contains one of these */
} Options;

/* What came back from one run or several. */
typedef struct Outcome
{
	long		rows;
	long		bytes;
	char	   *error;
} Outcome;

/* A contender at work. */
typedef struct Runner
{
	const Contender *contender;
	PGconn	   *connection;
	int			pid;
	bool		is_out;
	double		first_ms;		/* CPU time of the first round */
} Runner;

static Options options = {.rounds = 5, .too_slow = 1.5, .timeout = "300s"};

/* Of the workload and variant at hand. */
static const Workload *workload;
static const Variant *variant;
static PGresult *parameters;

static void
print_start(const char *record, const Contender *contender)
{
	printf("%s\t%s\t%s\t%s\t%s", record, workload->name, variant->name,
		   kind_names[contender->kind], contender->name);
}

static PGresult *
must(PGconn *connection, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		fail("workload %s: %s", workload->name, PQerrorMessage(connection));
	return result;
}

/*
 * Return a session as the variant wants it.
 */
static PGconn *
open_session(void)
{
	PGconn	   *connection = PQconnectdb("");
	const char *equals = strchr(variant->name, '=');
	char		command[256];

	if (PQstatus(connection) != CONNECTION_OK)
		fail("%s", PQerrorMessage(connection));
	snprintf(command, sizeof(command), "SET statement_timeout = '%s'", options.timeout);
	PQclear(must(connection, PQexec(connection, command)));
	if (equals && strncmp(variant->name, "roots=", 6) != 0)
	{
		snprintf(command, sizeof(command), "SET %.*s = '%s'",
				 (int) (equals - variant->name), variant->name, equals + 1);
		PQclear(must(connection, PQexec(connection, command)));
	}
	if (workload->setup)
		PQclear(must(connection, PQexec(connection, workload->setup)));
	return connection;
}

static void
fetch_parameters(void)
{
	PGconn	   *connection = open_session();
	const char *roots = strncmp(variant->name, "roots=", 6) == 0 ? variant->name + 6 : "";

	if (parameters)
		PQclear(parameters);
	parameters = must(connection, PQexec(connection,
										 workload->parameters ?
										 replace_text(workload->parameters, ":roots", roots) :
										 "SELECT"));
	if (PQntuples(parameters) == 0)
		fail("workload %s has no parameters", workload->name);
	PQfinish(connection);
}

/* ---- running statements ---- */

/*
 * Send one statement and return its (first) result.  A prepared statement is
 * prepared by the first call; its number names it.
 */
static bool
send_statement(Runner *runner, const char *sql, int number, int nvalues,
			   const Oid *types, const char *const *values, const int *lengths,
			   const int *formats, int result_format)
{
	char		name[16];

	if (!workload->prepared)
		return PQsendQueryParams(runner->connection, sql, nvalues, types,
								 values, lengths, formats, result_format);
	snprintf(name, sizeof(name), "s%d", number);
	if (runner->first_ms == 0)
	{
		PGresult   *result = PQprepare(runner->connection, name, sql, nvalues, types);
		bool		is_good = (PQresultStatus(result) == PGRES_COMMAND_OK);

		PQclear(result);
		if (!is_good)
			return false;
	}
	return PQsendQueryPrepared(runner->connection, name, nvalues, values,
							   lengths, formats, result_format);
}

static void
note_error(Runner *runner, Outcome *outcome)
{
	char	   *end;

	if (outcome->error)
		return;
	outcome->error = replace_text(PQerrorMessage(runner->connection), "\t", " ");
	if ((end = strchr(outcome->error, '\n')) != NULL)
		*end = '\0';
}

static void
count_rows(const PGresult *result, Outcome *outcome)
{
	int			ncolumns = PQnfields(result);

	outcome->rows += PQntuples(result);
	for (int row = 0; row < PQntuples(result); row++)
		for (int column = 0; column < ncolumns; column++)
			outcome->bytes += PQgetlength(result, row, column);
}

static void
read_copy(Runner *runner, Outcome *outcome)
{
	char	   *row;
	int			length;

	while ((length = PQgetCopyData(runner->connection, &row, 0)) > 0)
	{
		outcome->rows++;
		outcome->bytes += length;
		PQfreemem(row);
	}
	if (length == -2)
		note_error(runner, outcome);
}

/*
 * Read everything that a statement returns.  The last result that has rows is
 * returned if it is wanted, for its keys; the caller frees it.
 */
static PGresult *
read_results(Runner *runner, Outcome *outcome, bool keep)
{
	PGresult   *result;
	PGresult   *kept = NULL;

	while ((result = PQgetResult(runner->connection)) != NULL)
	{
		switch (PQresultStatus(result))
		{
			case PGRES_TUPLES_OK:
			case PGRES_SINGLE_TUPLE:
				count_rows(result, outcome);
				break;
			case PGRES_COPY_OUT:
				read_copy(runner, outcome);
				break;
			case PGRES_COMMAND_OK:
				break;
			default:
				note_error(runner, outcome);
		}
		if (keep && PQresultStatus(result) == PGRES_TUPLES_OK && kept == NULL)
			kept = result;
		else
			PQclear(result);
	}
	return kept;
}

/*
 * Collect the parameters that a contender takes, of one set of them.
 */
static int
get_parameters(const Contender *contender, int set, const char **values)
{
	for (int i = 0; i < contender->ncolumns; i++)
	{
		int			column = 0;

		while (column < workload->ncolumns &&
			   strcmp(workload->columns[column], contender->columns[i]) != 0)
			column++;
		if (column == workload->ncolumns)
			fail("workload %s has no parameter %s", workload->name,
				 contender->columns[i]);
		values[i] = PQgetvalue(parameters, set, column);
	}
	return contender->ncolumns;
}

/*
 * Return the keys in a column of int4 as a binary int4[]; malloc'd.
 */
static char *
collect_keys(const PGresult *result, const char *column_name, int *length)
{
	int			column = PQfnumber(result, column_name);
	int			n = PQntuples(result);
	uint32_t   *array = allocate((5 + 2 * (size_t) n) * sizeof(uint32_t));

	if (column < 0 || PQftype(result, column) != INT4_OID)
		fail("%s is no key of type int4", column_name);
	array[0] = htonl(1);		/* dimensions, flags, type, length, lower bound */
	array[1] = 0;
	array[2] = htonl(INT4_OID);
	array[3] = htonl(n);
	array[4] = htonl(1);
	for (int i = 0; i < n; i++)
	{
		array[5 + 2 * i] = htonl(sizeof(uint32_t));
		memcpy(&array[6 + 2 * i], PQgetvalue(result, i, column), sizeof(uint32_t));
	}
	*length = (5 + 2 * n) * sizeof(uint32_t);
	return (char *) array;
}

static void
run_flat(Runner *runner, int set, Outcome *outcome)
{
	const Contender *contender = runner->contender;
	PGresult   *results[MAX_LEVELS] = {NULL};

	for (int i = 0; i < contender->nlevels && !outcome->error; i++)
	{
		const Level *level = &contender->levels[i];
		const char *values[MAX_COLUMNS];
		Oid			key_type = INT4_ARRAY_OID;
		int			format = 1;
		int			length;
		bool		is_sent;

		if (level->key_level >= 0)
		{
			char	   *keys = collect_keys(results[level->key_level],
											level->key_column, &length);

			values[0] = keys;
			is_sent = send_statement(runner, level->sql, i, 1, &key_type, values,
									 &length, &format, 1);
			free(keys);
		}
		else
			is_sent = send_statement(runner, level->sql, i,
									 get_parameters(contender, set, values),
									 NULL, values, NULL, NULL, 1);
		if (!is_sent)
			note_error(runner, outcome);
		results[i] = read_results(runner, outcome, true);
	}
	for (int i = 0; i < contender->nlevels; i++)
		PQclear(results[i]);
}

static void
run_documents(Runner *runner, int set, Outcome *outcome)
{
	const Contender *contender = runner->contender;
	const char *values[MAX_COLUMNS];
	int			nvalues = get_parameters(contender, set, values);
	PGresult   *result;

	if (!send_statement(runner, contender->sql, 0, nvalues, NULL, values, NULL, NULL, 0))
		note_error(runner, outcome);
	if (workload->stream)
		PQsetSingleRowMode(runner->connection);
	result = read_results(runner, outcome, contender->kind == CLIENT);
	if (contender->kind == CLIENT && !outcome->error)
	{
		char	   *document = assemble_tree(result);

		outcome->bytes = strlen(document);
		free(document);
	}
	PQclear(result);
}

/*
 * Run a contender once with each set of parameters that make a round; return
 * how often that was.
 */
static int
run_burst(Runner *runner, Outcome *outcome)
{
	int			runs = PQntuples(parameters);

	if (runs > workload->burst)
		runs = workload->burst;
	for (int i = 0; i < runs && !outcome->error; i++)
	{
		if (runner->contender->kind == FLAT)
			run_flat(runner, i, outcome);
		else
			run_documents(runner, i, outcome);
		if (runner->first_ms == 0)
			runner->first_ms = 1e-9;	/* statements are prepared now */
	}
	return runs;
}

/* ---- rounds ---- */

static void
report_failure(Runner *runner, const char *message)
{
	print_start("failed", runner->contender);
	printf("\t%s\n", message);
	if (!options.keep_going)
	{
		fflush(stdout);
		fail("workload %s %s: %s: %s", workload->name, variant->name,
			 runner->contender->name, message);
	}
	runner->is_out = true;
}

/*
 * Run and time one contender.  The result is printed if it is of a round that
 * counts; of the first, it is kept.
 */
static void
time_contender(Runner *runner, int round)
{
	Outcome		outcome = {0};
	double		cpu = backend_cpu_ms(runner->pid);
	double		client = own_cpu_ms();
	double		wall = wall_ms();
	int			runs = run_burst(runner, &outcome);

	wall = (wall_ms() - wall) / runs;
	client = (own_cpu_ms() - client) / runs;
	cpu = (backend_cpu_ms(runner->pid) - cpu) / runs;
	if (round == 0)
		runner->first_ms = cpu;
	if (outcome.error)
	{
		report_failure(runner, outcome.error);
		return;
	}
	print_start(round == 0 ? "first" : "time", runner->contender);
	printf("\t%d\t%d\t%.4f\t%.4f\t%.4f\t%ld\t%ld\n", round, runs, wall, cpu,
		   client, outcome.rows / runs, outcome.bytes / runs);
	fflush(stdout);
}

/*
 * Who writes SQL chooses the fastest form: the others need no more rounds.
 * CPU time tells, which hardly depends on what else the machine does.
 */
static void
drop_slow_forms(Runner *runners)
{
	double		best = 0;

	for (int i = 0; i < workload->ncontenders; i++)
	{
		if (runners[i].contender->kind == SQL && !runners[i].is_out &&
			(best == 0 || runners[i].first_ms < best))
			best = runners[i].first_ms;
	}
	for (int i = 0; i < workload->ncontenders; i++)
	{
		if (runners[i].contender->kind == SQL && options.too_slow > 0 &&
			runners[i].first_ms > best * options.too_slow)
			runners[i].is_out = true;
	}
}

/*
 * Return a digest of all documents of a contender, equal if they are equal as
 * jsonb and come in the same order.
 */
static char *
digest_documents(Runner *runner)
{
	const Contender *contender = runner->contender;
	const char *values[MAX_COLUMNS];
	size_t		size = strlen(contender->sql) + 512;
	char	   *sql = allocate(size);
	char	   *digest = allocate(64 * workload->burst);

	snprintf(sql, size,
			 "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(d::text, n)), 0)\n"
			 "FROM (SELECT doc::jsonb AS d, row_number() OVER () AS n FROM (%s\n%s\n%s) s (doc)) t",
			 contender->is_array ? "SELECT json_array_elements(a) FROM (" : "",
			 contender->sql, contender->is_array ? ") r (a)" : "");
	for (int i = 0; i < workload->burst && i < PQntuples(parameters); i++)
	{
		int			nvalues = get_parameters(contender, i, values);
		PGresult   *result = PQexecParams(runner->connection, sql, nvalues, NULL,
										  values, NULL, NULL, 0);

		if (PQresultStatus(result) != PGRES_TUPLES_OK)
		{
			Outcome		outcome = {0};

			note_error(runner, &outcome);
			report_failure(runner, outcome.error);
			return NULL;
		}
		strcat(strcat(digest, i == 0 ? "" : "/"), PQgetvalue(result, 0, 0));
		PQclear(result);
	}
	free(sql);
	return digest;
}

static void
check_documents(Runner *runners)
{
	char	   *reference = NULL;

	for (int i = 0; i < workload->ncontenders; i++)
	{
		Runner	   *runner = &runners[i];
		char	   *digest;

		if (runner->is_out || runner->contender->kind > SQL ||
			(digest = digest_documents(runner)) == NULL)
			continue;
		if (reference == NULL)
			reference = digest;
		if (strcmp(reference, digest) != 0)
			report_failure(runner, "returns other documents");
		else
		{
			print_start("check", runner->contender);
			printf("\t%.60s\n", digest);
		}
	}
}

static void
measure_memory(Runner *runner)
{
	Runner		other = {.contender = runner->contender};
	Outcome		outcome = {0};
	long		idle;

	other.connection = open_session();
	other.pid = PQbackendPID(other.connection);
	idle = backend_private_kb(other.pid);
	watch_memory(other.pid);
	run_burst(&other, &outcome);
	print_start("memory", runner->contender);
	printf("\t%ld\t%ld\n", watched_peak_kb(), idle);
	PQfinish(other.connection);
}

static bool
is_wanted(const Contender *contender)
{
	for (int i = 0; i < options.nonly; i++)
	{
		if (strstr(contender->name, options.only[i]))
			return true;
	}
	return options.nonly == 0;
}

static void
run_variant(void)
{
	Runner		runners[MAX_CONTENDERS] = {0};
	int			n = workload->ncontenders;

	fetch_parameters();
	for (int i = 0; i < n; i++)
	{
		runners[i].contender = &workload->contenders[i];
		runners[i].connection = open_session();
		runners[i].pid = PQbackendPID(runners[i].connection);
		runners[i].is_out = !is_wanted(&workload->contenders[i]);
		if (!runners[i].is_out)
			time_contender(&runners[i], 0);
	}
	drop_slow_forms(runners);
	if (!variant->unchecked)
		check_documents(runners);
	for (int round = 1; round <= options.rounds; round++)
	{
		for (int i = 0; i < n; i++)
		{
			Runner	   *runner = &runners[(i + round) % n];

			if (!runner->is_out)
				time_contender(runner, round);
		}
	}
	for (int i = 0; i < n; i++)
	{
		if (!runners[i].is_out)
			measure_memory(&runners[i]);
		PQfinish(runners[i].connection);
	}
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	int			option;

	while ((option = getopt(argc, argv, "r:s:t:o:k")) != -1)
	{
		switch (option)
		{
			case 'r':
				options.rounds = atoi(optarg);
				break;
			case 's':
				options.too_slow = atof(optarg);
				break;
			case 't':
				options.timeout = optarg;
				break;
			case 'o':
				if (options.nonly < 8)
					options.only[options.nonly++] = optarg;
				break;
			case 'k':
				options.keep_going = true;
				break;
			default:
				fail("usage: client [-r rounds] [-s too slow] [-t timeout] [-o only]... [-k] FILE...");
		}
	}
	for (; optind < argc; optind++)
	{
		workload = read_workload(argv[optind]);
		printf("workload\t%s\t%s\n", workload->name, workload->title);
		for (int i = 0; i < workload->nvariants; i++)
		{
			variant = &workload->variants[i];
			run_variant();
		}
	}
	return 0;
}
