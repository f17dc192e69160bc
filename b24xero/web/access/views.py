"""Access: who is signed in, from where and since when, their end by an administrator, and the last sign-ins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import current_user, login_required

from b24xero import connections, sessions
from b24xero.db.models import AccessEvent, UserSession, utc_now
from b24xero.db.states import AccessEventKind
from b24xero.errors import Problem
from b24xero.extensions import db
from b24xero.web.access import rows
from b24xero.web.access.rows import Pager
from b24xero.web.common import admins, list_query, moments, urls
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render

bp = Blueprint("access", __name__)

# event: its words and the look of .status
_EVENTS: Mapping[AccessEventKind, tuple[LazyString, StatusLook]] = {
    "signed_in": (_("Signed in"), "ok"),
    "signed_out": (_("Signed out"), "none"),
    "ended": (_("Ended"), "overdue"),
    "refused": (_("Refused"), "problem"),
}
_ENDS: Mapping[str, LazyString] = {
    "admin": _("An administrator ended it here."),
    "own": _("They ended it themselves from another sign-in."),
    "bitrix24": _("Bitrix24 did not know the sign-in any more."),
    "dismissed": _("Bitrix24 lets this person sign in no more; what was kept of them is erased."),
    "restored": _("A back-up of b24xero was restored; every sign-in ended."),
    "uninstalled": _("The application was taken away in Bitrix24; every sign-in ended."),
}


@dataclass(frozen=True)
class EventView:
    at: datetime
    words: str
    look: StatusLook
    who: str
    why: str


@bp.get("/access")
@login_required
def index() -> Response:
    admins.need(gettext("Access"))
    now = utc_now()
    pages = {name: list_query.whole_number(request.args.get(name, "")) or 1 for name in ("sessions", "events")}
    living = Pager("access.index", "sessions", sessions.count_living(now), pages)
    events = Pager("access.index", "events", sessions.count_events(), pages)
    return make_response(
        render_template(
            "access/index.html",
            living=living,
            sessions=rows.views(sessions.living(now, living.first, rows.ROWS), now),
            happened=events,
            events=[_event(event) for event in sessions.events(events.first, rows.ROWS)],
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
        _end_one(rows.session_id(request.form.get("session", "")))
    return make_response(redirect(url_for("access.index"), HTTPStatus.SEE_OTHER))


def _end_one(session_id: int) -> None:
    row = db.session.get(UserSession, session_id)
    if row is None or not sessions.end_one(session_id, utc_now(), "admin"):
        flash(gettext("It has ended already."), "warn")
        return
    connections.end_xero_login(row.user)
    flash(gettext("The sign-in of %(name)s has ended, here and at Xero.", name=row.user.name), "good")


def _end_all() -> None:
    ended = sessions.end_everybodys(utc_now(), "admin", but=rows.secret())
    connections.end_xero_logins_but(current_user)
    flash(ngettext("%(num)d sign-in has ended.", "%(num)d sign-ins have ended.", ended), "good")


# -- what is shown ----------------------------------------------------------------------------------------------------


def _event(event: AccessEvent) -> EventView:
    words, look = _EVENTS[event.event]
    place = str(rows.PLACES.get(event.kind, ""))
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
