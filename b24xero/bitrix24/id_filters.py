"""How a list is narrowed to many ids, or to all but them: ids that follow each other go as one range. Pure.

A firm that sends nearly every invoice to Xero has most ids in a row, so that some ranges say what thousands of ids
would (18,000 ids are 119 kB a page). Source: facts §3.1 (operators, nested conditions with ``logic``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Up to so many ids stand as a list: a database finds them by its index.
FEW_IDS = 200
# Above so many values a filter leaves the batch for a call of its own: a batch is a PHP query string, and PHP drops
# what exceeds max_input_vars (1,000 by default) without a word.
MANY_VALUES = 220
# A shorter row of ids costs as a range what it costs as a list.
SHORTEST = 3

Range = tuple[int, int]


def among(ids: Iterable[int]) -> dict[str, Any]:
    """The condition for these ids alone; that for none where there are none."""
    wanted = sorted(set(ids))
    if len(wanted) <= FEW_IDS:
        return {"@id": wanted or [0]}
    single, ranges = _rows(wanted)
    groups: list[dict[str, Any]] = [{">=id": first, "<=id": last} for first, last in ranges]
    return _either([*groups, {"@id": single}] if single else groups)


def not_among(ids: Iterable[int]) -> dict[str, Any]:
    """The condition for all ids but these."""
    left_out = sorted(set(ids))
    if len(left_out) <= FEW_IDS:
        return {"!@id": left_out} if left_out else {}
    single, ranges = _rows(left_out)
    if not ranges:
        return {"!@id": single}
    between = zip(ranges, ranges[1:], strict=False)
    gaps = [{">id": before[1], "<id": after[0]} for before, after in between]
    groups = [{"<id": ranges[0][0]}, *gaps, {">id": ranges[-1][1]}]
    return {**_either(groups), **({"!@id": single} if single else {})}


def parts(ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Conditions that together are for these ids, each id in one of them, and each of few enough values for a batch."""
    wanted = sorted(set(ids))
    single, ranges = (wanted, []) if len(wanted) <= FEW_IDS else _rows(wanted)
    at_once = MANY_VALUES // 2 - 1
    for first in range(0, len(ranges), at_once):
        yield _either([{">=id": low, "<=id": high} for low, high in ranges[first : first + at_once]])
    for first in range(0, len(single), FEW_IDS):
        yield {"@id": single[first : first + FEW_IDS]}


def leaves(condition: Mapping[str, Any]) -> int:
    """How many values a condition has, wherever they stand in it."""
    return sum(
        leaves(value) if isinstance(value, Mapping) else len(value) if isinstance(value, list) else 1
        for value in condition.values()
    )


def _rows(ids: list[int]) -> tuple[list[int], list[Range]]:
    """The ids that stand alone or in short rows, and the longer rows."""
    ranges: list[list[int]] = []
    for id in ids:
        if ranges and id == ranges[-1][1] + 1:
            ranges[-1][1] = id
        else:
            ranges.append([id, id])
    long = [(first, last) for first, last in ranges if last - first + 1 >= SHORTEST]
    short = [id for first, last in ranges if last - first + 1 < SHORTEST for id in range(first, last + 1)]
    return short, long


def _either(groups: list[dict[str, Any]]) -> dict[str, Any]:
    return groups[0] if len(groups) == 1 else {"1": {"logic": "OR", **{str(n): one for n, one in enumerate(groups)}}}
