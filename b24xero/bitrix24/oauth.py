"""Bitrix24's sign-in: where a browser is sent, and how a code or a refresh token becomes tokens.

The authorization server is always ours from the settings, never one named in a request or an answer: our client secret
goes there (facts §1.6). Source: facts §1.2–§1.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from b24xero.bitrix24.wire import HTTP
from b24xero.config import LOOPBACK
from b24xero.errors import Disconnected, JobError, Rejected, RetryLater, problem
from b24xero.outbound import causes, json_answer
from b24xero.ratelimit.deadlines import upstream

TIMEOUT = (5, 15)
DEFAULT_LIFE = 3600
LONGEST_LIFE = 86400


@dataclass(frozen=True)
class App:
    """The portal's local application and where it signs in."""

    portal_url: str
    oauth_url: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Grant:
    """A pair of tokens; ``expires_in`` seconds. An isolated portal gives no refresh token (facts §1.7)."""

    access_token: str
    refresh_token: str | None
    expires_in: int
    member_id: str


def authorize_url(app: App, state: str) -> str:
    """Where the browser goes. The way back stands in the portal's application card, not in the address."""
    return f"{app.portal_url}/oauth/authorize/?{urlencode({'client_id': app.client_id, 'state': state})}"


def exchange(app: App, code: str, member_id: str) -> Grant:
    """A code (30 s, one use) for tokens, proven to be of the configured portal.

    Raises:
        Rejected: the code is over, the application is unknown, or the tokens are another portal's.
        RetryLater: the authorization server does not answer.
    """
    try:
        answer = _token(app, {"grant_type": "authorization_code", "code": code})
    except Disconnected as error:
        raise Rejected(problem("sign_in_expired")) from error
    grant = _grant(answer)
    endpoint = str(answer.get("client_endpoint", ""))
    if (member_id and grant.member_id != member_id) or (endpoint and not _same_host(endpoint, app.portal_url)):
        raise Rejected(problem("other_portal", portal=app.portal_url))
    return grant


def renew(app: App, refresh_token: str) -> Grant:
    """A new pair; both old tokens are over with it, so the caller keeps the answer before it uses it.

    Raises:
        Disconnected: the refresh token is used, too old or revoked.
        RetryLater: the authorization server does not answer.
    """
    return _grant(_token(app, {"grant_type": "refresh_token", "refresh_token": refresh_token}))


def application_of(app: App, access_token: str) -> dict[str, Any]:
    """What the authorization server tells of a token: its application, its portal, or an error. Source: facts §2.3;
    the token travels in the body, which stands in no access log.

    Raises:
        RetryLater: the authorization server does not answer.
    """
    _status, answer = _ask("POST", f"{app.oauth_url}/rest/app.info", {"auth": access_token})
    if not ("result" in answer or "error" in answer):
        raise RetryLater(problem("bitrix24_login_down"), 10)
    return answer


def _token(app: App, values: Mapping[str, str]) -> dict[str, Any]:
    url = f"{app.oauth_url}/oauth/token/"
    form = {**values, "client_id": app.client_id, "client_secret": app.client_secret}
    status, answer = _ask("POST", url, form)
    if status == 405 or str(answer.get("error", "")).lower() == "invalid_request":
        # POST keeps the secret out of access logs but only GET is documented (facts §1.2).
        status, answer = _ask("GET", url, form)
    if isinstance(answer.get("access_token"), str):
        return answer
    causes.refused(urlsplit(url).hostname or "", answer.get("error"))
    raise _refused(answer)


def _ask(method: str, url: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    with upstream():
        try:
            if method == "POST":
                response = HTTP.post(url, data=form, timeout=TIMEOUT, allow_redirects=False)
            else:
                response = HTTP.get(url, params=form, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            told = causes.told(urlsplit(url).hostname or "", error, "bitrix24_login_down")
            raise RetryLater(told, 10) from error
    if response.status_code == 405:
        return 405, {}
    try:
        answer = json_answer.read(response.content)
    except ValueError as error:
        causes.refused(urlsplit(url).hostname or "", f"status {response.status_code}, no JSON")
        raise RetryLater(problem("bitrix24_login_down"), 10) from error
    if not isinstance(answer, dict):
        raise RetryLater(problem("bitrix24_login_down"), 10)
    return response.status_code, answer


def _refused(answer: Mapping[str, Any]) -> JobError:
    code = str(answer.get("error", "")).lower()
    if code == "invalid_grant":
        return Disconnected("bitrix24")
    if code in ("invalid_client", "wrong_client", "insufficient_scope", "invalid_scope", "invalid_request"):
        return Rejected(problem("bitrix24_app_wrong", error=code))
    if code in ("not_installed", "payment_required", "no_auth_found"):
        return Rejected(problem("bitrix24_app_inactive", error=code))
    return RetryLater(problem("bitrix24_login_down"), 10)


def _grant(answer: Mapping[str, Any]) -> Grant:
    return Grant(
        access_token=str(answer["access_token"]),
        refresh_token=str(answer["refresh_token"]) if answer.get("refresh_token") else None,
        expires_in=_seconds(answer.get("expires_in")),
        member_id=str(answer.get("member_id") or ""),
    )


def _seconds(told: Any) -> int:
    """How long a token lives; what is no such number is the documented hour."""
    fits = json_answer.is_number(told) and told and 0 < int(told) <= LONGEST_LIFE
    return int(told) if fits else DEFAULT_LIFE


def _same_host(one: str, other: str) -> bool:
    def place(url: str) -> tuple[str, int | None]:
        try:
            parts = urlsplit(url)
            _ = parts.port  # reading it is what finds a port that is none
        except ValueError:
            return "", None
        host = (parts.hostname or "").lower()
        # A loopback portal (demo, tests) may call itself by any of this machine's names.
        return ("localhost" if host in LOOPBACK else host), parts.port or {"http": 80, "https": 443}.get(parts.scheme)

    return place(one) == place(other)
