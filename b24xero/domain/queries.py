"""What a page of invoices or products is asked for and what it holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from b24xero.domain.invoice import InvoiceRow, Kind, Stage
from b24xero.domain.product import Product

ROWS = (10, 25, 50, 100)
SORTS = ("newest", "oldest", "number", "largest")


@dataclass(frozen=True)
class InvoiceQuery:
    """``page`` counts from 1. ``only_ids`` / ``without_ids`` restrict to invoices in a certain state in Xero, by their
    keys; those of another ``kind`` say nothing."""

    page: int = 1
    rows: int = 25
    sort: str = "newest"
    search: str = ""
    stage: str = ""
    only_ids: tuple[int, ...] | None = None
    without_ids: tuple[int, ...] = ()
    kind: Kind = "smart"


@dataclass(frozen=True)
class InvoicePage:
    """``total`` counts what this person may see; ``first`` is the position of the first row (1-based, 0 when empty)."""

    rows: tuple[InvoiceRow, ...]
    total: int
    first: int
    stages: tuple[Stage, ...]

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
