"""What makes a contact acceptable, and Xero's words when it is not (facts §5.1).

Wordings that the facts do not record are marked "assumed".
"""

from __future__ import annotations

import re
from dataclasses import replace

from b24xero.simulator.xero.answers import Call
from b24xero.simulator.xero.kept_text import kept
from b24xero.simulator.xero.records import NO_ID, Contact, Json

ARCHIVED = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)
NUMBER_TAKEN = "Another contact has this contact number. Please enter a different contact number."
EMAIL = "Email address must be valid."
NAMELESS = "Contact name cannot be empty"  # assumed

_TEXTS = {
    "ContactNumber": 50, "AccountNumber": 50, "FirstName": 255, "LastName": 255, "EmailAddress": 255,
    "CompanyNumber": 50, "TaxNumber": 50, "BankAccountDetails": 255, "DefaultCurrency": 3,
    "AccountsReceivableTaxType": 50, "AccountsPayableTaxType": 50, "SalesDefaultAccountCode": 10,
    "PurchasesDefaultAccountCode": 10, "SalesDefaultLineAmountType": 20, "PurchasesDefaultLineAmountType": 20,
    "XeroNetworkKey": 50,
}  # fmt: skip
_ADDRESS = {
    "AddressLine1": 500, "AddressLine2": 500, "AddressLine3": 500, "AddressLine4": 500, "City": 255, "Region": 255,
    "PostalCode": 50, "Country": 50, "AttentionTo": 255,
}  # fmt: skip
_PHONE = {"PhoneNumber": 50, "PhoneAreaCode": 10, "PhoneCountryCode": 20}
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")


def name_taken(name: str) -> str:
    return (
        f"The contact name {name} is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )


def tidy(name: str) -> str:
    """Names have no leading, trailing or double spaces: Xero keeps the tidied form."""
    return " ".join(name.split())


def merged(call: Call, element: Json, existing: Contact | None) -> tuple[Contact, list[str]]:
    """The contact as it would be after this write, and what is wrong with it. Nothing is kept yet."""
    if existing is not None and existing.status != "ACTIVE":
        return existing, [ARCHIVED]
    base = existing or Contact(NO_ID, "", call.now)
    contact = replace(
        base,
        name=tidy(kept(call, element.get("Name", base.name))),
        status="ARCHIVED" if element.get("ContactStatus") == "ARCHIVED" else base.status,
        texts=base.texts | {key: kept(call, element[key]) for key in _TEXTS if key in element},
        addresses=base.addresses | _slots(call, element.get("Addresses", []), "AddressType"),
        phones=base.phones | _slots(call, element.get("Phones", []), "PhoneType"),
        persons=tuple(element.get("ContactPersons", base.persons)),
        payment_terms=element.get("PaymentTerms", base.payment_terms),
        updated=call.now,
    )
    return contact, [*_text_errors(contact, element), *_taken(call, contact), *_reference_errors(call, element)]


def _slots(call: Call, rows: list[Json], type_key: str) -> dict[str, Json]:
    """Only the slots that were sent are replaced (facts §5.1). A slot without a type is the first one."""
    default = "POBOX" if type_key == "AddressType" else "DEFAULT"
    slots = {}
    for row in rows:
        kind = row.get(type_key, default)
        words = {k: kept(call, v) for k, v in row.items() if k not in (type_key, "ValidationErrors")}
        slots[kind] = {type_key: kind} | words
    return slots


def _taken(call: Call, contact: Contact) -> list[str]:
    """Names are unique among the active, numbers among all."""
    books, errors = call.organisation, []
    namesake = books.active_contact_named(contact.name)
    if namesake and namesake.contact_id != contact.contact_id:
        errors.append(name_taken(contact.name))
    numbered = books.contact_numbered(contact.number)
    if numbered and numbered.contact_id != contact.contact_id:
        errors.append(NUMBER_TAKEN)
    return errors


def _text_errors(contact: Contact, element: Json) -> list[str]:
    errors = []
    if not contact.name:
        errors.append(NAMELESS)
    if element.get("EmailAddress") and not _EMAIL.fullmatch(element["EmailAddress"]):
        errors.append(EMAIL)
    errors += _too_long(element, _TEXTS | {"Name": 255})
    for address in element.get("Addresses", []):
        errors += _too_long(address, _ADDRESS)
        if re.search(r"[^\w\s.,'&()-]|\d|_", address.get("Country", "")):
            errors.append("Country may only contain letters")  # assumed
    for phone in element.get("Phones", []):
        errors += _too_long(phone, _PHONE)
    if len(contact.persons) > 5:
        errors.append("A contact can have at most 5 additional people")  # assumed
    return errors


def _too_long(row: Json, limits: dict[str, int]) -> list[str]:
    return [
        f"The field {key} must be a string with a maximum length of {limit}."  # assumed
        for key, limit in limits.items()
        if len(row.get(key, "")) > limit
    ]


def _reference_errors(call: Call, element: Json) -> list[str]:
    """Currency, tax type and account must exist in the organisation."""
    books, errors = call.organisation, []
    currency = element.get("DefaultCurrency")
    if currency and not books.subscribes_to(currency):
        errors.append(f"Organisation is not subscribed to currency {currency}")
    tax_type = element.get("AccountsReceivableTaxType")
    if tax_type and books.tax_rate(tax_type) is None:
        errors.append(f"The TaxType code '{tax_type}' does not exist or cannot be used for this contact")  # assumed
    code = element.get("SalesDefaultAccountCode")
    if code and books.account(code) is None:
        errors.append(f"Account code '{code}' is not a valid code for this document.")
    return errors
