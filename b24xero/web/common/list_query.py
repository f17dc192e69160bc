"""The state of the invoices page as its address holds it. What cannot be read falls back kindly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar, get_args

from flask import url_for
from werkzeug.datastructures import MultiDict

from b24xero.domain.invoice import Kind, is_old
from b24xero.domain.invoice_key import LARGEST_ID as LARGEST_ID
from b24xero.domain.period import CHOSEN, NAMED, Period
from b24xero.domain.queries import ROWS, SORTS, Sort, Start
from b24xero.reconciliation.worklist import Cut

# What one may look at alone; those of the page's bar come first, the others are lines of "To do" and ages.
Age = Literal["age-0", "age-1", "age-2", "age-3", "age-4"]
# What is known from our own memory alone: those that another set-up wrote.
View = Cut | Age | Literal["otherwise"]
BAR: tuple[Cut, ...] = ("all", "todo", "ready", "differs", "awaiting", "overdue", "paid", "not_sent")
AGES: tuple[Age, ...] = get_args(Age)
LINES: tuple[Cut, ...] = ("changed", "asked", "refused", "paid_here", "paid_there", "by_hand", "aside")
VIEWS: tuple[View, ...] = (*BAR, *LINES, "otherwise", *AGES)
KindOf = Literal["", "new", "old"]
KINDS: Mapping[KindOf, Kind | None] = {"": None, "new": "smart", "old": "legacy"}
MOST_STAGES = 50
USUAL_ROWS = 25
LAST_PAGE = 1_000_000
LONGEST_SEARCH = 100
T = TypeVar("T", bound=str)
_STAGE = re.compile(r"[A-Za-z0-9_:.-]{1,50}")


@dataclass(frozen=True)
class Asked:
    """``kind``: "new" or "old" invoices, empty: all that the portal has. ``start``: where this page begins in the lists
    of both kinds, as the page beside it told; it goes with whatever else of the address becomes another.
    ``remembered`` is the person's own number of rows; ``now``: the list in the page itself, for readers without
    scripts."""

    q: str = ""
    stages: tuple[str, ...] = ()
    view: View = "all"
    kind: KindOf = ""
    period: Period = Period()
    sort: Sort = "newest"
    rows: int = USUAL_ROWS
    page: int = 1
    start: Start | None = None
    now: bool = False
    remembered: int = USUAL_ROWS

    @property
    def narrowed(self) -> bool:
        return self.filters > 0 or self.view != "all"

    @property
    def filters(self) -> int:
        """How many are on, besides the view."""
        return bool(self.stages) + bool(self.period.name) + bool(self.kind)

    def kinds_of(self, kinds: Sequence[Kind]) -> tuple[Kind, ...]:
        """Which are shown, of those that the portal has."""
        asked = KINDS[self.kind]
        return (asked,) if asked and asked in kinds else tuple(kinds)

    def url(self, **changes: Any) -> str:
        """The address of this state with some changes; only what differs from the usual stands in it."""
        usual = {} if changes.keys() <= {"now"} else {"start": None}
        return url_for("invoices.index", **replace(self, **{**usual, **changes})._said())

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            name: value
            for name in ("q", "view", "kind", "sort", "page")
            if (value := getattr(self, name)) != getattr(Asked, name)
        }
        if self.stages:
            said["stage"] = list(self.stages)
        if self.start:
            said["start"] = f"{self.start.new}.{self.start.old_total}"
        said |= self._period_said()
        if self.rows != USUAL_ROWS or self.remembered != USUAL_ROWS:
            said["rows"] = self.rows
        if self.now:
            said["now"] = 1
        return said

    def _period_said(self) -> dict[str, str]:
        days = {"from": self.period.since, "to": self.period.until}
        said = {"dated": self.period.name} if self.period.name else {}
        return said | {name: day.isoformat() for name, day in days.items() if day}


def read(given: Mapping[str, str], remembered: int) -> Asked:
    address = MultiDict(given)
    kind = _one_of(tuple(KINDS), address.get("kind"))
    return Asked(
        q=" ".join(address.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH],
        stages=_stages(address.getlist("stage"), KINDS[kind]),
        view=_one_of(VIEWS, address.get("view")),
        kind=kind,
        period=_period(address),
        sort=_one_of(SORTS, address.get("sort")),
        rows=_rows(address.get("rows", ""), remembered),
        page=whole_number(address.get("page", "")) or 1,
        start=_start(address.get("start", "")),
        now=address.get("now") == "1",
        remembered=remembered,
    )


def _one_of(allowed: tuple[T, ...], value: str | None) -> T:
    return next((one for one in allowed if one == value), allowed[0])


def _period(address: Mapping[str, str]) -> Period:
    name = address.get("dated", "")
    if name in NAMED:
        return Period(name)
    since, until = _day(address.get("from", "")), _day(address.get("to", ""))
    return Period(CHOSEN, since, until) if name == CHOSEN and (since or until) else Period()


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
    except ValueError:
        return None


def _stages(asked: Iterable[str], kind: Kind | None) -> tuple[str, ...]:
    """Without those that no invoice of this kind can have."""
    known = dict.fromkeys(filter(_STAGE.fullmatch, asked))
    return tuple(stage for stage in known if kind is None or is_old(stage) == (kind == "legacy"))[:MOST_STAGES]


def _start(value: str) -> Start | None:
    new, dot, old_total = value.partition(".")
    known = dot and all(re.fullmatch(r"[0-9]{1,7}", part) for part in (new, old_total))
    return Start(int(new), int(old_total)) if known else None


def _rows(value: str, remembered: int) -> int:
    number = whole_number(value)
    return number if number in ROWS else remembered


def whole_number(value: str) -> int:
    """1 to LAST_PAGE; anything else is 0."""
    number = int(value) if re.fullmatch(r"[0-9]{1,7}", value) else 0
    return number if number <= LAST_PAGE else 0
