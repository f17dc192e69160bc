"""In which order invoices stand in a list, and how one page is cut from two lists of one order. Pure.

A page of both kinds begins somewhere in each list: after ``new`` invoices of today and ``old`` old ones. From there the
two are merged by their sort, and of two that are alike the one of today comes first. A list may miss positions whose
rows could not be read: they take their place and show nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.queries import Sort

# By what they are sorted before their ids, as the portal does.
_KEYS: Mapping[Sort, Callable[[InvoiceRow], Any]] = {
    "newest": lambda row: -row.date.toordinal(), "oldest": lambda row: row.date.toordinal(),
    "number": lambda row: row.number.casefold(), "largest": lambda row: -row.total,
}  # fmt: skip
_LARGEST_FIRST: tuple[Sort, ...] = ("newest", "largest")


def ordered(rows: Iterable[InvoiceRow], sort: Sort) -> tuple[InvoiceRow, ...]:
    """Of one kind."""
    key, sign = _KEYS[sort], -1 if sort in _LARGEST_FIRST else 1
    return tuple(sorted(rows, key=lambda row: (key(row), sign * row.id)))


@dataclass(frozen=True)
class Place:
    """How many invoices of each kind come before."""

    new: int = 0
    old: int = 0

    @property
    def all(self) -> int:
        return self.new + self.old


@dataclass(frozen=True)
class Listed:
    """One kind's list as far as it was read: rows by their positions, and how many there are."""

    rows: Mapping[int, InvoiceRow]
    total: int


@dataclass(frozen=True)
class TwoLists:
    """Both kinds, each in the portal's order of this ``sort``."""

    new: Listed
    old: Listed
    sort: Sort

    @property
    def end(self) -> Place:
        return Place(self.new.total, self.old.total)

    def after(self, place: Place, count: int) -> tuple[tuple[InvoiceRow, ...], Place]:
        """The next ``count`` of both, and where whatever follows them begins."""
        rows: list[InvoiceRow | None] = []
        new, old = place.new, place.old
        while len(rows) < count and (new < self.new.total or old < self.old.total):
            if self._is_new_next(new, old):
                rows.append(self.new.rows.get(new))
                new += 1
            else:
                rows.append(self.old.rows.get(old))
                old += 1
        return tuple(row for row in rows if row), Place(new, old)

    def before(self, place: Place, count: int) -> Place:
        """Where the ``count`` before a place begin."""
        new, old = place.new, place.old
        for _ in range(min(count, place.all)):
            if new == 0 or (old > 0 and self._is_new_next(new - 1, old - 1)):
                old -= 1
            else:
                new -= 1
        return Place(new, old)

    def fits(self, place: Place) -> bool:
        """Whether a page may begin there: nothing before it belongs behind it. Lists that became others since the place
        was told may say no."""
        if place.new > self.new.total or place.old > self.old.total or min(place.new, place.old) < 0:
            return False
        last_new, next_old = self.new.rows.get(place.new - 1), self.old.rows.get(place.old)
        if last_new and next_old and not self._is_first(last_new, next_old):
            return False
        last_old, next_new = self.old.rows.get(place.old - 1), self.new.rows.get(place.new)
        return not (last_old and next_new and self._is_first(next_new, last_old))

    def _is_new_next(self, new: int, old: int) -> bool:
        if new >= self.new.total or old >= self.old.total:
            return new < self.new.total
        one, other = self.new.rows.get(new), self.old.rows.get(old)
        return one is None or (other is not None and self._is_first(one, other))

    def _is_first(self, new: InvoiceRow, old: InvoiceRow) -> bool:
        key = _KEYS[self.sort]
        return bool(key(new) <= key(old))
