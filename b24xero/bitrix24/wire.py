"""This file knows how one call travels to Bitrix24 and which of our errors each of its answers means.

Sources: Bitrix24 facts §0 (envelopes), §1.5 (authorisation errors), §3.1 (item errors), §7 (limits, batch).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote

import requests

from b24xero.errors import Disconnected, Forbidden, JobError, NotFound, Rejected, RetryLater, problem
from b24xero.timing import upstream

TIMEOUT = (5, 25)
READ_AGAIN_AFTER = 0.5

_SIGNED_OUT = {
    "invalid_token", "no_auth_found", "application_not_found", "error_oauth", "authorization_error",
    "not_installed", "invalid_grant", "wrong_client", "invalid_client",
}  # fmt: skip
_NOT_NOW = {"connection_error", "portal_deleted", "overload_limit", "internal_server_error"}
_NO_REST = {"insufficient_scope", "invalid_scope", "payment_required", "error_method_not_found"}
_FORBIDDEN = {"user_access_error", "allowed_only_intranet_user", "invalid_credentials", "wrong_auth_type"}


class ExpiredToken(Exception):
    """The access token is over: renew it and call again (the call was not carried out)."""


def new_session() -> requests.Session:
    """A session that keeps connections and never cookies: a portal cookie of one user beside the token of another is
    refused with ``authorization_error`` (facts §1.5)."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "b24xero"
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=32)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


HTTP = new_session()


def post(url: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """One call that reads, repeated once after a broken connection or a gateway's error page.

    Returns:
        The whole envelope, numbers with decimals as ``Decimal``.

    Raises:
        ExpiredToken, Disconnected, Forbidden, NotFound, Rejected, RetryLater.
    """
    try:
        return _post(url, body)
    except _Broken:
        time.sleep(READ_AGAIN_AFTER)
    try:
        return _post(url, body)
    except _Broken as broken:
        raise broken.as_error from broken


class _Broken(Exception):
    """The answer did not come whole."""

    def __init__(self, as_error: JobError) -> None:
        super().__init__()
        self.as_error = as_error


def _post(url: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with upstream():
        try:
            # A renamed portal answers 302, and requests would turn the POST into a GET (facts §0).
            response = HTTP.post(url, json=body, timeout=TIMEOUT, allow_redirects=False)
        except requests.Timeout as error:
            raise RetryLater(problem("bitrix24_down"), 30) from error
        except requests.RequestException as error:
            raise _Broken(RetryLater(problem("bitrix24_down"), 10)) from error
    return _envelope(response)


def _envelope(response: requests.Response) -> dict[str, Any]:
    try:
        envelope = json.loads(response.content, parse_float=Decimal)
    except ValueError as error:
        code = "bitrix24_down" if response.status_code >= 300 else "bitrix24_bad_answer"
        raise _Broken(RetryLater(problem(code), 10)) from error
    if not isinstance(envelope, dict):
        raise _Broken(RetryLater(problem("bitrix24_bad_answer"), 10))
    if "error" in envelope:
        raise translated(envelope, response.status_code)
    if response.status_code >= 300 or "result" not in envelope:
        raise _Broken(RetryLater(problem("bitrix24_bad_answer"), 10))
    return envelope


def translated(answer: Mapping[str, Any], status: int = 400) -> Exception:
    """Our error for an error answer: by its code, then by the status; descriptions are localised and never matched."""
    error = answer.get("error")
    if isinstance(error, Mapping):  # REST 3.0 wraps it (facts §7.6)
        error = error.get("code")
    code = str(error).strip().lower()
    said = str(answer.get("error_description") or code)
    if code == "expired_token":
        return ExpiredToken()
    if code in _SIGNED_OUT:
        return Disconnected("bitrix24")
    if code in ("query_limit_exceeded", "operation_time_limit"):
        return RetryLater(problem("bitrix24_busy"), 10 if code.startswith("query") else 600)
    if code in _NOT_NOW or status >= 500:
        return RetryLater(problem("bitrix24_down"), 30)
    if code in _NO_REST or (code == "access_denied" and status == 403):
        return Forbidden(problem("bitrix24_no_rest", message=said))
    if code in _FORBIDDEN or code == "access_denied":
        return Forbidden(problem("bitrix24_forbidden"))
    if code == "not_found":
        return NotFound(problem("bitrix24_not_found"))
    return Rejected(problem("bitrix24_says", message=said))


# -- batch ------------------------------------------------------------------------------------------------------------

Params = Mapping[str, Any]


class Ref(str):
    """A reference into the answer of an earlier command of the same batch, e.g. ``$result[item][item][companyId]``.

    It travels as it is: the documented form is not percent-encoded (facts §7.5).
    """


@dataclass(frozen=True)
class Batch:
    """Answers of one batch by command name; a name stands in ``results`` or in ``errors``."""

    results: Mapping[str, Any]
    errors: Mapping[str, Exception]
    totals: Mapping[str, int]
    nexts: Mapping[str, int]

    def result(self, name: str) -> Any:
        """The answer of a command that must succeed; raises what went wrong with it."""
        if name in self.errors:
            raise self.errors[name]
        if name not in self.results:
            raise RetryLater(problem("bitrix24_bad_answer"), 10)
        return self.results[name]

    def get(self, name: str) -> Any:
        """The answer of a command that may fail (a hidden company, a missing link), or None."""
        return self.results.get(name)


def command(method: str, params: Params) -> str:
    """``method?query`` with PHP's brackets, as a batch wants it."""
    return method + "?" + "&".join(f"{quote(key, safe='')}={_value(value)}" for key, value in _flat(params))


def _flat(params: Any, prefix: str = "") -> list[tuple[str, Any]]:
    items: Sequence[tuple[Any, Any]]
    items = list(params.items()) if isinstance(params, Mapping) else list(enumerate(params))
    pairs: list[tuple[str, Any]] = []
    for key, value in items:
        name = f"{prefix}[{key}]" if prefix else str(key)
        if value is None or isinstance(value, bool) or value == []:
            # A query string has none of these: an empty list would drop its filter, and the whole table would come.
            raise ValueError(f"{name} cannot stand in a batch as {value!r}")
        if isinstance(value, Mapping | list | tuple):
            pairs += _flat(value, name)
        else:
            pairs.append((name, value))
    return pairs


def _value(value: Any) -> str:
    return str(value) if isinstance(value, Ref) else quote(str(value), safe="")


def batch_of(envelope: Mapping[str, Any]) -> Batch:
    """Take a batch's answer apart; empty sections come as ``[]`` (PHP), and command errors as our errors."""
    answer = envelope["result"]
    if not isinstance(answer, Mapping):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    errors = {name: translated(error) for name, error in _map(answer.get("result_error")).items()}
    for error in errors.values():
        if isinstance(error, Disconnected | ExpiredToken | RetryLater):
            raise error
    return Batch(_map(answer.get("result")), errors, _map(answer.get("result_total")), _map(answer.get("result_next")))


def _map(section: Any) -> dict[str, Any]:
    return dict(section) if isinstance(section, Mapping) else {}
