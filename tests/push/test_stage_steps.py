"""What a stage of Bitrix24 asks for in Xero, for an invoice that is there and for one that is not."""

from __future__ import annotations

import pytest

from b24xero.domain.set_up import TARGETS
from b24xero.errors import Problem
from b24xero.push.stage_steps import Step, content_problem, first_step, next_step

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
    ("PAID", True): (UNMAPPED, UPDATE, STAYS, STAYS, UPDATE, PAID),
    ("PAID", False): (UNMAPPED, UPDATE, STAYS, STAYS, UPDATE, PAID),
    ("VOIDED", False): (VOIDED, VOIDED, VOIDED, VOIDED, VOIDED, NONE),
    ("DELETED", False): (
        UNMAPPED, NOT_SENT, Step("create", "DRAFT"), Step("create", "SUBMITTED"), Step("create", "AUTHORISED"), NONE,
    ),
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
    assert next_step(target, "Sent", current, ("payment",) if settled else (), "INV-0042") == step


@pytest.mark.parametrize(
    ("current", "settled_by", "code", "by"),
    [
        ("AUTHORISED", (), "", None),
        ("PAID", (), "paid_not_editable", None),
        ("PAID", ("payment",), "paid_not_editable", None),
        ("AUTHORISED", ("payment",), "part_paid_not_editable", None),
        ("PAID", ("credit_note CN-0003",), "credited_not_editable", "credit_note CN-0003"),
        ("PAID", ("payment", "overpayment"), "credited_not_editable", "payment, overpayment"),
        ("AUTHORISED", ("prepayment",), "part_credited_not_editable", "prepayment"),
    ],
)
def test_what_stands_against_a_change_is_named(
    current: str, settled_by: tuple[str, ...], code: str, by: str | None
) -> None:
    found = content_problem(current, settled_by, "INV-0042")
    assert (found.code if found else "", found.values.get("by") if found else None) == (code, by)


def test_what_stands_against_voiding_is_named() -> None:
    step = next_step("VOIDED", "Sent", "AUTHORISED", ("credit_note CN-0003", "payment"), "INV-0042")
    assert step == Problem("cannot_void_credited", {"by": "credit_note CN-0003, payment"})


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
    step = next_step(target, "Sent", current, ("payment",) if settled else (), "INV-0042")
    if isinstance(step, Step) and step.status and step.action != "create":
        assert step.status in ALLOWED[current]
        assert not (step.status == "VOIDED" and settled)


@pytest.mark.parametrize("current", sorted(ALLOWED.keys() - {"DELETED"}))
@pytest.mark.parametrize("target", HEAD)
def test_an_invoice_that_is_in_xero_is_never_created_again(current: str, target: str | None) -> None:
    step = next_step(target, "Sent", current, (), "INV-0042")
    assert not (isinstance(step, Step) and step.action == "create")
