"""One long day of everything that b24xero does, with secrets in every place that can hold one: no line tells any.

The lines are those of web and worker, as text and as JSON, with everything that a library would say besides.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from b24xero import logs, maintenance, worker
from b24xero.checks import alerts
from b24xero.db import models
from b24xero.db.models import SyncRun, utc_now
from b24xero.db.states import RunKind
from b24xero.extensions import db
from tests import catalogue
from tests.conftest import Vendors
from tests.people import HTMX, Person
from tests.web.test_every_route import OWN, filled, rules
from tests.web.test_portal import Frame

# Each word stands in one place; a line that holds one says by it which place has leaked.
CUSTOMER, CUSTOMERS_MAIL = "Quillfeather", "quillfeather.post@hush.example"
TITLE, PRODUCT, CODE, DESCRIPTION = "Zephyrroom", "Marmaladehose", "OBSCURE-77", "Velvetwords"
SEARCH, TYPED, REFUSED = "Whisperquery", "Murmuramount", "Confidentialrefusal"
SMTP_WORD, ALERT_MAIL, METRICS_WORD = "smtp-pass-Hushhush", "alarm.person@hush.example", "metrics-Hushhush"
PEOPLE = ("Mere", "Tautahi", "Hallam", "mere@")
MARKED = {
    CUSTOMER, CUSTOMERS_MAIL, TITLE, PRODUCT, CODE, DESCRIPTION, SEARCH, TYPED, REFUSED, SMTP_WORD, ALERT_MAIL,
    METRICS_WORD, *PEOPLE,
}  # fmt: skip


class Kept(logging.Handler):
    """Every line as both formats would write it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.formats = (logs.TextLines(logs.TEXT), logs.JsonLines())
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        as_text, as_json = (one.format(record) for one in self.formats)
        self.lines.append((as_text, as_json))


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler, root = Kept(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logs.keep_quiet()
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "METRICS_TOKEN": METRICS_WORD, "ALERT_EMAIL": ALERT_MAIL,
            "SMTP_URL": f"smtp://{ALERT_MAIL.replace('@', '%40')}:{SMTP_WORD}@localhost:9"}  # fmt: skip


class Day:
    """Everything that is done, and every secret that was met on the way."""

    def __init__(self, app: Flask, vendors: Vendors) -> None:
        self.app, self.vendors = app, vendors
        self.met: set[str] = set()
        self.mere = Person(app, "Mere Tautahi")

    def meet(self, *values: str | None) -> None:
        self.met |= {value for value in values if value and len(value) >= 8}

    def sign_in(self) -> None:
        start = self.mere.client.get("/login/bitrix24").headers["Location"]
        back = self.mere.at_bitrix24(start)
        self.mere.client.get(back.removeprefix("http://localhost"))
        consent = self.mere.client.get("/xero/connect").headers["Location"]
        returned = self.mere.at_xero(consent)
        self.mere.client.get(returned.removeprefix("http://localhost"))
        for address in (start, back, consent, returned):
            told = dict(parse_qsl(urlsplit(address).query))
            self.meet(*(told.get(name) for name in ("code", "state", "code_challenge")))
        cookie = self.mere.client.get_cookie("b24xero")
        self.meet(self.mere.token(), cookie.value if cookie else None)
        self.mere.save_set_up()

    def read_pages(self, invoice: int) -> None:
        own = f"/invoices/{invoice}"
        pages = ("/invoices", "/products", "/activity", "/access", "/health", "/month-end", own, f"{own}/preview")
        for address in (*pages, f"{own}/why"):
            asked = {"q": SEARCH, "back": f"/invoices?q={SEARCH}"}
            self.mere.client.get(address, query_string=asked)
            self.mere.client.get(address, query_string=asked, headers=HTMX)
        self.mere.client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_WORD}"})
        self.mere.client.get(f"/no-such-page?code={SEARCH}", headers={"Referer": f"http://localhost/?q={SEARCH}"})

    def ask_every_route(self) -> None:
        """With a search in each query and each form."""
        token = self.mere.token()
        for rule, verb in rules(self.app):
            if rule.rule in ("/logout", "/xero/disconnect", "/access/end-all"):
                continue
            form = {"csrf_token": token, "q": SEARCH, "name": SEARCH, "price": TYPED} if verb == "POST" else None
            self.mere.client.open(filled(rule), method=verb, query_string={"q": SEARCH}, data=form, headers=OWN)

    def run_all_jobs(self, ids: list[int]) -> None:
        item = str(next(iter(self.vendors.bitrix24.world.products)))
        for address, form in (
            ("/invoices/many/write", {"id": [str(one) for one in ids], "back": f"/invoices?q={SEARCH}"}),
            ("/runs/pull", {}), ("/month-end", {"month": "2026-11"}), ("/products/many", {"id": item}),
            ("/invoices/find", {}), ("/invoices/find/link-all", {}),
        ):  # fmt: skip
            answer = self.mere.client.post(address, data={"csrf_token": self.mere.token(), **form})
            assert answer.status_code == 303, (address, answer.status_code)
            self.carry_on()

    def carry_on(self) -> None:
        with self.app.app_context():
            ids = list(db.session.scalars(sa.select(SyncRun.id).order_by(SyncRun.id)))
            db.session.commit()
        for run_id in ids:
            with self.app.app_context():
                worker.take(run_id)
                db.session.remove()

    def add_a_product(self) -> None:
        catalogue.add(self.mere, name=PRODUCT, code=CODE, description=DESCRIPTION)
        catalogue.add(self.mere, name=PRODUCT, code=CODE, price=TYPED)

    def tidy_and_alert(self) -> None:
        settings = self.app.extensions["b24xero.settings"]
        with self.app.app_context():
            maintenance.tidy(worker.guarded)
            alerts.watch(replace(settings, bitrix24_portal_url="http://localhost:9"), utc_now())

    def break_things(self, invoice: int) -> None:
        """Refusals with words of theirs, answers that are none, errors that nobody foresaw."""
        body = json.dumps({"error": "ERROR_CORE", "error_description": f"{REFUSED} {CUSTOMER}"})
        self.vendors.fault("answer", vendor="bitrix24", path="/rest/", status=400, body=body, times=3)
        self.mere.list()
        self.vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body=f"<html>{REFUSED}", times=3)
        self.mere.list()
        self.vendors.control("faults/clear")
        refusal = json.dumps({"Type": "ValidationException", "Message": REFUSED, "Elements": [
            {"ValidationErrors": [{"Message": f"{REFUSED} {CUSTOMER}"}]}]})  # fmt: skip
        self.vendors.fault("answer", vendor="xero", path="/Invoices", status=400, body=refusal, times=3)
        self.mere.press(invoice)
        self.vendors.control("faults/clear")
        self.vendors.control("bitrix24/tokens/expire")
        self.vendors.fault("drop_before", vendor="bitrix24", path="/oauth/token", times=2)
        self.mere.list()
        self.vendors.control("faults/clear")
        self.mere.list()

    def collect(self) -> None:
        """What both systems have given out, and what we keep."""
        with self.app.app_context():
            for name in ("Bitrix24Login", "XeroLogin"):
                for row in db.session.scalars(sa.select(getattr(models, name))):
                    self.meet(*(getattr(row, column, None) for column in ("access_token", "refresh_token")))
            self.meet(db.session.scalar(sa.select(models.Portal.application_token)))
        self.meet(*self.vendors.bitrix24.world.access, *self.vendors.bitrix24.world.refresh)
        self.meet(*self.vendors.xero.tokens.access)
        settings = self.app.extensions["b24xero.settings"]
        self.meet(
            settings.bitrix24_client_secret, settings.xero_client_secret, *settings.secret_key, *settings.token_keys
        )


def invoices(vendors: Vendors) -> list[int]:
    company = vendors.control("bitrix24/company", title=f"{CUSTOMER} Ltd", email=CUSTOMERS_MAIL)["item"]["id"]
    rows = [{"productName": PRODUCT, "price": 10, "quantity": 1, "taxRate": 15, "taxIncluded": "N", "sort": 10}]
    return [vendors.new_invoice(title=f"{TITLE} {n}", companyId=company, rows=rows) for n in range(4)]


def test_no_line_of_a_whole_day_tells_a_secret(
    app: Flask, vendors: Vendors, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Day(app, vendors)
    day.sign_in()
    first, *others = invoices(vendors)
    assert day.mere.press(first).status_code == 200
    day.run_all_jobs(others)
    with app.app_context():
        kinds = set(db.session.scalars(sa.select(SyncRun.kind)))
    assert kinds == set(get_args(RunKind))
    day.read_pages(first)
    day.add_a_product()
    Frame(app, vendors).open()
    day.break_things(others[0])
    day.tidy_and_alert()
    day.ask_every_route()

    def broken() -> str:
        raise ValueError(f"{CUSTOMER} is no number") from KeyError(f"https://portal.example/?client_secret={SEARCH}")

    monkeypatch.setitem(app.view_functions, "activity.index", broken)
    assert day.mere.client.get("/activity").status_code == 500
    day.collect()
    assert len(day.met) > 15
    assert len(kept.lines) > 120
    secrets = MARKED | day.met
    told = {(word, line[:300]) for lines in kept.lines for line in lines for word in secrets if word in line}
    assert told == set()
    loggers = {json.loads(line)["logger"] for _text, line in kept.lines}
    assert {"b24xero.access", "b24xero.worker", "b24xero.web.errors", "b24xero.checks.alerts"} <= loggers
