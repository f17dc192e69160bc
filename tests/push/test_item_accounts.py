"""A product's own sales account and tax rate in Xero go before the set-up's, at no call of a press."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import ItemLink, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import LineItem
from b24xero.domain.set_up import SetUp
from b24xero.extensions import db
from b24xero.xero import item_defaults
from tests.catalogue import make
from tests.conftest import Vendors
from tests.people import HTMX, Person, text

SHELF, CODE = 1213, "HH-107"
NO_SCOPE = {"WWW-Authenticate": "insufficient_scope"}
ROWS = [
    {"productId": SHELF, "productName": "Bag shelf", "price": 100, "quantity": 1, "taxRate": 15, "sort": 10},
    {"productName": "Delivery", "price": 20, "quantity": 1, "taxRate": 15, "sort": 20},
]


def accounts(vendors: Vendors, invoice_id: int) -> dict[str, str]:
    (invoice,) = vendors.in_xero(vendors.invoice(invoice_id)["item"]["accountNumber"])
    return {line["Description"]: line["AccountCode"] for line in invoice["LineItems"]}


def sells_under(vendors: Vendors, **details: Any) -> None:
    vendors.control("xero/items/edit", item=CODE, set={"Code": CODE, "SalesDetails": details})


def read_days_ago(app: Flask, days: int) -> None:
    with app.app_context(), writing():
        db.session.scalars(select(ItemLink)).one().read_at = utc_now() - timedelta(days=days)


def preview(person: Person, invoice_id: int) -> str:
    return text(person.client.get(f"/invoices/{invoice_id}/preview").text)


def test_the_items_account_goes_before_the_set_ups_and_the_preview_names_it(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    make(ready, SHELF)
    sells_under(vendors, AccountCode="260")
    read_days_ago(app, 8)
    invoice_id = vendors.new_invoice(rows=ROWS)
    page = preview(ready, invoice_id)
    assert f"Sales account of the item {CODE}, read on" in page
    assert "260 · Other Revenue" in page
    assert "Sales account, Set-up" in page
    assert ready.press(invoice_id).status_code == 200
    assert accounts(vendors, invoice_id) == {"Bag shelf": "260", "Delivery": "200"}
    assert "Already up to date" in text(ready.press(invoice_id).text)


def test_a_press_asks_nothing_more_while_what_is_known_of_the_item_is_young(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    make(ready, SHELF)
    first = vendors.new_invoice(rows=ROWS)
    ready.press(first)
    company = vendors.invoice(first)["item"]["companyId"]
    for days, asked in ((6, []), (8, ["GET /api.xro/2.0/Items"]), (0, [])):
        if days:
            read_days_ago(app, days)
        second, token = vendors.new_invoice(rows=ROWS, companyId=company), ready.token()
        vendors.forget_requests()
        ready.client.post(f"/invoices/{second}/push", data={"csrf_token": token}, headers=HTMX)
        assert len(vendors.calls("bitrix24")) == 1
        assert vendors.calls("xero") == [*asked, "PUT /api.xro/2.0/Invoices"]


def test_an_item_whose_account_was_archived_or_that_is_gone_goes_by_the_set_up(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    make(ready, SHELF)
    sells_under(vendors, AccountCode="260")
    read_days_ago(app, 8)
    vendors.control("xero/accounts/archive", code="260")
    ready.client.get("/setup")
    invoice_id = vendors.new_invoice(rows=ROWS)
    assert ready.press(invoice_id).status_code == 200
    assert accounts(vendors, invoice_id) == {"Bag shelf": "200", "Delivery": "200"}
    assert "Sales account of the item" not in preview(ready, invoice_id)


@pytest.mark.parametrize(
    ("kind", "tax_type", "account"),
    [("CURRLIAB", "OUTPUT2", "825"), ("CURRENT", "OUTPUT2", "825"), ("EXPENSE", "INPUT2", "200")],
)  # fmt: skip
def test_an_item_that_sells_under_an_account_of_another_class_goes_there_where_xero_takes_the_tax(
    ready: Person, vendors: Vendors, app: Flask, kind: str, tax_type: str, account: str
) -> None:
    make(ready, SHELF)
    vendors.control("xero/accounts/add", code="825", name="Deposits held", type=kind, tax_type=tax_type)
    sells_under(vendors, AccountCode="825", TaxType=tax_type)
    read_days_ago(app, 8)
    ready.client.get("/setup")
    invoice_id = vendors.new_invoice(rows=ROWS)
    assert ("825 · Deposits held" in preview(ready, invoice_id)) is (account == "825")
    answer = ready.press(invoice_id)
    assert answer.status_code == 200, text(answer.text)
    assert accounts(vendors, invoice_id) == {"Bag shelf": account, "Delivery": "200"}


def test_a_login_that_may_not_read_items_writes_with_what_is_known(ready: Person, vendors: Vendors, app: Flask) -> None:
    make(ready, SHELF)
    read_days_ago(app, 8)
    vendors.control("faults", do="answer", status=401, headers=NO_SCOPE, vendor="xero", method="GET", path="/Items")
    invoice_id = vendors.new_invoice(rows=ROWS)
    assert ready.press(invoice_id).status_code == 200
    assert accounts(vendors, invoice_id) == {"Bag shelf": "200", "Delivery": "200"}


def test_an_invoice_written_before_its_items_account_was_known_did_not_change(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    make(ready, SHELF)
    invoice_id = vendors.new_invoice(rows=ROWS)
    ready.press(invoice_id)
    assert accounts(vendors, invoice_id) == {"Bag shelf": "200", "Delivery": "200"}
    sells_under(vendors, AccountCode="260")
    read_days_ago(app, 8)
    page = preview(ready, invoice_id)
    assert "Sales account of the item" not in page
    assert "Already up to date" in text(ready.press(invoice_id).text)
    assert accounts(vendors, invoice_id) == {"Bag shelf": "200", "Delivery": "200"}
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 3}, ROWS[1]])
    assert ready.press(invoice_id).status_code == 200
    assert accounts(vendors, invoice_id) == {"Bag shelf": "260", "Delivery": "200"}
    assert "Already up to date" in text(ready.press(invoice_id).text)


# -- the rules --------------------------------------------------------------------------------------------------------

BOOKS = Books(
    accounts=(Account("200", "Sales"), Account("260", "Other"), Account("270", "Old", live=False)),
    tax_rates=(
        TaxRate("OUTPUT2", "15% GST", Decimal(15)), TaxRate("ZERORATED", "Zero", Decimal(0)),
        TaxRate("EXEMPT", "Exempt", Decimal(0)), TaxRate("NONE", "No GST", Decimal(0)),
        TaxRate("OLD15", "Old", Decimal(15), live=False),
    ),
    other_accounts=(
        Account("825", "Deposits held", takes=("NONE", "OUTPUT2")), Account("830", "Loan", takes=("NONE",)),
    ),
)  # fmt: skip
SET_UP = SetUp(taxes={"15": "OUTPUT2", "0": "ZERORATED", "none": "NONE"}, sales_account="200")


def row(rate: str | None, **values: Any) -> LineItem:
    price, percent = Decimal(100), None if rate is None else Decimal(rate)
    return LineItem(
        1, "Bag shelf", Decimal(1), price, price, price, price, percent, tax_included=False, total=price, net=price,
        tax=Decimal(0), **values,
    )  # fmt: skip


@pytest.mark.parametrize(("own", "account"), [
    ("", "200"), ("260", "260"), ("270", "200"), ("999", "200"), ("825", "825"), ("830", "200"),
])  # fmt: skip
def test_only_a_live_account_of_the_item_counts(own: str, account: str) -> None:
    assert item_defaults.account_of(row("15", item_account=own), SET_UP, BOOKS) == account


@pytest.mark.parametrize(
    ("rate", "own", "tax_type"),
    [
        ("15", "", "OUTPUT2"), ("15", "EXEMPT", "OUTPUT2"), ("15", "OLD15", "OUTPUT2"), ("0", "EXEMPT", "EXEMPT"),
        ("0", "OUTPUT2", "ZERORATED"), ("0.00", "EXEMPT", "EXEMPT"), (None, "EXEMPT", "EXEMPT"),
        (None, "OUTPUT2", "NONE"), ("0", "UNKNOWN", "ZERORATED"),
    ],
)  # fmt: skip
def test_the_items_tax_rate_counts_where_the_row_says_the_same_percentage(
    rate: str | None, own: str, tax_type: str
) -> None:
    assert item_defaults.tax_type_of(row(rate, item_tax_type=own), SET_UP, BOOKS) == tax_type
