"""This file knows Xero's own rounding, so that its total is known before it is asked. Pure.

The rules, in words (Xero facts §3.6; half-way cases go away from zero):

1. The unit price is rounded to four decimals (we always ask with ``unitdp=4``) *before* it is multiplied.
2. A line's amount is quantity × unit price, less the discount (a rate in percent, or an amount), rounded to the cent.
3. Tax is computed a line, rounded to the cent, then summed; the document's totals are sums and never computed again.
   Exclusive: amount × rate. Inclusive: the part amount × rate ÷ (1 + rate) of the amount. No tax: 0.
4. A tax amount given with a line replaces the computed one.
5. Exclusive: total = amounts + taxes. Inclusive: total = amounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
UNIT = Decimal("0.0001")
HUNDRED = Decimal(100)


def to_cent(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def to_unit(price: Decimal) -> Decimal:
    return price.quantize(UNIT, ROUND_HALF_UP)


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


def line_amount(line: Line) -> Decimal:
    """Rules 1 and 2."""
    full = line.quantity * to_unit(line.unit_price)
    if line.discount_rate is not None:
        return to_cent(full * (1 - line.discount_rate / HUNDRED))
    return to_cent(full - (line.discount_amount or 0))


def line_tax(line: Line, *, inclusive: bool) -> Decimal:
    """Rules 3 and 4."""
    if line.tax_amount is not None:
        return line.tax_amount
    if not line.tax_rate:
        return Decimal("0.00")
    rate = line.tax_rate / HUNDRED
    amount = line_amount(line)
    return to_cent(amount * rate / (1 + rate) if inclusive else amount * rate)


def totals(lines: Iterable[Line], *, inclusive: bool) -> Totals:
    """Rules 3 and 5."""
    amounts = taxes = Decimal("0.00")
    for line in lines:
        amounts += line_amount(line)
        taxes += line_tax(line, inclusive=inclusive)
    if inclusive:
        return Totals(amounts - taxes, taxes, amounts)
    return Totals(amounts, taxes, amounts + taxes)
