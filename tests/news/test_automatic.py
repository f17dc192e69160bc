"""Automatic sync against both vendors: what changes in one shows in the other, once, though nobody presses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import service_login, worker
from b24xero.db.models import AutomaticSync, InvoiceLink, Organisation, ServiceLogin, SyncEntry, SyncRun, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.news import look
from tests.conftest import Vendors, on_both, on_old
from tests.people import Person, text
from tests.pull.test_job import PAID, SENT, pushed, stage

OLD_SENT = "S"
KEY = "a signing key of Xero's"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "XERO_WEBHOOK_KEYS": f"the next one, {KEY}"}


@pytest.fixture
def automatic(ready: Person) -> Person:
    """The administrator after both ways were turned on."""
    ready.give_service_login()
    ready.turn_on(moves_stages="on", stage=[SENT, OLD_SENT])
    return ready


def carry_on(app: Flask, now: datetime | None = None) -> list[SyncRun]:
    """Look as a worker does, and let it carry on what that began."""
    with app.app_context():
        known = set(db.session.scalars(select(SyncRun.id)))
        look.look(now or utc_now())
        begun = [id for id in db.session.scalars(select(SyncRun.id).order_by(SyncRun.id)) if id not in known]
        db.session.commit()
        for id in begun:
            worker.take(id)
        db.session.expire_all()
        return [db.session.get_one(SyncRun, id) for id in begun]


def later(**values: float) -> datetime:
    return utc_now() + timedelta(**values)


def deliver(person: Person, vendors: Vendors, **values: Any) -> list[int]:
    """What Xero would post now, posted; the answers."""
    posts = vendors.control("xero/webhooks", key=KEY, **values)
    return [
        person.client.post(
            "/webhooks/xero", data=post["body"], content_type="application/json",
            headers={"x-xero-signature": post["signature"]},
        ).status_code
        for post in posts
    ]  # fmt: skip


def sync_of(app: Flask) -> AutomaticSync:
    with app.app_context():
        return db.session.scalars(select(AutomaticSync)).one()


# -- the login --------------------------------------------------------------------------------------------------------


def test_it_is_given_at_xero_and_says_who_gave_it(ready: Person, app: Flask) -> None:
    assert "Given by Mere Tautahi" in text(ready.give_service_login().text)
    with app.app_context():
        login = db.session.scalars(select(ServiceLogin)).one()
        assert login.lives
        assert login.user.name == "Mere Tautahi"


def test_a_consent_that_is_taken_back_keeps_nothing(ready: Person, app: Flask) -> None:
    assert "Without it everything waits" in text(ready.give_service_login(action="cancel").text)
    with app.app_context():
        assert not db.session.scalars(select(ServiceLogin)).all()


def test_only_an_administrator_gives_and_ends_it(automatic: Person, app: Flask) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    for address in ("/xero/service/end", "/automatic"):
        assert tom.client.post(address, data={"csrf_token": tom.token()}).status_code == 403
    for address in ("/xero/service", "/automatic"):
        assert tom.client.get(address).status_code == 403
    with app.app_context():
        assert db.session.scalars(select(ServiceLogin)).one().lives


def test_it_outlives_the_persons_own_login_and_their_disconnect(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(automatic, vendors)
    automatic.client.post("/xero/disconnect", data={"csrf_token": automatic.token()})
    vendors.control("xero/pay", invoice=number)
    assert {run.state for run in carry_on(app)} == {"finished"}
    assert stage(vendors, invoice_id) == PAID


def test_it_renews_itself_once_its_half_hour_is_over(automatic: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(automatic, vendors)
    vendors.control("xero/pay", invoice=number)
    vendors.control("xero/tokens/expire")
    (run,) = [run for run in carry_on(app) if run.kind == "pull"]
    assert (run.state, run.waits_for) == ("waiting", "time"), "Xero would not take the token, so a new one is asked for"
    with app.app_context(), writing():
        db.session.get_one(SyncRun, run.id).resume_at = utc_now()
    with app.app_context():
        worker.take(run.id)
    assert stage(vendors, invoice_id) == PAID


def test_when_xero_ends_it_nothing_goes_and_health_says_so(automatic: Person, vendors: Vendors, app: Flask) -> None:
    vendors.control("xero/tokens/expire", refresh=True)
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        service_login.doubt(organisation.id)
    assert [run.state for run in carry_on(app)] == ["closed"]
    assert carry_on(app, later(hours=5)) == []
    assert "has ended for" in text(automatic.client.get("/health").text)
    assert "Xero has ended it" in text(automatic.client.get("/automatic").text)


def test_ending_it_ends_the_connection_unless_a_person_stands_on_it(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    automatic.client.post("/xero/service/end", data={"csrf_token": automatic.token()})
    assert vendors.control("xero/state")["connections"], "Mere's own login stands on the same connection"
    assert "Without it everything waits" in text(automatic.client.get("/automatic").text)
    assert carry_on(app, later(hours=5)) == []


# -- from Xero --------------------------------------------------------------------------------------------------------


@on_both
def test_paid_in_xero_is_paid_in_bitrix24_though_nobody_presses(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(automatic, vendors)
    carry_on(app)
    vendors.control("xero/pay", invoice=number)
    assert carry_on(app) == [], "nobody told, and it is not time yet"
    (run,) = [run for run in carry_on(app, later(hours=3, minutes=1)) if run.kind == "pull"]
    assert (run.by_service, run.state, run.counts) == (True, "finished", {"moved": 1})
    assert stage(vendors, invoice_id) == PAID


def test_what_the_webhook_tells_of_is_asked_after_at_once(automatic: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(automatic, vendors)
    carry_on(app)
    deliver(automatic, vendors)
    carry_on(app)
    vendors.control("xero/pay", invoice=number)
    vendors.forget_requests()
    assert deliver(automatic, vendors) == [200]
    assert [run.kind for run in carry_on(app)] == ["pull"]
    assert stage(vendors, invoice_id) == PAID
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Invoices"]
    assert sync_of(app).untold == 0


def test_what_the_webhook_did_not_tell_of_is_found_counted_and_then_looked_for_more_often(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    _invoice_id, number = pushed(automatic, vendors)
    carry_on(app)
    vendors.control("xero/pay", invoice=number)
    carry_on(app, later(hours=4))
    assert sync_of(app).untold == 1
    assert "leaves changes out: 1 since" in text(automatic.client.get("/health").text)
    assert "Left out by Xero’s webhook" in text(automatic.client.get("/automatic").text)
    with app.app_context():
        assert not look.is_told(db.session.scalars(select(AutomaticSync)).one())


@pytest.mark.parametrize(("links", "days", "reads"), [(1, 2, True), (1500, 2, True), (1500, 1.5, False)])
def test_where_xero_tells_all_that_is_open_is_read_a_thousand_a_day(
    automatic: Person, vendors: Vendors, app: Flask, links: int, days: float, reads: bool
) -> None:
    """An idle day is to cost ten calls, however many are open."""
    pushed(automatic, vendors)
    carry_on(app)
    with app.app_context(), writing():
        organisation = db.session.scalars(select(Organisation)).one()
        organisation.swept_at = utc_now() - timedelta(days=days)
        for n in range(1, links):
            db.session.add(
                InvoiceLink(organisation_id=organisation.id, bitrix24_id=10**6 + n, xero_status="AUTHORISED")
            )
    vendors.forget_requests()
    carry_on(app, later(hours=4))
    with app.app_context():
        swept_at = db.session.scalars(select(Organisation)).one().swept_at
        assert swept_at is not None
        assert (swept_at > utc_now() - timedelta(hours=1)) is reads


def test_intent_to_receive_is_answered_as_xero_wants_it(automatic: Person, vendors: Vendors, app: Flask) -> None:
    posts = vendors.control("xero/webhooks", key=KEY, intent=True)
    answers = [
        app.test_client().post("/webhooks/xero", data=post["body"], headers={"x-xero-signature": post["signature"]})
        for post in posts
    ]
    assert [answer.status_code for answer in answers] == [200, 401]
    for answer in answers:
        assert answer.data == b""
        assert "Set-Cookie" not in answer.headers


def test_a_forged_post_changes_nothing(automatic: Person, vendors: Vendors, app: Flask) -> None:
    pushed(automatic, vendors)
    carry_on(app)
    (post,) = vendors.control("xero/webhooks", key="somebody else's")
    told = automatic.client.post(
        "/webhooks/xero", data=post["body"], headers={"x-xero-signature": post["signature"]}
    )  # fmt: skip
    assert told.status_code == 401
    assert sync_of(app).heard_at is None


# -- from Bitrix24 ----------------------------------------------------------------------------------------------------


@on_both
def test_what_comes_into_a_chosen_stage_is_created_and_its_later_changes_are_written(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    carry_on(app)
    invoice_id = vendors.new_invoice(stageId=SENT)
    number = str(vendors.invoice(invoice_id)["item"]["accountNumber"])
    (run,) = carry_on(app, later(minutes=3))
    assert (run.kind, run.by_service, run.state, run.counts) == ("push", True, "finished", {"created": 1})
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, both floors"})
    (run,) = carry_on(app, later(minutes=6))
    assert run.counts == {"updated": 1}
    (there,) = vendors.in_xero(number)
    assert there["Reference"] == "Bathroom, both floors"


@on_old
def test_so_it_is_with_old_invoices(automatic: Person, vendors: Vendors, app: Flask) -> None:
    carry_on(app)
    key = vendors.new_old_invoice()
    (run,) = carry_on(app, later(minutes=3))
    assert run.counts == {"created": 1}
    with app.app_context():
        assert db.session.scalars(select(InvoiceLink.bitrix24_id)).all() == [key]


def test_a_stage_that_was_not_chosen_is_left_alone(automatic: Person, vendors: Vendors, app: Flask) -> None:
    carry_on(app)
    vendors.new_invoice(stageId="DT31_7:N")
    assert carry_on(app, later(minutes=3)) == []


def test_what_was_there_when_it_was_turned_on_is_not_swept_up(automatic: Person, vendors: Vendors, app: Flask) -> None:
    vendors.forget_requests()
    assert [run.kind for run in carry_on(app)] == ["pull"]
    assert not [call for call in vendors.calls("xero") if call.startswith(("PUT", "POST"))]


def test_our_own_moves_and_writes_are_no_news_that_writes_again(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    carry_on(app)
    invoice_id = vendors.new_invoice(stageId=SENT)
    carry_on(app, later(minutes=3))
    number = str(vendors.invoice(invoice_id)["item"]["accountNumber"])
    vendors.control("xero/pay", invoice=number)
    deliver(automatic, vendors)
    carry_on(app, later(minutes=6))
    assert stage(vendors, invoice_id) == PAID
    vendors.forget_requests()
    for minutes in range(9, 60, 3):
        deliver(automatic, vendors)
        carry_on(app, later(minutes=minutes))
    written = [call for call in vendors.calls("xero") if not call.startswith("GET") and "/Invoices" in call]
    assert written == []
    assert stage(vendors, invoice_id) == PAID


def test_a_look_that_finds_nothing_costs_one_call_to_the_portal_and_begins_no_run(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    carry_on(app)
    vendors.forget_requests()
    assert carry_on(app, later(minutes=3)) == []
    assert len(vendors.calls("bitrix24")) == 1


def test_a_portal_that_does_not_answer_is_asked_again_and_nothing_is_missed(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    carry_on(app)
    vendors.new_invoice(stageId=SENT)
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=503, body="{}", times=20)
    assert carry_on(app, later(minutes=3)) == []
    vendors.control("faults/clear")
    assert [run.counts for run in carry_on(app, later(minutes=6))] == [{"created": 1}]


def test_what_the_service_did_stands_on_the_record_as_done_by_itself(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    carry_on(app)
    vendors.new_invoice(stageId=SENT)
    carry_on(app, later(minutes=3))
    with app.app_context():
        (entry,) = db.session.scalars(select(SyncEntry).where(SyncEntry.kind == "push")).all()
        assert entry.run.by_service
    assert "Automatic sync, as Mere Tautahi" in text(automatic.client.get("/activity").text)


# -- told -------------------------------------------------------------------------------------------------------------


def test_the_list_says_that_it_is_up_to_date_as_long_as_it_is(automatic: Person, app: Flask) -> None:
    carry_on(app)
    assert "Xero: up to date, " in text(automatic.client.get("/invoices").text)
    with app.app_context(), writing():
        db.session.scalars(select(AutomaticSync)).one().asked_xero_at = later(hours=-4)
    assert "Xero: as of" in text(automatic.client.get("/invoices").text), "no worker has looked for hours"


def test_it_is_turned_off_and_ended_while_bitrix24_does_not_answer(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    token = automatic.token()
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=503, body="{}", times=50)
    page = text(automatic.client.get("/automatic").text)
    assert "Bitrix24 gave an answer that cannot be read" in page
    assert "End it" in page
    saved = automatic.client.post("/automatic", data={"csrf_token": token})
    assert saved.status_code == 303
    assert (sync_of(app).moves_stages, sync_of(app).sent_stages) == (False, [])
    assert automatic.client.post("/xero/service/end", data={"csrf_token": token}).status_code == 303
    with app.app_context():
        assert not db.session.scalars(select(ServiceLogin)).all()
