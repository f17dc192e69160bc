"""One organisation's books and how they are kept: look-ups, snapshots, derived statuses."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from b24xero.simulator.xero.records import Attachment, Contact, CreditNote, Invoice, Item, Json, Payment

# "XE day rates" of the simulator: units of a currency for one New Zealand dollar; other bases by division.
DAY_RATES = {
    "NZD": Decimal(1), "USD": Decimal("0.5932"), "AUD": Decimal("0.9017"), "GBP": Decimal("0.4461"),
    "EUR": Decimal("0.5214"), "JPY": Decimal("88.21"),
}  # fmt: skip


class Ids:
    """Identifiers that look random and are the same in every run."""

    def __init__(self, seed: str = "xero") -> None:
        self._random = random.Random(seed)

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def opaque(self, length: int = 43) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        return "".join(self._random.choice(letters) for _ in range(length))


@dataclass
class Options:
    """What the vendor leaves undocumented (facts §14), each with the less comfortable answer as its default.

    ``new_lines``: where an update puts lines without an id, "first" or "as_sent" (more §0b). ``created_order``: in
    which order a create's lines come back, "sent" or "reversed", which is nowhere promised. ``zero_lines_keep_account``
    and ``keeps_text``: whether lines of 0.00 show their account, and emoji and CRLF come back as they were sent.
    ``drops_tracking``: what a write says of tracking is left out, and the write succeeds (more §4).
    """

    modified_since: str = "exclusive"
    deleted_frees_number: bool = False
    items_need_settings: bool = False
    keep_auth_event: bool = False
    insufficient_scope_status: int = 401
    new_lines: str = "first"
    created_order: str = "sent"
    zero_lines_keep_account: bool = False
    keeps_text: bool = False
    drops_tracking: bool = False


def named(rows: list[Json], key: str, value: str) -> Json | None:
    """The row whose ``key`` is ``value``, without regard to case."""
    return next((row for row in rows if str(row.get(key, "")).lower() == value.lower()), None)


@dataclass
class Organisation:
    """The books of one organisation. Settings rows are kept as they go over the wire, documents as records."""

    tenant_id: str
    name: str
    info: Json
    accounts: list[Json]
    tax_rates: list[Json]
    currencies: list[Json]
    themes: list[Json]
    tracking: list[Json]
    contacts: dict[str, Contact] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    credit_notes: dict[str, CreditNote] = field(default_factory=dict)
    history: dict[str, list[Json]] = field(default_factory=dict)
    attachments: dict[str, dict[str, Attachment]] = field(default_factory=dict)
    by_number: dict[str, dict[str, None]] = field(default_factory=dict)
    next_invoice: int = 1
    next_credit_note: int = 1
    period_lock: date | None = None
    year_lock: date | None = None

    # -- what an organisation is --------------------------------------------------------------------------------

    @property
    def base_currency(self) -> str:
        return str(self.info["BaseCurrency"])

    @property
    def default_theme_id(self) -> str:
        """The theme with the lowest SortOrder (facts §4)."""
        return str(min(self.themes, key=lambda theme: int(theme["SortOrder"]))["BrandingThemeID"])

    def day_rate(self, currency: str) -> Decimal:
        """Units of ``currency`` for one of the base currency, to six places."""
        rate = DAY_RATES.get(currency, Decimal(1)) / DAY_RATES.get(self.base_currency, Decimal(1))
        return rate.quantize(Decimal("0.000001"))

    def subscribes_to(self, currency: str) -> bool:
        return any(row["Code"] == currency for row in self.currencies)

    # -- look-ups -----------------------------------------------------------------------------------------------

    def account(self, code: str) -> Json | None:
        return named(self.accounts, "Code", code) if code else None

    def tax_rate(self, tax_type: str) -> Json | None:
        return named(self.tax_rates, "TaxType", tax_type) if tax_type else None

    def active_contact_named(self, name: str) -> Contact | None:
        """Names are unique among active contacts, without regard to case (facts §5.1)."""
        wanted = name.lower()
        active = (contact for contact in self.contacts.values() if contact.status == "ACTIVE")
        return next((contact for contact in active if contact.name.lower() == wanted), None)

    def contact_numbered(self, number: str) -> Contact | None:
        """Archived contacts keep their number."""
        if not number:
            return None
        wanted = number.lower()
        return next((contact for contact in self.contacts.values() if contact.number.lower() == wanted), None)

    def contact_at(self, key: str) -> Contact | None:
        """By ContactID or ContactNumber, as in a path."""
        return self.contacts.get(key.lower()) or self.contact_numbered(key)

    def item_at(self, key: str) -> Item | None:
        """By ItemID or Code."""
        by_code = (item for item in self.items.values() if item.code.lower() == key.lower())
        return self.items.get(key.lower()) or next(by_code, None)

    def invoice_numbered(self, number: str) -> Invoice | None:
        """Sales invoices only: bills may share numbers (facts §3.5)."""
        return next(iter(self.sales_numbered(number)), None)

    def sales_numbered(self, number: str) -> list[Invoice]:
        """All of them, deleted ones too. ``by_number`` is a hint, since an invoice may have another number by now."""
        wanted = number.lower()
        found = (self.invoices.get(invoice_id) for invoice_id in self.by_number.get(wanted, ()))
        return [one for one in found if one and one.type == "ACCREC" and one.number.lower() == wanted]

    def invoice_at(self, key: str) -> Invoice | None:
        """By InvoiceID or InvoiceNumber."""
        return self.invoices.get(key.lower()) or self.invoice_numbered(key)

    # -- changes ------------------------------------------------------------------------------------------------

    def next_free_number(self) -> str:
        """Automatic numbers go on with the organisation's sequence and step over taken ones (facts §3.5)."""
        while True:
            number = f"INV-{self.next_invoice:04d}"
            self.next_invoice += 1
            if self.invoice_numbered(number) is None:
                return number

    def put_invoice(self, invoice: Invoice) -> Invoice:
        """Keep an invoice, its AUTHORISED or PAID derived from what is due (facts §3.3)."""
        invoice = with_derived_status(invoice)
        self.invoices[invoice.invoice_id] = invoice
        self.by_number.setdefault(invoice.number.lower(), {})[invoice.invoice_id] = None
        return invoice

    def snapshot(self) -> dict[str, Any]:
        """Shallow copies are enough: records are replaced, never changed."""
        return {key: dict(value) for key, value in self._tables()} | {"next_invoice": self.next_invoice}

    def restore(self, snapshot: dict[str, Any]) -> None:
        for key, value in snapshot.items():
            setattr(self, key, value)

    def _tables(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for key in ("contacts", "items", "invoices", "payments", "credit_notes"):
            yield key, getattr(self, key)


def with_derived_status(invoice: Invoice) -> Invoice:
    """PAID exactly when an approved invoice has nothing due; FullyPaidOnDate is the day of the last settlement."""
    if invoice.status not in ("AUTHORISED", "PAID"):
        return invoice
    if invoice.amount_due > 0:
        return replace(invoice, status="AUTHORISED", paid_on=None)
    days = [payment.day for payment in invoice.payments] + [credit.day for credit in invoice.credits]
    return replace(invoice, status="PAID", paid_on=max(days, default=invoice.day))
