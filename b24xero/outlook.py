"""This file knows what a press on many invoices would come to, told before anything is written.

It reads Bitrix24 and what is remembered of Xero, and decides by the rules of the push; Xero itself is not asked, so
what a person changed there since is met by the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from b24xero import connections, links
from b24xero.books import Books
from b24xero.errors import Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.invoice import Invoice, InvoiceRow
from b24xero.mapping import Mapping
from b24xero.models import InvoiceLink, Organisation, User
from b24xero.statuses import Step, first_step, next_step
from b24xero.work import drawn_up, problems_of


@dataclass(frozen=True)
class Stopped:
    """One invoice that cannot be sent, and why."""

    row: InvoiceRow
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Outlook:
    """What would be created, updated, is unchanged, cannot be sent; how many this person does not see."""

    create: tuple[int, ...] = ()
    update: tuple[int, ...] = ()
    unchanged: tuple[int, ...] = ()
    stopped: tuple[Stopped, ...] = ()
    hidden: int = 0

    @property
    def to_write(self) -> tuple[int, ...]:
        return (*self.create, *self.update)


def outlook(user: User, ids: Sequence[int]) -> Outlook:
    """One look at Bitrix24 for all of them; nothing is written anywhere.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing. RetryLater, Forbidden: Bitrix24's own.
    """
    _xero, organisation = connections.xero_for(user)
    if organisation.mapping is None:
        raise Rejected(problem("set_up_missing"))
    invoices = connections.bitrix24_for(user).invoices(ids)
    known = _known(organisation, list(invoices))
    found: dict[str, list[int]] = {"create": [], "update": [], "unchanged": []}
    stopped: list[Stopped] = []
    for invoice in invoices.values():
        what = _decide(invoice, known.get(invoice.id), organisation)
        if isinstance(what, str):
            found[what].append(invoice.id)
        else:
            stopped.append(Stopped(invoice.as_row(), what))
    db.session.commit()
    create, update, unchanged = (tuple(found[name]) for name in ("create", "update", "unchanged"))
    return Outlook(create, update, unchanged, tuple(stopped), len(set(ids)) - len(invoices))


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


def _decide(invoice: Invoice, link: InvoiceLink | None, organisation: Organisation) -> str | tuple[Problem, ...]:
    mapping, books = Mapping.from_json(organisation.mapping or {}), Books.from_json(organisation.reference)
    target, stage = mapping.stages.get(invoice.stage), invoice.stage_name or invoice.stage
    if link is None:
        step: Step | Problem = first_step(target, stage)
    else:
        settled = bool(link.xero_settled)
        step = next_step(target, stage, link.xero_status or "", settled, link.xero_number or invoice.number)
    if isinstance(step, Problem):
        return (step,)
    if step.action in ("void", "delete"):
        return "update"
    if step.action == "none":
        return "unchanged"
    if found := problems_of(invoice, mapping, books):
        return found
    if link is None:
        return "create"
    return "unchanged" if step.status is None and _same(invoice, link, mapping, books) else "update"


def _same(invoice: Invoice, link: InvoiceLink, mapping: Mapping, books: Books) -> bool:
    customer = invoice.customer
    if customer is None:
        return False
    organisation = db.session.get_one(Organisation, link.organisation_id)
    contact_id = links.linked_contact(organisation, customer.kind, customer.id)
    return drawn_up(invoice, mapping, books).fingerprint(contact_id) == link.fingerprint
