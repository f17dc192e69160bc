"""How long it took until an invoice that was paid in Xero stood in its stage in Bitrix24, counted for who watches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from b24xero import hour_counts
from b24xero.db.models import PaidDelay
from b24xero.extensions import db

# In seconds: what a person calls at once, what a coffee takes, the hour, the day, the week.
BOUNDS = (60, 300, 900, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600)
LONGER = 0


# The same for the people who read how the last week went, who want it finer.
FINE = (5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 24 * 3600)
_FINE = "shown within "


def count(took: Iterable[timedelta]) -> None:
    """Into the transaction that is open: a statement for each bound, however many they are. Two clocks may disagree by
    a little: nothing takes less than no time."""
    seconds = [max(0, round(one.total_seconds())) for one in took]
    of = defaultdict(list)
    for one in seconds:
        of[_bound(one, BOUNDS)].append(one)
    for bound in sorted(of):
        _count(bound, len(of[bound]), sum(of[bound]))


def count_by_hour(organisation_id: int, took: Iterable[timedelta], now: datetime) -> None:
    """The same, finer and for a week."""
    seconds = [max(0, round(one.total_seconds())) for one in took]
    hour_counts.add(organisation_id, Counter(f"{_FINE}{_bound(one, FINE)}" for one in seconds), now)


def _bound(seconds: int, bounds: Sequence[int]) -> int:
    return next((bound for bound in bounds if seconds <= bound), LONGER)


def within(counts: Mapping[str, int], share: float) -> int | None:
    """The bound in seconds within which so many of those were shown that ``hour_counts`` tells of, 0: longer than any;
    None: there were none."""
    found = [counts.get(f"{_FINE}{bound}", 0) for bound in (*FINE, LONGER)]
    below = 0
    for bound, invoices in zip((*FINE, LONGER), found, strict=True):
        below += invoices
        if below and below >= share * sum(found):
            return bound
    return None


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
