"""What the tests of bodies share: an invoice's, or the problems that stand against it as an error."""

from __future__ import annotations

from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import Cents, SetUp
from b24xero.errors import Rejected
from b24xero.xero.payload import Written, foresee


def invoice_body(
    invoice: Invoice, set_up: SetUp, books: Books, url: str, *, cents: Cents = ""
) -> Written:  # fmt: skip
    """The invoice under a set-up.

    Raises:
        Rejected: with every problem that stands against it, each with its fix.
    """
    found = foresee(invoice, set_up, books, url, cents=cents)
    if found.written is None or found.problems:
        raise Rejected(found.problems)
    return found.written
