"""How long a request has waited for vendors, and how long it still may."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from b24xero.ratelimit import deadlines
from b24xero.ratelimit.deadlines import start_counting, stop_counting, upstream, waited


@pytest.fixture(autouse=True)
def _no_request() -> Iterator[None]:
    stop_counting()
    yield
    stop_counting()


# -- counting ---------------------------------------------------------------------------------------------------------


def test_waiting_is_counted_a_request_even_when_a_call_fails() -> None:
    start_counting()
    with upstream():
        pass
    once = waited()
    with pytest.raises(TimeoutError), upstream():
        raise TimeoutError
    assert 0 < once < waited()


def test_a_new_count_begins_at_nought() -> None:
    start_counting()
    with upstream():
        pass
    start_counting()
    assert waited() == 0


def test_where_nobody_counts_nothing_is_kept() -> None:
    seen: list[float] = []

    def elsewhere() -> None:
        with upstream():
            pass
        seen.append(waited())

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [0]


# -- the time of a request --------------------------------------------------------------------------------------------


def test_a_request_has_its_time_and_a_run_has_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deadlines.time_left() == float("inf")
    start_counting()
    assert 24 < deadlines.time_left() <= 25
    monkeypatch.setattr(deadlines, "LONGEST_REQUEST", 0.0)
    start_counting()
    assert deadlines.time_left() == 0
    stop_counting()
    assert deadlines.time_left() == float("inf")


def test_a_pause_is_short_and_leaves_time_for_the_call_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [deadlines.may_pause(seconds) for seconds in (5, 5.1)] == [True, False]
    monkeypatch.setattr(deadlines, "LONGEST_REQUEST", 6.0)
    start_counting()
    assert [deadlines.may_pause(seconds) for seconds in (2.9, 3.1)] == [True, False]


def test_a_read_waits_no_longer_than_the_request_has_and_is_always_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deadlines.fitting((5, 60)) == (5, 60)
    monkeypatch.setattr(deadlines, "LONGEST_REQUEST", 8.0)
    start_counting()
    connect, wait = deadlines.fitting((5, 60))
    assert connect == 5
    assert 7 < wait <= 8
    monkeypatch.setattr(deadlines, "LONGEST_REQUEST", 0.0)
    start_counting()
    assert deadlines.fitting((5, 60)) == (2, 2)


def test_a_pause_counts_as_time_of_the_vendor() -> None:
    start_counting()
    deadlines.pause(0.01)
    assert waited() >= 0.01
