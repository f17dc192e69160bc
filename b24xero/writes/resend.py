"""When the same write may go out a second time at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from b24xero.errors import Disconnected, Forbidden, OutcomeUnknown, RetryLater, problem

AGAIN_AFTER = 1.0

T = TypeVar("T")


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
        time.sleep(AGAIN_AFTER)
    try:
        return call()
    except (RetryLater, Disconnected, Forbidden) as error:
        raise OutcomeUnknown(problem("xero_unclear")) from error
