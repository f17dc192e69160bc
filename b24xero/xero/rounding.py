"""What is done about the cents that rounding leaves between Bitrix24's total and tax and Xero's. Pure.

Bitrix24 rounds an invoice once, or each row; Xero rounds each line and each line's tax (facts §3.6). So what the lines
add up to may be cents beside Bitrix24's total, or beside its tax. Rows that are all without tax in their prices are
written so, any other document with tax.

Up to the set-up's tolerance the cents go where the set-up says, or the person for this invoice. "tax", on the lines:
the lines whose own rounding was nearest to the other side are rounded to that side, in their amount or in their tax, a
cent a line, so that total and tax both are Bitrix24's. "line": the taxes become Bitrix24's in this way, and what is
left of the total stands on a line on the organisation's rounding account. Where the tax cannot be reached the total is
kept, and both taxes are told.

Beyond the tolerance the document is written with its tax in the prices, or without, if that comes nearer. If not,
nothing is written and both figures are shown. A total typed by hand is nothing that rounding left, so no cents are
moved for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice, tax_key
from b24xero.domain.set_up import Cents, Rounding, SetUp
from b24xero.errors import Problem, problem
from b24xero.xero.lines import WrittenLine, drafted, rounding_line, row_line, tax_problem, totals_of
from b24xero.xero.totals import CENT, NOTHING, Totals

Lines = tuple[WrittenLine, ...]

# What a person may choose for one invoice; "as_is" is written as Xero adds it up, and whoever writes it warns.
CHOICES: tuple[Cents, ...] = ("tax", "line", "as_is")


@dataclass(frozen=True)
class Settled:
    """The lines, with what was done about the cents of the total (one of CHOICES, or nothing). ``plain`` is what Xero
    would make of them before anything is done; with a ``problem`` nothing was."""

    lines: Lines
    inclusive: bool
    plain: Totals
    cents: Cents = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class _Draft:
    """The lines of one document on their way, as they stand now."""

    invoice: Invoice
    set_up: SetUp
    books: Books
    inclusive: bool
    lines: Lines

    @cached_property
    def totals(self) -> Totals:
        return totals_of(self.lines, inclusive=self.inclusive)

    @property
    def rest(self) -> Decimal:
        """Bitrix24's total less Xero's."""
        return self.invoice.total - self.totals.total

    @property
    def rest_of_tax(self) -> Decimal:
        """The same of the tax; an invoice without rows has none that could be compared."""
        return self.invoice.tax - self.totals.tax if self.invoice.line_items else NOTHING

    @property
    def rest_of_amounts(self) -> Decimal:
        """What the lines' amounts lack so that total and tax both are Bitrix24's."""
        return self.rest if self.inclusive else self.rest - self.rest_of_tax

    @property
    def may_move(self) -> bool:
        """A total typed by hand is nothing that rounding left."""
        return not self.invoice.total_is_manual

    @property
    def explained(self) -> bool:
        """Whether Bitrix24's total is what its own rounding makes of the rows."""
        return self.invoice.rows_total + self.invoice.delivery == self.invoice.total

    def within(self, rest: Decimal) -> bool:
        return abs(rest) <= self.set_up.largest_rest


def settle(invoice: Invoice, set_up: SetUp, books: Books, choice: Cents = "") -> Settled:
    """The lines that make Bitrix24's total, or why there are none.

    Args:
        choice: one of CHOICES for this invoice alone, instead of the set-up's.
    """
    with_tax = any(item.tax_included for item in invoice.line_items) or not invoice.line_items
    first = _draft(invoice, set_up, books, inclusive=with_tax)
    plain, way = first.totals, choice or set_up.rounding
    if not first.rest:
        return _settled(first if way == "as_is" else _as_taxed(first), plain)
    if first.may_move and first.within(first.rest) and (placed := _placed(first, way)):
        return placed
    other = _draft(invoice, set_up, books, inclusive=not with_tax)
    if not other.rest:
        return _settled(_as_taxed(other), plain)
    if other.may_move and other.explained and other.within(other.rest) and (placed := _placed(other, way)):
        return replace(placed, plain=plain)
    return replace(_settled(first, plain), problem=_difference(first))


def _difference(draft: _Draft) -> Problem:
    """Both figures; where nothing but rounding stands between them, the tolerance, too."""
    if draft.may_move and draft.explained:
        return problem("total_beyond_tolerance", amount=draft.set_up.largest_rest, **_values(draft))
    return problem("total_differs", **_values(draft))


def _draft(invoice: Invoice, set_up: SetUp, books: Books, *, inclusive: bool) -> _Draft:
    return _Draft(invoice, set_up, books, inclusive, drafted(invoice, set_up, books, inclusive=inclusive))


def _settled(draft: _Draft, plain: Totals, cents: Cents = "") -> Settled:
    return Settled(draft.lines, draft.inclusive, plain, cents)


def _as_taxed(draft: _Draft) -> _Draft:
    """With Bitrix24's tax where the total is right already, if both can be had."""
    return _on_lines(draft) or draft if draft.rest_of_tax else draft


def _placed(draft: _Draft, way: Cents | Rounding) -> Settled | None:
    """The cents where ``way`` puts them; None where the lines have no room for them."""
    plain = draft.totals
    if way == "as_is":
        return _settled(draft, plain, way)
    if way == "line":
        if missing := _without_account(draft.set_up, draft.books):
            return replace(_settled(draft, plain), problem=missing)
        return _settled(*_with_line(draft, plain))
    if way == "tax":
        done = _on_lines(draft) or _for_the_total(draft)
        return _settled(done, plain, way) if done else None
    return replace(_settled(draft, plain), problem=problem("total_differs_choose", **_values(draft)))


def _without_account(set_up: SetUp, books: Books) -> Problem | None:
    """Why no line of rounding can be written: it stands on its own account with the tax type of "no VAT"."""
    return (
        tax_problem(tax_key(None), 1, set_up, books) if books.rounding_account else problem("rounding_account_missing")
    )


def _with_line(draft: _Draft, plain: Totals) -> tuple[_Draft, Totals, Cents]:
    """Bitrix24's tax where the lines have room for it; then what the total lacks, if it still lacks something."""
    taxed = (_tax_moved(draft) if draft.within(draft.rest_of_tax) else None) or draft
    taxed = taxed if taxed.within(taxed.rest) else draft
    if not taxed.rest:
        return taxed, plain, ""
    rounding = rounding_line(taxed.rest, draft.set_up, draft.books)
    return replace(taxed, lines=(*taxed.lines, rounding)), plain, "line"


# -- cents on the lines -----------------------------------------------------------------------------------------------


def _on_lines(draft: _Draft) -> _Draft | None:
    """Total and tax both as in Bitrix24; None where the tax is further off than the tolerance, or has no room."""
    moved = _amounts_moved(draft, draft.rest_of_amounts) if draft.within(draft.rest_of_tax) else None
    return _tax_moved(moved) if moved else None


def _for_the_total(draft: _Draft) -> _Draft | None:
    """The total alone: on the amounts where tax stands in them, else on the taxes."""
    return _amounts_moved(draft, draft.rest) if draft.inclusive else _tax_moved(draft, draft.rest)


def _amounts_moved(draft: _Draft, rest: Decimal) -> _Draft | None:
    """``rest`` on the amounts of the rows' lines, a cent each, on those first that it brings least off: what was
    rounded up is rounded down instead, or the other way round. An amount that is whole cents moves only where the rows
    do make Bitrix24's total, which has the cent of its own rounding in it, and then the largest one."""
    items, lines, step = draft.invoice.line_items, list(draft.lines), CENT.copy_sign(rest)

    def off(n: int) -> tuple[Decimal, Decimal]:
        return (lines[n].amount + step - lines[n].exact_amount) * step, -abs(lines[n].amount)

    furthest = CENT * CENT * (2 if draft.explained else 1)
    movable = [n for n in range(len(items)) if rest and lines[n].exact_amount and off(n)[0] < furthest]
    if abs(rest) > CENT * len(movable):
        return None
    for n, cents in _shares(rest, movable, off):
        amount = lines[n].amount + cents
        lines[n] = row_line(items[n], draft.set_up, draft.books, inclusive=draft.inclusive, amount=amount)
    return replace(draft, lines=tuple(lines))


def _tax_moved(draft: _Draft, rest: Decimal | None = None) -> _Draft | None:
    """``rest`` (None: what the tax lacks) on the taxes, a cent each, on those first that it brings least off; none
    beyond 0 or beyond its line's amount (facts §3.6). None when not all of it finds a place."""
    rest = draft.rest_of_tax if rest is None else rest
    lines, step = list(draft.lines), CENT.copy_sign(rest)

    def off(n: int) -> tuple[Decimal, Decimal]:
        return (lines[n].tax + step - lines[n].exact_tax) * step, -abs(lines[n].amount)

    movable = [n for n, line in enumerate(lines) if line.line.tax_rate and _bounded(line, line.tax + step) != line.tax]
    for n, cents in _shares(rest, movable, off):
        after = _bounded(lines[n], lines[n].tax + cents)
        rest -= after - lines[n].tax
        lines[n] = lines[n].taxed(after, inclusive=draft.inclusive)
    return None if rest else replace(draft, lines=tuple(lines))


def _bounded(line: WrittenLine, tax: Decimal) -> Decimal:
    """What of a tax a line may have: of its amount's own sign, and no more than the amount."""
    return min(max(tax, min(line.amount, NOTHING)), max(line.amount, NOTHING))


def _shares(
    rest: Decimal, movable: Sequence[int], off: Callable[[int], tuple[Decimal, Decimal]]
) -> list[tuple[int, Decimal]]:
    """How many cents of ``rest`` each line takes: a cent each in the order of ``off``, then once more around."""
    if not movable or not rest:
        return []
    whole, more = divmod(int(abs(rest) / CENT), len(movable))
    ordered = sorted(movable, key=off)
    cents = [CENT.copy_sign(rest) * (whole + (place < more)) for place in range(len(ordered))]
    return [(n, share) for n, share in zip(ordered, cents, strict=True) if share]


def _values(draft: _Draft) -> dict[str, object]:
    return {"bitrix24": draft.invoice.total, "xero": draft.totals.total, "currency": draft.invoice.currency}
