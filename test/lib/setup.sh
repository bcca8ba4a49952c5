# setup.sh
#	  Finds, and where it is missing installs, what relgraph is built and
#	  tested with.  Sourced by the scripts that `make` runs.
#
# find_postgres sets PG_CONFIG, PG_MAJOR and PG_BINDIR.  A PG_CONFIG in the
# environment is an order; without one, the first complete PostgreSQL found is
# used: program, headers and PGXS.  (libpq-dev alone has a pg_config, too.)

OLDEST_MAJOR=15
APT_UPDATED=

# The outer make's flags are not meant for the makes these scripts run.
unset MAKEFLAGS MFLAGS MAKELEVEL

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "This needs root, and there is no sudo: $*"
	fi
}

apt_update()
{
	[ -z "$APT_UPDATED" ] || return 0
	APT_UPDATED=yes
	as_root apt-get -qq update
}

# Is there such a package to install?
apt_knows()
{
	apt-cache show "$1" >/dev/null 2>&1
}

apt_install()
{
	local messages tried

	command -v apt-get >/dev/null || return
	say "Installing: $*"
	for tried in once again; do
		messages=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
			--no-install-recommends -o DPkg::Lock::Timeout=300 \
			-o Dpkg::Use-Pty=0 install "$@" 2>&1 </dev/null) && return 0
		[ "$tried" = again ] || apt_update || break
	done
	printf '%s\n' "$messages" | tail -n 20 >&2
	return 1
}

# need_command COMMAND PACKAGE...
need_command()
{
	command -v "$1" >/dev/null || apt_install "${@:2}" ||
		die "Cannot go on without the command $1."
}

# major_of PG_CONFIG
major_of()
{
	"$1" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/'
}

# is_complete PG_CONFIG: can an extension be built and tested with it?
is_complete()
{
	[ "$(major_of "$1")" -ge $OLDEST_MAJOR ] 2>/dev/null &&
		[ -f "$("$1" --pgxs)" ] &&
		[ -f "$("$1" --includedir-server)/postgres.h" ] &&
		[ -x "$("$1" --bindir)/initdb" ] &&
		[ -x "$("$1" --bindir)/postgres" ]
}

# Print the first complete pg_config: the one on the PATH, then newest first.
complete_pg_config()
{
	local candidate

	for candidate in "$(command -v pg_config)" \
		$(printf '%s\n' /usr/lib/postgresql/*/bin/pg_config | sort -rV); do
		if is_complete "$candidate"; then
			printf '%s\n' "$candidate"
			return 0
		fi
	done
	return 1
}

# Print the major version to install: of a server that is there already and
# lacks only its headers, else the oldest supported that can be had.
major_to_install()
{
	local major

	for major in $(printf '%s\n' /usr/lib/postgresql/*/bin/postgres |
		sed -n 's|^/usr/lib/postgresql/\([0-9]*\)/.*|\1|p') $(seq $OLDEST_MAJOR 40); do
		if [ "$major" -ge $OLDEST_MAJOR ] &&
			apt_knows "postgresql-server-dev-$major"; then
			printf '%s\n' "$major"
			return 0
		fi
	done
	return 1
}

# Install a server with its headers, but let the package create no cluster.
install_postgres()
{
	local major=$1 dropin=/etc/postgresql-common/createcluster.d/relgraph.conf
	local status=0

	as_root mkdir -p "${dropin%/*}"
	echo 'create_main_cluster = false' | as_root tee "$dropin" >/dev/null
	apt_install "postgresql-$major" "postgresql-server-dev-$major" || status=1
	as_root rm -f "$dropin"
	return $status
}

find_postgres()
{
	local major ordered=${PG_CONFIG:-}

	if [ -n "$ordered" ]; then
		PG_CONFIG=$(command -v "$ordered") || die "There is no $ordered."
		major=$(major_of "$PG_CONFIG")
	else
		PG_CONFIG=$(complete_pg_config)
	fi

	if ! is_complete "$PG_CONFIG"; then
		command -v apt-get >/dev/null || die \
			"PostgreSQL $OLDEST_MAJOR or later is needed, with its server headers:" \
			"install them and name their pg_config: make ... PG_CONFIG=/path/to/pg_config"
		[ -n "$ordered" ] || major=$(major_to_install) ||
			{ apt_update && major=$(major_to_install); } ||
			die "apt knows no postgresql-server-dev package."
		install_postgres "$major" || exit 1
		[ -n "$ordered" ] || PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
		is_complete "$PG_CONFIG" || die \
			"$PG_CONFIG leads to no PostgreSQL $OLDEST_MAJOR or later with server headers."
	fi

	need_command make make
	need_command gcc gcc libc6-dev
	PG_MAJOR=$(major_of "$PG_CONFIG")
	PG_BINDIR=$("$PG_CONFIG" --bindir)
	PATH=$PG_BINDIR:$PATH
	export PG_CONFIG PG_MAJOR PG_BINDIR PATH
}

# Is pgTAP there for the server found, or can it be had?
find_pgtap()
{
	local package=postgresql-$PG_MAJOR-pgtap

	[ ! -f "$("$PG_CONFIG" --sharedir)/extension/pgtap.control" ] || return 0
	apt_knows "$package" || { apt_update && apt_knows "$package"; } || return
	apt_install "$package"
}
