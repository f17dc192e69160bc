"""Rights that shrank: a demoted administrator, an invoice that is shown no more, what a pull tells of one unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import rights, worker
from b24xero.db.models import SyncRun, User, utc_now
from b24xero.extensions import db
from b24xero.push import batch
from tests.conftest import ROWS, Vendors
from tests.people import Person, text
from tests.products.test_add import STEPS, filled, halves
from tests.web.test_activity import file, lines, shown
from tests.web.test_pages import check
from tests.web.test_runs import a_run, an_entry, post

HIDDEN = "An invoice you may not see"


def eleven_minutes_later(app: Flask) -> None:
    """All that Bitrix24 said and that is remembered is so much older."""
    with app.app_context():
        for user in db.session.scalars(select(User)):
            user.told_at = utc_now() - timedelta(minutes=11)
        db.session.commit()
    app.extensions.pop("b24xero.remembered", None)


@pytest.fixture
def boss(app: Flask, ready: Person, vendors: Vendors) -> Person:
    """Tom, an administrator while he signs in, and a manager since."""
    vendors.control("bitrix24/user", id=7, admin=True)
    tom = Person(app, "Tom Hallam").sign_in()
    vendors.control("bitrix24/user", id=7, admin=False)
    return tom


# -- administrators ---------------------------------------------------------------------------------------------------


def test_a_demoted_administrator_reads_nobody_elses_activity_after_ten_minutes(boss: Person, app: Flask) -> None:
    an_entry(app, number="INV-0001", bitrix24_id=240)
    assert "INV-0001" in shown(boss)
    eleven_minutes_later(app)
    assert "INV-0001" not in shown(boss)
    assert file(boss) == []
    assert boss.client.get("/access").status_code == 403


def test_a_demoted_administrator_reads_and_stops_nobody_elses_run(boss: Person, app: Flask) -> None:
    run_id = a_run(app, state="running", lease="x", lease_until=utc_now() + timedelta(minutes=1))
    assert boss.client.get(f"/runs/{run_id}").status_code == 200
    eleven_minutes_later(app)
    assert boss.client.get(f"/runs/{run_id}").status_code == 404
    assert post(boss, f"/runs/{run_id}/stop").status_code == 404


def test_an_administrator_who_still_is_one_is_asked_about_once_in_ten_minutes(
    ready: Person, app: Flask, vendors: Vendors
) -> None:
    an_entry(app, name="Mere Tautahi", number="INV-0001")
    eleven_minutes_later(app)
    vendors.forget_requests()
    for _ in range(3):
        assert "INV-0001" in shown(ready)
    assert len(vendors.calls("bitrix24")) == 1


def test_the_set_up_page_corrects_who_is_an_administrator_at_once(boss: Person, app: Flask) -> None:
    an_entry(app, number="INV-0001", bitrix24_id=240)
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(bitrix24_id=7)).one()
        user.told_at = utc_now() - timedelta(minutes=5)
        db.session.commit()
    assert boss.client.get("/setup").status_code == 403
    assert "INV-0001" not in shown(boss)


def test_while_bitrix24_is_silent_nobody_is_an_administrator_and_it_is_said(
    ready: Person, app: Flask, vendors: Vendors
) -> None:
    an_entry(app, name="Mere Tautahi", number="INV-0001")
    Person(app, "Tom Hallam").sign_in()
    an_entry(app, name="Tom Hallam", number="INV-0002")
    run_id = a_run(app, name="Tom Hallam", state="running")
    eleven_minutes_later(app)
    vendors.fault("drop_before", path="/rest/", times=50)
    page = shown(ready)
    check(page)
    assert "INV-0002" not in page
    assert "INV-0001" not in page  # nor is it known what she may see now
    assert HIDDEN in text(page)
    assert "Bitrix24 did not answer" in text(page) or "Bitrix24" in text(page)
    assert ready.client.get(f"/runs/{run_id}").status_code == 503


# -- invoices ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def lost(app: Flask, ready: Person, vendors: Vendors) -> tuple[Person, int, str]:
    """Jack wrote his invoice to Xero; then it was given to Anahera. Jack, its id, its number."""
    invoice_id = vendors.new_invoice(assignedById=15)
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    assert jack.press(invoice_id).status_code == 200
    number = str(vendors.invoice(invoice_id)["item"]["accountNumber"])
    assert number in shown(jack)
    vendors.control("bitrix24/reassign", id=invoice_id, user_id=12)
    app.extensions.pop("b24xero.remembered", None)  # minutes later
    return jack, invoice_id, number


def secrets_of(number: str) -> tuple[str, ...]:
    return number, "Acme Plumbing", "299", "Awaiting payment"


def test_of_an_invoice_that_is_shown_no_more_activity_tells_that_something_happened_and_no_more(
    lost: tuple[Person, int, str],
) -> None:
    jack, _invoice_id, number = lost
    page = shown(jack)
    check(page)
    assert lines(page) == [HIDDEN]
    assert not [secret for secret in secrets_of(number) if secret in text(page)]
    assert "/push" not in page
    (row,) = file(jack)
    assert row["Invoice"] == HIDDEN
    assert (row["Bitrix24 id"], row["Before"], row["After"], row["Why"]) == ("", "", "", "")


def test_who_searches_for_it_does_not_learn_whether_there_is_one(lost: tuple[Person, int, str]) -> None:
    jack, invoice_id, number = lost
    for query in ({"q": number}, {"q": "INV-9999"}):
        assert lines(shown(jack, **query)) == []
        assert file(jack, **query) == []
    assert file(jack, invoice=invoice_id) == []
    unknown = jack.client.get("/invoices/4711/history")
    hidden = jack.client.get(f"/invoices/{invoice_id}/history")
    assert (hidden.status_code, text(hidden.text)) == (404, text(unknown.text))


def test_a_run_tells_nothing_of_it_either(lost: tuple[Person, int, str], app: Flask) -> None:
    jack, invoice_id, number = lost
    run_id = a_run(app, name="Jack O'Brien", state="finished", ended_at=utc_now(), counts={"rejected": 1}, total=1)
    an_entry(app, run_id, "Jack O'Brien", bitrix24_id=invoice_id, number=number, outcome="rejected", before="Sent")
    page = text(jack.client.get(f"/runs/{run_id}").text)
    assert HIDDEN in page
    assert number not in page
    assert number not in jack.client.get(f"/runs/{run_id}/news").text


def test_a_pull_of_an_unseen_invoice_answers_as_one_of_an_invoice_that_is_none(lost: tuple[Person, int, str]) -> None:
    jack, invoice_id, _number = lost
    hidden, none = post(jack, f"/invoices/{invoice_id}/pull"), post(jack, "/invoices/4711/pull")
    assert (hidden.status_code, text(hidden.text)) == (none.status_code, text(none.text)) == (404, text(none.text))


def test_what_is_seen_costs_one_call_a_page_and_is_remembered(app: Flask, ready: Person, vendors: Vendors) -> None:
    tom = Person(app, "Tom Hallam").sign_in()
    for n in range(1, 26):
        an_entry(app, name="Tom Hallam", bitrix24_id=n, number=f"INV-{n:04}")
    vendors.forget_requests()
    assert all("INV-" in line for line in lines(shown(tom)))
    assert len(file(tom)) == 25
    assert len(vendors.calls("bitrix24")) == 1


def test_ten_thousand_lines_of_a_file_are_asked_about_in_a_few_calls(
    app: Flask, ready: Person, vendors: Vendors
) -> None:
    Person(app, "Tom Hallam").sign_in()
    an_entry(app, name="Tom Hallam", bitrix24_id=240)
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(bitrix24_id=7)).one()
        vendors.forget_requests()
        assert rights.visible(user, range(1, 10_001)) <= set(range(1, 300))
        assert len(vendors.calls("bitrix24")) == 5


# -- what an auditor and a seller may do ------------------------------------------------------------------------------


NOT_YOURS = "You may not change this invoice in Bitrix24, so you do not write it to Xero either."


@pytest.fixture
def priya(app: Flask, ready: Person) -> Person:
    """An auditor: she reads everything in Bitrix24 and changes nothing. Her Xero login may write."""
    return Person(app, "Priya Raman").sign_in().connect()


def written(vendors: Vendors) -> list[str]:
    return [call for call in vendors.calls("xero") if not call.startswith("GET")]


def test_an_auditor_with_a_xero_login_writes_nothing_of_what_they_only_read(priya: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    before = vendors.invoice(invoice_id)
    vendors.forget_requests()
    refused = priya.press(invoice_id)
    assert refused.status_code == 422
    assert NOT_YOURS in text(refused.text)
    assert (len(vendors.calls("bitrix24")), vendors.calls("xero")) == (1, [])
    assert vendors.invoice(invoice_id) == before


def test_what_an_auditor_may_not_write_others_are_not_told_of(
    priya: Person, ready: Person, app: Flask, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    priya.press(invoice_id)
    assert NOT_YOURS not in text(ready.list().text)
    assert ready.press(invoice_id).status_code == 200


def test_whoever_may_change_it_writes_it_with_one_call_to_bitrix24(app: Flask, ready: Person, vendors: Vendors) -> None:
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    invoice_id = vendors.new_invoice(assignedById=15)
    before = vendors.invoice(invoice_id)
    vendors.forget_requests()
    assert jack.press(invoice_id).status_code == 200
    assert len(vendors.calls("bitrix24")) == 1
    assert len(written(vendors)) > 0
    assert vendors.invoice(invoice_id) == before


def test_an_administrator_is_not_asked_about_the_right(app: Flask, ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", blocked_method="crm.item.update")
    assert ready.press(vendors.new_invoice()).status_code == 200
    assert ready.client.get(f"/invoices/{vendors.new_invoice()}/preview").status_code == 200


def test_the_set_up_can_let_everybody_write_what_they_see(priya: Person, ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(writers="see")
    assert priya.press(vendors.new_invoice(assignedById=12)).status_code == 200


def test_an_auditors_row_has_no_press_once_it_is_known_and_says_why_in_its_menu(
    priya: Person, ready: Person, app: Flask, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    push = f"/invoices/{invoice_id}/push"
    vendors.forget_requests()
    assert push in priya.list().text  # a page asks for no rights
    assert len(vendors.calls("bitrix24")) <= 3
    answered = priya.press(invoice_id).text
    assert push not in answered
    vendors.forget_requests()
    page = priya.list().text
    assert len(vendors.calls("bitrix24")) <= 3
    assert push not in page
    menu = page.partition(f'id="invoice-{invoice_id}"')[2].partition("</tr>")[0].partition("<details")[2]
    assert NOT_YOURS in text(menu)
    assert push in ready.list().text
    app.extensions.pop("b24xero.remembered", None)  # minutes later
    assert push in priya.list().text


def test_a_right_that_was_given_counts_with_the_next_press_and_one_that_was_taken_too(
    priya: Person, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    assert priya.press(invoice_id).status_code == 422
    vendors.control("bitrix24/user", id=21, role="manager")
    assert priya.press(invoice_id).status_code == 200
    assert f"/invoices/{invoice_id}/push" in priya.list().text
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    vendors.control("bitrix24/user", id=21, role="auditor")
    vendors.forget_requests()
    assert priya.press(invoice_id).status_code == 422
    assert written(vendors) == []


def test_the_preview_the_tab_and_why_tell_an_auditor_and_offer_no_press(priya: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    for page in ("preview", "card", "why"):
        vendors.forget_requests()
        found = priya.client.get(f"/invoices/{invoice_id}/{page}").text
        check(found)
        assert NOT_YOURS in text(found), page
        assert "Write to Xero</button>" not in found, page
        assert ">Create on Xero" not in found, page
        assert len(vendors.calls("bitrix24")) == 1, page
        assert written(vendors) == [], page


def test_the_preview_of_one_that_is_in_xero_offers_an_auditor_no_choice_either(
    priya: Person, ready: Person, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    ready.press(invoice_id)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    found = priya.client.get(f"/invoices/{invoice_id}/preview").text
    assert NOT_YOURS in text(found)
    assert "Write to Xero</button>" not in found
    assert priya.press(invoice_id).status_code == 422


def test_of_many_an_auditor_writes_none_and_all_once_they_may(priya: Person, app: Flask, vendors: Vendors) -> None:
    acme = vendors.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"]
    ids = [vendors.new_invoice(assignedById=12, companyId=acme) for _ in range(3)]
    summary = text(post(priya, "/invoices/many", id=ids).text)
    assert summary.count(NOT_YOURS) == 3
    vendors.forget_requests()
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(bitrix24_id=21)).one()
        run = batch.ask(user, ids)
        worker.take(run.id)
        run = db.session.get_one(SyncRun, run.id, populate_existing=True)
        assert (run.state, run.counts) == ("finished", {"rejected": 3})
    assert vendors.calls("xero") == []
    vendors.control("bitrix24/user", id=21, role="manager")
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(bitrix24_id=21)).one()
        run = batch.ask(user, ids)
        worker.take(run.id)
        assert db.session.get_one(SyncRun, run.id, populate_existing=True).counts == {"created": 3}


def test_the_right_to_many_is_asked_once_and_remembered(app: Flask, ready: Person, vendors: Vendors) -> None:
    tom = Person(app, "Tom Hallam").sign_in().connect()
    ids = [vendors.new_invoice(rows=ROWS[:1]) for _ in range(60)]
    stand = [vendors.invoice(id)["item"]["updatedTime"] for id in ids]
    vendors.forget_requests()
    post(tom, "/invoices/many", id=ids)
    first = len(vendors.calls("bitrix24"))
    vendors.forget_requests()
    post(tom, "/invoices/many", id=ids)
    assert first - len(vendors.calls("bitrix24")) == 2  # 60 of them, 50 a call
    assert [vendors.invoice(id)["item"]["updatedTime"] for id in ids] == stand


def test_where_bitrix24_does_not_say_whether_one_may_nothing_is_written(
    app: Flask, ready: Person, vendors: Vendors
) -> None:
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    vendors.control("bitrix24/settings", updates_restricted=True)
    vendors.forget_requests()
    refused = jack.press(vendors.new_invoice(assignedById=15))
    assert refused.status_code == 422
    assert "did not say whether you may change this invoice" in text(refused.text)
    assert vendors.calls("xero") == []


def test_an_auditor_moves_no_stage_in_bitrix24(app: Flask, ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    ready.press(invoice_id)
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    vendors.control("xero/pay", invoice=number)
    stage = vendors.invoice(invoice_id)["item"]["stageId"]
    priya = Person(app, "Priya Raman").sign_in().connect()
    answer: Any = post(priya, "/runs/pull")
    with app.app_context():
        worker.take(int(answer.headers["Location"].rsplit("/", 1)[1]))
    assert vendors.invoice(invoice_id)["item"]["stageId"] == stage


def test_a_seller_without_a_xero_login_reads_their_own_and_writes_nothing(
    app: Flask, ready: Person, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice(assignedById=15)
    ready.press(invoice_id)
    jack = Person(app, "Jack O'Brien").sign_in()
    assert f"invoice-{invoice_id}" in jack.list().text
    vendors.forget_requests()
    jack.press(invoice_id)
    assert [call for call in vendors.calls("xero") if not call.startswith("GET")] == []


# -- what is an administrator's besides -------------------------------------------------------------------------------


@pytest.fixture
def half_of_mere(app: Flask, ready: Person, vendors: Vendors) -> str:
    """The address of a product that Mere has begun to add and not ended."""
    vendors.fault("answer", **STEPS["item"], status=503, times=50)
    half = str(ready.client.post("/products/add", data=filled(ready)).headers["Location"])
    vendors.control("faults/clear")
    return half


def test_an_administrator_still_sees_what_others_have_half_done_after_ten_minutes(
    half_of_mere: str, boss: Person, app: Flask, vendors: Vendors
) -> None:
    vendors.control("bitrix24/user", id=7, admin=True)
    eleven_minutes_later(app)
    assert half_of_mere in halves(boss)
    eleven_minutes_later(app)
    assert boss.client.get(half_of_mere).status_code == 200


def test_a_demoted_administrator_neither_sees_nor_finishes_nor_leaves_what_others_have_half_done(
    half_of_mere: str, boss: Person, app: Flask
) -> None:
    assert boss.connect().client.get(half_of_mere).status_code == 200
    eleven_minutes_later(app)
    assert halves(boss) == []
    assert boss.client.get(half_of_mere).status_code == 404
    for what in ("finish", "leave"):
        assert post(boss, f"{half_of_mere}/{what}").status_code == 404


def test_while_bitrix24_is_silent_nobody_deals_with_what_others_have_half_done(
    half_of_mere: str, boss: Person, app: Flask, vendors: Vendors
) -> None:
    eleven_minutes_later(app)
    vendors.fault("drop_before", path="/rest/", times=50)
    assert post(boss, f"{half_of_mere}/leave").status_code == 503


def test_the_card_shows_an_administrator_what_others_did_and_a_demoted_one_only_their_own(
    boss: Person, ready: Person, app: Flask
) -> None:
    an_entry(app, name="Mere Tautahi", bitrix24_id=240, outcome="created")
    assert "Mere Tautahi" in text(boss.client.get("/invoices/240/card").text)
    eleven_minutes_later(app)
    assert "Mere Tautahi" not in text(boss.client.get("/invoices/240/card").text)
    an_entry(app, name="Tom Hallam", bitrix24_id=240, outcome="updated")
    eleven_minutes_later(app)
    assert "Tom Hallam" in text(ready.client.get("/invoices/240/card").text)
