"""A run as a thing to start, take, carry on, pause, stop and end. Its rows are the whole truth of it.

A worker takes a run by a lease and renews the lease with every piece that it finishes. A worker that is killed leaves a
lease that lapses; the next one carries on where the entries end. Whoever finds that the lease is no longer theirs
throws their piece away (``LeaseLost``). A run that breaks is tried again (``broke``), and ends after three tries.
"""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, case, or_, select, update

from b24xero.db.models import Organisation, SyncRun, User, utc_now
from b24xero.db.states import RunKind, RunState, WaitsFor
from b24xero.db.transactions import writing
from b24xero.errors import Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.runs import asked as run_asked
from b24xero.runs import lookup
from b24xero.runs.asked import Asked
from b24xero.writes import claims, invoice_links

log = logging.getLogger(__name__)

# A worker beats several times within it; the run of one that was killed is taken over when it is over.
LEASE = timedelta(seconds=10)
# A run that waits for its person this long is closed with what was not done.
PATIENCE = timedelta(hours=24)

# The waits after a first and a second try that broke without having come any further; after the third the run ends.
TRY_AGAIN = (timedelta(seconds=10), timedelta(seconds=60))
# A worker that is killed in the middle says nothing of the run; but a run that kills every worker must end, too.
MOST_LOST = 10


# Where the app keeps how to wake a worker: worker.py puts it there.
WAKE = "b24xero.wake"


class LeaseLost(Exception):
    """Another worker has the run by now."""


class Leaving(Exception):
    """This worker was told to stop: the run is given back, for another one to carry on."""


# Set when this process is to stop; every run looks at it between two pieces.
leaving = threading.Event()


def ask(user: User, organisation: Organisation, asked: Asked, *, unless: RunKind | None = None) -> SyncRun:
    """As ``start``, and have it carried on now.

    Args:
        unless: no run begins beside one of this kind; of its own kind, where each has its own invoices.

    Raises:
        Rejected: such a run is under way for this person.
    """
    run = start(user, organisation, asked, unless)
    announce(run.id)
    return run


def start(user: User, organisation: Organisation, asked: Asked, unless: RunKind | None = None) -> SyncRun:
    """A new run, or the one of this kind that is under way for this person already: a second press starts nothing."""
    with writing():
        if unless and (other := lookup.active(unless, user, organisation)):
            raise Rejected(problem("run_under_way", run=other.id))
        return lookup.active(asked.kind, user, organisation) or begin(user, organisation, asked)


def begin(user: User, organisation: Organisation, asked: Asked, *, by_service: bool = False) -> SyncRun:
    """Into the transaction that is open: a new run.

    Args:
        by_service: nobody pressed for it; ``user`` is the person as whom automatic sync acts.
    """
    run = SyncRun(
        kind=asked.kind, user_id=user.id, organisation_id=organisation.id, state="queued", by_service=by_service
    )  # fmt: skip
    run_asked.keep(run, asked)
    db.session.add(run)
    return run


def announce(run_id: int) -> None:
    """Have the run carried on now. A queue that is away is no failure: the workers look for runs by themselves."""
    try:
        current_app.extensions[WAKE](run_id)
    except Exception:  # each kind of queue has errors of its own, and none of them may fail a press
        log.warning("queue away, run %s waits for the next look", run_id, exc_info=True)


def ask_to_stop(run: SyncRun) -> None:
    """The call in flight is finished, nothing after it is begun; one that no worker carries on ends at once."""
    now = utc_now()
    idle = or_(SyncRun.state.in_(("queued", "waiting")), _lapsed(now))
    ended = {
        "state": "stopped", "ended_at": now, "waits_for": None, "resume_at": None, "lease": None, "lease_until": None,
    }  # fmt: skip
    mine = update(SyncRun).where(SyncRun.id == run.id).execution_options(synchronize_session=False)
    with writing():
        db.session.execute(mine.values(stop_asked=True))
        if db.session.execute(mine.where(idle).values(ended)).rowcount:  # type: ignore[attr-defined]
            invoice_links.release_all(claims.of_run(run))
    db.session.refresh(run)
    db.session.commit()


def _lapsed(now: datetime) -> ColumnElement[bool]:
    """A worker had it, and is gone."""
    return and_(SyncRun.state == "running", or_(SyncRun.lease_until.is_(None), SyncRun.lease_until < now))


# -- the worker's side ------------------------------------------------------------------------------------------------


def claimable(now: datetime) -> list[int]:
    """Runs that somebody should carry on: new ones, ones whose worker is gone, ones whose pause is over."""
    rested = and_(SyncRun.state == "waiting", SyncRun.resume_at <= now)
    query = select(SyncRun.id).where(or_(SyncRun.state == "queued", _lapsed(now), rested)).order_by(SyncRun.id)
    return list(db.session.scalars(query))


def claim(run_id: int, now: datetime) -> SyncRun | None:
    """Take a run, or None when another has it or it has ended. One statement decides, on both databases."""
    lease = str(uuid.uuid4())
    lapsed = _lapsed(now)
    rested = and_(SyncRun.state == "waiting", SyncRun.resume_at <= now)
    with writing():
        taken = db.session.execute(
            update(SyncRun)
            .where(SyncRun.id == run_id, or_(SyncRun.state == "queued", lapsed, rested))
            .values(
                state="running",
                lease=lease,
                lease_until=now + LEASE,
                resume_at=None,
                waits_for=None,
                lost=case((lapsed, SyncRun.lost + 1), else_=SyncRun.lost),
            )
            .execution_options(synchronize_session=False)
        )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    run = db.session.get(SyncRun, run_id, populate_existing=True)
    db.session.commit()
    return run if run and run.lease == lease else None


def hold(run: SyncRun) -> None:
    """Inside the transaction that records a piece: renew the lease, or find out that it is lost.

    Raises:
        LeaseLost: the whole transaction is to be thrown away.
    """
    renewed = db.session.execute(
        update(SyncRun)
        .where(SyncRun.id == run.id, SyncRun.lease == run.lease, SyncRun.state == "running")
        .values(lease_until=utc_now() + LEASE)
        .execution_options(synchronize_session=False)
    )
    if not renewed.rowcount:  # type: ignore[attr-defined]
        raise LeaseLost


def advance(run: SyncRun, pieces: int) -> None:
    """``hold``, where the run comes further: so many of what was asked are dealt with."""
    hold(run)
    run.done += pieces
    run.tries = run.lost = 0


def beat(run_id: int, lease: str) -> None:
    """Renew the lease from beside the work; nothing when it is lost, which the work finds out by itself."""
    with writing():
        db.session.execute(
            update(SyncRun)
            .where(SyncRun.id == run_id, SyncRun.lease == lease, SyncRun.state == "running")
            .values(lease_until=utc_now() + LEASE)
            .execution_options(synchronize_session=False)
        )


def wants_to_stop(run: SyncRun) -> bool:
    """Between two pieces: whether the person wants it to end here.

    Raises:
        Leaving: this worker is to stop.
    """
    if leaving.is_set():
        raise Leaving
    asked = db.session.scalar(select(SyncRun.stop_asked).where(SyncRun.id == run.id))
    db.session.commit()
    return bool(asked)


def pause(run: SyncRun, waits_for: WaitsFor, problems: tuple[Problem, ...], resume_at: datetime | None) -> None:
    """Wait for the person or until a moment, and say why; but whoever has asked for the end is not made to wait."""
    with writing():
        hold(run)
        if db.session.scalar(select(SyncRun.stop_asked).where(SyncRun.id == run.id)):
            _end(run, "stopped", ())
            return
        run.state, run.waits_for, run.waits_since, run.resume_at = "waiting", waits_for, utc_now(), resume_at
        run.problems = [p.as_json() for p in problems]
        run.lease = run.lease_until = None


def give_back(run: SyncRun) -> None:
    """Leave the run for the next worker at once, instead of letting the lease lapse."""
    with writing():
        hold(run)
        run.state, run.lease, run.lease_until = "queued", None, None


def end(run: SyncRun, state: RunState, problems: tuple[Problem, ...] = ()) -> None:
    with writing():
        hold(run)
        _end(run, state, problems)


def _end(run: SyncRun, state: RunState, problems: tuple[Problem, ...]) -> None:
    run.state, run.ended_at = state, utc_now()
    run.problems = [p.as_json() for p in problems]
    run.lease = run.lease_until = None
    invoice_links.release_all(claims.of_run(run))


def broke(run: SyncRun, reference: str) -> None:
    """Something that nobody foresaw went wrong: try again a while later, or else end it. The log says more, under the
    reference."""
    tried = run.tries
    if tried >= len(TRY_AGAIN):
        fail(run, reference)
        return
    with writing():
        run.tries = tried + 1
    pause(run, "time", (problem("run_broke", reference=reference),), utc_now() + TRY_AGAIN[tried])


def fail(run: SyncRun, reference: str) -> None:
    end(run, "failed", (problem("run_failed", reference=reference, left=max(run.total - run.done, 0)),))


def wake(user: User, system: WaitsFor) -> list[int]:
    """The person is back: what waited for this system goes on. The ids of those runs."""
    with writing():
        waiting = db.session.scalars(
            select(SyncRun).where(
                SyncRun.user_id == user.id, SyncRun.by_service.is_(False), SyncRun.state == "waiting",
                SyncRun.waits_for == system,
            )
        ).all()  # fmt: skip
        for run in waiting:
            run.state, run.waits_for, run.problems = "queued", None, []
    return [run.id for run in waiting]


def close_forgotten(now: datetime) -> int:
    """End runs whose person did not come back within a day of being waited for; how many."""
    with writing():
        forgotten = db.session.scalars(
            select(SyncRun).where(
                SyncRun.state == "waiting", SyncRun.resume_at.is_(None), SyncRun.waits_since < now - PATIENCE
            )
        ).all()
        for run in forgotten:
            run.state, run.ended_at = "closed", now
            run.problems = [problem("run_closed", left=max(run.total - run.done, 0)).as_json()]
    return len(forgotten)
