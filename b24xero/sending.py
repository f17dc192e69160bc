"""This file knows when the same write may go out a second time at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from b24xero.errors import OutcomeUnknown

AGAIN_AFTER = 1.0

T = TypeVar("T")


def twice(call: Callable[[], T]) -> T:
    """Send, and after an unclear answer send the very same words with the very same key once more: Xero answers a key
    that it knows from its memory and carries out one that it does not know (facts §6.2), so nothing is made twice.

    Raises:
        OutcomeUnknown: the second answer was unclear too.
    """
    try:
        return call()
    except OutcomeUnknown:
        time.sleep(AGAIN_AFTER)
    return call()
