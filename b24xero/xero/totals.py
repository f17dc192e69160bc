"""Xero's own rounding, so that its total is known before it is asked. Pure.

The rules, in words (Xero facts §3.6; half-way cases go away from zero, which is unverified for a line's amount):

1. The unit price is rounded to four decimals (to two without ``unitdp=4``, which we always ask for) *before* it is
   multiplied.
2. A line's amount is quantity × unit price, less the discount (a rate in percent, or an amount), rounded to the cent.
3. Tax is computed a line, rounded to the cent, then summed; the document's totals are sums and never computed again.
   Exclusive: amount × rate. Inclusive: the part amount × rate ÷ (1 + rate) of the amount. NoTax: 0.
4. A tax amount given with a line replaces the computed one, unless the document has no tax at all.
5. Exclusive: total = amounts + taxes. Inclusive and NoTax: total = amounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

# How the prices of a document stand to tax, in Xero's words (facts §3.1).
Basis = Literal["Exclusive", "Inclusive", "NoTax"]

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
# Decimals of a unit price with unitdp=4 (facts §3.6).
UNIT_PLACES = 4
_QUANTA = {2: CENT, UNIT_PLACES: Decimal("0.0001")}
NOTHING = Decimal("0.00")


def to_cent(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def to_unit(price: Decimal, places: int = UNIT_PLACES) -> Decimal:
    return price.quantize(_QUANTA[places], ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """A line as it is written. ``tax_rate`` in percent (None: no tax); ``tax_amount`` overrides the computed tax."""

    quantity: Decimal
    unit_price: Decimal
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_rate: Decimal | None = None
    tax_amount: Decimal | None = None


@dataclass(frozen=True)
class Totals:
    """What Xero will show: ``net`` without tax, ``tax``, ``total``."""

    net: Decimal
    tax: Decimal
    total: Decimal


def line_amount(line: Line, places: int = UNIT_PLACES) -> Decimal:
    """Rules 1 and 2."""
    full = line.quantity * to_unit(line.unit_price, places)
    if line.discount_rate is not None:
        return to_cent(full * (1 - line.discount_rate / HUNDRED))
    return to_cent(full - (line.discount_amount or 0))


def line_tax(line: Line, basis: Basis, places: int = UNIT_PLACES) -> Decimal:
    """Rules 3 and 4."""
    if basis == "NoTax":
        return NOTHING
    if line.tax_amount is not None:
        return line.tax_amount
    if not line.tax_rate:
        return NOTHING
    amount = line_amount(line, places)
    return to_cent(amount * line.tax_rate / (HUNDRED + line.tax_rate if basis == "Inclusive" else HUNDRED))


def totals(lines: Iterable[Line], basis: Basis, places: int = UNIT_PLACES) -> Totals:
    """Rules 3 and 5."""
    return summed(((line_amount(line, places), line_tax(line, basis, places)) for line in lines), basis)


def summed(parts: Iterable[tuple[Decimal, Decimal]], basis: Basis) -> Totals:
    """The totals of lines whose (amount, tax) are known already: they are added up, never computed again."""
    amounts = taxes = NOTHING
    for amount, tax in parts:
        amounts, taxes = amounts + amount, taxes + tax
    if basis == "Inclusive":
        return Totals(amounts - taxes, taxes, amounts)
    return Totals(amounts, taxes, amounts + taxes)
