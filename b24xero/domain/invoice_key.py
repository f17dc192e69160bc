"""The one number that names an invoice of either kind through the whole program. Pure.

A portal numbers its invoices of today and its old ones (crm.invoice.*) apart, so an id alone may name two. The key of
an invoice of today is its id, that of an old one the negative of its id: no two meet, and whatever holds one invoice
once by its number (a unique constraint, a dictionary, a lock) keeps doing so. Nobody reads the sign: a key is written
"41" or "old-41".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from b24xero.domain.invoice import Kind

# What the database's id columns hold; the portal has no larger ids, and a longer number is not one.
LARGEST_ID = 2**31 - 1
_WRITTEN = re.compile(r"(old-)?([0-9]{1,10})")


def key_of(kind: Kind, id: int) -> int:
    return -id if kind == "legacy" else id


def kind_of(key: int) -> Kind:
    return "legacy" if key < 0 else "smart"


def id_of(key: int) -> int:
    """Bitrix24's own, unique within its kind."""
    return abs(key)


def ids_of(kind: Kind, keys: Iterable[int]) -> tuple[int, ...]:
    """Bitrix24's ids of those that are of this kind, in their order."""
    return tuple(abs(key) for key in keys if kind_of(key) == kind)


def written(key: int) -> str:
    """As it stands in addresses, in pages and in files: "41", "old-41"."""
    return f"old-{-key}" if key < 0 else str(key)


def read(text: str) -> int:
    """The key that is written so; 0 for what is none."""
    found = _WRITTEN.fullmatch(text)
    id = int(found[2]) if found else 0
    if not found or id > LARGEST_ID:
        return 0
    return key_of("legacy" if found[1] else "smart", id)


def numberless(key: int) -> str:
    """What is shown of an invoice that has no number: its id, as Bitrix24 shows it."""
    return f"#{abs(key)}"
