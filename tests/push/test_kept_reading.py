"""From the summary of many to their run: what was read for the one is read again for the other where it changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from b24xero import kept_readings, maintenance, worker
from b24xero.db.models import KeptReading, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import batch, bulk_preview
from tests.conftest import ROWS, Vendors
from tests.people import Person

COUNT = 55


@pytest.fixture
def ids(ready: Person, vendors: Vendors, app: Flask) -> list[int]:
    """Looked at in a summary, some time after they were written."""
    acme = vendors.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"]
    found = [vendors.new_invoice(companyId=acme, rows=ROWS[:1]) for _ in range(COUNT)]
    vendors.control("clock", seconds=60)
    with app.app_context():
        bulk_preview.outlook(db.session.scalars(select(User)).one(), found)
    vendors.forget_requests()
    return found


def pushed(app: Flask, ids: list[int]) -> SyncRun:
    with app.app_context():
        run = batch.ask(db.session.scalars(select(User)).one(), ids)
        worker.take(run.id)
        return db.session.get_one(SyncRun, run.id, populate_existing=True)


def test_the_run_asks_only_whether_they_are_still_so_and_for_their_customers(
    vendors: Vendors, app: Flask, ids: list[int]
) -> None:
    assert pushed(app, ids).counts == {"created": COUNT}
    assert vendors.calls("bitrix24") == ["POST /rest/batch"] * 2
    assert "productrow" not in "".join(seen["body"] for seen in vendors.control("requests", vendor="bitrix24"))


def test_what_changed_meanwhile_is_written_as_it_is_now(vendors: Vendors, app: Flask, ids: list[int]) -> None:
    vendors.control("bitrix24/edit", id=ids[0], fields={"title": "Bathroom, ground floor"})
    vendors.control("bitrix24/rows", id=ids[1], rows=[{**ROWS[0], "productName": "Bath", "quantity": 1}])
    vendors.control("bitrix24/rows", id=ids[4], rows=[{**ROWS[0], "productName": "Basin"}])  # at the same total
    vendors.control("bitrix24/delete", id=ids[2])
    company = vendors.invoice(ids[3])["item"]["companyId"]
    vendors.control("bitrix24/edit", type=4, id=company, fields={"title": "Acme Baths"})
    run = pushed(app, ids)
    assert run.counts == {"created": COUNT - 1, "rejected": 1}
    said = {
        invoice["Url"].rstrip("/").rpartition("/")[2]: invoice
        for invoice in vendors.control("xero/invoices")
        if invoice.get("Url")
    }
    assert said[str(ids[0])]["LineItems"][0]["Description"] == ROWS[0]["productName"]
    assert "ground floor" in said[str(ids[0])]["Reference"]
    assert said[str(ids[1])]["LineItems"][0]["Description"] == "Bath"
    assert said[str(ids[4])]["LineItems"][0]["Description"] == "Basin"
    assert len(vendors.contacts_named("Acme Baths")) == 1
    assert len(vendors.contacts_named("Acme Plumbing")) == 0


def test_a_reading_that_is_too_old_is_not_used_and_is_thrown_away(vendors: Vendors, app: Flask, ids: list[int]) -> None:
    with app.app_context(), writing():
        db.session.execute(update(KeptReading).values(read_at=utc_now() - kept_readings.HOLDS - timedelta(seconds=1)))
    assert pushed(app, ids).counts == {"created": COUNT}
    assert len(vendors.calls("bitrix24")) == 3
    with app.app_context():
        maintenance.tidy()
        assert db.session.scalars(select(KeptReading)).all() == []


def test_it_is_of_use_to_nobody_else(vendors: Vendors, app: Flask, ids: list[int]) -> None:
    Person(app, "Tom Hallam").sign_in()
    with app.app_context():
        tom = db.session.scalars(select(User).where(User.bitrix24_id == 7)).one()
        assert kept_readings.of(tom.id, utc_now()).said == {}
