"""One invoice on its way to Xero: all that the steps of a push need, gathered once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from b24xero import connections
from b24xero.contacts import links as contact_links
from b24xero.contacts.match import ContactChoice
from b24xero.contacts.resolve import Customers
from b24xero.db.models import InvoiceLink, Organisation, User
from b24xero.db.states import Landed
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice, InvoiceRow
from b24xero.domain.set_up import Cents, SetUp
from b24xero.errors import Problem, problem
from b24xero.extensions import db
from b24xero.push.case import NOT_LINKED, XeroNow
from b24xero.push.choices import Choices
from b24xero.push.policy import Decision, decide
from b24xero.writes import invoice_links
from b24xero.xero import payload
from b24xero.xero.client import Xero
from b24xero.xero.dropped import dropped
from b24xero.xero.parse import XeroInvoice

# adopted: written by an earlier press, whose answer was lost; found: in Xero from a time that is not remembered.
OutcomeKind = Literal[Landed, "unchanged", "adopted", "found", "refused", "unsure", "busy", "later", "unclear"]

# After which a customer that changed is looked at: the invoice stands in Xero, and is not on its way out.
STANDING: Collection[OutcomeKind] = ("created", "updated", "adopted", "unchanged")
# What an intent keeps of what its write is to come to, by its name there.
LANDED: Mapping[str, Landed] = {"created": "created", "updated": "updated", "voided": "voided", "deleted": "deleted"}


@dataclass(frozen=True)
class Outcome:
    """What a press came to; ``problems`` say why not, or what to know beside, ``seconds`` when to try again.

    ``kept``: what is to be kept with the invoice as its problems; None: what stands there stays. ``xero_tax``: the tax
    that Xero answered to a write."""

    kind: OutcomeKind
    row: InvoiceRow | None = None
    link: InvoiceLink | None = None
    problems: tuple[Problem, ...] = ()
    candidates: tuple[ContactChoice, ...] = ()
    seconds: float = 0.0
    kept: tuple[Problem, ...] | None = None
    xero_tax: Decimal | None = None


@dataclass(frozen=True)
class Push:
    """One invoice on its way: everything the steps need, gathered once. ``claim``: the token that holds its link;
    ``contact_id``: its customer's contact in Xero, NOT_LINKED while none is known; ``replaces``: the deleted invoice in
    whose place one is created again."""

    invoice: Invoice
    link: InvoiceLink
    user: User
    organisation: Organisation
    xero: Xero
    set_up: SetUp
    books: Books
    now: datetime
    claim: str
    contact_id: str = NOT_LINKED
    choices: Choices = Choices()
    replaces: str = ""

    @property
    def today(self) -> date:
        """Where the books are kept."""
        return self.books.day(self.now)

    @property
    def cents(self) -> Cents:
        """The person's choice, now or with the last write; empty: the set-up's."""
        return self.choices.cents or self.link.cents

    @property
    def drift(self) -> str:
        return self.choices.drift or self.set_up.drift

    @property
    def customers(self) -> Customers:
        return Customers(self.organisation, self.user, self.xero, self.about, self.claim)

    @property
    def about(self) -> dict[str, str]:
        """What a refusal of Xero's does not say itself."""
        customer = self.invoice.customer
        return {
            "number": self.invoice.number,
            "currency": self.invoice.currency,
            "organisation": self.organisation.name,
            "date": self.invoice.date.isoformat(),
            "until": self.books.locked_until.isoformat() if self.books.locked_until else "",
            "name": customer.name if customer else "",
            "email": customer.billing_email if customer else "",
            "code": self.set_up.sales_account,
            "rate": "",
        }


def address_of(invoice: Invoice) -> str:
    """The invoice in Bitrix24: its mark in Xero, and where "Go to b24xero" leads from there."""
    return connections.invoice_pages().of(invoice.id)


def decided(work: Push, xero_now: XeroNow = None, new_items: Collection[int] = ()) -> Decision:
    """What becomes of it, by what is known of its contact."""
    return decide(
        work.invoice, work.link, xero_now, work.set_up, work.books, work.today, url=address_of(work.invoice),
        contact_id=work.contact_id, choices=work.choices, new_items=new_items,
    )  # fmt: skip


def settled_on(work: Push, xero_now: XeroNow = None, known: Decision | None = None) -> tuple[Push, Decision]:
    """What becomes of it, and the contact looked for or created where it comes to that; every local problem is told
    before any call.

    Args:
        known: as it was decided just now.

    Raises:
        ContactUnsure, Rejected, OutcomeUnknown, RetryLater, Disconnected, Forbidden: from its contact.
    """
    decision = known or decided(work, xero_now)
    if not decision.needs_contact:
        return work, decision
    assert work.invoice.customer is not None
    found = replace(work, contact_id=work.customers.contact_id(work.invoice.customer, work.choices.contact))
    return found, decided(found, xero_now)


def address_notes(invoice: Invoice, lacking: Collection[str]) -> tuple[Problem, ...]:
    """What to know beside: its contact stands in Xero without an address that this person is not shown.

    Args:
        lacking: the numbers of customers whose contacts lack it.
    """
    customer = invoice.customer
    if customer is None or not customer.address_hidden or customer.number not in lacking:
        return ()
    return (problem("address_hidden", name=customer.name),)


def merged(work: Push, current: XeroInvoice) -> Push:
    """The same push for the contact that the invoice stands for in Xero, where ours was merged into it there."""
    customer = work.invoice.customer
    if customer is None or work.contact_id in (NOT_LINKED, current.contact_id):
        return work
    work.customers.follow_merge(customer, current.contact_id)
    known = contact_links.linked(work.organisation, customer.kind, customer.id)
    db.session.commit()
    return replace(work, contact_id=known or NOT_LINKED)


def told_of(work: Push, said: XeroInvoice) -> tuple[Problem, ...]:
    """What is to be known of an invoice that was created just now."""
    return (*difference(work), *payload.notes_of(work.invoice, said.tax))


def difference(work: Push) -> tuple[Problem, ...]:
    """Xero's answer against Bitrix24's total, and against the tracking and theme that were sent: what differs is kept
    with the invoice and told, never silent."""
    found = [problem("dimension_dropped", name=name) for name in dropped(work.link.written or {}, work.books)]
    total, wanted = work.link.xero_total, work.invoice.total
    if total is not None and total != wanted:
        found.append(problem("written_but_differs", bitrix24=wanted, xero=total, currency=work.invoice.currency))
    if found:
        invoice_links.record_problems(work.link, found)
    return tuple(found)
