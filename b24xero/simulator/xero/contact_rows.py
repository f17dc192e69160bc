"""How a contact looks in an answer: key order, slots, short forms (facts §3.2, §5.1)."""

from __future__ import annotations

from b24xero.simulator.xero import dates
from b24xero.simulator.xero.money import ZERO, rounded
from b24xero.simulator.xero.records import NO_ID, Contact, Invoice, Json
from b24xero.simulator.xero.state import Organisation

_BEFORE_STATUS = ("ContactNumber", "AccountNumber")
_AFTER_NAME = ("FirstName", "LastName")
_AFTER_BANK = ("CompanyNumber", "TaxNumber", "AccountsReceivableTaxType", "AccountsPayableTaxType")
_DEFAULTS = ("DefaultCurrency", "SalesDefaultAccountCode", "PurchasesDefaultAccountCode", "SalesDefaultLineAmountType",
             "PurchasesDefaultLineAmountType", "XeroNetworkKey")  # fmt: skip


def full(contact: Contact) -> Json:
    """The contact of a write answer and of a single read: every slot with all of its keys."""
    row = _head(contact)
    row |= {
        "Addresses": [_address(contact, kind) for kind in ("STREET", "POBOX")],
        "Phones": [_phone(contact, kind) for kind in ("DEFAULT", "DDI", "FAX", "MOBILE")],
    }
    return _tail(contact, row)


def listed(contact: Contact) -> Json:
    """The contact of a list: an empty slot has only its type."""
    row = _head(contact)
    row |= {
        "Addresses": [_short(_address(contact, kind), "AddressType") for kind in ("STREET", "POBOX")],
        "Phones": [_short(_phone(contact, kind), "PhoneType") for kind in ("DEFAULT", "DDI", "FAX", "MOBILE")],
    }
    return _tail(contact, row) | {"HasAttachments": False}


def summary(contact: Contact) -> Json:
    """``summaryOnly=true``: without slots, persons and the customer flags."""
    row = _head(contact)
    row["UpdatedDateUTC"] = dates.stamp(contact.updated)
    return row | {
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }


def stub(contact: Contact) -> Json:
    """The contact inside a row of an invoice list."""
    return {
        "ContactID": contact.contact_id, "Name": contact.name, "Addresses": [], "Phones": [], "ContactGroups": [],
        "ContactPersons": [], "HasValidationErrors": False,
    }  # fmt: skip


def refused(element: Json, contact: Contact | None) -> Json:
    """The echo of a refused element; a contact that was not made has the zero id (facts §2.2)."""
    row: Json = {"ContactID": contact.contact_id if contact else NO_ID}
    for key in (*_BEFORE_STATUS, "ContactStatus", "Name", *_AFTER_NAME, "EmailAddress", *_AFTER_BANK):
        if key in element:
            row[key] = element[key]
    row["Addresses"] = [address | {"ValidationErrors": []} for address in element.get("Addresses", [])]
    row["Phones"] = [phone | {"ValidationErrors": []} for phone in element.get("Phones", [])]
    return row | {"ContactGroups": [], "ContactPersons": element.get("ContactPersons", [])}


def balances(organisation: Organisation, contact: Contact) -> Json:
    """What the contact owes, in the base currency; only in a single read and only for customers."""
    open_ones = [invoice for invoice in organisation.invoices.values() if _is_open(invoice, contact)]
    outstanding = sum((invoice.amount_due / invoice.rate for invoice in open_ones), ZERO)
    return {"AccountsReceivable": {"Outstanding": rounded(outstanding), "Overdue": ZERO}}


def _is_open(invoice: Invoice, contact: Contact) -> bool:
    return invoice.contact_id == contact.contact_id and (invoice.type, invoice.status) == ("ACCREC", "AUTHORISED")


def _head(contact: Contact) -> Json:
    row: Json = {"ContactID": contact.contact_id}
    _copy(row, contact, _BEFORE_STATUS)
    row["ContactStatus"] = contact.status
    row["Name"] = contact.name
    _copy(row, contact, _AFTER_NAME)
    row["EmailAddress"] = contact.texts.get("EmailAddress", "")
    row["BankAccountDetails"] = contact.texts.get("BankAccountDetails", "")
    _copy(row, contact, _AFTER_BANK)
    if contact.merged_to:
        row["MergedToContactID"] = contact.merged_to
    return row


def _tail(contact: Contact, row: Json) -> Json:
    row |= {
        "UpdatedDateUTC": dates.stamp(contact.updated), "ContactGroups": [], "IsSupplier": contact.is_supplier,
        "IsCustomer": contact.is_customer,
    }  # fmt: skip
    _copy(row, contact, _DEFAULTS)
    row |= {"SalesTrackingCategories": [], "PurchasesTrackingCategories": []}
    if contact.payment_terms:
        row["PaymentTerms"] = contact.payment_terms
    return row | {"ContactPersons": list(contact.persons), "HasValidationErrors": False}


def _copy(row: Json, contact: Contact, names: tuple[str, ...]) -> None:
    row |= {name: contact.texts[name] for name in names if contact.texts.get(name)}


def _address(contact: Contact, kind: str) -> Json:
    empty = {"AddressType": kind, "City": "", "Region": "", "PostalCode": "", "Country": ""}
    lines = ("AddressType", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region",
             "PostalCode", "Country", "AttentionTo")  # fmt: skip
    values = empty | contact.addresses.get(kind, {})
    return {key: values[key] for key in lines if key in values}


def _phone(contact: Contact, kind: str) -> Json:
    empty = {"PhoneType": kind, "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
    return empty | contact.phones.get(kind, {})


def _short(slot: Json, type_key: str) -> Json:
    filled = any(value for key, value in slot.items() if key != type_key)
    return slot if filled else {type_key: slot[type_key]}
