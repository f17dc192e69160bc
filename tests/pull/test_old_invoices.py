"""Job 2 on portals with old invoices: each comes to its status once, and nothing else of it changes unsaid."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import Intent, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.invoice_key import written
from b24xero.extensions import db
from b24xero.pull import job
from b24xero.push import batch
from tests.bitrix24.test_legacy_moves import says
from tests.conftest import Vendors, on_old, on_old_and_both
from tests.people import Person, forms, text
from tests.pull.test_job import entries, update_from_xero


def status(vendors: Vendors, key: int) -> str:
    return str(vendors.old_invoice(key)["STATUS_ID"])


def pushed(person: Person, vendors: Vendors, **values: Any) -> tuple[int, str]:
    key = vendors.new_old_invoice(**values)
    answer = person.press(key)
    assert answer.status_code == 200, text(answer.text)
    return key, str(vendors.old_invoice(key)["ACCOUNT_NUMBER"])


def without_payment(invoice: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in invoice.items() if name not in ("PAY_VOUCHER_DATE", "PAY_VOUCHER_NUM")}


@on_old_and_both
def test_paid_in_xero_is_paid_in_bitrix24_with_its_payment(ready: Person, vendors: Vendors, app: Flask) -> None:
    key, number = pushed(ready, vendors)
    before = vendors.old_invoice(key)
    vendors.control("xero/pay", invoice=number, reference="BANK 4711", date="2026-11-20")
    run = update_from_xero(app)
    assert (run.state, run.counts) == ("finished", {"moved": 1})
    after = vendors.old_invoice(key)
    assert (after["STATUS_ID"], after["PAYED"]) == ("P", "Y")
    assert (after["PAY_VOUCHER_DATE"][:10], after["PAY_VOUCHER_NUM"]) == ("2026-11-20", "BANK 4711")
    assert without_payment(says(after)) == without_payment(says(before))
    (entry,) = entries(app)
    assert (entry.bitrix24_id, entry.number, entry.before, entry.after, entry.problems) == (
        key, number, "Sent to client", "Paid", [],
    )  # fmt: skip
    assert update_from_xero(app).counts == {}


@pytest.mark.parametrize("which_invoices", ["both"])
def test_both_kinds_move_in_one_update_each_to_its_own(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = vendors.control("bitrix24/company", title="Acme", email="ap@acme.example")["item"]["id"]
    old = [pushed(ready, vendors, UF_COMPANY_ID=company) for _ in range(3)]
    new = [vendors.new_invoice(companyId=company) for _ in range(3)]
    assert {ready.press(id).status_code for id in new} == {200}
    numbers = [number for _, number in old] + [str(vendors.invoice(id)["item"]["accountNumber"]) for id in new]
    for number in numbers:
        vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"moved": 6}
    assert {status(vendors, key) for key, _ in old} == {"P"}
    assert {vendors.invoice(id)["item"]["stageId"] for id in new} == {"DT31_7:P"}


@on_old
def test_one_old_invoice_is_updated_by_its_own_button(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = vendors.control("bitrix24/company", title="Acme", email="ap@acme.example")["item"]["id"]
    (one, number), (other, second) = (pushed(ready, vendors, UF_COMPANY_ID=company) for _ in range(2))
    for paid in (number, second):
        vendors.control("xero/pay", invoice=paid)
    answer = ready.client.post(f"/invoices/{written(one)}/pull", data={"csrf_token": ready.token()})
    assert answer.status_code == 303
    with app.app_context():
        worker.take(db.session.scalars(select(SyncRun)).one().id)
    assert (status(vendors, one), status(vendors, other)) == ("P", "S")


@on_old
def test_a_company_that_moved_changes_nothing_on_the_invoice(ready: Person, vendors: Vendors, app: Flask) -> None:
    """Its address, its requisite and how the site spells days: a save would take all of them in."""
    company = vendors.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"]
    requisite = vendors.control("bitrix24/requisite", type=4, entity_id=company, RQ_COMPANY_NAME="Acme")["ID"]
    vendors.control("bitrix24/address", requisite_id=requisite, TYPE_ID="6", ADDRESS_1="9 Low St", CITY="Picton")
    key, number = pushed(ready, vendors, UF_COMPANY_ID=company, DATE_BILL="2026-09-05", DATE_PAY_BEFORE="2026-09-18")
    before = vendors.old_invoice(key)
    vendors.control("bitrix24/edit", id=company, type=4, fields={"title": "Acme Holding"})
    vendors.control("bitrix24/address", requisite_id=requisite, TYPE_ID="6", ADDRESS_1="1 High St", CITY="Nelson")
    vendors.control("bitrix24/settings", date_format="DD/MM/YYYY")
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"moved": 1}
    after = vendors.old_invoice(key)
    assert after["STATUS_ID"] == "P"
    assert without_payment(says(after)) == without_payment(says(before))


@on_old
def test_an_administrator_sees_what_a_move_changed_beside_the_status_until_it_was_seen_to(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    """The customer got a tax number since, which was not printed: Bitrix24 prints it with the next save."""
    company = vendors.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"]
    key, number = pushed(ready, vendors, UF_COMPANY_ID=company, ACCOUNT_NUMBER="2026/41")
    assert "changed more" not in text(ready.client.get("/invoices").text)
    vendors.control("bitrix24/requisite", type=4, entity_id=company, RQ_INN="123-456")
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"moved": 1}
    assert status(vendors, key) == "P"
    page, health, activity = (ready.client.get(at).text for at in ("/invoices", "/health", "/activity"))
    assert "A move changed more of an old invoice than its status" in text(page)
    assert "Moves changed more than the status (1 in all): 2026/41." in text(health)
    assert "printed INN was “–” and is now “123-456”" in text(activity)
    seen = next(form for form in forms(health, "/health/moves") if form.says("Seen to"))
    assert ready.client.post(seen.action, data=seen.values).status_code == 303
    assert "None changed more of an invoice than its status." in text(ready.client.get("/health").text)
    assert "A move changed more" not in text(ready.client.get("/invoices").text)


@on_old
def test_another_currency_of_the_portal_is_told_and_nothing_is_saved(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    key, number = pushed(ready, vendors)
    before = vendors.old_invoice(key)
    vendors.control("bitrix24/currency", code="AUD")
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"rejected": 1}
    assert vendors.old_invoice(key) == before
    (entry,) = entries(app)
    assert [one["code"] for one in entry.problems] == ["old_invoice_currency_unsure"]
    assert "AUD may be what Bitrix24 gives old invoices now" in text(ready.client.get("/activity").text)
    vendors.control("bitrix24/currency", code="NZD")
    assert update_from_xero(app).counts == {"moved": 1}


@on_old
def test_after_a_change_of_the_currency_a_status_set_by_hand_is_found_there(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    key, number = pushed(ready, vendors)
    vendors.control("bitrix24/currency", code="AUD")
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"rejected": 1}
    assert "Set the status in Bitrix24 by hand" in text(ready.client.get("/activity").text)
    by_hand = vendors.control("bitrix24/old-invoice/status", id=-key, status="P")
    assert update_from_xero(app).counts == {"unchanged": 1}
    assert (by_hand["CURRENCY"], vendors.old_invoice(key)) == ("NZD", by_hand)
    assert update_from_xero(app).counts == {}


@on_old_and_both
def test_a_shop_with_a_currency_of_its_own_is_moved_once_somebody_said_so(
    ready: Person, vendors: Vendors, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its base currency is NZD, and its old invoices are made in AUD; those of before stay untouched."""
    company = vendors.control("bitrix24/company", title="Acme", email="ap@acme.example")["item"]["id"]
    before, former = pushed(ready, vendors, UF_COMPANY_ID=company)
    vendors.control("bitrix24/settings", invoice_currency="AUD")
    key, number = pushed(ready, vendors, UF_COMPANY_ID=company)
    untouched, said = vendors.old_invoice(before), vendors.old_invoice(key)
    for paid in (former, number):
        vendors.control("xero/pay", invoice=paid)
    assert update_from_xero(app).counts == {"rejected": 2}
    assert "BITRIX24_OLD_INVOICE_CURRENCY=AUD" in text(ready.client.get("/activity").text)
    told = replace(app.extensions["b24xero.settings"], bitrix24_old_invoice_currency="AUD")
    monkeypatch.setitem(app.extensions, "b24xero.settings", told)
    assert update_from_xero(app).counts == {"moved": 1, "rejected": 1}
    after = vendors.old_invoice(key)
    assert (after["STATUS_ID"], after["CURRENCY"]) == ("P", "AUD")
    assert without_payment(says(after)) == without_payment(says(said))
    assert vendors.old_invoice(before) == untouched


@on_old
def test_what_else_a_move_changed_is_told(ready: Person, vendors: Vendors, app: Flask) -> None:
    """Somebody's automation writes into the invoice as soon as it is paid."""
    key, number = pushed(ready, vendors)
    vendors.control("bitrix24/settings", location_tax=5)
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"moved": 1}
    (entry,) = entries(app)
    assert {one["code"] for one in entry.problems} == {"moved_but_changed"}
    assert {one["values"]["part"] for one in entry.problems} >= {"total", "tax"}
    assert "changed more of the invoice than its status" in text(ready.client.get("/activity").text)


@on_old
def test_a_status_that_is_set_is_not_set_again(ready: Person, vendors: Vendors, app: Flask) -> None:
    """Set anew, Bitrix24 would un-pay and pay it with another date."""
    key, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    vendors.control("bitrix24/old-invoice/edit", id=-key, STATUS_ID="P")
    paid_at = vendors.old_invoice(key)["DATE_PAYED"]
    assert update_from_xero(app).counts == {"unchanged": 1}
    assert vendors.old_invoice(key)["DATE_PAYED"] == paid_at


@on_old
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_died_at_a_move_leaves_it_moved_once(
    ready: Person, vendors: Vendors, app: Flask, when: str
) -> None:
    key, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        run = job.ask(user)
        before = vendors.old_invoice(key)
        with writing():
            db.session.add(
                Intent(
                    organisation_id=run.organisation_id, user_id=user.id, kind="stage", action="update",
                    subject=str(key), state="unclear", key="k", body_hash="h", planned_at=utc_now(),
                    sent_at=utc_now(), body={"stage": "P", "from": "S", "said": before}, claim=f"run:{run.id}",
                )
            )  # fmt: skip
        if when == "after":
            vendors.control("bitrix24/old-invoice/edit", id=-key, STATUS_ID="P")
        paid_at = vendors.old_invoice(key)["DATE_PAYED"]
        worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).counts == {"moved": 1}
    assert status(vendors, key) == "P"
    if when == "after":
        assert vendors.old_invoice(key)["DATE_PAYED"] == paid_at


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill -9."""


@on_old
def test_payments_come_through_faults_and_killed_workers(
    ready: Person, vendors: Vendors, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fifth of all calls fail; of the workers three die between what Bitrix24 did and what would have been recorded.
    Each invoice is in its status, none was moved twice, none says anything else than before."""
    company = vendors.control("bitrix24/company", title="Acme", email="ap@acme.example")["item"]["id"]
    keys = [vendors.new_old_invoice(UF_COMPANY_ID=company) for _ in range(60)]
    with app.app_context():
        worker.take(batch.ask(db.session.scalars(select(User)).one(), keys).id)
    before = {key: vendors.old_invoice(key) for key in keys}
    for key in keys:
        vendors.control("xero/pay", invoice=before[key]["ACCOUNT_NUMBER"])
    recording, deaths = job._record, iter([True, False, True, False, True])

    def record(*given: Any) -> None:
        if next(deaths, False):
            raise Killed
        recording(*given)

    monkeypatch.setattr(job, "_record", record)
    for vendor in ("bitrix24", "xero"):
        vendors.control("faults/random", vendor=vendor, rate=0.2, seed=7)
    died, counts = _pulled_until_done(app)
    assert died == 3
    assert sum(told["hit"] for told in vendors.control("faults/clear").values()) > 0
    assert counts == {"moved": 60}
    moves = [-move["id"] for move in vendors.control("bitrix24/moves") if move.get("kind") == "old"]
    assert sorted(moves) == sorted(keys)
    for key in keys:
        assert status(vendors, key) == "P"
        assert without_payment(says(vendors.old_invoice(key))) == without_payment(says(before[key]))


def _pulled_until_done(app: Flask) -> tuple[int, Counter[str]]:
    """Workers one after the other until an update has nothing to tell: how many died, and what was counted."""
    died, counts = 0, Counter[str]()
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        for _ in range(60):
            run = db.session.scalar(select(SyncRun).where(SyncRun.kind == "pull", SyncRun.state != "finished"))
            run = run or job.ask(user)
            with writing():
                run.lease_until = run.resume_at = utc_now() - timedelta(seconds=1) if run.state != "queued" else None
            try:
                worker.take(run.id)
            except Killed:
                db.session.rollback()
                died += 1
                continue
            db.session.refresh(run)
            if run.state == "finished":
                counts += Counter(run.counts)
                if not run.counts and not run.problems:
                    return died, counts
    raise AssertionError((run.state, run.problems, counts))


@on_old
def test_a_hundred_payments_cost_few_calls(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = vendors.control("bitrix24/company", title="Acme", email="ap@acme.example")["item"]["id"]
    keys = [vendors.new_old_invoice(UF_COMPANY_ID=company) for _ in range(100)]
    with app.app_context():
        run = batch.ask(db.session.scalars(select(User)).one(), keys)
        worker.take(run.id)
    for key in keys:
        vendors.control("xero/pay", invoice=vendors.old_invoice(key)["ACCOUNT_NUMBER"])
    vendors.forget_requests()
    assert update_from_xero(app).counts == {"moved": 100}
    # What the portal has, where they stand, the first ones whole, then each fifteen with what the next ones say.
    assert len(vendors.calls("bitrix24")) <= 3 + 7
    assert {status(vendors, key) for key in keys} == {"P"}
