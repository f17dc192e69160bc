"""How one call of one login goes: a read that broke is asked again, a write tells each element's outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import urllib3

from b24xero.domain.product import Item
from b24xero.errors import OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.outbound import odd_rows
from b24xero.ratelimit.deadlines import Pace, fitting, may_pause, pause
from b24xero.xero import rows
from b24xero.xero.parse import XeroContact, XeroInvoice
from b24xero.xero.validation_errors import About, problems, refused, same_element
from b24xero.xero.wire import Invalid, Json, Timeout, Wire, elements

# Seconds to connect and to wait. A write that times out is looked for once, and all of it stays under the 30 seconds
# after which a hosting platform's router hangs up. Calls of many elements are a worker's, which no router waits for.
WRITE_TIMEOUT = (5, 15)
READ_TIMEOUT = (5, 10)
MANY_TIMEOUT = (5, 60)
# A read that broke goes out again after these pauses, as far as the request has time for them.
READ_AGAIN_AFTER: tuple[float, ...] = (0.5, 2.0)

MOST_WRITTEN = 50  # elements in one write (facts §2)

T = TypeVar("T", XeroContact, XeroInvoice, Item)


class Calls:
    """Of one login with one organisation."""

    def __init__(self, api_url: str, access_token: str, organisation_id: str, pace: Pace | None = None) -> None:
        self._wire = Wire(api_url, access_token, organisation_id, pace)
        self._api = self._wire.api

    @property
    def wire(self) -> Wire:
        """What carries the calls: for whoever asks how Xero spells an answer, not what it says."""
        return self._wire

    def _read(self, call: Callable[..., Any], name: str, *args: Any, **options: Any) -> list[Json]:
        """What decides what is written: not one may be missing, or it could be written a second time."""
        with odd_rows.none_may_be_missing("xero"):
            return self._listed(call, name, *args, **options)

    def _listed(self, call: Callable[..., Any], name: str, *args: Any, **options: Any) -> list[Json]:
        """What is shown or kept: one that cannot be read is left out and counted."""
        answer = self._ask(call, name, *args, **options)
        return [] if answer is None else elements(answer, name)

    def _ask(
        self, call: Callable[..., Any], name: str, *args: Any, timeout: Timeout | None = None, **options: Any
    ) -> Json | None:
        """A read, repeated after a broken connection or a server error with growing pauses; not after a time-out."""
        for wait in (*READ_AGAIN_AFTER, None):
            try:
                return self._asked(call, name, *args, timeout=fitting(timeout or READ_TIMEOUT), **options)
            except OutcomeUnknown as error:
                timed_out = isinstance(error.__cause__, urllib3.exceptions.TimeoutError)
                if wait is None or timed_out or not may_pause(wait):
                    unreadable = any(p.code == "xero_bad_answer" for p in error.problems)
                    raise RetryLater(problem("xero_unreadable" if unreadable else "xero_down"), 30) from error
                pause(wait)
        raise AssertionError("the last try returns or raises")

    def _asked(self, call: Callable[..., Any], name: str, *args: Any, **options: Any) -> Json | None:
        answer = self._wire.send(call, *args, **options)
        if answer is None:
            return None
        kept, odd = rows.readable(elements(answer, name), name)
        odd_rows.note("xero", odd)
        return {**answer, name: kept}

    def _write(
        self, call: Callable[..., Any], name: str, read: Callable[[Json], T], sent: Sequence[Json], key: str,
        about: Sequence[About], **options: Any,
    ) -> tuple[T | Rejected, ...]:  # fmt: skip
        if len(sent) > MOST_WRITTEN or len(sent) != len(about):
            raise ValueError("at most 50 elements in one call, each with what it is about")
        if not sent:
            return ()
        timeout = WRITE_TIMEOUT if len(sent) == 1 else MANY_TIMEOUT
        try:
            answer = self._wire.send(
                call, {name: list(sent)}, timeout=timeout, summarize_errors=False, idempotency_key=key, **options
            )
        except Invalid as error:
            raise Rejected(problems(error.body, about[0] if len(about) == 1 else {}) or error.problems) from error
        written = elements(answer, name)
        if len(written) != len(sent) or not all(map(same_element, sent, written)) or any(map(rows.oddness, written)):
            raise OutcomeUnknown(problem("xero_unclear"))
        outcomes = tuple(refused(one, of) or read(one) for one, of in zip(written, about, strict=True))
        if not all(isinstance(outcome, Rejected) or outcome.id for outcome in outcomes):
            raise OutcomeUnknown(problem("xero_unclear"))
        return outcomes


def only(outcomes: tuple[T | Rejected, ...]) -> T:
    (outcome,) = outcomes
    if isinstance(outcome, Rejected):
        raise outcome
    return outcome
