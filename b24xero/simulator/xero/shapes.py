"""Which fields a request body may have and of what kind (facts §3.1, §5; §2.2 for the refusals).

Read-only fields are accepted and ignored, as in Xero; a field that no resource has, a number in quotes, a misspelt
enum or a broken id is refused with a PostDataInvalidException before anything is looked at.
"""

from __future__ import annotations

import json
import re
import uuid
from decimal import Decimal
from typing import Any

from b24xero.simulator.xero import dates
from b24xero.simulator.xero.answers import Call, body_error
from b24xero.simulator.xero.records import Json

Shape = dict[str, Any]
LARGEST_BODY = 3_500_000
LARGEST = 10**15


def _fields(kind: Any, names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), kind)


_ANY: Any = "any"
_RESULT = _fields("bool", "HasErrors HasValidationErrors HasAttachments") | {
    "ValidationErrors": _ANY,
    "Warnings": _ANY,
    "StatusAttributeString": "text",
    "UpdatedDateUTC": _ANY,
    "UpdatedDateUTCString": _ANY,
    "Attachments": _ANY,
}

TRACKING = _fields("text", "Name Option") | _fields("guid", "TrackingCategoryID TrackingOptionID")

ADDRESS = {
    "AddressType": ("POBOX", "STREET", "DELIVERY"),
    "ValidationErrors": _ANY,
} | _fields("text", "AddressLine1 AddressLine2 AddressLine3 AddressLine4 City Region PostalCode Country AttentionTo")

PHONE = {
    "PhoneType": ("DEFAULT", "DDI", "MOBILE", "FAX"),
    "ValidationErrors": _ANY,
} | _fields("text", "PhoneNumber PhoneAreaCode PhoneCountryCode")

PERSON = _fields("text", "FirstName LastName EmailAddress") | {"IncludeInEmails": "bool"}
_TERM = {
    "Day": "number",
    "Type": ("DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "OFCURRENTMONTH", "OFFOLLOWINGMONTH"),
}
_LINE_TYPE = ("Exclusive", "Inclusive", "NoTax")

CONTACT: Shape = (
    _RESULT
    | _fields("guid", "ContactID MergedToContactID")
    | _fields(
        "text",
        "ContactNumber AccountNumber Name FirstName LastName EmailAddress CompanyNumber TaxNumber BankAccountDetails "
        "AccountsReceivableTaxType AccountsPayableTaxType DefaultCurrency XeroNetworkKey SalesDefaultAccountCode "
        "PurchasesDefaultAccountCode TrackingCategoryName TrackingCategoryOption Website",
    )
    | _fields("bool", "IsSupplier IsCustomer")
    | _fields(_ANY, "Balances BrandingTheme BatchPayments ContactGroups Discount TaxNumberType")
    | _fields(_ANY, "SalesTrackingCategories PurchasesTrackingCategories")
    | {
        "ContactStatus": ("ACTIVE", "ARCHIVED", "GDPRREQUEST"),
        "SalesDefaultLineAmountType": ("INCLUSIVE", "EXCLUSIVE", "NONE"),
        "PurchasesDefaultLineAmountType": ("INCLUSIVE", "EXCLUSIVE", "NONE"),
        "ContactPersons": [PERSON],
        "Addresses": [ADDRESS],
        "Phones": [PHONE],
        "PaymentTerms": {"Sales": _TERM, "Bills": _TERM},
    }
)

LINE: Shape = (
    _fields("text", "Description ItemCode AccountCode TaxType RepeatingInvoiceID")
    | _fields("guid", "LineItemID AccountID")
    | _fields("number", "Quantity UnitAmount LineAmount TaxAmount DiscountRate DiscountAmount")
    | {"Tracking": [TRACKING], "Item": _ANY, "ValidationErrors": _ANY, "Taxability": _ANY, "TaxBreakdown": _ANY}
)

INVOICE: Shape = (
    _RESULT
    | _fields("guid", "InvoiceID BrandingThemeID RepeatingInvoiceID")
    | _fields("text", "InvoiceNumber Reference Url CISDeduction")
    | _fields("date", "Date DueDate ExpectedPaymentDate PlannedPaymentDate FullyPaidOnDate")
    | _fields("bool", "SentToContact IsDiscounted")
    | _fields(
        "number",
        "CurrencyRate SubTotal TotalTax Total TotalDiscount AmountDue AmountPaid AmountCredited CISRate RoundingAmount",
    )
    | _fields(_ANY, "DateString DueDateString Payments CreditNotes Prepayments Overpayments InvoiceAddresses")
    | _fields(_ANY, "InvoicePaymentServices EnteredTotal")
    | {
        "Type": ("ACCREC", "ACCPAY"),
        "Status": ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED"),
        "LineAmountTypes": _LINE_TYPE,
        "CurrencyCode": "currency",
        "Contact": CONTACT,
        "LineItems": [LINE],
    }
)

_DETAILS = _fields("text", "AccountCode COGSAccountCode TaxType") | {"UnitPrice": "number"}

ITEM: Shape = (
    _RESULT
    | {"ItemID": "guid", "SalesDetails": _DETAILS, "PurchaseDetails": _DETAILS}
    | _fields("text", "Code Name Description PurchaseDescription InventoryAssetAccountCode")
    | _fields("bool", "IsSold IsPurchased IsTrackedAsInventory")
    | _fields("number", "TotalCostPool QuantityOnHand")
)

_REFERENCE = _fields("guid", "InvoiceID AccountID CreditNoteID") | _fields("text", "InvoiceNumber Code Name Type")

PAYMENT: Shape = (
    _RESULT
    | _fields("guid", "PaymentID BatchPaymentID")
    | _fields("text", "Reference Details Code InvoiceNumber CreditNoteNumber Particulars")
    | _fields("number", "Amount CurrencyRate BankAmount")
    | _fields("bool", "IsReconciled HasAccount")
    | {
        "Date": "date",
        "Status": ("AUTHORISED", "DELETED"),
        "PaymentType": "text",
        "Invoice": INVOICE | _REFERENCE,
        "Account": _fields("guid", "AccountID") | _fields("text", "Code Name"),
    }
)

ALLOCATION: Shape = _RESULT | {"AllocationID": "guid", "Amount": "number", "Date": "date", "Invoice": INVOICE}

CREDIT_NOTE: Shape = (
    _RESULT
    | _fields("guid", "CreditNoteID BrandingThemeID")
    | _fields("text", "CreditNoteNumber Reference")
    | {
        "Type": ("ACCRECCREDIT", "ACCPAYCREDIT"),
        "Status": ("DRAFT", "SUBMITTED", "AUTHORISED"),
        "LineAmountTypes": _LINE_TYPE,
        "CurrencyCode": "currency",
        "CurrencyRate": "number",
        "Date": "date",
        "Contact": CONTACT,
        "LineItems": [LINE],
        "Allocations": [ALLOCATION],
    }
)

HISTORY: Shape = _fields("text", "Details Changes User") | _fields(_ANY, "DateUTC DateUTCString ValidationErrors")
CURRENCY: Shape = {"Code": "currency", "Description": "text"}


def body_of(call: Call) -> Any:
    """The JSON of a request; other content types and broken JSON are refused."""
    data = call.request.get_data()
    if len(data) > LARGEST_BODY:
        raise body_error("The request is larger than 3.5 MB")
    if "json" not in (call.request.mimetype or ""):
        raise body_error("Content-Type must be application/json")
    try:
        return json.loads(data, parse_float=Decimal)
    except ValueError as error:
        raise body_error(f"{error}") from error


def elements_of(call: Call, name: str, shape: Shape, bare: bool = False) -> list[Json]:
    """The elements of ``{"Invoices":[…]}``; where ``bare``, one object without the envelope will do (facts §2)."""
    body = body_of(call)
    if not isinstance(body, dict):
        raise body_error("An object is expected")
    key = next((key for key in body if key.lower() == name.lower()), None)
    if key is None and bare and body:
        elements = [body]
    elif key is None or set(body) != {key} or not isinstance(body[key], list):
        raise body_error(f"The body must be an object with one list '{name}'")
    else:
        elements = body[key]
    singular = name[:-1] if not name.endswith("ies") else name[:-3] + "y"
    return [checked(element, shape, singular, f"{name}[{index}]") for index, element in enumerate(elements)]


def checked(value: Any, shape: Shape, type_name: str, path: str) -> Json:
    """The object without its nulls, which mean "not given"; every field of the kind the shape says."""
    if not isinstance(value, dict):
        raise body_error(f"An object of type '{type_name}' is expected. Path '{path}'")
    for key in value:
        if key not in shape:
            raise body_error(f"Could not find member '{key}' on object of type '{type_name}'. Path '{path}.{key}'")
    given = {key: field for key, field in value.items() if field is not None}
    return {key: _field(field, shape[key], key, f"{path}.{key}") for key, field in given.items()}


def _field(value: Any, kind: Any, name: str, path: str) -> Any:
    if isinstance(kind, dict):
        return checked(value, kind, name, path)
    if isinstance(kind, list):
        if not isinstance(value, list):
            raise body_error(f"A list is expected. Path '{path}'")
        return [checked(each, kind[0], name, f"{path}[{index}]") for index, each in enumerate(value)]
    if isinstance(kind, tuple):
        return _enum(value, kind, path)
    return _simple(value, kind, path)


def _enum(value: Any, kinds: tuple[str, ...], path: str) -> str:
    if value not in kinds:
        raise body_error(f"Error converting value \"{value}\" to one of {', '.join(kinds)}. Path '{path}'")
    return str(value)


def _simple(value: Any, kind: str, path: str) -> Any:
    """Text, number, bool, date, guid, currency or anything."""
    if kind == "number" and _is_number(value):
        return Decimal(value)
    if kind == "bool" and isinstance(value, bool):
        return value
    if isinstance(value, str):
        if kind == "text":
            return value
        if kind == "currency" and re.fullmatch("[A-Z]{3}", value):
            return value
        if kind in ("guid", "date"):
            return _parsed(value, kind, path)
    if kind == "any":
        return value
    raise body_error(f"Could not convert \"{value}\" to {kind}. Path '{path}'")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and -LARGEST < value < LARGEST


def _parsed(value: str, kind: str, path: str) -> Any:
    try:
        return str(uuid.UUID(value)) if kind == "guid" else dates.read_day(value)
    except ValueError as error:
        raise body_error(f"Could not convert string to {kind}: \"{value}\". Path '{path}'") from error
