"""The invoices of a bench: many, for customers that several people share, with amounts that round."""

from __future__ import annotations

import random
from typing import Any

from bench.place import PEOPLE, Place

# So many invoices have one customer; each customer has invoices of everybody, so that all want its contact at once.
A_CUSTOMER = 20
CUSTOMER = "Acme Plumbing"


def write(here: Place, count: int, seed: int = 1, first: int = 0) -> dict[str, list[int]]:
    """Keys of new invoices in the stage "Sent", by the name of whoever is to push them; their customers are new ones,
    numbered from ``first``."""
    figures = random.Random(seed)
    companies = [company(here, first + n) for n in range(max(1, count // A_CUSTOMER))]
    found: dict[str, list[int]] = {owner: [] for owner in PEOPLE.values()}
    owners = list(PEOPLE.items())
    for n in range(count):
        number, owner = owners[n % len(owners)]
        customer = companies[n // len(owners) % len(companies)]
        found[owner].append(invoice(here, number, customer, rows(figures)))
    return found


def name(n: int) -> str:
    return f"{CUSTOMER} {n}"


def company(here: Place, n: int) -> int:
    made = here.control("bitrix24/company", title=name(n), email=f"accounts{n}@acme.example")
    return int(made["item"]["id"])


def invoice(here: Place, owner: int, company: int, rows: list[dict[str, Any]]) -> int:
    if here.old:
        old = here.control(
            "bitrix24/old-invoice", ORDER_TOPIC="Bathroom, upper floor", STATUS_ID="S", UF_COMPANY_ID=company,
            RESPONSIBLE_ID=owner, by=owner, rows=list(map(_old_row, rows)),
        )  # fmt: skip
        return -int(old["ID"])
    made = here.control(
        "bitrix24/invoice", title="Bathroom, upper floor", stageId="DT31_7:S", currencyId="NZD", companyId=company,
        assignedById=owner, by=owner, rows=rows,
    )  # fmt: skip
    return int(made["item"]["id"])


def _old_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "PRODUCT_NAME": row["productName"], "PRICE": str(row["price"]), "QUANTITY": str(row["quantity"]),
        "VAT_RATE": "0.15", "VAT_INCLUDED": row["taxIncluded"],
    }  # fmt: skip


def rows(figures: random.Random) -> list[dict[str, Any]]:
    """One to three rows whose cents do not come out even."""
    wares = figures.sample(("Consulting hour", "Copper pipe, 15 mm", "Shower tray", "Travel"), figures.randint(1, 3))
    return [
        {
            "productName": ware, "price": figures.randint(100, 90000) / 100, "quantity": figures.choice((1, 2, 3, 7.5)),
            "taxRate": 15, "taxIncluded": figures.choice("YN"), "sort": 10,
        }
        for ware in wares
    ]  # fmt: skip
