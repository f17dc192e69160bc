"""The processes of the Procfile, two of each, replaced one by one while people press: is anything lost or unclear?"""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from b24xero.commands import free_port
from bench import invoices
from bench.place import PEOPLE, ROOT, Place, admin
from bench.router import Router, routing
from tests.over_http import Process, Visitor, until_ready

# Words of the Procfile, which its test compares: bind and port are the router's affair here.
WEB = ("gunicorn", "wsgi:app")
WORKER = ("flask", "--app", "wsgi", "worker")


@dataclass
class Restarts:
    """``answers``: presses by the status of their answer, "none" where none came; ``codes``: of the processes that were
    told to end; ``run``: what the one run of many came to."""

    answers: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    run: dict[str, int] = field(default_factory=dict)
    longest: float = 0.0
    seconds: float = 0.0


class Formation:
    """Two webs behind a router and two workers."""

    def __init__(self, here: Place, router: Router, told: Restarts) -> None:
        self.here, self.router, self.told = here, router, told
        # below those that the system gives to whoever connects, one of which might take it first
        self._ports = itertools.count(21_000, 10)
        self.webs = [self._web() for _ in range(2)]
        self.workers = [self._worker() for _ in range(2)]
        for port, web in self.webs:
            self._take_in(port, web)

    def replace(self, of: int) -> None:
        """So many of each: a web by one that is ready before the old one is told to end, a worker by one begun then."""
        for n in range(of):
            port, web = self._web()
            self._take_in(port, web)
            old_port, old = self.webs[n]
            self.webs[n] = (port, web)
            self.router.ports.remove(old_port)
            self.told.codes[old.end()] += 1
            old_worker, self.workers[n] = self.workers[n], self._worker()
            self.told.codes[old_worker.end()] += 1

    def end(self) -> None:
        for process in (*(web for _port, web in self.webs), *self.workers):
            self.told.codes[process.end()] += 1

    def _take_in(self, port: int, web: Process) -> None:
        until_ready(f"http://127.0.0.1:{port}", web)
        self.router.ports.append(port)

    def _web(self) -> tuple[int, Process]:
        port = free_port(next(self._ports))
        where = {**self.here.environ, "PORT": str(port), "WEB_CONCURRENCY": "1"}
        return port, Process(ROOT, where, self.here.folder / f"web-{port}.log", *WEB)

    def _worker(self) -> Process:
        """One that has begun: told to end while it still reads its modules, it would end without a word."""
        worker = Process(ROOT, self.here.environ, self.here.folder / "workers.log", *WORKER)
        give_up = time.monotonic() + 60
        while not self.here.works(worker.process.pid) and time.monotonic() < give_up:
            time.sleep(0.1)
        return worker


def replaced(here: Place, count: int, rounds: int, of: int = 2) -> tuple[Restarts, list[int]]:
    """One person has a quarter of the invoices sent in a run, three press theirs one by one, while processes are
    replaced, ``rounds`` times ``of`` each two; how it went, and the ids of all invoices."""
    told, began = Restarts(), time.monotonic()
    admin(here)
    share = invoices.write(here, count)
    with routing() as router:
        formation = Formation(here, router, told)
        try:
            mere, *others = [_visitor(router, name) for name in PEOPLE.values()]
            run_id = _run_of(mere, share[mere.name])
            with ThreadPoolExecutor(len(others)) as pool:
                work = [pool.submit(_press, one, share[one.name], told) for one in others]
                for _ in range(rounds):
                    formation.replace(of)
                for one in work:
                    one.result()
            told.run = _finished(here, run_id)
        finally:
            formation.end()
    told.seconds = time.monotonic() - began
    return told, [id for ids in share.values() for id in ids]


def _visitor(router: Router, name: str) -> Visitor:
    visitor = Visitor(router.base, name)
    visitor.client.session.headers["Connection"] = "close"  # type: ignore[attr-defined]  # as nginx asks upstreams
    visitor.sign_in().connect()
    return visitor


def _press(person: Visitor, ids: Sequence[int], told: Restarts) -> None:
    token = person.token()
    for id in ids:
        began = time.monotonic()
        try:
            answer = person.client.post(
                f"/invoices/{id}/push", data={"csrf_token": token}, headers={"HX-Request": "true"}
            )  # fmt: skip
            told.answers[str(answer.status_code)] += 1
        except requests.RequestException:
            told.answers["none"] += 1
        told.longest = max(told.longest, time.monotonic() - began)


def _run_of(person: Visitor, ids: Sequence[int]) -> int:
    form = {"csrf_token": person.token(), "id": ",".join(map(str, ids))}
    address = person.client.post("/invoices/many/write", data=form).headers["Location"]
    found = re.search(r"/runs/(\d+)$", address)
    assert found, address
    return int(found[1])


def _finished(here: Place, run_id: int, seconds: float = 120) -> dict[str, int]:
    give_up = time.monotonic() + seconds
    while (run := here.run(run_id)).state != "finished":
        if time.monotonic() > give_up:
            return {run.state: 1}
        time.sleep(0.2)
    return dict(run.counts)
