"""What the comparison suites share: databases of their own, psql, TAP-like lines.

Every suite runs with PGHOST, PGPORT, PGUSER (a superuser), PG_BINDIR and
SHARED_DIR set.  Only the standard library and PostgreSQL's own programs are
needed.
"""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import threading

LIB = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("SHARED_DIR") or "/nonexistent")
MAX_DETAILS = 20

_env = dict(os.environ, PGCLIENTENCODING="UTF8", PGTZ="UTC")
_env["PGOPTIONS"] = " ".join(
    filter(None, [os.environ.get("PGOPTIONS"), "-c client_min_messages=warning"]))


class SqlError(Exception):
    """psql, pg_dump or pg_restore failed; the text says how."""


def program(name):
    """Return the path of one of PostgreSQL's programs."""
    bindir = os.environ.get("PG_BINDIR")
    return os.path.join(bindir, name) if bindir else name


def run(arguments, text=None):
    """Run a program of PostgreSQL's; return its output or raise SqlError."""
    done = subprocess.run(
        [program(arguments[0])] + [str(a) for a in arguments[1:]],
        input=None if text is None else text.encode(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_env)
    if done.returncode != 0:
        raise SqlError(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode()


def psql(database, script):
    """Run a script, stopping at its first error; return what it printed."""
    return run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-F", "\t",
                "-d", database, "-f", "-"], script)


def rows(database, query):
    """Return the lines a query prints."""
    return psql(database, query).splitlines()


@contextlib.contextmanager
def database(name):
    """A new, empty database that is gone afterwards."""
    name = "relgraph_" + name
    drop = 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % name
    psql("postgres", drop)
    psql("postgres", 'CREATE DATABASE "%s" TEMPLATE template0' % name)
    try:
        yield name
    finally:
        psql("postgres", drop)


def read_dump(path):
    """Return a plain dump without psql commands older psqls do not know."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"(?m)^\\(un)?restrict .*$", "", text)


def missing_extensions(dump):
    """Return the extensions a dump needs and the server does not offer."""
    needed = set(re.findall(
        r'(?mi)^CREATE EXTENSION (?:IF NOT EXISTS )?"?([\w-]+)"?', dump))
    offered = rows("postgres", "SELECT name FROM pg_available_extensions")
    return sorted(needed - set(offered))


def schema_names():
    """Return the names of the recorded schemas, the largest first."""
    files = [p for p in (SHARED / "schemas").glob("*.sql")
             if (SHARED / "schemas" / "truth" / (p.stem + ".tsv")).exists()]
    return [p.stem for p in
            sorted(files, key=lambda p: (-p.stat().st_size, p.stem))]


def copy_lines(table, lines):
    """Return a COPY of whole lines into a table of one text column."""
    escape = str.maketrans({"\\": "\\\\", "\t": "\\t"})
    return "COPY %s FROM stdin;\n%s\\.\n" % (
        table, "".join(line.translate(escape) + "\n" for line in lines))


def run_checks(database, path, variables=(), inserts=()):
    """Run a file of checks; return a list of (name, details), details empty if good.

    The part before the first "-- check: NAME" line prepares; each check after
    it is one query that returns a text per violation.  An error makes the
    check it happens in, and all after it, bad.
    """
    parts = re.split(r"(?m)^-- check: (.*)$", path.read_text(encoding="utf-8"))
    names, queries = parts[1::2], parts[2::2]
    script = ["\\set %s '%s'\n" % v for v in variables] + list(inserts)
    script.append(parts[0])
    for name, query in zip(names, queries):
        script.append("\\echo @begin %s\n%s\n\\echo @end\n" % (name, query))
    done = subprocess.run(
        [program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-F", "\t",
         "-d", database, "-f", "-"],
        input="".join(script).encode(), env=_env,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    found = dict(re.findall(r"(?ms)^@begin ([^\n]*)\n(.*?)^@end$",
                            done.stdout.decode()))
    failure = done.stderr.decode(errors="replace").splitlines()
    results = []
    for name in names:
        if name in found:
            results.append((name, found[name].splitlines()))
        else:
            results.append((name, failure or ["not run"]))
            failure = ["not run, for the error above"]
    return results


class Suite:
    """Prints one line per check and remembers whether any was bad."""

    def __init__(self, needs=None):
        """Leave with a skip line unless SHARED_DIR has the folder needed."""
        self.failed = False
        self.lock = threading.Lock()
        if needs and not (SHARED / needs).is_dir():
            print("skip - no %s folder to compare with" % needs)
            sys.exit(0)

    def report(self, name, details=()):
        """Print a check's line; details are the reasons why it is bad."""
        details = [d for d in details if d]
        with self.lock:
            print("%s - %s" % ("not ok" if details else "ok", name))
            for line in details[:MAX_DETAILS]:
                print("# " + line)
            if len(details) > MAX_DETAILS:
                print("# ... and %d more" % (len(details) - MAX_DETAILS))
            sys.stdout.flush()
            self.failed = self.failed or bool(details)

    def skip(self, name, why):
        with self.lock:
            print("skip - %s: %s" % (name, why))

    @contextlib.contextmanager
    def guard(self, name):
        """Turn an error of a program into a bad check of this name."""
        try:
            yield
        except SqlError as error:
            self.report(name, str(error).splitlines() or ["failed silently"])

    def exit(self):
        sys.exit(1 if self.failed else 0)


def symmetric_difference(expected, got):
    """Return lines telling two multisets of lines apart, "-" missing, "+" extra."""
    expected, got = sorted(expected), sorted(got)
    result, i, j = [], 0, 0
    while i < len(expected) or j < len(got):
        if j == len(got) or (i < len(expected) and expected[i] < got[j]):
            result.append("- " + expected[i])
            i += 1
        elif i == len(expected) or got[j] < expected[i]:
            result.append("+ " + got[j])
            j += 1
        else:
            i, j = i + 1, j + 1
    return result
