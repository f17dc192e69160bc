"""When an invoice is due for which Bitrix24 says nothing. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, get_args

DueRule = Literal["days-0", "days-7", "days-14", "days-20", "days-30", "days-60", "month-20", "month-end"]
DUE_RULES: tuple[DueRule, ...] = get_args(DueRule)


def due_date(rule: DueRule, day: date) -> date:
    """When an invoice of ``day`` is due: "days-14" = so many days later, "month-20" / "month-end" of the next month."""
    kind, _, number = rule.partition("-")
    if kind == "days":
        return day + timedelta(days=int(number))
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    if number == "end":
        return (next_month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return next_month.replace(day=int(number))
