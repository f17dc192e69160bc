"""How invoices are moved in Bitrix24 once: whose move it is, what was sent, what really arrived."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.stages import Item, Move, Moved
from b24xero.bitrix24.wire import Borrowed
from b24xero.db.models import Intent, SyncRun
from b24xero.db.states import IntentState
from b24xero.errors import JobError, OutcomeUnknown, Rejected, RetryLater
from b24xero.pull import old_moves
from b24xero.writes import claims, intents, sending
from b24xero.writes.intents import Write

log = logging.getLogger(__name__)


def take_over(run: SyncRun, ids: Sequence[int]) -> dict[int, Intent]:
    """Moves of these invoices whose answer nobody heard, of this run or of people who are gone. A look that comes after
    this tells which of them arrived."""
    pending = intents.open_among(run.organisation, "stage", map(str, ids))
    return {int(subject): intent for subject, intent in pending.items() if intents.take(intent, claims.of_run(run))}


def begin(run: SyncRun, moves: Sequence[Move], looked: Mapping[int, Item]) -> dict[int, Intent]:
    """Commit the moves, by invoice; one that somebody else is moving in this moment is left out."""
    writes = [Write("stage", "update", str(move.id), _words(move, looked[move.id])) for move in moves]
    begun = intents.begin_all(run.organisation, run.user, writes, claims.of_run(run))
    return {move.id: intent for move, intent in zip(moves, begun, strict=True) if intent}


def _words(move: Move, item: Item) -> dict[str, Any]:
    return {"stage": move.stage, "from": item.stage, **old_moves.said_of(item)}


def send(
    bitrix24: Bitrix24,
    begun: Mapping[int, Intent],
    moves: Sequence[Move],
    following: Sequence[int],
    before: Mapping[int, Item],
) -> Moved:
    """Move those that are begun; what came of them is for ``end``. ``before``: where they stood.

    Raises:
        OutcomeUnknown: it is not known whether they were moved. Disconnected, Forbidden, RetryLater: none was.
    """
    with sending.sending([begun[move.id] for move in moves]) as vendor:
        moved = vendor.answers(lambda: _moved(bitrix24, moves, following, before))
    return replace(moved, changed=old_moves.changed(moves, before, moved.results))


def _moved(bitrix24: Bitrix24, moves: Sequence[Move], following: Sequence[int], before: Mapping[int, Item]) -> Moved:
    """After an unclear answer they are looked at, and only what has not arrived is sent once more; what is said to be
    refused is looked at, too."""
    try:
        return _settled(bitrix24, moves, bitrix24.move(moves, following, before), before)
    except OutcomeUnknown as lost:
        try:
            return _rest_moved(bitrix24, moves, following, before)
        except JobError as error:  # whatever keeps us from looking or trying again says nothing of the first try
            raise lost from error


def _rest_moved(
    bitrix24: Bitrix24, moves: Sequence[Move], following: Sequence[int], before: Mapping[int, Item]
) -> Moved:
    looked = bitrix24.standings([*(move.id for move in moves), *following], whole=True)
    arrived = _arrived(moves, looked, before)
    rest = [move for move in moves if move.id not in arrived]
    if not rest:
        return Moved(arrived, _without(looked, arrived))
    again = _settled(bitrix24, rest, bitrix24.move(rest, following, looked), before)
    return replace(
        again,
        results={**arrived, **again.results},
        looked=_without({**looked, **again.looked}, {**arrived, **again.results}),
    )


def _arrived(
    moves: Sequence[Move], looked: Mapping[int, Item], before: Mapping[int, Item], *, answered: bool = False
) -> dict[int, Item]:
    found = ((move, looked[move.id]) for move in moves if move.id in looked)
    return {m.id: item for m, item in found if item.came_to(m.stage, before.get(m.id), answered=answered)}


def _without(looked: Mapping[int, Item], results: Mapping[int, object]) -> dict[int, Item]:
    """Of what arrived, it stays known where it stood before."""
    return {id: item for id, item in looked.items() if not isinstance(results.get(id), Item)}


def _settled(bitrix24: Bitrix24, moves: Sequence[Move], moved: Moved, before: Mapping[int, Item]) -> Moved:
    """What really came of them. A refusal may be told of what is saved, or in the words of another move of the same
    call: look, and send that one again without the other (source §1 #13, #19)."""
    results = {**moved.results, **_arrived(moves, moved.looked, before, answered=True)}
    refused = [move for move in moves if isinstance(results.get(move.id), Rejected)]
    looked = dict(moved.looked)
    if refused:
        looked |= _looked_at(bitrix24, refused)
        results |= _arrived(refused, looked, before)
    if borrowed := [move for move in refused if isinstance(results[move.id], Borrowed)]:
        own = _moved(bitrix24, borrowed, (), before)
        results |= own.results
        looked |= own.looked
    return Moved(results, _without(looked, results))


def _looked_at(bitrix24: Bitrix24, moves: Sequence[Move]) -> dict[int, Item]:
    try:
        return bitrix24.standings([move.id for move in moves], whole=True)
    except RetryLater:
        # What is not known is told as it was told; its news stay, so the next update looks again.
        log.warning("moves that were refused could not be looked at: %s", [move.id for move in moves])
        return {}


def end(begun: Mapping[int, Intent], results: Mapping[int, Item | JobError]) -> None:
    """Into the transaction that is open, beside what is recorded of the invoices."""
    for id, intent in begun.items():
        result = results.get(id)
        state: IntentState
        state = "done" if isinstance(result, Item) else "unclear" if isinstance(result, OutcomeUnknown) else "refused"
        intents.end(intent, state)
