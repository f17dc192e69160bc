"""How many requests may wait for a vendor at once, a person and altogether, so that threads are left for everybody.

A vendor that hangs would else take every thread of the process, and with them the pages that need no vendor. Counted in
each process, whose threads these are: gunicorn runs ``THREADS`` of them (Procfile, run.py).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from b24xero.errors import RetryLater, problem

THREADS = 16
# Four threads are always free for what needs no vendor.
MOST_TOGETHER = THREADS - 4
# A page asks for its list, its rows and its news; more at once is a script or an impatient hand.
MOST_A_PERSON = 3
AGAIN_AFTER = 3.0


class Places:
    """The places of one process."""

    def __init__(self, together: int = MOST_TOGETHER, a_person: int = MOST_A_PERSON) -> None:
        self._together = together
        self._a_person = a_person
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, person: str) -> Callable[[], None]:
        """Take a place; what is returned gives it back.

        Raises:
            RetryLater: there is none, and nobody waits for one.
        """
        with self._lock:
            if self._taken[person] >= self._a_person or self._taken.total() >= self._together:
                raise RetryLater(problem("too_many_waiting"), AGAIN_AFTER)
            self._taken[person] += 1
        return lambda: self._give_back(person)

    def _give_back(self, person: str) -> None:
        with self._lock:
            self._taken[person] -= 1
            if not self._taken[person]:
                del self._taken[person]
