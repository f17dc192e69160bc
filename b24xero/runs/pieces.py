"""A run goes on piece by piece; a piece that breaks is taken apart until what breaks it stands alone."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from b24xero.db.models import SyncRun
from b24xero.db.transactions import writing
from b24xero.domain.invoice_key import numberless
from b24xero.errors import JobError, problem
from b24xero.extensions import db
from b24xero.runs import history, lifecycle
from b24xero.runs.history import Happening
from b24xero.writes.sending import BrokeOff

log = logging.getLogger(__name__)

# When so many have broken in one go, it is not they that are at fault: the run itself breaks.
MOST_APART = 5


def reference() -> str:
    """What a person is told and the log has beside the trace."""
    return uuid.uuid4().hex[:8]


class GaveUp(Exception):
    """So much of the run breaks that it is the run which is at fault; the reason is its ``__cause__``."""


@dataclass
class Pieces:
    """What is done of one run in one go.

    Args:
        set_apart: into the transaction that is open: what there is to note of one that breaks, beside its entry; gives
            the id and the number for that.
    """

    run: SyncRun
    set_apart: Callable[[int], tuple[int, str]] = lambda id: (id, numberless(id))
    broken: int = 0

    def each(self, ids: Sequence[int], carry_out: Callable[[Sequence[int]], object]) -> None:
        """Carry these out. When something that nobody foresaw breaks them, in two halves; when there is one, it is set
        apart as failed, and the others go on.

        Args:
            carry_out: deals with these in the order given and records them (``lifecycle.advance``); to deal with those
                that are not recorded once more is safe.

        Raises:
            JobError, LeaseLost, Leaving: what is left is for the run's next go. GaveUp: too much of it breaks.
        """
        before = self.run.done
        try:
            carry_out(ids)
        except (lifecycle.LeaseLost, lifecycle.Leaving, GaveUp):
            raise
        except Exception as error:
            if isinstance(error, JobError) and not isinstance(error, BrokeOff):
                raise
            self._take_apart(ids[self._dealt_with(before) :], carry_out, error)

    def all_of(self, ids: Sequence[int], size: int, carry_out: Callable[[Sequence[int]], object]) -> bool:
        """All that the run is asked to do, from where it is, so many at once; whether the person stopped it on the way.

        Raises:
            As ``each``.
        """
        with writing():
            lifecycle.hold(self.run)
            self.run.total = len(ids)
        while self.run.done < len(ids):
            if lifecycle.wants_to_stop(self.run):
                return True
            self.each(ids[self.run.done : self.run.done + size], carry_out)
        return False

    def _dealt_with(self, before: int) -> int:
        db.session.rollback()
        db.session.refresh(self.run)
        done = self.run.done - before
        db.session.commit()
        return done

    def _take_apart(self, left: Sequence[int], carry_out: Callable[[Sequence[int]], object], error: Exception) -> None:
        if len(left) > 1:
            log.warning("run=%s %s together broke: %s", self.run.id, len(left), type(error).__name__)
            middle = len(left) // 2
            self.each(left[:middle], carry_out)
            self.each(left[middle:], carry_out)
        elif left:
            self._set_apart(left[0], error)

    def _set_apart(self, id: int, error: Exception) -> None:
        self.broken += 1
        if self.broken > MOST_APART:
            raise GaveUp from error
        known = reference()
        log.error("run=%s id=%s reference=%s set apart", self.run.id, id, known, exc_info=error)
        try:
            self._note(id, known)
        except lifecycle.LeaseLost:
            raise
        except Exception as worse:
            raise GaveUp from worse

    def _note(self, id: int, known: str) -> None:
        tries = self.run.tries
        with writing():
            lifecycle.advance(self.run, 1)
            self.run.tries = tries  # to fail is not to come further
            bitrix24_id, number = self.set_apart(id)
            problems = (problem("piece_broke", reference=known),)
            history.add_to_run(self.run, [Happening(bitrix24_id, number, "failed", problems=problems)])
