"""Which contact in Xero stands for which customer of the portal, as remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from b24xero.db.models import ContactLink, Organisation
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Customer
from b24xero.extensions import db

# So many rows are asked for at once.
AT_ONCE = 500


def linked(organisation: Organisation, kind: str, bitrix24_id: int) -> str:
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


def link(organisation: Organisation, kind: str, bitrix24_id: int, xero_id: str, *, lacks_address: bool = False) -> None:
    """Remember it; when two presses found a contact at once, the one that was first is kept."""
    lacking = [(kind, bitrix24_id)] if lacks_address else []
    link_all(organisation, {(kind, bitrix24_id): xero_id}, lacking)


def link_all(
    organisation: Organisation, found: Mapping[tuple[str, int], str], lacking: Collection[tuple[str, int]] = ()
) -> None:
    """The same for many customers, in one transaction. ``lacking``: whose contacts we made without their addresses."""
    if not found:
        return
    with writing():
        for (kind, bitrix24_id), xero_id in sorted(found.items()):
            row = ContactLink(organisation_id=organisation.id, kind=kind, bitrix24_id=bitrix24_id, xero_id=xero_id)
            row.lacks_address = (kind, bitrix24_id) in lacking
            try:
                with db.session.begin_nested():
                    db.session.add(row)
            except IntegrityError:
                pass  # linked in this very moment by another press of the same customer


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


def completed_address(organisation: Organisation, customer: Customer) -> None:
    """Its contact has an address now."""
    with writing():
        db.session.execute(
            update(ContactLink)
            .where(
                ContactLink.organisation_id == organisation.id,
                ContactLink.kind == customer.kind,
                ContactLink.bitrix24_id == customer.id,
            )
            .values(lacks_address=False)
            .execution_options(synchronize_session=False)
        )


def unlink(organisation: Organisation, kind: str, bitrix24_id: int) -> bool:
    """Forget it; whether there was one."""
    with writing():
        found = db.session.scalar(
            select(ContactLink).filter_by(organisation_id=organisation.id, kind=kind, bitrix24_id=bitrix24_id)
        )
        if found:
            db.session.delete(found)
    return found is not None
