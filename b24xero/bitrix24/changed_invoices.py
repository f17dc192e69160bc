"""Which invoices changed in Bitrix24 since a moment, and where they stand: one call where there are no more than 50 of
a kind, for more of them one call for every 1,250 of a kind besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from b24xero.bitrix24 import parse
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.flags import is_yes
from b24xero.bitrix24.item_list import INVOICE, MOST_PAGES, PAGE, list_command
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import Kind
from b24xero.domain.invoice_key import key_of
from b24xero.errors import RetryLater, problem

_NOW, _ADMIN = "now", "admin"
# The lists that are read. A status that is set from the portal's own list of old invoices saves nothing else, so that
# only its own moment moves (source facts §3.3).
_List = Literal["smart", "legacy", "legacy_status"]
_OF: Mapping[Kind, tuple[_List, ...]] = {"smart": ("smart",), "legacy": ("legacy", "legacy_status")}
_NEW_FIELDS = ("id", "stageId", "updatedTime", "isRecurring")
_OLD_FIELDS = ("ID", "STATUS_ID", "DATE_UPDATE", "IS_RECURRING", "DATE_STATUS")


@dataclass(frozen=True)
class Changed:
    """An invoice by its key, the stage it stands in, and when it was last changed."""

    key: int
    stage: str
    at: datetime


@dataclass(frozen=True)
class Changes:
    """``asked_at``: by the portal's own clock. ``by_admin``: whoever asked is an administrator, who is shown all
    of them (anybody else may be shown a part, which looks the same)."""

    found: tuple[Changed, ...]
    asked_at: datetime
    by_admin: bool


def clock_of(session: Session) -> datetime:
    """What the portal takes for now; one call.

    Raises:
        Disconnected, RetryLater.
    """
    return _now(session.batch({_NOW: ("server.time", {})}))


def _now(answer: Batch) -> datetime:
    moment = parse.moment(answer.result(_NOW))
    if moment is None:
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return moment


def changed_since(session: Session, since: datetime, kinds: Iterable[Kind]) -> Changes:
    """All that this person sees of it, without recurring templates. The moment goes with its offset, which the portal
    honours (source facts §2.3; one report says otherwise, facts §3.1: unverified on a cloud portal). So rows are held
    against it here, too, and whoever asks begins a little earlier. They are read by their ids, which only grow, so that
    a change in the meantime shifts none.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    wanted: list[_List] = [name for kind in _OF if kind in kinds for name in _OF[kind]]
    first = {_page(name, 0): _LISTS[name](since, 0, 0) for name in wanted}
    answer = session.batch({_NOW: ("server.time", {}), _ADMIN: ("user.admin", {}), **first})
    asked_at = _now(answer)
    found: dict[int, Changed] = {}
    for name in wanted:
        listed = _changed(_rows(answer, name, 0), name)
        if answer.totals.get(_page(name, 0), 0) > PAGE and _is_meant(name, listed, since):
            listed = _every(session, name, since)
        found |= {one.key: one for one in listed if one.at >= since}
    return Changes(tuple(found.values()), asked_at, answer.result(_ADMIN) is True)


def _is_meant(name: _List, listed: Collection[Changed], since: datetime) -> bool:
    """A portal that does not know the moment of a status drops the condition in silence and lists all there are
    (more §1.1); who was asked for with another condition is known already."""
    return name != "legacy_status" or all(one.at >= since for one in listed)


def _every(session: Session, kind: _List, since: datetime) -> list[Changed]:
    found: dict[int, Changed] = {}
    after = 0
    while True:
        answer = session.batch({_page(kind, n): _LISTS[kind](since, after, n * PAGE) for n in range(MOST_PAGES)})
        rows = [row for n in range(MOST_PAGES) for row in _rows(answer, kind, n)]
        ids = [id for row in rows if (id := parse.number(row.get(_fields(kind)[0]))) > after]
        found |= {one.key: one for one in _changed(rows, kind)}
        # Past the end an old list begins anew (source facts §3.1).
        if len(rows) < MOST_PAGES * PAGE or not ids or answer.totals.get(_page(kind, 0), 0) <= MOST_PAGES * PAGE:
            return list(found.values())
        after = max(ids)


def _page(kind: _List, number: int) -> str:
    return f"{kind}_{number}"


def _of_today(since: datetime, after: int, start: int) -> tuple[str, Params]:
    condition = {">=updatedTime": since.isoformat("T", "seconds"), ">id": after}
    return list_command(INVOICE, condition, _NEW_FIELDS, {"id": "ASC"}, start)


def _old(since: datetime, after: int, start: int, moment: str = "DATE_UPDATE") -> tuple[str, Params]:
    return "crm.invoice.list", {
        "select": list(_OLD_FIELDS),
        "filter": {f">={moment}": since.isoformat("T", "seconds"), ">ID": after},
        "order": {"ID": "ASC"},
        "start": start,
    }


_LISTS: Mapping[_List, Callable[[datetime, int, int], tuple[str, Params]]] = {
    "smart": _of_today, "legacy": _old, "legacy_status": partial(_old, moment="DATE_STATUS"),
}  # fmt: skip


def _fields(name: _List) -> tuple[str, ...]:
    return _NEW_FIELDS if name == "smart" else _OLD_FIELDS


def _rows(answer: Batch, kind: _List, number: int) -> list[dict[str, Any]]:
    if kind == "smart":
        return answer.rows(_page(kind, number), "items")
    listed = answer.result(_page(kind, number))
    if not isinstance(listed, list):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return [row for row in listed if isinstance(row, dict)]


def _changed(rows: Iterable[Mapping[str, Any]], name: _List) -> list[Changed]:
    kind: Kind = "smart" if name == "smart" else "legacy"
    read = [[row.get(field) for field in _fields(name)] for row in rows]
    found = [(id, stage, template, list(filter(None, map(parse.moment, (changed, *more))))) for
             id, stage, changed, template, *more in read]  # fmt: skip
    return [
        Changed(key_of(kind, parse.number(id)), str(stage), max(moments))
        for id, stage, template, moments in found
        if parse.number(id) > 0 and moments and not is_yes(template)
    ]
