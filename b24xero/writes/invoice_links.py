"""The link of an invoice as a thing to take, to write through and to give back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from b24xero.db.models import ContactLink, InvoiceLink, Organisation, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.statuses import standing
from b24xero.errors import Problem
from b24xero.extensions import db
from b24xero.xero import drift
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Written

# Longer than all calls of one press can take together, so that a claim that lapses belongs to a process that is gone.
LEASE = timedelta(minutes=4)

# Conditions of a stage, not faults: told when pressed, but the invoice is not marked as a problem for them.
_NO_FAULT = {"stage_not_sent", "nothing_to_void", "being_written"}


def find(organisation: Organisation, bitrix24_id: int) -> InvoiceLink | None:
    query = select(InvoiceLink).filter_by(organisation_id=organisation.id, bitrix24_id=bitrix24_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def claim(
    organisation: Organisation, bitrix24_id: int, user: User, now: datetime, token: str = ""
) -> InvoiceLink | None:
    """Take the invoice for writing, or None while somebody else has it. Committed: the claim is seen by all at once.

    Args:
        token: a run's own, the same in every worker, so that the next one takes over what a killed one held.
    """
    _ensure(organisation, bitrix24_id)
    token = token or str(uuid.uuid4())
    with writing():
        taken = db.session.execute(
            update(InvoiceLink)
            .where(
                InvoiceLink.organisation_id == organisation.id,
                InvoiceLink.bitrix24_id == bitrix24_id,
                or_(InvoiceLink.claimed_until.is_(None), InvoiceLink.claimed_until < now, InvoiceLink.claim == token),
            )
            .values(claim=token, claimed_until=now + LEASE, claimed_by_id=user.id)
            .execution_options(synchronize_session=False)
        )
    link = find(organisation, bitrix24_id)
    db.session.commit()
    return link if taken.rowcount and link and link.claim == token else None  # type: ignore[attr-defined]


def _ensure(organisation: Organisation, bitrix24_id: int) -> None:
    if find(organisation, bitrix24_id):
        db.session.commit()
        return
    try:
        with writing():
            db.session.add(InvoiceLink(organisation_id=organisation.id, bitrix24_id=bitrix24_id))
    except IntegrityError:
        pass  # somebody else made it in this very moment: it is there, which is all that was wanted


def release(link: InvoiceLink, claimed: str | None) -> None:
    """Give the invoice back, unless the claim had lapsed and is somebody else's by now."""
    with writing():
        db.session.execute(
            update(InvoiceLink)
            .where(InvoiceLink.id == link.id, InvoiceLink.claim == claimed)
            .values(claim=None, claimed_until=None, claimed_by_id=None)
            .execution_options(synchronize_session=False)
        )
    db.session.refresh(link)
    db.session.commit()


def hold(link: InvoiceLink, claimed: str) -> bool:
    """Into the transaction that is open: the claim anew, or False when it had lapsed and somebody else has it now."""
    held = db.session.execute(
        update(InvoiceLink)
        .where(InvoiceLink.id == link.id, InvoiceLink.claim == claimed)
        .values(claimed_until=utc_now() + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool(held.rowcount)  # type: ignore[attr-defined]


def record_standing(link: InvoiceLink, said: XeroInvoice) -> None:
    """What Xero says of the invoice now; nothing was written."""
    with writing():
        take(link, said, utc_now().date())


def to_keep(written: Written, contact_id: str, cents: str) -> dict[str, Any]:
    """What an intent remembers of an invoice for the moment when it has landed; ``cents`` is the person's choice."""
    return {
        "fingerprint": written.fingerprint(contact_id),
        "row_ids": list(written.row_ids),
        "written": {**written.body, "Contact": {"ContactID": contact_id}},
        "cents": cents,
        "total": str(written.total),
    }


def take_written(
    link: InvoiceLink, said: XeroInvoice, user: User, now: datetime, keep: Mapping[str, Any], kind: str, books: Books
) -> None:
    """Into the transaction that is open: the write landed. What Xero says, what we wrote, which line is which row.

    Args:
        keep: of ``to_keep``; empty when the invoice was voided or deleted, which changes nothing of its content.
    """
    take(link, said, now.date())
    # The status comes from the invoice's stage, so Bitrix24 knows it: only what changes from here on is news.
    link.told, link.news = standing(link, now.date()), False
    link.written_at, link.written_by_id = now, user.id
    link.written_claim, link.written_kind = link.claim, kind
    link.problems, link.has_problem = [], False
    if keep:
        take_content(link, said, keep, books)


def take_content(link: InvoiceLink, said: XeroInvoice, keep: Mapping[str, Any], books: Books) -> None:
    """Into the transaction that is open: Xero has the content that ``keep`` is of. ``keep["sent"]``: the body itself,
    where edits by hand were kept in it, which are none of Bitrix24's words."""
    link.fingerprint, link.cents = keep["fingerprint"], keep["cents"]
    link.written = {**keep["written"], drift.FILLED: drift.filled(keep.get("sent", keep["written"]), said, books)}
    if said.line_ids:
        link.line_ids = {str(row): line for row, line in zip(keep["row_ids"], said.line_ids, strict=False)}


def take(link: InvoiceLink, said: XeroInvoice, today: date) -> None:
    """Into the transaction that is open: what Xero says, and whether Bitrix24 has been told as much."""
    link.xero_id = said.id
    link.xero_number = said.number or link.xero_number
    link.xero_status = said.status
    link.xero_total, link.xero_due, link.xero_settled = said.total, said.due, said.settled
    link.xero_due_date = said.due_date.isoformat() if said.due_date else link.xero_due_date
    link.news = standing(link, today) != link.told


def record_unchanged(link: InvoiceLink) -> None:
    """Xero has exactly this, so nothing stands against it any more."""
    with writing():
        link.problems, link.has_problem = [], False


def record_problems(link: InvoiceLink, problems: Iterable[Problem]) -> None:
    """Keep why it did not go, for the list and for later."""
    kept = [problem.as_json() for problem in problems if problem.code not in _NO_FAULT]
    with writing():
        link.problems, link.has_problem = kept, bool(kept)


# -- contacts ---------------------------------------------------------------------------------------------------------


def linked_contact(organisation: Organisation, kind: str, bitrix24_id: int) -> str:
    query = select(ContactLink.xero_id).filter_by(
        organisation_id=organisation.id, kind=kind, bitrix24_id=bitrix24_id
    )  # fmt: skip
    return db.session.scalar(query) or ""


def taken_contacts(organisation: Organisation, xero_ids: Iterable[str]) -> set[str]:
    """Which of these contacts stand for a customer already."""
    query = select(ContactLink.xero_id).where(
        ContactLink.organisation_id == organisation.id, ContactLink.xero_id.in_(list(xero_ids))
    )
    return set(db.session.scalars(query))


def link_contact(organisation: Organisation, kind: str, bitrix24_id: int, xero_id: str) -> None:
    """Remember it; when two presses found a contact at once, the one that was first is kept."""
    try:
        with writing():
            db.session.add(
                ContactLink(organisation_id=organisation.id, kind=kind, bitrix24_id=bitrix24_id, xero_id=xero_id)
            )
    except IntegrityError:
        pass  # linked in this very moment by another press of the same customer


def unlink_contact(organisation: Organisation, kind: str, bitrix24_id: int) -> bool:
    """Forget it; whether there was one."""
    with writing():
        found = db.session.scalar(
            select(ContactLink).filter_by(organisation_id=organisation.id, kind=kind, bitrix24_id=bitrix24_id)
        )
        if found:
            db.session.delete(found)
    return found is not None
