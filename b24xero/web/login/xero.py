"""Connecting to Xero: the consent that is begun, its way back, the organisation, and its end.

Xero's pages refuse to be framed (Xero facts §1.1). So a frame lets a tab go there, and the attempt that stands in that
tab's cookie names the person of the frame: the login is theirs, and the tab itself is signed in as nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Literal

from flask import abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from b24xero import connections, service_login, sessions
from b24xero.db.models import Organisation, User, XeroLogin, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, JobError, Problem, Rejected, RetryLater, problem
from b24xero.extensions import csrf, db
from b24xero.web import errors
from b24xero.web.common import flashed, origin
from b24xero.web.common.urls import own_page
from b24xero.web.login import entering, frame_session, service
from b24xero.web.login.bitrix24 import begin_attempt, came_from, go_on, take_attempt
from b24xero.web.login.bitrix24 import bp as bp  # both halves of signing in are one blueprint
from b24xero.xero import oauth
from b24xero.xero.oauth import Connection

Why = Literal["", "ended", "needed", "denied", "failed", "choose"]
_REASONS: Mapping[str, Why] = {"ended": "ended", "needed": "needed", "denied": "denied", "failed": "failed"}


@bp.get("/xero/connect")
@login_required
def connect() -> Response | str:
    """Straight to Xero; with a reason to explain (``why``), or in a frame, the page that explains it comes first."""
    login = connections.xero_login(current_user)
    if login and login.organisation_id is None:
        return _connect_page("choose", login)
    why = _REASONS.get(request.args.get("why", ""))
    if why or frame_session.is_framed():
        return _connect_page(why or "")
    return leave_for_xero()


def _connect_page(why: Why, login: XeroLogin | None = None, problems: tuple[Problem, ...] = ()) -> str:
    pressed_at = (request.referrer if frame_session.is_framed() else None) or ""
    following = own_page(request.args.get("next") or session.get("after_choice") or pressed_at)
    choices = login.choices if login else []
    return render_template("login/connect.html", why=why, next=following, choices=choices, problems=problems)


@bp.get("/xero/leave")
@login_required
def leave_for_xero() -> Response:
    if frame_session.is_framed():
        return redirect(url_for("auth.connect", why="needed", next=came_from()))
    consent = oauth.begin(connections.xero_app())
    begin_attempt("consent", consent.state, verifier=consent.verifier, next=came_from())
    return redirect(consent.url)


@bp.get("/xero/pass")
@login_required
def new_pass() -> Response:
    """For the button of a frame, at the moment when it is pressed."""
    if not frame_session.is_framed():
        abort(HTTPStatus.NOT_FOUND)
    return Response(entering.xero_pass(), mimetype="text/plain")


@bp.post("/xero/leave")
@csrf.exempt
def leave_from_frame() -> Response | tuple[str, int]:
    """A tab that a button in the frame opened, with a pass that says for whom. Xero's login becomes that person's, so
    only a page of ours may open it, once and within a minute, and whoever sits there is told for whom before they go
    on: no other page can make somebody lend their login."""
    if not origin.is_from_us():
        abort(HTTPStatus.FORBIDDEN)
    if "pass" not in request.form:
        if not current_user.is_authenticated:
            return errors.signed_out()
        csrf.protect()
        return leave_for_xero()
    used = frame_session.use_pass(request.form["pass"])
    user = db.session.get(User, used.user_id) if used else None
    if used is None or user is None:
        return render_template("portal/done.html", done="failed", problems=(problem("consent_stale"),)), 400
    consent = oauth.begin(connections.xero_app())
    begin_attempt("consent", consent.state, verifier=consent.verifier, next="", user=str(user.id), via=used.id_hash)
    return make_response(render_template("portal/leave.html", address=consent.url, person=user.name))


@bp.get("/xero/state")
@login_required
def state() -> Response:
    """Asked by a frame whose tab is at Xero: nothing yet, or on to where the person wanted to be."""
    login = connections.xero_login(current_user)
    if login is None:
        return Response(status=204)
    following = request.args.get("next") or request.headers.get("HX-Current-URL") or ""
    return redirect(own_page(following) if login.organisation_id else url_for("auth.connect", next=own_page(following)))


# -- the way back -----------------------------------------------------------------------------------------------------


@bp.get("/xero/callback")
def connected() -> Response | str | tuple[str, int]:
    for_frame = "user" in session.get("consent", {}).get(request.args.get("state", ""), {})
    if not (for_frame or current_user.is_authenticated):
        return errors.signed_out()
    attempt = take_attempt("consent")
    if attempt is None:
        return _connect_page("failed", problems=(problem("consent_stale"),)), 400
    if "service" in attempt:
        return service.back(attempt)
    return _back_for_frame(attempt) if for_frame else _back(attempt)


def _back(attempt: dict[str, str]) -> Response | tuple[str, int]:
    if "error" in request.args:
        return redirect(url_for("auth.connect", why="denied", next=attempt["next"]))
    try:
        chosen = _keep_login(current_user, attempt["verifier"])
    except JobError as error:
        return _connect_page("failed", problems=error.problems), _status(error)
    if not chosen:
        session["after_choice"] = attempt["next"]
        return redirect(url_for("auth.connect"))
    flashed.problems(_read_books(current_user))
    go_on(current_user, "xero")
    return redirect(attempt["next"])


def _back_for_frame(attempt: dict[str, str]) -> str | tuple[str, int]:
    """A page that says what came of it; the frame notices by itself and goes on."""
    if "error" in request.args:
        return render_template("portal/done.html", done="denied", problems=())
    try:
        user = db.session.get(User, int(attempt["user"]))
        if user is None or not sessions.lives(attempt["via"], utc_now()):
            raise Rejected(problem("consent_stale"))
        chosen = _keep_login(user, attempt["verifier"])
    except JobError as error:
        return render_template("portal/done.html", done="failed", problems=error.problems), _status(error)
    problems = _read_books(user) if chosen else ()
    if chosen:
        go_on(user, "xero")
    organisation = connections.current_organisation(user)
    return render_template(
        "portal/done.html", done="connected" if chosen else "choose", problems=problems, organisation=organisation
    )


def _status(error: JobError) -> int:
    return 503 if isinstance(error, RetryLater) else 400


def _keep_login(user: User, verifier: str) -> bool:
    """Keep the login until its end; whether its organisation is known (else the person chooses)."""
    app = connections.xero_app()
    grant = oauth.exchange(app, request.args.get("code", ""), verifier)
    found = oauth.connections(app, grant)
    if not found:
        raise Rejected(problem("no_organisation"))
    life = min(timedelta(minutes=connections.settings().xero_login_minutes), timedelta(seconds=grant.expires_in))
    try:
        _store_login(user, grant, life, found)
    except IntegrityError:
        # Two consents of one person in one moment: the other one made the row that is now there to be updated.
        _store_login(user, grant, life, found)
    return len(found) == 1


def _store_login(user: User, grant: oauth.Grant, life: timedelta, found: Sequence[Connection]) -> None:
    with writing():
        login = db.session.get(XeroLogin, user.id) or XeroLogin(user_id=user.id)
        db.session.add(login)
        login.access_token, login.organisation_id, login.connection_id = grant.access_token, None, ""
        login.ends_at = utc_now() + life
        login.choices = [{"id": c.organisation_id, "connection": c.id, "name": c.name} for c in found]
        if len(found) == 1:
            _use(login, found[0])


def _use(login: XeroLogin, connection: Connection) -> None:
    organisation = db.session.scalar(select(Organisation).filter_by(xero_id=connection.organisation_id))
    if organisation is None:
        organisation = Organisation(xero_id=connection.organisation_id, name=connection.name, stored_books={})
        db.session.add(organisation)
    organisation.name = connection.name or organisation.name
    db.session.flush()
    login.organisation_id, login.connection_id = organisation.id, connection.id
    user = db.session.get_one(User, login.user_id)
    user.last_organisation_id = organisation.id


def _read_books(user: User) -> tuple[Problem, ...]:
    """What the organisation offers, read once for everybody; a failure here does not undo the connection."""
    organisation = connections.current_organisation(user)
    if organisation is None:
        return ()
    try:
        connections.refreshed_books(user, organisation)
    except JobError as error:
        return error.problems
    return ()


# -- choosing and ending ----------------------------------------------------------------------------------------------


@bp.post("/xero/organisation")
@login_required
def choose_organisation() -> Response | tuple[str, int]:
    login = connections.xero_login(current_user)
    if login is None:
        return redirect(url_for("auth.connect", why="ended"), 303)
    wanted = request.form.get("organisation", "")
    picked = next((choice for choice in login.choices if choice["id"] == wanted), None)
    if picked is None:
        return _connect_page("choose", login, (problem("choose_organisation"),)), 422
    with writing():
        _use(login, Connection(picked["connection"], picked["id"], picked["name"]))
    flashed.problems(_read_books(current_user))
    go_on(current_user, "xero")
    return redirect(own_page(session.pop("after_choice", "") or request.args.get("next", "")), 303)


@bp.post("/xero/disconnect")
@login_required
def disconnect() -> Response:
    login = connections.xero_login(current_user)
    if login and login.access_token:
        token, connection_id = login.access_token, login.connection_id
        connections.end_xero_login(current_user)
        try:
            if connection_id and not service_login.stands_on(connection_id):
                oauth.disconnect(connections.xero_app(), token, connection_id)
            flash(_("Disconnected from Xero."), "good")
        except Disconnected:
            flash(_("Disconnected from Xero."), "good")
        except RetryLater as error:
            flashed.problems((*error.problems, problem("disconnected_here_only")))
    return redirect(came_from(), 303)
