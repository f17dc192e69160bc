"""Job 2 against both vendors: what changed in Xero moves the invoices in Bitrix24, once, for those who may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import InvoiceLink, Organisation, PaidDelay, SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.pull import job, paid_delays
from b24xero.runs import lifecycle
from tests.conftest import Vendors, on_both
from tests.people import Person, text

PAID, SENT, DEPOSIT = "DT31_7:P", "DT31_7:S", "DT31_7:UC_DEPOSI"


def update_from_xero(app: Flask, name: str = "Mere Tautahi", only: int = 0) -> SyncRun:
    """Press "Update from Xero" as this person and let a worker carry it on."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        run = job.ask(user, only)
        worker.take(run.id)
        db.session.refresh(run)
        return run


def entries(app: Flask, outcome: str = "") -> list[SyncEntry]:
    with app.app_context():
        query = select(SyncEntry).where(SyncEntry.kind == "pull").order_by(SyncEntry.id)
        return [e for e in db.session.scalars(query) if outcome in ("", e.outcome)]


def stage(vendors: Vendors, invoice_id: int) -> str:
    return str(vendors.invoice(invoice_id)["item"]["stageId"])


def pushed(person: Person, vendors: Vendors, **values: Any) -> tuple[int, str]:
    """An invoice that stands in Xero, with its number."""
    invoice_id = vendors.new_invoice(**values)
    assert person.press(invoice_id).status_code == 200
    return invoice_id, str(vendors.invoice(invoice_id)["item"]["accountNumber"])


@on_both
def test_paid_in_xero_is_paid_in_bitrix24(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    run = update_from_xero(app)
    assert (run.state, run.counts) == ("finished", {"moved": 1})
    assert stage(vendors, invoice_id) == PAID
    (entry,) = entries(app)
    assert (entry.number, entry.before, entry.after) == (number, "Sent", "Paid")


def test_without_news_it_costs_one_call_to_xero_and_none_to_bitrix24(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    pushed(ready, vendors)
    update_from_xero(app)
    vendors.forget_requests()
    run = update_from_xero(app)
    assert run.state == "finished"
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Invoices"]
    assert vendors.calls("bitrix24") == []


def test_what_was_just_written_is_no_news(ready: Person, vendors: Vendors, app: Flask) -> None:
    """Set-up maps awaiting payment to Sent, but the invoice was sent from Deposit received and stays there."""
    ready.save_set_up(**{"status:awaiting": SENT})
    invoice_id, _number = pushed(ready, vendors, stageId=DEPOSIT)
    assert update_from_xero(app).counts == {}
    assert stage(vendors, invoice_id) == DEPOSIT


def test_a_part_payment_moves_by_the_mapping_and_its_removal_moves_back(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(**{"status:part": DEPOSIT, "status:awaiting": SENT})
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number, amount=100)
    update_from_xero(app)
    assert stage(vendors, invoice_id) == DEPOSIT
    vendors.control("xero/unpay", invoice=number)
    update_from_xero(app)
    assert stage(vendors, invoice_id) == SENT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "words", "part_words"),
    [
        ("credit", "Credited", "Part credited"),
        ("prepay", "Settled by prepayment", "Part settled by prepayment"),
        ("overpay", "Settled by overpayment", "Part settled by overpayment"),
    ],
)
def test_what_no_money_settled_is_told_as_that_and_stays_where_it_is(
    ready: Person, vendors: Vendors, app: Flask, act: str, words: str, part_words: str
) -> None:
    invoice_id, number = pushed(ready, vendors)
    for amount, told in ((100, part_words), ("all", words)):
        vendors.control(f"xero/{act}", invoice=number, amount=amount)
        update_from_xero(app)
        assert stage(vendors, invoice_id) == SENT
        assert told in text(ready.list(q=number).text)
        assert told in text(ready.client.get(f"/invoices/{invoice_id}/preview").text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "part", "whole"),
    [("credit", "part_credited", "credited"), ("prepay", "part_prepaid", "prepaid"),
     ("overpay", "part_overpaid", "overpaid")],
)  # fmt: skip
def test_set_up_says_where_what_no_money_settled_goes(
    ready: Person, vendors: Vendors, app: Flask, act: str, part: str, whole: str
) -> None:
    ready.save_set_up(**{f"status:{part}": DEPOSIT, f"status:{whole}": PAID, "status:paid": "leave"})
    invoice_id, number = pushed(ready, vendors)
    vendors.control(f"xero/{act}", invoice=number, amount=100)
    update_from_xero(app)
    assert stage(vendors, invoice_id) == DEPOSIT
    vendors.control(f"xero/{act}", invoice=number)
    update_from_xero(app)
    assert stage(vendors, invoice_id) == PAID


def test_a_payment_beside_a_credit_note_makes_it_paid(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/credit", invoice=number, amount=10)
    vendors.control("xero/pay", invoice=number)
    update_from_xero(app)
    assert stage(vendors, invoice_id) == PAID


def test_the_advice_names_what_stands_in_the_way_of_a_change(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    credited = vendors.control("xero/credit", invoice=number, amount=10)
    vendors.control("xero/prepay", invoice=number, amount=10)
    rows = vendors.invoice(invoice_id)["rows"]
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 3}, rows[1]])
    note = credited["CreditNotes"][0]["CreditNoteNumber"]
    said = text(ready.press(invoice_id).text)
    assert (
        f"{number} is settled in part in Xero (credit note {note}, prepayment), so it can no longer be changed" in said
    )


def test_leave_as_it_is_leaves_it(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/void", invoice=number)
    assert update_from_xero(app).counts == {"unchanged": 1}
    assert stage(vendors, invoice_id) == SENT
    assert update_from_xero(app).counts == {}


def test_an_invoice_is_never_moved_to_the_stage_where_it_is(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("bitrix24/move", id=invoice_id, stage="P")
    vendors.control("xero/pay", invoice=number)
    vendors.forget_requests()
    assert update_from_xero(app).counts == {"unchanged": 1}
    assert not any("crm.item.update" in seen["body"] for seen in vendors.control("requests", vendor="bitrix24"))


def elsewhere() -> tuple[str, date]:
    """A zone where it is another day than in UTC at this moment, by Xero's name, and that day."""
    now = utc_now()
    ahead = (now + timedelta(hours=14)).date()
    return ("LINEISLANDSSTANDARDTIME", ahead) if ahead > now.date() else ("UTC11", (now - timedelta(hours=11)).date())


@pytest.mark.parametrize("days_late", [0, 1])
def test_overdue_goes_by_the_organisations_day(ready: Person, vendors: Vendors, app: Flask, days_late: int) -> None:
    zone, there = elsewhere()
    vendors.control("xero/flags", Timezone=zone)
    ready.save_set_up(**{"status:overdue": DEPOSIT})
    invoice_id, number = pushed(ready, vendors)
    due = (there - timedelta(days=days_late)).isoformat()
    vendors.control("xero/edit", invoice=number, set={"DueDate": due})
    update_from_xero(app)
    assert stage(vendors, invoice_id) == (DEPOSIT if days_late else SENT)
    assert ("Overdue" in text(ready.client.get(f"/invoices/{invoice_id}/preview").text)) is bool(days_late)


def test_a_due_date_that_passes_is_noticed_by_the_organisations_day(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    zone, there = elsewhere()
    vendors.control("xero/flags", Timezone=zone)
    ready.save_set_up(**{"status:overdue": DEPOSIT})
    invoice_id, _number = pushed(ready, vendors)
    update_from_xero(app)
    for days_late, expected in ((0, SENT), (1, DEPOSIT)):
        with app.app_context(), writing():
            link = db.session.scalars(select(InvoiceLink)).one()
            link.xero_due_date = (there - timedelta(days=days_late)).isoformat()
            # Nothing changed in Xero since.
            db.session.scalars(select(Organisation)).one().watermark = utc_now() + timedelta(hours=1)
        update_from_xero(app)
        assert stage(vendors, invoice_id) == expected


def test_a_stage_that_vanished_is_a_skipped_entry_and_works_once_put_right(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(**{"status:paid": DEPOSIT})
    vendors.control("bitrix24/stage/delete", code="UC_DEPOSI")
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"skipped": 1}
    assert entries(app)[0].problems[0]["code"] == "stage_vanished_now"
    ready.save_set_up(**{"status:paid": PAID})
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == PAID


def test_xeros_news_win_over_a_move_by_hand_and_the_entry_says_so(ready: Person, vendors: Vendors, app: Flask) -> None:
    ready.save_set_up(**{"status:part": DEPOSIT})
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number, amount=100)
    update_from_xero(app)
    vendors.control("bitrix24/move", id=invoice_id, stage="D")
    vendors.control("xero/pay", invoice=number)
    update_from_xero(app)
    assert stage(vendors, invoice_id) == PAID
    last = entries(app)[-1]
    assert (last.before, last.after, last.problems[0]["code"]) == ("Unpaid", "Paid", "replaced_by_hand")


def test_an_invoice_that_this_person_may_not_change_waits_for_someone_who_may(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    """The watermark has moved on, but the news stays on the link."""
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    Person(app, "Priya Raman").sign_in().connect()
    assert update_from_xero(app, "Priya Raman").counts == {"skipped": 1}
    assert stage(vendors, invoice_id) == SENT
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == PAID


def test_an_invoice_that_this_person_does_not_see_is_not_spoken_of(ready: Person, vendors: Vendors, app: Flask) -> None:
    _invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    Person(app, "Jack O'Brien").sign_in().connect()
    assert update_from_xero(app, "Jack O'Brien").counts == {}
    assert entries(app) == []
    assert update_from_xero(app).counts == {"moved": 1}


def test_one_invoice_alone_can_be_updated(ready: Person, vendors: Vendors, app: Flask) -> None:
    first, number = pushed(ready, vendors)
    second, other = pushed(ready, vendors, companyId=vendors.invoice(first)["item"]["companyId"])
    vendors.control("xero/pay", invoice=number)
    vendors.control("xero/pay", invoice=other)
    assert update_from_xero(app, only=first).counts == {"moved": 1}
    assert (stage(vendors, first), stage(vendors, second)) == (PAID, SENT)


def test_a_change_that_moves_no_modified_time_is_found_by_the_daily_sweep(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(ready, vendors)
    update_from_xero(app)
    vendors.control("xero/pay", invoice=number, bump=False)
    with app.app_context(), writing():
        organisation = db.session.scalars(select(Organisation)).one()
        organisation.watermark = utc_now() + timedelta(hours=1)
    assert update_from_xero(app).counts == {}
    with app.app_context(), writing():
        db.session.scalars(select(Organisation)).one().swept_at = utc_now() - timedelta(hours=25)
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == PAID


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
def test_a_lost_answer_to_a_move_is_looked_up(ready: Person, vendors: Vendors, app: Flask, fault: str) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    vendors.fault(fault, vendor="bitrix24", contains="crm.item.update")
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == PAID


def test_a_portal_that_breaks_off_in_the_middle_of_a_batch_is_asked_for_the_rest_later(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    first, number = pushed(ready, vendors)
    acme = vendors.invoice(first)["item"]["companyId"]
    more = [pushed(ready, vendors, companyId=acme) for _ in range(2)]
    for paid in (number, *(n for _id, n in more)):
        vendors.control("xero/pay", invoice=paid)
    vendors.control("bitrix24/settings", blocked_method="crm.item.update", blocked_after=1)
    run = update_from_xero(app)
    assert (run.state, run.waits_for, run.counts) == ("waiting", "time", {"moved": 1})
    vendors.control("bitrix24/settings", blocked_method="")
    with app.app_context():
        with writing():
            db.session.get_one(SyncRun, run.id).resume_at = utc_now() - timedelta(seconds=1)
        worker.take(run.id)
        run = db.session.get_one(SyncRun, run.id, populate_existing=True)
    assert (run.state, run.counts, run.done, run.total) == ("finished", {"moved": 3}, 3, 3)
    assert {stage(vendors, first), *(stage(vendors, id) for id, _n in more)} == {PAID}


def test_a_run_waits_for_the_xero_login_and_goes_on_after_connecting(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    vendors.control("xero/tokens/expire")
    run = update_from_xero(app)
    assert (run.state, run.waits_for) == ("waiting", "xero")
    ready.connect()
    with app.app_context():
        assert lifecycle.claimable(utc_now()) == [run.id]
        worker.take(run.id)
    assert stage(vendors, invoice_id) == PAID


def test_a_second_press_starts_no_second_run(ready: Person, vendors: Vendors, app: Flask) -> None:
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        assert job.ask(user).id == job.ask(user).id


def test_a_run_that_waits_for_a_day_is_closed_with_what_was_left(ready: Person, vendors: Vendors, app: Flask) -> None:
    pushed(ready, vendors)
    vendors.control("xero/tokens/expire")
    run = update_from_xero(app)
    with app.app_context():
        assert lifecycle.close_forgotten(utc_now()) == 0
        assert lifecycle.close_forgotten(utc_now() + timedelta(hours=25)) == 1
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).state == "closed"


def test_a_run_that_rested_for_a_day_has_its_day_to_be_waited_for(ready: Person, vendors: Vendors, app: Flask) -> None:
    pushed(ready, vendors)
    vendors.control("xero/tokens/expire")
    run = update_from_xero(app)
    with app.app_context():
        run = db.session.get_one(SyncRun, run.id)
        run.created_at = utc_now() - timedelta(hours=30)  # it rested for the limit of the day, and waits since now
        db.session.commit()
        assert lifecycle.close_forgotten(utc_now()) == 0


@on_both
def test_a_worker_that_is_gone_loses_its_run_to_the_next_one(ready: Person, vendors: Vendors, app: Flask) -> None:
    _invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    with app.app_context():
        run = job.ask(db.session.scalars(select(User)).one())
        gone = lifecycle.claim(run.id, utc_now() - timedelta(minutes=1))
        assert gone
        db.session.expunge(gone)
        assert lifecycle.claimable(utc_now()) == [run.id]
        taken = lifecycle.claim(run.id, utc_now())
        assert taken
        assert lifecycle.claim(run.id, utc_now()) is None
        with pytest.raises(lifecycle.LeaseLost):
            lifecycle.end(gone, "finished")


def test_five_hundred_payments_cost_two_and_fourteen_calls(ready: Person, vendors: Vendors, app: Flask) -> None:
    """240 of them here: one page of Xero, one look and one batch for each 49 at Bitrix24."""
    ids = link_all(ready, vendors, app)
    vendors.forget_requests()
    run = update_from_xero(app)
    assert run.counts == {"moved": len(ids)}
    assert len(vendors.calls("xero")) <= 2
    assert len(vendors.calls("bitrix24")) <= 2 + -(-len(ids) // 49)
    assert {stage(vendors, ids[0]), stage(vendors, ids[-1])} == {PAID}


def link_all(ready: Person, vendors: Vendors, app: Flask, count: int = 100) -> list[int]:
    """Many invoices that stand in Xero and were paid there, linked without having been pressed one by one."""
    template, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    paid = vendors.control("xero/invoice", invoice=number)
    ids = [template]
    with app.app_context(), writing():
        first = db.session.scalars(select(InvoiceLink)).one()
        for n in range(count):
            invoice_id = vendors.new_invoice(companyId=1, rows=[])
            made = vendors.control(
                "xero/invoices/add",
                set={
                    "Type": "ACCREC", "InvoiceNumber": f"MANY-{n}", "Status": "AUTHORISED", "Date": "2026-11-20",
                    "DueDate": "2027-11-20", "Contact": {"ContactID": paid["Contact"]["ContactID"]},
                    "LineItems": [{"Description": "Hour", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}],
                },
            )  # fmt: skip
            vendors.control("xero/pay", invoice=made["InvoiceID"])
            ids.append(invoice_id)
            db.session.add(
                InvoiceLink(
                    organisation_id=first.organisation_id, bitrix24_id=invoice_id, xero_id=made["InvoiceID"],
                    xero_number=f"MANY-{n}", xero_status="AUTHORISED", told="awaiting",
                    written_at=first.written_at,
                )
            )  # fmt: skip
    return ids


# -- what Bitrix24 makes of a move ------------------------------------------------------------------------------------


def codes_of(entry: SyncEntry) -> list[str]:
    return [problem["code"] for problem in entry.problems]


def moves_of(vendors: Vendors, invoice_id: int) -> list[tuple[str, str]]:
    return [(move["from"], move["to"]) for move in vendors.control("bitrix24/moves") if move["id"] == invoice_id]


def test_automation_that_moves_it_on_is_a_success_that_is_told(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("bitrix24/robot", **{"from": "P", "to": "UC_DEPOSI"})
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == DEPOSIT
    (entry,) = entries(app)
    assert (entry.before, entry.after) == ("Sent", "Paid")
    assert entry.problems == [{"code": "moved_on", "values": {"stage": "Deposit received"}}]
    assert update_from_xero(app).counts == {}


def test_what_automation_moved_on_was_not_moved_by_hand(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("bitrix24/robot", **{"from": "P", "to": "UC_DEPOSI"})
    vendors.control("xero/pay", invoice=number)
    update_from_xero(app)
    ready.save_set_up(**{"status:awaiting": SENT})
    vendors.control("xero/unpay", invoice=number)
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == SENT
    assert codes_of(entries(app)[-1]) == []


def test_a_move_that_is_saved_although_an_error_was_told_is_a_success(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("bitrix24/settings", fails_after_save="The history could not be written")
    vendors.control("xero/pay", invoice=number)
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == PAID
    assert moves_of(vendors, invoice_id) == [(SENT, PAID)]


def test_a_move_that_automation_carried_on_is_known_after_a_lost_answer_and_not_sent_again(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("bitrix24/robot", **{"from": "P", "to": "UC_DEPOSI"})
    vendors.control("xero/pay", invoice=number)
    vendors.fault("drop_after", vendor="bitrix24", contains="crm.item.update")
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == DEPOSIT
    assert moves_of(vendors, invoice_id) == [(SENT, PAID), (PAID, DEPOSIT)]
    assert codes_of(entries(app)[-1]) == ["moved_on"]


def test_each_refused_move_is_told_in_its_own_words(ready: Person, vendors: Vendors, app: Flask) -> None:
    """An exception of old code speaks for every refusal after it in the same call."""
    ids = []
    for name in ("Acme Plumbing", "Blind Bay Brewing"):
        company = vendors.control("bitrix24/company", title=name)["item"]["id"]
        invoice_id, number = pushed(ready, vendors, companyId=company)
        vendors.control("xero/pay", invoice=number)
        ids.append(invoice_id)
    vendors.control("bitrix24/user", id=1, may_move_stages=False)
    vendors.control("bitrix24/settings", exceptions_of="crm.item.update")
    vendors.forget_requests()
    assert update_from_xero(app).counts == {"rejected": 2}
    sent = [seen["body"] for seen in vendors.control("requests", vendor="bitrix24") if "item.update" in seen["body"]]
    assert [[f"move_{id}" in body for id in ids] for body in sent] == [[True, True], [False, True]]


# -- how long it took -------------------------------------------------------------------------------------------------


def delays(app: Flask) -> dict[int, tuple[int, int]]:
    """Bound → how many were shown within it, and how long these took."""
    with app.app_context():
        return {row.up_to: (row.invoices, row.seconds) for row in db.session.scalars(select(PaidDelay))}


@on_both
def test_from_paid_in_xero_to_paid_in_bitrix24_is_counted_once(ready: Person, vendors: Vendors, app: Flask) -> None:
    _, number = pushed(ready, vendors)
    update_from_xero(app)
    assert delays(app) == {}
    vendors.control("xero/pay", invoice=number)
    update_from_xero(app)
    ((bound, (count, seconds)),) = delays(app).items()
    assert (bound, count) == (60, 1)
    assert 0 <= seconds <= 60
    update_from_xero(app)
    assert sum(count for count, _ in delays(app).values()) == 1


def test_what_nobody_asked_for_counts_as_long_as_it_waited(ready: Person, vendors: Vendors, app: Flask) -> None:
    vendors.control("clock", seconds=-7200)
    _, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    vendors.control("clock", seconds=7200)
    update_from_xero(app)
    ((bound, (count, seconds)),) = delays(app).items()
    assert (bound, count) == (4 * 3600, 1)
    assert seconds == pytest.approx(7200, abs=60)


@pytest.mark.parametrize(
    ("took", "bound"), [(-5, 60), (0, 60), (60, 60), (61, 300), (7 * 86400, 7 * 86400), (7 * 86400 + 1, 0)]
)
def test_each_counts_at_the_smallest_bound_that_holds_it(app: Flask, took: int, bound: int) -> None:
    with app.app_context():
        for _ in range(2):
            paid_delays.count([timedelta(seconds=took)])
        db.session.commit()
    assert delays(app) == {bound: (2, 2 * max(took, 0))}
