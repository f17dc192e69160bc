"""How a typed amount is read: by its signs and the language of who typed it, never guessed. Pure.

Some write 1,234.50, others 1.234,50 or 1 234,50. Nearly all of it has one reading. A single sign before three digits
("1,234") has two, a thousand apart: the language decides where it is its sign before decimals, else nobody does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

# Text is put into one kind of space before it comes here (catalogue.Draft), so this is all of them.
_BETWEEN_THOUSANDS = (".", ",", " ")
_BEFORE_DECIMALS = (".", ",")
_LONGEST = 40


@dataclass(frozen=True)
class TwoReadings:
    thousands: Decimal
    decimals: Decimal


def read(typed: str, decimal_sign: str) -> Decimal | TwoReadings | None:
    """The amount that a text names; both where there are two; None where there is none.

    Args:
        typed: digits and signs, without minus or currency.
        decimal_sign: what the person's language has before decimals, "" where it has both.
    """
    if len(typed) > _LONGEST:
        return None
    thousands, decimals = _with_thousands(typed), _with_decimals(typed)
    if thousands is None or decimals is None:
        return decimals if thousands is None else thousands
    return decimals if decimal_sign and decimal_sign in typed else TwoReadings(thousands, decimals)


def _with_decimals(typed: str) -> Decimal | None:
    """Without any sign between thousands: "1234.5678", "12,50", "1250"."""
    return Decimal(typed.replace(",", ".")) if re.fullmatch(r"[0-9]+([.,][0-9]+)?", typed) else None


def _with_thousands(typed: str) -> Decimal | None:
    """With one: "1.234,50", "1 234.50", "1,234,567"."""
    for between in _BETWEEN_THOUSANDS:
        for before in _BEFORE_DECIMALS:
            grouped = rf"[1-9][0-9]{{0,2}}({re.escape(between)}[0-9]{{3}})+({re.escape(before)}[0-9]+)?"
            if between != before and re.fullmatch(grouped, typed):
                return Decimal(typed.replace(between, "").replace(before, "."))
    return None
