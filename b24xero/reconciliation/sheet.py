"""The month-end sheet: two totals, the bridge between them, every difference as a line with its kind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from decimal import Decimal
from typing import Any, Literal

# Why an invoice is in one total and not in the other, or with another amount.
Kind = Literal[
    "not_sent",  # its stage is not sent, or it is cancelled in both
    "cancelled_here",  # its stage asks for it to be voided, and it stands in Xero
    "ready",  # not sent yet
    "stopped",  # something stood against it when it was sent, or its stage has no status yet
    "voided_there",
    "deleted_there",
    "gone_there",  # Xero has no invoice with the id that it had
    "dated_there",  # Xero has it in another period
    "dated_here",  # Bitrix24 has it in another period
    "deleted_here",
    "only_there",  # made in Xero
    "not_linked",  # in both under the same number, and nobody said yet that they are the same
    "other_currency",
    "changed_here",  # the total changed in Bitrix24 since it was last written
    "changed_there",  # the total was changed in Xero since it was last written
    "rounding",  # cents that rounding left
    "apart",  # linked as it was found, with another total: nothing tells whose changed
]
# The order in which the bridge tells them; "not_sent" and "cancelled_here" stand above "Belongs in Xero".
KINDS: tuple[Kind, ...] = (
    "not_sent", "cancelled_here", "ready", "stopped", "voided_there", "deleted_there", "gone_there", "changed_here",
    "changed_there", "rounding", "other_currency", "apart", "not_linked", "dated_there", "dated_here",
    "deleted_here", "only_there",
)  # fmt: skip

# Why customers owe something else by Xero's amounts due than by Bitrix24's stages.
Side = Literal["here", "there"]
OwedKind = Literal[
    "paid_here",  # paid in Bitrix24, unpaid in Xero
    "paid_there",  # paid in Xero, unpaid in Bitrix24
    "part_paid",
    "credited",
    "draft_there",  # not approved in Xero yet, so nobody owes it
    "total_differs",  # as told in the first bridge
    "voided_there",
    "cancelled_here",
    "other_currency",
    "not_linked",
    "dated_here",
    "deleted_here",
    "only_there",
]
OWED_KINDS: tuple[OwedKind, ...] = (
    "paid_here", "paid_there", "part_paid", "credited", "draft_there", "total_differs", "voided_there",
    "cancelled_here", "other_currency", "not_linked", "dated_here", "deleted_here", "only_there",
)  # fmt: skip
# Of what customers owe, told by name; the others are in the first bridge already.
OWED_BY_NAME: tuple[OwedKind, ...] = ("paid_here", "paid_there", "part_paid", "credited", "draft_there")

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Sum:
    """So many invoices, and what they come to in each currency: never added over currencies."""

    count: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def __add__(self, other: Sum) -> Sum:
        currencies = [*self.amounts, *(c for c in other.amounts if c not in self.amounts)]
        return Sum(self.count + other.count, {c: self.of(c) + other.of(c) for c in currencies})

    def __neg__(self) -> Sum:
        return Sum(-self.count, {currency: -amount for currency, amount in self.amounts.items()})

    def __sub__(self, other: Sum) -> Sum:
        return self + -other

    def of(self, currency: str) -> Decimal:
        return self.amounts.get(currency, NOTHING)

    @property
    def is_nothing(self) -> bool:
        return not self.count and not any(self.amounts.values())

    def as_json(self) -> dict[str, Any]:
        return {"count": self.count, "amounts": {c: str(amount) for c, amount in self.amounts.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Sum:
        return cls(stored["count"], {c: Decimal(amount) for c, amount in stored["amounts"].items()})


def total(parts: Iterable[Sum]) -> Sum:
    """Added up in one pass: there may be 10,000."""
    count, amounts = 0, dict[str, Decimal]()
    for part in parts:
        count += part.count
        for currency, amount in part.amounts.items():
            amounts[currency] = amounts.get(currency, NOTHING) + amount
    return Sum(count, amounts)


@dataclass(frozen=True)
class Line:
    """One invoice that is apart. ``here`` and ``there``: its totals, None where the system does not have it in the
    period; ``effect``: what it adds to Bitrix24's side to come to Xero's. ``why``: a problem, as JSON, or empty."""

    kind: Kind | OwedKind
    number: str
    customer: str
    day: Day | None
    currency: str
    here: Decimal | None
    there: Decimal | None
    effect: Sum
    bitrix24_id: int = 0
    xero_id: str = ""
    status: str = ""
    why: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Kind | OwedKind, int, str]:
        """By which it is known again on another sheet."""
        return self.kind, self.bitrix24_id, self.xero_id

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "number": self.number, "customer": self.customer,
            "day": self.day.isoformat() if self.day else None, "currency": self.currency,
            "here": _spelt(self.here), "there": _spelt(self.there), "effect": self.effect.as_json(),
            "bitrix24_id": self.bitrix24_id, "xero_id": self.xero_id, "status": self.status, "why": dict(self.why),
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Line:
        day, here, there = stored["day"], stored["here"], stored["there"]
        return cls(
            kind=stored["kind"], number=stored["number"], customer=stored["customer"],
            day=Day.fromisoformat(day) if day else None, currency=stored["currency"],
            here=None if here is None else Decimal(here), there=None if there is None else Decimal(there),
            effect=Sum.from_json(stored["effect"]), bitrix24_id=stored["bitrix24_id"], xero_id=stored["xero_id"],
            status=stored["status"], why=stored["why"],
        )  # fmt: skip


def _spelt(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


@dataclass(frozen=True)
class Part:
    """What one month's invoices of one stage, or of one status in Xero, come to."""

    side: Side
    month: str
    status: str
    sum: Sum

    def as_json(self) -> dict[str, Any]:
        return {"side": self.side, "month": self.month, "status": self.status, "sum": self.sum.as_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Part:
        return cls(stored["side"], stored["month"], stored["status"], Sum.from_json(stored["sum"]))


@dataclass(frozen=True)
class Bridge:
    """From one side's sum to the other's: ``start`` + ``steps`` = ``must``, which ought to be ``found``."""

    start: Sum
    steps: tuple[tuple[str, Sum], ...]
    found: Sum

    @property
    def must(self) -> Sum:
        return self.start + total(sum for _kind, sum in self.steps)

    @property
    def unexplained(self) -> Sum:
        return self.found - self.must


@dataclass(frozen=True)
class Sheet:
    """Invoices dated in a period: all that Bitrix24 has (``here``), all that counts in Xero (``there``), the lines
    between them; and the same of what customers owe. ``whole``: Bitrix24 shows every invoice to whoever asked."""

    since: Day
    until: Day
    here: Sum
    there: Sum
    lines: tuple[Line, ...] = ()
    owed_here: Sum = Sum()
    owed_there: Sum = Sum()
    owed: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    whole: bool = True

    @property
    def currencies(self) -> tuple[str, ...]:
        """Those with most invoices first."""
        counts: dict[str, int] = {}
        for part in self.parts:
            for currency in part.sum.amounts:
                counts[currency] = counts.get(currency, 0) + part.sum.count
        found = {*self.here.amounts, *self.there.amounts, *self.owed_here.amounts, *self.owed_there.amounts}
        return tuple(sorted(found, key=lambda currency: (-counts.get(currency, 0), currency)))

    def of(self, kind: Kind) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.kind == kind)

    @property
    def belongs(self) -> Sum:
        """What of Bitrix24's belongs in Xero."""
        return self.here + total(line.effect for line in self.of("not_sent"))

    @property
    def bridge(self) -> Bridge:
        """From what belongs in Xero to what is there."""
        return Bridge(self.belongs, _steps(self.lines, KINDS[1:]), self.there)

    @property
    def owed_bridge(self) -> Bridge:
        return Bridge(self.owed_here, _steps(self.owed, OWED_KINDS), self.owed_there)

    @property
    def apart(self) -> Sum:
        """Between what belongs in Xero and what is there."""
        return self.belongs - self.there

    @property
    def differences(self) -> tuple[Line, ...]:
        """What is not as it ought to be, told by name: all but what is not sent on purpose."""
        named = [line for kind in KINDS[1:] for line in self.of(kind)]
        owed = [line for kind in OWED_BY_NAME[:2] for line in self.owed if line.kind == kind]
        return (*named, *owed)

    @property
    def agreeing(self) -> int:
        """Of the invoices that belong in Xero, those with which nothing is the matter."""
        odd = {line.bitrix24_id for line in self.differences if line.bitrix24_id and line.kind not in _NOT_OURS}
        return self.belongs.count - len(odd)

    @property
    def agrees(self) -> bool:
        """Nothing is apart and nothing is unexplained."""
        return not self.differences and self.bridge.unexplained.is_nothing and self.owed_bridge.unexplained.is_nothing

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(), "until": self.until.isoformat(), "here": self.here.as_json(),
            "there": self.there.as_json(), "lines": [line.as_json() for line in self.lines],
            "owed_here": self.owed_here.as_json(), "owed_there": self.owed_there.as_json(),
            "owed": [line.as_json() for line in self.owed], "parts": [part.as_json() for part in self.parts],
            "whole": self.whole,
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Sheet:
        return cls(
            since=Day.fromisoformat(stored["since"]), until=Day.fromisoformat(stored["until"]),
            here=Sum.from_json(stored["here"]), there=Sum.from_json(stored["there"]),
            lines=tuple(map(Line.from_json, stored["lines"])),
            owed_here=Sum.from_json(stored["owed_here"]), owed_there=Sum.from_json(stored["owed_there"]),
            owed=tuple(map(Line.from_json, stored["owed"])), parts=tuple(map(Part.from_json, stored["parts"])),
            whole=stored["whole"],
        )  # fmt: skip


# Lines of invoices that are none of the period's in Bitrix24, or do not belong in Xero.
_NOT_OURS = ("cancelled_here", "dated_here", "deleted_here", "only_there")


def _steps(lines: Sequence[Line], kinds: Iterable[str]) -> tuple[tuple[str, Sum], ...]:
    """Of each kind that there is."""
    by_kind = {kind: [line.effect for line in lines if line.kind == kind] for kind in kinds}
    return tuple((kind, total(effects)) for kind, effects in by_kind.items() if effects)


@dataclass(frozen=True)
class Since:
    """How one sheet stands to an earlier one of the same period: lines that are gone, that are new, that stayed."""

    gone: int
    new: int
    stayed: int
    apart_before: Sum


def compared(sheet: Sheet, before: Sheet) -> Since:
    now, then = {line.key for line in sheet.differences}, {line.key for line in before.differences}
    return Since(len(then - now), len(now - then), len(now & then), before.apart)
