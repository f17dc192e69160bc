"""Set-up: who may, what is suggested, what is refused, and what it says when the world has moved on."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24xero import create_app
from b24xero.db.models import Organisation
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.people import HTMX, Form, Person, forms, parsed, text
from tests.web.test_login_xero import STUDIO, come_back, consent, leave
from tests.web.test_pages import check

STAGE = "stage:DT31_7:"
STAGES = ("N", "S", "UC_DEPOSI", "UC_ONHOLD", "P", "D")
STATUSES = (
    "Draft", "Awaiting approval", "Awaiting payment", "Part paid", "Part credited", "Part settled by prepayment",
    "Part settled by overpayment", "Overdue", "Paid", "Credited", "Settled by prepayment", "Settled by overpayment",
    "Voided", "Deleted",
)  # fmt: skip


def form_of(page: str) -> Form:
    return next(form for form in forms(page, "/setup") if form.says("Save set-up"))


def fields(person: Person) -> dict[str, Any]:
    page = person.client.get("/setup")
    assert page.status_code == 200, text(page.text)
    return form_of(page.text).values


def save(person: Person, **changes: str) -> TestResponse:
    return person.client.post("/setup", data={**fields(person), **changes})


def labels(page: str) -> dict[str, str]:
    """What a reader hears of each select: its name, by the field's name."""
    tree = parsed(page)
    by_id = {e.get("id"): " ".join("".join(e.itertext()).split()) for e in tree.iter() if e.get("id")}
    fors = {e.get("for"): " ".join("".join(e.itertext()).split()) for e in tree.iter("label") if e.get("for")}
    found = {}
    for select_ in tree.iter("select"):
        found[select_.get("name")] = by_id.get(select_.get("aria-labelledby") or "") or fors.get(select_.get("id"), "")
    return found


def options(page: str, name: str) -> list[str]:
    chosen = next(s for s in parsed(page).iter("select") if s.get("name") == name)
    return [option.get("value") or "" for option in chosen.iter("option")]


def saved_mapping(app: Flask) -> dict[str, Any]:
    with app.app_context():
        return dict(
            db.session.scalars(select(Organisation).where(Organisation.mapping_saved_at.is_not(None)))
            .one()
            .stored_set_up
        )


@pytest.fixture
def connected(mere: Person) -> Person:
    return mere.connect()


# -- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Tom Hallam", "Anahera Pōtiki", "Priya Raman"])
def test_others_are_told_whom_to_ask(ready: Person, app: Flask, name: str) -> None:
    other = Person(app, name).sign_in()
    page = other.client.get("/setup")
    assert page.status_code == 403
    assert "Set-up is for administrators" in text(page.text)
    assert "Please ask Mere Tautahi" in text(page.text)
    for address in ("/setup", "/invoices", "/activity"):
        bar = parsed(other.client.get(address).text).find(".//header[@class='bar']/nav")
        assert "/setup" not in {a.get("href") for a in bar.iter("a")}, address
    bar = parsed(ready.client.get("/invoices").text).find(".//header[@class='bar']/nav")
    assert "/setup" in {a.get("href") for a in bar.iter("a")}


def test_a_set_up_that_would_send_nothing_is_saved_only_when_it_is_meant_so(ready: Person, app: Flask) -> None:
    form = next(f for f in forms(ready.client.get("/setup").text, "/setup") if f.says("Save set-up"))
    none = {name: "none" for name in form.values if name.startswith("stage:")}
    asked = ready.client.post("/setup", data={**form.values, **none})
    assert asked.status_code == 422
    check(asked.text)
    assert "Nothing would be sent to Xero" in text(asked.text)
    assert set(saved_mapping(app)["stages"].values()) != {"none"}
    again = next(f for f in forms(asked.text, "/setup") if f.says("Save it all the same"))
    assert {again.values[name] for name in none} == {"none"}
    assert ready.client.post("/setup", data={**again.values, "nothing": "1"}).status_code == 303
    assert set(saved_mapping(app)["stages"].values()) == {"none"}


def test_an_administrator_waits_for_both_systems_at_once(ready: Person, vendors: Vendors) -> None:
    for vendor, calls in (("bitrix24", 1), ("xero", 4)):
        vendors.fault(
            "delay", vendor=vendor, path="/rest/batch" if calls == 1 else "/api.xro/", seconds=0.4, times=calls
        )
    took = re.search(r"upstream;dur=([0-9.]+)", ready.client.get("/setup").headers["Server-Timing"])
    assert took
    assert 400 <= float(took[1]) < 1200  # one after the other they are 2000


def test_who_is_no_administrator_costs_no_call_to_xero(app: Flask, ready: Person, vendors: Vendors) -> None:
    tom = Person(app, "Tom Hallam").sign_in().connect()
    vendors.forget_requests()
    assert tom.client.get("/setup").status_code == 403
    assert vendors.calls("xero") == []


def test_others_cannot_save_by_calling_the_address(ready: Person, app: Flask) -> None:
    before = saved_mapping(app)
    values = fields(ready)
    tom = Person(app, "Tom Hallam").sign_in().connect()
    refused = tom.client.post("/setup", data={**values, "csrf_token": tom.token(), "due_rule": "month-20"})
    assert refused.status_code == 403
    assert saved_mapping(app) == before


def test_whether_somebody_is_an_admin_is_asked_each_time(ready: Person, vendors: Vendors, app: Flask) -> None:
    values = fields(ready)
    vendors.control("bitrix24/user", id=1, admin=False)
    assert ready.client.get("/setup").status_code == 403
    assert ready.client.post("/setup", data={**values, "due_rule": "month-20"}).status_code == 403
    assert saved_mapping(app)["due_rule"] != "month-20"
    tom = Person(app, "Tom Hallam").sign_in().connect()
    vendors.control("bitrix24/user", id=7, admin=True)
    assert tom.client.get("/setup").status_code == 200


def test_before_connecting_it_says_to_connect(mere: Person) -> None:
    page = mere.client.get("/setup")
    assert page.status_code == 200
    assert "Connect to Xero" in text(page.text)
    assert "Save set-up" not in text(page.text)


def test_a_save_without_an_organisation_changes_nothing(mere: Person, app: Flask) -> None:
    sent = mere.client.post("/setup", data={"csrf_token": mere.token(), "sales_account": "200"})
    assert sent.status_code < 500
    with app.app_context():
        assert db.session.scalars(select(Organisation)).all() == []


# -- what it shows --------------------------------------------------------------------------------------------------


def test_every_stage_status_and_rate_is_there_and_labelled(connected: Person) -> None:
    page = connected.client.get("/setup").text
    said = labels(page)
    assert all(said.values()), said
    names = ("New", "Sent", "Deposit received", "On hold, site not ready", "Paid", "Unpaid")
    assert [said[f"{STAGE}{code}"] for code in STAGES] == list(names)
    assert tuple(label for name, label in said.items() if name.startswith("status:")) == STATUSES
    assert {said[name] for name in said if name.startswith("tax:")} == {"GST 15 %", "0 %", "No VAT"}
    assert said["sales_account"] == "Sales account"
    words = text(page)
    for heading in ("Bitrix24 stage → Xero status", "Xero status → Bitrix24 stage", "Sales account", "Tax rates"):
        assert heading in words


def test_suggestions_come_from_what_stages_mean_and_rates_agree_on(connected: Person) -> None:
    values = fields(connected)
    assert values[f"{STAGE}N"] == "none"
    assert values[f"{STAGE}S"] == "AUTHORISED"
    assert values[f"{STAGE}P"] == "none", "what is paid in Bitrix24 would stand unpaid in Xero"
    assert values[f"{STAGE}D"] == "none"
    assert values["status:paid"] == "DT31_7:P"
    assert values["sales_account"] == "200"
    assert values["tax:15"] == "OUTPUT2"
    assert values["tax:none"] == "NONE"


def test_suggestions_never_come_from_the_names_of_stages(connected: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/stage/edit", code="P", name="Unpaid")
    vendors.control("bitrix24/stage/edit", code="D", name="Paid")
    vendors.control("bitrix24/stage/edit", code="UC_ONHOLD", name="Voided")
    values = fields(connected)
    assert values["status:paid"] == "DT31_7:P"
    assert values[f"{STAGE}UC_ONHOLD"] == "AUTHORISED"
    assert values[f"{STAGE}D"] == "none"
    assert "VOIDED" not in values.values()


def test_paid_cannot_be_chosen_for_a_stage(connected: Person) -> None:
    page = connected.client.get("/setup").text
    assert set(options(page, f"{STAGE}S")) == {"none", "DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED"}


def test_only_live_revenue_accounts_and_sales_rates_can_be_chosen(connected: Person, vendors: Vendors) -> None:
    vendors.control("xero/accounts/add", code="215", name="Old sales")
    vendors.control("xero/accounts/archive", code="215")
    vendors.control("xero/accounts/add", code="420", name="Office expenses", type="EXPENSE")
    vendors.control("xero/tax-rates/add", tax_type="TAX099", name="Gone", rate=15)
    vendors.control("xero/tax-rates/delete", tax_type="TAX099")
    page = connected.client.get("/setup").text
    accounts = options(page, "sales_account")
    assert "200" in accounts
    assert not {"215", "420"} & set(accounts)
    rates = options(page, "tax:15")
    assert "OUTPUT2" in rates
    assert not {"TAX099", "INPUT2"} & set(rates)


def test_a_new_rate_of_the_portal_is_asked_for(connected: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/vat/add", name="Special 12.5 %", rate=12.5)
    page = connected.client.get("/setup")
    assert labels(page.text)["tax:12.5"] == "Special 12.5 %"
    assert form_of(page.text).values["tax:12.5"] == ""


# -- what it saves --------------------------------------------------------------------------------------------------


def test_saving_is_said_and_kept_over_a_restart(
    connected: Person, environ: dict[str, str], tmp_path: Path, app: Flask
) -> None:
    saved = save(connected, due_rule="month-20", **{f"{STAGE}UC_ONHOLD": "DRAFT"})
    assert saved.status_code == 303
    assert "Set-up saved" in text(connected.client.get("/setup").text)
    again = create_app(environ, tmp_path)
    with again.app_context():
        stored = db.session.scalars(select(Organisation)).one().stored_set_up
        assert stored["due_rule"] == "month-20"
        assert stored["stages"]["DT31_7:UC_ONHOLD"] == "DRAFT"
        db.session.remove()
        db.engine.dispose()
    values = fields(connected)
    assert (values["due_rule"], values[f"{STAGE}UC_ONHOLD"]) == ("month-20", "DRAFT")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (f"{STAGE}S", "PAID"),
        (f"{STAGE}S", "forged"),
        (f"{STAGE}S", "DELETED"),
        ("status:paid", "DT31_7:GONE"),
        ("status:paid", "DT31_9:P"),
        ("tax:15", "INPUT2"),
        ("tax:15", "forged"),
        ("sales_account", "090"),
        ("sales_account", "forged"),
        ("sales_account", ""),
        ("due_rule", "days-9999"),
        ("due_rule", ""),
        ("number", "forged"),
        ("reference", "forged"),
        ("rounding", "forged"),
        ("rounding", ""),
        ("tolerance", "a little"),
        ("tolerance", "1.01"),
        ("tolerance", ""),
        ("drift", "forged"),
        ("drift", ""),
        ("no_rows", "99"),
        ("no_rows", ""),
        ("missing_items", "forged"),
        ("writers", "forged"),
        ("writers", ""),
    ],
)
def test_a_forged_value_is_refused_and_nothing_typed_is_lost(
    connected: Person, app: Flask, name: str, value: str
) -> None:
    typed = {f"{STAGE}UC_DEPOSI": "SUBMITTED", f"{STAGE}UC_ONHOLD": "DRAFT", "status:void": "DT31_7:D"}
    if name != "due_rule":
        typed["due_rule"] = "month-end"
    sent = {**fields(connected), **typed, name: value}
    refused = connected.client.post("/setup", data=sent)
    assert refused.status_code == 422
    assert "Not saved yet" in text(refused.text)
    kept = form_of(refused.text).values
    assert {key: kept[key] for key in typed} == typed
    with app.app_context():
        assert db.session.scalars(select(Organisation)).one().stored_set_up is None


def test_what_is_done_about_differences_is_chosen_and_kept(connected: Person, app: Flask) -> None:
    page = connected.client.get("/setup").text
    said = labels(page)
    assert [said[name] for name in ("rounding", "drift", "customers", "no_rows", "missing_items")] == [
        "Totals differ by 0.05 or less", "Edited by hand in Xero", "Customers that changed in Bitrix24",
        "Invoices without rows", "Products without an item in Xero",
    ]  # fmt: skip
    values = form_of(page).values
    suggested = ("tax", "0.05", "ask", "ask", "stop", "no")
    chosen = {
        "rounding": "line", "tolerance": "0,1", "drift": "leave", "customers": "bitrix24", "no_rows": "15",
        "missing_items": "yes",
    }  # fmt: skip
    assert tuple(values[name] for name in chosen) == suggested
    assert "rounding account (860)" in text(page)
    assert save(connected, **chosen).status_code == 303
    kept = saved_mapping(app)
    assert {name: kept[name] for name in chosen} == {
        "rounding": "line", "tolerance": "0.10", "drift": "leave", "customers": "bitrix24", "no_rows": "15",
        "missing_items": True,
    }  # fmt: skip
    again = connected.client.get("/setup").text
    assert {name: form_of(again).values[name] for name in chosen} == {**chosen, "tolerance": "0.10"}
    assert labels(again)["rounding"] == "Totals differ by 0.10 or less"


def test_a_wrong_tolerance_is_told_beside_its_field_and_stays_as_typed(connected: Person) -> None:
    refused = save(connected, tolerance="five")
    assert refused.status_code == 422
    field = next(e for e in parsed(refused.text).iter("input") if e.get("name") == "tolerance")
    assert (field.get("value"), field.get("aria-invalid")) == ("five", "true")
    said = next(e for e in parsed(refused.text).iter() if e.get("id") == field.get("aria-describedby"))
    assert "from 0 to 1.00" in "".join(said.itertext())


def test_a_line_of_rounding_can_only_be_chosen_where_xero_has_the_account(
    connected: Person, vendors: Vendors, app: Flask
) -> None:
    assert save(connected, rounding="line").status_code == 303
    vendors.control("xero/accounts/archive", code="860")
    page = connected.client.get("/setup").text
    assert "line" not in options(page, "rounding")
    assert "no longer has a rounding account in use" in text(page)
    refused = save(connected, rounding="line")
    assert refused.status_code == 422
    assert save(connected, rounding="ask").status_code == 303
    assert saved_mapping(app)["rounding"] == "ask"


def test_a_set_up_saved_by_an_older_version_is_shown_with_what_is_usual(ready: Person, app: Flask) -> None:
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        new = {"rounding", "tolerance", "drift", "no_rows", "missing_items", "writers"}
        organisation.stored_set_up = {
            name: value for name, value in organisation.stored_set_up.items() if name not in new
        }
        db.session.commit()
    values = fields(ready)
    assert (values["rounding"], values["tolerance"], values["no_rows"]) == ("tax", "0.05", "stop")
    assert values["writers"] == "change"
    assert save(ready).status_code == 303


def test_where_one_is_to_be_asked_the_way_to_the_preview_is_there(ready: Person, vendors: Vendors) -> None:
    assert save(ready, rounding="ask").status_code == 303
    benchtop = {"productName": "Benchtop", "price": 474.375, "quantity": 2.125, "taxRate": 15, "taxIncluded": "N"}
    invoice_id = vendors.new_invoice(rows=[benchtop])
    refused = ready.press(invoice_id)
    assert refused.status_code == 422
    for page in (
        refused.text,
        ready.client.get(f"/invoices/{invoice_id}/why").text,
        ready.client.get("/activity").text,
    ):
        assert "Choose in the preview" in text(page)
        addresses = [a.get("href") for a in parsed(page).iter("a") if "Open the preview" in "".join(a.itertext())]
        assert any(address.startswith(f"/invoices/{invoice_id}/preview") for address in addresses)


def test_an_unknown_field_is_left_aside(connected: Person, app: Flask) -> None:
    assert save(connected, **{f"{STAGE}FORGED": "AUTHORISED", "stages": "x", "mapping": "{}"}).status_code == 303
    assert "DT31_7:FORGED" not in saved_mapping(app)["stages"]


def test_a_field_left_out_does_not_break_the_form(connected: Person) -> None:
    values = fields(connected)
    sent = {name: value for name, value in values.items() if name in ("csrf_token", "sales_account")}
    assert connected.client.post("/setup", data=sent).status_code == 422


def test_without_the_pages_token_nothing_is_saved(connected: Person, app: Flask) -> None:
    values = {name: value for name, value in fields(connected).items() if name != "csrf_token"}
    assert connected.client.post("/setup", data=values).status_code == 419
    assert connected.client.post("/setup", data={**values, "csrf_token": "forged"}).status_code == 419
    with app.app_context():
        assert db.session.scalars(select(Organisation)).one().stored_set_up is None


def test_a_form_kept_open_while_the_account_was_archived_is_refused_with_the_rest_kept(
    ready: Person, vendors: Vendors
) -> None:
    typed = {**fields(ready), "due_rule": "month-20"}
    vendors.control("xero/accounts/archive", code="200")
    refused = ready.client.post("/setup", data=typed)
    assert refused.status_code == 422
    assert "can no longer be chosen" in text(refused.text) or "in Xero is archived" in text(refused.text)
    assert form_of(refused.text).values["due_rule"] == "month-20"


@pytest.mark.parametrize("vendor", ["xero", "bitrix24"])
def test_what_was_typed_survives_a_vendor_that_is_down_at_the_save(
    ready: Person, vendors: Vendors, app: Flask, vendor: str
) -> None:
    typed = {**fields(ready), "due_rule": "month-20"}
    vendors.fault("answer", vendor=vendor, path="/", status=502, body="<html>Bad Gateway</html>", times=20)
    answer = ready.client.post("/setup", data=typed)
    vendors.control("faults/clear")
    if answer.status_code == 303:
        assert saved_mapping(app)["due_rule"] == "month-20"
    else:
        assert answer.status_code == 503
        assert form_of(answer.text).values["due_rule"] == "month-20"


def test_by_htmx_a_vendor_that_is_down_at_the_save_keeps_the_form_too(ready: Person, vendors: Vendors) -> None:
    typed = {**fields(ready), "due_rule": "month-20"}
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=4)
    answer = ready.client.post("/setup", data=typed, headers=HTMX)
    assert answer.status_code == 503
    assert "Bitrix24 does not answer" in text(answer.text)
    if answer.headers.get("HX-Retarget") != "#notices":  # else the form stands on the screen as it was
        assert form_of(answer.text).values["due_rule"] == "month-20"


def test_each_organisation_has_a_set_up_of_its_own(ready: Person, app: Flask, vendors: Vendors) -> None:
    come_back(ready, consent(ready, leave(ready), "accounts", STUDIO))
    page = ready.client.get("/setup")
    assert "Not saved yet" in text(page.text)
    values = form_of(page.text).values
    assert "OUTPUT2" in options(page.text, "tax:15") or values["tax:15"] != "OUTPUT2"
    with app.app_context():
        mapped = {o.name: o.is_set_up for o in db.session.scalars(select(Organisation))}
    assert mapped == {"Harbour & Hill Joinery": True, STUDIO: False}


# -- when the world has moved on ------------------------------------------------------------------------------------


def on_both_pages(person: Person) -> tuple[str, str]:
    """What Set-up and the invoices say on top, Set-up first because it reads Xero afresh."""
    return text(person.client.get("/setup").text), text(person.list().text)


def test_a_new_stage_is_shown_with_what_it_stops(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/stage/add", code="UC_CHECK", name="Checked by Tom")
    for words in on_both_pages(ready):
        assert "“Checked by Tom”. It has no Xero status yet, so its invoices are not written" in words
    invoice_id = vendors.new_invoice(stageId="DT31_7:UC_CHECK")
    refused = ready.press(invoice_id)
    assert refused.status_code == 422
    assert "has no Xero status yet" in text(refused.text)
    assert vendors.in_xero(vendors.invoice(invoice_id)["item"]["accountNumber"]) == []


def test_a_vanished_stage_is_shown_with_what_it_stops(ready: Person, vendors: Vendors) -> None:
    save(ready, **{"status:part": "DT31_7:UC_DEPOSI"})
    vendors.control("bitrix24/stage/delete", code="UC_DEPOSI")
    for words in on_both_pages(ready):
        assert "“Part paid” moves invoices to a stage that is gone from Bitrix24" in words
        assert "so they stay put" in words


def test_an_archived_account_is_shown_with_what_it_stops(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/accounts/archive", code="200")
    for words in on_both_pages(ready):
        assert "Account 200 in Xero is archived or no longer takes sales, so no invoice can be written" in words


def test_a_deleted_tax_rate_is_shown_with_what_it_stops(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/tax-rates/delete", tax_type="OUTPUT2")
    for words in on_both_pages(ready):
        assert "so invoices with “" in words
        assert "cannot be written" in words


def test_a_new_rate_of_the_portal_is_shown_with_what_it_stops(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/vat/add", name="Special 12.5 %", rate=12.5)
    words = text(ready.client.get("/setup").text)
    assert "“Special 12.5 %” has no match in Xero yet, so invoices that use it cannot be written" in words


def test_a_renamed_stage_stays_as_it_was_set_up(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/stage/edit", code="S", name="Gone out to the customer")
    page = ready.client.get("/setup").text
    assert labels(page)[f"{STAGE}S"] == "Gone out to the customer"
    assert form_of(page).values[f"{STAGE}S"] == "AUTHORISED"
    assert "no Xero status yet" not in text(page)


@pytest.mark.parametrize(
    ("control", "values", "said"),
    [
        ("xero/accounts/archive", {"code": "200"}, "Account 200 in Xero is archived"),
        ("xero/tax-rates/delete", {"tax_type": "OUTPUT2"}, "Xero no longer uses its tax rate"),
    ],
)
def test_the_invoices_say_it_after_connecting_anew(
    ready: Person, vendors: Vendors, control: str, values: dict[str, str], said: str
) -> None:
    """Nobody has opened Set-up since; connecting reads the books."""
    vendors.control(control, **values)
    ready.connect()
    assert said in text(ready.list().text)


@pytest.mark.parametrize(
    ("control", "values", "said"),
    [
        ("xero/accounts/archive", {"code": "200"}, "Account 200 in Xero is archived"),
        ("xero/tax-rates/delete", {"tax_type": "OUTPUT2"}, "Xero no longer uses its tax rate"),
    ],
)
def test_the_invoices_say_it_after_a_press_that_met_it(
    ready: Person, vendors: Vendors, control: str, values: dict[str, str], said: str, app: Flask
) -> None:
    age_books(app)
    vendors.control(control, **values)
    assert ready.press(vendors.new_invoice()).status_code == 422
    assert said in text(ready.list().text)


def age_books(app: Flask) -> None:
    """What is known of the books was read some minutes ago."""
    with app.app_context():
        for organisation in db.session.scalars(select(Organisation)):
            assert organisation.reference_at
            organisation.reference_at -= timedelta(minutes=5)
        db.session.commit()


def test_the_gaps_go_when_they_are_closed(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/stage/add", code="UC_CHECK", name="Checked by Tom")
    vendors.control("xero/accounts/archive", code="200")
    assert save(ready, sales_account="210", **{f"{STAGE}UC_CHECK": "DRAFT"}).status_code == 303
    for words in on_both_pages(ready):
        assert "Checked by Tom”. It has no" not in words
        assert "Account 200" not in words


def test_a_portal_that_shows_no_stages_is_not_taken_for_one_without(ready: Person, vendors: Vendors) -> None:
    """An empty list means missing rights, so nothing is concluded from it and nothing saved is dropped."""
    stages = vendors.bitrix24.world.stages
    vendors.bitrix24.world.stages = []
    try:
        words = text(ready.list().text)
        assert "gone from Bitrix24" not in words
        values = form_of(ready.client.get("/setup").text).values
        ready.client.post("/setup", data=values)
    finally:
        vendors.bitrix24.world.stages = stages
    assert ready.press(vendors.new_invoice()).status_code == 200


# -- what was typed when the sign-in to Bitrix24 ended ----------------------------------------------------------------


@pytest.mark.parametrize("address", ["/setup", "/setup/check"])
def test_what_was_typed_is_there_again_after_signing_in_anew(
    ready: Person, vendors: Vendors, app: Flask, address: str
) -> None:
    saved = saved_mapping(app)
    typed = {**fields(ready), "due_rule": "month-20", f"{STAGE}UC_ONHOLD": "DRAFT"}
    vendors.control("bitrix24/tokens/revoke")
    lost = ready.client.post(address, data=typed, headers=HTMX)
    assert lost.status_code == 401
    assert lost.headers["HX-Redirect"].startswith("/login?next=/setup")
    ready.sign_in()
    page = ready.client.get("/setup").text
    assert "What you had typed is here again" in text(page)
    values = form_of(page).values
    assert (values["due_rule"], values[f"{STAGE}UC_ONHOLD"]) == ("month-20", "DRAFT")
    assert saved_mapping(app) == saved
    assert ready.client.post("/setup", data=values).status_code == 303
    assert saved_mapping(app)["due_rule"] == "month-20"


def test_what_was_typed_is_shown_once_and_to_nobody_else(ready: Person, vendors: Vendors, app: Flask) -> None:
    typed = {**fields(ready), "due_rule": "month-20"}
    vendors.control("bitrix24/tokens/revoke")
    assert ready.client.post("/setup", data=typed).headers["Location"].startswith("/login?next=/setup")
    vendors.control("bitrix24/user", id=7, admin=True)
    tom = Person(app, "Tom Hallam").sign_in().connect()
    assert fields(tom)["due_rule"] != "month-20"
    ready.sign_in()
    assert fields(ready)["due_rule"] == "month-20"
    assert fields(ready)["due_rule"] != "month-20"


def test_what_was_typed_for_one_organisation_is_not_shown_for_another(ready: Person, vendors: Vendors) -> None:
    typed = {**fields(ready), "due_rule": "month-20"}
    vendors.control("bitrix24/tokens/revoke")
    ready.client.post("/setup", data=typed)
    ready.sign_in()
    come_back(ready, consent(ready, leave(ready), "accounts", STUDIO))
    page = ready.client.get("/setup").text
    assert "What you had typed" not in text(page)
    assert form_of(page).values["due_rule"] != "month-20"


# -- as a file ------------------------------------------------------------------------------------------------------


def exported(person: Person) -> dict[str, Any]:
    answer = person.client.get("/setup/export")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="b24xero-set-up-')
    found: dict[str, Any] = answer.get_json()
    return found


def take_in(person: Person, whole: Any, **more: str) -> TestResponse:
    raw = whole if isinstance(whole, bytes) else json.dumps(whole).encode()
    sent = {"csrf_token": person.token(), "file": (BytesIO(raw), "set-up.json")}
    return person.client.post("/setup/import", data=sent, content_type="multipart/form-data", **more)


CHOSEN = {
    f"{STAGE}S": "DRAFT", "status:part": "DT31_7:UC_DEPOSI", "due_rule": "month-20", "reference": "empty",
    "rounding": "line", "tolerance": "0.10", "drift": "leave", "no_rows": "15", "missing_items": "yes",
    "writers": "see",
}  # fmt: skip


def test_a_set_up_goes_out_and_comes_in_as_it_was(ready: Person, app: Flask) -> None:
    save(ready, **CHOSEN)
    kept, file = saved_mapping(app), exported(ready)
    assert (file["version"], file["organisation"]) == (1, "Harbour & Hill Joinery")
    assert {"id": "DT31_7:S", "name": "Sent", "becomes": "DRAFT"} in file["stages"]
    assert file["sales_account"] == {"code": "200", "name": "Sales"}
    save(ready, due_rule="days-7", rounding="ask", tolerance="0", drift="ask", **{f"{STAGE}S": "none"})
    changed = saved_mapping(app)
    page = take_in(ready, file)
    assert page.status_code == 200
    assert "The form shows what the file says" in text(page.text)
    values = form_of(page.text).values
    assert {name: values[name] for name in CHOSEN} == CHOSEN
    assert saved_mapping(app) == changed
    assert ready.client.post("/setup", data=values).status_code == 303
    assert saved_mapping(app) == kept


def test_another_portals_stages_are_matched_by_their_names_and_what_is_gone_is_told(ready: Person) -> None:
    file = exported(ready)
    for stage in file["stages"]:
        stage["id"] = stage["id"].replace("DT31_7", "DT31_2")
    file["stages"].append({"id": "DT31_2:UC_SHOP", "name": "In the workshop", "becomes": "DRAFT"})
    for moved in file["statuses"]:
        moved["stage"] = moved["stage"].replace("DT31_7", "DT31_2")
    file["taxes"][0] |= {"tax_type": "TAX077", "tax_name": "Old GST"}
    file["taxes"].append({"rate": "12.5", "name": "GST 12.5 %", "tax_type": "OUTPUT2", "tax_name": "GST"})
    file["sales_account"] = {"code": "299", "name": "Sales, joinery"}
    file["options"] |= {"due_rule": "days-9999", "rounding": "the cat", "tolerance": "5"}
    page = take_in(ready, file)
    assert page.status_code == 200
    values, words = form_of(page.text).values, text(page.text)
    assert (values[f"{STAGE}S"], values["status:paid"]) == ("AUTHORISED", "DT31_7:P")
    assert (values["sales_account"], values["due_rule"]) == ("", "days-14")
    assert values[f"tax:{file['taxes'][0]['rate']}"] == ""
    for said in (
        "Stage “Sent” has another id in this portal. It was matched by its name",
        "This portal has no stage “In the workshop”",
        "This organisation does not use Xero’s tax rate “Old GST” on sales",
        "This portal has no tax rate “GST 12.5 %”",
        "This organisation has no account 299 “Sales, joinery” that takes sales",
        "What the file says of “Due, when Bitrix24 says nothing” cannot be chosen here",
        "of “Totals differ by 0.05 or less” cannot be chosen",
        "of “Largest difference from tax rounding” cannot be chosen",
    ):
        assert said in words


def test_a_tax_type_that_is_another_rate_here_is_not_taken(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/tax-rates/add", tax_type="TAX001", name="Reduced", rate=5)
    vendors.control("xero/tax-rates/add", tax_type="TAX002", name="Full", rate=15)
    file = exported(ready)
    standard = next(tax for tax in file["taxes"] if tax["rate"] == "15")
    standard |= {"tax_type": "TAX001", "tax_name": "Full"}
    assert form_of(take_in(ready, file).text).values["tax:15"] == "TAX002"
    standard |= {"tax_type": "TAX001", "tax_name": "Elsewhere"}
    assert form_of(take_in(ready, file).text).values["tax:15"] == ""


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "No file was chosen"),
        (b"\x89PNG\r\n\x1a\n\x00", "no set-up that b24xero exported"),
        (b"[" * 50_000, "no set-up that b24xero exported"),
        (b'{"kind": "something else"}', "no set-up that b24xero exported"),
        (b'[1, 2, {"kind": null}]', "no set-up that b24xero exported"),
        (b'{"kind": "b24xero set-up", "version": 2}', "is of version 2 and this b24xero reads version 1"),
        (b'{"kind": "b24xero set-up"}', "is of version None"),
        (b" " * 100_001, "more than 100 kB"),
    ],
    ids=["nothing", "picture", "deep", "other", "list", "newer", "no version", "large"],
)
def test_rubbish_is_refused_with_a_reason_and_changes_nothing(ready: Person, app: Flask, raw: bytes, said: str) -> None:
    saved = saved_mapping(app)
    answer = take_in(ready, raw)
    assert answer.status_code == 422
    assert said in text(answer.text)
    assert saved_mapping(app) == saved


def test_a_file_too_large_for_any_form_is_refused_with_the_same_words(ready: Person) -> None:
    kind = "multipart/form-data; boundary=x"
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        + b" " * 1_500_000
        + b"\r\n--x--\r\n"
    )
    answer = ready.client.post("/setup/import", data=body, content_type=kind)
    assert answer.status_code == 422
    assert "more than 100 kB" in text(answer.text)


@pytest.mark.parametrize(
    "part",
    [
        {"stages": "all", "statuses": {"a": 1}, "taxes": [None, 1, []], "sales_account": [], "options": 5},
        {"stages": [{"id": {}, "name": [], "becomes": 7}], "options": {"due_rule": [], "tolerance": 1, "no_rows": {}}},
        {"statuses": [{"status": "paid", "stage": "", "name": ""}], "options": {"missing_items": "yes"}},
        {},
    ],
)
def test_a_file_with_odd_parts_is_taken_as_far_as_it_goes(ready: Person, part: dict[str, Any]) -> None:
    page = take_in(ready, {"kind": "b24xero set-up", "version": 1, **part})
    assert page.status_code == 200
    values = form_of(page.text).values
    assert (values["due_rule"], values["sales_account"], values["missing_items"]) == ("days-14", "", "no")


def test_only_admins_take_the_set_up_out_or_in(ready: Person, app: Flask) -> None:
    file = exported(ready)
    tom = Person(app, "Tom Hallam").sign_in().connect()
    assert tom.client.get("/setup/export").status_code == 403
    assert take_in(tom, file).status_code == 403


def test_without_a_set_up_there_is_nothing_to_export(connected: Person) -> None:
    assert connected.client.get("/setup/export").headers["Location"] == "/setup"
    assert "/setup/export" not in connected.client.get("/setup").text
    assert connected.client.get("/setup/import").headers["Location"] == "/setup#import"


def test_the_steps_lead_to_parts_of_the_page_and_are_a_wizard_only_until_the_first_save(connected: Person) -> None:
    def steps(tag: str = "ol", name: str = "steps") -> dict[str, tuple[str, str]]:
        tree = parsed(connected.client.get("/setup").text)
        ids = {e.get("id") for e in tree.iter()}
        links = next(e for e in tree.iter(tag) if e.get("class") == name).iter("a")
        found = {"".join(a.itertext()): (a.get("href"), a.get("aria-current") or "") for a in links}
        assert {address.removeprefix("#") for address, _ in found.values()} <= ids
        return found

    assert list(steps()) == ["Connect", "Statuses", "Account and taxes", "Check and save"]
    assert steps()["Statuses"] == ("#statuses", "step")
    save(connected)
    assert {current for _address, current in steps("nav", "jump").values()} == {""}
