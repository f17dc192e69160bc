"""What the statuses of old invoices mean: their order says it, and no name."""

from __future__ import annotations

from typing import Any

import pytest

from b24xero.bitrix24.legacy_statuses import Statuses, statuses


def row(code: str, sort: int, name: str = "Paid", entity: str = "INVOICE_STATUS") -> dict[str, Any]:
    return {"ID": str(sort), "ENTITY_ID": entity, "STATUS_ID": code, "NAME": name, "SORT": str(sort), "SYSTEM": "N"}


BUILT_IN = [row("N", 100), row("S", 110), row("P", 130), row("D", 140)]


def effects(found: Statuses) -> dict[str, str]:
    return {status.stage.id: status.effect for status in found.ordered}


def test_only_the_order_says_what_a_status_means() -> None:
    found = statuses([*BUILT_IN, row("H", 120), row("B", 135), row("X", 150)])
    assert effects(found) == {
        "N": "open", "S": "open", "H": "open", "P": "pays", "B": "pays_as_failed", "D": "cancels", "X": "cancels",
    }  # fmt: skip
    assert [stage.meaning for stage in found.stages] == ["process"] * 3 + ["success"] + ["failure"] * 3
    assert [id for id in "NSHPBDX" if found.pay(id)] == ["P", "B"]


def test_rows_of_other_lists_are_left_out() -> None:
    assert [stage.id for stage in statuses([*BUILT_IN, row("CALL", 10, entity="SOURCE")]).stages] == list("NSPD")


@pytest.mark.parametrize("rows", [
    [], BUILT_IN[:3], [BUILT_IN[0], BUILT_IN[1], BUILT_IN[3]], [row("P", 130), row("D", 140)],
    [row("N", 100), row("D", 120), row("P", 130)],
])  # fmt: skip
def test_without_a_sound_order_a_status_does_nothing(rows: list[dict[str, Any]]) -> None:
    found = statuses(rows)
    assert (found.work, found.pay("P")) == (False, False)
    assert statuses(BUILT_IN).work
