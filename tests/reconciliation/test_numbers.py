"""Numbers of invoices that are too many to be looked at: what is exact, what is only "at least"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from b24xero.domain.set_up import SetUp
from b24xero.reconciliation import numbers
from b24xero.reconciliation.worklist import Worklist, worklist

SET_UP = SetUp(stages={"N": "none", "S": "AUTHORISED", "P": "AUTHORISED", "X": "VOIDED"})
STANDING = {
    "awaiting": [1, 2, 3], "overdue": [4], "paid": [5, 6], "age-0": [1, 2], "age-1": [4], "age-2": [], "age-3": [],
    "age-4": [],
}  # fmt: skip
OWED = {0: [("NZD", Decimal("10.00")), ("AUD", Decimal("5.00"))], 1: [("NZD", Decimal("7.50"))], 2: [], 3: [], 4: []}
TOLD = {
    "age-0": 2, "age-1": 1, "age-2": 0, "age-3": 0, "age-4": 0, "undue": 1, "paid": 2, "not_sent_stages": 700,
    "not_sent_stages_in_xero": 1, "sent_stages": 2300, "sent_stages_known": 6,
}  # fmt: skip


def looked() -> Worklist:
    """None of 3,000 was looked at."""
    return worklist([], {}, {}, 3000, date(2026, 11, 28))


def test_each_invoice_is_asked_for_in_one_group_and_stages_by_what_the_set_up_makes_of_them() -> None:
    asked = numbers.groups(SET_UP, STANDING, in_xero=(1, 2, 3, 4, 5, 6), stopped=(7,))
    assert {name: group.ids for name, group in asked.items() if group.stages is None} == {
        "age-0": (1, 2), "age-1": (4,), "age-2": (), "age-3": (), "age-4": (), "undue": (3,), "paid": (5, 6),
    }  # fmt: skip
    assert (asked["sent_stages"].stages, asked["sent_stages_known"].ids) == (("S", "P"), (1, 2, 3, 4, 5, 6, 7))
    assert asked["not_sent_stages_in_xero"].stages == ("N", "X")


def test_what_bitrix24_numbers_is_exact_and_what_only_a_look_tells_is_at_least() -> None:
    found = numbers.numbered(looked(), TOLD, OWED)
    told = {view: found.counts[view] for view in found.exact}
    assert told == {"all": 3000, "awaiting": 3, "overdue": 1, "paid": 2, "not_sent": 699, "ready": 2294}
    assert [found.at_least(view) for view in ("all", "ready", "todo", "differs")] == [False, False, True, True]


def test_what_is_owed_is_added_up_where_the_person_sees_each_of_them() -> None:
    found = numbers.numbered(looked(), TOLD, OWED)
    assert found.owed_exact
    assert found.unpaid.sums == {"NZD": Decimal("17.50"), "AUD": Decimal("5.00")}
    assert [age.count for age in found.ages] == [2, 1, 0, 0, 0]


def test_nothing_is_added_up_that_the_person_may_not_see_or_whose_currency_is_not_known() -> None:
    assert not numbers.numbered(looked(), {**TOLD, "age-0": 1}, OWED).owed_exact
    assert not numbers.numbered(looked(), TOLD, {**OWED, 4: [("", Decimal(1))]}).owed_exact


def test_a_group_that_was_not_told_leaves_its_view_as_it_was() -> None:
    found = numbers.numbered(looked(), {name: count for name, count in TOLD.items() if name != "sent_stages"}, OWED)
    assert found.at_least("ready")
    assert not found.at_least("not_sent")
