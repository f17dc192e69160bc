"""Xero's consent: the address, the exchange of its code, and which organisations it opened.

Standard OAuth 2 with state and PKCE, through requests-oauthlib. A person's login is asked for without
``offline_access``: it is meant to end, so nothing is kept that could outlive it. The service login of automatic sync
is asked for with it, and says so on Xero's own page. Source: Xero facts §1.1–§1.5, §1.7, more §5.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import requests
from oauthlib.oauth2 import MissingTokenError, OAuth2Error
from requests_oauthlib import OAuth2Session

from b24xero.errors import Disconnected, Rejected, RetryLater, problem
from b24xero.outbound import causes, json_answer
from b24xero.outbound.http import StaysAtHost
from b24xero.ratelimit.deadlines import upstream

SCOPES = ("openid", "profile", "email", "accounting.invoices", "accounting.contacts", "accounting.settings")
# Asked for beside them where the login is to outlive its 30 minutes: then there is a token to renew it with.
KEPT = "offline_access"
TIMEOUT = (5, 20)
# Seconds that a token may say to live: a day, of which 30 minutes are Xero's.
LONGEST_LIFE = 86400
HTTP = StaysAtHost()


Hook = Callable[[requests.Response], requests.Response]


class Session(Protocol):
    """The part of requests-oauthlib's untyped session that is used here."""

    _code_verifier: str

    def authorization_url(self, url: str) -> tuple[str, str]: ...
    def fetch_token(self, url: str, **options: Any) -> Mapping[str, Any]: ...
    def refresh_token(self, url: str, **options: Any) -> Mapping[str, Any]: ...
    def register_compliance_hook(self, kind: str, hook: Hook) -> None: ...


@dataclass(frozen=True)
class App:
    """The Xero app of this installation and Xero's hosts."""

    client_id: str
    client_secret: str
    redirect_uri: str
    login_url: str
    identity_url: str
    api_url: str


@dataclass(frozen=True)
class Consent:
    """A consent under way; state and verifier stay in the browser's signed session until it comes back."""

    url: str
    state: str
    verifier: str


@dataclass(frozen=True)
class Grant:
    """What a consent gave. ``event_id`` names this very consent among all that this Xero user ever gave the app;
    ``refresh_token`` is there where the login was asked to be kept."""

    access_token: str
    expires_in: int
    event_id: str
    refresh_token: str = ""


@dataclass(frozen=True)
class Connection:
    """An organisation that a token may use; ``id`` is the connection's own, for disconnecting."""

    id: str
    organisation_id: str
    name: str


def begin(app: App, *, kept: bool = False) -> Consent:
    """Args:
    kept: the login may be renewed for as long as it is used, instead of ending after 30 minutes.
    """
    session = _session(app, [*SCOPES, KEPT] if kept else list(SCOPES))
    url, state = session.authorization_url(f"{app.login_url}/identity/connect/authorize")
    return Consent(url, state, session._code_verifier)


def exchange(app: App, code: str, verifier: str) -> Grant:
    """A code for an access token of 30 minutes.

    Raises:
        Rejected: the code is used or over, the app's secret is wrong, or a scope was not granted.
        RetryLater: Xero does not answer.
    """
    # Without scopes: the library would raise a bare Warning where fewer are granted; they are compared below.
    session = _session(app, None)
    session._code_verifier = verifier
    if not code:
        raise Rejected(problem("consent_failed", error="no code"))
    try:
        token = _asked(app, lambda url, auth: session.fetch_token(url, code=code, auth=auth, timeout=TIMEOUT))
    except OAuth2Error as error:
        known = {"invalid_grant": "consent_expired", "invalid_client": "xero_app_wrong"}
        raise Rejected(problem(known.get(str(error.error), "consent_failed"), error=error.error)) from error
    if missing := _not_granted(token.get("scope")):
        raise Rejected(problem("xero_scope", scope=", ".join(missing)))
    return _grant(token)


def renew(app: App, refresh_token: str) -> Grant:
    """A new pair for a kept login. The old refresh token still works for 30 minutes, so an answer that was lost is
    asked for again (facts §1.3).

    Raises:
        Disconnected: it was ended in Xero, not used for 60 days, or the app's secret is another.
        RetryLater: Xero does not answer.
    """
    session = _session(app, None)
    try:
        token = _asked(
            app, lambda url, auth: session.refresh_token(url, refresh_token=refresh_token, auth=auth, timeout=TIMEOUT)
        )
    except OAuth2Error as error:
        raise Disconnected("xero", problem("service_login_refused", error=error.error)) from error
    return _grant(token)


def _asked(
    app: App, ask: Callable[[str, requests.auth.HTTPBasicAuth], Mapping[str, Any]]
) -> Mapping[str, Any]:  # fmt: skip
    """The token server's answer.

    Raises:
        OAuth2Error: it refused. RetryLater: it did not answer.
    """
    with upstream():
        try:
            return ask(
                f"{app.identity_url}/connect/token", requests.auth.HTTPBasicAuth(app.client_id, app.client_secret)
            )
        except MissingTokenError as error:  # no token and no OAuth error either: not Xero's answer at all
            raise RetryLater(problem("xero_down"), 10) from error
        except OAuth2Error as error:
            causes.refused(urlsplit(app.identity_url).hostname or "", error.error)
            raise
        except (requests.RequestException, ValueError) as error:
            raise _away(app.identity_url, error) from error


def _grant(token: Mapping[str, Any]) -> Grant:
    access_token = str(token["access_token"])
    event_id = str(claims(access_token).get("authentication_event_id") or "")
    refresh_token = str(token.get("refresh_token") or "")
    return Grant(access_token, int(token.get("expires_in") or 1800), event_id, refresh_token)


def _not_granted(scope: Any) -> list[str]:
    """The scopes we cannot work without that are not among those given; an answer that names none gave all."""
    given = scope.split() if isinstance(scope, str) else list(scope or SCOPES)
    return [wanted for wanted in SCOPES if wanted.startswith("accounting.") and wanted not in given]


def connections(app: App, grant: Grant) -> tuple[Connection, ...]:
    """The organisations of this very consent; when none is marked so (a re-consent may keep its first mark, facts §1.5)
    all that the login may use, newest first, for the person to choose from. Never simply the first of the list.
    """
    rows = [row for row in _get(app, grant.access_token) if row.get("tenantType") == "ORGANISATION" and _is_whole(row)]
    rows.sort(key=lambda row: str(row.get("updatedDateUtc", "")), reverse=True)
    fresh = [row for row in rows if grant.event_id and row.get("authEventId") == grant.event_id]
    return tuple(
        Connection(str(row["id"]), str(row["tenantId"]), str(row.get("tenantName") or "")) for row in fresh or rows
    )


def _is_whole(row: Mapping[str, Any]) -> bool:
    return all(isinstance(row.get(name), str) and _ID.fullmatch(row[name]) for name in ("id", "tenantId"))


def disconnect(app: App, access_token: str, connection_id: str) -> None:
    """Remove one organisation's connection at Xero; already gone is fine.

    Raises:
        RetryLater: Xero does not answer; Disconnected: the login is over anyway.
    """
    with upstream():
        try:
            response = HTTP.delete(
                f"{app.api_url}/connections/{connection_id}", headers=_bearer(access_token), timeout=TIMEOUT
            )
        except requests.RequestException as error:
            raise _away(app.api_url, error) from error
    if response.status_code in (401, 403):
        raise Disconnected("xero")
    if response.status_code not in (200, 204, 404):
        raise RetryLater(problem("xero_down"), 10)


def claims(token: str) -> dict[str, Any]:
    """The claims of an access token, unverified: it came straight from Xero over TLS, and only names its consent."""
    try:
        payload = token.split(".")[1]
        read = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


class _ConsentSession(OAuth2Session, StaysAtHost):
    """requests-oauthlib's session, which keeps the code, the verifier and the secret at Xero's token server."""


def _session(app: App, scopes: list[str] | None) -> Session:
    session = cast(Session, _ConsentSession(app.client_id, redirect_uri=app.redirect_uri, scope=scopes, pkce="S256"))
    for answer in ("access_token_response", "refresh_token_response"):
        session.register_compliance_hook(answer, _checked)
    return session


def _checked(response: requests.Response) -> requests.Response:
    """The token server's answer before the library reads it, which believes in its types and guesses its encoding."""
    answer = json_answer.read(response.content)
    if not isinstance(answer, dict) or not all(fits(answer[name]) for name, fits in _TYPES.items() if name in answer):
        raise json_answer.Unreadable("no answer of a token server")
    response.encoding = "utf-8"
    return response


# Both are sent back in headers, where the end of a line is the end of a header.
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_TOKEN = re.compile(r"[!-~]{1,16384}")
_TYPES: dict[str, Callable[[Any], bool]] = {
    "access_token": lambda value: isinstance(value, str) and bool(_TOKEN.fullmatch(value)),
    "refresh_token": lambda value: isinstance(value, str) and bool(_TOKEN.fullmatch(value)),
    "expires_in": lambda value: not isinstance(value, bool) and isinstance(value, int) and 0 <= value <= LONGEST_LIFE,
    "scope": lambda value: value is None or isinstance(value, str),
    "error": lambda value: isinstance(value, str),
    "token_type": lambda value: isinstance(value, str),
}


def _get(app: App, access_token: str) -> list[dict[str, Any]]:
    with upstream():
        try:
            response = HTTP.get(f"{app.api_url}/connections", headers=_bearer(access_token), timeout=TIMEOUT)
            rows = json_answer.read(response.content) if response.status_code == 200 else None
        except (requests.RequestException, ValueError) as error:
            raise _away(app.api_url, error) from error
    if response.status_code in (401, 403):
        raise Disconnected("xero")
    if not isinstance(rows, list):
        raise RetryLater(problem("xero_down"), 10)
    return [row for row in rows if isinstance(row, dict)]


def _away(url: str, error: Exception) -> RetryLater:
    """No answer came, or none that can be read."""
    return RetryLater(causes.told(urlsplit(url).hostname or "", error, "xero_down"), 10)


def _bearer(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
