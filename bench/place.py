"""Where a bench takes place: the simulated vendors, the app on a fresh database, its people."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from b24xero import create_app
from b24xero.bitrix24.invoice_pages import InvoicePages
from b24xero.db.models import SyncEntry, SyncRun, WorkerProcess
from b24xero.extensions import db
from b24xero.simulator import http, world
from b24xero.simulator.world import World
from tests.people import Person
from tests.pgtest import postgres

ROOT = Path(__file__).resolve().parent.parent
APP_URL = "http://localhost"
KEYS = {
    "SECRET_KEY": "a secret of the bench is long enough",
    "TOKEN_KEYS": "Zm9yIHRlc3RzIG9ubHksIHRoaXJ0eS10d28gYnl0ZXM=",
}
DATABASES = ("sqlite", "postgresql")

# The people of the simulated portal who may push, by their ids there.
PEOPLE = {1: "Mere Tautahi", 7: "Tom Hallam", 12: "Anahera Pōtiki", 15: "Jack O'Brien"}


@dataclass
class Place:
    """``environ`` starts more processes of the same app; ``folder`` keeps their logs. ``old``: the portal has old
    invoices alone."""

    app: Flask
    world: World
    environ: dict[str, str]
    folder: Path
    old: bool = False

    def control(self, name: str, /, **values: Any) -> Any:
        """Act in the simulated world; the names are those below ``/_control/``."""
        with self.world.server.lock:
            return self.world.server.controls[name](values)

    def key_at(self, address: str) -> int:
        """The invoice to which an address leads, 0 for none."""
        return InvoicePages(self.environ["BITRIX24_PORTAL_URL"]).key_at(address)

    def invoice(self, key: int) -> dict[str, Any]:
        """As it stands in Bitrix24, in its own spelling."""
        if key < 0:
            return dict(self.control("bitrix24/old-invoice/state", id=-key))
        return dict(self.control("bitrix24/state", id=key)["item"])

    def run(self, run_id: int) -> SyncRun:
        """A run as it stands now."""
        with self.app.app_context():
            return db.session.get_one(SyncRun, run_id, populate_existing=True)

    def works(self, pid: int) -> bool:
        """Whether a worker has given a sign of life."""
        with self.app.app_context():
            return any(name.split(":")[-2] == str(pid) for name in db.session.scalars(select(WorkerProcess.name)))

    def entries(self, kind: str, run_id: int = 0) -> Sequence[SyncEntry]:
        """What Activity tells of pushes or pulls, oldest first."""
        query = select(SyncEntry).where(SyncEntry.kind == kind).order_by(SyncEntry.id)
        with self.app.app_context():
            return db.session.scalars(query.where(SyncEntry.run_id == run_id) if run_id else query).all()


@contextlib.contextmanager
def place(
    database: str, folder: Path, invoices: str = "new", *, limits: bool = False, **settings: str
) -> Iterator[Place]:
    """A world of its own on SQLite or PostgreSQL; logs and SQLite's file are written to ``folder``. ``invoices``: which
    the portal has, "new" or "old"; ``limits``: whether the vendors count calls; ``settings``: more of them."""
    built = world.build(APP_URL, limits=limits, invoices=invoices)
    with _database(database, folder) as url, http.serving(built.server) as base:
        environ = {
            **world.settings(base), **KEYS, "DATABASE_URL": url, "PUBLIC_URL": APP_URL, "BITRIX24_RATE": "0",
            "XERO_RATE": "0", **settings,
        }  # fmt: skip
        app = create_app(environ, folder)
        with app.app_context():
            upgrade()
        app.extensions["b24xero.queue"].storage.initialize_schema()
        try:
            yield Place(app, built, {**os.environ, **environ}, folder, invoices == "old")
        finally:
            app.extensions["b24xero.queue"].storage.close()
            with app.app_context():
                db.engine.dispose()


@contextlib.contextmanager
def _database(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'app.db'}"
    else:
        with postgres() as url:
            yield url


def fresh_folder(database: str) -> Path:
    """Where logs stay until the next time."""
    folder = ROOT / "instance" / "bench" / database
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def admin(here: Place, **set_up: str) -> Person:
    """Mere, signed in to both, with the suggested set-up saved but for what is given."""
    return Person(here.app, PEOPLE[1]).sign_in().connect().save_set_up(**set_up)


def colleagues(here: Place) -> list[Person]:
    """The others, signed in to both."""
    return [Person(here.app, name).sign_in().connect() for number, name in PEOPLE.items() if number != 1]
