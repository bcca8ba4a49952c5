/*-------------------------------------------------------------------------
 *
 * relgraph.c
 *	  The module: what happens when the library is loaded.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "inline.h"
#include "settings.h"

RELGRAPH_MODULE_MAGIC("0.3.0");

void		_PG_init(void);

/*
 * Define the settings and attach to the planner.  Everything else starts when
 * it is first used.
 */
void
_PG_init(void)
{
	relgraph_define_settings();
	relgraph_install_planner_hook();
}
