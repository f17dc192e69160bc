"""Calls that do not wait for each other: they count as the request's own, fail in their order, and outlive nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from b24xero.db.models import User
from b24xero.errors import RetryLater, problem
from b24xero.extensions import db
from b24xero.outbound import counts, odd_rows
from b24xero.ratelimit import deadlines, side_by_side
from b24xero.ratelimit.deadlines import start_counting, stop_counting, upstream, waited


@pytest.fixture(autouse=True)
def _no_request() -> Iterator[None]:
    stop_counting()
    yield
    stop_counting()


def meeting(many: int) -> Callable[[], bool]:
    """A call that is answered as soon as so many of them are on their way at the same time."""
    there = threading.Barrier(many, timeout=60)

    def call() -> bool:
        with upstream():
            return there.wait() >= 0

    return call


def refused(code: str) -> Callable[[], None]:
    def call() -> None:
        raise RetryLater(problem(code), 1)

    return call


def test_all_are_on_their_way_at_once_and_answer_in_their_order() -> None:
    together = meeting(3)
    assert side_by_side.ask(lambda: (together(), 1), lambda: (together(), 2), lambda: (together(), 3)) == [
        (True, 1), (True, 2), (True, 3),
    ]  # fmt: skip


def test_what_is_waited_for_at_the_same_time_counts_once() -> None:
    start_counting()
    began, ended = threading.Barrier(3, timeout=60), threading.Barrier(3, timeout=60)

    def call() -> None:
        with upstream():
            began.wait()
            deadlines.time.sleep(0.05)
            ended.wait()

    before = time.monotonic()
    side_by_side.ask(call, call, call)
    assert 0.05 <= waited() <= time.monotonic() - before  # three times as long, were each counted


def test_they_take_the_one_place_of_their_request() -> None:
    taken: list[str] = []

    def take() -> Callable[[], None]:
        taken.append("taken")
        return lambda: taken.append("given back")

    start_counting(take)
    together = meeting(4)
    side_by_side.ask(together, together, together, together)
    stop_counting()
    assert taken == ["taken", "given back"]


def test_their_calls_and_their_odd_rows_are_the_requests_own() -> None:
    counts.start_counting()
    odd_rows.start_counting()

    def call() -> None:
        with counts.counting("xero", "get_accounts"):
            odd_rows.note("xero", ["Code is a list (row 7)"])

    side_by_side.ask(call, call)
    assert (counts.made(), odd_rows.counted()) == (2, {"xero": 2})


def test_of_several_that_fail_the_first_in_order_is_told_after_all_have_ended() -> None:
    ended = threading.Event()

    def slow() -> None:
        deadlines.time.sleep(0.05)
        ended.set()

    with pytest.raises(RetryLater) as told:
        side_by_side.ask(slow, refused("xero_down"), refused("xero_busy"))
    assert (told.value.problems[0].code, ended.is_set()) == ("xero_down", True)


def test_one_that_nobody_asks_for_any_more_is_still_waited_for() -> None:
    ended = threading.Event()

    def slow() -> None:
        deadlines.time.sleep(0.05)
        ended.set()

    with pytest.raises(RetryLater), side_by_side.begun(slow):
        raise RetryLater(problem("bitrix24_down"), 1)
    assert ended.is_set()


def test_each_has_a_session_of_its_own(app: Flask) -> None:
    with app.app_context():
        db.session.add(User(id=1))
        sessions = side_by_side.ask(lambda: db.session(), lambda: db.session())
        here = db.session()
        assert len({id(session) for session in (*sessions, here)}) == 3
        assert len(here.new) == 1
