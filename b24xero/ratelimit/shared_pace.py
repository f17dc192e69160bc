"""How all processes keep one pace: a row that each call reads, decides on and writes back, alone.

The row is held for the arithmetic of ``budget`` and never for a call or a wait. A vendor without a limit of ours costs
no look at the database; what it says of its own limits is noted now and then, so that people can see it.
"""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from b24xero.db.models import CallBudget
from b24xero.db.transactions import beside
from b24xero.extensions import db
from b24xero.ratelimit.budget import Budget, NotNow, Rules, Said
from b24xero.ratelimit.deadlines import LONGEST_WAIT, Unpaced, pause, time_left

log = logging.getLogger(__name__)

# What an unlimited vendor says of its day is noted this often in each process.
NOTE_EVERY = 5.0

# Put together once: that would cost more than carrying them out.
_TABLE = CallBudget.metadata.tables[CallBudget.__tablename__]
_OF = select(_TABLE.c.state).where(_TABLE.c.name == bindparam("of")).with_for_update()
_READ = {
    "sqlite": _OF,  # the whole file is locked by then, and it has no FOR UPDATE
    # Nobody waits for the disk: what a crash of the database forgets here are the calls of its last second.
    "postgresql": _OF.add_columns(func.set_config("synchronous_commit", "off", True)),
}
_WRITE = update(_TABLE).where(_TABLE.c.name == bindparam("of")).values(state=bindparam("now"))


def read(name: str) -> Budget:
    """What is known now, for whoever shows it."""
    state = db.session.scalar(select(CallBudget.state).where(CallBudget.name == name))
    return Budget(**(state or {}))


class SharedPace:
    """One portal's or organisation's pace, for all processes and threads. ``run``: nobody waits for the answer."""

    def __init__(self, name: str, rules: Rules, *, run: bool) -> None:
        self._name = name
        self._rules = rules
        self._run = run

    def begin(self, seconds: float, methods: Iterable[str] = ()) -> str:
        place = uuid.uuid4().hex
        give_up = time.monotonic() + min(LONGEST_WAIT, time_left() / 2)
        while hindered := self._take(place, seconds, methods):
            if time.monotonic() + hindered.seconds > give_up:
                raise hindered
            pause(hindered.seconds)
        return place

    def _take(self, place: str, seconds: float, methods: Iterable[str]) -> NotNow | None:
        with _held(self._name) as budget:
            return budget.take(self._rules, time.time(), place, run=self._run, seconds=seconds, methods=methods)

    def end(self, place: str, said: Said) -> None:
        if not self._rules.together and said == Said():
            return  # counted when it began, and nothing to note
        _note(self._name, self._rules, place, said)


class Listening(Unpaced):
    """No limit of ours: only what the vendor says of its day is noted. ``noted``: when, by name, in this process."""

    def __init__(self, name: str, rules: Rules, noted: dict[str, float]) -> None:
        self._name = name
        self._rules = rules
        self._noted = noted

    def end(self, place: str, said: Said) -> None:
        now = time.time()
        if said.day_left is None or now < self._noted.get(self._name, 0.0) + NOTE_EVERY:
            return
        self._noted[self._name] = now
        _note(self._name, self._rules, place, Said(day_left=said.day_left))


def _note(name: str, rules: Rules, place: str, said: Said) -> None:
    """A database that is away must not lose an answer that has come; the place comes back by itself."""
    try:
        with _held(name) as budget:
            budget.end(rules, time.time(), place, said)
    except OperationalError:
        log.warning("what %s said of its limits was not noted", name, exc_info=True)


@contextlib.contextmanager
def _held(name: str) -> Iterator[Budget]:
    """The budget, for one change that nobody else makes meanwhile."""
    with beside() as connection:
        state = _state(connection, name)
        budget = Budget(**(_made(connection, name) if state is None else state))
        before = str(state)
        yield budget
        if str(vars(budget)) != before:
            connection.execute(_WRITE, {"of": name, "now": vars(budget)})


def _state(connection: Connection, name: str) -> dict[str, Any] | None:
    state: dict[str, Any] | None = connection.execute(_READ[connection.dialect.name], {"of": name}).scalar()
    return state


def _made(connection: Connection, name: str) -> dict[str, Any]:
    """The first call of all makes the row; of several first calls one does."""
    with contextlib.suppress(IntegrityError), connection.begin_nested():  # another process was first
        connection.execute(insert(_TABLE), {"name": name, "state": {}})
    return _state(connection, name) or {}
