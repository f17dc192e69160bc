"""What is done about the cents that tax rounding leaves between Bitrix24 and Xero. Pure.

Rows that are all without tax in their prices are written so, any other document with tax: then Xero's total is the sum
of the rows' totals, whatever each one's tax rounds to. Without tax in the prices each line's tax is rounded on its own
(facts §3.6), which may leave cents. Up to the set-up's tolerance they go where the set-up says, or the person for this
invoice: on the tax of the largest taxed lines, or on a line of their own on the organisation's rounding account. Beyond
it the document is written with tax in its prices, if that makes Bitrix24's total. If not, nothing is written and both
figures are shown. A total typed by hand is nothing that rounding left, so no cents are moved for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice, tax_key
from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, problem
from b24xero.xero.lines import WrittenLine, rounding_line, tax_problem, totals_of
from b24xero.xero.totals import NOTHING, Totals

Lines = tuple[WrittenLine, ...]

# What a person may choose for one invoice; "as_is" is written as Xero adds it up, and whoever writes it warns.
CHOICES = ("tax", "line", "as_is")


@dataclass(frozen=True)
class Settled:
    """The lines, with what was done about the cents (one of CHOICES, or nothing). ``plain`` is what Xero would make of
    them before anything is done; with a ``problem`` nothing was."""

    lines: Lines
    inclusive: bool
    plain: Totals
    cents: str = ""
    problem: Problem | None = None


def settle(
    invoice: Invoice, set_up: SetUp, books: Books, lines_of: Callable[[bool], Lines], choice: str = ""
) -> Settled:
    """The lines that make Bitrix24's total, or why there are none.

    Args:
        lines_of: the rows' lines in a document with tax in its prices (True) or without.
        choice: one of CHOICES for this invoice alone, instead of the set-up's.
    """
    inclusive = any(item.tax_included for item in invoice.line_items) or not invoice.line_items
    lines = lines_of(inclusive)
    drafted = Settled(lines, inclusive, totals_of(lines, inclusive=inclusive))
    rest = invoice.total - drafted.plain.total
    if not rest:
        return drafted
    if not inclusive:
        within = abs(rest) <= set_up.largest_rest and not invoice.total_is_manual
        if within and (placed := _placed(drafted, rest, choice or set_up.rounding, invoice, set_up, books)):
            return placed
        gross = lines_of(True)
        if totals_of(gross, inclusive=True).total == invoice.total:
            return replace(drafted, lines=gross, inclusive=True)
    return replace(drafted, problem=problem("total_differs", **_figures(drafted, invoice)))


def _placed(
    drafted: Settled, rest: Decimal, way: str, invoice: Invoice, set_up: SetUp, books: Books
) -> Settled | None:  # fmt: skip
    """The cents where ``way`` puts them; None where the taxes have no room for them."""
    if way == "as_is":
        return replace(drafted, cents=way)
    if way == "line":
        if missing := _without_account(set_up, books):
            return replace(drafted, problem=missing)
        return replace(drafted, lines=(*drafted.lines, rounding_line(rest, set_up, books)), cents=way)
    if way == "tax":
        lines = _spread(drafted.lines, rest)
        return replace(drafted, lines=lines, cents=way) if lines else None
    return replace(drafted, problem=problem("total_differs_choose", **_figures(drafted, invoice)))


def _without_account(set_up: SetUp, books: Books) -> Problem | None:
    """Why no line of rounding can be written: it stands on its own account with the tax type of "no VAT"."""
    return (
        tax_problem(tax_key(None), 1, set_up, books) if books.rounding_account else problem("rounding_account_missing")
    )


def _spread(lines: Lines, rest: Decimal) -> Lines | None:
    """``rest`` on the taxes, the largest line first, none below 0 or above its line's amount (facts §3.6); None when
    not all of it finds a place."""
    spread = list(lines)
    taxed = [n for n, line in enumerate(lines) if line.line.tax_rate and line.amount > 0]
    for n in sorted(taxed, key=lambda n: lines[n].amount, reverse=True):
        after = min(max(lines[n].tax + rest, NOTHING), lines[n].amount)
        if after != lines[n].tax:
            spread[n] = lines[n].taxed(after)
            rest -= after - lines[n].tax
    return None if rest else tuple(spread)


def _figures(drafted: Settled, invoice: Invoice) -> dict[str, object]:
    return {"bitrix24": invoice.total, "xero": drafted.plain.total, "currency": invoice.currency}
