"""What would become of the last 30 days under a set-up that is tried: it foretells what the presses then do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24xero.db.models import InvoiceLink, Organisation, utc_now
from b24xero.domain.invoice import Customer, Invoice
from b24xero.domain.set_up import DO_NOT_SEND, SetUp
from b24xero.extensions import db
from b24xero.push.eligibility import CONDITIONS
from b24xero.setup.dry_run import Fate, fate
from b24xero.web.setup.check import REASONS
from tests.conftest import Vendors
from tests.people import HTMX, Person, forms, parsed, text
from tests.xero.test_payload import BOOKS, SET_UP, bill, row

TODAY = date(2026, 9, 20)
ACME = Customer(kind="company", id=7, name="Acme Plumbing")


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def acme(**changes: Any) -> Invoice:
    return replace(bill(row("100")), customer=ACME, stage_name="Sent", **changes)


def tried(target: str | None, invoice: Invoice | None = None, link: InvoiceLink | None = None) -> Fate:
    set_up = replace(SET_UP, stages={} if target is None else {"DT31_7:S": target})
    return fate(invoice or acme(), set_up, BOOKS, link, TODAY)


def linked(status: str, **values: Any) -> InvoiceLink:
    return InvoiceLink(xero_id="x", xero_status=status, xero_number="INV-0042", cents="", **values)


# -- one invoice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "kind", "status"),
    [
        ("DRAFT", "sent", "draft"),
        ("SUBMITTED", "sent", "approval"),
        ("AUTHORISED", "sent", "awaiting"),
        (DO_NOT_SEND, "not_sent", ""),
        ("VOIDED", "not_sent", ""),
        (None, "stopped", ""),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_becomes_of_an_invoice_that_is_not_in_xero(target: str | None, kind: str, status: str) -> None:
    found = tried(target)
    assert (found.kind, found.status) == (kind, status)
    assert not found.linked


@pytest.mark.parametrize(
    ("target", "link", "kind", "status"),
    [
        ("AUTHORISED", linked("DRAFT"), "sent", "awaiting"),
        ("DRAFT", linked("AUTHORISED"), "sent", "awaiting"),
        ("AUTHORISED", linked("AUTHORISED", xero_due=Decimal(9), xero_due_date="2026-09-19"), "sent", "overdue"),
        ("AUTHORISED", linked("PAID", xero_settled=Decimal(9)), "kept", ""),
        ("AUTHORISED", linked("AUTHORISED", xero_settled=Decimal(9)), "kept", ""),
        ("VOIDED", linked("AUTHORISED"), "sent", "void"),
        ("VOIDED", linked("DRAFT"), "sent", "deleted"),
        ("VOIDED", linked("VOIDED"), "kept", ""),
        ("VOIDED", linked("PAID", xero_settled=Decimal(9)), "stopped", ""),
        ("AUTHORISED", linked("VOIDED"), "kept", ""),
        (DO_NOT_SEND, linked("DRAFT"), "not_sent", ""),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_becomes_of_an_invoice_that_xero_has(target: str, link: InvoiceLink, kind: str, status: str) -> None:
    found = tried(target, link=link)
    assert (found.kind, found.status, found.linked) == (kind, status, True)


@pytest.mark.usefixtures("here")
def test_everything_that_stands_against_it_is_told() -> None:
    nobody = replace(acme(), customer=None, line_items=(), currency="GBP")
    assert {p.code for p in tried("AUTHORISED", nobody).problems} == {"no_customer", "no_rows", "currency_missing"}


@pytest.mark.usefixtures("here")
def test_cents_go_where_the_set_up_that_is_tried_says() -> None:
    rows = [row("0.3", tax="15") for _ in range(3)]
    off = acme(line_items=tuple(rows), total=Decimal("1.04"))
    found = tried("AUTHORISED", off)
    assert (found.kind, found.cents, found.difference) == ("sent", "tax", 0)
    ask = replace(SET_UP, stages={"DT31_7:S": "AUTHORISED"}, rounding="ask")
    assert [p.code for p in fate(off, ask, BOOKS, None, TODAY).problems] == ["total_differs_choose"]


@pytest.mark.usefixtures("here")
def test_a_set_up_of_nothing_stops_everything_and_breaks_nothing() -> None:
    assert fate(acme(), SetUp(), BOOKS, None, TODAY).problems[0].code == "stage_unmapped"
    empty = SetUp(stages={"DT31_7:S": "AUTHORISED"})
    codes = {p.code for p in fate(acme(), empty, BOOKS, None, TODAY).problems}
    assert codes == {"account_missing", "tax_rate_unmapped"}


def test_every_condition_of_the_set_up_and_the_invoice_has_words_for_many() -> None:
    known = dict(CONDITIONS)
    told = {"stage", "customer", "rows", "number", "currency", "taxes", "account", "period", "totals"}
    codes = {code for name in told for code in known[name]} - {"stage_not_sent", "nothing_to_void"}
    assert codes <= REASONS.keys()


# -- the check beside Set-up ------------------------------------------------------------------------------------------

STAGE = "stage:DT31_7:"


def fields(person: Person) -> dict[str, Any]:
    page = person.client.get("/setup").text
    return next(form for form in forms(page, "/setup") if form.says("Save set-up")).values


def check(person: Person, values: dict[str, Any] | None = None, **changes: str) -> TestResponse:
    """As htmx sends it."""
    return person.client.post("/setup/check", data={**(values or fields(person)), **changes}, headers=HTMX)


def tally(page: str) -> dict[str, int]:
    """How many invoices, by what becomes of them."""
    found = {}
    for line in parsed(page).iter("li"):
        parts = [" ".join("".join(part.itertext()).split()) for part in line]
        if len(parts) >= 2 and parts[0].isdigit():
            found[parts[1]] = int(parts[0])
    return found


def stored_set_up_of(app: Flask) -> Any:
    with app.app_context():
        return db.session.scalars(select(Organisation)).one().stored_set_up


def lately(vendors: Vendors) -> Counter[str]:
    """The invoices of the last 30 days as they stand in Bitrix24, by stage."""
    since = utc_now().date() - timedelta(days=30)
    invoices = vendors.bitrix24.world.items[31].values()
    return Counter(invoice["stageId"] for invoice in invoices if invoice["begindate"] >= since)


def test_it_counts_the_last_30_days_and_neither_saves_nor_asks_xero(mere: Person, vendors: Vendors, app: Flask) -> None:
    mere.connect()
    values = fields(mere)
    stages = lately(vendors)
    vendors.new_invoice(begindate=(utc_now().date() - timedelta(days=40)).isoformat())
    vendors.forget_requests()
    answer = check(mere, values)
    assert answer.status_code == 200
    assert f"{stages.total()} invoices since" in text(answer.text)
    assert sum(tally(answer.text).values()) == stages.total()
    assert tally(answer.text)["Not sent: stage New"] == stages["DT31_7:N"]
    by_stage = {e.get("id"): "".join(e.itertext()) for e in parsed(answer.text).iter("span") if e.get("hx-swap-oob")}
    assert by_stage["lately-DT31_7:S"] == str(stages["DT31_7:S"])
    assert vendors.calls("xero") == []
    assert stored_set_up_of(app) is None


def test_it_tries_what_stands_in_the_form_and_not_what_is_saved(ready: Person, vendors: Vendors, app: Flask) -> None:
    saved, stages = stored_set_up_of(app), lately(vendors)
    before = tally(check(ready).text)
    assert "Draft" not in before
    after = tally(check(ready, **{f"{STAGE}N": "DRAFT", f"{STAGE}S": "none"}).text)
    assert after["Draft"] == stages["DT31_7:N"]
    assert after["Not sent: stage Sent"] == stages["DT31_7:S"]
    assert after["Awaiting payment"] == before["Awaiting payment"] - stages["DT31_7:S"]
    assert stored_set_up_of(app) == saved


def test_bitrix24_is_asked_once_a_minute_and_again_when_one_presses(ready: Person, vendors: Vendors) -> None:
    values = fields(ready)
    vendors.forget_requests()
    first = check(ready, values)
    asked = len(vendors.calls("bitrix24"))
    assert 1 < asked <= 8
    vendors.new_invoice(rows=[])
    assert tally(check(ready, values).text) == tally(first.text)
    assert len(vendors.calls("bitrix24")) == asked
    again = check(ready, values, afresh="1")
    assert tally(again.text)["Stopped"] == tally(first.text).get("Stopped", 0) + 1
    assert "1: No product rows" in text(again.text)


def test_nobody_is_shown_what_was_read_for_somebody_else(ready: Person, vendors: Vendors, app: Flask) -> None:
    values = fields(ready)
    check(ready, values)
    tom = Person(app, "Tom Hallam").sign_in().connect()
    refused = check(tom, {**values, "csrf_token": tom.token()})
    assert refused.status_code == 403
    assert "invoices since" not in text(refused.text)
    vendors.control("bitrix24/user", id=7, admin=True)
    vendors.forget_requests()
    assert check(tom, {**values, "csrf_token": tom.token()}).status_code == 200
    batches = [call for call in vendors.calls("bitrix24") if call.endswith("/rest/batch")]
    assert len(batches) > 2


def test_why_invoices_stop_is_told_with_the_way_to_put_it_right(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/stage/add", code="UC_CHECK", name="Checked by Tom")
    for _ in range(2):
        vendors.new_invoice(stageId="DT31_7:UC_CHECK")
    nobody = vendors.new_invoice(companyId=0)
    number = vendors.invoice(nobody)["item"]["accountNumber"]
    answer = check(ready)
    assert tally(answer.text)["Stopped"] == 3
    links = {" ".join("".join(a.itertext()).split()): a.get("href") for a in parsed(answer.text).iter("a")}
    assert links["2: Stage “Checked by Tom” has no Xero status"] == "#statuses"
    assert "1: No customer" in text(answer.text)
    assert links[number].endswith(f"/crm/type/31/details/{nobody}/")
    page = ready.client.get("/setup").text
    ids = {e.get("id") for e in parsed(page).iter()}
    assert {anchor for _words, anchor in REASONS.values() if anchor} <= ids


def test_a_form_that_is_not_whole_is_tried_as_far_as_it_goes(ready: Person, vendors: Vendors) -> None:
    values = fields(ready)
    part = {name: values[name] for name in values if name == "csrf_token" or name.startswith(STAGE)}
    answer = check(ready, part)
    assert answer.status_code == 200
    assert "No sales account is chosen" in text(answer.text)
    wrong = check(ready, values, tolerance="a little", due_rule="forged", **{f"{STAGE}S": "forged"})
    assert wrong.status_code == 200
    assert tally(wrong.text)["Stopped"] == lately(vendors)["DT31_7:S"]


def test_it_foretells_what_the_presses_then_do(ready: Person, vendors: Vendors) -> None:
    before = tally(check(ready, **{f"{STAGE}N": "DRAFT"}).text)
    ready.save_set_up(**{f"{STAGE}N": "DRAFT"})
    acme_id = vendors.control("bitrix24/company", title="Acme Plumbing")["item"]["id"]
    made = [
        vendors.new_invoice(companyId=acme_id, stageId="DT31_7:N"),
        vendors.new_invoice(companyId=acme_id),
        vendors.new_invoice(companyId=acme_id, stageId="DT31_7:D"),
        vendors.new_invoice(companyId=acme_id, rows=[]),
        vendors.new_invoice(companyId=acme_id, currencyId="AUD"),
    ]
    foretold = Counter(tally(check(ready, afresh="1").text))
    foretold.subtract(before)
    told = Counter({words: count for words, count in foretold.items() if count})
    done = [ready.press(invoice_id).status_code == 200 for invoice_id in made]
    sent = told["Draft"] + told["Awaiting payment"]
    assert sent == sum(done)
    assert told["Not sent: stage Unpaid"] + told["Stopped"] == len(made) - sum(done)
    after = check(ready, afresh="1").text
    assert tally(after) == {**before, **{words: before.get(words, 0) + count for words, count in told.items()}}
    assert f"{sent} of them are in Xero already" in text(after)


def test_a_long_month_is_cut_and_says_so(ready: Person, vendors: Vendors) -> None:
    rows = [{"productName": "Consulting hour", "price": 115, "quantity": 1, "taxRate": 15}]
    acme_id = vendors.control("bitrix24/company", title="Acme Plumbing")["item"]["id"]
    while lately(vendors).total() <= 246:
        vendors.new_invoice(companyId=acme_id, rows=rows)
    values = fields(ready)
    vendors.forget_requests()
    answer = check(ready, values)
    assert f"The newest 245 of {lately(vendors).total()} invoices since" in text(answer.text)
    assert sum(tally(answer.text).values()) == 245
    assert len(vendors.calls("bitrix24")) == 8


# -- without a script, and when Bitrix24 does not answer --------------------------------------------------------------


def test_without_a_script_the_page_comes_back_as_typed_with_the_check(ready: Person, app: Flask) -> None:
    saved = stored_set_up_of(app)
    page = ready.client.post("/setup/check", data={**fields(ready), f"{STAGE}N": "DRAFT", "due_rule": "month-20"})
    assert page.status_code == 200
    assert tally(page.text)["Draft"] > 0
    form = next(form for form in forms(page.text, "/setup") if form.says("Save set-up"))
    assert (form.values[f"{STAGE}N"], form.values["due_rule"]) == ("DRAFT", "month-20")
    assert any(button.get("formaction") == "/setup/check" for button in form.buttons)
    assert stored_set_up_of(app) == saved
    assert ready.client.get("/setup/check").headers["Location"] == "/setup"


def test_a_portal_that_is_down_is_said_in_the_panel_with_the_way_on(ready: Person, vendors: Vendors) -> None:
    values = fields(ready)
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=4)
    answer = check(ready, values)
    assert answer.status_code == 503
    (panel,) = [e for e in parsed(answer.text).iter("aside") if e.get("id") == "check"]
    said = " ".join("".join(panel.itertext()).split())
    assert "Bitrix24 does not answer" in said
    assert "Try again" in said
    vendors.control("faults/clear")
    assert check(ready, values).status_code == 200


def test_a_portal_that_is_down_keeps_what_was_typed_without_a_script(ready: Person, vendors: Vendors) -> None:
    typed = {**fields(ready), "due_rule": "month-20"}
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=4)
    answer = ready.client.post("/setup/check", data=typed)
    vendors.control("faults/clear")
    assert answer.status_code == 503
    kept = next(form for form in forms(answer.text, "/setup") if form.says("Save set-up"))
    assert kept.values["due_rule"] == "month-20"
    assert kept.says("Check")


def test_before_anything_is_connected_there_is_nothing_to_check(mere: Person) -> None:
    answer = mere.client.post("/setup/check", data={"csrf_token": mere.token()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/setup")


def test_what_is_paid_in_bitrix24_and_would_stand_unpaid_in_xero_is_told_with_its_number(
    ready: Person, vendors: Vendors
) -> None:
    since = utc_now().date() - timedelta(days=30)
    invoices = vendors.bitrix24.world.items[31].values()
    in_p = [one for one in invoices if one["begindate"] >= since and one["stageId"] == "DT31_7:P"]
    paid = sum(bool(one["opportunity"]) for one in in_p)
    assert 1 < paid < len(in_p), "one of nothing is paid in Xero, too"
    words = f"{paid} invoices are paid in Bitrix24 and would stand unpaid in Xero."
    assert words in text(check(ready, **{f"{STAGE}P": "AUTHORISED"}).text)
    assert "would stand unpaid in Xero" not in text(check(ready, **{f"{STAGE}P": "none"}).text)
