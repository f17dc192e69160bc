"""What of a customer changed in Bitrix24 since its contact was last settled, and what becomes of it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from b24xero.contacts.match import same
from b24xero.domain.invoice import Customer
from b24xero.domain.set_up import CustomerRule
from b24xero.xero import kept_text
from b24xero.xero.contact_content import FIELDS, content_of
from b24xero.xero.parse import XeroContact

# Beside the fields: where an e-mail, a tax number or an address was taken from, where a customer has several.
EMAIL_OF, REQUISITE = "email_of", "requisite"
_SOURCES: Mapping[str, str] = {"email": EMAIL_OF, "tax_number": REQUISITE, "address": REQUISITE}


@dataclass(frozen=True)
class Known:
    """What is remembered of a customer's contact. ``settled``: what Bitrix24 said when somebody last decided on it,
    None: nothing is known. ``written``: what we last wrote to the contact, None: we never did. ``lacks_address``: we
    made it without its address."""

    contact_id: str
    settled: Mapping[str, str] | None = None
    written: Mapping[str, str] | None = None
    lacks_address: bool = False


@dataclass(frozen=True)
class Change:
    """One field that says something else in Bitrix24. ``completes``: the address that only lacks because of us."""

    field: str
    before: str
    now: str
    completes: bool = False


@dataclass(frozen=True)
class Compared:
    """The same beside what Xero says now. ``by_hand``: that is not what we wrote there."""

    change: Change
    current: str
    by_hand: bool

    @property
    def is_same(self) -> bool:
        return _is_kept(self.change.field, self.change.now, self.current)


def said_by(customer: Customer) -> dict[str, str]:
    """What Bitrix24 says of a customer now, with where it was taken from."""
    person = customer.person.id if customer.billing_email != customer.email else 0
    said = {**content_of(customer), EMAIL_OF: str(person or ""), REQUISITE: str(customer.requisite_id or "")}
    if customer.address_hidden:
        del said["address"]
    return said


def changes(customer: Customer, known: Known) -> tuple[Change, ...]:
    """What is empty now changes nothing: it may only be hidden from whoever asks."""
    now = said_by(customer)
    lacks = known.lacks_address and now.get("address")
    found = [Change("address", "", now["address"], completes=True)] if lacks else []
    if known.settled is None:
        return tuple(found)
    return (*found, *_changed(known.settled, now, FIELDS[:-1] if known.lacks_address else FIELDS))


def _changed(before: Mapping[str, str], now: Mapping[str, str], fields: Iterable[str]) -> Iterable[Change]:
    for field in fields:
        differs = field in before and now.get(field) and not _same(field, before[field], now[field])
        if differs and not (before[field] and _is_of_another(field, before, now)):
            yield Change(field, before[field], now[field])


def _is_of_another(field: str, before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """One invoice names this contact person or requisite, the next one that: neither changed. An e-mail of its own goes
    before any person's."""
    source = _SOURCES.get(field, "")
    old, new = before.get(source, ""), now.get(source, "")
    return bool(new) and old != new and (field == "email" or bool(old))


def settled_with(known: Known, customer: Customer, fields: Sequence[str]) -> dict[str, str]:
    """What is remembered once these fields are settled; of what was not known before, what Bitrix24 says now."""
    now = said_by(customer)
    if known.settled is None:
        return now
    anew = {name for field in fields for name in (field, _SOURCES.get(field, "")) if name in now}
    return {**now, **known.settled, **{name: now[name] for name in anew}}


def compared(changed: Sequence[Change], contact: XeroContact, written: Mapping[str, str] | None) -> list[Compared]:
    return [_beside(change, contact.content.get(change.field, ""), written or {}) for change in changed]


def _beside(change: Change, current: str, written: Mapping[str, str]) -> Compared:
    return Compared(change, current, by_hand=not _is_kept(change.field, written.get(change.field, ""), current))


def seen(found: Iterable[Compared]) -> str:
    """A mark of what Xero says beside the changes, so that a press knows whether it is what the person saw."""
    said = sorted((one.change.field, one.current) for one in found)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _same(field: str, one: str, other: str) -> bool:
    return same(one, other) if field == "email" else " ".join(one.split()) == " ".join(other.split())


def _is_kept(field: str, said: str, current: str) -> bool:
    """Whether Xero has what was said, but for what it may make of words."""
    return _same(field, said, current) or kept_text.same_words(said, current)


@dataclass(frozen=True)
class Plan:
    """``write``: fields that go to Xero; ``settle``: those that are settled once they did; ``asks``: a person says;
    ``by_hand``: somebody changed them in Xero, so a person says, too."""

    write: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()


def plan(found: Sequence[Compared], contact: XeroContact, choice: CustomerRule, *, said: bool) -> Plan:
    """What becomes of the changes.

    Args:
        choice: one of ``set_up.CUSTOMERS``.
        said: a person chose it who saw what Xero says; else it is the set-up's, which never overwrites an edit by hand.
    """
    write, settle, asks, by_hand = [], [], [], []
    for one in found:
        field = one.change.field
        if one.is_same or one.change.completes and contact.has_address:
            settle.append(field)
        elif one.change.completes or choice == "bitrix24" and (said or not one.by_hand):
            write.append(field)
        elif choice == "bitrix24":
            by_hand.append(field)
        elif choice == "ask":
            asks.append(field)
        elif said:
            settle.append(field)
    return Plan(tuple(write), (*write, *settle), tuple(asks), tuple(by_hand))
