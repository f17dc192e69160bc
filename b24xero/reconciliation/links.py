"""What is remembered of invoices, asked of the database: how they stand, and which of them are in a certain state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from b24xero.db.models import InvoiceLink, Organisation
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.payments import Payment
from b24xero.extensions import db
from b24xero.reconciliation.standing import Around, Standing, standing_of
from b24xero.reconciliation.worklist import AGES
from b24xero.runs import set_aside
from b24xero.writes import invoice_links

_NEVER_OVERDUE = ("DRAFT", "SUBMITTED")


class Remembered(NamedTuple):
    """Of a link what ``standing_of`` asks for, and the payments: each under the name of its column. A thousand links
    whole would be ten times as much, since each holds what was last written."""

    bitrix24_id: int
    xero_id: str | None
    xero_number: str | None
    xero_status: str | None
    xero_total: Decimal | None
    xero_due: Decimal | None
    xero_settled: Decimal | None
    xero_credits: Sequence[Mapping[str, str]] | None
    xero_due_date: str | None
    xero_written_total: Decimal | None
    xero_edits: int
    xero_paid_on: str | None
    xero_payments: Sequence[Mapping[str, str]] | None
    seen: Mapping[str, str] | None
    problems: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Found:
    """By invoice: how the two stand, and what came in for it."""

    standings: Mapping[int, Standing]
    payments: Mapping[int, Sequence[Payment]]


def look(organisation: Organisation | None, rows: Sequence[InvoiceRow], around: Around) -> Found:
    """One question to the database for every 500, and one for what was set aside."""
    known = _remembered(organisation, [row.id for row in rows]) if organisation else {}
    standings = {row.id: standing_of(row, known.get(row.id), around) for row in rows}
    for id in set_aside.of(organisation, {row.id: row for row in rows}) if organisation else ():
        standings[id] = replace(standings[id], aside=True)
    payments = {
        id: tuple(map(Payment.from_json, link.xero_payments)) for id, link in known.items() if link.xero_payments
    }
    return Found(standings, payments)


def _remembered(organisation: Organisation, ids: Sequence[int]) -> dict[int, Remembered]:
    columns = [getattr(InvoiceLink, name) for name in Remembered._fields]
    found: dict[int, Remembered] = {}
    for first in range(0, len(ids), invoice_links.AT_ONCE):
        part = InvoiceLink.bitrix24_id.in_(ids[first : first + invoice_links.AT_ONCE])
        query = select(*columns).where(InvoiceLink.organisation_id == organisation.id, part)
        found |= {row[0]: Remembered(*row) for row in db.session.execute(query)}
    return found


def ids_in_xero(organisation: Organisation) -> tuple[int, ...]:
    return _ids(organisation, InvoiceLink.xero_id.is_not(None))


def ids_stopped(organisation: Organisation) -> tuple[int, ...]:
    """Of those that are not in Xero."""
    return _ids(organisation, and_(InvoiceLink.xero_id.is_(None), InvoiceLink.has_problem))


def ids_standing(organisation: Organisation, view: str, today: date) -> tuple[int, ...]:
    """Of those that are in Xero: ``view`` is awaiting, overdue, paid, or an age of what is unpaid, as "age-2"."""
    late = and_(InvoiceLink.xero_due > 0, InvoiceLink.xero_due_date < today.isoformat())
    overdue = and_(InvoiceLink.xero_status == "AUTHORISED", late)
    is_open = or_(InvoiceLink.xero_status.in_(_NEVER_OVERDUE), InvoiceLink.xero_status == "AUTHORISED")
    if view == "overdue":
        return _ids(organisation, overdue)
    if view == "paid":
        return _ids(organisation, InvoiceLink.xero_status == "PAID")
    if view == "awaiting":
        return tuple(sorted({*_ids(organisation, is_open)} - {*_ids(organisation, overdue)}))
    return _ids(organisation, _of_age(int(view.removeprefix("age-")), today))


def unpaid(organisation: Organisation, today: date) -> dict[int, list[tuple[str, Decimal]]]:
    """What each age of the unpaid asks for, as Xero last said: currency and amount of each invoice. The currency is the
    one that it was last written in; empty where that is not known. Of today's invoices."""
    found: dict[int, list[tuple[str, Decimal]]] = {age: [] for age in range(len(AGES) + 1)}
    for age, owed in found.items():
        query = select(InvoiceLink.seen, InvoiceLink.xero_due).where(
            InvoiceLink.organisation_id == organisation.id, InvoiceLink.bitrix24_id > 0, _of_age(age, today)
        )
        owed += [((seen or {}).get("currency", ""), due or Decimal(0)) for seen, due in db.session.execute(query)]
    db.session.commit()
    return found


def _of_age(age: int, today: date) -> ColumnElement[bool]:
    unpaid = and_(InvoiceLink.xero_status == "AUTHORISED", InvoiceLink.xero_due > 0)
    day = InvoiceLink.xero_due_date
    if age == 0:
        return and_(unpaid, or_(day.is_(None), day >= today.isoformat()))
    newest = (today - timedelta(days=AGES[age - 1] + 1)).isoformat()
    if age == len(AGES):
        return and_(unpaid, day <= newest)
    return and_(unpaid, day <= newest, day >= (today - timedelta(days=AGES[age])).isoformat())


def _ids(organisation: Organisation, condition: ColumnElement[bool]) -> tuple[int, ...]:
    query = select(InvoiceLink.bitrix24_id).where(InvoiceLink.organisation_id == organisation.id, condition)
    found = tuple(db.session.scalars(query))
    db.session.commit()
    return found
