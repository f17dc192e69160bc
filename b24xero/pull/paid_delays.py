"""How long it took until an invoice that was paid in Xero stood in its stage in Bitrix24, counted for who watches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from b24xero.db.models import PaidDelay
from b24xero.extensions import db

# In seconds: what a person calls at once, what a coffee takes, the hour, the day, the week.
BOUNDS = (60, 300, 900, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600)
LONGER = 0


def count(took: Iterable[timedelta]) -> None:
    """Into the transaction that is open: a statement for each bound, however many they are. Two clocks may disagree by
    a little: nothing takes less than no time."""
    seconds = [max(0, round(one.total_seconds())) for one in took]
    of = defaultdict(list)
    for one in seconds:
        of[next((bound for bound in BOUNDS if one <= bound), LONGER)].append(one)
    for bound in sorted(of):
        _count(bound, len(of[bound]), sum(of[bound]))


def _count(bound: int, invoices: int, seconds: int) -> None:
    if _added(bound, invoices, seconds):
        return
    try:
        with db.session.begin_nested():
            db.session.add(PaidDelay(up_to=bound, invoices=invoices, seconds=seconds))
    except IntegrityError:  # another worker was first
        _added(bound, invoices, seconds)


def _added(bound: int, invoices: int, seconds: int) -> bool:
    more = {"invoices": PaidDelay.invoices + invoices, "seconds": PaidDelay.seconds + seconds}
    found = update(PaidDelay).where(PaidDelay.up_to == bound).values(more)
    done = db.session.execute(found.execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]
