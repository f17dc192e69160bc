"""How Bitrix24 spells companies and contacts, and makes a customer of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from b24xero.bitrix24.flags import is_no
from b24xero.bitrix24.parse import Item, number, text
from b24xero.domain import email
from b24xero.domain.invoice import Address, Customer, CustomerKind, Person

# Where a tax number may stand; the first one filled in counts (facts §4).
_TAX_NUMBERS = ("RQ_VAT_ID", "RQ_INN", "RQ_EDRPOU", "RQ_REGON", "RQ_SIRET", "RQ_CNPJ", "RQ_BIN")
# Kinds of address, the most fitting for a bill first: mailing, legal, registered, actual (facts §4).
_ADDRESS_KINDS = ("8", "6", "4", "1")


def company_name(item: Item) -> str:
    return text(item.get("title"))


# In the order in which they are said.
CONTACT_NAMES = ("name", "secondName", "lastName")


def contact_name(item: Item) -> str:
    return " ".join(part for part in (text(item.get(name)) for name in CONTACT_NAMES) if part)


def customer(
    company: Item | None,
    contact: Item | None,
    requisites: Sequence[Item],
    addresses: Sequence[Item],
    requisite_id: int,
    *,
    address_hidden: bool = False,
) -> Customer | None:
    """The company if there is one (the contact is its person), else the contact; None when there is neither.

    ``requisites`` and ``addresses`` may hold rows of others: legacy lists ignore filters that they do not know, so
    whose they are is checked again here (facts §4, §10.4).
    """
    owner, kind, type_id = (company, "company", 4) if company else (contact, "contact", 3)
    if not owner:
        return None
    owner_id = number(owner.get("id"))
    own = [r for r in requisites if _is(r, "ENTITY_TYPE_ID", type_id) and _is(r, "ENTITY_ID", owner_id)]
    requisite = _chosen_requisite(own, requisite_id)
    person = contact if contact and kind == "company" else (owner if kind == "contact" else None)
    return Customer(
        kind=_kind(kind),
        id=owner_id,
        name=company_name(owner) if kind == "company" else contact_name(owner),
        email=_email(owner),
        phone=_first(owner, "PHONE", "phone"),
        tax_number=next((text(requisite.get(key)) for key in _TAX_NUMBERS if text(requisite.get(key))), ""),
        address=_address(addresses, requisite, type_id, owner_id),
        address_hidden=address_hidden,
        person=_person(person) if person else Person(),
        requisite_id=number(requisite.get("ID")),
    )


def _kind(kind: str) -> CustomerKind:
    return "company" if kind == "company" else "contact"


def _is(row: Item, key: str, wanted: int) -> bool:
    return number(row.get(key)) == wanted


def _chosen_requisite(requisites: Sequence[Item], requisite_id: int) -> Item:
    """The one that the invoice names, else the first active one by its sort."""
    named = [r for r in requisites if number(r.get("ID")) == requisite_id]
    active = [r for r in requisites if not is_no(r.get("ACTIVE"))]
    ordered = sorted(active, key=lambda r: (number(r.get("SORT")), number(r.get("ID"))))
    return next(iter(named or ordered), {})


def _person(contact: Item) -> Person:
    """Xero has two fields for a name: the second name goes with the first."""
    first = " ".join(part for part in (text(contact.get("name")), text(contact.get("secondName"))) if part)
    return Person(first, text(contact.get("lastName")), _email(contact), number(contact.get("id")))


def _email(item: Item) -> str:
    return email.first_good(_several(item, "EMAIL", "email"))


def _first(item: Item, type_id: str, flat: str) -> str:
    return next(iter(_several(item, type_id, flat)), "")


def _several(item: Item, type_id: str, flat: str) -> list[str]:
    """E-mails or phones: ``fm`` where the portal gives it, then the flat fields (facts §4)."""
    several = item.get("fm")
    values = [text(m.get("value")) for m in several if m.get("typeId") == type_id] if isinstance(several, list) else []
    flats = [text(item.get(key)) for key in (flat, f"{flat}Work", f"{flat}Mobile", f"{flat}Home", f"{flat}Mailing")]
    return [value for value in values + flats if value]


def _address(addresses: Sequence[Item], requisite: Item, type_id: int, owner_id: int) -> Address:
    anchored = [a for a in addresses if _is(a, "ANCHOR_TYPE_ID", type_id) and _is(a, "ANCHOR_ID", owner_id)]
    of_requisite = [a for a in anchored if requisite and _is(a, "ENTITY_ID", number(requisite.get("ID")))]
    fitting = sorted(
        (a for a in of_requisite or anchored if text(a.get("TYPE_ID")) in _ADDRESS_KINDS),
        key=lambda a: _ADDRESS_KINDS.index(text(a.get("TYPE_ID"))),
    )
    if not fitting:
        return Address()
    chosen = fitting[0]
    return Address(
        lines=tuple(line for line in (text(chosen.get("ADDRESS_1")), text(chosen.get("ADDRESS_2"))) if line),
        city=text(chosen.get("CITY")),
        region=text(chosen.get("PROVINCE")) or text(chosen.get("REGION")),
        postal_code=text(chosen.get("POSTAL_CODE")),
        country=text(chosen.get("COUNTRY")),
    )
