"""The link of an invoice as a thing to take, to write through and to give back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from b24xero.db.inserts import unless_there
from b24xero.db.models import InvoiceLink, Organisation, User, utc_now
from b24xero.db.states import Landed
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.ruled import Ruled
from b24xero.domain.set_up import Cents
from b24xero.domain.statuses import ASKED_FOR, ON_PURPOSE, STAYS, standing
from b24xero.errors import Problem
from b24xero.extensions import db
from b24xero.writes import claims
from b24xero.xero import drift, pairing
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Written

# So many rows are asked for at once.
AT_ONCE = 500

# Conditions of a stage, not faults: told when pressed, but the invoice is not marked as a problem for them.
_NO_FAULT = {"being_written", "being_written_by_you"} | STAYS | ON_PURPOSE


def find(organisation: Organisation, bitrix24_id: int) -> InvoiceLink | None:
    query = select(InvoiceLink).filter_by(organisation_id=organisation.id, bitrix24_id=bitrix24_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def find_all(organisation: Organisation, bitrix24_ids: Sequence[int]) -> dict[int, InvoiceLink]:
    """By invoice: one question to the database for every 500."""
    found: dict[int, InvoiceLink] = {}
    for first in range(0, len(bitrix24_ids), AT_ONCE):
        part = InvoiceLink.bitrix24_id.in_(bitrix24_ids[first : first + AT_ONCE])
        query = select(InvoiceLink).where(InvoiceLink.organisation_id == organisation.id, part)
        found |= {
            link.bitrix24_id: link for link in db.session.scalars(query.execution_options(populate_existing=True))
        }
    return found


def claim(
    organisation: Organisation, bitrix24_id: int, user: User, now: datetime, token: str = ""
) -> InvoiceLink | None:
    """Take the invoice for writing, or None while somebody else has it. Committed: the claim is seen by all at once."""
    return claim_all(organisation, [bitrix24_id], user, now, token or claims.of_press()).get(bitrix24_id)


def claim_all(
    organisation: Organisation, bitrix24_ids: Sequence[int], user: User, now: datetime, token: str
) -> dict[int, InvoiceLink]:
    """The same for many in one transaction; those that somebody else has are left out.

    Args:
        token: a press's or a run's (``claims``).
    """
    with writing():
        _ensure(organisation, bitrix24_ids)
        links = _locked(organisation.id, bitrix24_ids)
        free = [link for link in links if _is_free(link, now, token)]
        for link in free:
            link.claim, link.claimed_until, link.claimed_by_id = token, now + claims.lease(token), user.id
    return {link.bitrix24_id: link for link in free}


def _ensure(organisation: Organisation, bitrix24_ids: Iterable[int]) -> None:
    """Into the transaction that is open: a row for each."""
    wanted = sorted(set(bitrix24_ids))
    known = select(InvoiceLink.bitrix24_id).where(
        InvoiceLink.organisation_id == organisation.id, InvoiceLink.bitrix24_id.in_(wanted)
    )
    new = sorted(set(wanted) - set(db.session.scalars(known)))
    if new:
        # Somebody else may make one in this very moment: then it is there, which is all that was wanted.
        rows = [{"organisation_id": organisation.id, "bitrix24_id": bitrix24_id} for bitrix24_id in new]
        db.session.execute(unless_there(InvoiceLink), rows)


def _locked(organisation_id: int, bitrix24_ids: Iterable[int]) -> Sequence[InvoiceLink]:
    """Into the transaction that is open: the rows as they are now, nobody else's to change until it ends. Always in the
    same order, so that two who want the same rows never wait for each other."""
    query = (
        select(InvoiceLink)
        .where(InvoiceLink.organisation_id == organisation_id, InvoiceLink.bitrix24_id.in_(list(bitrix24_ids)))
        .order_by(InvoiceLink.id)
        .with_for_update()
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _is_free(link: InvoiceLink, now: datetime, token: str) -> bool:
    return link.claimed_until is None or link.claimed_until < now or link.claim == token


def release(link: InvoiceLink, claimed: str | None, problems: Iterable[Problem] | None = None) -> None:
    """Give the invoice back, unless the claim had lapsed and is somebody else's by now."""
    give_back([(link, problems)], claimed)


def give_back(links: Sequence[tuple[InvoiceLink, Iterable[Problem] | None]], claimed: str | None) -> None:
    """The same for many in one transaction. With each why it did not go, to be kept with it; nothing in it: nothing
    stands against it any more; None: what stands there stays."""
    if not links:
        return
    with writing():
        told = {link.id: problems for link, problems in links}
        for link in _locked(links[0][0].organisation_id, [link.bitrix24_id for link, _ in links]):
            if link.claim == claimed:
                link.claim = link.claimed_until = link.claimed_by_id = None
                if (problems := told[link.id]) is not None:
                    keep_problems(link, problems)


def release_all(claimed: str) -> None:
    """Into the transaction that is open: whatever a run still holds that nobody carries on any more."""
    db.session.execute(
        update(InvoiceLink)
        .where(InvoiceLink.claim == claimed)
        .values(claim=None, claimed_until=None, claimed_by_id=None)
        .execution_options(synchronize_session=False)
    )


def hold_all(links: Sequence[InvoiceLink], claimed: str) -> set[int]:
    """Into the transaction that is open: the claim anew; the ids of those links whose claim had not lapsed to somebody
    else."""
    if not links:
        return set()
    ours = select(InvoiceLink.id).where(
        InvoiceLink.organisation_id == links[0].organisation_id, InvoiceLink.id.in_([link.id for link in links]),
        InvoiceLink.claim == claimed,
    )  # fmt: skip
    # Locked in the order of ``_locked``.
    held = set(db.session.scalars(ours.order_by(InvoiceLink.id).with_for_update()))
    db.session.execute(
        update(InvoiceLink)
        .where(InvoiceLink.id.in_(held))
        .values(claimed_until=utc_now() + claims.lease(claimed))
        .execution_options(synchronize_session=False)
    )
    return held


def to_keep(written: Written, contact_id: str, cents: Cents, invoice: Invoice) -> dict[str, Any]:
    """What an intent remembers of an invoice for the moment when it has landed; ``cents`` is the person's choice."""
    return {
        "seen": invoice.as_row().facts,
        "fingerprint": written.fingerprint(contact_id),
        "row_ids": list(written.row_ids),
        "written": {
            **written.body,
            "Contact": {"ContactID": contact_id},
            drift.DAYS: True,
            drift.TRAITS: Ruled.of(invoice).as_json(),
        },
        "cents": cents,
        "total": str(written.total),
    }


def take_written(
    link: InvoiceLink, said: XeroInvoice, user: User, now: datetime, keep: Mapping[str, Any], kind: Landed, books: Books
) -> None:
    """Into the transaction that is open: the write landed. What Xero says, what we wrote, which line is which row.

    Args:
        keep: of ``to_keep``; empty when the invoice was voided or deleted, which changes nothing of its content.
    """
    today = books.day(now)
    take(link, said, books, now)
    # A status that the invoice's stage asked for is none that Bitrix24 has to be told. What follows from its amounts
    # and dates alone, paid at once since nothing is due, or overdue already, is news to it.
    if (now_stands := standing(link, today)) in ASKED_FOR:
        link.told, link.news = now_stands, False
    link.written_at, link.written_by_id = now, user.id
    link.written_claim, link.written_kind = link.claim, kind
    link.problems, link.has_problem = [], False
    if keep:
        take_content(link, said, keep, books)


def take_content(link: InvoiceLink, said: XeroInvoice, keep: Mapping[str, Any], books: Books) -> None:
    """Into the transaction that is open: Xero has the content that ``keep`` is of. ``keep["sent"]``: the body itself,
    where edits by hand were kept in it, which are none of Bitrix24's words."""
    link.fingerprint, link.cents = keep["fingerprint"], keep["cents"]
    link.seen, link.xero_written_total = keep.get("seen"), said.total
    sent = keep.get("sent") or keep["written"]
    link.written = {**keep["written"], drift.FILLED: drift.filled(sent, said, books)}
    if said.line_ids:
        ids = pairing.told_ids(sent, said)
        link.line_ids = {str(row): id for row, id in zip(keep["row_ids"], ids, strict=True) if id}
        lines = zip(keep["written"]["LineItems"], ids, strict=True)
        link.written["LineItems"] = [{**line, "LineItemID": id} if id else line for line, id in lines]
    if left := drift.kept(link.written, said, books):
        link.written[drift.KEPT] = left
    link.xero_edits = 0


def take(link: InvoiceLink, said: XeroInvoice, books: Books, now: datetime) -> None:
    """Into the transaction that is open: what Xero says, and whether Bitrix24 has been told as much."""
    link.xero_id = said.id
    link.xero_number = said.number or link.xero_number
    if said.status != link.xero_status:
        link.xero_changed_at = said.updated_at
    link.xero_status = said.status
    if said.credits is not None:
        link.xero_credits = [credit.as_json() for credit in said.credits]
    elif said.settled != link.xero_settled:
        link.xero_credits = None if said.settled else []
    link.xero_total, link.xero_due, link.xero_settled = said.total, said.due, said.settled
    link.xero_due_date = said.due_date.isoformat() if said.due_date else link.xero_due_date
    link.xero_paid_on = said.paid_on.isoformat() if said.paid_on else None
    if said.payments is not None:
        link.xero_payments = [payment.as_json() for payment in said.payments]
    if said.lines and link.written:
        link.xero_edits = drift.new_edits(link.written, said, books)
    link.news = standing(link, books.day(now)) != link.told


def note_seen(link: InvoiceLink, invoice: Invoice) -> None:
    """Bitrix24 says nothing that Xero has not: what its list says by now has changed nothing there."""
    if link.seen != (facts := invoice.as_row().facts):
        with writing():
            link.seen = facts


def record_problems(link: InvoiceLink, problems: Iterable[Problem]) -> None:
    """Keep why it did not go, for the list and for later."""
    with writing():
        keep_problems(link, problems)


def remember(
    organisation: Organisation, told: Mapping[int, Sequence[Problem]], known: Mapping[int, InvoiceLink]
) -> None:
    """What was found to stand against each invoice, with nothing pressed; nothing: what stood there does no more. What
    somebody is writing in this moment is left alone. Nothing is written where all of it is ``known``."""
    new = {id: kept for id, why in told.items() if (kept := _kept(why)) != (known[id].problems if id in known else [])}
    if not new:
        return
    with writing():
        _ensure(organisation, new)
        for link in _locked(organisation.id, new):
            if link.claim is None:
                link.problems, link.has_problem = new[link.bitrix24_id], bool(new[link.bitrix24_id])


def _kept(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [problem.as_json() for problem in problems if problem.code not in _NO_FAULT]


def keep_problems(link: InvoiceLink, problems: Iterable[Problem]) -> None:
    """The same, into the transaction that is open."""
    kept = _kept(problems)
    link.problems, link.has_problem = kept, bool(kept)
