"""What a page of invoices or products is asked for and what it holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, get_args

from b24xero.domain.invoice import InvoiceRow, Kind, Stage, is_old
from b24xero.domain.invoice_key import ids_of
from b24xero.domain.product import Product

ROWS = (10, 25, 50, 100)
Sort = Literal["newest", "oldest", "number", "largest"]
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True)
class Start:
    """Where a page of both kinds begins: after ``new`` invoices of today, and after so many old ones that the page has
    its place. ``old_total``: how many old ones there were in all; none is asked for past them."""

    new: int
    old_total: int


@dataclass(frozen=True)
class Starts:
    """Of a page and of those beside it; None: not known, or there is no such page."""

    own: Start | None = None
    previous: Start | None = None
    next: Start | None = None


@dataclass(frozen=True)
class InvoiceQuery:
    """``page`` counts from 1. ``only_ids`` / ``without_ids`` restrict to invoices in a certain state in Xero,
    ``stages`` (none: all of them) and the days from ``since`` to ``until`` by what Bitrix24 says. ``counted``: all
    invoices of these days are asked for beside the page, to be counted. Ids are keys, and stages those of both kinds.
    ``dated_from``: of these days the page holds only those from then on. ``start``: where the page begins where both
    ``kinds`` are asked for, as the page before it told; None: not known.
    """

    page: int = 1
    rows: int = 25
    sort: Sort = "newest"
    search: str = ""
    stages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    counted: bool = False
    only_ids: tuple[int, ...] | None = None
    without_ids: tuple[int, ...] = ()
    kinds: tuple[Kind, ...] = ("smart",)
    dated_from: date | None = None
    start: Start | None = None

    def from_day(self, day: date | None) -> InvoiceQuery:
        """Of these days those from ``day`` on."""
        return self if day is None else replace(self, since=max(day, self.since or day))

    def of(self, kind: Kind) -> InvoiceQuery:
        """For one kind, with the ids and stages of that alone, in the portal's numbers. No ids are left where nothing
        of this kind can fit."""
        stages = tuple(stage for stage in self.stages if is_old(stage) == (kind == "legacy"))
        only = None if self.only_ids is None else ids_of(kind, self.only_ids)
        if self.stages and not stages:
            only = ()
        without = ids_of(kind, self.without_ids)
        return replace(self, stages=stages, only_ids=only, without_ids=without, kinds=(kind,), start=None)


@dataclass(frozen=True)
class Counted:
    """The newest invoices of a period that this person sees; ``total``: how many there are."""

    rows: tuple[InvoiceRow, ...]
    total: int
    stages: tuple[Stage, ...]

    @property
    def whole(self) -> bool:
        return len(self.rows) >= self.total


@dataclass(frozen=True)
class Group:
    """Invoices that are told by number alone: those of ``ids`` and ``stages``, dated from ``since`` on; None:
    whichever."""

    ids: tuple[int, ...] | None = None
    stages: tuple[str, ...] | None = None
    since: date | None = None


@dataclass(frozen=True)
class InvoicePage:
    """``total`` counts what this person may see; ``first`` is the position of the first row (1-based, 0 when empty).
    ``beside``: the newest of all invoices of these days, without names, and how many there are. ``numbers``: where
    those are not all, how many there are of each group that was asked for; one that had no room is missing. ``starts``:
    of pages of both kinds."""

    rows: tuple[InvoiceRow, ...]
    total: int
    first: int
    stages: tuple[Stage, ...]
    beside: Counted | None = None
    starts: Starts = Starts()
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


@dataclass(frozen=True)
class ProductQuery:
    """``page`` counts from 1; ``search`` is looked for in names and codes."""

    page: int = 1
    rows: int = 25
    search: str = ""


@dataclass(frozen=True)
class ProductPage:
    """As ``InvoicePage``, of the catalogue."""

    rows: tuple[Product, ...]
    total: int
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0
