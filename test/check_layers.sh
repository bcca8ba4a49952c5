#!/bin/bash
# check_layers.sh
#	  Checks the direction of the dependencies between the source files.
#
# A file includes only headers of its own layer or a lower one; everything
# below the entry points is pure, that is, runs no query; and only compat.h
# asks for the server's version.  Prints one TAP-like line per file.

cd "$(dirname "$0")/../src" || exit 1

# layer_of FILE: its layer, from its name without directory and ending
layer_of()
{
	local name=${1#load/}

	case ${name%.*} in
		compat) echo 0 ;;
		settings | sqltext | rowvalue | columnlist | inflect | nearmiss) echo 1 ;;
		fkcatalog | fkindex | config) echo 2 ;;
		classify | graph | naming | explain) echo 3 ;;
		graphcache) echo 4 ;;
		relpath) echo 5 ;;
		navquery | joinquery) echo 6 ;;
		savedplan | navigate | introspect | declare | joinsql) echo 7 ;;
		expansion | relatedcall | splice | inline | estimate) echo 7 ;;
		accessors | accessorscope) echo 7 ;;
		relgraph) echo 8 ;;
		*) if [ "$name" != "$1" ]; then echo 7; fi ;;
	esac
}

FIRST_WITH_QUERIES=7

# complaints FILE: what is wrong with it, a line each
complaints()
{
	local file=$1 layer header header_layer

	layer=$(layer_of "$file")
	if [ -z "$layer" ]; then
		echo "has no layer: give it one in test/check_layers.sh"
		return
	fi

	while read -r header; do
		if [ ! -f "$header" ]; then
			# one of the server's
			case $header in
				executor/*) [ "$layer" -ge $FIRST_WITH_QUERIES ] ||
					echo "is of layer $layer, which runs no query, and includes $header" ;;
			esac
			continue
		fi
		header_layer=$(layer_of "$header")
		[ "${header_layer:-9}" -le "$layer" ] ||
			echo "is of layer $layer and includes $header of layer ${header_layer:-unknown}"
	done < <(sed -n 's/^#[[:blank:]]*include[[:blank:]]*"\([^"]*\)".*/\1/p' "$file")

	[ "$file" = compat.h ] || ! grep -q PG_VERSION_NUM "$file" ||
		echo "uses PG_VERSION_NUM, which belongs into compat.h"
}

status=0
for file in *.[ch] load/*.[ch]; do
	[ -f "$file" ] || continue
	found=$(complaints "$file")
	if [ -z "$found" ]; then
		echo "ok - $file"
	else
		printf '%s\n' "$found" | sed "s|^|not ok - $file |"
		status=1
	fi
done
exit $status
