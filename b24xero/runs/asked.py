"""What a run was asked for and how far it has come, by the kind of run; kept as JSON in ``SyncRun.asked``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from b24xero.db.models import SyncRun
from b24xero.db.states import RunKind


@dataclass(frozen=True)
class Push:
    """``ids``: the invoices, in the order in which they are written; ``back``: the page of ours that they were chosen
    on."""

    kind: ClassVar[RunKind] = "push"
    ids: tuple[int, ...] = ()
    back: str = ""


@dataclass(frozen=True)
class Items:
    """``ids``: the products."""

    kind: ClassVar[RunKind] = "items"
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pull:
    """``only``: one invoice instead of all that are linked; ``read``: Xero has been read; ``after``: the last invoice
    that Bitrix24 was told of, in the order of their keys; None before the first. ``told``: Xero's webhook had told that
    there is something; ``sparing``: it tells of what changes, so that reading all that is open may wait where that
    takes many calls."""

    kind: ClassVar[RunKind] = "pull"
    only: int = 0
    read: bool = False
    after: int | None = None
    told: bool = False
    sparing: bool = False


@dataclass(frozen=True)
class Find:
    """``after``: the last invoice of Bitrix24 that was listed, by its id there, None before the first; ``old``: those
    of today are listed, and it is an old one; ``listed``: all of them are.
    ``page``: the next one of Xero's, whose first was read at ``read_at``; ``settled``: what is sure is known."""

    kind: ClassVar[RunKind] = "find"
    after: int | None = None
    old: bool = False
    listed: bool = False
    page: int = 1
    read_at: datetime | None = None
    settled: bool = False


@dataclass(frozen=True)
class Link:
    """``after``: the last pair that was linked, or found not to be."""

    kind: ClassVar[RunKind] = "link"
    after: int = 0


@dataclass(frozen=True)
class Sheet:
    """``since``, ``until``: the first and the last day of the period."""

    kind: ClassVar[RunKind] = "sheet"
    since: date = date.min
    until: date = date.max


Asked = Push | Items | Pull | Find | Link | Sheet
A = TypeVar("A", Push, Items, Pull, Find, Link, Sheet)


def of(run: SyncRun, kind: type[A]) -> A:
    """What stands in the run. What a later version wrote beside it is left alone.

    Raises:
        ValueError: it is a run of another kind.
    """
    if run.kind != kind.kind:
        raise ValueError(f"run {run.id} is a {run.kind}, no {kind.kind}")
    known = {field.name for field in fields(kind)}
    return kind(**{name: _read(name, value) for name, value in run.asked.items() if name in known})


def keep(run: SyncRun, asked: Asked) -> None:
    """Into the transaction that is open."""
    run.asked = as_json(asked)


def as_json(asked: Asked) -> dict[str, Any]:
    """Only what says something."""
    values = {field.name: (getattr(asked, field.name), field.default) for field in fields(asked)}
    return {name: _written(value) for name, (value, default) in values.items() if value != default}


def _read(name: str, value: Any) -> Any:
    if name == "ids":
        return tuple(value)
    if name in ("since", "until"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name == "read_at" and value else value


def _written(value: Any) -> Any:
    if isinstance(value, date):  # a moment, too
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
