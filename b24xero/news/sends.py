"""Begins what writes to Xero what changed in Bitrix24: "Create / Edit on Xero" for all that stands in a chosen stage.

Bitrix24 is asked for all that changed since the last time, by its own clock. How far that was looked at is kept in one
commit with the run that is to write it; what such a run did not write is owed, and the next one is asked for it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from b24xero import connections, portal_invoices, rights
from b24xero.bitrix24.changed_invoices import Changes, changed_since, clock_of
from b24xero.db.models import AutomaticSync, ServiceLogin, SyncEntry, SyncRun, User
from b24xero.db.transactions import writing
from b24xero.errors import JobError, RetryLater
from b24xero.extensions import db
from b24xero.news import owed
from b24xero.news.due import BITRIX24_EVERY, bitrix24_next
from b24xero.runs import asked, lifecycle, lookup

log = logging.getLogger(__name__)

# Two clocks, and a save that takes its time: so much is read twice, and what was seen already is known by its moment.
OVERLAP = timedelta(minutes=10)
# What changed so shortly before the look may change once more in the same second, which a moment does not tell.
UNSETTLED = timedelta(seconds=5)


@dataclass(frozen=True)
class Asking:
    """One worker's turn to ask: ``before``: when the last one was, ``since``: from which change on; ``was_told``: an
    event of Bitrix24 is why."""

    before: datetime | None
    since: datetime
    was_told: bool = False


def turned_on(user: User) -> datetime:
    """From when on a change is news: now, by the portal's clock, since it dates the changes.

    Raises:
        Disconnected, RetryLater.
    """
    return clock_of(connections.bitrix24_for(user))


def ask_bitrix24(login: ServiceLogin, now: datetime) -> int | None:
    """The run that was begun, where it is time and anything is to be written."""
    mine = claim(login, now)
    if mine is None:
        return None
    user = login.user
    try:
        changes = changed_since(connections.bitrix24_for(user), mine.since, portal_invoices.invoice_kinds())
    except JobError as error:
        log.warning("automatic sync: bitrix24 not asked: %s", error)
        if mine.was_told and isinstance(error, RetryLater):
            _note_news(login.organisation_id)
        return None  # what was not read is read the next time
    rights.note_admin(user, is_admin=changes.by_admin)
    if not changes.by_admin:
        log.warning("automatic sync: user=%s is no administrator any more and is not shown every invoice", user.id)
        return None
    return begin(login, mine, changes, now)


def _note_news(organisation_id: int) -> None:
    """What was told of is still to be read, and sooner than in minutes."""
    with writing():
        db.session.get_one(AutomaticSync, organisation_id, populate_existing=True).bitrix24_has_news = True


def claim(login: ServiceLogin, now: datetime) -> Asking | None:
    """This worker's turn, where it is time, and nobody took it before."""
    sync = db.session.get(AutomaticSync, login.organisation_id, populate_existing=True)
    if sync is None or not sync.sent_stages or not login.organisation.is_set_up:
        return None
    before, was_told = sync.asked_bitrix24_at, sync.bitrix24_has_news
    if bitrix24_next(before, now, has_news=was_told) > now or lookup.active_by_service("push", login.organisation):
        return None
    began = (sync.sends_since or now).replace(microsecond=0)
    since = max(sync.changed_until - OVERLAP, began) if sync.changed_until else began
    with writing():
        taken = _take(login.organisation_id, before, now, bitrix24_has_news=False)
    return Asking(before, since, was_told) if taken else None


def _take(organisation_id: int, before: datetime | None, now: datetime, **values: bool) -> bool:
    taken = db.session.execute(
        update(AutomaticSync)
        .where(
            AutomaticSync.organisation_id == organisation_id,
            AutomaticSync.asked_bitrix24_at.is_not_distinct_from(before),
        )
        .values(asked_bitrix24_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def begin(login: ServiceLogin, mine: Asking, changes: Changes, now: datetime) -> int | None:
    """The run that writes what is new and what is owed. None where there is nothing, or another worker has had its turn
    since: this one was slow."""
    with writing():
        if not _take(login.organisation_id, now, now):
            return None
        sync = db.session.get_one(AutomaticSync, login.organisation_id, populate_existing=True)
        _settle(sync, now)
        stages = {one.key: one.stage for one in changes.found}
        left = {key for key, stage in stages.items() if stage not in sync.sent_stages}
        sync.owed = {key: how for key, how in sync.owed.items() if int(key) not in left}
        new = [one.key for one in changes.found if sync.seen.get(str(one.key)) != one.at.isoformat()]
        _move_on(sync, mine, changes, now)
        ids = tuple(dict.fromkeys([*(id for id in new if id not in left), *owed.due(sync.owed, now)]))
        if not ids:
            return None
        run = lifecycle.begin(login.user, login.organisation, asked.Push(ids), by_service=True)
        db.session.flush()
        sync.push_run_id = run.id
        return run.id


def _move_on(sync: AutomaticSync, mine: Asking, changes: Changes, now: datetime) -> None:
    """Everything up to the portal's now was seen. Where its clock was put back, what it dated anew since our last look
    was not asked for: the next look begins there."""
    until = changes.asked_at
    if sync.changed_until and until < sync.changed_until:
        until -= max(now - mine.before, BITRIX24_EVERY) if mine.before else BITRIX24_EVERY
    sync.changed_until = until
    if sync.sends_since is None or sync.sends_since > changes.asked_at:
        sync.sends_since = until
    settled = [one for one in changes.found if until - OVERLAP <= one.at < changes.asked_at - UNSETTLED]
    sync.seen = {str(one.key): one.at.isoformat() for one in settled}


def _settle(sync: AutomaticSync, now: datetime) -> None:
    """What the last run did not write is owed, however it ended. Who wants none of it turns the stage off."""
    run = db.session.get(SyncRun, sync.push_run_id) if sync.push_run_id else None
    if run is not None:
        ended = min(run.ended_at or now, now)
        sync.owed = owed.after(sync.owed, asked.of(run, asked.Push).ids, _written(run), ended)
    sync.push_run_id = None


def _written(run: SyncRun) -> Collection[int]:
    """What was written or refused, which waits under To do. What somebody else was writing at that moment was not: they
    may have read it before it changed."""
    entries = db.session.scalars(select(SyncEntry).where(SyncEntry.run_id == run.id, SyncEntry.outcome != "failed"))
    return {
        entry.bitrix24_id
        for entry in entries
        if not (entry.outcome == "skipped" and any(p["code"] == "being_written" for p in entry.problems))
    }
