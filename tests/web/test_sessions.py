"""Sessions that can be taken back: when one ends, and what ends with it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from b24xero import maintenance, sessions
from b24xero.db.models import AccessEvent, Bitrix24Login, User, UserSession, XeroLogin, utc_now
from b24xero.extensions import db
from b24xero.ratelimit.unproven import OPENINGS
from tests.conftest import Vendors, on_both
from tests.people import HTMX, Person, text
from tests.web.test_login_bitrix24 import signed_in, twin
from tests.web.test_portal import JACK, Frame
from tests.web.test_rights import eleven_minutes_later
from tests.web.test_runs import a_run
from tests.web.test_unproven import a_post


def age(app: Flask, **columns: timedelta) -> None:
    """Every session's moments, so much earlier."""
    with app.app_context():
        for row in db.session.scalars(select(UserSession)):
            for name, by in columns.items():
                setattr(row, name, getattr(row, name) - by)
        db.session.commit()


@on_both
def test_a_copied_cookie_is_worth_nothing_after_the_sign_out(mere: Person) -> None:
    thief = twin(mere)
    assert signed_in(thief)
    assert mere.client.post("/logout", data={"csrf_token": mere.token()}).status_code == 303
    assert not signed_in(thief)


def test_a_copied_frame_token_is_worth_nothing_after_the_sign_out(app: Flask, vendors: Vendors) -> None:
    frame, thief = Frame(app, vendors), Frame(app, vendors)
    frame.open(JACK)
    thief.token = frame.token
    frame.press(frame.visit("/invoices").text, "/invoices", "Sign out")
    assert thief.visit("/invoices").request.path == "/login"


def test_signing_out_ends_the_xero_login_too(ready: Person, app: Flask) -> None:
    assert ready.client.post("/logout", data={"csrf_token": ready.token()}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(XeroLogin)).all() == []


def test_signing_in_again_in_the_same_browser_ends_what_it_had_before(mere: Person, app: Flask) -> None:
    thief = twin(mere)
    with mere.client.session_transaction() as session:
        before = session["sid"]
    mere.client.get("/login")
    mere.sign_in()
    with mere.client.session_transaction() as session:
        assert session["sid"] != before
    assert signed_in(mere)
    assert not signed_in(thief)
    with app.app_context():
        reasons = db.session.scalars(select(UserSession.end_reason).order_by(UserSession.id)).all()
    assert reasons == ["replaced", ""]


def test_other_browsers_and_frames_of_the_person_stay_signed_in(mere: Person, app: Flask, vendors: Vendors) -> None:
    other, frame = Person(app, "Mere Tautahi").sign_in(), Frame(app, vendors)
    frame.open()
    mere.client.post("/logout", data={"csrf_token": mere.token()})
    assert signed_in(other)
    assert frame.visit("/invoices").request.path == "/invoices"


@pytest.mark.parametrize(
    ("columns", "lives"),
    [({"seen_at": timedelta(hours=7, minutes=59)}, True), ({"seen_at": timedelta(hours=8)}, False),
     ({"created_at": timedelta(days=13, hours=23)}, True), ({"created_at": timedelta(days=14)}, False)],
)  # fmt: skip
def test_a_session_ends_eight_hours_idle_and_fourteen_days_old(
    mere: Person, app: Flask, columns: dict[str, timedelta], lives: bool
) -> None:
    age(app, **columns)
    assert signed_in(mere) == lives


def test_a_frame_ends_as_a_browser_does(app: Flask, vendors: Vendors) -> None:
    frame = Frame(app, vendors)
    frame.open(JACK)
    age(app, seen_at=sessions.IDLE)
    assert frame.visit("/invoices").request.path == "/login"


def test_a_sign_of_life_counts_and_costs_a_write_a_minute(mere: Person, app: Flask) -> None:
    written: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _r, sql, *_: written.append(sql))
    age(app, seen_at=timedelta(hours=7))
    assert signed_in(mere)
    assert sum(sql.startswith("UPDATE session") for sql in written) == 2  # the test's own, and the sign of life
    assert signed_in(mere)
    assert sum(sql.startswith("UPDATE session") for sql in written) == 2
    age(app, seen_at=timedelta(hours=7))
    assert signed_in(mere)


def test_the_session_is_looked_at_in_the_question_that_reads_the_person(mere: Person, app: Flask) -> None:
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _r, sql, *_: asked.append(sql))
    assert mere.client.get("/xero/state").status_code == 204
    of_person = [sql for sql in asked if re.search(r'FROM "?(session|user)"? ', sql)]
    assert len(of_person) == 1
    assert "JOIN session" in of_person[0]


# -- who is gone ------------------------------------------------------------------------------------------------------


def test_whom_bitrix24_dismissed_is_out_everywhere_with_all_that_was_kept(
    app: Flask, ready: Person, vendors: Vendors
) -> None:
    tom, phone, frame = Person(app, "Tom Hallam").sign_in(), Person(app, "Tom Hallam").sign_in(), Frame(app, vendors)
    frame.open(7)
    tom.connect()
    vendors.control("bitrix24/user", id=7, active=False)
    assert tom.list().headers["HX-Redirect"].startswith("/login")
    assert not signed_in(phone)
    assert not signed_in(tom)
    assert frame.visit("/invoices").request.path == "/login"
    assert signed_in(ready)
    with app.app_context():
        toms = db.session.scalars(select(User).filter_by(bitrix24_id=7)).one()
        assert (toms.bitrix24_login, toms.xero_login) == (None, None)


def test_a_run_that_meets_a_dismissed_person_ends_their_sessions(app: Flask, ready: Person, vendors: Vendors) -> None:
    from b24xero import worker

    ready.press(vendors.new_invoice())
    run_id = a_run(app, asked={"read": True}, kind="pull", total=1)
    with app.app_context():
        db.session.execute(update(Bitrix24Login).values(expires_at=utc_now()))
        from b24xero.db.models import InvoiceLink

        db.session.execute(update(InvoiceLink).values(news=True))
        db.session.commit()
    vendors.control("bitrix24/user", id=1, active=False)
    with app.app_context():
        worker.take(run_id)
    assert not signed_in(ready)


GONE = {"dismissed": {"active": False}, "the application is not for them": {"app_access": False}}


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize(
    ("verb", "address"),
    [("GET", "/invoices"), ("GET", "/bitrix24/install"), ("GET", "/setup"), ("GET", "/access"), ("GET", "/activity"),
     ("GET", "/products"), ("GET", "/products/add"), ("POST", "/products/add"), ("POST", "/bitrix24/places"),
     ("GET", "/invoices/240/card"), ("GET", "/invoices/240/preview"), ("POST", "/invoices/240/push"),
     ("POST", "/setup/check"), ("POST", "/invoices/many")],
)  # fmt: skip
def test_whichever_answer_of_bitrix24_tells_it_first_ends_every_session_of_the_person(
    ready: Person, app: Flask, vendors: Vendors, gone: str, verb: str, address: str
) -> None:
    phone, token = Person(app, "Mere Tautahi").sign_in(), ready.token()
    eleven_minutes_later(app)
    vendors.control("bitrix24/user", id=1, **GONE[gone])
    sent = {"csrf_token": token, "id": "240", "name": "Copper pipe", "price": "1"}
    ready.client.open(address, method=verb, headers=HTMX, **({"data": sent} if verb == "POST" else {}))
    assert not signed_in(phone)
    assert not signed_in(ready)
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        assert (user.bitrix24_login, user.xero_login) == (None, None)


def test_who_may_not_use_the_application_any_more_is_told_what_to_do(
    ready: Person, app: Flask, vendors: Vendors
) -> None:
    vendors.control("bitrix24/user", id=1, app_access=False)
    assert ready.list().headers["HX-Redirect"].startswith("/login")
    assert "You may not use the application b24xero in Bitrix24" in text(ready.client.get("/login").text)
    again = ready.client.get(_back(ready), follow_redirects=True)
    assert again.status_code == 403
    assert "You may not use the application b24xero in Bitrix24" in text(again.text)
    vendors.control("bitrix24/user", id=1, app_access=True)
    assert signed_in(ready.sign_in())


def _back(person: Person) -> str:
    parts = urlsplit(person.at_bitrix24(person.client.get("/login/bitrix24").headers["Location"]))
    return f"{parts.path}?{parts.query}"


def test_a_token_that_cannot_be_renewed_while_nobody_looks_ends_the_sessions_too(
    mere: Person, app: Flask, vendors: Vendors
) -> None:
    with app.app_context():
        db.session.execute(update(Bitrix24Login).values(renewed_at=utc_now() - timedelta(days=151)))
        db.session.commit()
    vendors.control("bitrix24/tokens/revoke")
    with app.app_context():
        maintenance.renew_idle_tokens()
    assert not signed_in(mere)


def test_tokens_that_ended_end_the_sessions_that_stood_on_them(mere: Person, app: Flask, vendors: Vendors) -> None:
    other = Person(app, "Mere Tautahi").sign_in()
    vendors.control("bitrix24/tokens/revoke")
    assert mere.list().headers["HX-Redirect"].startswith("/login")
    assert not signed_in(other)


def test_rows_of_long_ago_are_forgotten(mere: Person, app: Flask) -> None:
    age(app, seen_at=timedelta(days=91), created_at=timedelta(days=91))
    Person(app, "Tom Hallam").sign_in()
    with app.app_context():
        assert sessions.forget_old(utc_now()) == 1
        assert len(db.session.scalars(select(UserSession)).all()) == 1


# -- who comes in too often -------------------------------------------------------------------------------------------


def test_a_colleague_who_opens_the_frame_by_script_is_told_to_wait_and_nobody_else_is(
    app: Flask, vendors: Vendors
) -> None:
    address, form = a_post(vendors, JACK)
    client = app.test_client(use_cookies=False)
    statuses = [client.post(address, data=form).status_code for _ in range(OPENINGS + 10)]
    assert statuses == [200] * OPENINGS + [429] * 10
    other = a_post(vendors, 12)
    assert client.post(other[0], data=other[1]).status_code == 200


@on_both
def test_of_one_person_a_hundred_sessions_live_and_the_oldest_end(mere: Person, app: Flask) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(bitrix24_id=1)).one()
        for n in range(sessions.MOST_LIVING + 5):
            sessions.begin(user, sessions.FRAME, utc_now() + timedelta(milliseconds=n))
        assert sessions.count_living(utc_now()) == sessions.MOST_LIVING + 1
    assert signed_in(tom)
    assert not signed_in(mere)


@on_both
def test_no_flood_of_refusals_and_no_script_makes_what_others_did_be_forgotten(
    mere: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "KEPT_EVENTS", 20)
    Person(app, "Tom Hallam").sign_in()
    with app.app_context():
        toms = db.session.scalars(select(User).filter_by(bitrix24_id=7)).one()
        for n in range(50):
            sessions.refused(sessions.FRAME, "other_portal", utc_now())
            if n % 2:
                sessions.begin(toms, sessions.FRAME, utc_now())
        assert sessions.forget_old(utc_now()) == 50 + 26 - 2 * 20
        kept = db.session.scalars(select(AccessEvent.user_id)).all()
        assert sorted(Counter(kept).values()) == [1, 20, 20]
