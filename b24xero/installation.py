"""What it means to be installed in the portal: the word by which it is known, its places, its end."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import delete, select, update

from b24xero import bitrix24_tokens, connections, sessions
from b24xero.bitrix24 import iframe, placements
from b24xero.bitrix24.placements import Addresses, Place
from b24xero.db.models import Bitrix24Login, KeptReading, Portal, User, XeroLogin, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, Forbidden, JobError, Rejected, RetryLater, problem
from b24xero.extensions import db

log = logging.getLogger(__name__)

# Of so many people the newest token is tried, to learn whether the application is still installed.
MOST_ASKED = 5


def addresses() -> Addresses:
    """Where the portal posts to; both stand in the application's card too."""
    public = connections.settings().public_url
    return Addresses(handler=f"{public}/bitrix24/app", events=f"{public}/bitrix24/install")


# -- the word ---------------------------------------------------------------------------------------------------------


def check_word(word: str) -> None:
    """Every post of the portal carries the application's word; older portals none (facts §2.1), and of those none is
    known here.

    Raises:
        Rejected: it is not the one that is known here.
    """
    known = _known_word()
    if known and not iframe.same(word, known):
        raise Rejected(problem("frame_other_installation"))


def need_word(word: str) -> None:
    """As ``check_word``, of what says nothing without it.

    Raises:
        Forbidden: it is another word, or none is known here yet.
    """
    known = _known_word()
    if not known or not iframe.same(word, known):
        log.warning("an event of the portal refused: not our application token")
        raise Forbidden(problem("not_allowed"))


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


def remove_dead(user: User) -> int:
    """As ``placements.remove_dead``."""
    removed = placements.remove_dead(connections.bitrix24_for(user), addresses().handler)
    log.info("places of older addresses removed user=%s count=%s", user.id, removed)
    return removed


def of_older_address(user: User) -> tuple[tuple[str, str], ...]:
    """As ``placements.of_older_address``."""
    return placements.of_older_address(connections.bitrix24_for(user), addresses())


def move(user: User) -> tuple[Place, ...]:
    """As ``placements.move``."""
    return _logged("move", user, lambda: placements.move(connections.bitrix24_for(user), addresses()))


def _logged(verb: str, user: User, work: Callable[[], tuple[Place, ...]]) -> tuple[Place, ...]:
    try:
        found = work()
    except JobError as error:
        log.warning("%s user=%s error=%s", verb, user.id, error)
        raise
    log.info("%s user=%s %s", verb, user.id, " ".join(f"{place.name}={place.state}" for place in found))
    return found


# -- the end ----------------------------------------------------------------------------------------------------------


def hear_uninstalled(word: str) -> None:
    """Somebody who knows the word says that the application was taken away. Everybody who opens the frame can read it
    there, so this is no more than a reason to ask.

    Raises:
        Forbidden: the event does not carry the word that is known here (facts §8.4).
    """
    need_word(word)
    told = db.session.scalar(select(Portal.uninstall_told_at))
    db.session.commit()
    if told is None:  # whoever repeats it costs no write either
        with writing():
            db.session.execute(update(Portal).values(uninstall_told_at=utc_now()))
    follow_uninstalled()


def follow_uninstalled() -> int:
    """Ask the authorization server whether the application is still installed, where somebody said that it is not, and
    erase all when it confirms that; how many sign-ins there were. A server that is away is asked again later."""
    if db.session.scalar(select(Portal.uninstall_told_at)) is None or _asked_lately():
        return 0
    query = select(Bitrix24Login.user_id).where(Bitrix24Login.refresh_token.is_not(None))
    users = list(db.session.scalars(query.order_by(Bitrix24Login.renewed_at.desc()).limit(MOST_ASKED)))
    db.session.commit()
    for user_id in users:
        try:
            installed = _still_installed(user_id)
        except RetryLater as error:
            log.warning("uninstall unclear: %s", error)
            return 0
        if installed is not None:
            break
    else:
        installed = True  # nobody is left whose token could tell, and nothing that could be used
    erased = 0 if installed else _erase_all()
    with writing():
        db.session.execute(update(Portal).values(uninstall_told_at=None))
    return erased


def _asked_lately() -> bool:
    """Whoever repeats it makes us call nobody."""
    unproven = connections.unproven()
    if unproven.proof("uninstalled"):
        return True
    unproven.keep_proof("uninstalled", True)
    return False


def _still_installed(user_id: int) -> bool | None:
    """By renewing a stored token, which the server refuses by this name once the application is gone (facts §1.4);
    None when this token is nobody's any more, which tells nothing of the application.

    Raises:
        RetryLater: the server does not answer.
    """
    login = db.session.get_one(Bitrix24Login, user_id)
    try:
        bitrix24_tokens.StoredTokens(user_id, connections.bitrix24_app()).renew(login.access_token or "")
    except Disconnected:
        return None
    except Rejected as error:
        return {p.values.get("error") for p in error.problems} != {"not_installed"}
    return True


def _erase_all() -> int:
    """Every token of both systems, and every session. The places in the portal went with the application (facts §8.1);
    the books of what was written stay."""
    ended = sessions.end_everybodys(utc_now(), "uninstalled")
    with writing():
        db.session.execute(delete(Bitrix24Login))
        db.session.execute(delete(XeroLogin))
        db.session.execute(delete(KeptReading))
        db.session.execute(update(Portal).values(application_token=None))
    log.info("uninstalled: all tokens erased")
    return ended
