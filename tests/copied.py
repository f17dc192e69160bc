"""A person who has walked through both sign-ins, kept for a few seconds: the tests until then get copies.

Two thousand tests begin with the same person, and to walk takes longer than most of what they ask. A copy is both
vendors' worlds with the tokens that they gave out, the SQLite file and the browser's cookie. It is only put where
nothing has happened yet: neither at the vendors nor in the database.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from b24xero.extensions import db
from b24xero.simulator import http, seeded
from tests.people import COOKIE, Person

# No test looks at moments so closely that a sign-in so long ago is another to it.
KEPT_FOR = 15.0

_Key = tuple[object, ...]
_kept: dict[_Key, Kept] = {}


@dataclass(frozen=True)
class Kept:
    """All that a walk has left behind, and since when it is kept."""

    since: float
    vendors: bytes
    journal: tuple[http.Seen, ...]
    database: bytes
    cookie: str


def copied(who: Person, vendors: Any, asked: _Key, walk: Callable[[Person], Any]) -> Person:
    """``who`` after ``walk``: put where the last one led that was ``asked`` for the same, or walked now."""
    database = _file(who.app)
    if database is None or vendors.acted or vendors.server.journal or _written(database):
        vendors.fill()
        walk(who)
        return who
    portal = vendors.built.bitrix24.world
    key = (walk, portal.today(), repr(portal.settings), *asked)
    kept = _kept.get(key)
    if kept and time.monotonic() - kept.since < KEPT_FOR:
        _put(kept, who, vendors, database)
    else:
        vendors.fill()
        walk(who)
        if taken := _taken(who, vendors, database):
            _kept[key] = taken
    return who


def _file(app: Flask) -> Path | None:
    """None where the database is PostgreSQL."""
    address: str = app.config["SQLALCHEMY_DATABASE_URI"]
    return Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite") else None


def _written(database: Path) -> bool:
    """Whatever is written stands in SQLite's log first."""
    log = Path(f"{database}-wal")
    return log.exists() and log.stat().st_size > 0


def _taken(who: Person, vendors: Any, database: Path) -> Kept | None:
    """None where the app lives below a path: there the browser keeps the cookie elsewhere."""
    cookie = who.client.get_cookie(COOKIE)
    if cookie is None:
        return None
    worlds = seeded.written(vendors.bitrix24, vendors.xero, vendors.server.clock)
    return Kept(time.monotonic(), worlds, tuple(vendors.server.journal), _whole(database), cookie.value)


def _whole(database: Path) -> bytes:
    """The file with what still stands in its log."""
    copy = database.with_suffix(".copy")
    with closing(sqlite3.connect(database)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    data = copy.read_bytes()
    copy.unlink()
    return data


def _put(kept: Kept, who: Person, vendors: Any, database: Path) -> None:
    with who.app.app_context():
        db.session.remove()
        db.engine.dispose()
    for left in ("-wal", "-shm"):
        Path(f"{database}{left}").unlink(missing_ok=True)
    database.write_bytes(kept.database)
    seeded.live_on(vendors.built.bitrix24, vendors.built.xero, vendors.server.clock, kept.vendors)
    vendors.empty = False
    vendors.server.journal.extend(kept.journal)
    who.client.set_cookie(COOKIE, kept.cookie, httponly=True, samesite="Lax")
