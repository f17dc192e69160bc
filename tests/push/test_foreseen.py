"""What Xero would refuse is known before: in the preview, in the summary of many, and where one asks why."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import ItemLink, Organisation, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import bulk_preview
from b24xero.push.bulk_preview import Outlook
from tests.catalogue import make
from tests.conftest import ROWS, Vendors
from tests.people import Person, text
from tests.push.test_recover import push_all

SHELF, CODE = 1213, "HH-107"
OF_SHELF = [{"productId": SHELF, "productName": "Bag shelf", "price": 100, "quantity": 1, "taxRate": 15, "sort": 10}]
BELOW_ZERO = [{"productName": "Returned pipes", "price": -100, "quantity": 1, "taxRate": 15, "sort": 10}]


def preview(person: Person, invoice_id: int) -> str:
    return text(person.client.get(f"/invoices/{invoice_id}/preview").text)


def why(person: Person, invoice_id: int) -> str:
    return text(person.client.get(f"/invoices/{invoice_id}/why").text)


def outlook(app: Flask, *ids: int) -> Outlook:
    with app.app_context():
        return bulk_preview.outlook(db.session.scalars(select(User)).one(), ids)


def stopped(app: Flask, invoice_id: int) -> list[str]:
    found = outlook(app, invoice_id).stopped
    return [problem.code for one in found for problem in one.problems]


def remember_books_of(app: Flask, minutes: int) -> None:
    """They were read so long ago."""
    with app.app_context(), writing():
        db.session.scalars(select(Organisation)).one().reference_at = utc_now() - timedelta(minutes=minutes)


def a_company(vendors: Vendors, **fields: Any) -> int:
    return int(vendors.control("bitrix24/company", **{"title": "Brook Builders", **fields})["item"]["id"])


# -- totals below zero ------------------------------------------------------------------------------------------------


def test_a_total_below_zero_is_told_everywhere_and_never_sent(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice(rows=BELOW_ZERO)
    words = "The total is below zero (NZD -100.00), and Xero takes no such invoice."
    vendors.forget_requests()
    assert words in preview(ready, invoice_id)
    assert words in why(ready, invoice_id)
    assert stopped(app, invoice_id) == ["total_negative"]
    assert words in text(ready.press(invoice_id).text)
    assert vendors.calls("xero") == []


# -- items that were deleted ------------------------------------------------------------------------------------------


def test_an_item_that_was_deleted_is_named_with_its_product_and_the_way_out(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    make(ready, SHELF)
    vendors.control("xero/items/delete", item=CODE)
    invoice_id = vendors.new_invoice(rows=OF_SHELF)
    words = f"“Bag shelf” stands for the item {CODE}, which is no longer in Xero."
    assert words in text(ready.press(invoice_id).text), "also to whoever presses without having looked"
    assert words in preview(ready, invoice_id)
    assert words in why(ready, invoice_id)
    assert stopped(app, invoice_id) == ["item_gone"]
    make(ready, SHELF)
    assert "is no longer in Xero" not in preview(ready, invoice_id)
    assert ready.press(invoice_id).status_code == 200


def test_an_invoice_that_has_the_item_on_its_line_already_stays_as_it_is(
    ready: Person, vendors: Vendors
) -> None:  # fmt: skip
    make(ready, SHELF)
    invoice_id = vendors.new_invoice(rows=OF_SHELF)
    ready.press(invoice_id)
    vendors.control("xero/items/delete", item=CODE)
    assert "is no longer in Xero" not in preview(ready, invoice_id)
    assert "Already up to date" in text(ready.press(invoice_id).text)


def test_an_item_with_another_code_is_followed_by_a_press_and_by_a_run(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    make(ready, SHELF)
    vendors.control("xero/items/edit", item=CODE, set={"Code": "SHELF"})
    company_id = a_company(vendors)
    first, second = (vendors.new_invoice(rows=OF_SHELF, companyId=company_id) for _ in range(2))
    assert ready.press(first).status_code == 200
    vendors.control("xero/items/edit", item="SHELF", set={"Code": "SHELF-2"})
    assert push_all(app, [second]).counts == {"created": 1}
    codes = [
        vendors.in_xero(vendors.invoice(one)["item"]["accountNumber"])[0]["LineItems"][0]["ItemCode"]
        for one in (first, second)
    ]
    assert codes == ["SHELF", "SHELF-2"]


def test_a_run_that_makes_missing_items_makes_one_that_is_gone_anew(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(missing_items="yes")
    make(ready, SHELF)
    vendors.control("xero/items/delete", item=CODE)
    with app.app_context(), writing():
        db.session.scalars(select(ItemLink)).one().read_at = None
    assert push_all(app, [vendors.new_invoice(rows=OF_SHELF)]).counts == {"created": 1}
    assert [item["Code"] for item in vendors.control("xero/items") if item["Code"] == CODE] == [CODE]


# -- e-mail addresses -------------------------------------------------------------------------------------------------


def test_the_first_good_one_of_two_addresses_is_taken(ready: Person, vendors: Vendors) -> None:
    company_id = a_company(vendors, email="accounts at brook; jo@brook.example, ann@brook.example")
    assert ready.press(vendors.new_invoice(companyId=company_id)).status_code == 200
    (contact,) = vendors.contacts_named("Brook Builders")
    assert contact["EmailAddress"] == "jo@brook.example"


def test_a_bad_address_is_told_beside_whatever_else_stands_against_it(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    rows = [{**ROWS[0], "taxRate": 12.5}]
    invoice_id = vendors.new_invoice(companyId=a_company(vendors, email="none"), rows=rows)
    mail, rate = "Xero does not accept the e-mail address “none”", "has no match in Xero"
    for said in (preview(ready, invoice_id), why(ready, invoice_id), text(ready.press(invoice_id).text)):
        assert mail in said
        assert rate in said
    assert stopped(app, invoice_id) == ["email_invalid", "tax_rate_unmapped"]


def test_a_bad_address_stands_against_nothing_once_the_contact_is_there(ready: Person, vendors: Vendors) -> None:
    company_id = a_company(vendors, email="jo@brook.example")
    ready.press(vendors.new_invoice(companyId=company_id))
    vendors.control("bitrix24/company", id=company_id, email="none")
    assert ready.press(vendors.new_invoice(companyId=company_id)).status_code == 200


# -- lock dates -------------------------------------------------------------------------------------------------------


def locked(vendors: Vendors, days: int) -> None:
    vendors.control("xero/lock", period=str(utc_now().date() - timedelta(days=days)))


def dated(days: int) -> dict[str, str]:
    return {"begindate": str(utc_now().date() - timedelta(days=days))}


def test_a_newer_lock_date_is_read_before_it_is_told(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice(**dated(20))
    locked(vendors, 10)
    said = text(ready.press(invoice_id).text)
    assert "the books in Xero are locked up to" in said
    assert stopped(app, invoice_id) == ["date_locked"]


def test_a_run_tells_the_lock_date_of_now_too(ready: Person, vendors: Vendors, app: Flask) -> None:
    company_id = a_company(vendors)
    ids = [vendors.new_invoice(companyId=company_id, **dated(days)) for days in (20, 5)]
    locked(vendors, 10)
    remember_books_of(app, 5)
    run = push_all(app, ids)
    assert run.counts == {"rejected": 1, "created": 1}
    page = text(ready.client.get(f"/runs/{run.id}").text)
    assert "the books in Xero are locked up to" in page


def test_what_is_open_again_is_not_told_as_locked(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice(**dated(20))
    locked(vendors, 10)
    ready.press(invoice_id)
    locked(vendors, 200)
    remember_books_of(app, 5)
    assert stopped(app, invoice_id) == []
    locked(vendors, 10)
    remember_books_of(app, 5)
    assert "are locked up to" not in preview(ready, invoice_id), "nothing says so, and Xero was not asked"


def test_an_invoice_whose_own_day_in_xero_is_locked_is_told_that_day(ready: Person, vendors: Vendors) -> None:
    """Its new date is an open one: it would be "dated 21 Aug, locked up to 12 May"."""
    invoice_id = vendors.new_invoice(**dated(20))
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    ready.press(invoice_id)
    locked(vendors, 10)
    vendors.control("bitrix24/edit", id=invoice_id, fields=dated(2))
    said = text(ready.press(invoice_id).text)
    assert f"{number} is dated" in said
    assert "so it can no longer be changed" in said
    assert f"{number} is dated" in preview(ready, invoice_id)


# -- the last refusal -------------------------------------------------------------------------------------------------


def test_after_a_refusal_nobody_is_told_that_nothing_stands_against_it(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    element = {"ValidationErrors": [{"Message": "The moon is in the wrong house."}]}
    refusal = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "No.", "Elements": [element]}
    vendors.fault(
        "answer", vendor="xero", method="PUT", path="/Invoices", status=400, body=json.dumps(refusal), times=1
    )  # fmt: skip
    ready.press(invoice_id)
    said = why(ready, invoice_id)
    assert "Nothing stands against it" not in said
    assert "Refused on" in said
    assert "The moon is in the wrong house." in said
    assert "Create on Xero" in said


@pytest.mark.parametrize("field", ["a@b.example", "x.y@mail.example.org"])
def test_a_plain_address_stays_what_it_is(ready: Person, vendors: Vendors, field: str) -> None:
    ready.press(vendors.new_invoice(companyId=a_company(vendors, email=field)))
    (contact,) = vendors.contacts_named("Brook Builders")
    assert contact["EmailAddress"] == field
