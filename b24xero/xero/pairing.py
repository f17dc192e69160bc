"""Which line of one version of an invoice is which line of another: by identity, then by content. Pure.

Never by place: on an update Xero puts lines without an id before the known ones, and nowhere promises that a create
keeps the order that was sent (facts, more §0b). Lines of the same content are interchangeable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24xero.xero import content, kept_text
from b24xero.xero.content import Line
from b24xero.xero.parse import XeroInvoice

Json = Mapping[str, Any]
Key = Callable[[Line], Hashable]


def _words(line: Line) -> str:
    return kept_text.bare(line.description or "")


# What makes two lines the same one, the surest first; a key that is None tells nothing. A product that is on both is as
# good as its words.
_ALIKE: tuple[Key, ...] = (
    lambda line: (_words(line), line.quantity, line.price, line.discount_rate, line.account, line.tax, line.item or ""),
    lambda line: (_words(line), line.quantity, line.price, line.account),
    lambda line: (_words(line), line.quantity, line.price),
    lambda line: (_words(line), line.price),
    lambda line: (_words(line), line.quantity),
    lambda line: _words(line) or None,
    lambda line: (line.item, line.price) if line.item else None,
    lambda line: line.item or None,
)


def pairs(left: Sequence[Line], right: Sequence[Line], *, told_apart: bool = False) -> dict[int, int]:
    """Places in ``right`` → places in ``left``. Where ``left`` has no ids at all, lines are also known by their
    figures, and what is left over is taken in order, but for lines with tracking: then nothing hangs on it but how
    differences are told.

    Args:
        told_apart: lines of ``left`` that are in ``right`` got their ids already, so those without one are new.
    """
    ids = {line.id: place for place, line in enumerate(left) if line.id}
    found = {place: ids[line.id] for place, line in enumerate(right) if line.id in ids}
    for key in _ALIKE:
        if len(found) == min(len(left), len(right)):
            break  # mostly by the first
        found |= _alike(left, right, found, key)
    if not ids and not told_apart:
        found |= _alike(left, right, found, lambda line: (line.quantity, line.price, line.discount_rate, line.tracked))
        rest_left, rest_right = _rest(left, right, found)
        found |= dict(zip([n for n in rest_right if not right[n].tracking], rest_left, strict=False))
    return found


def _rest(left: Sequence[Line], right: Sequence[Line], found: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """The places that have no partner yet."""
    taken = set(found.values())
    return [n for n in range(len(left)) if n not in taken], [n for n in range(len(right)) if n not in found]


def _alike(left: Sequence[Line], right: Sequence[Line], found: Mapping[int, int], key: Key) -> dict[int, int]:
    """Of those without a partner the ones with the same key; several of the same in order."""
    rest_left, rest_right = _rest(left, right, found)
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for place in reversed(rest_left):
        waiting[key(left[place])].append(place)
    waiting.pop(None, None)
    return {place: same.pop() for place in rest_right if (same := waiting.get(key(right[place])))}


def told_ids(body: Json, said: XeroInvoice) -> list[str]:
    """By the body's places: the ids that Xero's lines have in its answer to this very body; "" where it has none."""
    lines, shown = content.sent(body).lines or (), content.shown(said).lines or ()
    ids = [""] * len(lines)
    for there, here in pairs(lines, shown).items():
        ids[here] = shown[there].id
    return ids


def known_ids(
    body: Json, row_ids: Sequence[int], known: Mapping[str, str], written: Json | None, current: XeroInvoice
) -> list[str]:
    """By the body's places: the ids of the lines that Xero has already, so that what hangs on them stays.

    Args:
        row_ids: which row each line of the body is of, 0 for one that stands for none.
        known: row → id, of the last write; rows may have got other ids since, then their content tells.
        written: the body of the last write, its lines with the ids that they got.
    """
    lines, shown = content.sent(body).lines or (), content.shown(current).lines or ()
    before = content.sent(written).lines or () if written else ()
    by_row = _by_row(known, before, shown)
    open_ids = {line.id for line in shown}
    ids = []
    for row in row_ids:
        id = by_row.pop(str(row), "")
        ids.append(id if id in open_ids else "")
        open_ids.discard(id)
    for version in (before, shown):
        _fill(ids, lines, [line for line in version if line.id in open_ids - set(ids)])
    return ids


def _fill(ids: list[str], lines: Sequence[Line], candidates: Sequence[Line]) -> None:
    """Ids for lines that have none, from candidates with the same content."""
    places = [place for place, id in enumerate(ids) if not id]
    found: dict[int, int] = {}
    wanted = [lines[place] for place in places]
    for key in _ALIKE:
        found |= _alike(candidates, wanted, found, key)
    for place, candidate in found.items():
        ids[places[place]] = candidates[candidate].id


def _by_row(known: Mapping[str, str], before: Sequence[Line], shown: Sequence[Line]) -> dict[str, str]:
    """Row → id. Links of earlier versions got their ids by place and wrote their lines without: there the content that
    was written tells which line is which, and the kept id only where it tells nothing."""
    if len(before) != len(known) or any(line.id for line in before):
        return dict(known)
    found: dict[int, int] = {}
    for key in _ALIKE:
        found |= _alike(before, shown, found, key)
    rows = list(known)
    told = {rows[here]: shown[there].id for there, here in found.items()}
    return {row: id for row, id in known.items() if row not in told and id not in told.values()} | told


# -- three versions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trio:
    """One line in the three versions, None where it is not in one; ``number`` is where the reader finds it."""

    written: Line | None
    now: Line | None
    current: Line | None
    number: int


# -- which line is which ----------------------------------------------------------------------------------------------


def trios(old: Sequence[Line], new: Sequence[Line], shown: Sequence[Line]) -> Iterator[Trio]:
    """Xero's lines with their partners in the two other versions, then the lines that Xero does not have."""
    of_old, of_new = pairs(old, shown), pairs(new, shown, told_apart=any(line.id for line in old))
    for n, line in enumerate(shown):
        was, now = of_old.get(n), of_new.get(n)
        number = (now if now is not None else n) + 1
        yield Trio(_at(old, was), _at(new, now), line, number)
    left_old = [n for n in range(len(old)) if n not in of_old.values()]
    left_new = [n for n in range(len(new)) if n not in of_new.values()]
    among = pairs([old[n] for n in left_old], [new[n] for n in left_new])
    for place, n in enumerate(left_new):
        was = left_old[among[place]] if place in among else None
        yield Trio(_at(old, was), new[n], None, n + 1)


def _at(lines: Sequence[Line], place: int | None) -> Line | None:
    return None if place is None else lines[place]
