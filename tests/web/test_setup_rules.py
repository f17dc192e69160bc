"""Rules in Set-up: added, moved, removed without losing anything, counted, and what they mean for what was written."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import InvoiceLink, Organisation
from b24xero.db.transactions import writing
from b24xero.extensions import db
from tests.conftest import ROWS, Vendors
from tests.people import HTMX, Person, forms, parsed, reviewed, text
from tests.push.test_batch import push
from tests.push.test_rules import LIST, in_xero, region, theme, tracked

FITTED = [{**ROWS[0], "productName": "Installation of a pump"}]


def form_of(page: str) -> dict[str, Any]:
    return next(f for f in forms(page, "/setup") if f.says("Save set-up")).values


def opened(person: Person) -> dict[str, Any]:
    return form_of(person.client.get("/setup").text)


def leads(vendors: Vendors, option: str) -> str:
    category, options = region(vendors)
    return f"tracking|{category}|{options[option]}"


def saved_rules(app: Flask) -> list[tuple[str, str, str, str]]:
    with app.app_context():
        listed = db.session.scalars(select(Organisation)).one().set_up.rules
        return [(one.when, one.value, one.value_name, one.to_name) for one in listed]


def panel(person: Person, values: dict[str, Any]) -> str:
    page = person.client.post("/setup/check", data=values, headers=HTMX).text
    return " ".join(text(page).split())


def test_a_rule_is_added_moved_and_removed_and_nothing_typed_is_lost(ready: Person, vendors: Vendors) -> None:
    values = {**opened(ready), "tolerance": "0.77"}
    page = ready.client.post("/setup/rules", data={**values, "act": "add"}).text
    assert "The rules are changed" in text(page)
    values = {**form_of(page), "rule-1-when": "words", "rule-1-words": "Install", "rule-1-then": "account|260"}
    values = form_of(ready.client.post("/setup/rules", data={**values, "act": "add"}).text)
    values |= {"rule-2-when": "responsible|12", "rule-2-then": leads(vendors, "North")}
    moved = form_of(ready.client.post("/setup/rules", data={**values, "act": "up-2"}).text)
    assert (moved["rule-1-when"], moved["rule-2-when"], moved["rule-2-words"]) == ("responsible|12", "words", "Install")
    assert moved["tolerance"] == "0.77"
    left = form_of(ready.client.post("/setup/rules", data={**moved, "act": "remove-1"}).text)
    assert (left["rule-1-when"], "rule-2-when" in left) == ("words", False)


def test_a_rule_that_is_not_whole_is_told_in_its_place_and_an_empty_one_is_left_out(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    values = opened(ready) | {
        "rule-1-when": "words", "rule-1-then": "account|260", "rule-2-when": "pipeline|7", "rule-2-then": "",
        "rule-3-when": "", "rule-3-then": leads(vendors, "North"), "rule-4-when": "moon|1", "rule-4-then": "theme|x",
    }  # fmt: skip
    answer = ready.client.post("/setup", data=values)
    said = text(answer.text)
    assert answer.status_code == 422
    for words in ("Write the words that a line has in it.", "Choose what it leads to in Xero, or remove the rule.",
                  "Choose when this rule fits, or remove it.", "What it goes by is gone from Bitrix24."):  # fmt: skip
        assert words in said
    assert form_of(answer.text)["rule-2-when"] == "pipeline|7"
    assert saved_rules(app) == []
    whole = {name: value for name, value in values.items() if not name.startswith("rule-")}
    whole |= {
        "rule-7-when": "responsible|12",
        "rule-7-then": leads(vendors, "South"),
        "rule-9-when": "",
        "rule-9-then": "",
    }
    assert ready.client.post("/setup", data=whole).status_code == 303
    assert saved_rules(app) == [("responsible", "12", "Anahera Pōtiki", "South")]


def test_everything_a_rule_may_go_by_is_offered_in_one_call(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", also_granted="department")
    vendors.bitrix24.world.sections = {5: {"NAME": "Services"}}
    vendors.control("bitrix24/company", title="Harbour Hill", isMyCompany="Y")
    vendors.forget_requests()
    page = ready.client.post("/setup/rules", data={**opened(ready), "act": "add"}).text
    offered = {option.get("value"): "".join(option.itertext()) for option in parsed(page).findall(".//option")}
    assert offered["department|3"] == "Department: Nelson workshop"
    assert offered["responsible|15"] == "Responsible: Jack O'Brien"
    assert offered["pipeline|7"] == "Pipeline: Default"
    assert offered["industry|NOTPROFIT"] == "Industry: Non-profit"
    assert offered["section|5"] == "Section: Services"
    assert offered[f"list|{LIST}|46"] == "Kind of customer: Trade"
    assert any(value.startswith("my_company|") for value in offered if value)
    assert offered[f"theme|{theme(vendors, 'Special Projects')}"] == "Branding theme: Special Projects"
    assert len(vendors.calls("bitrix24")) == 2, "the page, and the button"


def test_without_the_scope_departments_are_not_offered_and_those_that_are_saved_stay(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.control("bitrix24/settings", also_granted="department")
    ready.save_set_up(**{"rule-1-when": "department|3", "rule-1-then": leads(vendors, "North")})
    vendors.control("bitrix24/settings", also_granted="")
    page = ready.client.get("/setup").text
    assert "tick the scope “department”" in text(page)
    assert "Department: Nelson workshop (not listed now)" in text(page)
    ready.save_set_up(tolerance="0.10")
    assert saved_rules(app) == [("department", "3", "Nelson workshop", "North")]


def test_each_rule_says_how_many_of_the_last_90_days_it_fits(ready: Person, vendors: Vendors) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    for by in (21, 21, 15):
        vendors.new_invoice(companyId=acme, assignedById=by, rows=FITTED)
    vendors.new_invoice(companyId=acme, assignedById=21, begindate="2020-01-31")
    values = opened(ready) | {
        "rule-1-when": "responsible|21", "rule-1-then": leads(vendors, "North"), "rule-2-when": "words",
        "rule-2-words": "installation", "rule-2-then": "account|260", "rule-3-when": "responsible|21",
        "rule-3-then": leads(vendors, "South"), "rule-4-when": "industry|IT", "rule-4-then": "account|200",
    }  # fmt: skip
    page = ready.client.post("/setup/check", data=values, headers=HTMX).text
    fits = {span.get("id"): "".join(span.itertext()) for span in parsed(page).findall(".//span[@id]")}
    assert [fits[f"rule-{n}-fits"] for n in (1, 2, 4)] == ["2", "3", "0"]
    assert fits["rule-3-fits"] == "2, but a rule above always decides"
    assert re.search(r"Fits: of \d+ invoices since", text(page))
    vendors.forget_requests()
    ready.client.post("/setup/check", data=values, headers=HTMX)
    assert vendors.calls("bitrix24") == []


def test_what_is_gone_on_either_side_is_told_and_cannot_be_saved(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(**{
        "rule-1-when": "responsible|12", "rule-1-then": leads(vendors, "North"),
        "rule-2-when": f"list|{LIST}|46", "rule-2-then": leads(vendors, "South"),
    })  # fmt: skip
    vendors.control("xero/tracking/archive", category="Region", option="North")
    vendors.control("bitrix24/settings", list_field=False)
    said = text(ready.client.get("/setup").text)
    assert "The rule “Responsible: Anahera Pōtiki → Region: North” leads to something that is archived" in said
    assert "The rule “Kind of customer: Trade → Region: South” asks for something that is gone from Bitrix24" in said
    answer = ready.client.post("/setup", data=opened(ready))
    assert answer.status_code == 422
    assert "What it leads to is archived or gone in Xero" in text(answer.text)


def test_rules_travel_with_the_file_of_a_set_up(ready: Person, vendors: Vendors, app: Flask) -> None:
    ready.save_set_up(**{
        "rule-1-when": "responsible|12", "rule-1-then": leads(vendors, "North"), "rule-2-when": "words",
        "rule-2-words": "Installation", "rule-2-then": "account|260", "rule-3-when": "responsible|15",
        "rule-3-then": f"theme|{theme(vendors, 'Special Projects')}",
    })  # fmt: skip
    file = ready.client.get("/setup/export").data
    wanted = saved_rules(app)
    ready.save_set_up(**{f"rule-{n}-{part}": "" for n in (1, 2, 3) for part in ("when", "words", "then")})
    assert saved_rules(app) == []
    vendors.control("xero/themes/delete", name="Special Projects")
    ready.client.get("/setup")
    token = ready.form_token()
    page = ready.client.post("/setup/import", data={"csrf_token": token, "file": (BytesIO(file), "set-up.json")}).text
    assert "The rule “Responsible: Jack O'Brien → Branding theme: Special Projects” names something" in text(page)
    assert ready.client.post("/setup", data=form_of(page)).status_code == 303
    assert saved_rules(app) == wanted[:2]


@pytest.fixture
def written(ready: Person, vendors: Vendors, app: Flask) -> list[int]:
    """Two dozen in Xero from before there were rules; nothing is kept of what rules would go by."""
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    keys = [vendors.new_invoice(companyId=acme, assignedById=12) for _ in range(24)]
    push(app, keys)
    with app.app_context(), writing():
        for link in db.session.scalars(select(InvoiceLink)):
            assert link.written_at
            link.written_at -= timedelta(hours=1)
            link.written = {name: value for name, value in (link.written or {}).items() if name != "Traits"}
        here = db.session.scalars(select(Organisation)).one()
        assert here.mapping_saved_at
        here.mapping_saved_at -= timedelta(hours=2)
    return keys


def test_a_rule_that_changes_24_old_invoices_tells_so_and_review_them_rewrites_them(
    ready: Person, vendors: Vendors, app: Flask, written: list[int]
) -> None:
    rule = {"rule-1-when": "responsible|12", "rule-1-then": leads(vendors, "North")}
    assert "24 invoices in Xero were written otherwise" in panel(ready, opened(ready) | rule)
    ready.save_set_up(**rule)
    assert "24 invoices in Xero were written otherwise" in panel(ready, opened(ready))
    review = ready.client.get("/invoices/many?all=1&back=/invoices?view%3Dotherwise").text
    assert reviewed(review) == {"changed": 24}
    assert "Line 1, tracking: – → Region: North" in text(review)
    push(app, written)
    assert {str(tracked(in_xero(vendors, key))) for key in written} == {"[['North'], ['North']]"}
    assert "were written otherwise" not in panel(ready, opened(ready))
