"""How both sides of a period are read for the month end, in as few calls as it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import select

from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.row_sums import to_cent
from b24xero.db.models import InvoiceLink, Organisation
from b24xero.domain.invoice import InvoiceRow, Kind, Stage
from b24xero.domain.set_up import SetUp
from b24xero.errors import Rejected, problem
from b24xero.extensions import db
from b24xero.reconciliation.compare import Known, Ours, Theirs
from b24xero.writes.invoice_links import AT_ONCE
from b24xero.xero.client import Xero
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.same_content import total_of

# So many invoices of a period are compared; more are a year's of a big company, and are asked for by the month.
MOST = 10_000
# So many pages of 50 are asked for before it is known how many there are: a small portal is read in one call.
EXPECTED = 500
# Of invoices that the other side has in another period, or no more, so many are looked at one by one.
MOST_ELSEWHERE = 400


class Stopped(Exception):
    """The person stopped it on the way."""


# Told after each call: how many more invoices were read, how many there are as far as that is known.
Progress = Callable[[int, int], None]


@dataclass
class Period:
    """What is read of one period. ``whole``: Bitrix24 shows this person every invoice."""

    organisation: Organisation
    since: date
    until: date
    stages: Mapping[str, Stage]
    whole: bool
    ours: list[Ours] = field(default_factory=list)
    theirs: list[Theirs] = field(default_factory=list)
    known: dict[int, Known] = field(default_factory=dict)

    @cached_property
    def _set_up(self) -> SetUp:
        return self.organisation.set_up

    def read(self, bitrix24: Bitrix24, xero: Xero, progress: Progress) -> None:
        """Bitrix24: one call for 1,250 invoices and one for 2,500 customers; Xero: one call for 1,000 invoices; and
        one for 50 that are linked and elsewhere there.

        Raises:
            Rejected: they are too many. Disconnected, Forbidden, RetryLater. Whatever ``progress`` raises.
        """
        self._read_bitrix24(bitrix24, progress)
        self._read_xero(xero, progress)
        self._take_links(InvoiceLink.bitrix24_id, [one.id for one in self.ours])
        self._take_links(InvoiceLink.xero_id, [one.id for one in self.theirs])
        self._read_elsewhere(bitrix24, xero)

    # -- the period ---------------------------------------------------------------------------------------------------

    def _read_bitrix24(self, bitrix24: Bitrix24, progress: Progress) -> None:
        for kind in bitrix24.kinds:
            self._read_kind(bitrix24, kind, progress)

    def _read_kind(self, bitrix24: Bitrix24, kind: Kind, progress: Progress) -> None:
        after, expected = 0, EXPECTED
        while expected:
            stretch = bitrix24.invoices_dated(self.since, self.until, after, expected, kind)
            self.ours += map(self._ours, stretch.rows)
            after, expected = stretch.last, stretch.left
            if len(self.ours) + expected > MOST:
                raise Rejected(problem("too_many_invoices", most=MOST))
            progress(len(stretch.rows), len(self.ours) + expected)

    def _read_xero(self, xero: Xero, progress: Progress) -> None:
        for page in xero.invoices_dated(self.since, self.until):
            self.theirs += map(_theirs, page.invoices)
            if max(page.total, len(self.theirs)) > MOST:
                raise Rejected(problem("too_many_invoices", most=MOST))
            progress(len(page.invoices), len(self.ours) + max(page.total, len(self.theirs)))

    def _ours(self, row: InvoiceRow) -> Ours:
        stage = self.stages.get(row.stage)
        meaning = stage.meaning if stage else "process"
        return Ours(
            row.id, row.number, row.customer_name, row.date, row.currency, to_cent(row.total),
            stage.name if stage else row.stage,
            target=self._set_up.stages.get(row.stage),
            is_paid=meaning == "success" or row.stage == self._set_up.stage_for("paid", row.kind),
            is_lost=meaning == "failure",
        )  # fmt: skip

    # -- what links lead to -------------------------------------------------------------------------------------------

    def _take_links(self, column: Any, ids: Sequence[Any]) -> None:
        """Only what is needed of each, and the whole of what was written only where nothing shorter is kept of it."""
        mine = InvoiceLink.organisation_id == self.organisation.id
        for first in range(0, len(ids), AT_ONCE):
            part = column.in_(ids[first : first + AT_ONCE])
            for link in db.session.execute(select(*_KEPT).where(mine, part)):
                why = link.problems[0] if link.problems else {}
                seen = Decimal(link.seen["total"]) if link.seen else None
                known = Known(link.bitrix24_id, link.xero_id or "", link.xero_written_total, seen, why)
                self.known[link.bitrix24_id] = known
            older = select(InvoiceLink.bitrix24_id, InvoiceLink.written).where(
                mine, part, InvoiceLink.xero_written_total.is_(None), InvoiceLink.written.is_not(None)
            )
            for id, written in db.session.execute(older):
                self.known[id] = replace(self.known[id], written=total_of(written, self.organisation.books))
        db.session.commit()

    def _read_elsewhere(self, bitrix24: Bitrix24, xero: Xero) -> None:
        """What the other side has in another period, so that it is told as that and not as missing."""
        here, there = {one.id for one in self.ours}, {one.id for one in self.theirs}
        not_here = sorted(id for id, known in self.known.items() if known.xero_id and id not in here)
        not_there = [known.xero_id for id, known in self.known.items() if known.xero_id and id in here]
        not_there = sorted(set(not_there) - there)
        if not_here:
            self.ours += map(self._ours, bitrix24.invoice_rows(not_here))
        if len(not_there) > MOST_ELSEWHERE:
            raise Rejected(problem("too_many_elsewhere", count=len(not_there)))
        for chunk in xero.invoices_by_ids(not_there):
            self.theirs += map(_theirs, chunk)


_KEPT = (
    InvoiceLink.bitrix24_id, InvoiceLink.xero_id, InvoiceLink.problems, InvoiceLink.seen,
    InvoiceLink.xero_written_total,
)  # fmt: skip


def _theirs(said: XeroInvoice) -> Theirs:
    return Theirs(
        said.id, said.number, said.contact_name, said.date, said.currency, said.total, said.status, said.due,
        paid=said.paid, credited=said.credited,
    )  # fmt: skip
