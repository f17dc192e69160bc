"""What a machine watches: metrics, JSON lines, alerts, what is thrown away when, and the zip for whoever helps."""

from __future__ import annotations

import json
import logging
import socketserver
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from b24xero import call_counts, logs, maintenance
from b24xero.checks import alerts
from b24xero.db.models import CheckResult, SyncEntry, SyncRun, utc_now
from b24xero.extensions import db
from b24xero.outbound import counts
from b24xero.pull import paid_delays
from b24xero.runs import workers
from tests.conftest import KEYS, Vendors, on_both
from tests.people import Person
from tests.web.test_runs import a_run, an_entry


def with_settings(app: Flask, **changes: Any) -> None:
    app.extensions["b24xero.settings"] = replace(app.extensions["b24xero.settings"], **changes)


# -- metrics ----------------------------------------------------------------------------------------------------------


def test_metrics_are_for_whoever_has_the_token(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 404
    with_settings(app, metrics_token="a token of ours")
    for header in ({}, {"Authorization": "Bearer another"}, {"Authorization": "a token of ours"}):
        assert client.get("/metrics", headers=header).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer a token of ours"}).status_code == 200


@on_both
def test_metrics_count_calls_runs_and_entries_and_name_nobody(app: Flask, ready: Person, vendors: Vendors) -> None:
    counts.take()
    ready.press(vendors.new_invoice())
    a_run(app, state="queued", created_at=utc_now() - timedelta(minutes=3))
    with app.app_context():
        workers.beat("one", utc_now())
    with_settings(app, metrics_token="t")
    page = app.test_client().get("/metrics", headers={"Authorization": "Bearer t"}).text
    told = dict(line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    assert int(told['b24xero_calls_total{vendor="xero",method="create_invoices",outcome="answered"}']) == 1
    assert int(told['b24xero_calls_total{vendor="bitrix24",method="batch",outcome="answered"}']) > 0
    assert told['b24xero_entries{kind="push",outcome="created"}'] == "1"
    assert told['b24xero_runs{kind="pull",state="queued"}'] == "1"
    assert 170 < int(told["b24xero_oldest_waiting_seconds"]) < 200
    assert told["b24xero_workers"] == "1"
    assert "Acme" not in page
    assert "Mere" not in page


def test_the_time_until_a_payment_is_shown_is_a_histogram(app: Flask) -> None:
    with app.app_context():
        for seconds in (30, 50, 400, 10**7):
            paid_delays.count([timedelta(seconds=seconds)])
        db.session.commit()
    with_settings(app, metrics_token="t")
    page = app.test_client().get("/metrics", headers={"Authorization": "Bearer t"}).text
    told = dict(line.rsplit(" ", 1) for line in page.splitlines() if "paid_shown" in line and line[0] != "#")
    assert [told[f'b24xero_paid_shown_seconds_bucket{{le="{le}"}}'] for le in (60, 300, 900, 604800, "+Inf")] == [
        "2", "2", "3", "3", "4",
    ]  # fmt: skip
    assert told["b24xero_paid_shown_seconds_count"] == "4"
    assert told["b24xero_paid_shown_seconds_sum"] == str(30 + 50 + 400 + 10**7)


@on_both
def test_what_two_processes_count_adds_up_and_a_database_that_is_away_loses_nothing(app: Flask) -> None:
    kind = ("xero", "get_invoices", "answered")
    counts.take()
    with app.app_context():
        for _ in range(2):
            counts.add(kind, 3, 40.0)
            call_counts.keep()
        db.session.execute(sa.text("ALTER TABLE call_count RENAME TO away"))
        db.session.commit()
        counts.add(kind, 1, 10.0)
        call_counts.keep()
        db.session.execute(sa.text("ALTER TABLE away RENAME TO call_count"))
        db.session.commit()
        call_counts.keep()
        row = db.session.execute(sa.text("SELECT calls, milliseconds FROM call_count")).one()
    assert tuple(row) == (7, 90)


# -- lines ------------------------------------------------------------------------------------------------------------


def test_a_json_line_has_its_fields(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    app.test_client().get("/login?code=C0DE")
    (record,) = [record for record in caplog.records if record.name == "b24xero.access"]
    line = json.loads(logs.JsonLines().format(record))
    assert line["status"] == "200"
    assert line["calls"] == "0"
    assert line["request"]
    assert line["level"] == "INFO"
    assert "C0DE" not in json.dumps(line)


def test_an_error_keeps_its_trace_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("b24xero.test").exception('no answer host=portal.example reason="two words"')
    text = logs.JsonLines().format(caplog.records[-1])
    assert "\n" not in text
    line = json.loads(text)
    assert (line["host"], line["reason"]) == ("portal.example", "two words")
    assert "ZeroDivisionError" in line["trace"]


# -- alerts -----------------------------------------------------------------------------------------------------------


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[str] = []
        self.url = ""
        self.refuses = False


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that takes whatever comes."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line.split()[0].upper() if line.split() else b""
                if verb == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    lines = []
                    while (part := self.rfile.readline()) != b".\r\n":
                        lines.append(part.decode())
                    box.mails.append("".join(lines))
                elif verb == b"RCPT" and box.refuses:
                    self.wfile.write(b"550 no\r\n")
                    continue
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        box.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        yield box
        server.shutdown()


def looked(app: Flask) -> None:
    with app.app_context():
        alerts.watch(app.extensions["b24xero.settings"], utc_now())


def test_what_breaks_is_told_once_and_what_is_well_again_once(app: Flask, ready: Person, mailbox: Mailbox) -> None:
    with_settings(app, smtp_url=mailbox.url, alert_email=("it@harbourhill.example", "mere@harbourhill.example"))
    for _ in range(3):
        looked(app)
    (mail,) = mailbox.mails
    assert "Subject: b24xero: Worker is broken" in mail
    assert "To: it@harbourhill.example, mere@harbourhill.example" in mail
    assert "systemctl restart b24xero-worker" in mail
    assert "http://localhost/health" in mail
    with app.app_context():
        workers.beat("one", utc_now())
    for _ in range(3):
        looked(app)
    assert [mail.split("Subject: ")[1].splitlines()[0] for mail in mailbox.mails] == [
        "b24xero: Worker is broken", "b24xero: Worker is well again",
    ]  # fmt: skip


def test_a_mail_that_was_refused_goes_out_with_the_next_look(app: Flask, ready: Person, mailbox: Mailbox) -> None:
    with_settings(app, smtp_url=mailbox.url, alert_email=("it@harbourhill.example",))
    mailbox.refuses = True
    looked(app)
    assert mailbox.mails == []
    mailbox.refuses = False
    looked(app)
    assert len(mailbox.mails) == 1


def test_a_password_never_goes_out_without_tls(
    app: Flask, ready: Person, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    url = mailbox.url.replace("smtp://", "smtp://me:hush@")
    with_settings(app, smtp_url=url, alert_email=("it@harbourhill.example",))
    looked(app)
    assert mailbox.mails == []
    assert "error=SMTPNotSupportedError" in caplog.text
    assert "hush" not in caplog.text


def test_without_a_mail_server_it_is_looked_at_all_the_same(app: Flask, ready: Person) -> None:
    looked(app)
    with app.app_context():
        assert db.session.get_one(CheckResult, "worker").state == "broken"
        assert db.session.get(CheckResult, "xero_app") is None


# -- what is thrown away ----------------------------------------------------------------------------------------------


@on_both
def test_what_is_older_than_the_days_that_are_kept_is_thrown_away_and_counted(
    app: Flask, ready: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    old, young = utc_now() - timedelta(days=401), utc_now() - timedelta(days=399)
    gone = a_run(app, state="finished", ended_at=old)
    kept = a_run(app, state="finished", ended_at=old)
    waits = a_run(app, state="waiting", waits_for="xero", created_at=old, waits_since=utc_now())
    an_entry(app, gone, at=old)
    an_entry(app, kept, at=old)
    an_entry(app, kept, at=young)
    with app.app_context():
        maintenance.tidy()
        assert set(db.session.scalars(sa.select(SyncRun.id))) == {kept, waits}
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SyncEntry)) == 1
    assert "forgotten_entries=2" in caplog.text
    assert "forgotten_runs=1" in caplog.text


def test_for_ever_is_for_ever(app: Flask, ready: Person) -> None:
    with_settings(app, keep_days=0)
    an_entry(
        app, a_run(app, state="finished", ended_at=utc_now() - timedelta(days=4000)), at=utc_now() - timedelta(4000)
    )
    with app.app_context():
        maintenance.tidy()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SyncEntry)) == 1


# -- for whoever helps ------------------------------------------------------------------------------------------------


def test_the_zip_for_whoever_helps_says_much_and_names_nobody(
    app: Flask, ready: Person, vendors: Vendors, tmp_path: Path
) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    vendors.control("bitrix24/settings", updates_restricted=False)
    a_run(app, state="failed", problems=[{"code": "run_failed", "values": {"reference": "3f9c01ab", "left": "7"}}])
    an_entry(app, None, bitrix24_id=invoice_id, outcome="rejected",
             problems=[{"code": "bitrix24_says", "values": {"message": "Acme Plumbing owes"}}])  # fmt: skip
    app.test_cli_runner().invoke(args=["check"])
    ran = app.test_cli_runner().invoke(args=["support", str(tmp_path / "s.zip"), "--invoice", str(invoice_id)])
    assert ran.exit_code == 0, ran.output
    with zipfile.ZipFile(tmp_path / "s.zip") as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    assert "b24xero " in parts["versions.txt"]
    assert "sqlalchemy " in parts["versions.txt"]
    assert "BITRIX24_RATE=0" in parts["settings.txt"]
    assert "XERO_CLIENT_SECRET: set" in parts["settings.txt"]
    assert "SMTP_URL: not set" in parts["settings.txt"]
    assert "broken  worker: never" in parts["checks.txt"]
    assert "well    xero: well" in parts["checks.txt"]
    assert "run_failed 3f9c01ab" in parts["failures.json"]
    history = json.loads(parts[f"invoice-{invoice_id}.json"])
    assert [one["state"] for one in history["intents"]]
    assert history["links"][0]["in_xero"] is True
    settings = app.extensions["b24xero.settings"]
    everything = "\n".join(parts.values())
    for secret in (*KEYS.values(), settings.xero_client_secret, settings.bitrix24_client_secret, "Acme", "Mere",
                   "Harbour", vendors.base, settings.xero_client_id):  # fmt: skip
        assert secret not in everything
    again = app.test_cli_runner().invoke(args=["support", str(tmp_path / "s.zip")])
    assert again.exit_code == 1
