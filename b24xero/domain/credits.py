"""What settled an invoice beside money received: credit notes, prepayments, overpayments. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, get_args

Kind = Literal["credit_note", "prepayment", "overpayment"]
CREDIT_NOTE: Final = "credit_note"
PREPAYMENT: Final = "prepayment"
OVERPAYMENT: Final = "overpayment"
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Credit:
    """What one document took off an invoice. ``kind``: one of KINDS; ``number`` of a credit note, else empty."""

    kind: Kind
    amount: Decimal
    number: str = ""

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "amount": str(self.amount), "number": self.number}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Credit:
        return cls(stored["kind"], Decimal(stored["amount"]), stored["number"])


def received(settled: Decimal, credits: Sequence[Credit]) -> Decimal:
    """Money that came in for the invoice itself, of all that settled it."""
    return settled - sum((credit.amount for credit in credits), Decimal(0))


def largest(credits: Sequence[Credit]) -> Kind:
    """The kind that took off most; credit notes where it is the same."""
    sums = {kind: sum(credit.amount for credit in credits if credit.kind == kind) for kind in KINDS}
    return max(KINDS, key=lambda kind: sums[kind])


def named(settled: Decimal, credits: Sequence[Credit]) -> tuple[str, ...]:
    """What an invoice is settled by, each once: "payment", a kind, or a credit note with its number, as
    "credit_note CN-0012"."""
    money = ("payment",) if received(settled, credits) > 0 else ()
    return (*money, *dict.fromkeys(f"{credit.kind} {credit.number}".strip() for credit in credits))
