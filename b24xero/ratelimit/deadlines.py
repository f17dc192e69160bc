"""The time that vendors take of a request: how long it has waited, and how long it still may.

``Pace`` is what a call waits at before it leaves, so that it keeps within the vendor's limits.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Protocol

from b24xero.ratelimit.budget import Said

# A request that asks vendors is over within this many seconds, before a hosting platform's router hangs up (30).
LONGEST_REQUEST = 25.0
# Nobody waits longer than this for a place among the calls; a run is parked instead, so that its worker may be stopped.
LONGEST_WAIT = 5.0

# How this request takes its place among those that wait for vendors; a run needs none.
_take: ContextVar[Callable[[], Callable[[], None]] | None] = ContextVar("take", default=None)
_give_back: ContextVar[Callable[[], None] | None] = ContextVar("give_back", default=None)
_waited: ContextVar[list[tuple[float, float]] | None] = ContextVar("waited", default=None)
_ends: ContextVar[float | None] = ContextVar("ends", default=None)


def start_counting(take: Callable[[], Callable[[], None]] | None = None) -> None:
    """A request begins: count anew what it waits, and give it its time. ``take``: how it gets a place to wait at."""
    _take.set(take)
    _give_back.set(None)
    _waited.set([])
    _ends.set(time.monotonic() + LONGEST_REQUEST)


def stop_counting() -> None:
    """The request is over; what is done outside of one (a run) has all the time it needs."""
    _waited.set(None)
    _ends.set(None)
    _take.set(None)
    give_back = _give_back.get()
    _give_back.set(None)
    if give_back:
        give_back()


def take_place() -> None:
    """Before a request waits for a vendor the first time; the place is its own until it is over.

    Raises:
        RetryLater: too many wait already.
    """
    take = _take.get()
    if take and _give_back.get() is None:
        _give_back.set(take())


def waited() -> float:
    """Seconds spent waiting for vendors since ``start_counting``; what was waited for side by side counts once."""
    seconds = until = 0.0
    for began, ended in sorted(_waited.get() or ()):
        seconds += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return seconds


def time_left() -> float:
    """Seconds that this request still has; no end outside of one."""
    ends = _ends.get()
    return float("inf") if ends is None else max(0.0, ends - time.monotonic())


def fitting(timeout: tuple[float, float]) -> tuple[float, float]:
    """The time-outs of a read (to connect, to wait) cut to what the request still has; two seconds are always tried."""
    left = max(2.0, time_left())
    return min(timeout[0], left), min(timeout[1], left)


@contextlib.contextmanager
def upstream() -> Iterator[None]:
    """Count the time of one vendor call, which takes the request's place if it has none yet."""
    take_place()
    began = time.perf_counter()
    try:
        yield
    finally:
        counted = _waited.get()
        if counted is not None:
            counted.append((began, time.perf_counter()))


def pause(seconds: float) -> None:
    """Wait for a vendor without asking it anything."""
    with upstream():
        time.sleep(seconds)


def may_pause(seconds: float) -> bool:
    """Whether somebody who waits for an answer may be kept waiting so long, and the call after it still fits."""
    return seconds <= LONGEST_WAIT and seconds * 2 <= time_left()


# -- the pace of calls ------------------------------------------------------------------------------------------------


class Pace(Protocol):
    """Stands before each call to one portal or organisation."""

    def begin(self, seconds: float, methods: Iterable[str] = ()) -> str:
        """Wait for a place and take it; the place, for ``end``.

        Args:
            seconds: how long the call may take at most. A place whose holder is gone comes back after it.
            methods: what is called, where the vendor counts by method.

        Raises:
            NotNow: it would take too long.
        """

    def end(self, place: str, said: Said) -> None:
        """The call is over: give the place back and note what the vendor said."""


class Unpaced:
    """No limit, nobody to tell."""

    def begin(self, seconds: float, methods: Iterable[str] = ()) -> str:
        return ""

    def end(self, place: str, said: Said) -> None:
        """Nothing is kept."""
