"""The looks of automatic sync: what is due begins a run, as if its person had pressed.

From Xero a look is an "Update from Xero" with the service login. From Bitrix24 it is a list of what changed since the
last one, and "Create / Edit on Xero" for those that stand in a stage that is sent by itself. Both kinds of run decide
by the rules of the buttons: what is refused there, or asks a person, is refused here and waits under To do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, select, update

from b24xero import connections
from b24xero.db.models import AutomaticSync, ServiceLogin, SyncRun
from b24xero.db.transactions import writing
from b24xero.domain.days import moment_in
from b24xero.extensions import db
from b24xero.news import calls, events, sends, telling
from b24xero.news.due import Calls, Looked, spared, xero_next
from b24xero.ratelimit import shared_pace
from b24xero.runs import asked, lifecycle, lookup

# What a run counts where there was something to tell.
_NEWS = ("moved", "rejected", "skipped", "failed")
DAY = timedelta(days=1)


Guard = Callable[[str, Callable[[], object]], object]


def look(now: datetime, guard: Guard = lambda _name, task: task()) -> None:
    """Begin what is due, for every organisation; ``guard`` carries each one out, so that one that breaks keeps none of
    the others."""
    query = select(ServiceLogin.organisation_id).where(ServiceLogin.refresh_token.is_not(None))
    organisations = db.session.scalars(query).all()
    db.session.commit()
    for id in organisations:
        guard(f"look at xero for {id}", partial(_begin, _ask_xero, id, now))
        guard(f"events of bitrix24 for {id}", partial(_with_login, events.ask, id, now))
        guard(f"look at bitrix24 for {id}", partial(_begin, sends.ask_bitrix24, id, now))
        guard(f"tell what waits for {id}", partial(_with_login, telling.tell, id, now))


def _begin(ask: Callable[[ServiceLogin, datetime], int | None], organisation_id: int, now: datetime) -> None:
    login = db.session.get(ServiceLogin, organisation_id, populate_existing=True)
    with calls.counted_for(organisation_id, now):
        run_id = ask(login, now) if login else None
    db.session.commit()
    if run_id:
        lifecycle.announce(run_id)


def _with_login(task: Callable[[ServiceLogin, datetime], None], organisation_id: int, now: datetime) -> None:
    login = db.session.get(ServiceLogin, organisation_id, populate_existing=True)
    if login is not None:
        with calls.counted_for(organisation_id, now):
            task(login, now)
    db.session.commit()


def is_told(sync: AutomaticSync) -> bool:
    """Whether Xero's webhook is set up and has missed nothing that we know of."""
    return bool(connections.settings().xero_webhook_keys) and not sync.untold


def xero_due(login: ServiceLogin, sync: AutomaticSync, now: datetime) -> datetime:
    looked = Looked(sync.asked_xero_at, sync.found_at, sync.has_news, sync.has_gap)
    at_office = moment_in(now, login.organisation.books.time_zone)
    due = xero_next(looked, now, is_told=is_told(sync) and not is_stuck(login), at_office=at_office)
    asked_at = sync.asked_xero_at
    if due > now or asked_at is None or asked_at > now:
        return due
    return max(due, _spared(login, asked_at, now) or due)


def _spared(login: ServiceLogin, asked_at: datetime, now: datetime) -> datetime | None:
    today = shared_pace.read(connections.xero_budget(login.organisation)).today(now.timestamp())
    if today is None:
        return None
    seconds = today.renews - now.timestamp() if today.renews else DAY.total_seconds()
    return spared(asked_at, Calls(today.limit, today.left - today.kept, max(0.0, seconds)))


def is_stuck(login: ServiceLogin) -> bool:
    """Whether the last look did not come through: what it was told of is still to be read, sooner than in hours."""
    last = lookup.last_by_service("pull", login.organisation)
    return last is not None and lookup.is_stuck(last)


def _ask_xero(login: ServiceLogin, now: datetime) -> int | None:
    """The run that was begun. The look and the run are one commit, so that neither is there without the other."""
    sync = db.session.get(AutomaticSync, login.organisation_id, populate_existing=True)
    if sync is None or not sync.moves_stages or not login.organisation.is_set_up or xero_due(login, sync, now) > now:
        return None
    before, told = sync.asked_xero_at, sync.has_news
    user, organisation, sparing = login.user, login.organisation, is_told(sync)
    db.session.commit()
    with writing():
        if lookup.active_by_service("pull", organisation):
            return None
        if not _claimed(organisation.id, before, now):
            return None
        run = lifecycle.begin(user, organisation, asked.Pull(told=told, sparing=sparing), by_service=True)
        db.session.flush()
        return run.id


def _claimed(organisation_id: int, before: datetime | None, now: datetime) -> bool:
    """Whether this worker is the one that looks now. What was told until then is read by it."""
    taken = db.session.execute(
        update(AutomaticSync)
        .where(
            AutomaticSync.organisation_id == organisation_id,
            AutomaticSync.asked_xero_at.is_not_distinct_from(before),
        )
        .values(asked_xero_at=now, has_news=False, has_gap=False)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


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
