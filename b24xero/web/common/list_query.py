"""The state of the invoices page as its address holds it. What cannot be read falls back kindly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from b24xero.domain.queries import ROWS, SORTS

XERO = ("all", "not", "in", "problem")
USUAL_ROWS = 25
LAST_PAGE = 1_000_000
# What the database's id columns hold; the portal has no larger ids, and a longer number is not one.
LARGEST_ID = 2**31 - 1
LONGEST_SEARCH = 100
_STAGE = re.compile(r"[A-Za-z0-9_:.-]{1,50}")


@dataclass(frozen=True)
class Asked:
    """``remembered`` is the person's own number of rows; ``now``: the list in the page itself, for readers without
    scripts."""

    q: str = ""
    stage: str = ""
    xero: str = "all"
    sort: str = "newest"
    rows: int = USUAL_ROWS
    page: int = 1
    now: bool = False
    remembered: int = USUAL_ROWS

    @property
    def narrowed(self) -> bool:
        return bool(self.stage) or self.xero != "all"

    def url(self, **changes: Any) -> str:
        """The address of this state with some changes; only what differs from the usual stands in it."""
        return url_for("invoices.index", **replace(self, **changes)._said())

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            name: value
            for name in ("q", "stage", "xero", "sort", "page")
            if (value := getattr(self, name)) != getattr(Asked, name)
        }
        if self.rows != USUAL_ROWS or self.remembered != USUAL_ROWS:
            said["rows"] = self.rows
        if self.now:
            said["now"] = 1
        return said


def read(address: Mapping[str, str], remembered: int) -> Asked:
    stage = address.get("stage", "")
    return Asked(
        q=" ".join(address.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH],
        stage=stage if _STAGE.fullmatch(stage) else "",
        xero=_one_of(XERO, address.get("xero")),
        sort=_one_of(SORTS, address.get("sort")),
        rows=_rows(address.get("rows", ""), remembered),
        page=whole_number(address.get("page", "")) or 1,
        now=address.get("now") == "1",
        remembered=remembered,
    )


def _one_of(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else allowed[0]


def _rows(value: str, remembered: int) -> int:
    number = whole_number(value)
    return number if number in ROWS else remembered


def whole_number(value: str) -> int:
    """1 to LAST_PAGE; anything else is 0."""
    number = int(value) if re.fullmatch(r"[0-9]{1,7}", value) else 0
    return number if number <= LAST_PAGE else 0
