"""What Bitrix24 lets a person see and do now: asked again as soon as its last word is too old to be believed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import current_app

from b24xero import connections
from b24xero.bitrix24.client import PortalLists
from b24xero.db.models import WORD_HOLDS, User, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import RetryLater
from b24xero.extensions import db

# Which invoices somebody sees is remembered in each process for so long, of so many in all.
SEEN_HOLDS = timedelta(minutes=3)
MOST_REMEMBERED = 200_000
# A portal that did not answer is asked by the same person's pages again after this.
ASK_AGAIN = timedelta(seconds=30)


class Remembered:
    """What one process remembers: by person which invoices were seen or hidden, and whom Bitrix24 did not answer."""

    def __init__(self) -> None:
        self.seen: dict[int, dict[int, tuple[bool, datetime]]] = {}
        self.silent: dict[int, tuple[datetime, RetryLater]] = {}

    def put(self, user_id: int, seen: Iterable[int], hidden: Iterable[int], now: datetime) -> None:
        if sum(map(len, self.seen.values())) > MOST_REMEMBERED:
            self.seen.clear()
        of_person = self.seen.setdefault(user_id, {})
        of_person.update(dict.fromkeys(hidden, (False, now)))
        of_person.update(dict.fromkeys(seen, (True, now)))

    def known(self, user_id: int, now: datetime) -> dict[int, bool]:
        of_person = self.seen.get(user_id, {})
        return {id: seen for id, (seen, at) in list(of_person.items()) if now - at < SEEN_HOLDS}


def _remembered() -> Remembered:
    found: Remembered = current_app.extensions.setdefault("b24xero.remembered", Remembered())
    return found


# -- administrators ---------------------------------------------------------------------------------------------------


def note_admin(user: User, *, is_admin: bool) -> None:
    """Bitrix24 has just said it, in whatever answer."""
    now = utc_now()
    if user.told_admin == is_admin and user.told_at and now - user.told_at < WORD_HOLDS / 10:
        return
    with writing():
        known = db.session.get_one(User, user.id)
        known.told_admin, known.told_at = is_admin, now


def confirm_admin(user: User) -> None:
    """Before anything that is an administrator's: whoever was one is asked about again, when that is ten minutes old.

    Raises:
        Disconnected, RetryLater: Bitrix24 does not say; then nobody is one.
    """
    if user.told_admin and not user.is_admin:
        ask_whether_admin(user)


def still_admin(user: User) -> bool:
    """As ``confirm_admin``, for what somebody else may read a part of: while Bitrix24 does not say, nobody is one.

    Raises:
        Disconnected.
    """
    try:
        confirm_admin(user)
    except RetryLater:
        return False
    return user.is_admin


def ask_whether_admin(user: User) -> None:
    """One call. A portal that does not answer is not asked again by each page.

    Raises:
        Disconnected, RetryLater.
    """
    remembered, now = _remembered(), utc_now()
    silent = remembered.silent.get(user.id)
    if silent and silent[0] > now:
        raise silent[1]
    try:
        note_admin(user, is_admin=connections.bitrix24_for(user).identity().is_admin)
    except RetryLater as error:
        remembered.silent[user.id] = (now + ASK_AGAIN, error)
        raise
    remembered.silent.pop(user.id, None)


def portal_lists(user: User) -> PortalLists:
    """What set-up needs of the portal; what it says of this person is noted."""
    lists = connections.bitrix24_for(user).portal_lists()
    note_admin(user, is_admin=lists.is_admin)
    return lists


# -- invoices ---------------------------------------------------------------------------------------------------------


def visible(user: User, ids: Iterable[int]) -> frozenset[int]:
    """Those of the invoices that Bitrix24 shows this person: one call for 2,250 of which it is not known, none for an
    administrator, to whom it shows every one.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    wanted, now = frozenset(ids), utc_now()
    if user.is_admin:
        return wanted
    known = _remembered().known(user.id, now)
    unknown = sorted(wanted - known.keys())
    if unknown:
        found = connections.bitrix24_for(user).standings(unknown).keys()
        _remembered().put(user.id, found, set(unknown) - found, now)
        known |= {id: id in found for id in unknown}
    return frozenset(id for id in wanted if known[id])


def note_visible(user: User, ids: Iterable[int]) -> None:
    """Bitrix24 has just shown these to this person."""
    _remembered().put(user.id, ids, (), utc_now())


def forget(user_id: int) -> None:
    """Of a person who is gone nothing is remembered."""
    _remembered().seen.pop(user_id, None)
    _remembered().silent.pop(user_id, None)
