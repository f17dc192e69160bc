"""One kind's list of a page of both: its pages of 50, as far as they were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from b24xero.bitrix24 import invoice_count, invoice_list, legacy_pages
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.item_list import INVOICE, PAGE, list_command
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.invoice_order import Listed
from b24xero.domain.queries import InvoiceQuery


@dataclass
class Side:
    """``command``: its page that begins at a position. ``alone``: its conditions do not travel in a batch. ``total``:
    as the portal counts, None until it did. ``rows``: by their positions. ``whole``: all of it is known."""

    name: str
    command: Callable[[int], tuple[str, Params]]
    alone: bool
    total: int | None = None
    rows: dict[int, InvoiceRow] = field(default_factory=dict)
    whole: bool = False
    _read: set[int] = field(default_factory=set)

    @property
    def listed(self) -> Listed:
        return Listed(self.rows, self.total or 0)

    def name_of(self, start: int) -> str:
        return f"{self.name}_{start}"

    def starts(self, wanted: range) -> list[int]:
        """Of the pages that hold these positions and were not read; none past the total."""
        end = wanted.stop if self.total is None else min(wanted.stop, self.total)
        pages = range(max(wanted.start, 0) // PAGE * PAGE, end, PAGE)
        return [] if self.whole else [start for start in pages if start not in self._read]

    def take(self, start: int, total: int, rows: Iterable[InvoiceRow]) -> None:
        """A page. Beyond its end the older list answers page 1 again."""
        self._read.add(start)
        self.total = total
        if start < total or not start:
            self.rows |= dict(enumerate(rows, start))

    def is_all(self, rows: Iterable[InvoiceRow]) -> None:
        self.rows = dict(enumerate(rows))
        self.total, self.whole = len(self.rows), True


def new_side(query: InvoiceQuery, searched: Params) -> Side:
    condition, order = invoice_list.condition_of(query, searched), invoice_list.ORDERS[query.sort]

    def page(start: int) -> tuple[str, Params]:
        return list_command(INVOICE, condition, invoice_count.FIELDS, order, start)

    return _side("new", page, query, alone=invoice_list.has_many_ids(condition))


def old_side(query: InvoiceQuery) -> Side:
    condition, order = legacy_pages.condition_of(query), legacy_pages.ORDERS[query.sort]

    def page(start: int) -> tuple[str, Params]:
        return legacy_pages.list_command(condition, order, start)

    return _side("old", page, query, alone=legacy_pages.has_many_ids(condition))


def _side(name: str, page: Callable[[int], tuple[str, Params]], query: InvoiceQuery, *, alone: bool) -> Side:
    """None is asked for where nothing of this kind can fit."""
    side = Side(name, page, alone)
    if query.only_ids == ():
        side.is_all(())
    return side
