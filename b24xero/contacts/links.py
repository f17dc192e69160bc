"""Which contact in Xero stands for which customer of the portal, as remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from b24xero.contacts.changes import Known, said_by, settled_with
from b24xero.db.inserts import unless_there
from b24xero.db.models import ContactLink, Organisation
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Customer, CustomerKind
from b24xero.extensions import db

# So many rows are asked for at once.
AT_ONCE = 500


def linked(organisation: Organisation, kind: CustomerKind, bitrix24_id: int) -> str:
    query = select(ContactLink.xero_id).filter_by(
        organisation_id=organisation.id, kind=kind, bitrix24_id=bitrix24_id
    )  # fmt: skip
    return db.session.scalar(query) or ""


def linked_all(organisation: Organisation, customers: Iterable[Customer | None]) -> dict[str, str]:
    """The contacts of those customers that have one, by the customers' numbers: one question to the database for every
    500."""
    wanted = list({customer.number: customer for customer in customers if customer}.values())
    found: dict[str, str] = {}
    for first in range(0, len(wanted), AT_ONCE):
        part = wanted[first : first + AT_ONCE]
        query = select(ContactLink.kind, ContactLink.bitrix24_id, ContactLink.xero_id).where(
            ContactLink.organisation_id == organisation.id,
            ContactLink.bitrix24_id.in_([customer.id for customer in part]),
        )
        known = {(kind, id): xero_id for kind, id, xero_id in db.session.execute(query)}
        found |= {c.number: known[(c.kind, c.id)] for c in part if (c.kind, c.id) in known}
    return found


def taken(organisation: Organisation, xero_ids: Iterable[str]) -> set[str]:
    """Which of these contacts stand for a customer already; one question to the database for every 500."""
    wanted, found = list(xero_ids), set[str]()
    for first in range(0, len(wanted), AT_ONCE):
        part = ContactLink.xero_id.in_(wanted[first : first + AT_ONCE])
        found |= set(
            db.session.scalars(select(ContactLink.xero_id).where(ContactLink.organisation_id == organisation.id, part))
        )
    return found


@dataclass(frozen=True)
class Found:
    """A customer and its contact. ``written``: what we gave that one, None: somebody else made it. ``lacks_address``:
    we made it without its address."""

    customer: Customer
    xero_id: str
    written: Mapping[str, str] | None = None
    lacks_address: bool = False


def link(organisation: Organisation, found: Found) -> None:
    """Remember it; when two presses found a contact at once, the one that was first is kept."""
    link_all(organisation, [found])


def link_all(organisation: Organisation, found: Sequence[Found]) -> None:
    """The same for many customers, in one transaction."""
    if not found:
        return
    rows = {
        (one.customer.kind, one.customer.id): {
            "organisation_id": organisation.id, "kind": one.customer.kind, "bitrix24_id": one.customer.id,
            "xero_id": one.xero_id, "lacks_address": one.lacks_address, "settled": said_by(one.customer),
            "written": None if one.written is None else dict(one.written),
        }
        for one in reversed(found)
    }  # fmt: skip
    with writing():
        # What is there was linked in this very moment by another press of the same customer.
        db.session.execute(unless_there(ContactLink), [rows[customer] for customer in sorted(rows)])


def known_of(organisation: Organisation, customers: Iterable[Customer | None]) -> dict[str, Known]:
    """What is remembered of the contacts of those customers that have one, by the customers' numbers; one question to
    the database for every 500."""
    wanted = list({customer.number: customer for customer in customers if customer}.values())
    found = {
        row.number: Known(row.xero_id, row.settled, row.written, row.lacks_address)
        for first in range(0, len(wanted), AT_ONCE)
        for row in _rows(organisation, wanted[first : first + AT_ONCE])
    }
    db.session.commit()
    return found


def _rows(organisation: Organisation, customers: Sequence[Customer]) -> Sequence[ContactLink]:
    numbers = {customer.number for customer in customers}
    query = select(ContactLink).where(
        ContactLink.organisation_id == organisation.id,
        ContactLink.bitrix24_id.in_([customer.id for customer in customers]),
    )
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return [row for row in rows if row.number in numbers]


@dataclass(frozen=True)
class Settled:
    """Fields of a customer that somebody decided on; ``written``: what was written of them, as it stands in Xero."""

    customer: Customer
    known: Known
    fields: Sequence[str] = ()
    written: Mapping[str, str] | None = None


def settle(organisation: Organisation, settled: Sequence[Settled]) -> None:
    """Into the transaction that is open."""
    rows = {row.number: row for row in _rows(organisation, [one.customer for one in settled])}
    for one in settled:
        row = rows.get(one.customer.number)
        if row is None or row.xero_id != one.known.contact_id:
            continue  # forgotten or merged in this very moment
        row.settled = settled_with(one.known, one.customer, one.fields)
        row.lacks_address = row.lacks_address and "address" not in one.fields
        if one.written:
            row.written = {**(one.known.written or {}), **one.written}


def lacking(organisation: Organisation, customers: Iterable[Customer | None]) -> set[str]:
    """The numbers of those customers whose contacts we made without an address, and that nobody has completed yet; one
    question to the database for every 500."""
    wanted = list({customer.number: customer for customer in customers if customer}.values())
    found = set[str]()
    for first in range(0, len(wanted), AT_ONCE):
        part = wanted[first : first + AT_ONCE]
        query = select(ContactLink.kind, ContactLink.bitrix24_id).where(
            ContactLink.organisation_id == organisation.id,
            ContactLink.bitrix24_id.in_([customer.id for customer in part]),
            ContactLink.lacks_address,
        )
        lacks = {(kind, id) for kind, id in db.session.execute(query)}
        found |= {customer.number for customer in part if (customer.kind, customer.id) in lacks}
    db.session.commit()
    return found


def unlink(organisation: Organisation, kind: CustomerKind, bitrix24_id: int) -> bool:
    """Forget it; whether there was one."""
    with writing():
        found = db.session.scalar(
            select(ContactLink).filter_by(organisation_id=organisation.id, kind=kind, bitrix24_id=bitrix24_id)
        )
        if found:
            db.session.delete(found)
    return found is not None
