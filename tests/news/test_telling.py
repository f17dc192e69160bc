"""What waits for somebody is told to the responsible in Bitrix24, at most once an hour, where that was chosen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import ROWS, Vendors
from tests.news.test_automatic import carry_on, later, sync_of
from tests.people import Person, text
from tests.pull.test_job import SENT

TOM, ANAHERA = 7, 12


@pytest.fixture
def telling(ready: Person, vendors: Vendors, app: Flask) -> Person:
    """The administrator who turned it on, in a portal where it may be done."""
    vendors.control("bitrix24/settings", also_granted="im")
    ready.give_service_login()
    ready.turn_on(stage=[SENT], tells="on")
    carry_on(app)
    return ready


def refused(vendors: Vendors, responsible: int, **values: Any) -> int:
    """An invoice without rows, which no press would send."""
    return vendors.new_invoice(stageId=SENT, rows=[], assignedById=responsible, **values)


def notices(vendors: Vendors) -> dict[int, str]:
    return {one["user_id"]: one["message"] for one in vendors.control("bitrix24/notices")}


def test_each_is_told_of_their_own_in_one_notice(telling: Person, vendors: Vendors, app: Flask) -> None:
    mine = [vendors.invoice(refused(vendors, TOM))["item"]["accountNumber"] for _ in range(2)]
    other = vendors.invoice(refused(vendors, ANAHERA))["item"]["accountNumber"]
    carry_on(app, later(minutes=3))
    carry_on(app, later(minutes=3))
    told = notices(vendors)
    assert set(told) == {TOM, ANAHERA}
    assert told[TOM].startswith("2 invoices of yours wait for an answer before they go to Xero: ")
    assert all(number in told[TOM] for number in mine)
    assert other not in told[TOM]
    assert "[URL=http://localhost/invoices?view=todo]" in told[TOM]


def test_nobody_is_told_twice_in_an_hour_nor_of_the_same_again(telling: Person, vendors: Vendors, app: Flask) -> None:
    refused(vendors, TOM)
    for minutes in (3, 4):
        carry_on(app, later(minutes=minutes))
    first = vendors.control("bitrix24/notices")
    refused(vendors, TOM)
    for minutes in (7, 8, 55):
        carry_on(app, later(minutes=minutes))
    assert vendors.control("bitrix24/notices") == first
    carry_on(app, later(minutes=66))
    (second,) = vendors.control("bitrix24/notices")
    assert second["id"] != first[0]["id"]
    assert second["message"].startswith("1 invoice of yours")
    carry_on(app, later(minutes=180))
    assert vendors.control("bitrix24/notices") == [second]


def test_what_was_settled_in_the_meantime_is_not_told(telling: Person, vendors: Vendors, app: Flask) -> None:
    refused(vendors, ANAHERA)
    for minutes in (3, 4):
        carry_on(app, later(minutes=minutes))
    id = refused(vendors, TOM)
    carry_on(app, later(minutes=7))
    vendors.control("bitrix24/rows", id=id, rows=ROWS)
    (run,) = carry_on(app, later(minutes=10))
    assert run.counts["created"] == 1
    carry_on(app, later(minutes=70))
    assert set(notices(vendors)) == {ANAHERA}


def test_a_portal_that_does_not_answer_is_asked_again_an_hour_later(
    telling: Person, vendors: Vendors, app: Flask
) -> None:
    refused(vendors, TOM)
    (run,) = carry_on(app, later(minutes=3))
    assert run.counts == {"rejected": 1}
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=503, body="{}", times=20)
    carry_on(app, later(minutes=4))
    vendors.control("faults/clear")
    carry_on(app, later(minutes=10))
    assert notices(vendors) == {}
    carry_on(app, later(minutes=70))
    assert set(notices(vendors)) == {TOM}


def test_without_the_scope_nobody_is_told_and_the_page_says_why(telling: Person, vendors: Vendors, app: Flask) -> None:
    vendors.control("bitrix24/settings", also_granted="")
    refused(vendors, TOM)
    for minutes in (3, 4):
        carry_on(app, later(minutes=minutes))
    assert notices(vendors) == {}
    assert "lacks the scope im" in text(telling.client.get("/automatic").text)


def test_it_is_off_unless_it_was_chosen(telling: Person, vendors: Vendors, app: Flask) -> None:
    telling.turn_on(stage=[SENT])
    assert not sync_of(app).tells
    refused(vendors, TOM)
    for minutes in (3, 4):
        carry_on(app, later(minutes=minutes))
    assert notices(vendors) == {}
    telling.turn_on(stage=[SENT], tells="on")
    carry_on(app, later(minutes=8))
    assert notices(vendors) == {}, "what waited already is no news"


@pytest.mark.parametrize("which_invoices", ["old"])
def test_so_it_is_with_old_invoices(telling: Person, vendors: Vendors, app: Flask) -> None:
    telling.turn_on(stage=["S"], tells="on")
    carry_on(app)
    vendors.new_old_invoice(RESPONSIBLE_ID=TOM, UF_COMPANY_ID=0, UF_CONTACT_ID=0)
    for minutes in (3, 4):
        carry_on(app, later(minutes=minutes))
    assert set(notices(vendors)) == {TOM}
