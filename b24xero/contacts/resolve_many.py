"""The contacts of many invoices at once: who is linked, who is found, who is created, 50 a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from b24xero.contacts import links
from b24xero.contacts.links import Found
from b24xero.contacts.match import Index, match
from b24xero.contacts.resolve import Customers, made_of, write_of
from b24xero.db.models import Intent, Organisation, User
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Customer
from b24xero.errors import NotFound, Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.writes import intents, sending
from b24xero.xero import payload
from b24xero.xero.client import Xero
from b24xero.xero.one_call import MOST_WRITTEN
from b24xero.xero.parse import XeroContact

# So many unknown customers are looked for one by one; for more, all contacts are read once, 1,000 a call.
FEW = 3


class Contacts:
    """The contacts of one organisation, for one run."""

    def __init__(self, organisation: Organisation, user: User, xero: Xero, claim: str) -> None:
        self._organisation = organisation
        self._user = user
        self._xero = xero
        self._claim = claim
        self._books: Index[XeroContact] | None = None
        self._trouble: dict[str, tuple[Problem, ...]] = {}

    def gather(self, customers: Iterable[Customer | None]) -> None:
        """Link each customer with its contact, where that is sure; create those that Xero does not have. What is not
        sure, or refused, is kept for ``check``.

        Raises:
            Disconnected, RetryLater, OutcomeUnknown: try again; what was linked stays linked.
        """
        wanted = {customer.number: customer for customer in customers if customer}
        linked = links.linked_all(self._organisation, wanted.values())
        db.session.commit()
        unknown = [customer for customer in wanted.values() if customer.number not in linked]
        lost = self._take_over(unknown)
        missing = self._find(unknown)
        self._settle(lost, missing)
        for first in range(0, len(missing), MOST_WRITTEN):
            self._create(missing[first : first + MOST_WRITTEN])

    def _take_over(self, unknown: Sequence[Customer]) -> dict[str, Intent]:
        """Writes of these customers whose answer nobody heard, by number. What was read before them does not count."""
        pending = intents.open_among(self._organisation, "contact", [customer.number for customer in unknown])
        lost = {number: intent for number, intent in pending.items() if intents.take(intent, self._claim)}
        if lost:
            self._books = None
        return lost

    def _settle(self, lost: Mapping[str, Intent], missing: Sequence[Customer]) -> None:
        """The look that followed tells which of them landed. A late one and a second one share a number that Xero keeps
        unique, so those that did not may be sent anew at once."""
        gone = {customer.number for customer in missing}
        with writing():
            for number, intent in lost.items():
                intents.end(intent, "refused" if number in gone else "done")

    def check(self, customer: Customer | None) -> None:
        """Raises: Rejected, when no contact could be settled on for this customer."""
        if customer and (found := self._trouble.get(customer.number)):
            raise Rejected(found)

    def _find(self, unknown: Sequence[Customer]) -> list[Customer]:
        """Link those whose contact is sure; whom Xero does not have. A contact that one of them takes is taken for the
        next."""
        found = {customer.number: self._candidates(customer, len(unknown)) for customer in unknown}
        ids = {contact.id for contacts in found.values() for contact in contacts}
        taken = links.taken(self._organisation, ids)
        db.session.commit()
        sure: list[Found] = []
        missing = []
        for customer in unknown:
            result = match(customer, found[customer.number], taken)
            if result.choices:
                self._trouble[customer.number] = (problem("contact_unsure", name=customer.name),)
            elif result.contact_id:
                sure.append(Found(customer, result.contact_id))
                taken.add(result.contact_id)
            else:
                missing.append(customer)
        links.link_all(self._organisation, sure)
        return missing

    def _candidates(self, customer: Customer, unknown: int) -> Sequence[XeroContact]:
        name = payload.contact_name(customer)
        if self._books is None and unknown <= FEW:
            return self._xero.contacts_like(customer.number, name, customer.email)
        if self._books is None:
            self._books = Index(self._xero.all_contacts())
        return self._books.like(customer.number, name, customer.email)

    def _create(self, customers: Sequence[Customer]) -> None:
        """One call for all that nobody else is creating. The others, and the refused ones, go the way of a press: it
        waits for somebody else's result, knows a contact that was made in this very moment, and says why not."""
        key = intents.new_key()
        writes = [write_of(customer, payload.contact_body(customer)) for customer in customers]
        begun = intents.begin_all(self._organisation, self._user, writes, self._claim, key)
        sent = [(customer, intent) for customer, intent in zip(customers, begun, strict=True) if intent]
        made = self._sent(sent, key) if sent else {}
        bodies = {customer.number: write.body for customer, write in zip(customers, writes, strict=True)}
        linked = [made_of(c, made[c.number].id, bodies[c.number]) for c in customers if c.number in made]
        links.link_all(self._organisation, linked)
        if self._books is not None:
            for contact in made.values():
                self._books.add(contact)
        for customer in customers:
            if customer.number not in made:
                self._alone(customer)

    def _sent(self, sent: Sequence[tuple[Customer, Intent]], key: str) -> dict[str, XeroContact]:
        """The contacts that were made, by their customers' numbers."""
        pending = [intent for _, intent in sent]
        bodies = [intent.body or {} for intent in pending]
        abouts = [_about(customer) for customer, _ in sent]
        try:
            with sending.sending(pending) as vendor:
                answers = vendor.answers(lambda: sending.twice(lambda: self._xero.create_contacts(bodies, key, abouts)))
                with writing():
                    for intent, said in zip(pending, answers, strict=True):
                        made = said.id if isinstance(said, XeroContact) else ""
                        intents.end(intent, "done" if made else "refused", made)
        except (NotFound, Rejected):
            return {}  # the call as a whole
        return {c.number: said for (c, _), said in zip(sent, answers, strict=True) if isinstance(said, XeroContact)}

    def _alone(self, customer: Customer) -> None:
        customers = Customers(self._organisation, self._user, self._xero, _about(customer), self._claim)
        try:
            customers.contact_id(customer)
        except Rejected as error:
            self._trouble[customer.number] = error.problems


def _about(customer: Customer) -> dict[str, str]:
    return {"name": customer.name, "email": customer.billing_email}
