"""Restored from yesterday's backup: what was sent since stands in Xero, and is linked again instead of sent twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from b24xero import worker
from b24xero.db.models import ContactLink, Intent, InvoiceLink, Organisation, SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import batch
from tests.conftest import ROWS, Vendors, on_both
from tests.people import Person, text

pytestmark = pytest.mark.slow

NUMBERINGS = pytest.mark.parametrize("numbering", ["bitrix24", "xero"])


def restore(app: Flask, *, keeping: int = 0) -> None:
    """Put yesterday's database back: nothing is known of what was written, but for the first ``keeping`` links."""
    with app.app_context(), writing():
        kept = db.session.scalars(select(InvoiceLink.id).order_by(InvoiceLink.id).limit(keeping)).all()
        db.session.execute(delete(InvoiceLink).where(InvoiceLink.id.not_in(kept)))
        for table in (ContactLink, Intent, SyncEntry, SyncRun):
            db.session.execute(delete(table))
        db.session.execute(update(Organisation).values(watermark=utc_now() - timedelta(days=1), swept_at=None))


def of(vendors: Vendors, invoice_id: int) -> list[dict[str, Any]]:
    """What stands in Xero for this invoice, known by its address back."""
    end = f"/details/{invoice_id}/"
    return vendors.with_address(end)


def links(app: Flask) -> dict[int, str | None]:
    with app.app_context():
        return {link.bitrix24_id: link.xero_id for link in db.session.scalars(select(InvoiceLink))}


def push_all(app: Flask, ids: list[int]) -> SyncRun:
    """ "Create / Edit on Xero (n)", and a worker that carries it on."""
    with app.app_context():
        run = batch.ask(db.session.scalars(select(User)).one(), ids)
        worker.take(run.id)
        return db.session.get_one(SyncRun, run.id, populate_existing=True)


def assert_as_before(vendors: Vendors, app: Flask, before: dict[int, str | None], contacts: int) -> None:
    """Each invoice once in Xero, under the link that it had, and no contact more than there was."""
    assert links(app) == before
    assert {invoice_id: [i["InvoiceID"] for i in of(vendors, invoice_id)] for invoice_id in before} == {
        invoice_id: [xero_id] for invoice_id, xero_id in before.items()
    }
    assert len(vendors.control("xero/contacts")) == contacts


@on_both
@NUMBERINGS
def test_a_single_press_links_what_is_there_and_sends_nothing_twice(
    ready: Person, vendors: Vendors, app: Flask, numbering: str
) -> None:
    ready.save_set_up(number=numbering)
    invoice_id = vendors.new_invoice()
    assert ready.press(invoice_id).status_code == 200
    before, contacts = links(app), len(vendors.control("xero/contacts"))
    restore(app)
    answer = ready.press(invoice_id)
    assert answer.status_code == 200, text(answer.text)
    assert "Found in Xero, where it stood already" in text(answer.text)
    assert_as_before(vendors, app, before, contacts)


@NUMBERINGS
def test_an_invoice_whose_words_xero_keeps_otherwise_is_linked_again(
    ready: Person, vendors: Vendors, app: Flask, numbering: str
) -> None:
    ready.save_set_up(number=numbering)
    tulips = vendors.control("bitrix24/company", title="Tulips 🌷 Ltd", email="ap@tulips.example")["item"]["id"]
    invoice_id = vendors.new_invoice(accountNumber="INV 🌷 7", title="For 🌷\r\nand more", companyId=tulips)
    assert ready.press(invoice_id).status_code == 200
    before, contacts = links(app), len(vendors.control("xero/contacts"))
    assert "Already up to date" in text(ready.press(invoice_id).text)
    restore(app)
    answer = ready.press(invoice_id)
    assert "Found in Xero, where it stood already" in text(answer.text)
    assert_as_before(vendors, app, before, contacts)


@pytest.mark.slow
@on_both
@NUMBERINGS
def test_many_at_once_are_linked_again(ready: Person, vendors: Vendors, app: Flask, numbering: str) -> None:
    ready.save_set_up(number=numbering)
    companies = [vendors.invoice(vendors.new_invoice())["item"]["companyId"] for _ in range(3)]
    for n, company_id in enumerate(companies):
        vendors.control("bitrix24/edit", id=company_id, type=4, fields={"title": f"Acme Plumbing {n}"})
    ids = [vendors.new_invoice(companyId=companies[n % 3], rows=ROWS[:1]) for n in range(60)]
    assert push_all(app, ids).counts == {"created": 60}
    before, contacts = links(app), len(vendors.control("xero/contacts"))
    restore(app)
    run = push_all(app, ids)
    assert run.state == "finished"
    assert run.counts == {"found": 60}, "nothing was created by this run"
    assert_as_before(vendors, app, before, contacts)


@NUMBERINGS
def test_the_look_up_before_a_first_create_is_one_call_for_many(
    ready: Person, vendors: Vendors, app: Flask, numbering: str
) -> None:
    """A call for each invoice would cost a day's budget for a thousand."""
    ready.save_set_up(number=numbering)
    company_id = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=company_id, rows=ROWS[:1]) for _ in range(40)]
    assert push_all(app, ids).counts == {"created": 40}
    restore(app)
    vendors.forget_requests()
    push_all(app, ids)
    assert len(vendors.calls("xero")) <= 10, vendors.calls("xero")
    assert all(len(of(vendors, invoice_id)) == 1 for invoice_id in ids)


@on_both
@NUMBERINGS
def test_an_older_backup_among_newer_links_harms_neither(
    ready: Person, vendors: Vendors, app: Flask, numbering: str
) -> None:
    ready.save_set_up(number=numbering)
    company_id = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=company_id) for _ in range(10)]
    push_all(app, ids)
    before, contacts = links(app), len(vendors.control("xero/contacts"))
    restore(app, keeping=5)
    new = vendors.new_invoice(companyId=company_id)
    run = push_all(app, [*ids, new])
    assert sum(run.counts.values()) == 11
    assert len(of(vendors, new)) == 1
    before[new] = of(vendors, new)[0]["InvoiceID"]
    assert_as_before(vendors, app, before, contacts)


@NUMBERINGS
@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("happened", ["pay", "void"])
def test_what_was_paid_or_voided_since_is_linked_and_not_made_anew(
    ready: Person, vendors: Vendors, app: Flask, numbering: str, many: bool, happened: str
) -> None:
    ready.save_set_up(number=numbering)
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    before = links(app)
    vendors.control(f"xero/{happened}", invoice=before[invoice_id])
    restore(app)
    if many:
        push_all(app, [invoice_id])
    else:
        ready.press(invoice_id)
    assert len(of(vendors, invoice_id)) == 1
    assert links(app) == before


@NUMBERINGS
def test_what_was_changed_since_is_written_to_the_same_invoice(
    ready: Person, vendors: Vendors, app: Flask, numbering: str
) -> None:
    ready.save_set_up(number=numbering)
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    before = links(app)
    restore(app)
    vendors.control("bitrix24/rows", id=invoice_id, rows=ROWS[:1])
    for _ in range(2):  # the first press may only link it, the second one writes what changed
        assert ready.press(invoice_id).status_code in (200, 409, 422)
    assert links(app) == before
    assert len(of(vendors, invoice_id)) == 1


@NUMBERINGS
def test_an_answer_lost_while_it_is_linked_again_makes_no_second_one(
    ready: Person, vendors: Vendors, app: Flask, numbering: str
) -> None:
    ready.save_set_up(number=numbering)
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    before = links(app)
    restore(app)
    vendors.fault("drop_after", vendor="xero", path="/Invoices", times=3)
    for _ in range(4):
        ready.press(invoice_id)
    assert links(app) == before
    assert len(of(vendors, invoice_id)) == 1


def test_a_stranger_under_our_number_is_left_alone(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id = vendors.new_invoice()
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    contact = vendors.control("xero/contacts/add", set={"Name": "Nord Works"})["ContactID"]
    vendors.control(
        "xero/invoices/add",
        set={
            "InvoiceNumber": number, "Status": "DRAFT", "Contact": {"ContactID": contact},
            "LineItems": [{"Description": "Wool", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}],
        },
    )  # fmt: skip
    restore(app)
    assert ready.press(invoice_id).status_code == 422
    assert push_all(app, [invoice_id]).counts == {"rejected": 1}
    assert links(app).get(invoice_id) is None
    assert [i["Contact"]["Name"] for i in vendors.in_xero(number)] == ["Nord Works"]
