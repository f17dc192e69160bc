"""The organisation's day: where its books are kept, not where the server stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_python.accounting.models.time_zone import TimeZone

from b24xero.domain.books import Books
from b24xero.domain.days import day_of, is_known
from b24xero.domain.set_up import SetUp, gaps

# 02:45 on the 29th in Auckland.
NIGHT_IN_AUCKLAND = datetime(2026, 9, 28, 13, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("NEWZEALANDSTANDARDTIME", date(2026, 9, 29)),
        ("AUSEASTERNSTANDARDTIME", date(2026, 9, 28)),
        ("GMTSTANDARDTIME", date(2026, 9, 28)),
        ("UTC", date(2026, 9, 28)),
        ("UTC+13", date(2026, 9, 29)),
        ("LINEISLANDSSTANDARDTIME", date(2026, 9, 29)),
    ],
)
def test_the_day_is_the_one_where_the_books_are_kept(zone: str, day: date) -> None:
    assert day_of(NIGHT_IN_AUCKLAND, zone) == Books(time_zone=zone).day(NIGHT_IN_AUCKLAND) == day


def test_west_of_greenwich_the_evening_is_still_the_day() -> None:
    evening = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
    assert day_of(evening, "EASTERNSTANDARDTIME") == date(2026, 9, 28)
    assert day_of(evening, "UTC11") == date(2026, 9, 28)
    assert day_of(datetime(2026, 9, 29, 11, 30, tzinfo=UTC), "UTC11") == date(2026, 9, 29)


def test_daylight_saving_is_the_places_own() -> None:
    # Auckland is 12 hours ahead until 27 September 2026, 2:00, and 13 from then on.
    assert day_of(datetime(2026, 9, 26, 11, 30, tzinfo=UTC), "NEWZEALANDSTANDARDTIME") == date(2026, 9, 26)
    assert day_of(datetime(2026, 9, 28, 11, 30, tzinfo=UTC), "NEWZEALANDSTANDARDTIME") == date(2026, 9, 29)


@pytest.mark.parametrize("zone", [zone.value for zone in TimeZone])
def test_every_zone_that_xero_names_is_known(zone: str) -> None:
    assert is_known(zone)


@given(moment=st.datetimes(timezones=st.just(UTC)), zone=st.sampled_from([zone.value for zone in TimeZone]))
def test_no_zone_is_more_than_a_day_away(moment: datetime, zone: str) -> None:
    if date.min + timedelta(days=2) < moment.date() < date.max - timedelta(days=2):
        assert abs(day_of(moment, zone) - moment.date()) <= timedelta(days=1)


def test_an_unknown_zone_goes_by_utc_and_is_said() -> None:
    assert day_of(NIGHT_IN_AUCKLAND, "MARSSTANDARDTIME") == date(2026, 9, 28)
    found = gaps(SetUp(), (), (), Books(time_zone="MARSSTANDARDTIME"))
    assert [(gap.code, gap.values) for gap in found] == [("time_zone_unknown", {"zone": "MARSSTANDARDTIME"})]
    assert gaps(SetUp(), (), (), Books(time_zone="NEWZEALANDSTANDARDTIME")) == ()
