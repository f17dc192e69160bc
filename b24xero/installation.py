"""What it means to be installed in the portal: the word by which it is known, its places, its end."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import delete, select, update

from b24xero import connections
from b24xero.bitrix24 import iframe, placements
from b24xero.bitrix24.placements import Addresses, Place
from b24xero.db.models import Bitrix24Login, Portal, User, XeroLogin
from b24xero.db.transactions import writing
from b24xero.errors import Forbidden, JobError, Rejected, problem
from b24xero.extensions import db

log = logging.getLogger(__name__)


def addresses() -> Addresses:
    """Where the portal posts to; both stand in the application's card too."""
    public = connections.settings().public_url
    return Addresses(handler=f"{public}/bitrix24/app", events=f"{public}/bitrix24/install")


# -- the word ---------------------------------------------------------------------------------------------------------


def check_word(word: str) -> None:
    """Every post of the portal carries the application's word, older portals none (facts §2.1).

    Raises:
        Rejected: it is another than the one that is known here.
    """
    known = _known_word()
    if word and known and not iframe.same(word, known):
        raise Rejected(problem("frame_other_installation"))


def keep_word(word: str) -> None:
    """Told by an administrator whose token was proven. A new installation brings a new one."""
    with writing():
        portal = db.session.scalar(select(Portal))
        if portal is not None and word:
            portal.application_token = word


def _known_word() -> str:
    word = db.session.scalar(select(Portal.application_token))
    db.session.commit()
    return word or ""


# -- the places -------------------------------------------------------------------------------------------------------


def look(user: User) -> tuple[Place, ...]:
    """Where b24xero stands in the portal; with this person's token, who must be an administrator there.

    Raises:
        Forbidden, Disconnected, RetryLater.
    """
    return placements.look(connections.bitrix24_for(user), addresses().handler)


def bind(user: User) -> tuple[Place, ...]:
    """As ``placements.bind``."""
    return _logged("bind", user, lambda: placements.bind(connections.bitrix24_for(user), addresses()))


def unbind(user: User) -> tuple[Place, ...]:
    """As ``placements.unbind``."""
    return _logged("unbind", user, lambda: placements.unbind(connections.bitrix24_for(user), addresses().handler))


def _logged(verb: str, user: User, work: Callable[[], tuple[Place, ...]]) -> tuple[Place, ...]:
    try:
        found = work()
    except JobError as error:
        log.warning("%s user=%s error=%s", verb, user.id, error)
        raise
    log.info("%s user=%s %s", verb, user.id, " ".join(f"{place.name}={place.state}" for place in found))
    return found


# -- the end ----------------------------------------------------------------------------------------------------------


def end(word: str) -> None:
    """The portal says that the application was taken away: every token is erased, of both systems. Its places went with
    it (facts §8.1: the portal removes what a deleted application had bound); the books of what was written stay.

    Raises:
        Forbidden: the event does not carry the word that is known here (facts §8.4).
    """
    known = _known_word()
    if not known or not iframe.same(word, known):
        log.warning("uninstall refused: not our application token")
        raise Forbidden(problem("not_allowed"))
    with writing():
        db.session.execute(delete(Bitrix24Login))
        db.session.execute(delete(XeroLogin))
        db.session.execute(update(Portal).values(application_token=None))
    log.info("uninstalled: all tokens erased")
