"""Signing in to the simulated portal, its tokens, and what a call without a good one is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.simulator.bitrix24_portal import APP, CLIENT, MANAGER, SELLER, Asker, portal


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    return served.fresh()


def authorize(b24: Asker, user: int = MANAGER) -> dict[str, str]:
    form = {"client_id": CLIENT[0], "state": "s1", "user": str(user)}
    answer = b24.session.post(f"{b24.base}/bitrix24/oauth/authorize/", data=form, allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{APP}/bitrix24/app?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def token(b24: Asker, verb: str = "POST", **values: str) -> requests.Response:
    values = {"client_id": CLIENT[0], "client_secret": CLIENT[1], **values}
    address = f"{b24.base}/bitrix24-oauth/oauth/token/"
    return b24.session.post(address, data=values) if verb == "POST" else b24.session.get(address, params=values)


def exchange(b24: Asker, user: int = MANAGER) -> dict[str, Any]:
    body: dict[str, Any] = token(b24, grant_type="authorization_code", code=authorize(b24, user)["code"]).json()
    return body


def error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


# -- the browser's part -------------------------------------------------------------------------------------------


def test_the_authorize_page_offers_each_active_person(b24: Asker) -> None:
    b24.control("user", id=SELLER, active=False)
    query = {"client_id": CLIENT[0], "state": 'a"b'}
    page = b24.session.get(f"{b24.base}/bitrix24/oauth/authorize/", params=query)
    assert "Sign in as Mere Tautahi" in page.text
    assert "Sign in as Jack O&#x27;Brien" in page.text
    assert "Anahera" not in page.text
    assert "a&quot;b" in page.text


def test_the_browser_comes_back_with_the_documented_parameters(b24: Asker) -> None:
    back = authorize(b24)
    assert set(back) == {"code", "state", "domain", "member_id", "scope", "server_domain"}
    assert back["state"] == "s1"
    assert len(back["member_id"]) == 32
    assert back["scope"] == "crm,catalog,placement,user_basic"


def test_an_unknown_app_gets_a_page_and_no_redirect(b24: Asker) -> None:
    query = {"client_id": "local.other", "state": "s1"}
    answer = b24.session.get(f"{b24.base}/bitrix24/oauth/authorize/", params=query, allow_redirects=False)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")


# -- tokens -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_code_is_exchanged_for_the_documented_answer(b24: Asker, verb: str) -> None:
    code = authorize(b24)["code"]
    body = token(b24, verb, grant_type="authorization_code", code=code).json()
    assert set(body) == {
        "access_token", "refresh_token", "expires", "expires_in", "scope", "domain", "server_endpoint",
        "client_endpoint", "status", "member_id", "user_id",
    }  # fmt: skip
    assert (body["expires_in"], body["status"], body["user_id"]) == (3600, "L", MANAGER)
    assert body["client_endpoint"] == f"{b24.base}/bitrix24/rest/"
    assert body["server_endpoint"] == f"{b24.base}/bitrix24-oauth/rest/"
    profile = requests.post(f"{body['client_endpoint']}profile", json={"auth": body["access_token"]}).json()
    assert profile["result"] == {
        "ID": "7", "ADMIN": False, "NAME": "Tom", "LAST_NAME": "Hallam", "PERSONAL_GENDER": "",
        "TIME_ZONE": "Pacific/Auckland",
    }  # fmt: skip


def test_expires_and_user_id_may_be_missing_on_older_servers(b24: Asker) -> None:
    b24.control("settings", short_tokens=True)
    assert {"expires", "user_id"} & set(exchange(b24)) == set()


def test_a_code_works_once_and_for_thirty_seconds(b24: Asker) -> None:
    code = authorize(b24)["code"]
    assert token(b24, grant_type="authorization_code", code=code).status_code == 200
    assert error(token(b24, grant_type="authorization_code", code=code)) == (400, "invalid_grant")
    late = authorize(b24)["code"]
    b24.server.clock.advance(31)
    assert error(token(b24, grant_type="authorization_code", code=late)) == (400, "invalid_grant")


def test_a_refresh_token_is_used_up_by_its_use(b24: Asker) -> None:
    first = exchange(b24)["refresh_token"]
    second = token(b24, grant_type="refresh_token", refresh_token=first).json()
    assert second["refresh_token"] != first
    assert error(token(b24, grant_type="refresh_token", refresh_token=first)) == (400, "invalid_grant")
    assert token(b24, grant_type="refresh_token", refresh_token=second["refresh_token"]).status_code == 200


def test_a_refresh_token_lives_180_days(b24: Asker) -> None:
    pair = exchange(b24)
    b24.server.clock.advance(179 * 86400)
    pair = token(b24, grant_type="refresh_token", refresh_token=pair["refresh_token"]).json()
    b24.server.clock.advance(181 * 86400)
    late = token(b24, grant_type="refresh_token", refresh_token=pair["refresh_token"])
    assert error(late) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"client_id": "local.other"}, (200, "wrong_client")),
        ({"client_secret": "guess"}, (400, "invalid_client")),
        ({"client_id": ""}, (400, "invalid_request")),
        ({"grant_type": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "invalid_request")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request")),
        ({"code": ""}, (400, "invalid_request")),
        ({"code": "nonsense"}, (400, "invalid_grant")),
    ],
)
def test_token_errors_are_the_documented_ones(b24: Asker, values: dict[str, str], wanted: tuple[int, str]) -> None:
    asked = {"grant_type": "authorization_code", "code": "x"} | values
    assert error(token(b24, **asked)) == wanted


def test_a_json_body_is_not_read_by_the_token_address(b24: Asker) -> None:
    body = {"grant_type": "authorization_code", "code": "x", "client_id": CLIENT[0], "client_secret": CLIENT[1]}
    answer = b24.session.post(f"{b24.base}/bitrix24-oauth/oauth/token/", json=body)
    assert error(answer) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("app", "at_token", "at_rest"),
    [("not_installed", "NOT_INSTALLED", "APPLICATION_NOT_FOUND"), ("payment_required", "PAYMENT_REQUIRED", None)],
)
def test_an_app_that_is_gone_or_unpaid_is_refused(b24: Asker, app: str, at_token: str, at_rest: str | None) -> None:
    b24.token()
    b24.control("settings", app=app)
    assert error(token(b24, grant_type="authorization_code", code="x")) == (401, at_token)
    if at_rest:
        assert b24.error("profile") == (401, at_rest)


# -- proving a token ----------------------------------------------------------------------------------------------


def info(b24: Asker, auth: str) -> requests.Response:
    return b24.session.post(f"{b24.base}/bitrix24-oauth/rest/app.info", data={"auth": auth})


def test_app_info_names_the_app_the_portal_and_the_person(b24: Asker) -> None:
    result = info(b24, b24.token(MANAGER)).json()["result"]
    assert (result["client_id"], result["user_id"]) == (CLIENT[0], MANAGER)
    assert result["install"]["member_id"] == b24.control("state")["member_id"]
    assert result["install"]["client_endpoint"] == f"{b24.base}/bitrix24/rest/"
    assert set(result["install"]) == {
        "installed", "version", "status", "scope", "domain", "uri", "client_endpoint", "member_id", "member_type",
    }  # fmt: skip


def test_app_info_refuses_bad_tokens(b24: Asker) -> None:
    assert error(info(b24, "garbage")) == (400, "invalid_client")
    assert error(info(b24, "ab" * 22)) == (401, "NO_AUTH_FOUND")
    text = b24.token()
    b24.control("tokens/expire")
    assert error(info(b24, text)) == (401, "expired_token")


def test_the_portals_own_app_info_has_another_shape(b24: Asker) -> None:
    result = b24.result("app.info")
    assert (result["CODE"], result["INSTALLED"], result["STATUS"]) == (CLIENT[0], True, "L")


# -- calls --------------------------------------------------------------------------------------------------------


def test_an_access_token_lives_an_hour_and_its_refresh_goes_on(b24: Asker) -> None:
    pair = b24.control("token", user_id=MANAGER)
    b24.tokens[MANAGER] = pair["access_token"]
    b24.server.clock.advance(3599)
    assert b24.result("profile", MANAGER)["ID"] == "7"
    b24.server.clock.advance(2)
    assert b24.error("profile", MANAGER) == (401, "expired_token")
    fresh = token(b24, grant_type="refresh_token", refresh_token=pair["refresh_token"]).json()
    b24.tokens[MANAGER] = fresh["access_token"]
    assert b24.result("profile", MANAGER)["ID"] == "7"


def test_tokens_can_be_expired_and_revoked_from_outside(b24: Asker) -> None:
    refresh = b24.control("token", user_id=MANAGER)["refresh_token"]
    b24.token(MANAGER)
    b24.control("tokens/expire", user_id=MANAGER)
    assert b24.error("profile", MANAGER) == (401, "expired_token")
    b24.control("tokens/revoke", user_id=MANAGER)
    assert b24.error("profile", MANAGER) == (401, "invalid_token")
    assert error(token(b24, grant_type="refresh_token", refresh_token=refresh)) == (400, "invalid_grant")
    assert b24.result("profile")["ADMIN"] is True


def test_no_token_or_a_garbled_one_is_no_auth_found(b24: Asker) -> None:
    for body in ({}, {"auth": "garbage"}):
        answer = b24.session.post(f"{b24.base}/bitrix24/rest/profile", json=body)
        assert error(answer) == (401, "NO_AUTH_FOUND")


def test_a_person_who_left_or_has_no_access_is_refused(b24: Asker) -> None:
    b24.token(SELLER)
    b24.control("user", id=SELLER, app_access=False)
    assert b24.error("profile", SELLER) == (401, "user_access_error")
    b24.control("user", id=SELLER, active=False)
    assert b24.error("profile", SELLER) == (401, "authorization_error")
    form = {"client_id": CLIENT[0], "state": "s", "user": str(SELLER)}
    refused = b24.session.post(f"{b24.base}/bitrix24/oauth/authorize/", data=form, allow_redirects=False)
    assert refused.status_code == 403


@pytest.mark.parametrize("carrier", ["json", "form", "query", "access_token", "bearer"])
def test_the_token_may_come_in_any_of_its_carriers(b24: Asker, carrier: str) -> None:
    text, address = b24.token(), f"{b24.base}/bitrix24/rest/profile.json"
    answer = {
        "json": lambda: b24.session.post(address, json={"auth": text}),
        "form": lambda: b24.session.post(address, data={"auth": text}),
        "query": lambda: b24.session.get(address, params={"auth": text}),
        "access_token": lambda: b24.session.post(address, json={"access_token": text}),
        "bearer": lambda: b24.session.get(address, headers={"Authorization": f"Bearer {text}"}),
    }[carrier]()
    assert answer.json()["result"]["ID"] == "1"


# -- the frame ----------------------------------------------------------------------------------------------------


def test_a_frame_has_the_documented_fields_and_a_working_token(b24: Asker) -> None:
    b24.token()
    b24.result("profile")
    frame = b24.control("frame", user_id=SELLER, placement="CRM_SMART_INVOICE_DETAIL_TAB", options={"ID": "12"})
    query = parse_qs(urlsplit(frame["url"]).query)
    assert frame["url"].startswith(f"{APP}/bitrix24/app?")
    assert set(query) == {"DOMAIN", "PROTOCOL", "LANG", "APP_SID"}
    assert set(frame["form"]) == {
        "AUTH_ID", "AUTH_EXPIRES", "REFRESH_ID", "SERVER_ENDPOINT", "APPLICATION_TOKEN", "APPLICATION_SCOPE",
        "member_id", "status", "PLACEMENT", "PLACEMENT_OPTIONS",
    }  # fmt: skip
    assert frame["form"]["PLACEMENT_OPTIONS"] == '{"ID": "12"}'
    assert info(b24, frame["form"]["AUTH_ID"]).json()["result"]["user_id"] == SELLER
