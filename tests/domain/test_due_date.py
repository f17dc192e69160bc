"""When an invoice is due for which Bitrix24 says nothing."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.domain.due_date import DUE_RULES, due_date


@pytest.mark.parametrize(
    ("rule", "day", "due"),
    [
        ("days-0", "2026-09-14", "2026-09-14"),
        ("days-14", "2026-12-25", "2027-01-08"),
        ("days-30", "2028-01-31", "2028-03-01"),
        ("month-20", "2026-09-01", "2026-10-20"),
        ("month-20", "2026-09-30", "2026-10-20"),
        ("month-20", "2026-12-31", "2027-01-20"),
        ("month-20", "2026-01-31", "2026-02-20"),
        ("month-end", "2026-09-14", "2026-10-31"),
        ("month-end", "2026-10-31", "2026-11-30"),
        ("month-end", "2026-12-01", "2027-01-31"),
        ("month-end", "2026-01-31", "2026-02-28"),
        ("month-end", "2028-01-29", "2028-02-29"),
    ],
)
def test_an_invoice_is_due_by_the_rule(rule: str, day: str, due: str) -> None:
    assert due_date(rule, date.fromisoformat(day)) == date.fromisoformat(due)


@settings(deadline=None, database=None)
@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_the_month_rules_are_always_of_the_next_month(day: date) -> None:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    assert due_date("month-20", day) == date(year, month, 20)
    assert due_date("month-end", day) == date(year, month, calendar.monthrange(year, month)[1])


@settings(deadline=None, database=None)
@given(st.sampled_from(DUE_RULES), st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_no_rule_is_due_before_the_invoice(rule: str, day: date) -> None:
    assert day <= due_date(rule, day) <= day + timedelta(days=62)
