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

extern char *relgraph_pluralize(const char *name);
extern char *relgraph_singularize(const char *name);

/*
 * Every name n with relgraph_pluralize(n) = form or
 * relgraph_singularize(n) = form: a complete list of char *, without
 * duplicates.
 */
extern List *relgraph_inflection_preimages(const char *form);

/* The column name without its key suffix, or NULL if it has none. */
extern char *relgraph_strip_key_suffix(const char *column);

#endif							/* RELGRAPH_INFLECT_H */
