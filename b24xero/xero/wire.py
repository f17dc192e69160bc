"""This file knows how one call travels to Xero and which of our errors each of its answers means.

Every call goes through xero-python, whose traps are closed here (facts §9, dependencies §3): a client of its own for
each login, hidden retries off, a time-out on every call, answers read as raw JSON with Decimal, so that an unknown enum
or a null never loses an answer.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import ApiSSLException, HTTPStatusException
from xero_python.rest import RESTClientObject

from b24xero.errors import Disconnected, Forbidden, NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.timing import Pace, upstream

LONGEST_WAIT = 5.0

Json = dict[str, Any]
Timeout = tuple[float, float]


class Invalid(Rejected):
    """A 400 with its body: a validation exception, or a request that Xero could not read at all."""

    def __init__(self, body: Any) -> None:
        super().__init__(problem("payload_refused"))
        self.body = body


class Wire:
    """One login with one organisation, at the pace that Xero allows. ``api`` has xero-python's calls."""

    def __init__(self, api_url: str, access_token: str, organisation_id: str, pace: Pace | None = None) -> None:
        self.api = _accounting_api(f"{api_url}/api.xro/2.0", access_token)
        self._organisation_id = organisation_id
        self._pace = pace or Pace(0, 1)

    def send(self, call: Callable[..., Any], *args: Any, timeout: Timeout, **options: Any) -> Json | None:
        """One call of ``api``, once; the envelope of the answer, None when nothing was modified (304).

        Raises:
            RetryLater, Disconnected, Forbidden, NotFound, Invalid, Rejected: certainly not carried out.
            OutcomeUnknown: no whole answer came.
        """
        self._wait_for_a_place()
        with upstream():
            try:
                response = call(
                    self._organisation_id, *args, _preload_content=False, _request_timeout=timeout, **options
                )  # fmt: skip
                return _envelope(response.data)
            except HTTPStatusException as error:
                if error.status == 304:
                    return None
                raise _translated(error) from error
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
                raise RetryLater(problem("xero_down"), 30) from error
            except (urllib3.exceptions.HTTPError, ApiSSLException) as error:
                raise OutcomeUnknown(problem("xero_unclear")) from error

    def _wait_for_a_place(self) -> None:
        while wait := self._pace.wait_needed(time.monotonic()):
            if wait > LONGEST_WAIT:
                raise RetryLater(problem("xero_busy", seconds=round(wait)), wait)
            time.sleep(wait)


def elements(envelope: Mapping[str, Any] | None, name: str) -> list[Json]:
    """The objects of a list in an answer; without that list it is no answer at all."""
    found = envelope.get(name) if envelope is not None else None
    if not isinstance(found, list):
        raise OutcomeUnknown(problem("xero_bad_answer"))
    return [element for element in found if isinstance(element, dict)]


def _envelope(data: bytes) -> Json:
    try:
        answer = json.loads(data, parse_float=Decimal)
    except ValueError as error:
        raise OutcomeUnknown(problem("xero_bad_answer")) from error
    if not isinstance(answer, dict):
        raise OutcomeUnknown(problem("xero_bad_answer"))
    return answer


def _translated(error: HTTPStatusException) -> Exception:
    """Our error for a status that is not 2xx (facts §1.6, §2.2, §6). Bodies may be empty, text or HTML anywhere."""
    headers = error.http_resp.urllib3_response.headers
    if error.status == 400:
        return _bad_request(error.http_resp.data)
    if error.status in (401, 403):
        if re.search(r"insuffici?ent_scope", headers.get("WWW-Authenticate", "")):
            return Forbidden(
                problem("xero_scope", scope="accounting.invoices, accounting.contacts, accounting.settings")
            )
        return Disconnected("xero")
    if error.status == 404:
        return NotFound(problem("gone_in_xero", number=""))
    if error.status == 429:
        return _limited(headers)
    if error.status in (405, 406, 412, 413, 415, 501):
        return Rejected(problem("payload_refused"))
    # Above 500 the write may have been carried out or not (facts §2.2).
    return OutcomeUnknown(problem("xero_unclear"))


def _bad_request(data: bytes) -> Exception:
    try:
        body = json.loads(data, parse_float=Decimal)
    except ValueError:
        return Invalid({})
    message = str(body.get("Message", "")) if isinstance(body, dict) else ""
    if "used with a different request" in message:
        # The key was spent on another body, so something of ours may stand in Xero (facts §6.2).
        return OutcomeUnknown(problem("xero_unclear"))
    return Invalid(body)


def _limited(headers: Mapping[str, str]) -> RetryLater:
    try:
        seconds = float(headers.get("Retry-After", "2"))
    except ValueError:
        seconds = 60.0
    if headers.get("X-Rate-Limit-Problem", "").lower() == "day":
        return RetryLater(problem("xero_day_limit", hours=max(1, round(seconds / 3600))), seconds)
    return RetryLater(problem("xero_busy", seconds=round(seconds)), seconds)


class _Rest(RESTClientObject):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's transport without its hidden retries: it would send a lost PUT three times more."""

    def __init__(self, configuration: Any) -> None:
        super().__init__(configuration)
        self.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(False)


def _accounting_api(base_url: str, access_token: str) -> Any:
    # Configuration(...) is a hidden singleton that would hand the first login's tokens to the second; the metaclass is
    # passed by. No expires_at: the SDK must never renew by itself.
    configuration = type.__call__(Configuration, oauth2_token=OAuth2Token())
    token = {"access_token": access_token, "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    client = ApiClient(configuration, oauth2_token_getter=lambda: token)
    client.rest_client = _Rest(configuration)
    return AccountingApi(client, base_url=base_url)
