"""The chaos: pushes and pulls while calls fail, answers get lost and workers are killed.

People do what people would: they press for a thousand invoices at a time, sign in again when asked, and press again for
what failed. Nothing here looks into the app before the end, and then only at what it tells people (Activity).
"""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from b24xero.domain.invoice_key import written
from bench.place import Place
from bench.workers import Workers, working
from tests.people import Person

AT_A_TIME = 1000  # as many as the page takes in one press
LOOK_EVERY = 0.3
ENDED = ("finished", "stopped", "closed")
DONE = ("created", "updated", "unchanged")


@dataclass
class Storm:
    """How bad it is: the share of calls that fail, after how many seconds one of the workers is killed, and how often
    at most. ``minutes``: when it has taken this long, something hangs."""

    rate: float = 0.2
    every: tuple[float, float] | None = (3.0, 5.0)
    kills: int = 10**6
    seed: int = 1
    minutes: float = 60.0


@dataclass
class Course:
    """How it went: ``rounds`` of pressing, ``returns`` of people who had to sign in again, ``rests`` of runs by the
    reason they gave, ``calls`` to each vendor and how many of them were hit."""

    seconds: float = 0.0
    runs: int = 0
    rounds: int = 0
    returns: int = 0
    kills: int = 0
    rests: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)


class NotDone(Exception):
    """The time is over and something still goes on."""


# -- people -----------------------------------------------------------------------------------------------------------


class Patience(ABC):
    """One person who presses until nothing is left to do; what is pressed is each one's own."""

    def __init__(self, here: Place, person: Person, course: Course) -> None:
        self.here, self.person, self.course = here, person, course
        self.run_id = self.rounds = 0
        self.rested: datetime | None = None

    @abstractmethod
    def press(self) -> int:
        """Begin what is left; the run's id, or 0 when nothing is."""

    @abstractmethod
    def read(self) -> None:
        """Look at what a run that has ended came to."""

    def look(self) -> bool:
        """A glance at the page of the run; whether everything is done."""
        if not self.run_id:
            self.run_id = self.press()
            self.course.runs += bool(self.run_id)
            return not self.run_id
        run = self.here.run(self.run_id)
        if run.resume_at and run.resume_at != self.rested:
            self.rested = run.resume_at
            self.course.rests.update(p["code"] for p in run.problems)
        if run.state in ENDED:
            self.read()
            self.run_id = 0
        elif run.state == "waiting" and run.waits_for in ("bitrix24", "xero"):
            self._come_back(run.waits_for)
        return False

    def _come_back(self, system: str) -> None:
        """Sign in as the run asks for; when that fails, too, at the next glance again."""
        self.course.returns += 1
        client, person = self.person.client, self.person
        if system == "bitrix24":
            back = person.at_bitrix24(client.get("/login/bitrix24").headers["Location"])
        else:
            back = person.at_xero(client.get("/xero/connect").headers["Location"])
        client.get(back.partition("http://localhost")[2])

    def posted(self, address: str, **values: str) -> int:
        """Press a button that begins a run; 0 when the person was sent elsewhere (to sign in)."""
        answer = self.person.client.post(address, data={"csrf_token": self.person.token(), **values})
        found = re.search(r"/runs/(\d+)$", answer.headers.get("Location", ""))
        if not found:
            raise NotDone(f"{self.person.name} pressed {address} and got {answer.status_code}: {answer.text[:2000]}")
        return int(found[1])


class Pushes(Patience):
    """ "Create / Edit on Xero (n)", a thousand at a time; then again for what did not come through."""

    def __init__(self, here: Place, person: Person, course: Course, ids: Sequence[int]) -> None:
        super().__init__(here, person, course)
        self.left, self.again, self.asked = list(ids), [], []  # type: tuple[list[int], list[int], list[int]]

    def press(self) -> int:
        if not self.left:
            self.left, self.again = self.again, []
            self.rounds += 1
        self.asked, self.left = self.left[:AT_A_TIME], self.left[AT_A_TIME:]
        return self.posted("/invoices/many/write", id=",".join(map(written, self.asked))) if self.asked else 0

    def read(self) -> None:
        done = {e.bitrix24_id for e in self.here.entries("push", self.run_id) if e.outcome in DONE}
        self.again += [id for id in self.asked if id not in done]


class Pulls(Patience):
    """ "Update from Xero" until one of them has nothing to tell."""

    news = True

    def press(self) -> int:
        self.rounds += self.news
        return self.posted("/runs/pull") if self.news else 0

    def read(self) -> None:
        run = self.here.run(self.run_id)
        self.news = bool(run.counts) or bool(run.problems)


# -- the storm --------------------------------------------------------------------------------------------------------


def weather(here: Place, storm: Storm, people: Callable[[Course], Iterable[Patience]]) -> Course:
    """Let people press in the storm until each of them is done.

    Raises:
        NotDone: it takes longer than ``storm.minutes``.
    """
    course, began = Course(), time.monotonic()
    for n, vendor in enumerate(("xero", "bitrix24")):
        here.control("faults/random", vendor=vendor, rate=storm.rate, seed=storm.seed + n)
    pressing = list(people(course))
    try:
        with working(here, seed=storm.seed, every=storm.every, most=storm.kills) as workers:
            _press_on(here, pressing, workers, began + storm.minutes * 60)
            course.kills = workers.kills
    finally:
        for vendor, told in here.control("faults/clear").items():
            course.calls[vendor], course.hits[vendor] = told["seen"], told["hit"]
    course.seconds = time.monotonic() - began
    course.rounds = max(one.rounds for one in pressing)
    return course


def _press_on(here: Place, pressing: Sequence[Patience], workers: Workers, give_up: float) -> None:
    left = list(pressing)
    while left:
        workers.strike()
        left = [one for one in left if not one.look()]
        if time.monotonic() > give_up:
            raise NotDone(", ".join(f"{one.person.name}: {_standing(here, one)}" for one in left))
        time.sleep(LOOK_EVERY)


def _standing(here: Place, one: Patience) -> str:
    if not one.run_id:
        return "between two runs"
    run = here.run(one.run_id)
    return f"run {run.id} is {run.state} at {run.done} of {run.total}, {[p['code'] for p in run.problems]}"
