"""The session of a page inside the portal's frame: a signed token in a header, in place of a cookie.

Browsers keep the cookies of other sites away from frames (facts §2.6). So the page that answers the portal's post holds
the token, frame.js sends it with every request, and an answer that changes the session brings the next one in the same
header. Only a page of ours can send that header here, so it is no ambient authority; the form tokens hold besides. Over
https a partitioned cookie holds the same for browsers that have it: with it plain navigation works too.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from b24xero import sessions
from b24xero.web.common import cookies

HEADER = "B24xero-Frame"
COOKIE = "b24xero-frame"
# Counted from the last sign of life; opening it again from the portal's menu begins anew.
LIFE = sessions.IDLE
# To Xero's consent in a tab of its own, with a pass that is made when the button is pressed.
PASS_SECONDS = 60
RENEWED_AFTER = timedelta(minutes=15)
# The portal's posts. Whoever was signed in by a cookie has nothing to do with who opens the frame.
OPENINGS = ("/bitrix24/app", "/bitrix24/install")


class FrameSession(SecureCookieSession):
    """``due``: it is time for a token with a later end, though nothing in it changed."""

    due = False


class Sessions(SecureCookieSessionInterface):
    """The cookie's session for whole tabs, the token's for frames. Neither can stand in for the other."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.method == "POST" and request.path in OPENINGS:
            return FrameSession()
        if HEADER in request.headers:
            return read(request.headers[HEADER], app) or FrameSession()
        if navigates_frame(request) and (kept := request.cookies.get(cookies.named(COOKIE))):
            return read(kept, app) or FrameSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if response.cache_control.public:
            return  # a file, the same for everybody: it keeps no session and does not vary with one
        response.vary.add(HEADER)
        if not isinstance(session, FrameSession):
            super().save_session(app, session, response)
            return
        response.headers["Cache-Control"] = "no-store"
        if session.modified or session.due:
            response.headers[HEADER] = written = write(session, app)
            self._keep_cookie(app, written, response)

    def _keep_cookie(self, app: Flask, written: str, response: Response) -> None:
        if app.config["SESSION_COOKIE_SECURE"]:
            response.set_cookie(
                cookies.named(COOKIE), written, max_age=LIFE if written else 0, path=cookies.own_path(), secure=True,
                httponly=True, samesite="None", partitioned=True,
            )  # fmt: skip


def navigates_frame(request: Request) -> bool:
    """A page that the browser itself loads into a frame; what a script asks for carries the header instead."""
    return request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame")


def read(token: str, app: Flask) -> FrameSession | None:
    """The session that a token holds; None when it is forged or over."""
    try:
        values, signed_at = _signer(app).loads(token, max_age=int(LIFE.total_seconds()), return_timestamp=True)
    except BadSignature:
        return None
    found = FrameSession(values)
    found.due = datetime.now(UTC) - signed_at > RENEWED_AFTER
    return found


def write(session: SessionMixin, app: Flask) -> str:
    """The token; empty for an empty session: signed out."""
    return str(_signer(app).dumps(dict(session))) if session else ""


def _signer(app: Flask, salt: str = "frame-session") -> URLSafeTimedSerializer:
    maker = SecureCookieSessionInterface()
    maker.salt = salt
    signer = maker.get_signing_serializer(app)
    assert signer is not None  # config.py always has a secret key
    return signer


# -- for the pages ----------------------------------------------------------------------------------------------------


def is_framed() -> bool:
    """Whether this request came from a page in the portal's frame, or will be shown there."""
    opened: Any = session._get_current_object()  # type: ignore[attr-defined]  # a proxy of werkzeug
    return isinstance(opened, FrameSession) or navigates_frame(request)


def token() -> str:
    """This request's session as it stands now; to be printed last, when the page has taken its flashed words."""
    return write(session, current_app)


# -- to Xero's consent, in a tab of its own ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Pass:
    """For whom a tab may go to Xero: a person, by the session of their frame, once."""

    user_id: int
    id_hash: str
    issued: int


def new_pass(user_id: int, secret: str) -> str:
    """Good for a minute and one use; it opens nothing else."""
    values = {"user": user_id, "session": sessions.hashed(secret), "issued": time.time_ns()}
    return str(_signer(current_app, "xero-pass").dumps(values))


def use_pass(text: str) -> Pass | None:
    """Whom it names; None when it is forged, over or used, or their session has ended."""
    try:
        values = _signer(current_app, "xero-pass").loads(text, max_age=PASS_SECONDS)
    except BadSignature:
        return None
    found = Pass(values["user"], values["session"], values["issued"])
    alive = sessions.lives(found.id_hash, datetime.now(UTC))
    return found if alive and sessions.leave_with(found.id_hash, found.issued) else None
