/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  The settings relgraph.*.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"
#include "utils/plancache.h"

#include "settings.h"

int			relgraph_max_depth = 16;
int			relgraph_load_memory = 0;
int			relgraph_max_tree_depth = 1000;
bool		relgraph_inline = true;
int			relgraph_max_rows = 0;
int			relgraph_load_strategy = LOAD_STRATEGY_AUTO;

static const struct config_enum_entry strategy_options[] = {
	{"auto", LOAD_STRATEGY_AUTO, false},
	{"batch", LOAD_STRATEGY_BATCH, false},
	{"probe", LOAD_STRATEGY_PROBE, false},
	{"join", LOAD_STRATEGY_JOIN, false},
	{NULL, 0, false}
};

/*
 * Plans that are kept were made under the other value.
 */
static void
inline_changed(bool newval, void *extra)
{
	if (newval != relgraph_inline)
		ResetPlanCache();
}

/*
 * Define the settings.  Called once, when the library is loaded.
 */
void
relgraph_define_settings(void)
{
	DefineCustomIntVariable("relgraph.max_depth",
							"Sets the maximum number of levels of a path or an include.",
							NULL,
							&relgraph_max_depth,
							16, 1, 1000,
							PGC_USERSET, 0,
							NULL, NULL, NULL);
	DefineCustomBoolVariable("relgraph.inline",
							 "Lets the planner replace calls of related() by joins.",
							 NULL,
							 &relgraph_inline,
							 true,
							 PGC_USERSET, 0,
							 NULL, inline_changed, NULL);

	DefineCustomIntVariable("relgraph.load_memory",
							"Sets the memory that a load uses for rows and their text before it goes on with the next root rows.",
							"Zero stands for 16 times work_mem.",
							&relgraph_load_memory,
							0, 0, MAX_KILOBYTES,
							PGC_USERSET, GUC_UNIT_KB,
							NULL, NULL, NULL);

	DefineCustomIntVariable("relgraph.max_tree_depth",
							"Sets the maximum number of levels that the rows of a repeated relationship are nested.",
							NULL,
							&relgraph_max_tree_depth,
							1000, 1, 1000000,
							PGC_USERSET, 0,
							NULL, NULL, NULL);

	DefineCustomIntVariable("relgraph.max_rows",
							"Sets the maximum number of rows of any one level that a call of load() and its like may load.",
							"Zero stands for no limit. More rows are an error; nothing is left out.",
							&relgraph_max_rows,
							0, 0, INT_MAX,
							PGC_USERSET, 0,
							NULL, NULL, NULL);

	DefineCustomEnumVariable("relgraph.load_strategy",
							 "Forces the way in which a load fetches its levels, where it is possible.",
							 "This is for tests: the documents are the same, and auto is meant to be the fastest.",
							 &relgraph_load_strategy,
							 LOAD_STRATEGY_AUTO, strategy_options,
							 PGC_USERSET, 0,
							 NULL, NULL, NULL);

	MarkGUCPrefixReserved("relgraph");
}
