"""What a run of automatic sync was to write to Xero and did not, and when it is tried again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

# After a second try, and twice as long after each further one: what fails every time must not hide the rest.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=6)

# By key: how often it was tried, and when it is tried again. Kept as JSON on ``AutomaticSync``.
Owed = Mapping[str, Any]


def after(owed: Owed, asked: Iterable[int], settled: Collection[int], ended: datetime) -> dict[str, Any]:
    """What is owed since a run that was ``asked`` for these has ``ended``."""
    left = {key: how for key, how in owed.items() if int(key) not in settled}
    for id in asked:
        if id not in settled:
            tries = int(left.get(str(id), {}).get("tries", 0)) + 1
            left[str(id)] = {"tries": tries, "at": (ended + _wait(tries)).isoformat()}
    return left


def _wait(tries: int) -> timedelta:
    """The first time at the next look: somebody was writing it, or the run came to an end before it."""
    return min(FIRST_WAIT * ((1 << min(tries - 1, 10)) - 1), LONGEST_WAIT)


def due(owed: Owed, now: datetime) -> list[int]:
    """What is to be tried now; further off than any wait is what a clock said that has been put right since."""
    return [int(key) for key, how in owed.items() if not now < datetime.fromisoformat(how["at"]) <= now + LONGEST_WAIT]
