"""The second try of a write: what is not known of the first stays unknown, whatever the second is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from b24xero.errors import Disconnected, Forbidden, JobError, NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.writes.sending import twice

UNCLEAR = OutcomeUnknown(problem("xero_unclear"))


def answers(*told: JobError | str) -> Callable[[], str]:
    left = list(told)

    def call() -> str:
        said = left.pop(0)
        if isinstance(said, JobError):
            raise said
        return said

    return call


def test_an_answer_is_an_answer_and_an_unclear_one_is_asked_for_again() -> None:
    assert twice(answers("written")) == "written"
    assert twice(answers(UNCLEAR, "written")) == "written"


@pytest.mark.parametrize(
    "second", [UNCLEAR, RetryLater(problem("xero_busy", seconds=2)), Disconnected("xero"), Forbidden()], ids=repr
)
def test_a_second_try_that_was_not_carried_out_says_nothing_of_the_first(second: JobError) -> None:
    with pytest.raises(OutcomeUnknown):
        twice(answers(UNCLEAR, second))


@pytest.mark.parametrize("second", [Rejected(), NotFound()], ids=repr)
def test_a_refusal_under_the_same_key_is_the_word_on_both(second: JobError) -> None:
    with pytest.raises(type(second)):
        twice(answers(UNCLEAR, second))


@pytest.mark.parametrize("first", [RetryLater(problem("xero_busy", seconds=2)), Rejected(), Disconnected("xero")])
def test_what_is_certain_at_once_is_not_tried_again(first: JobError) -> None:
    with pytest.raises(type(first)):
        twice(answers(first, "never asked"))
