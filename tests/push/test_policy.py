"""What becomes of an invoice: the whole status machine as tables, then the decision on its content."""

from __future__ import annotations

import pytest

from b24xero.domain.set_up import TARGETS
from b24xero.errors import Problem
from b24xero.push.policy import Step, first_step, next_step

# -- the first step ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "step"),
    [
        (None, Problem("stage_unmapped", {"stage": "Sent"})),
        ("none", Problem("stage_not_sent", {"stage": "Sent"})),
        ("DRAFT", Step("create", "DRAFT")),
        ("SUBMITTED", Step("create", "SUBMITTED")),
        ("AUTHORISED", Step("create", "AUTHORISED")),
        ("VOIDED", Problem("nothing_to_void", {"stage": "Sent"})),
    ],
)
def test_the_first_step_of_an_invoice_that_is_not_in_xero(target: str | None, step: Step | Problem) -> None:
    assert first_step(target, "Sent") == step


# -- the next step ----------------------------------------------------------------------------------------------------

UNMAPPED = Problem("stage_unmapped", {"stage": "Sent"})
NOT_SENT = Problem("stage_not_sent", {"stage": "Sent"})
STAYS = Step("update", None, Problem("stays_authorised", {"stage": "Sent"}))
WAITS = Step("update", None, Problem("stays_submitted", {"stage": "Sent"}))
UPDATE = Step("update")
PAID = Problem("cannot_void_paid")
VOIDED = Problem("voided_not_editable", {"number": "INV-0042"})
DELETED = Problem("deleted_not_editable", {"number": "INV-0042"})
NONE = Step("none")

# What Xero has, whether something is settled → for each target in the order of the head: the step.
HEAD = (None, "none", "DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED")
TABLE: dict[tuple[str, bool], tuple[Step | Problem, ...]] = {
    ("DRAFT", False): (
        UNMAPPED, NOT_SENT, UPDATE, Step("update", "SUBMITTED"), Step("update", "AUTHORISED"),
        Step("delete", "DELETED"),
    ),
    ("SUBMITTED", False): (
        UNMAPPED, NOT_SENT, WAITS, UPDATE, Step("update", "AUTHORISED"), Step("delete", "DELETED"),
    ),
    ("AUTHORISED", False): (UNMAPPED, NOT_SENT, STAYS, STAYS, UPDATE, Step("void", "VOIDED")),
    ("AUTHORISED", True): (UNMAPPED, NOT_SENT, STAYS, STAYS, UPDATE, PAID),
    ("PAID", True): (UNMAPPED, NOT_SENT, STAYS, STAYS, UPDATE, PAID),
    ("PAID", False): (UNMAPPED, NOT_SENT, STAYS, STAYS, UPDATE, PAID),
    ("VOIDED", False): (VOIDED, VOIDED, VOIDED, VOIDED, VOIDED, NONE),
    ("DELETED", False): (DELETED, DELETED, DELETED, DELETED, DELETED, NONE),
}  # fmt: skip


@pytest.mark.parametrize(
    ("current", "settled", "target", "step"),
    [
        (current, settled, target, step)
        for (current, settled), steps in TABLE.items()
        for target, step in zip(HEAD, steps, strict=True)
    ],
)
def test_the_next_step_of_an_invoice_that_is_in_xero(
    current: str, settled: bool, target: str | None, step: Step | Problem
) -> None:
    assert next_step(target, "Sent", current, settled, "INV-0042") == step


def test_the_table_covers_every_target() -> None:
    assert {target for target in HEAD if target} == set(TARGETS)


# What Xero's own machine allows (facts §3.3); PAID is derived there and can never be set.
ALLOWED = {
    "DRAFT": {"SUBMITTED", "AUTHORISED", "DELETED"},
    "SUBMITTED": {"AUTHORISED", "DELETED"},
    "AUTHORISED": {"VOIDED"},
    "PAID": set[str](),
    "VOIDED": set[str](),
    "DELETED": set[str](),
}


@pytest.mark.parametrize("current", sorted(ALLOWED))
@pytest.mark.parametrize("target", HEAD)
@pytest.mark.parametrize("settled", [False, True])
def test_nothing_is_asked_of_xero_that_its_machine_does_not_allow(
    current: str, target: str | None, settled: bool
) -> None:
    step = next_step(target, "Sent", current, settled, "INV-0042")
    if isinstance(step, Step) and step.status:
        assert step.status in ALLOWED[current]
        assert not (step.status == "VOIDED" and settled)


@pytest.mark.parametrize("current", sorted(ALLOWED))
@pytest.mark.parametrize("target", HEAD)
def test_an_invoice_that_is_in_xero_is_never_created_again(current: str, target: str | None) -> None:
    step = next_step(target, "Sent", current, False, "INV-0042")
    assert not (isinstance(step, Step) and step.action == "create")
