"""What the tests of products share: how the form is filled in, and how both catalogues are counted."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24xero.db.models import ItemLink
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.people import HTMX, Person, forms

SHELF = {
    "name": "Floating shelf, oak, 1200 mm",
    "code": "SHELF-OAK-1200",
    "description": "Oiled, with bracket and four screws.",
    "price": "189.00",
    "vat": "5",
}


def filled(person: Person, **typed: str) -> dict[str, Any]:
    """The form of "Add product" as a browser would send it, filled in for the shelf."""
    page = person.client.get("/products/add")
    assert page.status_code == 200, page.text
    form = next(form for form in forms(page.text, "/products/add") if form.says("Add product"))
    return {**form.values, **SHELF, **typed}


def add(person: Person, **typed: str) -> TestResponse:
    return person.client.post("/products/add", data=filled(person, **typed))


def finish(person: Person, address: str, **chosen: str) -> TestResponse:
    """ "Finish" on the page of a half."""
    data = {"csrf_token": person.token(), **chosen}
    return person.client.post(f"{address}/finish", data=data)


def in_bitrix24(vendors: Vendors, code: str = SHELF["code"]) -> list[dict[str, Any]]:
    return [product for product in vendors.control("bitrix24/products") if product["code"] == code]


def in_xero(vendors: Vendors, code: str = SHELF["code"]) -> list[dict[str, Any]]:
    return [item for item in vendors.control("xero/items") if item["Code"] == code]


def links(app: Flask) -> dict[int, str]:
    """Item codes by product, as they are kept."""
    with app.app_context():
        return {link.bitrix24_id: link.code for link in db.session.scalars(select(ItemLink))}


def listed(person: Person, **query: Any) -> TestResponse:
    """The list as htmx asks for it."""
    return person.client.get("/products", query_string=query, headers=HTMX)


def make(person: Person, product_id: int) -> TestResponse:
    """ "Create in Xero" or "Link" of one row, as htmx sends it."""
    return person.client.post(f"/products/{product_id}/item", data={"csrf_token": person.token()}, headers=HTMX)
