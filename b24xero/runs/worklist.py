"""What a run left to put right, and what of it has been put right since, wherever that was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from b24xero.db.models import InvoiceLink, SyncEntry, SyncRun
from b24xero.domain.statuses import ON_PURPOSE, STAYS
from b24xero.errors import Problem
from b24xero.extensions import db

LEFT = ("skipped", "rejected", "failed")
DONE = ("created", "found", "updated", "unchanged")
# So many of the newest are told of: no page holds more.
MOST = 1_000


@dataclass(frozen=True)
class Item:
    """One invoice of the run that was left. ``right``: it has been put right since; ``stays``: there is nothing to put
    right, the invoice stays as it is in Xero."""

    entry: SyncEntry
    problems: tuple[Problem, ...]
    right: bool
    stays: bool

    @property
    def id(self) -> int:
        return self.entry.bitrix24_id


def items(run: SyncRun) -> list[Item]:
    """In the order in which they were met, each invoice once."""
    query = select(SyncEntry).where(SyncEntry.run_id == run.id, SyncEntry.outcome.in_(LEFT))
    newest = {entry.bitrix24_id: entry for entry in db.session.scalars(query.order_by(SyncEntry.id).limit(MOST))}
    entries = list(newest.values())
    right = _right_since(run, entries)
    found = []
    for entry in entries:
        told = tuple(map(Problem.from_json, entry.problems))
        stays = bool(told) and all(problem.code in STAYS | ON_PURPOSE for problem in told)
        found.append(Item(entry, told, entry.bitrix24_id in right and not stays, stays))
    db.session.commit()
    return found


def _right_since(run: SyncRun, entries: Sequence[SyncEntry]) -> frozenset[int]:
    ids = [entry.bitrix24_id for entry in entries]
    links = select(InvoiceLink).where(
        InvoiceLink.organisation_id == run.organisation_id, InvoiceLink.bitrix24_id.in_(ids)
    )
    known = {link.bitrix24_id: link for link in db.session.scalars(links.execution_options(populate_existing=True))}
    if run.kind == "pull":
        return frozenset(id for id in ids if id in known and not known[id].news)
    pressed = select(SyncEntry.bitrix24_id, SyncEntry.id).where(
        SyncEntry.organisation_id == run.organisation_id,
        SyncEntry.bitrix24_id.in_(ids),
        SyncEntry.kind == "push",
        SyncEntry.outcome.in_(DONE),
    )
    landed: dict[int, int] = {}
    for id, entry_id in db.session.execute(pressed):
        landed[id] = max(entry_id, landed.get(id, 0))
    return frozenset(
        entry.bitrix24_id
        for entry in entries
        if landed.get(entry.bitrix24_id, 0) > entry.id or _is_written(known.get(entry.bitrix24_id), entry)
    )


def _is_written(link: InvoiceLink | None, entry: SyncEntry) -> bool:
    """Written after it was left, and nothing stands against it now."""
    return bool(link and link.xero_id and not link.has_problem and link.written_at and link.written_at > entry.at)
