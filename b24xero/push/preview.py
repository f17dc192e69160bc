"""The preview of one invoice: what would be written, what differs, what the person may choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Literal

from sqlalchemy import select

from b24xero import connections, rights
from b24xero.contacts import links as contact_links
from b24xero.contacts import update as contact_update
from b24xero.contacts.changes import Compared, seen
from b24xero.db.models import ContactLink, InvoiceLink, Organisation, User, utc_now
from b24xero.domain.books import Books
from b24xero.domain.invoice import Customer, Invoice
from b24xero.domain.set_up import Cents, SetUp
from b24xero.errors import Disconnected, Problem, problem
from b24xero.extensions import db
from b24xero.products import item_codes, item_links
from b24xero.push import read_again
from b24xero.push.case import NOT_LINKED, XeroNow
from b24xero.push.choices import Choices, CustomerChoice, DriftChoice
from b24xero.push.context import address_notes, address_of
from b24xero.push.policy import Decision, decide
from b24xero.writes import invoice_links
from b24xero.xero import payload
from b24xero.xero.client import Xero
from b24xero.xero.drift import Difference
from b24xero.xero.lines import WrittenLine
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Written

PreviewAction = Literal["create", "update", "void", "delete", "none", ""]


@dataclass(frozen=True)
class Contact:
    """Whom the invoice is for in Xero: ``id`` NOT_LINKED as long as no contact is known there."""

    id: str
    name: str
    linked_at: datetime | None = None


@dataclass(frozen=True)
class CustomerChange:
    """What differs of the customer, and what happens to its contact; "": somebody must say. ``saw``: a mark of what
    Xero says of it."""

    compared: tuple[Compared, ...]
    saw: str
    choice: CustomerChoice = ""

    @property
    def by_hand(self) -> bool:
        return any(one.by_hand for one in self.compared)


@dataclass(frozen=True)
class Comparison:
    """Xero's invoice beside ours. ``found``: it was in Xero before we wrote it, so what was last written is not known
    and nothing is written without a word. ``not_kept``: why edits by hand cannot be kept. ``fixed``: it is paid, at
    least in part, so it stays as it is."""

    current: XeroInvoice
    differences: tuple[Difference, ...] = ()
    found: bool = False
    not_kept: Problem | None = None
    fixed: bool = False

    @property
    def by_hand(self) -> tuple[Difference, ...]:
        return tuple(d for d in self.differences if d.by_hand)

    @property
    def asks(self) -> bool:
        """Whether somebody must say what happens to what stands in Xero."""
        return not self.fixed and (bool(self.by_hand) or self.found and bool(self.differences))


@dataclass(frozen=True)
class Preview:
    """Everything of the page. ``action`` is "" while something stands against it; ``cents`` and ``drift`` are what is
    chosen, ``choices`` what may be, each with the total that it leads to.

    ``plain`` are the lines as Xero adds them up by itself. ``new_items``: products whose items the push will try to
    make first. ``beside``: what to know and stands against nothing.
    """

    invoice: Invoice
    organisation: Organisation
    set_up: SetUp
    books: Books
    contact: Contact
    action: PreviewAction
    decision: Decision
    link: InvoiceLink | None = None
    compared: Comparison | None = None
    plain: tuple[WrittenLine, ...] = ()
    choices: tuple[tuple[Cents, Decimal], ...] = ()
    drift: DriftChoice = ""
    problems: tuple[Problem, ...] = ()
    new_items: tuple[int, ...] = ()
    beside: tuple[Problem, ...] = ()
    customer: CustomerChange | None = None

    @property
    def written(self) -> Written | None:
        """None: no lines can be made."""
        return self.decision.written

    @property
    def cents(self) -> Cents:
        return self.written.cents if self.written else ""

    @property
    def kept(self) -> tuple[Difference, ...]:
        """The edits that stay in Xero."""
        return self.compared.by_hand if self.compared and (self.drift == "leave" or self.compared.fixed) else ()


def preview(bitrix24_id: int, user: User, choices: Choices) -> Preview:
    """One call to Bitrix24; to Xero one for an invoice that is there already, and one for the items of its products.
    What would be refused by what is only remembered of the books is told as they are now.

    Raises:
        Forbidden, NotFound: Bitrix24's own word on this person and this invoice.
        Disconnected: from either system. Rejected: the set-up is missing. RetryLater: try again.
    """
    xero, organisation = connections.ready_for(user)
    found = rights.invoice(user, bitrix24_id, organisation.set_up)
    (invoice,) = item_codes.read(organisation, xero, [found], item_codes.TOLD_AGE)
    set_up = organisation.set_up
    contact = _contact(organisation, invoice.customer)
    link = invoice_links.find(organisation, bitrix24_id)
    new_items = _new_items(organisation, invoice)
    xero_now = _read(xero, link, user) if link and link.xero_id else None
    decided = partial(
        decide, invoice, link, xero_now, set_up, url=address_of(invoice), contact_id=contact.id, choices=choices,
        new_items=new_items,
    )  # fmt: skip
    books, decision = _decided(decided, organisation, user)
    compared = _compared(decision, link, xero_now)
    return Preview(
        invoice, organisation, set_up, books, contact, _action(decision), decision, link, compared,
        plain=_plain(invoice, set_up, books, decision),
        choices=payload.cent_choices(invoice, set_up, books, address_of(invoice)),
        drift=_chosen(compared, choices, set_up),
        problems=_problems(decision, link),
        new_items=new_items,
        beside=_beside(organisation, invoice, contact),
        customer=_customer(organisation, xero, invoice.customer, decision, choices, user),
    )  # fmt: skip


def _new_items(organisation: Organisation, invoice: Invoice) -> tuple[int, ...]:
    wanted = organisation.set_up.missing_items
    missing = item_links.missing(organisation, item_codes.product_ids([invoice])) if wanted else ()
    db.session.commit()
    return missing


def _decided(
    decided: Callable[[Books, date], Decision], organisation: Organisation, user: User
) -> tuple[Books, Decision]:
    """By the books as they are now, where those that we remember stand against it."""
    books = organisation.books
    decision = decided(books, books.day(utc_now()))
    if not read_again.rests_on_books((*decision.problems, *decision.against)):
        return books, decision
    newer = read_again.newer_books(user, organisation, books)
    return (newer, decided(newer, newer.day(utc_now()))) if newer else (books, decision)


def _customer(
    organisation: Organisation, xero: Xero, customer: Customer | None, decision: Decision, choices: Choices, user: User
) -> CustomerChange | None:
    """A call to Xero where the customer changed since, none otherwise. An edit by hand is never overwritten without a
    word."""
    if not _action(decision) or decision.reason in ("not_sent", "ended") or decision.action in ("void", "delete"):
        return None
    changed = contact_update.changed(organisation, [customer])
    try:
        compared = [one for change in changed for one in contact_update.compare(xero, change)]
    except Disconnected:
        connections.end_xero_login(user)
        raise
    differing = tuple(one for one in compared if not one.is_same and not one.change.completes)
    found = CustomerChange(differing, seen(compared))
    usual = organisation.set_up.customers
    said: CustomerChoice = "" if usual == "ask" or usual == "bitrix24" and found.by_hand else usual
    return replace(found, choice=choices.customer or said) if found.compared else None


def _beside(organisation: Organisation, invoice: Invoice, contact: Contact) -> tuple[Problem, ...]:
    """The contact would be made, or was made, without an address."""
    customer = invoice.customer
    if customer and customer.address_hidden and contact.id == NOT_LINKED:
        return (problem("address_hidden", name=customer.name),)
    return address_notes(invoice, contact_links.lacking(organisation, [invoice.customer]))


def _contact(organisation: Organisation, customer: Customer | None) -> Contact:
    if customer is None:
        return Contact(NOT_LINKED, "")
    found = db.session.scalar(
        select(ContactLink).filter_by(organisation_id=organisation.id, kind=customer.kind, bitrix24_id=customer.id)
    )
    return Contact(found.xero_id, customer.name, found.linked_at) if found else Contact(NOT_LINKED, customer.name)


def _read(xero: Xero, link: InvoiceLink, user: User) -> XeroNow:
    try:
        return xero.invoice(link.xero_id or "") or "gone"
    except Disconnected:
        connections.end_xero_login(user)
        raise


def _action(decision: Decision) -> PreviewAction:
    """What a press can do once everything is chosen that the page asks for."""
    if decision.wanted:
        return decision.wanted
    if decision.problems or decision.action == "refuse" or decision.action == "ask":
        return ""
    return "none" if decision.action == "leave" else decision.action


def _problems(decision: Decision, link: InvoiceLink | None) -> tuple[Problem, ...]:
    """What is to be put right. What stands against the content of an invoice that is not in Xero is told beside what
    its stage says, so that nothing is left for later; edits by hand stand on the page itself, with their choice."""
    if decision.choice == "drift":
        return ()
    if link and link.xero_id:
        return decision.problems
    return (*decision.problems, *(p for p in decision.against if p not in decision.problems))


def _plain(invoice: Invoice, set_up: SetUp, books: Books, decision: Decision) -> tuple[WrittenLine, ...]:
    if decision.written is None:
        return ()
    as_is = payload.foresee(invoice, set_up, books, address_of(invoice), cents="as_is").written
    return as_is.lines if as_is else ()


def _compared(decision: Decision, link: InvoiceLink | None, current: XeroNow) -> Comparison | None:
    if link is None or not isinstance(current, XeroInvoice) or decision.choice == "again":
        return None
    found = link.written is None and link.fingerprint is None
    return Comparison(current, decision.differences, found, decision.not_kept, fixed=decision.reason == "settled")


def _chosen(compared: Comparison | None, choices: Choices, set_up: SetUp) -> DriftChoice:
    """What happens to edits by hand: the person's word, else the set-up's; never what is not possible."""
    if compared is None or not compared.asks:
        return ""
    chosen = choices.drift or set_up.drift
    if chosen == "ask" or chosen == "leave" and (compared.found or compared.not_kept):
        return ""
    return chosen
