"""Cents through the whole push: both precisions of a portal, what is told of a tax, a delivery, a new reckoning."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import SyncEntry, SyncRun, User
from b24xero.extensions import db
from b24xero.push import batch, bulk_preview
from tests.conftest import Vendors
from tests.people import Person, text
from tests.pull.test_job import update_from_xero

D = Decimal
ON_TOP = {"productName": "Copper pipe, 15 mm", "price": 10, "quantity": 3, "taxRate": 15, "taxIncluded": "N"}
HALF = {"productName": "Wall panel", "price": "9.99", "quantity": "0.5", "taxRate": 15, "taxIncluded": "Y"}
HOUR = {"productName": "Consulting hour", "price": 115, "quantity": 1, "taxRate": 15, "taxIncluded": "N"}


def written(vendors: Vendors, invoice_id: int) -> dict[str, Any]:
    (made,) = vendors.in_xero(vendors.invoice(invoice_id)["item"]["accountNumber"])
    return made


def sums_of(vendors: Vendors, invoice_id: int) -> tuple[Decimal, Decimal]:
    item = vendors.invoice(invoice_id)["item"]
    return D(str(item["opportunity"])), D(str(item["taxValue"]))


def assert_equal(vendors: Vendors, invoice_id: int) -> None:
    made = written(vendors, invoice_id)
    assert (D(str(made["Total"])), D(str(made["TotalTax"]))) == sums_of(vendors, invoice_id)


def last_entry(app: Flask) -> SyncEntry:
    with app.app_context():
        entry = db.session.scalars(select(SyncEntry).order_by(SyncEntry.id.desc())).first()
        assert entry is not None
        return entry


@pytest.mark.parametrize("precision", ["new", "old"])
def test_total_and_tax_are_bitrix24s_in_both_precisions(ready: Person, vendors: Vendors, precision: str) -> None:
    vendors.control("bitrix24/settings", precision=precision, serialize_precision=17)
    bench = {**ON_TOP, "price": "474.375", "quantity": "2.125"}
    customer = 0
    for rows in ([HALF] * 3, [ON_TOP] * 2, [HALF, ON_TOP, bench], [{**ON_TOP, "price": "809.1055", "quantity": "0.5"}]):
        invoice_id = vendors.new_invoice(rows=rows, **({"companyId": customer} if customer else {}))
        customer = vendors.invoice(invoice_id)["item"]["companyId"]
        answer = ready.press(invoice_id)
        assert answer.status_code == 200, text(answer.text)
        assert "tax" not in text(answer.text).lower()
        assert_equal(vendors, invoice_id)


def reckoned_anew(ready: Person, vendors: Vendors) -> int:
    """Written while the portal rounded each row, and saved again since it rounds once."""
    vendors.control("bitrix24/settings", precision="old")
    invoice_id = vendors.new_invoice(rows=[{**ON_TOP, "price": "9.99"}])
    ready.press(invoice_id)
    vendors.control("bitrix24/settings", precision="new")
    return invoice_id


def test_our_own_move_that_reckons_an_old_invoice_anew_is_no_change_of_it(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = reckoned_anew(ready, vendors)
    assert sums_of(vendors, invoice_id)[0] == D("29.98")
    vendors.control("xero/pay", invoice=vendors.invoice(invoice_id)["item"]["accountNumber"])
    assert update_from_xero(app).counts == {"moved": 1}
    assert sums_of(vendors, invoice_id)[0] == D("29.97")
    vendors.forget_requests()
    again = text(ready.press(invoice_id).text)
    assert "Already up to date" in again
    assert "Nothing in this invoice was changed" in again
    assert "29.97" in again
    assert "29.98" in again
    assert not [call for call in vendors.calls("xero") if not call.startswith("GET")]
    shown = text(ready.client.get(f"/invoices/{invoice_id}/preview").text)
    assert "no field differs" in shown
    assert "There is nothing to write." in shown
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name="Mere Tautahi")).one()
        (planned,) = bulk_preview.outlook(user, [invoice_id]).planned
    assert (planned.action, planned.difference, [p.code for p in planned.notes]) == (
        "unchanged", D("0.01"), ["reckoned_anew"],
    )  # fmt: skip


def test_a_change_of_an_invoice_that_was_reckoned_anew_is_written(ready: Person, vendors: Vendors) -> None:
    invoice_id = reckoned_anew(ready, vendors)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    assert "Already up to date" not in text(ready.press(invoice_id).text)
    assert written(vendors, invoice_id)["Reference"] == "Bathroom, ground floor"
    assert_equal(vendors, invoice_id)


def test_a_paid_delivery_is_a_line_of_its_own_and_told_before_and_after(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(rows=[HOUR])
    vendors.control("bitrix24/delivery", id=invoice_id, amount="12.50")
    shown = text(ready.client.get(f"/invoices/{invoice_id}/preview").text)
    assert "has NZD 12.50 of paid delivery in it" in shown
    assert "has NZD 12.50 of paid delivery in it" in text(ready.press(invoice_id).text)
    made = written(vendors, invoice_id)
    assert [(line["Description"], line["LineAmount"], line["TaxType"]) for line in made["LineItems"]] == [
        ("Consulting hour", 100, "OUTPUT2"), ("Delivery", 12.5, "NONE"),
    ]  # fmt: skip
    assert_equal(vendors, invoice_id)
    assert "Already up to date" in text(ready.press(invoice_id).text)


def test_both_taxes_are_told_before_and_after_where_no_form_keeps_both(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    """A total a cent beside its rows, for which no rounding of Bitrix24's accounts."""
    invoice_id = vendors.new_invoice(rows=[HOUR])
    vendors.control("bitrix24/delivery", id=invoice_id, amount="0.01")
    both = "tax NZD 15.01, Bitrix24 NZD 15.00"
    assert both in text(ready.client.get(f"/invoices/{invoice_id}/preview").text)
    assert both in text(ready.press(invoice_id).text)
    assert D(str(written(vendors, invoice_id)["Total"])) == D("115.01")
    entry = last_entry(app)
    assert (entry.outcome, entry.facts["tax"], entry.facts["xero_tax"]) == ("created", "15.00", "15.01")
    assert [p["code"] for p in entry.problems] == ["tax_differs"]


def test_a_number_that_is_changed_in_bitrix24_is_told_beside_the_one_that_stays_in_xero(
    ready: Person, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"accountNumber": "NEW-1"})
    told = "Its number is NEW-1 in Bitrix24 and stays INV-0413 in Xero"
    assert told in text(ready.client.get(f"/invoices/{invoice_id}/preview").text)
    for _ in range(2):
        assert told in text(ready.press(invoice_id).text)
    assert len(vendors.in_xero("INV-0413")) == 1
    vendors.control("bitrix24/edit", id=invoice_id, fields={"accountNumber": "inv-0413"})
    assert "Its number is" not in text(ready.press(invoice_id).text)


def test_a_run_tells_both_taxes_with_its_invoice(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice(rows=[HOUR])
    vendors.control("bitrix24/delivery", id=invoice_id, amount="0.01")
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name="Mere Tautahi")).one()
        (planned,) = bulk_preview.outlook(user, [invoice_id]).planned
        assert [p.code for p in planned.notes] == ["tax_differs"]
        run = batch.ask(user, [invoice_id])
        worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id).counts == {"created": 1}
    assert [p["code"] for p in last_entry(app).problems] == ["tax_differs"]
