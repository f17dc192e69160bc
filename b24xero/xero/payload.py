"""How a neutral invoice is written for Xero; it refuses with all problems at once. Pure.

How a row keeps its cents stands in ``xero/lines.py``, what is done about those that tax rounding leaves on the document
in ``xero/rounding.py``. No CurrencyRate is ever sent: Xero takes its rate of the day (facts §3.1).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b24xero.domain import email
from b24xero.domain.books import Books
from b24xero.domain.due_date import due_date
from b24xero.domain.invoice import Address, Customer, Invoice, InvoiceRow, tax_key
from b24xero.domain.invoice_key import written
from b24xero.domain.set_up import Cents, Sent, SetUp
from b24xero.errors import Problem, problem
from b24xero.xero import dimensions
from b24xero.xero.dimensions import Dimensions
from b24xero.xero.lines import WrittenLine, tax_problem, totals_of
from b24xero.xero.rounding import CHOICES, Settled, settle
from b24xero.xero.totals import Totals

Json = dict[str, Any]

LONGEST_NAME = 255
LONGEST_TEXT = 255
LONGEST_NUMBER = 255


@dataclass(frozen=True)
class Written:
    """An invoice as it will be written. ``body`` has neither contact, status nor line ids: those are the push's.

    ``row_ids`` and ``lines`` stand in the order of the body's lines. ``predicted`` is what Xero will show, ``plain``
    what it would show if nothing were done about the cents, ``cents`` what is done about them: nothing, or one of
    ``rounding.CHOICES``. ``inclusive``: the amounts of the lines have their tax in them. ``notes``: what is to be said
    of it before it is written and after: a tax that is not Bitrix24's, a line for which there is no row.
    """

    body: Json
    total: Decimal
    row_ids: tuple[int, ...]
    lines: tuple[WrittenLine, ...]
    predicted: Totals
    plain: Totals
    cents: Cents
    inclusive: bool
    notes: tuple[Problem, ...] = ()

    def fingerprint(self, contact_id: str) -> str:
        """The same for the same content and contact: a push compares it with the last one written."""
        content = json.dumps({**self.body, "Contact": contact_id}, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def to_create(self, contact_id: str, status: Sent | None) -> Json:
        return {**self.body, "Contact": {"ContactID": contact_id}, "Status": status}

    def to_update(self, contact_id: str, status: Sent | None, line_ids: Sequence[str]) -> Json:
        """All of it, each line with the id that it has ("": it is new), so that Xero changes lines instead of replacing
        them; never the number (facts §3.4, §3.5)."""
        body = {key: value for key, value in self.body.items() if key != "InvoiceNumber"}
        body["Contact"] = {"ContactID": contact_id}
        body["LineItems"] = [
            {**line, "LineItemID": id} if id else line for line, id in zip(body["LineItems"], line_ids, strict=True)
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


def to_end(status: Sent | None) -> Json:
    """Voiding and deleting need nothing but the status (facts §3.3)."""
    return {"Status": status}


@dataclass(frozen=True)
class Foresight:
    """What a push would write and what stands against it. ``written`` is there whenever lines can be made, also for
    totals that differ: then it is what Xero would add up. None: a tax is not mapped, or there are no rows."""

    written: Written | None
    problems: tuple[Problem, ...]


def foresee(
    invoice: Invoice, set_up: SetUp, books: Books, url: str, *, cents: Cents = ""
) -> Foresight:  # fmt: skip
    """All that can be known of what a push would write.

    Args:
        cents: one of ``rounding.CHOICES`` for this invoice alone, instead of what the set-up says. "as_is" is written
            with a total that differs: whoever asks for it warns.
    """
    taxes = tuple(_tax_problems(invoice, set_up, books))
    found = dimensions.of(invoice, set_up, books)
    ruled = dimensions.problems(found, books)
    problems = (*_document_problems(invoice, set_up, books, found), *taxes, *ruled)
    keys = _tax_keys(invoice, set_up)
    if not keys or not all(set_up.taxes.get(key) for key in keys):
        return Foresight(None, problems)
    settled = settle(invoice, set_up, books, cents)
    # A rate that does not fit makes totals differ, too, and so does a tax that no row has: it is told alone.
    if settled.problem and not taxes and not invoice.document_tax:
        problems = (*problems, settled.problem)
    return Foresight(_written(invoice, set_up, url, settled, found), problems)


def cent_choices(invoice: Invoice, set_up: SetUp, books: Books, url: str) -> tuple[tuple[Cents, Decimal], ...]:
    """What may be chosen about the cents of this invoice, each with the total it leads to in Xero; empty where there is
    no difference or it is beyond the tolerance."""
    open_: list[tuple[Cents, Decimal]] = []
    for choice in CHOICES:
        written = foresee(invoice, set_up, books, url, cents=choice).written
        if written and written.cents == choice:
            open_.append((choice, written.total))
    return tuple(open_)


def _written(invoice: Invoice, set_up: SetUp, url: str, settled: Settled, found: Dimensions) -> Written:
    lines = dimensions.applied(settled.lines, found)
    body: Json = {
        "Type": "ACCREC",
        "Date": invoice.date.isoformat(),
        "DueDate": (invoice.due_date or due_date(set_up.due_rule, invoice.date)).isoformat(),
        "LineAmountTypes": "Inclusive" if settled.inclusive else "Exclusive",
        "CurrencyCode": invoice.currency,
        "Reference": _reference(invoice, set_up),
        "Url": url,
        "LineItems": [line.body() for line in lines],
    }
    if found.whole.theme:
        body["BrandingThemeID"] = found.whole.theme.to
    if set_up.number == "bitrix24":
        body["InvoiceNumber"] = invoice.number
    predicted = totals_of(lines, inclusive=settled.inclusive)
    return Written(
        body=body, total=predicted.total, row_ids=tuple(line.row_id for line in lines), lines=lines,
        predicted=predicted, plain=settled.plain, cents=settled.cents, inclusive=settled.inclusive,
        notes=notes_of(invoice, predicted.tax),
    )  # fmt: skip


def notes_of(invoice: Invoice, tax: Decimal) -> tuple[Problem, ...]:
    """What is to be said of an invoice that has, or will have, this tax in Xero."""
    taxes = notes_on_tax(invoice, tax)
    if not invoice.delivery:
        return taxes
    return (problem("delivery_written", amount=invoice.delivery, currency=invoice.currency), *taxes)


def notes_on_tax(invoice: Invoice, tax: Decimal) -> tuple[Problem, ...]:
    """Both taxes, where they differ; without rows Bitrix24 has none."""
    if not invoice.line_items or tax == invoice.tax:
        return ()
    return (problem("tax_differs", bitrix24=invoice.tax, xero=tax, currency=invoice.currency),)


def reckoned_anew(invoice: Invoice, total: Decimal) -> Problem:
    """Nobody changed the invoice, and yet its total is another one than what was written: Bitrix24's own rounding."""
    return problem("reckoned_anew", bitrix24=invoice.total, xero=total, currency=invoice.currency)


def _reference(invoice: Invoice, set_up: SetUp) -> str:
    """The customer reads it. Where Xero numbers, Bitrix24's number goes here: it is how the invoice is found again."""
    if set_up.number == "xero":
        return invoice.number[:LONGEST_TEXT] or f"B24-{written(invoice.id)}"
    return "" if set_up.reference == "empty" else invoice.title[:LONGEST_TEXT]


# -- what stands against it -------------------------------------------------------------------------------------------


def _document_problems(invoice: Invoice, set_up: SetUp, books: Books, found: Dimensions) -> Iterable[Problem]:
    if not _tax_keys(invoice, set_up):
        yield problem("no_rows")
    if invoice.document_tax:
        yield problem("document_tax")
    yield from head_problems(invoice, set_up, books)
    if dimensions.need_sales_account(invoice, set_up, books, found):
        yield from _account_problems(set_up, books)


def head_problems(invoice: Invoice | InvoiceRow, set_up: SetUp, books: Books) -> Iterable[Problem]:
    """Of what a line of a list tells already."""
    if not invoice.number and set_up.number == "bitrix24":
        yield problem("number_missing")
    elif len(invoice.number) > LONGEST_NUMBER:
        yield problem("number_too_long", length=len(invoice.number), limit=LONGEST_NUMBER)
    if books.currencies and invoice.currency not in books.currencies:
        yield problem("currency_missing", currency=invoice.currency, organisation=books.name)
    if books.locked_until and books.locks(invoice.date):
        yield problem("date_locked", date=invoice.date.isoformat(), until=books.locked_until.isoformat())


def _account_problems(set_up: SetUp, books: Books) -> Iterable[Problem]:
    """Of the set-up's sales account."""
    account = books.account(set_up.sales_account)
    if not set_up.sales_account:
        yield problem("account_missing")
    elif books.accounts and not (account and account.live):
        yield problem("account_dead", code=set_up.sales_account)


def _tax_problems(invoice: Invoice, set_up: SetUp, books: Books) -> Iterable[Problem]:
    keys = _tax_keys(invoice, set_up)
    if invoice.delivery and not set_up.taxes.get(tax_key(None)):
        yield problem("delivery_unmapped", amount=invoice.delivery, currency=invoice.currency)
        keys = keys[:-1]
    for key in dict.fromkeys(keys):
        if found := tax_problem(key, keys.count(key), set_up, books):
            yield found


def _tax_keys(invoice: Invoice, set_up: SetUp) -> tuple[str, ...]:
    """The portal's rate of each line that would be written; that of a paid delivery comes last."""
    if not invoice.line_items:
        return (set_up.no_rows,) if set_up.no_rows else ()
    rates = [item.tax_rate for item in invoice.line_items]
    return tuple(map(tax_key, [*rates, None] if invoice.delivery else rates))


# -- contacts ---------------------------------------------------------------------------------------------------------


def contact_name(customer: Customer) -> str:
    """As Xero takes it: no double, leading or trailing spaces (facts §5.1)."""
    return " ".join(customer.name.split())


def contact_problems(customer: Customer, *, new: bool = True) -> tuple[Problem, ...]:
    """What stands against writing for this customer. ``new``: its contact may have to be created."""
    found = []
    name = contact_name(customer)
    if not name:
        found.append(problem("customer_without_name"))
    elif len(name) > LONGEST_NAME:
        found.append(problem("name_too_long", length=len(name), limit=LONGEST_NAME))
    if new and customer.email and not email.is_address(customer.email):
        found.append(problem("email_invalid", email=customer.email))
    return tuple(found)


def contact_body(customer: Customer, name: str = "") -> Json:
    """The contact to create; ``name`` replaces the customer's where that one is taken. POBOX is the address that Xero
    prints on invoices (facts §5.1). Whatever is empty is left out."""
    body: Json = {
        "Name": name or contact_name(customer),
        "ContactNumber": customer.number,
        "EmailAddress": customer.billing_email[:255],
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
