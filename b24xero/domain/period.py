"""Which days a period means: this month, last month, this quarter, from one day to another. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

NAMED = ("month", "last-month", "quarter", "last-quarter", "year")
CHOSEN = "days"


@dataclass(frozen=True)
class Period:
    """``name``: one of NAMED, CHOSEN, or empty for all time; ``since`` and ``until`` are what a person chose."""

    name: str = ""
    since: date | None = None
    until: date | None = None

    def days(self, today: date) -> tuple[date | None, date | None]:
        """Its first and its last day; None: open."""
        if self.name == CHOSEN:
            return self.since, self.until
        if self.name not in NAMED:
            return None, None
        first = _first(self.name, today)
        return first, _next(self.name, first) - timedelta(days=1)


def _first(name: str, today: date) -> date:
    month = today.replace(day=1)
    if name == "last-month":
        return (month - timedelta(days=1)).replace(day=1)
    if name == "year":
        return month.replace(month=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    if name == "last-quarter":
        before = quarter - timedelta(days=1)
        return before.replace(day=1, month=before.month - 2)
    return quarter if name == "quarter" else month


def _next(name: str, first: date) -> date:
    months = {"year": 12, "quarter": 3, "last-quarter": 3}.get(name, 1)
    ahead = first.month - 1 + months
    return date(first.year + ahead // 12, ahead % 12 + 1, 1)
