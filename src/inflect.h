/*-------------------------------------------------------------------------
 *
 * inflect.h
 *	  English plurals and singulars of identifiers, and their inverse images.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_INFLECT_H
#define RELGRAPH_INFLECT_H

#include "nodes/pg_list.h"

/*
 * The last word of the name in the other number, in the current memory
 * context.  A name that has that number already is copied.  The result can be
 * longer than NAMEDATALEN - 1.
 */
extern char *relgraph_pluralize(const char *name);
extern char *relgraph_singularize(const char *name);

/*
 * Every name n with relgraph_pluralize(n) = form or
 * relgraph_singularize(n) = form: a complete list of char *, without
 * duplicates.
 */
extern List *relgraph_inflection_preimages(const char *form);

/*
 * The column name without its key suffix or prefix, or NULL if it has none or
 * nothing else.
 */
extern char *relgraph_strip_key_suffix(const char *column);

#endif							/* RELGRAPH_INFLECT_H */
