"""The call of a write that is committed as sent: what it came to, by what the vendor said or what went wrong."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from b24xero.db.models import Intent
from b24xero.db.states import IntentState
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, Forbidden, JobError, NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.writes.intents import end, log
from b24xero.writes.request_writes import note, noted

T = TypeVar("T")

# A lost answer may belong to a write that is still landing: look, or send the same words again, a moment later (Xero
# facts §6.3).
LOOK_AFTER = 1.0
# What a client says of a call that was certainly not carried out.
NOT_CARRIED_OUT = (Rejected, NotFound, RetryLater, Disconnected, Forbidden)


class BrokeOff(OutcomeUnknown):
    """Something of ours failed beside the call, the database for one: the vendor may have it, and the log has the
    reason (``__cause__``)."""


class Sending:
    """A call on its way. ``answered``: the vendor has spoken, so that nothing that goes wrong later undoes it."""

    answered = False

    def answers(self, call: Callable[[], T]) -> T:
        """Make the call; everything after it is about a write that the vendor has answered."""
        answer = call()
        self.answered = True
        return answer

    def answers_or_refuses(self, call: Callable[[], T]) -> T | NotFound | Rejected:
        """The same, where a refusal is an answer whose meaning is still to be found out."""
        return self.answers(lambda: _or_refusal(call))


def _or_refusal(call: Callable[[], T]) -> T | NotFound | Rejected:
    try:
        return call()
    except (NotFound, Rejected) as refusal:
        return refusal


@contextlib.contextmanager
def sending(sent: Sequence[Intent], undone: IntentState = "refused") -> Iterator[Sending]:
    """The one way in which writes that are committed as sent go out: inside, ``answers`` makes the call, and what it
    came to is recorded. Those that are not ended inside are ended here, by what went wrong.

    Args:
        undone: what they are when the call was certainly not carried out; a step of several stays planned.

    Raises:
        BrokeOff: in place of what is no ``JobError``.
    """
    under_way = Sending()
    ids, system = [intent.id for intent in sent], _system(sent)
    noted().update(dict.fromkeys(ids, system))
    try:
        yield under_way
    except NOT_CARRIED_OUT:
        _leave(ids, "unclear" if under_way.answered else undone)
        raise
    except JobError:
        _leave(ids, "unclear")
        raise
    except Exception as error:
        log.exception("a write broke off: intents %s", ids)
        _leave_broken(ids)
        raise BrokeOff(problem("write_broke_off", system=system)) from error
    except BaseException:  # told to end in the middle
        _leave_broken(ids)
        raise


def _leave(ids: Sequence[int], state: IntentState) -> None:
    """Whatever is not ended yet. A database that fails here leaves them sent, which is unclear as soon as their claim
    is over: that hides neither what went wrong before nor a write."""
    note(ids, state)
    try:
        with writing():
            query = select(Intent).where(Intent.id.in_(ids), Intent.state == "sent")
            for intent in db.session.scalars(query.execution_options(populate_existing=True)):
                end(intent, state)
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("not noted as %s: intents %s", state, ids)


def _leave_broken(ids: Sequence[int]) -> None:
    db.session.rollback()
    _leave(ids, "unclear")


def _system(sent: Sequence[Intent]) -> str:
    return "Bitrix24" if any(intent.kind in ("product", "price", "stage") for intent in sent) else "Xero"


@contextlib.contextmanager
def told_as(first: OutcomeUnknown) -> Iterator[None]:
    """What stays unclear after a look is told as it was met: an answer that cannot be read is one all the same."""
    try:
        yield
    except OutcomeUnknown as still:
        raise OutcomeUnknown(first.problems or still.problems) from still


def twice(call: Callable[[], T]) -> T:
    """Send, and after an unclear answer send the very same words with the very same key once more: Xero answers a key
    that it knows from its memory and carries out one that it does not know (facts §6.2), so nothing is made twice.

    Raises:
        OutcomeUnknown: the second answer was unclear too, or the second try was not carried out, which says nothing of
            the first.
        Rejected, NotFound: Xero's word on these words under this key, so the first did not land either.
    """
    try:
        return call()
    except OutcomeUnknown:
        time.sleep(LOOK_AFTER)
    try:
        return call()
    except (RetryLater, Disconnected, Forbidden) as error:
        raise OutcomeUnknown(problem("xero_unclear")) from error
