"""Portals with old invoices (crm.invoice.*): each page and press as with those of today, at addresses of their own."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import InvoiceLink, Portal, SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import batch
from tests.conftest import Vendors, on_old, on_old_and_both
from tests.people import Person, forms, text


def in_xero(vendors: Vendors, key: int) -> list[dict[str, object]]:
    end = f"/crm/invoice/show/{-key}/" if key < 0 else f"/crm/type/31/details/{key}/"
    return vendors.with_address(end)


def acme(vendors: Vendors) -> int:
    return int(vendors.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"])


def ids_shown(page: str) -> list[str]:
    return re.findall(r'<tr id="invoice-([^"]+)"', page)


# -- one press --------------------------------------------------------------------------------------------------------


@on_old_and_both
def test_an_old_invoice_is_created_with_its_own_address(ready: Person, vendors: Vendors) -> None:
    key = vendors.new_old_invoice(ACCOUNT_NUMBER="2026/41")
    answer = ready.press(key)
    assert answer.status_code == 200, text(answer.text)
    (made,) = in_xero(vendors, key)
    assert (made["InvoiceNumber"], Decimal(str(made["Total"])), made["Status"]) == ("2026/41", Decimal("299.00"),
                                                                                  "AUTHORISED")  # fmt: skip
    assert f'id="invoice-old-{-key}"' in answer.text
    assert "Already up to date" in text(ready.press(key).text)


@pytest.mark.parametrize("which_invoices", ["both"])
def test_two_of_one_number_and_id_of_both_kinds_are_two(ready: Person, vendors: Vendors, app: Flask) -> None:
    """A portal counts its kinds apart, so ids meet: nothing of the one is taken for the other."""
    company = acme(vendors)
    old, new = vendors.new_old_invoice(UF_COMPANY_ID=company), vendors.new_invoice(companyId=company)
    while new < -old:
        new = vendors.new_invoice(companyId=company)
    while -old < new:
        old = vendors.new_old_invoice(UF_COMPANY_ID=company)
    assert new == -old
    assert ready.press(old).status_code == 200
    assert ready.press(new).status_code == 200
    assert len(in_xero(vendors, old)) == len(in_xero(vendors, new)) == 1
    with app.app_context():
        assert set(db.session.scalars(select(InvoiceLink.bitrix24_id))) == {old, new}


@on_old
def test_an_edited_old_invoice_is_edited_and_one_that_ends_is_voided(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(**{"stage:D": "VOIDED"})
    key = vendors.new_old_invoice()
    ready.press(key)
    vendors.control("bitrix24/old-invoice/edit", id=-key, rows=[{"PRODUCT_NAME": "Basin", "PRICE": "50",
                                                                "QUANTITY": "1", "VAT_RATE": "0.15"}])  # fmt: skip
    assert ready.press(key).status_code == 200
    assert Decimal(str(in_xero(vendors, key)[0]["Total"])) == Decimal("57.50")
    vendors.control("bitrix24/old-invoice/edit", id=-key, STATUS_ID="D")
    assert ready.press(key).status_code == 200
    assert in_xero(vendors, key)[0]["Status"] == "VOIDED"


@on_old
def test_a_press_costs_two_calls_of_the_portal_at_most(ready: Person, vendors: Vendors) -> None:
    key = vendors.new_old_invoice()
    vendors.forget_requests()
    ready.client.get("/invoices")
    vendors.forget_requests()
    ready.press(key)
    assert len(vendors.calls("bitrix24")) <= 2


@on_old
def test_the_pages_about_an_old_invoice_stand_at_its_own_address(ready: Person, vendors: Vendors) -> None:
    key = vendors.new_old_invoice(ACCOUNT_NUMBER="2026/41")
    for page in ("preview", "why", "card", "history"):
        answer = ready.client.get(f"/invoices/old-{-key}/{page}")
        assert answer.status_code == 200, (page, text(answer.text))
        if page != "history":  # of which an administrator reads whatever is there
            assert ready.client.get(f"/invoices/{-key}/{page}").status_code == 404
        assert ready.client.get(f"/invoices/old-0/{page}").status_code == 404
    preview = ready.client.get(f"/invoices/old-{-key}/preview").text
    assert f"/crm/invoice/show/{-key}/" in preview
    assert f"/invoices/old-{-key}/push" in preview


# -- the list ---------------------------------------------------------------------------------------------------------


@on_old
def test_a_portal_of_old_invoices_shows_them_without_being_asked(ready: Person, vendors: Vendors) -> None:
    key = vendors.new_old_invoice()
    page = ready.list().text
    assert f"old-{-key}" in ids_shown(page)
    assert 'id="kind"' not in page
    assert '<span class="kind">' not in page


@pytest.mark.parametrize("which_invoices", ["both"])
def test_a_portal_of_both_shows_both_in_one_list_marked_and_one_kind_where_it_is_chosen(
    ready: Person, vendors: Vendors
) -> None:
    company = acme(vendors)
    old, new = vendors.new_old_invoice(UF_COMPANY_ID=company), vendors.new_invoice(companyId=company)
    both, news, olds = ready.list(), ready.list(kind="new"), ready.list(kind="old")
    marks = dict(re.findall(r'<tr id="invoice-([^"]+)".*?<span class="kind">(\w+)</span>', both.text, re.DOTALL))
    assert (marks[str(new)], marks[f"old-{-old}"]) == ("New", "Old")
    assert {shown.startswith("old-") for shown in ids_shown(news.text)} == {False}
    assert {shown.startswith("old-") for shown in ids_shown(olds.text)} == {True}
    assert "kind=old" in olds.headers["HX-Push-Url"]
    assert '<span class="kind">' in olds.text
    assert "Kind" in text(both.text)


@pytest.mark.parametrize("which_invoices", ["both"])
def test_the_pages_of_both_lead_from_one_to_the_next_and_back(ready: Person, vendors: Vendors) -> None:
    company = acme(vendors)
    for n in range(12):
        vendors.new_old_invoice(UF_COMPANY_ID=company, DATE_BILL=f"2026-09-{20 - n:02}")
    page, shown, walked = ready.list(rows=100), [], []
    while True:
        shown += ids_shown(page.text)
        walked.append(ids_shown(page.text))
        following = re.search(r'id="next" href="([^"]+)"', page.text)
        if not following:
            break
        page = ready.client.get(unescape(following[1]), headers={"HX-Request": "true"})
    total = len(vendors.control("bitrix24/old-invoice/state")) + len(vendors.control("bitrix24/state")["invoices"])
    assert len(shown) == len(set(shown)) == total > 50
    before = re.search(r'id="previous" href="([^"]+)"', page.text)
    assert before
    assert ids_shown(ready.client.get(unescape(before[1]), headers={"HX-Request": "true"}).text) == walked[-2]


@pytest.mark.parametrize("which_invoices", ["both"])
def test_views_and_counts_are_of_both(ready: Person, vendors: Vendors) -> None:
    company = acme(vendors)
    keys = [vendors.new_old_invoice(UF_COMPANY_ID=company), vendors.new_invoice(companyId=company)]
    for key in keys:
        ready.press(key)
    page = ready.list(rows=100).text
    counts = {name: int(n) for name, n in re.findall(r'id="view-([a-z_-]+)".*?<b>([0-9]+)</b>', page, re.DOTALL)}
    written = {f"old-{-key}" if key < 0 else str(key) for key in keys}
    olds, news = vendors.control("bitrix24/old-invoice/state"), vendors.control("bitrix24/state")["invoices"]
    assert counts["all"] == len(olds) + len(news)
    for name in ("awaiting", "ready", "todo"):
        assert len(ids_shown(ready.list(view=name, rows=100).text)) == min(counts[name], 100), name
    assert written <= set(ids_shown(ready.list(view="awaiting", rows=100).text))
    assert not written & set(ids_shown(ready.list(view="ready", rows=100).text))


@pytest.mark.parametrize("which_invoices", ["both"])
def test_all_that_match_are_of_both_and_a_stage_goes_with_its_kind(ready: Person, vendors: Vendors) -> None:
    company = acme(vendors)
    old = vendors.new_old_invoice(UF_COMPANY_ID=company, ORDER_TOPIC="Greenhouse")
    new = vendors.new_invoice(companyId=company, title="Greenhouse")
    data = {"csrf_token": ready.token(), "all": "1", "back": "/invoices?q=Greenhouse"}
    look = ready.client.post("/invoices/many", data=data)
    form = next(f for f in forms(look.text, "/invoices/many") if f.says("Write to Xero"))
    assert set(form.values["id"].split(",")) == {f"old-{-old}", str(new)}
    assert ids_shown(ready.list(q="Greenhouse", kind="old", stage="DT31_7:S").text) == [f"old-{-old}"]
    assert ids_shown(ready.list(q="Greenhouse", stage="S").text) == [f"old-{-old}"]


@on_old
def test_pages_of_old_invoices_have_neither_gaps_nor_doubles(ready: Person, vendors: Vendors) -> None:
    for sort in ("newest", "number", "largest"):
        shown: list[str] = []
        for number in range(1, 200):
            page = ready.list(rows=100, page=number, sort=sort).text
            found = ids_shown(page)
            if not found or found == shown[-len(found) :]:
                break
            shown += found
        assert len(shown) == len(set(shown)) == len(vendors.control("bitrix24/old-invoice/state")), sort


@on_old
def test_a_page_of_fifty_costs_two_calls(ready: Person, vendors: Vendors) -> None:
    vendors.forget_requests()
    assert len(ids_shown(ready.list(rows=50).text)) == 50
    assert len(vendors.calls("bitrix24")) <= 2


@on_old
def test_each_view_shows_what_its_count_says(ready: Person, vendors: Vendors) -> None:
    """More than fifty are counted, so the count takes a second page."""
    key = vendors.new_old_invoice()
    ready.press(key)
    page = ready.list(rows=100).text
    counts = {name: int(n) for name, n in re.findall(r'id="view-([a-z_-]+)".*?<b>([0-9]+)</b>', page, re.DOTALL)}
    assert counts["all"] == len(vendors.control("bitrix24/old-invoice/state"))
    assert counts["awaiting"] >= 1
    for name, count in counts.items():
        assert len(ids_shown(ready.list(view=name, rows=100).text)) == min(count, 100), name
    assert f"old-{-key}" in ids_shown(ready.list(view="awaiting").text)
    assert f"old-{-key}" not in ids_shown(ready.list(view="ready", rows=100).text)


@on_old
def test_an_old_invoice_is_searched_by_number_and_customer(ready: Person, vendors: Vendors) -> None:
    key = vendors.new_old_invoice(ACCOUNT_NUMBER="X-777")
    assert ids_shown(ready.list(q="X-777").text) == [f"old-{-key}"]


def test_a_portal_that_switched_old_invoices_on_shows_them_a_day_later(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", invoices="both")
    assert 'id="kind"' not in ready.list().text
    with ready.app.app_context(), writing():
        db.session.scalars(select(Portal)).one().kinds_told_at = utc_now() - timedelta(days=1, minutes=1)
    assert 'id="kind"' in ready.list().text


def test_a_portal_that_has_old_invoices_alone_now_shows_them_at_the_second_look(
    ready: Person, vendors: Vendors
) -> None:
    vendors.control("bitrix24/settings", invoices="old")
    first = ready.list()
    assert (first.status_code, "only invoices of the old kind now" in text(first.text)) == (422, True)
    key = vendors.new_old_invoice()
    assert f"old-{-key}" in ids_shown(ready.list().text)


# -- many -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which_invoices", ["both"])
def test_a_mixed_choice_is_looked_at_and_written_in_one_run(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = acme(vendors)
    keys = [vendors.new_old_invoice(UF_COMPANY_ID=company), vendors.new_invoice(companyId=company),
            vendors.new_old_invoice(UF_COMPANY_ID=company)]  # fmt: skip
    chosen = [f"old-{-key}" if key < 0 else str(key) for key in keys]
    look = ready.client.post("/invoices/many", data={"csrf_token": ready.token(), "id": chosen})
    form = next(f for f in forms(look.text, "/invoices/many") if f.says("Write to Xero"))
    assert form.values["id"].split(",") == chosen
    assert ready.client.post("/invoices/many/write", data=form.values).status_code == 303
    with app.app_context():
        run = db.session.scalars(select(SyncRun)).one()
        worker.take(run.id)
        run = db.session.get_one(SyncRun, run.id, populate_existing=True)
        assert (run.state, run.counts) == ("finished", {"created": 3})
        assert set(db.session.scalars(select(SyncEntry.bitrix24_id))) == set(keys)
    assert [len(in_xero(vendors, key)) for key in keys] == [1, 1, 1]
    for page in (look.text, ready.client.get("/activity").text):
        assert sorted(re.findall(r'<span class="kind">(\w+)</span>', page)) == ["New", "Old", "Old"]


@on_old
def test_a_thousand_in_bulk_cost_fifty_calls_at_most(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = vendors.control("bitrix24/company", title="Acme", email="ap@acme.example")["item"]["id"]
    keys = [vendors.new_old_invoice(UF_COMPANY_ID=company) for _ in range(1000)]
    vendors.forget_requests()
    with app.app_context():
        run = batch.ask(db.session.scalars(select(User)).one(), keys)
        worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).counts == {"created": 1000}
    assert len(vendors.calls("bitrix24")) <= 50
