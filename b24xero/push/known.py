"""What is known of an invoice in Xero: as it is remembered, and as Xero says it now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from b24xero.domain.credits import named
from b24xero.domain.set_up import Cents, Stands
from b24xero.domain.statuses import Standing, credits_of, standing
from b24xero.xero.parse import XeroInvoice


class Link(Standing, Protocol):
    """What is remembered of an invoice and its one in Xero; an InvoiceLink is one."""

    @property
    def xero_id(self) -> str | None: ...
    @property
    def xero_number(self) -> str | None: ...
    @property
    def written(self) -> dict[str, Any] | None: ...
    @property
    def fingerprint(self) -> str | None: ...
    @property
    def cents(self) -> Cents: ...
    @property
    def xero_total(self) -> Decimal | None: ...
    @property
    def line_ids(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class Current:
    """What Xero says of the invoice, now or when it was last heard."""

    number: str
    xero_status: str | None
    xero_due: Decimal | None = None
    xero_settled: Decimal | None = None
    xero_due_date: str | None = None
    xero_credits: Sequence[Mapping[str, str]] | None = None
    xero_total: Decimal | None = None

    @classmethod
    def of(cls, said: XeroInvoice) -> Current:
        due_date = said.due_date.isoformat() if said.due_date else None
        credits = None if said.credits is None else [credit.as_json() for credit in said.credits]
        return cls(said.number, said.status, said.due, said.settled, due_date, credits, said.total)

    @property
    def settled_by(self) -> tuple[str, ...]:
        """As ``credits.named``."""
        return named(self.xero_settled or Decimal(0), credits_of(self))

    def where(self, today: date) -> Stands:
        return standing(self, today)
