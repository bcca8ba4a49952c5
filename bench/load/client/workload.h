/*-------------------------------------------------------------------------
 *
 * workload.h
 *	  A workload file, read: what to ask, and who competes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>

#define MAX_CONTENDERS 40
#define MAX_LEVELS 8
#define MAX_VARIANTS 8
#define MAX_COLUMNS 4

typedef enum ContenderKind
{
	RELGRAPH,					/* documents, made by the extension */
	SQL,						/* documents, made by hand-written SQL */
	CLIENT,						/* rows with id, parent and JSON, nested here */
	FLAT						/* rows, a statement per level, in binary */
} ContenderKind;

/* One statement of a flat contender. */
typedef struct Level
{
	char	   *name;
	char	   *sql;
	int			key_level;		/* whose rows give the keys; -1: parameters */
	char	   *key_column;
} Level;

typedef struct Contender
{
	ContenderKind kind;
	char	   *name;
	char	   *sql;
	bool		is_array;		/* one document, the array of them all */
	int			ncolumns;		/* parameters it takes ... */
	char	   *columns[MAX_COLUMNS];	/* ... by their names */
	int			nlevels;
	Level		levels[MAX_LEVELS];
} Contender;

/* The same workload under other settings, or with another number of roots. */
typedef struct Variant
{
	char	   *name;
	bool		unchecked;		/* checked elsewhere */
} Variant;

typedef struct Workload
{
	char	   *name;
	char	   *title;
	char	   *parameters;		/* SQL; a row is a set of parameters */
	int			ncolumns;
	char	   *columns[MAX_COLUMNS];	/* their names */
	char	   *setup;
	bool		prepared;
	bool		stream;			/* read row by row */
	int			burst;			/* parameter sets per round */
	int			nvariants;
	Variant		variants[MAX_VARIANTS];
	int			ncontenders;
	Contender	contenders[MAX_CONTENDERS];
} Workload;

extern const char *const kind_names[];

extern Workload *read_workload(const char *path);
extern char *replace_text(const char *text, const char *from, const char *to);
extern void *allocate(size_t size);
extern void fail(const char *format,...) __attribute__((format(printf, 1, 2), noreturn));

#endif							/* WORKLOAD_H */
