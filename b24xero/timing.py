"""This file knows how long this request has waited for vendors, and what stands between us and their limits."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextvars import ContextVar

_waited: ContextVar[list[float] | None] = ContextVar("waited", default=None)


def start_counting() -> None:
    """Begin a new count for this request or job."""
    _waited.set([])


def waited() -> float:
    """Seconds spent waiting for vendors since ``start_counting``."""
    return sum(_waited.get() or ())


@contextlib.contextmanager
def upstream() -> Iterator[None]:
    """Count the time of one vendor call."""
    began = time.perf_counter()
    try:
        yield
    finally:
        counted = _waited.get()
        if counted is not None:
            counted.append(time.perf_counter() - began)


class Pace:
    """Lets at most ``calls`` pass in any ``window`` seconds, for this process; 0 calls = no limit.

    A sliding window, because the vendors count in windows of their own that we cannot see: whatever a window's
    beginning, we stay under it.
    """

    def __init__(self, calls: float, window: float) -> None:
        # Less than one call a window is one call in a longer window.
        self.calls = max(1, int(calls)) if calls else 0
        self.window = window / min(calls, 1) if calls else window
        self._passed: deque[float] = deque()
        self._lock = threading.Lock()

    def wait_needed(self, now: float) -> float:
        """Seconds until a call may pass; 0 takes a place at once."""
        if not self.calls:
            return 0.0
        with self._lock:
            while self._passed and self._passed[0] + self.window <= now:
                self._passed.popleft()
            if len(self._passed) < self.calls:
                self._passed.append(now)
                return 0.0
            return self._passed[0] + self.window - now
