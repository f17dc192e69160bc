"""Where an invoice stands, and which step a stage asks for: the whole status machine as tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from b24xero.domain.set_up import STATUSES, TARGETS
from b24xero.domain.statuses import Step, first_step, next_step, standing
from b24xero.errors import Problem

TODAY = date(2026, 9, 28)


@dataclass(frozen=True)
class Link:
    """What Xero last said of INV-0042."""

    xero_status: str | None = "AUTHORISED"
    xero_due: Decimal | None = Decimal("24.15")
    xero_settled: Decimal | None = Decimal("0.00")
    xero_due_date: str | None = "2026-09-28"


# -- where it stands --------------------------------------------------------------------------------------------------

SETTLED = Decimal("10.00")
NOTHING = Decimal("0.00")


@pytest.mark.parametrize(
    ("link", "stands"),
    [
        (Link(None, None, None, None), "none"),
        (Link(""), "none"),
        (Link("DRAFT"), "draft"),
        (Link("DRAFT", xero_due_date="2026-01-01"), "draft"),
        (Link("SUBMITTED"), "approval"),
        (Link("SUBMITTED", xero_due_date="2026-01-01"), "approval"),
        (Link("AUTHORISED"), "awaiting"),
        (Link("AUTHORISED", xero_due_date="2026-09-29"), "awaiting"),
        (Link("AUTHORISED", xero_due_date="2026-09-27"), "overdue"),
        (Link("AUTHORISED", xero_due_date=None), "awaiting"),
        (Link("AUTHORISED", xero_due=None, xero_settled=None), "awaiting"),
        (Link("AUTHORISED", xero_settled=SETTLED), "part"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_due_date=None), "part"),
        (Link("AUTHORISED", xero_settled=SETTLED, xero_due_date="2026-09-27"), "overdue"),
        (Link("AUTHORISED", NOTHING, SETTLED, "2026-09-27"), "part"),
        (Link("AUTHORISED", NOTHING, NOTHING, "2026-09-27"), "awaiting"),
        (Link("PAID", NOTHING, Decimal("24.15"), "2026-09-27"), "paid"),
        (Link("VOIDED", xero_due_date="2026-01-01"), "void"),
        (Link("VOIDED", xero_settled=SETTLED), "void"),
        (Link("DELETED", xero_due_date="2026-01-01"), "deleted"),
    ],
)
def test_where_an_invoice_stands(link: Link, stands: str) -> None:
    assert standing(link, TODAY) == stands


def test_an_invoice_is_not_overdue_on_the_day_it_is_due() -> None:
    assert standing(Link(xero_due_date=TODAY.isoformat()), TODAY) == "awaiting"


def test_wherever_an_invoice_stands_set_up_has_a_row_for_it() -> None:
    statuses = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
    stands = {
        standing(Link(status, due, settled, day), TODAY)
        for status, due, settled, day in product(statuses, (NOTHING, SETTLED), (NOTHING, SETTLED), ("2026-01-01", None))
    }
    assert stands == set(STATUSES)


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
