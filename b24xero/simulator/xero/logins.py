"""Who may sign in to Xero, and which organisations they connected to the app (facts §1.5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from b24xero.simulator.xero import dates
from b24xero.simulator.xero.records import Json
from b24xero.simulator.xero.state import Ids, Options, Organisation


@dataclass(frozen=True)
class Login:
    """A Xero user: a name for the consent page and the organisations they may connect."""

    key: str
    label: str
    email: str
    user_id: str
    tenant_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connection:
    """One organisation that one user connected to the app."""

    connection_id: str
    user_id: str
    tenant_id: str
    event_id: str
    created: datetime
    updated: datetime


@dataclass
class Logins:
    """Users and connections; the organisations themselves live in the accounting half."""

    ids: Ids
    options: Options
    organisations: dict[str, Organisation]
    people: list[Login] = field(default_factory=list)
    connections: dict[str, Connection] = field(default_factory=dict)

    def at(self, key: str) -> Login:
        """The login of this key; KeyError if there is none."""
        return next((login for login in self.people if login.key == key), None) or _missing(key)

    def add(self, key: str, label: str, email: str, tenant_ids: tuple[str, ...]) -> Login:
        login = Login(key, label, email, self.ids.uuid(), tenant_ids)
        self.people.append(login)
        return login

    def connect(self, user_id: str, tenant_id: str, event_id: str, now: datetime) -> Connection:
        """Connect, or connect again: the connection keeps its id and its first date (facts §1.5)."""
        known = self.connection_of(user_id, tenant_id)
        if known is None:
            known = Connection(self.ids.uuid(), user_id, tenant_id, event_id, now, now)
        elif self.options.keep_auth_event:
            known = replace(known, updated=now)
        else:
            known = replace(known, updated=now, event_id=event_id)
        self.connections[known.connection_id] = known
        return known

    def connection_of(self, user_id: str, tenant_id: str) -> Connection | None:
        of_user = self.of_user(user_id)
        return next((connection for connection in of_user if connection.tenant_id == tenant_id), None)

    def of_user(self, user_id: str) -> list[Connection]:
        """Every organisation this user ever authorised for the app, oldest first."""
        return [connection for connection in self.connections.values() if connection.user_id == user_id]

    def row(self, connection: Connection) -> Json:
        """Seven fractional digits and no time zone (facts §1.5)."""
        return {
            "id": connection.connection_id,
            "authEventId": connection.event_id,
            "tenantId": connection.tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": self.organisations[connection.tenant_id].name,
            "createdDateUtc": dates.seven_digits(connection.created),
            "updatedDateUtc": dates.seven_digits(connection.updated),
        }


def _missing(key: str) -> Login:
    raise KeyError(f"No login {key!r}")
