"""What the simulated books hold: frozen records that are replaced, never changed in place.

Money is Decimal, days are ``date``, moments are aware UTC. How a record looks on the wire stands in ``*_rows.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from b24xero.simulator.xero.money import ZERO

Json = dict[str, Any]
NO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Contact:
    """A contact (facts §5.1). ``texts`` holds the optional one-line fields under Xero's own names."""

    contact_id: str
    name: str
    updated: datetime
    status: str = "ACTIVE"
    texts: Json = field(default_factory=dict)
    addresses: dict[str, Json] = field(default_factory=dict)
    phones: dict[str, Json] = field(default_factory=dict)
    persons: tuple[Json, ...] = ()
    payment_terms: Json = field(default_factory=dict)
    is_customer: bool = False
    is_supplier: bool = False
    merged_to: str = ""

    @property
    def number(self) -> str:
        return str(self.texts.get("ContactNumber", ""))


@dataclass(frozen=True)
class Line:
    """One line of an invoice, its amounts already rounded (facts §3.1, §3.6)."""

    line_id: str
    description: str = ""
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    line_amount: Decimal = ZERO
    tax_type: str = ""
    tax_amount: Decimal = ZERO
    account_code: str = ""
    account_id: str = ""
    item_code: str = ""
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tracking: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Payment:
    """A payment of an invoice: made or deleted, never edited (facts §5.3)."""

    payment_id: str
    invoice_id: str
    account_id: str
    day: date
    amount: Decimal
    updated: datetime
    rate: Decimal = Decimal(1)
    reference: str = ""
    status: str = "AUTHORISED"


@dataclass(frozen=True)
class Allocation:
    """What a credit note takes off one invoice, or a prepayment or an overpayment: ``kind`` (facts §3.2, §5.3)."""

    credit_note_id: str
    number: str
    day: date
    amount: Decimal
    total: Decimal
    kind: str = "CreditNote"


@dataclass(frozen=True)
class CreditNote:
    """A credit note, just enough of it to produce credited invoices (facts §13)."""

    credit_note_id: str
    number: str
    contact_id: str
    day: date
    lines: tuple[Line, ...]
    line_amount_types: str
    currency: str
    updated: datetime
    status: str = "AUTHORISED"
    sub_total: Decimal = ZERO
    total_tax: Decimal = ZERO
    total: Decimal = ZERO
    applied: Decimal = ZERO


@dataclass(frozen=True)
class Invoice:
    """A sales invoice or a bill (facts §3). PAID is derived from what was paid and credited, never set."""

    invoice_id: str
    type: str
    number: str
    contact_id: str
    day: date
    updated: datetime
    due: date | None = None
    status: str = "DRAFT"
    line_amount_types: str = "Exclusive"
    lines: tuple[Line, ...] = ()
    reference: str = ""
    url: str = ""
    theme_id: str = ""
    currency: str = ""
    rate: Decimal = Decimal(1)
    sent: bool = False
    expected: date | None = None
    planned: date | None = None
    sub_total: Decimal = ZERO
    total_tax: Decimal = ZERO
    total: Decimal = ZERO
    payments: tuple[Payment, ...] = ()
    credits: tuple[Allocation, ...] = ()
    paid_on: date | None = None
    by_app: bool = False

    @property
    def amount_paid(self) -> Decimal:
        return sum((payment.amount for payment in self.payments), ZERO)

    @property
    def amount_credited(self) -> Decimal:
        return sum((credit.amount for credit in self.credits), ZERO)

    @property
    def amount_due(self) -> Decimal:
        """A voided invoice keeps AmountDue == Total, because nothing was ever paid on it (facts §3.3)."""
        return self.total - self.amount_paid - self.amount_credited

    @property
    def settled_in_part(self) -> bool:
        return bool(self.payments or self.credits)


@dataclass(frozen=True)
class Item:
    """A product or service (facts §5.2). ``sales`` and ``purchase`` are the two detail objects as on the wire."""

    item_id: str
    code: str
    updated: datetime
    name: str = ""
    description: str = ""
    purchase_description: str = ""
    is_sold: bool = True
    is_purchased: bool = True
    sales: Json = field(default_factory=dict)
    purchase: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Attachment:
    """A file on a document (facts §3.8)."""

    attachment_id: str
    name: str
    mime_type: str
    content: bytes
