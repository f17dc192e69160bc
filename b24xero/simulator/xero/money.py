"""Xero's arithmetic (facts §3.6): what is rounded, when, and how the header sums are made.

Every midpoint goes away from zero. Unit prices are rounded *before* they are multiplied; tax is rounded line by line
and the header only adds up.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class Amounts(Protocol):
    """What the header needs of a line."""

    @property
    def line_amount(self) -> Decimal: ...
    @property
    def tax_amount(self) -> Decimal: ...


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Half away from zero at ``places`` decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def line_amount(quantity: Decimal, unit: Decimal, discount_rate: Decimal, discount_amount: Decimal) -> Decimal:
    """Rule 2: quantity times the rounded unit price, less the discount, to two places."""
    gross = quantity * unit
    return rounded(gross * (1 - discount_rate / HUNDRED) - discount_amount)


def line_tax(amount: Decimal, rate: Decimal, line_amount_types: str) -> Decimal:
    """Rule 4: the tax of one line; ``rate`` is a percentage such as 15."""
    if line_amount_types == "NoTax":
        return ZERO
    if line_amount_types == "Inclusive":
        return rounded(amount * rate / (HUNDRED + rate))
    return rounded(amount * rate / HUNDRED)


def totals(lines: Iterable[Amounts], line_amount_types: str) -> tuple[Decimal, Decimal, Decimal]:
    """Rule 6: (SubTotal, TotalTax, Total) as sums of what the lines say."""
    amounts = [(line.line_amount, line.tax_amount) for line in lines]
    lines_sum = sum((amount for amount, _ in amounts), ZERO)
    tax_sum = sum((tax for _, tax in amounts), ZERO)
    if line_amount_types == "Inclusive":
        return lines_sum - tax_sum, tax_sum, lines_sum
    return lines_sum, tax_sum, lines_sum + tax_sum
