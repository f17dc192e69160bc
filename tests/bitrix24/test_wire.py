"""How a call travels to Bitrix24, what its answers mean, and where a browser is sent to sign in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.bitrix24.oauth import App, authorize_url
from b24xero.bitrix24.wire import Batch, Borrowed, ExpiredToken, NotValid, Ref, batch_of, command, translated
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


def batch_refusing(*codes: str) -> Batch:
    refused = {f"command_{n}": {"error": code, "error_description": "Rows are missing"} for n, code in enumerate(codes)}
    return batch_of({"result": {"result": {}, "result_error": refused}})


def test_an_error_core_after_a_plain_refusal_is_its_own() -> None:
    errors = batch_refusing("CRM_FIELD_ERROR_VALUE_NOT_VALID", "ERROR_CORE").errors
    assert [type(errors[name]) for name in sorted(errors)] == [NotValid, Rejected]


def test_an_error_core_that_follows_another_refusal_may_be_that_ones() -> None:
    errors = batch_refusing("ERROR_CORE", "ERROR_CORE", "").errors
    assert [type(errors[name]) for name in sorted(errors)] == [Rejected, Borrowed, Rejected]


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


# -- commands ---------------------------------------------------------------------------------------------------------


def php(query: str) -> dict[str, Any]:
    """What PHP's parse_str makes of a query: nested maps with text for keys and values."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)):
        root, *inner = re.findall(r"^[^\[]+|(?<=\[)[^\]]*(?=\])", name)
        node, path = found, [root, *inner]
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = value
    return found


def as_php(params: Any) -> Any:
    """The same as PHP would hold it: lists are maps from 0, scalars are text, empty maps are not there."""
    items = params.items() if isinstance(params, dict) else enumerate(params)
    held = {
        str(key): as_php(value) if isinstance(value, dict | list | tuple) else str(value)
        for key, value in items
    }  # fmt: skip
    return {key: value for key, value in held.items() if value != {}}


def test_a_command_is_a_method_and_a_query_in_phps_brackets() -> None:
    spelt = command("crm.item.productrow.list", {"filter": {"=ownerType": "SI", "=ownerId": 128}})
    assert spelt == "crm.item.productrow.list?filter%5B%3DownerType%5D=SI&filter%5B%3DownerId%5D=128"


def test_a_list_is_numbered_and_a_nested_or_keeps_its_depth() -> None:
    params = {
        "select": ["id", "title"],
        "filter": {"0": {"logic": "OR", "0": {"%title": "Acme & Sons"}, "1": {"@companyId": [41, 42]}}},
    }
    method, _, query = command("crm.item.list", params).partition("?")
    assert method == "crm.item.list"
    assert php(query) == {
        "select": {"0": "id", "1": "title"},
        "filter": {"0": {"logic": "OR", "0": {"%title": "Acme & Sons"}, "1": {"@companyId": {"0": "41", "1": "42"}}}},
    }


def test_a_command_without_parameters_is_its_method_alone() -> None:
    method, _, query = command("profile", {}).partition("?")
    assert (method, query) == ("profile", "")


def test_a_reference_travels_as_it_is_and_other_dollars_do_not() -> None:
    spelt = command("crm.item.get", {"entityTypeId": 4, "id": Ref("$result[item][item][companyId]")})
    assert spelt == "crm.item.get?entityTypeId=4&id=$result[item][item][companyId]"
    assert command("crm.item.list", {"filter": {"%title": "$result[item]"}}).endswith("=%24result%5Bitem%5D")


def test_a_reference_inside_a_filter_travels_as_it_is() -> None:
    spelt = command("crm.requisite.list", {"filter": {"ENTITY_ID": Ref("$result[item][item][companyId]")}})
    assert spelt == "crm.requisite.list?filter%5BENTITY_ID%5D=$result[item][item][companyId]"


# Names of fields with their operators, as filters spell them; brackets are PHP's own and stand in no name.
names = st.from_regex(r"\A[!=<>@%]{0,2}[A-Za-z][A-Za-z0-9_]{0,12}\Z") | st.integers(0, 9).map(str)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
trees = st.recursive(
    words | st.integers(),
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(names, inner, min_size=1, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, database=None)
@given(st.dictionaries(st.from_regex(r"\A[a-z][A-Za-z]{0,10}\Z"), trees, max_size=4))
def test_php_reads_exactly_what_was_meant(params: dict[str, Any]) -> None:
    assert php(command("crm.item.list", params).partition("?")[2]) == as_php(params)


# -- batches ----------------------------------------------------------------------------------------------------------


def envelope(**sections: Any) -> dict[str, Any]:
    empty = {"result": [], "result_error": [], "result_total": [], "result_next": [], "result_time": []}
    return {"result": {**empty, **sections}, "time": {}}


def test_a_batch_gives_each_answer_by_its_name() -> None:
    found = batch_of(
        envelope(
            result={"item": {"item": {"id": 128}}, "rows": {"productRows": []}},
            result_total={"rows": 3},
            result_next={"rows": 50},
        )
    )
    assert found.result("item") == {"item": {"id": 128}}
    assert (found.totals, found.nexts, found.errors) == ({"rows": 3}, {"rows": 50}, {})


def test_phps_empty_sections_are_empty_maps() -> None:
    assert batch_of(envelope()) == Batch({}, {}, {}, {})
    assert batch_of({"result": {}}) == Batch({}, {}, {}, {})


def test_a_command_that_must_succeed_raises_what_went_wrong_with_it() -> None:
    denied = {"error": "ACCESS_DENIED", "error_description": "Access denied"}
    found = batch_of(envelope(result={"item": {}}, result_error={"co": denied}))
    assert found.get("co") is None
    with pytest.raises(Forbidden):
        found.result("co")


def test_a_command_that_is_missing_altogether_is_a_bad_answer() -> None:
    with pytest.raises(RetryLater):
        batch_of(envelope(result={"item": {}})).result("rows")


def test_an_answer_that_is_empty_is_an_answer() -> None:
    assert batch_of(envelope(result={"stages": []})).result("stages") == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [("expired_token", ExpiredToken), ("invalid_token", Disconnected), ("QUERY_LIMIT_EXCEEDED", RetryLater),
     ("OPERATION_TIME_LIMIT", RetryLater)],
)  # fmt: skip
def test_what_concerns_the_whole_call_is_raised_at_once_even_if_told_of_one_command(
    code: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        batch_of(envelope(result={"item": {}}, result_error={"rows": {"error": code, "error_description": ""}}))


@pytest.mark.parametrize("strange", [[], None, "", 7])
def test_a_batch_without_a_body_is_a_bad_answer(strange: Any) -> None:
    with pytest.raises(RetryLater):
        batch_of({"result": strange})


# -- signing in -------------------------------------------------------------------------------------------------------

APP = App("https://acme.bitrix24.example", "https://oauth.bitrix.example", "local.123&x=1", "a secret of the tests")


def test_the_browser_is_sent_to_the_portal_with_who_asks_and_the_state_and_nothing_else() -> None:
    parts = urlsplit(authorize_url(APP, "st+te/="))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "acme.bitrix24.example", "/oauth/authorize/")
    assert parse_qs(parts.query, strict_parsing=True) == {"client_id": ["local.123&x=1"], "state": ["st+te/="]}
