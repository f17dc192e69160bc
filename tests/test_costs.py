"""What many invoices cost, counted to the last call, query and byte; ``run.py bench`` counts the same at full size.

Whoever makes one of them dearer meets it here; whoever makes it cheaper writes the new figure down.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import jobs, payments, sheet
from bench.company import Company
from bench.costs import Cost
from bench.place import Place, admin, place

# Calls of Bitrix24, calls of Xero, queries, commits, bytes of what both answered.
FIGURES = {
    "summary": (4, 0, 17, 15, 177420),
    "push": (2, 4, 72, 45, 377865),
    "again": (2, 2, 58, 39, 184993),
    "edited": (4, 3, 64, 44, 381386),
    "pull, nothing": (0, 1, 18, 11, 215),
    "pull, 1 %": (3, 1, 37, 19, 8724),
    "pull, all": (5, 1, 61, 31, 292275),
}
SMALL = Company(invoices=100, customers=20, contacts=200)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    with place("sqlite", tmp_path) as here:
        admin(here, **payments.SET_UP)
        here.control("clock", still=True)
        yield here


def figures(costs: dict[str, Cost]) -> dict[str, tuple[int, int, int, int, int]]:
    return {
        name: (cost.calls["bitrix24"], cost.calls["xero"], cost.queries, cost.commits, cost.bytes_read)
        for name, cost in costs.items()
    }


def test_a_hundred_invoices_cost_what_they_cost_and_not_a_query_more(here: Place) -> None:
    found = figures({**jobs.pushes(here, SMALL, summary=True), **jobs.pulls(here, 100)})
    assert found == FIGURES


def test_a_month_end_asks_for_pages_and_not_for_invoices(here: Place) -> None:
    """At full size, and at the vendors' own limits: ``run.py bench sheet``."""
    cost = sheet.timed(here, 60)
    assert (cost.calls["xero"], cost.calls["bitrix24"]) == (1, 3)
