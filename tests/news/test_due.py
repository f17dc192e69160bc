"""When automatic sync looks: what was heard is looked at once, an idle day is cheap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from b24xero.news.due import LIVELY_EVERY, TOLD_EVERY, Looked, bitrix24_next, xero_next

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
