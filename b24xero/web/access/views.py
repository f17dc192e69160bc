"""Access: who is signed in, from where and since when, their end by an administrator, and the last sign-ins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from b24xero import connections, sessions
from b24xero.db.models import AccessEvent, UserSession, XeroLogin, utc_now
from b24xero.errors import Problem
from b24xero.extensions import db
from b24xero.web.common import admins, formats, list_query, moments, urls
from b24xero.web.messages import render

bp = Blueprint("access", __name__)

ROWS = list_query.USUAL_ROWS
_PLACES = {sessions.BROWSER: _("in a browser"), sessions.FRAME: _("inside Bitrix24")}
# event: its words and the look of .status
_EVENTS = {
    "signed_in": (_("Signed in"), "ok"),
    "signed_out": (_("Signed out"), "none"),
    "ended": (_("Ended"), "overdue"),
    "refused": (_("Refused"), "problem"),
}
_ENDS = {
    "admin": _("An administrator ended it here."),
    "bitrix24": _("Bitrix24 did not know the sign-in any more."),
    "dismissed": _("Bitrix24 lets this person sign in no more; what was kept of them is erased."),
    "restored": _("A back-up of b24xero was restored; every sign-in ended."),
    "uninstalled": _("The application was taken away in Bitrix24; every sign-in ended."),
}


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
class EventView:
    at: datetime
    words: str
    look: str
    who: str
    why: str


@dataclass(frozen=True)
class Pager:
    """One of the page's two lists and where it stands; the other one stays where it is."""

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
        return url_for("access.index", **said)


@bp.get("/access")
@login_required
def index() -> Response:
    admins.need(gettext("Access"))
    now = utc_now()
    pages = {name: list_query.whole_number(request.args.get(name, "")) or 1 for name in ("sessions", "events")}
    living = Pager("sessions", sessions.count_living(now), pages)
    events = Pager("events", sessions.count_events(), pages)
    return make_response(
        render_template(
            "access/index.html",
            living=living,
            sessions=_sessions(sessions.living(now, living.first, ROWS), now),
            happened=events,
            events=[_event(event) for event in sessions.events(events.first, ROWS)],
            idle=int(sessions.IDLE.total_seconds() // 3600),
            longest=sessions.LONGEST.days,
        )
    )


@bp.post("/access/end")
@login_required
def end() -> Response:
    """One, or all but the reader's own. Whoever's session it was has to sign in to Bitrix24 and to Xero again."""
    admins.need(gettext("Access"))
    if request.form.get("session") == "all":
        _end_all()
    else:
        _end_one(_id(request.form.get("session", "")))
    return make_response(redirect(url_for("access.index"), HTTPStatus.SEE_OTHER))


def _id(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,10}", text) else 0
    return number if number <= list_query.LARGEST_ID else 0


def _end_one(session_id: int) -> None:
    row = db.session.get(UserSession, session_id)
    if row is None or not sessions.end_one(session_id, utc_now(), "admin"):
        flash(gettext("It has ended already."), "warn")
        return
    connections.end_xero_login(row.user)
    flash(gettext("The sign-in of %(name)s has ended, here and at Xero.", name=row.user.name), "good")


def _end_all() -> None:
    ended = sessions.end_everybodys(utc_now(), "admin", but=str(session.get("sid", "")))
    connections.end_xero_logins_but(current_user)
    flash(ngettext("%(num)d sign-in has ended.", "%(num)d sign-ins have ended.", ended), "good")


# -- what is shown ----------------------------------------------------------------------------------------------------


def _sessions(rows: Sequence[UserSession], now: datetime) -> list[SessionView]:
    whose = XeroLogin.user_id.in_([row.user_id for row in rows])
    found = db.session.scalars(select(XeroLogin).where(whose, XeroLogin.ends_at > now))
    logins = {login.user_id: login.ends_at for login in found}
    mine = sessions.hashed(str(session.get("sid", "")))
    return [_session(row, logins.get(row.user_id), now, mine) for row in rows]


def _session(row: UserSession, xero_ends: datetime | None, now: datetime, mine: str) -> SessionView:
    xero = gettext("Xero until %(time)s", time=formats.clock(moments.here(xero_ends))) if xero_ends else ""
    return SessionView(
        id=row.id,
        name=row.user.name,
        place=str(_PLACES[row.kind]),
        since=moments.moment(row.created_at),
        seen=formats.ago(row.seen_at, now),
        xero=xero,
        mine=row.id_hash == mine,
    )


def _event(event: AccessEvent) -> EventView:
    words, look = _EVENTS[event.event]
    place = str(_PLACES.get(event.kind, ""))
    why = place[:1].upper() + place[1:] + "." if place and event.event != "ended" else ""
    if event.event == "ended":
        why = str(_ENDS.get(event.problem, ""))
    elif event.problem:
        why = f"{why} {render.note(Problem(event.problem, {'portal': urls.portal_url()})).text}".strip()
    return EventView(moments.here(event.at), str(words), look, _who(event), why)


def _who(event: AccessEvent) -> str:
    if event.user:
        return event.user.name
    return gettext("Everybody else") if event.event == "ended" else gettext("Somebody unknown")
