"""What a changed set-up means for what was written before: told while it is tried, and reviewed once it is saved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import InvoiceLink, Organisation, SavedSetUp
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.setup import consequences
from tests.conftest import Vendors
from tests.people import Person, parsed, reviewed, text
from tests.pull.test_job import update_from_xero
from tests.web.test_setup import fields

OTHER = {"sales_account": "260"}


@pytest.fixture
def written(ready: Person, vendors: Vendors, app: Flask) -> dict[str, int]:
    """Open, part paid, paid and voided, all under the first set-up, some time ago."""
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = {name: vendors.new_invoice(companyId=acme) for name in ("open", "part", "paid", "voided")}
    number = {name: str(vendors.invoice(id)["item"]["accountNumber"]) for name, id in ids.items()}
    for id in ids.values():
        assert ready.press(id).status_code == 200
    vendors.control("xero/pay", invoice=number["part"], amount=100)
    vendors.control("xero/pay", invoice=number["paid"])
    vendors.control("xero/void", invoice=number["voided"])
    update_from_xero(app)
    with app.app_context(), writing():
        for link in db.session.scalars(select(InvoiceLink)):
            assert link.written_at
            link.written_at -= timedelta(hours=1)
        here = organisation()
        assert here.mapping_saved_at
        here.mapping_saved_at -= timedelta(hours=2)
    return ids


def organisation() -> Organisation:
    return db.session.scalars(select(Organisation)).one()


def tried(person: Person, **changes: str) -> str:
    page = person.client.post("/setup/check", data={**fields(person), **changes}).text
    (panel,) = parsed(page).findall(".//aside[@id='check']")
    return " ".join("".join(panel.itertext()).split()).replace("\xa0", " ")


def test_while_it_is_tried_it_says_how_many_were_written_otherwise(ready: Person, written: dict[str, int]) -> None:
    assert "were written otherwise" not in tried(ready)
    said = tried(ready, **OTHER)
    assert "3 invoices in Xero were written otherwise" in said
    assert "1can be rewritten" in said
    assert "1is part paid and stays as it is" in said
    assert "1is paid and stays as it is" in said
    assert "Review them" not in said


def test_once_it_is_saved_the_way_leads_to_those_that_may_be_rewritten_until_they_are(
    ready: Person, vendors: Vendors, written: dict[str, int]
) -> None:
    ready.save_set_up(**OTHER)
    assert "Review them" in tried(ready)
    listed = ready.list(view="otherwise").text
    assert re.findall(r'<tr id="invoice-(\d+)"', listed) == [str(written["open"])]
    review = ready.client.get("/invoices/many?all=1&back=/invoices?view%3Dotherwise").text
    assert reviewed(review) == {"changed": 1}
    assert re.search(r"Line 1, account: 200 · .+ → 260 · ", text(review))
    assert ready.press(written["open"]).status_code == 200
    assert re.findall(r'<tr id="invoice-(\d+)"', ready.list(view="otherwise").text) == []
    assert "Review them" not in tried(ready)


def test_back_to_the_first_set_up_nothing_was_written_otherwise(ready: Person, written: dict[str, int]) -> None:
    first = fields(ready)["sales_account"]
    ready.save_set_up(**OTHER)
    ready.save_set_up(sales_account=first)
    assert "written otherwise" not in tried(ready)


def test_each_set_up_that_was_saved_is_kept_with_who_saved_it(ready: Person, app: Flask) -> None:
    ready.save_set_up(**OTHER)
    ready.save_set_up(**OTHER)
    with app.app_context():
        kept = db.session.scalars(select(SavedSetUp).order_by(SavedSetUp.saved_at)).all()
        assert [one.values["sales_account"] for one in kept] == ["200", "260"]
        assert kept[-1].saved_by == "Mere Tautahi"


def test_what_is_dated_in_a_locked_period_is_not_counted_as_rewritable(app: Flask, written: dict[str, int]) -> None:
    with app.app_context(), writing():
        here = organisation()
        here.stored_books = {**here.stored_books, "locked_until": "2099-12-31"}
        changed = here.set_up.from_json({**here.set_up.as_json(), **OTHER})
        found = consequences.of(here, changed)
        assert {fate: one.count for fate, one in found.sums.items()} == {"open": 0, "part": 1, "paid": 1, "locked": 1}


def test_a_stage_that_asks_for_another_status_says_how_many_stand_otherwise(
    ready: Person, written: dict[str, int]
) -> None:
    said = tried(ready, **{"stage:DT31_7:S": "VOIDED"})
    assert re.search(r"\d+ of them stands? in Xero in another status than", said)
