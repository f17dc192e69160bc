"""How many rows of the answers to this request, or of this run, could not be read and were left out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from b24xero.errors import RetryLater, System, problem

log = logging.getLogger(__name__)

_counted: ContextVar[Counter[str] | None] = ContextVar("odd_rows", default=None)


def start_counting() -> None:
    """A request or a run begins."""
    _counted.set(Counter())


def note(system: System, odd: Iterable[str]) -> None:
    """Rows of ``system`` were left out; of each the fields that are not of their type, never what stands in them."""
    fields = set(odd)
    if not fields:
        return
    log.warning("%s: %s rows could not be read: %s", system, len(fields), "; ".join(sorted(fields))[:300])
    counted = _counted.get()
    if counted is not None:
        counted[system] += len(fields)


@contextmanager
def none_may_be_missing(system: System) -> Iterator[None]:
    """What is read inside decides what is written, so that a row left out could mean a second one of something.

    Raises:
        RetryLater: a row was left out.
    """
    here: Counter[str] = Counter()
    token = _counted.set(here)
    try:
        yield
    finally:
        _counted.reset(token)
        if (outer := _counted.get()) is not None:
            outer.update(here)
    if here[system]:
        raise RetryLater(problem(f"{system}_bad_answer"), 10)


def counted() -> dict[str, int]:
    """By system ("bitrix24", "xero"), since ``start_counting``."""
    return dict(_counted.get() or {})
