"""Problems of invoices that somebody leaves as they are, with the reason; each comes back when its invoice changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select

from b24xero.db.models import Organisation, SetAside, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.invoice import InvoiceRow
from b24xero.extensions import db

LONGEST_REASON = 300


def put(organisation: Organisation, user: User, rows: Iterable[InvoiceRow], reason: str) -> None:
    """Set them aside as they are now."""
    listed = list(rows)
    with writing():
        _forget(organisation, [row.id for row in listed])
        db.session.add_all(
            SetAside(
                organisation_id=organisation.id, bitrix24_id=row.id, user_id=user.id, reason=reason[:LONGEST_REASON],
                facts=row.facts, at=utc_now(),
            )
            for row in listed
        )  # fmt: skip


def take_up(organisation: Organisation, ids: Iterable[int]) -> None:
    """They are to be put right again."""
    with writing():
        _forget(organisation, list(ids))


def _forget(organisation: Organisation, ids: list[int]) -> None:
    of_these = SetAside.bitrix24_id.in_(ids)
    db.session.execute(delete(SetAside).where(SetAside.organisation_id == organisation.id, of_these))


def of(organisation: Organisation, rows: Mapping[int, InvoiceRow]) -> dict[int, SetAside]:
    """Those of the invoices that are set aside and say still what they said then."""
    query = select(SetAside).where(SetAside.organisation_id == organisation.id, SetAside.bitrix24_id.in_(rows))
    found = {one.bitrix24_id: one for one in db.session.scalars(query)}
    return {id: one for id, one in found.items() if one.facts == rows[id].facts}
