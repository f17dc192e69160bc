"""How long it is kept what happened: entries of Activity and ended runs, by KEEP_DAYS."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from b24xero.connections import settings
from b24xero.db.models import SyncEntry, SyncRun
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.runs import lookup

# At once, so that nobody waits long for the one lock of SQLite; the worker comes again soon.
MOST = 2_000


def forget_entries(now: datetime) -> int:
    """Entries that are too old; how many. They are looked for among the first ones alone, since those that come later
    are younger: every 20 seconds the whole history would be too much."""
    days = settings().keep_days
    if not days:
        return 0
    first = select(SyncEntry.id, SyncEntry.at).order_by(SyncEntry.id).limit(MOST).subquery()
    old = select(first.c.id).where(first.c.at < now - timedelta(days=days))
    with writing():
        gone = db.session.execute(delete(SyncEntry).where(SyncEntry.id.in_(list(db.session.scalars(old)))))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forget_runs(now: datetime) -> int:
    """Ended runs that are too old and have no entry left; how many."""
    days = settings().keep_days
    if not days:
        return 0
    old = select(SyncRun.id).where(
        SyncRun.state.in_(lookup.ENDED), SyncRun.ended_at < now - timedelta(days=days),
        ~exists().where(SyncEntry.run_id == SyncRun.id),
    ).limit(MOST)  # fmt: skip
    with writing():
        gone = db.session.execute(delete(SyncRun).where(SyncRun.id.in_(list(db.session.scalars(old)))))
    return int(gone.rowcount)  # type: ignore[attr-defined]
