"""The chaos of ``run.py bench chaos`` in small: calls fail, workers are killed, nothing is doubled or lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import invoices, payments
from bench.chaos import Course, Pulls, Pushes, Storm, weather
from bench.place import DATABASES, Place, admin, colleagues, place
from bench.verdict import of_pull, of_push, said

pytestmark = pytest.mark.slow

COUNT = 150
STORM = Storm(rate=0.2, every=(2.0, 4.0), kills=4, seed=5, minutes=5)


@pytest.fixture(params=DATABASES)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with place(request.param, tmp_path) as here:
        yield here


def told(here: Place, course: Course) -> str:
    """What to know when it went wrong."""
    return f"{course}\n{(here.folder / 'workers.log').read_text()[-3000:]}"


def test_what_is_pushed_and_pulled_in_a_storm_is_there_once_and_explained(here: Place) -> None:
    mere = admin(here, **payments.SET_UP)
    everyone = [mere, *colleagues(here)]
    share = invoices.write(here, COUNT)
    ids = [id for own in share.values() for id in own]
    course = weather(here, STORM, lambda c: [Pushes(here, one, c, share[one.name]) for one in everyone])
    assert of_push(here, ids).wrong == {}, told(here, course)
    assert course.kills > 0
    assert sum(course.hits.values()) > 0
    stages = payments.receive(here, ids)
    course = weather(here, STORM, lambda c: [Pulls(here, mere, c)])
    assert of_pull(here, stages).wrong == {}, told(here, course)


def test_old_invoices_come_through_a_storm_as_well(tmp_path: Path) -> None:
    """Each in its status, none moved twice, none changed otherwise."""
    with place("sqlite", tmp_path, "old") as here:
        mere = admin(here, **payments.OLD_SET_UP)
        ids = [id for own in invoices.write(here, COUNT // 2).values() for id in own]
        course = weather(here, STORM, lambda c: [Pushes(here, mere, c, ids)])
        assert of_push(here, ids).wrong == {}, told(here, course)
        stages = payments.receive(here, ids)
        before = {id: said(here, id) for id in stages}
        course = weather(here, replace(STORM, rate=0.4), lambda c: [Pulls(here, mere, c)])
        assert of_pull(here, stages, before).wrong == {}, told(here, course)
        assert sum(course.hits.values()) > 0


@pytest.mark.parametrize("here", ["sqlite"], indirect=True)
def test_what_is_doubled_lost_or_wrong_would_be_seen(here: Place) -> None:
    """The verdict itself: an invoice made twice, one left out, one with another total, one moved twice."""
    mere = admin(here, **payments.SET_UP)
    doubled, lost, wrong, right = invoices.write(here, 16)["Mere Tautahi"]
    for id in (doubled, wrong, right):
        assert mere.press(id).status_code == 200
    made = next(i for i in here.control("xero/invoices") if str(i.get("Url", "")).endswith(f"/{doubled}/"))
    row = {"Description": "Hour", "Quantity": 1, "UnitAmount": 1, "AccountCode": "200"}
    again = {"InvoiceNumber": "AGAIN", "Url": made["Url"], "Contact": {"ContactID": made["Contact"]["ContactID"]}}
    here.control("xero/invoices/add", set={**again, "LineItems": [row], "Date": "2026-11-20"})
    here.control("bitrix24/edit", id=wrong, fields={"isManualOpportunity": "Y", "opportunity": 1})
    verdict = of_push(here, [doubled, lost, wrong, right])
    assert verdict.figures == {
        "invoices in Xero": 4, "doubles": 1, "lost": 1, "wrong totals": 1, "doubled contacts": 0,
        "unexplained entries": 1,
    }  # fmt: skip
    for stage in ("P", "S", "P"):
        here.control("bitrix24/move", id=right, stage=stage)
    found = of_pull(here, {right: payments.PAID, lost: payments.PAID})
    assert found.figures == {
        "in their stage": 1, "in another stage": 1, "moved twice": 1, "unexplained entries": 2
    }  # fmt: skip
