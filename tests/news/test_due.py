"""When automatic sync looks: what was heard is looked at once, an idle day is cheap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from b24xero.news.due import (
    BITRIX24_EVERY,
    LIVELY_EVERY,
    NIGHT_EVERY,
    TOLD_BITRIX24_EVERY,
    TOLD_EVERY,
    Calls,
    Looked,
    bitrix24_next,
    spared,
    xero_next,
)

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def looks_of_a_day(*, is_told: bool, found_at: datetime | None = None) -> int:
    """How often Xero is asked from midnight to midnight, looked at every second as a worker does."""
    now, looked, looks = NOON.replace(hour=0), Looked(None), 0
    while now < NOON.replace(hour=0) + timedelta(days=1):
        if xero_next(looked, now, is_told=is_told, at_office=now) <= now:
            looked, looks = Looked(now, found_at=found_at), looks + 1
        now += timedelta(seconds=20)
    return looks


def test_an_idle_day_costs_fewer_than_a_hundred_looks_and_ten_where_xero_tells() -> None:
    assert looks_of_a_day(is_told=False) <= 75
    assert looks_of_a_day(is_told=True) <= 8


def test_what_was_not_heard_is_asked_after_within_minutes_and_not_each_time_at_once() -> None:
    asked = NOON - timedelta(seconds=1)
    assert xero_next(Looked(asked, has_gap=True), NOON, is_told=True, at_office=NOON) == asked + LIVELY_EVERY


def test_looks_leave_half_of_the_days_calls_to_people_and_their_runs() -> None:
    asked = NOON
    assert spared(asked, Calls(5000, 2501, 3600)) is None
    assert spared(asked, Calls(5000, 1000, 3600)) == asked + timedelta(seconds=3600 / 500)
    assert spared(asked, Calls(1000, 0, 40_000)) == asked + NIGHT_EVERY
    assert spared(None, Calls(1000, 0, 40_000)) is None


def test_bitrix24_is_asked_seconds_after_it_told_and_minutes_where_it_did_not() -> None:
    assert bitrix24_next(NOON, NOON, has_news=True) == NOON + TOLD_BITRIX24_EVERY
    assert bitrix24_next(NOON, NOON) == NOON + BITRIX24_EVERY


def test_what_was_heard_since_the_last_look_is_looked_at_at_once() -> None:
    asked = NOON - timedelta(seconds=1)
    assert xero_next(Looked(asked, has_news=True), NOON, is_told=True, at_office=NOON) == NOON
    assert xero_next(Looked(asked), NOON, is_told=True, at_office=NOON) == asked + TOLD_EVERY


def test_a_look_that_lies_ahead_was_dated_by_a_wrong_clock() -> None:
    ahead = NOON + timedelta(hours=1)
    assert xero_next(Looked(ahead), NOON, is_told=True, at_office=NOON) == NOON
    assert bitrix24_next(ahead, NOON) == NOON


def test_after_news_it_looks_more_often_for_half_an_hour() -> None:
    asked = NOON - timedelta(minutes=1)
    lively = Looked(asked, found_at=NOON - timedelta(minutes=29))
    assert xero_next(lively, NOON, is_told=False, at_office=NOON) == asked + LIVELY_EVERY
    calm = Looked(asked, found_at=NOON - timedelta(minutes=30))
    assert xero_next(calm, NOON, is_told=False, at_office=NOON) == asked + timedelta(minutes=15)


@pytest.mark.parametrize(("hour", "minutes"), [(21, 15), (22, 60), (5, 60), (6, 15)])
def test_night_is_where_the_books_are_kept(hour: int, minutes: int) -> None:
    office = NOON.replace(hour=hour)
    assert xero_next(Looked(NOON), NOON, is_told=False, at_office=office) == NOON + timedelta(minutes=minutes)


def test_bitrix24_is_asked_every_two_minutes() -> None:
    assert bitrix24_next(None, NOON) == NOON
    assert bitrix24_next(NOON, NOON) == NOON + timedelta(minutes=2)
