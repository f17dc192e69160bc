"""What happened: one entry for each invoice that a press or a run dealt with, and who may read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Select, Text, cast, func, insert, not_, or_, select

from b24xero.db.models import Portal, SyncEntry, SyncRun, User, utc_now
from b24xero.db.states import Asked, Counted, EntryKind, Outcome
from b24xero.db.transactions import writing
from b24xero.domain.statuses import QUESTIONS
from b24xero.errors import Problem
from b24xero.extensions import db

_WRITTEN: tuple[Outcome, ...] = ("created", "updated", "unchanged", "moved", "skipped", "rejected", "failed")
OUTCOMES: tuple[Outcome, ...] = (*_WRITTEN, "found", "linked")
# What Activity can be narrowed to.
TO_CHOOSE: tuple[Outcome | Asked, ...] = (*OUTCOMES, "asked")
# What is said of products, whose ids are none of invoices.
OF_PRODUCTS: tuple[EntryKind, ...] = ("product", "items")
_COUNTED: dict[EntryKind, tuple[Counted, ...]] = {
    "push": (*_WRITTEN, "found", "asked"),
    "items": ("created", "linked", "unchanged", "skipped", "rejected", "failed"),
    "find": ("sure", "review", "missing"),
    "link": ("linked", "skipped"),
    "sheet": ("agreeing", "apart"),
}


@dataclass(frozen=True)
class Happening:
    """What happened to one invoice; ``before`` and ``after`` in the words of that moment.

    ``facts`` of a write: customer, lines, total and currency as sent; number and xero_total as answered;
    tax and xero_tax where both are known.
    """

    bitrix24_id: int
    number: str
    outcome: Outcome
    before: str = ""
    after: str = ""
    problems: tuple[Problem, ...] = ()
    milliseconds: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


def counted(kind: EntryKind) -> tuple[Counted, ...]:
    """What a run of this kind counts: what became of each invoice, or what was found."""
    return _COUNTED.get(kind, _WRITTEN)


def record_press(happening: Happening, kind: EntryKind, organisation_id: int, user: User) -> None:
    """One single press, outside of any run."""
    with writing():
        add_presses([happening], kind, organisation_id, user)


def add_presses(happenings: Iterable[Happening], kind: EntryKind, organisation_id: int, user: User) -> None:
    """Into the transaction that is open: what one press came to for each, outside of any run."""
    _add([_row(one, kind, organisation_id, user.id) for one in happenings])


def add_to_run(run: SyncRun, happenings: Iterable[Happening]) -> None:
    """Into the transaction that is open: entries and the run's counts belong together."""
    rows = [_row(one, run.kind, run.organisation_id, run.user_id, run.id) for one in happenings]
    _add(rows)
    counts = Counter(run.counts)
    counts.update(row["outcome"] for row in rows)
    run.counts = dict(counts)


def _add(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(SyncEntry), rows)


def _row(
    happening: Happening, kind: EntryKind, organisation_id: int, user_id: int, run_id: int | None = None
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "organisation_id": organisation_id,
        "user_id": user_id,
        "kind": kind,
        "bitrix24_id": happening.bitrix24_id,
        "number": happening.number,
        "outcome": happening.outcome,
        "before": happening.before,
        "after": happening.after,
        "problems": [problem.as_json() for problem in happening.problems],
        "milliseconds": happening.milliseconds,
        "facts": dict(happening.facts),
        "at": utc_now(),
    }


# -- what waits for an answer ------------------------------------------------------------------------------------------

# It is kept as rejected, as versions before this one read it; which it is, its first problem says.
_ASKED = or_(*(cast(SyncEntry.problems, Text).startswith(f'[{{"code": "{code}"') for code in sorted(QUESTIONS)))


def is_asked(entry: SyncEntry) -> bool:
    """It was not refused: somebody's answer is wanting, and all else is well."""
    return entry.outcome == "rejected" and bool(entry.problems) and entry.problems[0].get("code") in QUESTIONS


def counts(run: SyncRun) -> dict[Counted, int]:
    """What became of its invoices, with what waits for an answer apart from what was refused."""
    found = {outcome: run.counts.get(outcome, 0) for outcome in counted(run.kind)}
    if run.kind != "push" or not found.get("rejected"):
        return found
    query = select(func.count()).where(SyncEntry.run_id == run.id, SyncEntry.outcome == "rejected", _ASKED)
    asked = db.session.scalar(query) or 0
    return {**found, "rejected": found["rejected"] - asked, "asked": asked}


# -- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filter:
    """``person`` (a user id) is for admins; ``search`` looks in invoice numbers."""

    person: int = 0
    outcome: Outcome | Asked | Literal[""] = ""
    search: str = ""
    invoice: int = 0


def entries_for(reader: User, asked: Filter) -> Select[SyncEntry]:
    """Newest first. Whoever is no admin reads their own alone: an entry tells of invoices that Bitrix24 showed to the
    person who pressed, and perhaps to nobody else."""
    query = select(SyncEntry).order_by(SyncEntry.id.desc())
    if not reader.is_admin:
        query = query.where(SyncEntry.user_id == reader.id)
    elif asked.person:
        query = query.where(SyncEntry.user_id == asked.person)
    if asked.outcome in ("asked", "rejected"):
        query = query.where(SyncEntry.outcome == "rejected", _ASKED if asked.outcome == "asked" else not_(_ASKED))
    elif asked.outcome:
        query = query.where(SyncEntry.outcome == asked.outcome)
    if asked.invoice:
        query = query.where(SyncEntry.bitrix24_id == asked.invoice, SyncEntry.kind.not_in(OF_PRODUCTS))
    if asked.search:
        query = query.where(SyncEntry.number.icontains(asked.search, autoescape=True))
    return query


# Of so many moves that changed more than they should each is told.
MOST_MOVES = 1000


def changed_by_moves() -> list[SyncEntry]:
    """Moves of old invoices that changed more of them than their status, which no administrator has seen to yet."""
    query = select(SyncEntry).where(
        SyncEntry.outcome == "moved",
        SyncEntry.bitrix24_id < 0,
        SyncEntry.id > select(func.coalesce(func.max(Portal.moves_seen_to), 0)).scalar_subquery(),
        cast(SyncEntry.problems, Text).contains('"moved_but_changed"'),
    )
    return list(db.session.scalars(query.order_by(SyncEntry.id).limit(MOST_MOVES)))


def saw_moves() -> int:
    """An administrator has seen to them: how many there were."""
    with writing():
        moved, portal = changed_by_moves(), db.session.scalar(select(Portal))
        if moved and portal:
            portal.moves_seen_to = moved[-1].id
    return len(moved)


def count(query: Select[SyncEntry]) -> int:
    counting = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(counting) or 0
