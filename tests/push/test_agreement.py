"""One invoice, one answer: the summary of many, Set-up's check and the press say the same of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import delete, select

from b24xero import connections
from b24xero.db.models import ContactLink, Organisation, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.push import bulk_preview, eligibility, single
from b24xero.push.context import OutcomeKind
from b24xero.setup import dry_run
from tests.conftest import Vendors
from tests.people import Person, reviewed, text
from tests.pull.test_job import update_from_xero
from tests.setup.test_dry_run import check, tally
from tests.web.test_invoices_bulk import look


def summary(person: Person, ids: list[int]) -> dict[str, int]:
    """What the review of many says would be done, as counts."""
    return reviewed(look(person, ids))


@pytest.mark.parametrize("amount", [100, 299])
def test_what_is_paid_in_xero_is_updated_by_nobody(ready: Person, vendors: Vendors, app: Flask, amount: int) -> None:
    kept_before = tally(check(ready).text).get("Stays as it is in Xero", 0)
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    vendors.control("xero/pay", invoice=vendors.in_xero(number)[0]["InvoiceID"], amount=amount)
    update_from_xero(app)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    assert summary(ready, [invoice_id]) == {"stays": 1}
    told = tally(check(ready, afresh="1").text)
    assert told["Stays as it is in Xero"] == kept_before + 1
    pressed = ready.press(invoice_id)
    assert pressed.status_code == 422
    assert "can no longer be changed" in text(pressed.text)


@dataclass(frozen=True)
class Expected:
    """What each of them says of one invoice: the summary ("stopped" or what is planned), Set-up's check, the press."""

    summary: str
    check: str
    press: OutcomeKind


EDIT = {"title": "Bathroom, ground floor"}
UNSENT, SENT, VOIDED = {"stageId": "DT31_7:N"}, {"stageId": "DT31_7:S"}, {"stageId": "DT31_7:D"}
UNMAPPED = {"stageId": "DT31_7:UC_CHECK"}
Act = Callable[[Vendors, int], object]


def edit(fields: dict[str, str]) -> Act:
    return lambda vendors, id: vendors.control("bitrix24/edit", id=id, fields=fields)


def without_rows(vendors: Vendors, id: int) -> object:
    return vendors.control("bitrix24/rows", id=id, rows=[])


def nothing(_vendors: Vendors, _id: int) -> None:
    """It stays as it was written."""


def paid(amount: int, then: Act = nothing) -> Act:
    def act(vendors: Vendors, id: int) -> object:
        (there,) = vendors.in_xero(vendors.invoice(id)["item"]["accountNumber"])
        vendors.control("xero/pay", invoice=there["InvoiceID"], amount=amount)
        return then(vendors, id)

    return act


def voided(vendors: Vendors, id: int) -> object:
    (there,) = vendors.in_xero(vendors.invoice(id)["item"]["accountNumber"])
    return vendors.control("xero/void", invoice=there["InvoiceID"])


NEW: dict[str, tuple[dict[str, object], Expected]] = {
    "new": ({}, Expected("create", "sent", "created")),
    "not sent": (UNSENT, Expected("left_out", "not_sent", "refused")),
    "nothing to void": (VOIDED, Expected("left_out", "not_sent", "refused")),
    "stage without a status": (UNMAPPED, Expected("stopped", "stopped", "refused")),
    "without rows": ({"rows": []}, Expected("stopped", "stopped", "refused")),
    "nobody's": ({"companyId": 0}, Expected("stopped", "stopped", "refused")),
}
# What happens to it before the update from Xero, and the stage that it has afterwards.
THERE: dict[str, tuple[Act, dict[str, str], Expected]] = {
    "same": (nothing, SENT, Expected("unchanged", "sent", "unchanged")),
    "changed": (edit(EDIT), SENT, Expected("update", "sent", "updated")),
    "rows gone": (without_rows, SENT, Expected("stopped", "stopped", "refused")),
    "to be voided": (nothing, VOIDED, Expected("update", "sent", "voided")),
    "back to new": (nothing, UNSENT, Expected("left_out", "not_sent", "refused")),
    "paid": (paid(299), SENT, Expected("unchanged", "kept", "unchanged")),
    "paid and changed": (paid(299, edit(EDIT)), SENT, Expected("stays", "kept", "refused")),
    "paid and without rows": (paid(299, without_rows), SENT, Expected("stays", "kept", "refused")),
    "paid and to be voided": (paid(299), VOIDED, Expected("stays", "stopped", "refused")),
    "part paid": (paid(100), SENT, Expected("unchanged", "kept", "unchanged")),
    "part paid and changed": (paid(100, edit(EDIT)), SENT, Expected("stays", "kept", "refused")),
    "voided there": (voided, SENT, Expected("stays", "kept", "refused")),
    "voided on both sides": (voided, VOIDED, Expected("unchanged", "kept", "unchanged")),
}


@pytest.fixture
def invoices(ready: Person, vendors: Vendors, app: Flask) -> dict[str, int]:
    """One invoice for each case, as Xero and Bitrix24 have it after an update from Xero."""
    ready.save_set_up(**{"stage:DT31_7:D": "VOIDED"})
    vendors.control("bitrix24/stage/add", code="UC_CHECK", name="Checked by Tom")
    acme = vendors.invoice(vendors.new_invoice(**UNSENT))["item"]["companyId"]
    there = {name: vendors.new_invoice(companyId=acme) for name in THERE}
    for name, id in there.items():
        assert ready.press(id).status_code == 200, name
        THERE[name][0](vendors, id)
    assert update_from_xero(app).state == "finished"
    for name, id in there.items():
        vendors.control("bitrix24/edit", id=id, fields=THERE[name][1])
    return {**there, **{name: vendors.new_invoice(**{"companyId": acme, **NEW[name][0]}) for name in NEW}}


def test_the_summary_the_check_why_and_the_press_say_the_same(app: Flask, invoices: dict[str, int]) -> None:
    expected = {name: case[-1] for name, case in (*NEW.items(), *THERE.items())}
    found: dict[str, Expected] = {}
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        organisation = db.session.scalars(select(Organisation)).one()
        outlook = bulk_preview.outlook(user, list(invoices.values()))
        summaries = {one.row.id: "stopped" for one in outlook.stopped}
        summaries |= {one.row.id: one.action for one in outlook.planned}
        whole = connections.bitrix24_for(user).invoices(list(invoices.values()))
        fates = dry_run.rehearse(
            list(whole.values()), organisation.set_up, organisation.books, organisation, utc_now().date()
        )
        checks = {fate.invoice.id: fate.kind for fate in fates}
        reasons = {name: eligibility.reasons(invoices[name], user) for name in NEW}
        for name, id in invoices.items():
            found[name] = Expected(summaries[id], checks[id], single.press(id, user).kind)
    assert found == expected
    assert {name: why.first is None for name, why in reasons.items()} == {
        name: answer.press == "created" for name, (_, answer) in NEW.items()
    }


def test_for_an_invoice_that_stays_as_it_is_no_contact_is_looked_for(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    paid(299, edit(EDIT))(vendors, invoice_id)
    with app.app_context(), writing():
        db.session.execute(delete(ContactLink))
    vendors.forget_requests()
    assert ready.press(invoice_id).status_code == 422
    assert [call.split("/")[3] for call in vendors.calls("xero")] == ["Invoices"]
