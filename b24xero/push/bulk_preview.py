"""What a press on many invoices would come to, by what is remembered of Xero, told before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from b24xero import connections, rights
from b24xero.contacts import update as contact_update
from b24xero.db.models import Organisation, User
from b24xero.domain.invoice import Invoice, InvoiceRow
from b24xero.errors import Problem
from b24xero.products import item_codes
from b24xero.push import read_again
from b24xero.push.policy import Decision

PlannedAction = Literal["create", "update", "unchanged"]


@dataclass(frozen=True)
class Stopped:
    """One invoice that cannot be sent, and why."""

    row: InvoiceRow
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Planned:
    """One invoice that can be sent; ``xero`` is the total that it will have there, None where its content is not
    written (voided, deleted). ``notes``: what to know of its total and tax."""

    row: InvoiceRow
    action: PlannedAction
    xero: Decimal | None = None
    notes: tuple[Problem, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """Xero's total less Bitrix24's."""
        return None if self.xero is None else self.xero - self.row.total


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
    they have any; nothing is written anywhere. What would be refused by what is only remembered of the books is told as
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
    told = [_told(invoice.as_row(), decisions[invoice.id]) for invoice in invoices]
    told = _with_customers(told, organisation, invoices)
    return Outlook(
        planned=tuple(one for one in told if isinstance(one, Planned)),
        stopped=tuple(one for one in told if isinstance(one, Stopped)),
        hidden=len(missing - gone),
        gone=len(gone),
    )


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


def _told(row: InvoiceRow, decision: Decision) -> Planned | Stopped:
    if decision.problems:
        return Stopped(row, decision.problems)
    total = decision.written.total if decision.written else None
    if decision.action in ("create", "update"):
        return Planned(row, "create" if decision.action == "create" else "update", total, decision.notes)
    if decision.action in ("void", "delete"):
        return Planned(row, "update")
    stays = total if decision.kept_total is None else decision.kept_total
    return Planned(row, "unchanged", None if decision.reason == "ended" else stays, decision.notes)
