"""Your sign-ins: where a person is signed in, and the end of any but the one that asks."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user, login_required

from b24xero import sessions
from b24xero.db.models import UserSession, utc_now
from b24xero.extensions import db
from b24xero.web.access import rows
from b24xero.web.access.rows import Pager
from b24xero.web.common import list_query

bp = Blueprint("own_access", __name__)


@bp.get("/access/mine")
@login_required
def index() -> Response:
    now, page = utc_now(), list_query.whole_number(request.args.get("sessions", "")) or 1
    living = Pager("own_access.index", "sessions", sessions.count_living(now, of=current_user.id), {"sessions": page})
    found = sessions.living(now, living.first, rows.ROWS, of=current_user.id)
    return make_response(
        render_template(
            "access/mine.html",
            living=living,
            sessions=rows.views(found, now),
            idle=int(sessions.IDLE.total_seconds() // 3600),
            longest=sessions.LONGEST.days,
        )
    )


@bp.post("/access/mine/end")
@login_required
def end() -> Response:
    """One, or all but this one. The login at Xero is the person's and stays: "Disconnect" ends it."""
    if request.form.get("session") == "all":
        ended = sessions.end_others_of(current_user.id, rows.secret(), utc_now())
        flash(ngettext("%(num)d sign-in has ended.", "%(num)d sign-ins have ended.", ended), "good")
    else:
        _end_one(rows.session_id(request.form.get("session", "")))
    return make_response(redirect(url_for("own_access.index"), HTTPStatus.SEE_OTHER))


def _end_one(session_id: int) -> None:
    row = db.session.get(UserSession, session_id)
    own = row is not None and row.user_id == current_user.id
    if own and sessions.end_one(session_id, utc_now(), "own"):
        flash(gettext("That sign-in has ended."), "good")
    else:
        flash(gettext("It has ended already."), "warn")
