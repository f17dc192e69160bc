"""In which order tests run that several processes share: what takes long begins first and is not waited for last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Test = TypeVar("Test")


def dealt(browser: Sequence[Test], slow: Sequence[Test], rest: Sequence[Test], processes: int) -> list[Test]:
    """All of them in as many equal runs of neighbours as there are processes, for that is how xdist's worksteal cuts.

    The first process begins with the browser tests, one Chromium being enough for two cores; the others begin with the
    slow ones. All end with quick ones, of which who is done takes half from who is not.
    """
    runs: list[list[Test]] = [[] for _ in range(processes)]
    runs[0] += browser
    for n, test in enumerate(slow):
        runs[1 + n % (processes - 1) if processes > 1 else 0].append(test)
    whole, left = len(browser) + len(slow) + len(rest), list(rest)
    for n, run in enumerate(runs):
        size = (whole - sum(map(len, runs[:n]))) // (processes - n)
        fill = max(0, size - len(run)) if n < processes - 1 else len(left)
        run += left[:fill]
        del left[:fill]
    return [test for run in runs for test in run]
