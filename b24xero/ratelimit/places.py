"""How many requests may wait for a vendor at once, a person and altogether, so that threads are left for everybody.

A vendor that hangs would else take every thread of the process, and with them the pages that need no vendor. Counted in
each process, whose threads these are: gunicorn runs ``THREADS`` of them (gunicorn.conf.py).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from b24xero.errors import RetryLater, problem

THREADS = 24
# Four threads are always free for what needs no vendor.
MOST_TOGETHER = THREADS - 4
# A page asks for its list, its rows and its news, and may be open twice. More at once is a burst, which goes one after
# the other, or a script.
MOST_A_PERSON = 6
# A burst at a vendor that answers is through by then; at one that hangs it is told so.
PATIENCE = 4.0
AGAIN_AFTER = 3.0


@dataclass(eq=False)
class Waiter:
    """A request in the queue. ``sent_away``: its thread is needed for somebody who has less."""

    person: str
    sent_away: bool = False


class Places:
    """The places of one process, and the short queue before them: those in both are fewer than there are threads."""

    def __init__(
        self, together: int = MOST_TOGETHER, a_person: int = MOST_A_PERSON, patience: float = PATIENCE
    ) -> None:
        self._together = together
        self._a_person = a_person
        self._patience = patience
        self._taken: Counter[str] = Counter()
        self._queue: list[Waiter] = []
        self._changed = threading.Condition()

    def take(self, person: str) -> Callable[[], None]:
        """Take a place, or queue for one a moment; what is returned gives it back.

        Raises:
            RetryLater: none was given back in that moment, or too many queue already.
        """
        with self._changed:
            if self._taken[person] >= self._a_person or self._is_full():
                self._queued(person)
            self._taken[person] += 1
        return lambda: self._give_back(person)

    def _queued(self, person: str) -> None:
        """Until there is a place for this person."""
        if self._is_full() and not self._send_one_away_for(person):
            raise RetryLater(problem("too_many_waiting"), AGAIN_AFTER)
        waiter = Waiter(person)
        self._queue.append(waiter)
        self._changed.wait_for(lambda: waiter.sent_away or self._is_next(waiter), self._patience)
        is_next = not waiter.sent_away and self._is_next(waiter)
        if not waiter.sent_away:
            self._queue.remove(waiter)
        if not is_next:
            raise RetryLater(problem("too_many_waiting"), AGAIN_AFTER)

    def _is_full(self) -> bool:
        return self._taken.total() + len(self._queue) >= self._together

    def _is_next(self, waiter: Waiter) -> bool:
        """Of those who queue and may have a place, the first."""
        return next((w for w in self._queue if self._taken[w.person] < self._a_person), None) is waiter

    def _send_one_away_for(self, person: str) -> bool:
        """Whoever has the most here gives up the last one that queues, to somebody who has less."""
        held = self._taken + Counter(waiter.person for waiter in self._queue)
        for waiter in reversed(self._queue):
            if held[waiter.person] == max(held.values()) > held[person] + 1:
                waiter.sent_away = True
                self._queue.remove(waiter)
                self._changed.notify_all()
                return True
        return False

    def _give_back(self, person: str) -> None:
        with self._changed:
            self._taken[person] -= 1
            if not self._taken[person]:
                del self._taken[person]
            self._changed.notify_all()
