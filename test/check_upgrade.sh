#!/bin/bash
# check_upgrade.sh
#	  Checks that an upgraded extension equals a freshly installed one.
#
# Every version that can be installed is upgraded to the default version, by
# ALTER EXTENSION ... UPDATE step by step; test/lib/members.sql then has to say
# the same of both.  Also checks that all files name the same version.

cd "$(dirname "$0")/.." || exit 1
export PGOPTIONS='-c client_min_messages=warning'

# fresh_database NAME STATEMENT...: make it, run the statements in it
fresh_database()
{
	local name=$1 statement arguments=()

	shift
	for statement in "$@"; do
		arguments+=(-c "$statement")
	done
	dropdb --if-exists "$name"
	createdb "$name" &&
		psql -Xq -v ON_ERROR_STOP=1 -d "$name" "${arguments[@]}"
}

members()
{
	psql -XqAt -v ON_ERROR_STOP=1 -v extension=relgraph -d "$1" -f test/lib/members.sql
}

query()
{
	psql -XqAt -v ON_ERROR_STOP=1 -d postgres -c "$1"
}

status=0
default=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" relgraph.control)
meta=$(sed -n 's/^   "version": "\(.*\)".*/\1/p' META.json)
if [ -n "$default" ] && [ "$default" = "$meta" ]; then
	echo "ok - relgraph.control and META.json name version $default"
else
	echo "not ok - relgraph.control names version $default, META.json $meta"
	status=1
fi

output=$(mktemp -d) || exit 1
trap 'rm -rf "$output"
	dropdb --if-exists relgraph_fresh
	dropdb --if-exists relgraph_upgraded' EXIT
if ! fresh_database relgraph_fresh 'CREATE EXTENSION relgraph' ||
	! members relgraph_fresh >"$output/fresh"; then
	echo "not ok - version $default can be installed"
	exit 1
fi
echo "ok - version $default can be installed"

upgrades=0
for old in $(query "SELECT source FROM pg_extension_update_paths('relgraph')
	WHERE target = '$default' ORDER BY 1"); do
	[ -f "sql/install/relgraph--$old.sql" ] || continue
	upgrades=$((upgrades + 1))
	path=$(query "SELECT path FROM pg_extension_update_paths('relgraph')
		WHERE source = '$old' AND target = '$default'")
	if [ -z "$path" ]; then
		echo "not ok - there is a way from $old to $default"
		status=1
		continue
	fi

	steps=()
	for step in ${path//--/ }; do
		[ "$step" = "$old" ] || steps+=("ALTER EXTENSION relgraph UPDATE TO '$step'")
	done
	if fresh_database relgraph_upgraded "CREATE EXTENSION relgraph VERSION '$old'" "${steps[@]}" &&
		members relgraph_upgraded >"$output/upgraded" &&
		diff -U 0 "$output/fresh" "$output/upgraded"; then
		echo "ok - $path equals $default"
	else
		echo "not ok - $path equals $default"
		status=1
	fi
done
[ $upgrades -gt 0 ] || echo "skip - there is no earlier version to upgrade"
exit $status
