"""What a person does here, in portals of today's invoices, of old ones and of both: the same words and outcomes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import SyncRun
from b24xero.domain.invoice_key import written
from b24xero.domain.queries import ROWS, SORTS
from b24xero.extensions import db
from tests.catalogue import SHELF, add, in_bitrix24, in_xero
from tests.conftest import OLD_ROWS, Vendors
from tests.conftest import ROWS as OUR_ROWS
from tests.matching.test_find_in_xero import adopt, look, pairs
from tests.matching.test_old_invoices import by_hand
from tests.news.test_automatic import carry_on, later
from tests.people import Person, forms, text
from tests.pull.test_job import update_from_xero
from tests.reconciliation.test_job import make_sheet
from tests.web.test_old_invoices import ids_shown
from tests.web.test_pages import check
from tests.web.test_portal import Frame, holder, placements

WORLDS = ("new", "old", "both")
pytestmark = pytest.mark.parametrize("which_invoices", WORLDS)


class Portal:
    """Invoices of the kinds that this portal has, by their keys, whatever Bitrix24 calls their fields."""

    def __init__(self, vendors: Vendors, which: str) -> None:
        self.vendors, self.which = vendors, which
        made = vendors.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")
        self.acme = int(made["item"]["id"])

    def one_of_each(self, number: str = "", title: str = "Greenhouse", day: str = "2026-11-20") -> list[int]:
        kinds: dict[str, Callable[[], int]] = {
            "new": lambda: self.vendors.new_invoice(
                companyId=self.acme, title=title, begindate=day, **({"accountNumber": f"N-{number}"} if number else {})
            ),
            "old": lambda: self.vendors.new_old_invoice(
                UF_COMPANY_ID=self.acme, ORDER_TOPIC=title, DATE_BILL=day,
                **({"ACCOUNT_NUMBER": f"O-{number}"} if number else {}),
            ),
        }  # fmt: skip
        return [kinds[kind]() for kind in (("new", "old") if self.which == "both" else (self.which,))]

    def number(self, key: int) -> str:
        if key > 0:
            return str(self.vendors.invoice(key)["item"]["accountNumber"])
        return str(self.vendors.old_invoice(key)["ACCOUNT_NUMBER"])

    def stage(self, key: int) -> str:
        if key > 0:
            return str(self.vendors.invoice(key)["item"]["stageId"]).rpartition(":")[2]
        return str(self.vendors.old_invoice(key)["STATUS_ID"])

    def more_of_it(self, key: int) -> None:
        """Its first row's quantity is five."""
        if key > 0:
            self.vendors.control("bitrix24/rows", id=key, rows=[{**OUR_ROWS[0], "quantity": 5}])
        else:
            self.vendors.control("bitrix24/old-invoice/edit", id=-key, rows=[{**OLD_ROWS[0], "QUANTITY": "5"}])

    def in_xero(self, key: int) -> dict[str, Any]:
        end = f"/crm/invoice/show/{-key}/" if key < 0 else f"/crm/type/31/details/{key}/"
        (found,) = self.vendors.with_address(end)
        return found

    @property
    def total(self) -> int:
        olds = self.vendors.control("bitrix24/old-invoice/state") if self.which != "new" else []
        return len(olds) + len(self.vendors.control("bitrix24/state")["invoices"])


@pytest.fixture
def portal(ready: Person, vendors: Vendors, which_invoices: str) -> Portal:
    return Portal(vendors, which_invoices)


def carried_out(app: Flask) -> SyncRun:
    """The only run there is, by a worker."""
    with app.app_context():
        run = db.session.scalars(select(SyncRun).order_by(SyncRun.id.desc())).first()
        assert run
        worker.take(run.id)
        return db.session.get_one(SyncRun, run.id, populate_existing=True)


# -- signing in, the list ---------------------------------------------------------------------------------------------


def test_somebody_new_comes_from_both_sign_ins_to_a_list_that_can_be_sent(app: Flask, which_invoices: str) -> None:
    person = Person(app, "Mere Tautahi").sign_in()
    assert ids_shown(person.list().text)
    person.connect().save_set_up()
    assert "Ready to send" in text(person.list().text)


def test_pages_of_any_size_and_order_are_full_and_have_no_invoice_twice(ready: Person, portal: Portal) -> None:
    shown: dict[int, list[str]] = {}
    for sort, rows in zip(SORTS, reversed(ROWS), strict=True):
        pages = [ids_shown(ready.list(rows=rows, page=number, sort=sort).text) for number in (1, 2)]
        shown[rows] = [id for page in pages for id in page]
        assert [len(page) for page in pages] == [rows, rows], sort
        assert len(set(shown[rows])) == 2 * rows, sort
    last = ids_shown(ready.list(rows=100, page=9).text)
    assert len({*shown[100], *last}) == portal.total


def test_searched_and_filtered_the_list_has_what_was_meant(ready: Person, portal: Portal) -> None:
    keys = portal.one_of_each("4711")
    wanted = {written(key) for key in keys}
    for asked in ({"q": "greenhouse"}, {"q": "4711"}, {"q": "acme plumbing"}, {"q": "greenhouse", "view": "ready"},
                  {"q": "greenhouse", "dated": "days", "from": "2026-11-20", "to": "2026-11-20"}):  # fmt: skip
        assert wanted <= set(ids_shown(ready.list(**asked).text)), asked
    assert not wanted & set(ids_shown(ready.list(q="greenhouse", dated="days", **{"from": "2026-11-21"}).text))
    assert not ids_shown(ready.list(q="greenhouse", view="paid").text)


# -- one press --------------------------------------------------------------------------------------------------------


def test_each_is_looked_at_written_and_written_again_when_it_changed(ready: Person, portal: Portal) -> None:
    for key in portal.one_of_each():
        preview = ready.client.get(f"/invoices/{written(key)}/preview").text
        check(preview)
        assert "299.00" in text(preview)
        assert ready.press(key).status_code == 200
        made = portal.in_xero(key)
        assert (made["Status"], Decimal(str(made["Total"])), made["InvoiceNumber"]) == (
            "AUTHORISED", Decimal("299.00"), portal.number(key),
        )  # fmt: skip
        assert "Already up to date" in text(ready.press(key).text)
        portal.more_of_it(key)
        assert ready.press(key).status_code == 200
        assert Decimal(str(portal.in_xero(key)["Total"])) == Decimal("575.00")


def test_a_press_costs_two_calls_of_the_portal_at_most(ready: Person, portal: Portal, vendors: Vendors) -> None:
    for key in portal.one_of_each():
        ready.form_token()
        vendors.forget_requests()
        assert ready.press(key).status_code == 200
        assert len(vendors.calls("bitrix24")) <= 2


def test_record_why_history_card_and_activity_tell_of_each(ready: Person, portal: Portal) -> None:
    for key in portal.one_of_each():
        at, number = f"/invoices/{written(key)}", portal.number(key)
        assert "Nothing stands against it" in text(ready.client.get(f"{at}/why").text)
        assert ready.press(key).status_code == 200
        for page in (at, f"{at}/history", f"{at}/card", "/activity"):
            said = ready.client.get(page)
            assert (said.status_code, number in text(said.text)) == (200, True), page
        assert number in ready.client.get("/activity.csv").text


# -- many -------------------------------------------------------------------------------------------------------------


def test_what_is_searched_for_is_reviewed_and_written_at_once(ready: Person, portal: Portal, app: Flask) -> None:
    keys = [*portal.one_of_each("1"), *portal.one_of_each("2")]
    data = {"csrf_token": ready.form_token(), "all": "1", "back": "/invoices?q=Greenhouse"}
    review = ready.client.post("/invoices/many", data=data)
    form = next(f for f in forms(review.text, "/invoices/many") if f.says("Write to Xero"))
    assert set(form.values["id"].split(",")) == {written(key) for key in keys}
    answer = ready.client.post("/invoices/many/write", data=form.values)
    assert answer.status_code == 303
    run = carried_out(app)
    assert (run.state, run.counts) == ("finished", {"created": len(keys)})
    assert [portal.in_xero(key)["Status"] for key in keys] == ["AUTHORISED"] * len(keys)
    check(ready.client.get(answer.headers["Location"]).text)


def test_paid_in_xero_is_paid_in_bitrix24_once(ready: Person, portal: Portal, vendors: Vendors, app: Flask) -> None:
    keys = portal.one_of_each()
    for key in keys:
        ready.press(key)
        vendors.control("xero/pay", invoice=portal.number(key))
    assert update_from_xero(app).counts == {"moved": len(keys)}
    assert [portal.stage(key) for key in keys] == ["P"] * len(keys)
    assert update_from_xero(app).counts == {}
    shown = ids_shown(ready.list(view="paid", q="greenhouse").text)
    assert set(shown) == {written(key) for key in keys}


def test_by_itself_what_is_paid_moves_and_what_is_sent_is_written(
    ready: Person, portal: Portal, vendors: Vendors, app: Flask
) -> None:
    ready.give_service_login()
    ready.turn_on(moves_stages="on", stage=["S", "DT31_7:S"])
    carry_on(app)
    keys = portal.one_of_each()
    assert {run.state for run in carry_on(app, later(minutes=16))} == {"finished"}
    for key in keys:
        assert portal.in_xero(key)["Status"] == "AUTHORISED"
        vendors.control("xero/pay", invoice=portal.number(key))
    carry_on(app, later(minutes=32))
    assert [portal.stage(key) for key in keys] == ["P"] * len(keys)


def test_what_was_typed_twice_is_found_and_linked(ready: Person, portal: Portal, vendors: Vendors, app: Flask) -> None:
    key = portal.one_of_each("88")[-1]
    xero_id = by_hand(vendors, portal.number(key), "Acme Plumbing")
    assert look(app).state == "finished"
    (pair,) = pairs(app, "sure")[key]
    assert pair.xero_id == xero_id
    check(ready.client.get("/invoices/find").text)
    assert adopt(app, pair.id).linked == 1


def test_the_months_end_counts_each(ready: Person, portal: Portal, app: Flask) -> None:
    keys = portal.one_of_each(day="2031-03-07")
    for key in keys:
        assert ready.press(key).status_code == 200
    portal.one_of_each(day="2031-03-08")
    assert make_sheet(app).state == "finished"
    page = ready.client.get("/month-end?month=2031-03").text
    check(page)
    assert f"{len(keys)} of {2 * len(keys)} agree" in text(page)


# -- products, places -------------------------------------------------------------------------------------------------


def test_a_product_typed_once_is_in_both_catalogues(ready: Person, vendors: Vendors, portal: Portal) -> None:
    assert add(ready).status_code == 303
    assert (len(in_bitrix24(vendors)), len(in_xero(vendors))) == (1, 1)
    assert (
        SHELF["code"] in ready.client.get("/products", query_string={"q": "shelf"}, headers={"HX-Request": "true"}).text
    )


def test_it_stands_in_the_portal_where_the_invoices_are(app: Flask, vendors: Vendors, which_invoices: str) -> None:
    of_today = {"CRM_SMART_INVOICE_LIST_MENU", "CRM_SMART_INVOICE_DETAIL_TAB"}
    places = {"new": of_today, "old": {"CRM_INVOICE_LIST_MENU"}, "both": {*of_today, "CRM_INVOICE_LIST_MENU"}}
    frame = Frame(app, vendors)
    frame.open(path="/bitrix24/install")
    assert placements(vendors) >= places[which_invoices]
    leads = {"CRM_INVOICE_LIST_MENU": "/invoices/old-128/card", "CRM_SMART_INVOICE_DETAIL_TAB": "/invoices/128/card"}
    for place in places[which_invoices] & leads.keys():
        assert holder(frame.open(placement=place, options={"ID": "128"}))["data-open"] == leads[place]
