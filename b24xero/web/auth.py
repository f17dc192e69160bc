"""This file knows signing in with Bitrix24 and connecting to Xero: who comes, whence, and where they go back to."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from b24xero import connections, runs
from b24xero.bitrix24 import oauth as bitrix24_oauth
from b24xero.bitrix24.client import Bitrix24, Identity
from b24xero.database import writing
from b24xero.errors import Disconnected, Forbidden, JobError, Problem, Rejected, RetryLater, problem
from b24xero.extensions import csrf, db
from b24xero.models import Bitrix24Login, Organisation, Portal, User, XeroLogin, utc_now
from b24xero.web.failures import own_page
from b24xero.xero import oauth as xero_oauth
from b24xero.xero.oauth import Connection

bp = Blueprint("auth", __name__)

# Several tabs may sign in at once; older attempts than these are forgotten.
ATTEMPTS = 5


def _came_from() -> str:
    """Where the person pressed: told by the link, else by the browser."""
    return own_page(request.args.get("next") or request.referrer or "")


def _begin_attempt(kind: str, state: str, **values: str) -> None:
    attempts = dict(session.get(kind, {}))
    attempts[state] = values
    session[kind] = dict(list(attempts.items())[-ATTEMPTS:])


def _take_attempt(kind: str) -> dict[str, str] | None:
    """The attempt that this callback answers, once; None when its state is not ours."""
    attempts = dict(session.get(kind, {}))
    found: dict[str, str] | None = attempts.pop(request.args.get("state", ""), None)
    session[kind] = attempts
    return found


# -- Bitrix24 ---------------------------------------------------------------------------------------------------------


@bp.get("/login")
def login() -> Response | str:
    if current_user.is_authenticated:
        return redirect(own_page(request.args.get("next", "")))
    return _login_page()


def _login_page(problems: tuple[Problem, ...] = ()) -> str:
    portal = urlsplit(connections.settings().bitrix24_portal_url).netloc
    return render_template("login.html", portal=portal, next=request.args.get("next", ""), problems=problems)


@bp.get("/login/bitrix24")
def start() -> Response:
    state = secrets.token_urlsafe(24)
    _begin_attempt("sign_in", state, next=own_page(request.args.get("next", "")))
    return redirect(bitrix24_oauth.authorize_url(connections.bitrix24_app(), state))


@bp.get("/bitrix24/app")
def signed_in() -> Response | tuple[str, int]:
    """The local application's handler: the browser comes back from Bitrix24 with a code (facts §1.2)."""
    if "code" not in request.args:
        return redirect(url_for("auth.login"))
    attempt = _take_attempt("sign_in")
    if attempt is None:
        return _login_page((problem("sign_in_stale"),)), 400
    try:
        user = _sign_in(request.args["code"], request.args.get("member_id", ""))
    except RetryLater as error:
        return _login_page(error.problems), 503
    except JobError as error:
        return _login_page(error.problems), 403 if isinstance(error, Disconnected | Forbidden) else 400
    session.clear()
    session.permanent = True
    login_user(user)
    _go_on("bitrix24")
    return redirect(attempt["next"])


@bp.post("/bitrix24/app")
@csrf.exempt
def opened_in_portal() -> str:
    """Opened inside the portal. Signing in by that frame's token is not offered yet: a link opens b24xero by itself."""
    return render_template("framed.html")


def _sign_in(code: str, member_id: str) -> User:
    app = connections.bitrix24_app()
    grant = bitrix24_oauth.exchange(app, code, member_id)
    client = Bitrix24(app.portal_url, connections.FreshTokens(grant.access_token), pace=connections.bitrix24_pace())
    identity = client.identity()
    try:
        return _keep_sign_in(grant, identity)
    except IntegrityError:
        # Two first sign-ins in one moment: the other one made the row that is now there to be updated.
        return _keep_sign_in(grant, identity)


def _keep_sign_in(grant: bitrix24_oauth.Grant, identity: Identity) -> User:
    with writing():
        _pin_portal(grant.member_id, identity)
        user = db.session.scalar(select(User).filter_by(bitrix24_id=identity.user_id))
        if user is None:
            user = User(bitrix24_id=identity.user_id)
            db.session.add(user)
        user.name, user.is_admin = identity.name, identity.is_admin
        if user.bitrix24_login is None:
            user.bitrix24_login = Bitrix24Login(version=0)
        kept = user.bitrix24_login
        kept.access_token, kept.refresh_token = grant.access_token, grant.refresh_token
        kept.expires_at, kept.renewed_at = utc_now() + timedelta(seconds=grant.expires_in), utc_now()
        kept.renewing_until = None
        kept.version = (kept.version or 0) + 1
    return user


def _pin_portal(member_id: str, identity: Identity) -> None:
    """The first sign-in says which portal this installation serves; from then on every other is refused."""
    portal = db.session.scalar(select(Portal))
    if portal is None:
        portal = Portal(member_id=member_id, category_ids=[])
        db.session.add(portal)
    elif portal.member_id != member_id:
        raise Rejected(problem("other_portal", portal=connections.settings().bitrix24_portal_url))
    if identity.category_ids:
        portal.category_ids = list(identity.category_ids)


@bp.post("/logout")
@login_required
def sign_out() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"), 303)


def _go_on(system: str) -> None:
    """The person is back, so their runs that waited for this go on."""
    for run_id in runs.wake(current_user, system):
        runs.announce(run_id)


# -- Xero -------------------------------------------------------------------------------------------------------------


@bp.get("/xero/connect")
@login_required
def connect() -> Response | str:
    """Straight to Xero; with a reason to explain (``why``) the page that explains it comes first."""
    login = connections.xero_login(current_user)
    if login and login.organisation_id is None:
        return _connect_page("choose", login)
    if request.args.get("why") in ("ended", "needed", "denied", "failed"):
        return _connect_page(request.args["why"])
    return leave_for_xero()


def _connect_page(why: str, login: XeroLogin | None = None, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "connect.html", why=why, next=own_page(request.args.get("next") or session.get("after_choice", "")),
        choices=login.choices if login else [], problems=problems,
    )  # fmt: skip


@bp.get("/xero/leave")
@login_required
def leave_for_xero() -> Response:
    consent = xero_oauth.begin(connections.xero_app())
    _begin_attempt("consent", consent.state, verifier=consent.verifier, next=_came_from())
    return redirect(consent.url)


@bp.get("/xero/callback")
@login_required
def connected() -> Response | tuple[str, int]:
    attempt = _take_attempt("consent")
    if attempt is None:
        return _connect_page("failed", problems=(problem("consent_stale"),)), 400
    if "error" in request.args:
        return redirect(url_for("auth.connect", why="denied", next=attempt["next"]))
    try:
        chosen = _keep_login(request.args.get("code", ""), attempt["verifier"])
    except RetryLater as error:
        return _connect_page("failed", problems=error.problems), 503
    except JobError as error:
        return _connect_page("failed", problems=error.problems), 400
    if not chosen:
        session["after_choice"] = attempt["next"]
        return redirect(url_for("auth.connect"))
    _read_books()
    _go_on("xero")
    return redirect(attempt["next"])


def _keep_login(code: str, verifier: str) -> bool:
    """Keep the login until its end; whether its organisation is known (else the person chooses)."""
    app = connections.xero_app()
    grant = xero_oauth.exchange(app, code, verifier)
    found = xero_oauth.connections(app, grant)
    if not found:
        raise Rejected(problem("no_organisation"))
    life = min(timedelta(minutes=connections.settings().xero_login_minutes), timedelta(seconds=grant.expires_in))
    try:
        _store_login(grant, life, found)
    except IntegrityError:
        # Two consents of one person in one moment: the other one made the row that is now there to be updated.
        _store_login(grant, life, found)
    return len(found) == 1


def _store_login(grant: xero_oauth.Grant, life: timedelta, found: Sequence[Connection]) -> None:
    with writing():
        login = db.session.get(XeroLogin, current_user.id) or XeroLogin(user_id=current_user.id)
        db.session.add(login)
        login.access_token, login.organisation_id, login.connection_id = grant.access_token, None, ""
        login.started_at, login.ends_at = utc_now(), utc_now() + life
        login.choices = [{"id": c.organisation_id, "connection": c.id, "name": c.name} for c in found]
        if len(found) == 1:
            _use(login, found[0])


def _use(login: XeroLogin, connection: Connection) -> None:
    organisation = db.session.scalar(select(Organisation).filter_by(xero_id=connection.organisation_id))
    if organisation is None:
        organisation = Organisation(xero_id=connection.organisation_id, name=connection.name, reference={})
        db.session.add(organisation)
    organisation.name = connection.name or organisation.name
    db.session.flush()
    login.organisation_id, login.connection_id = organisation.id, connection.id
    user = db.session.get_one(User, login.user_id)
    user.last_organisation_id = organisation.id


def _read_books() -> None:
    """What the organisation offers, read once for everybody; a failure here does not undo the connection."""
    organisation = connections.current_organisation(current_user)
    if organisation is None:
        return
    try:
        connections.refreshed_books(current_user, organisation)
    except JobError as error:
        flash_problems(error.problems)


def flash_problems(problems: tuple[Problem, ...]) -> None:
    for found in problems:
        flash(found.as_json(), "problem")  # type: ignore[arg-type]  # the session keeps any JSON


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
    _read_books()
    _go_on("xero")
    return redirect(own_page(session.pop("after_choice", "")), 303)


@bp.post("/xero/disconnect")
@login_required
def disconnect() -> Response:
    login = connections.xero_login(current_user)
    if login and login.access_token:
        token, connection_id = login.access_token, login.connection_id
        connections.end_xero_login(current_user)
        try:
            if connection_id:
                xero_oauth.disconnect(connections.xero_app(), token, connection_id)
            flash(_("Disconnected from Xero."), "good")
        except Disconnected:
            flash(_("Disconnected from Xero."), "good")
        except RetryLater as error:
            flash_problems((*error.problems, problem("disconnected_here_only")))
    return redirect(_came_from(), 303)
