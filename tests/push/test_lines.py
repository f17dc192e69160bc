"""Rows that change, against both vendors: what stands on a line in Xero stays there, and the next press has nothing to
do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Vendors
from tests.people import Person, text

ORDER = pytest.mark.parametrize("order", ["first", "as_sent"])


def number_of(vendors: Vendors, invoice_id: int) -> str:
    return str(vendors.invoice(invoice_id)["item"]["accountNumber"])


def in_xero(vendors: Vendors, invoice_id: int) -> dict[str, dict[str, Any]]:
    """The lines in Xero by their words."""
    (invoice,) = vendors.in_xero(number_of(vendors, invoice_id))
    return {line["Description"]: line for line in invoice["LineItems"]}


def track(vendors: Vendors, invoice_id: int, words: str) -> None:
    """The accountant puts the tracking "North" on a line."""
    lines = [{"LineItemID": line["LineItemID"]} for line in in_xero(vendors, invoice_id).values()]
    for element, line in zip(lines, in_xero(vendors, invoice_id), strict=True):
        element |= {"Tracking": [{"Name": "Region", "Option": "North"}]} if line == words else {}
    vendors.control("xero/edit", invoice=number_of(vendors, invoice_id), set={"LineItems": lines})


def tracked(vendors: Vendors, invoice_id: int) -> list[str]:
    return [words for words, line in in_xero(vendors, invoice_id).items() if line["Tracking"]]


def write_rows(vendors: Vendors, invoice_id: int, *names: str) -> None:
    """All rows anew, as the portal's own method does it: every row gets another id."""
    rows = [{"productName": name, "price": 10 + len(name), "quantity": 2, "taxRate": 15, "sort": n} for n, name in
            enumerate(names)]  # fmt: skip
    vendors.control("bitrix24/rows", id=invoice_id, rows=rows)


@ORDER
def test_a_row_that_is_added_leaves_tracking_where_it_is(ready: Person, vendors: Vendors, order: str) -> None:
    vendors.control("xero/options", new_lines=order)
    invoice_id = vendors.new_invoice(rows=[])
    write_rows(vendors, invoice_id, "Alpha", "Beta")
    assert ready.press(invoice_id).status_code == 200
    track(vendors, invoice_id, "Alpha")
    write_rows(vendors, invoice_id, "Alpha", "Beta", "Gamma")
    assert "Updated in Xero" in text(ready.press(invoice_id).text)
    assert "Already up to date" in text(ready.press(invoice_id).text)
    write_rows(vendors, invoice_id, "Gamma", "Beta", "Alpha")
    assert "Updated in Xero" in text(ready.press(invoice_id).text)
    assert tracked(vendors, invoice_id) == ["Alpha"]
    again = text(ready.press(invoice_id).text)
    assert "Already up to date" in again
    assert "Somebody changed" not in again


@ORDER
def test_tracking_that_would_go_with_its_row_is_told_before_anything_is_written(
    ready: Person, vendors: Vendors, order: str
) -> None:
    vendors.control("xero/options", new_lines=order)
    invoice_id = vendors.new_invoice(rows=[])
    write_rows(vendors, invoice_id, "Alpha", "Beta")
    ready.press(invoice_id)
    track(vendors, invoice_id, "Beta")
    write_rows(vendors, invoice_id, "Alpha")
    refused = ready.press(invoice_id)
    assert refused.status_code == 422
    assert "nothing was overwritten" in text(refused.text)
    assert "Beta · Region: North" in text(ready.client.get(f"/invoices/{invoice_id}/preview").text)
    assert ready.press(invoice_id, drift="bitrix24").status_code == 200
    assert list(in_xero(vendors, invoice_id)) == ["Alpha"]
    assert "Already up to date" in text(ready.press(invoice_id).text)
