"""One invoice on its way to Xero: all that the steps of a push need, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from b24xero import connections
from b24xero.contacts.match import ContactChoice
from b24xero.contacts.resolve import Customers
from b24xero.db.models import InvoiceLink, Organisation, User
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice, InvoiceRow
from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, Rejected, problem
from b24xero.writes import invoice_links
from b24xero.xero import payload
from b24xero.xero.client import Xero
from b24xero.xero.payload import Written


@dataclass(frozen=True)
class Outcome:
    """What a press came to. ``kind``: created, updated, unchanged, voided, deleted, adopted; refused, unsure, busy,
    later, unclear. ``problems`` say why not, or what to know beside; ``seconds`` when to try again."""

    kind: str
    row: InvoiceRow | None = None
    link: InvoiceLink | None = None
    problems: tuple[Problem, ...] = ()
    candidates: tuple[ContactChoice, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Choices:
    """What the person chose for one invoice; empty: not asked. ``contact``: a ContactID or "new"; ``cents``: what is
    done about a cent of rounding ("tax", "line", "as_is"); ``drift``: about edits by hand ("bitrix24", "leave")."""

    contact: str = ""
    cents: str = ""
    drift: str = ""


@dataclass(frozen=True)
class Push:
    """One invoice on its way: everything the steps need, gathered once. ``claim``: the token that holds its link."""

    invoice: Invoice
    link: InvoiceLink
    user: User
    organisation: Organisation
    xero: Xero
    set_up: SetUp
    books: Books
    now: datetime
    claim: str
    choices: Choices = Choices()

    @property
    def target(self) -> str | None:
        """What the set-up makes of the invoice's stage; None when it says nothing of it."""
        return self.set_up.stages.get(self.invoice.stage)

    @property
    def stage(self) -> str:
        return self.invoice.stage_name or self.invoice.stage

    @property
    def cents(self) -> str:
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
            "email": customer.email if customer else "",
            "code": self.set_up.sales_account,
            "rate": "",
        }


def address_of(invoice: Invoice) -> str:
    """The invoice in Bitrix24: its mark in Xero, and where "Go to b24xero" leads from there."""
    return f"{connections.settings().bitrix24_portal_url}/crm/type/31/details/{invoice.id}/"


def drawn_up(invoice: Invoice, set_up: SetUp, books: Books, cents: str = "") -> Written:
    """The invoice as Xero will get it, without any call; ``cents`` is the person's choice.

    Raises:
        Rejected: with every local problem at once, the customer's among them.
    """
    found = list(_customer_problems(invoice))
    try:
        written = payload.invoice_body(invoice, set_up, books, address_of(invoice), cents=cents)
    except Rejected as error:
        raise Rejected([*found, *error.problems]) from error
    if found:
        raise Rejected(found)
    return written


def problems_of(invoice: Invoice, set_up: SetUp, books: Books, cents: str = "") -> tuple[Problem, ...]:
    """What stands against drawing it up."""
    try:
        drawn_up(invoice, set_up, books, cents)
    except Rejected as error:
        return error.problems
    return ()


def written_of(work: Push) -> tuple[Written, str]:
    """The invoice as Xero will get it, and its contact there; every local problem is told before any call."""
    written = drawn_up(work.invoice, work.set_up, work.books, work.cents)
    assert work.invoice.customer is not None
    return written, work.customers.contact_id(work.invoice.customer, work.choices.contact)


def _customer_problems(invoice: Invoice) -> tuple[Problem, ...]:
    if invoice.customer is None:
        hidden = invoice.company_id or invoice.contact_id
        return (problem("customer_hidden" if hidden else "no_customer"),)
    return payload.contact_problems(invoice.customer)


def difference(work: Push) -> tuple[Problem, ...]:
    """Xero's answer against Bitrix24's total: a difference is kept with the invoice and told, never silent."""
    total, wanted = work.link.xero_total, work.invoice.total
    if total is None or total == wanted:
        return ()
    differs = problem("written_but_differs", bitrix24=wanted, xero=total, currency=work.invoice.currency)
    invoice_links.record_problems(work.link, [differs])
    return (differs,)
