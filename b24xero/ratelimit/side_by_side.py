"""How calls that do not wait for each other's answers travel at the same time, within the one place of a request."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from flask import Flask, current_app

from b24xero.ratelimit.deadlines import take_place

T = TypeVar("T")


def ask(*calls: Callable[[], T]) -> list[T]:
    """What they say, in their order. Each has been answered when this returns; of several that fail the first in order
    is raised."""
    with begun(*calls) as said:
        pass
    return [one() for one in said]


@contextlib.contextmanager
def begun(*calls: Callable[[], T]) -> Iterator[list[Callable[[], T]]]:
    """The calls on their way while something else is done here; each of what is given waits for one of them, and says
    or raises what became of it. None is on its way any more when the block is left.

    Their time, their count and their odd rows are the request's own. Each has a session of its own, since a session is
    for one thread.
    """
    if not calls:
        yield []
        return
    take_place()
    app: Flask | None = current_app._get_current_object() if current_app else None  # type: ignore[attr-defined]
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        yield [pool.submit(copy_context().run, _beside, app, call).result for call in calls]


def _beside(app: Flask | None, call: Callable[[], T]) -> T:
    with app.app_context() if app else contextlib.nullcontext():
        return call()
