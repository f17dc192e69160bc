"""Automatic sync in bad weather: what changes on both sides shows in the other, once, whatever was lost on the way.

Time is handed in: a round is three minutes, an outage thirty hours. A worker that dies does so between the vendor's
answer and its own commit, which is the worst moment there is.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, select, update

from b24xero import worker
from b24xero.db.models import Bitrix24Login, ServiceLogin, SyncRun, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.news import look
from b24xero.runs import lifecycle
from bench import invoices, payments
from bench.place import Place, admin
from bench.verdict import Verdict
from tests.people import Person

KEY = "a signing key of Xero's"
SENT = "DT31_7:S"
# In so many goes people change things in a round; Xero tells of each.
PIECES = 4
ROUND, OUTAGE = timedelta(minutes=3), timedelta(hours=30)


class Died(BaseException):
    """A worker was killed."""


@dataclass
class World:
    """What was done to both systems, and so what must stand there: titles in Xero, stages in Bitrix24."""

    here: Place
    person: Person
    chance: random.Random
    now: datetime = field(default_factory=utc_now)
    titles: dict[int, str] = field(default_factory=dict)
    paid: set[int] = field(default_factory=set)
    changes: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    is_away: bool = False

    # -- what people do -----------------------------------------------------------------------------------------------

    def write(self, count: int) -> None:
        """New invoices in the stage that goes by itself."""
        made = invoices.write(self.here, count, self.chance.randrange(10**6), first=len(self.titles))
        self.titles |= {id: "Bathroom, upper floor" for own in made.values() for id in own}
        self.changes += count

    def edit(self, count: int) -> None:
        for id in self._some(count, list(self.titles)):
            self.changes += 1
            self.titles[id] = f"Bathroom, change {self.changes}"
            self.here.control("bitrix24/edit", id=id, fields={"title": self.titles[id]})

    def pay(self, count: int) -> None:
        """In Xero, where they have come by now with all that was changed: what is paid is not written any more."""
        known = self.in_xero()
        arrived = [id for id, found in known.items() if found[0].get("Reference") == self.titles[id]]
        for id in self._some(count, arrived):
            self.changes += 1
            self.paid.add(id)
            self.here.control("xero/pay", invoice=known[id][0]["InvoiceID"])

    def _some(self, count: int, among: list[int]) -> list[int]:
        left = [id for id in among if id not in self.paid]
        return self.chance.sample(left, min(count, len(left)))

    def in_xero(self) -> dict[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        for invoice in self.here.control("xero/invoices"):
            if (key := self.here.key_at(str(invoice.get("Url", "")))) in self.titles:
                found.setdefault(key, []).append(invoice)
        return found

    # -- what happens on the way --------------------------------------------------------------------------------------

    def deliver(self, posts: list[dict[str, str]]) -> None:
        """A fifth is lost, a fifth comes twice, in any order."""
        self.chance.shuffle(posts)
        for post in posts:
            fate = self.chance.random()
            self.counts["posts lost"] += fate < 0.2
            for _ in range(0 if fate < 0.2 else 2 if fate < 0.4 else 1):
                told = self.person.client.post(
                    "/webhooks/xero", data=post["body"], headers={"x-xero-signature": post["signature"]}
                )
                self.counts[f"posts answered {told.status_code}"] += 1

    def posts(self) -> list[dict[str, str]]:
        return list(self.here.control("xero/webhooks", key=KEY))

    def pass_time(self, how_long: timedelta) -> None:
        """For us, who are told of it, and for the vendors' own clocks."""
        self.now += how_long
        self.here.control("clock", seconds=how_long.total_seconds())

    # -- what we do ---------------------------------------------------------------------------------------------------

    def look(self, deaths: float = 0.0) -> None:
        """One look, and workers until nothing is left to do; each of their commits is the last with this chance."""
        with self.here.app.app_context():
            look.look(self.now)
            for _ in range(1000):
                with writing():
                    resumed = {"resume_at": utc_now() - timedelta(seconds=1)}
                    db.session.execute(update(SyncRun).where(SyncRun.state == "waiting").values(resumed))
                    gone = {"lease_until": utc_now() - timedelta(seconds=1)}
                    db.session.execute(update(SyncRun).where(SyncRun.state == "running").values(gone))
                left = lifecycle.claimable(utc_now())
                db.session.commit()
                if not left or self.is_away and self._waits():
                    return
                for id in left:
                    self._work(id, deaths)
        raise RuntimeError("a run does not come to its end")

    def _waits(self) -> bool:
        return bool(db.session.scalars(select(SyncRun.id).where(SyncRun.state == "waiting")).first())

    def _work(self, run_id: int, deaths: float) -> None:
        with Mortal(self.chance, deaths) as life:
            try:
                worker.take(run_id)
            except Died:
                self.counts["deaths"] += 1
                life.over = True
                db.session.remove()
                self._leases_lapse()

    @staticmethod
    def _leases_lapse() -> None:
        """Of tokens that the dead one was renewing: whoever comes next would wait for their 40 seconds."""
        with writing():
            for table in (ServiceLogin, Bitrix24Login):
                db.session.execute(update(table).values(renewing_until=None))


class Mortal:
    """Before each commit of this thread perhaps the end, and then nothing is written any more until it is ``over``."""

    def __init__(self, chance: random.Random, deaths: float) -> None:
        self._chance, self._deaths, self._me = chance, deaths, threading.get_ident()
        self._dead = self.over = False

    def __enter__(self) -> Mortal:
        event.listen(db.session, "before_commit", self._before_commit)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(db.session, "before_commit", self._before_commit)

    def _before_commit(self, _session: Any) -> None:
        if self.over or threading.get_ident() != self._me:
            return
        self._dead = self._dead or self._chance.random() < self._deaths
        if self._dead:
            raise Died


# -- what is proven ---------------------------------------------------------------------------------------------------


def begin(here: Place, seed: int = 1) -> World:
    """Mere with a service login, both ways turned on."""
    mere = admin(here, **payments.SET_UP, **{"status:awaiting": SENT})
    mere.give_service_login()
    mere.turn_on(moves_stages="on", stage=[SENT])
    made = World(here, mere, random.Random(seed))
    made.posts()  # what was there before is no news
    made.look()
    return made


def storm(world: World, changes: int, rounds: int, deaths: float = 0.02) -> None:
    """So many changes on both sides; an outage of ours after a third of the rounds, one of Xero's after two."""
    share = max(1, changes // rounds // 3)
    piece = max(1, share // PIECES)
    for n in range(rounds):
        world.write(share)
        posts = world.posts()
        for _ in range(min(share, PIECES)):
            world.edit(piece)
            world.pay(piece)
            posts += world.posts()
        world.deliver(posts)
        world.pass_time(OUTAGE if n == rounds // 3 else ROUND)
        if n == 2 * rounds // 3:
            outage(world)
        world.look(deaths)


def outage(world: World) -> None:
    """Xero answers nobody, and a run that has begun waits."""
    world.here.control("faults/random", vendor="xero", rate=1, kinds=["unavailable"])
    world.is_away = True
    world.look()
    world.is_away = False
    world.here.control("faults/clear")
    world.pass_time(ROUND)


def caught_up(world: World) -> Verdict:
    """After the next look, whenever that is due."""
    world.pass_time(timedelta(hours=4))
    world.look()
    known = world.in_xero()
    moves = Counter(move["id"] for move in world.here.control("bitrix24/moves"))
    stages = {id: str(world.here.invoice(id)["stageId"]) for id in world.titles}
    verdict = Verdict()
    verdict.say("changes", world.changes, world.changes)
    verdict.say("missed", [id for id in world.titles if id not in known])
    verdict.say("written twice", [id for id, found in known.items() if len(found) > 1])
    verdict.say(
        "another title in Xero", [(id, found[0].get("Reference"), world.titles[id]) for id, found in known.items()
                                  if found[0].get("Reference") != world.titles[id]],
    )  # fmt: skip
    wanted = {id: payments.PAID if id in world.paid else SENT for id in world.titles}
    verdict.say("another stage in Bitrix24", [(id, stages[id]) for id in wanted if stages[id] != wanted[id]])
    verdict.say("moved twice", [id for id in wanted if moves[id] > 1])
    return verdict


def gap(world: World, changes: int) -> dict[str, int]:
    """What it costs to read what was paid while we were away; the daily reading of all that is open comes beside."""
    world.write(changes)
    world.pass_time(ROUND)
    world.look()
    world.deliver(world.posts())
    world.look()
    before = len(world.paid)
    world.pay(changes)
    world.pass_time(OUTAGE)
    world.here.control("requests/clear")
    world.look()
    asked = [seen for seen in world.here.control("requests", vendor="xero") if "/Invoices" in seen["path"]]
    changed = len(world.paid) - before
    return {"changed in the gap": changed, "calls to Xero": len(asked), "at most": 1 + -(-changed // 1000)}


def ping_pong(world: World, changes: int) -> Verdict:
    """One invoice, changed here and there in turn; each change goes over once, and comes back never."""
    world.write(1)
    world.pass_time(ROUND)
    world.look()
    (id,) = [id for id in world.in_xero() if id not in world.paid][-1:]
    world.here.control("requests/clear")
    moves_before = len(world.here.control("bitrix24/moves"))
    for n in range(changes // 2):
        _change(world, "bitrix24/edit", id=id, fields={"title": f"Bathroom, ping {n}"})
        xero_id = world.in_xero()[id][0]["InvoiceID"]
        _change(world, "xero/unpay" if n % 2 else "xero/pay", invoice=xero_id)
    world.titles[id] = world.in_xero()[id][0]["Reference"]
    writes = [
        seen for seen in world.here.control("requests", vendor="xero")
        if seen["method"] in ("POST", "PUT") and "/Invoices" in seen["path"]
    ]  # fmt: skip
    moves = len(world.here.control("bitrix24/moves")) - moves_before
    verdict = Verdict()
    # While it is paid a new title is not written; once it is not, that is.
    verdict.say("writes to Xero", len(writes), changes // 2)
    verdict.say("moves in Bitrix24", moves, changes // 2)
    return verdict


def _change(world: World, control: str, **values: Any) -> None:
    """One change, and all that is heard of it, three times over."""
    world.here.control(control, **values)
    for _ in range(3):
        for post in world.posts():
            world.person.client.post(
                "/webhooks/xero", data=post["body"], headers={"x-xero-signature": post["signature"]}
            )
        world.pass_time(ROUND)
        world.look()
