"""SENTRY_DSN: what is reported of an error, what never is, and what is said where the library is missing."""

from __future__ import annotations

import gzip
import http.server
import importlib.util
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask

from b24xero import error_reports, hints, logs
from b24xero.config import BadSettings, Settings, load
from tests.test_config import GIVEN

SECRETS = ("Acme Plumbing", "token=abc", "https://portal.example/?client_secret=hush")
DSN = "https://abc@sentry.example/1"
has_library = importlib.util.find_spec(error_reports.LIBRARY) is not None


def settings(tmp_path: Path, dsn: str = DSN) -> Settings:
    return load({**GIVEN, "SENTRY_DSN": dsn, "PUBLIC_URL": "https://xero.example.com"}, tmp_path)


def broken() -> logging.LogRecord:
    """As it is logged, with secrets in every place that can hold one."""
    secret = SECRETS[2]
    try:
        try:
            raise KeyError(SECRETS[0])
        except KeyError as error:
            raise ValueError(f"{SECRETS[1]} {secret}") from error
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
        return logging.LogRecord("b24xero.push", logging.ERROR, __file__, 1, "broke: %s", (secret,), told)


def test_an_error_is_told_by_its_kind_and_its_place(app: Flask) -> None:
    record = broken()
    with app.app_context():
        logs.about(organisation=3, run=7)
        assert record.exc_info is not None
        assert record.exc_info[1] is not None
        event = error_reports.event_of(record, record.exc_info[1])
    assert [one["type"] for one in event["exception"]["values"]] == ["KeyError", "ValueError"]
    (frame,) = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert (frame["filename"], frame["function"]) == ("tests/test_error_reports.py", "broken")
    assert event["tags"] == {"organisation": "3", "run": "7"}
    assert [secret for secret in SECRETS if secret in json.dumps(event)] == []


def test_what_the_library_puts_beside_it_is_taken_out() -> None:
    event = {"exception": {}, "tags": {}, "server_name": "books-1", "user": {"ip_address": "203.0.113.7"},
             "request": {"url": SECRETS[2]}, "breadcrumbs": {}, "extra": {"sys.argv": []}, "modules": {}}  # fmt: skip
    assert error_reports.kept(event, {}).keys() == {"exception", "tags"}


@pytest.mark.parametrize(
    "dsn", ["sentry.example", "https://sentry.example/1", "http://hush@sentry.example/1", "https://hush@sentry.example/",
            "https://hush@[::1/1", "ftp://hush@sentry.example/1"],
)  # fmt: skip
def test_a_dsn_is_one(dsn: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="SENTRY_DSN is not the DSN of a project") as bad:
        settings(tmp_path, dsn)
    assert "hush" not in str(bad.value)


def test_without_a_dsn_nothing_is_begun(tmp_path: Path) -> None:
    assert not error_reports.start(settings(tmp_path, ""))


@pytest.mark.skipif(has_library, reason="sentry-sdk is installed here")
def test_without_the_library_it_is_said_what_to_install(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not error_reports.start(settings(tmp_path))
    assert "sentry-sdk is not installed" in caplog.text
    assert "install sentry-sdk" in " ".join(hints.of(settings(tmp_path)))


class Received:
    """A Sentry of our own, and everything that came to it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.came = threading.Event()


@pytest.fixture
def sentry() -> Iterator[tuple[str, Received]]:
    received = Received()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
                self.headers.get("Content-Encoding", ""), bytes
            )
            received.bodies.append(unpack(body).decode())
            self.send_response(200)
            self.end_headers()
            received.came.set()

        def log_message(self, *_: Any) -> None:
            """Not into the output of the tests."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://key@localhost:{server.server_address[1]}/1", received
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(not has_library, reason="sentry-sdk is not among our requirements")
def test_on_the_wire_there_is_no_word_of_it(tmp_path: Path, sentry: tuple[str, Received]) -> None:
    address, received = sentry
    assert error_reports.start(settings(tmp_path, address))
    root = logging.getLogger()
    try:
        logging.getLogger("b24xero.push").handle(broken())
        assert received.came.wait(10)
    finally:
        root.handlers = [one for one in root.handlers if not isinstance(one, error_reports.Reports)]
    (body,) = received.bodies
    assert "ValueError" in body
    assert "tests/test_error_reports.py" in body
    assert [secret for secret in (*SECRETS, "server_name", "sys.argv", "breadcrumbs") if secret in body] == []
