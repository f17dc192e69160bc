"""What Bitrix24 lets a person see and change now: asked again as soon as its last word is too old to be believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flask import current_app

from b24xero import connections, kept_readings
from b24xero.bitrix24.client import PortalLists
from b24xero.db.models import WORD_HOLDS, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain import rules
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import SetUp
from b24xero.domain.traits import NOTHING, Needs
from b24xero.errors import RetryLater
from b24xero.extensions import db

# Which invoices somebody sees, and may change, is remembered in each process for so long, of so many in all.
SEEN_HOLDS = timedelta(minutes=3)
MOST_REMEMBERED = 200_000
# A portal that did not answer is asked by the same person's pages again after this.
ASK_AGAIN = timedelta(seconds=30)


class Answers:
    """Bitrix24's yes or no on single invoices, by person."""

    def __init__(self) -> None:
        self._found: dict[int, dict[int, tuple[bool, datetime]]] = {}

    def put(self, user_id: int, said: Mapping[int, bool], now: datetime) -> None:
        if sum(map(len, self._found.values())) > MOST_REMEMBERED:
            self._found.clear()
        self._found.setdefault(user_id, {}).update({id: (answer, now) for id, answer in said.items()})

    def known(self, user_id: int, now: datetime) -> dict[int, bool]:
        of_person = self._found.get(user_id, {})
        return {id: answer for id, (answer, at) in list(of_person.items()) if now - at < SEEN_HOLDS}

    def forget(self, user_id: int) -> None:
        self._found.pop(user_id, None)


class Remembered:
    """What one process remembers: which invoices a person was shown, which they may change, and whom Bitrix24 did not
    answer."""

    def __init__(self) -> None:
        self.seen = Answers()
        self.changeable = Answers()
        self.silent: dict[int, tuple[datetime, RetryLater]] = {}


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


def portal_lists(user: User, *, for_rules: bool = False) -> PortalLists:
    """What set-up needs of the portal; what it says of this person is noted."""
    lists = connections.bitrix24_for(user).portal_lists(for_rules=for_rules)
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
    known = _remembered().seen.known(user.id, now)
    unknown = sorted(wanted - known.keys())
    if unknown:
        found = connections.bitrix24_for(user).standings(unknown).keys()
        said = {id: id in found for id in unknown}
        _remembered().seen.put(user.id, said, now)
        known |= said
    return frozenset(id for id in wanted if known[id])


def note_visible(user: User, ids: Iterable[int]) -> None:
    """Bitrix24 has just shown these to this person."""
    _remembered().seen.put(user.id, dict.fromkeys(ids, True), utc_now())


# -- changing invoices ------------------------------------------------------------------------------------------------


def invoice(user: User, invoice_id: int, set_up: SetUp | None) -> Invoice:
    """One invoice, and in the same call whether this person may change it, where the set-up asks for that.

    Raises:
        Disconnected, Forbidden, NotFound, Rejected, RetryLater.
    """
    asks = _asks(user, set_up)
    found = connections.bitrix24_for(user).invoice(invoice_id, ask_right=asks, needs=_needs(set_up))
    if asks:
        _note_changeable(user, {invoice_id: found.may_change})
    return found


def invoices(user: User, ids: Sequence[int], set_up: SetUp, *, keep: bool = False) -> list[Invoice]:
    """Many, and which of them this person may change: one call more for every 50 that are not remembered as theirs to
    change. What they were shown a moment ago is only asked for what has changed since.

    Args:
        keep: they are asked for again in a moment, by a run.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    bitrix24 = connections.bitrix24_for(user)
    if len(ids) < kept_readings.MANY:
        found = bitrix24.invoices(ids, needs=_needs(set_up))
    else:
        reading = kept_readings.of(user.id, utc_now())
        found = bitrix24.invoices(ids, reading, _needs(set_up))
        if keep:
            kept_readings.keep(user.id, reading, utc_now())
    said = changeable(user, found, set_up)
    return [replace(one, may_change=said[id]) for id, one in found.items()]


def changeable(user: User, ids: Collection[int], set_up: SetUp) -> dict[int, bool | None]:
    """Which of these this person may change, as far as the set-up asks for that; None: Bitrix24 did not say. A call for
    every 50 that are not remembered as theirs to change.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    if not _asks(user, set_up):
        return dict.fromkeys(ids, True)
    known = _remembered().changeable.known(user.id, utc_now())
    said = connections.bitrix24_for(user).may_change([id for id in ids if not known.get(id)])
    _note_changeable(user, said)
    return {id: said.get(id, True) for id in ids}


def withheld(user: User, set_up: SetUp | None) -> frozenset[int]:
    """The invoices of which Bitrix24 has said lately that this person may not change them; nobody is asked."""
    if not _asks(user, set_up):
        return frozenset()
    known = _remembered().changeable.known(user.id, utc_now())
    return frozenset(id for id, may_change in known.items() if not may_change)


def _needs(set_up: SetUp | None) -> Needs:
    """What is read for the rules of the set-up alone."""
    return rules.needs_of(set_up.rules) if set_up else NOTHING


def _asks(user: User, set_up: SetUp | None) -> bool:
    """Administrators may change every invoice, and a set-up may let everybody write what they see."""
    return set_up is not None and set_up.writers == "change" and not user.is_admin


def _note_changeable(user: User, said: Mapping[int, bool | None]) -> None:
    known = {id: answer for id, answer in said.items() if answer is not None}
    _remembered().changeable.put(user.id, known, utc_now())


def forget(user_id: int) -> None:
    """Of a person who is gone nothing is remembered."""
    _remembered().seen.forget(user_id)
    _remembered().changeable.forget(user_id)
    _remembered().silent.pop(user_id, None)
