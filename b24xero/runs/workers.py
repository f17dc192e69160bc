"""Which worker processes live, by the signs of life that they write into the database."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from b24xero.db.models import SyncRun, WorkerProcess
from b24xero.db.transactions import writing
from b24xero.extensions import db

EVERY = 10.0
# Several signs fit into it, so that one slow moment of the database makes nobody dead.
SILENT = timedelta(seconds=60)
KEPT = timedelta(days=7)
# A run that begins at once needs no word about workers.
PATIENCE = timedelta(seconds=15)


def name() -> str:
    """This process's own; a process number comes again after a restart of a container."""
    return f"{socket.gethostname()[:64]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def beat(worker: str, now: datetime) -> None:
    """A sign of life."""
    with writing():
        seen = update(WorkerProcess).where(WorkerProcess.name == worker).values(seen_at=now)
        if not db.session.execute(seen).rowcount:  # type: ignore[attr-defined]
            db.session.add(WorkerProcess(name=worker, started_at=now, seen_at=now))


def leave(worker: str, now: datetime) -> None:
    """It was told to stop."""
    with writing():
        db.session.execute(update(WorkerProcess).where(WorkerProcess.name == worker).values(ended_at=now))


def alive(now: datetime) -> list[WorkerProcess]:
    query = select(WorkerProcess).where(WorkerProcess.ended_at.is_(None), WorkerProcess.seen_at > now - SILENT)
    return list(db.session.scalars(query.order_by(WorkerProcess.started_at)))


def last_sign() -> datetime | None:
    """When any worker was last heard; None: none ever ran here."""
    return db.session.scalar(select(func.max(WorkerProcess.seen_at)))


def stuck(run: SyncRun, now: datetime) -> bool:
    """Whether this run should go on by now and no worker lives that could carry it on."""
    if run.state == "running":
        due = run.lease_until is not None and run.lease_until < now
    elif run.state == "queued":
        due = run.created_at < now - PATIENCE
    else:
        due = run.resume_at is not None and run.state == "waiting" and run.resume_at < now - PATIENCE
    return due and not alive(now)


def forget_old(now: datetime) -> int:
    """Of processes long gone; the newest is kept, so that it is known since when there is none."""
    newest = last_sign()
    with writing():
        old = delete(WorkerProcess).where(WorkerProcess.seen_at < now - KEPT, WorkerProcess.seen_at != newest)
        return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]
