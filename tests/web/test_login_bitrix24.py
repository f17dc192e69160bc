"""Signing in with Bitrix24: who gets in, who does not, and tokens that renew once and are never seen."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24xero import create_app
from b24xero.bitrix24 import oauth
from b24xero.db.models import Bitrix24Login, Portal, User, XeroLogin
from b24xero.extensions import db, vault
from tests.conftest import Vendors, on_both
from tests.people import HTMX, Person, text

RENEWAL = "/oauth/token/"


def start(person: Person, **query: str) -> str:
    """Press "Sign in with Bitrix24"; gives the portal's address."""
    return str(person.client.get("/login/bitrix24", query_string=query).headers["Location"])


def come_back(person: Person, address: str, **changes: str | None) -> TestResponse:
    """The browser follows the portal's redirect, with some of its query changed or taken away."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()} | changes
    kept = {name: value for name, value in query.items() if value is not None}
    return person.client.get(f"/bitrix24/app?{urlencode(kept)}")


def signed_in(person: Person) -> bool:
    return person.client.get("/invoices").status_code == 200


def twin(person: Person) -> Person:
    """Another tab of the same browser."""
    other = Person(person.app, person.name)
    cookie = person.client.get_cookie("b24xero")
    assert cookie
    other.client.set_cookie("b24xero", cookie.value)
    return other


def renewals(vendors: Vendors) -> int:
    seen = vendors.control("requests", vendor="bitrix24")
    asked = [r for r in seen if r["path"].endswith(RENEWAL) and "refresh_token" in r["body"] + r["query"]]
    return len(asked)


def follow(person: Person, response: TestResponse, hops: int = 6) -> TestResponse:
    """As a browser does, inside our own pages only; more hops than these are a loop."""
    for _ in range(hops):
        address = response.headers.get("HX-Redirect") or response.headers.get("Location", "")
        if not address or (urlsplit(address).netloc not in ("", "localhost")):
            return response
        response = person.client.get(address)
    raise AssertionError(f"a redirect loop at {address}")


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app, "Mere Tautahi")


# -- the way in -----------------------------------------------------------------------------------------------------


def test_the_sign_in_page_says_where_the_button_leads(visitor: Person) -> None:
    page = visitor.client.get("/login")
    assert page.status_code == 200
    assert "Sign in with Bitrix24" in text(page.text)


def test_whoever_is_not_signed_in_is_led_there_and_back_to_where_they_were(visitor: Person, mere: Person) -> None:
    asked = visitor.client.get("/invoices?page=3&rows=50")
    assert asked.status_code in (302, 303)
    login = urlsplit(asked.headers["Location"])
    assert login.path == "/login"
    wanted = parse_qs(login.query)["next"][0]
    landed = come_back(visitor, visitor.at_bitrix24(start(visitor, next=wanted)))
    assert landed.headers["Location"].endswith("/invoices?page=3&rows=50")


def test_a_list_asked_for_by_htmx_leads_the_whole_page_to_the_sign_in(visitor: Person) -> None:
    asked = visitor.client.get("/invoices", headers=HTMX)
    assert asked.status_code == 401
    assert asked.headers["HX-Redirect"].startswith("/login")


def test_the_name_and_admin_come_from_the_portal(mere: Person, app: Flask) -> None:
    Person(app, "Anahera Pōtiki").sign_in()
    with app.app_context():
        people = {user.bitrix24_id: (user.name, user.is_admin) for user in db.session.scalars(select(User))}
    assert people == {1: ("Mere Tautahi", True), 12: ("Anahera Pōtiki", False)}


def test_signing_in_again_is_the_same_person_with_what_the_portal_says_now(
    mere: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.control("bitrix24/user", id=1, admin=False, last_name="Tautahi-Brown")
    Person(app, "Mere Tautahi-Brown").sign_in()
    with app.app_context():
        (user,) = db.session.scalars(select(User))
        assert (user.name, user.is_admin) == ("Mere Tautahi-Brown", False)


@pytest.mark.parametrize("state", ["", "forged", None])
def test_a_way_back_that_was_not_begun_here_signs_nobody_in(
    visitor: Person, vendors: Vendors, state: str | None
) -> None:
    address = visitor.at_bitrix24(start(visitor))
    vendors.forget_requests()
    landed = come_back(visitor, address, state=state)
    assert landed.status_code == 400
    assert "This sign-in was not begun here" in text(landed.text)
    assert not signed_in(visitor)
    assert vendors.calls("bitrix24") == []


def test_a_state_works_once(visitor: Person) -> None:
    address = visitor.at_bitrix24(start(visitor))
    assert come_back(visitor, address).status_code == 302
    visitor.client.post("/logout")
    again = come_back(visitor, address)
    assert again.status_code == 400


def test_the_state_of_another_browser_is_refused(visitor: Person, app: Flask) -> None:
    address = visitor.at_bitrix24(start(visitor))
    stranger = Person(app, "Tom Hallam")
    start(stranger)
    assert come_back(stranger, address).status_code == 400
    assert not signed_in(stranger)


def test_two_tabs_may_sign_in_at_once(visitor: Person) -> None:
    first, second = start(visitor), start(visitor)
    assert come_back(visitor, visitor.at_bitrix24(first)).status_code == 302
    assert signed_in(visitor)
    again = come_back(visitor, visitor.at_bitrix24(second))
    assert again.status_code in (302, 400)  # the session was renewed by the first; either way a page, never a crash
    assert signed_in(visitor)


def test_a_code_that_is_over_asks_to_sign_in_again(visitor: Person, vendors: Vendors) -> None:
    address = visitor.at_bitrix24(start(visitor))
    vendors.control("clock", seconds=31)
    landed = come_back(visitor, address)
    assert landed.status_code == 400
    assert "took too long or was used already" in text(landed.text)
    assert not signed_in(visitor)


def test_a_code_that_was_used_asks_to_sign_in_again(visitor: Person, app: Flask) -> None:
    address = visitor.at_bitrix24(start(visitor))
    come_back(visitor, address)
    other = Person(app, "Mere Tautahi")
    state = parse_qs(urlsplit(start(other)).query)["state"][0]
    landed = come_back(other, address, state=state)
    assert landed.status_code == 400
    assert "used already" in text(landed.text)


def test_another_portals_member_id_is_refused(visitor: Person) -> None:
    address = visitor.at_bitrix24(start(visitor))
    landed = come_back(visitor, address, member_id="b" * 32)
    assert landed.status_code == 400
    assert "another portal" in text(landed.text)
    assert not signed_in(visitor)


def test_the_first_sign_in_pins_the_portal(mere: Person, vendors: Vendors, app: Flask) -> None:
    vendors.bitrix24.world.member_id = "c" * 32
    tom = Person(app, "Tom Hallam")
    landed = come_back(tom, tom.at_bitrix24(start(tom)))
    assert landed.status_code == 400
    assert "another portal" in text(landed.text)
    assert not signed_in(tom)
    with app.app_context():
        assert len(db.session.scalars(select(Portal)).all()) == 1


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"do": "drop_before"}, 503),
        ({"do": "drop_after"}, 503),
        ({"do": "truncate"}, 503),
        ({"do": "answer", "status": 502, "body": "<html><h1>Bad Gateway</h1></html>"}, 503),
        ({"do": "answer", "status": 200, "body": "<html>maintenance</html>"}, 503),
        ({"do": "answer", "status": 200, "body": "[]"}, 503),
        ({"do": "answer", "status": 400, "body": '{"error": "invalid_client"}'}, 400),
        ({"do": "answer", "status": 401, "body": '{"error": "NOT_INSTALLED"}'}, 400),
    ],
)
def test_an_authorization_server_that_fails_is_said_and_nobody_is_signed_in(
    visitor: Person, vendors: Vendors, fault: dict[str, object], status: int
) -> None:
    address = visitor.at_bitrix24(start(visitor))
    vendors.fault(vendor="bitrix24", path=RENEWAL, times=3, **fault)  # type: ignore[arg-type]
    landed = come_back(visitor, address)
    assert landed.status_code == status
    assert "Sign in with Bitrix24" in text(landed.text)
    assert not signed_in(visitor)
    vendors.control("faults/clear")
    visitor.sign_in()
    assert signed_in(visitor)


def test_a_slow_authorization_server_is_not_waited_for_forever(
    visitor: Person, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "TIMEOUT", (0.2, 0.2))
    address = visitor.at_bitrix24(start(visitor))
    vendors.fault("delay", vendor="bitrix24", path=RENEWAL, seconds=0.5)
    landed = come_back(visitor, address)
    assert landed.status_code == 503
    assert "sign-in does not answer" in text(landed.text)


def test_an_empty_profile_is_nobody(visitor: Person, vendors: Vendors) -> None:
    address = visitor.at_bitrix24(start(visitor))
    body = {"result": {"result": {"me": [], "admin": False}, "result_error": [], "result_total": [], "result_next": []}}
    vendors.fault("answer", vendor="bitrix24", path="/rest/batch", status=200, body=json.dumps(body))
    landed = come_back(visitor, address)
    assert landed.status_code == 403
    assert not signed_in(visitor)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"active": False}, "ended your sign-in"), ({"app_access": False}, "You may not use the application")],
)
def test_someone_whom_the_portal_does_not_let_in_is_told(
    visitor: Person, vendors: Vendors, change: dict[str, bool], said: str
) -> None:
    address = visitor.at_bitrix24(start(visitor))
    vendors.control("bitrix24/user", id=1, **change)
    landed = come_back(visitor, address)
    assert landed.status_code == 403
    assert said in text(landed.text)
    assert not signed_in(visitor)


def test_the_portal_down_right_after_the_code_is_said(visitor: Person, vendors: Vendors) -> None:
    address = visitor.at_bitrix24(start(visitor))
    vendors.fault("answer", vendor="bitrix24", path="/rest/batch", status=502, body="<html>", times=4)
    landed = come_back(visitor, address)
    assert landed.status_code == 503
    assert not signed_in(visitor)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "http://[",
        "//[",
        "",
    ],
)
def test_no_next_leads_away_from_here(visitor: Person, address: str) -> None:
    landed = come_back(visitor, visitor.at_bitrix24(start(visitor, next=address)))
    assert landed.status_code == 302
    assert landed.headers["Location"] == "/invoices"
    already = visitor.client.get("/login", query_string={"next": address})
    assert already.status_code == 302
    assert already.headers["Location"] == "/invoices"


def test_a_bad_referrer_is_no_crash(mere: Person) -> None:
    left = mere.client.get("/xero/connect", headers={"Referer": "http://["})
    assert left.status_code == 302


def test_opened_without_a_code_leads_to_the_sign_in(visitor: Person) -> None:
    assert visitor.client.get("/bitrix24/app").headers["Location"] == "/login"
    refused = visitor.client.get("/bitrix24/app?error=access_denied&state=x")
    assert refused.status_code in (302, 400)


def test_signing_out_is_a_press_that_ends_it(mere: Person) -> None:
    assert mere.client.get("/logout").status_code == 405
    assert mere.client.post("/logout").status_code == 419
    assert signed_in(mere)
    token = mere.token()
    out = mere.client.post("/logout", data={"csrf_token": token})
    assert out.status_code == 303
    assert out.headers["Location"] == "/login"
    assert not signed_in(mere)


@on_both
def test_the_first_two_who_sign_in_at_once_both_get_in(app: Flask) -> None:
    people = [Person(app, name) for name in ("Mere Tautahi", "Tom Hallam", "Anahera Pōtiki", "Priya Raman")]
    ways = [person.at_bitrix24(start(person)) for person in people]
    with ThreadPoolExecutor(len(people)) as pool:
        landed = list(pool.map(come_back, people, ways))
    assert [answer.status_code for answer in landed] == [302] * len(people)
    with app.app_context():
        assert len(db.session.scalars(select(Portal)).all()) == 1


@on_both
def test_one_person_in_two_browsers_at_once_is_one_person(app: Flask) -> None:
    tabs = [Person(app, "Mere Tautahi") for _ in range(4)]
    ways = [tab.at_bitrix24(start(tab)) for tab in tabs]
    with ThreadPoolExecutor(len(tabs)) as pool:
        landed = list(pool.map(come_back, tabs, ways))
    assert [answer.status_code for answer in landed] == [302] * len(tabs)
    with app.app_context():
        assert len(db.session.scalars(select(User)).all()) == 1


# -- tokens that end ------------------------------------------------------------------------------------------------


@on_both
def test_an_expired_access_token_renews_once_and_the_page_comes(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/tokens/expire")
    vendors.forget_requests()
    assert ready.list().status_code == 200
    assert renewals(vendors) == 1
    assert ready.list().status_code == 200
    assert renewals(vendors) == 1


def test_a_token_whose_hour_is_over_is_renewed_before_it_is_used(ready: Person, vendors: Vendors, app: Flask) -> None:
    with app.app_context():
        login = db.session.scalars(select(Bitrix24Login)).one()
        login.expires_at = login.renewed_at
        db.session.commit()
    vendors.control("bitrix24/tokens/expire")
    vendors.forget_requests()
    assert ready.list().status_code == 200
    assert renewals(vendors) == 1
    assert all(seen["status"] == 200 for seen in vendors.control("requests", vendor="bitrix24"))


@on_both
def test_ten_requests_with_an_expired_token_make_one_renewal(ready: Person, vendors: Vendors) -> None:
    """Six of one person wait for a vendor at once, and the others wait for their turn no longer than four seconds."""
    tabs = [twin(ready) for _ in range(10)]
    vendors.control("bitrix24/tokens/expire")
    vendors.forget_requests()
    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(lambda tab: tab.list(), tabs))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert renewals(vendors) == 1


def test_a_renewal_that_finds_the_server_down_is_tried_again_by_the_next_request(
    ready: Person, vendors: Vendors
) -> None:
    vendors.control("bitrix24/tokens/expire")
    vendors.fault("answer", vendor="bitrix24", path=RENEWAL, status=502, body="<html>Bad Gateway</html>")
    answer = ready.list()
    assert answer.status_code == 503
    assert "sign-in does not answer" in text(answer.text)
    assert ready.list().status_code == 200


def test_a_lost_renewal_costs_a_new_sign_in_and_nothing_else(ready: Person, vendors: Vendors, app: Flask) -> None:
    vendors.control("bitrix24/tokens/expire")
    vendors.fault("drop_after", vendor="bitrix24", path=RENEWAL)
    assert ready.list().status_code == 503
    landed = follow(ready, ready.list())
    assert "Sign in with Bitrix24" in text(landed.text)
    ready.sign_in()
    assert ready.list().status_code == 200
    with app.app_context():
        assert db.session.scalars(select(XeroLogin)).one().organisation_id  # still connected to Xero


@pytest.mark.parametrize("how", ["page", "list", "without scripts", "setup", "press"])
def test_a_revoked_sign_in_asks_to_sign_in_again_and_never_loops(ready: Person, vendors: Vendors, how: str) -> None:
    token = ready.token()
    vendors.control("bitrix24/tokens/revoke")
    if how == "page":
        ready.client.get("/invoices")
        answer = ready.list()
    elif how == "list":
        answer = ready.list(page=2)
    elif how == "without scripts":
        answer = ready.client.get("/invoices?now=1")
    elif how == "setup":
        answer = ready.client.get("/setup")
    else:
        answer = ready.client.post("/invoices/12/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code in (302, 303, 401)
    landed = follow(ready, answer)
    assert landed.status_code == 200
    words = text(landed.text)
    assert "Sign in with Bitrix24" in words
    assert "Bitrix24 has ended your sign-in" in words
    ready.sign_in()
    assert ready.list().status_code == 200


def test_a_person_who_left_the_company_is_signed_out_and_no_token_is_kept(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.control("bitrix24/user", id=1, active=False)
    landed = follow(ready, ready.list())
    assert "Sign in with Bitrix24" in text(landed.text)


def test_one_persons_end_is_not_anothers(ready: Person, vendors: Vendors, app: Flask) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    vendors.control("bitrix24/tokens/revoke", user_id=1)
    assert ready.list().status_code == 401
    assert tom.list().status_code == 200


# -- tokens at rest -------------------------------------------------------------------------------------------------


def tokens_of(vendors: Vendors) -> list[str]:
    portal = vendors.bitrix24.world
    return [*portal.access, *portal.refresh, *vendors.xero.tokens.access]


def test_no_token_stands_in_the_database_file(ready: Person, vendors: Vendors, app: Flask) -> None:
    vendors.control("bitrix24/tokens/expire")
    ready.list()
    ready.press(vendors.new_invoice())
    database = Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    stored = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    tokens = tokens_of(vendors)
    assert len(tokens) >= 4
    assert stored
    assert [token for token in tokens if token.encode() in stored] == []


def test_no_token_stands_in_the_cookie_or_in_a_page(ready: Person, vendors: Vendors) -> None:
    cookie = ready.client.get_cookie("b24xero")
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    said = "".join(ready.client.get(address).text for address in ("/invoices", "/invoices?now=1", "/setup"))
    for token in tokens_of(vendors):
        assert token not in said
        assert token not in cookie.value


def test_a_lost_key_means_signing_in_again_not_a_broken_page(
    mere: Person, environ: dict[str, str], tmp_path: Path
) -> None:
    keys = environ["TOKEN_KEYS"]
    other = create_app({**environ, "TOKEN_KEYS": "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE="}, tmp_path)
    other.testing, other.config["PROPAGATE_EXCEPTIONS"] = True, False
    try:
        later = Person(other, mere.name)
        cookie = mere.client.get_cookie("b24xero")
        assert cookie
        later.client.set_cookie("b24xero", cookie.value)
        landed = follow(later, later.client.get("/setup"))
        assert "Sign in with Bitrix24" in text(landed.text)
    finally:
        with other.app_context():
            db.session.remove()
            db.engine.dispose()
        vault.open([keys])
