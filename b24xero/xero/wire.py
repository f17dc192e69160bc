"""How one call travels to Xero and which of our errors each of its answers means.

Every call goes through xero-python, whose traps are closed here (facts §9, dependencies §3): a client of its own for
each login, hidden retries off, a time-out on every call, answers read as raw JSON with Decimal, so that an unknown enum
or a null never loses an answer.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import ApiSSLException, HTTPStatusException
from xero_python.rest import RESTClientObject

from b24xero.errors import Disconnected, Forbidden, NotFound, OutcomeUnknown, Problem, Rejected, RetryLater, problem
from b24xero.outbound import causes, counts, http, json_answer
from b24xero.ratelimit.budget import NotNow, Said
from b24xero.ratelimit.deadlines import Pace, Unpaced, may_pause, pause, take_place, upstream
from b24xero.xero import addresses

# So often a refused call goes out again when its wait is short: a 429 was certainly not carried out (facts §6.1).
REFUSED_AGAIN = 2
# X-Rate-Limit-Problem → what our pace calls it.
_PROBLEMS = {"minute": "minute", "appminute": "minute", "day": "day", "concurrent": "together"}

Json = dict[str, Any]
Timeout = tuple[float, float]


class Invalid(Rejected):
    """A 400 with its body: a validation exception, or a request that Xero could not read at all."""

    def __init__(self, body: Any) -> None:
        super().__init__(problem("payload_refused"))
        self.body = body


class Limited(RetryLater):
    """A 429: not carried out, and when it may be."""


class Wire:
    """One login with one organisation, at the pace that Xero allows. ``api`` has xero-python's calls."""

    def __init__(self, api_url: str, access_token: str, organisation_id: str, pace: Pace | None = None) -> None:
        self.api = _accounting_api(f"{api_url}/api.xro/2.0", access_token)
        self._host = urlsplit(api_url).hostname or ""
        self._organisation_id = organisation_id
        self._pace = pace or Unpaced()

    def send(self, call: Callable[..., Any], *args: Any, timeout: Timeout, **options: Any) -> Json | None:
        """One call of ``api``; the envelope of the answer, None when nothing was modified (304). Nothing is sent twice
        unless Xero refused it for its limits and the wait is short.

        Raises:
            RetryLater, Disconnected, Forbidden, NotFound, Invalid, Rejected: certainly not carried out.
            OutcomeUnknown: no whole answer came.
        """
        for _ in range(REFUSED_AGAIN):
            try:
                return self._at_pace(call, *args, timeout=timeout, **options)
            except Limited as limited:
                if not may_pause(limited.seconds):
                    raise
                pause(limited.seconds)
        return self._at_pace(call, *args, timeout=timeout, **options)

    def _at_pace(self, call: Callable[..., Any], *args: Any, timeout: Timeout, **options: Any) -> Json | None:
        take_place()
        try:
            place = self._pace.begin(sum(timeout))
        except NotNow as hindered:
            raise _later(hindered) from hindered
        said = Said()
        try:
            with upstream(), counts.counting("xero", _name_of(call)):
                response = call(
                    self._organisation_id, *args, _preload_content=False, _request_timeout=timeout, **options
                )  # fmt: skip
                said = _said(response.headers)
                return _envelope(response.data)
        except HTTPStatusException as error:
            # Never error.status nor its text: the library reads a refusal's body for them, and breaks over one that is
            # empty or no JSON (facts §9).
            answer = error.http_resp
            headers = answer.urllib3_response.headers
            said = _said(headers, answer.status)
            if answer.status == 304:
                return None
            if answer.status >= 500:
                causes.refused(self._host, f"status {answer.status}")
            raise (_limited(said) if said.refused else _translated(answer.status, answer.data, headers)) from error
        except (urllib3.exceptions.HTTPError, ApiSSLException) as error:
            raise self._broken(error) from error
        finally:
            self._pace.end(place, said)

    def _broken(self, error: Exception) -> Exception:
        """No whole answer came. What never left was certainly not carried out."""
        told = causes.told(self._host, error, "xero_down")
        if causes.of(error).step in causes.NEVER_LEFT:
            return RetryLater(told, 30)
        return OutcomeUnknown(problem("xero_unclear"))


def _name_of(call: Callable[..., Any]) -> str:
    """xero-python's own name of a call, also where some of its arguments are given already."""
    return _name_of(call.func) if isinstance(call, functools.partial) else call.__name__


def elements(envelope: Mapping[str, Any] | None, name: str) -> list[Json]:
    """The objects of a list in an answer; without that list it is no answer at all."""
    found = envelope.get(name) if envelope is not None else None
    if not isinstance(found, list):
        raise OutcomeUnknown(problem("xero_bad_answer"))
    return [element for element in found if isinstance(element, dict)]


def _envelope(data: bytes) -> Json:
    try:
        answer = json_answer.read(data)
    except ValueError as error:
        raise OutcomeUnknown(problem("xero_bad_answer")) from error
    if not isinstance(answer, dict):
        raise OutcomeUnknown(problem("xero_bad_answer"))
    return answer


def _translated(status: int, data: bytes, headers: Mapping[str, str]) -> Exception:
    """Our error for a status that is not 2xx (facts §1.6, §2.2). Bodies may be empty, text or HTML anywhere."""
    if status == 400:
        return _bad_request(data)
    if status in (401, 403):
        if re.search(r"insuffici?ent_scope", headers.get("WWW-Authenticate", "")):
            return Forbidden(
                problem("xero_scope", scope="accounting.invoices, accounting.contacts, accounting.settings")
            )
        return Disconnected("xero")
    if status == 404:
        return NotFound(problem("gone_in_xero", number=""))
    if status in (405, 406, 412, 413, 415, 501):
        return Rejected(problem("payload_refused"))
    # Above 500 the write may have been carried out or not (facts §2.2).
    return OutcomeUnknown(problem("xero_unclear"))


def _bad_request(data: bytes) -> Exception:
    """A refusal says why, as JSON. Without that nobody knows who gave it and what became of the call."""
    try:
        body = json_answer.read(data)
    except ValueError:
        return OutcomeUnknown(problem("xero_bad_answer"))
    message = str(body.get("Message", "")) if isinstance(body, dict) else ""
    if "used with a different request" in message:
        # The key was spent on another body, so something of ours may stand in Xero (facts §6.2).
        return OutcomeUnknown(problem("xero_unclear"))
    return Invalid(body)


# -- limits (facts §6.1) ----------------------------------------------------------------------------------------------


def _said(headers: Mapping[str, str], status: int = 200) -> Said:
    """What an answer says of the limits; whatever the spelling, and whatever is missing."""
    said = Said(_number(headers, "X-MinLimit-Remaining"), _number(headers, "X-DayLimit-Remaining"))
    if status != 429:
        return said
    refused = _PROBLEMS.get(headers.get("X-Rate-Limit-Problem", "").strip().lower(), "minute")
    seconds: float | None = _number(headers, "Retry-After")
    if seconds is None:
        # Too many at once has none: back off 1 to 2 seconds, not all in the same moment.
        seconds = random.uniform(1, 2) if refused == "together" or "Retry-After" not in headers else 60.0
    return replace(said, refused=refused, seconds=seconds)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() else None


def _limited(said: Said) -> Limited:
    seconds = said.seconds or 1.0
    if said.refused == "day":
        return Limited(_day_limit("xero_day_limit", seconds, sure=True), seconds)
    return Limited(problem("xero_busy", seconds=max(1, round(seconds))), seconds)


def _later(hindered: NotNow) -> RetryLater:
    """What our own pace says, in the same words."""
    codes = {"day": "xero_day_limit", "kept": "xero_day_kept"}
    if hindered.why in codes:
        return RetryLater(_day_limit(codes[hindered.why], hindered.seconds, sure=hindered.sure), hindered.seconds)
    seconds = max(1, round(hindered.seconds))
    return RetryLater(problem("xero_busy", seconds=seconds), seconds)


def _day_limit(code: str, seconds: float, *, sure: bool) -> Problem:
    """With the moment of its renewal, where that is known: whoever reads it later still knows when."""
    if not sure:
        return problem(code, hours=24)
    renewed = datetime.now(UTC) + timedelta(seconds=seconds)
    return problem(code, hours=max(1, round(seconds / 3600)), moment=renewed.isoformat(timespec="seconds"))


class _Rest(RESTClientObject):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's transport over bounded connections, without its hidden retries: it would send a lost PUT three times
    more. It knows no token, so that all logins of a process share its connections: a press pays for no new TLS."""

    def __init__(self, configuration: Any) -> None:
        super().__init__(configuration, maxsize=http.KEPT)
        direct: urllib3.PoolManager = self.pool_manager
        self.pool_manager: Any = http.ByEnvironment(direct)

    def request(self, method: str, url: str, query_params: Any = None, **options: Any) -> Any:
        """With the query as we write it: the SDK would encode the commas of a list."""
        whole = f"{url}?{addresses.query(query_params)}" if query_params else url
        return super().request(method, whole, **options)


def _configuration() -> Any:
    """Configuration(...) is a hidden singleton that would hand the first login's tokens to the second; the metaclass is
    passed by."""
    return type.__call__(Configuration, oauth2_token=OAuth2Token())


@functools.cache
def _rest() -> _Rest:
    """Made by the first call, and so after a server has forked its processes."""
    return _Rest(_configuration())


def _accounting_api(base_url: str, access_token: str) -> Any:
    # No expires_at: the SDK must never renew by itself.
    configuration = _configuration()
    token = {"access_token": access_token, "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    client = ApiClient(configuration, oauth2_token_getter=lambda: token)
    client.rest_client = _rest()
    return AccountingApi(client, base_url=base_url)
