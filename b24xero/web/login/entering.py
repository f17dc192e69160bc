"""Coming in and going out: the row of a sign-in, and the secret that a browser's or a frame's session keeps of it."""

from __future__ import annotations

import re

from flask import session
from flask_login import current_user, login_user, logout_user

from b24xero import connections, sessions
from b24xero.db.models import User, utc_now
from b24xero.db.states import SessionKind
from b24xero.web.login import frame_session

_SECRET = "sid"


def enter(user: User) -> None:
    """A sign-in of this person begins here, with an id of its own; the one that this browser had before ends.

    Raises:
        RetryLater: they come in too often for a person.
    """
    connections.unproven().entering(user.id)
    before = str(session.get(_SECRET, ""))
    session.clear()
    session.permanent = True
    session[_SECRET] = sessions.begin(user, kind(), utc_now(), replaces=before)
    login_user(user)


def kind() -> SessionKind:
    return sessions.FRAME if frame_session.is_framed() else sessions.BROWSER


def secret() -> str:
    """Of the session that asks."""
    return str(session.get(_SECRET, ""))


def leave(user: User) -> None:
    """Signed out here, and from Xero."""
    sessions.sign_out(secret(), user, kind(), utc_now())
    connections.end_xero_login(user)
    logout_user()
    session.clear()


def known_user(user_id: str) -> User | None:
    """Who a session is, while its row lives; nobody else."""
    if not secret() or not re.fullmatch(r"[0-9]{1,9}", user_id):
        return None
    return sessions.person(secret(), int(user_id), utc_now())


def xero_pass() -> str:
    """For a button in the frame that is pressed at once; frame.js asks for a fresh one."""
    return frame_session.new_pass(current_user.id, secret())
