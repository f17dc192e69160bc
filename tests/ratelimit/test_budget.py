"""The arithmetic of limits: what may leave when, what is kept for presses, what the vendors' words change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.ratelimit.budget import DAY, Budget, NotNow, Rules, Said

NOW = 1_790_000_000.0
XERO = Rules(60, 60, together=4, days=(1000, 5000))


def take(
    budget: Budget, now: float = NOW, *, rules: Rules = XERO, run: bool = False, place: str = "", methods: str = ""
) -> NotNow | None:
    return budget.take(rules, now, place or f"call at {now}", run=run, seconds=75, methods=methods.split())


def call(budget: Budget, now: float = NOW, said: Said = Said(), *, run: bool = False) -> NotNow | None:  # noqa: B008
    """One call that is over at once."""
    hindered = take(budget, now, run=run)
    if not hindered:
        budget.end(XERO, now, f"call at {now}", said)
    return hindered


def passes(rules: Rules, arrivals: list[int], lasting: int = 0) -> list[int]:
    """When callers that come at these seconds get through, one after the other, each waiting as long as it is told."""
    budget, through, now = Budget(), list[int](), 0
    for arrival in sorted(arrivals):
        now = max(now, arrival)
        while hindered := budget.take(rules, now, "call", run=False, seconds=75):
            assert hindered.seconds > 0
            now += max(1, int(hindered.seconds))
        through.append(now)
        now += lasting
        budget.end(rules, now, "call", Said())
    return through


@settings(max_examples=200, deadline=None, database=None)
@given(
    st.integers(1, 6), st.integers(1, 50), st.integers(0, 3), st.lists(st.integers(0, 300), min_size=1, max_size=60),
    st.integers(0, 3),
)  # fmt: skip
def test_no_window_ever_sees_more_than_the_limit(
    calls: int, window: int, together: int, arrivals: list[int], lasting: int
) -> None:
    through = passes(Rules(calls, window, together), arrivals, lasting)
    for first, too_many in zip(through, through[calls:], strict=False):
        assert too_many - first >= window


@settings(max_examples=200, deadline=None, database=None)
@given(st.integers(1, 6), st.integers(1, 50), st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_nobody_waits_longer_than_the_limit_asks(calls: int, window: int, arrivals: list[int]) -> None:
    through = passes(Rules(calls, window), arrivals)
    for n, (arrival, passed) in enumerate(zip(sorted(arrivals), through, strict=True)):
        before = through[n - 1] if n else 0
        freed = through[n - calls] + window if n >= calls else 0
        assert passed == max(arrival, before, freed)


def test_a_call_counts_from_its_end_because_only_then_xero_has_surely_counted_it() -> None:
    budget, rules = Budget(), replace(XERO, calls=1)
    assert take(budget, NOW, rules=rules, place="slow") is None
    budget.end(rules, NOW + 30, "slow", Said())
    hindered = take(budget, NOW + 61, rules=rules)
    assert hindered
    assert hindered.seconds == 29


# -- at once ----------------------------------------------------------------------------------------------------------


def test_four_calls_are_under_way_and_the_fifth_waits_for_one_to_end() -> None:
    budget = Budget()
    assert [take(budget, place=f"call {n}") for n in range(4)] == [None] * 4
    assert take(budget)
    budget.end(XERO, NOW, "call 2", Said())
    assert take(budget) is None


def test_the_place_of_a_process_that_was_killed_comes_back_and_its_call_still_counts() -> None:
    budget = Budget()
    for n in range(4):
        take(budget, place=f"killed {n}")
    assert take(budget, NOW + 74)
    assert take(budget, NOW + 75) is None
    assert len(budget.recent) == 4


# -- presses go before runs -------------------------------------------------------------------------------------------


def test_a_run_leaves_places_of_the_minute_and_one_at_once_to_presses() -> None:
    budget = Budget()
    assert [call(budget, run=True) for _ in range(50)] == [None] * 50
    assert call(budget, run=True)
    assert [call(budget) for _ in range(10)] == [None] * 10
    assert call(budget)
    assert [take(at_once := Budget(), place=f"run {n}", run=True) is None for n in range(3)] == [True] * 3
    for n in range(3):
        take(at_once, place=f"run {n}", run=True)
    assert take(at_once, run=True)
    assert take(at_once, place="press") is None


@pytest.mark.parametrize(("plan", "kept"), [(1000, 200), (5000, 1000)])
def test_a_fifth_of_the_day_is_kept_for_presses(plan: int, kept: int) -> None:
    budget = Budget()
    call(budget, said=Said(day_left=plan - 1))
    call(budget, said=Said(day_left=kept + 1))
    assert call(budget, run=True, said=Said(day_left=kept)) is None
    hindered = call(budget, run=True)
    assert hindered
    assert (hindered.why, hindered.seconds, hindered.sure) == ("kept", DAY, True)
    assert call(budget) is None


# -- what the vendor says ---------------------------------------------------------------------------------------------


def test_a_vendor_that_says_that_fewer_are_left_is_believed() -> None:
    budget = Budget()
    call(budget, said=Said(minute_left=2))
    assert [call(budget, NOW + n) is None for n in (1, 2, 3)] == [True, True, False]
    assert call(budget, NOW + 60) is None


def test_a_vendor_that_says_that_more_are_left_changes_nothing() -> None:
    budget = Budget()
    assert sum(call(budget, said=Said(minute_left=60)) is None for _ in range(70)) == 60


@pytest.mark.parametrize("problem", ["minute", "together"])
def test_after_a_refusal_everybody_waits_as_long_as_it_says(problem: str) -> None:
    budget = Budget()
    call(budget, said=Said(refused=problem, seconds=26))
    for run in (False, True):
        hindered = take(budget, NOW + 1, run=run)
        assert hindered
        assert (hindered.why, hindered.seconds) == ("busy", 25)
    assert call(budget, NOW + 26) is None


def test_a_refused_minute_is_over_when_xero_says_so_and_no_later() -> None:
    """The refusal says that none are left, too; that is of a minute that is about to end."""
    budget = Budget()
    call(budget, said=Said(minute_left=0, refused="minute", seconds=26))
    assert call(budget, NOW + 26, said=Said(minute_left=59)) is None


def test_a_press_that_finds_no_place_has_not_asked_xero_about_the_day() -> None:
    budget = Budget()
    call(budget, said=Said(day_left=0, refused="day", seconds=73451))
    budget.closed = NOW + 65
    assert call(budget, NOW + 61)
    assert call(budget, NOW + 66) is None


def test_refusals_that_follow_each_other_double_the_wait() -> None:
    budget, now, waits = Budget(), NOW, []
    for _ in range(7):
        budget.end(Rules(40, 20), now, "", Said(refused="rate"))
        waits.append(round(budget.closed - now))
        now = budget.closed
    assert waits == [1, 2, 4, 8, 16, 32, 32]
    budget.end(Rules(40, 20), now + 60, "", Said(refused="rate"))
    assert round(budget.closed - now - 60) == 1


def test_of_calls_refused_in_the_same_moment_one_lengthens_the_wait() -> None:
    budget = Budget()
    for n in range(5):
        budget.end(Rules(40, 20), NOW + n / 10, "", Said(refused="rate"))
    assert budget.closed - NOW < 2


def test_a_method_that_used_its_time_up_rests_and_the_others_go_on() -> None:
    budget, rules = Budget(), Rules(40, 20)
    budget.end(rules, NOW, "", Said(refused="method", methods=("crm.item.update",), seconds=600))
    hindered = take(budget, NOW + 100, rules=rules, methods="crm.item.list crm.item.update")
    assert hindered
    assert (hindered.why, hindered.seconds) == ("method", 500)
    assert take(budget, NOW + 100, rules=rules, methods="crm.item.list") is None
    assert take(budget, NOW + 600, rules=rules, methods="crm.item.update") is None


# -- the day ----------------------------------------------------------------------------------------------------------


def test_the_first_call_of_a_day_tells_when_it_is_renewed_and_of_which_plan_it_is() -> None:
    budget = Budget()
    call(budget, said=Said(day_left=4999))
    assert (budget.day_left, budget.day_limit, budget.renews) == (4999, 5000, NOW + DAY)
    joined = Budget()
    call(joined, said=Said(day_left=812))
    assert (joined.day_left, joined.day_limit, joined.renews) == (812, 1000, 0)


def test_more_left_than_before_means_that_the_day_was_renewed() -> None:
    budget = Budget()
    call(budget, said=Said(day_left=3100))
    call(budget, NOW + 3600, said=Said(day_left=4999))
    assert (budget.day_left, budget.renews) == (4999, NOW + 3600 + DAY)
    call(budget, NOW + 2 * DAY, said=Said(day_left=999))
    assert (budget.day_left, budget.day_limit) == (999, 5000)


def test_a_smaller_plan_is_seen_at_the_next_renewal() -> None:
    budget = Budget()
    call(budget, said=Said(day_left=4999))
    call(budget, said=Said(day_left=20))
    call(budget, NOW + 3600, said=Said(day_left=990))
    assert budget.day_limit == 1000


def test_answers_that_overtake_each_other_are_no_renewal() -> None:
    budget = Budget()
    for left in (4000, 3997, 3998, 3999):
        call(budget, said=Said(day_left=left))
    assert (budget.day_left, budget.renews) == (3997, 0)


def test_a_day_that_is_used_up_is_over_when_xero_says_so() -> None:
    budget = Budget()
    call(budget, said=Said(day_left=0, refused="day", seconds=73451))
    for run in (False, True):
        hindered = take(budget, NOW + 51, run=run)
        assert hindered
        assert (hindered.why, hindered.seconds, hindered.sure) == ("day", 73400, True)
    assert call(budget, NOW + 73451, run=True, said=Said(day_left=4999)) is None
    assert budget.day_left == 4999


def test_once_a_minute_a_press_asks_xero_itself_whether_the_day_is_still_used_up() -> None:
    """The plan may have been changed meanwhile."""
    budget = Budget()
    call(budget, said=Said(day_left=0, refused="day", seconds=73451))
    assert call(budget, NOW + 59)
    assert call(budget, NOW + 61, said=Said(refused="day", seconds=73390)) is None
    assert call(budget, NOW + 62)
    assert call(budget, NOW + 130, said=Said(day_left=4000)) is None
    assert call(budget, NOW + 131, run=True) is None


def test_where_nobody_said_when_the_day_ends_a_run_looks_again_after_an_hour() -> None:
    budget = Budget()
    call(budget, said=Said(day_left=100))
    hindered = take(budget, NOW + 600, run=True)
    assert hindered
    assert (hindered.why, hindered.seconds, hindered.sure) == ("kept", 3000, False)
    assert call(budget, NOW + 3600, run=True, said=Said(day_left=99)) is None
    assert take(budget, NOW + 3601, run=True)


def test_what_was_heard_a_day_ago_is_forgotten() -> None:
    budget = Budget()
    call(budget, said=Said(day_left=0))
    assert call(budget, NOW + DAY, run=True) is None
    assert budget.day_left is None


# -- Bitrix24's bucket ------------------------------------------------------------------------------------------------

BUCKET = Rules(50, 0, drains=2)


def fill(budget: Budget, now: float, *, run: bool = False, most: int = 100, rules: Rules = BUCKET) -> int:
    """How many calls leave in one moment."""
    return sum(take(budget, now, rules=rules, run=run) is None for _ in range(most))


def test_a_burst_is_as_large_as_the_portals_bucket_and_then_two_a_second_leave() -> None:
    budget = Budget()
    assert fill(budget, NOW) == 50
    hindered = take(budget, NOW, rules=BUCKET)
    assert hindered
    assert (hindered.seconds, hindered.why, hindered.ours) == (0.5, "busy", True)
    assert fill(budget, NOW + 0.5) == 1
    assert fill(budget, NOW + 10.5) == 20


def test_calls_that_arrive_closer_together_than_they_left_still_fit() -> None:
    assert fill(Budget(), NOW, rules=replace(BUCKET, slack=2)) == 48
    assert fill(Budget(), NOW, rules=replace(BUCKET, slack=2), run=True) == 42


def test_an_empty_bucket_never_holds_more_than_it_can() -> None:
    budget = Budget()
    assert fill(budget, NOW) == 50
    assert fill(budget, NOW + 86_400) == 50


def test_a_run_leaves_a_sixth_of_the_bucket_to_presses() -> None:
    budget = Budget()
    assert fill(budget, NOW, run=True) == 42
    assert fill(budget, NOW) == 8


def test_what_the_vendor_refused_is_not_our_limit() -> None:
    budget = Budget()
    budget.end(BUCKET, NOW, "", Said(refused="rate"))
    hindered = take(budget, NOW, rules=BUCKET)
    assert hindered
    assert not hindered.ours


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(st.floats(0, 120), min_size=1, max_size=300), st.sampled_from((0.5, 2.0, 5.0)))
def test_what_leaves_by_our_bucket_fits_into_the_vendors(moments: list[float], drains: float) -> None:
    ours, theirs, at = Budget(), 0.0, NOW
    rules = Rules(int(25 * drains), 0, drains=drains)
    for moment in sorted(moments):
        now = NOW + moment
        if ours.take(rules, now, "call", run=False, seconds=75) is None:
            theirs = max(0.0, theirs - (now - at) * drains) + 1
            at = now
            assert theirs <= 25 * drains + 1e-6
