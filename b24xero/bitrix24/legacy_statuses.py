"""What the statuses of old invoices mean: their place in the portal's order, never their names. Pure.

P pays, and so does whatever stands behind it up to D; D cancels, and so does whatever stands behind that. Bitrix24
itself counts only P as success and all that follow it as failed. Without P, D or a third status, or with D before P, it
does nothing when a status is set, and answers as if it had (source facts §3.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from b24xero.bitrix24.flags import is_yes
from b24xero.bitrix24.parse import number, text
from b24xero.domain.invoice import Stage

ENTITY = "INVOICE_STATUS"
PAID, DECLINED = "P", "D"

# Before P; P itself; between P and D, which pays as well and is counted as failed; D and behind.
Effect = Literal["open", "pays", "pays_as_failed", "cancels"]
_MEANINGS: Mapping[Effect, Literal["process", "success", "failure"]] = {
    "open": "process", "pays": "success", "pays_as_failed": "failure", "cancels": "failure",
}  # fmt: skip


@dataclass(frozen=True)
class Status:
    """``stage``: the same in neutral words, its id the status's letter."""

    stage: Stage
    sort: int
    effect: Effect


@dataclass(frozen=True)
class Statuses:
    """All of the portal, in its order. ``work``: whether Bitrix24 does anything when one is set."""

    ordered: tuple[Status, ...] = ()

    @cached_property
    def work(self) -> bool:
        sorts = {status.stage.id: status.sort for status in self.ordered}
        return PAID in sorts and DECLINED in sorts and sorts[PAID] < sorts[DECLINED] and len(sorts) > 2

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(status.stage for status in self.ordered)

    def of(self, id: str) -> Status | None:
        return next((status for status in self.ordered if status.stage.id == id), None)

    def pay(self, id: str) -> bool:
        """Whether an invoice that comes to this status is paid by it."""
        status = self.of(id)
        return self.work and status is not None and status.effect in ("pays", "pays_as_failed")


def statuses(rows: Iterable[Mapping[str, Any]]) -> Statuses:
    """Of the rows of ``crm.status.list``; rows of other lists may be among them, since a filter that a portal does not
    know is left out in silence."""
    own = [row for row in rows if text(row.get("ENTITY_ID")) == ENTITY and text(row.get("STATUS_ID"))]
    ordered = sorted(own, key=lambda row: (number(row.get("SORT")), number(row.get("ID"))))
    sorts = {text(row["STATUS_ID"]): number(row.get("SORT")) for row in ordered}
    found = []
    for row in ordered:
        effect = _effect(text(row["STATUS_ID"]), number(row.get("SORT")), sorts)
        stage = Stage(
            text(row["STATUS_ID"]), text(row.get("NAME")), text(row.get("COLOR")), _MEANINGS[effect],
            is_yes(row.get("SYSTEM")),
        )  # fmt: skip
        found.append(Status(stage, number(row.get("SORT")), effect))
    return Statuses(tuple(found))


def _effect(id: str, sort: int, sorts: Mapping[str, int]) -> Effect:
    """Whatever shares a place with P or D counts as behind it, as the portal compares."""
    if DECLINED in sorts and sort >= sorts[DECLINED]:
        return "cancels"
    if id == PAID:
        return "pays"
    return "pays_as_failed" if PAID in sorts and sort >= sorts[PAID] else "open"
