"""Has the portal tell of changed invoices where it can reach us: asked for when something is sent by itself, asked for
anew where the address has changed, tried out once a day, and ended when nothing is sent any more.

They make it quicker and nothing else: what no event told is found by asking.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from b24xero import connections, installation, portal_invoices
from b24xero.bitrix24 import events
from b24xero.bitrix24.events import Told
from b24xero.db.models import AutomaticSync, Organisation, ServiceLogin, User
from b24xero.db.transactions import writing
from b24xero.errors import JobError
from b24xero.extensions import db
from b24xero.news import hearing

log = logging.getLogger(__name__)

# How often it is tried out whether the portal reaches us, and asked again where it would not be asked.
TRIED_EVERY = timedelta(days=1)
# A portal's queue takes its time.
PATIENCE = timedelta(minutes=5)

# Of ``AutomaticSync.events``: at which address, since when it is tried, what the portal was to say, when it said so.
_AT, _TRIED, _NONCE, _CAME = "at", "tried", "nonce", "came"


def address() -> str:
    return f"{connections.settings().public_url}/bitrix24/event"


def ask(login: ServiceLogin, now: datetime) -> None:
    """Ask for them, or end them, where it is time; what does not succeed is tried again in a day."""
    user, sync = login.user, db.session.get(AutomaticSync, login.organisation_id, populate_existing=True)
    db.session.commit()
    if sync is None:
        return
    if not sync.sent_stages:
        if sync.events:
            end(user, login.organisation)
        return
    nonce = _claimed(login.organisation_id, now) if _is_time(sync, now) else None
    if nonce is None:
        return
    try:
        taken = events.bind(connections.bitrix24_for(user), address(), portal_invoices.invoice_kinds(), nonce)
    except JobError as error:
        log.warning("bitrix24 does not tell of changes: %s", error)
    else:
        log.info("bitrix24 was asked to tell of changes taken=%s", taken)


def _is_time(sync: AutomaticSync, now: datetime) -> bool:
    tried = sync.events.get(_TRIED)
    lately = tried is not None and abs(now - datetime.fromisoformat(tried)) < TRIED_EVERY
    return not lately or sync.events.get(_AT) != address()


def _claimed(organisation_id: int, now: datetime) -> str | None:
    """What the portal is to say; None where it was asked lately, by another worker perhaps."""
    with writing():
        sync = db.session.get_one(AutomaticSync, organisation_id, populate_existing=True)
        if not _is_time(sync, now):
            return None
        nonce = secrets.token_urlsafe(24)
        sync.events = {**sync.events, _AT: address(), _TRIED: now.isoformat(), _NONCE: nonce}
        return nonce


def end(user: User, organisation: Organisation) -> None:
    """Have none told any more. A portal that does not answer goes on telling, which changes nothing."""
    with writing():
        sync = db.session.get(AutomaticSync, organisation.id, populate_existing=True)
        asked_for = sync is not None and bool(sync.events)
        if sync is not None:
            sync.events, sync.bitrix24_has_news = {}, False
    if not asked_for:
        return
    try:
        events.unbind(connections.bitrix24_for(user))
    except JobError as error:
        log.warning("bitrix24 goes on telling of changes: %s", error)


def hear(told: Told, now: datetime) -> None:
    """What was posted.

    Raises:
        Forbidden: the portal's word is another one, or nobody has heard it yet.
    """
    if told.kind == "test" and _is_asked_for(told, now):
        installation.keep_word(told.word)  # only our portal knows what it was to say
        return
    installation.need_word(told.word)
    if told.kind == "invoice":
        hearing.keep_of_bitrix24(now)
    elif told.kind == "other":
        hearing.drop_of_bitrix24(now)


def _is_asked_for(told: Told, now: datetime) -> bool:
    for sync in db.session.scalars(select(AutomaticSync)).all():
        if told.nonce and secrets.compare_digest(sync.events.get(_NONCE, "").encode(), told.nonce.encode()):
            with writing():
                sync.events = {**sync.events, _NONCE: "", _CAME: now.isoformat()}
            return True
    db.session.commit()
    return False


def reaches_us(sync: AutomaticSync, now: datetime) -> bool | None:
    """Whether the portal said what it was to say; None: it was asked just now, or not at all."""
    if not sync.events.get(_TRIED):
        return None
    if not sync.events.get(_NONCE):
        return True
    late = now - datetime.fromisoformat(sync.events[_TRIED]) > PATIENCE
    return False if late else (True if sync.events.get(_CAME) else None)
