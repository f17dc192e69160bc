"""The month-end sheets that were made: who may read which, the last one, the ones before."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, select

from b24xero.db.models import MonthEndSheet, Organisation, SyncRun, User, utc_now
from b24xero.extensions import db
from b24xero.reconciliation.brief import brief_of
from b24xero.reconciliation.sheet import Sheet

# So many earlier months stand below a sheet.
MONTHS_BEFORE = 3


def keep(run: SyncRun, sheet: Sheet) -> None:
    """Into the transaction that is open: once for each run, whose last try counts."""
    kept = db.session.scalar(select(MonthEndSheet).where(MonthEndSheet.run_id == run.id))
    if kept is None:
        kept = MonthEndSheet(run_id=run.id, organisation_id=run.organisation_id, user_id=run.user_id)
        db.session.add(kept)
    kept.made_by, kept.made_at = run.user.name, utc_now()
    kept.since, kept.until = sheet.since, sheet.until
    kept.sheet, kept.brief = sheet.as_json(), brief_of(sheet).as_json()


def _readable(reader: User, organisation: Organisation) -> Select[MonthEndSheet]:
    """One's own, and for administrators, to whom Bitrix24 shows every invoice, everybody's. The newest first."""
    query = select(MonthEndSheet).where(MonthEndSheet.organisation_id == organisation.id)
    if not reader.is_admin:
        query = query.where(MonthEndSheet.user_id == reader.id)
    return query.order_by(MonthEndSheet.id.desc())


def one(reader: User, organisation: Organisation, sheet_id: int) -> MonthEndSheet | None:
    return db.session.scalar(_readable(reader, organisation).where(MonthEndSheet.id == sheet_id))


def last(reader: User, organisation: Organisation) -> MonthEndSheet | None:
    """The newest of all."""
    return db.session.scalar(_readable(reader, organisation).limit(1))


def of_period(
    reader: User, organisation: Organisation, since: date, until: date, most: int = 10
) -> list[MonthEndSheet]:
    """The sheets of this very period, the newest first."""
    query = _readable(reader, organisation).where(MonthEndSheet.since == since, MonthEndSheet.until == until)
    return list(db.session.scalars(query.limit(most)))


def before(reader: User, organisation: Organisation, since: date) -> list[MonthEndSheet]:
    """The newest sheet of each of the whole months that end before a day, the latest month first."""
    found: list[MonthEndSheet] = []
    first = since
    for _ in range(MONTHS_BEFORE):
        first, until = month_before(first)
        found += of_period(reader, organisation, first, until, most=1)
    return found


def month_before(day: date) -> tuple[date, date]:
    """The first and last day of the month before that of a day."""
    until = day.replace(day=1) - timedelta(days=1)
    return until.replace(day=1), until
