"""The matrix: every route for every kind of person, made from the map of addresses. A route without a line fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24xero import sessions
from b24xero.db.models import User, utc_now
from b24xero.extensions import db
from b24xero.web.login import frame_session
from b24xero.web.login.frame_session import HEADER, FrameSession
from tests.conftest import Vendors
from tests.people import Person, text
from tests.web.test_every_route import OWN, rules
from tests.web.test_runs import a_run, an_entry

# Who asks. "unseeing": an auditor with a Xero login to whom Bitrix24 shows nothing. "seller": Jack, of Anahera's
# invoice. "demoted": an administrator until eleven minutes ago, a manager now. "dismissed": told so by Bitrix24.
# "forged" and "foreign": a frame's token that nobody signed, and one of another installation.
ROLES = ("nobody", "unseeing", "seller", "demoted", "dismissed", "manager", "admin", "forged", "foreign")
NOBODYS = ("dismissed", "forged", "foreign")  # they are answered as nobody is
# "in": led to the sign-in. 303 after a press: done, or led to Xero or back with words; that nothing of the invoice is
# told by it is looked at besides.
MATRIX = """
                                              nobody unseeing   seller  demoted  manager    admin
GET  /                                           303      303      303      303      303      303
GET  /access                                      in      403      403      403      403      200
POST /access/end                                  in      403      403      403      403      303
GET  /access/mine                                 in      200      200      200      200      200
POST /access/mine/end                             in      303      303      303      303      303
GET  /activity                                    in      200      200      200      200      200
GET  /activity.csv                                in      200      200      200      200      200
GET  /automatic                                   in      403      403      403      403      200
POST /automatic                                   in      403      403      403      403      303
GET  /bitrix24/app                                in       in       in       in       in       in
POST /bitrix24/app                               400      400      400      400      400      400
POST /bitrix24/event                             403      403      403      403      403      403
GET  /bitrix24/install                           200      200      200      200      200      200
POST /bitrix24/install                           400      400      400      400      400      400
POST /bitrix24/places                             in      403      403      403      403      303
GET  /health                                      in      403      403      403      403      200
POST /health/check                                in      403      403      403      403      303
POST /health/places                               in      403      403      403      403      303
POST /health/moves                                in      403      403      403      403      303
GET  /healthz                                    200      200      200      200      200      200
GET  /invoices                                    in      200      200      200      200      200
GET  /invoices/<invoice:bitrix24_id>              in      403      403      200      200      200
GET  /invoices/<invoice:bitrix24_id>/card         in      403      403      200      200      200
GET  /invoices/<invoice:bitrix24_id>/history      in      404      404      200      200      200
GET  /invoices/<invoice:bitrix24_id>/preview      in      403      403      200      200      200
POST /invoices/<invoice:bitrix24_id>/pull         in      404      404      303      303      303
POST /invoices/<invoice:bitrix24_id>/push         in      403      403      303      303      303
GET  /invoices/<invoice:bitrix24_id>/why          in      403      403      303      303      303
GET  /invoices/find                               in      200      200      200      200      200
POST /invoices/find                               in      303      303      303      303      303
POST /invoices/find/decline                       in      404      404      404      404      404
POST /invoices/find/link                          in      303      303      303      303      303
POST /invoices/find/link-all                      in      422      422      422      422      422
GET  /invoices/many                               in      303      303      303      303      303
POST /invoices/many                               in      303      303      303      303      303
GET  /invoices/many.csv                           in      200      200      200      200      200
POST /invoices/many/write                         in      303      303      303      303      303
POST /language                                    in      400      400      400      400      400
GET  /login                                      200      303      303      303      303      303
GET  /login/bitrix24                             303      303      303      303      303      303
GET  /metrics                                    404      404      404      404      404      404
POST /logout                                      in       in       in       in       in       in
GET  /month-end                                       in      200      200      200      200      200
POST /month-end                                       in      303      303      303      303      303
GET  /month-end/<int:sheet_id>.css                    in      404      404      404      404      404
GET  /month-end/<int:sheet_id>.csv                    in      404      404      404      404      404
GET  /products                                    in      200      200      200      200      200
POST /products/<int:product_id>/item              in      403      403      404      404      404
GET  /products/add                                in      403      403      200      200      200
POST /products/add                                in      403      403      422      422      422
GET  /products/adding/<key>                       in      404      404      404      404      404
POST /products/adding/<key>/finish                in      404      404      404      404      404
POST /products/adding/<key>/leave                 in      404      404      404      404      404
POST /products/many                               in      303      303      303      303      303
GET  /readyz                                     200      200      200      200      200      200
GET  /runs/<int:run_id>                           in      404      404      404      404      200
GET  /runs/<int:run_id>.csv                           in      404      404      404      404      200
POST /runs/<int:run_id>/again                         in      404      404      404      404      303
POST /runs/<int:run_id>/answer                        in      404      404      404      404      303
POST /runs/<int:run_id>/aside                         in      404      404      404      404      303
GET  /runs/<int:run_id>/news                      in      404      404      404      404      204
GET  /runs/<int:run_id>/question                      in      404      404      404      404      303
POST /runs/<int:run_id>/stop                      in      404      404      404      404      303
POST /runs/<int:run_id>/take-up                       in      404      404      404      404      303
POST /runs/pull                                   in      303      303      303      303      303
GET  /setup                                       in      403      403      403      403      200
POST /setup                                       in      403      403      403      403      422
GET  /setup/check                                 in      303      303      303      303      303
POST /setup/check                                 in      403      403      403      403      200
GET  /setup/export                                in      403      403      403      403      200
GET  /setup/import                                in      303      303      303      303      303
POST /setup/import                                in      403      403      403      403      422
GET  /setup/rules                                 in      303      303      303      303      303
POST /setup/rules                                 in      403      403      403      403      200
GET  /stages.css                                 200      200      200      200      200      200
GET  /static/<path:filename>                     404      404      404      404      404      404
POST /webhooks/xero                              404      404      404      404      404      404
GET  /xero/callback                               in      400      400      400      400      400
GET  /xero/connect                                in      303      303      303      303      303
POST /xero/disconnect                             in      303      303      303      303      303
GET  /xero/leave                                  in      303      303      303      303      303
POST /xero/leave                                  in      419      419      419      419      419
POST /xero/organisation                           in      422      422      422      422      422
GET  /xero/pass                                   in      404      404      404      404      404
GET  /xero/service                                in      403      403      403      403      303
POST /xero/service/end                            in      403      403      403      403      303
GET  /xero/state                                  in      303      303      303      303      303
"""


def read(matrix: str) -> dict[tuple[str, str], dict[str, str]]:
    head, *lines = (line.split() for line in matrix.strip("\n").splitlines())
    return {(rule, verb): dict(zip(head, cells, strict=True)) for verb, rule, *cells in lines}


LINES = read(MATRIX)


@dataclass
class Place:
    """The world as the walk finds it: Anahera's invoice in Xero, with a run of Mere's that dealt with it."""

    app: Flask
    invoice_id: int
    number: str
    run_id: int

    def address(self, rule: str) -> str:
        ids = {"bitrix24_id": self.invoice_id, "run_id": self.run_id, "product_id": 1, "sheet_id": 1}
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids.get(found[1], "x")), rule)


@pytest.fixture
def place(app: Flask, ready: Person, vendors: Vendors) -> Place:
    app.config["WTF_CSRF_ENABLED"] = False  # so that what answers is the route itself
    invoice_id = vendors.new_invoice(assignedById=12)
    assert ready.client.post(f"/invoices/{invoice_id}/push").status_code == 303
    number = str(vendors.invoice(invoice_id)["item"]["accountNumber"])
    run_id = a_run(app, state="running", lease="x", lease_until=utc_now() + timedelta(minutes=1))
    an_entry(app, run_id, bitrix24_id=invoice_id, number=number, outcome="rejected")
    return Place(app, invoice_id, number, run_id)


def arrive(role: str, app: Flask, vendors: Vendors) -> int:
    """Signed in as this kind of person; whose sessions are to be opened, 0 for nobody."""
    if role == "unseeing":
        vendors.control("bitrix24/user", id=21, role="seller")
        Person(app, "Priya Raman").sign_in().connect()
        return 21
    if role == "seller":
        Person(app, "Jack O'Brien").sign_in().connect()
        return 15
    if role == "demoted":
        vendors.control("bitrix24/user", id=7, admin=True)
        Person(app, "Tom Hallam").sign_in().connect()
        vendors.control("bitrix24/user", id=7, admin=False)
        with app.app_context():
            db.session.scalars(select(User).filter_by(bitrix24_id=7)).one().told_at = utc_now() - timedelta(minutes=11)
            db.session.commit()
        return 7
    if role in ("dismissed", "manager"):
        tom = Person(app, "Tom Hallam").sign_in().connect()
        if role == "dismissed":
            vendors.control("bitrix24/user", id=7, active=False)
            tom.list()
        return 7
    return 1 if role == "admin" else 0


@pytest.fixture
def opens(role: str, place: Place, vendors: Vendors) -> Callable[[], FlaskClient]:
    """A browser of this person, fresh for each route: some routes end the session that asks."""
    app, user_id = place.app, arrive(role, place.app, vendors)

    def open_one() -> FlaskClient:
        client = app.test_client()
        if role in ("forged", "foreign"):
            client.environ_base[f"HTTP_{HEADER.upper().replace('-', '_')}"] = a_token(role, app)
        elif user_id:
            with client.session_transaction() as session:
                session["_user_id"], session["sid"] = sign(app, user_id, anew=role != "dismissed")
        return client

    return open_one


def sign(app: Flask, bitrix24_id: int, *, anew: bool) -> tuple[str, str]:
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(bitrix24_id=bitrix24_id)).one()
        now = utc_now()
        return str(user.id), sessions.begin(user, sessions.BROWSER, now) if anew else "of a session that has ended"


def a_token(role: str, app: Flask) -> str:
    """Forged: nobody signed it. Foreign: signed by another installation's key, for a session that lives here."""
    if role == "forged":
        return "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"
    user_id, secret = sign(app, 1, anew=True)
    own, app.secret_key = app.secret_key, "the secret of another installation, as long"
    try:
        return frame_session.write(FrameSession({"_user_id": user_id, "sid": secret}), app)
    finally:
        app.secret_key = own


def outcome(answer: TestResponse) -> str:
    """ "in": led to the sign-in; else the status; of a redirect of a frame the status that a browser would get."""
    for name in ("Location", "HX-Location", "HX-Redirect"):
        if name in answer.headers:
            return "in" if re.match(r'(\{"path": ")?/login(\?|"|$)', answer.headers[name]) else "303"
    return "303" if answer.status_code == 302 else str(answer.status_code)


def every_route(app: Flask) -> Iterator[tuple[str, str]]:
    """Those that end the Xero login come last, so that all others are asked with it."""
    found = [(rule.rule, verb) for rule, verb in rules(app)]
    yield from sorted(found, key=lambda route: route[0] in ("/logout", "/xero/disconnect"))


def test_every_route_has_its_line_in_the_matrix(app: Flask) -> None:
    assert LINES.keys() == set(every_route(app))


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_every_role_as_the_matrix_says(
    role: str, place: Place, opens: Callable[[], FlaskClient], vendors: Vendors
) -> None:
    found = {}
    for rule, verb in every_route(place.app):
        answer = opens().open(place.address(rule), method=verb, headers=OWN)
        found[rule, verb] = outcome(answer)
        if role not in ("manager", "demoted", "admin"):
            told = text(answer.text) if answer.mimetype == "text/html" else answer.text
            assert place.number not in told, (rule, verb)
            assert "Acme Plumbing" not in told, (rule, verb)
    column = "nobody" if role in NOBODYS else role
    assert found == {route: line[column] for route, line in LINES.items()}
