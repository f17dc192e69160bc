"""Moments stand on the reader's clock; business dates are plain days, wherever somebody reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from b24xero.web.common import formats, moments, zone
from tests.people import Person, parsed, text
from tests.web.test_runs import an_entry

LATE = datetime(2026, 3, 20, 22, 30, 5, tzinfo=UTC)
AUCKLAND, NEW_YORK = "Pacific/Auckland", "America/New_York"


def read_in(app: Flask, cookie: str = "", header: str = "") -> tuple[str, str]:
    """Moment and clock, as a page says them to this browser."""
    headers = {"Cookie": f"zone={cookie}"} if cookie else {}
    headers |= {zone.HEADER: header} if header else {}
    with app.test_request_context(headers=headers):
        return moments.moment(LATE), formats.clock(moments.here(LATE))


def test_a_moment_stands_on_the_clock_of_who_reads_it(app: Flask) -> None:
    assert read_in(app, cookie=AUCKLAND) == ("21 Mar 2026, 11:30:05", "11:30:05")
    assert read_in(app, cookie=NEW_YORK) == ("20 Mar 2026, 18:30:05", "18:30:05")
    assert read_in(app, cookie=NEW_YORK, header=AUCKLAND)[0] == "21 Mar 2026, 11:30:05", "a frame has no cookie"


@pytest.mark.parametrize(
    "told", ["", "Nowhere/Town", "../../etc/passwd", "America", "/etc/localtime", "a" * 500, "É/É"]
)
def test_a_zone_that_is_none_is_the_machines(app: Flask, told: str) -> None:
    here = LATE.astimezone()
    assert zone._known(told) is None
    assert read_in(app, header=told.encode().decode("latin-1"))[1] == f"{here:%H:%M:%S}"


def test_where_nobody_reads_it_is_the_machines() -> None:
    assert zone.here(LATE).utcoffset() == LATE.astimezone().utcoffset()


def test_activity_stands_under_the_day_of_who_reads_it(ready: Person, app: Flask) -> None:
    an_entry(app, kind="push", outcome="created", at=LATE)
    for name, day, clock in ((AUCKLAND, "21 Mar 2026", "11:30:05"), (NEW_YORK, "20 Mar 2026", "18:30:05")):
        ready.client.set_cookie("zone", name)
        page = ready.client.get("/activity").text
        assert day in text(page)
        assert clock in [found.text for found in parsed(page).iter("time")]


def test_a_business_date_is_the_same_day_everywhere(ready: Person, app: Flask) -> None:
    for name in (AUCKLAND, NEW_YORK):
        with app.test_request_context(headers={zone.HEADER: name}):
            assert formats.day(LATE.date()) == "20 Mar 2026"
    lists = []
    for name in (AUCKLAND, NEW_YORK):
        ready.client.set_cookie("zone", name)
        lists.append([found.get("datetime") for found in parsed(ready.list().text).iter("time")])
    assert lists[0] == lists[1] != []


def test_the_page_tells_its_scripts_how_its_cookies_are_named(ready: Person) -> None:
    body = parsed(ready.client.get("/invoices").text).find("body")
    assert (body.get("data-cookies"), body.get("data-path")) == ("", "/")
