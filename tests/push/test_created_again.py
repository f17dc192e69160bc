"""A draft that was deleted in Xero is created again: said before, under its own number if Xero frees it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import InvoiceLink
from b24xero.extensions import db
from tests.conftest import Vendors, on_both
from tests.people import Person, text


def deleted(person: Person, vendors: Vendors) -> tuple[int, str]:
    """An invoice whose draft stood in Xero and was deleted there, with its number."""
    person.save_set_up(**{"stage:DT31_7:S": "DRAFT"})
    invoice_id = vendors.new_invoice()
    assert person.press(invoice_id).status_code == 200
    number = str(vendors.invoice(invoice_id)["item"]["accountNumber"])
    vendors.control("xero/delete", invoice=number)
    return invoice_id, number


def of(vendors: Vendors, invoice_id: int) -> list[dict[str, Any]]:
    """All that Xero has of it, the deleted ones first."""
    mark = f"/crm/type/31/details/{invoice_id}/"
    found = vendors.with_address(mark)
    return sorted(found, key=lambda one: one["Status"] != "DELETED")


def xero_id(app: Flask, invoice_id: int) -> str:
    with app.app_context():
        return str(db.session.scalars(select(InvoiceLink.xero_id).filter_by(bitrix24_id=invoice_id)).one())


@pytest.mark.slow
@on_both
@pytest.mark.parametrize(("frees", "suffix"), [(True, ""), (False, "-2")])
def test_it_is_created_again_with_its_number_if_xero_frees_it_else_with_the_next(
    ready: Person, vendors: Vendors, app: Flask, frees: bool, suffix: str
) -> None:
    vendors.control("xero/options", deleted_frees_number=frees)
    invoice_id, number = deleted(ready, vendors)
    refused = ready.press(invoice_id)
    said = f"It can be created again from the preview: as {number} if Xero frees that number, else as {number}-2."
    assert (refused.status_code, said in text(refused.text)) == (422, True)
    page = ready.client.get(f"/invoices/{invoice_id}/preview").text
    assert said in text(page)
    assert "Write to Xero" in text(page)
    assert 'name="again" value="1"' in page
    assert len(of(vendors, invoice_id)) == 1
    answer = ready.press(invoice_id, again="1")
    assert answer.status_code == 200, text(answer.text)
    gone, made = of(vendors, invoice_id)
    assert (gone["Status"], made["Status"], made["InvoiceNumber"]) == ("DELETED", "DRAFT", number + suffix)
    assert xero_id(app, invoice_id) == made["InvoiceID"]
    assert "Already up to date" in text(ready.press(invoice_id).text)
    assert "Already up to date" in text(ready.press(invoice_id, again="1").text)


def test_one_that_is_deleted_twice_gets_the_number_after(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = deleted(ready, vendors)
    ready.press(invoice_id, again="1")
    vendors.control("xero/delete", invoice=f"{number}-2")
    assert f"else as {number}-3" in text(ready.press(invoice_id).text)
    ready.press(invoice_id, again="1")
    assert [one["InvoiceNumber"] for one in of(vendors, invoice_id)][-1] == f"{number}-3"


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "truncate"])
@pytest.mark.parametrize("source", ["bitrix24", "xero"])
def test_a_lost_answer_makes_no_second_one(
    ready: Person, vendors: Vendors, app: Flask, fault: str, source: str
) -> None:
    ready.save_set_up(number=source)
    invoice_id, _number = deleted_as(ready, vendors, source)
    vendors.fault(fault, vendor="xero", method="PUT", path="/Invoices")
    for _ in range(3):
        ready.press(invoice_id, again="1")
    gone, made = of(vendors, invoice_id)
    assert (gone["Status"], made["Status"]) == ("DELETED", "DRAFT")
    assert xero_id(app, invoice_id) == made["InvoiceID"]


def deleted_as(person: Person, vendors: Vendors, source: str) -> tuple[int, str]:
    person.save_set_up(**{"stage:DT31_7:S": "DRAFT", "number": source})
    invoice_id = vendors.new_invoice()
    assert person.press(invoice_id).status_code == 200
    (made,) = of(vendors, invoice_id)
    vendors.control("xero/delete", invoice=made["InvoiceID"])
    return invoice_id, str(made["InvoiceNumber"])


def test_what_is_not_sent_any_more_is_not_offered_again(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, _number = deleted(ready, vendors)
    ready.save_set_up(**{"stage:DT31_7:S": "none"})
    page = ready.client.get(f"/invoices/{invoice_id}/preview").text
    assert 'name="again"' not in page
    ready.press(invoice_id, again="1")
    assert len(of(vendors, invoice_id)) == 1
