"""A worker gives signs of life; where none does, readyz and the run's page say since when and what to do."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from b24xero import worker
from b24xero.db.models import WorkerProcess, utc_now
from b24xero.extensions import db
from b24xero.runs import workers
from tests.conftest import on_both
from tests.people import HTMX, Person, text
from tests.web.test_runs import a_run


def told(app: Flask) -> str:
    return str(app.test_client().get("/readyz").get_json()["worker"])


@on_both
def test_readyz_tells_the_worker_from_the_web(app: Flask) -> None:
    assert told(app) == "none yet"
    now = utc_now()
    with app.app_context():
        workers.beat("one", now)
        workers.beat("one", now)
        assert told(app) == "ready"
        workers.leave("one", now)
    assert told(app) == f"none since {now.isoformat(timespec='seconds')}"
    assert app.test_client().get("/readyz").status_code == 200


def test_one_that_was_killed_is_dead_after_a_minute(app: Flask) -> None:
    with app.app_context():
        workers.beat("one", utc_now() - timedelta(seconds=59))
        assert workers.alive(utc_now())
        assert not workers.alive(utc_now() + timedelta(seconds=2))


def test_the_process_itself_beats_and_says_when_it_leaves(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "EVERY", 0.02)
    stop = threading.Event()
    thread = threading.Thread(target=worker._tell_of_life, args=(app, stop))
    thread.start()
    first = until(app, lambda row: row is not None)
    until(app, lambda row: row is not None and row.seen_at > first.seen_at)
    stop.set()
    thread.join(60)
    assert until(app, lambda row: row is not None and row.ended_at is not None)


def until(app: Flask, so: object) -> WorkerProcess:
    for _ in range(6000):
        with app.app_context():
            row = db.session.scalar(db.select(WorkerProcess))
            db.session.commit()
        if so(row):  # type: ignore[operator]
            assert row is not None
            return row
        time.sleep(0.01)
    raise AssertionError("it never came to that")


def test_a_run_that_nobody_carries_on_says_so_with_what_to_do(app: Flask, ready: Person) -> None:
    since = datetime.now(UTC) - timedelta(minutes=20)
    run_id = a_run(app, state="queued", created_at=utc_now() - timedelta(minutes=1))
    assert "No worker has ever run here" in text(ready.client.get(f"/runs/{run_id}").text)
    with app.app_context():
        workers.beat("one", since)
    page = text(ready.client.get(f"/runs/{run_id}", headers=HTMX).text)
    assert "No worker is running since" in page
    assert f"{since.astimezone():%M}" in page
    assert "systemctl restart b24xero-worker" in page
    with app.app_context():
        workers.beat("two", utc_now())
    assert "No worker" not in text(ready.client.get(f"/runs/{run_id}").text)


def test_a_run_that_was_only_just_asked_for_or_that_waits_for_its_person_says_nothing(
    app: Flask, ready: Person
) -> None:
    for columns in ({"state": "queued"}, {"state": "waiting", "waits_for": "xero"}, {"state": "finished"}):
        run_id = a_run(app, **columns)
        assert "No worker" not in text(ready.client.get(f"/runs/{run_id}").text)


def test_old_processes_are_forgotten_but_not_the_last(app: Flask) -> None:
    with app.app_context():
        for days in (30, 20, 10):
            workers.beat(f"{days}", utc_now() - timedelta(days=days))
        assert workers.forget_old(utc_now()) == 2
        assert workers.last_sign() is not None
