"""How the invoices of Xero are held against those that are looked for: a page of 1,000 at a time."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select

from b24xero import connections
from b24xero.db.models import ContactLink, FoundInvoice, InvoiceLink, SyncRun, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.invoice import number_of
from b24xero.extensions import db
from b24xero.matching import candidates
from b24xero.matching.rules import Fit, fit, name_key, number_key, sum_key
from b24xero.runs import asked, lifecycle
from b24xero.xero import kept_text
from b24xero.xero.client import Xero
from b24xero.xero.parse import XeroContact, XeroInvoice

# So many invoices of the same customer, total and date are shown for one; a row of equal monthly bills has no end.
MOST_ALIKE = 5


def read(run: SyncRun, xero: Xero) -> bool:
    """Read all sales invoices of the organisation and keep which ones fit; whether the person stopped it on the way.

    A call for every 1,000 invoices and every 1,000 contacts. A worker that takes over goes on at the page that its
    predecessor had not finished: pages are ordered by id, and no invoice ever leaves the list.

    Raises:
        Disconnected, Forbidden, RetryLater.
    """
    if not candidates.count_open(run):
        return False
    search = Search(run, _customers(run.organisation_id, xero.all_contacts()))
    first = asked.of(run, asked.Find).page
    for number, page in enumerate(xero.sales_invoices(first), first):
        if lifecycle.wants_to_stop(run):
            return True
        far = asked.of(run, asked.Find)
        read_at = far.read_at or page.server_time or utc_now()
        pairs = search.pairs(page.invoices, read_at)
        with writing():
            lifecycle.advance(run, len(page.invoices))
            if pairs:
                db.session.execute(insert(FoundInvoice), pairs)
            run.total = max(page.total, run.done)
            asked.keep(run, replace(far, page=number + 1, read_at=read_at))
    return False


def _customers(organisation_id: int, contacts: Iterable[XeroContact]) -> dict[str, frozenset[str]]:
    """For which customers each contact stands: by our links, and by the number that we gave it."""
    stands_for: dict[str, set[str]] = defaultdict(set)
    for contact in contacts:
        # A second contact of a customer has "-2" after its number (customers.py).
        if own := re.fullmatch(r"(B24-(?:CO?|I)-[0-9]+)(-2)?", contact.number):
            stands_for[contact.id].add(own[1])
    query = select(ContactLink.xero_id, ContactLink.kind, ContactLink.bitrix24_id).where(
        ContactLink.organisation_id == organisation_id
    )
    for xero_id, kind, id in db.session.execute(query):
        stands_for[xero_id].add(number_of(kind, id))
    db.session.commit()
    return {xero_id: frozenset(numbers) for xero_id, numbers in stands_for.items()}


@dataclass(frozen=True)
class Search:
    """What all pages of one run share. ``customers``: for whom each contact of Xero stands."""

    run: SyncRun
    customers: dict[str, frozenset[str]]

    def pairs(self, invoices: Sequence[XeroInvoice], read_at: datetime) -> list[dict[str, Any]]:
        """New rows for what fits on this page. What is linked, known or declined is left out."""
        free = self._free(invoices)
        alike = _Alike(self._looked_for(free))
        known = self._known(alike.ids)
        db.session.commit()  # what follows takes a moment, and no other process is to wait for it
        counted = Counter(bitrix24_id for bitrix24_id, _xero_id in known)
        found_pairs = []
        for theirs in free:
            for ours, fits in self._fitting(theirs, alike):
                full = fits.kind == "sum" and counted[ours.bitrix24_id] >= MOST_ALIKE
                if (ours.bitrix24_id, theirs.id) not in known and not full:
                    counted[ours.bitrix24_id] += 1
                    known.add((ours.bitrix24_id, theirs.id))
                    found_pairs.append(_pair(ours, theirs, fits, read_at))
        return found_pairs

    def _fitting(self, theirs: XeroInvoice, alike: _Alike) -> Iterator[tuple[FoundInvoice, Fit]]:
        """What carries its mark or number; without a sure one among these also what has its customer and sum."""
        mark, stands_for = _mark(theirs.url), self._stands_for(theirs)
        sure = False
        for ours in alike.named(theirs, mark):
            if fits := fit(ours, theirs, mark, stands_for):
                sure = sure or fits.kind == "sure"
                yield ours, fits
        for ours in alike.summed(theirs, stands_for) if not sure else ():
            if fits := fit(ours, theirs, mark, stands_for):
                yield ours, fits

    def _stands_for(self, theirs: XeroInvoice) -> frozenset[str]:
        return self.customers.get(theirs.contact_id, frozenset())

    def _free(self, invoices: Sequence[XeroInvoice]) -> list[XeroInvoice]:
        query = select(InvoiceLink.xero_id).where(
            InvoiceLink.organisation_id == self.run.organisation_id,
            InvoiceLink.xero_id.in_([invoice.id for invoice in invoices]),
        )
        linked = set(db.session.scalars(query))
        return [invoice for invoice in invoices if invoice.id not in linked]

    def _looked_for(self, invoices: Sequence[XeroInvoice]) -> Sequence[FoundInvoice]:
        numbers = {number_key(invoice.number) for invoice in invoices} - {""}
        sums = {sum_key(invoice.currency, invoice.total, invoice.date) for invoice in invoices} - {""}
        names = {name_key(invoice.contact_name) for invoice in invoices} - {""}
        customers = {number for invoice in invoices for number in self._stands_for(invoice)}
        of_customer = or_(FoundInvoice.customer_key.in_(names), FoundInvoice.customer_number.in_(customers))
        query = select(FoundInvoice).where(
            FoundInvoice.organisation_id == self.run.organisation_id,
            FoundInvoice.user_id == self.run.user_id,
            FoundInvoice.state == "open",
            or_(
                FoundInvoice.number_key.in_(numbers),
                and_(FoundInvoice.sum_key.in_(sums), of_customer),
                FoundInvoice.bitrix24_id.in_({_mark(invoice.url) for invoice in invoices} - {0}),
            ),
        )
        return db.session.scalars(query).all()

    def _known(self, ids: Iterable[int]) -> set[tuple[int, str]]:
        """Pairs that this run has found already, and those that anybody declined."""
        mine_or_declined = or_(FoundInvoice.user_id == self.run.user_id, FoundInvoice.state == "declined")
        query = select(FoundInvoice.bitrix24_id, FoundInvoice.xero_id).where(
            FoundInvoice.organisation_id == self.run.organisation_id,
            FoundInvoice.bitrix24_id.in_(list(ids)),
            and_(FoundInvoice.xero_id != "", mine_or_declined),
        )
        return {(bitrix24_id, xero_id) for bitrix24_id, xero_id in db.session.execute(query)}


class _Alike:
    """Invoices that are looked for, by what they may be known by."""

    def __init__(self, rows: Iterable[FoundInvoice]) -> None:
        self._by_number: dict[str, list[FoundInvoice]] = defaultdict(list)
        self._by_sum: dict[tuple[str, str], list[FoundInvoice]] = defaultdict(list)
        self._by_id: dict[int, FoundInvoice] = {}
        for row in rows:
            self._by_number[row.number_key].append(row)
            self._by_id[row.bitrix24_id] = row
            for customer in {row.customer_key, row.customer_number} - {""}:
                self._by_sum[row.sum_key, customer].append(row)

    @property
    def ids(self) -> Iterable[int]:
        return self._by_id

    def named(self, theirs: XeroInvoice, mark: int) -> list[FoundInvoice]:
        """Each once, what carries our mark first."""
        marked = [self._by_id[mark]] if mark in self._by_id else []
        alike = self._by_number.get(number_key(theirs.number), []) if theirs.number.strip() else []
        numbered = [row for row in alike if kept_text.same_number(row.number, theirs.number)]
        return list({row.bitrix24_id: row for row in (*marked, *numbered)}.values())

    def summed(self, theirs: XeroInvoice, stands_for: Iterable[str]) -> list[FoundInvoice]:
        """What has the same customer, total and date: equal bills to many customers are not held against each other."""
        key = sum_key(theirs.currency, theirs.total, theirs.date)
        customers = (name_key(theirs.contact_name), *stands_for)
        rows = (row for customer in customers for row in self._by_sum.get((key, customer), ()))
        return list({row.bitrix24_id: row for row in rows}.values())


def _mark(url: str) -> int:
    """The invoice of our portal to which an invoice of Xero leads (``context.address_of`` writes it), 0 for none."""
    return connections.invoice_pages().key_at(url)


def _pair(ours: FoundInvoice, theirs: XeroInvoice, fits: Fit, read_at: datetime) -> dict[str, Any]:
    kept = ("organisation_id", "user_id", "bitrix24_id", "number", "customer", "customer_number", "day", "total",
            "currency", "stage_name", "number_key", "sum_key", "customer_key")  # fmt: skip
    return {
        **{name: getattr(ours, name) for name in kept},
        "state": "sure" if fits.kind == "sure" else "review",
        "xero_id": theirs.id,
        "xero_number": theirs.number,
        "xero_customer": theirs.contact_name,
        "xero_day": theirs.date,
        "xero_currency": theirs.currency,
        "xero_status": theirs.status,
        "xero_total": theirs.total,
        "xero_due": theirs.due,
        "xero_settled": theirs.settled,
        "xero_credits": None if theirs.credits is None else [credit.as_json() for credit in theirs.credits],
        "xero_due_date": theirs.due_date.isoformat() if theirs.due_date else None,
        "problems": [problem.as_json() for problem in fits.problems],
        "read_at": read_at,
    }
