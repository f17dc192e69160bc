"""What of a month-end sheet stands where its lines do not: on the main page, beside other months. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24xero.reconciliation.sheet import Sheet, Sum


@dataclass(frozen=True)
class Brief:
    """``agreeing`` of the invoices that belong in Xero; ``kinds``: how many differences there are of each."""

    agrees: bool
    agreeing: int
    belongs: Sum
    there: Sum
    unexplained: Sum
    kinds: Mapping[str, int]
    whole: bool

    @property
    def apart(self) -> Sum:
        return self.belongs - self.there

    def as_json(self) -> dict[str, Any]:
        return {
            "agrees": self.agrees, "agreeing": self.agreeing, "belongs": self.belongs.as_json(),
            "there": self.there.as_json(), "unexplained": self.unexplained.as_json(), "kinds": dict(self.kinds),
            "whole": self.whole,
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Brief:
        return cls(
            stored["agrees"], stored["agreeing"], Sum.from_json(stored["belongs"]), Sum.from_json(stored["there"]),
            Sum.from_json(stored["unexplained"]), stored["kinds"], stored["whole"],
        )  # fmt: skip


def brief_of(sheet: Sheet) -> Brief:
    return Brief(
        agrees=sheet.agrees,
        agreeing=sheet.agreeing,
        belongs=sheet.belongs,
        there=sheet.there,
        unexplained=sheet.bridge.unexplained,
        kinds=Counter(line.kind for line in sheet.differences),
        whole=sheet.whole,
    )
