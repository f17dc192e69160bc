"""Inside the portal: who may open the frame, how its session travels, the installation, the card, the way to Xero."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.event import listen
from werkzeug.test import TestResponse

from b24xero import maintenance
from b24xero.bitrix24 import iframe
from b24xero.db.models import Bitrix24Login, Portal, User, XeroLogin
from b24xero.extensions import db
from b24xero.ratelimit.unproven import Unproven
from b24xero.web.login import frame_session
from b24xero.web.login.frame_session import COOKIE, HEADER
from tests.conftest import Vendors
from tests.people import HTMX, Person, forms, parsed, text
from tests.web.test_pages import check

MERE, TOM, JACK = 1, 7, 15
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}  # what browsers say of a page of ours
TAB = "CRM_SMART_INVOICE_DETAIL_TAB"


class Frame:
    """Somebody in the portal's frame, in a browser that keeps every cookie of ours away from there."""

    def __init__(self, app: Flask, vendors: Vendors) -> None:
        self.app, self.vendors = app, vendors
        self.client = app.test_client(use_cookies=False)
        self.token = ""

    def open(self, user_id: int = MERE, change: Mapping[str, str] | None = None, **control: Any) -> TestResponse:
        posted = self.vendors.control("bitrix24/frame", user_id=user_id, base=self.vendors.base, **control)
        address = urlsplit(posted["url"])
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        changed = dict(change or {})
        form = {**posted["form"], **{name: changed.pop(name) for name in list(changed) if name in posted["form"]}}
        headers = {"Origin": self.vendors.base, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}
        answer = self.client.post(
            address.path, query_string={**query, **changed}, data={k: v for k, v in form.items() if v is not None},
            headers=headers,
        )  # fmt: skip
        self.token = holder(answer).get("data-session", "")
        return answer

    def ask(self, verb: str, address: str, headers: Mapping[str, str] | None = None, **sent: Any) -> TestResponse:
        """As app.js asks: with the token, following HX-Location by a request of its own."""
        answer = self.client.open(address, method=verb, headers={HEADER: self.token, **(headers or {})}, **sent)
        self.token = answer.headers.get(HEADER, self.token)
        return answer

    def visit(self, address: str) -> TestResponse:
        answer = self.ask("GET", address)
        while "HX-Location" in answer.headers:
            answer = self.ask("GET", json.loads(answer.headers["HX-Location"])["path"])
        return answer

    def press(self, page: str, address: str, words: str, **values: str) -> TestResponse:
        """Send the form whose button says so, and go where it leads."""
        form = next(found for found in forms(page, address) if found.says(words))
        answer = self.ask("POST", form.action, data={**form.values, **values})
        return self.visit(led_to(answer)) if "HX-Location" in answer.headers else answer


def holder(answer: TestResponse) -> dict[str, str]:
    """What the page keeps for app.js."""
    found = parsed(answer.text).find(".//div[@id='frame']")
    return dict(found.attrib) if found is not None else {}


def led_to(answer: TestResponse) -> str:
    return str(json.loads(answer.headers["HX-Location"])["path"])


@pytest.fixture
def frame(app: Flask, vendors: Vendors) -> Frame:
    return Frame(app, vendors)


# -- opening ----------------------------------------------------------------------------------------------------------


def test_the_person_who_opens_it_in_the_portal_is_signed_in_at_once(frame: Frame) -> None:
    opened = frame.open(JACK)
    assert opened.status_code == 200
    assert "Jack O'Brien" in text(opened.text)
    assert holder(opened)["data-open"] == "/invoices"
    assert "Jack O'Brien" in text(frame.visit("/invoices").text)


def test_without_a_cookie_the_list_is_the_persons_own(frame: Frame, vendors: Vendors) -> None:
    his, hers = vendors.new_invoice(assignedById=JACK), vendors.new_invoice(assignedById=MERE)
    frame.open(JACK)
    listed = frame.ask("GET", "/invoices", HTMX).text
    assert f"invoice-{his}" in listed
    assert f"invoice-{hers}" not in listed


def test_no_cookie_for_whole_tabs_is_set_and_no_token_stands_in_an_address(frame: Frame) -> None:
    opened = frame.open()
    assert "Set-Cookie" not in opened.headers  # plain http: a partitioned cookie would need https
    page = frame.visit("/invoices")
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "same-origin"
    addresses = [e.get(name, "") for e in parsed(page.text).iter() for name in ("href", "action", "hx-get", "src")]
    assert [address for address in addresses if frame.token in address or frame.token[:20] in address] == []


def test_opened_at_an_invoice_it_leads_to_that_invoice(frame: Frame) -> None:
    for options in ({"ID": "128"}, {"ENTITY_ID": "128", "URI": "/crm/type/31/details/128/"}):
        assert holder(frame.open(placement=TAB, options=options))["data-open"] == "/invoices/128/card"


@pytest.mark.parametrize("options", [{}, [], "", "{", '{"ID":"x"}', '{"ID":"99999999999"}', '{"ID":{"a":1}}', "7"])
def test_options_that_name_no_invoice_lead_to_the_invoices(frame: Frame, options: Any) -> None:
    assert holder(frame.open(placement=TAB, options=options))["data-open"] == "/invoices"


def test_older_portals_that_post_less_are_understood(frame: Frame) -> None:
    opened = frame.open(change={"SERVER_ENDPOINT": None, "APPLICATION_TOKEN": None, "APPLICATION_SCOPE": None})  # type: ignore[dict-item]
    assert holder(opened)["data-open"] == "/invoices"


@pytest.mark.parametrize(
    "change",
    [{"DOMAIN": "evil.example"}, {"DOMAIN": ""}, {"DOMAIN": "localhost:1"}, {"DOMAIN": "localhost@evil.example"},
     {"DOMAIN": "//[", "PROTOCOL": "9"}, {"member_id": "0" * 32}, {"member_id": ""},
     {"AUTH_ID": "f" * 44}, {"AUTH_ID": "not a token"}],
)  # fmt: skip
def test_a_post_that_is_not_genuine_opens_nothing(frame: Frame, app: Flask, change: dict[str, str]) -> None:
    refused = frame.open(change=change)
    assert 400 <= refused.status_code < 500
    assert text(refused.text)
    assert frame.token == ""
    assert frame.visit("/invoices").request.path == "/login"
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []


def test_a_post_that_names_another_host_makes_us_call_nobody(frame: Frame, vendors: Vendors) -> None:
    vendors.control("bitrix24/token", user_id=1)
    vendors.forget_requests()
    frame.open(change={"DOMAIN": "evil.example", "SERVER_ENDPOINT": "http://evil.example/rest/"})
    assert vendors.calls("bitrix24") == []


def test_a_token_of_another_application_opens_nothing(frame: Frame, vendors: Vendors) -> None:
    body = {"result": {"client_id": "local.somebody.else", "install": {"member_id": "a223c6b3710f85df22e9377d6c4f7553",
                                                                       "domain": "localhost"}}}  # fmt: skip
    vendors.fault("answer", path="/rest/app.info", status=200, body=json.dumps(body))
    assert frame.open().status_code == 422
    assert frame.token == ""


def test_a_token_that_is_over_opens_nothing(frame: Frame, vendors: Vendors) -> None:
    posted = vendors.control("bitrix24/frame", user_id=MERE, base=vendors.base)
    vendors.control("bitrix24/tokens/expire")
    answer = frame.client.post(posted["url"], data=posted["form"])
    assert answer.status_code == 422


def test_another_portals_member_id_is_refused_though_the_server_vouches(frame: Frame, app: Flask) -> None:
    frame.open()
    with app.app_context():
        db.session.scalars(select(Portal)).one().member_id = "f" * 32
        db.session.commit()
    assert frame.open(TOM).status_code == 422


def test_nobody_opened_it_is_said_and_not_a_crash(app: Flask) -> None:
    for address in ("/bitrix24/app", "/bitrix24/install"):
        answer = app.test_client().post(address)
        assert answer.status_code == 400
        assert "Nobody has opened this page" in text(answer.text)


@pytest.mark.parametrize("fault", ["answer", "drop_before"])
def test_an_isolated_portal_vouches_itself_once_it_is_known(frame: Frame, vendors: Vendors, fault: str) -> None:
    silent = {"path": "rest/app.info", "method": "POST", "status": 401, "body": '{"error": "NO_AUTH_FOUND"}'}
    vendors.fault(fault, **silent)
    unknown = frame.open()
    assert unknown.status_code == 422
    assert "Sign in to b24xero once" in text(unknown.text)
    frame.open()
    vendors.fault(fault, **silent)
    assert holder(frame.open())["data-open"] == "/invoices"


def test_a_server_that_is_away_is_worth_another_try(frame: Frame, vendors: Vendors) -> None:
    vendors.fault("drop_before", path="/rest/", times=20)
    answer = frame.open()
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_the_pages_of_the_frame_are_sound(frame: Frame, ready: Person, app: Flask, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    check(frame.open(change={"AUTH_ID": "f" * 44}).text)
    check(frame.open().text)
    for address in ("/invoices", "/xero/connect?why=needed", f"/invoices/{invoice_id}/card", "/bitrix24/install"):
        check(frame.visit(address).text)
    ready.press(invoice_id)
    check(frame.visit(f"/invoices/{invoice_id}/card").text)
    check(frame.open(path="/bitrix24/install").text)
    check(frame.open(TOM, path="/bitrix24/install").text)
    check(app.test_client().get("/bitrix24/install").text)
    tab, left = leave(frame, app, frame.visit("/invoices").text)
    check(left.text)
    check(tab.client.get(local(tab.at_xero(onward(left)))).text)
    frame.token = ""
    check(frame.visit("/invoices").text)


# -- the session ------------------------------------------------------------------------------------------------------


def test_the_frame_and_the_tab_beside_it_know_nothing_of_each_other(frame: Frame, mere: Person) -> None:
    frame.open(TOM)
    framed_page = mere.client.get("/invoices", headers={HEADER: frame.token})
    assert "Tom Hallam" in text(framed_page.text)
    assert "Mere Tautahi" in text(mere.client.get("/invoices").text)
    nobody = mere.client.get("/invoices", headers={HEADER: "forged"})
    assert led_to(nobody).startswith("/login")


def test_a_cookie_is_no_token_and_a_token_is_no_cookie(frame: Frame, mere: Person, app: Flask) -> None:
    cookie = mere.client.get_cookie("b24xero")
    assert cookie
    assert led_to(frame.client.get("/invoices", headers={HEADER: cookie.value})).startswith("/login")
    frame.open()
    other = app.test_client()
    other.set_cookie("b24xero", frame.token)
    assert other.get("/invoices").headers["Location"].startswith("/login")


def test_a_press_in_the_frame_needs_its_form_token_too(frame: Frame, ready: Person, vendors: Vendors) -> None:
    frame.open()
    invoice_id = vendors.new_invoice()
    assert frame.ask("POST", f"/invoices/{invoice_id}/push").status_code == 419
    theirs = ready.token()
    assert frame.ask("POST", f"/invoices/{invoice_id}/push", data={"csrf_token": theirs}).status_code == 419


def test_create_on_xero_is_pressed_in_the_frame(frame: Frame, ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    frame.open()
    page = frame.visit("/invoices")
    token = next(f.values["csrf_token"] for f in forms(page.text, "/") if "csrf_token" in f.values)
    answer = frame.ask("POST", f"/invoices/{invoice_id}/push", HTMX, data={"csrf_token": token})
    assert answer.status_code == 200, text(answer.text)
    assert "Created in Xero" in text(answer.text)
    assert len(vendors.in_xero(vendors.invoice(invoice_id)["item"]["accountNumber"])) == 1


def test_what_is_flashed_before_a_redirect_is_said_after_it_and_once(frame: Frame, ready: Person) -> None:
    frame.open()
    page = frame.visit("/setup")
    saved = frame.press(page.text, "/setup", "Save set-up")
    assert "Set-up saved" in text(saved.text)
    assert "Set-up saved" not in text(frame.visit("/setup").text)


def test_the_token_in_a_page_holds_the_session_without_the_words_just_said(frame: Frame, ready: Person) -> None:
    frame.open()
    page = frame.visit("/setup")
    form = next(found for found in forms(page.text, "/setup") if found.says("Save set-up"))
    frame.ask("POST", "/setup", data=form.values)
    saved = frame.visit("/setup")
    assert "Set-up saved" in text(saved.text)
    frame.token = holder(saved)["data-session"]
    assert "Set-up saved" not in text(frame.visit("/setup").text)


def test_a_token_lives_for_hours_and_a_sign_of_life_renews_it(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    frame.open()
    first = frame.token
    assert HEADER not in frame.ask("GET", "/invoices", HTMX).headers
    monkeypatch.setattr(frame_session, "RENEWED_AFTER", timedelta(seconds=-1))
    frame.ask("GET", "/invoices", HTMX)
    monkeypatch.setattr(frame_session, "LIFE", timedelta(seconds=-2))
    assert led_to(frame.ask("GET", "/invoices", {HEADER: first})).startswith("/login")


def test_whose_time_is_over_is_told_how_to_go_on(frame: Frame) -> None:
    frame.token = "over"
    page = frame.visit("/invoices?page=2")
    assert "Nobody is signed in on this page any more" in text(page.text)
    link = parsed(page.text).find(".//a[@target='_blank']")
    assert "next=/invoices?page%3D2" in link.get("href")


def test_signing_out_ends_it_here(frame: Frame) -> None:
    frame.open()
    page = frame.visit("/invoices")
    out = frame.press(page.text, "/invoices", "Sign out")
    assert "Nobody is signed in" in text(out.text)
    assert frame.token == ""
    assert frame.visit("/invoices").request.path == "/login"


def test_a_sign_in_that_bitrix24_ended_leads_to_words_and_not_in_circles(frame: Frame, vendors: Vendors) -> None:
    frame.open()
    vendors.control("bitrix24/tokens/revoke")
    answer = frame.ask("GET", "/invoices", HTMX)
    assert answer.status_code == 200
    assert "HX-Redirect" not in answer.headers
    assert "Nobody is signed in" in text(frame.visit(led_to(answer)).text)


def test_a_page_that_the_history_brings_back_is_a_page(frame: Frame) -> None:
    frame.open()
    answer = frame.ask("GET", "/", {"HX-History-Restore-Request": "true"})
    assert answer.status_code == 302  # such a request follows redirects by itself


def test_over_https_a_partitioned_cookie_holds_the_same(frame: Frame, app: Flask) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    app.extensions["b24xero.settings"] = replace(app.extensions["b24xero.settings"], public_url="https://localhost")
    name = f"__Host-{COOKIE}"
    opened = frame.open()
    (cookie,) = [c for c in opened.headers.getlist("Set-Cookie") if c.startswith(name)]
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"):
        assert attribute in cookie.split("; "), cookie
    value = cookie.partition("=")[2].partition(";")[0]
    inside = {"Cookie": f"{name}={value}", "Sec-Fetch-Dest": "iframe"}
    page = frame.client.get("/invoices", headers=inside)
    assert "Mere Tautahi" in text(page.text)
    assert holder(page)["data-session"]
    whole_tab = frame.client.get("/invoices", headers={**inside, "Sec-Fetch-Dest": "document"})
    assert whole_tab.headers["Location"].startswith("/login")
    post = frame.client.post("/runs/pull", headers=inside)
    assert post.status_code == 419


# -- what the browser is told -----------------------------------------------------------------------------------------


def policy(answer: TestResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts}


def test_the_portal_alone_may_frame_us_and_its_script_runs_there_alone(frame: Frame, vendors: Vendors) -> None:
    opened = frame.open()
    page = frame.visit("/invoices")
    for answer in (opened, page):
        assert policy(answer)["frame-ancestors"] == ["'self'", vendors.base]
        assert policy(answer)["script-src"] == ["'self'", f"{vendors.base}/bitrix24-api/api/v1/"]
        assert "X-Frame-Options" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert HEADER in answer.headers["Vary"]
    assert "script-src" not in policy(frame.client.get("/login"))


def test_the_portals_language_is_followed_where_it_is_spoken(frame: Frame) -> None:
    for told, spoken in {"de": "de", "br": "pt-BR", "xx": "en", "<b>": "en", "": "en"}.items():
        frame.open(change={"LANG": told})
        assert parsed(frame.visit("/invoices").text).get("lang") == spoken


# -- the card ---------------------------------------------------------------------------------------------------------


def test_the_card_of_an_invoice_that_is_not_in_xero_offers_to_create_it(
    frame: Frame, ready: Person, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice()
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    frame.open(placement=TAB, options={"ID": str(invoice_id)})
    card = frame.visit(f"/invoices/{invoice_id}/card")
    words = text(card.text)
    assert f"{number} in Xero" in words
    assert "Ready to send" in words
    assert "NZD 299.00" in words or "NZD 343.85" in words
    made = frame.press(card.text, "/", "Create on Xero")
    assert made.request.path == f"/invoices/{invoice_id}/card"
    assert "Created in Xero" in text(made.text)
    assert "same to the cent" in text(made.text)
    assert "Sent to Xero as" in text(made.text)
    assert len(vendors.in_xero(number)) == 1


def test_the_card_shows_both_totals_when_they_differ(frame: Frame, ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    rows = vendors.invoice(invoice_id)["rows"]
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 3}, rows[1]])
    frame.open()
    words = text(frame.visit(f"/invoices/{invoice_id}/card").text)
    assert "Changed in Bitrix24" in words
    assert "Bitrix24 has NZD 414.00, Xero NZD 299.00" in words


def test_the_card_of_somebody_elses_invoice_stays_closed(frame: Frame, ready: Person, vendors: Vendors) -> None:
    hers = vendors.new_invoice(assignedById=MERE)
    frame.open(JACK)
    assert frame.visit(f"/invoices/{hers}/card").status_code == 403
    assert frame.visit("/invoices/999999/card").status_code == 404
    assert frame.visit("/invoices/99999999999/card").status_code == 404


def test_the_card_costs_one_call_to_bitrix24_and_none_to_xero(frame: Frame, ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    frame.open()
    vendors.forget_requests()
    frame.visit(f"/invoices/{invoice_id}/card")
    assert (len(vendors.calls("bitrix24")), vendors.calls("xero")) == (1, [])


# -- Xero -------------------------------------------------------------------------------------------------------------


def leave(frame: Frame, app: Flask, page: str) -> tuple[Person, TestResponse]:
    """The tab that "Connect to Xero" opens: a browser's own cookies, and a pass that frame.js has just asked for."""
    tab = Person(app, "whoever")
    form = next(found for found in forms(page, "/") if found.says("Connect to Xero"))
    return tab, tab.client.post(form.action, data={**form.values, "pass": new_pass(frame)}, headers=OWN)


def new_pass(frame: Frame) -> str:
    answer = frame.ask("GET", "/xero/pass")
    assert answer.status_code == 200
    return answer.text


def onward(answer: TestResponse) -> str:
    """Where the button leads; nobody is led on without a press."""
    assert "Refresh" not in answer.headers
    return next(a.get("href") for a in parsed(answer.text).iter("a") if "Go on to Xero" in "".join(a.itertext()))


def local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_connecting_from_the_frame_belongs_to_the_person_of_the_frame(
    frame: Frame, app: Flask, vendors: Vendors
) -> None:
    frame.open(TOM)
    page = frame.visit("/invoices")
    assert frame.ask("GET", "/xero/state").status_code == 204
    tab, left = leave(frame, app, page.text)
    assert left.status_code == 200
    assert frame.token not in onward(left)
    landed = tab.client.get(local(tab.at_xero(onward(left))))
    assert "You can close this tab" in text(landed.text)
    assert tab.client.get("/invoices").headers["Location"].startswith("/login")  # the tab is signed in as nobody
    noticed = frame.ask("GET", "/xero/state", {"HX-Current-URL": "http://localhost/invoices?page=2"})
    assert led_to(noticed) == "/invoices?page=2"
    assert "Disconnect" in text(frame.visit("/invoices").text)
    with app.app_context():
        login = db.session.scalars(select(XeroLogin)).one()
        assert login.user.name == "Tom Hallam"


def test_the_consent_is_not_the_other_persons_who_is_signed_in_in_that_browser(
    frame: Frame, app: Flask, mere: Person
) -> None:
    frame.open(TOM)
    page = frame.visit("/invoices").text
    form = next(found for found in forms(page, "/") if found.says("Connect to Xero"))
    left = mere.client.post(form.action, data={**form.values, "pass": new_pass(frame)}, headers=OWN)
    mere.client.get(local(mere.at_xero(onward(left))))
    assert "Disconnect" not in text(mere.client.get("/invoices").text)
    assert "Disconnect" in text(frame.visit("/invoices").text)


def test_several_organisations_are_chosen_in_the_frame(frame: Frame, app: Flask) -> None:
    frame.open()
    tab, left = leave(frame, app, frame.visit("/invoices").text)
    landed = tab.client.get(local(tab.at_xero(onward(left), organisations=2)))
    assert "choose one in Bitrix24" in text(landed.text)
    to_choose = frame.ask("GET", "/xero/state", {"HX-Current-URL": "http://localhost/invoices?page=2"})
    page = frame.visit(led_to(to_choose))
    assert "Which organisation?" in text(page.text)
    chosen = re.search(r'name="organisation" value="([^"]+)"', page.text)
    assert chosen
    done = frame.press(page.text, "/xero/connect", "Use this organisation", organisation=chosen[1])
    assert done.request.full_path == "/invoices?page=2"
    assert "Disconnect" in text(done.text)


def test_access_that_was_denied_is_said_in_the_tab(frame: Frame, app: Flask) -> None:
    frame.open()
    tab, left = leave(frame, app, frame.visit("/invoices").text)
    denied = tab.client.get(local(tab.at_xero(onward(left), action="cancel")))
    assert "Xero was not connected" in text(denied.text)
    assert frame.ask("GET", "/xero/state").status_code == 204


def test_a_consent_that_xero_refuses_is_said_in_the_tab(frame: Frame, app: Flask, vendors: Vendors) -> None:
    frame.open()
    tab, left = leave(frame, app, frame.visit("/invoices").text)
    back = local(tab.at_xero(onward(left)))
    vendors.fault(
        "answer", vendor="xero", path="/connect/token", status=400, body='{"error": "invalid_grant"}', times=3
    )
    landed = tab.client.get(back)
    assert landed.status_code == 400
    assert "Xero was not connected" in text(landed.text)
    assert tab.client.get(back).headers["Location"].startswith("/login")  # an attempt is answered once


def test_no_page_in_the_frame_leads_the_frame_itself_to_xero(frame: Frame) -> None:
    frame.open()
    for address in ("/xero/connect", "/xero/leave", "/xero/connect?why=ended"):
        page = frame.visit(address)
        assert page.request.path == "/xero/connect"
        assert "opens in a tab of its own" in text(page.text)


def test_leaving_for_xero_needs_a_pass_or_ones_own_form(mere: Person, app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.post("/xero/leave", headers=OWN).headers["Location"].startswith("/login")
    assert mere.client.post("/xero/leave", headers=OWN).status_code == 419
    for client in (stranger, mere.client):
        assert client.post("/xero/leave", data={"pass": "forged"}, headers=OWN).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost.evil.example"},
     {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}],
)  # fmt: skip
def test_no_page_of_somebody_else_makes_an_accountant_lend_their_xero_login(
    frame: Frame, app: Flask, headers: dict[str, str]
) -> None:
    frame.open(JACK)
    accountant = Person(app, "the accountant")
    lured = accountant.client.post("/xero/leave", data={"pass": new_pass(frame)}, headers=headers)
    assert lured.status_code == 403
    with accountant.client.session_transaction() as session:
        assert "consent" not in session


def test_before_xero_it_is_said_for_whom_and_at_which_portal(frame: Frame, app: Flask, vendors: Vendors) -> None:
    frame.open(JACK)
    _tab, left = leave(frame, app, frame.visit("/invoices").text)
    words = text(left.text)
    assert "Connect Xero for Jack O'Brien?" in words
    assert urlsplit(vendors.base).netloc in words
    assert vendors.calls("xero") == []


def test_a_pass_to_xero_is_good_once_and_for_a_minute(
    frame: Frame, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame.open()
    first, second = new_pass(frame), new_pass(frame)
    tab = app.test_client()
    assert tab.post("/xero/leave", data={"pass": second}, headers=OWN).status_code == 200
    assert tab.post("/xero/leave", data={"pass": second}, headers=OWN).status_code == 400
    assert tab.post("/xero/leave", data={"pass": first}, headers=OWN).status_code == 400  # older than one that was used
    third = new_pass(frame)
    monkeypatch.setattr(frame_session, "PASS_SECONDS", -1)
    assert tab.post("/xero/leave", data={"pass": third}, headers=OWN).status_code == 400


def test_a_pass_is_no_session_and_a_session_is_no_pass(frame: Frame, app: Flask) -> None:
    frame.open()
    assert app.test_client().post("/xero/leave", data={"pass": frame.token}, headers=OWN).status_code == 400
    given = new_pass(frame)
    assert led_to(frame.client.get("/invoices", headers={HEADER: given})).startswith("/login")


def test_who_has_signed_out_in_the_frame_lends_no_login_any_more(frame: Frame, app: Flask) -> None:
    frame.open()
    page = frame.visit("/invoices").text
    unused = new_pass(frame)
    tab, left = leave(frame, app, page)
    frame.press(page, "/invoices", "Sign out")
    assert app.test_client().post("/xero/leave", data={"pass": unused}, headers=OWN).status_code == 400
    landed = tab.client.get(local(tab.at_xero(onward(left))))
    assert "Xero was not connected" in text(landed.text)
    with app.app_context():
        assert db.session.scalars(select(XeroLogin)).all() == []


def test_a_pass_is_for_frames_alone(mere: Person) -> None:
    assert mere.client.get("/xero/pass").status_code == 404


# -- installing -------------------------------------------------------------------------------------------------------


def placements(vendors: Vendors) -> set[str]:
    return {bound["placement"] for bound in vendors.control("bitrix24/state")["placements"]}


def test_installing_binds_what_the_portal_offers_and_tells_it(frame: Frame, vendors: Vendors) -> None:
    installed = frame.open(path="/bitrix24/install")
    assert installed.status_code == 200
    assert placements(vendors) == {"LEFT_MENU", TAB, "CRM_SMART_INVOICE_LIST_MENU"}
    assert text(installed.text).count("Shown") >= 3
    assert "Finish the installation" in text(installed.text)
    handlers = {bound["handler"] for bound in vendors.control("bitrix24/state")["placements"]}
    assert handlers == {"http://localhost/bitrix24/app"}


def test_installing_twice_binds_nothing_twice(frame: Frame, vendors: Vendors) -> None:
    frame.open(path="/bitrix24/install")
    vendors.forget_requests()
    assert "Shown" in text(frame.open(path="/bitrix24/install").text)
    assert len(vendors.control("bitrix24/state")["placements"]) == 3
    assert [seen for seen in vendors.control("requests", vendor="bitrix24") if "placement.bind" in seen["body"]] == []


def test_a_place_that_the_portal_does_not_have_is_no_error(frame: Frame, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", not_offered=f"LEFT_MENU,{TAB}")
    installed = frame.open(path="/bitrix24/install")
    assert installed.status_code == 200
    assert placements(vendors) == {"CRM_SMART_INVOICE_LIST_MENU"}
    assert "This portal does not offer it" in text(installed.text)


def test_an_app_on_localhost_is_told_why_no_portal_shows_it(frame: Frame, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", handlers_anywhere=False)
    page = text(frame.open(path="/bitrix24/install").text)
    assert "Refused" in page
    assert "a dot in its host, so none on localhost" in page


def test_a_refused_place_is_told_with_its_reason(frame: Frame, vendors: Vendors) -> None:
    refusal = {"error": "ERROR_PLACEMENT_MAX_COUNT", "error_description": "Too many placements"}
    result = {"menu": True, "row": True, "told": True}
    body = {"result": {"result": result, "result_error": {"tab": refusal}, "result_total": [], "result_next": []}}
    vendors.fault("answer", path="/rest/batch", contains="placement.bind", status=200, body=json.dumps(body))
    installed = text(frame.open(path="/bitrix24/install").text)
    assert "Refused" in installed
    assert "Too many placements" in installed


def test_an_unclear_answer_is_met_by_looking_again(frame: Frame, vendors: Vendors) -> None:
    vendors.fault("drop_after", path="/rest/batch", contains="placement.bind")
    unclear = frame.open(path="/bitrix24/install")
    assert unclear.status_code == 200
    assert len(placements(vendors)) == 3
    again = frame.open(path="/bitrix24/install")
    assert text(again.text).count("Shown") >= 3
    assert len(vendors.control("bitrix24/state")["placements"]) == 3


def test_who_is_no_administrator_installs_nothing(frame: Frame, vendors: Vendors) -> None:
    assert frame.open(TOM, path="/bitrix24/install").status_code == 403
    assert placements(vendors) == set()


def test_by_hand_an_administrator_shows_it_and_takes_it_away(mere: Person, vendors: Vendors) -> None:
    page = mere.client.get("/bitrix24/install")
    assert "Not shown yet" in text(page.text)
    form = next(found for found in forms(page.text, "/") if found.says("Show b24xero there"))
    assert mere.client.post(form.action, data={**form.values, "do": "bind"}).status_code == 303
    assert len(placements(vendors)) == 3
    page = mere.client.get("/bitrix24/install")
    form = next(found for found in forms(page.text, "/") if found.says("Take it out"))
    assert mere.client.post(form.action, data={**form.values, "do": "unbind"}).status_code == 303
    assert placements(vendors) == set()


def test_by_hand_everybody_else_is_told_whom_to_ask(app: Flask, vendors: Vendors) -> None:
    words = text(app.test_client().get("/bitrix24/install").text)
    assert "http://localhost/bitrix24/app" in words
    tom = Person(app, "Tom Hallam").sign_in()
    assert "Only an administrator" in text(tom.client.get("/bitrix24/install").text)
    assert tom.client.post("/bitrix24/places", data={"csrf_token": tom.token()}).status_code == 403


def test_another_installations_word_opens_nothing_until_an_administrator_installs_anew(
    frame: Frame, vendors: Vendors
) -> None:
    frame.open(path="/bitrix24/install")
    assert frame.open(TOM).status_code == 200
    strange = {"APPLICATION_TOKEN": "0" * 32}
    assert frame.open(TOM, strange).status_code == 422
    assert frame.open(MERE, strange, path="/bitrix24/install").status_code == 200
    assert frame.open(TOM, strange).status_code == 200


def test_no_persons_frame_but_an_administrators_tells_the_word(frame: Frame, app: Flask) -> None:
    frame.open(TOM, {"APPLICATION_TOKEN": "f" * 32})
    frame.open(TOM, {"APPLICATION_TOKEN": "f" * 32}, path="/bitrix24/install")
    with app.app_context():
        assert db.session.scalars(select(Portal.application_token)).all() == [None]


# -- the end ----------------------------------------------------------------------------------------------------------


def tokens_kept(app: Flask) -> int:
    with app.app_context():
        kept = len(db.session.scalars(select(Bitrix24Login)).all()) + len(db.session.scalars(select(XeroLogin)).all())
        db.session.commit()
        return kept


def test_taken_away_in_the_portal_every_token_is_erased(
    frame: Frame, app: Flask, ready: Person, vendors: Vendors
) -> None:
    frame.open(path="/bitrix24/install")
    assert tokens_kept(app) == 2
    (event,) = vendors.control("bitrix24/uninstall")
    assert event["url"] == "http://localhost/bitrix24/install"
    assert app.test_client().post("/bitrix24/install", data=event["form"]).status_code == 200
    assert tokens_kept(app) == 0
    assert placements(vendors) == set()


def test_whoever_reads_the_word_in_their_frame_signs_nobody_out_with_it(
    frame: Frame, app: Flask, ready: Person, vendors: Vendors
) -> None:
    frame.open(path="/bitrix24/install")
    posted = vendors.control("bitrix24/frame", user_id=JACK, base=vendors.base)
    event = {"event": "ONAPPUNINSTALL", "auth[application_token]": posted["form"]["APPLICATION_TOKEN"]}
    kept, written = tokens_kept(app), []
    with app.app_context():
        listen(db.engine, "before_cursor_execute", lambda _c, _r, sql, *_: written.append(sql))
    vendors.forget_requests()
    for _ in range(20):
        assert app.test_client().post("/bitrix24/install", data=event).status_code == 200
    assert len(vendors.calls("bitrix24")) == 1  # asked once, not as often as it is said
    assert sum(sql.startswith("UPDATE portal") for sql in written) <= 3  # nor noted
    assert tokens_kept(app) == kept
    assert ready.list().status_code == 200


def test_an_uninstallation_while_the_server_is_away_is_followed_later(
    frame: Frame, app: Flask, ready: Person, vendors: Vendors
) -> None:
    frame.open(path="/bitrix24/install")
    (event,) = vendors.control("bitrix24/uninstall")
    vendors.fault("drop_before", path="/oauth/token/")
    app.test_client().post("/bitrix24/install", data=event["form"])
    assert tokens_kept(app) == 2
    with app.app_context():
        app.extensions["b24xero.unproven"] = Unproven()  # minutes later
        maintenance.tidy()
    assert tokens_kept(app) == 0
    assert ready.client.get("/invoices").headers["Location"].startswith("/login")


@pytest.mark.parametrize("word", ["", "0" * 32, "ü"])
def test_an_uninstallation_without_the_word_erases_nothing(
    frame: Frame, app: Flask, vendors: Vendors, word: str
) -> None:
    frame.open(path="/bitrix24/install")
    form = {"event": "ONAPPUNINSTALL", "auth[application_token]": word, "auth[domain]": "evil.example"}
    assert app.test_client().post("/bitrix24/install", data=form).status_code == 403
    assert tokens_kept(app) == 1


def test_before_the_installation_no_event_is_believed(frame: Frame, app: Flask) -> None:
    frame.open()
    form = {"event": "ONAPPUNINSTALL", "auth[application_token]": ""}
    assert app.test_client().post("/bitrix24/install", data=form).status_code == 403
    assert app.test_client().post("/bitrix24/install", data={"event": "ONAPPINSTALL"}).status_code == 200
    assert tokens_kept(app) == 1


# -- reading the post -------------------------------------------------------------------------------------------------


def test_a_post_is_read_from_address_and_body_alike() -> None:
    opening = iframe.read({"AUTH_ID": "t" * 30, "member_id": "m", "AUTH_EXPIRES": "x", "LANG": "EN", "DOMAIN": "acme"})
    assert opening is not None
    assert (opening.expires_in, opening.language, opening.refresh_token) == (3600, "en", None)
    assert iframe.read({"AUTH_ID": "t" * 600}) is None
    assert iframe.read({}) is None
