"""How long lists are read page by page, and when they end. Pure.

Source: facts §2.3. ``page`` is 1-based, ``pageSize`` at most 1,000, ``pagination.pageCount`` tells how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from b24xero.xero import parse
from b24xero.xero.parse import XeroInvoice

PAGE_SIZE = 1000
# What Xero gives when it does not heed pageSize: only a page with fewer rows is certainly the last one.
SMALLEST_PAGE = 100

Envelope = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Invoices of one call. ``server_time``: when the reading of all pages began, by Xero's own clock, so that it is
    the next watermark; None when the answer does not tell. ``total``: how many invoices all pages hold; 0 when it does
    not tell."""

    invoices: tuple[XeroInvoice, ...]
    server_time: datetime | None
    total: int = 0


def envelopes(ask: Callable[[int], Envelope | None], name: str, first: int = 1) -> Iterator[Envelope]:
    """The answers of ``ask(page)`` from the first page on, one call each when it is wanted; the first one even when it
    is empty. None, which is a 304, ends them."""
    number = first
    while (answer := ask(number)) is not None:
        yield answer
        if not _more(answer, name, number):
            return
        number += 1


def invoice_pages(ask: Callable[[int], Envelope | None], first: int = 1) -> Iterator[Page]:
    """Sales invoices alone, whatever the answer holds beside."""
    began: datetime | None = None
    for number, answer in enumerate(envelopes(ask, "Invoices", first)):
        if number == 0:
            began = parse.moment(answer.get("DateTimeUTC"))
        sales = (row for row in answer["Invoices"] if row.get("Type") == "ACCREC")
        yield Page(tuple(map(parse.invoice, sales)), began, _block(answer, "itemCount") or 0)


def _more(answer: Envelope, name: str, number: int) -> bool:
    rows = len(answer[name])
    count = _block(answer, "pageCount")
    if count is not None:
        return rows > 0 and number < count
    return rows >= SMALLEST_PAGE


def _block(answer: Envelope, name: str) -> int | None:
    block = answer.get("pagination")
    count = block.get(name) if isinstance(block, Mapping) else None
    return count if isinstance(count, int) else None
