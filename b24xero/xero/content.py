"""The content of an invoice in one shape, whether a body says it or Xero shows it. Pure.

What is normalised here is what Xero does with a value that it takes, and no difference: numbers keep its places
(facts §3.6), white space around words is trimmed, a discount of 0 is none. What may become of words beside:
``xero/kept_text.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from b24xero.domain.books import Books
from b24xero.xero import parse, totals, tracking
from b24xero.xero.parse import Tracking, XeroInvoice, XeroLine, business_day

Json = dict[str, Any]
Value = Decimal | Day | str | None

HEADER = {
    "date": "Date", "due_date": "DueDate", "reference": "Reference", "contact": "Contact", "currency": "CurrencyCode",
    "prices": "LineAmountTypes", "theme": "BrandingThemeID",
}  # fmt: skip
LINE = {
    "description": "Description", "quantity": "Quantity", "price": "UnitAmount", "discount_rate": "DiscountRate",
    "discount_amount": "DiscountAmount", "tax": "TaxType", "tax_amount": "TaxAmount", "account": "AccountCode",
    "item": "ItemCode",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line; None: nothing is said of it. ``computed`` is the tax that Xero works out by itself, where that is
    known: a tax amount that differs from it was given. ``tracking``: the options that are on it, None where that is
    not told."""

    id: str = ""
    description: str | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tax: str | None = None
    tax_amount: Decimal | None = None
    account: str | None = None
    item: str | None = None
    amount: Decimal = Decimal(0)
    computed: Decimal | None = None
    tracking: tuple[Tracking, ...] | None = ()

    @property
    def tracked(self) -> str:
        """In words."""
        return ", ".join(choice.words for choice in self.tracking or ())


@dataclass(frozen=True)
class Document:
    """An invoice's content. ``contact`` is a ContactID, ``prices`` a LineAmountTypes, ``theme`` a BrandingThemeID;
    ``lines`` None: not said."""

    date: Day | None = None
    due_date: Day | None = None
    reference: str | None = None
    contact: str | None = None
    currency: str | None = None
    prices: str | None = None
    theme: str | None = None
    lines: tuple[Line, ...] | None = None


def sent(body: Mapping[str, Any], books: Books | None = None) -> Document:
    """What a body says; what it leaves out is None."""
    prices = body.get("LineAmountTypes")
    lines = body.get("LineItems")
    return Document(
        date=business_day(body.get("Date")),
        due_date=business_day(body.get("DueDate")),
        reference=_words(body.get("Reference")),
        contact=_words((body.get("Contact") or {}).get("ContactID")),
        currency=_words(body.get("CurrencyCode")),
        prices=_words(prices),
        theme=_words(body.get("BrandingThemeID")),
        lines=None if lines is None else tuple(_sent_line(line, str(prices), books) for line in lines),
    )


def shown(invoice: XeroInvoice, books: Books | None = None) -> Document:
    """What Xero has."""
    return Document(
        date=invoice.date,
        due_date=invoice.due_date,
        reference=_words(invoice.reference),
        contact=invoice.contact_id,
        currency=invoice.currency,
        prices=invoice.line_amount_types,
        theme=invoice.theme,
        lines=tuple(_shown_line(line, invoice.line_amount_types, books) for line in invoice.lines),
    )


def _sent_line(line: Mapping[str, Any], prices: str, books: Books | None) -> Line:
    quantity, price = _number(line.get("Quantity"), "0.0001"), _number(line.get("UnitAmount"), "0.0001")
    rate = _number(line.get("DiscountRate"), "0.0001") or None
    off = _number(line.get("DiscountAmount"), "0.01") or None
    amount = totals.line_amount(
        totals.Line(quantity or Decimal(0), price or Decimal(0), discount_rate=rate, discount_amount=off)
    )
    tax = _words(line.get("TaxType"))
    return Line(
        id=str(line.get("LineItemID") or ""),
        description=_words(line.get("Description")),
        quantity=quantity,
        price=price,
        discount_rate=rate,
        discount_amount=off,
        tax=tax,
        tax_amount=_number(line.get("TaxAmount"), "0.01"),
        account=_words(line.get("AccountCode")),
        item=_words(line.get("ItemCode")),
        amount=amount,
        computed=_computed(amount, tax or "", prices, books),
        tracking=tuple(tracking.named(choice, books) for choice in sent_tracking(line)),
    )


def sent_tracking(line: Mapping[str, Any]) -> tuple[Tracking, ...]:
    """Of a line of a body, as it says it."""
    return tuple(map(parse.tracked, line.get("Tracking") or ()))


def _shown_line(line: XeroLine, prices: str, books: Books | None) -> Line:
    return Line(
        id=line.id,
        description=_words(line.description),
        quantity=_number(line.quantity, "0.0001"),
        price=_number(line.unit_price, "0.0001"),
        discount_rate=_number(line.discount_rate, "0.0001") or None,
        discount_amount=_number(line.discount_amount, "0.01") or None,
        tax=line.tax_type,
        tax_amount=_number(line.tax, "0.01"),
        account=line.account,
        item=line.item_code,
        amount=line.amount,
        computed=_computed(line.amount, line.tax_type, prices, books),
        tracking=None if line.tracking is None else tuple(tracking.named(one, books) for one in line.tracking),
    )


def _computed(amount: Decimal, tax_type: str, prices: str, books: Books | None) -> Decimal | None:
    """The tax of a line whose amount is known, or None where its rate is not."""
    if prices == "NoTax":
        return Decimal("0.00")
    rate = books.tax_rate(tax_type) if books else None
    if rate is None:
        return None
    basis: totals.Basis = "Inclusive" if prices == "Inclusive" else "Exclusive"
    return totals.line_tax(totals.Line(Decimal(1), amount, tax_rate=rate.rate), basis)


def put(body: Json, name: str, value: Value) -> None:
    """Say one field of a body otherwise, of the invoice or of a line; None leaves it out."""
    key = (HEADER | LINE)[name]
    if value is None or (name == "item" and not value):
        body.pop(key, None)
    elif name == "contact":
        body[key] = {"ContactID": value}
    elif isinstance(value, Decimal):
        body[key] = float(value)  # as payload writes numbers: no amount of an invoice has more than 15 digits
    else:
        body[key] = value.isoformat() if isinstance(value, Day) else value


def _number(value: Any, places: str) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal(places), ROUND_HALF_UP)


def _words(value: Any) -> str | None:
    """Line ends as one kind, no white space around."""
    return None if value is None else str(value).replace("\r\n", "\n").strip()
