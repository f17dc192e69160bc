"""The calls of all processes, added up in the database, for whoever watches (``/metrics``)."""

from __future__ import annotations

import logging
import time

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from b24xero.db.models import CallCount
from b24xero.db.transactions import beside
from b24xero.outbound import counts

log = logging.getLogger(__name__)

EVERY = 10.0
_last = [0.0]


def keep_now_and_then() -> None:
    """At most once in so many seconds in each process; a database that is away loses nothing."""
    if time.monotonic() - _last[0] >= EVERY:
        _last[0] = time.monotonic()
        keep()


def keep() -> None:
    """Add what this process has counted to what all have."""
    found = counts.take()
    for number, (kind, taken) in enumerate(found.items()):
        try:
            _add(kind, taken)
        except SQLAlchemyError:
            log.warning("calls were not counted yet", exc_info=True)
            for left in list(found.items())[number:]:
                counts.add(left[0], left[1].calls, left[1].milliseconds)
            return


def _add(kind: counts.Kind, taken: counts.Taken) -> None:
    vendor, method, outcome = kind
    more = {"calls": CallCount.calls + taken.calls, "milliseconds": CallCount.milliseconds + round(taken.milliseconds)}
    same = (CallCount.vendor == vendor, CallCount.method == method, CallCount.outcome == outcome)
    with beside() as connection:
        if connection.execute(update(CallCount).where(*same).values(more)).rowcount:
            return
        try:
            with connection.begin_nested():
                first = {"calls": taken.calls, "milliseconds": round(taken.milliseconds)}
                connection.execute(
                    insert(CallCount).values(vendor=vendor, method=method, outcome=outcome, **first)
                )  # fmt: skip
        except IntegrityError:  # another process was first
            connection.execute(update(CallCount).where(*same).values(more))
