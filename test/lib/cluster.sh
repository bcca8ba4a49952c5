# cluster.sh
#	  A private server in a temporary folder, gone when the script ends.
#	  Sourced after setup.sh, which must have found PostgreSQL.
#
# The server listens on a socket in that folder only, so it meets no other
# cluster, and only this user (and root) can reach it.  It finds the extension
# in a staging folder, so that what is tested is what this tree has built and
# the system keeps what it has; a server that knows no such setting gets the
# extension installed.

# Sets WORK_DIR, AS_SERVER (the words that run a command as the server's user,
# which is not root) and the variables libpq reads.
start_cluster()
{
	local variable server_user=

	# A person's own connection settings are not for this server.
	for variable in $(compgen -e PG); do
		case $variable in
			PG_*) ;;
			*) unset "$variable" ;;
		esac
	done

	WORK_DIR=$(mktemp -d /tmp/relgraph.XXXXXX) || exit 1
	trap stop_cluster EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM

	AS_SERVER=
	if [ "$(id -u)" -eq 0 ]; then
		server_user=$(id -un postgres 2>/dev/null || echo nobody)
		AS_SERVER="runuser -u $server_user --"
		chown "$server_user" "$WORK_DIR"
	fi

	stage_extension
	(
		cd "$WORK_DIR" || exit 1
		$AS_SERVER mkdir socket tmp
		$AS_SERVER "$PG_BINDIR/initdb" -D data -U postgres -A trust -N \
			--no-locale -E UTF8 &&
			server_settings | $AS_SERVER tee -a data/postgresql.conf &&
			$AS_SERVER "$PG_BINDIR/pg_ctl" -D data -l server.log -w start
	) >"$WORK_DIR/start.log" 2>&1 || {
		tail -n 20 "$WORK_DIR/start.log" "$WORK_DIR/server.log"
		die "The private server did not start."
	} >&2

	export AS_SERVER PGHOST=$WORK_DIR/socket PGPORT=5432 PGUSER=postgres
	export PGDATABASE=postgres
}

stop_cluster()
{
	trap '' HUP INT TERM
	[ ! -f "$WORK_DIR/data/postmaster.pid" ] || (
		cd "$WORK_DIR" &&
			$AS_SERVER "$PG_BINDIR/pg_ctl" -D data -m immediate -w stop
	) >/dev/null 2>&1
	rm -rf "$WORK_DIR"
}

# build [DIRECTORY]: build; given one, install below it.  Quiet but for warnings.
build()
{
	local messages

	messages=$(make -s -j"$(nproc)" -C "$REPO" PG_CONFIG="$PG_CONFIG" \
		${1:+install DESTDIR="$1"} 2>&1) || die "$messages" "The extension does not build."
	[ -z "$messages" ] || say "$messages"
}

# Install into the system, with what rights that takes.
install_extension()
{
	build
	if [ -w "$("$PG_CONFIG" --pkglibdir)" ]; then
		make -s -C "$REPO" PG_CONFIG="$PG_CONFIG" install >&2
	else
		as_root make -s -C "$REPO" PG_CONFIG="$PG_CONFIG" install >&2
	fi
}

# Put the extension where the private server will find it, and write the
# settings that say so to extension.conf.
stage_extension()
{
	local stage=$WORK_DIR/stage settings

	settings=$("$PG_BINDIR/postgres" --describe-config | cut -f 1)
	{
		if grep -qx extension_control_path <<<"$settings"; then
			echo "extension_control_path = '$stage$("$PG_CONFIG" --sharedir):\$system'"
		elif grep -qx extension_destdir <<<"$settings"; then
			echo "extension_destdir = '$stage'"
		fi
	} >"$WORK_DIR/extension.conf"

	if [ -s "$WORK_DIR/extension.conf" ]; then
		build "$stage"
		chmod -R a+rX "$stage"
		echo "dynamic_library_path = '$stage$("$PG_CONFIG" --pkglibdir):\$libdir'" \
			>>"$WORK_DIR/extension.conf"
	else
		install_extension
	fi
}

server_settings()
{
	cat <<END
listen_addresses = ''
unix_socket_directories = '$WORK_DIR/socket'
port = 5432
fsync = off
synchronous_commit = off
full_page_writes = off
max_locks_per_transaction = 256
END
	cat "$WORK_DIR/extension.conf"
}
