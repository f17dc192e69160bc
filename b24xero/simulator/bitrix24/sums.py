"""The portal's arithmetic: a product row's prices and an invoice's totals (facts §3.4). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

HUNDRED = Decimal(100)
PERCENT = 2  # discountTypeId; 1 is an amount


def cents(value: Decimal) -> Decimal:
    """Half up (away from zero), two places: the only rounding there is."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def tax_factor(row: dict[str, Any]) -> Decimal:
    """1.15 for 15 %; no VAT (null) multiplies like 0 %."""
    return 1 + (row["taxRate"] or Decimal(0)) / HUNDRED


def priced(row: dict[str, Any]) -> dict[str, Any]:
    """The row with everything derived from ``price``, which includes tax always, even when taxIncluded is "N"."""
    row = dict(row, price=cents(row["price"]))
    exclusive = cents(row["price"] / tax_factor(row))
    discount = _discount(row, exclusive)
    netto = exclusive + discount["discountSum"]
    return row | discount | {
        "priceExclusive": exclusive,
        "priceNetto": netto,
        "priceBrutto": cents(netto * tax_factor(row)),
    }  # fmt: skip


def _discount(row: dict[str, Any], exclusive: Decimal) -> dict[str, Decimal]:
    """A discount is per unit and on the price without tax. A rate of 100 cannot be undone: the given sum stays."""
    rate, total = row["discountRate"], row["discountSum"]
    if row["discountTypeId"] == PERCENT and rate is not None:
        if rate < HUNDRED:
            total = exclusive * rate / (HUNDRED - rate)
    else:
        before = exclusive + (total or 0)
        rate = cents((total or Decimal(0)) / before * HUNDRED) if before else Decimal(0)
    return {"discountRate": rate, "discountSum": cents(total or Decimal(0))}


def row_total(row: dict[str, Any]) -> Decimal:
    if row["taxIncluded"] == "Y":
        return Decimal(row["price"] * row["quantity"])
    return Decimal(row["priceExclusive"] * row["quantity"] * tax_factor(row))


def row_tax(row: dict[str, Any]) -> Decimal:
    if row["taxIncluded"] == "Y":
        return Decimal(row["price"] * row["quantity"] * (1 - 1 / tax_factor(row)))
    return Decimal(row["priceExclusive"] * row["quantity"] * (tax_factor(row) - 1))


def totals(rows: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """``opportunity`` = Σ r(row total), ``taxValue`` = Σ r(row tax)."""
    kept = list(rows)
    return {
        "opportunity": sum((cents(row_total(row)) for row in kept), Decimal(0)),
        "taxValue": sum((cents(row_tax(row)) for row in kept), Decimal(0)),
    }
