"""This file knows how a customer of the portal gets its one contact in Xero: remembered, found, chosen or created."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24xero import links
from b24xero.contacts import ContactChoice, match, same
from b24xero.errors import OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.invoice import Customer
from b24xero.models import Organisation
from b24xero.xero import payload
from b24xero.xero.client import Xero

NEW_CONTACT = "new"
# A lost answer may belong to a write that is still landing: look a moment later (facts §6.3).
LOOK_AFTER = 1.0

_TAKEN = {"contact_number_taken", "contact_name_taken"}


class ContactUnsure(Rejected):
    """Several contacts may be this customer, and a person must say which."""

    def __init__(self, choices: tuple[ContactChoice, ...], name: str) -> None:
        super().__init__(problem("contact_unsure", name=name))
        self.choices = choices


@dataclass(frozen=True)
class Customers:
    """The contacts of one organisation, for one press. ``about`` fills in what a refusal of Xero's does not say."""

    organisation: Organisation
    xero: Xero
    about: Mapping[str, str]

    def contact_id(self, customer: Customer, choice: str = "") -> str:
        """Our stored link; else the person's choice; else one look at Xero by number, name and e-mail; else a new one.

        Raises:
            ContactUnsure: several may be meant; the press comes again with a ``choice``.
            Rejected, OutcomeUnknown, RetryLater, Disconnected, Forbidden: from creating it.
        """
        stored = links.linked_contact(self.organisation, customer.kind, customer.id)
        db.session.commit()
        if stored:
            return stored
        found = self._chosen(customer, choice) if choice else self._found_or_created(customer)
        links.link_contact(self.organisation, customer.kind, customer.id, found)
        return found

    def forget(self, customer: Customer | None) -> bool:
        """Look for the customer anew from now on; whether there was anything to forget."""
        return customer is not None and links.unlink_contact(self.organisation, customer.kind, customer.id)

    def _found_or_created(self, customer: Customer) -> str:
        found = self.xero.contacts_like(customer.number, payload.contact_name(customer), customer.email)
        taken = links.taken_contacts(self.organisation, [contact.id for contact in found])
        db.session.commit()
        result = match(customer, found, taken)
        if result.choices:
            raise ContactUnsure(result.choices, customer.name)
        return result.contact_id or self._create(payload.contact_body(customer))

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
        return self._create(body)

    def _create(self, body: dict[str, Any]) -> str:
        """Create it, once: its number, unique in Xero, tells a contact of ours whose answer was lost, or that another
        press made in this very moment. A key of its own for each try, since Xero repeats a key's first refusal for six
        minutes (facts §6.2)."""
        refused: Rejected | None = None
        try:
            return self.xero.create_contact(body, f"b24xero-{uuid.uuid4()}", self.about).id
        except OutcomeUnknown:
            time.sleep(LOOK_AFTER)
        except Rejected as error:
            if not {p.code for p in error.problems} & _TAKEN:
                raise
            refused = error
        try:
            found = self.xero.contacts_like(body["ContactNumber"], body["Name"], "")
        except RetryLater as error:
            raise OutcomeUnknown(problem("xero_unclear")) from error
        ours = [c.id for c in found if c.number == body["ContactNumber"] and not c.archived]
        if ours:
            return ours[0]
        raise refused or OutcomeUnknown(problem("xero_unclear"))
