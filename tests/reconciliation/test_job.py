"""The month-end sheet against both vendors: read fresh, in few calls, kept; all kinds of difference by the wire."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import InvoiceLink, MonthEndSheet, SyncRun, User
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import batch
from b24xero.reconciliation import job
from b24xero.reconciliation.sheet import Sheet
from tests.conftest import ROWS, Vendors, on_both
from tests.people import Person

# A month in which the demo's world has nothing.
SINCE, UNTIL = date(2031, 3, 1), date(2031, 3, 31)
SENT, NEW, PAID, CANCELLED = "DT31_7:S", "DT31_7:N", "DT31_7:P", "DT31_7:D"


def make_sheet(app: Flask, name: str = "Mere Tautahi", since: date = SINCE, until: date = UNTIL) -> SyncRun:
    """Press "Read both systems" as this person and let a worker carry it on."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        run = job.ask(user, since, until)
        worker.take(run.id)
        db.session.refresh(run)
        return run


def last_sheet(app: Flask) -> Sheet:
    with app.app_context():
        kept = db.session.scalars(select(MonthEndSheet).order_by(MonthEndSheet.id.desc())).first()
        assert kept
        return Sheet.from_json(kept.sheet)


_CUSTOMERS = count(1)


def dated(vendors: Vendors, day: int = 3, **values: Any) -> int:
    """An invoice of the month, for a customer of its own."""
    if "companyId" not in values:
        made = vendors.control("bitrix24/company", title=f"Acme Plumbing {next(_CUSTOMERS)}")
        values["companyId"] = made["item"]["id"]
    return vendors.new_invoice(begindate=f"2031-03-{day:02}", closedate="2031-04-20", **values)


def sent(person: Person, vendors: Vendors, **values: Any) -> tuple[int, str]:
    """An invoice that stands in Xero, with its number."""
    invoice_id = dated(vendors, **values)
    answer = person.press(invoice_id)
    assert answer.status_code == 200, answer.text
    return invoice_id, str(vendors.invoice(invoice_id)["item"]["accountNumber"])


@on_both
def test_two_systems_that_agree_say_so(ready: Person, vendors: Vendors, app: Flask) -> None:
    for _ in range(3):
        sent(ready, vendors)
    run = make_sheet(app)
    assert (run.state, run.counts) == ("finished", {"agreeing": 3, "apart": 0})
    sheet = last_sheet(app)
    assert sheet.agrees
    assert sheet.belongs == sheet.there
    assert sheet.belongs.amounts["NZD"] > 0


def send_all(app: Flask, ids: list[int]) -> None:
    """ "Create / Edit on Xero (n)"."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name="Mere Tautahi")).one()
        run = batch.ask(user, ids)
        worker.take(run.id)
        db.session.refresh(run)
        assert run.counts == {"created": len(ids)}


def change_rows(vendors: Vendors, invoice_id: int) -> None:
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}, ROWS[1]])


@pytest.mark.slow
def test_every_kind_of_difference_is_found_through_both_wires(ready: Person, vendors: Vendors, app: Flask) -> None:
    """Two hundred that agree, and of each kind a few, made as people make them."""
    ready.save_set_up(**{f"stage:{CANCELLED}": "VOIDED"})
    agreeing = [dated(vendors, day=n % 28 + 1, companyId=9) for n in range(200)]
    send_all(app, agreeing)
    expected: Counter[str] = Counter()
    for _ in range(2):
        _some_of_each(ready, vendors, expected)
    run = make_sheet(app)
    assert run.state == "finished", run.problems
    sheet = last_sheet(app)
    assert Counter(line.kind for line in sheet.lines) == expected
    assert sheet.belongs.count - sheet.agreeing == run.counts["apart"] - 6  # dated here, deleted here, cancelled here
    assert sheet.bridge.unexplained.is_nothing
    assert sheet.owed_bridge.unexplained.is_nothing
    assert Counter(line.kind for line in sheet.owed if line.kind in ("paid_here", "paid_there", "part_paid")) == {
        "paid_here": 2, "paid_there": 2, "part_paid": 2,
    }  # fmt: skip


def _some_of_each(ready: Person, vendors: Vendors, expected: Counter[str]) -> None:
    xero = "xero/{}".format
    dated(vendors)
    dated(vendors, stageId=NEW)
    refused = dated(vendors, rows=[])
    ready.press(refused)
    changed, _number = sent(ready, vendors)
    change_rows(vendors, changed)
    _id, edited = sent(ready, vendors)
    line = {"Description": "Consulting hour", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200"}
    vendors.control(xero("edit"), invoice=edited, set={"LineItems": [line]})
    _id, voided = sent(ready, vendors)
    vendors.control(xero("void"), invoice=voided)
    _id, later = sent(ready, vendors)
    vendors.control(xero("edit"), invoice=later, set={"Date": "2031-04-02"})
    earlier, _number = sent(ready, vendors)
    vendors.control("bitrix24/edit", id=earlier, fields={"begindate": "2031-02-27"})
    deleted, _number = sent(ready, vendors)
    vendors.control("bitrix24/delete", id=deleted)
    cancelled, _number = sent(ready, vendors)
    vendors.control("bitrix24/move", id=cancelled, stage=CANCELLED)
    paid, _number = sent(ready, vendors)
    vendors.control("bitrix24/move", id=paid, stage=PAID)
    _id, settled = sent(ready, vendors)
    vendors.control(xero("pay"), invoice=settled)
    _id, part = sent(ready, vendors)
    vendors.control(xero("pay"), invoice=part, amount=100)
    expected.update(
        ["ready", "not_sent", "stopped", "changed_here", "changed_there", "voided_there", "dated_there", "dated_here",
         "deleted_here", "not_sent", "cancelled_here"]
    )  # fmt: skip


def test_what_was_made_in_xero_alone_is_named(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = sent(ready, vendors)
    with app.app_context(), writing():
        db.session.delete(db.session.scalars(select(InvoiceLink).filter_by(bitrix24_id=invoice_id)).one())
    vendors.control("bitrix24/delete", id=invoice_id)
    make_sheet(app)
    (line,) = last_sheet(app).lines
    assert (line.kind, line.number) == ("only_there", number)


def test_it_costs_few_calls_however_many_there_are(ready: Person, vendors: Vendors, app: Flask) -> None:
    """130 invoices: one call for the stages, one for the list, one for the names; one page of Xero's."""
    for n in range(130):
        dated(vendors, day=n % 28 + 1, companyId=9)
    vendors.forget_requests()
    make_sheet(app)
    assert len(vendors.calls("bitrix24")) <= 3
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Invoices"]
    assert last_sheet(app).here.count == 130


def test_nothing_is_written_anywhere(ready: Person, vendors: Vendors, app: Flask) -> None:
    sent(ready, vendors)
    dated(vendors)
    vendors.forget_requests()
    make_sheet(app)
    assert {call.split()[0] for call in vendors.calls("xero")} == {"GET"}
    assert vendors.control("requests", vendor="bitrix24")
    assert not any("update" in str(seen) or "add" in str(seen.get("body", "")) for seen in
                   vendors.control("requests", vendor="bitrix24"))  # fmt: skip


def test_a_seller_has_a_sheet_of_what_bitrix24_shows_a_seller(ready: Person, vendors: Vendors, app: Flask) -> None:
    sent(ready, vendors)
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    own = vendors.new_invoice(begindate="2031-03-05", assignedById=_id_of(app, "Jack O'Brien"))
    assert jack
    make_sheet(app, "Jack O'Brien")
    sheet = last_sheet(app)
    assert not sheet.whole
    assert [line.bitrix24_id for line in sheet.lines] == [own]
    assert (sheet.here.count, sheet.there.count) == (1, 0)


def _id_of(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(User.bitrix24_id).filter_by(name=name)).one()


def test_a_login_that_ends_pauses_it_and_it_is_read_anew(ready: Person, vendors: Vendors, app: Flask) -> None:
    sent(ready, vendors)
    vendors.control("xero/tokens/expire")
    run = make_sheet(app)
    assert (run.state, run.waits_for) == ("waiting", "xero")
    ready.connect()
    with app.app_context():
        worker.take(run.id)
        again = db.session.get_one(SyncRun, run.id)
        assert (again.state, again.counts) == ("finished", {"agreeing": 1, "apart": 0})
        assert again.done == again.total == 2
        assert len(db.session.scalars(select(MonthEndSheet)).all()) == 1


def test_a_period_with_too_many_says_so(
    ready: Person, vendors: Vendors, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("b24xero.reconciliation.read.MOST", 2)
    for _ in range(3):
        dated(vendors)
    run = make_sheet(app)
    assert [kept["code"] for kept in run.problems] == ["too_many_invoices"]
    with app.app_context():
        assert db.session.scalars(select(MonthEndSheet)).all() == []
