"""What a look at a real system finds, in words that name nobody: questions with their answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Finding = tuple[str, str]

_DAY = re.compile(r"^\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"(?<=[T ])\d\d:\d\d:\d\d(\.\d+)?")
_SPELT = re.compile(r"[A-Z]{4}-[A-Z]{2}-[A-Z]{2}[T0-9a-z:. +Z-]{0,30}")
_WORD = re.compile(r"[A-Za-z0-9_.+-]{1,40}")


def word(value: Any) -> str:
    """A code, a language or a zone as it came; whatever is no single word may hold a name and is not repeated."""
    said = str(value)
    return said if _WORD.fullmatch(said) else f"({type(value).__name__}, not repeated)"


def shape_of_day(value: Any) -> str:
    """How a date is spelt: the day itself is hidden, a time of day and an offset after it are what is asked for."""
    said = _DAY.sub("YYYY-MM-DD", str(value))
    return said if _SPELT.fullmatch(said) else "(spelt in another way)"


def shape_of_moment(value: Any) -> str:
    """How a moment is spelt, without telling it."""
    return shape_of_day(_CLOCK.sub("hh:mm:ss", str(value), count=1))


def yes_or_no(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else "not told"


def listed(words: Iterable[str]) -> str:
    """Each once, in order."""
    return ", ".join(sorted(set(words))) or "none"


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
