"""A small installation with something in every table, most of it made by pressing: what the dump of a release holds."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from b24xero import backups, create_app, worker
from b24xero.db.models import (
    AutomaticSync,
    CallCount,
    CheckResult,
    FoundInvoice,
    HourCount,
    KeptReading,
    Organisation,
    PaidDelay,
    ProductDraft,
    ServiceLogin,
    SetAside,
    SetUpDraft,
    SyncEntry,
    SyncRun,
    User,
    utc_now,
)
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.pull import job as pull
from b24xero.push import batch
from b24xero.ratelimit.budget import Rules, Said
from b24xero.ratelimit.shared_pace import SharedPace
from b24xero.reconciliation import job as month_end
from b24xero.runs import workers
from b24xero.simulator import http, world
from tests.catalogue import add
from tests.conftest import APP_URL, KEYS, ROWS, Vendors
from tests.people import Person

# The same each time, since hashes of what was written have the address in them.
PORT = 18471


@contextmanager
def installation(database_url: str, folder: Path) -> Iterator[tuple[Flask, Vendors]]:
    """The app on an empty database, which it migrates, and both vendors."""
    built = world.build(APP_URL, limits=False)
    with http.serving(built.server, port=PORT) as base:
        environ = {
            **world.settings(base), **KEYS, "DATABASE_URL": database_url, "PUBLIC_URL": APP_URL, "BITRIX24_RATE": "0",
            "XERO_RATE": "0",
        }  # fmt: skip
        app = create_app(environ, folder)
        with app.app_context():
            upgrade()
        try:
            yield app, Vendors(base, built)
        finally:
            app.extensions["b24xero.queue"].storage.close()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def fill(app: Flask, vendors: Vendors, folder: Path) -> None:
    """Presses, runs, a refusal, a payment, a product, a sheet, a run that waits; then what no press leaves alone."""
    numbers = random.Random(1)
    uuid.uuid4 = lambda: uuid.UUID(int=numbers.getrandbits(128), version=4)  # type: ignore[assignment]  # one process
    mere = Person(app, "Mere Tautahi").sign_in().connect().save_set_up(**{"status:paid": "DT31_7:P"})
    Person(app, "Tom Hallam").sign_in()
    acme = vendors.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"]
    paid, other, odd, waiting = (
        vendors.new_invoice(companyId=acme, rows=rows) for rows in (ROWS, ROWS, [{**ROWS[0], "taxRate": 12.5}], ROWS)
    )
    assert mere.press(paid).status_code == 200
    vendors.control("xero/pay", invoice=vendors.control("xero/invoices")[-1]["InvoiceID"])
    assert add(mere).status_code == 303
    with app.app_context():
        user = db.session.scalars(sa.select(User).order_by(User.id)).first()
        assert user
        _carried_on(app, [batch.ask(user, [other, odd]), pull.ask(user)])
        _carried_on(app, [month_end.ask(user, date(2026, 1, 1), date(2026, 12, 31))])
        batch.ask(user, [waiting])
        _what_no_press_leaves(user, odd)
    backups_of(app, folder)


def _carried_on(app: Flask, runs: Sequence[SyncRun]) -> None:
    for run in runs:
        worker.take(run.id)
        db.session.refresh(run)
        assert run.state == "finished", (run.kind, run.state, run.problems)


def _what_no_press_leaves(user: User, odd: int) -> None:
    """Rows that come of logins that end, of workers and of checks, whose words are of this machine."""
    organisation = db.session.scalars(sa.select(Organisation)).one()
    pace = SharedPace(f"xero {organisation.id}", Rules(60, 60, days=(1000,)), run=False)
    pace.end(pace.begin(1.0), Said(day_left=990))
    workers.beat("machine.example:1", utc_now())
    with writing():
        db.session.execute(sa.update(SyncEntry).values(milliseconds=100))
        for timed in (CallCount, PaidDelay):  # as many as were written down by now, and how long they took
            db.session.execute(sa.delete(timed))
        db.session.add_all(
            [
                ProductDraft(user_id=user.id, values={"name": "Floating shelf, oak"}),
                AutomaticSync(organisation_id=organisation.id, moves_stages=True, sent_stages=["DT31_7:S"]),
                PaidDelay(up_to=60, invoices=2, seconds=80),
                HourCount(
                    organisation_id=organisation.id, hour=utc_now().replace(minute=0, second=0, microsecond=0),
                    name="calls xero", count=7,
                ),
                ServiceLogin(
                    organisation_id=organisation.id, user_id=user.id, access_token="a", refresh_token="b",
                    expires_at=utc_now(), given_at=utc_now(), renewed_at=utc_now(),
                ),
                CallCount(vendor="xero", method="get_invoices", outcome="answered", calls=3, milliseconds=120),
                KeptReading(user_id=user.id, read_at=utc_now(), content=b"{}"),
                SetUpDraft(user_id=user.id, organisation_id=organisation.id, values={"account": "200"}),
                FoundInvoice(
                    organisation_id=organisation.id, user_id=user.id, bitrix24_id=7, number="INV-0007", state="review",
                    day=date(2026, 3, 4), total=Decimal("115.00"), xero_id="c3f2", problems=[],
                ),
                SetAside(
                    organisation_id=organisation.id, bitrix24_id=odd, user_id=user.id, reason="Billed by hand",
                    facts={"total": "230.00"},
                ),
                CheckResult(
                    name="disk", state="well", code="well", values={"free": "10 GB"}, looked_at=utc_now(),
                    since=utc_now(),
                ),
            ]
        )  # fmt: skip


def backups_of(app: Flask, folder: Path) -> None:
    with app.app_context():
        backups.make(folder / "copy.zip", utc_now())
        with writing():
            db.session.execute(sa.text("UPDATE backup SET size = 100000"))
