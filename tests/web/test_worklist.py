"""The main page as a worklist: views and their counts, what is to do, what is unpaid, a period, a search."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import connections
from b24xero.bitrix24 import invoice_count
from b24xero.db.models import Organisation, User
from b24xero.extensions import db
from b24xero.runs import set_aside
from tests.conftest import Vendors
from tests.people import HTMX, Person, parsed, text
from tests.pull.test_job import pushed, update_from_xero


def ids(answer: Any) -> list[int]:
    return [int(id) for id in re.findall(r'<tr id="invoice-(\d+)"', answer.text)]


def counts(page: str) -> dict[str, str]:
    """The bar's views and their numbers."""
    links = parsed(page).findall(".//nav[@id='views']/a")
    return {link.get("id").removeprefix("view-"): "".join(link.find("b").itertext()) for link in links}


def panel(page: str, heading: str) -> str:
    sections = parsed(page).findall(".//section")
    found = [" ".join("".join(s.itertext()).split()) for s in sections if s.get("aria-labelledby") == heading]
    return found[0] if found else ""


@pytest.fixture
def numbered(ready: Person, vendors: Vendors, app: Flask) -> dict[str, int]:
    """One invoice of each kind, of this company alone, so that the demo's others can be told apart."""
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    made = {name: pushed(ready, vendors, companyId=acme)[0] for name in ("same", "changed", "paid", "voided", "late")}
    number = {name: str(vendors.invoice(id)["item"]["accountNumber"]) for name, id in made.items()}
    rows = vendors.invoice(made["changed"])["rows"]
    vendors.control("bitrix24/rows", id=made["changed"], rows=[{**rows[0], "quantity": 9}, *rows[1:]])
    vendors.control("xero/pay", invoice=number["paid"])
    vendors.control("xero/void", invoice=number["voided"])
    vendors.control("xero/edit", invoice=number["late"], set={"DueDate": "2026-01-31"})
    update_from_xero(app)
    return {**made, "ready": vendors.new_invoice(companyId=acme), "new": vendors.new_invoice(stageId="DT31_7:N")}


def test_each_view_shows_what_its_count_says(ready: Person, numbered: dict[str, int]) -> None:
    shown = counts(ready.list().text)
    assert list(shown) == ["all", "todo", "ready", "differs", "awaiting", "overdue", "paid", "not_sent"]
    for view, count in shown.items():
        found = re.search(r"of (\d+)<", ready.list(view=view, rows=100).text)
        assert (found[1] if found else "0") == count, view


@pytest.mark.parametrize(
    ("view", "kinds"),
    [
        ("differs", {"changed", "voided", "late"}),
        ("overdue", {"late"}),
        ("awaiting", {"same", "changed"}),
        ("paid", {"paid"}),
        ("changed", {"changed"}),
        ("by_hand", {"voided", "late"}),
        ("age-4", {"late"}),
        ("age-0", {"same", "changed"}),
    ],
)
def test_a_view_has_what_belongs_to_it(ready: Person, numbered: dict[str, int], view: str, kinds: set[str]) -> None:
    assert set(ids(ready.list(view=view, rows=100))) == {numbered[kind] for kind in kinds}


def test_ready_and_left_out_are_told_apart(ready: Person, numbered: dict[str, int]) -> None:
    assert numbered["ready"] in ids(ready.list(view="ready", rows=100))
    assert numbered["new"] in ids(ready.list(view="not_sent", rows=100))
    assert not {numbered["new"], numbered["same"]} & set(ids(ready.list(view="ready", rows=100)))


def test_the_panel_says_how_many_how_much_and_what_to_do(ready: Person, numbered: dict[str, int]) -> None:
    said = panel(ready.list().text, "todo-h")
    assert re.search(r"\d+ready to sendINV-.*NZD [\d,.]+.*Review: ready to send", said)
    assert re.search(r"1changed in Bitrix24 since they were sentINV-\d+NZD [+−][\d,.]+ Review", said)
    assert "2changed in Xero by hand" in said


def test_unpaid_is_told_by_age_in_a_table_and_by_a_bar_that_one_may_press(
    ready: Person, numbered: dict[str, int]
) -> None:
    page = ready.list().text
    said = panel(page, "age-h")
    assert re.search(r"Over 90 days1 ?[\d,.]+", said)
    assert "Came in since Monday: NZD" in said
    bar = re.search(r'(?s)<svg class="agebar".*?</svg>', page)
    assert bar
    assert re.findall(r'href="([^"]+)"', bar[0]) == ["/invoices?view=age-0", "/invoices?view=age-4"]


def test_when_nothing_is_left_it_is_calm(ready: Person, vendors: Vendors, app: Flask) -> None:
    pushed(ready, vendors, begindate="2031-05-01")
    said = panel(ready.list(dated="days", **{"from": "2031-01-01"}).text, "todo-h")
    assert "Nothing to do" in said
    assert "1 invoice looked at" in said


def test_a_page_costs_two_calls_to_bitrix24_and_none_to_xero(
    ready: Person, numbered: dict[str, int], vendors: Vendors
) -> None:
    for asked in ({}, {"view": "todo"}, {"view": "differs", "q": "Acme"}, {"view": "overdue"}, {"q": "kitchen"}):
        vendors.forget_requests()
        assert ready.list(rows=50, **asked).status_code == 200
        assert len(vendors.calls("bitrix24")) <= 2, asked
        assert vendors.calls("xero") == [], asked


def test_another_page_of_the_same_is_not_counted_again(ready: Person, numbered: dict[str, int]) -> None:
    page = ready.client.get("/invoices?page=2", headers={**HTMX, "HX-Trigger": "next"})
    assert ids(page)
    assert 'id="views"' not in page.text


def test_somebody_who_sees_less_is_told_of_less(
    ready: Person, numbered: dict[str, int], vendors: Vendors, app: Flask
) -> None:
    jack = Person(app, "Jack O'Brien").sign_in()
    everybody, his = counts(ready.list().text), counts(jack.list().text)
    assert 0 < int(his["all"]) < int(everybody["all"])
    assert int(his["paid"]) == len(ids(jack.list(view="paid", rows=100)))


# -- a period, stages, a search


def test_a_period_narrows_the_list_and_all_counts(ready: Person, vendors: Vendors) -> None:
    inside = vendors.new_invoice(begindate="2031-05-31")
    vendors.new_invoice(begindate="2031-06-01")
    answer = ready.list(dated="days", **{"from": "2031-05-01", "to": "2031-05-31"})
    assert ids(answer) == [inside]
    assert counts(answer.text)["all"] == "1"
    assert "dated=days" in answer.headers["HX-Push-Url"]


def test_several_stages_at_once(ready: Person, vendors: Vendors) -> None:
    wanted = {vendors.new_invoice(stageId=f"DT31_7:{stage}", begindate="2031-05-31") for stage in ("N", "P")}
    vendors.new_invoice(stageId="DT31_7:S", begindate="2031-05-31")
    query = {"stage": ["DT31_7:N", "DT31_7:P"], "dated": "days", "from": "2031-05-01"}
    assert set(ids(ready.list(**query))) == wanted


@pytest.mark.parametrize("typed", ["1,725.05", "1.725,05", "1725.05", "NZD 1 725.05", "2031-05-30", "30.5.2031"])
def test_an_amount_and_a_day_are_found_as_they_are_written(ready: Person, vendors: Vendors, typed: str) -> None:
    row = {"productName": "Bench", "price": 1725.05, "quantity": 1, "taxRate": 15, "taxIncluded": "Y"}
    invoice_id = vendors.new_invoice(begindate="2031-05-30", rows=[row])
    assert ids(ready.list(q=typed)) == [invoice_id]


@pytest.mark.parametrize("typed", ["Pōtae & Sons", "potae & sons", "POTAE"])
def test_a_customer_is_found_with_and_without_accents(ready: Person, vendors: Vendors, typed: str) -> None:
    company = vendors.control("bitrix24/company", title="Pōtae & Sons")["item"]["id"]
    invoice_id = vendors.new_invoice(companyId=company)
    assert invoice_id in ids(ready.list(q=typed))


@pytest.mark.parametrize("typed", ["O'Malley Marine", "O’Malley Marine", "omalley marine"])
def test_a_customer_is_found_with_and_without_its_apostrophe(ready: Person, vendors: Vendors, typed: str) -> None:
    company = vendors.control("bitrix24/company", title="O’Malley Marine")["item"]["id"]
    invoice_id = vendors.new_invoice(companyId=company)
    assert ids(ready.list(q=typed)) == [invoice_id]


# -- how old it is, sums


def test_everybody_is_told_how_old_what_xero_said_is_and_who_had_it_read(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    pushed(ready, vendors)
    update_from_xero(app)
    assert re.search(r"Bitrix24: live\. Xero: as of .+ \(by you\)", text(ready.client.get("/invoices").text))
    jack = Person(app, "Jack O'Brien").sign_in()
    assert "(by Mere Tautahi)" in text(jack.client.get("/invoices").text)


def test_the_foot_adds_up_the_page_by_currency(ready: Person, vendors: Vendors) -> None:
    row = {"productName": "Bench", "price": 100, "quantity": 1, "taxRate": 15, "taxIncluded": "Y"}
    for currency in ("NZD", "NZD", "AUD"):
        vendors.new_invoice(begindate="2031-05-30", rows=[row], currencyId=currency)
    said = text(ready.list(dated="days", **{"from": "2031-05-01"}).text)
    assert re.search(r"3 invoices on this page NZD.200\.00 ?AUD.100\.00", said)


# -- what the list brings along ---------------------------------------------------------------------------------------


def test_the_list_renews_only_what_its_page_has(mere: Person, vendors: Vendors) -> None:
    vendors.new_invoice()
    before = mere.connect().client.get("/invoices", headers={"HX-Request": "true"}).text
    assert 'id="over"' not in before
    after = mere.save_set_up().client.get("/invoices", headers={"HX-Request": "true"}).text
    assert 'id="over" hx-swap-oob="true"' in after
    assert '<p id="as-of" hx-swap-oob="true">Bitrix24: live.' in after


@pytest.fixture
def few_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty take the place of a thousand."""
    monkeypatch.setattr(invoice_count, "MOST", 50)


@pytest.mark.usefixtures("few_looked_at")
def test_of_more_than_are_looked_at_each_view_has_what_its_count_says(
    ready: Person, vendors: Vendors, numbered: dict[str, int]
) -> None:
    vendors.forget_requests()
    shown = counts(ready.list().text)
    assert len(vendors.calls("bitrix24")) == 2
    assert {view for view, count in shown.items() if count.endswith("+")} == {"todo", "differs"}
    for view in ("all", "ready", "awaiting", "overdue", "paid", "not_sent"):
        found = re.search(r"of (\d+)<", ready.list(view=view, rows=100).text)
        assert (found[1] if found else "0") == shown[view], view


@pytest.mark.usefixtures("few_looked_at")
def test_it_is_said_among_how_many_was_looked_for_what_is_to_do(ready: Person, numbered: dict[str, int]) -> None:
    page = ready.list().text
    assert re.search(r"Looked for among the newest 50 of \d+ invoices", panel(page, "todo-h"))
    assert "Added up of the newest" not in panel(page, "age-h")


@pytest.mark.usefixtures("few_looked_at")
def test_a_choice_among_more_than_are_looked_at_costs_two_calls(
    ready: Person, vendors: Vendors, numbered: dict[str, int]
) -> None:
    vendors.forget_requests()
    assert counts(ready.list(view="differs").text)["paid"].isdigit()
    assert len(vendors.calls("bitrix24")) == 2


@pytest.mark.usefixtures("few_looked_at")
def test_numbers_hold_only_what_the_person_sees(
    ready: Person, vendors: Vendors, app: Flask, numbered: dict[str, int]
) -> None:
    jack = Person(app, "Jack O'Brien").sign_in()
    everybody, his = counts(ready.list().text), counts(jack.list().text)
    assert int(his["all"]) < int(everybody["all"])
    for view in ("awaiting", "paid", "not_sent"):
        found = re.search(r"of (\d+)<", jack.list(view=view, rows=100).text)
        assert (found[1] if found else "0") == his[view], view


# -- after one press, and what was set aside


def line_of(page: str, words: str) -> int:
    """How many invoices the line of "To do" with these words has; 0: there is none."""
    lines = [" ".join("".join(line.itertext()).split()) for line in parsed(page).findall(".//ul[@class='todo']/li")]
    return next((int(found[1]) for line in lines if (found := re.match(rf"(\d+){words}", line))), 0)


def test_after_a_press_what_is_to_do_is_counted_anew_without_asking_anybody(
    ready: Person, vendors: Vendors, numbered: dict[str, int]
) -> None:
    before = ready.list(q="Acme").text
    vendors.forget_requests()
    answer = ready.press(numbered["ready"], back="/invoices?q=Acme")
    listed = [call for call in vendors.calls("bitrix24") if "list" in call]
    assert listed == []
    page = f"<table>{answer.text}"
    assert line_of(page, "ready to send") == line_of(before, "ready to send") - 1
    assert int(counts(page)["awaiting"]) == int(counts(before)["awaiting"]) + 1
    assert line_of(ready.list(q="Acme").text, "ready to send") == line_of(page, "ready to send")


def test_a_press_without_a_page_before_it_brings_the_row_alone(ready: Person, vendors: Vendors) -> None:
    assert 'id="over"' not in ready.press(vendors.new_invoice()).text


def test_what_was_set_aside_is_not_to_do_and_can_be_looked_at(ready: Person, vendors: Vendors, app: Flask) -> None:
    no_rows = vendors.new_invoice(rows=[])
    assert ready.press(no_rows).status_code == 422
    before = ready.list().text
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        rows = connections.bitrix24_for(user).invoice_rows([no_rows])
        set_aside.put(db.session.scalars(select(Organisation)).one(), user, rows, "Billed by hand")
    page = ready.list().text
    words = "refused, or something stands against it"
    assert line_of(page, words) == line_of(before, words) - 1
    assert int(counts(page)["todo"]) == int(counts(before)["todo"]) - 1
    assert "1 was set aside" in panel(page, "todo-h")
    assert ids(ready.list(view="aside")) == [no_rows]
    vendors.control("bitrix24/edit", id=no_rows, fields={"title": "Billed by hand, no more"})
    assert line_of(ready.list().text, words) == line_of(before, words)


def test_the_next_page_shows_at_once_what_was_counted_last_and_asks_nobody(ready: Person, vendors: Vendors) -> None:
    assert 'class="reserved"' in ready.client.get("/invoices").text
    listed = ready.list().text
    vendors.forget_requests()
    shell = ready.client.get("/invoices").text
    assert counts(shell) == counts(listed)
    assert 'class="reserved"' not in shell
    assert vendors.calls("bitrix24") == []
    assert 'class="reserved"' in ready.client.get("/invoices?dated=last-month").text


def test_why_it_is_not_in_xero_leads_to_what_may_be_there_already(ready: Person, vendors: Vendors) -> None:
    page = ready.client.get(f"/invoices/{vendors.new_invoice(rows=[])}/why").text
    assert "Is it in Xero already, from before b24xero came? Find in Xero" in text(page)


def test_nobody_is_shown_what_somebody_else_counted(ready: Person, vendors: Vendors, app: Flask) -> None:
    ready.list()
    jack = Person(app, "Jack O'Brien").sign_in()
    assert 'class="reserved"' in jack.client.get("/invoices").text
