"""Set-up and places of portals with old invoices, whose statuses mean what their order says."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import Portal
from b24xero.extensions import db
from tests.conftest import Vendors, on_old, on_old_and_both
from tests.people import Person, parsed, text
from tests.web.test_pages import check
from tests.web.test_portal import Frame, frame, holder, placements  # noqa: F401 (a fixture)
from tests.web.test_setup import exported, fields, labels, options, save, saved_mapping, take_in


@on_old_and_both
def test_which_invoices_a_portal_has_is_kept_when_an_admin_signs_in(
    mere: Person, app: Flask, which_invoices: str
) -> None:
    with app.app_context():
        kinds = db.session.scalars(select(Portal.invoice_kinds)).one()
    assert kinds == (["legacy"] if which_invoices == "old" else ["smart", "legacy"])


@on_old
def test_statuses_stand_in_their_order_with_what_each_means(ready: Person) -> None:
    page = ready.client.get("/setup").text
    check(page)
    names = [name for name in labels(page) if name and name.startswith("stage:")]
    assert names == [f"stage:{code}" for code in "NSEHPD"]
    said = {e.get("id"): "".join(e.itertext()) for e in parsed(page).iter("p") if e.get("class") == "hint"}
    assert "before the status that pays" in said["stage:S-said"]
    assert "counts the invoice as paid" in said["stage:P-said"]
    assert "cancelled" in said["stage:D-said"]


@on_old
def test_a_name_means_nothing(mere: Person, vendors: Vendors) -> None:
    """What is called "Sent" and stands behind P is not suggested to be sent."""
    vendors.control("bitrix24/old-status", code="X", name="Sent again", sort=135)
    mere.connect()
    suggested = fields(mere)
    assert suggested["stage:X"] == "none"
    assert suggested["stage:S"] == "AUTHORISED"
    assert suggested["old_status:paid"] == "P"


@on_old
def test_a_status_behind_the_one_that_pays_is_warned_about(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/old-status", code="X", name="Handed to collection", sort=135)
    assert save(ready, **{"stage:X": "none", "old_status:overdue": "X"}).status_code == 303
    page = ready.client.get("/setup").text
    assert "Handed to collection (after the status that pays)" in page
    assert "Bitrix24 then counts the invoice as paid, and as failed in its reports" in text(page)


@pytest.mark.parametrize("which_invoices", ["both"])
def test_both_kinds_have_tables_of_their_own_and_are_kept_apart(ready: Person, app: Flask) -> None:
    page = ready.client.get("/setup").text
    check(page)
    assert "Bitrix24 stage → Xero status" in text(page)
    assert "Old invoices: Bitrix24 stage → Xero status" in text(page)
    assert options(page, "old_status:paid")[:3] == ["leave", "N", "S"]
    assert all(value == "leave" or ":" in value for value in options(page, "status:paid"))
    save(ready, **{"old_status:paid": "P", "status:paid": "DT31_7:UC_DEPOSI", "stage:S": "DRAFT"})
    kept = saved_mapping(app)
    assert (kept["statuses"]["paid"], kept["old_statuses"]["paid"]) == ("DT31_7:UC_DEPOSI", "P")
    assert (kept["stages"]["S"], kept["stages"]["DT31_7:S"]) == ("DRAFT", "AUTHORISED")


@on_old
def test_a_portal_that_shows_no_old_invoices_for_a_while_loses_nothing(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    before = saved_mapping(app)
    vendors.control("bitrix24/settings", invoices="new")
    save(ready)
    after = saved_mapping(app)
    assert after["old_statuses"] == before["old_statuses"]
    assert after["stages"].items() >= before["stages"].items()


@pytest.mark.parametrize("which_invoices", ["both"])
def test_the_file_holds_both_and_finds_a_portals_own_status_by_its_name(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    save(ready, **{"stage:E": "DRAFT", "old_status:part": "E"})
    kept, file = saved_mapping(app), exported(ready)
    assert text(take_in(ready, file).text).count("is gone") == 0
    # Of another portal, where the letter is another's: what has the name is meant.
    for row in file["stages"]:
        row["id"] = {"E": "Q"}.get(row["id"], row["id"])
    for row in file["old_statuses"]:
        row["stage"] = {"E": "H"}.get(row["stage"], row["stage"])
    answer = take_in(ready, file)
    form = {s.get("name"): [o.get("value") for o in s.iter("option") if o.get("selected") is not None]
            for s in parsed(answer.text).iter("select")}  # fmt: skip
    assert form["old_status:part"] == ["E"]
    assert form["stage:E"] == [kept["stages"]["E"]]


@on_old
def test_the_check_counts_the_old_invoices_by_their_statuses(ready: Person, vendors: Vendors) -> None:
    vendors.new_old_invoice()
    found = ready.client.post("/setup/check", data=fields(ready)).text
    assert "Nothing is written" in text(found)
    lately = {e.get("id"): "".join(e.itertext()) for e in parsed(found).iter("span") if "lately" in (e.get("id") or "")}
    assert int(lately["lately-S"]) >= 1


@on_old
def test_the_order_without_a_sound_place_for_p_is_told(ready: Person, vendors: Vendors, app: Flask) -> None:
    vendors.control("bitrix24/old-status", code="P", sort=190)
    assert "Paid (P) has to stand before Declined (D)" in text(ready.client.get("/setup").text)


# -- places -----------------------------------------------------------------------------------------------------------


@on_old
def test_the_list_of_old_invoices_gets_its_entry(frame: Frame, vendors: Vendors) -> None:  # noqa: F811
    installed = frame.open(path="/bitrix24/install")
    assert placements(vendors) == {"LEFT_MENU", "CRM_INVOICE_LIST_MENU"}
    assert "List of old invoices" in text(installed.text)


def test_a_portal_without_old_invoices_is_not_told_of_them(frame: Frame) -> None:  # noqa: F811
    assert "List of old invoices" not in text(frame.open(path="/bitrix24/install").text)


@on_old_and_both
def test_opened_at_an_old_invoice_it_leads_to_that_one(frame: Frame) -> None:  # noqa: F811
    opened = frame.open(placement="CRM_INVOICE_LIST_MENU", options={"ID": "128"})
    assert holder(opened)["data-open"] == "/invoices/old-128/card"
