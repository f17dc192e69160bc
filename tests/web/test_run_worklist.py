"""A run as a worklist: causes with all their invoices, what ticks itself off, one answer for all, what is set aside."""

from __future__ import annotations

import csv
import io
import re
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import InvoiceLink, SyncRun, User
from b24xero.extensions import db
from b24xero.push import batch
from tests.conftest import ROWS, Vendors
from tests.people import Person, forms, parsed, text
from tests.web.test_pages import check
from tests.web.test_runs import counts, form, panel, post

ODD_TAX = [{**ROWS[0], "taxRate": 12.5}]
_CUSTOMERS = count(1)


def an_invoice(vendors: Vendors, **values: object) -> int:
    """For a customer of its own."""
    if "companyId" not in values:
        made = vendors.control("bitrix24/company", title=f"Acme Plumbing {next(_CUSTOMERS)}")
        values["companyId"] = made["item"]["id"]
    return vendors.new_invoice(**values)


def send(app: Flask, *ids: int, back: str = "", name: str = "Mere Tautahi") -> int:
    """ "Create / Edit on Xero (n)", carried on by a worker; the run."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        run = batch.ask(user, ids, back)
        worker.take(run.id)
        return run.id


def carry_on(app: Flask) -> None:
    """All runs that wait for a worker."""
    with app.app_context():
        for run_id in db.session.scalars(select(SyncRun.id).where(SyncRun.state == "queued")).all():
            worker.take(run_id)


def page_of(person: Person, run_id: int) -> str:
    page = person.client.get(f"/runs/{run_id}")
    check(page.text)
    return page.text


def number(vendors: Vendors, invoice_id: int) -> str:
    return str(vendors.invoice(invoice_id)["item"]["accountNumber"])


@pytest.fixture
def three(ready: Person, vendors: Vendors, app: Flask) -> tuple[int, list[int]]:
    """A run of four, of which one was created, two have no match for their tax rate, and one has no rows."""
    ids = [an_invoice(vendors), an_invoice(vendors, rows=ODD_TAX), an_invoice(vendors, rows=ODD_TAX),
           an_invoice(vendors, rows=[])]  # fmt: skip
    return send(app, *ids), ids


def test_a_cause_is_told_once_with_all_its_invoices(
    ready: Person, vendors: Vendors, three: tuple[int, list[int]]
) -> None:
    run_id, ids = three
    page = page_of(ready, run_id)
    assert "0 of 3 put right" in text(page)
    assert len([head for head in parsed(page).iter("h3") if "12.5 %" in "".join(head.itertext())]) == 1
    for left in ids[1:]:
        assert number(vendors, left) in text(page)
    assert "Acme Plumbing" in text(page)
    assert "Try again (2)" in text(page)
    assert "Try again (3)" in text(page)
    assert counts(page)["created"] == 1


def test_what_is_put_right_elsewhere_ticks_itself_off(
    ready: Person, vendors: Vendors, app: Flask, three: tuple[int, list[int]]
) -> None:
    run_id, ids = three
    vendors.control("bitrix24/rows", id=ids[3], rows=ROWS)
    assert ready.press(ids[3]).status_code == 200
    page = page_of(ready, run_id)
    assert "1 of 3 put right" in text(page)
    assert "Try again (3)" not in text(page)


def test_try_again_sends_what_is_left_and_comes_back_here(
    ready: Person, vendors: Vendors, app: Flask, three: tuple[int, list[int]]
) -> None:
    run_id, ids = three
    for left in ids[1:3]:
        vendors.control("bitrix24/rows", id=left, rows=ROWS)
    again = form(page_of(ready, run_id), f"/runs/{run_id}/again")
    answer = ready.client.post(again.action, data=again.values)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/runs/{run_id}")
    assert 'hx-trigger="every 1s"' in page_of(ready, run_id)
    carry_on(app)
    assert "2 of 3 put right" in text(page_of(ready, run_id))


def test_no_form_sends_other_invoices(
    ready: Person, vendors: Vendors, app: Flask, three: tuple[int, list[int]]
) -> None:
    run_id, ids = three
    other = an_invoice(vendors)
    post(ready, f"/runs/{run_id}/again", ids=f"{other},{ids[0]},abc,99999999999999")
    with app.app_context():
        assert len(db.session.scalars(select(SyncRun)).all()) == 1


def test_all_problems_stand_there_however_many(ready: Person, vendors: Vendors, app: Flask) -> None:
    ids = [an_invoice(vendors, rows=[]) for _ in range(9)]
    page = text(page_of(ready, send(app, *ids)))
    assert all(number(vendors, left) in page for left in ids)
    assert "0 of 9 put right" in page


def test_one_question_is_answered_once_for_all_that_wait(ready: Person, vendors: Vendors, app: Flask) -> None:
    first = vendors.control("bitrix24/company", title="Lowtide Builders Ltd", email="other@lowtide.example")
    assert ready.press(an_invoice(vendors, companyId=first["item"]["id"])).status_code == 200
    company = vendors.control("bitrix24/company", title="Lowtide Builders Ltd", email="a@lowtide.example")
    ids = [an_invoice(vendors, companyId=company["item"]["id"]) for _ in range(3)]
    run_id = send(app, *ids)
    page = page_of(ready, run_id)
    assert counts(page) == {**dict.fromkeys(counts(page), 0), "waiting for an answer": 3}
    assert "Try again (3)" in text(page)
    address = next(a for a in re.findall(r'href="([^"]+)"', page) if "/question" in a).replace("&amp;", "&")
    asked = ready.client.get(address)
    check(asked.text)
    assert "In Bitrix24: Lowtide Builders Ltd · a@lowtide.example" in text(asked.text)
    answer = next(f for f in forms(asked.text, "/") if f.action.endswith("/answer"))
    assert answer.says("Use it and send the 3")
    contact = re.search(r'name="contact" value="([0-9a-f-]{36})"', asked.text)
    assert contact
    again = ready.client.get(f"{address}&contact={contact[1]}").text  # as it comes back from the connection
    assert re.search(rf'value="{contact[1]}" checked', again)
    assert ready.client.post(answer.action, data={**answer.values, "contact": contact[1]}).status_code == 303
    carry_on(app)
    assert "3 of 3 put right" in text(page_of(ready, run_id))
    with app.app_context():
        links = db.session.scalars(select(InvoiceLink).where(InvoiceLink.bitrix24_id.in_(ids))).all()
        assert {link.written["Contact"]["ContactID"] for link in links if link.written} == {contact[1]}


def test_what_is_set_aside_says_why_and_comes_back_when_it_changes(
    ready: Person, vendors: Vendors, app: Flask, three: tuple[int, list[int]]
) -> None:
    run_id, ids = three
    post(ready, f"/runs/{run_id}/aside", ids=str(ids[3]), reason="Billed by hand")
    page = text(page_of(ready, run_id))
    assert "0 of 2 put right" in page
    assert "Billed by hand" in page
    vendors.control("bitrix24/edit", id=ids[3], fields={"title": "Billed by hand, no more"})
    assert "0 of 3 put right" in text(page_of(ready, run_id))


def test_what_is_set_aside_is_taken_up_again(
    ready: Person, vendors: Vendors, app: Flask, three: tuple[int, list[int]]
) -> None:
    run_id, ids = three
    post(ready, f"/runs/{run_id}/aside", ids=str(ids[3]), reason="Billed by hand")
    up = form(page_of(ready, run_id), f"/runs/{run_id}/take-up")
    ready.client.post(up.action, data=up.values)
    assert "0 of 3 put right" in text(page_of(ready, run_id))


def test_nothing_is_set_aside_without_a_reason(ready: Person, three: tuple[int, list[int]]) -> None:
    run_id, ids = three
    post(ready, f"/runs/{run_id}/aside", ids=str(ids[3]), reason="  ")
    page = text(page_of(ready, run_id))
    assert "say why" in page
    assert "0 of 3 put right" in page


def test_what_is_paid_stays_as_it_is_and_is_no_problem(ready: Person, vendors: Vendors, app: Flask) -> None:
    paid = an_invoice(vendors)
    assert ready.press(paid).status_code == 200
    vendors.control("xero/pay", invoice=number(vendors, paid))
    vendors.control("bitrix24/rows", id=paid, rows=ROWS[:1])
    page = page_of(ready, send(app, paid))
    assert "Stay as they are" in text(page)
    assert "put right" not in text(page).replace("To put right", "")
    assert counts(page)["rejected"] == 0
    with app.app_context():
        assert not db.session.scalars(select(InvoiceLink)).one().has_problem


def test_the_way_back_leads_to_the_list_with_its_filters(ready: Person, vendors: Vendors, app: Flask) -> None:
    run_id = send(app, an_invoice(vendors), back="/invoices?q=Acme&page=2")
    assert 'class="crumb" href="/invoices?q=Acme&amp;page=2"' in page_of(ready, run_id)


def test_the_file_of_a_run_holds_what_it_left(ready: Person, vendors: Vendors, three: tuple[int, list[int]]) -> None:
    run_id, ids = three
    answer = ready.client.get(f"/runs/{run_id}.csv")
    lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [line["Invoice"] for line in lines] == [number(vendors, left) for left in ids[1:]]
    assert {line["State"] for line in lines} == {"To put right"}
    assert float(lines[0]["Amount"]) > 0


def test_of_what_bitrix24_hides_nothing_is_told(ready: Person, vendors: Vendors, app: Flask) -> None:
    tom = Person(app, "Jack O'Brien").sign_in().connect()
    (jack,) = [user["id"] for user in vendors.control("bitrix24/state")["users"] if user["last_name"] == "O'Brien"]
    own = an_invoice(vendors, rows=[], assignedById=jack)
    run_id = send(app, own, name="Jack O'Brien")
    assert number(vendors, own) in text(page_of(tom, run_id))
    vendors.control("bitrix24/reassign", id=own, user_id=1)
    page = text(page_of(tom, run_id))
    assert number(vendors, own) not in page
    assert "An invoice you may not see" in page


def test_a_silent_bitrix24_names_nobody_and_says_so(
    ready: Person, vendors: Vendors, three: tuple[int, list[int]]
) -> None:
    run_id, ids = three
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=9)
    page = text(page_of(ready, run_id))
    assert number(vendors, ids[3]) not in page
    assert "Bitrix24" in page


# -- the update as news -----------------------------------------------------------------------------------------------


def test_an_update_is_told_as_news_with_names_and_money(ready: Person, vendors: Vendors, app: Flask) -> None:
    ids = [an_invoice(vendors) for _ in range(4)]
    for one in ids:
        assert ready.press(one).status_code == 200
    numbers = [number(vendors, one) for one in ids]
    vendors.control("xero/pay", invoice=numbers[0])
    vendors.control("xero/pay", invoice=numbers[1])
    vendors.control("xero/pay", invoice=numbers[2], amount=100)
    vendors.control("xero/void", invoice=numbers[3])
    location = post(ready, "/runs/pull").headers["Location"]
    carry_on(app)
    page = ready.client.get(location)
    check(page.text)
    told = text(page.text).replace("\xa0", " ")
    assert "2 paidNZD 598.00" in told
    assert "1 part paidNZD 100.00" in told
    assert "1 voided or deleted" in told
    assert all(one in told for one in numbers)
    short = text(panel(ready, int(location.rpartition("/")[2])).text).replace("\xa0", " ")
    assert "2 paid, NZD 598.00 · 1 part paid · 1 voided or deleted" in short


def test_a_part_payment_whose_stage_stays_is_news(ready: Person, vendors: Vendors, app: Flask) -> None:
    """On the update's page, in Activity and in its file; it was told as "unchanged"."""
    one = an_invoice(vendors)
    assert ready.press(one).status_code == 200
    vendors.control("xero/pay", invoice=number(vendors, one), amount=100)
    ready.save_set_up(**{"status:part": ""})
    location = post(ready, "/runs/pull").headers["Location"]
    carry_on(app)
    toast = text(ready.client.get(f"{location}/news").text).replace("\xa0", " ")
    assert "Update from Xero finished: 1 part paid" in toast
    activity = text(ready.client.get("/activity").text).replace("\xa0", " ")
    assert "Part paid NZD 100.00 of 299.00, stage stays" in activity
    assert "1 stays in its stage" in activity
    file = ready.client.get("/activity.csv").text.replace("\xa0", " ")
    assert "NZD 100.00 of 299.00, stage stays" in file
    assert "nchanged" not in file


def test_what_could_not_be_moved_waits_apart_with_its_reason(ready: Person, vendors: Vendors, app: Flask) -> None:
    ready.save_set_up(**{"status:part": "DT31_7:UC_DEPOSI"})
    one = an_invoice(vendors)
    assert ready.press(one).status_code == 200
    vendors.control("xero/pay", invoice=number(vendors, one), amount=100)
    vendors.control("bitrix24/stage/delete", code="DT31_7:UC_DEPOSI")
    location = post(ready, "/runs/pull").headers["Location"]
    carry_on(app)
    page = text(ready.client.get(location).text)
    assert "0 of 1 put right" in page
    assert "1 part paid" in page
    ready.save_set_up(**{"status:part": "DT31_7:S"})
    post(ready, "/runs/pull")
    carry_on(app)
    assert "1 of 1 put right" in text(ready.client.get(location).text)
