"""Why a connection failed is logged once with host, step and reason, and told on the page in words."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from b24xero.outbound import causes
from tests.conftest import Vendors
from tests.outbound import network
from tests.people import Person, text


@pytest.fixture(autouse=True)
def _from_nothing(caplog: pytest.LogCaptureFixture) -> None:
    causes.forget()
    caplog.set_level(logging.WARNING)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == causes.__name__]


def moved(app: Flask, **addresses: str) -> None:
    app.extensions["b24xero.settings"] = replace(app.extensions["b24xero.settings"], **addresses)


def test_a_portal_that_takes_no_connection_is_named_with_the_step(
    app: Flask, ready: Person, caplog: pytest.LogCaptureFixture
) -> None:
    moved(app, bitrix24_portal_url=f"http://{network.nobody_listens()}")
    page = text(ready.list().text)
    assert "localhost cannot be reached from b24xero: it takes no connection (Connection refused)." in page
    assert "Health" in page
    assert lines(caplog) == ['no answer host=localhost step=connect reason="Connection refused" more=0']


def test_a_certificate_that_is_not_believed_says_why(
    app: Flask, ready: Person, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    own = network.authority(tmp_path)
    with network.serving(own.certify(tmp_path, "localhost")) as host:
        moved(app, bitrix24_portal_url=f"https://{host}")
        page = text(ready.list().text)
    assert "its certificate is not believed (unable to get local issuer certificate)" in page
    assert len(lines(caplog)) == 1


def test_xero_behind_a_proxy_that_is_away_is_told_and_nothing_is_unclear(
    app: Flask, ready: Person, vendors: Vendors, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What never left is no unclear write: it is pressed again without a look."""
    invoice_id = vendors.new_invoice()
    moved(app, xero_api_url="https://api.xero.invalid")
    monkeypatch.setenv("HTTPS_PROXY", f"http://{network.nobody_listens()}")
    row = text(ready.press(invoice_id).text)
    assert "api.xero.invalid cannot be reached from b24xero: the proxy lets nothing through" in row
    assert any("host=api.xero.invalid step=proxy" in line for line in lines(caplog))


def test_a_certificate_of_xero_that_is_not_believed_leaves_nothing_unclear(
    app: Flask, ready: Person, vendors: Vendors, tmp_path: Path
) -> None:
    own = network.authority(tmp_path)
    invoice_id = vendors.new_invoice()
    with network.serving(own.certify(tmp_path, "localhost")) as host:
        moved(app, xero_api_url=f"https://{host}")
        row = text(ready.press(invoice_id).text)
    assert "its certificate is not believed" in row


def test_an_outage_is_one_line_a_minute_and_the_next_tells_how_many_there_were(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ConnectionResetError(104, "Connection reset by peer")
    for _ in range(233):
        causes.note("portal.example", error)
    assert len(lines(caplog)) == 1
    monkeypatch.setattr(causes, "QUIET", 0.0)
    causes.note("portal.example", error)
    assert lines(caplog)[1].endswith("more=232")


def test_a_refusal_and_a_page_that_is_no_answer_are_logged_too(
    app: Flask, ready: Person, vendors: Vendors, caplog: pytest.LogCaptureFixture
) -> None:
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>secret-body", times=9)
    ready.list()
    moved(app, xero_client_secret="wrong")
    start = ready.client.get("/xero/connect").headers["Location"]
    ready.client.get(re.sub("^http://localhost", "", ready.at_xero(start)))
    assert lines(caplog) == [
        'no answer host=localhost step=answer reason="status 502, no JSON" more=0',
        'no answer host=localhost step=answer reason="invalid_client" more=0',
    ]
    assert "secret-body" not in caplog.text
