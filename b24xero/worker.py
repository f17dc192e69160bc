"""The job runner (huey), and nothing else does: who is woken, and who carries a run on.

huey's queue only wakes: a task that a killed worker took with it is a lost wake-up, no lost work. What is to be done
stands in the runs, and every worker looks there every few seconds for one that nobody carries on.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from flask import Flask, current_app
from huey import PostgresHuey, SqliteHuey
from huey.api import Huey, TaskWrapper

from b24xero import call_counts, logs, maintenance
from b24xero.checks import alerts
from b24xero.config import Settings
from b24xero.db.models import SyncRun, utc_now
from b24xero.db.states import RunKind
from b24xero.db.transactions import let_go
from b24xero.extensions import db
from b24xero.matching import confirm
from b24xero.matching import job as matching_job
from b24xero.news import calls, look
from b24xero.outbound import odd_rows
from b24xero.products import items_job
from b24xero.pull import job as pull_job
from b24xero.push import batch
from b24xero.reconciliation import job as month_end
from b24xero.runs import failures, lifecycle, workers
from b24xero.wakeups import TASK, NoWakeUp, RunIds

log = logging.getLogger(__name__)

THREADS = 2
LOOK_EVERY = 2.0
TIDY_EVERY = 20.0
WATCH_EVERY = 300.0
# Three beats fit into a lease, so that one slow moment of the database does not lose a run.
BEAT_EVERY = lifecycle.LEASE.total_seconds() / 4

_JOBS: dict[RunKind, Callable[[SyncRun], None]] = {
    "items": items_job.carry_on,
    "pull": pull_job.carry_on,
    "push": batch.carry_on,
    "find": matching_job.carry_on,
    "link": confirm.carry_on,
    "sheet": month_end.carry_on,
}


# huey calls a task by its module and its name.
_RUN_IDS = RunIds(f"{__name__}.{TASK}")


def bind(app: Flask) -> None:
    """The queue of this installation: beside the SQLite database, or inside the PostgreSQL that all machines share."""
    address: str = app.config["SQLALCHEMY_DATABASE_URI"]
    queue: Huey
    if address.startswith("postgresql"):
        dsn = address.replace("postgresql+psycopg://", "postgresql://", 1)
        queue = PostgresHuey("b24xero", dsn=dsn, results=False, create_tables=False, serializer=_RUN_IDS)
    else:
        path = Path(address.removeprefix("sqlite:///"))
        queue = SqliteHuey(
            "b24xero", filename=f"{path}.queue", results=False, create_tables=False, serializer=_RUN_IDS
        )  # fmt: skip
    app.extensions["b24xero.queue"] = queue
    app.extensions[lifecycle.WAKE] = _waking(queue, _task(queue, app))


def _waking(queue: Huey, task: TaskWrapper) -> Callable[[int], None]:
    """Puts a run into the queue, whose tables are made at the first time: a press may come before any worker did."""
    ready = threading.Event()

    def wake(run_id: int) -> None:
        if not ready.is_set():
            queue.storage.initialize_schema()
            ready.set()
        task(run_id)

    return wake


def _task(queue: Huey, app: Flask) -> TaskWrapper:
    def carry_on(run_id: int) -> None:
        with app.app_context():
            try:
                take(run_id)
            finally:
                let_go()

    return queue.task(name=TASK)(carry_on)


def take(run_id: int) -> None:
    """Claim the run and carry it on; nothing when somebody else has it or it has ended."""
    run = lifecycle.claim(run_id, utc_now())
    if run is None:
        return
    if run.lost > lifecycle.MOST_LOST:
        failures.lost(run)
        return
    organisation_id = run.organisation_id
    logs.about(run=run.id, user=run.user_id, organisation=organisation_id)
    with calls.counted_for(organisation_id, utc_now()) if run.by_service else contextlib.nullcontext():
        _carried_on(run)


def _carried_on(run: SyncRun) -> None:
    run_id, began = run.id, time.perf_counter()
    odd_rows.start_counting()
    try:
        with _beating(current_app._get_current_object(), run), failures.carrying(run):  # type: ignore[attr-defined]
            _JOBS[run.kind](run)
            look.note(run)
    except lifecycle.Leaving:
        guarded("give back", lambda: lifecycle.give_back(run))
        return
    except lifecycle.LeaseLost:
        db.session.rollback()
        log.warning("run %s was taken over by another worker, or stopped", run_id)
        return
    log.info(
        "run=%s kind=%s state=%s counts=%s odd_rows=%s seconds=%.1f", run.id, run.kind, run.state, run.counts,
        odd_rows.counted() or 0, time.perf_counter() - began,
    )  # fmt: skip


@contextlib.contextmanager
def _beating(app: Flask, run: SyncRun) -> Iterator[None]:
    """Keep the lease while a call takes its time; a process that is killed beats no more."""
    over = threading.Event()
    run_id, lease = run.id, run.lease or ""

    def beat() -> None:
        with app.app_context():
            while not over.wait(BEAT_EVERY):
                guarded("beat", lambda: lifecycle.beat(run_id, lease))

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


# -- the process ------------------------------------------------------------------------------------------------------


def work(app: Flask) -> None:
    """Work until SIGTERM or SIGINT; then finish the call in flight and stop."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        lifecycle.leaving.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    queue: Huey = app.extensions["b24xero.queue"]
    for beside in (_tell_of_life, _watch, _look):
        threading.Thread(target=beside, args=(app, stop), daemon=True).start()
    threads = [_thread(app, queue, stop) for _ in range(THREADS)]
    with app.app_context():
        tidied = 0.0
        while not stop.is_set():
            threads = [thread if thread.is_alive() else _thread(app, queue, stop) for thread in threads]
            guarded("wake", wake_idle)
            guarded("count", call_counts.keep_now_and_then)
            if not tidied or time.monotonic() - tidied > TIDY_EVERY:
                maintenance.tidy(guarded)
                tidied = time.monotonic()
            stop.wait(LOOK_EVERY)
    for thread in threads:
        thread.join(8)


def _tell_of_life(app: Flask, stop: threading.Event) -> None:
    """Beside the loop, which a slow vendor holds up when it renews tokens."""
    name = workers.name()
    with app.app_context():
        guarded("sign of life", lambda: workers.beat(name, utc_now()))
        while not stop.wait(workers.EVERY):
            guarded("sign of life", lambda: workers.beat(name, utc_now()))
        guarded("sign of life", lambda: workers.leave(name, utc_now()))


def _watch(app: Flask, stop: threading.Event) -> None:
    """Look at what b24xero needs, so that somebody is told when it breaks."""
    settings: Settings = app.extensions["b24xero.settings"]
    with app.app_context():
        while not stop.wait(WATCH_EVERY):
            guarded("watch", lambda: alerts.watch(settings, utc_now()))


def _look(app: Flask, stop: threading.Event) -> None:
    """Begin what automatic sync is due to do; beside the loop, since it asks the portal."""
    with app.app_context():
        while not stop.wait(LOOK_EVERY):
            guarded("look", lambda: look.look(utc_now(), guarded))


def _thread(app: Flask, queue: Huey, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=_serve, args=(app, queue, stop), daemon=True)
    thread.start()
    return thread


def _serve(app: Flask, queue: Huey, stop: threading.Event) -> None:
    """Carry out wake-ups. huey's own consumer would take the signals and its threads cannot be told of our stop."""
    with app.app_context():
        while not (guarded("queue", queue.storage.initialize_schema) or stop.wait(LOOK_EVERY)):
            pass  # its database is away: there is nothing else that this thread could do
        while not stop.is_set():
            if not guarded("wake-up", lambda: _next(queue, stop)):
                stop.wait(1)


def _next(queue: Huey, stop: threading.Event) -> None:
    try:
        task = queue.dequeue()
    except NoWakeUp as error:
        log.warning("something in the queue is no wake-up and was thrown away: %s", error)
        return
    if task is None:
        stop.wait(0.3)
    else:
        queue.execute(task)


def wake_idle() -> None:
    """Wake what nobody carries on."""
    waiting = lifecycle.claimable(utc_now())
    db.session.commit()
    for run_id in waiting:
        lifecycle.announce(run_id)


# How often in a row each task of this process has failed.
failed: Counter[str] = Counter()


def guarded(name: str, task: Callable[[], object]) -> bool:
    """Carry out one task of a loop, which goes on whatever becomes of it; whether it was done. Only a signal ends a
    worker."""
    try:
        task()
    except Exception:  # whatever it is, the other tasks are none the worse for it
        failed[name] += 1
        log.exception("task=%s failed, %s times in a row", name, failed[name])
        return False
    else:
        failed.pop(name, None)
        return True
    finally:
        let_go()
