"""How automatic sync goes, told in a few figures: on its own page and on Health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _

from b24xero import connections, hour_counts, service_login
from b24xero.db.models import AutomaticSync, Organisation, ServiceLogin
from b24xero.extensions import db
from b24xero.news import hearing, look
from b24xero.news.due import BITRIX24_EVERY
from b24xero.pull import paid_delays
from b24xero.runs import lookup
from b24xero.web.common import formats

DAY, WEEK = timedelta(days=1), timedelta(days=7)

_DROPPED: Mapping[str, LazyString] = {
    hearing.SUPPLIER: _("suppliers’ documents: %(count)s"),
    hearing.OTHER: _("contacts and subscriptions: %(count)s"),
    hearing.UNKNOWN: _("of a kind that is not known: %(count)s"),
    hearing.NOT_INVOICE: _("other items of Bitrix24: %(count)s"),
}


@dataclass(frozen=True)
class Tile:
    """One thing that is told of how it goes."""

    title: str
    said: str
    more: str = ""


def of(organisation: Organisation | None, now: datetime) -> list[Tile]:
    """None while it is off."""
    login = service_login.of(organisation) if organisation else None
    sync = db.session.get(AutomaticSync, organisation.id) if organisation else None
    if organisation is None or login is None or sync is None or not login.lives:
        return []
    day = hour_counts.since(organisation.id, now - DAY)
    found = (
        _from_xero(login, sync, now), _from_bitrix24(sync, now),
        _shown(hour_counts.since(organisation.id, now - WEEK)), _calls(day), _dropped(day), _untold(sync),
    )  # fmt: skip
    return [tile for tile in found if tile]


def last_used(sync: AutomaticSync, now: datetime) -> str:
    """When either system was asked last; "" never."""
    asked = [at for at in (sync.asked_xero_at, sync.asked_bitrix24_at) if at]
    return formats.ago(max(asked), now) if asked else ""


def _from_xero(login: ServiceLogin, sync: AutomaticSync, now: datetime) -> Tile | None:
    if not sync.moves_stages:
        return None
    waits = lookup.active_by_service("pull", login.organisation)
    following = look.xero_due(login, sync, now)
    more = gettext("under way") if waits else gettext("next by %(time)s", time=formats.moment(max(following, now)))
    if sync.heard_at:
        more = gettext("Xero told of a change %(ago)s; %(more)s", ago=formats.ago(sync.heard_at, now), more=more)
    return Tile(gettext("Xero was asked"), _ago(sync.asked_xero_at, now), more)


def _from_bitrix24(sync: AutomaticSync, now: datetime) -> Tile | None:
    if not sync.sent_stages:
        return None
    every = int(BITRIX24_EVERY.total_seconds() // 60)
    more = gettext("every %(minutes)s minutes", minutes=every)
    if sync.bitrix24_heard_at:
        ago = formats.ago(sync.bitrix24_heard_at, now)
        more = gettext("Bitrix24 told of a change %(ago)s; %(more)s", ago=ago, more=more)
    if sync.owed:
        waiting = ngettext("%(num)d is tried again", "%(num)d are tried again", len(sync.owed))
        more = gettext("%(more)s; %(waiting)s", more=more, waiting=waiting)
    return Tile(gettext("Bitrix24 was asked"), _ago(sync.asked_bitrix24_at, now), more)


def _shown(week: Mapping[str, int]) -> Tile | None:
    half, most = paid_delays.within(week, 0.5), paid_delays.within(week, 0.95)
    if half is None or most is None:
        return None
    return Tile(
        gettext("From Paid in Xero to Bitrix24"), _duration(half),
        gettext("for half of them, %(time)s for 95 of 100; the last 7 days", time=_duration(most)),
    )  # fmt: skip


def _duration(seconds: int) -> str:
    """``seconds``: 0 for more than a day."""
    if not seconds or seconds > DAY.total_seconds():
        return gettext("days")
    if seconds < 60:
        return ngettext("%(num)d second", "%(num)d seconds", seconds)
    if seconds < 3600:
        return ngettext("%(num)d minute", "%(num)d minutes", seconds // 60)
    return ngettext("%(num)d hour", "%(num)d hours", seconds // 3600)


def _calls(day: Mapping[str, int]) -> Tile | None:
    xero, bitrix24 = (day.get(f"calls {vendor}", 0) for vendor in ("xero", "bitrix24"))
    if not xero and not bitrix24:
        return None
    return Tile(
        gettext("Calls of Xero in 24 hours"), formats.whole(xero),
        gettext("and %(count)s of Bitrix24", count=formats.whole(bitrix24)),
    )  # fmt: skip


def _dropped(day: Mapping[str, int]) -> Tile | None:
    why = [str(words) % {"count": formats.whole(day[name])} for name, words in _DROPPED.items() if day.get(name)]
    if not why:
        return None
    count = sum(day.get(name, 0) for name in _DROPPED)
    return Tile(gettext("Messages that say nothing to us"), formats.whole(count), "; ".join(why))


def _untold(sync: AutomaticSync) -> Tile | None:
    if not sync.untold or not sync.untold_since or not connections.settings().xero_webhook_keys:
        return None
    return Tile(
        gettext("Left out by Xero’s webhook"),
        formats.whole(sync.untold),
        gettext(
            "since %(when)s, found by asking. Look at the webhook in Xero: My Apps > Webhooks.",
            when=formats.moment(sync.untold_since),
        ),
    )


def _ago(moment: datetime | None, now: datetime) -> str:
    return formats.ago(moment, now) if moment else gettext("not yet")
