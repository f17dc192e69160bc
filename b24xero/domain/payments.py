"""Money that came in for an invoice in Xero: what, when. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Payment:
    """One payment, of the invoice's currency; ``day`` None where Xero does not say."""

    amount: Decimal
    day: date | None = None
    reference: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "amount": str(self.amount),
            "day": self.day.isoformat() if self.day else "",
            "reference": self.reference,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Payment:
        day = date.fromisoformat(stored["day"]) if stored["day"] else None
        return cls(Decimal(stored["amount"]), day, stored["reference"])
