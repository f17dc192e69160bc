"""The worker as a process: woken by a press, killed in the middle, told to stop."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import batch
from b24xero.runs import lifecycle
from tests.conftest import ROWS, Vendors, on_both
from tests.people import Person

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


class Worker:
    """One ``flask --app wsgi worker``."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT, env={**os.environ, **environ}, stdout=self.log, stderr=self.log,
        )  # fmt: skip

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(60)
        self.log.close()
        return code


@pytest.fixture
def workers(environ: dict[str, str], tmp_path: Path) -> Iterator[list[Worker]]:
    started: list[Worker] = []
    yield started
    for worker in started:
        if worker.process.poll() is None:
            worker.end(signal.SIGKILL)


def state(app: Flask, run_id: int) -> SyncRun:
    with app.app_context():
        return db.session.get_one(SyncRun, run_id, populate_existing=True)


def until(seconds: float, app: Flask, run_id: int, *states: str) -> SyncRun:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        run = state(app, run_id)
        if run.state in states:
            return run
        time.sleep(0.1)
    raise AssertionError(f"the run is {run.state}, done {run.done} of {run.total}, after {seconds} s")


def until_said(words: str, log: Path, seconds: float = 90) -> None:
    give_up = time.monotonic() + seconds
    while words not in log.read_text():
        assert time.monotonic() < give_up, log.read_text()[-2000:]
        time.sleep(0.1)


def lapse(app: Flask, run_id: int) -> None:
    """The lease of one that was killed ends so that another has the run within fifteen seconds; here it is sooner."""
    with app.app_context(), writing():
        run = db.session.get_one(SyncRun, run_id)
        assert run.lease_until is not None
        assert run.lease_until - utc_now() < timedelta(seconds=15)
        run.lease_until = utc_now() + timedelta(seconds=1)


def asked(app: Flask, ids: list[int]) -> int:
    with app.app_context():
        return batch.ask(db.session.scalars(select(User)).one(), ids).id


@on_both
def test_a_killed_worker_is_followed_by_another_within_fifteen_seconds_and_nothing_is_twice(
    ready: Person, vendors: Vendors, app: Flask, environ: dict[str, str], tmp_path: Path, workers: list[Worker]
) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme) for _ in range(120)]
    write = vendors.hold(vendor="xero", method="PUT", path="/Invoices")
    workers.append(Worker(environ, tmp_path / "first.log"))
    run_id = asked(app, ids)
    write.until_there()
    workers[0].end(signal.SIGKILL)
    write.let_go()
    lapse(app, run_id)
    workers.append(Worker(environ, tmp_path / "second.log"))
    run = until(90, app, run_id, "finished")
    assert run.counts == {"created": 120}, (tmp_path / "second.log").read_text()[-2000:]
    urls = [i["Url"] for i in vendors.control("xero/invoices") if "/crm/type/31/" in i.get("Url", "")]
    assert len(urls) == len(set(urls)) == 120
    with app.app_context():
        told = db.session.scalars(select(SyncEntry.bitrix24_id).filter_by(run_id=run_id)).all()
        assert sorted(told) == sorted(ids)


def test_a_worker_that_is_told_to_stop_gives_its_run_back_and_ends_within_ten_seconds(
    ready: Person, vendors: Vendors, app: Flask, environ: dict[str, str], tmp_path: Path, workers: list[Worker]
) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme) for _ in range(120)]
    write = vendors.hold(vendor="xero", method="PUT", path="/Invoices")
    workers.append(Worker(environ, tmp_path / "worker.log"))
    run_id = asked(app, ids)
    write.until_there()
    workers[0].process.send_signal(signal.SIGTERM)
    time.sleep(1.0)  # so that it is told within the call
    write.let_go()
    told = time.monotonic()
    assert workers[0].wait() == 0
    assert time.monotonic() - told < 10
    run = state(app, run_id)
    assert run.state == "queued"
    with app.app_context():
        assert lifecycle.claimable(utc_now()) == [run_id]


def test_a_task_of_the_loop_that_breaks_ends_neither_the_worker_nor_its_other_tasks(
    ready: Person, vendors: Vendors, app: Flask, environ: dict[str, str], tmp_path: Path, workers: list[Worker]
) -> None:
    broken = asked(app, [vendors.new_invoice()])
    with app.app_context(), writing():
        # Maintenance closes what waited for a day, and stumbles over a moment that is none.
        statement = "UPDATE sync_run SET state='waiting', waits_since='2001-01-01 00:00:00', created_at='nonsense'"
        db.session.execute(sa.text(statement))
    workers.append(Worker(environ, tmp_path / "worker.log"))
    until_said("task=closed_runs failed, 1 times in a row", tmp_path / "worker.log")
    with app.app_context(), writing():
        db.session.execute(sa.text("UPDATE sync_run SET created_at='2001-01-01 00:00:00', state='closed'"))
    assert until(90, app, asked(app, [vendors.new_invoice()]), "finished").id > broken
    assert workers[0].process.poll() is None


@on_both
def test_ten_kills_of_two_workers_in_a_run_of_five_hundred_lose_and_double_nothing(
    ready: Person, vendors: Vendors, app: Flask, environ: dict[str, str], tmp_path: Path, workers: list[Worker]
) -> None:
    moments = random.Random(7)
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme, rows=ROWS[:1]) for _ in range(500)]
    vendors.fault("delay", vendor="xero", method="PUT", path="/Invoices", seconds=0.8, times=1000)
    workers += [Worker(environ, tmp_path / f"{n}.log") for n in range(2)]
    run_id = asked(app, ids)
    for kill in range(10):
        time.sleep(moments.uniform(1.5, 4))
        victim = moments.randrange(2)
        workers[victim].end(signal.SIGKILL)
        workers[victim] = Worker(environ, tmp_path / f"after-{kill}.log")
    assert until(90, app, run_id, "finished").counts == {"created": 500}
    urls = [i["Url"] for i in vendors.control("xero/invoices") if "/crm/type/31/" in i.get("Url", "")]
    assert len(urls) == len(set(urls)) == 500
    with app.app_context():
        told = db.session.scalars(select(SyncEntry.bitrix24_id).filter_by(run_id=run_id)).all()
        assert sorted(told) == sorted(ids)
