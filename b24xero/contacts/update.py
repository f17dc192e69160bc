"""How the contacts of customers that changed in Bitrix24 are updated, or left as they are: one way for a press and a
run."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from b24xero.contacts import links
from b24xero.contacts.changes import Change, Compared, Known, Plan, changes, compared, plan, seen
from b24xero.contacts.links import Settled
from b24xero.db.models import Intent, Organisation, User
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Customer
from b24xero.domain.set_up import CustomerRule
from b24xero.errors import Forbidden, JobError, NotFound, OutcomeUnknown, Problem, Rejected, RetryLater, problem
from b24xero.writes import intents, sending
from b24xero.writes.intents import Write
from b24xero.xero import contact_content
from b24xero.xero.client import Xero
from b24xero.xero.one_call import MOST_WRITTEN
from b24xero.xero.parse import XeroContact

log = logging.getLogger(__name__)

# The invoice does not wait for its customer's contact: what goes wrong is told, and tried again with the next press.
_NOT_NOW = (Forbidden, NotFound, OutcomeUnknown, Rejected, RetryLater)


@dataclass(frozen=True)
class Changed:
    """A customer that says something else than when its contact was last settled."""

    customer: Customer
    known: Known
    changes: tuple[Change, ...]

    @property
    def subject(self) -> str:
        return f"{self.customer.number} change"  # beside the one write that creates it

    @property
    def completes(self) -> bool:
        return any(change.completes for change in self.changes)

    def told(self, code: str) -> Problem:
        return problem(code, name=self.customer.name)

    def settled(self, fields: Sequence[str], written: Mapping[str, str] | None = None) -> Settled:
        return Settled(self.customer, self.known, fields, written)


def changed(organisation: Organisation, customers: Iterable[Customer | None]) -> list[Changed]:
    """Those of the customers that changed since, each once, by what is remembered: nothing is asked of Xero."""
    each = {customer.number: customer for customer in customers if customer}
    known = links.known_of(organisation, each.values())
    found = [Changed(each[number], one, changes(each[number], one)) for number, one in known.items()]
    return [one for one in found if one.changes]


def compare(xero: Xero, one: Changed) -> list[Compared]:
    """Beside what Xero says now: a call. Nothing, where it has no such contact in use any more."""
    contact = _by_id(xero, [one]).get(one.known.contact_id)
    return compared(one.changes, contact, one.known.written) if contact else []


@dataclass
class Updates:
    """The contacts of one organisation, for one press or run. ``choice``: one of ``set_up.CUSTOMERS``; ``said``: a
    person chose it, who ``saw`` (``changes.seen``) what Xero said then. ``told``: by customer, what to know beside."""

    organisation: Organisation
    user: User
    xero: Xero
    claim: str
    choice: CustomerRule
    said: bool = False
    saw: str = ""
    told: dict[str, list[Problem]] = field(default_factory=dict)

    def settle(self, customers: Sequence[Customer | None]) -> Mapping[str, Sequence[Problem]]:
        """Update the contacts of those that changed, or leave them: by customer's number, what is to be told. Where
        nothing changed nothing is asked or written, where a person is to say first neither.

        Raises:
            Disconnected: no live Xero login.
        """
        found = changed(self.organisation, customers)
        self._remember_first(customers)
        pending = intents.open_among(self.organisation, "contact", [one.subject for one in found])
        reads = self.choice == "bitrix24"
        to_read = [one for one in found if reads or one.completes or one.subject in pending]
        read = {one.customer.number for one in to_read}
        for one in found:
            if one.customer.number not in read:
                self._leave(one)
        for first in range(0, len(to_read), MOST_WRITTEN):
            self._carry_out(to_read[first : first + MOST_WRITTEN], pending)
        return self.told

    def _remember_first(self, customers: Sequence[Customer | None]) -> None:
        """What is said now of those of whom nothing is remembered: from now on it is compared."""
        each = {customer.number: customer for customer in customers if customer}
        known = links.known_of(self.organisation, each.values())
        first = [Settled(each[number], one) for number, one in known.items() if one.settled is None]
        if first:
            with writing():
                links.settle(self.organisation, first)

    def _leave(self, one: Changed) -> None:
        """The word was "ask" or "leave", and Xero need not be asked for that."""
        if self.choice == "ask":
            self._tell(one, one.told("customer_changed"))
        elif self.said:
            with writing():
                links.settle(self.organisation, [one.settled([change.field for change in one.changes])])

    def _tell(self, one: Changed, *problems: Problem) -> None:
        self.told.setdefault(one.customer.number, []).extend(problems)

    # -- with a look at Xero ------------------------------------------------------------------------------------------

    def _carry_out(self, found: Sequence[Changed], pending: Mapping[str, Intent]) -> None:
        """One look at all of them, which finds what landed of a write whose answer nobody heard, and one write."""
        taken = {s: intent for s, intent in pending.items() if any(one.subject == s for one in found)}
        taken = {subject: intent for subject, intent in taken.items() if intents.take(intent, self.claim)}
        free = [one for one in found if one.subject in taken or one.subject not in pending]
        try:
            with sending.sending(list(taken.values()), undone="unclear"):
                contacts = _by_id(self.xero, free)
                with writing():
                    for one in (one for one in free if one.subject in taken):
                        intents.end(taken[one.subject], "done" if _has_all(one, contacts) else "refused")
        except _NOT_NOW as error:
            self._not_now(found, error)
            return
        plans = {one.customer.number: self._planned(one, contacts.get(one.known.contact_id)) for one in free}
        self._write([(one, plans[one.customer.number]) for one in free if plans[one.customer.number].write])
        for one in found:
            if one not in free:  # somebody else is at it
                self._tell(one, one.told("customer_not_updated"))

    def _planned(self, one: Changed, contact: XeroContact | None) -> Plan:
        """What to write, with what needs no write noted and told."""
        if contact is None:
            self._tell(one, one.told("customer_not_updated"))
            return Plan()
        beside = compared(one.changes, contact, one.known.written)
        said = self.said and (self.choice != "bitrix24" or seen(beside) == self.saw)
        found = plan(beside, contact, self.choice, said=said)
        if found.asks:
            self._tell(one, one.told("customer_changed"))
        if found.by_hand:
            self._tell(one, one.told("customer_edited_by_hand"))
        if found.settle and not found.write:
            with writing():
                links.settle(self.organisation, [one.settled(found.settle)])
        return found

    def _write(self, planned: Sequence[tuple[Changed, Plan]]) -> None:
        key = intents.new_key()
        bodies = [contact_content.change(one.customer, made.write) for one, made in planned]
        writes = [Write("contact", "update", one.subject, body) for (one, _), body in zip(planned, bodies, strict=True)]
        begun = intents.begin_all(self.organisation, self.user, writes, self.claim, key)
        sent: dict[str, tuple[Changed, Plan, Intent]] = {}
        for (one, made), intent in zip(planned, begun, strict=True):
            if intent is None or one.known.contact_id in sent:  # or two customers share a contact: one at a time
                self._tell(one, one.told("customer_not_updated"))
                if intent:
                    intents.settle([intent], "refused")
            else:
                sent[one.known.contact_id] = one, made, intent
        if sent:
            try:
                self._send(list(sent.values()), key)
            except _NOT_NOW as error:
                self._not_now([one for one, _made, _intent in sent.values()], error)

    def _send(self, sent: Sequence[tuple[Changed, Plan, Intent]], key: str) -> None:
        changes_ = [(one.known.contact_id, intent.body or {}) for one, _made, intent in sent]
        abouts = [{"name": one.customer.name, "email": one.customer.billing_email} for one, _made, _intent in sent]
        with sending.sending([intent for _one, _made, intent in sent]) as vendor:
            answers = vendor.answers(lambda: self.xero.update_contacts(changes_, key, abouts))
            with writing():
                for (one, made, intent), said in zip(sent, answers, strict=True):
                    if isinstance(said, Rejected):
                        intents.end(intent, "refused")
                        continue
                    intents.end(intent, "done", said.id)
                    written = {field: said.content[field] for field in made.write}  # as Xero spells it
                    links.settle(self.organisation, [one.settled(made.settle, written)])
        for (one, made, _intent), said in zip(sent, answers, strict=True):
            if isinstance(said, Rejected):
                self._tell(one, *map(_about_a_contact, said.problems))
            elif any(not change.completes and change.field in made.write for change in one.changes):
                self._tell(one, one.told("customer_updated"))

    def _not_now(self, found: Sequence[Changed], error: JobError) -> None:
        log.warning("contacts not updated count=%s error=%s", len(found), error)
        for one in found:
            if isinstance(error, Rejected) and error.problems:
                self._tell(one, *map(_about_a_contact, error.problems))
            else:
                unclear = isinstance(error, OutcomeUnknown)
                self._tell(one, one.told("customer_unclear" if unclear else "customer_not_updated"))


def _about_a_contact(found: Problem) -> Problem:
    """A name that is taken stops the contact alone; its invoice was written."""
    return Problem("customer_name_taken", found.values) if found.code == "contact_name_taken" else found


def _has_all(one: Changed, contacts: Mapping[str, XeroContact]) -> bool:
    contact = contacts.get(one.known.contact_id)
    return contact is not None and all(beside.is_same for beside in compared(one.changes, contact, one.known.written))


def _by_id(xero: Xero, found: Sequence[Changed]) -> dict[str, XeroContact]:
    """Those that are in use: an archived contact cannot be edited (facts §5.1)."""
    ids = [one.known.contact_id for one in found]
    return {contact.id: contact for contact in xero.contacts_by_ids(ids) if not contact.archived} if ids else {}
