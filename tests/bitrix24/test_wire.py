"""How a call travels to Bitrix24, what its answers mean, and where a browser is sent to sign in."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from b24xero.bitrix24.oauth import App, authorize_url
from b24xero.bitrix24.wire import ExpiredToken, NotValid, translated
from b24xero.errors import Disconnected, Dismissed, Forbidden, NotFound, Rejected, RetryLater

# -- errors -----------------------------------------------------------------------------------------------------------


def error(code: Any, status: int = 400, description: str | None = None) -> Exception:
    answer = {"error": code} if description is None else {"error": code, "error_description": description}
    return translated(answer, status)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("expired_token", 401, ExpiredToken),
        ("EXPIRED_TOKEN", 400, ExpiredToken),
        ("invalid_token", 401, Disconnected),
        ("NO_AUTH_FOUND", 401, Disconnected),
        ("APPLICATION_NOT_FOUND", 401, Disconnected),
        ("ERROR_OAUTH", 401, Disconnected),
        ("authorization_error", 401, Dismissed),
        ("NOT_INSTALLED", 401, Disconnected),
        ("CONNECTION_ERROR", 401, RetryLater),
        ("PORTAL_DELETED", 403, RetryLater),
        ("PORTAL_DELETED", 410, RetryLater),
        ("OVERLOAD_LIMIT", 503, RetryLater),
        ("QUERY_LIMIT_EXCEEDED", 503, RetryLater),
        ("OPERATION_TIME_LIMIT", 429, RetryLater),
        ("INTERNAL_SERVER_ERROR", 500, RetryLater),
        ("something new", 502, RetryLater),
        ("", 500, RetryLater),
        ("insufficient_scope", 401, Forbidden),
        ("insufficient_scope", 403, Forbidden),
        ("user_access_error", 403, Dismissed),
        ("allowed_only_intranet_user", 403, Forbidden),
        ("INVALID_CREDENTIALS", 401, Forbidden),
        ("WRONG_AUTH_TYPE", 403, Forbidden),
        ("ACCESS_DENIED", 400, Forbidden),
        ("ACCESS_DENIED", 403, Forbidden),
        ("ERROR_METHOD_NOT_FOUND", 404, Forbidden),
        ("NOT_FOUND", 400, NotFound),
        ("INVALID_ARG_VALUE", 400, Rejected),
        ("CRM_FIELD_ERROR_VALUE_NOT_VALID", 400, NotValid),
        ("", 400, Rejected),
        (0, 400, Rejected),
        ("100", 400, Rejected),
        (200040300010, 400, Forbidden),
        (200040300030, 400, Forbidden),
        (200040300040, 400, Forbidden),
        ("200040300040", 400, Forbidden),
        ("user_access_error", 401, Dismissed),
        ("ACCESS_DENIED", 401, Forbidden),
        ("OVERLOAD_LIMIT", 401, RetryLater),
        ("ERROR_CORE", 400, Rejected),
        ("ERROR_ARGUMENT", 400, Rejected),
        ("ERROR_WRONG_HANDLER_URL", 400, Rejected),
    ],
)
def test_each_error_code_has_its_meaning(code: Any, status: int, kind: type[Exception]) -> None:
    assert type(error(code, status)) is kind


def test_an_error_that_comes_with_http_200_is_an_error_all_the_same() -> None:
    assert isinstance(error("wrong_client", 200), Disconnected)


def test_denied_access_to_an_item_is_not_told_as_a_missing_licence() -> None:
    denied, unlicensed = error("ACCESS_DENIED", 400), error("ACCESS_DENIED", 403, "REST is for commercial plans only")
    assert isinstance(denied, Forbidden)
    assert denied.problems[0].code == "bitrix24_forbidden"
    assert isinstance(unlicensed, Forbidden)
    assert unlicensed.problems[0].code == "bitrix24_no_rest"


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("ACCESS_DENIED", 401, "bitrix24_no_licence"),
        ("insufficient_scope", 401, "bitrix24_scope"),
        ("200040300040", 400, "catalogue_may_not_add"),
        (200040300040, 400, "catalogue_may_not_add"),
        ("200040300010", 400, "catalogue_forbidden"),
    ],
)
def test_each_refusal_of_a_right_says_which_one(code: Any, status: int, told: str) -> None:
    refused = error(code, status)
    assert isinstance(refused, Forbidden)
    assert refused.problems[0].code == told


def test_a_code_outranks_a_status() -> None:
    assert isinstance(error("QUERY_LIMIT_EXCEEDED", 400), RetryLater)
    assert isinstance(error("expired_token", 500), ExpiredToken)


def test_a_description_is_shown_but_never_understood() -> None:
    refused = error("", 400, "Der Zugriff wurde verweigert: NOT_FOUND, expired_token")
    assert isinstance(refused, Rejected)
    assert refused.problems[0].values == {"message": "Der Zugriff wurde verweigert: NOT_FOUND, expired_token"}


def test_where_there_is_no_description_the_code_is_shown() -> None:
    refused = error("INVALID_ARG_VALUE", 400)
    assert isinstance(refused, Rejected)
    assert "invalid_arg_value" in refused.problems[0].values["message"].lower()


def test_a_method_blocked_for_its_time_waits_longer_than_a_busy_portal() -> None:
    busy, blocked = error("QUERY_LIMIT_EXCEEDED", 503), error("OPERATION_TIME_LIMIT", 429)
    assert isinstance(busy, RetryLater)
    assert isinstance(blocked, RetryLater)
    assert 0 < busy.seconds < blocked.seconds == 600


def test_the_wrapped_error_of_rest_3_is_read() -> None:
    wrapped = translated({"error": {"code": "NOT_FOUND", "message": "Item not found", "validation": []}}, 400)
    assert isinstance(wrapped, NotFound)


APP = App("https://acme.bitrix24.example", "https://oauth.bitrix.example", "local.123&x=1", "a secret of the tests")


def test_the_browser_is_sent_to_the_portal_with_who_asks_and_the_state_and_nothing_else() -> None:
    parts = urlsplit(authorize_url(APP, "st+te/="))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "acme.bitrix24.example", "/oauth/authorize/")
    assert parse_qs(parts.query, strict_parsing=True) == {"client_id": ["local.123&x=1"], "state": ["st+te/="]}
