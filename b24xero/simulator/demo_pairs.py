"""Old invoices of the demo that somebody typed into Xero as well: what "Find in Xero" finds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from b24xero.simulator.bitrix24 import Bitrix24
from b24xero.simulator.bitrix24.legacy_payers import full_name, owner
from b24xero.simulator.bitrix24.state import COMPANY, Fields, Portal
from b24xero.simulator.demo_xero import JOINERY
from b24xero.simulator.xero import Xero, people
from b24xero.simulator.xero.answers import Call

# As many were typed, those that are waiting for their money; every fourth with a number of its own in Xero.
PAIRS = 12
_OTHERWISE = 4


def seed(bitrix24: Bitrix24, xero: Xero) -> None:
    """After both are filled; nothing where the portal has no old invoices."""
    portal = bitrix24.world
    books = next(one for one in xero.organisations.values() if one.name == JOINERY)
    call = xero.call_for(books)
    for n, invoice in enumerate(_waiting(portal)[:PAIRS]):
        _type(call, portal, invoice, number="" if n % _OTHERWISE == _OTHERWISE - 1 else str(invoice["ACCOUNT_NUMBER"]))
        if n % _OTHERWISE == 0:
            people.pay(call, str(invoice["ACCOUNT_NUMBER"]), None, invoice["DATE_BILL"] + timedelta(days=1), True)


def _waiting(portal: Portal) -> list[Fields]:
    """Sent, in the portal's own currency, to somebody, and for something."""
    own = portal.invoice_currency()
    return [
        one for one in portal.old_invoices.values()
        if one["STATUS_ID"] == "S" and one["CURRENCY"] == own and owner(one)[1] and one["PRICE"] > 0
    ]  # fmt: skip


def _type(call: Call, portal: Portal, invoice: Fields, number: str) -> None:
    """One line for all of it, as people do."""
    kind, id = owner(invoice)
    customer = portal.items[kind][id]
    name = str(customer["title"]) if kind == COMPANY else full_name(customer)
    contact = call.organisation.active_contact_named(name)
    contact_id = contact.contact_id if contact else people.add_contact(call, {"Name": name})["ContactID"]
    line = {
        "Description": invoice["ORDER_TOPIC"], "Quantity": 1, "AccountCode": "200", "TaxType": "OUTPUT2",
        "UnitAmount": float(Decimal(invoice["PRICE"]).quantize(Decimal("0.01"))),
    }  # fmt: skip
    values = {
        "Contact": {"ContactID": contact_id}, "Date": invoice["DATE_BILL"].isoformat(), "CurrencyCode": "NZD",
        "DueDate": invoice["DATE_PAY_BEFORE"].isoformat(), "LineAmountTypes": "Inclusive", "Status": "AUTHORISED",
        "LineItems": [line],
    }  # fmt: skip
    people.add_invoice(call, values | ({"InvoiceNumber": number} if number else {}))
