"""A copy of the whole database in one file, made while everything runs, the same for both databases; and its way back.

A zip with one file of JSON lines a table, and what it is a copy of. Tokens are in it as they are stored: encrypted. The
keys are not, or the file alone would open everybody's sign-in.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, Text, bindparam, delete, func, insert, select, text, type_coerce

from b24xero import sessions
from b24xero.db import schema
from b24xero.db.models import Backup
from b24xero.db.transactions import writing
from b24xero.db.types import Moment, Money, Secret
from b24xero.extensions import db
from b24xero.runs import workers
from b24xero.version import version

FORMAT = 1
# What is true of this moment alone: whose calls are counted, who lives, what was looked at, what a run begins with.
LEFT_OUT = ("call_budget", "worker_process", "check_result", "call_count", "kept_reading")
_AT_ONCE = 500


class NotRestored(Exception):
    """With the sentence that says why; nothing was changed."""


def make(path: Path, now: datetime) -> int:
    """Write the copy to ``path``, readable by its owner alone; how many rows there are in it.

    Raises:
        FileExistsError: something is there. OSError: it cannot be written.
    """
    if path.exists():
        raise FileExistsError(str(path))
    descriptor, draft = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}-")
    os.close(descriptor)
    try:
        rows = _write(Path(draft), now)
        os.link(draft, path)  # whole or not at all, and never over another one
    finally:
        os.unlink(draft)
    with writing():
        db.session.add(Backup(made_at=now, size=path.stat().st_size))
    return rows


def _write(draft: Path, now: datetime) -> int:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as file, _of_one_moment() as connection:
        for table in _tables():
            with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as lines:
                counts[table.name] = 0
                for row in connection.execution_options(yield_per=_AT_ONCE).execute(select(*_raw(table))):
                    lines.write(json.dumps([_plain(value) for value in row]).encode() + b"\n")
                    counts[table.name] += 1
        columns = {table.name: [column.name for column in table.columns] for table in _tables()}
        about = {
            "format": FORMAT, "version": version(), "revision": schema.newest(), "made_at": now.isoformat(),
            "columns": columns, "rows": counts,
        }  # fmt: skip
        file.writestr("about.json", json.dumps(about, indent=2))
    return sum(counts.values())


@contextlib.contextmanager
def _of_one_moment() -> Iterator[Connection]:
    """All tables as they are at once, whoever writes meanwhile; nobody waits for it."""
    db.session.commit()
    of_one_moment = {"isolation_level": "REPEATABLE READ"} if db.engine.name == "postgresql" else {"only_reads": True}
    with db.engine.connect().execution_options(**of_one_moment) as connection:
        yield connection


def _tables() -> list[Table]:
    return [table for table in db.metadata.sorted_tables if table.name not in LEFT_OUT]


def _raw(table: Table) -> list[Any]:
    """Its columns; secrets as they are stored."""
    return [type_coerce(one, Text).label(one.name) if isinstance(one.type, Secret) else one for one in table.columns]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


# -- back -------------------------------------------------------------------------------------------------------------


def restore(path: Path, now: datetime, *, replace: bool = False) -> dict[str, Any]:
    """Put the copy in place of what the database holds, in one transaction; what the copy says of itself.

    Everybody's session ends: one that was ended since the copy was made must not live again. What was written in Xero
    since then is found there at the next press.

    Raises:
        NotRestored
    """
    if workers.alive(now):
        raise NotRestored("A worker is running: stop web and worker first.")
    try:
        with zipfile.ZipFile(path) as file:
            about: dict[str, Any] = json.loads(file.read("about.json"))
            _look_whether_it_fits(about, replace=replace)
            with writing():
                connection = db.session.connection()
                for table in reversed(_tables()):
                    connection.execute(delete(table))
                for table in _tables():
                    _fill(connection, table, about["columns"][table.name], file)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise NotRestored(f"{path} is no back-up that this version can read ({type(error).__name__}).") from error
    sessions.end_everybodys(now, "restored")
    return about


def _look_whether_it_fits(about: dict[str, Any], *, replace: bool) -> None:
    if schema.standing() != "current":
        raise NotRestored("The database is not ready: run flask --app wsgi db upgrade first.")
    if about["format"] != FORMAT or about["revision"] != schema.newest():
        raise NotRestored(
            f"The back-up was made by version {about['version']} (tables {about['revision']}), and this is "
            f"{version()} (tables {schema.newest()}): restore it with that version, then upgrade."
        )
    held = sum(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in _tables())
    if held and not replace:
        raise NotRestored(f"The database holds {held} rows: with --replace they are thrown away.")


def _fill(connection: Connection, table: Table, names: list[str], file: zipfile.ZipFile) -> None:
    columns = [table.columns[name] for name in names]
    values = {column.name: _bound(column) for column in columns}
    rows: list[dict[str, Any]] = []
    with file.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            rows.append({c.name: _typed(c, value) for c, value in zip(columns, json.loads(line), strict=True)})
            if len(rows) == _AT_ONCE:
                connection.execute(insert(table).values(values), rows)
                rows = []
    if rows:
        connection.execute(insert(table).values(values), rows)
    _count_on(connection, table)


def _bound(column: Column[Any]) -> Any:
    """A secret goes back as it was stored, not encrypted once more."""
    return bindparam(column.name, type_=Text() if isinstance(column.type, Secret) else column.type)


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Money):
        return Decimal(value)
    return date.fromisoformat(value) if column.type.python_type is date else value


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL's counters stay where they were when ids are given."""
    key = table.primary_key.columns.values()[0]
    if connection.dialect.name != "postgresql" or key.type.python_type is not int or key.foreign_keys:
        return
    largest = connection.scalar(select(func.max(key)))
    if largest:
        counter = text("SELECT setval(pg_get_serial_sequence(:named, :key), :largest)")
        connection.execute(counter, {"named": f'"{table.name}"', "key": key.name, "largest": largest})
