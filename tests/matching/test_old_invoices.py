"""Find in Xero on portals with old invoices: each is looked for by its own mark, number and sum."""

from __future__ import annotations

import pytest
from flask import Flask

from b24xero.commands import asked_for
from b24xero.simulator import demo_pairs
from tests.conftest import Vendors, on_old_and_both
from tests.matching.test_find_in_xero import adopt, link_of, look, pairs
from tests.people import Person
from tests.pull.test_job import update_from_xero

ROW = {"Description": "Bathroom", "Quantity": 1, "UnitAmount": 260, "AccountCode": "200", "TaxType": "OUTPUT2"}


def by_hand(vendors: Vendors, number: str, customer: str, **more: str) -> str:
    contact = vendors.control("xero/contacts/add", set={"Name": customer})["ContactID"]
    values = {"InvoiceNumber": number, "Contact": {"ContactID": contact}, "LineItems": [ROW], "Status": "AUTHORISED",
              "Date": "2026-11-20", "DueDate": "2026-12-20", "CurrencyCode": "NZD", **more}  # fmt: skip
    return str(vendors.control("xero/invoices/add", set=values)["InvoiceID"])


@on_old_and_both
def test_an_old_invoice_is_found_linked_and_moved(ready: Person, vendors: Vendors, app: Flask) -> None:
    key = vendors.new_old_invoice(ACCOUNT_NUMBER="2019/7", DATE_BILL="2026-11-20")
    xero_id = by_hand(vendors, "2019/7", "Acme Plumbing")
    run = look(app)
    assert run.state == "finished"
    (pair,) = pairs(app, "sure")[key]
    assert (pair.xero_id, pair.stage_name) == (xero_id, "Sent to client")
    assert adopt(app, pair.id).linked == 1
    link = link_of(app, key)
    assert link is not None
    assert link.xero_id == xero_id
    vendors.control("xero/pay", invoice="2019/7")
    assert update_from_xero(app).counts["moved"] >= 1
    assert vendors.old_invoice(key)["STATUS_ID"] == "P"


@pytest.mark.parametrize("which_invoices", ["both"])
def test_the_mark_tells_the_kinds_apart(ready: Person, vendors: Vendors, app: Flask) -> None:
    """An invoice in Xero that leads to the old 41 is not that of the new 41."""
    old = vendors.new_old_invoice(ACCOUNT_NUMBER="A-1")
    new = vendors.new_invoice()
    while new < -old:
        new = vendors.new_invoice()
    while -old < new:
        old = vendors.new_old_invoice(ACCOUNT_NUMBER=f"A-{-old}")
    url = f"{vendors.base}/bitrix24/crm/invoice/show/{new}/"
    xero_id = by_hand(vendors, "B-1", "Somebody Else", Url=url)
    look(app)
    assert [pair.xero_id for pair in pairs(app, "sure")[old]] == [xero_id]
    assert new not in pairs(app, "sure")


@on_old_and_both
def test_the_demo_of_old_invoices_has_some_that_were_typed_into_xero_as_well(
    ready: Person, vendors: Vendors, app: Flask, which_invoices: str
) -> None:
    assert asked_for(["demo", "--invoices", which_invoices]).invoices == which_invoices
    demo_pairs.seed(vendors.bitrix24, vendors.xero)
    assert look(app).state == "finished"
    assert len(pairs(app, "sure")) >= 8
    assert pairs(app, "review")


def test_the_demo_of_todays_invoices_stays_as_it_is(vendors: Vendors) -> None:
    before = vendors.control("xero/invoices", number="")
    demo_pairs.seed(vendors.bitrix24, vendors.xero)
    assert (vendors.control("xero/invoices", number=""), asked_for(["demo"]).invoices) == (before, "new")
