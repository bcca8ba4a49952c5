/*-------------------------------------------------------------------------
 *
 * assemble.c
 *	  Nests rows of a tree, as a client has to that was sent flat ones.
 *
 * Rows are (id, parent id, JSON object), as text, parents before children, the
 * root first.  The result is one document with the children of each row under
 * "children", in the order of ids.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "workload.h"

typedef struct Row
{
	int			id;
	int			parent;			/* id, then place in the array */
	const char *json;
	int			length;
	int			first;			/* child, and next of the same parent */
	int			next;
} Row;

static int
compare_rows(const void *a, const void *b)
{
	int			left = ((const Row *) a)->id;
	int			right = ((const Row *) b)->id;

	return (left > right) - (left < right);
}

static char *
append_row(char *out, const Row *rows, int place)
{
	static const char open[] = ",\"children\":[";
	const Row  *row = &rows[place];

	memcpy(out, row->json, row->length - 1);
	out = stpcpy(out + row->length - 1, open);
	for (int child = row->first; child >= 0; child = rows[child].next)
	{
		if (child != row->first)
			*out++ = ',';
		out = append_row(out, rows, child);
	}
	return stpcpy(out, "]}");
}

/*
 * Return the document; the caller frees it.
 */
char *
assemble_tree(const PGresult *result)
{
	int			n = PQntuples(result);
	Row		   *rows = allocate(n * sizeof(Row));
	int			root_id = atoi(PQgetvalue(result, 0, 0));
	int			root = 0;
	size_t		size = 1;
	char	   *document;

	for (int i = 0; i < n; i++)
	{
		rows[i].id = atoi(PQgetvalue(result, i, 0));
		rows[i].parent = atoi(PQgetvalue(result, i, 1));
		rows[i].json = PQgetvalue(result, i, 2);
		rows[i].length = PQgetlength(result, i, 2);
		rows[i].first = rows[i].next = -1;
		size += rows[i].length + 20;
	}
	qsort(rows, n, sizeof(Row), compare_rows);
	for (int i = n - 1; i >= 0; i--)
	{
		Row			key = {.id = rows[i].parent};
		Row		   *parent = bsearch(&key, rows, n, sizeof(Row), compare_rows);

		if (rows[i].id == root_id)
			root = i;
		else if (parent)
		{
			rows[i].next = parent->first;
			parent->first = i;
		}
	}
	document = allocate(size);
	append_row(document, rows, root);
	free(rows);
	return document;
}
