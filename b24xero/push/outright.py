"""What stands against a new invoice by what a line of the list tells of it: the part of the decision that needs neither
its rows nor a call. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice, InvoiceRow
from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, problem
from b24xero.xero import payload


def against(invoice: InvoiceRow, set_up: SetUp, books: Books) -> tuple[Problem, ...]:
    """In the order in which the whole decision tells it."""
    return (*no_customer(invoice), *below_zero(invoice), *payload.head_problems(invoice, set_up, books))


def no_customer(invoice: InvoiceRow | Invoice) -> Iterator[Problem]:
    if not (invoice.company_id or invoice.contact_id):
        yield problem("no_customer")


def below_zero(invoice: InvoiceRow | Invoice) -> Iterator[Problem]:
    """Xero takes that as a credit note alone, which is somebody's to write there."""
    if invoice.total < 0:
        yield problem("total_negative", amount=invoice.total, currency=invoice.currency)
