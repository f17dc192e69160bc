"""The shop's arithmetic: what the rows of an old invoice come to, in both precisions. Pure.

``PRICE`` is after the discount; ``VAT_INCLUDED`` says whether the tax is in it (source §3.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b24xero.simulator.bitrix24.sums import Precision, rounded

# Decimals of the columns in which the shop keeps an invoice's sums.
HEADER = {8: 4, 2: 2}


@dataclass(frozen=True)
class Shop:
    """How it reckons. ``location_tax``: percent, in the document tax mode alone; else None. ``decimals``: of the
    invoice's currency."""

    kept: Precision
    decimals: int = 2
    location_tax: Decimal | None = None


def row_sums(row: dict[str, Any], shop: Shop) -> tuple[Decimal, Decimal]:
    """A row's amount as its price says it, and its tax: in the amount where VAT_INCLUDED, else beside it."""
    share = Decimal(0) if shop.location_tax is not None else row["VAT_RATE"] or Decimal(0)
    amount, places = row["PRICE"] * row["QUANTITY"], shop.kept.price
    inside = share / (1 + share) if row["VAT_INCLUDED"] == "Y" else share
    return rounded(amount, places), rounded(amount * inside, places)


def totals(rows: Iterable[dict[str, Any]], shop: Shop) -> dict[str, Decimal]:
    """``PRICE`` and ``TAX_VALUE`` of the invoice."""
    listed = list(rows)
    sums = [row_sums(row, shop) for row in listed]
    beside = (tax for row, (_, tax) in zip(listed, sums, strict=True) if row["VAT_INCLUDED"] != "Y")
    price = sum((amount for amount, _ in sums), Decimal(0)) + sum(beside, Decimal(0))
    tax = sum((rounded(tax, min(shop.decimals, shop.kept.price)) for _, tax in sums), Decimal(0))
    if shop.location_tax is not None:
        tax = rounded(price * shop.location_tax / 100, 2)
        price += tax
    places = HEADER[shop.kept.price]
    return {"PRICE": rounded(price, places), "TAX_VALUE": rounded(tax, places)}
