"""How the two stand, as a table: what Bitrix24 says, what Xero last said, the word for it and the one thing to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from b24xero.domain.books import Books
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.set_up import SetUp
from b24xero.push import policy
from b24xero.reconciliation.standing import Around, Standing, standing_of

TODAY = date(2026, 11, 28)
STAGES = {
    id: Stage(id, name, "", meaning)
    for id, name, meaning in (
        ("DT31_1:N", "New", "process"), ("DT31_1:S", "Sent", "process"),
        ("DT31_1:P", "Paid", "success"), ("DT31_1:D", "Cancelled", "failure"),
    )
}  # fmt: skip
SET_UP = SetUp(
    stages={"DT31_1:N": "none", "DT31_1:S": "AUTHORISED", "DT31_1:P": "none", "DT31_1:D": "VOIDED"},
    statuses={"paid": "DT31_1:P", "credited": "leave"},
)
AROUND = Around(TODAY, SET_UP, STAGES)
ROW = InvoiceRow(
    412, "INV-0412", "Sash repairs", date(2026, 11, 3), date(2026, 12, 20), "NZD", Decimal("115.00"), "DT31_1:S",
    "Sent", "Stoke Veterinary Clinic", company_id=7,
)  # fmt: skip


@dataclass
class Link:
    """What is remembered of ROW as it was written: 115.00, awaiting payment, due 20 Dec."""

    xero_id: str | None = "x-412"
    xero_number: str | None = "INV-0412"
    xero_status: str | None = "AUTHORISED"
    xero_total: Decimal | None = Decimal("115.00")
    xero_due: Decimal | None = Decimal("115.00")
    xero_settled: Decimal | None = Decimal("0.00")
    xero_credits: list[dict[str, str]] | None = None
    xero_due_date: str | None = "2026-12-20"
    xero_written_total: Decimal | None = Decimal("115.00")
    xero_edits: int = 0
    xero_paid_on: str | None = None
    seen: dict[str, str] | None = field(default_factory=lambda: ROW.facts)
    problems: list[dict[str, Any]] = field(default_factory=list)


def row(stage: str = "S", **changes: Any) -> InvoiceRow:
    return replace(ROW, stage=f"DT31_1:{stage}", **changes)


LOCKED = Books(locked_until=date(2026, 11, 4), currencies=("NZD", "AUD"))


def stand(invoice: InvoiceRow, link: Link | None, around: Around = AROUND) -> Standing:
    return standing_of(invoice, link, around)


NUMBER_TAKEN = [{"code": "number_taken", "values": {"number": "INV-0412"}}]
PAID: dict[str, Any] = {
    "xero_status": "PAID", "xero_due": Decimal("0.00"), "xero_settled": Decimal("115.00"), "xero_paid_on": "2026-11-27",
}  # fmt: skip
PART: dict[str, Any] = {"xero_due": Decimal("65.00"), "xero_settled": Decimal("50.00")}
NOTE: dict[str, Any] = {**PAID, "xero_credits": [{"kind": "credit_note", "amount": "115.00", "number": "CN-1"}]}
LATE: dict[str, Any] = {"xero_due_date": "2026-11-23"}
MORE: dict[str, Any] = {"total": Decimal("287.50")}
LESS_THERE: dict[str, Any] = {"xero_total": Decimal("103.50"), "xero_due": Decimal("103.50")}
CENT: dict[str, Any] = {"xero_total": Decimal("115.01"), "xero_written_total": Decimal("115.01")}
OLD_LINK: dict[str, Any] = {"seen": None, "xero_written_total": None}


@pytest.mark.parametrize(
    ("invoice", "link", "kind", "view", "action"),
    [
        # not in Xero
        (row("N"), None, "not_sent", "not_sent", ""),
        (row("N"), Link(xero_id=None, problems=NUMBER_TAKEN), "not_sent", "not_sent", ""),
        (row("P"), None, "not_sent", "not_sent", ""),
        (row("D"), None, "not_sent", "not_sent", ""),
        (row("S"), None, "ready", "ready", "create"),
        (row("S"), Link(xero_id=None), "ready", "ready", "create"),
        (row("S"), Link(xero_id=None, problems=NUMBER_TAKEN), "stopped", "stopped", "answer"),
        (row("NEW"), None, "stopped", "stopped", "answer"),
        # the same in both
        (row("S"), Link(), "same", "awaiting", ""),
        (row("N"), Link(), "same", "awaiting", ""),
        (row("S"), Link(**LATE), "overdue", "overdue", ""),
        (row("S"), Link(**PART), "part", "awaiting", ""),
        (row("S"), Link(**PART, **LATE), "overdue", "overdue", ""),
        (row("P"), Link(**PAID), "paid", "paid", ""),
        (row("S"), Link(**NOTE), "credited", "paid", ""),
        (row("D"), Link(xero_status="VOIDED"), "ended", "ended", ""),
        (row("N"), Link(xero_status="DELETED"), "ended", "ended", ""),
        # changed in Bitrix24 since it was written
        (row("S", **MORE), Link(), "changed_here", "awaiting", "edit"),
        (row("S", title="Sash repairs, two"), Link(), "changed_here", "awaiting", "edit"),
        (row("S", company_id=8), Link(), "changed_here", "awaiting", "edit"),
        (row("S", **MORE), Link(**PART), "changed_here", "awaiting", "compare"),
        (row("P", **MORE), Link(**PAID), "changed_here", "paid", "compare"),
        # its stage asks for more
        (row("S"), Link(xero_status="DRAFT"), "stage_here", "awaiting", "edit"),
        (row("D"), Link(), "cancelled_here", "awaiting", "edit"),
        (row("D"), Link(**PAID), "paid_there", "paid", "compare"),
        # changed in Xero
        (row("S"), Link(**LESS_THERE), "changed_there", "awaiting", "compare"),
        (row("S"), Link(xero_edits=2), "changed_there", "awaiting", "compare"),
        (row("S", **MORE), Link(**LESS_THERE), "changed_here", "awaiting", "compare"),
        (row("S"), Link(xero_status="VOIDED"), "ended_there", "ended", "compare"),
        (row("P"), Link(xero_status="VOIDED"), "ended_there", "ended", "compare"),
        (row("S"), Link(xero_status="DELETED"), "ended_there", "ended", "compare"),
        # paid in one
        (row("P"), Link(), "paid_here", "awaiting", "compare"),
        (row("P"), Link(**LATE), "paid_here", "overdue", "compare"),
        (row("P"), Link(**PART), "paid_here", "awaiting", "compare"),
        (row("S"), Link(**PAID), "paid_there", "paid", "compare"),
        # refused while it is in Xero; what stays as it is, is no fault
        (row("S", **MORE), Link(problems=NUMBER_TAKEN), "stopped", "awaiting", "answer"),
        (row("P"), Link(**PAID, problems=[{"code": "paid_not_editable"}]), "paid", "paid", ""),
        (row("S"), Link(**PART, problems=[{"code": "part_paid_not_editable"}]), "part", "awaiting", ""),
        # nothing tells who changed it, or a person had chosen so
        (row("S", **MORE), Link(**OLD_LINK), "apart", "awaiting", "compare"),
        (row("S"), Link(**CENT), "rounding", "awaiting", ""),
    ],
)  # fmt: skip
def test_the_two_stand_so(invoice: InvoiceRow, link: Link | None, kind: str, view: str, action: str) -> None:
    found = stand(invoice, link)
    assert (found.kind, found.view, found.action) == (kind, view, action)


def test_both_totals_and_what_was_changed_are_told() -> None:
    found = stand(row("S", **MORE, title="Other"), Link())
    assert (found.total, found.xero_total, found.apart) == (Decimal("287.50"), Decimal("115.00"), Decimal("172.50"))
    assert found.changed == ("title", "total")


def test_a_title_that_never_goes_to_xero_is_no_change() -> None:
    silent = Around(TODAY, replace(SET_UP, reference="empty", number="xero"), STAGES)
    assert stand(row("S", title="Other", number="INV-9"), Link(), silent).kind == "same"
    assert stand(row("S", title="Other", number="INV-9"), Link()).changed == ("number", "title")


def test_all_that_differs_is_told_and_the_most_pressing_names_it() -> None:
    found = stand(row("P", **MORE), Link(**LATE, **LESS_THERE))
    assert found.kind == "paid_here"
    assert found.differences == ("paid_here", "changed_here", "changed_there")
    assert found.differs
    assert found.to_do


def test_days_past_due_and_the_day_of_payment() -> None:
    assert stand(row("S"), Link(**LATE)).days == 5
    assert stand(row("P"), Link(**PAID)).paid_on == date(2026, 11, 27)
    assert stand(row("S"), Link(xero_paid_on="2026-11-01")).paid_on is None


@pytest.mark.parametrize(
    ("invoice", "link", "expected"),
    [
        (row("S"), Link(), False),
        (row("N"), None, False),
        (row("S"), Link(**CENT), False),
        (row("S"), None, True),
        (row("NEW"), None, True),
        (row("P"), Link(), True),
    ],
)
def test_to_do_is_what_somebody_can_do_something_about(invoice: InvoiceRow, link: Link | None, expected: bool) -> None:
    assert stand(invoice, link).to_do is expected


def test_a_part_payment_says_both_amounts() -> None:
    found = stand(row("S"), Link(**PART))
    assert (found.settled, found.due, found.is_open) == (Decimal("50.00"), Decimal("65.00"), True)


def test_a_draft_and_a_paid_invoice_ask_nobody_for_money() -> None:
    assert not stand(row("S"), Link(xero_status="DRAFT")).is_open
    assert not stand(row("P"), Link(**PAID)).is_open


def test_without_a_set_up_nothing_is_said_of_what_should_be_in_xero() -> None:
    found = stand(row("S"), None, Around(TODAY))
    assert (found.kind, found.action, found.to_do) == ("absent", "create", False)


def test_why_it_is_stopped_is_told() -> None:
    assert [p.code for p in stand(row("NEW"), None).problems] == ["stage_gone"]
    assert [p.code for p in stand(row("S"), Link(xero_id=None, problems=NUMBER_TAKEN)).problems] == ["number_taken"]
    assert [p.code for p in stand(row("N"), None).problems] == ["stage_not_sent"]


def test_a_stage_that_the_set_up_leaves_says_nothing_of_payment() -> None:
    left = Around(TODAY, replace(SET_UP, statuses={}), STAGES)
    assert stand(row("S"), Link(**PAID), left).kind == "paid"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "date_locked"),
        ({"date": date(2026, 11, 4), "total": Decimal("-1.00")}, "total_negative"),
        ({"date": date(2026, 11, 4), "company_id": 0}, "no_customer"),
        ({"date": date(2026, 11, 4), "currency": "CHF"}, "currency_missing"),
        ({"date": date(2026, 11, 4), "number": ""}, "number_missing"),
        ({"date": date(2026, 11, 4), "number": "9" * 256}, "number_too_long"),
    ],
)
def test_what_the_review_would_refuse_by_the_lists_own_words_is_not_ready(changes: dict[str, Any], code: str) -> None:
    """Counted as ready it was refused a press later, by the same rule."""
    found = stand(row("S", **changes), None, replace(AROUND, books=LOCKED))
    assert (found.kind, [one.code for one in found.problems]) == ("stopped", [code])
    whole = row("S", **changes).whole(Decimal(0), None, ())
    decided = policy.decide(whole, None, None, SET_UP, LOCKED, TODAY, url="https://acme.example/1")
    assert code in {one.code for one in decided.problems}


def test_from_the_lock_date_on_it_is_ready() -> None:
    around = replace(AROUND, books=LOCKED)
    assert stand(row("S", date=date(2026, 11, 4)), None, around).kind == "ready"
