"""Connecting to Xero: whose login, which organisation, for how long, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24xero import create_app, maintenance
from b24xero.db.models import Organisation, XeroLogin, utc_now
from b24xero.extensions import db
from b24xero.web.common import selection
from b24xero.xero import oauth
from tests.conftest import ROWS, Vendors
from tests.people import HTMX, Person, forms, parsed, text

JOINERY = "Harbour & Hill Joinery"
STUDIO = "Harbour & Hill Design Studio"
SCOPES = "openid profile email accounting.invoices accounting.contacts accounting.settings"


def leave(person: Person, **query: str) -> str:
    """Press "Connect to Xero"; gives Xero's address."""
    return str(person.client.get("/xero/connect", query_string=query).headers["Location"])


def come_back(person: Person, address: str, **changes: str | None) -> TestResponse:
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()} | changes
    kept = {name: value for name, value in query.items() if value is not None}
    return person.client.get(f"/xero/callback?{urlencode(kept)}")


def consent(person: Person, address: str, login: str, *organisations: str) -> str:
    """Say yes at Xero as one of its logins, for these organisations; gives the address of the way back."""
    page = person.vendor.get(address, timeout=10)
    form = forms(page.text, address)[0]
    values = {**form.values, "login": login, "organisation": _keys(page.text, organisations), "action": "allow"}
    sent = person.vendor.post(address, data=values, allow_redirects=False, timeout=10)
    return str(sent.headers["Location"])


def _keys(page: str, organisations: tuple[str, ...]) -> list[str]:
    boxes = [label for label in parsed(page).findall(".//label") if label.find("input") is not None]
    found = {" ".join("".join(label.itertext()).split()): label.find("input").get("value") for label in boxes}
    return [found[name] for name in organisations]


def bar(person: Person) -> str:
    """What the bar on top says."""
    return text(person.client.get("/setup").text)


def stored_logins(app: Flask) -> list[XeroLogin]:
    with app.app_context():
        return list(db.session.scalars(select(XeroLogin)))


def connections(vendors: Vendors) -> list[str]:
    return [row["tenantName"] for row in vendors.control("xero/state")["connections"]]


def choose(person: Person, name: str) -> TestResponse:
    page = person.client.get("/xero/connect")
    assert page.status_code == 200
    assert "Which organisation?" in text(page.text)
    form = next(f for f in forms(page.text, "/xero/connect") if f.says("Use this organisation"))
    key = _keys(page.text, (name,))[0]
    return person.client.post(form.action, data={**form.values, "organisation": key})


# -- consent --------------------------------------------------------------------------------------------------------


def test_the_consent_asks_for_exactly_what_is_needed_with_state_and_pkce(mere: Person, vendors: Vendors) -> None:
    address = leave(mere)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{vendors.base}/xero/identity/connect/authorize?")
    assert query["scope"] == SCOPES
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == "http://localhost/xero/callback"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert len(query["state"]) >= 16
    other = parse_qs(urlsplit(leave(mere)).query)
    assert other["state"][0] != query["state"]
    assert other["code_challenge"][0] != query["code_challenge"]


def test_connecting_shows_the_organisation_and_the_time_left(mere: Person) -> None:
    assert "Not connected" in bar(mere)
    mere.connect()
    assert JOINERY in bar(mere)
    assert "30 min left" in bar(mere)
    assert "Disconnect" in bar(mere)


def test_cancelling_at_xero_is_said_and_nothing_is_kept(mere: Person, app: Flask) -> None:
    landed = come_back(mere, mere.at_xero(leave(mere, next="/setup"), action="cancel"))
    assert landed.status_code == 302
    page = mere.client.get(landed.headers["Location"])
    assert page.status_code == 200
    assert "You did not allow it at Xero" in text(page.text)
    assert stored_logins(app) == []
    mere.connect()


def test_coming_back_leads_to_where_one_was(mere: Person) -> None:
    landed = come_back(mere, mere.at_xero(leave(mere, next="/invoices?page=2")))
    assert landed.headers["Location"] == "/invoices?page=2"
    from_page = mere.client.get("/xero/connect", headers={"Referer": "http://localhost/setup"})
    landed = come_back(mere, mere.at_xero(from_page.headers["Location"]))
    assert landed.headers["Location"] == "/setup"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example", "http://["])
def test_connecting_never_leads_elsewhere(mere: Person, address: str) -> None:
    landed = come_back(mere, mere.at_xero(leave(mere, next=address)))
    assert landed.headers["Location"] == "/invoices"


@pytest.mark.parametrize("state", ["", "forged", None])
def test_a_wrong_state_connects_nothing(mere: Person, vendors: Vendors, app: Flask, state: str | None) -> None:
    address = mere.at_xero(leave(mere))
    vendors.forget_requests()
    landed = come_back(mere, address, state=state)
    assert landed.status_code == 400
    assert "This connection was not begun here" in text(landed.text)
    assert "Connect to Xero" in text(landed.text)
    assert stored_logins(app) == []
    assert vendors.calls("xero") == []


def test_a_way_back_works_once(mere: Person) -> None:
    address = mere.at_xero(leave(mere))
    assert come_back(mere, address).status_code == 302
    assert come_back(mere, address).status_code == 400
    assert JOINERY in bar(mere)


def test_somebody_elses_way_back_is_refused(mere: Person, app: Flask) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    leave(tom)
    assert come_back(tom, mere.at_xero(leave(mere))).status_code == 400
    assert stored_logins(app) == []


def test_an_expired_code_is_said(mere: Person, vendors: Vendors, app: Flask) -> None:
    address = mere.at_xero(leave(mere))
    vendors.control("clock", seconds=301)
    landed = come_back(mere, address)
    assert landed.status_code == 400
    assert "took too long or was used already" in text(landed.text)
    assert stored_logins(app) == []


def test_a_way_back_without_a_code_is_said(mere: Person, app: Flask) -> None:
    landed = come_back(mere, mere.at_xero(leave(mere)), code=None)
    assert landed.status_code == 400
    assert "Connect to Xero" in text(landed.text)


def test_a_forged_code_is_refused(mere: Person, app: Flask) -> None:
    landed = come_back(mere, mere.at_xero(leave(mere)), code="forged")
    assert landed.status_code == 400
    assert stored_logins(app) == []


FAULTS: dict[str, dict[str, object]] = {
    "drop before": {"do": "drop_before"},
    "drop after": {"do": "drop_after"},
    "half": {"do": "truncate"},
    "503 html": {"do": "answer", "status": 503, "body": "<html><h1>Service Unavailable</h1></html>"},
    "200 html": {"do": "answer", "status": 200, "body": "<html>maintenance</html>"},
    "500 empty": {"do": "answer", "status": 500, "body": ""},
}


@pytest.mark.parametrize("path", ["/connect/token", "/connections"])
@pytest.mark.parametrize("kind", FAULTS)
def test_xero_failing_at_the_way_back_is_said_and_nothing_is_kept(
    mere: Person, vendors: Vendors, app: Flask, path: str, kind: str
) -> None:
    address = mere.at_xero(leave(mere))
    vendors.fault(vendor="xero", path=path, **FAULTS[kind])  # type: ignore[arg-type]
    landed = come_back(mere, address)
    assert landed.status_code == 503
    assert "Xero does not answer" in text(landed.text)
    assert stored_logins(app) == []
    mere.connect()
    assert JOINERY in bar(mere)


def test_a_slow_xero_is_not_waited_for_forever(mere: Person, vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "TIMEOUT", (0.2, 0.2))
    address = mere.at_xero(leave(mere))
    vendors.fault("delay", vendor="xero", path="/connect/token", seconds=0.5)
    landed = come_back(mere, address)
    assert landed.status_code == 503
    assert "Xero does not answer" in text(landed.text)


def test_a_consent_with_less_than_was_asked_for_is_said(mere: Person, vendors: Vendors, app: Flask) -> None:
    address = mere.at_xero(leave(mere))
    less = (
        '{"access_token": "a.b.c", "expires_in": 1800, "token_type": "Bearer", "scope": "openid accounting.invoices"}'
    )
    headers = {"Content-Type": "application/json"}
    vendors.fault("answer", vendor="xero", path="/connect/token", status=200, body=less, headers=headers)
    landed = come_back(mere, address)
    assert landed.status_code == 400
    assert "was not allowed all that is needed" in text(landed.text)
    assert "accounting.contacts" in text(landed.text)
    assert stored_logins(app) == []


def test_the_app_s_secret_wrong_is_for_whoever_runs_it(mere: Person, vendors: Vendors) -> None:
    address = mere.at_xero(leave(mere))
    body = '{"error": "invalid_client"}'
    vendors.fault("answer", vendor="xero", path="/connect/token", status=400, body=body)
    landed = come_back(mere, address)
    assert landed.status_code == 400
    assert "XERO_CLIENT_SECRET" in text(landed.text)


def test_books_that_cannot_be_read_do_not_undo_the_connection(mere: Person, vendors: Vendors) -> None:
    address = mere.at_xero(leave(mere))
    vendors.fault("answer", vendor="xero", path="/TaxRates", status=503, body="down", times=2)
    assert come_back(mere, address).status_code == 302
    page = mere.client.get("/setup")
    assert page.status_code == 200
    assert "Sales account" in text(page.text)


# -- which organisation ---------------------------------------------------------------------------------------------


def test_the_organisation_of_this_very_consent_is_taken(mere: Person, vendors: Vendors) -> None:
    vendors.control("xero/token", login="accounts", organisations=[JOINERY])
    come_back(mere, consent(mere, leave(mere), "accounts", STUDIO))
    assert sorted(connections(vendors)) == sorted([JOINERY, STUDIO])
    assert STUDIO in bar(mere)
    assert JOINERY not in bar(mere)


def test_two_organisations_are_for_the_person_to_pick(mere: Person) -> None:
    landed = come_back(mere, consent(mere, leave(mere, next="/setup"), "accounts", JOINERY, STUDIO))
    assert landed.headers["Location"] == "/xero/connect"
    assert JOINERY not in text(mere.client.get("/invoices").text)
    picked = choose(mere, STUDIO)
    assert picked.status_code == 303
    assert picked.headers["Location"] == "/setup"
    assert STUDIO in bar(mere)


def test_a_forged_pick_is_refused_and_the_choice_stays(mere: Person) -> None:
    come_back(mere, consent(mere, leave(mere), "accounts", JOINERY, STUDIO))
    page = mere.client.get("/xero/connect").text
    form = next(f for f in forms(page, "/xero/connect") if f.says("Use this organisation"))
    for forged in ("", "00000000-0000-0000-0000-000000000000"):
        refused = mere.client.post(form.action, data={**form.values, "organisation": forged})
        assert refused.status_code == 422
        assert "Please choose one of the organisations" in text(refused.text)
    assert choose(mere, JOINERY).status_code == 303


def test_nothing_can_be_pushed_before_the_pick(ready: Person, vendors: Vendors) -> None:
    come_back(ready, consent(ready, leave(ready), "accounts", JOINERY, STUDIO))
    invoice_id = vendors.new_invoice()
    vendors.forget_requests()
    answer = ready.press(invoice_id)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/xero/connect")
    assert vendors.calls("xero") == []


def test_when_no_organisation_is_marked_the_person_picks_among_all(mere: Person, vendors: Vendors) -> None:
    vendors.control("xero/token", login="accounts", organisations=[JOINERY, STUDIO])
    vendors.control("xero/options", keep_auth_event=True)
    landed = come_back(mere, consent(mere, leave(mere), "accounts", STUDIO))
    assert landed.headers["Location"] == "/xero/connect"
    choose(mere, STUDIO)
    assert STUDIO in bar(mere)


def test_any_login_that_may_use_the_organisation_works(ready: Person, vendors: Vendors) -> None:
    first = vendors.new_invoice()
    ready.press(first)
    come_back(ready, consent(ready, leave(ready), "mere", JOINERY))
    vendors.control("bitrix24/edit", id=first, fields={"title": "Bathroom, ground floor"})
    edited = ready.press(first)
    assert edited.status_code == 200
    assert "Updated in Xero" in text(edited.text)
    assert len(vendors.in_xero(vendors.invoice(first)["item"]["accountNumber"])) == 1


def test_the_set_up_of_one_organisation_is_not_the_others(ready: Person, vendors: Vendors, app: Flask) -> None:
    come_back(ready, consent(ready, leave(ready), "accounts", STUDIO))
    invoice_id = vendors.new_invoice()
    assert "Set-up" in text(ready.client.get("/invoices").text)
    token = ready.token()
    answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 422
    assert "Set-up is not done yet for this organisation" in text(answer.text)
    with app.app_context():
        mapped = {o.name: o.is_set_up for o in db.session.scalars(select(Organisation))}
    assert mapped == {JOINERY: True, STUDIO: False}


# -- the end of a login ---------------------------------------------------------------------------------------------


@pytest.fixture
def short(environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """The same connector, whose Xero logins live for little more than half a second."""
    app = create_app({**environ, "XERO_LOGIN_MINUTES": "0.01"}, tmp_path)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def lapse(app: Flask) -> None:
    """The minutes of every Xero login are over."""
    with app.app_context():
        for login in db.session.scalars(select(XeroLogin)):
            login.ends_at = utc_now()
        db.session.commit()


def test_a_login_lives_as_many_minutes_as_are_set(short: Flask, vendors: Vendors) -> None:
    mere = Person(short, "Mere Tautahi").sign_in()
    before = utc_now()
    mere.connect()
    (login,) = stored_logins(short)
    assert timedelta(seconds=0.6) <= login.ends_at - before <= utc_now() - before + timedelta(seconds=0.6)
    time.sleep(0.65)
    assert "Not connected" in text(mere.client.get("/invoices").text)
    assert stored_logins(short) == []


def test_a_login_that_is_over_is_erased_asks_to_connect_and_comes_back_to_the_same_place(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    token = ready.token()
    lapse(app)
    vendors.forget_requests()
    answer = ready.client.post(
        f"/invoices/{invoice_id}/push",
        data={"csrf_token": token, "back": "/invoices?page=2&rows=50"},
        headers=HTMX,
    )
    assert answer.status_code == 401
    assert vendors.calls("xero") == []
    assert stored_logins(app) == []
    page = ready.client.get(answer.headers["HX-Redirect"])
    assert "Your Xero login has ended" in text(page.text)
    assert "Each lives for 30 minutes" in text(page.text)
    link = next(a for a in _links(page.text) if a.startswith("/xero/leave"))
    left = ready.client.get(link)
    landed = come_back(ready, ready.at_xero(left.headers["Location"]))
    assert landed.headers["Location"] == "/invoices?page=2&rows=50"
    assert ready.press(invoice_id).status_code == 200


def _links(page: str) -> list[str]:
    return [a.get("href") for a in parsed(page).findall(".//a") if a.get("href")]


def test_without_scripts_a_login_that_is_over_leads_to_connecting_too(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    token = ready.token()
    lapse(app)
    answer = ready.client.post(
        f"/invoices/{vendors.new_invoice()}/push", data={"csrf_token": token, "back": "/invoices"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/xero/connect")


def test_the_list_goes_on_when_the_xero_login_is_over(ready: Person, app: Flask) -> None:
    lapse(app)
    assert ready.list().text.count('id="invoice-') == 25


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_was_chosen_for_an_invoice_comes_through_the_connection_and_back(
    ready: Person, vendors: Vendors, app: Flask, headers: dict[str, str]
) -> None:
    """The connect page says so; the choice was made anew, or forgotten."""
    ready.save_set_up(rounding="ask")
    made = vendors.new_invoice(rows=[{**ROWS[0], "price": 474.375, "quantity": 2.125, "taxIncluded": "N"}])
    page = ready.client.get(f"/invoices/{made}/preview?cents=as_is&back=/invoices%3Fq%3Dkitchen").text
    form = next(f for f in forms(page, "/") if f.action.endswith("/push"))
    lapse(app)
    sent = {**form.values, "cents": "as_is", "contact": "new"}
    answer = ready.client.post(form.action, data=sent, headers=headers)
    connect = ready.client.get(answer.headers.get("HX-Redirect") or answer.headers["Location"])
    link = next(a for a in _links(connect.text) if a.startswith("/xero/leave"))
    left = ready.client.get(link)
    landed = come_back(ready, ready.at_xero(left.headers["Location"])).headers["Location"]
    back = ready.client.get(landed).text
    kept = next(f for f in forms(back, "/") if f.action.endswith("/push"))
    assert {name: kept.values.get(name) for name in ("cents", "contact", "back")} == {
        "cents": "as_is", "contact": "new", "back": "/invoices?q=kitchen",
    }  # fmt: skip
    assert "The contact that you chose is kept" in text(back)


def test_who_never_connected_is_not_told_of_a_login_that_ended(mere: Person, vendors: Vendors) -> None:
    answer = mere.client.post(f"/invoices/{vendors.new_invoice()}/push", data={"csrf_token": mere.token()})
    page = text(mere.client.get(answer.headers["Location"]).text)
    assert "Connect first" in page
    assert "Each lives for" not in page


def test_a_selection_comes_through_the_connection_and_back(ready: Person, vendors: Vendors, app: Flask) -> None:
    ids = sorted(vendors.new_invoice() for _ in range(2))
    token = ready.token()
    lapse(app)
    data = {"csrf_token": token, "ids": selection.spelt(ids), "back": "/invoices?q=kitchen"}
    answer = ready.client.post("/invoices/many/write", data=data)
    following = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
    assert parse_qs(urlsplit(following).query) == {"ids": [selection.spelt(ids)], "back": ["/invoices?q=kitchen"]}


def test_a_set_up_on_its_way_is_not_lost_when_the_xero_login_ends(ready: Person, app: Flask) -> None:
    page = ready.client.get("/setup").text
    form = next(f for f in forms(page, "/setup") if f.says("Save set-up"))
    lapse(app)
    saved = ready.client.post("/setup", data={**form.values, "due_rule": "month-20"})
    if saved.status_code != 303:
        kept = next(f for f in forms(saved.text, "/setup") if f.says("Save set-up"))
        assert kept.values["due_rule"] == "month-20"
    else:
        with app.app_context():
            assert db.session.scalars(select(Organisation)).one().set_up.due_rule == "month-20"


def test_the_worker_erases_what_is_over(ready: Person, app: Flask) -> None:
    with app.app_context():
        maintenance.tidy()
    assert len(stored_logins(app)) == 1
    lapse(app)
    with app.app_context():
        maintenance.tidy()
    assert stored_logins(app) == []


def test_a_token_that_xero_no_longer_knows_asks_to_connect_and_is_erased(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    vendors.control("xero/tokens/expire")
    answer = ready.press(invoice_id)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/xero/connect")
    assert stored_logins(app) == []
    ready.connect()
    assert ready.press(invoice_id).status_code == 200


def test_disconnected_in_xeros_connected_apps_is_said_and_connecting_again_helps(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    vendors.control("xero/disconnect")
    answer = ready.press(invoice_id)
    assert answer.status_code == 401
    page = ready.client.get(answer.headers["HX-Redirect"])
    assert "Connect again: nothing was written" in text(page.text)
    assert stored_logins(app) == []
    ready.connect()
    assert ready.press(invoice_id).status_code == 200


def test_set_up_with_a_dead_xero_token_can_be_left_without_connecting(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/tokens/expire")
    sent = ready.client.get("/setup")
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/xero/connect")
    not_now = ready.client.get("/setup")  # "Not now" leads here
    assert not_now.status_code == 200
    assert "Xero is not connected" in text(not_now.text)


# -- disconnecting --------------------------------------------------------------------------------------------------


def press_disconnect(person: Person) -> TestResponse:
    return person.client.post("/xero/disconnect", data={"csrf_token": person.token()})


def test_disconnect_ends_it_here_and_at_xero(ready: Person, vendors: Vendors, app: Flask) -> None:
    assert connections(vendors) == [JOINERY]
    answer = press_disconnect(ready)
    assert answer.status_code == 303
    assert connections(vendors) == []
    assert stored_logins(app) == []
    page = text(ready.client.get("/invoices").text)
    assert "Disconnected from Xero" in page
    assert "Not connected" in page


def test_disconnect_leaves_the_other_organisations_alone(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/token", login="accounts", organisations=[STUDIO])
    press_disconnect(ready)
    assert connections(vendors) == [STUDIO]


@pytest.mark.parametrize("fault", [{"do": "drop_before"}, {"do": "answer", "status": 503, "body": "down"}])
def test_disconnect_while_xero_is_down_erases_here_and_says_the_rest(
    ready: Person, vendors: Vendors, app: Flask, fault: dict[str, object]
) -> None:
    vendors.fault(vendor="xero", method="DELETE", **fault)  # type: ignore[arg-type]
    assert press_disconnect(ready).status_code == 303
    assert stored_logins(app) == []
    words = text(ready.client.get("/invoices").text)
    assert "The login is erased here" in words
    assert "Disconnected from Xero." not in words


def test_disconnect_without_a_connection_is_harmless(mere: Person) -> None:
    assert mere.client.post("/xero/disconnect", data={"csrf_token": mere.token()}).status_code == 303
    assert mere.client.get("/xero/disconnect").status_code == 405
    assert mere.client.post("/xero/disconnect").status_code == 419


# -- whose login ----------------------------------------------------------------------------------------------------


def test_a_second_person_never_uses_the_firsts_login(ready: Person, vendors: Vendors, app: Flask) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    assert "Not connected" in text(tom.client.get("/invoices").text)
    invoice_id = vendors.new_invoice()
    vendors.forget_requests()
    answer = tom.press(invoice_id)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/xero/connect")
    assert vendors.calls("xero") == []
    press_disconnect(tom)
    assert len(stored_logins(app)) == 1
    assert ready.press(invoice_id).status_code == 200


def test_two_people_with_two_logins_write_each_with_their_own(ready: Person, vendors: Vendors, app: Flask) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    come_back(tom, consent(tom, leave(tom), "mere", JOINERY))
    first = vendors.new_invoice()
    invoices = first, vendors.new_invoice(companyId=vendors.invoice(first)["item"]["companyId"])
    vendors.forget_requests()
    assert ready.press(invoices[0]).status_code == 200
    assert tom.press(invoices[1]).status_code == 200
    put = [seen for seen in vendors.control("requests", vendor="xero") if seen["path"].endswith("/Invoices")]
    tokens = [seen["headers"]["Authorization"] for seen in put if seen["method"] == "PUT"]
    assert len(tokens) == 2
    assert len(set(tokens)) == 2


def test_signing_in_as_another_person_in_the_same_browser_brings_no_xero_login_along(
    ready: Person, vendors: Vendors
) -> None:
    ready.client.post("/logout", data={"csrf_token": ready.token()})
    ready.name, ready.vendor = "Tom Hallam", type(ready.vendor)()
    ready.sign_in()
    assert "Not connected" in text(ready.client.get("/invoices").text)
