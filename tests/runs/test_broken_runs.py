"""A run that meets what nobody foresaw: tried again, then ended with a reference; one bad piece keeps no other."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import ContactLink, InvoiceLink, SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import batch
from b24xero.runs import lifecycle
from tests.broken import database_failing, tripping
from tests.conftest import Vendors, on_both
from tests.people import HTMX, Person, text


def ask(app: Flask, ids: list[int]) -> int:
    with app.app_context():
        return batch.ask(db.session.scalars(select(User)).one(), ids).id


def carried_on(app: Flask, run_id: int) -> SyncRun:
    """A worker takes it, as if its pause were over."""
    with app.app_context():
        with writing():
            run = db.session.get_one(SyncRun, run_id)
            run.resume_at = utc_now() - timedelta(seconds=1) if run.state == "waiting" else None
        worker.take(run_id)
        return db.session.get_one(SyncRun, run_id, populate_existing=True)


def of(vendors: Vendors, invoice_id: int) -> int:
    urls = [str(i.get("Url", "")) for i in vendors.control("xero/invoices")]
    return sum(url.endswith(f"/details/{invoice_id}/") for url in urls)


def outcomes(app: Flask, run_id: int) -> dict[int, str]:
    with app.app_context():
        found = db.session.scalars(select(SyncEntry).filter_by(run_id=run_id)).all()
        return {entry.bitrix24_id: entry.outcome for entry in found}


# -- the run itself ---------------------------------------------------------------------------------------------------


@on_both
def test_a_run_that_breaks_is_tried_three_times_with_growing_waits_and_then_ends(
    ready: Person, vendors: Vendors, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = ask(app, [vendors.new_invoice()])
    waits = []
    with tripping(SyncEntry, "before_insert", lambda entry: entry.run_id == run_id):
        for _ in range(2):
            run = carried_on(app, run_id)
            assert (run.state, run.waits_for, run.problems[0]["code"]) == ("waiting", "time", "run_broke")
            assert run.resume_at
            waits.append(round((run.resume_at - utc_now()).total_seconds(), -1))
        run = carried_on(app, run_id)
    assert waits == [10, 60]
    assert (run.state, run.lease, run.problems[0]["code"]) == ("failed", None, "run_failed")
    reference = run.problems[0]["values"]["reference"]
    (record,) = [record for record in caplog.records if reference in record.getMessage()]
    assert record.exc_info
    assert "KeyError" in caplog.text
    with app.app_context():
        assert lifecycle.claimable(utc_now() + timedelta(hours=1)) == []


def test_whoever_looks_at_a_run_that_failed_reads_why_and_can_begin_the_next_one(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    run_id = ask(app, [invoice_id])
    with tripping(SyncEntry, "before_insert", lambda entry: entry.run_id == run_id):
        for _ in range(3):
            run = carried_on(app, run_id)
    page = ready.client.get(f"/runs/{run_id}", headers=HTMX).text
    assert "hx-trigger" not in page
    said = text(page)
    assert "Failed" in said
    assert "Something broke in b24xero again and again, so the run was ended. Not done: 1." in said
    assert run.problems[0]["values"]["reference"] in said
    assert "Failed" in text(ready.client.get("/activity").text)
    again = carried_on(app, ask(app, [invoice_id]))
    assert (again.state, sum(again.counts.values())) == ("finished", 1)
    assert of(vendors, invoice_id) == 1


@on_both
def test_a_run_comes_further_in_each_go_and_its_tries_are_counted_anew(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme) for _ in range(3)]
    run_id = ask(app, ids)
    with app.app_context(), writing():
        db.session.get_one(SyncRun, run_id).tries = 2
    with tripping(SyncEntry, "before_insert", lambda entry: entry.bitrix24_id == ids[2]):
        run = carried_on(app, run_id)
    assert (run.state, run.done, run.tries) == ("waiting", 2, 1)
    assert carried_on(app, run_id).counts == {"created": 3}


def test_a_run_that_kills_every_worker_ends(ready: Person, vendors: Vendors, app: Flask) -> None:
    run_id = ask(app, [vendors.new_invoice()])
    for _ in range(lifecycle.MOST_LOST + 1):
        with app.app_context():
            assert lifecycle.claim(run_id, utc_now())
            with writing():
                db.session.get_one(SyncRun, run_id).lease_until = utc_now() - timedelta(seconds=1)
    assert carried_on(app, run_id).state == "failed"


def test_a_run_of_a_kind_that_this_version_does_not_know_ends_like_any_that_breaks(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    run_id = ask(app, [vendors.new_invoice()])
    with app.app_context(), writing():
        db.session.get_one(SyncRun, run_id).kind = "elsewhat"  # type: ignore[assignment]
    assert [carried_on(app, run_id).state for _ in range(3)] == ["waiting", "waiting", "failed"]


# -- stopping ---------------------------------------------------------------------------------------------------------


@on_both
@pytest.mark.parametrize(("seconds", "ended"), [(-1, True), (8, False)])
def test_stop_ends_a_run_whose_worker_is_gone_and_asks_one_that_is_there(
    ready: Person, vendors: Vendors, app: Flask, seconds: int, ended: bool
) -> None:
    run_id = ask(app, [vendors.new_invoice()])
    with app.app_context():
        assert lifecycle.claim(run_id, utc_now() + timedelta(seconds=seconds) - lifecycle.LEASE)
    ready.client.post(f"/runs/{run_id}/stop", data={"csrf_token": ready.token()}, headers=HTMX)
    with app.app_context():
        run = db.session.get_one(SyncRun, run_id)
        assert (run.state, run.stop_asked) == ("stopped" if ended else "running", True)


def test_whoever_has_asked_for_the_end_is_not_made_to_wait_for_the_next_try(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    run_id = ask(app, [vendors.new_invoice()])
    with app.app_context(), writing():
        run = db.session.get_one(SyncRun, run_id)
        run.stop_asked, run.kind = True, "elsewhat"  # type: ignore[assignment]
    run = carried_on(app, run_id)
    assert (run.state, run.problems) == ("stopped", [])


# -- one bad piece ----------------------------------------------------------------------------------------------------


@on_both
def test_a_customer_that_trips_the_program_up_keeps_nobody_elses_invoices(
    ready: Person, vendors: Vendors, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    titles = [f"Acme Plumbing {n}" for n in range(5)]
    made = [vendors.control("bitrix24/company", title=title)["item"]["id"] for title in titles]
    ids = [vendors.new_invoice(companyId=company) for company in made]
    bad = vendors.invoice(ids[2])["item"]["companyId"]
    run_id = ask(app, ids)
    with tripping(ContactLink, "before_insert", lambda link: link.bitrix24_id == bad):
        run = carried_on(app, run_id)
    assert (run.state, run.done, run.counts) == ("finished", 5, {"created": 4, "failed": 1})
    assert outcomes(app, run_id)[ids[2]] == "failed"
    said = text(ready.client.get(f"/runs/{run_id}").text)
    reference = re.search(r"tell whoever runs b24xero the reference ([0-9a-f]{8})", said)
    assert reference
    assert reference[1] in caplog.text
    assert [of(vendors, id) for id in ids] == [1, 1, 0, 1, 1]
    assert ready.press(ids[2]).status_code == 200
    assert [len(vendors.contacts_named(title)) for title in titles] == [1] * 5


@on_both
def test_an_invoice_that_cannot_be_noted_keeps_none_of_its_chunk_and_is_never_written_twice(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme) for _ in range(6)]
    run_id = ask(app, ids)
    with tripping(InvoiceLink, "before_update", lambda link: link.bitrix24_id == ids[3] and link.xero_id):
        run = carried_on(app, run_id)
    assert (run.state, run.counts) == ("finished", {"created": 5, "failed": 1})
    assert outcomes(app, run_id)[ids[3]] == "failed"
    assert ready.press(ids[3]).status_code == 200
    assert [of(vendors, id) for id in ids] == [1] * 6


@pytest.mark.slow
def test_where_everything_breaks_it_is_the_run_that_fails_and_not_each_of_its_invoices(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme) for _ in range(20)]
    run_id = ask(app, ids)
    with tripping(ContactLink, "before_insert", lambda link: True):
        runs = [carried_on(app, run_id) for _ in range(3)]
    assert [run.state for run in runs] == ["waiting", "waiting", "failed"]
    assert runs[-1].done < len(ids)
    assert carried_on(app, ask(app, ids)).counts == {"created": 20}


@on_both
def test_a_database_that_fails_once_in_a_run_costs_no_invoice_and_doubles_none(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme) for _ in range(6)]
    run_id = ask(app, ids)
    with database_failing(app, vendors, "PUT /api.xro/2.0/Invoices", times=1):
        run = carried_on(app, run_id)
    assert (run.state, run.counts) == ("finished", {"created": 6})
    assert [of(vendors, id) for id in ids] == [1] * 6
