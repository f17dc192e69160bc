"""What the fields of a contact say, one text a field, and the words that change them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from b24xero.domain.invoice import Customer
from b24xero.xero import payload

Json = Mapping[str, Any]
Content = dict[str, str]

FIELDS = ("name", "email", "phone", "tax_number", "address")

_KEYS: Mapping[str, tuple[str, ...]] = {
    "name": ("Name", "FirstName", "LastName"),
    "email": ("EmailAddress",),
    "phone": ("Phones",),
    "tax_number": ("TaxNumber",),
    "address": ("Addresses",),
}
_OF_A_PHONE = ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber")
_OF_AN_ADDRESS = (
    "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region", "PostalCode", "Country",
)  # fmt: skip


def content(element: Json) -> Content:
    """Of a contact as it is sent or answered: the phone and the address are those that we write (facts §5.1)."""
    return {
        "name": _text(element.get("Name")),
        "email": _text(element.get("EmailAddress")),
        "phone": _slot(element.get("Phones"), "PhoneType", "DEFAULT", _OF_A_PHONE, " "),
        "tax_number": _text(element.get("TaxNumber")),
        "address": _slot(element.get("Addresses"), "AddressType", "POBOX", _OF_AN_ADDRESS, ", "),
    }


def content_of(customer: Customer) -> Content:
    """What the contact of this customer would say."""
    return content(payload.contact_body(customer))


def change(customer: Customer, fields: Collection[str]) -> dict[str, Any]:
    """The body that writes these fields; a company's people stay as they are, since each invoice may name another."""
    body = payload.contact_body(customer)
    kept = {"FirstName", "LastName"} if customer.kind == "company" else set()
    return {key: body[key] for field in fields for key in _KEYS[field] if key in body and key not in kept}


def _text(value: Any) -> str:
    return " ".join(str(value or "").split())


def _slot(slots: Iterable[Json] | None, kind: str, wanted: str, parts: Iterable[str], between: str) -> str:
    """The filled parts of the slot of one type. Slots that are sent replace those of their type; others stay."""
    slot = next((slot for slot in slots or () if slot.get(kind) == wanted), {})
    return between.join(filter(None, (_text(slot.get(part)) for part in parts)))
