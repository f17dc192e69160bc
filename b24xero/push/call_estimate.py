"""How many calls of Xero a press on many invoices takes, counted before any of them is made.

It counts what ``push_many`` and ``gathering`` do when nothing goes wrong. How many contacts Xero has is only guessed
from those that are linked, and every customer without a link is taken for one that Xero does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select

from b24xero.contacts.resolve_many import FEW
from b24xero.db.models import ContactLink, Organisation
from b24xero.domain.invoice import CustomerKind
from b24xero.domain.invoice_key import id_of
from b24xero.extensions import db
from b24xero.push.batch import CHUNK, GROUP
from b24xero.push.bulk_preview import Outlook, Planned
from b24xero.xero.addresses import BESIDE_A_REFERENCE, MOST_IDS, fitting
from b24xero.xero.one_call import MOST_WRITTEN
from b24xero.xero.paging import PAGE_SIZE

T = TypeVar("T")


def calls(found: Outlook, organisation: Organisation) -> int:
    """About how many calls the run over ``found.to_write`` takes."""
    planned = {each.row.id: each for each in found.planned}
    wanted = [planned[id] for id in found.to_write]
    numbered_by_xero = organisation.set_up.number == "xero"
    written = sum(_of_chunk(chunk, numbered_by_xero) for chunk in _parts(wanted, CHUNK))
    return written + _contacts(wanted, organisation)


def _of_chunk(chunk: Sequence[Planned], numbered_by_xero: bool) -> int:
    """One write for all creates, one for all updates, each of which is read before. Where Xero numbers the invoices,
    creates are looked for first."""
    numbers = [each.row.number for each in chunk if each.action == "create"]
    creates, updates = len(numbers), len(chunk) - len(numbers)
    looks = sum(1 for _ in fitting(numbers, BESIDE_A_REFERENCE)) if numbered_by_xero else 0
    return looks + _calls(creates, MOST_WRITTEN) + _calls(updates, MOST_IDS) + _calls(updates, MOST_WRITTEN)


def _contacts(wanted: Sequence[Planned], organisation: Organisation) -> int:
    """Few unknown customers are looked for one by one, for more all contacts are read once; then they are created."""
    linked = _linked(organisation)
    known, counted, read = set(linked), 0, False
    for group in _parts(wanted, GROUP):
        unknown = {_customer(each) for each in group} - known
        known |= unknown
        if unknown and len(unknown) <= FEW and not read:
            counted += len(unknown)
        elif unknown and not read:
            counted, read = counted + _calls(len(linked) + 1, PAGE_SIZE), True
        counted += _calls(len(unknown), MOST_WRITTEN)
    return counted


def _customer(each: Planned) -> tuple[CustomerKind, int]:
    row = each.row
    if row.kind == "legacy" and not row.company_id and not row.contact_id:
        return "invoice", id_of(row.id)  # whoever is printed on it
    return ("company", row.company_id) if row.company_id else ("contact", row.contact_id)


def _linked(organisation: Organisation) -> set[tuple[CustomerKind, int]]:
    query = select(ContactLink.kind, ContactLink.bitrix24_id).where(ContactLink.organisation_id == organisation.id)
    found = {(kind, bitrix24_id) for kind, bitrix24_id in db.session.execute(query)}
    db.session.commit()
    return found


def _calls(count: int, size: int) -> int:
    return -(-count // size)


def _parts(whole: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (whole[first : first + size] for first in range(0, len(whole), size))
