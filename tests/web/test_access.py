"""The administrators' page Access: who is signed in, ending it, and what happened at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import sessions
from b24xero.db.models import AccessEvent, User, UserSession, XeroLogin, utc_now
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.people import Person, forms, parsed, text
from tests.web.test_pages import check


@pytest.fixture
def tom(app: Flask, mere: Person) -> Person:
    return Person(app, "Tom Hallam").sign_in()


def end(person: Person, words: str, address: str = "/access") -> str:
    page = person.client.get(address).text
    form = next(found for found in forms(page, address) if found.says(words))
    button = next(b for b in form.buttons if words in "".join(b.itertext()))
    answer = person.client.post(form.action, data={**form.values, button.get("name"): button.get("value")})
    assert answer.status_code == 303
    return text(person.client.get(address).text)


def test_it_tells_who_is_signed_in_from_where_and_until_when_xero_is_connected(mere: Person, tom: Person) -> None:
    mere.connect()
    page = mere.client.get("/access").text
    check(page)
    words = text(page)
    assert "2 sign-ins" in words
    assert "Mere Tautahi in a browser this page" in words
    assert "Tom Hallam in a browser" in words
    assert "Xero until" in words
    assert "Xero not connected" in words


def test_an_administrator_ends_one_sign_in_and_its_xero_login_with_it(mere: Person, tom: Person, app: Flask) -> None:
    tom.connect()
    words = end(mere, "the sign-in of Tom Hallam")
    assert "The sign-in of Tom Hallam has ended, here and at Xero." in words
    assert "An administrator ended it here." in words
    assert tom.client.get("/invoices").headers["Location"].startswith("/login")
    assert mere.client.get("/invoices").status_code == 200
    with app.app_context():
        assert db.session.scalars(select(XeroLogin)).all() == []


def test_an_administrator_ends_all_but_their_own(mere: Person, tom: Person, app: Flask) -> None:
    jack = Person(app, "Jack O'Brien").sign_in()
    assert "2 sign-ins have ended." in end(mere, "End all but mine")
    for person in (tom, jack):
        assert person.client.get("/invoices").headers["Location"].startswith("/login")
    assert mere.client.get("/invoices").status_code == 200


@pytest.fixture
def crowd(mere: Person, app: Flask) -> None:
    """Sixty sign-ins in Mere's name, each after the other."""
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        for minutes in range(60, 0, -1):
            sessions.begin(user, sessions.FRAME, utc_now() - timedelta(minutes=minutes))


@pytest.mark.usefixtures("crowd")
def test_both_lists_are_paged_each_by_itself(mere: Person) -> None:
    first = mere.client.get("/access").text
    check(first)
    assert "61 sign-ins" in text(first)
    assert text(first).count("1–25 of 61") == 2
    assert "this page" in text(first)
    second = mere.client.get(parsed(first).find(".//*[@id='sessions-next']").get("href")).text
    check(second)
    assert ("26–50 of 61" in text(second), "1–25 of 61" in text(second)) == (True, True)
    assert "this page" not in text(second)
    last = mere.client.get(parsed(second).find(".//*[@id='events-next']").get("href")).text
    assert text(last).count("26–50 of 61") == 2
    beyond = text(mere.client.get("/access?sessions=99&events=x").text)
    assert "51–61 of 61" in beyond
    assert "1–25 of 61" in beyond


@pytest.mark.parametrize("named", ["", "x", "0", "99999999999999", "4711"])
def test_what_is_no_sign_in_is_said_to_have_ended(mere: Person, named: str) -> None:
    answer = mere.client.post("/access/end", data={"csrf_token": mere.token(), "session": named})
    assert answer.status_code == 303
    assert "It has ended already." in text(mere.client.get("/access").text)


def test_nobody_else_sees_or_ends_anything(tom: Person, mere: Person) -> None:
    page = tom.client.get("/access")
    assert page.status_code == 403
    check(page.text)
    assert "Mere Tautahi" in text(page.text)  # whom to ask
    assert tom.client.post("/access/end", data={"csrf_token": tom.token(), "session": "all"}).status_code == 403
    assert mere.client.get("/invoices").status_code == 200


def test_who_has_become_an_administrator_gets_in_without_signing_in_again(tom: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/user", id=7, admin=True)
    assert tom.client.get("/access").status_code == 200


def test_refusals_are_told_with_their_reason_and_without_a_name(mere: Person, app: Flask) -> None:
    answer = app.test_client().get("/bitrix24/app?code=0123456789abcdef&state=made-up")
    assert answer.status_code == 400
    words = text(mere.client.get("/access").text)
    assert "Refused Somebody unknown" in words
    assert "was not begun here" in words


def test_no_secret_of_a_session_stands_in_the_database(mere: Person, app: Flask) -> None:
    with mere.client.session_transaction() as session:
        secret = session["sid"]
    with app.app_context():
        row = db.session.scalars(select(UserSession)).one()
        told = [str(value) for table in (UserSession, AccessEvent, User) for found in db.session.scalars(select(table))
                for value in vars(found).values()]  # fmt: skip
    assert row.id_hash != secret
    assert secret not in told


# -- one's own --------------------------------------------------------------------------------------------------------


def test_everybody_sees_their_own_sign_ins_and_nobody_elses(mere: Person, tom: Person) -> None:
    assert "/access/mine" in tom.client.get("/activity").text
    page = tom.client.get("/access/mine").text
    check(page)
    words = text(page)
    assert "1 sign-in" in words
    assert "In a browser this page" in words
    assert "Mere Tautahi" not in words
    assert "End all but this one" not in words


def test_one_ends_ones_other_sign_ins_and_stays_here_and_at_xero(mere: Person, tom: Person, app: Flask) -> None:
    lost = Person(app, "Tom Hallam").sign_in()
    tom.connect()
    assert "1 sign-in has ended." in end(tom, "End all but this one", "/access/mine")
    assert lost.client.get("/invoices").headers["Location"].startswith("/login")
    assert tom.client.get("/invoices").status_code == 200
    assert mere.client.get("/invoices").status_code == 200
    assert "They ended it themselves from another sign-in." in text(mere.client.get("/access").text)
    with app.app_context():
        assert len(db.session.scalars(select(XeroLogin)).all()) == 1


def test_one_ends_one_of_them(tom: Person, app: Flask) -> None:
    lost = Person(app, "Tom Hallam").sign_in()
    assert "That sign-in has ended." in end(tom, "the sign-in of Tom Hallam", "/access/mine")
    assert lost.client.get("/invoices").headers["Location"].startswith("/login")


def test_nobody_ends_somebody_elses_here(tom: Person, mere: Person, app: Flask) -> None:
    with app.app_context():
        theirs = db.session.scalars(select(UserSession).join(User).where(User.name == "Mere Tautahi")).one().id
    for named in (str(theirs), "", "x", "4711"):
        answer = tom.client.post("/access/mine/end", data={"csrf_token": tom.token(), "session": named})
        assert answer.status_code == 303
        assert "It has ended already." in text(tom.client.get("/access/mine").text)
    assert mere.client.get("/invoices").status_code == 200
