"""What a move of an old invoice takes along, and what is told where Bitrix24 changed more of it than its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from b24xero.bitrix24 import legacy_moves
from b24xero.bitrix24.legacy_content import Change, Payment
from b24xero.bitrix24.legacy_moves import LegacyMove, OldItem
from b24xero.bitrix24.stages import Item, Move
from b24xero.db.models import InvoiceLink
from b24xero.domain import payments
from b24xero.domain.invoice_key import kind_of
from b24xero.errors import Problem, problem

MOST_TOLD = 5


def move_of(link: InvoiceLink, stage: str) -> Move:
    """With the payment, which an old invoice keeps where its status pays."""
    if kind_of(link.bitrix24_id) == "smart":
        return Move(link.bitrix24_id, stage)
    return LegacyMove(link.bitrix24_id, stage, _payment(link))


def _payment(link: InvoiceLink) -> Payment | None:
    """The day on which it was paid in full, else that of the last payment; whose reference is the voucher's number."""
    known = sorted(map(payments.Payment.from_json, link.xero_payments or ()), key=lambda one: one.day or date.min)
    last = known[-1] if known else None
    day = date.fromisoformat(link.xero_paid_on) if link.xero_paid_on else last.day if last else None
    return Payment(day, last.reference if last else "") if day else None


def unread(moves: Iterable[Move], looked: Mapping[int, Item]) -> list[int]:
    """The old ones of which it is not known what they say, so that they cannot be saved."""
    return [each.id for each in moves if isinstance(each, LegacyMove) and not isinstance(looked.get(each.id), OldItem)]


def said_of(item: Item) -> dict[str, Any]:
    """What is kept with a move that is sent, so that whoever takes it over can tell what it changed."""
    return {"said": dict(item.old)} if isinstance(item, OldItem) else {}


def changed(
    moves: Sequence[Move], before: Mapping[int, Item], after: Mapping[int, object]
) -> dict[int, tuple[Change, ...]]:
    """What else became another than before of those that were moved."""
    return {each.id: found for each in moves if (found := _changes(each, before.get(each.id), after.get(each.id)))}


def changed_by(move: Move, said: Mapping[str, Any] | None, after: Item) -> tuple[Change, ...]:
    """The same of a move of which nobody heard the answer. ``said``: ``said_of`` when it was sent."""
    if said is None or not isinstance(after, OldItem):
        return ()
    before = OldItem(after.id, "", old=dict(said), statuses=after.statuses, currencies=after.currencies)
    return _changes(move, before, after)


def _changes(move: Move, before: object, after: object) -> tuple[Change, ...]:
    if not isinstance(before, OldItem) or not isinstance(after, OldItem) or before.old == after.old:
        return ()
    return legacy_moves.changes(move, before, after)


def told(changes: Sequence[Change]) -> Iterator[Problem]:
    """One for each, and how many more there are."""
    for one in changes[:MOST_TOLD]:
        yield problem("moved_but_changed", part=one.what, before=one.before or "–", after=one.after or "–")
    if len(changes) > MOST_TOLD:
        yield problem("moved_but_more", count=len(changes) - MOST_TOLD)
