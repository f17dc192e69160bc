"""PUBLIC_URL with a path: every address that we give away stands below it, and nothing else does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from b24xero import create_app
from b24xero.extensions import db
from b24xero.simulator import http, world
from tests.conftest import Vendors
from tests.people import HTMX, Form, Person, forms, parsed, text
from tests.web.test_every_route import filled, rules
from tests.web.test_portal import Frame, holder

BASE = "/office/b24xero"
PUBLIC = f"http://localhost{BASE}"
# What a browser, htmx or a script of ours asks, and what is sent back to us to lead there.
LEADS = re.compile(r' (?:href|src|action|formaction|content|value|hx-[a-z-]+|data-[a-z-]+)="([^"]*)"')


class Client(FlaskClient):
    """What tests write as "/invoices" is asked below the path; what the app says is asked as it is."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        if args and isinstance(args[0], str) and not args[0].startswith(BASE):
            args = (BASE + args[0], *args[1:])
        return super().open(*args, **options)


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    built = world.build(PUBLIC, limits=False)
    with http.serving(built.server) as base:
        yield Vendors(base, built)


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "PUBLIC_URL": PUBLIC}


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(app, "test_client_class", Client)
    return app


def given_away(answer: TestResponse) -> list[str]:
    """Every address of ours that an answer holds."""
    headers = [answer.headers.get(name, "") for name in ("Location", "HX-Redirect", "HX-Push-Url")]
    location = answer.headers.get("HX-Location")
    found = [*headers, json.loads(location)["path"] if location else ""]
    if answer.mimetype == "text/html":
        found += LEADS.findall(answer.text)
    ours = (address.removeprefix("http://localhost") for address in found if address)
    return [address for address in ours if address.startswith("/") and address != "/"]


def astray(addresses: Iterable[str]) -> list[str]:
    return [address for address in addresses if not address.startswith(f"{BASE}/") and address != BASE]


def pressed(person: Person, page: str, address: str, words: str) -> TestResponse:
    form: Form = next(found for found in forms(page, address) if found.says(words))
    button = next(one for one in form.buttons if words in "".join(one.itertext()))
    values = {button.get("name"): button.get("value")} if button.get("name") else {}
    return person.client.post(form.action, data={**form.values, **values})


# -- addresses --------------------------------------------------------------------------------------------------------


def test_no_route_gives_an_address_away_that_is_not_ours(ready: Person, app: Flask) -> None:
    stranger = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    seen = 0
    for rule, verb in rules(app):
        answers = [stranger.open(filled(rule), method=verb), stranger.open(filled(rule), method=verb, headers=HTMX)]
        if rule.rule != "/logout":
            answers.append(ready.client.open(filled(rule), method=verb))
        for answer in answers:
            found = given_away(answer)
            assert astray(found) == [], (verb, rule.rule, answer.status_code)
            seen += len(found)
    assert seen > 200


def test_every_page_that_a_page_leads_to_is_there(ready: Person, vendors: Vendors) -> None:
    invoice = vendors.new_invoice()
    assert ready.press(invoice).status_code == 200
    to_ask, asked, kinds = [f"{BASE}/invoices", f"{BASE}/invoices?now=1"], set(), set()
    while to_ask and len(asked) < 60:
        address = to_ask.pop(0)
        answer = ready.client.get(address)
        assert answer.status_code < 400, address
        asked.add(address)
        assert astray(given_away(answer)) == [], address
        for found in leading_on(answer):
            kind = re.sub(r"\d+", "7", urlsplit(found).path.removeprefix(BASE))
            if kind not in kinds and not kind.endswith(("/logout", "/connect", "/leave")):
                kinds.add(kind)
                to_ask.append(found)
    assert {"/setup", "/invoices/7", "/activity", "/month-end"} <= kinds
    assert any(kind.startswith("/static/app.") for kind in kinds)


def leading_on(answer: TestResponse) -> list[str]:
    found = [answer.headers.get("Location", "")]
    if answer.mimetype == "text/html":
        found += [unescape(address) for address in re.findall(r' (?:href|src|hx-get)="([^"]*)"', answer.text)]
    return [address for address in found if address.startswith(BASE)]


def test_one_goes_back_to_the_page_where_one_was(app: Flask, ready: Person) -> None:
    nobody = app.test_client().get("/products?q=pipe")
    assert nobody.headers["Location"] == f"{BASE}/login?next={BASE}/products?q%3Dpipe"
    page = ready.client.get("/products?q=pipe")
    spoken = pressed(ready, page.text, f"{BASE}/products", "Deutsch")
    assert spoken.headers["Location"] == f"{BASE}/products?q=pipe"
    for elsewhere in ("/products", "//evil.example", f"{BASE}evil/products", f"http://evil.example{BASE}/products"):
        answer = ready.client.get("/login", query_string={"next": elsewhere})
        assert answer.headers["Location"] == f"{BASE}/invoices", elsewhere


def test_what_both_vendors_are_told_is_below_the_path(mere: Person, app: Flask, vendors: Vendors) -> None:
    page = mere.client.get("/bitrix24/install")
    assert f"{PUBLIC}/bitrix24/app" in text(page.text)
    pressed(mere, page.text, f"{BASE}/bitrix24/install", "Show b24xero there")
    bound = {place["handler"] for place in vendors.bitrix24.world.placements}
    assert bound == {f"{PUBLIC}/bitrix24/app"}
    consent = mere.client.get("/xero/connect").headers["Location"]
    assert mere.at_xero(consent).startswith(f"{PUBLIC}/xero/callback?")


def test_the_portal_opens_it_in_its_frame(ready: Person, app: Flask, vendors: Vendors) -> None:
    frame = Frame(app, vendors)
    opened = frame.open()
    assert holder(opened)["data-open"] == f"{BASE}/invoices"
    page = frame.visit(f"{BASE}/invoices")
    assert "Mere Tautahi" in text(page.text)
    assert astray(given_away(opened)) == astray(given_away(page)) == []


# -- what does not stand below it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/invoices", "/office", "/office/b24xerox/invoices", "/bitrix24/app"])
def test_who_asks_elsewhere_is_told_where_it_is_and_what_a_proxy_may_have_done(app: Flask, address: str) -> None:
    answer = FlaskClient.open(app.test_client(), address)
    assert answer.status_code == 404
    assert f"b24xero is at {PUBLIC}." in text(answer.text)
    assert "the proxy in front of it takes the path away" in text(answer.text)


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_machine_that_looks_whether_we_live_needs_no_path(app: Flask, address: str) -> None:
    assert FlaskClient.open(app.test_client(), address).status_code == 200
    assert app.test_client().get(address).status_code == 200


@pytest.mark.parametrize("address", [BASE, f"{BASE}/"])
def test_the_path_alone_leads_to_the_invoices(app: Flask, address: str) -> None:
    assert app.test_client().get(address).headers["Location"] == f"{BASE}/invoices"


# -- cookies ----------------------------------------------------------------------------------------------------------


def test_cookies_stay_below_the_path(mere: Person) -> None:
    page = mere.client.get("/invoices")
    cookie = mere.client.get_cookie("b24xero", path=BASE)
    assert cookie is not None
    assert mere.client.get_cookie("b24xero") is None
    body = parsed(page.text).find("body")
    assert (body.get("data-cookies"), body.get("data-path")) == ("", BASE)
    spoken = pressed(mere, page.text, f"{BASE}/invoices", "Deutsch")
    assert all(f"Path={BASE}" in told.split("; ") for told in spoken.headers.getlist("Set-Cookie"))


def test_over_https_neighbours_of_the_site_do_not_get_them(environ: dict[str, str], tmp_path: Path) -> None:
    made = create_app({**environ, "PUBLIC_URL": f"https://intranet.example{BASE}", "TRUSTED_PROXIES": "1"}, tmp_path)
    started = FlaskClient.open(
        made.test_client(), f"{BASE}/login/bitrix24", headers={"Host": "intranet.example"}
    )  # fmt: skip
    made.extensions["b24xero.queue"].storage.close()
    with made.app_context():
        db.engine.dispose()
    (cookie,) = started.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Secure-b24xero=")
    for attribute in ("Secure", "HttpOnly", f"Path={BASE}", "SameSite=Lax"):
        assert attribute in cookie.split("; "), cookie
