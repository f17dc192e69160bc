"""How old invoices are moved to another status, which saves each as a whole, and how it is seen that nothing else
changed.

As ``stages`` for the invoices of today: ``standings``, ``move``, and what came of it. An old invoice is read whole
before (``look``), because the save needs what it says; the read-back travels with the save.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from b24xero.bitrix24 import legacy_content, legacy_parse, parse
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.invoices import chunks
from b24xero.bitrix24.item_list import PAGE, rows_of
from b24xero.bitrix24.legacy_content import Change, Payment
from b24xero.bitrix24.legacy_invoices import STATUSES, old_command, own_words
from b24xero.bitrix24.legacy_statuses import Statuses, statuses
from b24xero.bitrix24.paged_lists import MOST_COMMANDS
from b24xero.bitrix24.session import Commands, Session
from b24xero.bitrix24.stages import MOST_LISTS, Item, Move, Moved
from b24xero.bitrix24.wire import ExpiredToken
from b24xero.errors import Disconnected, JobError, Rejected, RetryLater, problem

_BESIDE: Commands = {
    "statuses": STATUSES,
    "base": ("crm.currency.base.get", {}),
    # Whatever was saved last has the currency that the shop had then.
    "last": ("crm.invoice.list", {"select": ["ID", "CURRENCY"], "order": {"DATE_UPDATE": "DESC", "ID": "DESC"}}),
}
MOST_LOOKS = MOST_COMMANDS - len(_BESIDE)
# A save and a look at what came of it for each, and a look at as many of the next.
MOST_MOVES = MOST_LOOKS // 3


@dataclass(frozen=True)
class OldItem(Item):
    """Where an old invoice stands, and all that it says: what a save must leave. ``moved_at``: its last change of
    status. ``statuses`` and ``currencies``: as in the ``Look`` that it is of."""

    old: Params = field(default_factory=dict, compare=False)
    statuses: Statuses = field(default=Statuses(), compare=False)
    currencies: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class LegacyMove(Move):
    """``payment``: kept with the invoice where the status pays, else not sent."""

    payment: Payment | None = None


@dataclass(frozen=True)
class Look:
    """``items``: where invoices stand, of those that this person sees. ``currencies``: in which the portal saves old
    invoices, as far as that is known: that of the one that was saved last, and what somebody said, or else the portal's
    base currency."""

    items: dict[int, OldItem]
    statuses: Statuses
    currencies: tuple[str, ...]


@dataclass(frozen=True)
class LegacyMoved(Moved):
    """As ``Moved``. ``look``: at the next ones, None when none was asked for or it failed."""

    look: Look | None = None


def standings(session: Session, ids: Sequence[int]) -> dict[int, Item]:
    """Where old invoices stand now, of those that this person may see, without what they say: one call for every 2,250.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    lists = chunks(ids, PAGE)
    found: dict[int, Item] = {}
    for first in range(0, len(lists), MOST_LISTS):
        some = {f"look_{n}": chunk for n, chunk in enumerate(lists[first : first + MOST_LISTS])}
        answer = session.batch({name: _list(chunk) for name, chunk in some.items()})
        for name, chunk in some.items():
            rows = {parse.number(row.get("ID")): row for row in rows_of(answer.result(name))}
            found |= {id: _standing(row) for id, row in rows.items() if id in chunk}
    return found


def look(session: Session, ids: Iterable[int]) -> Look:
    """Where up to 47 old invoices stand and what they say: one call, and so before a move.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_LOOKS:
        raise ValueError(f"a look is at {MOST_LOOKS} invoices at most")
    answer = session.batch({**_BESIDE, **{f"look_{id}": old_command(id) for id in wanted}})
    return _look(answer, wanted, session.old_currency)


def move(session: Session, moves: Sequence[Move], before: Look, then_look_at: Sequence[int] = ()) -> LegacyMoved:
    """Move up to 15 old invoices, see what came of each, and look at up to 15 others, in one call.

    One that is there already is not saved: that alone would pay it anew. Not saved either, and told why, is one in
    another currency than the portal's, which a save would label anew without converting anything, and any where the
    order of the statuses makes Bitrix24 do nothing. Which currency that is no method tells: the one saved last shows
    which it was then, and only what is said of it besides makes sure that it is so still.

    Source: source facts §3.3, §3.4 ``crm.invoice.update``, whose answer says nothing of the status.

    Args:
        before: the look at these invoices, one call ago.

    Raises:
        OutcomeUnknown: some may have been moved: look before moving them again.
        Disconnected, Forbidden, Rejected, RetryLater: of the whole call; nothing was moved.
    """
    if len(moves) > MOST_MOVES or len(then_look_at) > MOST_MOVES or len({each.id for each in moves}) < len(moves):
        raise ValueError(f"a batch moves at most {MOST_MOVES} invoices, each once, and looks at as many")
    results = {each.id: told for each in moves if (told := _without_a_save(each, before))}
    open_ = {each.id: each for each in moves if each.id not in results}
    sent = {id: _fields(each, before) for id, each in open_.items()}
    commands: dict[str, tuple[str, Params]] = {}
    for id, fields in sent.items():
        commands |= {f"move_{id}": _update(id, fields), f"after_{id}": old_command(id)}
    if then_look_at:
        commands |= {**_BESIDE, **{f"look_{id}": old_command(id) for id in then_look_at}}
    if not commands:
        return LegacyMoved(results, {})
    answer = session.batch(commands, writes=bool(sent))
    following = _next(answer, then_look_at, session.old_currency)
    return _came_of(answer, open_, before, sent, results, following)


def changes(move: Move, before: OldItem, after: OldItem) -> tuple[Change, ...]:
    """What else a move changed, of which the answer was lost: ``after`` is from a later look."""
    sent = legacy_content.to_send(before.old, move.stage, _payment(move, before.statuses))
    return legacy_content.changes(before.old, after.old, sent)


# -- what is sent -----------------------------------------------------------------------------------------------------


def _without_a_save(each: Move, before: Look) -> Item | JobError | None:
    """What is known of a move without sending it; None: it is to be sent."""
    item = before.items.get(each.id)
    if item is None:
        return RetryLater(problem("bitrix24_bad_answer"), 10)
    if item.stage == each.stage:
        return item
    if not before.statuses.work:
        return Rejected(problem("old_statuses_unsound"))
    currency = parse.text(item.old.get("CURRENCY"))
    other = next((own for own in before.currencies if own != currency), "")
    if not other:
        return None
    is_sure = currency != before.currencies[0]
    code = "old_invoice_currency" if is_sure else "old_invoice_currency_unsure"
    return Rejected(problem(code, currency=currency, own=other))


def _fields(each: Move, before: Look) -> dict[str, Any]:
    return legacy_content.to_send(before.items[each.id].old, each.stage, _payment(each, before.statuses))


def _payment(each: Move, known: Statuses) -> Payment | None:
    return each.payment if isinstance(each, LegacyMove) and known.pay(each.stage) else None


def _update(id: int, fields: Params) -> tuple[str, Params]:
    return "crm.invoice.update", {"id": id, "fields": fields}


def _list(ids: Sequence[int]) -> tuple[str, Params]:
    select = ["ID", "STATUS_ID", "DATE_STATUS"]
    return "crm.invoice.list", {"select": select, "filter": {"@ID": list(ids)}, "order": {"ID": "ASC"}}


# -- what came of it --------------------------------------------------------------------------------------------------


def _came_of(
    answer: Batch,
    open_: Mapping[int, Move],
    before: Look,
    sent: Mapping[int, Params],
    known: Mapping[int, Item | JobError],
    following: Look | None,
) -> LegacyMoved:
    results, looked = dict(known), dict[int, Item](following.items if following else {})
    changed: dict[int, tuple[Change, ...]] = {}
    for id, each in open_.items():
        read = _item(answer.get(f"after_{id}"), id)
        after = read and replace(read, statuses=before.statuses, currencies=before.currencies)
        error = _refusal(answer, id)
        if after is None or (error and after.stage != each.stage):
            results |= {id: error} if error else {}
        elif after.stage == each.stage:
            # Whatever was said of it: an error may come after the save.
            results[id] = after
            if found := legacy_content.changes(before.items[id].old, after.old, sent[id]):
                changed[id] = found
        else:
            looked[id] = after
    return LegacyMoved(results, looked, changed, following)


def _refusal(answer: Batch, id: int) -> JobError | None:
    error = answer.errors.get(f"move_{id}")
    if isinstance(error, ExpiredToken | Disconnected):  # it ended between two commands of the batch
        return RetryLater(problem("bitrix24_busy"), 1)
    told = own_words(error) if error else None
    return told if isinstance(told, JobError) else None


def _next(answer: Batch, ids: Sequence[int], told: str) -> Look | None:
    known = all(name in answer.results for name in ("statuses", "base"))
    return _look(answer, ids, told) if ids and known else None


def _look(answer: Batch, ids: Iterable[int], told: str) -> Look:
    base = parse.text(answer.result("base"))
    last = next((parse.text(row.get("CURRENCY")) for row in rows_of(answer.get("last"))), "")
    own = tuple(dict.fromkeys(filter(None, (last, told or base))))
    known = statuses(rows_of(answer.result("statuses")))
    found = {id: item for id in ids if (item := _item(answer.get(f"look_{id}"), id))}
    return Look({id: replace(item, statuses=known, currencies=own) for id, item in found.items()}, known, own)


def _item(old: Any, id: int) -> OldItem | None:
    if not isinstance(old, Mapping) or not legacy_parse.is_readable(old, id) or legacy_parse.is_template(old):
        return None
    standing = _standing(old)
    return OldItem(standing.id, standing.stage, "", standing.moved_at, old)


def _standing(row: Params) -> Item:
    return Item(parse.number(row.get("ID")), parse.text(row.get("STATUS_ID")), "", parse.moment(row.get("DATE_STATUS")))
