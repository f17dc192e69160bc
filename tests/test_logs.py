"""What the log tells of a request, and what it never tells: codes, states, searches, tokens, secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from b24xero import logs, worker
from b24xero.db.models import Organisation, SyncRun
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.people import HTMX, Person, text
from tests.web.test_runs import post

LINE = re.compile(
    r"request=([0-9a-f]{12}) user=(\d+|-) organisation=(?:\d+|-) (\w+) (/\S*) status=(\d+) ms=\d+ calls=\d+"
)


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


# -- what a line is about ---------------------------------------------------------------------------------------------


def record(words: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("b24xero.push", logging.INFO, "push.py", 1, words, args, None)


def as_json(words: str, *args: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(logs.JsonLines().format(record(words, *args)))
    return found


def test_a_line_tells_person_organisation_and_portal_where_they_are_known(
    ready: Person, app: Flask, told: pytest.LogCaptureFixture
) -> None:
    told.clear()
    ready.client.get("/invoices")
    said = next(found.getMessage() for found in told.records if found.name == "b24xero.access")
    with app.app_context():
        organisation = db.session.scalars(sa.select(Organisation.id)).one()
        assert f"organisation={organisation} GET /invoices" in said
        logs.about(organisation=organisation, run=7)
        assert as_json("something")["portal"] == "localhost"
        assert as_json("run=9 ended") | {"organisation": str(organisation), "run": "7"} == as_json("run=9 ended")
        text_line = logs.TextLines("%(message)s").format(record("run=9 ended"))
        assert text_line == f"run=9 ended organisation={organisation}"
    assert logs.TextLines("%(message)s").format(record("started")) == "started"


def test_every_line_of_a_run_tells_whose_it_is(
    ready: Person, app: Flask, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    post(ready, "/runs/pull")
    lines: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(logs.JsonLines().format(record)))

    kept = Kept()
    monkeypatch.setattr(logging.getLogger(), "handlers", [kept])
    with app.app_context():
        run = db.session.scalars(sa.select(SyncRun)).one()
        ids = {"run": str(run.id), "user": str(run.user_id), "organisation": str(run.organisation_id)}
        db.session.commit()
        logging.getLogger("b24xero.before").info("not begun")
        worker.take(int(ids["run"]))
    assert "run" not in lines[0]
    assert [line for line in lines[1:] if not ids.items() <= line.items()] == []


def test_of_an_error_that_nobody_foresaw_the_place_is_told_and_not_its_words() -> None:
    words = ["Acme Plumbing", "token=abc"]

    def fail() -> None:
        try:
            raise KeyError(words[0])
        except KeyError as error:
            raise ValueError(words[1]) from error

    try:
        fail()
    except ValueError:
        broken = logging.LogRecord("b24xero", logging.ERROR, "x.py", 1, "broke", (), sys.exc_info())
    for line in (logs.TextLines(logs.TEXT).format(broken), logs.JsonLines().format(broken)):
        assert "builtins.KeyError" in line
        assert "builtins.ValueError" in line
        assert "in fail" in line
        assert "Acme" not in line
        assert "token=abc" not in line
