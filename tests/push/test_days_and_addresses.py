"""What a push makes of days as the portal spells them and of addresses that it does not show to everybody."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import ContactLink, InvoiceLink, SyncEntry
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.xero import drift
from tests.conftest import Vendors
from tests.people import Person, text
from tests.ratelimit.test_shared_pace import chosen

# -- days -------------------------------------------------------------------------------------------------------------


def days(invoice: dict[str, Any]) -> tuple[str, str]:
    return invoice["DateString"][:10], invoice["DueDateString"][:10]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Pago_Pago", "Pacific/Kiritimati", "Europe/Berlin"])
def test_an_invoice_has_the_same_days_in_xero_as_in_bitrix24_wherever_the_portal_stands(
    ready: Person, vendors: Vendors, zone: str
) -> None:
    vendors.control("bitrix24/settings", zone=zone)
    invoice_id = vendors.new_invoice(begindate="2026-11-18", closedate="2026-12-18")
    assert ready.press(invoice_id).status_code == 200
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    assert [days(found) for found in vendors.in_xero(number)] == [("2026-11-18", "2026-12-18")]
    listed = text(ready.list(q=number).text)
    assert "18 Nov" in listed or "Nov 18" in listed


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Pacific/Auckland"])
def test_a_change_of_the_clocks_changes_no_invoice(ready: Person, vendors: Vendors, zone: str) -> None:
    vendors.control("bitrix24/settings", zone=zone)
    invoice_id = vendors.new_invoice(begindate="2026-11-18", closedate="2026-12-18")
    ready.press(invoice_id)
    vendors.control("clock", seconds=150 * 86_400)  # the other half of the year
    ready.sign_in().connect()
    assert "Already up to date" in text(ready.press(invoice_id).text)


def written_a_day_early(app: Flask, vendors: Vendors, person: Person) -> tuple[int, str]:
    """An invoice of a portal at New York as the first release left it: a day early on the link and in Xero."""
    vendors.control("bitrix24/settings", zone="America/New_York")
    invoice_id = vendors.new_invoice(begindate="2026-11-18", closedate="2026-12-18")
    assert person.press(invoice_id).status_code == 200
    number = str(vendors.invoice(invoice_id)["item"]["accountNumber"])
    (found,) = vendors.in_xero(number)
    early = {"Date": "2026-11-17", "DueDate": "2026-12-17"}
    vendors.control("xero/edit", invoice=number, set=early)
    with app.app_context(), writing():
        link = db.session.scalars(select(InvoiceLink).filter_by(bitrix24_id=invoice_id)).one()
        beside = (drift.FILLED, drift.DAYS, drift.TRAITS)
        body = {k: v for k, v in (link.written or {}).items() if k not in beside} | early
        body["LineItems"] = [{k: v for k, v in line.items() if k != "LineItemID"} for line in body["LineItems"]]
        link.fingerprint = _fingerprint(body)
        link.written = body | {drift.FILLED: (link.written or {})[drift.FILLED]}
    assert found["Contact"]["ContactID"] == body["Contact"]["ContactID"]
    return invoice_id, number


def _fingerprint(body: dict[str, Any]) -> str:
    """As the first release made it."""
    content = {**body, "Contact": body["Contact"]["ContactID"]}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def test_a_day_that_was_written_early_is_put_right_and_nobody_is_said_to_have_changed_it(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = written_a_day_early(app, vendors, ready)
    page = text(ready.client.get(f"/invoices/{invoice_id}/preview").text)
    assert "changed since" not in page
    assert "edited by hand" not in page
    assert ready.press(invoice_id).status_code == 200
    assert days(vendors.in_xero(number)[0]) == ("2026-11-18", "2026-12-18")
    assert "Already up to date" in text(ready.press(invoice_id).text)


def test_a_paid_invoice_whose_day_was_written_early_is_no_invoice_that_changed(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = written_a_day_early(app, vendors, ready)
    vendors.control("xero/pay", invoice=number)
    said = text(ready.press(invoice_id).text)
    assert "can no longer be changed" not in said
    assert "Already up to date" in said


# -- addresses --------------------------------------------------------------------------------------------------------


def company_with_address(vendors: Vendors) -> int:
    made = vendors.control("bitrix24/company", title="Blind Bay Brewing", email="ap@blindbay.example")["item"]["id"]
    requisite = vendors.control("bitrix24/requisite", entity_id=made)["ID"]
    vendors.control("bitrix24/address", requisite_id=requisite, ADDRESS_1="4 Mill Lane", CITY="Nelson", TYPE_ID="6")
    return int(made)


def address_in_xero(vendors: Vendors) -> list[str]:
    (contact,) = vendors.contacts_named("Blind Bay Brewing")
    return [a["City"] for a in contact.get("Addresses", ()) if a.get("City")]


def lacks(app: Flask, company: int) -> bool:
    with app.app_context():
        return db.session.scalars(select(ContactLink).filter_by(bitrix24_id=company)).one().lacks_address


def notes_of_last(app: Flask) -> list[str]:
    with app.app_context():
        entry = db.session.scalars(select(SyncEntry).order_by(SyncEntry.id.desc())).first()
        assert entry is not None
        return [p["code"] for p in entry.problems]


def test_a_contact_without_its_address_is_told_before_and_after_and_completed_by_who_may(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    company = company_with_address(vendors)
    first, second = (vendors.new_invoice(companyId=company) for _ in range(2))
    vendors.control("bitrix24/user", id=1, may_read_leads=False)
    assert "does not show you the address of “Blind Bay Brewing”" in text(
        ready.client.get(f"/invoices/{first}/preview").text
    )
    assert ready.press(first).status_code == 200
    assert (address_in_xero(vendors), lacks(app, company), notes_of_last(app)) == ([], True, ["address_hidden"])
    vendors.control("bitrix24/user", id=1, may_read_leads=True)
    assert ready.press(second).status_code == 200
    assert (address_in_xero(vendors), lacks(app, company), notes_of_last(app)) == (["Nelson"], False, [])
    vendors.forget_requests()
    third = vendors.new_invoice(companyId=company)
    assert ready.press(third).status_code == 200
    assert not any("/Contacts" in call for call in vendors.calls("xero"))


def test_an_address_that_somebody_gave_it_in_xero_meanwhile_stays(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = company_with_address(vendors)
    vendors.control("bitrix24/user", id=1, may_read_leads=False)
    ready.press(vendors.new_invoice(companyId=company))
    (contact,) = vendors.contacts_named("Blind Bay Brewing")
    theirs = [{"AddressType": "POBOX", "AddressLine1": "PO Box 9", "City": "Picton"}]
    vendors.control("xero/contacts/edit", contact=contact["ContactID"], set={"Addresses": theirs})
    vendors.control("bitrix24/user", id=1, may_read_leads=True)
    ready.press(vendors.new_invoice(companyId=company))
    assert (address_in_xero(vendors), lacks(app, company)) == (["Picton"], False)


@pytest.mark.parametrize("do", ["drop_after", "drop_before"])
def test_a_lost_answer_delays_the_address_and_never_the_invoice(
    ready: Person, vendors: Vendors, app: Flask, do: str
) -> None:
    company = company_with_address(vendors)
    vendors.control("bitrix24/user", id=1, may_read_leads=False)
    ready.press(vendors.new_invoice(companyId=company))
    vendors.control("bitrix24/user", id=1, may_read_leads=True)
    vendors.fault(do, vendor="xero", method="POST", path="/Contacts")
    assert ready.press(vendors.new_invoice(companyId=company)).status_code == 200
    assert lacks(app, company)
    assert ready.press(vendors.new_invoice(companyId=company)).status_code == 200
    assert (address_in_xero(vendors), lacks(app, company)) == (["Nelson"], False)


def test_a_run_tells_the_same_of_each_invoice(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = company_with_address(vendors)
    vendors.control("bitrix24/user", id=1, may_read_leads=False)
    ids = [vendors.new_invoice(companyId=company) for _ in range(2)]
    assert chosen(app, ids).counts == {"created": 2}
    assert (lacks(app, company), notes_of_last(app)) == (True, ["address_hidden"])
