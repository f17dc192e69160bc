"""The state of the invoices page as its address holds it. What cannot be read falls back kindly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from b24xero.domain.invoice import Kind
from b24xero.domain.invoice_key import LARGEST_ID as LARGEST_ID
from b24xero.domain.queries import ROWS, SORTS

KINDS = ("", "new", "old")
XERO = ("all", "not", "in", "problem")
USUAL_ROWS = 25
LAST_PAGE = 1_000_000
LONGEST_SEARCH = 100
_STAGE = re.compile(r"[A-Za-z0-9_:.-]{1,50}")


@dataclass(frozen=True)
class Asked:
    """``kind``: "new" or "old" invoices, empty: those that the portal has, the new ones where it has both.
    ``remembered`` is the person's own number of rows; ``now``: the list in the page itself, for readers without
    scripts."""

    q: str = ""
    stage: str = ""
    xero: str = "all"
    kind: str = ""
    sort: str = "newest"
    rows: int = USUAL_ROWS
    page: int = 1
    now: bool = False
    remembered: int = USUAL_ROWS

    @property
    def narrowed(self) -> bool:
        return bool(self.stage) or self.xero != "all"

    def kind_of(self, kinds: Sequence[Kind]) -> Kind:
        """Which are shown, of those that the portal has."""
        asked: Kind = "legacy" if self.kind == "old" else "smart"
        return asked if asked in kinds else kinds[0]

    def url(self, **changes: Any) -> str:
        """The address of this state with some changes; only what differs from the usual stands in it."""
        return url_for("invoices.index", **replace(self, **changes)._said())

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            name: value
            for name in ("q", "stage", "xero", "kind", "sort", "page")
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
        kind=_one_of(KINDS, address.get("kind")),
        sort=_one_of(SORTS, address.get("sort")),
        rows=_rows(address.get("rows", ""), remembered),
        page=_number(address.get("page", "")) or 1,
        now=address.get("now") == "1",
        remembered=remembered,
    )


def _one_of(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else allowed[0]


def _rows(value: str, remembered: int) -> int:
    number = _number(value)
    return number if number in ROWS else remembered


def _number(value: str) -> int:
    """1 to LAST_PAGE; anything else is 0."""
    number = int(value) if re.fullmatch(r"[0-9]{1,7}", value) else 0
    return number if number <= LAST_PAGE else 0
