"""The lines of the two pages of sign-ins, the administrators' and one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from b24xero import sessions
from b24xero.db.models import UserSession, XeroLogin
from b24xero.extensions import db
from b24xero.web.common import formats, list_query, moments

ROWS = list_query.USUAL_ROWS
PLACES = {sessions.BROWSER: _("in a browser"), sessions.FRAME: _("inside Bitrix24")}


@dataclass(frozen=True)
class SessionView:
    """One sign-in. ``mine``: the one that reads the page, which is ended by signing out."""

    id: int
    name: str
    place: str
    since: str
    seen: str
    xero: str
    mine: bool


@dataclass(frozen=True)
class Pager:
    """One of the page's lists and where it stands; another one stays where it is."""

    endpoint: str
    name: str
    total: int
    pages: Mapping[str, int]

    @property
    def page(self) -> int:
        return min(self.pages[self.name], max(1, -(-self.total // ROWS)))

    @property
    def first(self) -> int:
        return (self.page - 1) * ROWS

    @property
    def next(self) -> int:
        return self.page + 1 if self.first + ROWS < self.total else 0

    @property
    def range(self) -> str:
        last = min(self.first + ROWS, self.total)
        return gettext("%(first)d–%(last)d of %(total)d", first=self.first + 1, last=last, total=self.total)

    def url(self, page: int) -> str:
        said: dict[str, Any] = {n: number for n, number in {**self.pages, self.name: page}.items() if number > 1}
        return url_for(self.endpoint, **said)


def secret() -> str:
    """Of the session that asks."""
    return str(session.get("sid", ""))


def views(rows: Sequence[UserSession], now: datetime) -> list[SessionView]:
    whose = XeroLogin.user_id.in_([row.user_id for row in rows])
    found = db.session.scalars(select(XeroLogin).where(whose, XeroLogin.ends_at > now))
    logins = {login.user_id: login.ends_at for login in found}
    mine = sessions.hashed(secret())
    return [_session(row, logins.get(row.user_id), now, mine) for row in rows]


def _session(row: UserSession, xero_ends: datetime | None, now: datetime, mine: str) -> SessionView:
    xero = gettext("Xero until %(time)s", time=formats.clock(moments.here(xero_ends))) if xero_ends else ""
    return SessionView(
        id=row.id,
        name=row.user.name,
        place=str(PLACES[row.kind]),
        since=moments.moment(row.created_at),
        seen=formats.ago(row.seen_at, now),
        xero=xero,
        mine=row.id_hash == mine,
    )


def session_id(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,10}", text) else 0
    return number if number <= list_query.LARGEST_ID else 0
