"""How invoices are moved to another stage, many in one call, and how it is seen where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from b24xero.bitrix24 import parse
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.invoice_list import INVOICE, PAGE
from b24xero.bitrix24.legacy_content import Change
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.wire import ExpiredToken
from b24xero.errors import Disconnected, JobError, NotFound, RetryLater, problem

MOST_MOVES = 49  # of the 50 commands of a batch one is left for the look at the next chunk
MOST_LISTS = 45

_FIELDS = ("id", "stageId", "previousStageId", "movedTime")


@dataclass(frozen=True)
class Item:
    """Where an invoice stands. ``previous_stage``: where it stood before its last move, whoever moved it, and
    ``moved_at`` when; "" and None where the portal does not tell."""

    id: int
    stage: str
    previous_stage: str = ""
    moved_at: datetime | None = None

    def came_to(self, wanted: str, before: Item | None, *, answered: bool = False) -> bool:
        """Whether it was moved to a stage, which it may have left again: automation runs in the same request, and the
        answer shows what it did (source §1 #19). A stage that a portal does not know, it answers with success and
        leaves the invoice where it was (#5).

        Args:
            before: where it stood before it was moved there.
            answered: this is the answer to that very move, so nobody else's moves explain how it came so far.
        """
        if self.stage == wanted:
            return True
        if before is None or self._last_move() == before._last_move():
            return False
        # Somebody else's one move in the meantime began where it stood.
        moved_on_twice = bool(self.previous_stage) and before.stage not in (self.stage, self.previous_stage)
        return self.previous_stage == wanted or (answered and moved_on_twice)

    def _last_move(self) -> tuple[str, str, datetime | None]:
        return self.stage, self.previous_stage, self.moved_at


@dataclass(frozen=True)
class Move:
    """Where an invoice is to go: a stage's id, as in ``Stage.id``."""

    id: int
    stage: str


@dataclass(frozen=True)
class Moved:
    """What came of a batch of moves.

    ``results`` by invoice: the item, when it really stands at the wanted stage now; or what was in the way:
    ``Forbidden``, ``NotFound``, ``Rejected`` (Bitrix24's own words: no right to change the stage, a required field;
    what fails after the save is told in the same way, so look before it is believed: source §1 #19), ``RetryLater``
    (not done now), ``OutcomeUnknown`` (it broke at this one). Of an invoice that is missing the answer tells nothing,
    or it stands at another stage, and ``looked`` has which: ``Item.came_to`` tells whether it was moved.
    ``looked``: where the next invoices stand, of those this person sees; empty as well when the look failed.
    ``changed``: of an old invoice that is at its status now, what else became another by it.
    """

    results: Mapping[int, Item | JobError]
    looked: dict[int, Item]
    changed: Mapping[int, tuple[Change, ...]] = field(default_factory=dict)


def standings(session: Session, ids: Sequence[int]) -> dict[int, Item]:
    """Where invoices stand now, of those that this person may see: one call for every 2,250.

    Source: facts §3.1 ``crm.item.list`` (rows one may not read are left out without a word; a page has 50 rows).

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    wanted = list(dict.fromkeys(ids))
    chunks = [wanted[first : first + PAGE] for first in range(0, len(wanted), PAGE)]
    found: dict[int, Item] = {}
    for first in range(0, len(chunks), MOST_LISTS):
        lists = {f"look_{n}": chunk for n, chunk in enumerate(chunks[first : first + MOST_LISTS])}
        answer = session.batch({name: _look(chunk) for name, chunk in lists.items()})
        for name, chunk in lists.items():
            found |= _items(answer.result(name), chunk)
    return found


def move(session: Session, moves: Sequence[Move], then_look_at: Sequence[int] = ()) -> Moved:
    """Move up to 49 invoices, and look where up to 50 others stand, in one call, so that each invoice is read one call
    before it is written. Source: facts §3.1 ``crm.item.update``, §7.5.

    To move an invoice to where it stands changes nothing in Bitrix24, so a batch may be sent again after a look.

    Raises:
        OutcomeUnknown: some may have been moved: look before moving them again.
        Disconnected, Forbidden, Rejected, RetryLater: of the whole call; nothing was moved.
    """
    stages = {wanted.id: wanted.stage for wanted in moves}
    if not stages:
        return Moved({}, standings(session, then_look_at))
    if len(moves) > MOST_MOVES or len(then_look_at) > PAGE or len(stages) < len(moves):
        raise ValueError("a batch moves at most 49 invoices, each once, and looks at 50")
    commands = {f"move_{id}": _update(id, stage) for id, stage in stages.items()}
    if then_look_at:
        commands["look"] = _look(then_look_at)
    answer = session.batch(commands, writes=True)
    looked = _items(answer.get("look"), then_look_at)
    results: dict[int, Item | JobError] = {}
    for id, stage in stages.items():
        result = _result(answer, id)
        if isinstance(result, Item) and result.stage != stage:
            looked[id] = result
        elif result:
            results[id] = result
    return Moved(results, looked)


def _update(id: int, stage: str) -> tuple[str, Params]:
    return "crm.item.update", {"entityTypeId": INVOICE, "id": id, "fields": {"stageId": stage}}


def _look(ids: Sequence[int]) -> tuple[str, Params]:
    """One page, uncounted: ``start`` -1 spares the portal a count that nobody needs (facts §3.1)."""
    return "crm.item.list", {
        "entityTypeId": INVOICE,
        "select": list(_FIELDS),
        "filter": {"@id": list(ids)},
        "order": {"id": "ASC"},
        "start": -1,
    }


def _items(answer: object, asked: Iterable[int]) -> dict[int, Item]:
    """Of a list's rows those that were asked for: a filter that a portal does not know brings all (reported, facts
    §10.4)."""
    rows = answer.get("items") if isinstance(answer, Mapping) else None
    wanted = set(asked)
    items = [item for row in (rows if isinstance(rows, list) else ()) if (item := _item(row))]
    return {item.id: item for item in items if item.id in wanted}


def _item(row: object) -> Item | None:
    if not isinstance(row, Mapping) or not parse.number(row.get("id")):
        return None
    return Item(
        id=parse.number(row["id"]),
        stage=parse.text(row.get("stageId")),
        moved_at=parse.moment(row.get("movedTime")),
        previous_stage=parse.text(row.get("previousStageId")),
    )


def _result(answer: Batch, id: int) -> Item | JobError | None:
    """The item that an update gives back; what it was refused for; None for an answer that tells nothing of it."""
    name = f"move_{id}"
    if error := answer.errors.get(name):
        if isinstance(error, ExpiredToken | Disconnected):  # it ended between two commands of the batch
            return RetryLater(problem("bitrix24_busy"), 1)
        if isinstance(error, NotFound):  # existence is looked at before the right (source facts §2.3)
            return NotFound(problem("invoice_gone"))
        return error if isinstance(error, JobError) else None
    given = answer.get(name)
    item = _item(given.get("item")) if isinstance(given, Mapping) else None
    return item if item and item.id == id else None
