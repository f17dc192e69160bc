"""What browsers are told with every answer, whatever it is, and who is answered at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from b24xero import create_app
from b24xero.extensions import db
from b24xero.simulator import world
from b24xero.web.common import urls
from tests.conftest import KEYS, Vendors
from tests.people import Person

HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "books.harbourhill.example"}


@pytest.fixture
def served(tmp_path: Path, database_url: str, vendors: Vendors) -> Iterator[Flask]:
    """As it stands on the open internet: over https, under a name of its own."""
    environ = {**world.settings(vendors.base), **KEYS, "DATABASE_URL": database_url,
               "PUBLIC_URL": "https://books.harbourhill.example", "BITRIX24_RATE": "0", "XERO_RATE": "0",
               "TRUSTED_PROXIES": "1"}  # fmt: skip
    app = create_app(environ, tmp_path)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
    yield app
    app.extensions["b24xero.queue"].storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


ANSWERS = [
    ("GET", "/invoices", {}, 200), ("GET", "/login", {}, 303), ("GET", "/static/app.css", {}, 200),
    ("GET", "/no-such-page", {}, 404), ("GET", "/static/no-such-file", {}, 404), ("DELETE", "/invoices", {}, 405),
    ("OPTIONS", "/invoices", {}, 200), ("POST", "/runs/pull", {}, 419),
    ("POST", "/setup", {"data": b"x" * 1_100_000, "content_type": "application/x-www-form-urlencoded"}, 413),
    ("GET", "/invoices?q=" + "x" * 4_000, {}, 414), ("GET", "/invoices", {"headers": {"Host": "evil.example"}}, 421),
    ("GET", "/healthz", {}, 200), ("GET", "/invoices/999999/card", {}, 404),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "address", "more", "status"), ANSWERS, ids=lambda value: str(value)[:20])
def test_every_answer_guards_the_browser(
    mere: Person, verb: str, address: str, more: dict[str, object], status: int
) -> None:
    answer = mere.client.open(address, method=verb, **more)  # type: ignore[arg-type]
    assert answer.status_code in (status, 302 if status == 303 else status)
    headers = answer.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"].split(", ")
    assert "Cache-Control" in headers


def test_an_answer_that_broke_guards_the_browser_too(mere: Person, app: Flask) -> None:
    with app.app_context():
        db.session.execute(db.text("DROP TABLE organisation"))
        db.session.commit()
    answer = mere.client.get("/invoices")
    assert answer.status_code >= 500
    assert "Content-Security-Policy" in answer.headers
    assert "Permissions-Policy" in answer.headers


def test_over_https_every_cookie_is_this_hosts_alone(served: Flask, vendors: Vendors) -> None:
    client = served.test_client()
    started = client.get("/login/bitrix24", headers=HTTPS, base_url="http://10.0.0.7:8000")
    (cookie,) = started.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-b24xero=")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert attribute in cookie.split("; "), cookie
    assert "Domain" not in cookie
    assert started.headers["Strict-Transport-Security"]


def test_the_language_is_kept_by_this_host_alone(served: Flask) -> None:
    served.config["WTF_CSRF_ENABLED"] = False
    person = Person(served, "Mere Tautahi")
    person.client.environ_base |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in HTTPS.items()}
    person.client.environ_base["wsgi.url_scheme"] = "https"
    answer = person.client.post("/language", data={"language": "de"}, base_url="https://localhost")
    cookies = answer.headers.getlist("Set-Cookie")
    assert all(cookie.startswith("__Host-") for cookie in cookies)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "", "a b", "[", "@localhost"]
)
def test_nobody_is_answered_under_another_name(app: Flask, vendors: Vendors, host: str) -> None:
    vendors.forget_requests()
    client = app.test_client()
    for address in ("/login", "/login/bitrix24", "/bitrix24/app?code=0123456789abcdef&state=x", "/static/app.css"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code in (400, 421), address
        assert "evil.example" not in answer.text
    assert vendors.calls("bitrix24") == []


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_called_by_each_of_its_names(app: Flask, host: str) -> None:
    assert app.test_client().get("/login", headers={"Host": host}).status_code == 200


def test_who_looks_whether_we_live_may_ask_by_number(served: Flask) -> None:
    for address in ("/healthz", "/readyz"):
        assert served.test_client().get(address, headers={"Host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/invoices", "//evil.example", "/invoices\r\nSet-Cookie: a=b", "/invoices\t", "/invoices\x00",
     "/invoices\x7f", "/invoices\u2028", "/invoices\\..\\evil", "javascript:alert(1)", "/login", "",
     "/invoices?q=" + "x" * 3500],
)  # fmt: skip
def test_nobody_is_led_elsewhere(app: Flask, address: str) -> None:
    with app.test_request_context():
        assert urls.own_page(address) == "/invoices"


@pytest.mark.parametrize("address", ["/invoices?page=3&q=Pōtiki", "/access", "/runs/7", "/activity?outcome=rejected"])
def test_ones_own_page_is_come_back_to(app: Flask, address: str) -> None:
    with app.test_request_context():
        assert urls.own_page(address) == address
        assert urls.own_page(f"http://localhost{address}") == address
