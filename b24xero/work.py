"""This file knows one invoice on its way to Xero: all that the steps of a push need, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from b24xero import connections
from b24xero.books import Books
from b24xero.customers import Customers
from b24xero.errors import Problem, Rejected, problem
from b24xero.invoice import Invoice
from b24xero.mapping import Mapping
from b24xero.models import InvoiceLink, Organisation, User
from b24xero.xero import payload
from b24xero.xero.client import Xero
from b24xero.xero.payload import Written


@dataclass(frozen=True)
class Push:
    """One invoice on its way: everything the steps need, gathered once."""

    invoice: Invoice
    link: InvoiceLink
    user: User
    organisation: Organisation
    xero: Xero
    mapping: Mapping
    books: Books
    choice: str
    now: datetime

    @property
    def target(self) -> str | None:
        """What the set-up makes of the invoice's stage; None when it says nothing of it."""
        return self.mapping.stages.get(self.invoice.stage)

    @property
    def stage(self) -> str:
        return self.invoice.stage_name or self.invoice.stage

    @property
    def customers(self) -> Customers:
        return Customers(self.organisation, self.xero, self.about)

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
            "code": self.mapping.sales_account,
            "rate": "",
        }


def written_of(work: Push) -> tuple[Written, str]:
    """The invoice as Xero will get it, and its contact there; every local problem is told at once, before any call."""
    found: list[Problem] = []
    customer = work.invoice.customer
    if customer is None:
        hidden = work.invoice.company_id or work.invoice.contact_id
        found.append(problem("customer_hidden" if hidden else "no_customer"))
    else:
        found += payload.contact_problems(customer)
    url = f"{connections.settings().bitrix24_portal_url}/crm/type/31/details/{work.invoice.id}/"
    try:
        written = payload.invoice_body(work.invoice, work.mapping, work.books, url)
    except Rejected as error:
        raise Rejected([*found, *error.problems]) from error
    if found or customer is None:
        raise Rejected(found)
    return written, work.customers.contact_id(customer, work.choice)
