/*-------------------------------------------------------------------------
 *
 * nearmiss.c
 *	  "Perhaps you meant": the names there are, and the nearest one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/varlena.h"

#include "nearmiss.h"

/* Names to show in a message, at most. */
#define MAX_LISTED	20

/* Longest name that varlena.c compares. */
#define MAX_COMPARED	255

/*
 * Start looking for what a name may have meant.  Memory: current context.
 */
void
relgraph_start_near_miss(NearMiss *miss, const char *name)
{
	miss->name = name;
	miss->nearest = NULL;
	miss->distance = Max(1, (int) strlen(name) / 2) + 1;
	miss->nlisted = 0;
	initStringInfo(&miss->listed);
}

/*
 * Keep a candidate if it is nearer to the name than what was seen so far: at
 * most half of the name may differ.
 */
void
relgraph_consider_name(NearMiss *miss, const char *candidate)
{
	int			length = strlen(miss->name);
	int			candidate_length = strlen(candidate);
	int			distance;

	if (length > MAX_COMPARED || candidate_length > MAX_COMPARED ||
		miss->distance == 0)
		return;
	distance = varstr_levenshtein_less_equal(miss->name, length,
											 candidate, candidate_length,
											 1, 1, 1, miss->distance - 1,
											 true);
	if (distance < miss->distance)
	{
		miss->nearest = candidate;
		miss->distance = distance;
	}
}

/*
 * Consider a candidate and list it, up to a limit.
 */
void
relgraph_list_name(NearMiss *miss, const char *candidate)
{
	relgraph_consider_name(miss, candidate);
	if (miss->nlisted < MAX_LISTED)
		appendStringInfo(&miss->listed, "%s\"%s\"",
						 miss->nlisted > 0 ? ", " : "", candidate);
	else if (miss->nlisted == MAX_LISTED)
		appendStringInfoString(&miss->listed, ", ...");
	miss->nlisted++;
}
