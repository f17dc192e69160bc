"""What holds for every address: who may, what it measures, and what it says when the ground is missing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from b24xero import create_app
from b24xero.extensions import db
from b24xero.simulator import world
from tests.conftest import APP_URL, KEYS, Vendors
from tests.people import HTMX, Person, text

# Whoever asks gets these: the ways in, what machines ask, and what stands on every page.
OPEN = {
    "/", "/login", "/login/bitrix24", "/bitrix24/app", "/bitrix24/event", "/bitrix24/install", "/healthz", "/readyz",
    "/metrics", "/stages.css", "/static/<path:filename>", "/webhooks/xero",
}  # fmt: skip
# A page of ours asks.
OWN = {"Sec-Fetch-Site": "same-origin"}
TIMING = re.compile(r"^upstream;dur=\d+(\.\d+)?, app;dur=\d+(\.\d+)?$")


def rules(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, verb)
        for rule in app.url_map.iter_rules()
        for verb in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def filled(rule: Rule) -> str:
    """The rule's address with something in place of its variables."""
    return re.sub(
        r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: "7" if found[1] in ("int", "invoice") else "x", rule.rule
    )


@pytest.fixture
def unguarded(app: Flask) -> Flask:
    """Without form tokens, so that what answers is the route itself."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_every_route_but_a_few_needs_a_sign_in(unguarded: Flask, vendors: Vendors) -> None:
    client = unguarded.test_client()
    vendors.forget_requests()
    asked = [(rule.rule, verb, filled(rule)) for rule, verb in rules(unguarded) if rule.rule not in OPEN]
    assert len(asked) >= 8
    for rule, verb, address in asked:
        answer = client.open(address, method=verb, headers=OWN)
        assert answer.status_code in (302, 303), (rule, verb, answer.status_code)
        assert answer.headers["Location"].startswith("/login"), (rule, verb)
        by_htmx = client.open(address, method=verb, headers={**HTMX, **OWN})
        assert by_htmx.status_code == 401, (rule, verb)
        assert by_htmx.headers["HX-Redirect"].startswith("/login"), (rule, verb)
    assert vendors.calls("bitrix24") + vendors.calls("xero") == []


def test_the_open_routes_never_fail_whoever_asks(app: Flask) -> None:
    client = app.test_client()
    for rule, verb in rules(app):
        if rule.rule in OPEN:
            assert client.open(filled(rule), method=verb).status_code < 500, (rule.rule, verb)


def test_every_form_needs_its_token(ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.forget_requests()
    posts = [rule for rule, verb in rules(app) if verb == "POST" and rule.rule not in OPEN]
    assert len(posts) >= 4
    for rule in posts:
        assert ready.client.post(filled(rule), headers=OWN).status_code == 419, rule.rule
    assert vendors.calls("xero") == []


def test_every_answer_tells_how_long_it_took_and_where(ready: Person, app: Flask) -> None:
    for rule, verb in rules(app):
        if rule.rule == "/logout":
            continue
        answer = ready.client.open(filled(rule), method=verb)
        assert TIMING.match(answer.headers.get("Server-Timing", "")), (rule.rule, verb)
    for address in ("/no-such-page", "/invoices/abc/push", "/static/no-such-file"):
        assert TIMING.match(ready.client.get(address).headers.get("Server-Timing", "")), address
    assert TIMING.match(ready.list().headers["Server-Timing"])


def test_waiting_for_vendors_is_counted_as_theirs(ready: Person, vendors: Vendors) -> None:
    vendors.fault("delay", vendor="bitrix24", path="/rest/", seconds=1)
    began = time.monotonic()
    said = re.match(r"upstream;dur=([\d.]+), app;dur=([\d.]+)", ready.list().headers["Server-Timing"])
    assert said
    assert float(said[1]) >= 1000
    assert float(said[2]) <= (time.monotonic() - began) * 1000 - 1000


def test_a_broken_answer_tells_its_time_too(ready: Person, vendors: Vendors) -> None:
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=2)
    answer = ready.list()
    assert answer.status_code == 503
    assert TIMING.match(answer.headers["Server-Timing"])


def test_pages_guard_the_browser(ready: Person, app: Flask) -> None:
    for address in ("/invoices", "/setup", "/login", "/no-such-page"):
        answer = ready.client.get(address)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"], address
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"], address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert "HX-Request" in answer.headers.get("Vary", ""), address


# -- health ---------------------------------------------------------------------------------------------------------


def built(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    environ = {**world.settings("http://localhost:9"), **KEYS, "DATABASE_URL": database_url, "PUBLIC_URL": APP_URL}
    app = create_app(environ, tmp_path)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """A database that nobody migrated yet."""
    yield from built(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")


@pytest.fixture(params=["sqlite:////no/such/folder/app.db", "postgresql://nobody:nothing@127.0.0.1:9/none"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A database that is not there."""
    yield from built(tmp_path, request.param)


def test_up_and_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_up_without_a_database(away: Flask) -> None:
    answer = away.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "up"}


def test_not_ready_without_a_database(away: Flask) -> None:
    assert away.test_client().get("/readyz").status_code == 503


def test_not_ready_before_the_migrations(empty: Flask) -> None:
    answer = empty.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "db upgrade" in answer.get_json()["status"]
    assert empty.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize(("stands", "said"), [("0001", "not migrated"), ("9999", "a newer version of b24xero")])
def test_not_ready_behind_the_newest_migration_nor_before_it(app: Flask, stands: str, said: str) -> None:
    with app.app_context():
        db.session.execute(db.text(f"UPDATE alembic_version SET version_num = '{stands}'"))
        db.session.commit()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert said in answer.get_json()["status"]


def test_ready_needs_no_vendor(app: Flask, vendors: Vendors) -> None:
    vendors.fault("drop_before", times=50)
    assert app.test_client().get("/readyz").status_code == 200


def test_a_database_that_is_away_is_a_page_and_not_a_trace(away: Flask) -> None:
    client = away.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["sid"] = "1", "somebody's"
    answer = client.get("/invoices")
    assert answer.status_code >= 500
    assert "Traceback" not in answer.text
    assert "sqlalchemy" not in answer.text.lower()
    assert text(answer.text)


def test_a_session_that_was_tampered_with_is_nobodys(ready: Person, app: Flask) -> None:
    cookie = ready.client.get_cookie("b24xero")
    assert cookie
    other = app.test_client()
    other.set_cookie("b24xero", cookie.value[:-4] + "AAAA")
    assert other.get("/invoices").headers["Location"].startswith("/login")


@pytest.mark.parametrize("user_id", ["abc", "", "0", "-1", "999999"])
def test_a_session_of_nobody_leads_to_the_sign_in(app: Flask, user_id: str) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["sid"] = user_id, "somebody's"
    answer = client.get("/invoices")
    assert answer.status_code in (302, 303)
    assert answer.headers["Location"].startswith("/login")
