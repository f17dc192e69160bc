"""How invoices are moved in Bitrix24 once: whose move it is, what was sent, what really arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.stages import Item, Move, Moved
from b24xero.db.models import Intent, SyncRun
from b24xero.db.states import IntentState
from b24xero.errors import JobError, OutcomeUnknown
from b24xero.writes import claims, intents
from b24xero.writes.intents import Write


def take_over(run: SyncRun, ids: Sequence[int]) -> dict[int, Intent]:
    """Moves of these invoices whose answer nobody heard, of this run or of people who are gone. A look that comes after
    this tells which of them arrived."""
    pending = intents.open_among(run.organisation, "stage", map(str, ids))
    return {int(subject): intent for subject, intent in pending.items() if intents.take(intent, claims.of_run(run))}


def begin(run: SyncRun, moves: Sequence[Move], looked: Mapping[int, Item]) -> dict[int, Intent]:
    """Commit the moves, by invoice; one that somebody else is moving in this moment is left out."""
    writes = [
        Write("stage", "update", str(move.id), {"stage": move.stage, "from": looked[move.id].stage}) for move in moves
    ]
    begun = intents.begin_all(run.organisation, run.user, writes, claims.of_run(run))
    return {move.id: intent for move, intent in zip(moves, begun, strict=True) if intent}


def send(bitrix24: Bitrix24, begun: Mapping[int, Intent], moves: Sequence[Move], following: Sequence[int]) -> Moved:
    """Move those that are begun; what came of them is for ``end``.

    Raises:
        OutcomeUnknown: it is not known whether they were moved. Disconnected, Forbidden, RetryLater: none was.
    """
    with intents.sending([begun[move.id] for move in moves]) as vendor:
        return vendor.answers(lambda: _moved(bitrix24, moves, following))


def _moved(bitrix24: Bitrix24, moves: Sequence[Move], following: Sequence[int]) -> Moved:
    """After an unclear answer they are looked at, and only what has not arrived is sent once more."""
    try:
        return bitrix24.move(moves, following)
    except OutcomeUnknown as lost:
        try:
            return _rest_moved(bitrix24, moves, following)
        except JobError as error:  # whatever keeps us from looking or trying again says nothing of the first try
            raise lost from error


def _rest_moved(bitrix24: Bitrix24, moves: Sequence[Move], following: Sequence[int]) -> Moved:
    looked = bitrix24.standings([*(move.id for move in moves), *following])
    arrived = {m.id: item for m in moves if (item := looked.get(m.id)) and item.stage == m.stage}
    rest = [move for move in moves if move.id not in arrived]
    if not rest:
        return Moved(arrived, looked)
    again = bitrix24.move(rest, following)
    return replace(again, results={**arrived, **again.results}, looked={**looked, **again.looked})


def end(begun: Mapping[int, Intent], results: Mapping[int, Item | JobError]) -> None:
    """Into the transaction that is open, beside what is recorded of the invoices."""
    for id, intent in begun.items():
        result = results.get(id)
        state: IntentState
        state = "done" if isinstance(result, Item) else "unclear" if isinstance(result, OutcomeUnknown) else "refused"
        intents.end(intent, state)
