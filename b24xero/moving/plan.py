"""What a move is about to do, as it is printed before anything is done. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


class NotMoved(Exception):
    """With the sentence that says why; nothing was changed."""


@dataclass(frozen=True)
class Change:
    """What it is about, how it is now and how it will be."""

    what: str
    now: str
    then: str


@dataclass(frozen=True)
class Plan:
    """``by_hand``: what nobody but a person can do at the vendors, in the order in which it is done."""

    changes: tuple[Change, ...]
    by_hand: tuple[str, ...] = ()


def printed(plan: Plan) -> Iterator[str]:
    """Line by line: a table, then what is left to people."""
    rows = [("what", "now", "then"), *((one.what, one.now, one.then) for one in plan.changes)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if plan.by_hand:
        yield "\nBy hand:"
        yield from (f"  {n}. {words}" for n, words in enumerate(plan.by_hand, 1))
