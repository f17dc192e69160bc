"""Which items of the portal's invoices are recurring templates, as far as they have been met.

A template is an item like any invoice and says what it is only when it is read: a filter for it is refused by boxes of
before 2026 (source §1 #7). So each list selects the field and drops templates, and their ids are kept: a page on which
one was met is asked for again without it, and no later page, count or total has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from b24xero.bitrix24 import parse
from b24xero.bitrix24.batch import Params


class Templates(Protocol):
    """The ids that were met, of one portal."""

    def known(self) -> Collection[int]: ...

    def remember(self, ids: Collection[int]) -> None: ...


class MetTemplates:
    """Kept as long as this object."""

    def __init__(self) -> None:
        self._ids: set[int] = set()

    def known(self) -> Collection[int]:
        return sorted(self._ids)

    def remember(self, ids: Collection[int]) -> None:
        self._ids |= set(ids)


def without(items: Iterable[Params], templates: Templates) -> list[Any]:
    """The invoices among these items; templates are remembered."""
    listed = list(items)
    kept = [item for item in listed if not parse.is_template(item)]
    if len(kept) < len(listed):
        templates.remember(ids_of(listed))
    return kept


def ids_of(items: Iterable[Params]) -> Sequence[int]:
    return [parse.number(item.get("id")) for item in items if parse.is_template(item)]
