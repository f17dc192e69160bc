"""The company of the table: books with many contacts, and customers of whom some are new to Xero."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

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
    return [
        invoices.invoice(here, 1, customers[n % len(customers)], invoices.rows(figures))
        for n in range(company.invoices)
    ]


def _contact(here: Place, name: str, email: str) -> None:
    here.control("xero/contacts/add", set={"Name": name, "EmailAddress": email})


def edit(here: Place, ids: Sequence[int]) -> None:
    """Somebody writes another subject on each."""
    for id in ids:
        here.control("bitrix24/edit", id=id, fields={"title": "Bathroom, ground floor"})
