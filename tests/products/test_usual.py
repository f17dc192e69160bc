"""Which tax rate "Add product" offers at first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import Organisation
from b24xero.domain.books import Account, Books
from b24xero.domain.product import Vat
from b24xero.domain.set_up import SetUp
from b24xero.extensions import db
from b24xero.products import usual
from tests.conftest import Vendors
from tests.people import Person, forms

VATS = (Vat(3, "No VAT", None), Vat(9, "0 %", Decimal(0)), Vat(5, "15 %", Decimal(15)))
SET_UP = SetUp(taxes={"none": "NONE", "0": "ZERORATED", "15": "OUTPUT2"}, sales_account="200")


def test_the_form_offers_the_rate_of_the_usual_account(ready: Person, vendors: Vendors) -> None:
    page = ready.client.get("/products/add").text
    form = next(form for form in forms(page, "/products/add") if form.says("Add product"))
    assert form.values["vat"] == "5", "15 %, the default tax of account 200"


@pytest.mark.parametrize(
    ("account_tax", "common", "chosen"),
    [("OUTPUT2", (), "5"), ("ZERORATED", ("OUTPUT2",), "9"), ("", ("ZERORATED", "OUTPUT2"), "9"), ("", (), "5"),
     ("GONE", ("OUTPUT9",), "5")],
)  # fmt: skip
def test_the_accounts_rate_goes_before_the_commonest_and_no_vat_is_never_first_by_order(
    account_tax: str, common: tuple[str, ...], chosen: str
) -> None:
    books = Books(accounts=(Account("200", "Sales", tax_type=account_tax),))
    assert usual.vat(VATS, SET_UP, books, common) == chosen


def test_where_nothing_is_taxed_the_first_that_has_a_match_is_offered() -> None:
    assert usual.vat(VATS, SetUp(taxes={"0": "ZERORATED"}), Books(), ()) == "9"
    assert usual.vat(VATS, SetUp(), Books(), ()) == ""


def test_the_commonest_rate_is_that_of_the_lines_that_were_written(ready: Person, vendors: Vendors, app: Flask) -> None:
    rows = [
        {"productName": name, "price": 10, "quantity": 1, "taxRate": rate, "sort": sort}
        for name, rate, sort in (("Here", 15, 10), ("To Fiji", 0, 20), ("To Samoa", 0, 30))
    ]
    ready.press(vendors.new_invoice(rows=rows))
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        assert usual.common_tax_types(organisation) == ("ZERORATED", "OUTPUT2")
