"""What would become of invoices under a set-up that is tried, before anything is saved or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from b24xero.db.models import InvoiceLink, Organisation
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import Cents, SetUp, Stands
from b24xero.errors import Problem
from b24xero.push import remembered
from b24xero.push.case import NOT_LINKED
from b24xero.push.context import address_of
from b24xero.push.policy import Reason, decide

Kind = Literal["sent", "kept", "not_sent", "stopped"]
# What is left as it is, in the words of the check; what is up to date counts as sent.
_LEFT: Mapping[Reason, Kind] = {"not_sent": "not_sent", "settled": "kept", "ended": "kept"}


@dataclass(frozen=True)
class Fate:
    """What would become of one invoice.

    ``kind``: sent (``status`` is what it would be in Xero), kept (stays there as it is),
    not_sent or stopped; ``problems`` say why. ``cents``: what would be done about cents of rounding; ``difference``:
    Xero's total less Bitrix24's, where somebody chose to leave one. ``linked``: it is in Xero already.
    """

    invoice: Invoice
    kind: Kind
    status: Stands | Literal[""] = ""
    problems: tuple[Problem, ...] = ()
    cents: Cents = ""
    difference: Decimal = Decimal(0)
    linked: bool = False


def rehearse(
    invoices: Sequence[Invoice], set_up: SetUp, books: Books, organisation: Organisation, today: date
) -> tuple[Fate, ...]:
    """The fate of each under ``set_up``, which need not be whole or saved. Two questions to the database, no call."""
    known = remembered.links(organisation, invoices)
    contacts = remembered.contacts(organisation, invoices)
    return tuple(fate(one, set_up, books, known.get(one.id), today, contacts[one.id]) for one in invoices)


def fate(
    invoice: Invoice, set_up: SetUp, books: Books, link: InvoiceLink | None, today: date, contact_id: str = NOT_LINKED
) -> Fate:
    decision = decide(invoice, link, None, set_up, books, today, url=address_of(invoice), contact_id=contact_id)
    linked = bool(link and link.xero_id)
    if decision.action in ("refuse", "ask"):
        return Fate(invoice, "stopped", problems=decision.problems, linked=linked)
    if left := _LEFT.get(decision.reason):
        return Fate(invoice, left, problems=decision.problems, linked=linked)
    if decision.action in ("void", "delete") or decision.written is None:
        return Fate(invoice, "sent", decision.becomes, linked=linked)
    written = decision.written
    return Fate(invoice, "sent", decision.becomes, (), written.cents, written.total - invoice.total, linked)
