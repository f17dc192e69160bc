"""The looks of automatic sync: what is due begins a run, as if its person had pressed.

From Xero a look is an "Update from Xero" with the service login. From Bitrix24 it is a list of what changed since the
last one, and "Create / Edit on Xero" for those that stand in a stage that is sent by itself. Both kinds of run decide
by the rules of the buttons: what is refused there, or asks a person, is refused here and waits under To do.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from b24xero import connections, portal_invoices
from b24xero.bitrix24.changed_invoices import Changes, changed_since
from b24xero.db.models import AutomaticSync, ServiceLogin, SyncRun
from b24xero.db.transactions import writing
from b24xero.domain.days import moment_in
from b24xero.errors import JobError
from b24xero.extensions import db
from b24xero.news.due import Looked, bitrix24_next, xero_next
from b24xero.runs import asked, lifecycle

log = logging.getLogger(__name__)

# Two clocks, and a save that takes its time: so much is read twice, and what was seen already is known by its moment.
OVERLAP = timedelta(minutes=10)
# What changed so shortly before the look may change once more in the same second, which a moment does not tell.
UNSETTLED = timedelta(seconds=5)
# What a run counts where there was something to tell.
_NEWS = ("moved", "rejected", "skipped", "failed")


def look(now: datetime) -> int:
    """Begin what is due, for every organisation; how many runs."""
    logins = db.session.scalars(select(ServiceLogin).where(ServiceLogin.refresh_token.is_not(None))).all()
    begun = [run for login in logins for run in (_ask_xero(login, now), _ask_bitrix24(login, now)) if run]
    db.session.commit()
    for run_id in begun:
        lifecycle.announce(run_id)
    return len(begun)


def is_told(sync: AutomaticSync) -> bool:
    """Whether Xero's webhook is set up and has missed nothing that we know of."""
    return bool(connections.settings().xero_webhook_keys) and not sync.untold


def xero_due(login: ServiceLogin, sync: AutomaticSync, now: datetime) -> datetime:
    looked = Looked(sync.asked_xero_at, sync.heard_at, sync.found_at)
    at_office = moment_in(now, login.organisation.books.time_zone)
    return xero_next(looked, now, is_told=is_told(sync), at_office=at_office)


def _ask_xero(login: ServiceLogin, now: datetime) -> int | None:
    """The run that was begun. The look and the run are one commit, so that neither is there without the other."""
    sync = db.session.get(AutomaticSync, login.organisation_id, populate_existing=True)
    if sync is None or not sync.moves_stages or not login.organisation.is_set_up or xero_due(login, sync, now) > now:
        return None
    before, told = sync.asked_xero_at, Looked(sync.asked_xero_at, sync.heard_at).has_news
    user, organisation = login.user, login.organisation
    db.session.commit()
    with writing():
        if lifecycle.active_by_service("pull", organisation):
            return None
        if not _claimed(organisation.id, before, now):
            return None
        run = lifecycle.begin(user, organisation, asked.Pull(told=told), by_service=True)
        db.session.flush()
        return run.id


def _claimed(organisation_id: int, before: datetime | None, now: datetime) -> bool:
    """Whether this worker is the one that looks now."""
    taken = db.session.execute(
        update(AutomaticSync)
        .where(
            AutomaticSync.organisation_id == organisation_id,
            AutomaticSync.asked_xero_at.is_not_distinct_from(before),
        )
        .values(asked_xero_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _ask_bitrix24(login: ServiceLogin, now: datetime) -> int | None:
    """As ``_ask_xero``; how far the portal's changes were looked at is one commit with the run that writes them."""
    sync = db.session.get(AutomaticSync, login.organisation_id, populate_existing=True)
    if sync is None or not sync.sent_stages or not login.organisation.is_set_up:
        return None
    if bitrix24_next(sync.asked_bitrix24_at, now) > now:
        return None
    if lifecycle.active_by_service("push", login.organisation):
        return None
    user, seen = login.user, dict(sync.seen)
    began = (sync.sends_since or now).replace(microsecond=0)
    since = max(sync.changed_until - OVERLAP, began) if sync.changed_until else began
    db.session.commit()
    try:
        changes = changed_since(connections.bitrix24_for(user), since, portal_invoices.invoice_kinds())
    except JobError as error:
        log.warning("automatic sync: bitrix24 not asked: %s", error)
        _put_off(login.organisation_id, now)
        return None
    return _push_changed(login, changes, seen, now)


def _put_off(organisation_id: int, now: datetime) -> None:
    """To the next time: what was not read is read then."""
    with writing():
        sync = db.session.get_one(AutomaticSync, organisation_id, populate_existing=True)
        sync.asked_bitrix24_at = now


def _push_changed(login: ServiceLogin, changes: Changes, seen: dict[str, str], now: datetime) -> int | None:
    with writing():
        sync = db.session.get_one(AutomaticSync, login.organisation_id, populate_existing=True)
        if sync.seen != seen or lifecycle.active_by_service("push", login.organisation):
            return None  # another worker looked in the same moment
        new = [one for one in changes.found if seen.get(str(one.key)) != one.at.isoformat()]
        settled = [one for one in changes.found if one.at < changes.asked_at - UNSETTLED]
        sync.changed_until, sync.asked_bitrix24_at = changes.asked_at, now
        sync.seen = {str(one.key): one.at.isoformat() for one in settled if one.at >= changes.asked_at - OVERLAP}
        ids = tuple(one.key for one in new if one.stage in sync.sent_stages)
        if not ids:
            return None
        run = lifecycle.begin(login.user, login.organisation, asked.Push(ids), by_service=True)
        db.session.flush()
        return run.id


def note(run: SyncRun) -> None:
    """What came of a run of automatic sync: whether the next look comes sooner, and whether Xero's webhook tells."""
    if not run.by_service or run.kind != "pull" or run.state != "finished":
        return
    _forget_empty(run)
    found, told = sum(run.counts.get(name, 0) for name in _NEWS), asked.of(run, asked.Pull).told
    if not found and not told:
        return
    with writing():
        sync = db.session.get_one(AutomaticSync, run.organisation_id, populate_existing=True)
        if found:
            sync.found_at = run.ended_at
        if told:
            sync.untold, sync.untold_since = 0, None
        elif connections.settings().xero_webhook_keys:
            sync.untold += found
            sync.untold_since = sync.untold_since or run.ended_at


def _forget_empty(run: SyncRun) -> None:
    """Of looks that found nothing the last one stays, which tells when it was; a hundred a day would hide the rest."""
    with writing():
        db.session.execute(
            delete(SyncRun).where(
                SyncRun.by_service.is_(True), SyncRun.organisation_id == run.organisation_id, SyncRun.kind == "pull",
                SyncRun.state == "finished", SyncRun.total == 0, SyncRun.id < run.id,
            )
        )  # fmt: skip
