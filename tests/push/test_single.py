"""Job 1 against both vendors: one Bitrix24 invoice becomes, and stays, one Xero invoice."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask

from tests.conftest import Vendors, on_both
from tests.people import Person, text


@on_both
def test_an_invoice_is_created_with_all_its_rows_and_its_contact(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    answer = ready.press(invoice_id)
    assert answer.status_code == 200, text(answer.text)
    wanted = vendors.invoice(invoice_id)["item"]
    (made,) = vendors.in_xero(wanted["accountNumber"])
    assert Decimal(str(made["Total"])) == Decimal(str(wanted["opportunity"]))
    assert made["Status"] == "AUTHORISED"
    assert [line["Description"] for line in made["LineItems"]] == ["Consulting hour", "Copper pipe, 15 mm"]
    assert [line["TaxType"] for line in made["LineItems"]] == ["OUTPUT2", "OUTPUT2"]
    assert made["Contact"]["Name"] == "Acme Plumbing"
    assert made["Url"].endswith(f"/crm/type/31/details/{invoice_id}/")
    (contact,) = vendors.contacts_named("Acme Plumbing")
    assert contact["IsCustomer"]
    assert contact["EmailAddress"] == "ap@acme.example"


@on_both
def test_pressing_again_sends_nothing_and_a_change_keeps_the_lines(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    (made,) = vendors.in_xero(number)
    vendors.forget_requests()
    again = ready.press(invoice_id)
    assert "Already up to date" in text(again.text)
    assert not [call for call in vendors.calls("xero") if not call.startswith("GET")]

    rows = vendors.invoice(invoice_id)["rows"]
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 3}, rows[1]])
    changed = ready.press(invoice_id)
    assert changed.status_code == 200, text(changed.text)
    (edited,) = vendors.in_xero(number)
    assert edited["InvoiceID"] == made["InvoiceID"]
    assert Decimal(str(edited["Total"])) == Decimal(str(vendors.invoice(invoice_id)["item"]["opportunity"]))


def test_a_create_with_a_known_contact_costs_one_call_to_each(ready: Person, vendors: Vendors) -> None:
    first = vendors.new_invoice()
    ready.press(first)
    company = vendors.invoice(first)["item"]["companyId"]
    second = vendors.new_invoice(companyId=company)
    token = ready.token()
    vendors.forget_requests()
    ready.client.post(f"/invoices/{second}/push", data={"csrf_token": token}, headers={"HX-Request": "true"})
    assert len(vendors.calls("bitrix24")) == 1
    assert vendors.calls("xero") == ["PUT /api.xro/2.0/Invoices"]


def test_a_create_with_an_unknown_contact_costs_one_and_three(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    token = ready.token()
    vendors.forget_requests()
    ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers={"HX-Request": "true"})
    assert len(vendors.calls("bitrix24")) == 1
    assert vendors.calls("xero") == [
        "GET /api.xro/2.0/Contacts", "PUT /api.xro/2.0/Contacts", "PUT /api.xro/2.0/Invoices",
    ]  # fmt: skip


def test_a_page_of_fifty_rows_costs_two_calls(ready: Person, vendors: Vendors) -> None:
    vendors.forget_requests()
    page = ready.list(rows=50)
    assert page.text.count('id="invoice-') == 50
    assert len(vendors.calls("bitrix24")) == 2
    assert vendors.calls("xero") == []


@on_both
def test_a_lost_answer_is_looked_up_not_posted_again(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice()
    vendors.fault("drop_after", vendor="xero", method="PUT", path="/Invoices")
    answer = ready.press(invoice_id)
    assert answer.status_code == 200, text(answer.text)
    assert len(vendors.in_xero(vendors.invoice(invoice_id)["item"]["accountNumber"])) == 1
