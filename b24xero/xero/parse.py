"""How Xero spells invoices, contacts and reference lists, and makes neutral objects of them. Pure.

Answers are read as raw JSON with Decimal, tolerantly: fields may be missing, lists may be absent, an unknown status is
kept as it is (Xero facts §2, §9). Shapes: facts §3.2, §4, §5.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import date as Day
from decimal import Decimal, InvalidOperation
from typing import Any

from b24xero.domain.credits import CREDIT_NOTE, OVERPAYMENT, PREPAYMENT, Credit, Kind
from b24xero.domain.days import is_of_business
from b24xero.domain.payments import Payment
from b24xero.xero.contact_content import content
from b24xero.xero.validation_errors import ZERO_ID

Json = Mapping[str, Any]

_DATE = re.compile(r"^/Date\((-?\d+)([+-]\d{4})?\)/$")


@dataclass(frozen=True)
class Tracking:
    """A tracking option that somebody put on a line. Lists leave ``option_id`` out (facts §3.2)."""

    name: str
    option: str
    category_id: str = ""
    option_id: str = ""

    @property
    def words(self) -> str:
        return f"{self.name}: {self.option}"

    def body(self) -> dict[str, str]:
        """As it travels; a wrong shape is dropped without a word (facts, more §4)."""
        if self.category_id and self.option_id:
            return {"TrackingCategoryID": self.category_id, "TrackingOptionID": self.option_id}
        return {"Name": self.name, "Option": self.option}


@dataclass(frozen=True)
class XeroLine:
    """A line as it stands in Xero. ``amount`` is its LineAmount, with tax in it where the invoice's prices have it; a
    line of words alone has 0 throughout. No discount: None. ``tracking`` None: the answer does not say."""

    id: str = ""
    description: str = ""
    quantity: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    account: str = ""
    tax_type: str = ""
    item_code: str = ""
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tracking: tuple[Tracking, ...] | None = None


@dataclass(frozen=True)
class XeroInvoice:
    """An invoice as it stands in Xero; ``settled`` is what is paid or credited, ``line_ids`` in document order.

    ``paid`` is money received, ``credited`` what credit notes, prepayments and overpayments took off: PAID with nothing
    paid is settled by credit (facts §5.3); ``credits`` are these documents and ``payments`` the money, None where the
    answer does not say; ``paid_on``: the day from which nothing is due any more.
    ``line_amount_types``: Exclusive, Inclusive or NoTax. ``theme``: "" where the answer does not say. A list asked for
    without pages has no lines (facts §2.3), and unit prices have four decimals only where they were asked for
    (``unitdp=4``).
    """

    id: str
    number: str
    status: str
    currency: str
    total: Decimal
    due: Decimal
    settled: Decimal
    due_date: Day | None
    url: str
    reference: str
    contact_id: str
    line_ids: tuple[str, ...]
    paid: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    date: Day | None = None
    line_amount_types: str = ""
    contact_name: str = ""
    sub_total: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    lines: tuple[XeroLine, ...] = ()
    credits: tuple[Credit, ...] | None = None
    payments: tuple[Payment, ...] | None = None
    paid_on: Day | None = None
    updated_at: datetime | None = None
    theme: str = ""


@dataclass(frozen=True)
class XeroContact:
    """A contact of the books. ``number`` is our own key when we made it; ``merged_into``: the one to use instead.
    ``has_address`` and ``content`` (what its fields say): as far as the answer tells, which a summary does not."""

    id: str
    name: str
    email: str = ""
    number: str = ""
    archived: bool = False
    merged_into: str = ""
    has_address: bool = False
    content: Mapping[str, str] = field(default_factory=dict, hash=False)


def invoice(element: Json) -> XeroInvoice:
    """A write's answer has no AmountCredited and no Payments (facts §3.2), so what is settled is also read from the
    difference of total and due; a voided invoice keeps its due amount, so the difference is 0 there."""
    total, due = money(element.get("Total")), money(element.get("AmountDue"))
    paid, credited = money(element.get("AmountPaid")), money(element.get("AmountCredited"))
    settled = max(paid + credited, total - due) if element.get("AmountDue") is not None else paid + credited
    billed: Json = element.get("Contact") or {}
    lines = tuple(map(_line, element.get("LineItems") or ()))
    return XeroInvoice(
        id=str(element.get("InvoiceID") or ""),
        number=str(element.get("InvoiceNumber") or ""),
        status=str(element.get("Status") or ""),
        currency=str(element.get("CurrencyCode") or ""),
        total=total,
        due=due,
        settled=settled,
        due_date=business_day(element.get("DueDateString")) or business_day(element.get("DueDate")),
        url=str(element.get("Url") or ""),
        reference=str(element.get("Reference") or ""),
        contact_id=str(billed.get("ContactID") or ""),
        line_ids=tuple(line.id for line in lines if line.id),
        paid=paid,
        credited=settled - paid,
        date=business_day(element.get("DateString")) or business_day(element.get("Date")),
        line_amount_types=str(element.get("LineAmountTypes") or ""),
        contact_name=str(billed.get("Name") or ""),
        sub_total=money(element.get("SubTotal")),
        credits=_credits(element),
        payments=_payments(element),
        paid_on=business_day(element.get("FullyPaidOnDate")),
        updated_at=moment(element.get("UpdatedDateUTC")),
        tax=money(element.get("TotalTax")),
        lines=lines,
        theme=str(element.get("BrandingThemeID") or ""),
    )


# The lists of what is allocated to an invoice, and the kind of each (facts §3.2, more §2, §3).
_CREDITS: Mapping[str, Kind] = {"CreditNotes": CREDIT_NOTE, "Prepayments": PREPAYMENT, "Overpayments": OVERPAYMENT}


def _credits(element: Json) -> tuple[Credit, ...] | None:
    """A write's answer does not say (facts §3.2). What was credited beyond the documents that are listed counts as
    credit notes."""
    if element.get("AmountCredited") is None:
        return None
    found = [
        Credit(kind, money(one.get("AppliedAmount")), str(one.get("CreditNoteNumber") or ""))
        for name, kind in _CREDITS.items()
        for one in element.get(name) or ()
    ]
    rest = money(element["AmountCredited"]) - sum((credit.amount for credit in found), Decimal(0))
    return (*found, Credit(CREDIT_NOTE, rest)) if rest > 0 else tuple(found)


def _payments(element: Json) -> tuple[Payment, ...] | None:
    """Without those that were deleted. A write's answer does not say (facts §3.2)."""
    listed = element.get("Payments")
    if not isinstance(listed, list):
        return None
    return tuple(
        Payment(money(one.get("Amount")), business_day(one.get("Date")), str(one.get("Reference") or ""))
        for one in listed
        if one.get("Status") != "DELETED"
    )


def _line(element: Json) -> XeroLine:
    return XeroLine(
        id=str(element.get("LineItemID") or ""),
        description=str(element.get("Description") or ""),
        quantity=money(element.get("Quantity")),
        unit_price=money(element.get("UnitAmount")),
        amount=money(element.get("LineAmount")),
        tax=money(element.get("TaxAmount")),
        account=str(element.get("AccountCode") or ""),
        tax_type=str(element.get("TaxType") or ""),
        item_code=str(element.get("ItemCode") or ""),
        discount_rate=money(element.get("DiscountRate")) or None,
        discount_amount=money(element.get("DiscountAmount")) or None,
        tracking=_all_tracking(element.get("Tracking")),
    )


def _all_tracking(listed: Any) -> tuple[Tracking, ...] | None:
    return tuple(tracked(one) for one in listed if isinstance(one, Mapping)) if isinstance(listed, list) else None


def tracked(element: Json) -> Tracking:
    """One option, in an answer or in a body of ours."""
    names = ("Name", "Option", "TrackingCategoryID", "TrackingOptionID")
    return Tracking(*(str(element.get(name) or "") for name in names))


def contact(element: Json) -> XeroContact:
    return XeroContact(
        id=str(element.get("ContactID") or ""),
        name=str(element.get("Name") or ""),
        email=str(element.get("EmailAddress") or ""),
        number=str(element.get("ContactNumber") or ""),
        archived=element.get("ContactStatus") not in (None, "ACTIVE"),
        merged_into=str(element.get("MergedToContactID") or "").replace(ZERO_ID, ""),
        has_address=any(map(_is_filled, element.get("Addresses") or ())),
        content=content(element),
    )


def _is_filled(address: Mapping[str, Any]) -> bool:
    """Xero shows empty ones of both kinds."""
    return any(value for name, value in address.items() if name != "AddressType")


def money(value: Any) -> Decimal:
    """A number; old documents show text, and null or nothing is 0."""
    try:
        number = Decimal(str(value)) if value not in (None, "") else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def moment(value: Any) -> datetime | None:
    """A moment: /Date(ms+0000)/ or /Date(ms)/, whose milliseconds are UTC either way, or 2026-09-14T09:29:59Z (§2)."""
    spelt = str(value or "")
    try:
        if match := _DATE.match(spelt):
            read = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(match[1]))
        else:
            read = datetime.fromisoformat(spelt)
    except (ValueError, OverflowError):
        return None
    if not is_of_business(read.year):
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def business_day(value: Any) -> date | None:
    """A calendar day: "2026-09-28T00:00:00" or /Date(ms)/ at midnight UTC; it never goes through a time zone (§2)."""
    spelt = str(value or "")
    try:
        if match := _DATE.match(spelt):
            found = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(match[1]))).date()
        else:
            found = date.fromisoformat(spelt[:10])
    except (ValueError, OverflowError):
        return None
    return found if is_of_business(found.year) else None
