"""What would become of invoices under a set-up that is tried, before anything is saved or written.

The rules are those of the push itself: nothing is decided here a second time. Xero is not asked, so what a person
changed there since is not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from b24xero.db.models import InvoiceLink, Organisation
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import SetUp
from b24xero.domain.statuses import Step, content_problem, first_step, next_step, standing
from b24xero.errors import Problem, Rejected
from b24xero.extensions import db
from b24xero.push.context import drawn_up

# Answers of the status machine that stop nothing: the stage is not sent, or Xero has done with the invoice.
_NO_MATTER = {
    "stage_not_sent": "not_sent",
    "nothing_to_void": "not_sent",
    "voided_not_editable": "kept",
    "deleted_not_editable": "kept",
}


@dataclass(frozen=True)
class Fate:
    """What would become of one invoice.

    ``kind``: sent (``status`` is what it would be in Xero, one of ``set_up.STATUSES``), kept (stays there as it is),
    not_sent or stopped; ``problems`` say why. ``cents``: what would be done about cents of rounding; ``difference``:
    Xero's total less Bitrix24's, where somebody chose to leave one. ``linked``: it is in Xero already.
    """

    invoice: Invoice
    kind: str
    status: str = ""
    problems: tuple[Problem, ...] = ()
    cents: str = ""
    difference: Decimal = Decimal(0)
    linked: bool = False


@dataclass(frozen=True)
class _Fresh:
    """An invoice as it would just have been written: nothing paid, nothing due yet."""

    xero_status: str | None
    xero_due: Decimal | None = None
    xero_settled: Decimal | None = None
    xero_due_date: str | None = None


def rehearse(
    invoices: Sequence[Invoice], set_up: SetUp, books: Books, organisation: Organisation, today: date
) -> tuple[Fate, ...]:
    """The fate of each under ``set_up``, which need not be whole or saved. One question to the database, no call."""
    known = _linked(organisation, [invoice.id for invoice in invoices])
    return tuple(fate(invoice, set_up, books, known.get(invoice.id), today) for invoice in invoices)


def fate(invoice: Invoice, set_up: SetUp, books: Books, link: InvoiceLink | None, today: date) -> Fate:
    step = _step(invoice, set_up.stages.get(invoice.stage), link)
    linked = link is not None
    if isinstance(step, Problem):
        return Fate(invoice, _NO_MATTER.get(step.code, "stopped"), problems=(step,), linked=linked)
    if step.action == "none" or (step.action == "update" and link and _content_is_fixed(link, invoice)):
        return Fate(invoice, "kept", linked=linked)
    status = standing(_Fresh(step.status), today) if step.status else standing(link, today) if link else "none"
    if step.action in ("void", "delete"):
        return Fate(invoice, "sent", status, linked=linked)
    try:
        written = drawn_up(invoice, set_up, books, link.cents if link else "")
    except Rejected as error:
        return Fate(invoice, "stopped", problems=error.problems, linked=linked)
    return Fate(invoice, "sent", status, (), written.cents, written.total - invoice.total, linked)


def _step(invoice: Invoice, target: str | None, link: InvoiceLink | None) -> Step | Problem:
    stage = invoice.stage_name or invoice.stage
    if link is None:
        return first_step(target, stage)
    return next_step(
        target, stage, link.xero_status or "", bool(link.xero_settled), link.xero_number or invoice.number
    )  # fmt: skip


def _content_is_fixed(link: InvoiceLink, invoice: Invoice) -> bool:
    """Paid for, at least in part: no set-up changes what stands in Xero."""
    return content_problem(link.xero_status or "", bool(link.xero_settled), invoice.number) is not None


def _linked(organisation: Organisation, ids: Iterable[int]) -> Mapping[int, InvoiceLink]:
    query = select(InvoiceLink).where(
        InvoiceLink.organisation_id == organisation.id,
        InvoiceLink.bitrix24_id.in_(list(ids)),
        InvoiceLink.xero_id.is_not(None),
    )
    found = {link.bitrix24_id: link for link in db.session.scalars(query)}
    db.session.commit()
    return found
