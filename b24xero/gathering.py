"""This file knows the contacts of many invoices at once: who is linked, who is found, who is created, 50 a call."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from b24xero import links
from b24xero.contacts import match, same
from b24xero.customers import Customers
from b24xero.errors import NotFound, Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.invoice import Customer
from b24xero.models import Organisation
from b24xero.sending import twice
from b24xero.xero import payload
from b24xero.xero.answers import XeroContact
from b24xero.xero.client import MOST_WRITTEN, Xero

# So many unknown customers are looked for one by one; for more, all contacts are read once, 1,000 a call.
FEW = 3


class Contacts:
    """The contacts of one organisation, for one run."""

    def __init__(self, organisation: Organisation, xero: Xero) -> None:
        self._organisation = organisation
        self._xero = xero
        self._books: list[XeroContact] | None = None
        self._trouble: dict[str, tuple[Problem, ...]] = {}

    def gather(self, customers: Iterable[Customer | None]) -> None:
        """Link each customer with its contact, where that is sure; create those that Xero does not have. What is not
        sure, or refused, is kept for ``check``.

        Raises:
            Disconnected, RetryLater, OutcomeUnknown: try again; what was linked stays linked.
        """
        wanted = {customer.number: customer for customer in customers if customer}
        unknown = [c for c in wanted.values() if not links.linked_contact(self._organisation, c.kind, c.id)]
        db.session.commit()
        missing = [customer for customer in unknown if not self._find(customer, len(unknown))]
        for first in range(0, len(missing), MOST_WRITTEN):
            self._create(missing[first : first + MOST_WRITTEN])

    def check(self, customer: Customer | None) -> None:
        """Raises: Rejected, when no contact could be settled on for this customer."""
        if customer and (found := self._trouble.get(customer.number)):
            raise Rejected(found)

    def _find(self, customer: Customer, unknown: int) -> bool:
        """Whether nothing is left to do for it."""
        found = self._candidates(customer, unknown)
        taken = links.taken_contacts(self._organisation, [contact.id for contact in found])
        db.session.commit()
        result = match(customer, found, taken)
        if result.choices:
            self._trouble[customer.number] = (problem("contact_unsure", name=customer.name),)
        elif result.contact_id:
            links.link_contact(self._organisation, customer.kind, customer.id, result.contact_id)
        return bool(result.choices or result.contact_id)

    def _candidates(self, customer: Customer, unknown: int) -> Sequence[XeroContact]:
        name = payload.contact_name(customer)
        if self._books is None and unknown <= FEW:
            return self._xero.contacts_like(customer.number, name, customer.email)
        if self._books is None:
            self._books = list(self._xero.all_contacts())
        return [
            contact
            for contact in self._books
            if contact.number == customer.number
            or same(contact.name, name)
            or (customer.email and same(contact.email, customer.email))
        ]

    def _create(self, customers: Sequence[Customer]) -> None:
        key = f"b24xero-{uuid.uuid4()}"
        bodies = [payload.contact_body(customer) for customer in customers]
        abouts = [{"name": customer.name, "email": customer.email} for customer in customers]
        try:
            answers = twice(lambda: self._xero.create_contacts(bodies, key, abouts))
        except (NotFound, Rejected):
            answers = tuple(Rejected() for _customer in customers)  # the call as a whole: each by itself
        for customer, said in zip(customers, answers, strict=True):
            if isinstance(said, XeroContact):
                links.link_contact(self._organisation, customer.kind, customer.id, said.id)
                if self._books is not None:
                    self._books.append(said)
            else:
                self._alone(customer)

    def _alone(self, customer: Customer) -> None:
        """The way of a single press: it knows a contact that was made in this very moment, and says why not."""
        about = {"name": customer.name, "email": customer.email}
        try:
            Customers(self._organisation, self._xero, about).contact_id(customer)
        except Rejected as error:
            self._trouble[customer.number] = error.problems
