"""How long we waited for vendors, and the pace that keeps us under their limits."""

from __future__ import annotations

import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from b24xero.timing import Pace, start_counting, upstream, waited


def passes(pace: Pace, arrivals: list[int]) -> list[int]:
    """When callers that come at these ticks get through, one after the other, each waiting as long as it is told."""
    through: list[int] = []
    now = 0
    for arrival in sorted(arrivals):
        now = max(now, arrival)
        while wait := pace.wait_needed(now):
            assert wait > 0
            now += int(wait)
        through.append(now)
    return through


@settings(max_examples=300, deadline=None, database=None)
@given(st.integers(1, 6), st.integers(1, 50), st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_no_window_ever_sees_more_than_the_limit(calls: int, window: int, arrivals: list[int]) -> None:
    through = passes(Pace(calls, window), arrivals)
    for first, too_many in zip(through, through[calls:], strict=False):
        assert too_many - first >= window


@settings(max_examples=300, deadline=None, database=None)
@given(st.integers(1, 6), st.integers(1, 50), st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_nobody_waits_longer_than_the_limit_asks(calls: int, window: int, arrivals: list[int]) -> None:
    through = passes(Pace(calls, window), arrivals)
    for n, (arrival, passed) in enumerate(zip(sorted(arrivals), through, strict=True)):
        before = through[n - 1] if n else 0
        freed = through[n - calls] + window if n >= calls else 0
        assert passed == max(arrival, before, freed)


@settings(max_examples=500, deadline=None, database=None)
@given(
    st.sampled_from([20.0, 60.0, 1.0]),
    st.floats(0, 1e6, allow_nan=False),
    st.lists(st.sampled_from([0.0, 1e-9, 0.1, 7.0, 20.0, 60.0]), max_size=30),
)
@example(20.0, 0.7, [20.0, 0.0, 0.0])
def test_seconds_with_fractions_let_nobody_slip_through(window: float, start: float, pauses: list[float]) -> None:
    """Real clocks tick in fractions, where begin + window - now may round to nought a hair too early."""
    pace, now, through = Pace(2, window), start, list[float]()
    for pause in [0.0, *pauses]:
        now += pause
        wait = pace.wait_needed(now)
        assert wait >= 0
        if not wait:
            through.append(now)
    for first, too_many in zip(through, through[2:], strict=False):
        assert too_many - first >= window * (1 - 1e-9)


def test_the_first_calls_pass_at_once_and_the_next_is_told_how_long() -> None:
    pace = Pace(2, 20)
    assert [pace.wait_needed(100), pace.wait_needed(105), pace.wait_needed(110)] == [0, 0, 10]


def test_asking_again_while_waiting_takes_no_place() -> None:
    pace = Pace(1, 20)
    assert pace.wait_needed(100) == 0
    assert [pace.wait_needed(now) for now in (101, 110, 119)] == [19, 10, 1]
    assert pace.wait_needed(120) == 0
    assert pace.wait_needed(121) == 19


def test_nought_calls_mean_no_limit() -> None:
    pace = Pace(0, 20)
    assert [pace.wait_needed(100) for _ in range(500)] == [0] * 500


@pytest.mark.parametrize("calls", [0.4, 0.9])
def test_less_than_one_call_a_window_is_slow_and_not_without_limit(calls: float) -> None:
    """BITRIX24_RATE=0.02 asks for a call every 50 seconds, and gets 0.4 calls in a window of 20."""
    pace = Pace(calls, 20)
    assert [pace.wait_needed(100) > 0 for _ in range(3)] == [False, True, True]


def test_callers_at_the_same_moment_share_the_places() -> None:
    pace, gate = Pace(5, 20), threading.Barrier(20)
    answers: list[float] = []

    def call() -> None:
        gate.wait()
        answers.append(pace.wait_needed(100))

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0.0] * 5 + [20.0] * 15


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
