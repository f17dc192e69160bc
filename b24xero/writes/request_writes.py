"""What this request has sent to a vendor and was not refused: then nobody is told that nothing was changed."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g

from b24xero.db.states import IntentState


def noted() -> dict[int, str]:
    """The writes that went out in this request and were not refused, each with the system that got it."""
    noted: dict[int, str] = g.setdefault("remote_writes", {})
    return noted


def note(ids: Iterable[int], state: IntentState) -> None:
    if state in ("planned", "refused"):
        for id in ids:
            noted().pop(id, None)


def may_have_written() -> str:
    """The system to which this request has sent a write that was not refused, "" for none: whatever fails after that,
    nobody may be told that nothing was changed."""
    return next(iter(noted().values()), "")
