"""What a person chose for one invoice before it is written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from b24xero.domain.set_up import Cents

DriftChoice = Literal["", "bitrix24", "leave"]
CustomerChoice = Literal["", "bitrix24", "leave"]

_CENTS: Mapping[str, Cents] = {"tax": "tax", "line": "line", "as_is": "as_is"}
_DRIFTS: Mapping[str, DriftChoice] = {"bitrix24": "bitrix24", "leave": "leave"}
_CUSTOMERS: Mapping[str, CustomerChoice] = {"bitrix24": "bitrix24", "leave": "leave"}


@dataclass(frozen=True)
class Choices:
    """What the person chose for one invoice; empty: not asked. ``contact``: a ContactID or "new"; ``cents``: what is
    done about a cent of rounding; ``drift``: about edits by hand; ``again``: one that was deleted in Xero is created
    once more; ``customer``: what happens to the contact of a customer that changed, where Xero
    said what was ``saw`` then."""

    contact: str = ""
    cents: Cents = ""
    drift: DriftChoice = ""
    again: bool = False
    customer: CustomerChoice = ""
    saw: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Choices:
        """The fields of a form or an address, as far as each is one of the choices there are."""
        return cls(
            given.get("contact", ""),
            _CENTS.get(given.get("cents", ""), ""),
            _DRIFTS.get(given.get("drift", ""), ""),
            given.get("again") == "1",
            _CUSTOMERS.get(given.get("customer", ""), ""),
            given.get("saw", ""),
        )

    @property
    def given(self) -> dict[str, Any]:
        """As ``of`` reads them, for an address; without what was not asked."""
        return {name: "1" if value is True else value for name, value in asdict(self).items() if value}
