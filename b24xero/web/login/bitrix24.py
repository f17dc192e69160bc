"""Signing in with Bitrix24: who comes, whence, and where they go back to."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from b24xero import bitrix24_tokens, connections, portal_invoices, sessions
from b24xero.bitrix24 import oauth
from b24xero.bitrix24.client import Bitrix24, Identity
from b24xero.db.models import Bitrix24Login, Portal, User, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, Forbidden, JobError, Problem, Rejected, RetryLater, System, problem
from b24xero.extensions import db
from b24xero.runs import lifecycle
from b24xero.web import errors
from b24xero.web.common.urls import own_page
from b24xero.web.login import entering
from b24xero.web.login.frame_session import is_framed

bp = Blueprint("auth", __name__)

# A sign-in with Bitrix24, or a consent at Xero.
Attempt = Literal["sign_in", "consent"]
# Several tabs may sign in at once; older attempts than these are forgotten.
ATTEMPTS = 5
_CODE = re.compile(r"[0-9A-Za-z._-]{10,512}")


def came_from() -> str:
    """Where the person pressed: told by the link, else by the browser."""
    return own_page(request.args.get("next") or request.referrer or "")


def begin_attempt(kind: Attempt, state: str, **values: str) -> None:
    attempts = dict(session.get(kind, {}))
    attempts[state] = values
    session[kind] = dict(list(attempts.items())[-ATTEMPTS:])


def take_attempt(kind: Attempt) -> dict[str, str] | None:
    """The attempt that this callback answers, once; None when its state is not ours."""
    attempts = dict(session.get(kind, {}))
    found: dict[str, str] | None = attempts.pop(request.args.get("state", ""), None)
    session[kind] = attempts
    return found


@bp.get("/login")
def login() -> Response | str:
    if current_user.is_authenticated:
        return redirect(own_page(request.args.get("next", "")))
    if is_framed():
        return render_template("framed.html", next=own_page(request.args.get("next", "")))
    return _login_page()


def _login_page(problems: tuple[Problem, ...] = ()) -> str:
    portal = urlsplit(connections.settings().bitrix24_portal_url).netloc
    return render_template("login/sign_in.html", portal=portal, next=request.args.get("next", ""), problems=problems)


@bp.get("/login/bitrix24")
def start() -> Response:
    state = secrets.token_urlsafe(24)
    begin_attempt("sign_in", state, next=own_page(request.args.get("next", "")))
    return redirect(oauth.authorize_url(connections.bitrix24_app(), state))


@bp.get("/bitrix24/app")
def signed_in() -> Response | tuple[str, int]:
    """The local application's handler: the browser comes back from Bitrix24 with a code (facts §1.2)."""
    if "code" not in request.args:
        return redirect(url_for("auth.login"))
    try:
        with connections.unproven().trying(request.remote_addr or ""):
            attempt = take_attempt("sign_in")
            if attempt is None:
                raise Rejected(problem("sign_in_stale"))
            user = _sign_in(request.args["code"], request.args.get("member_id", ""))
    except RetryLater as error:
        return errors.with_retry(make_response(_login_page(error.problems), errors.status_of(error)), error)
    except JobError as error:
        note_refusal(error)
        return _login_page(error.problems), 403 if isinstance(error, Disconnected | Forbidden) else 400
    entering.enter(user)
    go_on(user, "bitrix24")
    return redirect(attempt["next"])


def note_refusal(error: JobError) -> None:
    """For the administrators' page. Of whom was refused nothing is known for sure, so nothing is kept."""
    codes = [found.code for found in error.problems]
    sessions.refused(entering.kind(), codes[0] if codes else "not_allowed", utc_now())


def _sign_in(code: str, member_id: str) -> User:
    """What can be told without asking is told first: whoever makes codes up costs no call."""
    app, known = connections.bitrix24_app(), known_member_id()
    if not _CODE.fullmatch(code):
        raise Rejected(problem("sign_in_expired"))
    if member_id and known and member_id != known:
        raise Rejected(problem("other_portal", portal=app.portal_url))
    with connections.proving():
        grant = oauth.exchange(app, code, member_id)
        identity = client_with(grant.access_token).identity()
    return keep_sign_in(grant, identity)


def known_member_id() -> str:
    """The portal's, once somebody has signed in."""
    known = db.session.scalar(select(Portal.member_id)) or ""
    db.session.commit()
    return known


def client_with(access_token: str) -> Bitrix24:
    """The portal with a token of a sign-in under way."""
    portal_url = connections.settings().bitrix24_portal_url
    return Bitrix24(portal_url, bitrix24_tokens.FreshTokens(access_token), pace=connections.bitrix24_pace())


def keep_sign_in(grant: oauth.Grant, identity: Identity) -> User:
    """The person with these tokens, who is known from now on.

    Raises:
        Rejected: the tokens are another portal's.
    """
    try:
        return _keep_sign_in(grant, identity)
    except IntegrityError:
        # Two first sign-ins in one moment: the other one made the row that is now there to be updated.
        return _keep_sign_in(grant, identity)


def _keep_sign_in(grant: oauth.Grant, identity: Identity) -> User:
    with writing():
        _pin_portal(grant.member_id, identity)
        user = db.session.scalar(select(User).filter_by(bitrix24_id=identity.user_id))
        if user is None:
            user = User(bitrix24_id=identity.user_id)
            db.session.add(user)
        user.name, user.told_admin, user.told_at = identity.name, identity.is_admin, utc_now()
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
    if identity.is_admin:
        portal_invoices.keep_kinds(portal, identity.kinds)


@bp.post("/logout")
@login_required
def sign_out() -> Response:
    entering.leave(current_user)
    return redirect(url_for("auth.login"), 303)


def go_on(user: User, system: System) -> None:
    """The person is back, so their runs that waited for this go on."""
    for run_id in lifecycle.wake(user, system):
        lifecycle.announce(run_id)
