"""Whether two versions of an invoice's body differ by nothing but the cents of rounding. Pure.

Bitrix24 reckons an invoice anew whenever it is saved, and newer boxes with more decimals: a bare move to another stage
then makes other unit prices, and a total that is cents off, though nobody changed anything (source facts §2.4). And a
later version of this program may choose another form for the same line. Neither is a change of the invoice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from b24xero.domain.books import Books
from b24xero.xero import content, tracking
from b24xero.xero.content import Document, Line

Json = dict[str, Any]

# Two roundings of one row, with a cent moved onto it, are no further apart.
A_LINE, A_PRICE = Decimal("0.02"), Decimal("0.0101")
_ORIGINAL = re.compile(r" \((-?[0-9]+(?:\.[0-9]+)?) × \S+\)$")


def but_for_cents(before: Json, now: Json, totals: Iterable[Decimal], books: Books) -> bool:
    """Whether ``now`` says what ``before`` said.

    Args:
        totals: what the rows make of the total now, and what they made under the portal's older roundings: the total
            of ``before`` is one of these, or somebody did change something.
    """
    if before.get("InvoiceNumber") != now.get("InvoiceNumber"):
        return False
    then, later = content.sent(before, books), content.sent(now, books)
    if _header(then) != _header(later) or _total(then) not in totals:
        return False
    pairs = _rows(then, books), _rows(later, books)
    return len(pairs[0]) == len(pairs[1]) and all(
        _alike(one, other, then, later) for one, other in zip(*pairs, strict=True)
    )


def tax_of(body: Json, books: Books) -> Decimal:
    """The tax that Xero made of a body."""
    return sum((_tax(line) for line in content.sent(body, books).lines or ()), Decimal(0))


def total_of(body: Json, books: Books) -> Decimal:
    """The total that Xero made of a body."""
    return _total(content.sent(body, books))


def _header(said: Document) -> tuple[object, ...]:
    return said.date, said.due_date, said.reference, said.contact, said.currency, said.theme


def _rows(said: Document, books: Books) -> list[Line]:
    """Without what stands for no row."""
    return [line for line in said.lines or () if not line.account or line.account != books.rounding_account]


def _gross(line: Line, said: Document) -> Decimal:
    """The line's total, with tax."""
    return line.amount if said.prices == "Inclusive" else line.amount + _tax(line)


def _tax(line: Line) -> Decimal:
    return (line.computed or Decimal(0)) if line.tax_amount is None else line.tax_amount


def _total(said: Document) -> Decimal:
    return sum((_gross(line, said) for line in said.lines or ()), Decimal(0))


def _alike(one: Line, other: Line, then: Document, later: Document) -> bool:
    if (one.account, one.tax, one.item, _original(one)) != (other.account, other.tax, other.item, _original(other)):
        return False
    if not tracking.is_same(one.tracking, other.tracking):
        return False
    # A price with tax and one without cannot be compared, nor one with the price of the whole; their totals can.
    priced = one.quantity == other.quantity and then.prices == later.prices
    if priced and abs((one.price or Decimal(0)) - (other.price or Decimal(0))) > A_PRICE:
        return False
    return abs(_gross(one, then) - _gross(other, later)) <= A_LINE


def _original(line: Line) -> tuple[str, Decimal | None]:
    """The row's own words and quantity, also where the line was written as one amount."""
    words = line.description or ""
    found = _ORIGINAL.search(words)
    return (words[: found.start()], Decimal(found[1])) if found and line.quantity == 1 else (words, line.quantity)
