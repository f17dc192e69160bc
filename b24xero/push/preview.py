"""The preview of one invoice: what would be written, what differs, what the person may choose.

The rules are those of the push itself, asked without writing anything anywhere: nothing is decided here a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import ContactLink, InvoiceLink, Organisation, User
from b24xero.domain.books import Books
from b24xero.domain.invoice import Customer, Invoice
from b24xero.domain.set_up import SetUp
from b24xero.domain.statuses import Step, content_problem, first_step, next_step
from b24xero.errors import Disconnected, Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.products import item_codes, item_links
from b24xero.push.context import Choices, address_of, drawn_up
from b24xero.writes import invoice_links
from b24xero.xero import drift, payload
from b24xero.xero.client import Xero
from b24xero.xero.drift import Difference
from b24xero.xero.lines import WrittenLine
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Written

# In place of a contact's id: it will be looked for, or created, when the invoice is written.
NOT_LINKED = "?"
# What only a choice on the page itself is wanting for.
_TO_CHOOSE = {"total_differs_choose"}


@dataclass(frozen=True)
class Contact:
    """Whom the invoice is for in Xero: ``id`` NOT_LINKED as long as no contact is known there."""

    id: str
    name: str
    linked_at: datetime | None = None


@dataclass(frozen=True)
class Comparison:
    """Xero's invoice beside ours. ``found``: it was in Xero before we wrote it, so what was last written is not known
    and nothing is written without a word. ``not_kept``: why edits by hand cannot be kept."""

    current: XeroInvoice
    differences: tuple[Difference, ...] = ()
    found: bool = False
    not_kept: Problem | None = None

    @property
    def by_hand(self) -> tuple[Difference, ...]:
        return tuple(d for d in self.differences if d.by_hand)

    @property
    def asks(self) -> bool:
        """Whether somebody must say what happens to what stands in Xero."""
        return bool(self.by_hand) or self.found and bool(self.differences)


@dataclass(frozen=True)
class Preview:
    """Everything of the page. ``action``: create, update, void, delete, none, or "" while something stands against it;
    ``cents`` and ``drift`` are what is chosen, ``choices`` what may be, each with the total that it leads to.

    ``plain`` are the lines as Xero adds them up by itself. ``written`` None: no lines can be made. ``new_items``:
    products whose items the push will try to make first.
    """

    invoice: Invoice
    organisation: Organisation
    set_up: SetUp
    books: Books
    contact: Contact
    action: str
    step: Step | None = None
    link: InvoiceLink | None = None
    compared: Comparison | None = None
    written: Written | None = None
    plain: tuple[WrittenLine, ...] = ()
    choices: tuple[tuple[str, Decimal], ...] = ()
    drift: str = ""
    problems: tuple[Problem, ...] = ()
    new_items: tuple[int, ...] = ()

    @property
    def cents(self) -> str:
        return self.written.cents if self.written else ""

    @property
    def kept(self) -> tuple[Difference, ...]:
        """The edits that stay in Xero."""
        return self.compared.by_hand if self.compared and self.drift == "leave" else ()


@dataclass(frozen=True)
class _Asked:
    """One invoice on its way through this file."""

    invoice: Invoice
    organisation: Organisation
    set_up: SetUp
    books: Books
    contact: Contact
    link: InvoiceLink | None
    choices: Choices
    new_items: tuple[int, ...]

    @property
    def cents(self) -> str:
        return self.choices.cents or (self.link.cents if self.link else "")

    @property
    def stage(self) -> str:
        return self.invoice.stage_name or self.invoice.stage

    def foresee(self, cents: str) -> Written | None:
        return payload.foresee(self.invoice, self.set_up, self.books, address_of(self.invoice), cents=cents).written


def preview(bitrix24_id: int, user: User, choices: Choices) -> Preview:
    """One call to Bitrix24, and one to Xero for an invoice that is there already.

    Raises:
        Forbidden, NotFound: Bitrix24's own word on this person and this invoice.
        Disconnected: from either system. Rejected: the set-up is missing. RetryLater: try again.
    """
    xero, organisation = connections.ready_for(user)
    (invoice,) = item_codes.coded(organisation, [connections.bitrix24_for(user).invoice(bitrix24_id)])
    set_up = organisation.set_up
    asked = _Asked(
        invoice=invoice,
        organisation=organisation,
        set_up=set_up,
        books=organisation.books,
        contact=_contact(organisation, invoice.customer),
        link=invoice_links.find(organisation, bitrix24_id),
        choices=choices,
        new_items=item_links.missing(organisation, item_codes.product_ids([invoice])) if set_up.missing_items else (),
    )
    db.session.commit()
    return _in_xero(asked, xero, user) if asked.link and asked.link.xero_id else _not_in_xero(asked)


def _contact(organisation: Organisation, customer: Customer | None) -> Contact:
    if customer is None:
        return Contact(NOT_LINKED, "")
    found = db.session.scalar(
        select(ContactLink).filter_by(organisation_id=organisation.id, kind=customer.kind, bitrix24_id=customer.id)
    )
    return Contact(found.xero_id, customer.name, found.linked_at) if found else Contact(NOT_LINKED, customer.name)


# -- what would be done -----------------------------------------------------------------------------------------------


def _not_in_xero(asked: _Asked) -> Preview:
    step = first_step(asked.set_up.stages.get(asked.invoice.stage), asked.stage)
    against = [step] if isinstance(step, Problem) else []
    return _content(asked, None, step, [*against, *_problems(asked)], "create")


def _in_xero(asked: _Asked, xero: Xero, user: User) -> Preview:
    assert asked.link is not None
    current = _read(xero, asked.link, user)
    number = asked.link.xero_number or asked.invoice.number
    if current is None:
        return _content(asked, None, None, [problem("gone_in_xero", number=number)], "")
    target = asked.set_up.stages.get(asked.invoice.stage)
    step = next_step(target, asked.stage, current.status, current.settled > 0, current.number)
    if isinstance(step, Problem):
        return _content(asked, current, step, [step], "")
    if step.action != "update":
        return _content(asked, current, step, [], step.action)
    return _content(asked, current, step, _problems(asked), "update")


def _read(xero: Xero, link: InvoiceLink, user: User) -> XeroInvoice | None:
    try:
        return xero.invoice(link.xero_id or "")
    except Disconnected:
        connections.end_xero_login(user)
        raise


def _problems(asked: _Asked) -> list[Problem]:
    """As the push would tell them."""
    try:
        drawn_up(asked.invoice, asked.set_up, asked.books, asked.cents)
    except Rejected as error:
        return list(error.problems)
    return []


def _content(
    asked: _Asked, current: XeroInvoice | None, step: Step | Problem | None, against: list[Problem], action: str
) -> Preview:
    written = asked.foresee(asked.cents)
    compared = _compared(asked, current, written) if current else None
    chosen = _chosen(asked, compared)
    if compared and isinstance(step, Step) and action == "update":
        action = _action(asked, written, compared, step, chosen)
        if action == "update" and (closed := content_problem(*_standing(compared.current))):
            against = [*against, closed]
    return Preview(
        invoice=asked.invoice,
        organisation=asked.organisation,
        set_up=asked.set_up,
        books=asked.books,
        contact=asked.contact,
        action="" if any(p.code not in _TO_CHOOSE for p in against) else action,
        step=step if isinstance(step, Step) else None,
        link=asked.link,
        compared=compared,
        written=written,
        plain=_plain(asked, written),
        choices=_choices(asked),
        drift=chosen,
        problems=tuple(against),
        new_items=asked.new_items,
    )


def _standing(current: XeroInvoice) -> tuple[str, bool, str]:
    return current.status, current.settled > 0, current.number


def _action(asked: _Asked, written: Written | None, compared: Comparison, step: Step, chosen: str) -> str:
    """An invoice whose content is the one that we wrote last is not written again, but to undo edits by hand."""
    if written is None or asked.link is None or step.status is not None or asked.new_items:
        return "update"
    same = written.fingerprint(asked.contact.id) == asked.link.fingerprint
    if compared.found:
        same = not compared.differences
    return "none" if same and not (compared.by_hand and chosen != "leave") else "update"


def _choices(asked: _Asked) -> tuple[tuple[str, Decimal], ...]:
    return payload.cent_choices(asked.invoice, asked.set_up, asked.books, address_of(asked.invoice))


def _plain(asked: _Asked, written: Written | None) -> tuple[WrittenLine, ...]:
    as_is = asked.foresee("as_is") if written else None
    return as_is.lines if as_is else ()


# -- beside what Xero has ---------------------------------------------------------------------------------------------


def _compared(asked: _Asked, current: XeroInvoice, written: Written | None) -> Comparison:
    link, books = asked.link, asked.books
    assert link is not None
    found = link.written is None and link.fingerprint is None
    if written is None:
        return Comparison(current, found=found)
    body = _body(asked, written, current)
    differences = drift.differences(link.written, body, current, books)
    by_hand = [d for d in differences if d.by_hand]
    return Comparison(current, differences, found, drift.why_not_kept(body, by_hand, current, books))


def _body(asked: _Asked, written: Written, current: XeroInvoice) -> dict[str, Any]:
    """The change as the push would send it; without a customer that this person sees, the contact is not compared."""
    assert asked.link is not None
    kept = {int(row): line for row, line in asked.link.line_ids.items() if line in current.line_ids}
    body = written.to_update(asked.contact.id, None, kept)
    if asked.invoice.customer is None:
        del body["Contact"]
    return body


def _chosen(asked: _Asked, compared: Comparison | None) -> str:
    """What happens to edits by hand: the person's word, else the set-up's; never what is not possible."""
    if compared is None or not compared.asks:
        return ""
    chosen = asked.choices.drift or asked.set_up.drift
    if chosen == "ask" or chosen == "leave" and (compared.found or compared.not_kept):
        return ""
    return chosen
