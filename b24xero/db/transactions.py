"""How SQLite is made to behave: write-ahead log, patience, and the write lock taken before reading."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import Connection, Engine, event

from b24xero.extensions import db


def prepare_sqlite(engine: Engine) -> None:
    """A transaction that reads first and writes later fails at once when another wrote between, whatever the patience;
    so whoever may write begins with the lock. Pages that only read (GET) never wait for it.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "busy_timeout=15000", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if _only_reads() else "BEGIN IMMEDIATE")


def _only_reads() -> bool:
    return has_request_context() and request.method in ("GET", "HEAD") and not g.get("writes", False)


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """A short transaction of its own that writes, also within a GET; committed at its end, rolled back on an error.

    No vendor is called inside: on SQLite it holds the one write lock there is.
    """
    db.session.commit()
    with _meaning_to_write():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


@contextlib.contextmanager
def beside() -> Iterator[Connection]:
    """A short transaction that writes on a connection of its own, so that nothing of the session's goes into it. The
    session's transaction ends before, since two would wait for each other on SQLite."""
    db.session.commit()
    with _meaning_to_write(), db.engine.begin() as connection:
        yield connection


@contextlib.contextmanager
def _meaning_to_write() -> Iterator[None]:
    if not has_request_context():
        yield
        return
    before = g.get("writes", False)
    g.writes = True
    try:
        yield
    finally:
        g.writes = before
