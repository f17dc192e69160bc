"""Job 1 for many invoices: fifty a call, one outcome each, nothing twice whatever happens in between."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import Intent, SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Rejected
from b24xero.extensions import db
from b24xero.push import batch
from b24xero.writes import intents
from tests.conftest import Vendors, on_both
from tests.people import Person


def push(app: Flask, ids: list[int], name: str = "Mere Tautahi") -> SyncRun:
    """Press "Create / Edit on Xero (n)" and let a worker carry it on."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        run = batch.ask(user, ids)
        worker.take(run.id)
        db.session.refresh(run)
        return run


def go_on(app: Flask, run: SyncRun) -> SyncRun:
    """What waited for a while goes on, as if the while were over."""
    with app.app_context():
        with writing():
            db.session.get_one(SyncRun, run.id).resume_at = utc_now() - timedelta(seconds=1)
        worker.take(run.id)
        return db.session.get_one(SyncRun, run.id, populate_existing=True)


def entries(app: Flask, run: SyncRun) -> dict[int, SyncEntry]:
    with app.app_context():
        found = db.session.scalars(select(SyncEntry).filter_by(run_id=run.id)).all()
        assert len({e.bitrix24_id for e in found}) == len(found)
        return {entry.bitrix24_id: entry for entry in found}


def totals(vendors: Vendors, ids: list[int]) -> None:
    """Each of them stands in Xero once, right to the cent."""
    by_url = Counter(i.get("Url", "").rstrip("/").rpartition("/")[2] for i in vendors.control("xero/invoices"))
    in_xero = {i.get("Url", "").rstrip("/").rpartition("/")[2]: i for i in vendors.control("xero/invoices")}
    for invoice_id in ids:
        assert by_url[str(invoice_id)] == 1
        wanted = vendors.invoice(invoice_id)["item"]["opportunity"]
        assert Decimal(str(in_xero[str(invoice_id)]["Total"])) == Decimal(str(wanted))


@pytest.fixture
def sent(vendors: Vendors) -> list[int]:
    """Sixty new invoices for six customers that Xero does not know, ready to be sent."""
    companies = [
        vendors.control("bitrix24/company", title=f"Acme Plumbing {n}", email=f"ap{n}@acme.example")["item"]["id"]
        for n in range(6)
    ]
    return [vendors.new_invoice(companyId=companies[n % 6]) for n in range(60)]


@on_both
def test_sixty_invoices_go_in_two_calls_with_their_six_contacts_in_one(
    ready: Person, vendors: Vendors, app: Flask, sent: list[int]
) -> None:
    vendors.forget_requests()
    run = push(app, sent)
    assert (run.state, run.counts, run.total, run.done) == ("finished", {"created": 60}, 60, 60)
    calls = Counter(vendors.calls("xero"))
    assert calls["PUT /api.xro/2.0/Invoices"] == 2
    assert calls["PUT /api.xro/2.0/Contacts"] == 1
    assert sum(calls.values()) == 4  # and one look at all contacts
    totals(vendors, sent)


def test_one_bad_invoice_never_harms_the_others(ready: Person, vendors: Vendors, app: Flask, sent: list[int]) -> None:
    no_rows = vendors.new_invoice(rows=[])
    unsent_stage = vendors.new_invoice(stageId="DT31_7:N")
    taken = vendors.new_invoice(accountNumber="INV-0041")
    gone = 999_999
    run = push(app, [*sent[:20], no_rows, unsent_stage, taken, gone])
    assert run.counts == {"created": 20, "rejected": 4}
    told = entries(app, run)
    assert told[no_rows].problems[0]["code"] == "no_rows"
    assert told[unsent_stage].problems[0]["code"] == "stage_not_sent"
    assert told[taken].problems[0]["code"] == "number_taken"
    assert told[gone].problems[0]["code"] == "invoice_gone"
    totals(vendors, sent[:20])


def test_a_second_run_edits_what_changed_and_leaves_the_rest(
    ready: Person, vendors: Vendors, app: Flask, sent: list[int]
) -> None:
    push(app, sent[:30])
    rows = vendors.invoice(sent[0])["rows"]
    vendors.control("bitrix24/rows", id=sent[0], rows=[{**rows[0], "quantity": 3}, rows[1]])
    vendors.forget_requests()
    run = push(app, sent[:40])
    assert run.counts == {"created": 10, "updated": 1, "unchanged": 29}
    totals(vendors, sent[:40])
    assert [call.startswith("POST /api.xro/2.0/Invoices") for call in vendors.calls("xero")].count(True) == 1


def test_several_contacts_that_fit_are_left_to_a_person(ready: Person, vendors: Vendors, app: Flask) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Acme Plumbing", "EmailAddress": "other@acme.example"})
    invoice_id = vendors.new_invoice()
    run = push(app, [invoice_id])
    assert run.counts == {"rejected": 1}
    assert entries(app, run)[invoice_id].problems[0]["code"] == "contact_unsure"


@pytest.mark.slow
@pytest.mark.parametrize("what", ["/Invoices", "/Contacts"])
@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "truncate"])
def test_a_lost_answer_makes_nothing_twice(
    ready: Person, vendors: Vendors, app: Flask, sent: list[int], fault: str, what: str
) -> None:
    vendors.fault(fault, vendor="xero", method="PUT", path=what)
    run = push(app, sent)
    assert (run.state, run.counts) == ("finished", {"created": 60})
    totals(vendors, sent)
    assert len(vendors.contacts_named("Acme Plumbing 3")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("numbers", ["bitrix24", "xero"])
def test_answers_lost_twice_are_looked_up_when_the_run_goes_on(
    ready: Person, vendors: Vendors, app: Flask, sent: list[int], numbers: str
) -> None:
    ready.save_set_up(number=numbers)
    vendors.fault("drop_after", vendor="xero", method="PUT", path="/Invoices", times=2)
    run = push(app, sent[:10])
    assert (run.state, run.waits_for, run.done) == ("waiting", "time", 0)
    run = go_on(app, run)
    assert run.state == "finished"
    assert sum(run.counts.values()) == 10
    totals(vendors, sent[:10])


@on_both
def test_a_killed_worker_is_followed_by_one_that_finds_what_landed(
    ready: Person, vendors: Vendors, app: Flask, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed right after Xero has carried out the call and before its answer is recorded."""

    class Killed(BaseException):
        """Nothing catches it, as nothing catches a kill -9."""

    def kill(*_args: object) -> None:
        raise Killed

    with app.app_context(), monkeypatch.context() as patched:
        user = db.session.scalars(select(User)).one()
        run = batch.ask(user, sent[:10])
        patched.setattr("b24xero.writes.invoice_links.take_written", kill)
        patched.setattr("b24xero.writes.invoice_links.give_back", lambda *_args: None)
        with pytest.raises(Killed):
            worker.take(run.id)
        db.session.rollback()
        assert len(db.session.scalars(select(Intent).where(Intent.state.in_(intents.OPEN))).all()) == 10
    with app.app_context():
        with writing():
            db.session.get_one(SyncRun, run.id).lease_until = utc_now() - timedelta(seconds=1)
        worker.take(run.id)
        run = db.session.get_one(SyncRun, run.id, populate_existing=True)
        assert (run.state, run.counts) == ("finished", {"created": 10})
    totals(vendors, sent[:10])


def test_stop_ends_it_after_the_piece_in_hand(ready: Person, vendors: Vendors, app: Flask, sent: list[int]) -> None:
    with app.app_context():
        run = batch.ask(db.session.scalars(select(User)).one(), sent)
        with writing():
            run.stop_asked = True
        worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).state == "stopped"


def test_a_second_run_beside_the_first_is_refused(ready: Person, vendors: Vendors, app: Flask) -> None:
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        batch.ask(user, [1])
        with pytest.raises(Rejected):
            batch.ask(user, [2])


def test_a_seller_sends_only_what_bitrix24_shows_them(ready: Person, vendors: Vendors, app: Flask) -> None:
    own, other = vendors.new_invoice(assignedById=15), vendors.new_invoice(assignedById=1)
    Person(app, "Jack O'Brien").sign_in().connect()
    run = push(app, [own, other], "Jack O'Brien")
    assert run.counts == {"created": 1, "rejected": 1}
    assert entries(app, run)[other].number == f"#{other}"


def test_a_worker_killed_between_the_writes_and_the_entries_is_followed_by_true_counts(
    ready: Person, vendors: Vendors, app: Flask, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nothing catches it, as nothing catches a kill -9."""

    def kill(*_args: object) -> None:
        raise Killed

    with app.app_context(), monkeypatch.context() as patched:
        run = batch.ask(db.session.scalars(select(User)).one(), sent[:10])
        run_id = run.id
        patched.setattr("b24xero.push.batch.add_to_run", kill)
        with pytest.raises(Killed):
            worker.take(run_id)
        db.session.rollback()
        assert set(db.session.scalars(select(Intent.state).filter_by(kind="invoice"))) == {"done"}
    with app.app_context():
        with writing():
            db.session.get_one(SyncRun, run_id).lease_until = utc_now() - timedelta(seconds=1)
        worker.take(run_id)
        run = db.session.get_one(SyncRun, run_id, populate_existing=True)
        assert (run.state, run.counts) == ("finished", {"created": 10})
    totals(vendors, sent[:10])
