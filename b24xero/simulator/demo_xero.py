"""The demo's two Xero organisations and what is in their books before the connector comes.

Deterministic: the same ids and amounts each time, dated back from the clock's today.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from b24xero.simulator.demo_customers import COMPANIES, PEOPLE, PLACES, Company, Person
from b24xero.simulator.xero import Xero, people, profiles, shapes
from b24xero.simulator.xero.answers import Call
from b24xero.simulator.xero.items import save_item
from b24xero.simulator.xero.records import Json
from b24xero.simulator.xero.state import Organisation

JOINERY = "Harbour & Hill Joinery"
STUDIO = "Harbour & Hill Design Studio"
CONTACTS = 150
INVOICES = 36
LOCK_DAYS = 200

# Contacts that trip a careless client: quotes, ampersands, plus signs, double-byte names, near-namesakes.
_TRICKY = (
    'The "Blue Door" Café', "O'Brien & Daughters", "Marks & Marks + Partners", "株式会社 港木工", "Nelson 100% Timber",
    "Brightwater Builders", "Redwood and Daughter Inc", "Kowhai & Stone Architects",
)  # fmt: skip
_ARCHIVED_NAMESAKE = "Ruby Coast Cidery"
_MERGED = ("Wakefield School", "Wakefield School Board of Trustees")
_FIRST = (
    "Anchor", "Beacon", "Cable Bay", "Dovedale", "Eastern", "Flaxmere", "Granity", "Hira", "Inlet", "Jubilee",
    "Karamea", "Lookout", "Monaco", "Nile", "Old Coach", "Pepin", "Quay", "Rai", "Spooners", "Takapou",
)  # fmt: skip
_SECOND = ("Roofing", "Glass", "Plumbing", "Electrical", "Motors", "Nursery", "Bakery", "Freight", "Panels", "Farms")


@dataclass(frozen=True)
class Product:
    """Something in the joinery's catalogue that Xero knows as well."""

    code: str
    name: str
    price: str
    account: str = "200"


PRODUCTS = (
    Product("KC-600", "Kitchen cabinet, base unit 600 mm", "684.50"),
    Product("KC-900", "Kitchen cabinet, wall unit 900 mm", "512.00"),
    Product("BT-RIMU", "Benchtop, rimu, oiled", "389.90"),
    Product("DOOR-INT", "Interior door, hung", "298.00"),
    Product("HOUR-FIT", "Fitting, per hour", "78.00"),
    Product("HOUR-DES", "Design consultation, per hour", "120.00", "210"),
)


def seed_xero(xero: Xero) -> None:
    """Fill an empty Xero; its ``reset`` control comes back to the same."""
    xero.seed = seed_xero
    joinery = _joinery(xero)
    studio = _studio(xero)
    xero.add_login("accounts", "Accounts (both organisations)", "accounts@harbourhill.example", [joinery, studio])
    xero.add_login("mere", "Mere (joinery only)", "mere@harbourhill.example", [joinery])


# -- Harbour & Hill Joinery -------------------------------------------------------------------------------------


def _joinery(xero: Xero) -> Organisation:
    now = xero.clock.now()
    books = xero.add_organisation(profiles.new_zealand(JOINERY, xero.ids, now))
    books.accounts.append(profiles.account(xero.ids, now, "210", "Sales, consulting", "REVENUE", "OUTPUT2"))
    books.currencies += profiles.currencies("AUD")
    call = xero.call_for(books)
    _add_customers(call)
    _add_others(call)
    _add_items(call)
    _add_invoices(call)
    _age(call)
    books.period_lock = now.date() - timedelta(days=LOCK_DAYS)
    return books


def _add_customers(call: Call) -> None:
    """Every third customer of the demo is known here already, by the same name and e-mail address.

    The first of them was archived once and made anew, so its name is there twice.
    """
    people.add_contact(call, _contact(COMPANIES[0]))
    people.archive_contact(call, COMPANIES[0].name)
    for customer in COMPANIES[::3] + PEOPLE[:14:3]:
        if call.organisation.active_contact_named(customer.name) is None:
            people.add_contact(call, _contact(customer))


def _contact(customer: Company | Person) -> Json:
    place = PLACES[customer.city]
    address = {
        "AddressType": "POBOX", "AddressLine1": customer.street, "City": customer.city, "Region": place.region,
        "PostalCode": place.postcode, "Country": place.country,
    }  # fmt: skip
    contact: Json = {"Name": customer.name, "EmailAddress": customer.email, "Addresses": [address]}
    if customer.phone:
        contact["Phones"] = [{"PhoneType": "DEFAULT", "PhoneNumber": customer.phone}]
    if isinstance(customer, Company):
        return contact | {"TaxNumber": customer.tax_number, "DefaultCurrency": customer.currency}
    return contact | {"FirstName": customer.first_name, "LastName": customer.last_name}


def _add_others(call: Call) -> None:
    """Tricky names, an archived namesake, a merged contact, and ordinary ones up to 150."""
    for name in _TRICKY:
        people.add_contact(call, {"Name": name})
    namesake = call.organisation.active_contact_named(_ARCHIVED_NAMESAKE)
    if namesake is None:
        people.add_contact(call, {"Name": _ARCHIVED_NAMESAKE, "EmailAddress": "old@rubycoast.example"})
        people.archive_contact(call, _ARCHIVED_NAMESAKE)
    people.add_contact(call, {"Name": "Forgotten on request"})
    people.forget_contact(call, "Forgotten on request")
    loser, winner = _MERGED
    if call.organisation.active_contact_named(winner) is None:
        people.add_contact(call, {"Name": winner, "EmailAddress": "office@wakefieldschool.example"})
    people.add_contact(call, {"Name": loser, "EmailAddress": "office@wakefieldschool.example"})
    people.merge_contacts(call, loser, winner)
    for name in chain.from_iterable([f"{first} {second} Ltd" for first in _FIRST] for second in _SECOND):
        if len(call.organisation.contacts) >= CONTACTS:
            break
        people.add_contact(call, {"Name": name, "EmailAddress": f"office@{_mail_name(name)}.example"})


def _mail_name(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _add_items(call: Call) -> None:
    for product in PRODUCTS:
        details = {"UnitPrice": float(product.price), "AccountCode": product.account}
        values = {"Code": product.code, "Name": product.name, "Description": product.name, "SalesDetails": details}
        save_item(call, people.element(values, shapes.ITEM, "Item"), None)


def _add_invoices(call: Call) -> None:
    """A few dozen of last year's, made by hand: most approved, some paid, some in part, a few drafts."""
    chance, books = random.Random("harbour"), call.organisation
    customers = [contact for contact in books.contacts.values() if contact.status == "ACTIVE"]
    books.next_invoice = 41
    for index in range(INVOICES):
        day = call.now.date() - timedelta(days=LOCK_DAYS + 100 - index * 6)
        row = people.add_invoice(call, _invoice(chance, day, chance.choice(customers).contact_id, index))
        _settle(call, str(row["InvoiceID"]), index)


def _invoice(chance: random.Random, day: date, contact_id: str, index: int) -> Json:
    product = chance.choice(PRODUCTS)
    line = {
        "Description": product.name, "Quantity": chance.randint(1, 8), "UnitAmount": float(product.price),
        "AccountCode": product.account, "ItemCode": product.code,
    }  # fmt: skip
    return {
        "Contact": {"ContactID": contact_id}, "Date": day.isoformat(),
        "DueDate": (day + timedelta(days=20)).isoformat(), "LineAmountTypes": "Exclusive",
        "Status": "DRAFT" if index % 12 == 11 else "AUTHORISED", "LineItems": [line],
    }  # fmt: skip


def _settle(call: Call, invoice_id: str, index: int) -> None:
    """Two of three are paid; one in nine only in part; one is voided and one credited."""
    invoice = people.find_invoice(call, invoice_id)
    if invoice.status != "AUTHORISED":
        return
    if index == 10:
        people.edit(call, invoice_id, {"Status": "VOIDED"}, True)
    elif index == 16:
        people.credit(call, invoice_id, None, True)
    elif index % 9 == 4:
        people.pay(call, invoice_id, invoice.total / 2, invoice.day + timedelta(days=14), True)
    elif index % 3 != 1:
        people.pay(call, invoice_id, None, invoice.day + timedelta(days=18), True)


def _age(call: Call) -> None:
    """UpdatedDateUTC lies as far back as the documents do: nothing here was changed today."""
    books = call.organisation
    for contact in list(books.contacts.values()):
        books.contacts[contact.contact_id] = replace(contact, updated=call.now - timedelta(days=310))
    for invoice in list(books.invoices.values()):
        last = max([invoice.day] + [payment.day for payment in invoice.payments])
        updated = datetime(last.year, last.month, last.day, 3, 30, tzinfo=UTC)
        paid = tuple(replace(payment, updated=updated) for payment in invoice.payments)
        books.payments |= {payment.payment_id: payment for payment in paid}
        books.put_invoice(replace(invoice, payments=paid, updated=updated))


# -- Harbour & Hill Design Studio -------------------------------------------------------------------------------


def _studio(xero: Xero) -> Organisation:
    books = xero.add_organisation(profiles.united_kingdom(STUDIO, xero.ids, xero.clock.now()))
    call = xero.call_for(books)
    for name in ("Thames Wharf Interiors Ltd", "Brook & Bell", "Hackney Joinery Collective"):
        people.add_contact(call, {"Name": name, "EmailAddress": f"hello@{_mail_name(name)}.example"})
    return books
