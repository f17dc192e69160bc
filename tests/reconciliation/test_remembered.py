"""What a link remembers of both systems, so that who changed what since the last write is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Flask
from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import InvoiceLink, Organisation, User
from b24xero.domain.payments import Payment
from b24xero.domain.queries import InvoiceQuery
from b24xero.extensions import db
from b24xero.reconciliation.standing import Around, Standing, standing_of
from tests.conftest import Vendors
from tests.people import Person
from tests.pull.test_job import pushed, update_from_xero


def link_of(app: Flask, invoice_id: int) -> InvoiceLink:
    with app.app_context():
        return db.session.scalars(select(InvoiceLink).filter_by(bitrix24_id=invoice_id)).one()


def stands(app: Flask, invoice_id: int) -> Standing:
    """As the list tells it: by Bitrix24's rows of this moment and what is remembered."""
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        organisation = db.session.scalars(select(Organisation)).one()
        page = connections.bitrix24_for(user).invoice_page(InvoiceQuery(only_ids=(invoice_id,)))
        around = Around(date(2026, 11, 20), organisation.set_up, {stage.id: stage for stage in page.stages})
        return standing_of(page.rows[0], link_of(app, invoice_id), around)


def test_what_was_just_written_is_the_same(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, _number = pushed(ready, vendors)
    found = stands(app, invoice_id)
    assert (found.kind, found.changed, found.action) == ("same", (), "")
    assert found.total == found.xero_total


def test_other_rows_in_bitrix24_are_a_change_there_until_they_are_written(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, _number = pushed(ready, vendors)
    rows = vendors.invoice(invoice_id)["rows"]
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 9}, *rows[1:]])
    found = stands(app, invoice_id)
    assert (found.kind, found.changed, found.action) == ("changed_here", ("total",), "edit")
    assert ready.press(invoice_id).status_code == 200
    assert stands(app, invoice_id).kind == "same"


def test_what_an_edit_would_not_take_to_xero_is_no_change_once_it_was_tried(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(due_rule="days-14")
    invoice_id, _number = pushed(ready, vendors)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    assert stands(app, invoice_id).changed == ("title",)
    ready.press(invoice_id)
    assert stands(app, invoice_id).kind == "same"


def test_an_edit_by_hand_in_xero_is_a_change_there(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/edit", invoice=number, set={"Reference": "PO 4711"})
    update_from_xero(app)
    found = stands(app, invoice_id)
    assert (found.kind, found.action) == ("changed_there", "compare")


def test_an_edit_that_was_left_as_it_is_asks_nobody_again(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/edit", invoice=number, set={"Reference": "PO 4711"})
    rows = vendors.invoice(invoice_id)["rows"]
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 9}, *rows[1:]])
    assert ready.press(invoice_id, drift="leave").status_code == 200
    update_from_xero(app)
    assert stands(app, invoice_id).kind == "same"


def test_payments_are_kept_with_their_days(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number, amount=100)
    update_from_xero(app)
    link = link_of(app, invoice_id)
    (payment,) = map(Payment.from_json, link.xero_payments or ())
    assert payment.amount == Decimal(100)
    assert payment.day is not None
    assert link.xero_paid_on is None
    assert stands(app, invoice_id).kind == "part"


def test_the_day_of_the_last_payment_is_the_day_on_which_it_was_paid(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    update_from_xero(app)
    (row,) = vendors.in_xero(number)
    found = stands(app, invoice_id)
    assert found.kind == "paid"
    assert found.paid_on is not None
    assert row["Status"] == "PAID"
