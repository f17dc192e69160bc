"""The login of automatic sync: given by an administrator, renewed as long as it is used, ended by one press.

A person's own Xero login ends after 30 minutes, and nothing here makes it longer. This one is asked for apart, on
Xero's own page, which says that it stays; it belongs to the organisation, and what is done with it stands on the record
as done by itself. In Bitrix24 it acts with the sign-in of the person who gave it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from b24xero import connections
from b24xero.db.models import AutomaticSync, Organisation, ServiceLogin, SyncRun, User, XeroLogin, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, RetryLater, problem
from b24xero.extensions import db
from b24xero.token_renewal import KeptTokens, Renewed
from b24xero.xero import oauth
from b24xero.xero.client import Xero

log = logging.getLogger(__name__)

# A refresh token that nobody uses for 60 days is over (facts §1.3); one that is used lives on.
UNUSED = timedelta(days=60)
# Of an access token's 30 minutes a run should have most before it.
EARLY = timedelta(minutes=10)


class ServiceTokens(KeptTokens[ServiceLogin]):
    """An organisation's tokens."""

    soon = EARLY

    def __init__(self, organisation_id: int) -> None:
        super().__init__(ServiceLogin, organisation_id)

    def ask(self, refresh_token: str) -> Renewed:
        grant = oauth.renew(connections.xero_app(), refresh_token)
        return Renewed(grant.access_token, grant.refresh_token, grant.expires_in)

    def gone(self) -> Disconnected:
        return Disconnected("xero", problem("service_login_over"))

    def away(self) -> RetryLater:
        return RetryLater(problem("xero_down"), 10)

    def ended(self, error: Disconnected) -> None:
        log.error("service login refused by xero: organisation=%s", self._key)


def of(organisation: Organisation) -> ServiceLogin | None:
    login = db.session.get(ServiceLogin, organisation.id, populate_existing=True)
    db.session.commit()
    return login


def give(user: User, organisation: Organisation, grant: oauth.Grant, connection_id: str, now: datetime) -> None:
    """Keep what a consent gave, in place of what was there."""
    with writing():
        login = db.session.get(ServiceLogin, organisation.id) or ServiceLogin(organisation_id=organisation.id)
        db.session.add(login)
        login.user_id, login.connection_id = user.id, connection_id
        login.access_token, login.refresh_token = grant.access_token, grant.refresh_token
        login.expires_at = now + timedelta(seconds=grant.expires_in)
        login.given_at, login.renewed_at, login.renewing_until = now, now, None
        login.version = (login.version or 0) + 1
        if db.session.get(AutomaticSync, organisation.id) is None:
            db.session.add(AutomaticSync(organisation_id=organisation.id))


def end(organisation: Organisation) -> None:
    """Throw the tokens away, and take the connection away at Xero, unless somebody's own login stands on it. Revoking
    the token would end every connection of that Xero user with this app (facts §1.5), so it is not done.

    Raises:
        RetryLater: Xero did not answer; here it is over all the same.
    """
    login = of(organisation)
    if login is None:
        return
    token, connection_id = login.access_token, login.connection_id
    with writing():
        db.session.execute(delete(ServiceLogin).where(ServiceLogin.organisation_id == organisation.id))
    if token and connection_id and not _stands_on(XeroLogin, connection_id):
        try:
            oauth.disconnect(connections.xero_app(), token, connection_id)
        except Disconnected:
            log.info("service login was over at xero already: organisation=%s", organisation.id)


def stands_on(connection_id: str) -> bool:
    """Whether a service login needs this connection, which a person's "Disconnect" must not take away then."""
    return bool(connection_id) and _stands_on(ServiceLogin, connection_id)


def _stands_on(table: type[XeroLogin] | type[ServiceLogin], connection_id: str) -> bool:
    found = db.session.scalar(select(table.connection_id).where(table.connection_id == connection_id).limit(1))
    db.session.commit()
    return found is not None


def reached(run: SyncRun) -> tuple[Xero, Organisation]:
    """What a run of automatic sync works with.

    Raises:
        Disconnected: there is no service login, or Xero ended it. RetryLater.
    """
    organisation = run.organisation
    token = ServiceTokens(organisation.id).access()
    xero = Xero(
        connections.settings().xero_api_url, token, organisation.xero_id, connections.xero_pace(organisation)
    )  # fmt: skip
    db.session.commit()
    return xero, organisation


def doubt(organisation_id: int) -> bool:
    """Xero would not take the access token: the next use asks for a new one. Whether there is one to ask with."""
    with writing():
        known = db.session.execute(
            update(ServiceLogin)
            .where(ServiceLogin.organisation_id == organisation_id, ServiceLogin.refresh_token.is_not(None))
            .values(expires_at=utc_now())
            .execution_options(synchronize_session=False)
        )
    return bool(known.rowcount)  # type: ignore[attr-defined]
