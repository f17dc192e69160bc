"""How commands travel as one batch, and what each of its answers means."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.bitrix24.batch import Batch, Ref, batch_of, command
from b24xero.bitrix24.wire import Borrowed, ExpiredToken, NotValid
from b24xero.errors import Disconnected, Forbidden, Rejected, RetryLater


def batch_refusing(*codes: str) -> Batch:
    refused = {f"command_{n}": {"error": code, "error_description": "Rows are missing"} for n, code in enumerate(codes)}
    return batch_of({"result": {"result": {}, "result_error": refused}})


def test_an_error_core_after_a_plain_refusal_is_its_own() -> None:
    errors = batch_refusing("CRM_FIELD_ERROR_VALUE_NOT_VALID", "ERROR_CORE").errors
    assert [type(errors[name]) for name in sorted(errors)] == [NotValid, Rejected]


def test_an_error_core_that_follows_another_refusal_may_be_that_ones() -> None:
    errors = batch_refusing("ERROR_CORE", "ERROR_CORE", "").errors
    assert [type(errors[name]) for name in sorted(errors)] == [Rejected, Borrowed, Rejected]


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


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-14:00", "soon", None])
def test_a_beginning_that_is_no_moment_is_not_told(told: str | None) -> None:
    answer = batch_of({"result": {"result": {"me": {}}}, "time": {"date_start": told}})
    assert (answer.began, answer.result("me")) == (None, {})
