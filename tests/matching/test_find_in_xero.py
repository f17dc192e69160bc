"""Find in Xero: what was in both systems before b24xero came is matched, confirmed and linked; nothing is written."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from b24xero import worker
from b24xero.db.models import (
    ContactLink,
    FoundInvoice,
    Intent,
    InvoiceLink,
    Organisation,
    SyncEntry,
    SyncRun,
    User,
    XeroLogin,
    utc_now,
)
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.matching import candidates as matching_candidates
from b24xero.matching import confirm, job, rules
from b24xero.matching.rules import fit
from b24xero.simulator.bitrix24 import records
from b24xero.simulator.bitrix24.state import COMPANY, INVOICE
from b24xero.xero.parse import XeroInvoice
from tests.conftest import Vendors, on_both
from tests.people import HTMX, Person, forms, text
from tests.pull.test_job import stage, update_from_xero
from tests.web.test_pages import check

pytestmark = pytest.mark.slow

PAID, SENT = "DT31_7:P", "DT31_7:S"

# -- when two invoices are the same -----------------------------------------------------------------------------------


def ours(**changes: Any) -> FoundInvoice:
    values: dict[str, Any] = {
        "bitrix24_id": 1412, "number": "INV-0042", "customer": "Acme Plumbing", "customer_number": "B24-CO-41",
        "day": date(2026, 3, 4), "total": Decimal("115.00"), "currency": "NZD",
    }  # fmt: skip
    return FoundInvoice(**values | changes)


def theirs(**changes: Any) -> XeroInvoice:
    values: dict[str, Any] = {
        "id": "x-1", "number": "INV-0042", "status": "AUTHORISED", "currency": "NZD", "total": Decimal("115"),
        "due": Decimal("115"), "settled": Decimal(0), "due_date": None, "url": "", "reference": "",
        "contact_id": "c-1", "line_ids": (), "date": date(2026, 3, 4), "contact_name": "Acme Plumbing",
    }  # fmt: skip
    return XeroInvoice(**values | changes)


def codes(found_fit: rules.Fit | None) -> tuple[str, list[str]]:
    assert found_fit
    return found_fit.kind, [problem.code for problem in found_fit.problems]


def test_number_customer_currency_and_total_are_sure() -> None:
    assert codes(fit(ours(), theirs())) == ("sure", [])


def test_numbers_and_names_are_compared_as_xero_does() -> None:
    assert codes(fit(ours(number=" inv-0042 ", customer="ACME  plumbing"), theirs())) == ("sure", [])


def test_a_customer_under_another_name_is_known_by_its_contact() -> None:
    other = theirs(contact_name="Acme Ltd")
    assert codes(fit(ours(), other, stands_for=frozenset({"B24-CO-41"}))) == ("sure", [])
    assert codes(fit(ours(), other)) == ("number", ["found_other_customer"])


def test_our_own_mark_is_sure_whatever_else_differs() -> None:
    assert codes(fit(ours(), theirs(number="INV-7", total=Decimal(9)), mark=1412)) == ("sure", [])


def test_the_mark_of_another_invoice_is_never_sure() -> None:
    assert codes(fit(ours(), theirs(), mark=1413)) == ("number", ["found_marked_otherwise"])


def test_a_number_alone_is_for_review_with_everything_that_differs() -> None:
    other = theirs(total=Decimal("115.01"), contact_name="Nord Works", status="VOIDED")
    kind, why = codes(fit(ours(), other))
    assert (kind, why) == ("number", ["found_gone", "found_other_total", "found_other_customer"])
    assert codes(fit(ours(), theirs(currency="USD"))) == ("number", ["found_other_currency"])


@pytest.mark.parametrize("status", ["VOIDED", "DELETED"])
def test_what_is_voided_or_deleted_is_never_sure(status: str) -> None:
    assert codes(fit(ours(), theirs(status=status))) == ("number", ["found_gone"])
    assert codes(fit(ours(), theirs(status=status), mark=1412)) == ("number", ["found_gone"])
    assert fit(ours(), theirs(status=status, number="INV-7")) is None


def test_customer_total_and_date_under_another_number_are_for_review() -> None:
    assert codes(fit(ours(), theirs(number="INV-7"))) == ("sum", ["found_other_number"])
    for change in ({"total": Decimal(9)}, {"date": date(2026, 3, 5)}, {"contact_name": "Nord Works"}, {"date": None}):
        assert fit(ours(), theirs(number="INV-7", **change)) is None


def test_two_invoices_without_a_number_do_not_have_the_same_one() -> None:
    assert fit(ours(number=" "), theirs(number="", total=Decimal(9))) is None


@pytest.mark.parametrize(
    ("here", "there"), [("INV 🌷 7", "INV ? 7"), ("🌷🌷", "??"), ("INV\r\n7", "INV 7"), ("inv  7", "INV 7")]
)
def test_a_number_is_the_same_however_xero_keeps_it(here: str, there: str) -> None:
    assert codes(fit(ours(number=here), theirs(number=there))) == ("sure", [])
    assert rules.number_key(here) == rules.number_key(there)


@pytest.mark.parametrize(("here", "there"), [("A?1", "A1"), ("INV 7", "INV7"), ("INV ? 7", "INV 🌷 7")])
def test_only_what_xero_may_change_is_overlooked_in_a_number(here: str, there: str) -> None:
    assert codes(fit(ours(number=here), theirs(number=there))) == ("sum", ["found_other_number"])


def test_a_customer_that_one_may_not_see_is_nobody_in_particular() -> None:
    assert codes(fit(ours(customer="", customer_number=""), theirs(contact_name=""))) == (
        "number", ["found_other_customer"],
    )  # fmt: skip


# -- the run ----------------------------------------------------------------------------------------------------------


def by_hand(vendors: Vendors, invoice_id: int, **changes: Any) -> dict[str, Any]:
    """The same invoice as somebody once typed it into Xero."""
    item = vendors.invoice(invoice_id)["item"]
    name = changes.pop("name", "") or customer(vendors, item["companyId"])
    known = vendors.contacts_named(name)
    contact = known[0] if known else vendors.control("xero/contacts/add", set={"Name": name})
    total = changes.pop("total", item["opportunity"])
    made: dict[str, Any] = vendors.control(
        "xero/invoices/add",
        set={
            "InvoiceNumber": item["accountNumber"], "Status": "AUTHORISED", "Date": item["begindate"][:10],
            "DueDate": "2030-01-20", "CurrencyCode": item["currencyId"], "LineAmountTypes": "NoTax",
            "Contact": {"ContactID": contact["ContactID"]},
            "LineItems": [{"Description": "As agreed", "Quantity": 1, "UnitAmount": total, "AccountCode": "200"}],
        } | changes,
    )  # fmt: skip
    return made


def customer(vendors: Vendors, company_id: int) -> str:
    return str(vendors.control("bitrix24/state", id=company_id, type=4)["item"]["title"])


def company(vendors: Vendors, name: str = "Acme Plumbing") -> int:
    return int(vendors.control("bitrix24/company", title=name, email="ap@acme.example")["item"]["id"])


def number(vendors: Vendors, invoice_id: int) -> str:
    return str(vendors.invoice(invoice_id)["item"]["accountNumber"])


def look(app: Flask, name: str = "Mere Tautahi") -> SyncRun:
    """ "Look for them" as this person, and a worker that carries it on."""
    with app.app_context():
        run = job.ask(db.session.scalars(select(User).filter_by(name=name)).one())
        worker.take(run.id)
        return db.session.get_one(SyncRun, run.id, populate_existing=True)


def go_on(app: Flask, run_id: int) -> SyncRun:
    """Another worker takes over from one that is gone."""
    with app.app_context():
        with writing():
            lapsed = {"state": "running", "lease_until": utc_now() - timedelta(seconds=1), "lease": "gone"}
            db.session.execute(update(SyncRun).where(SyncRun.id == run_id).values(lapsed))
        worker.take(run_id)
        return db.session.get_one(SyncRun, run_id, populate_existing=True)


def pairs(app: Flask, state: str = "", name: str = "Mere Tautahi") -> dict[int, list[FoundInvoice]]:
    """By the invoice of Bitrix24."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        query = select(FoundInvoice).where(FoundInvoice.user_id == user.id).order_by(FoundInvoice.id)
        sorted_out: dict[int, list[FoundInvoice]] = {}
        for pair in db.session.scalars(query):
            if state in ("", pair.state):
                sorted_out.setdefault(pair.bitrix24_id, []).append(pair)
        return sorted_out


def link_of(app: Flask, invoice_id: int) -> InvoiceLink | None:
    with app.app_context():
        return db.session.scalar(select(InvoiceLink).where(InvoiceLink.bitrix24_id == invoice_id))


def adopt(app: Flask, *ids: int, name: str = "Mere Tautahi") -> confirm.Adopted:
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        return confirm.adopt(user, db.session.scalars(select(Organisation)).one(), ids)


@on_both
def test_what_fits_exactly_is_sure_and_nothing_is_written_to_either_system(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    made = by_hand(vendors, invoice_id)
    vendors.forget_requests()
    run = look(app)
    assert (run.state, run.counts["sure"]) == ("finished", 1)
    (pair,) = pairs(app, "sure")[invoice_id]
    assert (pair.xero_id, pair.xero_number, pair.xero_total) == (made["InvoiceID"], number(vendors, invoice_id), 299)
    assert (pair.customer, pair.xero_customer, pair.stage_name) == ("Acme Plumbing", "Acme Plumbing", "Sent")
    assert link_of(app, invoice_id) is None
    assert all(call.startswith("GET ") for call in vendors.calls("xero"))
    assert set(vendors.calls("bitrix24")) == {"POST /rest/batch"}


def test_what_was_not_found_is_counted(ready: Person, vendors: Vendors, app: Flask) -> None:
    everything = len(vendors.control("bitrix24/state")["invoices"])
    run = look(app)
    assert sum(run.counts.values()) == everything
    assert run.counts["missing"] > 200
    assert run.done == run.total == sum(i["Type"] == "ACCREC" for i in vendors.control("xero/invoices"))
    assert "open" not in {pair.state for found_pairs in pairs(app).values() for pair in found_pairs}


def test_what_differs_is_for_review_and_says_in_what(ready: Person, vendors: Vendors, app: Flask) -> None:
    acme = company(vendors)
    other_total, other_name, other_number, voided = (vendors.new_invoice(companyId=acme) for _ in range(4))
    vendors.control("bitrix24/edit", id=other_number, fields={"begindate": "2026-02-03"})
    by_hand(vendors, other_total, total=294)
    by_hand(vendors, other_name, name="Acme Old Ltd")
    by_hand(vendors, other_number, InvoiceNumber="PAPER-7")
    vendors.control("xero/void", invoice=by_hand(vendors, voided)["InvoiceID"])
    look(app)
    found_pairs = pairs(app, "review")
    for invoice_id, code in (
        (other_total, "found_other_total"), (other_name, "found_other_customer"),
        (other_number, "found_other_number"), (voided, "found_gone"),
    ):  # fmt: skip
        (pair,) = found_pairs[invoice_id]
        assert [problem["code"] for problem in pair.problems] == [code]
    assert "the totals are NZD 5.00 apart" in text(page(ready, show="review")).replace("\u00a0", " ")


def test_of_several_that_fit_a_person_chooses(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice()
    made = {by_hand(vendors, invoice_id, InvoiceNumber=f"PAPER-{n}")["InvoiceID"] for n in range(8)}
    look(app)
    candidates = pairs(app, "review")[invoice_id]
    assert len(candidates) == 5
    assert {pair.xero_id for pair in candidates} < made


def test_two_invoices_of_bitrix24_that_fit_the_same_one_are_for_review(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    first, second = vendors.new_invoice(), vendors.new_invoice()
    vendors.control("bitrix24/edit", id=second, fields={"accountNumber": number(vendors, first)})
    by_hand(vendors, first)
    assert look(app).counts["sure"] == 0
    found_pairs = pairs(app, "review")
    assert {first, second} <= found_pairs.keys()
    assert found_pairs[first][0].problems == [{"code": "found_twice", "values": {}}]


def test_what_is_sure_is_no_candidate_for_others(ready: Person, vendors: Vendors, app: Flask) -> None:
    """Two equal bills on one day: each has its own number on both sides, so neither is doubtful."""
    acme = company(vendors)
    first, second = (vendors.new_invoice(companyId=acme) for _ in range(2))
    by_hand(vendors, first)
    by_hand(vendors, second)
    assert look(app).counts["sure"] == 2
    assert not {first, second} & pairs(app, "review").keys()


def test_what_is_linked_is_not_looked_for(ready: Person, vendors: Vendors, app: Flask) -> None:
    linked, other = vendors.new_invoice(), vendors.new_invoice()
    assert ready.press(linked).status_code == 200
    by_hand(vendors, other, InvoiceNumber="PAPER-1", name="Acme Plumbing")
    look(app)
    found_pairs = pairs(app)
    assert linked not in found_pairs
    assert [pair.xero_number for pair in found_pairs[other]] == ["PAPER-1"]


def test_our_own_mark_finds_what_was_linked_before_a_backup_was_restored(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(number="xero")
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    with app.app_context(), writing():
        for table in (InvoiceLink, ContactLink, Intent):
            db.session.execute(delete(table))
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    look(app)
    (pair,) = pairs(app, "sure")[invoice_id]
    assert pair.xero_number != number(vendors, invoice_id)


def test_a_customer_is_known_by_the_number_that_we_gave_its_contact(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    acme = vendors.invoice(invoice_id)["item"]["companyId"]
    vendors.control("xero/contacts/add", set={"Name": "Acme Ltd", "ContactNumber": f"B24-CO-{acme}"})
    by_hand(vendors, invoice_id, name="Acme Ltd")
    look(app)
    assert invoice_id in pairs(app, "sure")


def test_nothing_to_look_for_asks_xero_nothing(ready: Person, vendors: Vendors, app: Flask) -> None:
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    for invoice_id in vendors.control("bitrix24/state")["invoices"]:
        vendors.control("bitrix24/reassign", id=invoice_id, user_id=1)
    vendors.forget_requests()
    run = look(app, jack.name)
    assert (run.state, run.counts) == ("finished", {"sure": 0, "review": 0, "missing": 0})
    assert vendors.calls("xero") == []


# -- a worker that is killed, a login that ends, a stop ---------------------------------------------------------------


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill -9."""


def killed_at(app: Flask, monkeypatch: pytest.MonkeyPatch, where: str) -> int:
    def kill(*_args: object, **_values: object) -> None:
        raise Killed

    with app.app_context(), monkeypatch.context() as patched:
        run = job.ask(db.session.scalars(select(User)).one())
        run_id = run.id
        patched.setattr(where, kill)
        with pytest.raises(Killed):
            worker.take(run_id)
        db.session.rollback()
        return run_id


@on_both
@pytest.mark.parametrize(
    "where",
    [
        "b24xero.matching.candidates.look_for", "b24xero.matching.compare._customers",
        "b24xero.matching.compare._pair", "b24xero.matching.candidates.settle", "b24xero.runs.lifecycle.end",
    ],
)  # fmt: skip
def test_a_killed_worker_is_followed_by_one_that_finds_the_same(
    ready: Person, vendors: Vendors, app: Flask, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    invoice_id = vendors.new_invoice()
    by_hand(vendors, invoice_id)
    run = go_on(app, killed_at(app, monkeypatch, where))
    assert (run.state, run.counts["sure"]) == ("finished", 1)
    assert sum(run.counts.values()) == len(vendors.control("bitrix24/state")["invoices"])
    assert len(pairs(app, "sure")[invoice_id]) == 1


def test_a_login_that_ends_in_the_middle_is_waited_for(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice()
    by_hand(vendors, invoice_id)
    vendors.fault("answer", vendor="xero", path="/Invoices", status=401, body="{}")
    run = look(app)
    assert (run.state, run.waits_for) == ("waiting", "xero")
    ready.connect()
    with app.app_context():
        worker.take(run.id)
    assert invoice_id in pairs(app, "sure")


def test_half_a_search_is_not_kept(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice()
    by_hand(vendors, invoice_id)
    with app.app_context():
        run = job.ask(db.session.scalars(select(User)).one())
        with writing():
            run.stop_asked = True
        worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).state == "stopped"
    assert pairs(app) == {}


# -- linking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sure(ready: Person, vendors: Vendors, app: Flask) -> FoundInvoice:
    """One pair that is sure."""
    invoice_id = vendors.new_invoice()
    by_hand(vendors, invoice_id)
    look(app)
    return pairs(app, "sure")[invoice_id][0]


@on_both
def test_linking_writes_nothing_but_our_link(ready: Person, vendors: Vendors, app: Flask, sure: FoundInvoice) -> None:
    vendors.forget_requests()
    assert adopt(app, sure.id) == confirm.Adopted(linked=1)
    link = link_of(app, sure.bitrix24_id)
    assert link
    assert (link.xero_id, link.xero_number) == (sure.xero_id, sure.number)
    assert (link.xero_status, link.xero_total, link.xero_due) == ("AUTHORISED", 299, 299)
    assert (link.written, link.fingerprint, link.written_at) == (None, None, None)
    assert vendors.calls("xero") == []
    assert vendors.calls("bitrix24") == ["POST /rest/batch"]
    assert pairs(app) == {}
    with app.app_context():
        entry = db.session.scalars(select(SyncEntry)).one()
        assert (entry.kind, entry.outcome, entry.after) == ("link", "linked", "awaiting")


def test_a_linked_invoice_is_edited_and_not_created(
    ready: Person, vendors: Vendors, app: Flask, sure: FoundInvoice
) -> None:
    adopt(app, sure.id)
    ready.press(sure.bitrix24_id)
    assert len(vendors.in_xero(sure.number)) == 1


def test_the_next_update_moves_what_another_stage_is_asked_for(ready: Person, vendors: Vendors, app: Flask) -> None:
    acme = company(vendors)
    paid, settled, open_one = (vendors.new_invoice(companyId=acme) for _ in range(3))
    vendors.control("bitrix24/move", id=settled, stage=PAID)
    for invoice_id in (paid, settled):
        vendors.control("xero/pay", invoice=by_hand(vendors, invoice_id)["InvoiceID"])
    by_hand(vendors, open_one)
    look(app)
    assert adopt(app, *(pair.id for each in pairs(app, "sure").values() for pair in each)).linked == 3
    assert {id for id in (paid, settled, open_one) if (link := link_of(app, id)) and link.news} == {paid}
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, paid) == PAID
    assert stage(vendors, open_one) == SENT


@pytest.mark.parametrize("updated_before", [False, True])
def test_what_happens_in_xero_between_search_and_confirmation_is_not_missed(
    ready: Person, vendors: Vendors, app: Flask, sure: FoundInvoice, updated_before: bool
) -> None:
    vendors.control("xero/pay", invoice=sure.xero_id)
    with app.app_context(), writing():
        organisation = db.session.scalars(select(Organisation)).one()
        organisation.swept_at = utc_now()
        organisation.watermark = utc_now() + timedelta(hours=1) if updated_before else None
    adopt(app, sure.id)
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, sure.bitrix24_id) == PAID


def test_who_no_longer_sees_an_invoice_cannot_link_it(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice(assignedById=15)
    by_hand(vendors, invoice_id)
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    look(app, jack.name)
    (pair,) = pairs(app, "sure", jack.name)[invoice_id]
    vendors.control("bitrix24/reassign", id=invoice_id, user_id=1)
    assert number(vendors, invoice_id) not in text(jack.client.get("/invoices/find").text)
    with app.app_context(), writing():
        db.session.merge(FoundInvoice(**{c.name: getattr(pair, c.name) for c in FoundInvoice.__table__.columns}))
    assert adopt(app, pair.id, name=jack.name) == confirm.Adopted(hidden=1)
    assert link_of(app, invoice_id) is None
    assert pairs(app, "", jack.name).get(invoice_id) is None


def test_a_number_with_emoji_is_found_however_xero_keeps_it(ready: Person, vendors: Vendors, app: Flask) -> None:
    kept = vendors.new_invoice(accountNumber="INV 🌷 7")
    by_hand(vendors, kept, InvoiceNumber="INV ? 7")
    look(app)
    assert [pair.xero_number for pair in pairs(app, "sure")[kept]] == ["INV ? 7"]


def test_who_may_not_change_an_invoice_neither_links_nor_declines_it(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    by_hand(vendors, invoice_id)
    priya = Person(app, "Priya Raman").sign_in().connect()
    look(app, priya.name)
    (pair,) = pairs(app, "sure", priya.name)[invoice_id]
    send(priya, "Link 1 invoice", pair=str(pair.id))
    assert "1 invoice was not linked: Bitrix24 does not say that you may change it." in text(page(priya))
    declined = priya.client.post("/invoices/find/decline", data={"csrf_token": priya.token(), "not": str(pair.id)})
    assert "You may not change this invoice in Bitrix24" in text(declined.text)
    assert link_of(app, invoice_id) is None
    assert pairs(app, "sure", priya.name)[invoice_id]
    ready.save_set_up(writers="see")
    assert adopt(app, pair.id, name=priya.name) == confirm.Adopted(linked=1)


def test_of_all_that_is_sure_a_run_links_what_its_person_may_change(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    by_hand(vendors, invoice_id)
    priya = Person(app, "Priya Raman").sign_in().connect()
    look(app, priya.name)
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=priya.name)).one()
        run = confirm.ask(user, db.session.scalars(select(Organisation)).one())
        worker.take(run.id)
        ended = db.session.get_one(SyncRun, run.id, populate_existing=True)
        assert (ended.state, ended.counts) == ("finished", {"skipped": 1})
    assert link_of(app, invoice_id) is None


def test_nobody_links_what_somebody_else_found(ready: Person, app: Flask, sure: FoundInvoice) -> None:
    Person(app, "Jack O'Brien").sign_in()
    assert adopt(app, sure.id, name="Jack O'Brien") == confirm.Adopted()
    assert link_of(app, sure.bitrix24_id) is None


def linked_elsewhere(organisation_id: int, sure: FoundInvoice) -> Any:
    return InvoiceLink(organisation_id=organisation_id, bitrix24_id=99, xero_id=sure.xero_id)


def linked_itself(organisation_id: int, sure: FoundInvoice) -> Any:
    return InvoiceLink(organisation_id=organisation_id, bitrix24_id=sure.bitrix24_id, xero_id="x-other")


def claimed(organisation_id: int, sure: FoundInvoice) -> Any:
    return InvoiceLink(
        organisation_id=organisation_id, bitrix24_id=sure.bitrix24_id, claim="press",
        claimed_until=utc_now() + timedelta(minutes=1),
    )  # fmt: skip


def unclear(organisation_id: int, sure: FoundInvoice) -> Any:
    return Intent(
        organisation_id=organisation_id, kind="invoice", action="create", subject=str(sure.bitrix24_id),
        state="unclear", key="k", body={}, body_hash="", planned_at=utc_now(),
    )  # fmt: skip


@on_both
@pytest.mark.parametrize("meanwhile", [linked_elsewhere, linked_itself, claimed, unclear])
def test_what_somebody_linked_or_is_writing_is_left_alone(
    ready: Person, vendors: Vendors, app: Flask, sure: FoundInvoice, meanwhile: Any
) -> None:
    other = vendors.new_invoice()
    with app.app_context(), writing():
        db.session.add(meanwhile(sure.organisation_id, sure))
    by_hand(vendors, other)
    assert adopt(app, sure.id) == confirm.Adopted(taken=1)
    link = link_of(app, sure.bitrix24_id)
    assert link is None or link.xero_id in (None, "x-other")


@on_both
def test_of_two_people_who_confirm_at_once_one_links(
    ready: Person, vendors: Vendors, app: Flask, sure: FoundInvoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other link lands after the look and before the write: the constraint decides, and nobody else is harmed."""
    other = vendors.new_invoice()
    by_hand(vendors, other)
    look(app)
    both = [pair.id for each in pairs(app, "sure").values() for pair in each]
    seen = confirm.Adoption._look

    def late(self: confirm.Adoption, chosen: Any) -> None:
        seen(self, chosen)
        if len(list(chosen)) == 2:
            db.session.add(linked_elsewhere(sure.organisation_id, sure))
            db.session.flush()

    monkeypatch.setattr(confirm.Adoption, "_look", late)
    assert adopt(app, *both) == confirm.Adopted(linked=1, taken=1)
    assert link_of(app, other)
    assert link_of(app, sure.bitrix24_id) is None


@on_both
def test_all_that_is_sure_is_linked_by_a_worker_and_a_killed_one_is_followed(
    ready: Person, vendors: Vendors, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = company(vendors)
    ids = [vendors.new_invoice(companyId=acme) for _ in range(5)]
    for invoice_id in ids:
        by_hand(vendors, invoice_id)
    look(app)
    monkeypatch.setattr(confirm, "CHUNK", 2)
    with app.app_context(), monkeypatch.context() as patched:
        user, organisation = db.session.scalars(select(User)).one(), db.session.scalars(select(Organisation)).one()
        run = confirm.ask(user, organisation)
        run_id = run.id
        wants = iter([False, True])
        patched.setattr("b24xero.runs.lifecycle.wants_to_stop", lambda _run: kill() if next(wants) else False)
        with pytest.raises(Killed):
            worker.take(run.id)
        db.session.rollback()
    assert sum(link_of(app, id) is not None for id in ids) == 2
    run = go_on(app, run_id)
    assert (run.state, run.counts, run.done) == ("finished", {"linked": 5}, 5)
    assert all(link_of(app, id) for id in ids)
    assert vendors.calls("xero").count("PUT /api.xro/2.0/Invoices") == 0


def kill() -> bool:
    raise Killed


# -- the page ---------------------------------------------------------------------------------------------------------


def page(person: Person, **query: Any) -> str:
    answer = person.client.get("/invoices/find", query_string=query)
    assert answer.status_code == 200
    return answer.text


def send(person: Person, button: str, **values: Any) -> Any:
    """Press a button of the page as it stands."""
    shown = page(person, **values.pop("query", {}))
    form = next(form for form in forms(shown, "/invoices/find") if form.says(button))
    return person.client.post(form.action, data={**form.values, **values})


def test_before_the_set_up_the_page_leads_there(mere: Person) -> None:
    assert "Connect to Xero" in text(page(mere))
    mere.connect()
    assert "Go to Set-up" in text(page(mere))


def test_looking_starts_a_run_whose_panel_stands_on_the_page(ready: Person, app: Flask) -> None:
    said = text(page(ready))
    assert "Nothing was looked for yet" in said
    started = send(ready, "Look for them")
    assert (started.status_code, started.headers["Location"].partition("?")[0]) == (303, "/invoices/find")
    shown = page(ready)
    assert "Waits for its turn" in text(shown)
    assert 'hx-trigger="run-ended from:body"' in shown
    with app.app_context():
        run = db.session.scalars(select(SyncRun)).one()
        worker.take(run.id)
    assert "Last looked just now" in text(page(ready))
    assert "for review" in text(ready.client.get(f"/runs/{run.id}").text)
    assert "Find in Xero" in text(ready.client.get("/activity").text)


def test_the_page_is_sound_in_every_state(ready: Person, vendors: Vendors, app: Flask) -> None:
    check(page(ready))
    send(ready, "Look for them")
    check(page(ready))
    invoice_id = vendors.new_invoice()
    for n in range(2):
        by_hand(vendors, invoice_id, InvoiceNumber=f"PAPER-{n}")
    by_hand(vendors, vendors.new_invoice())
    with app.app_context():
        worker.take(db.session.scalars(select(SyncRun.id)).one())
    for show in ("sure", "review"):
        check(page(ready, show=show))


def test_both_sides_are_shown_and_what_is_sure_is_ticked(ready: Person, vendors: Vendors, sure: FoundInvoice) -> None:
    shown = page(ready)
    said = text(shown)
    assert "Sure (1)" in said
    assert said.count(sure.number) >= 2
    for words in ("Acme Plumbing", "299.00", "Awaiting payment", "Sent"):
        assert words in said
    assert f'name="pair" value="{sure.id}" checked' in " ".join(shown.split())
    assert "Link 1 invoice" in said


def test_confirming_links_and_says_so(ready: Person, app: Flask, sure: FoundInvoice) -> None:
    sent = send(ready, "Link 1 invoice", pair=str(sure.id))
    assert sent.status_code == 303
    said = text(page(ready))
    assert "1 invoice is linked." in said
    assert "Nothing waits for you here" in said
    assert link_of(app, sure.bitrix24_id)
    assert "linked" in text(ready.client.get(f"/invoices/{sure.bitrix24_id}/history").text)


def test_nothing_chosen_links_nothing(ready: Person, app: Flask, sure: FoundInvoice) -> None:
    assert send(ready, "Link 1 invoice").status_code == 303
    assert "Nothing was chosen" in text(page(ready))
    assert link_of(app, sure.bitrix24_id) is None


def test_link_all_is_a_run_for_more_than_a_page(ready: Person, vendors: Vendors, app: Flask) -> None:
    acme = company(vendors)
    for _ in range(12):
        by_hand(vendors, vendors.new_invoice(companyId=acme))
    look(app)
    first, second = (text(page(ready, rows=10, page=n)) for n in (1, 2))
    assert "1–10 of 12" in first
    assert "11–12 of 12" in second
    assert "11–12 of 12" in text(page(ready, rows=10, page=99))
    assert send(ready, "Link all 12", query={"rows": 10}).status_code == 303
    with app.app_context():
        run = db.session.scalars(select(SyncRun).where(SyncRun.kind == "link")).one()
        worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).counts == {"linked": 12}
    assert "linked12" in text(ready.client.get(f"/runs/{run.id}").text)


def test_one_of_several_is_chosen_by_a_radio_button(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice()
    for n in range(2):
        by_hand(vendors, invoice_id, InvoiceNumber=f"PAPER-{n}")
    look(app)
    shown = page(ready, show="review")
    assert shown.count(f'type="radio" form="many" name="pair-{invoice_id}"') == 2
    assert "the number in Xero is PAPER-1" in text(shown)
    chosen = pairs(app, "review")[invoice_id][1]
    send(ready, "Link", query={"show": "review"}, **{f"pair-{invoice_id}": str(chosen.id)})
    link = link_of(app, invoice_id)
    assert link
    assert link.xero_id == chosen.xero_id
    assert pairs(app).get(invoice_id) is None


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_declined_does_not_come_again(
    ready: Person, vendors: Vendors, app: Flask, headers: dict[str, str]
) -> None:
    invoice_id = vendors.new_invoice()
    by_hand(vendors, invoice_id, total=294)
    look(app)
    (pair,) = pairs(app, "review")[invoice_id]
    answer = ready.client.post(
        "/invoices/find/decline", data={"csrf_token": ready.token(), "not": str(pair.id)}, headers=headers
    )
    assert answer.status_code == (200 if headers else 303)
    assert invoice_id not in pairs(app, "review")
    look(app)
    assert invoice_id not in pairs(app, "review")
    assert number(vendors, invoice_id) not in text(page(ready, show="review"))
    Person(app, "Jack O'Brien").sign_in().connect()
    look(app, "Jack O'Brien")
    assert invoice_id not in pairs(app, "review", "Jack O'Brien")


def test_nobody_declines_what_somebody_else_found(ready: Person, app: Flask, sure: FoundInvoice) -> None:
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    answer = jack.client.post("/invoices/find/decline", data={"csrf_token": jack.token(), "not": str(sure.id)})
    assert answer.status_code == 404
    assert sure.bitrix24_id in pairs(app, "sure")


@pytest.mark.parametrize("address", ["", "/link", "/link-all", "/decline"])
def test_a_forged_form_does_nothing(ready: Person, app: Flask, sure: FoundInvoice, address: str) -> None:
    answer = ready.client.post(f"/invoices/find{address}", data={"pair": str(sure.id), "not": str(sure.id)})
    assert answer.status_code == 419
    assert link_of(app, sure.bitrix24_id) is None
    assert sure.bitrix24_id in pairs(app, "sure")


def test_a_list_that_has_changed_meanwhile_is_said(ready: Person, app: Flask, sure: FoundInvoice) -> None:
    look(app)
    assert send(ready, "Link 1 invoice", pair=str(sure.id)).status_code == 303
    assert "the list has changed meanwhile" in text(page(ready))
    assert link_of(app, sure.bitrix24_id) is None


@pytest.mark.parametrize("given", ["abc", "-1", "99999999999999", "1,2", "", "0"])
def test_ids_that_are_none_link_nothing(ready: Person, app: Flask, sure: FoundInvoice, given: str) -> None:
    token = ready.token()
    assert ready.client.post("/invoices/find/link", data={"csrf_token": token, "pair": given}).status_code == 303
    assert ready.client.post("/invoices/find/decline", data={"csrf_token": token, "not": given}).status_code == 404
    assert link_of(app, sure.bitrix24_id) is None


def test_the_page_is_shown_without_a_xero_login(ready: Person, app: Flask, sure: FoundInvoice) -> None:
    with app.app_context(), writing():
        db.session.execute(delete(XeroLogin))
    assert sure.number in text(page(ready))


def test_what_was_found_is_forgotten_after_a_month(app: Flask, ready: Person, sure: FoundInvoice) -> None:
    with app.app_context():
        assert matching_candidates.forget_old(utc_now() + timedelta(days=20)) == 0
        assert matching_candidates.forget_old(utc_now() + timedelta(days=60)) > 0
    assert pairs(app) == {}


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_thousands_on_both_sides_cost_few_calls(ready: Person, vendors: Vendors, app: Flask) -> None:
    """To Bitrix24 3 calls for rows, 3 for names, one for stages; to Xero 3 for invoices, one for contacts."""
    many_in_both(vendors, 2_000)
    vendors.forget_requests()
    began = time.process_time()
    run = look(app)
    assert time.process_time() - began < 120
    assert (run.state, run.counts.get("sure")) == ("finished", 2_000), (run.waits_for, run.problems, run.asked)
    assert len(vendors.calls("bitrix24")) <= 7
    assert len(vendors.calls("xero")) <= 4
    began = time.process_time()
    assert "1–100 of 2000" in text(page(ready, rows=100))
    assert time.process_time() - began < 3
    vendors.forget_requests()
    with app.app_context():
        link_run = confirm.ask(
            db.session.scalars(select(User)).one(), db.session.scalars(select(Organisation)).one()
        )  # fmt: skip
        worker.take(link_run.id)
        assert db.session.get_one(SyncRun, link_run.id, populate_existing=True).counts == {"linked": 2_000}
    assert len(vendors.calls("bitrix24")) <= 2
    assert vendors.calls("xero") == []


def many_in_both(vendors: Vendors, count: int) -> None:
    """Beside the demo's own: invoices of 500 companies, typed into Xero under the same numbers."""
    portal, books = vendors.bitrix24.world, next(iter(vendors.xero.organisations.values()))
    first = vendors.new_invoice(companyId=company(vendors, "Nord Works"))
    made = books.invoices[by_hand(vendors, first)["InvoiceID"]]
    names = [f"Nord Works {n}" for n in range(500)]
    companies = [records.add_item(portal, COMPANY, {"title": name}, 1)["id"] for name in names]
    known = books.contacts[made.contact_id]
    contacts = {f"c-{n}": replace(known, contact_id=f"c-{n}", name=name) for n, name in enumerate(names)}
    books.contacts |= contacts
    for n in range(count - 1):
        values = {"companyId": companies[n % 500], "opportunity": Decimal(299), "isManualOpportunity": "Y"}
        item = records.add_item(portal, INVOICE, {**values, "accountNumber": f"NORD-{n}"}, 1)
        copy = replace(made, invoice_id=str(uuid.UUID(int=n)), number=item["accountNumber"], contact_id=f"c-{n % 500}")
        books.put_invoice(copy)
