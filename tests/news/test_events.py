"""Bitrix24's events: asked for where something is sent by itself, believed in nothing, and not needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from b24xero import hour_counts
from b24xero.db.models import AutomaticSync, Portal, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.news import events, hearing
from tests.conftest import Vendors, on_both, on_old_and_both
from tests.news.heard import tell
from tests.news.test_automatic import automatic, carry_on, environ, later, sync_of
from tests.people import Person, text
from tests.pull.test_job import SENT

__all__ = ["automatic", "environ"]

ADDRESS = "http://localhost/bitrix24/event"
OF_ITEMS = {"ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMUPDATE"}
OF_OLD = {"ONCRMINVOICEADD", "ONCRMINVOICEUPDATE", "ONCRMINVOICESETSTATUS"}


@pytest.fixture
def told(automatic: Person, vendors: Vendors, app: Flask) -> Person:
    """Asked for, and the portal reaches us."""
    carry_on(app)
    assert tell(app, vendors) == [200]
    return automatic


def bound(vendors: Vendors, address: str = ADDRESS) -> set[str]:
    return {one["event"] for one in vendors.control("bitrix24/state")["handlers"] if one["handler"] == address}


def test_they_are_asked_for_once_and_tried_out(told: Person, vendors: Vendors, app: Flask) -> None:
    assert bound(vendors) == {"ONAPPTEST", *OF_ITEMS}
    assert events.reaches_us(sync_of(app), utc_now()) is True
    carry_on(app, later(minutes=3))
    assert tell(app, vendors) == []


@on_old_and_both
def test_those_of_old_invoices_are_asked_for_where_there_are_some(told: Person, vendors: Vendors) -> None:
    assert bound(vendors) >= OF_OLD


def test_where_the_portal_offers_those_of_invoices_alone_they_are_taken(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.control("bitrix24/settings", suffixed_events=True)
    carry_on(app)
    assert bound(vendors) == {"ONAPPTEST", *(f"{name}_31" for name in OF_ITEMS)}


@on_both
def test_what_is_told_of_is_written_within_seconds(told: Person, vendors: Vendors, app: Flask) -> None:
    vendors.new_invoice(stageId=SENT)
    assert carry_on(app, later(seconds=8)) == [], "nobody told"
    assert set(tell(app, vendors)) == {200}
    (run,) = carry_on(app, later(seconds=8))
    assert run.counts == {"created": 1}


@pytest.mark.parametrize("which_invoices", ["old"])
def test_so_is_an_old_one(told: Person, vendors: Vendors, app: Flask) -> None:
    vendors.new_old_invoice()
    assert set(tell(app, vendors)) == {200}
    assert [run.counts for run in carry_on(app, later(seconds=8))] == [{"created": 1}]


def test_a_thousand_events_are_one_look(told: Person, vendors: Vendors, app: Flask) -> None:
    id = vendors.new_invoice(stageId=SENT)
    for n in range(20):
        vendors.control("bitrix24/edit", id=id, fields={"title": f"Bathroom {n}"})
    assert len(tell(app, vendors)) > 20
    vendors.forget_requests()
    assert len(carry_on(app, later(seconds=8))) == 1
    tell(app, vendors)
    assert carry_on(app, later(seconds=10)) == [], "five seconds are to pass"


def test_our_own_moves_and_writes_end_in_nothing(told: Person, vendors: Vendors, app: Flask) -> None:
    vendors.new_invoice(stageId=SENT)
    tell(app, vendors)
    carry_on(app, later(seconds=8))
    vendors.forget_requests()
    for n in range(2, 9):
        tell(app, vendors)
        carry_on(app, later(seconds=8 * n))
    assert [call for call in vendors.calls("xero") if not call.startswith("GET")] == []


def test_whoever_does_not_know_the_word_is_refused(told: Person, vendors: Vendors, app: Flask) -> None:
    vendors.new_invoice(stageId=SENT)
    (post,) = vendors.control("bitrix24/events")[:1]
    for word in ("", "another", post["form"]["auth[application_token]"][:-1] + "é"):
        forged = {**post["form"], "auth[application_token]": word}
        assert app.test_client().post("/bitrix24/event", data=forged).status_code == 403
    assert not sync_of(app).bitrix24_has_news


def test_a_test_that_nobody_asked_for_teaches_no_word(told: Person, vendors: Vendors, app: Flask) -> None:
    forged = {"event": "ONAPPTEST", "data[QUERY][any]": "", "auth[application_token]": "mine"}
    assert app.test_client().post("/bitrix24/event", data=forged).status_code == 403
    with app.app_context():
        assert db.session.query(Portal.application_token).scalar() != "mine"


def test_an_item_of_another_process_is_counted_and_no_news(told: Person, vendors: Vendors, app: Flask) -> None:
    assert tell(app, vendors, other=177) == [200]
    with app.app_context():
        sync = db.session.query(AutomaticSync).one()
        assert not sync.bitrix24_has_news
        counted = hour_counts.since(sync.organisation_id, utc_now() - timedelta(hours=1))
        assert counted[hearing.NOT_INVOICE] == 1


def test_a_portal_that_does_not_reach_us_is_found_out(automatic: Person, vendors: Vendors, app: Flask) -> None:
    carry_on(app)
    assert events.reaches_us(sync_of(app), utc_now()) is None
    assert events.reaches_us(sync_of(app), later(minutes=6)) is False
    vendors.new_invoice(stageId=SENT)
    assert [run.counts for run in carry_on(app, later(minutes=3))] == [{"created": 1}], "it is found by asking"


def test_what_breaks_off_while_it_is_asked_after_is_asked_after_soon(
    told: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.new_invoice(stageId=SENT)
    tell(app, vendors)
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=503, body="{}", times=20)
    assert carry_on(app, later(seconds=8)) == []
    vendors.control("faults/clear")
    assert [run.counts for run in carry_on(app, later(seconds=16))] == [{"created": 1}]


def test_they_end_with_the_stages_and_with_the_login(told: Person, vendors: Vendors, app: Flask) -> None:
    told.turn_on(moves_stages="on")
    carry_on(app)
    assert bound(vendors) == set()
    told.turn_on(stage=[SENT])
    carry_on(app)
    assert bound(vendors)
    told.client.post("/xero/service/end", data={"csrf_token": told.token()})
    assert bound(vendors) == set()


def test_another_address_of_ours_takes_the_place_of_the_old_one(told: Person, vendors: Vendors, app: Flask) -> None:
    with app.app_context(), writing():
        sync = db.session.query(AutomaticSync).one()
        sync.events = {**sync.events, "at": "https://old.example/bitrix24/event"}
    vendors.bitrix24.world.handlers.append(
        {"event": "ONCRMDYNAMICITEMADD", "handler": "https://old.example/bitrix24/event", "auth_type": "0"}
    )
    carry_on(app, later(minutes=3))
    assert bound(vendors, "https://old.example/bitrix24/event") == set()
    assert bound(vendors) == {"ONAPPTEST", *OF_ITEMS}


def test_the_page_says_whether_bitrix24_reaches_us(told: Person, app: Flask) -> None:
    assert "Bitrix24 tells us" in text(told.client.get("/automatic").text)
