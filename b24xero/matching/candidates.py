"""The rows of "Find in Xero": what is looked for, what was found, what was declined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, true, update

from b24xero.bitrix24.row_sums import to_cent
from b24xero.db.models import FoundInvoice, InvoiceLink, Organisation, SyncRun, User, utc_now
from b24xero.db.states import FoundState
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Customer, InvoiceRow
from b24xero.domain.invoice_key import id_of
from b24xero.errors import problem
from b24xero.extensions import db
from b24xero.matching.rules import name_key, number_key, sum_key
from b24xero.runs import asked, lifecycle, lookup

# What was found and never confirmed is forgotten after this long: it tells of invoices that one may not see any more.
KEPT = timedelta(days=30)


def _of(organisation_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(FoundInvoice.organisation_id == organisation_id, FoundInvoice.user_id == user_id)


# -- what is looked for -----------------------------------------------------------------------------------------------


def forget(run: SyncRun) -> None:
    """Into the transaction that is open: what this person's last search found; what they declined stays."""
    _delete(_of(run.organisation_id, run.user_id), true())


def look_for(run: SyncRun, rows: Sequence[InvoiceRow], stages: Mapping[str, str]) -> None:
    """Into the transaction that is open: those of the invoices that are not linked yet."""
    query = select(InvoiceLink.bitrix24_id).where(
        InvoiceLink.organisation_id == run.organisation_id,
        InvoiceLink.bitrix24_id.in_([row.id for row in rows]),
        InvoiceLink.xero_id.is_not(None),
    )
    linked = set(db.session.scalars(query))
    if values := [_looked_for(run, row, stages) for row in rows if row.id not in linked]:
        db.session.execute(insert(FoundInvoice), values)


def _looked_for(run: SyncRun, row: InvoiceRow, stages: Mapping[str, str]) -> dict[str, Any]:
    total = to_cent(row.total)
    return {
        "organisation_id": run.organisation_id,
        "user_id": run.user_id,
        "state": "open",
        "bitrix24_id": row.id,
        "number": row.number,
        "customer": row.customer_name,
        "customer_number": _customer_number(row),
        "day": row.date,
        "total": total,
        "currency": row.currency,
        "stage_name": stages.get(row.stage, row.stage),
        "number_key": number_key(row.number),
        "customer_key": name_key(row.customer_name),
        "sum_key": sum_key(row.currency, total, row.date),
        "problems": [],
    }


def _customer_number(row: InvoiceRow) -> str:
    if row.company_id:
        return Customer("company", row.company_id, "").number
    if row.contact_id:
        return Customer("contact", row.contact_id, "").number
    return Customer("invoice", id_of(row.id), "").number if row.kind == "legacy" else ""


def count_open(run: SyncRun) -> int:
    mine = _of(run.organisation_id, run.user_id)
    counted = db.session.scalar(select(func.count()).where(mine, FoundInvoice.state == "open"))
    db.session.commit()
    return counted or 0


# -- what was found ---------------------------------------------------------------------------------------------------


def settle(run: SyncRun) -> None:
    """All of Xero was read: what is sure stays sure only where nothing else is as sure, and the run says how many
    invoices were found and how many were not."""
    mine = _of(run.organisation_id, run.user_id)
    with writing():
        lifecycle.hold(run)
        _not_so_sure(mine, FoundInvoice.bitrix24_id, "found_several")
        _not_so_sure(mine, FoundInvoice.xero_id, "found_twice")
        for column in (FoundInvoice.bitrix24_id, FoundInvoice.xero_id):
            settled = select(column).where(mine, FoundInvoice.state == "sure")
            _delete(mine, and_(FoundInvoice.state == "review", column.in_(settled)))
        looked_for = db.session.scalar(select(func.count()).where(mine, FoundInvoice.state == "open")) or 0
        db.session.execute(delete(FoundInvoice).where(mine, FoundInvoice.state == "open"))
        sure_count, review_count = (_count(mine, state) for state in ("sure", "review"))
        run.counts = {
            "sure": sure_count, "review": review_count, "missing": looked_for - sure_count - review_count,
        }  # fmt: skip
        asked.keep(run, replace(asked.of(run, asked.Find), settled=True))


def _not_so_sure(mine: ColumnElement[bool], column: Any, code: str) -> None:
    """Several pairs are sure and share an invoice: a person decides."""
    sure = FoundInvoice.state == "sure"
    shared = select(column).where(mine, sure).group_by(column).having(func.count() > 1)
    db.session.execute(
        update(FoundInvoice)
        .where(mine, sure, column.in_(shared))
        .values(state="review", problems=[problem(code).as_json()])
        .execution_options(synchronize_session=False)
    )


def _count(mine: ColumnElement[bool], state: FoundState) -> int:
    """Invoices of Bitrix24, each once."""
    query = select(func.count(FoundInvoice.bitrix24_id.distinct())).where(mine, FoundInvoice.state == state)
    return db.session.scalar(query) or 0


def counts(user: User, organisation: Organisation) -> dict[str, int]:
    """How many invoices of Bitrix24 are sure and for review."""
    mine = _of(organisation.id, user.id)
    return {state: _count(mine, state) for state in ("sure", "review")}


@dataclass(frozen=True)
class Page:
    """Pairs of one page, those of one invoice of Bitrix24 together; ``total`` counts these invoices."""

    pairs: tuple[FoundInvoice, ...]
    number: int
    total: int


def page(user: User, organisation: Organisation, state: FoundState, number: int, rows: int) -> Page:
    """Newest first; a page beyond the end gives the last one."""
    condition = and_(_of(organisation.id, user.id), FoundInvoice.state == state)
    total = _count(condition, state)
    number = max(1, min(number, -(-total // rows)))
    ids = (
        select(FoundInvoice.bitrix24_id).where(condition).distinct()
        .order_by(FoundInvoice.bitrix24_id.desc()).limit(rows).offset((number - 1) * rows)
    )  # fmt: skip
    wanted = list(db.session.scalars(ids))
    query = select(FoundInvoice).where(condition, FoundInvoice.bitrix24_id.in_(wanted))
    pairs = db.session.scalars(query.order_by(FoundInvoice.bitrix24_id.desc(), FoundInvoice.id))
    return Page(tuple(pairs), number, total)


def chosen(user: User, organisation: Organisation, ids: Iterable[int]) -> list[FoundInvoice]:
    """The person's own pairs with these ids; of one invoice, on either side, the first alone."""
    query = select(FoundInvoice).where(
        _of(organisation.id, user.id),
        FoundInvoice.id.in_(list(ids)),
        FoundInvoice.state.in_(("sure", "review")),
    )
    pairs = {pair.xero_id: pair for pair in reversed(db.session.scalars(query.order_by(FoundInvoice.id)).all())}
    once = {pair.bitrix24_id: pair for pair in pairs.values()}
    db.session.commit()
    return sorted(once.values(), key=lambda pair: pair.id)


def next_sure(run: SyncRun, after: int, most: int) -> list[int]:
    """Ids of the sure pairs that follow, in their order."""
    query = select(FoundInvoice.id).where(
        _of(run.organisation_id, run.user_id), FoundInvoice.state == "sure", FoundInvoice.id > after
    )
    ids = list(db.session.scalars(query.order_by(FoundInvoice.id).limit(most)))
    db.session.commit()
    return ids


# -- what is not the same ---------------------------------------------------------------------------------------------


def decline(user: User, organisation: Organisation, pair_id: int) -> FoundInvoice | None:
    """ "Not this one": remembered for everybody; None when there is no such pair of this person's."""
    with writing():
        found = db.session.scalar(select(FoundInvoice).where(_of(organisation.id, user.id), FoundInvoice.id == pair_id))
        if found is not None:
            found.state = "declined"
    return found


def drop(user: User, organisation: Organisation, bitrix24_ids: Iterable[int]) -> None:
    """Forget what was found for these invoices: Bitrix24 does not show them to this person any more."""
    ids = FoundInvoice.bitrix24_id.in_(list(bitrix24_ids))
    with writing():
        _delete(_of(organisation.id, user.id), ids)


def forget_these(pairs: Sequence[FoundInvoice]) -> None:
    """Into the transaction that is open: what was found for any of these invoices, on either side."""
    for organisation_id, user_id in {(pair.organisation_id, pair.user_id) for pair in pairs}:
        of_ours = FoundInvoice.bitrix24_id.in_([pair.bitrix24_id for pair in pairs])
        of_theirs = FoundInvoice.xero_id.in_([pair.xero_id for pair in pairs])
        _delete(_of(organisation_id, user_id), or_(of_ours, of_theirs))


def _delete(mine: ColumnElement[bool], condition: ColumnElement[bool]) -> None:
    """What was declined stays declined."""
    db.session.execute(
        delete(FoundInvoice)
        .where(mine, condition, FoundInvoice.state != "declined")
        .execution_options(synchronize_session=False)
    )


def forget_halves() -> int:
    """Throw away what was found by searches that ended half-way (stopped while they waited, failed, closed): it takes
    for sure what the other half may call into question. Of how many people."""
    searched = select(FoundInvoice.organisation_id, FoundInvoice.user_id).where(FoundInvoice.state == "open").distinct()
    going_on = select(SyncRun.organisation_id, SyncRun.user_id).where(
        SyncRun.kind == "find", SyncRun.state.in_(lookup.ACTIVE)
    )
    with writing():
        busy = {(organisation_id, user_id) for organisation_id, user_id in db.session.execute(going_on)}
        halves = [(o, u) for o, u in db.session.execute(searched) if (o, u) not in busy]
        for organisation_id, user_id in halves:
            _delete(_of(organisation_id, user_id), true())
    return len(halves)


def forget_old(now: datetime | None = None) -> int:
    """Forget what nobody confirmed within ``KEPT``; how many pairs."""
    old = FoundInvoice.read_at < (now or utc_now()) - KEPT
    with writing():
        gone = db.session.execute(delete(FoundInvoice).where(old, FoundInvoice.state != "declined"))
    return int(gone.rowcount)  # type: ignore[attr-defined]
