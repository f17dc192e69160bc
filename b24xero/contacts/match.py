"""Which Xero contact stands for a customer, and when that is unsure. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from b24xero.domain.invoice import Customer


class Contact(Protocol):
    """A contact of the books; ``xero.answers.XeroContact`` is one."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def archived(self) -> bool: ...
    @property
    def merged_into(self) -> str: ...


C = TypeVar("C", bound=Contact)


@dataclass(frozen=True)
class ContactChoice:
    """One contact among which a person chooses."""

    id: str
    name: str
    email: str
    number: str
    archived: bool


@dataclass(frozen=True)
class Match:
    """``contact_id`` when sure; ``choices`` when a person must choose; neither: there is none, create it."""

    contact_id: str = ""
    choices: tuple[ContactChoice, ...] = ()


def folded(words: str) -> str:
    """What Xero compares: without regard to case and to runs of spaces."""
    return " ".join(words.split()).casefold()


def same(one: str, other: str) -> bool:
    return folded(one) == folded(other)


class Index(Generic[C]):
    """All contacts of the books, looked up by number, name and e-mail: what a customer may be is found without going
    through them all."""

    def __init__(self, contacts: Iterable[C]) -> None:
        self._by: dict[tuple[str, str], list[tuple[int, C]]] = {}
        self._count = 0
        for contact in contacts:
            self.add(contact)

    def add(self, contact: C) -> None:
        for key in _keys(contact.number, contact.name, contact.email):
            self._by.setdefault(key, []).append((self._count, contact))
        self._count += 1

    def like(self, number: str, name: str, email: str) -> list[C]:
        """Each contact that has one of the three, in the order in which they came."""
        found = {place: contact for key in _keys(number, name, email) for place, contact in self._by.get(key, ())}
        return [found[place] for place in sorted(found)]


def _keys(number: str, name: str, email: str) -> list[tuple[str, str]]:
    every = [("number", number), ("name", folded(name)), ("email", folded(email))]
    return [(kind, value) for kind, value in every if value]


def match(customer: Customer, found: Iterable[Contact], taken: Collection[str]) -> Match:
    """Our number first, then the exact name with the e-mail; anything less is for the person to say.

    ``taken`` are contacts that stand for other customers already. A name alone is not enough when both sides have an
    e-mail and they differ, or when the contact is another customer's: billing a namesake is worse than asking. Xero
    does not keep e-mails unique (facts §5.1), so an e-mail alone is never enough.
    """
    candidates = list(found)
    ours = [contact for contact in candidates if contact.number == customer.number]
    if ours:
        return _by_number(ours[0])
    active = [contact for contact in candidates if not contact.archived]
    named = [contact for contact in active if same(contact.name, customer.name)]
    mailed = [c for c in active if customer.email and same(c.email, customer.email) and c not in named]
    sure = [contact for contact in named if _is_free(contact, taken) and _agrees(contact, customer)]
    if len(sure) == 1 and not (mailed and not same(sure[0].email, customer.email)):
        return Match(contact_id=sure[0].id)
    return Match(choices=tuple(map(_choice, [*named, *mailed])))


def _by_number(contact: Contact) -> Match:
    if contact.merged_into:
        return Match(contact_id=contact.merged_into)
    return Match(choices=(_choice(contact),)) if contact.archived else Match(contact_id=contact.id)


def _is_free(contact: Contact, taken: Collection[str]) -> bool:
    return contact.id not in taken and not contact.number.startswith("B24-")


def _agrees(contact: Contact, customer: Customer) -> bool:
    return not contact.email or not customer.email or same(contact.email, customer.email)


def _choice(contact: Contact) -> ContactChoice:
    return ContactChoice(contact.id, contact.name, contact.email, contact.number, contact.archived)
