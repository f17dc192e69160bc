"""What the words of a search may mean: an amount in any spelling, a day, a name spelt otherwise. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

_AMOUNT = re.compile(r"(?:[A-Za-z]{3}\s*|[^\w\s]\s*)?([0-9][0-9 .,'’\u00a0\u202f]*)(?:\s*(?:[A-Za-z]{3}|[^\w\s]))?")
_BETWEEN = re.compile(r"[ '’\u00a0\u202f]")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_WRITTEN = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})")
# Letters after which names have an apostrophe that people leave out: O’Connell, D’Urville, L’Atelier.
_ELIDED = re.compile(r"\b([OoDdLl])(?=[A-Za-z]{4,})")
_POSSESSIVE = re.compile(r"(?<=[A-Za-z]{3})(?=s\b)")
_APOSTROPHES = re.compile(r"['’‘`´]")
# Letters that have accents in one language or another, and all that are no plain ones.
_MAY_HAVE_ACCENTS = re.compile(r"[aceinosuyzACEINOSUYZ]|[^\W\d_A-Za-z]")
# Any letter, as the portal reads it.
_ANY = "_"


def amounts(words: str) -> tuple[Decimal, ...]:
    """1,234.50 and 1.234,50, 1 234,5 and NZD 1234.5 are the same; 1,234 may be either of two. What has neither a sign
    of decimals nor three digits is more likely part of a number."""
    match = _AMOUNT.fullmatch(words.strip())
    if not match:
        return ()
    spelt = _BETWEEN.sub("", match[1])
    return tuple(dict.fromkeys(_readings(spelt)))


def _readings(spelt: str) -> Iterator[Decimal]:
    signs = [sign for sign in spelt if sign in ".,"]
    if not signs:
        if len(spelt) >= 3:
            yield Decimal(spelt)
        return
    last = spelt.rindex(signs[-1])
    whole, decimals = re.sub(r"[.,]", "", spelt[:last]) or "0", spelt[last + 1 :]
    if len(set(signs)) == 1 and len(decimals) == 3:
        yield Decimal(whole + decimals)
    if decimals.isdigit() and len(decimals) <= 2 and signs.count(signs[-1]) == 1:
        yield Decimal(f"{whole}.{decimals}")


def days(words: str) -> tuple[date, ...]:
    """2026-11-27, 27.11.2026 and 27/11/26; 3/4/2026 may be either of two."""
    if match := _ISO.fullmatch(words.strip()):
        return tuple(_day(int(match[1]), int(match[2]), int(match[3])))
    if match := _WRITTEN.fullmatch(words.strip()):
        year = int(match[3]) if len(match[3]) == 4 else 2000 + int(match[3])
        one, other = int(match[1]), int(match[2])
        return tuple(dict.fromkeys([*_day(year, other, one), *_day(year, one, other)]))
    return ()


def _day(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []


def spellings(words: str) -> tuple[str, ...]:
    """How a name may stand in the portal, whose "_" is any letter: with another apostrophe, with one where it was left
    out, with and without accents. It finds more than what is meant: ``is_meant`` tells."""
    typed = _APOSTROPHES.sub(_ANY, words)
    added = _POSSESSIVE.sub(_ANY, _ELIDED.sub(rf"\1{_ANY}", words))
    loose = (_MAY_HAVE_ACCENTS.sub(_ANY, one) for one in (typed, added)) if len(words) >= 3 else ()
    return tuple(dict.fromkeys((typed, *loose)))


def is_meant(words: str, *names: str) -> bool:
    """Whether one of the names holds the words, accents, apostrophes and case aside."""
    return any(_plain(words) in _plain(name) for name in names)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
