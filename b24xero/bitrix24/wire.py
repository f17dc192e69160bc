"""How one call travels to Bitrix24 and which of our errors each of its answers means.

Sources: Bitrix24 facts §0 (envelopes), §1.5 (authorisation errors), §3.1 (item errors), §7 (limits, batch).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from b24xero.bitrix24 import rows
from b24xero.errors import (
    Disconnected,
    Dismissed,
    Forbidden,
    JobError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    RetryLater,
    problem,
)
from b24xero.outbound import causes, counts, json_answer, odd_rows
from b24xero.outbound.http import StaysAtHost
from b24xero.ratelimit.deadlines import fitting, upstream

TIMEOUT = (5, 25)
# Fifty changes set fifty automations off, and the portal itself ends a call after 60 seconds (facts §7.3): an answer
# that is not waited for is one that has to be looked for.
WRITE_TIMEOUT = (5, 65)
# One change that a person waits for: below the 30 seconds after which a hosting platform's router hangs up.
PRESS_TIMEOUT = (5, 20)
# Pauses before a read that broke goes out again, and before a call that was refused because others came too fast.
READ_AGAIN_AFTER: tuple[float, ...] = (0.5, 2.0)
REFUSED_AGAIN_AFTER: tuple[float, ...] = (1.0, 2.0)

_SIGNED_OUT = {
    "invalid_token", "no_auth_found", "application_not_found", "error_oauth", "not_installed",
    "invalid_grant", "wrong_client", "invalid_client",
}  # fmt: skip
# The token's person was dismissed or blocked, or may use this application no more (facts §1.5): asked again, it says
# the same until somebody changes it in the portal.
_GONE = {"authorization_error": "bitrix24_disconnected", "user_access_error": "bitrix24_app_access"}
# Refused before any work was done; with the seconds to wait.
_LIMITED = {"query_limit_exceeded": 10, "operation_time_limit": 600}
_CLOSED = {"portal_deleted", "overload_limit"}
# The portal cannot ask its authorization server whose token it is (facts §1.7).
_CANNOT_CONFIRM = "connection_error"
UNDONE = {*_LIMITED, *_CLOSED, _CANNOT_CONFIRM}
_NOT_NOW = {*_CLOSED, _CANNOT_CONFIRM, "internal_server_error"}
_NO_REST = {"payment_required", "error_method_not_found"}
# No right to read, to the price, to the product, to the section (facts §5).
_CATALOGUE = {"200040300010", "200040300020", "200040300030", "200040300043", "200040300050"}
_NOT_VALID = "crm_field_error_value_not_valid"
_MAY_NOT_ADD_PRODUCTS = "200040300040"
_FORBIDDEN = {"allowed_only_intranet_user", "invalid_credentials", "wrong_auth_type"}
# What the check of the token refuses, each with what is to be put right (source §1 #14).
_OF_THE_TOKEN = {
    "insufficient_scope": "bitrix24_scope",
    "invalid_scope": "bitrix24_scope",
    "access_denied": "bitrix24_no_licence",
}


class Borrowed(Rejected):
    """Refused in words that may be those of an earlier command of the same batch: an exception of old code speaks for
    every refusal after it (source §1 #13). Asked again without the other, it says its own."""


class NotValid(Rejected):
    """A field's value is not one that the portal has. The right to change the item was looked at before
    (source §2.3)."""


class ExpiredToken(Exception):
    """The access token is over: renew it and call again (the call was not carried out)."""


# A portal cookie of one user beside the token of another is refused with ``authorization_error`` (facts §1.5), so it
# is good that this session keeps none.
HTTP = StaysAtHost()


def post(
    url: str, body: Mapping[str, Any], *, writes: bool = False, timeout: tuple[float, float] | None = None
) -> dict[str, Any]:
    """One call, once.

    Returns:
        The whole envelope, numbers with decimals as ``Decimal``.

    Raises:
        ExpiredToken, Disconnected, Forbidden, NotFound, Rejected, RetryLater: certainly not carried out.
        Broken: no whole answer came.
    """
    timeout = timeout or (WRITE_TIMEOUT if writes else fitting(TIMEOUT))
    with upstream(), counts.counting("bitrix24", url.rpartition("/")[2]):
        try:
            # A renamed portal answers 302, and requests would turn the POST into a GET (facts §0).
            response = HTTP.post(url, json=body, timeout=timeout, allow_redirects=False)
        except requests.RequestException as error:
            raise _broken(url, error) from error
        return _envelope(response)


class Broken(Exception):
    """The answer did not come whole. ``sent``: it may have been carried out; ``repeat``: worth another try at once;
    ``as_error``: what it is when nothing was to be written."""

    def __init__(self, as_error: JobError, *, sent: bool = True, repeat: bool = True) -> None:
        super().__init__()
        self.as_error = as_error
        self.sent = sent
        self.repeat = repeat

    def told(self, *, writes: bool) -> JobError:
        return OutcomeUnknown(problem("bitrix24_unclear")) if writes and self.sent else self.as_error


def _broken(url: str, error: requests.RequestException) -> Broken:
    """No whole answer came. One that took too long is not asked for again."""
    host = urlsplit(url).hostname or ""
    later = RetryLater(causes.told(host, error, "bitrix24_down"), 30 if isinstance(error, requests.Timeout) else 10)
    sent = causes.of(error).step not in causes.NEVER_LEFT
    return Broken(later, sent=sent, repeat=not isinstance(error, requests.Timeout))


def _envelope(response: requests.Response) -> dict[str, Any]:
    status = response.status_code
    # Of a page with another status than 5xx it is known that the gateway itself refused or redirected the call.
    sent = not 300 <= status < 500
    try:
        envelope = json_answer.read(response.content)
    except ValueError as error:
        causes.refused(urlsplit(response.url).hostname or "", f"status {status}, no JSON")
        code = "bitrix24_elsewhere" if 300 <= status < 400 else "bitrix24_down"
        if status < 300:
            code = "bitrix24_bad_answer"
        raise Broken(RetryLater(problem(code), 10), sent=sent) from error
    if not isinstance(envelope, dict):
        raise Broken(RetryLater(problem("bitrix24_bad_answer"), 10), sent=sent)
    if "error" in envelope:
        refusal = translated(envelope, status)
        if isinstance(refusal, RetryLater) and code_of(envelope) not in UNDONE:
            raise Broken(refusal, repeat=False)  # it broke at work, and nobody knows how far it came
        raise refusal
    if status >= 300 or "result" not in envelope:
        raise Broken(RetryLater(problem("bitrix24_bad_answer"), 10), sent=sent)
    result, odd = rows.readable(envelope["result"])
    odd_rows.note("bitrix24", odd)
    return {**envelope, "result": result}


def code_of(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    if isinstance(error, Mapping):  # REST 3.0 wraps it (facts §7.6)
        error = error.get("code")
    return str(error).strip().lower()


def translated(answer: Mapping[str, Any], status: int = 400) -> Exception:
    """Our error for an error answer: by its code, then by the status; descriptions are localised and never matched."""
    code = code_of(answer)
    said = str(answer.get("error_description") or code)
    if code == "expired_token":
        return ExpiredToken()
    if code in _GONE:
        return Dismissed("bitrix24", problem(_GONE[code]))
    if code in _SIGNED_OUT:
        return Disconnected("bitrix24")
    if code in _LIMITED:
        busy = (
            problem("bitrix24_time_limit", minutes=10) if code == "operation_time_limit" else problem("bitrix24_busy")
        )
        return RetryLater(busy, _LIMITED[code])
    if code in _NOT_NOW or status >= 500:
        return RetryLater(problem("bitrix24_cannot_confirm" if code == _CANNOT_CONFIRM else "bitrix24_down"), 30)
    if code in _OF_THE_TOKEN and (code != "access_denied" or status == 401):
        return Forbidden(problem(_OF_THE_TOKEN[code]))
    if code in _NO_REST or (code == "access_denied" and status == 403):
        return Forbidden(problem("bitrix24_no_rest", message=said))
    if code == _MAY_NOT_ADD_PRODUCTS:
        return Forbidden(problem("catalogue_may_not_add"))
    if code in _CATALOGUE:
        return Forbidden(problem("catalogue_forbidden"))
    if code in _FORBIDDEN or code == "access_denied":
        return Forbidden(problem("bitrix24_forbidden"))
    if code == "not_found":
        return NotFound(problem("bitrix24_not_found"))
    if code == "error_wrong_handler_url":
        return Rejected(problem("handler_host"))
    if code == _NOT_VALID:
        return NotValid(problem("bitrix24_says", message=said))
    return Rejected(problem("bitrix24_says", message=said))


# -- batch ------------------------------------------------------------------------------------------------------------
