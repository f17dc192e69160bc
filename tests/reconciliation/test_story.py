"""What happened to one invoice, in the order of its days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from b24xero.domain.credits import Credit
from b24xero.domain.payments import Payment
from b24xero.reconciliation.story import Event, story
from tests.reconciliation.test_standing import LATE, MORE, NOTE, PAID, PART, ROW, TODAY, Link, row, stand

SENT = Event("sent", date(2026, 11, 3), datetime(2026, 11, 3, 9, 20, tzinfo=UTC), Decimal("115.00"), "Mere Tautahi")
AGAIN = Event("changed", date(2026, 11, 6), datetime(2026, 11, 6, 14, 5, tzinfo=UTC), Decimal("115.00"))


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def test_the_newest_stands_first_and_its_own_day_comes_before_what_was_done_on_it() -> None:
    events = story(row("S"), stand(row("S"), Link()), [AGAIN, SENT], [], [], TODAY)
    assert kinds(events) == ["changed", "sent", "dated"]


def test_the_last_payment_of_one_that_is_paid_paid_it_in_full() -> None:
    payments = [Payment(Decimal(65), date(2026, 11, 27)), Payment(Decimal(50), date(2026, 11, 17), "TWP 0352")]
    events = story(row("P"), stand(row("P"), Link(**PAID)), [SENT], payments, [], TODAY)
    assert kinds(events) == ["paid", "payment", "sent", "dated"]
    assert [event.amount for event in events[:2]] == [Decimal(65), Decimal(50)]
    assert events[1].words == "TWP 0352"


def test_a_part_payment_is_no_payment_in_full() -> None:
    events = story(row("S"), stand(row("S"), Link(**PART)), [], [Payment(Decimal(50), date(2026, 11, 17))], [], TODAY)
    assert kinds(events) == ["payment", "dated"]


def test_a_credit_note_is_told_with_its_number() -> None:
    note = Credit("credit_note", Decimal("115.00"), "CN-0031")
    (credit, dated) = story(row("S"), stand(row("S"), Link(**NOTE)), [], [], [note], TODAY)
    assert (credit.kind, credit.words, credit.day) == ("credit", "CN-0031", date(2026, 11, 27))
    assert dated.kind == "dated"


def test_a_day_that_has_passed_is_told_and_what_differs_stands_above_all() -> None:
    events = story(row("P", **MORE), stand(row("P", **MORE), Link(**LATE)), [SENT], [], [], TODAY)
    assert kinds(events) == ["differs", "due", "sent", "dated"]


def test_one_that_is_not_in_xero_has_its_day_alone() -> None:
    (event,) = story(ROW, stand(row("S"), None), [], [], [], TODAY)
    assert (event.kind, event.amount) == ("dated", Decimal("115.00"))
