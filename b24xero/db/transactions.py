"""How SQLite is made to behave: write-ahead log, patience, and the write lock taken before reading."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import Connection, Engine, Select, event
from sqlalchemy.exc import PendingRollbackError, SQLAlchemyError

from b24xero.extensions import db

log = logging.getLogger(__name__)


def prepare_sqlite(engine: Engine) -> None:
    """A transaction that reads first and writes later fails at once when another wrote between, whatever the patience;
    so whoever may write begins with the lock. Pages that only read (GET), and a connection with the execution option
    ``only_reads``, never wait for it.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "busy_timeout=15000", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        only_reads = connection.get_execution_options().get("only_reads") or _only_reads()
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _only_reads() -> bool:
    if not has_request_context() or g.get("writes", False):
        return False
    return request.method in ("GET", "HEAD") or g.get("only_reads", False)


@contextlib.contextmanager
def only_reading() -> Iterator[None]:
    """Within a POST that mostly has nothing to write: a transaction that waits for no lock. ``writing`` may follow."""
    db.session.commit()
    g.only_reads = True
    try:
        yield
        db.session.rollback()
    finally:
        g.only_reads = False


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """A short transaction of its own that writes, also within a GET; committed at its end, rolled back on an error.

    No vendor is called inside: on SQLite it holds the one write lock there is.
    """
    end_reading()
    with _meaning_to_write():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def end_reading() -> None:
    """The transaction that is open, before another begins. One whose connection died has told whoever used it; what
    comes after it, giving a claim back for one, begins anew."""
    try:
        db.session.commit()
    except PendingRollbackError:
        db.session.rollback()


def let_go() -> None:
    """The session, and with it a transaction that was left open; one whose connection died cannot even be rolled back,
    and what was answered or done before is none the worse for it."""
    try:
        db.session.remove()
    except SQLAlchemyError:
        log.warning("a session was let go whose connection had died", exc_info=True)
        db.session.registry.clear()


@contextlib.contextmanager
def beside() -> Iterator[Connection]:
    """A short transaction that writes on a connection of its own, so that nothing of the session's goes into it. The
    session's transaction ends before, since two would wait for each other on SQLite."""
    end_reading()
    with _meaning_to_write(), db.engine.begin() as connection:
        yield connection


def read_beside(query: Select[*tuple[Any, ...]]) -> list[Any]:
    """Its rows, read on a connection of its own that waits for no lock, also within a POST."""
    end_reading()
    g.only_reads = True
    try:
        with db.engine.connect() as connection:
            return list(connection.execute(query))
    finally:
        g.only_reads = False


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
