"""What is left to do and what is unpaid: counted, added up by currency, one line for one cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.payments import Payment
from b24xero.reconciliation.standing import Standing, standing_of
from b24xero.reconciliation.worklist import Worklist, age_of, worklist
from tests.reconciliation.test_standing import AROUND, LATE, NUMBER_TAKEN, PAID, ROW, TODAY, Link

UNSURE = [{"code": "contact_unsure", "values": {"name": "Coastline Builders Ltd"}}]
OTHER_UNSURE = [{"code": "contact_unsure", "values": {"name": "Sarah Mitchell"}}]


def pair(id: int, stage: str = "S", link: Link | None = None, **values: Any) -> tuple[InvoiceRow, Standing]:
    row = replace(ROW, id=id, number=f"INV-{id:04}", stage=f"DT31_1:{stage}", **values)
    if link and link.seen is not None and not values.pop("changed", None):
        link.seen = row.facts if "total" not in values else link.seen
    return row, standing_of(row, link, AROUND)


def counted(*pairs: tuple[InvoiceRow, Standing], payments: dict[int, list[Payment]] | None = None) -> Worklist:
    rows = [row for row, _ in pairs]
    return worklist(rows, {row.id: stands for row, stands in pairs}, payments or {}, len(rows), TODAY)


EXAMPLE = (
    pair(1),
    pair(2, currency="AUD"),
    pair(3, "N"),
    pair(4, link=Link(xero_id=None, problems=UNSURE)),
    pair(5, link=Link(xero_id=None, problems=UNSURE)),
    pair(6, link=Link(xero_id=None, problems=OTHER_UNSURE)),
    pair(7, link=Link(xero_id=None, problems=NUMBER_TAKEN)),
    pair(8, link=Link(), total=Decimal("287.50")),
    pair(9, "P", link=Link(**LATE)),
    pair(10, "P", link=Link(**PAID)),
    pair(11, link=Link(xero_status="VOIDED")),
    pair(12, link=Link()),
    pair(13, link=Link(**LATE)),
)


def test_each_line_has_its_number_its_money_and_one_question_stands_once() -> None:
    lines = [(line.kind, line.cause, line.tally.count, line.tally.sums) for line in counted(*EXAMPLE).lines]
    assert lines == [
        ("ready", "", 2, {"NZD": Decimal("115.00"), "AUD": Decimal("115.00")}),
        ("changed", "", 1, {"NZD": Decimal("172.50")}),
        ("asked", "Coastline Builders Ltd", 2, {"NZD": Decimal("230.00")}),
        ("asked", "Sarah Mitchell", 1, {"NZD": Decimal("115.00")}),
        ("refused", "", 1, {"NZD": Decimal("115.00")}),
        ("paid_here", "", 1, {"NZD": Decimal("115.00")}),
        ("by_hand", "", 1, {"NZD": Decimal("-115.00")}),
    ]


def test_awaiting_overdue_paid_ended_ready_stopped_and_on_purpose_add_up_to_all() -> None:
    found = counted(*EXAMPLE)
    views = [stands.view for _, stands in EXAMPLE]
    assert found.counts["all"] == len(EXAMPLE)
    parts = sum(found.counts[view] for view in ("ready", "not_sent", "awaiting", "overdue", "paid"))
    assert parts + views.count("stopped") + views.count("ended") == len(EXAMPLE)


def test_to_do_and_differs_are_cuts_across() -> None:
    counts = counted(*EXAMPLE).counts
    assert counts["differs"] == 3
    assert counts["todo"] == 2 + 4 + 3


@pytest.mark.parametrize(
    ("days", "age"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (4000, 4)]
)
def test_an_age_ends_with_its_last_day(days: int, age: int) -> None:
    assert age_of(days) == age


def test_what_is_unpaid_is_added_up_by_age_and_currency() -> None:
    found = counted(
        pair(1, link=Link()), pair(2, link=Link(**LATE), currency="AUD"), pair(3, link=Link(xero_due_date="2026-08-01"))
    )
    assert found.unpaid.sums == {"NZD": Decimal("230.00"), "AUD": Decimal("115.00")}
    assert [age.count for age in found.ages] == [1, 1, 0, 0, 1]
    assert found.ages[1].sums == {"AUD": Decimal("115.00")}


def test_what_came_in_since_monday_is_added_up_by_its_day() -> None:
    payments = {
        1: [Payment(Decimal(40), date(2026, 11, 22)), Payment(Decimal(60), date(2026, 11, 23))],
        2: [Payment(Decimal(5), None)],
    }
    found = counted(pair(1, "P", link=Link(**PAID)), pair(2, link=Link()), payments=payments)
    assert found.came_in.sums == {"NZD": Decimal(60)}


def test_nothing_to_do_is_no_line() -> None:
    assert counted(pair(1, link=Link()), pair(2, "N")).lines == []


def test_what_was_not_looked_at_is_told() -> None:
    row, stands = pair(1)
    assert not worklist([row], {1: stands}, {}, 2, TODAY).whole
