"""How a customer of the portal gets its one contact in Xero: remembered, found, chosen or created."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24xero.contacts import links
from b24xero.contacts.links import Found
from b24xero.contacts.match import ContactChoice, match, same
from b24xero.db.models import Intent, Organisation, User
from b24xero.domain.invoice import Customer
from b24xero.errors import NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.writes import intents, sending
from b24xero.writes.intents import Write
from b24xero.xero import payload
from b24xero.xero.client import Xero
from b24xero.xero.contact_content import content

NEW_CONTACT = "new"
# How long a press waits for another one that creates the same contact in this very moment, and how often it looks.
PATIENCE = 8.0
LOOK_EVERY = 0.1

_TAKEN = {"contact_number_taken", "contact_name_taken"}


class ContactUnsure(Rejected):
    """Several contacts may be this customer, and a person must say which."""

    def __init__(self, choices: tuple[ContactChoice, ...], name: str) -> None:
        super().__init__(problem("contact_unsure", name=name))
        self.choices = choices


@dataclass(frozen=True)
class Customers:
    """The contacts of one organisation, for one press. ``about`` fills in what a refusal of Xero's does not say;
    ``claim`` tells whose the writes are."""

    organisation: Organisation
    user: User
    xero: Xero
    about: Mapping[str, str]
    claim: str

    def contact_id(self, customer: Customer, choice: str = "") -> str:
        """Our stored link; else the person's choice; else one look at Xero by number, name and e-mail; else a new one.

        Raises:
            ContactUnsure: several may be meant; the press comes again with a ``choice``.
            Rejected, OutcomeUnknown, RetryLater, Disconnected, Forbidden: from creating it.
        """
        stored = links.linked(self.organisation, customer.kind, customer.id)
        db.session.commit()
        if stored:
            return stored
        pending = intents.open_of(self.organisation, "contact", customer.number)
        if pending and (settled := self._settled(customer, pending)):
            return settled
        found = self._chosen(customer, choice) if choice else self._found_or_created(customer)
        if not self._linked(customer):
            links.link(self.organisation, Found(customer, found))
        return found

    def choices(self, customer: Customer) -> tuple[ContactChoice, ...]:
        """The contacts that may be meant, none where it is clear: one look at Xero, and nothing is written."""
        if self._linked(customer):
            return ()
        found = self.xero.contacts_like(customer.number, payload.contact_name(customer), customer.email)
        taken = links.taken(self.organisation, [contact.id for contact in found])
        db.session.commit()
        return match(customer, found, taken).choices

    def forget(self, customer: Customer | None) -> bool:
        """Look for the customer anew from now on; whether there was anything to forget."""
        return customer is not None and links.unlink(self.organisation, customer.kind, customer.id)

    def follow_merge(self, customer: Customer | None, contact_id: str) -> None:
        """The invoice stands for another contact in Xero than the one we know: when that is because the two were merged
        there, the customer follows. It costs a call only where they differ."""
        known = self._linked(customer) if customer else ""
        if customer is None or not known or not contact_id or known == contact_id:
            return
        contact = self.xero.contact(known)
        if contact and contact.merged_into == contact_id:
            links.unlink(self.organisation, customer.kind, customer.id)
            links.link(self.organisation, Found(customer, contact_id))

    def _found_or_created(self, customer: Customer) -> str:
        found = self.xero.contacts_like(customer.number, payload.contact_name(customer), customer.email)
        taken = links.taken(self.organisation, [contact.id for contact in found])
        db.session.commit()
        result = match(customer, found, taken)
        if result.choices:
            raise ContactUnsure(result.choices, customer.name)
        return result.contact_id or self._create(customer, payload.contact_body(customer))

    def _chosen(self, customer: Customer, choice: str) -> str:
        if choice == NEW_CONTACT:
            return self._new_beside(customer)
        contact = self.xero.contact(choice)
        if contact is None or contact.archived:
            raise Rejected(problem("contact_archived", name=contact.name if contact else customer.name))
        return contact.id

    def _new_beside(self, customer: Customer) -> str:
        """A new contact beside namesakes: a name is unique among active contacts, a number among all (facts §5.1). One
        that has our number was made by an earlier press whose answer was lost."""
        name = payload.contact_name(customer)
        found = self.xero.contacts_like(customer.number, name, customer.email)
        for contact in found:
            if contact.number == customer.number and not contact.archived:
                return contact.id
        body = payload.contact_body(customer)
        if any(not contact.archived and same(contact.name, name) for contact in found):
            body["Name"] = f"{name[:200]} ({customer.number})"
        if any(contact.number == customer.number for contact in found):
            body["ContactNumber"] = f"{customer.number}-2"
        return self._create(customer, body)

    # -- the one write ------------------------------------------------------------------------------------------------

    def _create(self, customer: Customer, body: dict[str, Any]) -> str:
        """Create and link it."""
        made = self._created(customer, body)
        links.link(self.organisation, made_of(customer, made, body))
        return made

    def _created(self, customer: Customer, body: dict[str, Any]) -> str:
        """Create it, once. Whoever is second waits for the first one's result."""
        intent = intents.begin(self.organisation, self.user, write_of(customer, body), self.claim)
        if intent is None:
            pending = intents.open_of(self.organisation, "contact", customer.number)
            settled = self._settled(customer, pending) if pending else self._linked(customer)
            return settled or self._created(customer, body)
        try:
            with sending.sending([intent]) as vendor:
                said = vendor.answers_or_refuses(lambda: self.xero.create_contact(body, intent.key, self.about))
                if isinstance(said, NotFound | Rejected):
                    return self._taken(intent, said)
                intents.settle([intent], "done", said.id)
                return said.id
        except OutcomeUnknown as unclear:
            time.sleep(sending.LOOK_AFTER)
            with sending.told_as(unclear):
                return self._looked_for(intent)

    def _taken(self, intent: Intent, error: NotFound | Rejected) -> str:
        """A number or name that is taken may be taken by a contact of ours, made by a press whose answer was lost."""
        found = self._ours(intent) if {p.code for p in error.problems} & _TAKEN else ""
        intents.settle([intent], "done" if found else "refused", found)
        if not found:
            raise error
        return found

    def _looked_for(self, intent: Intent) -> str:
        found = self._ours(intent)
        if not found:
            raise OutcomeUnknown(problem("xero_unclear"))  # it may still be landing, so the intent stays unclear
        intents.settle([intent], "done", found)
        return found

    def _ours(self, intent: Intent) -> str:
        """Its number, unique in Xero, tells a contact of ours."""
        body = intent.body or {}
        try:
            found = self.xero.contacts_like(body["ContactNumber"], body["Name"], "")
        except RetryLater as error:
            raise OutcomeUnknown(problem("xero_unclear")) from error
        return next((c.id for c in found if c.number == body["ContactNumber"] and not c.archived), "")

    def _settled(self, customer: Customer, pending: Intent) -> str:
        """What came of a write that somebody else began: their result, or what is found in Xero when they are gone; ""
        when it did not land.

        Raises:
            RetryLater: they are still at it.
        """
        give_up = time.monotonic() + PATIENCE
        body = pending.body or {}
        while not intents.take(pending, self.claim):
            if linked := self._linked(customer):
                return linked
            if pending.state not in intents.OPEN:
                return pending.vendor_id
            if time.monotonic() > give_up:
                raise RetryLater(problem("contact_being_written", name=customer.name))
            time.sleep(LOOK_EVERY)
        with sending.sending([pending], undone="unclear"):
            found = self._ours(pending)
            # Its number keeps a late first write and a second one apart, so a fresh start is safe at once.
            intents.settle([pending], "done" if found else "refused", found)
        if found:
            links.link(self.organisation, made_of(customer, found, body))
        return found

    def _linked(self, customer: Customer) -> str:
        linked = links.linked(self.organisation, customer.kind, customer.id)
        db.session.commit()
        return linked


def made_of(customer: Customer, contact_id: str, body: dict[str, Any]) -> Found:
    """The link with a contact that we made. That it has no address since Bitrix24 does not show it is remembered."""
    return Found(customer, contact_id, content(body), lacks_address=customer.address_hidden)


def write_of(customer: Customer, body: dict[str, Any]) -> Write:
    return Write("contact", "create", customer.number, body)
