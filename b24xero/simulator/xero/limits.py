"""Xero's rate limits: what is counted, the headers, and the empty 429 (facts §6.1)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from werkzeug.wrappers import Request, Response

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
APP_MINUTE = 10_000
# Where a request carries how many calls were running when it came, itself among them.
TOGETHER = "simulator.together"


@dataclass
class Window:
    """A fixed window that opens with the first call after the last one closed."""

    length: timedelta
    opened: datetime | None = None
    used: int = 0

    def roll(self, now: datetime) -> None:
        if self.opened is None or now >= self.opened + self.length:
            self.opened, self.used = now, 0

    def end_in(self, seconds: float, now: datetime) -> None:
        self.opened = now + timedelta(seconds=seconds) - self.length

    def seconds_left(self, now: datetime) -> int:
        return ceil((self.opened + self.length - now).total_seconds()) if self.opened else 0


@dataclass
class Meter:
    """The counters of one organisation. ``busy`` are calls of other processes of the app, until a moment."""

    minute: Window = field(default_factory=lambda: Window(MINUTE))
    day: Window = field(default_factory=lambda: Window(DAY))
    running: int = 0
    busy: int = 0
    busy_until: datetime | None = None


class Limiter:
    """Counts calls app by organisation. Switched off it still writes its headers, always full."""

    def __init__(self, now: Callable[[], datetime], enforced: bool) -> None:
        self.now = now
        self.enforced = enforced
        self.per_minute, self.per_day, self.concurrent = 60, 5000, 5
        self.meters: dict[str, Meter] = {}
        self.app = Window(MINUTE)
        self._lock = threading.Lock()

    def meter(self, tenant_id: str) -> Meter:
        return self.meters.setdefault(tenant_id, Meter())

    @contextlib.contextmanager
    def running(self, tenant_id: str, request: Request) -> Iterator[None]:
        """A call from its arrival to its answer. How many there were when it came decides over it, since the simulator
        works on one at a time."""
        with self._lock:
            meter = self.meter(tenant_id)
            meter.running += 1
            request.environ[TOGETHER] = meter.running
        try:
            yield
        finally:
            with self._lock:
                meter.running -= 1

    def enter(self, tenant_id: str, request: Request) -> Response | None:
        """Count a call that begins, or the 429 that it gets. Refused calls are not counted."""
        if not self.enforced:
            return None
        with self._lock:
            now, meter = self.now(), self.meter(tenant_id)
            for window in (meter.minute, meter.day, self.app):
                window.roll(now)
            problem = self._problem(meter, now, request.environ.get(TOGETHER, 1))
            if problem is not None:
                return problem
            for window in (meter.minute, meter.day, self.app):
                window.used += 1
            return None

    def _problem(self, meter: Meter, now: datetime, together: int) -> Response | None:
        busy = meter.busy if meter.busy_until and now < meter.busy_until else 0
        if meter.day.used >= self.per_day:
            return _too_many("day", meter.day.seconds_left(now))
        if meter.minute.used >= self.per_minute:
            return _too_many("minute", meter.minute.seconds_left(now))
        if self.app.used >= APP_MINUTE:
            return _too_many("appminute", self.app.seconds_left(now))
        if together + busy > self.concurrent:
            return _too_many("concurrent", None)
        return None

    def write_headers(self, response: Response, tenant_id: str) -> None:
        """Every answer carries what is left."""
        meter = self.meter(tenant_id)
        response.headers["X-MinLimit-Remaining"] = str(max(0, self.per_minute - meter.minute.used))
        response.headers["X-DayLimit-Remaining"] = str(max(0, self.per_day - meter.day.used))
        response.headers["X-AppMinLimit-Remaining"] = str(max(0, APP_MINUTE - self.app.used))


def _too_many(problem: str, retry_after: int | None) -> Response:
    """429 with no body and no Content-Type; no Retry-After for too many at once."""
    response = Response(status=429)
    del response.headers["Content-Type"]
    response.headers["X-Rate-Limit-Problem"] = problem
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
