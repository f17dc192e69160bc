"""When the next look at a system is due. Pure.

A look reads everything that changed since the last one, so what was heard in between says only that it is time: an
event that is lost, doubled or out of order changes nothing but how soon. The price of looking though nothing was heard
is the calls of an idle day; see docs/decisions.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BITRIX24_EVERY = timedelta(minutes=2)
# A change of a thousand invoices is a thousand events (Bitrix24 facts more §2.1).
TOLD_BITRIX24_EVERY = timedelta(seconds=5)
XERO_EVERY = timedelta(minutes=15)
# Where something was found, more often comes at once: a day of payments is entered in one go.
LIVELY_FOR, LIVELY_EVERY = timedelta(minutes=30), timedelta(minutes=2)
NIGHT_EVERY = timedelta(hours=1)
NIGHT_BEGINS, NIGHT_ENDS = 22, 6
# Where Xero tells by itself, a look is only there for what got lost.
TOLD_EVERY = timedelta(hours=3)


@dataclass(frozen=True)
class Looked:
    """``asked_at``: when the last look began; ``found_at``: when one last found something; ``has_news``: something was
    heard since the last look began; ``has_gap``: of what Xero has told since then, something was not heard."""

    asked_at: datetime | None
    found_at: datetime | None = None
    has_news: bool = False
    has_gap: bool = False


@dataclass(frozen=True)
class Calls:
    """Those of the day that Xero allows: ``free`` are left for runs; the day is renewed in ``seconds``."""

    limit: int
    free: int
    seconds: float


def xero_next(looked: Looked, now: datetime, *, is_told: bool, at_office: datetime) -> datetime:
    """When Xero is to be asked again; ``now`` or before it: at once.

    Args:
        is_told: Xero's webhook is set up and has missed nothing that we know of, nor did the last look.
        at_office: now, in the organisation's own zone.
    """
    if looked.asked_at is None or looked.has_news or looked.asked_at > now:
        return now  # ahead of now is what a clock said that has been put right since
    return looked.asked_at + _every(looked, now, is_told=is_told, at_office=at_office)


def spared(asked_at: datetime | None, calls: Calls) -> datetime | None:
    """Before when Xero is not asked again, whatever was heard: once more than half of the day's calls are used, looks
    take half of what is left, so that a busy day does not use up what a person's run needs. None: at any time."""
    if asked_at is None or calls.free * 2 > calls.limit:
        return None
    return asked_at + min(timedelta(seconds=calls.seconds / max(1, calls.free // 2)), NIGHT_EVERY)


def _every(looked: Looked, now: datetime, *, is_told: bool, at_office: datetime) -> timedelta:
    if looked.has_gap:
        return LIVELY_EVERY
    if is_told:
        return TOLD_EVERY
    if looked.found_at is not None and now - looked.found_at < LIVELY_FOR:
        return LIVELY_EVERY
    is_night = at_office.hour >= NIGHT_BEGINS or at_office.hour < NIGHT_ENDS
    return NIGHT_EVERY if is_night else XERO_EVERY


def bitrix24_next(asked_at: datetime | None, now: datetime, *, has_news: bool = False) -> datetime:
    """When Bitrix24 is to be asked again; ``has_news``: an event told of a change since the last look began."""
    if asked_at is None or asked_at > now:
        return now
    return asked_at + (TOLD_BITRIX24_EVERY if has_news else BITRIX24_EVERY)
