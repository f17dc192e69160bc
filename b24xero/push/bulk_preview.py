"""What a press on many invoices would come to, told before anything is written.

It reads Bitrix24 and what is remembered of Xero, and decides by the rules of the push; Xero itself is not asked, so
what a person changed there since is met by the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import InvoiceLink, Organisation, User
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice, InvoiceRow
from b24xero.domain.set_up import SetUp
from b24xero.domain.statuses import Step, first_step, next_step
from b24xero.errors import Problem, Rejected
from b24xero.extensions import db
from b24xero.products import item_codes, item_links
from b24xero.push.context import drawn_up
from b24xero.writes import invoice_links
from b24xero.xero.payload import Written


@dataclass(frozen=True)
class Stopped:
    """One invoice that cannot be sent, and why."""

    row: InvoiceRow
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Planned:
    """One invoice that can be sent. ``action``: create, update or unchanged; ``xero`` is the total that it will have
    there, None where its content is not written (voided, deleted, nothing to do)."""

    row: InvoiceRow
    action: str
    xero: Decimal | None = None

    @property
    def difference(self) -> Decimal | None:
        """Xero's total less Bitrix24's."""
        return None if self.xero is None else self.xero - self.row.total


@dataclass(frozen=True)
class Outlook:
    """What can be sent and what cannot; how many this person does not see."""

    planned: tuple[Planned, ...] = ()
    stopped: tuple[Stopped, ...] = ()
    hidden: int = 0

    @property
    def create(self) -> tuple[int, ...]:
        return self._of("create")

    @property
    def update(self) -> tuple[int, ...]:
        return self._of("update")

    @property
    def unchanged(self) -> tuple[int, ...]:
        return self._of("unchanged")

    @property
    def to_write(self) -> tuple[int, ...]:
        return (*self.create, *self.update)

    def _of(self, action: str) -> tuple[int, ...]:
        return tuple(planned.row.id for planned in self.planned if planned.action == action)


def outlook(user: User, ids: Sequence[int]) -> Outlook:
    """One look at Bitrix24 for all of them; nothing is written anywhere.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing. RetryLater, Forbidden: Bitrix24's own.
    """
    _xero, organisation = connections.ready_for(user)
    invoices = item_codes.coded(organisation, connections.bitrix24_for(user).invoices(ids).values())
    known = _known(organisation, [invoice.id for invoice in invoices])
    set_up, books = organisation.set_up, organisation.books
    new_items = item_links.missing(organisation, item_codes.product_ids(invoices)) if set_up.missing_items else ()
    planned, stopped = [], []
    for invoice in invoices:
        what = _decide(invoice, known.get(invoice.id), set_up, books, new_items)
        if isinstance(what, Planned):
            planned.append(what)
        else:
            stopped.append(Stopped(invoice.as_row(), what))
    db.session.commit()
    return Outlook(tuple(planned), tuple(stopped), len(set(ids)) - len(invoices))


def _known(organisation: Organisation, ids: Sequence[int]) -> dict[int, InvoiceLink]:
    known: dict[int, InvoiceLink] = {}
    for first in range(0, len(ids), 500):
        query = select(InvoiceLink).where(
            InvoiceLink.organisation_id == organisation.id,
            InvoiceLink.bitrix24_id.in_(ids[first : first + 500]),
            InvoiceLink.xero_id.is_not(None),
        )
        known |= {link.bitrix24_id: link for link in db.session.scalars(query)}
    return known


def _decide(
    invoice: Invoice, link: InvoiceLink | None, set_up: SetUp, books: Books, new_items: Sequence[int]
) -> Planned | tuple[Problem, ...]:  # fmt: skip
    row, target, stage = invoice.as_row(), set_up.stages.get(invoice.stage), invoice.stage_name or invoice.stage
    if link is None:
        step: Step | Problem = first_step(target, stage)
    else:
        settled = bool(link.xero_settled)
        step = next_step(target, stage, link.xero_status or "", settled, link.xero_number or invoice.number)
    if isinstance(step, Problem):
        return (step,)
    if step.action in ("void", "delete"):
        return Planned(row, "update")
    if step.action == "none":
        return Planned(row, "unchanged")
    try:
        written = drawn_up(invoice, set_up, books, link.cents if link else "")
    except Rejected as error:
        return error.problems
    if link is None:
        return Planned(row, "create", written.total)
    # A product whose item the push makes first has it on its line then.
    makes_items = any(row.product_id in new_items for row in invoice.line_items)
    unchanged = step.status is None and not makes_items and _same(invoice, link, written)
    return Planned(row, "unchanged" if unchanged else "update", written.total)


def _same(invoice: Invoice, link: InvoiceLink, written: Written) -> bool:
    customer = invoice.customer
    if customer is None:
        return False
    organisation = db.session.get_one(Organisation, link.organisation_id)
    contact_id = invoice_links.linked_contact(organisation, customer.kind, customer.id)
    return written.fingerprint(contact_id) == link.fingerprint
