"""Which invoices were chosen, as an address holds them: up to a thousand keys in some two thousand characters. Pure."""

from __future__ import annotations

import re

from b24xero.domain.invoice_key import LARGEST_ID

_SPELT = re.compile(r"-?[0-9a-z]{1,6}(\.[0-9a-z]{1,6})*")


def read(text: str) -> list[int]:
    """The keys, the largest first; of what is spelt otherwise nothing. ``app.js`` spells them: each other one by how
    much it is less than the one before, to the base of 36; those of old invoices are below 0."""
    if not _SPELT.fullmatch(text):
        return []
    first, *steps = (int(part, 36) for part in text.split("."))
    ids = [first]
    for step in steps:
        ids.append(ids[-1] - step)
    return [id for id in dict.fromkeys(ids) if 0 < abs(id) <= LARGEST_ID]
