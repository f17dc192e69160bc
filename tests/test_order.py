"""In which order tests run that several processes share."""

from __future__ import annotations

import pytest

from tests.order import dealt


@pytest.mark.parametrize("processes", [1, 2, 3, 5])
def test_every_process_begins_with_what_takes_long_and_none_is_left_out(processes: int) -> None:
    browser, slow, rest = [f"b{n}" for n in range(8)], [f"s{n}" for n in range(20)], [f"q{n}" for n in range(92)]
    order = dealt(browser, slow, rest, processes)
    assert sorted(order) == sorted(browser + slow + rest)
    size = len(order) // processes
    runs = [order[n * size : n * size + 4] for n in range(processes)]
    assert runs[0] == browser[:4]
    assert all(test in slow for run in runs[1:] for test in run)
