"""Codes and tokens: how they look, how long they live, how they rotate (facts §1.2-§1.4)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from b24xero.simulator.xero.logins import Login
from b24xero.simulator.xero.state import Ids

CODE_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(seconds=1800)
GRACE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=60)

# Granular scopes, the only ones for apps made since March 2026 (facts §1.7).
_READ_AND_WRITE = ("invoices", "payments", "banktransactions", "manualjournals", "settings", "contacts", "attachments")
_REPORTS = ("aged", "balancesheet", "banksummary", "budgetsummary", "executivesummary", "profitandloss",
            "trialbalance", "taxreports")  # fmt: skip
SCOPES = frozenset(
    ["openid", "profile", "email", "offline_access", "accounting.journals.read"]
    + [f"accounting.{name}" for name in _READ_AND_WRITE]
    + [f"accounting.{name}.read" for name in _READ_AND_WRITE]
    + [f"accounting.reports.{name}.read" for name in _REPORTS]
)


@dataclass(frozen=True)
class Grant:
    """What one consent gave: who, for what, in which consent."""

    login: Login
    scopes: tuple[str, ...]
    event_id: str
    at: datetime


@dataclass
class Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    expires: datetime
    used: bool = False


@dataclass
class Access:
    grant: Grant
    expires: datetime


@dataclass
class Refresh:
    """``rotated`` is when its successor was given out; until the end of the grace it may be retried."""

    grant: Grant
    issued: datetime
    rotated: datetime | None = None

    def lives(self, now: datetime) -> bool:
        if self.rotated is not None:
            return now < self.rotated + GRACE
        return now < self.issued + REFRESH_LIFE


@dataclass
class Tokens:
    """All codes and tokens that were ever given out."""

    ids: Ids
    now: Callable[[], datetime]
    client_id: str
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Access] = field(default_factory=dict)
    refresh: dict[str, Refresh] = field(default_factory=dict)

    def new_code(self, grant: Grant, redirect_uri: str, challenge: str) -> str:
        text = self.ids.opaque()
        self.codes[text] = Code(grant, redirect_uri, challenge, self.now() + CODE_LIFE)
        return text

    def issue(self, grant: Grant) -> dict[str, Any]:
        """The token answer: id_token only with openid, refresh_token only with offline_access (facts §1.2)."""
        now = self.now()
        token = self._jwt(self._access_claims(grant, now))
        self.access[token] = Access(grant, now + ACCESS_LIFE)
        answer: dict[str, Any] = {}
        if "openid" in grant.scopes:
            answer["id_token"] = self._jwt(self._id_claims(grant, now))
        answer |= {"access_token": token, "expires_in": int(ACCESS_LIFE.total_seconds()), "token_type": "Bearer"}
        if "offline_access" in grant.scopes:
            answer["refresh_token"] = self.ids.opaque()
            self.refresh[answer["refresh_token"]] = Refresh(grant, now)
        return answer | {"scope": " ".join(grant.scopes)}

    def rotate(self, text: str) -> dict[str, Any] | None:
        """A new pair for a living refresh token, or None. The grace of the old one runs from its first use."""
        known = self.refresh.get(text)
        if known is None or not known.lives(self.now()):
            return None
        known.rotated = known.rotated or self.now()
        return self.issue(known.grant)

    def expire(self, refresh_too: bool) -> None:
        """A control's act: every access token ends now; ``refresh_too`` forgets the refresh tokens as well."""
        for access in self.access.values():
            access.expires = min(access.expires, self.now() - timedelta(seconds=1))
        if refresh_too:
            self.refresh.clear()

    def _access_claims(self, grant: Grant, now: datetime) -> dict[str, Any]:
        return {
            "nbf": int(now.timestamp()),
            "exp": int((now + ACCESS_LIFE).timestamp()),
            "iss": "https://identity.xero.com",
            "aud": "https://identity.xero.com/resources",
            "client_id": self.client_id,
            "sub": grant.login.user_id.replace("-", ""),
            "auth_time": int(grant.at.timestamp()),
            "xero_userid": grant.login.user_id,
            "global_session_id": self.ids.opaque(32),
            "jti": self.ids.opaque(32),
            "authentication_event_id": grant.event_id,
            "scope": list(grant.scopes),
        }

    def _id_claims(self, grant: Grant, now: datetime) -> dict[str, Any]:
        """No authentication_event_id in here: only the access token has it (facts §1.4)."""
        given, _, family = grant.login.label.partition(" ")
        return {
            "nbf": int(now.timestamp()),
            "exp": int((now + CODE_LIFE).timestamp()),
            "iat": int(now.timestamp()),
            "iss": "https://identity.xero.com",
            "aud": self.client_id,
            "at_hash": self.ids.opaque(22),
            "sid": self.ids.opaque(32),
            "sub": grant.login.user_id.replace("-", ""),
            "auth_time": int(grant.at.timestamp()),
            "xero_userid": grant.login.user_id,
            "global_session_id": self.ids.opaque(32),
            "preferred_username": grant.login.email,
            "email": grant.login.email,
            "given_name": given,
            "family_name": family or given,
            "name": grant.login.label,
        }

    def _jwt(self, claims: dict[str, Any]) -> str:
        """JWT-shaped; the signature is made up, because only the vendor could check it."""
        head = {"alg": "RS256", "kid": "1CAF8E66772D6DC028D6726FD0261581570EFC19", "typ": "JWT"}
        return f"{_part(head)}.{_part(claims)}.{self.ids.opaque(86)}"


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
