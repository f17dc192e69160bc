"""Who is signed in: each sign-in as a row that can be looked at and ended, and what happened at the door."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import joinedload

from b24xero.db.models import AccessEvent, User, UserSession
from b24xero.db.states import EndReason, SessionKind
from b24xero.db.transactions import beside, writing
from b24xero.extensions import db

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=14)
# A sign of life is written down this often, so that reading pages costs no write each.
NOTED_EVERY = timedelta(minutes=1)
# Ended ones, and what happened at the door, are kept for so long; of the latter no more than so many.
KEPT = timedelta(days=90)
# Of each person, and of all strangers together: nobody makes what others did be forgotten.
KEPT_EVENTS = 1_000
# Tabs and frames of one person that live; of more the ones that were seen longest ago end.
MOST_LIVING = 100

BROWSER: Final = "browser"
FRAME: Final = "frame"


def begin(user: User, kind: SessionKind, now: datetime, replaces: str = "") -> str:
    """A new sign-in; its secret, for the browser alone. ``replaces``: the secret that this browser had before."""
    secret = secrets.token_urlsafe(32)
    with writing():
        _end(UserSession.id_hash == hashed(replaces), now, "replaced")
        own = select(UserSession.id).where(UserSession.user_id == user.id, *_living(now))
        oldest = own.order_by(UserSession.seen_at.desc()).offset(MOST_LIVING - 1)
        _end(UserSession.id.in_(list(db.session.scalars(oldest))), now, "replaced")
        db.session.add(
            UserSession(id_hash=hashed(secret), user_id=user.id, kind=kind, created_at=now, seen_at=now, end_reason="")
        )
        db.session.add(AccessEvent(at=now, user_id=user.id, kind=kind, event="signed_in", problem=""))
    return secret


def person(secret: str, user_id: int, now: datetime) -> User | None:
    """Whose session it is, while it lives: one question, and a write once a minute."""
    query = select(User, UserSession).join(UserSession, UserSession.user_id == User.id)
    query = query.where(UserSession.id_hash == hashed(secret), User.id == user_id, *_living(now))
    found = db.session.execute(query.execution_options(populate_existing=True)).first()
    if found is None:
        return None
    user, row = found
    if now - row.seen_at > NOTED_EVERY:
        with beside() as connection:
            connection.execute(update(UserSession).where(UserSession.id == row.id).values(seen_at=now))
    return user


def lives(id_hash: str, now: datetime) -> bool:
    return db.session.scalar(select(UserSession.id).where(UserSession.id_hash == id_hash, *_living(now))) is not None


def leave_with(id_hash: str, issued: int) -> bool:
    """Use the pass to Xero's consent that was issued at this moment; False when it, or a newer one, was used before."""
    unused = UserSession.left_with.is_(None) | (UserSession.left_with < issued)
    with writing():
        used = db.session.execute(
            update(UserSession)
            .where(UserSession.id_hash == id_hash, unused)
            .values(left_with=issued)
            .execution_options(synchronize_session=False)
        )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _living(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        UserSession.ended_at.is_(None),
        UserSession.seen_at > now - IDLE,
        UserSession.created_at > now - LONGEST,
    )


# -- ending -----------------------------------------------------------------------------------------------------------


def sign_out(secret: str, user: User, kind: SessionKind, now: datetime) -> None:
    with writing():
        _end(UserSession.id_hash == hashed(secret), now, "signed_out")
        db.session.add(AccessEvent(at=now, user_id=user.id, kind=kind, event="signed_out", problem=""))


def end_all_of(user_id: int, now: datetime, why: EndReason) -> None:
    """Every session of this person: in each browser and each frame the next request is nobody's."""
    with writing():
        if _end(UserSession.user_id == user_id, now, why):
            db.session.add(AccessEvent(at=now, user_id=user_id, kind="", event="ended", problem=why))


def end_one(session_id: int, now: datetime, why: EndReason) -> bool:
    """One of them; False when it has ended already."""
    with writing():
        row = db.session.get(UserSession, session_id)
        if row is None or not _end(UserSession.id == session_id, now, why):
            return False
        db.session.add(AccessEvent(at=now, user_id=row.user_id, kind=row.kind, event="ended", problem=why))
    return True


def end_others_of(user_id: int, secret: str, now: datetime) -> int:
    """All of this person's but the one with this secret, by themselves; how many there were."""
    with writing():
        others = and_(UserSession.user_id == user_id, UserSession.id_hash != hashed(secret), *_living(now))
        ended = _end(others, now, "own")
        if ended:
            db.session.add(AccessEvent(at=now, user_id=user_id, kind="", event="ended", problem="own"))
    return ended


def end_everybodys(now: datetime, why: EndReason, but: str = "") -> int:
    """All but the one with this secret; how many there were."""
    with writing():
        ended = _end(UserSession.id_hash != hashed(but), now, why)
        if ended:
            db.session.add(AccessEvent(at=now, user_id=None, kind="", event="ended", problem=why))
    return ended


def _end(which: ColumnElement[bool], now: datetime, why: EndReason) -> int:
    """Into the transaction that is open; how many were open until now."""
    ended = db.session.execute(
        update(UserSession)
        .where(which, UserSession.ended_at.is_(None))
        .values(ended_at=now, end_reason=why)
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


# -- what is told -----------------------------------------------------------------------------------------------------


def refused(kind: SessionKind, problem: str, now: datetime) -> None:
    """Somebody was not let in; of whom nothing is proven, so nothing is noted of them."""
    with writing():
        db.session.add(AccessEvent(at=now, user_id=None, kind=kind, event="refused", problem=problem[:64]))


def living(now: datetime, first: int, most: int, of: int | None = None) -> Sequence[UserSession]:
    """Whoever was seen last first. ``of``: this person's alone."""
    query = select(UserSession).where(*_living(now), *_whose(of)).options(joinedload(UserSession.user))
    query = query.order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    return db.session.scalars(query.offset(first).limit(most)).all()


def count_living(now: datetime, of: int | None = None) -> int:
    query = select(func.count()).select_from(UserSession).where(*_living(now), *_whose(of))
    return db.session.scalar(query) or 0


def _whose(of: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if of is None else (UserSession.user_id == of,)


def events(first: int, most: int) -> Sequence[AccessEvent]:
    """The newest first."""
    query = select(AccessEvent).options(joinedload(AccessEvent.user)).order_by(AccessEvent.id.desc())
    return db.session.scalars(query.offset(first).limit(most)).all()


def count_events() -> int:
    return db.session.scalar(select(func.count()).select_from(AccessEvent)) or 0


def forget_old(now: datetime) -> int:
    """Rows of sessions that ended long ago, and all but the newest of what happened; how many."""
    with writing():
        newer = func.row_number().over(partition_by=AccessEvent.user_id, order_by=AccessEvent.id.desc()).label("newer")
        numbered = select(AccessEvent.id, newer).subquery()
        too_many = select(numbered.c.id).where(numbered.c.newer > KEPT_EVENTS)
        gone = [
            delete(UserSession).where(UserSession.seen_at < now - KEPT),
            delete(AccessEvent).where((AccessEvent.at < now - KEPT) | AccessEvent.id.in_(too_many)),
        ]
        return sum(db.session.execute(one).rowcount for one in gone)  # type: ignore[attr-defined]
