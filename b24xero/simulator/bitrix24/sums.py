"""The portal's arithmetic: a product row's prices and an invoice's totals, in both precisions. Pure.

A box of spring 2026 keeps eight decimals of a price and rounds an invoice's total once, at its end; one before that
rounds every price, and every row, to the cent (source facts §2.4, §1 #2 to #4; facts §3.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

HUNDRED = Decimal(100)
PERCENT = 2  # discountTypeId; 1 is an amount


@dataclass(frozen=True)
class Precision:
    """Decimals of a price and of a rate. A row's total and tax have those of a price, too, before they are added up."""

    price: int
    rate: int


PRECISIONS = {"new": Precision(price=8, rate=4), "old": Precision(price=2, rate=2)}
QUANTITY = 4


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up (away from zero): the only rounding there is."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def cents(value: Decimal) -> Decimal:
    return rounded(value, 2)


def tax_share(row: dict[str, Any]) -> Decimal:
    """0.15 for 15 %; no VAT (null) multiplies like 0 %."""
    return Decimal((row["taxRate"] or Decimal(0)) / HUNDRED)


def priced(row: dict[str, Any], kept: Precision) -> dict[str, Any]:
    """The row with everything derived from ``price``, which includes tax always, even when taxIncluded is "N"."""
    row = dict(row, price=rounded(row["price"], kept.price), quantity=rounded(row["quantity"], QUANTITY))
    row["taxRate"] = None if row["taxRate"] is None else rounded(row["taxRate"], kept.rate)
    factor = 1 + tax_share(row)
    exclusive = rounded(row["price"] / factor, kept.price)
    discount = _discount(row, exclusive, kept)
    netto = exclusive + discount["discountSum"]
    return row | discount | {
        "priceExclusive": exclusive,
        "priceNetto": netto,
        "priceBrutto": rounded(netto * factor, kept.price),
    }  # fmt: skip


def _discount(row: dict[str, Any], exclusive: Decimal, kept: Precision) -> dict[str, Any]:
    """A discount is per unit and on the price without tax. A rate of 100 cannot be undone: the given sum stays."""
    rate, total = row["discountRate"], row["discountSum"]
    if row["discountTypeId"] == PERCENT and rate is not None:
        rate = rounded(rate, kept.rate)
        if rate < HUNDRED:
            total = HUNDRED * exclusive / (HUNDRED - rate) - exclusive
    else:
        before = exclusive + (total or 0)
        rate = rounded((total or Decimal(0)) / before * HUNDRED, kept.rate) if before else Decimal(0)
    return {"discountRate": rate, "discountSum": rounded(total or Decimal(0), kept.price)}


def row_sums(row: dict[str, Any], kept: Precision) -> tuple[Decimal, Decimal]:
    """A row's total, with tax, and its tax."""
    share = tax_share(row)
    if row["taxIncluded"] == "Y":
        total = row["price"] * row["quantity"]
        return rounded(total, kept.price), rounded(total * share / (1 + share), kept.price)
    net = row["priceExclusive"] * row["quantity"]
    tax = rounded(net * share, kept.price)
    if kept.price == 2:  # amount and tax together, then once to the cent
        return rounded(net * (1 + share), 2), tax
    return rounded(net, kept.price) + tax, tax


def totals(
    rows: Iterable[dict[str, Any]], kept: Precision, delivery: Decimal = Decimal(0), decimals: int = 2
) -> dict[str, Decimal]:
    """``opportunity`` and ``taxValue``.

    Args:
        delivery: paid deliveries of orders bound to the invoice; no row stands for them, and no tax.
        decimals: of the invoice's currency, to which each row's tax is rounded before it is added up.
    """
    sums = [row_sums(row, kept) for row in rows]
    total = sum((total for total, _ in sums), Decimal(0))
    tax = sum((rounded(tax, min(decimals, kept.price)) for _, tax in sums), Decimal(0))
    return {"opportunity": cents(rounded(total, kept.price) + delivery), "taxValue": cents(tax)}
