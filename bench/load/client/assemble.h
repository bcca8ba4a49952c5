/*-------------------------------------------------------------------------
 *
 * assemble.h
 *	  Nests rows of a tree, as a client has to that was sent flat ones.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ASSEMBLE_H
#define ASSEMBLE_H

#include <libpq-fe.h>

extern char *assemble_tree(const PGresult *rows);

#endif							/* ASSEMBLE_H */
