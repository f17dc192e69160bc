"""How automatic sync goes, in figures: on its page and on Health."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from b24xero import hour_counts
from b24xero.db.models import AutomaticSync, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.news import hearing
from b24xero.pull import paid_delays
from tests.conftest import Vendors, on_both
from tests.news.test_automatic import automatic, carry_on, environ
from tests.people import Person, text

__all__ = ["automatic", "environ"]


def test_both_pages_tell_what_it_cost_and_how_soon_it_showed(automatic: Person, app: Flask) -> None:
    carry_on(app)
    with app.app_context(), writing():
        sync = db.session.query(AutomaticSync).one()
        took = [timedelta(seconds=seconds) for seconds in (2, 4, 8, 8, 100)]
        paid_delays.count_by_hour(sync.organisation_id, took, utc_now() - timedelta(days=6))
        paid_delays.count_by_hour(sync.organisation_id, [timedelta(days=30)], utc_now() - timedelta(days=9))
        hour_counts.add(sync.organisation_id, {hearing.SUPPLIER: 2, hearing.UNKNOWN: 1}, utc_now())
    for address in ("/automatic", "/health"):
        page = text(automatic.client.get(address).text)
        assert "10 seconds for half of them, 2 minutes for 95 of 100; the last 7 days" in page, address
        assert re.search(r"Calls of Xero in 24 hours\s*\d+ and \d+ of Bitrix24", page)
        assert "suppliers’ documents: 2; of a kind that is not known: 1" in page


def test_health_is_silent_while_it_is_off(ready: Person) -> None:
    assert "Xero was asked" not in text(ready.client.get("/health").text)


@pytest.mark.parametrize(("share", "bound"), [(0.5, 10), (0.75, 60), (0.95, 0)])
def test_the_bound_within_which_so_many_were_shown(share: float, bound: int) -> None:
    counts = {"shown within 10": 2, "shown within 60": 1, "shown within 0": 1, "calls xero": 99}
    assert paid_delays.within(counts, share) == bound


def test_of_none_there_is_no_bound() -> None:
    assert paid_delays.within({"calls xero": 99}, 0.5) is None


@on_both
def test_what_is_counted_by_the_hour_is_forgotten_after_a_week(automatic: Person, vendors: Vendors, app: Flask) -> None:
    with app.app_context():
        organisation_id = db.session.query(AutomaticSync).one().organisation_id
        now = utc_now()
        for hours in (0, 0, 30, 24 * 9):
            with writing():
                hour_counts.add(organisation_id, {"calls xero": 1}, now - timedelta(hours=hours))
        assert hour_counts.since(organisation_id, now - timedelta(days=1)) == {"calls xero": 2}
        assert hour_counts.forget_old(now) == 1
        assert hour_counts.since(organisation_id, now - timedelta(days=30)) == {"calls xero": 3}
