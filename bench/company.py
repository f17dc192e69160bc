"""The company of the table: books with many contacts, and customers of whom some are new to Xero."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from b24xero.db.models import InvoiceLink, Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from bench import invoices
from bench.place import Place


@dataclass(frozen=True)
class Company:
    """So many invoices for so many customers, one in five of them new to Xero, whose books have so many contacts."""

    invoices: int = 1000
    customers: int = 200
    contacts: int = 6000

    @property
    def new(self) -> int:
        return self.customers // 5


def found(here: Place, company: Company, seed: int = 1) -> list[int]:
    """The ids of its invoices; all that can be known of it stands in the two systems, nothing in ours."""
    figures = random.Random(seed)
    known = company.customers - company.new
    for n in range(known):
        _contact(here, invoices.name(n), f"accounts{n}@acme.example")
    there = len(here.control("xero/contacts"))
    for n in range(company.contacts - there):
        _contact(here, f"Harbour Ltd {n}", f"office{n}@harbour.example")
    customers = [invoices.company(here, n) for n in range(company.customers)]
    ids = [
        invoices.invoice(here, 1, customers[n % len(customers)], invoices.rows(figures))
        for n in range(company.invoices)
    ]
    here.control("clock", seconds=60)  # nobody presses in the second in which an invoice is written
    return ids


def _contact(here: Place, name: str, email: str) -> None:
    here.control("xero/contacts/add", set={"Name": name, "EmailAddress": email})


def edit(here: Place, ids: Sequence[int]) -> None:
    """Somebody writes another subject on each."""
    for id in ids:
        here.control("bitrix24/edit", id=id, fields={"title": "Bathroom, ground floor"})


def linked(here: Place, count: int) -> list[int]:
    """Invoices that stand in Xero, awaiting payment, linked without having been pressed one by one; the organisation
    has been read up to now."""
    customer = here.control("bitrix24/company", title="Bay Homes", email="ap@bay.example")["item"]["id"]
    _contact(here, "Bay Homes", "ap@bay.example")
    contact = next(one for one in here.control("xero/contacts") if one["Name"] == "Bay Homes")["ContactID"]
    ids = [invoices.invoice(here, 1, customer, []) for _ in range(count)]
    made = [here.control("xero/invoices/add", set=_in_xero(contact, id))["InvoiceID"] for id in ids]
    here.control("clock", seconds=1200)  # older than what a reading looks at twice
    with here.app.app_context(), writing():
        organisation = db.session.scalars(select(Organisation)).one()
        organisation.watermark = organisation.swept_at = utc_now() + timedelta(seconds=1200)
        rows = [_link(organisation.id, id, xero_id) for id, xero_id in zip(ids, made, strict=True)]
        db.session.execute(insert(InvoiceLink), rows)
    return ids


def _in_xero(contact: str, id: int) -> dict[str, Any]:
    return {
        "Type": "ACCREC", "InvoiceNumber": f"MANY-{id}", "Status": "AUTHORISED", "Date": "2026-11-20",
        "DueDate": "2027-11-20", "Contact": {"ContactID": contact},
        "LineItems": [{"Description": "Hour", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}],
    }  # fmt: skip


def _link(organisation: int, id: int, xero_id: str) -> dict[str, Any]:
    return {
        "organisation_id": organisation, "bitrix24_id": id, "xero_id": xero_id, "xero_number": f"MANY-{id}",
        "xero_status": "AUTHORISED", "told": "awaiting", "line_ids": {}, "problems": [], "written_at": utc_now(),
    }  # fmt: skip


def pay(here: Place, ids: Sequence[int]) -> None:
    for id in ids:
        here.control("xero/pay", invoice=f"MANY-{id}")
