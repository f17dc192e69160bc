"""What product rows come to, by the arithmetic of the portals there are. Pure.

A box of spring 2026 keeps eight decimals of a row and rounds an invoice's total once, at its end. Before April it
rounded each row to the cent and then added up; before February the prices, too (source facts §1 #2 and #3, §2.4). An
answer does not say which of these made a total, so it is compared with each. What was made under an older one stays
until somebody saves the invoice: a bare move of the stage makes it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from b24xero.domain.invoice import LineItem

NOTHING = Decimal("0.00")
# Room for eight decimals of whatever anybody may have typed.
_WIDE = Context(prec=60)
# What rounding of a kind that we do not know may leave of each row; more than that is something else.
A_ROW = Decimal("0.01")


def to_cent(amount: Decimal) -> Decimal:
    """Half up (away from zero) to two decimals."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP, _WIDE)


def to_row(amount: Decimal) -> Decimal:
    """The same to the eight decimals of a row, where there are more: a float in seventeen digits is cut by it, too."""
    return _cut(amount, "0.00000001")


def to_rate(rate: Decimal) -> Decimal:
    """Rates and quantities have four."""
    return _cut(rate, "0.0001")


def _cut(number: Decimal, places: str) -> Decimal:
    cut = number.quantize(Decimal(places), ROUND_HALF_UP, _WIDE)
    return number if cut == number else cut


def share_of(rate: Decimal | None) -> Decimal:
    """0.15 for 15 %; "no VAT" multiplies like 0 %."""
    return (rate or Decimal(0)) / 100


def net_and_tax(
    unit_gross: Decimal, unit_net: Decimal, quantity: Decimal, rate: Decimal | None, *, included: bool
) -> tuple[Decimal, Decimal]:
    """A row's amount without tax, and its tax: from the price with tax where that is the price, else from the other."""
    share = share_of(rate)
    if included:
        total = unit_gross * quantity
        tax = to_row(total * share / (1 + share)) if share else NOTHING
        return to_row(total) - tax, tax
    net = unit_net * quantity
    return to_row(net), to_row(net * share) if share else NOTHING


@dataclass(frozen=True)
class Sums:
    """``total``: what the rows make of the invoice; ``delivery``: what is in it beside them; ``former``: what the same
    rows made as long as the portal rounded otherwise."""

    total: Decimal
    delivery: Decimal = NOTHING
    former: tuple[Decimal, ...] = ()


def sums(rows: Sequence[LineItem], total: Decimal, tax: Decimal, *, by_hand: bool) -> Sums:
    """What is known of an invoice with this total and this tax.

    A total typed by hand says nothing of the rows. Any other is what the rows make and the paid deliveries of orders
    that are bound to the invoice, and these alone add no tax (source facts §1 #4, §2.4): so what is more than the rows
    beside the rows' own tax is a delivery. With another tax it is not known what it is.
    """
    if not rows:
        return Sums(NOTHING)
    newest = to_cent(sum((row.net + row.tax for row in rows), NOTHING))
    older = sum((row.total for row in rows), NOTHING)
    oldest = sum((_oldest_total(row) for row in rows), NOTHING)
    made = newest if total == newest or _in_full(rows) else older
    former = tuple(dict.fromkeys(each for each in (older, oldest) if each != total))
    if total in (newest, older):
        return Sums(total, NOTHING, former)
    beside = total - made
    if by_hand or beside <= A_ROW * len(rows) or tax not in _taxes(rows):
        return Sums(made, NOTHING, former)
    return Sums(made, beside, tuple(each + beside for each in former))


def _in_full(rows: Sequence[LineItem]) -> bool:
    """Whether the prices have eight decimals where the division by the tax leaves so many."""
    return all(row.unit_net == to_row(row.unit_gross / (1 + share_of(row.tax_rate))) for row in rows)


def _oldest_total(row: LineItem) -> Decimal:
    """A row's total when prices had two decimals; the price with tax is the one that a new reckoning starts from."""
    share, gross = share_of(row.tax_rate), to_cent(row.unit_gross)
    if row.tax_included:
        return to_cent(gross * row.quantity)
    return to_cent(to_cent(gross / (1 + share)) * row.quantity * (1 + share))


def tax_of(rows: Sequence[LineItem]) -> Decimal:
    """The rows' taxes, each to the cent: where the portal does not say what it made of them."""
    return sum((to_cent(row.tax) for row in rows), NOTHING)


def _taxes(rows: Sequence[LineItem]) -> tuple[Decimal, ...]:
    """What the portals there are make of the rows' taxes: each to the cent, or to whole units where the currency has
    no smaller ones, or the sum alone."""
    return (
        tax_of(rows),
        to_cent(sum((row.tax for row in rows), NOTHING)),
        sum((row.tax.quantize(Decimal(1), ROUND_HALF_UP, _WIDE) for row in rows), NOTHING),
    )
