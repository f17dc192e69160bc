"""How many calls this process has made of each kind since they were last taken, and how long they took."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

Kind = tuple[str, str, str]
_LONGEST = 64


@dataclass
class Taken:
    calls: int = 0
    milliseconds: float = 0.0


class _Counts:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[Kind, Taken] = {}

    def add(self, kind: Kind, calls: int, milliseconds: float) -> None:
        with self._lock:
            taken = self._found.setdefault(kind, Taken())
            taken.calls += calls
            taken.milliseconds += milliseconds

    def take(self) -> dict[Kind, Taken]:
        """What was counted, and begin anew."""
        with self._lock:
            found, self._found = self._found, {}
        return found


_counts = _Counts()
take = _counts.take
add = _counts.add
_here: ContextVar[list[int] | None] = ContextVar("calls_here", default=None)
_apart: ContextVar[Counter[str] | None] = ContextVar("calls_apart", default=None)


def start_counting() -> None:
    """A request begins."""
    _here.set([0])


def made() -> int:
    """Calls of this request until now."""
    return (_here.get() or [0])[0]


@contextmanager
def apart() -> Iterator[Counter[str]]:
    """By vendor, the calls that are made inside, also by what travels at the same time."""
    made: Counter[str] = Counter()
    before = _apart.set(made)
    try:
        yield made
    finally:
        _apart.reset(before)


@contextmanager
def counting(vendor: str, method: str) -> Iterator[None]:
    """Around one call; whatever leaves it by an exception has failed."""
    began = time.perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = "answered"
    finally:
        add((vendor, method[:_LONGEST], outcome), 1, (time.perf_counter() - began) * 1000)
        here = _here.get()
        if here is not None:
            here[0] += 1
        made = _apart.get()
        if made is not None:
            made[vendor] += 1
