"""How a signed-in person reaches both systems: whose token, renewed when, ended when."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from flask import current_app, has_request_context
from sqlalchemy import delete, select

from b24xero import logs
from b24xero.bitrix24 import oauth as bitrix24_oauth
from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.invoice_pages import InvoicePages
from b24xero.bitrix24_tokens import StoredTokens
from b24xero.config import Settings
from b24xero.db.models import Organisation, Portal, User, XeroLogin, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.errors import Disconnected, Problem, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.ratelimit.budget import NotNow, Rules, Said
from b24xero.ratelimit.deadlines import Pace
from b24xero.ratelimit.shared_pace import Listening, SharedPace
from b24xero.ratelimit.unproven import Unproven
from b24xero.xero import oauth as xero_oauth
from b24xero.xero.client import Xero

# How long the portal's bucket takes to drain: 50 calls at 2 a second.
BUCKET_SECONDS = 25
# Calls that left a second apart may arrive together: what the bucket drains in a second is never used.
BUCKET_SLACK = 1


def settings() -> Settings:
    found: Settings = current_app.extensions["b24xero.settings"]
    return found


def bitrix24_app() -> bitrix24_oauth.App:
    s = settings()
    return bitrix24_oauth.App(
        s.bitrix24_portal_url, s.bitrix24_oauth_url, s.bitrix24_client_id, s.bitrix24_client_secret
    )


def invoice_pages() -> InvoicePages:
    """Where the portal shows its invoices."""
    return InvoicePages(settings().bitrix24_portal_url, settings().bitrix24_old_invoice_path)


def xero_app() -> xero_oauth.App:
    s = settings()
    return xero_oauth.App(
        s.xero_client_id, s.xero_client_secret, f"{s.public_url}/xero/callback",
        s.xero_login_url, s.xero_identity_url, s.xero_api_url,
    )  # fmt: skip


# -- Bitrix24 ---------------------------------------------------------------------------------------------------------


def bitrix24_pace() -> Pace:
    """Shared by all processes: a bucket of the portal's own shape, which holds 50 calls while 2 a second drain
    (facts §7.1). The setting says how many drain, and the bucket holds as much more or less."""
    rate = settings().bitrix24_rate
    return _pace("bitrix24", rate * BUCKET_SECONDS, Rules(0, 0, drains=rate, slack=math.ceil(rate * BUCKET_SLACK)))


def unproven() -> Unproven:
    """This process's count of those of whom nothing is proven yet."""
    found: Unproven = current_app.extensions["b24xero.unproven"]
    return found


@contextlib.contextmanager
def proving() -> Iterator[None]:
    """Around the calls that find out whose a posted token or code is: few at once, and as many as a quarter of the
    portal's calls. Each takes one of them, or two where the portal itself has to vouch, so that everybody else keeps
    half, whatever is posted.

    Raises:
        RetryLater: there have been too many; nothing was asked.
    """
    own = _pace("bitrix24 unproven", settings().bitrix24_rate * 20 / 4, Rules(0, 20))
    with unproven().few_at_once():
        try:
            place = own.begin(sum(bitrix24_oauth.TIMEOUT))
        except NotNow as hindered:
            raise RetryLater(problem("bitrix24_busy"), hindered.seconds) from hindered
        try:
            yield
        finally:
            own.end(place, Said())


def _pace(name: str, calls: float, rules: Rules) -> Pace:
    """A press goes before a run; what no request waits for is a run."""
    if not calls:
        return Listening(name, rules, current_app.extensions["b24xero.noted"])
    # Less than one call in a window is one call in a longer window.
    rules = replace(rules, calls=max(1, int(calls)), window=rules.window / min(calls, 1))
    return SharedPace(name, rules, run=not has_request_context())


def bitrix24_for(user: User) -> Bitrix24:
    """The portal with this person's own token."""
    portal = db.session.scalar(select(Portal))
    categories, kinds = (portal.category_ids, portal.invoice_kinds) if portal else ([], ["smart"])
    templates = PortalTemplates(portal.template_ids if portal else [])
    db.session.commit()
    url = settings().bitrix24_portal_url
    found = Bitrix24(url, StoredTokens(user.id, bitrix24_app()), categories, bitrix24_pace(), templates, kinds)
    found.old_currency = settings().bitrix24_old_invoice_currency
    return found


class PortalTemplates:
    """The portal's recurring templates as far as anybody has met them, kept for all."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._ids = set(ids)

    def known(self) -> Collection[int]:
        return sorted(self._ids)

    def remember(self, ids: Collection[int]) -> None:
        if self._ids.issuperset(ids):
            return
        self._ids |= set(ids)
        with writing():
            portal = db.session.scalar(select(Portal).execution_options(populate_existing=True))
            if portal:
                self._ids |= set(portal.template_ids)
                portal.template_ids = sorted(self._ids)


# -- Xero -------------------------------------------------------------------------------------------------------------


def xero_login(user: User) -> XeroLogin | None:
    """The person's live Xero login; one whose time is over is erased here and now."""
    login = db.session.get(XeroLogin, user.id)
    if login is None:
        return None
    if login.ends_at <= utc_now() or not login.access_token:
        end_xero_login(user)
        return None
    return login


def end_xero_login(user: User) -> None:
    """Erase the tokens; which organisation it was stays on the person's page through its links."""
    with writing():
        login = db.session.get(XeroLogin, user.id)
        if login:
            db.session.delete(login)


def end_xero_logins_but(user: User) -> None:
    """Everybody's but this person's."""
    with writing():
        db.session.execute(delete(XeroLogin).where(XeroLogin.user_id != user.id))


def erase_lapsed_logins(now: datetime) -> int:
    """Erase every Xero login whose time is over; how many there were."""
    with writing():
        lapsed = db.session.scalars(select(XeroLogin).where(XeroLogin.ends_at <= now)).all()
        for login in lapsed:
            db.session.delete(login)
    return len(lapsed)


def current_organisation(user: User) -> Organisation | None:
    """The connected organisation; without a connection the one that this person used last."""
    login = xero_login(user)
    known = login.organisation_id if login and login.organisation_id else user.last_organisation_id
    if known:
        logs.about(organisation=known)
        return db.session.get(Organisation, known)
    mapped = db.session.scalars(select(Organisation).where(Organisation.mapping_saved_at.is_not(None))).all()
    return mapped[0] if len(mapped) == 1 else None


def not_connected(user: User) -> Problem:
    """Why there is no login: it ended, as each does, or there never was one."""
    return problem("xero_disconnected" if user.last_organisation_id else "xero_never_connected")


def xero_for(user: User) -> tuple[Xero, Organisation]:
    """The connected organisation with this person's own login.

    Raises:
        Disconnected: no live login, or its organisation is still to be chosen.
    """
    login = xero_login(user)
    if login is None or login.organisation_id is None or not login.access_token:
        raise Disconnected("xero", not_connected(user))
    organisation = db.session.get_one(Organisation, login.organisation_id)
    logs.about(organisation=organisation.id)
    client = Xero(settings().xero_api_url, login.access_token, organisation.xero_id, xero_pace(organisation))
    db.session.commit()
    return client, organisation


def ready_for(user: User) -> tuple[Xero, Organisation]:
    """As ``xero_for``, of an organisation whose set-up has been saved: what every job begins with.

    Raises:
        Disconnected: no live login. Rejected: the set-up is missing.
    """
    xero, organisation = xero_for(user)
    if not organisation.is_set_up:
        raise Rejected(problem("set_up_missing"))
    return xero, organisation


def xero_pace(organisation: Organisation) -> Pace:
    """Shared by all processes, one an organisation (facts §6.1): no minute has more, whenever it begins, since Xero's
    cannot be seen; of the five calls at once one stays free; a day has what the plans allow."""
    return _pace(xero_budget(organisation), settings().xero_rate, Rules(0, 60, together=4, days=(1000, 5000)))


def xero_budget(organisation: Organisation) -> str:
    """The name of its budget of calls."""
    return f"xero {organisation.id}"


def refreshed_books(user: User, organisation: Organisation, max_age: timedelta = timedelta()) -> Books:
    """The organisation's books, read from Xero and kept: six calls, unless what is kept is ``max_age`` old at most.

    Raises:
        Disconnected, Forbidden, RetryLater.
    """
    if organisation.reference_at and utc_now() - organisation.reference_at < max_age:
        return organisation.books
    return keep_books(organisation, xero_of(user, organisation).books())


def xero_of(user: User, organisation: Organisation) -> Xero:
    """As ``xero_for``, where this very organisation is meant.

    Raises:
        Disconnected: the login is with another one, or there is none.
    """
    xero, connected = xero_for(user)
    if connected.id != organisation.id:
        raise Disconnected("xero")
    return xero


def keep_books(organisation: Organisation, books: Books) -> Books:
    """As they have just been read; a list that Xero did not show this time stays as it was known."""
    with writing():
        organisation = db.session.get_one(Organisation, organisation.id)
        books = books.with_known(organisation.books)
        organisation.stored_books, organisation.reference_at = books.as_json(), utc_now()
        organisation.name = books.name or organisation.name
    return books
