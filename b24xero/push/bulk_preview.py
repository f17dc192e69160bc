"""What a press on many invoices would come to, by what is remembered of Xero, told before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from b24xero import connections, rights
from b24xero.contacts import update as contact_update
from b24xero.db.models import InvoiceLink, Organisation, User, utc_now
from b24xero.domain import statuses
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice, InvoiceRow
from b24xero.errors import Problem
from b24xero.products import item_codes
from b24xero.push import outright, read_again, remembered
from b24xero.push.case import NOT_LINKED
from b24xero.push.eligibility import FORESEEN, OF_STAGES
from b24xero.push.policy import Decision
from b24xero.writes import invoice_links
from b24xero.xero import drift
from b24xero.xero.drift import Difference

# unchanged: both say the same; stays: it is paid, ended or locked in Xero, whatever Bitrix24 says; left_out: its stage
# is not sent, on purpose.
PlannedAction = Literal["create", "update", "unchanged", "stays", "left_out"]
# Where nobody has paid it, and where it asks for money.
_UNPAID = ("draft", "approval", "awaiting", "overdue")
_ASKS = ("awaiting", "overdue")


@dataclass(frozen=True)
class Stopped:
    """One invoice that cannot be sent, and why."""

    row: InvoiceRow
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Planned:
    """One invoice that can be sent, or needs not be; ``xero`` is the total that it will have there, None where its
    content is not written (voided, deleted). ``notes``: what to know of its total and tax, or why it stays.

    ``was`` and ``becomes``: where it stands in Xero, before and then (of ``set_up.STATUSES``, or "none"); ``before``:
    its total there. ``changes``: what of it is written otherwise, None where what was written last is not known.
    ``paid_here``: its stage says that it is paid, and it would stand unpaid in Xero.
    """

    row: InvoiceRow
    action: PlannedAction
    xero: Decimal | None = None
    notes: tuple[Problem, ...] = ()
    was: str = "none"
    becomes: str = "none"
    before: Decimal | None = None
    due: date | None = None
    changes: tuple[Difference, ...] | None = ()
    paid_here: bool = False

    @property
    def difference(self) -> Decimal | None:
        """Xero's total less Bitrix24's."""
        return None if self.xero is None else self.xero - self.row.total

    @property
    def owed_more(self) -> Decimal:
        """By how much what customers owe in Xero grows."""
        then = self.xero if self.becomes in _ASKS and self.xero is not None else Decimal(0)
        return then - (self.before or Decimal(0) if self.was in _ASKS else Decimal(0))


@dataclass(frozen=True)
class Outlook:
    """What can be sent and what cannot; how many this person does not see, and how many are gone from Bitrix24."""

    planned: tuple[Planned, ...] = ()
    stopped: tuple[Stopped, ...] = ()
    hidden: int = 0
    gone: int = 0

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

    def _of(self, action: PlannedAction) -> tuple[int, ...]:
        return tuple(planned.row.id for planned in self.planned if planned.action == action)


def outlook(user: User, ids: Sequence[int]) -> Outlook:
    """One look at Bitrix24 for all of them, whether this person may change them included, and one at Xero's items where
    they have any; nothing is written to either. What it finds against new ones is remembered, so that nobody counts
    them as ready. What would be refused by what is only remembered of the books is told as
    they are now.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing. RetryLater, Forbidden: Bitrix24's own.
    """
    xero, organisation = connections.ready_for(user)
    found = rights.invoices(user, ids, organisation.set_up, keep=True)
    invoices = item_codes.read(organisation, xero, found, item_codes.TOLD_AGE)
    decisions = read_again.decisions(user, organisation, invoices)
    missing = set(ids) - {invoice.id for invoice in invoices}
    gone = connections.bitrix24_for(user).gone(missing)
    known, books = remembered.links(organisation, invoices), organisation.books
    told = [_told(invoice, decisions[invoice.id], known.get(invoice.id), books) for invoice in invoices]
    _remember(organisation, invoices, decisions, known)
    told = _with_customers(told, organisation, invoices)
    return Outlook(
        planned=tuple(one for one in told if isinstance(one, Planned)),
        stopped=tuple(one for one in told if isinstance(one, Stopped)),
        hidden=len(missing - gone),
        gone=len(gone),
    )


def _remember(
    organisation: Organisation, invoices: Sequence[Invoice], decisions: Mapping[int, Decision],
    known: Mapping[int, InvoiceLink],
) -> None:  # fmt: skip
    """Of invoices that are not in Xero. What rests on this person's rights is nobody else's; what only Xero can say, or
    a person, is not put right by finding nothing here; and what the list can tell by itself it tells as it is then."""
    found: dict[int, tuple[Problem, ...]] = {}
    set_up, books = organisation.set_up, organisation.books
    for invoice in invoices:
        decision, link = decisions[invoice.id], known.get(invoice.id)
        told = () if decision.action == "leave" else decision.problems
        codes = {*(one.code for one in told), *(one["code"] for one in (link.problems if link else ()))}
        if codes <= FORESEEN and not (link and link.xero_id):
            outright_ones = outright.against(invoice.as_row(), set_up, books)
            found[invoice.id] = tuple(one for one in told if one not in outright_ones and one.code not in OF_STAGES)
    invoice_links.remember(organisation, found, known)


def _with_customers(
    told: Sequence[Planned | Stopped], organisation: Organisation, invoices: Sequence[Invoice]
) -> list[Planned | Stopped]:
    """With a note on each customer that changed, where a person is to say what happens to its contact."""
    if organisation.set_up.customers != "ask":
        return list(told)
    changed = {one.customer.number: one for one in contact_update.changed(organisation, [i.customer for i in invoices])}
    of = {i.id: changed.get(i.customer.number) for i in invoices if i.customer}
    return [
        replace(one, notes=(*one.notes, found.told("customer_changed")))
        if isinstance(one, Planned) and (found := of.get(one.row.id)) and any(not c.completes for c in found.changes)
        else one
        for one in told
    ]


def _told(invoice: Invoice, decision: Decision, link: InvoiceLink | None, books: Books) -> Planned | Stopped:
    row = invoice.as_row()
    if decision.action == "leave":
        return _left(row, decision)
    if decision.problems:
        stays = decision.action == "refuse" and all(one.code in statuses.STAYS for one in decision.problems)
        return Planned(row, "stays", notes=decision.problems) if stays else Stopped(row, decision.problems)
    stood = link if link and link.xero_id else None
    was = statuses.standing(stood, books.day(utc_now())) if stood else "none"
    planned = Planned(
        row, "create" if decision.action == "create" else "update", notes=decision.notes, was=was,
        becomes=decision.becomes, before=stood.xero_total if stood else None,
    )  # fmt: skip
    if decision.action in ("void", "delete") or decision.written is None:
        return planned
    unpaid = decision.becomes in _UNPAID and invoice.stage_meaning == "success" and invoice.total > 0
    due = decision.written.body.get("DueDate")
    return replace(
        planned, xero=decision.written.total, due=date.fromisoformat(due) if due else None, paid_here=unpaid,
        changes=_changes(decision, stood, books) if stood else (),
    )  # fmt: skip


def _left(row: InvoiceRow, decision: Decision) -> Planned:
    """Nothing of it is written."""
    total = decision.written.total if decision.written else None
    stays = total if decision.kept_total is None else decision.kept_total
    action: PlannedAction = (
        "left_out" if decision.reason == "not_sent" else "stays" if decision.problems else "unchanged"
    )
    known = None if decision.reason in ("ended", "not_sent") else stays
    return Planned(row, action, known, (*decision.problems, *decision.notes))


def _changes(decision: Decision, link: InvoiceLink, books: Books) -> tuple[Difference, ...] | None:
    if decision.written is None or not link.written:
        return None
    ids = [link.line_ids.get(str(row), "") for row in decision.written.row_ids]
    now = decision.written.to_update(decision.contact_id, None, ids)
    if decision.contact_id == NOT_LINKED:
        del now["Contact"]
    return drift.between(link.written, now, books)
