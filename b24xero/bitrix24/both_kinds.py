"""What is asked of invoices by their keys: each kind by its own methods, answered under the keys again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from b24xero.bitrix24 import (
    all_invoices,
    invoice_count,
    invoice_list,
    legacy_count,
    legacy_invoices,
    legacy_list,
    legacy_moves,
    merged_list,
    parse,
    stages,
)
from b24xero.bitrix24.all_invoices import Stretch
from b24xero.bitrix24.invoice_list import Choose
from b24xero.bitrix24.invoice_numbers import Groups
from b24xero.bitrix24.legacy_moves import Look, OldItem
from b24xero.bitrix24.recent_invoices import MOST, Recent
from b24xero.bitrix24.recent_invoices import recent as recent_of_today
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.stages import Item, Move, Moved
from b24xero.bitrix24.templates import Templates
from b24xero.domain.invoice import Invoice, InvoiceRow, Kind
from b24xero.domain.invoice_key import id_of, ids_of, key_of, kind_of
from b24xero.domain.queries import Counted, InvoicePage, InvoiceQuery
from b24xero.domain.traits import NOTHING, Needs

T = TypeVar("T")
OLD: Kind = "legacy"
MOST_MOVES: Mapping[Kind, int] = {"smart": stages.MOST_MOVES, "legacy": legacy_moves.MOST_MOVES}


def by_kind(
    keys: Iterable[int],
    smart: Callable[[Sequence[int]], Mapping[int, T]],
    legacy: Callable[[Sequence[int]], Mapping[int, T]],
) -> dict[int, T]:
    """What each kind's own question says of these, in the order of the keys; a kind of which there is none is not asked
    about."""
    wanted = list(dict.fromkeys(keys))
    ids, old_ids = ids_of("smart", wanted), ids_of("legacy", wanted)
    said = dict(smart(ids)) if ids else {}
    said |= {key_of(OLD, id): one for id, one in legacy(old_ids).items()} if old_ids else {}
    return {key: said[key] for key in wanted if key in said}


def gone(keys: Iterable[int], smart: Callable[[Sequence[int]], Iterable[int]], session: Session) -> frozenset[int]:
    wanted = list(keys)
    ids, old_ids = ids_of("smart", wanted), ids_of("legacy", wanted)
    missing = frozenset(smart(ids)) if ids else frozenset()
    return missing | {key_of(OLD, id) for id in (legacy_invoices.gone(session, old_ids) if old_ids else ())}


def old_invoices(session: Session, ids: Iterable[int], needs: Needs = NOTHING) -> dict[int, Invoice]:
    return {id: keyed(one) for id, one in legacy_invoices.invoices(session, ids, needs).items()}


def keyed(one: Any) -> Any:
    """An old invoice, a row or a place of one, under its key."""
    return replace(one, id=key_of(OLD, one.id))


# -- lists ------------------------------------------------------------------------------------------------------------


def page(
    session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates, choose: Choose | None,
    groups: Groups | None = None,
) -> InvoicePage:  # fmt: skip
    """``choose``: of what was counted, the keys that are wanted; ``groups``: of what was not, what is told by number
    alone, where the portal has today's invoices alone: the older list would leave out a condition without a word."""
    if len(query.kinds) > 1:
        return merged_list.invoice_page(session, categories, query, met, choose)
    asked = query.of(query.kinds[0])
    if query.kinds != (OLD,):
        return invoice_list.invoice_page(session, categories, asked, met, choose, groups)

    def by_ids(found: Counted) -> Sequence[int] | None:
        chosen = choose(_keyed_count(found)) if choose else None
        return None if chosen is None else ids_of(OLD, chosen)

    old = legacy_list.invoice_page(session, asked, by_ids if choose else None)
    return replace(
        old, rows=tuple(map(keyed, old.rows)), beside=_keyed_count(old.beside) if old.beside else None
    )  # fmt: skip


def counted(session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates) -> Counted:
    if len(query.kinds) > 1:
        return merged_list.counted(session, categories, query, met)
    if query.kinds == (OLD,):
        return _keyed_count(legacy_count.counted(session, query))
    commands = invoice_list.stage_commands(categories)
    answer = session.batch({**invoice_count.commands(query, met), **commands})
    return invoice_count.read(answer, met, parse.stages(invoice_list.statuses(answer)))


def _keyed_count(found: Counted) -> Counted:
    return replace(found, rows=tuple(map(keyed, found.rows)))


def matching(session: Session, query: InvoiceQuery, most: int, met: Templates) -> tuple[int, ...]:
    if len(query.kinds) > 1:
        return merged_list.matching_ids(session, query, most, met)
    asked = query.of(query.kinds[0])
    if query.kinds == (OLD,):
        return tuple(key_of(OLD, id) for id in legacy_list.matching_ids(session, asked, most))
    return invoice_list.matching_ids(session, asked, most, met)


def stretch(
    session: Session, after: int, expected: int, kind: Kind, met: Templates, dated: tuple[date, date] | None = None
) -> Stretch:
    """``dated``: the first and the last day of a period."""
    if kind == OLD:
        found = legacy_list.stretch(session, after, expected, dated)
        return replace(found, rows=tuple(map(keyed, found.rows)))
    condition = all_invoices.dated(*dated) if dated else None
    return all_invoices.stretch(session, after, expected, met, condition)


def rows(session: Session, keys: Iterable[int], met: Templates) -> tuple[InvoiceRow, ...]:
    found = by_kind(
        keys,
        lambda ids: {row.id: row for row in all_invoices.by_ids(session, ids, met)},
        lambda ids: {row.id: keyed(row) for row in legacy_list.by_ids(session, ids)},
    )
    return tuple(found.values())


def recent(
    session: Session, categories: Sequence[int], since: date, kinds: Iterable[Kind], met: Templates, needs: Needs
) -> Recent:
    """Of all kinds that the portal has, the newest first, as many as of one."""
    looked = [
        recent_of_today(session, categories, since, met, needs) if kind == "smart" else _old_ones(session, since, needs)
        for kind in sorted(kinds, reverse=True)
    ]
    if len(looked) == 1:
        return looked[0]
    newest = sorted((one for found in looked for one in found.invoices), key=lambda one: one.date, reverse=True)
    return Recent(tuple(newest[:MOST]), sum(found.total for found in looked))


def _old_ones(session: Session, since: date, needs: Needs) -> Recent:
    found = legacy_list.recent(session, since, needs)
    return replace(found, invoices=tuple(map(keyed, found.invoices)))


# -- where they stand -------------------------------------------------------------------------------------------------


def standings(session: Session, keys: Iterable[int], *, whole: bool) -> dict[int, Item]:
    """``whole``: old ones with all that they say, one call for every 47."""

    def of_old(ids: Sequence[int]) -> Mapping[int, Item]:
        found = _whole(session, ids) if whole else legacy_moves.standings(session, ids)
        return {id: keyed(item) for id, item in found.items()}

    return by_kind(keys, lambda ids: stages.standings(session, ids), of_old)


def _whole(session: Session, ids: Iterable[int]) -> dict[int, Item]:
    left, found = iter(ids), dict[int, Item]()
    while some := list(islice(left, legacy_moves.MOST_LOOKS)):
        found |= legacy_moves.look(session, some).items
    return found


def move(session: Session, moves: Sequence[Move], then_look_at: Sequence[int], before: Mapping[int, Item]) -> Moved:
    """Moves of one kind. Old ones need what they say now; those of which that is not known are looked at first, which
    is one call more."""
    kinds = {kind_of(key) for key in (*(each.id for each in moves), *then_look_at)}
    if kinds != {OLD}:
        if OLD in kinds:
            raise ValueError("a batch moves and looks at invoices of one kind")
        return stages.move(session, moves, then_look_at)
    wanted = [replace(each, id=id_of(each.id)) for each in moves]
    following = [id_of(key) for key in then_look_at]
    if not wanted:
        return Moved({}, dict(_under_keys(_whole(session, following))))
    asked = {each.id for each in moves}
    known = {id_of(key): one for key, one in before.items() if key in asked and isinstance(one, OldItem)}
    moved = legacy_moves.move(session, wanted, _looked(session, wanted, known), following)
    return Moved(
        dict(_under_keys(moved.results)), dict(_under_keys(moved.looked)),
        {key_of(OLD, id): changes for id, changes in moved.changed.items()},
    )  # fmt: skip


def _looked(session: Session, wanted: Sequence[Move], known: Mapping[int, OldItem]) -> Look:
    unknown = [each.id for each in wanted if each.id not in known]
    if unknown:
        looked = legacy_moves.look(session, unknown)
        return replace(looked, items={**known, **looked.items})
    one = next(iter(known.values()))
    return Look(dict(known), one.statuses, one.currencies)


def _under_keys(said: Mapping[int, Any]) -> Iterator[tuple[int, Any]]:
    for id, one in said.items():
        yield key_of(OLD, id), keyed(one) if isinstance(one, Item) else one
