"""What a list call may ask: where, order, pages, id lists, If-Modified-Since (facts §2.3)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from b24xero.simulator.xero import dates, where
from b24xero.simulator.xero.answers import Call, query_error
from b24xero.simulator.xero.records import Json, Payment
from b24xero.simulator.xero.state import Organisation
from b24xero.simulator.xero.where import Columns, Getter

PAGE = 100
LARGEST_PAGE = 1000


def _attribute(kind: str, name: str) -> tuple[str, Getter]:
    """A column of a record; empty text is null, as in Xero."""

    def value(record: Any) -> Any:
        found = getattr(record, name)
        return None if found == "" else found

    return kind, value


def _text(name: str) -> tuple[str, Getter]:
    return "String", lambda contact: contact.texts.get(name) or None


def _key(kind: str, name: str) -> tuple[str, Getter]:
    return kind, lambda row: row.get(name)


CONTACT: Columns = {
    "ContactID": _attribute("Guid", "contact_id"),
    "ContactStatus": _attribute("String", "status"),
    "Name": _attribute("String", "name"),
    "IsCustomer": _attribute("Boolean", "is_customer"),
    "IsSupplier": _attribute("Boolean", "is_supplier"),
    "UpdatedDateUTC": _attribute("DateTime", "updated"),
} | {
    name: _text(name)
    for name in (
        "ContactNumber", "AccountNumber", "FirstName", "LastName", "EmailAddress", "CompanyNumber", "TaxNumber",
        "BankAccountDetails", "DefaultCurrency", "AccountsReceivableTaxType", "SalesDefaultAccountCode",
    )
}  # fmt: skip

ITEM: Columns = {
    "ItemID": _attribute("Guid", "item_id"),
    "Code": _attribute("String", "code"),
    "Name": _attribute("String", "name"),
    "Description": _attribute("String", "description"),
    "IsSold": _attribute("Boolean", "is_sold"),
    "IsPurchased": _attribute("Boolean", "is_purchased"),
    "UpdatedDateUTC": _attribute("DateTime", "updated"),
}

ACCOUNT: Columns = {
    "AccountID": _key("Guid", "AccountID"),
    "EnablePaymentsToAccount": _key("Boolean", "EnablePaymentsToAccount"),
    "UpdatedDateUTC": ("DateTime", lambda row: dates.read_stamp(row["UpdatedDateUTC"])),
} | {
    name: _key("String", name)
    for name in ("Code", "Name", "Status", "Type", "TaxType", "Class", "SystemAccount", "BankAccountNumber",
                 "BankAccountType", "CurrencyCode", "Description")
}  # fmt: skip

TAX_RATE: Columns = {
    "Name": _key("String", "Name"),
    "TaxType": _key("String", "TaxType"),
    "Status": _key("String", "Status"),
    "ReportTaxType": _key("String", "ReportTaxType"),
    "EffectiveRate": ("Decimal", lambda row: Decimal(str(row["EffectiveRate"]))),
    "DisplayTaxRate": ("Decimal", lambda row: Decimal(str(row["DisplayTaxRate"]))),
} | {
    f"CanApplyTo{kind}": _key("Boolean", f"CanApplyTo{kind}")
    for kind in ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")
}

CURRENCY: Columns = {"Code": _key("String", "Code"), "Description": _key("String", "Description")}
TRACKING: Columns = {
    "Name": _key("String", "Name"),
    "Status": _key("String", "Status"),
    "TrackingCategoryID": _key("Guid", "TrackingCategoryID"),
}


def invoice_columns(organisation: Organisation) -> Columns:
    """Columns of an invoice, its contact's among them."""
    return {
        "Type": _attribute("String", "type"),
        "InvoiceID": _attribute("Guid", "invoice_id"),
        "InvoiceNumber": _attribute("String", "number"),
        "Reference": _attribute("String", "reference"),
        "Url": _attribute("String", "url"),
        "Status": _attribute("String", "status"),
        "LineAmountTypes": _attribute("String", "line_amount_types"),
        "CurrencyCode": _attribute("String", "currency"),
        "CurrencyRate": _attribute("Decimal", "rate"),
        "BrandingThemeID": _attribute("Guid", "theme_id"),
        "SentToContact": _attribute("Boolean", "sent"),
        "Date": _attribute("DateTime", "day"),
        "DueDate": _attribute("DateTime", "due"),
        "FullyPaidOnDate": _attribute("DateTime", "paid_on"),
        "ExpectedPaymentDate": _attribute("DateTime", "expected"),
        "UpdatedDateUTC": _attribute("DateTime", "updated"),
        "SubTotal": _attribute("Decimal", "sub_total"),
        "TotalTax": _attribute("Decimal", "total_tax"),
        "Total": _attribute("Decimal", "total"),
        "AmountDue": _attribute("Decimal", "amount_due"),
        "AmountPaid": _attribute("Decimal", "amount_paid"),
        "AmountCredited": _attribute("Decimal", "amount_credited"),
        "Contact": (CONTACT, lambda invoice: organisation.contacts[invoice.contact_id]),
    }


def payment_columns(organisation: Organisation) -> Columns:
    def payment_type(payment: Payment) -> str:
        return f"{organisation.invoices[payment.invoice_id].type}PAYMENT"

    return {
        "PaymentID": _attribute("Guid", "payment_id"),
        "PaymentType": ("String", payment_type),
        "Status": _attribute("String", "status"),
        "Date": _attribute("DateTime", "day"),
        "Amount": _attribute("Decimal", "amount"),
        "Reference": _attribute("String", "reference"),
        "UpdatedDateUTC": _attribute("DateTime", "updated"),
        "Invoice": (
            invoice_columns(organisation),
            lambda payment: organisation.invoices[payment.invoice_id],
        ),
    }


def check_args(call: Call, allowed: Iterable[str]) -> None:
    """A parameter that the resource does not have is a mistake of the client.

    Xero itself drops unknown parameters without a word; the simulator refuses them, so that a misspelt filter shows.
    """
    unknown = sorted(set(call.args) - set(allowed))
    if unknown:
        raise query_error(f"Unknown parameter '{unknown[0]}'")


def select(call: Call, rows: list[Any], type_name: str, columns: Columns) -> list[Any]:
    """Rows that pass ``where`` and If-Modified-Since, in the order asked for."""
    try:
        if call.args.get("where", "").strip():
            rows = list(filter(where.parse(call.args["where"], type_name, columns), rows))
        rows = _since(call, rows, columns)
        return _ordered(call.args.get("order", ""), rows, type_name, columns)
    except where.Bad as error:
        raise query_error(str(error)) from error


def _since(call: Call, rows: list[Any], columns: Columns) -> list[Any]:
    text = call.request.headers.get("If-Modified-Since", "")
    if not text or "UpdatedDateUTC" not in columns:
        return rows
    try:
        since = dates.read_since(text)
    except (ValueError, TypeError) as error:
        raise query_error("Invalid If-Modified-Since header") from error
    updated = columns["UpdatedDateUTC"][1]
    if call.options.modified_since == "inclusive":
        return [row for row in rows if updated(row) >= since]
    return [row for row in rows if updated(row) > since]


def _ordered(order: str, rows: list[Any], type_name: str, columns: Columns) -> list[Any]:
    """``UpdatedDateUTC ASC, InvoiceID DESC``: the least important key is sorted first, sorting being stable."""
    for part in reversed([part for part in order.split(",") if part.strip()]):
        words = part.split()
        if len(words) > 2 or (len(words) == 2 and words[1].upper() not in ("ASC", "DESC")):
            raise where.Bad("Syntax error")
        getter = _order_getter(words[0], type_name, columns)
        rows = sorted(rows, key=partial(_sort_key, getter), reverse=words[-1].upper() == "DESC")
    return rows


def _order_getter(name: str, type_name: str, columns: Columns) -> Callable[[Any], Any]:
    for key, (kind, getter) in columns.items():
        if key.lower() == name.lower() and isinstance(kind, str):
            return getter
    raise where.Bad(f"No property or field '{name}' exists in type '{type_name}'")


def _sort_key(getter: Callable[[Any], Any], row: Any) -> tuple[bool, Any]:
    value = getter(row)
    if isinstance(value, str):
        return True, where.folded(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value is not None, value if value is not None else 0


def listed(call: Call, name: str) -> list[str] | None:
    """A comma separated parameter; None when it was not given."""
    if name not in call.args:
        return None
    return [part.strip() for part in call.args[name].split(",") if part.strip()]


def listed_ids(call: Call, name: str) -> set[str] | None:
    values = listed(call, name)
    if values is None:
        return None
    try:
        return {str(uuid.UUID(value)) for value in values}
    except ValueError as error:
        raise query_error(f"Invalid guid in '{name}'") from error


def page_of(call: Call, rows: list[Any], always: bool = False) -> tuple[list[Any], Json | None]:
    """The page asked for and its pagination block; all rows and None when no page was asked for (facts §2.3)."""
    if "page" not in call.args and not always:
        return rows, None
    number, size = _positive(call, "page", 1), _positive(call, "pageSize", PAGE)
    if size > LARGEST_PAGE:
        raise query_error(f"pageSize must be between 1 and {LARGEST_PAGE}")
    block = {"page": number, "pageSize": size, "pageCount": -(-len(rows) // size), "itemCount": len(rows)}
    return rows[(number - 1) * size : number * size], block


def _positive(call: Call, name: str, default: int) -> int:
    text = call.args.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise query_error(f"{name} must be a positive number")
    return int(text)


def is_true(call: Call, name: str) -> bool:
    return call.args.get(name, "").lower() == "true"


def matches(term: str, values: Iterable[str | None]) -> bool:
    """searchTerm: contained in any of the fields, without regard to case (facts §2.3)."""
    wanted = where.folded(term)
    return any(wanted in where.folded(value) for value in values if value)
