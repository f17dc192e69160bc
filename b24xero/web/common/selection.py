"""Which invoices were chosen, as an address holds them: up to a thousand keys in some two thousand characters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from b24xero.domain.invoice_key import LARGEST_ID

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SPELT = re.compile(r"-?[0-9a-z]{1,6}(\.[0-9a-z]{1,6})*")


def spelt(ids: Iterable[int]) -> str:
    """The largest first, each other one by how much it is less than the one before: 412, 411, 409 is "bg.1.2". Keys of
    old invoices are below 0."""
    ordered = sorted(set(ids), reverse=True)
    steps = [before - after for before, after in pairwise(ordered)]
    return ("-" if ordered and ordered[0] < 0 else "") + ".".join(map(_to_36, map(abs, [*ordered[:1], *steps])))


def read(text: str) -> list[int]:
    """The keys, the largest first; of what is spelt otherwise nothing."""
    if not _SPELT.fullmatch(text):
        return []
    first, *steps = (int(part, 36) for part in text.split("."))
    ids = [first]
    for step in steps:
        ids.append(ids[-1] - step)
    return [id for id in dict.fromkeys(ids) if 0 < abs(id) <= LARGEST_ID]


def _to_36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
