"""How the JSON of an answer is read: strictly, with Decimal, to a depth and a number of values. Pure."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

# The deepest answer that is documented has 7 levels.
DEEPEST = 40
# A page of 1,000 invoices with ten lines each has about 400,000 values; so many fit into some 120 MB.
MOST_VALUES = 800_000
# No number has more digits behind its point. Before it: a hundred trillions, in the smallest currency's money that is
# several billions, and what the database keeps to four decimals; and what its id columns hold.
_MOST_DIGITS = 30
_LARGEST = Decimal(10) ** 14
LARGEST_ID = 2**31 - 1
# Half of a pair that stands for one sign, and the sign of no length: JSON can say both, but no page can be written with
# the one, and no row of PostgreSQL with the other. Where the bytes hold neither, nothing is looked at.
_UNKNOWN = "\ufffd"
_NO_TEXT = re.compile(r"[\ud800-\udfff\0]")
_MAY_HOLD_SOME = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)|\xed[\xa0-\xbf]")


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
    if _MAY_HOLD_SOME.search(data):
        _keep_text_alone(answer)
    return answer if not isinstance(answer, str) else _NO_TEXT.sub(_UNKNOWN, answer)


def _keep_text_alone(holder: Any) -> None:
    """In place, since a large answer fits into the memory once."""
    if isinstance(holder, dict):
        for name in [name for name in holder if _NO_TEXT.search(name)]:
            holder[_NO_TEXT.sub(_UNKNOWN, name)] = holder.pop(name)
    places: Any = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
    for place, value in places:
        if isinstance(value, str):
            holder[place] = _NO_TEXT.sub(_UNKNOWN, value)
        else:
            _keep_text_alone(value)


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


def is_id(value: Any) -> bool:
    """Whether it is a number that can be kept as an id."""
    if type(value) is int:  # as nearly all are
        return -LARGEST_ID <= value <= LARGEST_ID
    return is_number(value) and abs(Decimal(value or 0)) <= LARGEST_ID


def _fits(number: Decimal) -> bool:
    return number.is_finite() and (not number or number.adjusted() >= -_MOST_DIGITS and abs(number) < _LARGEST)


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
        level = [
            value
            for holder in level
            for value in (holder.values() if type(holder) is dict else holder)
            if type(value) is dict or type(value) is list
        ]
        if not level:
            return True
    return False
