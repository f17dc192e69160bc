"""A database or a disk that fails after a vendor has written: the page tells what is true, and nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import Intent, Organisation, SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.pull import job
from b24xero.writes import invoice_links
from tests.broken import database_failing, tripping
from tests.catalogue import SHELF, filled, finish, in_bitrix24, in_xero, links, make
from tests.conftest import ROWS, Vendors, on_both
from tests.people import HTMX, Person, text

BAG_SHELF = 1213  # its code is HH-107, and Xero has no item for it


def of(vendors: Vendors, invoice_id: int) -> list[dict[str, Any]]:
    end = f"/details/{invoice_id}/"
    return vendors.with_address(end)


def new(person: Person, vendors: Vendors) -> int:
    return vendors.new_invoice()


def changed(person: Person, vendors: Vendors) -> int:
    """One that stands in Xero, and has another quantity in Bitrix24 since."""
    invoice_id = vendors.new_invoice()
    assert person.press(invoice_id).status_code == 200
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])
    return invoice_id


WRITES = pytest.mark.parametrize(
    ("begun", "call"),
    [(new, "PUT /api.xro/2.0/Contacts"), (new, "PUT /api.xro/2.0/Invoices"), (changed, "POST /api.xro/2.0/Invoices")],
    ids=["contact", "create", "update"],
)


@on_both
@WRITES
def test_a_disk_that_fails_from_the_write_on_is_told_as_it_is(
    ready: Person, vendors: Vendors, app: Flask, begun: Callable[[Person, Vendors], int], call: str
) -> None:
    invoice_id = begun(ready, vendors)
    token = ready.token()
    with database_failing(app, vendors, call):
        answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    said = text(answer.text)
    assert answer.status_code == 503
    assert "Xero may have it. Press again in a moment: nothing is written twice." in said
    assert "Nothing was" not in said
    right_in_the_end(ready, vendors, app, invoice_id)


@on_both
@WRITES
def test_a_disk_that_fails_once_after_the_write_costs_nothing(
    ready: Person, vendors: Vendors, app: Flask, begun: Callable[[Person, Vendors], int], call: str
) -> None:
    invoice_id = begun(ready, vendors)
    token = ready.token()
    with database_failing(app, vendors, call, times=1):
        answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert "Nothing was changed" not in text(answer.text)
    right_in_the_end(ready, vendors, app, invoice_id)


def right_in_the_end(person: Person, vendors: Vendors, app: Flask, invoice_id: int) -> None:
    """Pressed again when the killed press's claim is over: one invoice, one contact, the total right to the cent."""
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        with writing():
            link = invoice_links.find(organisation, invoice_id)
            if link and link.claimed_until:
                link.claimed_until = utc_now() - timedelta(seconds=1)
            for intent in open_intents():
                intent.sent_at = utc_now() - timedelta(minutes=1)
    answer = person.press(invoice_id)
    assert answer.status_code == 200, text(answer.text)
    (made,) = of(vendors, invoice_id)
    assert made["Total"] == float(vendors.invoice(invoice_id)["item"]["opportunity"])
    assert len(vendors.contacts_named("Acme Plumbing")) == 1


def open_intents() -> list[Intent]:
    return list(db.session.scalars(select(Intent).where(Intent.state == "sent")))


def test_a_disk_that_fails_before_anything_is_sent_is_told_as_it_is_too(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    token = ready.token()
    with database_failing(app, vendors, "POST /rest/batch"):
        answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 503
    assert "Nothing was written to Xero or Bitrix24" in text(answer.text)
    assert of(vendors, invoice_id) == []


def test_a_refused_write_is_nothing_that_xero_may_have(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = changed(ready, vendors)
    token = ready.token()
    vendors.fault("answer", vendor="xero", method="POST", path="/Invoices", status=403, body="{}")
    with database_failing(app, vendors, "POST /api.xro/2.0/Invoices"):
        answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 503
    assert "may have it" not in text(answer.text)


def test_an_error_of_our_own_after_the_write_is_told_as_it_is(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice()
    with tripping(SyncEntry, "before_insert", lambda entry: entry.bitrix24_id == invoice_id):
        answer = ready.press(invoice_id)
    assert answer.status_code == 500
    assert "Xero may have it. Press again: nothing is written twice." in text(answer.text)
    assert ready.press(invoice_id).status_code == 200
    assert len(of(vendors, invoice_id)) == 1


@pytest.mark.parametrize(
    ("call", "system"),
    [
        ("POST /rest/catalog.product.add", "Bitrix24"),
        ("POST /rest/catalog.price.add", "Bitrix24"),
        ("PUT /api.xro/2.0/Items", "Bitrix24"),
    ],
)
@pytest.mark.parametrize("times", [1, 1_000_000])
def test_a_product_whose_adding_meets_a_failing_disk_is_added_once(
    ready: Person, vendors: Vendors, app: Flask, call: str, system: str, times: int
) -> None:
    form = filled(ready)
    with database_failing(app, vendors, call, times):
        answer = ready.client.post("/products/add", data=form)
    said = text(answer.text)
    assert "Nothing was" not in said
    if times > 1:
        assert answer.status_code == 503
        assert f"{system} may have it" in said
    with app.app_context(), writing():
        for intent in open_intents():
            intent.sent_at = utc_now() - timedelta(minutes=1)
    half = ready.client.post("/products/add", data=form).headers["Location"]
    if half.startswith("/products/adding/"):
        assert finish(ready, half).status_code == 303
    assert (len(in_bitrix24(vendors)), len(in_xero(vendors))) == (1, 1)
    assert SHELF["code"] in str(in_xero(vendors))


@pytest.mark.parametrize("times", [1, 1_000_000])
def test_an_item_whose_creation_meets_a_failing_disk_is_created_once(
    ready: Person, vendors: Vendors, app: Flask, times: int
) -> None:
    token = ready.token()
    with database_failing(app, vendors, "PUT /api.xro/2.0/Items", times):
        answer = ready.client.post(f"/products/{BAG_SHELF}/item", data={"csrf_token": token}, headers=HTMX)
    said = text(answer.text)
    assert "Nothing was" not in said
    assert times == 1 or (answer.status_code == 503 and "Xero may have it" in said)
    with app.app_context(), writing():
        for intent in open_intents():
            intent.sent_at = utc_now() - timedelta(minutes=1)
    assert make(ready, BAG_SHELF).status_code == 200
    assert len(in_xero(vendors, "HH-107")) == 1
    assert links(app) == {BAG_SHELF: "HH-107"}


@on_both
def test_a_move_in_bitrix24_that_a_failing_disk_did_not_note_is_made_once(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    vendors.control("xero/pay", invoice=vendors.invoice(invoice_id)["item"]["accountNumber"])
    with app.app_context():
        run_id = job.ask(db.session.scalars(select(User)).one()).id
        with database_failing(app, vendors, "POST /rest/batch", times=3):
            worker.guarded("run", lambda: worker.take(run_id))
        with writing():
            run = db.session.get_one(SyncRun, run_id)
            run.lease_until = run.resume_at = utc_now() - timedelta(seconds=1)
        worker.take(run_id)
        run = db.session.get_one(SyncRun, run_id, populate_existing=True)
        assert (run.state, sum(run.counts.values())) == ("finished", 1)
    assert vendors.invoice(invoice_id)["item"]["stageId"] == "DT31_7:P"
