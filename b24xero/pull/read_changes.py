"""How what changed in Xero comes onto the links: since the watermark, daily all that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from b24xero.db.models import InvoiceLink, Organisation, SyncRun, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.runs import asked, lifecycle
from b24xero.writes import invoice_links
from b24xero.xero.client import Xero
from b24xero.xero.paging import PAGE_SIZE
from b24xero.xero.parse import XeroInvoice

# Whether Xero counts "since" inclusively is not documented, and clocks differ (facts §2.3): read a little twice.
OVERLAP = timedelta(minutes=10)
# Not every change moves Xero's modified time (facts §5.3), so what is open is read in full this often.
SWEEP_EVERY = timedelta(days=1)
OPEN = ("DRAFT", "SUBMITTED", "AUTHORISED")
# So many open invoices are asked for by their ids (50 a call); more of them as pages of everything open (1,000 a call).
FEW = 150


def read(run: SyncRun, xero: Xero, organisation: Organisation) -> None:
    """Keep on the links what Xero says now. The watermark moves last, in one transaction with the end of the reading.

    Raises:
        Disconnected, Forbidden, RetryLater: nothing is lost, the next reading begins at the same watermark.
    """
    if only := asked.of(run, asked.Pull).only:
        _read_one(run, xero, only)
        return
    server_time = _read_changes(run, xero, organisation)
    swept = _sweep(run, xero, organisation)
    _note_overdue(organisation.id, organisation.books.day(utc_now()))
    with writing():
        lifecycle.hold(run)
        asked.keep(run, replace(asked.of(run, asked.Pull), read=True))
        organisation = db.session.get_one(Organisation, organisation.id, populate_existing=True)
        if server_time and (organisation.watermark is None or server_time > organisation.watermark):
            organisation.watermark = server_time
        if swept:
            organisation.swept_at = utc_now()


def _read_one(run: SyncRun, xero: Xero, bitrix24_id: int) -> None:
    query = select(InvoiceLink.xero_id).filter_by(organisation_id=run.organisation_id, bitrix24_id=bitrix24_id)
    xero_id = db.session.scalar(query)
    db.session.commit()
    said = xero.invoice(xero_id) if xero_id else None
    if said:
        _keep(run, [said])


def _read_changes(run: SyncRun, xero: Xero, organisation: Organisation) -> datetime | None:
    """Xero's own time at the first page, or None when nothing is linked yet."""
    since = organisation.watermark - OVERLAP if organisation.watermark else _first_written(organisation)
    db.session.commit()
    if since is None:
        return None
    server_time: datetime | None = None
    for page in xero.modified_since(since):
        server_time = server_time or page.server_time
        _keep(run, page.invoices)
        if lifecycle.wants_to_stop(run):
            return None  # the watermark stays: what was not read is read the next time
    return server_time


def _first_written(organisation: Organisation) -> datetime | None:
    """Or what was never written, but found: when Xero had changed it last as we met it."""
    met = func.coalesce(InvoiceLink.written_at, InvoiceLink.xero_changed_at)
    first = db.session.scalar(select(func.min(met)).where(InvoiceLink.organisation_id == organisation.id))
    return first - timedelta(hours=1) if first else None


def read_again_from(organisation_id: int, moment: datetime) -> None:
    """Into the transaction that is open: links were made of what Xero said at this moment, so the next reading begins
    no later."""
    organisation = db.session.get_one(Organisation, organisation_id, populate_existing=True)
    began = organisation.watermark or _first_written(organisation)
    organisation.watermark = min(began, moment) if began else moment


def _sweep(run: SyncRun, xero: Xero, organisation: Organisation) -> bool:
    """Read every open linked invoice, if a day has passed since the last time; whether it was done. Where Xero tells of
    what changes, a day for each thousand of them: one call a day."""
    passed = utc_now() - organisation.swept_at if organisation.swept_at else None
    is_open = (InvoiceLink.organisation_id == organisation.id, InvoiceLink.xero_status.in_(OPEN))
    if passed is not None and passed < SWEEP_EVERY:
        return False
    if passed is not None and asked.of(run, asked.Pull).sparing:
        count = db.session.scalar(select(func.count()).select_from(InvoiceLink).where(*is_open)) or 0
        if passed < SWEEP_EVERY * -(-count // PAGE_SIZE):
            return False
    query = select(InvoiceLink.xero_id).where(*is_open)
    wanted = {xero_id for xero_id in db.session.scalars(query) if xero_id}
    db.session.commit()
    if len(wanted) > FEW:
        for page in xero.open_invoices():
            _keep(run, page.invoices)
            wanted -= {invoice.id for invoice in page.invoices}
    for chunk in xero.invoices_by_ids(sorted(wanted)):
        _keep(run, chunk)
    return True


def _keep(run: SyncRun, said: Iterable[XeroInvoice]) -> None:
    """What Xero says, onto the links that it is about; everything else in the books is none of ours."""
    by_id, books, now = {invoice.id: invoice for invoice in said}, run.organisation.books, utc_now()
    ids = list(by_id)
    with writing():
        lifecycle.hold(run)
        for first in range(0, len(ids), 500):
            query = select(InvoiceLink).where(
                InvoiceLink.organisation_id == run.organisation_id, InvoiceLink.xero_id.in_(ids[first : first + 500])
            )
            for link in db.session.scalars(query):
                invoice_links.take(link, by_id[link.xero_id or ""], books, now)


def _note_overdue(organisation_id: int, today: date) -> None:
    """A due date passes without any change in Xero, and is news all the same."""
    with writing():
        db.session.execute(
            update(InvoiceLink)
            .where(
                InvoiceLink.organisation_id == organisation_id,
                InvoiceLink.xero_status == "AUTHORISED",
                InvoiceLink.xero_due > 0,
                InvoiceLink.xero_due_date < today.isoformat(),
                InvoiceLink.told != "overdue",
            )
            .values(news=True)
            .execution_options(synchronize_session=False)
        )
