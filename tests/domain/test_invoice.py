"""What can be said of an invoice in neutral words alone."""

from __future__ import annotations

import pytest

from b24xero.domain.invoice import is_gone, number_of


@pytest.mark.parametrize(
    ("stage", "gone"),
    [("DT31_7:S", False), ("DT31_7:UC_OLD", True), ("DT31_9:S", False), ("DT31_7", False), ("", False)],
)
def test_a_stage_is_gone_where_others_of_its_pipeline_are_shown_and_it_is_not(stage: str, gone: bool) -> None:
    assert is_gone(stage, ["DT31_7:N", "DT31_7:S"]) is gone
    assert not is_gone(stage, [])


@pytest.mark.parametrize(
    ("kind", "number"), [("company", "B24-CO-41"), ("contact", "B24-C-41"), ("invoice", "B24-I-41")]
)
def test_each_customer_has_a_number_that_no_other_has(kind: str, number: str) -> None:
    """A company, a contact and an old invoice that names neither may have the same id."""
    assert number_of(kind, 41) == number
