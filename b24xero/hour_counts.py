"""Figures of automatic sync by the hour: calls, events that say nothing to us, how long paid invoices took to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from b24xero.db.models import HourCount
from b24xero.db.transactions import writing
from b24xero.extensions import db

KEPT = timedelta(days=8)


def add(organisation_id: int, counts: Mapping[str, int], now: datetime) -> None:
    """Into the transaction that is open."""
    for name in sorted(counts):  # in one order everywhere, so that no two wait for each other's rows
        if counts[name]:
            _add(organisation_id, name, counts[name], now.replace(minute=0, second=0, microsecond=0))


def _add(organisation_id: int, name: str, count: int, hour: datetime) -> None:
    if _added(organisation_id, name, count, hour):
        return
    try:
        with db.session.begin_nested():
            db.session.add(HourCount(organisation_id=organisation_id, hour=hour, name=name, count=count))
    except IntegrityError:  # another process was first
        _added(organisation_id, name, count, hour)


def _added(organisation_id: int, name: str, count: int, hour: datetime) -> bool:
    found = update(HourCount).where(
        HourCount.organisation_id == organisation_id, HourCount.hour == hour, HourCount.name == name
    )
    added = found.values(count=HourCount.count + count).execution_options(synchronize_session=False)
    done = db.session.execute(added)
    return isinstance(done, CursorResult) and bool(done.rowcount)


def since(organisation_id: int, began: datetime) -> dict[str, int]:
    """Each figure since then, whole hours."""
    query = select(HourCount.name, func.sum(HourCount.count)).where(
        HourCount.organisation_id == organisation_id, HourCount.hour > began - timedelta(hours=1)
    )
    return {name: int(count) for name, count in db.session.execute(query.group_by(HourCount.name))}


def forget_old(now: datetime) -> int:
    """How many were forgotten."""
    with writing():
        gone = db.session.execute(delete(HourCount).where(HourCount.hour < now - KEPT))
    return gone.rowcount if isinstance(gone, CursorResult) else 0
