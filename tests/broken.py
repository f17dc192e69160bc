"""What breaks in the middle: the database that fails after a vendor has answered, a row that trips the program up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from b24xero.extensions import db
from tests.conftest import Vendors


@contextlib.contextmanager
def tripping(model: type[Any], on: str, over: Callable[[Any], bool]) -> Iterator[None]:
    """A row that no code of ours foresaw: to write it raises a KeyError. ``on``: "before_insert", "before_update"."""

    def trip(_mapper: Any, _connection: Any, row: Any) -> None:
        if over(row):
            raise KeyError("a field that nobody foresaw")

    def trip_one_of_many(_connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> None:
        if getattr(statement, "is_insert", False) and statement.table.name == model.__tablename__:
            for row in many or [one]:
                trip(None, None, SimpleNamespace(**row))

    where, what = (Engine, "before_execute") if on == "before_insert" else (model, on)
    listener = trip_one_of_many if on == "before_insert" else trip
    event.listen(where, what, listener)
    try:
        yield
    finally:
        event.remove(where, what, listener)


@contextlib.contextmanager
def database_failing(app: Flask, vendors: Vendors, after: str, times: int = 1_000_000) -> Iterator[None]:
    """Once a vendor has been asked this ("PUT /api.xro/2.0/Invoices"), the disk fails so many times."""
    with app.app_context():
        engine = db.engine
    left = [times]
    vendor = "xero" if "/api.xro/" in after else "bitrix24"

    def fail(*_: Any) -> None:
        if left[0] and any(after in call for call in vendors.calls(vendor)):
            left[0] -= 1
            raise OperationalError("UPDATE", {}, Exception("disk I/O error"))

    vendors.forget_requests()
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert left[0] < times, "the database never failed"


@contextlib.contextmanager
def connections_cut(app: Flask, vendors: Vendors, after: str) -> Iterator[list[int]]:
    """Once a vendor has been asked this, PostgreSQL ends every connection to the database, once. Yields how many."""
    with app.app_context():
        engine = db.engine
    other = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    vendor = "xero" if "/api.xro/" in after else "bitrix24"
    ended: list[int] = []
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'here' AND pid != pg_backend_pid()"

    def end(*_: Any) -> None:
        if not ended and any(after in call for call in vendors.calls(vendor)):
            with other.connect() as connection:
                ended.extend(connection.scalars(text(cut)).all())

    vendors.forget_requests()
    event.listen(engine, "before_cursor_execute", end)
    try:
        yield ended
    finally:
        event.remove(engine, "before_cursor_execute", end)
        other.dispose()
    assert ended, "nothing was ended"
