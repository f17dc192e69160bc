"""How the JSON of an answer is read: strictly, with Decimal, to a depth and a number of values. Pure."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

# The deepest answer that is documented has 7 levels.
DEEPEST = 40
# A page of 1,000 invoices with ten lines each has about 400,000 values; so many fit into some 120 MB.
MOST_VALUES = 800_000
# No sum of money and no id has more digits before or behind its point.
_MOST_DIGITS = 30


class Unreadable(ValueError):
    """No answer at all: no JSON, too deep, or too much."""


def read(data: bytes) -> Any:
    """The answer. A number that is none (NaN) or beyond all measure (1e999999) stays the text that it was, so that it
    costs its row and not the answer.

    Raises:
        Unreadable
    """
    if sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise Unreadable("too many values")
    try:
        answer = json.loads(data, parse_float=_decimal, parse_int=_integer, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error
    if not _is_flat_enough(answer):
        raise Unreadable("too deep")
    return answer


def is_number(value: Any) -> bool:
    """Whether it is a number within all measure, spelt as one or as text. Nothing, as both vendors spell it, is one."""
    if value is None or value is False or value == "":
        return True
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return False
    try:
        return _fits(Decimal(value))
    except InvalidOperation:
        return False


def _fits(number: Decimal) -> bool:
    return number.is_finite() and (not number or abs(number.adjusted()) <= _MOST_DIGITS)


def _decimal(text: str) -> Decimal | str:
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent that not even Decimal knows
        return text
    return number if _fits(number) else text


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _MOST_DIGITS else text


def _is_flat_enough(answer: Any) -> bool:
    level: list[Any] = [[answer]]
    for _ in range(DEEPEST + 1):
        inside = (value for holder in level for value in (holder.values() if isinstance(holder, dict) else holder))
        level = [value for value in inside if isinstance(value, dict | list)]
        if not level:
            return True
    return False
