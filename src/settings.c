/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  The settings relgraph.*.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/guc.h"

#include "settings.h"

int			relgraph_max_depth = 16;

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

	MarkGUCPrefixReserved("relgraph");
}
