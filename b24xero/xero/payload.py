"""This file knows how a neutral invoice is written for Xero, to the cent; it refuses with all problems at once. Pure.

How a row keeps its cents. Bitrix24 and Xero round differently (Bitrix24 facts §3.4, ``xero/money.py``), so for every
row the first of these forms is taken whose amount in Xero equals the row's amount in Bitrix24:

1. price before the discount, with the discount as a rate (of at most two decimals, finer ones are unverified);
2. price before the discount, with the discount as an amount;
3. price after the discount;
4. quantity 1 at the row's amount, with "(quantity × price)" in the description: always right.

Rows that are all without tax in their prices are written so. Any other document is written with tax: then Xero's total
is the sum of the rows' totals, whatever each one's tax rounds to. What tax rounding leaves on a document without tax in
its prices, up to five cents, goes to the tax of its largest taxed lines. More is never written: both figures are shown.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from b24xero.books import Books, TaxRate
from b24xero.errors import Problem, Rejected, problem
from b24xero.invoice import Address, Customer, Invoice, LineItem, tax_key
from b24xero.mapping import Mapping as SetUp
from b24xero.mapping import due_date
from b24xero.xero.money import Line, line_amount, line_tax, to_cent, to_unit, totals

Json = dict[str, Any]

TOLERANCE = Decimal("0.05")
LONGEST_NAME = 255
LONGEST_TEXT = 255
LONGEST_NUMBER = 255
LONGEST_DESCRIPTION = 4000


@dataclass(frozen=True)
class Written:
    """An invoice as it will be written. ``body`` has neither contact, status nor line ids: those are the push's."""

    body: Json
    total: Decimal
    row_ids: tuple[int, ...]

    def fingerprint(self, contact_id: str) -> str:
        """The same for the same content and contact: a push compares it with the last one written."""
        content = json.dumps({**self.body, "Contact": contact_id}, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def to_create(self, contact_id: str, status: str | None) -> Json:
        return {**self.body, "Contact": {"ContactID": contact_id}, "Status": status}

    def to_update(self, contact_id: str, status: str | None, line_ids: Mapping[int, str]) -> Json:
        """All of it, the lines with the ids they have (by row), so that Xero changes lines instead of replacing them;
        never the number (facts §3.4, §3.5)."""
        body = {key: value for key, value in self.body.items() if key != "InvoiceNumber"}
        body["Contact"] = {"ContactID": contact_id}
        body["LineItems"] = [
            {**line, "LineItemID": line_ids[row]} if row in line_ids else line
            for row, line in zip(self.row_ids, body["LineItems"], strict=True)
        ]
        return {**body, "Status": status} if status else body


@dataclass(frozen=True)
class Mark:
    """By what an invoice of ours is found again in Xero. ``number`` is empty where Xero gives the numbers."""

    number: str
    reference: str
    url: str

    @classmethod
    def of(cls, body: Json) -> Mark:
        return cls(body.get("InvoiceNumber", ""), body["Reference"], body["Url"])


def to_end(status: str | None) -> Json:
    """Voiding and deleting need nothing but the status (facts §3.3)."""
    return {"Status": status}


def invoice_body(invoice: Invoice, set_up: SetUp, books: Books, url: str) -> Written:
    """The invoice under a set-up.

    Raises:
        Rejected: with every problem that stands against it, each with its fix.
    """
    found = [*_document_problems(invoice, set_up, books), *_tax_problems(invoice, set_up, books)]
    if found:
        raise Rejected(found)
    inclusive = any(item.tax_included for item in invoice.line_items)
    lines = [_line(item, set_up, books, inclusive=inclusive) for item in invoice.line_items]
    lines = _settled(lines, invoice, inclusive=inclusive)
    rows = zip(invoice.line_items, lines, strict=True)
    body: Json = {
        "Type": "ACCREC",
        "Date": invoice.date.isoformat(),
        "DueDate": (invoice.due_date or due_date(set_up.due_rule, invoice.date)).isoformat(),
        "LineAmountTypes": "Inclusive" if inclusive else "Exclusive",
        "CurrencyCode": invoice.currency,
        "Reference": _reference(invoice, set_up),
        "Url": url,
        "LineItems": [_line_body(item, line, set_up, inclusive=inclusive) for item, line in rows],
    }
    if set_up.number == "bitrix24":
        body["InvoiceNumber"] = invoice.number
    total = totals(lines, inclusive=inclusive).total
    return Written(body, total, tuple(item.id for item in invoice.line_items))


def _reference(invoice: Invoice, set_up: SetUp) -> str:
    """The customer reads it. Where Xero numbers, Bitrix24's number goes here: it is how the invoice is found again."""
    if set_up.number == "xero":
        return invoice.number[:LONGEST_TEXT] or f"B24-{invoice.id}"
    return "" if set_up.reference == "empty" else invoice.title[:LONGEST_TEXT]


# -- what stands against it -------------------------------------------------------------------------------------------


def _document_problems(invoice: Invoice, set_up: SetUp, books: Books) -> Iterable[Problem]:
    if not invoice.line_items:
        yield problem("no_rows")
    if not invoice.number and set_up.number == "bitrix24":
        yield problem("number_missing")
    elif len(invoice.number) > LONGEST_NUMBER:
        yield problem("number_too_long", length=len(invoice.number), limit=LONGEST_NUMBER)
    if books.currencies and invoice.currency not in books.currencies:
        yield problem("currency_missing", currency=invoice.currency, organisation=books.name)
    account = books.account(set_up.sales_account)
    if not set_up.sales_account:
        yield problem("account_missing")
    elif books.accounts and not (account and account.live):
        yield problem("account_dead", code=set_up.sales_account)
    # On the lock date itself Xero decides: its message says "before", its help "on or before".
    if books.locked_until and invoice.date < books.locked_until:
        yield problem("date_locked", date=invoice.date.isoformat(), until=books.locked_until.isoformat())


def _tax_problems(invoice: Invoice, set_up: SetUp, books: Books) -> Iterable[Problem]:
    for key in dict.fromkeys(tax_key(item.tax_rate) for item in invoice.line_items):
        tax_type = set_up.taxes.get(key)
        lines = sum(tax_key(item.tax_rate) == key for item in invoice.line_items)
        if not tax_type:
            yield problem("tax_rate_unmapped", rate=key, lines=lines)
        elif books.tax_rates and not ((rate := books.tax_rate(tax_type)) and rate.live):
            yield problem("tax_rate_dead", rate=rate.name if rate else tax_type)
        elif rate := _other_percentage(key, tax_type, books):
            yield problem("tax_rate_mismatch", rate=key, tax=rate.name, percent=tax_key(rate.rate))


def _other_percentage(key: str, tax_type: str, books: Books) -> TaxRate | None:
    """The mapped rate when its percentage is another: with tax in the prices the totals would agree and only the tax
    in the books would be wrong, which nobody sees."""
    rate = books.tax_rate(tax_type)
    return rate if rate and rate.rate != (0 if key == "none" else Decimal(key)) else None


# -- lines ------------------------------------------------------------------------------------------------------------


def _line(item: LineItem, set_up: SetUp, books: Books, *, inclusive: bool) -> Line:
    """The first form that keeps the row's amount; see the head of this file."""
    wanted = item.total if inclusive else to_cent(item.unit_net * item.quantity)
    fitting = (line for line in _forms(item, inclusive=inclusive) if line_amount(line) == wanted)
    line = next(fitting, Line(Decimal(1), wanted))
    mapped = books.tax_rate(set_up.taxes[tax_key(item.tax_rate)])
    return replace(line, tax_rate=mapped.rate if mapped else item.tax_rate)


def _forms(item: LineItem, *, inclusive: bool) -> Iterable[Line]:
    quantity = item.quantity
    listed = item.list_gross if inclusive else item.list_net
    unit = item.unit_gross if inclusive else item.unit_net
    if quantity != quantity.quantize(Decimal("0.0001")):
        return  # Xero keeps four decimals of a quantity (facts §3.6): finer ones are written as one amount
    if item.discount_sum is not None:
        rate = item.discount_rate
        if rate is not None and 0 < rate <= 100 and rate == to_cent(rate):
            yield Line(quantity, listed, discount_rate=rate)
        amount = to_cent(quantity * to_unit(listed)) - to_cent(quantity * to_unit(unit))
        if amount > 0:
            yield Line(quantity, listed, discount_amount=amount)
    yield Line(quantity, unit)


def _settled(lines: list[Line], invoice: Invoice, *, inclusive: bool) -> list[Line]:
    """The lines with what tax rounding leaves put on the largest taxed ones, or a refusal with both figures."""
    predicted = totals(lines, inclusive=inclusive).total
    rest = invoice.total - predicted
    if rest and not inclusive and abs(rest) <= TOLERANCE and not invoice.total_is_manual:
        lines, rest = _spread(lines, rest)
    if rest:
        raise Rejected(problem("total_differs", bitrix24=invoice.total, xero=predicted, currency=invoice.currency))
    return lines


def _spread(lines: list[Line], rest: Decimal) -> tuple[list[Line], Decimal]:
    """Put ``rest`` on the taxes, the largest line first, none below 0 or above its line's amount (facts §3.6); and what
    found no place."""
    spread = list(lines)
    taxed = [n for n, line in enumerate(lines) if line.tax_rate and line_amount(line) > 0]
    for n in sorted(taxed, key=lambda n: line_amount(lines[n]), reverse=True):
        before = line_tax(lines[n], inclusive=False)
        after = min(max(before + rest, Decimal(0)), line_amount(lines[n]))
        if after != before:
            spread[n] = replace(lines[n], tax_amount=after)
            rest -= after - before
    return spread, rest


def _line_body(item: LineItem, line: Line, set_up: SetUp, *, inclusive: bool) -> Json:
    body: Json = {
        "Description": _description(item, line, inclusive=inclusive),
        "Quantity": _number(line.quantity),
        "UnitAmount": _number(to_unit(line.unit_price)),
        "AccountCode": set_up.sales_account,
        "TaxType": set_up.taxes[tax_key(item.tax_rate)],
    }
    if line.discount_rate is not None:
        body["DiscountRate"] = _number(line.discount_rate)
    if line.discount_amount is not None:
        body["DiscountAmount"] = _number(line.discount_amount)
    if line.tax_amount is not None:
        body["TaxAmount"] = _number(line.tax_amount)
    return body


def _description(item: LineItem, line: Line, *, inclusive: bool) -> str:
    words = item.description or "–"
    if line.quantity != item.quantity:
        price = item.unit_gross if inclusive else item.unit_net
        words = f"{words[: LONGEST_DESCRIPTION - 60]} ({_plain(item.quantity)} × {_plain(price)})"
    return words[:LONGEST_DESCRIPTION]


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _number(value: Decimal) -> float:
    """JSON has no decimals; a float carries 15 digits exactly, and no amount of an invoice has more."""
    return float(value)


# -- contacts ---------------------------------------------------------------------------------------------------------


def contact_name(customer: Customer) -> str:
    """As Xero takes it: no double, leading or trailing spaces (facts §5.1)."""
    return " ".join(customer.name.split())


def contact_problems(customer: Customer) -> tuple[Problem, ...]:
    """What stands against creating this customer in Xero."""
    found = []
    name = contact_name(customer)
    if not name:
        found.append(problem("customer_without_name"))
    elif len(name) > LONGEST_NAME:
        found.append(problem("name_too_long", length=len(name), limit=LONGEST_NAME))
    return tuple(found)


def contact_body(customer: Customer, name: str = "") -> Json:
    """The contact to create; ``name`` replaces the customer's where that one is taken. POBOX is the address that Xero
    prints on invoices (facts §5.1). Whatever is empty is left out."""
    body: Json = {
        "Name": name or contact_name(customer),
        "ContactNumber": customer.number,
        "EmailAddress": customer.email[:255],
        "FirstName": customer.person.first_name[:255],
        "LastName": customer.person.last_name[:255],
        "TaxNumber": customer.tax_number[:50],
    }
    if customer.phone:
        body["Phones"] = [{"PhoneType": "DEFAULT", "PhoneNumber": customer.phone[:50]}]
    if address := _address(customer.address):
        body["Addresses"] = [{"AddressType": "POBOX", **address}]
    return {key: value for key, value in body.items() if value}


def _address(address: Address) -> Mapping[str, str]:
    parts = {
        **{f"AddressLine{n}": line[:500] for n, line in enumerate(address.lines[:4], start=1)},
        "City": address.city[:255],
        "Region": address.region[:255],
        "PostalCode": address.postal_code[:50],
        "Country": " ".join(re.sub(r"[^\w\s]|[\d_]", " ", address.country).split())[:50],
    }
    return {key: value for key, value in parts.items() if value}
