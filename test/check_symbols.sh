#!/bin/bash
# check_symbols.sh
#	  Checks that the library exports no symbol that could meet another's.
#
# Up to version 15 the server loads every library into one name space, and
# PGXS exports all that is not static.

cd "$(dirname "$0")/.." || exit 1

exported=$(nm -D --defined-only relgraph.so) || exit 1
if ! grep -q ' Pg_magic_func$' <<<"$exported"; then
	echo "not ok - relgraph.so exports Pg_magic_func"
	exit 1
fi
foreign=$(awk '{ print $NF }' <<<"$exported" |
	grep -vE '^(Pg_magic_func|_PG_init|pg_finfo_relgraph_.*|relgraph_.*)$')
if [ -n "$foreign" ]; then
	printf '%s\n' "$foreign" | sed 's/^/not ok - exported, without our prefix: /'
	exit 1
fi
echo "ok - every exported symbol is ours"
