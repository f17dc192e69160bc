"""What Xero's webhook did not tell of: numbers that are missing, posts that cannot be read, events of others."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from b24xero import hour_counts
from b24xero.db.models import AutomaticSync, utc_now
from b24xero.extensions import db
from b24xero.news import hearing
from tests.conftest import Vendors, on_both
from tests.news.test_automatic import KEY, automatic, carry_on, deliver, environ, later, sync_of
from tests.people import Person
from tests.pull.test_job import PAID, pushed, stage

__all__ = ["automatic", "environ"]


@pytest.fixture
def quiet(automatic: Person, vendors: Vendors, app: Flask) -> tuple[Person, int, str]:
    """An invoice in Xero; all that was told of was asked after."""
    invoice_id, number = pushed(automatic, vendors)
    deliver(automatic, vendors)
    carry_on(app)
    return automatic, invoice_id, number


def post(person: Person, said: bytes | dict[str, Any]) -> int:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    signature = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
    return person.client.post("/webhooks/xero", data=body, headers={"x-xero-signature": signature}).status_code


def of(app: Flask, category: str, number: int, tenant: str = "", **data: str) -> dict[str, Any]:
    with app.app_context():
        tenant = tenant or db.session.query(AutomaticSync).one().organisation.xero_id
    event = {"tenantId": tenant, "eventCategory": category, "eventType": "UPDATE", "data": data}
    return {"events": [event], "firstEventSequence": number, "lastEventSequence": number}


@on_both
def test_a_number_that_is_missing_is_asked_after_within_minutes(
    quiet: tuple[Person, int, str], vendors: Vendors, app: Flask
) -> None:
    person, invoice_id, number = quiet
    last = sync_of(app).sequence
    vendors.control("xero/pay", invoice=number)
    vendors.control("xero/webhooks", key=KEY)  # lost
    assert post(person, of(app, "CONTACT", last + 2)) == 200
    assert [run.kind for run in carry_on(app, later(minutes=1))] == [], "bounded: not for each one at once"
    assert [run.kind for run in carry_on(app, later(minutes=2, seconds=5)) if run.kind == "pull"] == ["pull"]
    assert stage(vendors, invoice_id) == PAID
    assert sync_of(app).untold == 1
    assert not sync_of(app).has_gap


def test_numbers_in_a_row_doubled_or_late_are_no_gap(quiet: tuple[Person, int, str], app: Flask) -> None:
    person, _id, _number = quiet
    last = sync_of(app).sequence
    for number in (last + 1, last + 1, last + 2, last, 1):
        assert post(person, of(app, "CONTACT", number)) == 200
    assert not sync_of(app).has_gap
    assert sync_of(app).sequence == last + 2


def test_intent_to_receive_is_no_gap(quiet: tuple[Person, int, str], vendors: Vendors, app: Flask) -> None:
    person, _id, _number = quiet
    last = sync_of(app).sequence
    assert deliver(person, vendors, intent=True) == [200, 401]
    assert (sync_of(app).sequence, sync_of(app).has_gap) == (last, False)


@pytest.mark.parametrize("body", [b"nonsense", b'{"events":[7]}', b'{"events":[{"eventCategory":"INVOICE"}]}'])
def test_what_is_signed_and_cannot_be_read_is_asked_after(
    quiet: tuple[Person, int, str], app: Flask, body: bytes
) -> None:
    assert post(quiet[0], body) == 200
    assert sync_of(app).has_gap


def test_events_that_say_nothing_to_us_are_counted_by_why_and_cost_no_call(
    quiet: tuple[Person, int, str], vendors: Vendors, app: Flask
) -> None:
    person, _id, _number = quiet
    last = sync_of(app).sequence
    vendors.forget_requests()
    kinds = [("CONTACT", ""), ("INVOICE", "ACCPAY"), ("CREDITNOTE", "ACCPAYCREDIT"), ("QUOTE", "")]
    for n, (category, kind) in enumerate(kinds, start=1):
        assert post(person, of(app, category, last + n, Type=kind)) == 200
    assert carry_on(app, later(minutes=1)) == []
    assert vendors.calls("xero") == []
    with app.app_context():
        sync = db.session.query(AutomaticSync).one()
        counted = hour_counts.since(sync.organisation_id, utc_now() - timedelta(hours=1))
        assert not sync.has_news
    dropped = {name: count for name, count in counted.items() if name.startswith("dropped")}
    assert dropped == {hearing.OTHER: 1, hearing.SUPPLIER: 2, hearing.UNKNOWN: 1}


def test_an_event_of_an_organisation_that_is_nobodys_here_goes_on_counting(
    quiet: tuple[Person, int, str], app: Flask
) -> None:
    """Xero numbers the events of the application, whichever organisation they are of."""
    person, _id, _number = quiet
    last = sync_of(app).sequence
    assert post(person, of(app, "INVOICE", last + 1, tenant="9d0c1b1e-0000-4000-8000-00000000ffff")) == 200
    assert (sync_of(app).sequence, sync_of(app).has_news) == (last + 1, False)
