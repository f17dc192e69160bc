"""What the log tells of a request, and what it never tells: codes, states, searches, tokens, secrets."""

from __future__ import annotations

import logging
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from b24xero import logs
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.people import HTMX, Person, text

LINE = re.compile(r"request=([0-9a-f]{12}) user=(\d+|-) (\w+) (/\S*) status=(\d+) ms=\d+ calls=\d+")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged at all, as chatty as it gets."""
    logs.keep_quiet()
    caplog.set_level(logging.DEBUG)
    return caplog


def lines(told: pytest.LogCaptureFixture) -> list[tuple[str, ...]]:
    found = [record.getMessage() for record in told.records if record.name == "b24xero.access"]
    return [match.groups() for line in found if (match := LINE.fullmatch(line))]


def test_a_request_is_one_line_without_its_query_and_where_it_came_from(
    mere: Person, told: pytest.LogCaptureFixture
) -> None:
    told.clear()
    answer = mere.client.get(
        "/invoices?q=Acme+Plumbing", headers={"Referer": "http://localhost/bitrix24/app?code=C0DE"}
    )
    ((reference, user, verb, path, status),) = lines(told)
    assert (verb, path, status) == ("GET", "/invoices", "200")
    assert user.isdigit()
    assert answer.headers["X-Request-Id"] == reference
    assert "Acme" not in told.text
    assert "C0DE" not in told.text


def test_signing_in_and_connecting_leaves_no_code_state_token_or_secret_in_the_log(
    app: Flask, vendors: Vendors, told: pytest.LogCaptureFixture
) -> None:
    person = Person(app, "Mere Tautahi")
    start = person.client.get("/login/bitrix24").headers["Location"]
    back = person.at_bitrix24(start)
    person.client.get(back.removeprefix("http://localhost"))
    consent = person.client.get("/xero/connect").headers["Location"]
    from_xero = person.at_xero(consent)
    person.client.get(from_xero.removeprefix("http://localhost"))
    person.list(q="Acme Plumbing")
    said = told.text
    with app.app_context():
        tokens = db.session.execute(sa.text("SELECT 1")) and [
            secret for name in ("Bitrix24Login", "XeroLogin") for secret in _secrets(name)
        ]
    settings = app.extensions["b24xero.settings"]
    given = re.findall(r"[?&](?:code|state|code_challenge)=([^&]+)", " ".join((start, back, consent, from_xero)))
    assert len(given) >= 5
    assert len(tokens) >= 3
    for secret in (*given, *tokens, settings.bitrix24_client_secret, settings.xero_client_secret, "Acme"):
        assert secret not in said


def _secrets(name: str) -> list[str]:
    from b24xero.db import models

    model = getattr(models, name)
    return [
        value
        for row in db.session.scalars(sa.select(model))
        for value in (getattr(row, column, None) for column in ("access_token", "refresh_token"))
        if value
    ]


def test_a_path_cannot_forge_a_line(app: Flask, told: pytest.LogCaptureFixture) -> None:
    app.test_client().get("/x%0Arequest=000000000000 user=1 GET /setup status=200 ms=1")
    ((_reference, user, _verb, path, status),) = lines(told)
    assert (user, status) == ("-", "404")
    assert path.startswith("/x%0Arequest%3D")


def test_an_error_shows_the_reference_under_which_the_log_has_its_trace(
    ready: Person, app: Flask, told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "activity.index", broken)
    for headers in ({}, HTMX):
        told.clear()
        answer = ready.client.get("/activity", headers=headers)
        reference = answer.headers["X-Request-Id"]
        assert answer.status_code == 500
        assert f"reference {reference}" in text(answer.text)
        (record,) = [record for record in told.records if record.exc_info]
        assert f"request={reference}" in record.getMessage()


def test_an_error_of_the_database_does_not_tell_what_was_stored(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as error:
        db.session.execute(sa.text("SELECT * FROM nowhere WHERE token = :token"), {"token": "a token of somebody"})
    assert "a token of somebody" not in str(error.value)
