"""What runs cost, counted: vendor calls are a budget (design: frugal), and time is the person's."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from b24xero import worker
from b24xero.db.models import InvoiceLink, Organisation, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import batch, bulk_preview
from tests.conftest import ROWS, Vendors
from tests.people import Person
from tests.pull.test_job import link_all, update_from_xero

pytestmark = pytest.mark.slow


def test_ten_thousand_linked_invoices_without_news_cost_one_call(ready: Person, vendors: Vendors, app: Flask) -> None:
    ready.press(vendors.new_invoice())
    update_from_xero(app)
    with app.app_context(), writing():
        organisation = db.session.scalars(select(Organisation)).one()
        db.session.execute(
            insert(InvoiceLink),
            [
                {
                    "organisation_id": organisation.id, "bitrix24_id": 10_000 + n, "xero_id": f"x-{n}",
                    "xero_status": "AUTHORISED", "told": "awaiting", "state": "done", "written_at": utc_now(),
                    "line_ids": {}, "problems": [],
                }
                for n in range(10_000)
            ],
        )  # fmt: skip
    vendors.forget_requests()
    assert update_from_xero(app).state == "finished"
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Invoices"]
    assert vendors.calls("bitrix24") == []


def test_five_hundred_changed_invoices_cost_two_and_fourteen_calls(ready: Person, vendors: Vendors, app: Flask) -> None:
    ids = link_all(ready, vendors, app, count=499)
    with app.app_context(), writing():
        db.session.scalars(select(Organisation)).one().swept_at = utc_now()
    vendors.forget_requests()
    assert update_from_xero(app).counts == {"moved": 500}
    assert len(ids) == 500
    assert len(vendors.calls("xero")) <= 2
    assert len(vendors.calls("bitrix24")) <= 14


def test_a_thousand_new_invoices_stay_within_the_vendors_limits_and_ninety_seconds(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    """200 new contacts among 1,500, with the vendors' limits on."""
    for n in range(1350):
        vendors.control("xero/contacts/add", set={"Name": f"Nord Works {n}", "EmailAddress": f"ap{n}@nord.example"})
    companies = [
        vendors.control("bitrix24/company", title=f"Acme {n}", email=f"ap{n}@acme.example")["item"]["id"]
        for n in range(200)
    ]
    ids = [vendors.new_invoice(companyId=companies[n % 200], rows=ROWS[:1]) for n in range(1000)]
    vendors.control("bitrix24/settings", limits=True)
    vendors.control("xero/limits", enforced=True)
    vendors.forget_requests()
    began = time.process_time()
    with app.app_context():
        run = batch.ask(db.session.scalars(select(User)).one(), ids)
        worker.take(run.id)
        run = db.session.get_one(SyncRun, run.id, populate_existing=True)
        assert (run.state, run.counts) == ("finished", {"created": 1000})
    assert time.process_time() - began < 90
    assert len(vendors.calls("xero")) <= 32
    assert len(vendors.calls("bitrix24")) <= 30
    assert {seen["status"] for seen in vendors.control("requests")} == {200}


@contextlib.contextmanager
def committed() -> Iterator[list[str]]:
    """One entry for each transaction that ended well on the database while it was open."""
    ended: list[str] = []

    def note(_connection: object) -> None:
        ended.append("commit")

    event.listen(db.engine, "commit", note)
    try:
        yield ended
    finally:
        event.remove(db.engine, "commit", note)


@pytest.mark.parametrize("sees_addresses", [True, False])
def test_a_hundred_invoices_are_written_in_few_transactions(
    ready: Person, vendors: Vendors, app: Flask, sees_addresses: bool
) -> None:
    """For a hundred customers that Xero does not know: nothing is written to the database invoice by invoice."""
    vendors.control("bitrix24/user", id=1, may_read_leads=sees_addresses)
    companies = [
        vendors.control("bitrix24/company", title=f"Acme {n}", email=f"ap{n}@acme.example")["item"]["id"]
        for n in range(100)
    ]
    ids = [vendors.new_invoice(companyId=company, rows=ROWS[:1]) for company in companies]
    with app.app_context():
        run = batch.ask(db.session.scalars(select(User)).one(), ids)
        with committed() as first:
            worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).counts == {"created": 100}
        for invoice_id in ids[:60]:
            vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
        run = batch.ask(db.session.scalars(select(User)).one(), ids)
        with committed() as second:
            worker.take(run.id)
        run = db.session.get_one(SyncRun, run.id, populate_existing=True)
        assert run.counts == {"updated": 60, "unchanged": 40}
    assert len(first) <= 60
    assert len(second) <= 60


def test_the_summary_of_a_hundred_asks_the_database_as_often_as_that_of_one(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ids = [vendors.new_invoice(rows=ROWS[:1]) for _ in range(100)]
    for invoice_id in ids[:2]:
        ready.press(invoice_id)

    def asked(wanted: list[int]) -> int:
        statements: list[object] = []

        def note(*told: object) -> None:
            statements.append(told[2])

        with app.app_context():
            user = db.session.scalars(select(User)).one()
            event.listen(db.engine, "before_cursor_execute", note)
            bulk_preview.outlook(user, wanted)
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    asked(ids)  # what is read once and kept
    assert asked(ids) - asked(ids[:1]) <= 9  # only the calls of Bitrix24 are more, and what it said is kept for the run
