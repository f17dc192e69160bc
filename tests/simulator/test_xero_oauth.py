"""The simulated Xero, its login: consent, tokens, connections, and who is let in."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
import requests

from tests.simulator.xero_books import CHALLENGE, CLIENT, REDIRECT, VERIFIER, Books, opened

JOINERY, STUDIO = "Harbour & Hill Joinery", "Harbour & Hill Design Studio"


@pytest.fixture(scope="module")
def served() -> Iterator[Books]:
    with opened() as books:
        yield books


@pytest.fixture
def books(served: Books) -> Books:
    served.control("reset")
    served.sign_in()
    return served


def claims(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))  # type: ignore[no-any-return]


def identity(books: Books, method: str, path: str, token: str = "", **query: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or books.token}"}
    return requests.request(method, f"{books.base}/{path}", params=query, headers=headers, timeout=60)


# -- consent ----------------------------------------------------------------------------------------------------


def test_the_consent_page_offers_logins_organisations_and_two_buttons(books: Books) -> None:
    page = requests.get(books.authorize_url(), timeout=60)
    assert page.status_code == 200
    assert "frame-ancestors" in page.headers["Content-Security-Policy"]
    for words in ("Accounts (both organisations)", "Mere (joinery only)", "Harbour &amp; Hill Joinery", "Allow access"):
        assert words in page.text
    assert ">Cancel</button>" in page.text
    html5lib.HTMLParser(strict=True).parse(page.text)


def test_allowing_goes_back_with_code_scope_state_and_session_state(books: Books) -> None:
    answer = books.press(books.authorize_url())
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{REDIRECT}?")
    assert (list(query), query["state"]) == (["code", "scope", "state", "session_state"], ["xyz"])


def test_cancelling_goes_back_with_access_denied(books: Books) -> None:
    answer = books.press(books.authorize_url(), action="cancel")
    assert answer.headers["Location"] == f"{REDIRECT}?error=access_denied&state=xyz"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_id": "someone-else"}, "unauthorized_client"),
        ({"redirect_uri": f"{REDIRECT}/"}, "Invalid redirect_uri"),
        ({"scope": "openid accounting.transactions"}, "invalid_scope"),
        ({"scope": "accounting.reports.read"}, "invalid_scope"),
        ({"state": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_wrong_request_stays_on_xeros_error_page(books: Books, change: dict[str, str], words: str) -> None:
    answer = requests.get(books.authorize_url(**change), allow_redirects=False, timeout=60)
    assert answer.status_code == 400
    assert words in answer.text


def test_a_login_can_only_connect_its_own_organisations(books: Books) -> None:
    answer = books.press(books.authorize_url(), login="mere")
    assert answer.status_code == 400
    assert "Mere (joinery only) has no access to that organisation." in answer.text


# -- tokens -----------------------------------------------------------------------------------------------------


def test_the_access_token_has_the_documented_claims(books: Books) -> None:
    answer = books.tokens()
    assert set(answer) == {"id_token", "access_token", "expires_in", "token_type", "refresh_token", "scope"}
    access = claims(answer["access_token"])
    assert access["exp"] - access["nbf"] == answer["expires_in"] == 1800  # type: ignore[operator]
    assert isinstance(access["scope"], list)
    rows = identity(books, "GET", "connections", authEventId=str(access["authentication_event_id"])).json()
    assert {row["tenantName"] for row in rows} == {JOINERY, STUDIO}
    assert "authentication_event_id" not in claims(answer["id_token"])


def test_without_offline_access_there_is_no_refresh_token_and_without_openid_no_id_token(books: Books) -> None:
    answer = books.tokens(scope="accounting.invoices")
    assert set(answer) == {"access_token", "expires_in", "token_type", "scope"}


def test_a_code_works_once_within_five_minutes_and_for_its_own_address(books: Books) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    code = books.code()
    assert books.ask_token(code=code, **form).status_code == 200
    again = books.ask_token(code=code, **form)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert books.ask_token(code=books.code(), **form | {"redirect_uri": "http://localhost/x"}).status_code == 400
    late = books.code()
    books.clock.advance(301)
    assert books.ask_token(code=late, **form).json() == {"error": "invalid_grant"}


def test_pkce_is_checked_when_it_was_announced(books: Books) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    announced = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    assert books.ask_token(code=books.code(**announced), **form).status_code == 400
    assert books.ask_token(code=books.code(**announced), code_verifier="wrong", **form).status_code == 400
    assert books.ask_token(code=books.code(**announced), code_verifier=VERIFIER, **form).status_code == 200


def test_the_client_proves_itself_by_basic_or_in_the_body(books: Books) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    in_body = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    assert books.ask_token(None, code=books.code(), **form, **in_body).status_code == 200
    answer = books.ask_token((CLIENT[0], "guessed"), code=books.code(), **form)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})
    assert books.ask_token(grant_type="password").json() == {"error": "unsupported_grant_type"}
    assert books.ask_token(grant_type="client_credentials").json() == {"error": "unauthorized_client"}


def test_refreshing_rotates_and_the_old_token_has_thirty_minutes_of_grace(books: Books) -> None:
    first = books.tokens()["refresh_token"]
    second = books.ask_token(grant_type="refresh_token", refresh_token=first).json()
    assert second["refresh_token"] != first
    books.clock.advance(29 * 60)
    assert books.ask_token(grant_type="refresh_token", refresh_token=first).status_code == 200
    books.clock.advance(2 * 60)
    assert books.ask_token(grant_type="refresh_token", refresh_token=first).json() == {"error": "invalid_grant"}
    books.clock.advance(60 * 86400)
    stale = books.ask_token(grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert stale.json() == {"error": "invalid_grant"}


# -- connections ------------------------------------------------------------------------------------------------


def test_connections_are_a_bare_array_with_seven_digit_times_in_either_spelling(books: Books) -> None:
    rows = identity(books, "GET", "Connections").json()
    assert rows == identity(books, "GET", "connections").json()
    assert list(rows[0]) == [
        "id", "authEventId", "tenantId", "tenantType", "tenantName", "createdDateUtc", "updatedDateUtc",
    ]  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}", rows[0]["createdDateUtc"])


def test_a_deleted_connection_is_gone_and_its_organisation_forbidden(books: Books) -> None:
    rows = {row["tenantName"]: row for row in identity(books, "GET", "connections").json()}
    assert identity(books, "DELETE", f"connections/{rows[JOINERY]['id']}").status_code == 204
    assert identity(books, "DELETE", f"connections/{rows[JOINERY]['id']}").status_code == 404
    answer = books.call("GET", "Organisation")
    assert (answer.status_code, answer.json()["Detail"]) == (403, "AuthenticationUnsuccessful")
    assert [row["tenantName"] for row in identity(books, "GET", "connections").json()] == [STUDIO]


def test_disconnecting_in_xero_forbids_although_refreshing_still_works(books: Books) -> None:
    tokens = books.tokens()
    books.token = tokens["access_token"]
    assert books.control("disconnect", organisation=JOINERY) == {"disconnected": 1}
    assert books.call("GET", "Organisation").status_code == 403
    assert books.ask_token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 200


def test_revoking_ends_the_refresh_token_and_all_connections(books: Books) -> None:
    tokens = books.tokens()
    form = {"token": tokens["refresh_token"]}
    answer = requests.post(f"{books.base}/connect/revocation", data=form, auth=CLIENT, timeout=60)
    assert (answer.status_code, answer.text) == (200, "")
    assert identity(books, "GET", "connections", tokens["access_token"]).json() == []
    assert books.ask_token(grant_type="refresh_token", refresh_token=form["token"]).status_code == 400


# -- the gate ---------------------------------------------------------------------------------------------------


def test_no_token_a_wrong_one_and_an_old_one_are_told_apart(books: Books) -> None:
    for header in ({"Authorization": ""}, {"Authorization": "Bearer garbage"}):
        answer = books.call("GET", "Organisation", headers=header)
        assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthenticationUnsuccessful")
    assert list(answer.json()) == ["Type", "Title", "Status", "Detail", "Instance", "Extensions"]
    books.clock.advance(1801)
    answer = books.call("GET", "Organisation")
    assert answer.status_code == 401
    assert re.fullmatch(r"TokenExpired: token expired at \d\d/\d\d/\d{4} \d\d:\d\d:\d\d", answer.json()["Detail"])


def test_a_missing_or_foreign_organisation_is_forbidden(books: Books) -> None:
    for tenant in ("", "11111111-2222-4333-8444-555555555555"):
        assert books.call("GET", "Organisation", headers={"xero-tenant-id": tenant}).status_code == 403


def test_a_missing_scope_is_told_in_a_misspelt_header(books: Books) -> None:
    books.sign_in(scope="accounting.invoices.read")
    assert books.call("GET", "Invoices").status_code == 200
    answer = books.call("PUT", "Invoices", {"Invoices": []})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficent_scope"'
    assert books.call("GET", "Contacts").status_code == 401


def test_the_controls_mint_and_end_tokens(books: Books) -> None:
    books.token = books.control("token", login="mere")["access_token"]
    assert books.call("GET", "Organisation").json()["Organisations"][0]["Name"] == JOINERY
    books.control("tokens/expire")
    assert books.call("GET", "Organisation").status_code == 401
