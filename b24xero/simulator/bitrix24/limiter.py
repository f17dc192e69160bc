"""The leaky bucket in front of a cloud portal (facts §7.1)."""

from __future__ import annotations

from datetime import datetime

BLOCKS_ABOVE = 50
DRAINS_A_SECOND = 2.0


class Limiter:
    """Holds at most 50 requests and loses two a second; what does not fit is refused and not counted."""

    def __init__(self) -> None:
        self._level = 0.0
        self._at: datetime | None = None

    def lets_in(self, now: datetime) -> bool:
        if self._at is not None:
            self._level = max(0.0, self._level - (now - self._at).total_seconds() * DRAINS_A_SECOND)
        self._at = now
        if self._level + 1 > BLOCKS_ABOVE:
            return False
        self._level += 1
        return True
