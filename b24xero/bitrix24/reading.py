"""What the portal said of many invoices, kept so that only what has changed since is read again. Pure.

Every change of an invoice moves its ``updatedTime``, a change of its rows alone too (source §2.3); to the second.
Customers are not kept: a change of theirs moves nothing on the invoice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from b24xero.bitrix24 import parse

Params = Mapping[str, Any]

# What was changed in the very second of the reading may be changed once more in it, and clocks of one portal differ.
SURE_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class Said:
    """One invoice's own fields and its rows."""

    item: Params
    rows: Sequence[Params]


@dataclass
class Reading:
    """Of today's invoices, by id."""

    said: dict[int, Said] = field(default_factory=dict)

    def note(self, id: int, said: Said, began: datetime | None) -> None:
        """``began``: when the portal began to answer, by its own clock. What cannot be told from a later state by its
        time is not kept."""
        updated = parse.moment(said.item.get("updatedTime"))
        if began and updated and updated + SURE_AFTER <= began:
            self.said[id] = said
        else:
            self.said.pop(id, None)

    def has(self, id: int, names: Sequence[str]) -> bool:
        """Whether it is known with all of these fields."""
        return id in self.said and all(name in self.said[id].item for name in names)

    def still_so(self, listed: Iterable[Params]) -> dict[int, Said]:
        """Those of the listed ones that were not changed since; each with ``id`` and ``updatedTime`` as it is now."""
        found = {}
        for now in listed:
            known = self.said.get(parse.number(now.get("id")))
            if known and parse.moment(now.get("updatedTime")) == parse.moment(known.item["updatedTime"]):
                found[parse.number(now.get("id"))] = known
        return found

    def as_json(self) -> str:
        return json.dumps({id: [one.item, list(one.rows)] for id, one in self.said.items()}, default=_written)

    @classmethod
    def from_json(cls, text: str | bytes) -> Reading:
        kept = json.loads(text, object_hook=_read)
        return cls({int(id): Said(item, rows) for id, (item, rows) in kept.items()})


def _written(number: Any) -> dict[str, str]:
    if not isinstance(number, Decimal):
        raise TypeError(f"{type(number).__name__} is no value of an answer")
    return {"decimal": str(number)}


def _read(value: dict[str, Any]) -> Any:
    return Decimal(value["decimal"]) if value.keys() == {"decimal"} else value
