"""Many ids as a condition: it means exactly these, or all others, in few words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.bitrix24 import id_filters


def fits(id: int, condition: Mapping[str, Any]) -> bool:
    """As the portal understands it: all of it, and one of an OR."""
    judged = {
        "@id": lambda value: id in value, "!@id": lambda value: id not in value,
        ">id": lambda value: id > value, "<id": lambda value: id < value,
        ">=id": lambda value: id >= value, "<=id": lambda value: id <= value,
    }  # fmt: skip
    each = [
        fits(id, value) if isinstance(value, Mapping) else judged[name](value)
        for name, value in condition.items()
        if name != "logic"
    ]
    return any(each) if condition.get("logic") == "OR" else all(each)


rows = st.lists(st.tuples(st.integers(1, 900), st.integers(1, 300)), max_size=12)


@settings(deadline=None, max_examples=60)
@given(rows)
def test_whatever_ids_they_are_the_conditions_mean_these_and_all_others(rows: list[tuple[int, int]]) -> None:
    ids = {id for first, count in rows for id in range(first, first + count)}
    edges = {id + step for first, count in rows for id in (first, first + count) for step in (-2, -1, 0, 1)}
    those, others = id_filters.among(ids), id_filters.not_among(ids)
    for id in (edges | {1, 450, 1300}) - {0, -1}:
        assert fits(id, those) == (id in ids)
        assert fits(id, others) == (id not in ids)


@settings(deadline=None, max_examples=60)
@given(rows)
def test_parts_have_each_id_once_and_few_values_each(rows: list[tuple[int, int]]) -> None:
    ids = {id for first, count in rows for id in range(first, first + count)}
    parts = list(id_filters.parts(ids))
    assert all(id_filters.leaves(part) <= id_filters.MANY_VALUES for part in parts)
    for id in range(1, 1203):
        assert sum(fits(id, part) for part in parts) == (id in ids)


def test_many_scattered_ids_and_many_ranges_are_taken_apart() -> None:
    scattered = [*range(1, 2000, 2), *(id for first in range(10_000, 16_000, 10) for id in range(first, first + 5))]
    parts = list(id_filters.parts(scattered))
    assert len(parts) == 5 + 6
    assert all(id_filters.leaves(part) <= id_filters.MANY_VALUES for part in parts)


def test_eighteen_thousand_linked_ids_with_some_holes_go_as_a_hundredth_of_their_list() -> None:
    ids = [id for id in range(1, 18_201) if id % 1000 > 10]
    listed = len(json.dumps({"@id": ids}))
    for condition in (id_filters.among(ids), id_filters.not_among(ids)):
        assert len(json.dumps(condition)) < listed / 100
        assert id_filters.leaves(condition) < 60


def test_few_ids_stand_as_they_are() -> None:
    assert id_filters.among([3, 1, 2]) == {"@id": [1, 2, 3]}
    assert id_filters.not_among([3]) == {"!@id": [3]}
    assert id_filters.among([]) == {"@id": [0]}
    assert id_filters.not_among([]) == {}
