"""The pages against both vendors: what each shows, refuses and keeps, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import html5lib
import pytest
import requests
from flask import Flask

from b24xero.db.models import InvoiceLink, Organisation, User, XeroLogin, utc_now
from b24xero.domain import set_up
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.markup import same_tree
from tests.people import HTMX, Form, Person, forms, parsed, text

# Addresses that answer somebody who is not signed in.
OPEN = {
    "static", "health.healthz", "health.readyz", "metrics.metrics", "auth.login", "auth.start", "auth.signed_in",
    "frame.opened", "frame.install", "frame.installed", "invoices.home", "invoices.stage_colors", "webhooks.xero",
    "webhooks.bitrix24",
}  # fmt: skip


def strict(page: str) -> Any:
    """The page, parsed without forgiveness."""
    return html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(page)


def words_of(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def unlabelled(tree: Any) -> list[str]:
    ids = {e.get("id") for e in tree.iter() if isinstance(e.tag, str)}
    labelled = {label.get("for") for label in tree.iter("label")}
    inside = {id(field) for label in tree.iter("label") for field in label.iter() if words_of(label)}
    fields = [f for tag in ("input", "select", "textarea") for f in tree.iter(tag) if f.get("type") != "hidden"]
    return [
        f.get("name", "?")
        for f in fields
        if not (
            f.get("aria-label")
            or f.get("aria-labelledby") in ids - {None}
            or (f.get("id") and f.get("id") in labelled)
            or id(f) in inside
        )
    ]


def check(page: str) -> None:
    """What holds for every page."""
    tree = strict(page)
    assert same_tree(tree, parsed(page))
    # but for the line break that begins a textarea, which html5lib takes away
    assert text(page).replace(" ", "") == words_of(tree).replace(" ", "")
    (heading,) = tree.iter("h1")
    assert words_of(next(tree.iter("title"))).startswith(words_of(heading))
    ids = [e.get("id") for e in tree.iter() if isinstance(e.tag, str) and e.get("id")]
    assert sorted(ids) == sorted(set(ids))
    assert unlabelled(tree) == []
    for form in tree.iter("form"):
        if form.get("method") == "post":
            assert [f for f in form.iter("input") if f.get("name") == "csrf_token"]
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert element.get("style") is None
            assert not [name for name in element.attrib if name.startswith("on")]
            pointed = (element.get("aria-labelledby") or "").split() + (element.get("aria-describedby") or "").split()
            assert set(pointed) <= set(ids)
    assert not [s for s in tree.iter("script") if not s.get("src")]
    assert not list(tree.iter("style"))


@pytest.fixture
def tom(app: Flask) -> Person:
    """The manager: sees all invoices, is no administrator."""
    return Person(app, "Tom Hallam").sign_in()


@pytest.fixture
def jack(app: Flask) -> Person:
    """A seller: sees only his own invoices."""
    return Person(app, "Jack O'Brien").sign_in()


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def set_up_form(person: Person) -> Form:
    page = person.client.get("/setup")
    return next(form for form in forms(page.text, "/setup") if form.says("Save set-up"))


# -- every page -------------------------------------------------------------------------------------------------------


def test_pages_before_the_set_up_are_sound(mere: Person, app: Flask) -> None:
    check(app.test_client().get("/login").text)
    check(mere.client.get("/invoices").text)
    check(mere.client.get("/setup").text)
    for why in ("ended", "needed", "denied", "failed"):
        check(mere.client.get("/xero/connect", query_string={"why": why}).text)
    mere.connect(organisations=2)
    check(mere.client.get("/xero/connect").text)


def test_pages_after_the_set_up_are_sound(ready: Person, tom: Person) -> None:
    for address in ("/invoices", "/invoices?now=1", "/invoices?now=1&q=nothing-like-it", "/setup"):
        answer = ready.client.get(address)
        assert answer.status_code == 200
        check(answer.text)
    check(ready.client.get("/nothing").text)
    check(tom.client.get("/setup").text)
    check(tom.client.post("/logout").text)


@pytest.mark.parametrize("address", ["/login", "/invoices", "/nothing", "/stages.css", "/static/app.css"])
def test_every_answer_tells_the_browser_what_is_allowed(mere: Person, address: str) -> None:
    with mere.client.get(address) as answer:
        headers = answer.headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_an_answer_that_changes_nothing_sends_no_session(ready: Person) -> None:
    ready.client.get("/setup")  # takes the message that was flashed
    for answer in (ready.list(), ready.client.get("/stages.css"), ready.client.get("/invoices")):
        assert "Set-Cookie" not in answer.headers


def test_one_address_is_not_cached_as_the_other(ready: Person) -> None:
    page, fragment = ready.client.get("/invoices"), ready.list()
    assert "HX-Request" in page.headers["Vary"]
    assert "HX-Request" in fragment.headers["Vary"]
    assert fragment.headers["Cache-Control"] == "no-store"


def test_every_address_needs_a_sign_in_unless_it_is_on_the_list(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        address = re.sub(r"<[^>]+>", "1", rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(address, method=method)
            signed_out = answer.status_code == 303 and answer.headers["Location"].startswith("/login")
            refused = answer.status_code == (403 if rule.rule == "/xero/leave" else 419)  # not from a page of ours
            assert signed_out or refused, (method, address, answer.status_code)


def test_a_lost_sign_in_sends_htmx_to_the_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/invoices", headers=HTMX)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login")


def test_a_form_without_its_token_does_nothing(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    vendors.forget_requests()
    for address in (f"/invoices/{invoice_id}/push", "/setup", "/logout", "/xero/disconnect"):
        answer = ready.client.post(address, data={"csrf_token": "forged"})
        assert answer.status_code == 419
        check(answer.text)
        assert ready.client.post(address, headers=HTMX).headers["HX-Retarget"] == "#notices"
    assert vendors.calls("xero") == []


def test_what_went_wrong_with_us_is_a_page_without_a_trace(ready: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "gaps", lambda *_: 1 / 0)
    answer = ready.client.get("/setup")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    check(answer.text)


# -- first steps ------------------------------------------------------------------------------------------------------


def test_the_first_visit_shows_three_steps_and_one_way_on(mere: Person, tom: Person) -> None:
    assert "Connect to Xero" in text(mere.client.get("/invoices").text)
    mere.connect()
    assert "Go to Set-up" in text(mere.client.get("/invoices").text)
    tom.connect()
    page = text(tom.client.get("/invoices").text)
    assert "Please ask Mere Tautahi." in page
    assert "Go to Set-up" not in page


def test_several_organisations_are_chosen_from(mere: Person, app: Flask, database: None) -> None:
    mere.connect(organisations=2)
    page = mere.client.get("/xero/connect")
    form = next(form for form in forms(page.text, "/xero/connect") if form.says("Use this organisation"))
    values = [i.get("value") for i in parsed(page.text).iter("input") if i.get("name") == "organisation"]
    assert len(values) == 2
    none = mere.client.post(form.action, data=form.values)
    assert none.status_code == 422
    check(none.text)
    assert mere.client.post(form.action, data={**form.values, "organisation": values[1]}).status_code == 303
    assert db.session.query(Organisation).one().xero_id == values[1]
    assert "Harbour & Hill Design Studio" in text(mere.client.get("/invoices").text)


# -- set-up -----------------------------------------------------------------------------------------------------------


def test_only_administrators_see_the_set_up(ready: Person, tom: Person) -> None:
    page = tom.client.get("/setup")
    assert page.status_code == 403
    assert "Please ask Mere Tautahi." in text(page.text)
    assert tom.client.post("/setup", data={"csrf_token": tom.token()}).status_code == 403


def test_who_is_no_administrator_any_more_cannot_save(ready: Person, vendors: Vendors, database: None) -> None:
    form = set_up_form(ready)
    vendors.control("bitrix24/user", id=1, admin=False)
    assert ready.client.post("/setup", data={**form.values, "due_rule": "days-60"}).status_code == 403
    assert db.session.query(Organisation).one().set_up.due_rule == "days-14"


def test_everything_that_can_be_known_is_suggested(mere: Person) -> None:
    values = set_up_form(mere.connect()).values
    stages = {name: value for name, value in values.items() if name.startswith("stage:")}
    # What stands paid here would stand unpaid there.
    assert sorted(stages.values()) == ["AUTHORISED"] * 3 + ["none"] * 3
    assert next(stages[name] for name in stages if name.endswith(":P")) == "none"
    assert values["tax:15"] == "OUTPUT2"
    assert values["tax:none"] == "NONE"
    assert values["sales_account"] == "200"
    assert values["status:paid"].endswith(":P")


def test_a_saved_set_up_comes_back_as_it_was(mere: Person, database: None) -> None:
    form = set_up_form(mere.connect())
    changes = {
        "due_rule": "month-20",
        "number": "xero",
        "reference": "empty",
        "status:overdue": form.values["status:paid"],
    }
    answer = mere.client.post("/setup", data={**form.values, **changes})
    assert answer.status_code == 303
    page = mere.client.get(answer.headers["Location"])
    assert "Set-up saved" in text(page.text)
    assert set_up_form(mere).values == {**form.values, **changes}
    organisation = db.session.query(Organisation).one()
    assert organisation.mapping_saved_by == "Mere Tautahi"
    assert organisation.set_up.number == "xero"


def test_every_wrong_field_is_told_at_once_and_nothing_typed_is_lost(ready: Person, database: None) -> None:
    form = set_up_form(ready)
    wrong = {"sales_account": "", "due_rule": "never", "tax:15": "FORGED", "status:paid": "DT31_7:GONE", "number": ""}
    stage = next(name for name in form.values if name.startswith("stage:"))
    kept = {"reference": "empty", stage: "DRAFT"}
    answer = ready.client.post("/setup", data={**form.values, **wrong, **kept})
    assert answer.status_code == 422
    check(answer.text)
    marked = [s for s in parsed(answer.text).iter("select") if s.get("aria-invalid")]
    assert {s.get("name") for s in marked} == {"sales_account", "due_rule", "tax:15", "status:paid"}
    assert "Please choose one" in text(answer.text)
    again = next(f for f in forms(answer.text, "/setup") if f.says("Save set-up"))
    assert again.values["reference"] == "empty"
    assert again.values[stage] == "DRAFT"
    assert db.session.query(Organisation).one().set_up.reference == "title"


def test_a_stage_may_stay_open_and_is_told_everywhere(ready: Person) -> None:
    form = set_up_form(ready)
    stage = next(name for name, value in form.values.items() if name.startswith("stage:") and value == "AUTHORISED")
    assert ready.client.post("/setup", data={**form.values, stage: ""}).status_code == 303
    assert "has no Xero status yet" in text(ready.client.get("/setup").text)
    assert "has no Xero status yet" in text(ready.list().text)


def test_what_changed_outside_is_shown_with_what_it_stops(ready: Person, vendors: Vendors) -> None:
    new = {"code": "UC_SHOP", "name": "In the workshop"}
    assert requests.post(f"{vendors.base}/_control/bitrix24/stage/add", json=new, timeout=60).ok
    vendors.control("xero/accounts/archive", code="200")
    page = ready.client.get("/setup")
    check(page.text)
    said = text(page.text)
    assert "New stage in Bitrix24: “In the workshop”" in said
    assert "Account 200 in Xero is archived" in said
    assert "New since the last save" in said
    said = text(ready.list().text)
    assert "New stage in Bitrix24: “In the workshop”" in said
    assert "Account 200 in Xero is archived" in said


def test_a_login_that_ended_while_the_form_was_open_loses_nothing(ready: Person, database: None) -> None:
    form = set_up_form(ready)
    end_login()
    assert ready.client.post("/setup", data={**form.values, "due_rule": "days-30"}).status_code == 303
    assert db.session.query(Organisation).one().set_up.due_rule == "days-30"


def test_without_a_connection_the_set_up_is_only_shown(ready: Person, database: None) -> None:
    end_login()
    page = ready.client.get("/setup")
    check(page.text)
    assert page.status_code == 200
    assert "Xero is not connected" in text(page.text)
    assert [f for f in parsed(page.text).iter("fieldset") if f.get("disabled") is not None]
    assert "Save set-up" not in text(page.text)


def end_login() -> None:
    """The Xero login's time is over."""
    login = db.session.query(XeroLogin).one()
    login.ends_at = utc_now() - timedelta(seconds=1)
    db.session.commit()


@pytest.mark.parametrize("fault", [{"do": "drop_before"}, {"do": "answer", "status": 502, "body": "<html>Bad gateway"}])
def test_set_up_without_bitrix24_says_so(ready: Person, vendors: Vendors, fault: dict[str, Any]) -> None:
    vendors.fault(vendor="bitrix24", times=4, **fault)
    answer = ready.client.get("/setup")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Try again" in text(answer.text)
    check(answer.text)


def test_set_up_without_xero_shows_what_was_last_read(ready: Person, vendors: Vendors) -> None:
    vendors.fault("answer", vendor="xero", status=503, times=10)
    answer = ready.client.get("/setup")
    assert answer.status_code == 200
    assert "Xero does not answer" in text(answer.text)
    assert set_up_form(ready).values["sales_account"] == "200"


# -- the list ---------------------------------------------------------------------------------------------------------


def rows_in(page: str) -> list[str]:
    return re.findall(r'id="invoice-(\d+)"', page)


def test_the_frame_comes_without_asking_anybody(ready: Person, vendors: Vendors) -> None:
    vendors.forget_requests()
    page = ready.client.get("/invoices?q=kitchen&page=2")
    assert vendors.calls("bitrix24") == []
    assert 'hx-get="/invoices?q=kitchen&amp;page=2"' in page.text
    assert not rows_in(page.text)


def test_the_list_tells_where_it_is_and_pages(ready: Person) -> None:
    first = ready.list(rows=10)
    assert len(rows_in(first.text)) == 10
    assert "1–10 of 240" in text(first.text)
    second = ready.list(rows=10, page=2)
    assert "11–20 of 240" in text(second.text)
    assert not set(rows_in(first.text)) & set(rows_in(second.text))
    assert second.headers["HX-Push-Url"] == "/invoices?page=2&rows=10"


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999999999999999999999"])
def test_a_page_that_is_none_is_the_first(ready: Person, page: str) -> None:
    assert "1–25 of 240" in text(ready.list(page=page).text)


def test_a_page_beyond_the_end_is_the_last(ready: Person) -> None:
    answer = ready.list(page=9999)
    assert "226–240 of 240" in text(answer.text)
    assert answer.headers["HX-Push-Url"] == "/invoices?page=10"


def test_rows_per_page_are_remembered(ready: Person, database: None) -> None:
    ready.list(rows=50)
    assert db.session.query(User).one().rows_per_page == 50
    assert len(rows_in(ready.list().text)) == 50
    assert len(rows_in(ready.list(rows=7).text)) == 50


def test_filters_by_stage_and_by_how_it_stands(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(stageId="DT31_7:S", title="Only this one")
    assert rows_in(ready.list(q="Only this one", stage="DT31_7:S").text) == [str(invoice_id)]
    assert rows_in(ready.list(q="Only this one", stage="DT31_7:N").text) == []
    assert rows_in(ready.list(view="awaiting").text) == []
    assert str(invoice_id) in rows_in(ready.list(view="ready").text)
    ready.press(invoice_id)
    assert rows_in(ready.list(view="awaiting").text) == [str(invoice_id)]
    assert str(invoice_id) not in rows_in(ready.list(view="ready").text)
    assert rows_in(ready.list(view="refused").text) == []


def test_a_problem_is_found_by_its_filter(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(rows=[])
    assert ready.press(invoice_id).status_code == 422
    assert rows_in(ready.list(view="refused").text) == [str(invoice_id)]


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", "100%", "'; DROP TABLE user; --", "\0", "🛠", "a" * 3000]
)
def test_whatever_is_searched_for_is_answered(ready: Person, query: str) -> None:
    answer = ready.list(q=query)
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_an_empty_list_says_how_to_get_out_of_it(ready: Person) -> None:
    page = text(ready.list(q="nothing-like-it").text)
    assert "No invoice matches “nothing-like-it”" in page
    assert "Clear the search" in page


def test_names_are_shown_as_they_are_and_never_as_markup(ready: Person, vendors: Vendors) -> None:
    name = 'Jo & "Co" <b>Ltd</b> 100 % {{ 7*7 }}'
    company = vendors.control("bitrix24/company", title=name, email="jo@co.example")["item"]["id"]
    invoice_id = vendors.new_invoice(companyId=company, title="<i>Title</i>")
    page = ready.list(q="Title")
    assert rows_in(page.text) == [str(invoice_id)]
    assert name in text(page.text)
    assert "<b>Ltd" not in page.text
    assert name in text(ready.press(invoice_id).text)


def test_each_sees_only_what_bitrix24_shows_them(ready: Person, jack: Person) -> None:
    jack.connect()
    seen = re.search(r"of (\d+)", text(jack.list().text))
    assert seen
    assert 0 < int(seen[1]) < 240


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "drop_before"},
        {"do": "answer", "status": 502, "body": "<html>Bad gateway</html>"},
        {"do": "answer", "status": 200, "body": "<html>Maintenance</html>"},
        {"do": "answer", "status": 200, "body": "[1, 2"},
        {"do": "truncate"},
    ],
)
def test_a_portal_that_gives_no_list_is_told_with_a_way_on(
    ready: Person, vendors: Vendors, fault: dict[str, Any]
) -> None:
    vendors.fault(vendor="bitrix24", times=8, **fault)
    fragment = ready.list(q="kitchen")
    assert fragment.status_code == 503
    assert fragment.headers["Retry-After"]
    assert "Try again" in text(fragment.text)
    page = ready.client.get("/invoices?q=kitchen&now=1")
    assert page.status_code == 503
    check(page.text)
    assert 'value="kitchen"' in page.text
    vendors.control("faults/clear")
    assert ready.list(q="kitchen").status_code == 200


def test_tokens_that_bitrix24_took_back_lead_to_the_sign_in(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/tokens/revoke", user_id=1)
    answer = ready.list()
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login")


def test_stage_colours_pass_only_as_colours(app: Flask) -> None:
    client = app.test_client()
    good = client.get("/stages.css", query_string={"DT31_7:S": "55d0e0"})
    assert good.text == '[data-stage="DT31_7:S"]{--stage:#55d0e0}'
    assert good.mimetype == "text/css"
    bad = client.get("/stages.css", query_string={'"]{}*{color:red}': "55d0e0", "A": "red;}", "B": "url(x)"})
    assert bad.text == ""


# -- pressing ---------------------------------------------------------------------------------------------------------


def test_a_press_answers_the_row_and_says_it_aloud(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    answer = ready.press(invoice_id)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<tr id="invoice-{invoice_id}" role="row" class="fresh">')
    assert "Created in Xero as Awaiting payment." in text(answer.text)
    assert '<div id="live" hx-swap-oob="innerHTML">' in answer.text
    assert "https://go.xero.com/app/!" in answer.text
    assert "Edit on Xero" in ready.list(q="Bathroom, upper floor").text


def test_without_scripts_a_press_comes_back_to_where_it_was(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    page = ready.client.get("/invoices?q=Bathroom%2C+upper+floor&now=1")
    form = next(form for form in forms(page.text, "/invoices") if form.action == f"/invoices/{invoice_id}/push")
    answer = ready.client.post(form.action, data=form.values)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/invoices?q=Bathroom")
    landed = ready.client.get(answer.headers["Location"])
    assert "Created in Xero as Awaiting payment." in text(landed.text)
    assert rows_in(landed.text) == [str(invoice_id)]


def test_without_scripts_a_refusal_is_a_page_with_its_status(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(rows=[])
    answer = ready.client.post(
        f"/invoices/{invoice_id}/push", data={"csrf_token": ready.token(), "back": "/invoices?page=2"}
    )
    assert answer.status_code == 422
    check(answer.text)
    assert "no product rows" in text(answer.text)
    assert 'href="/invoices?page=2"' in answer.text


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/logout"]
)
def test_nobody_is_led_elsewhere(ready: Person, vendors: Vendors, back: str) -> None:
    invoice_id = vendors.new_invoice()
    answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": ready.token(), "back": back})
    assert answer.headers["Location"] == "/invoices"


def test_an_unsure_contact_is_chosen_in_the_row(ready: Person, vendors: Vendors) -> None:
    for n in (1, 2):
        vendors.control("bitrix24/company", title="Twin Peaks Joinery", email=f"{n}@twin.example")
    first, second = (
        vendors.new_invoice(
            companyId=vendors.control("bitrix24/company", title="Twin Peaks Joinery", email=mail)["item"]["id"]
        )
        for mail in ("north@twin.example", "south@twin.example")
    )
    assert ready.press(first).status_code == 200
    unsure = ready.press(second)
    assert unsure.status_code == 422
    said = text(unsure.text)
    assert "Which contact in Xero is Twin Peaks Joinery?" in said
    assert "north@twin.example" in said
    choices = re.findall(r'name="contact" value="([^"]+)"', unsure.text)
    assert choices[-1] == "new"
    plain = ready.client.post(f"/invoices/{second}/push", data={"csrf_token": ready.token()})
    assert plain.status_code == 422
    check(plain.text)
    assert ready.press(second, contact="new").status_code == 200
    assert len({c["Name"] for c in vendors.control("xero/contacts") if c["Name"].startswith("Twin Peaks")}) == 2


def test_several_problems_are_told_at_once(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(rows=[], companyId=0)
    said = text(ready.press(invoice_id).text)
    assert "no product rows" in said
    assert "no customer" in said


def test_an_invoice_that_bitrix24_hides_cannot_be_pushed_by_its_address(
    ready: Person, jack: Person, vendors: Vendors, database: None
) -> None:
    invoice_id = vendors.new_invoice()
    jack.connect()
    vendors.forget_requests()
    answer = jack.press(invoice_id)
    assert answer.status_code in (403, 404)
    assert answer.headers["HX-Retarget"] == "#notices"
    assert vendors.calls("xero") == []
    assert db.session.query(InvoiceLink).all() == []


@pytest.mark.parametrize("number", ["987654", "2147483648", "9" * 40, "0"])
def test_an_invoice_that_is_none_is_not_found(ready: Person, number: str) -> None:
    answer = ready.client.post(f"/invoices/{number}/push", data={"csrf_token": ready.token()})
    assert answer.status_code == 404
    check(answer.text)


@pytest.mark.parametrize("number", ["-1", "abc", "1.5"])
def test_an_address_that_is_none_is_not_found(ready: Person, number: str) -> None:
    assert ready.client.post(f"/invoices/{number}/push", data={"csrf_token": ready.token()}).status_code == 404


def test_the_wrong_verb_is_told_so(ready: Person) -> None:
    assert ready.client.get("/invoices/1/push").status_code == 405
    assert ready.client.post("/invoices", data={"csrf_token": ready.token()}).status_code == 405


def test_a_press_without_xero_leads_to_the_connection_and_back(ready: Person, vendors: Vendors, database: None) -> None:
    invoice_id = vendors.new_invoice()
    end_login()
    here = {"HX-Current-URL": "http://localhost/invoices?q=kitchen"}
    token = {"csrf_token": ready.token()}
    answer = ready.client.post(f"/invoices/{invoice_id}/push", data=token, headers={**HTMX, **here})
    assert answer.status_code == 401
    page = ready.client.get(answer.headers["HX-Redirect"])
    check(page.text)
    assert "/invoices?q%3Dkitchen" in page.text or "/invoices%3Fq%3Dkitchen" in page.text
    plain = ready.client.post(f"/invoices/{invoice_id}/push", data={**token, "back": "/invoices?page=3"})
    assert plain.status_code == 303
    assert "page%3D3" in plain.headers["Location"]


def test_bitrix24_away_during_a_press_keeps_the_row(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    token = ready.token()
    vendors.fault("drop_before", vendor="bitrix24", times=8)
    answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.headers["HX-Retarget"] == f"#invoice-{invoice_id} .said"
    assert "Bitrix24 does not answer" in text(answer.text)
    assert "<tr" not in answer.text


def test_xero_away_during_a_press_is_told_in_the_row(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    vendors.fault("answer", vendor="xero", status=429, headers={"Retry-After": "7"}, times=8)
    answer = ready.press(invoice_id)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "7"
    assert f'id="invoice-{invoice_id}"' in answer.text
    assert "Xero takes no more calls" in text(answer.text)


def test_an_invoice_that_somebody_is_writing_is_not_sent_twice(ready: Person, vendors: Vendors, database: None) -> None:
    invoice_id = vendors.new_invoice()
    mere = db.session.query(User).one()
    organisation = db.session.query(Organisation).one()
    taken = {"claim": "x", "claimed_by_id": mere.id, "claimed_until": utc_now() + timedelta(minutes=1)}
    db.session.add(InvoiceLink(organisation_id=organisation.id, bitrix24_id=invoice_id, **taken))
    db.session.commit()
    answer = ready.press(invoice_id)
    assert answer.status_code == 409
    said = text(answer.text)
    assert "Writing…" in said
    assert "by you" in said
    assert "disabled" in answer.text


def test_before_anything_is_set_up_everybody_sees_their_own_invoices_beside_the_first_steps(
    app: Flask, vendors: Vendors
) -> None:
    seller = Person(app, "Anahera Pōtiki").sign_in()
    frame = text(seller.client.get("/invoices").text)
    assert "Three steps" in frame
    assert "Update from Xero" not in frame
    listed = seller.list(rows=100)
    own = [i for i in range(1, 241) if vendors.invoice(i)["item"]["assignedById"] == 12]
    assert listed.text.count('id="invoice-') == len(own)
    words = text(listed.text)
    assert "Deposit received" in words
    assert "DT31_7:" not in words
    assert "has no Xero status yet" not in words
