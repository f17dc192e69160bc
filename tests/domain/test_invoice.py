"""What can be said of an invoice in neutral words alone."""

from __future__ import annotations

import pytest

from b24xero.domain.invoice import is_gone


@pytest.mark.parametrize(
    ("stage", "gone"),
    [("DT31_7:S", False), ("DT31_7:UC_OLD", True), ("DT31_9:S", False), ("DT31_7", False), ("", False)],
)
def test_a_stage_is_gone_where_others_of_its_pipeline_are_shown_and_it_is_not(stage: str, gone: bool) -> None:
    assert is_gone(stage, ["DT31_7:N", "DT31_7:S"]) is gone
    assert not is_gone(stage, [])
