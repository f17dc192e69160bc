"""The call of a remote write: only what certainly did not happen is refused; whatever nobody foresaw is unclear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from b24xero.db.models import Intent, Organisation, User, utc_now
from b24xero.errors import Disconnected, Forbidden, JobError, NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.writes import claims, intents, request_writes, sending
from b24xero.writes.intents import Write
from b24xero.writes.sending import BrokeOff
from tests.conftest import on_both

UNCLEAR = OutcomeUnknown(problem("xero_unclear"))
CERTAIN = [Rejected(), NotFound(), RetryLater(problem("xero_busy", seconds=2)), Disconnected("xero"), Forbidden()]


class Ended(BaseException):
    """The process is told to end in the middle of a call."""


@pytest.fixture
def sent(app: Flask) -> Iterator[Intent]:
    with app.app_context():
        organisation = Organisation(xero_id="t-1", name="Harbour & Hill Joinery", stored_books={})
        user = User(bitrix24_id=1, name="Mere Tautahi")
        db.session.add_all([organisation, user])
        db.session.commit()
        intent = intents.begin(organisation, user, Write("contact", "create", "B24-CO-41", {"Name": "Acme Plumbing"}))
        assert intent
        yield intent


def stored(intent: Intent) -> str:
    db.session.refresh(intent)
    db.session.commit()
    return intent.state


def raising(error: BaseException) -> str:
    raise error


def noted(intent: Intent, note: Callable[[], object]) -> None:
    """The vendor has answered, and then this happens."""
    with sending.sending([intent]) as vendor:
        vendor.answers(lambda: "c-1")
        note()


@on_both
@pytest.mark.parametrize("error", CERTAIN, ids=repr)
def test_what_was_certainly_not_carried_out_is_refused(sent: Intent, error: JobError) -> None:
    with pytest.raises(type(error)), sending.sending([sent]) as vendor:
        vendor.answers(lambda: raising(error))
    assert stored(sent) == "refused"
    assert request_writes.may_have_written() == ""


@pytest.mark.parametrize("error", [UNCLEAR, KeyError("a field"), OSError("no space left"), Ended()], ids=repr)
def test_whatever_else_happens_in_the_call_is_unclear(sent: Intent, error: BaseException) -> None:
    told = type(error) if isinstance(error, OutcomeUnknown | Ended) else BrokeOff
    with pytest.raises(told), sending.sending([sent]) as vendor:
        vendor.answers(lambda: raising(error))
    assert stored(sent) == "unclear"
    assert request_writes.may_have_written() == "Xero"


@pytest.mark.parametrize("error", [*CERTAIN, KeyError("a field")], ids=repr)
def test_after_an_answer_nothing_that_goes_wrong_makes_it_undone(sent: Intent, error: Exception) -> None:
    with pytest.raises((type(error), BrokeOff)):
        noted(sent, lambda: raising(error))
    assert stored(sent) == "unclear"
    assert request_writes.may_have_written() == "Xero"


@on_both
def test_a_database_that_fails_while_the_answer_is_noted_leaves_it_unclear(sent: Intent) -> None:
    def note() -> None:
        sent.vendor_id = "c-1"
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))

    with pytest.raises(BrokeOff) as broke:
        noted(sent, note)
    assert broke.value.problems[0].values == {"system": "Xero"}
    assert stored(sent) == "unclear"
    assert sent.vendor_id == ""


def test_a_database_that_stays_away_hides_neither_the_error_nor_the_write(sent: Intent) -> None:
    def away(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("disk I/O error"))

    def note() -> None:
        sa.event.listen(engine, "before_cursor_execute", away)
        db.session.execute(sa.text("SELECT 1"))

    engine = db.engine
    try:
        with pytest.raises(BrokeOff):
            noted(sent, note)
    finally:
        sa.event.remove(engine, "before_cursor_execute", away)
    assert stored(sent) == "sent"
    assert intents.is_free(sent, utc_now() + claims.PRESS + timedelta(seconds=1)), "and unclear when its time is over"


def test_a_refusal_may_be_an_answer_whose_meaning_is_still_to_be_found_out(sent: Intent) -> None:
    with sending.sending([sent]) as vendor:
        said = vendor.answers_or_refuses(lambda: raising(Rejected(problem("contact_name_taken"))))
        assert isinstance(said, Rejected)
        assert sent.body, "the words are still there to look by"
        intents.settle([sent], "done", "c-1")
    assert stored(sent) == "done"


def test_a_step_of_several_stays_planned_when_it_was_not_carried_out(sent: Intent) -> None:
    with pytest.raises(Forbidden), sending.sending([sent], undone="planned") as vendor:
        vendor.answers(lambda: raising(Forbidden()))
    assert stored(sent) == "planned"


def test_a_write_of_a_run_is_believed_to_be_under_way_for_longer_than_one_of_a_press(sent: Intent) -> None:
    later = utc_now() + claims.PRESS + timedelta(seconds=1)
    assert intents.is_free(sent, later)
    sent.claim = f"{claims.RUN_PREFIX}7"
    assert not intents.is_free(sent, later)
    assert intents.is_free(sent, utc_now() + claims.RUN + timedelta(seconds=1))
