"""Tells whoever is responsible for it in Bitrix24 what automatic sync did not send: at most one notice an hour.

What it did not send waits under To do, for everybody who may see it; this is only so that its own person looks.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale, ngettext
from sqlalchemy import ColumnElement, func, select

from b24xero import connections
from b24xero.bitrix24 import notices
from b24xero.bitrix24.session import Session
from b24xero.db.models import AutomaticSync, ServiceLogin, SyncEntry, SyncRun
from b24xero.db.transactions import writing
from b24xero.domain.invoice_key import numberless
from b24xero.errors import JobError
from b24xero.extensions import db

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
_TAG = "B24XERO|TODO"
# So many numbers stand in one notice.
_NAMED = 10

# Of ``AutomaticSync.told``: when it was last done, up to which entry of the record, in which language, and whether the
# application lacks the right to do it.
_AT, _UPTO, LANGUAGE, LACKS = "at", "upto", "language", "lacks"


@dataclass(frozen=True)
class Waiting:
    """An invoice by its key, and how it is called."""

    key: int
    name: str


def tell(login: ServiceLogin, now: datetime) -> None:
    """Where that is wanted, and an hour is over. A notice that did not go out goes out an hour later."""
    sync = db.session.get(AutomaticSync, login.organisation_id, populate_existing=True)
    if sync is None or not sync.tells or not _is_time(sync.told, now):
        return
    user, told = login.user, sync.told
    newest = db.session.scalar(select(func.max(SyncEntry.id)).where(_is_of(sync.organisation_id))) or 0
    waiting = _waiting(sync.organisation_id, _upto(told)) if newest > _upto(told) else []
    db.session.commit()
    moved_on = {**told, _UPTO: str(newest), **({_AT: now.isoformat()} if waiting else {})}
    if newest <= _upto(told) or not _changed(sync.organisation_id, told, moved_on) or not waiting:
        return
    try:
        may_tell = _sent(connections.bitrix24_for(user), waiting, told.get(LANGUAGE, "en"))
        _changed(sync.organisation_id, moved_on, {**moved_on, LACKS: "" if may_tell else "im"})
    except JobError as error:
        log.warning("nobody was told of what waits: %s", error)
        _changed(sync.organisation_id, moved_on, {**moved_on, _UPTO: str(_upto(told))})


def _is_time(told: Mapping[str, str], now: datetime) -> bool:
    return _AT not in told or abs(now - datetime.fromisoformat(told[_AT])) >= EVERY


def _upto(told: Mapping[str, str]) -> int:
    return int(told.get(_UPTO, "0"))


def begun(told: Mapping[str, str], organisation_id: int, language: str) -> dict[str, str]:
    """What is kept when it is turned on: what waits already is no news."""
    newest = db.session.scalar(select(func.max(SyncEntry.id)).where(_is_of(organisation_id))) or 0
    return {**told, _UPTO: str(newest), LANGUAGE: language}


def _is_of(organisation_id: int) -> ColumnElement[bool]:
    return SyncEntry.organisation_id == organisation_id


def _waiting(organisation_id: int, upto: int) -> list[Waiting]:
    """Whose newest entry says that automatic sync was refused, and whose newest of before said nothing like it: what
    was settled since is left out, and what was told already."""
    mine = select(func.max(SyncEntry.id)).where(_is_of(organisation_id), SyncEntry.kind == "push")
    newest = mine.where(SyncEntry.id > upto).group_by(SyncEntry.bitrix24_id)
    refused = (SyncEntry.outcome == "rejected", SyncRun.by_service.is_(True))
    query = select(SyncEntry).join(SyncRun).where(SyncEntry.id.in_(newest), *refused)
    ids = select(SyncEntry.bitrix24_id).join(SyncRun).where(SyncEntry.id.in_(newest), *refused)
    before = mine.where(SyncEntry.id <= upto, SyncEntry.bitrix24_id.in_(ids)).group_by(SyncEntry.bitrix24_id)
    told = select(SyncEntry.bitrix24_id).where(SyncEntry.id.in_(before), SyncEntry.outcome == "rejected")
    query = query.where(SyncEntry.bitrix24_id.not_in(told))
    entries = db.session.scalars(query.order_by(SyncEntry.id.desc()).limit(notices.MOST))
    return [Waiting(entry.bitrix24_id, entry.number or numberless(entry.bitrix24_id)) for entry in entries]


def _changed(organisation_id: int, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether nobody else, another worker or the page, changed it since."""
    with writing():
        sync = db.session.get_one(AutomaticSync, organisation_id, populate_existing=True)
        if sync.told != dict(before):
            return False
        sync.told = dict(after)
        return True


def _sent(bitrix24: Session, waiting: Sequence[Waiting], language: str) -> bool:
    """Whether the application may tell anybody at all."""
    found = notices.responsible(bitrix24, [one.key for one in waiting])
    names = defaultdict(list)
    for one in waiting:
        if one.key in found.of:
            names[found.of[one.key]].append(one.name)
    if found.may_tell and names:
        with force_locale(language):
            messages = {who: _message(mine) for who, mine in names.items()}
        taken = notices.send(bitrix24, messages, _TAG)
        log.info("told of what waits people=%s taken=%s", len(messages), taken)
    return found.may_tell


def _message(names: Sequence[str]) -> str:
    """With a link; brackets would be read as more of them."""
    listed = ", ".join(name.translate({ord("["): "(", ord("]"): ")"}) for name in names[:_NAMED])
    listed += "…" if len(names) > _NAMED else ""
    said = ngettext(
        "%(num)d invoice of yours waits for an answer before it goes to Xero: %(invoices)s.",
        "%(num)d invoices of yours wait for an answer before they go to Xero: %(invoices)s.",
        len(names), invoices=listed,
    )  # fmt: skip
    address = f"{connections.settings().public_url}/invoices?view=todo"
    return f"{said} [URL={address}]{address}[/URL]"
