"""How pages of old invoices are asked for, and what each row is held against.

The older list drops a condition that it does not know without a word, knows no OR, and answers page 1 again beyond its
end (source facts §3.2). So whether a condition held is looked at in the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24xero.bitrix24 import legacy_parse, parse
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.id_filters import FEW_IDS
from b24xero.bitrix24.item_list import rows_of
from b24xero.bitrix24.legacy_invoices import STATUSES
from b24xero.bitrix24.legacy_statuses import statuses
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain.invoice import Stage
from b24xero.domain.queries import InvoiceQuery, Sort
from b24xero.errors import RetryLater, problem

ORDERS: Mapping[Sort, Mapping[str, str]] = {
    "newest": {"DATE_BILL": "DESC", "ID": "DESC"},
    "oldest": {"DATE_BILL": "ASC", "ID": "ASC"},
    "number": {"ACCOUNT_NUMBER": "ASC", "ID": "ASC"},
    "largest": {"PRICE": "DESC", "ID": "DESC"},
}
NO_TEMPLATES = {"!IS_RECURRING": "Y"}
_NOTHING = Batch({}, {}, {}, {})


@dataclass(frozen=True)
class Pages:
    """Pages by their starts. ``honoured``: the portal knows the condition that was tried beside. ``count``: the first
    page of what is counted, where that was asked for. ``answer``: the whole, with whatever else was asked beside."""

    rows: dict[int, list[Params]]
    total: int
    stages: tuple[Stage, ...]
    honoured: bool
    count: Pages | None = None
    answer: Batch = _NOTHING


def ask_pages(
    session: Session, condition: Params, order: Params, starts: Sequence[int],
    probe: tuple[str, Params] | None = None, counting: InvoiceQuery | None = None, beside: Commands | None = None,
) -> Pages:  # fmt: skip
    lists = {f"page_{start}": list_command(condition, order, start) for start in starts}
    beside = {"statuses": STATUSES, **({"probe": probe} if probe else {}), **(beside or {})}
    if counting:
        beside["count"] = count_command(counting)
    if has_many_ids(condition):
        return _alone(session, lists, beside)
    answer = session.batch({**lists, **beside})
    rows = {start: rows_in(answer.result(f"page_{start}")) for start in starts}
    return Pages(rows, max((answer.totals.get(name, 0) for name in lists), default=0), *_beside(answer), answer)


def _alone(session: Session, lists: Commands, beside: Commands) -> Pages:
    """So many ids do not travel in a batch (``id_filters.FEW_IDS``)."""
    envelopes = {int(name.partition("_")[2]): session.call(*command) for name, command in lists.items()}
    total = max((parse.number(envelope.get("total")) for envelope in envelopes.values()), default=0)
    rows = {start: rows_in(envelope["result"]) for start, envelope in envelopes.items()}
    answer = session.batch(beside)
    return Pages(rows, total, *_beside(answer), answer)


def _beside(answer: Batch) -> tuple[tuple[Stage, ...], bool, Pages | None]:
    listed = statuses(rows_of(answer.get("statuses"))).stages
    count = None
    if "count" in answer.results:
        count = Pages({0: rows_in(answer.result("count"))}, answer.totals.get("count", 0), listed, True)
    return listed, "probe" not in answer.results or not answer.totals.get("probe", 0), count


def list_command(condition: Params, order: Params, start: int = 0) -> tuple[str, Params]:
    """Source: source facts §3.2."""
    return "crm.invoice.list", {
        "select": list(legacy_parse.ROW_FIELDS), "filter": condition, "order": order, "start": start,
    }  # fmt: skip


def condition_of(query: InvoiceQuery) -> dict[str, Any]:
    condition: dict[str, Any] = {**NO_TEMPLATES, **days_of(query)}
    if query.stages:
        condition["@STATUS_ID"] = list(query.stages)
    if query.only_ids is not None:
        condition["@ID"] = list(query.only_ids) or [0]
    if query.without_ids:
        condition["!@ID"] = list(query.without_ids)
    return condition


def counting_of(query: InvoiceQuery) -> dict[str, Any]:
    return {**NO_TEMPLATES, **days_of(query)}


def count_command(query: InvoiceQuery, start: int = 0) -> tuple[str, Params]:
    return list_command(counting_of(query), ORDERS["newest"], start)


def days_of(query: InvoiceQuery) -> dict[str, str]:
    first = {">=DATE_BILL": query.since.isoformat()} if query.since else {}
    return first | ({"<=DATE_BILL": query.until.isoformat()} if query.until else {})


def is_of_days(row: Params, query: InvoiceQuery) -> bool:
    day = legacy_parse.invoice_day(row)
    return (query.since is None or day >= query.since) and (query.until is None or day <= query.until)


def probe_of(query: InvoiceQuery) -> tuple[str, Params] | None:
    """What "not among these" is to find nothing with: a shop that was never converted does not know it."""
    if not query.without_ids:
        return None
    id = query.without_ids[0]
    return "crm.invoice.list", {"select": ["ID"], "filter": {"@ID": [id], "!@ID": [id]}}


def has_many_ids(condition: Params) -> bool:
    return sum(len(value) for value in condition.values() if isinstance(value, list)) > FEW_IDS


def holds(row: Params, query: InvoiceQuery) -> bool:
    id = parse.number(row["ID"])
    return (
        not legacy_parse.is_template(row)
        and (not query.stages or parse.text(row.get("STATUS_ID")) in query.stages)
        and is_of_days(row, query)
        and (query.only_ids is None or id in query.only_ids)
        and id not in query.without_ids
    )


def rows_in(answer: Any) -> list[Params]:
    if not isinstance(answer, list):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return [row for row in rows_of(answer) if parse.number(row.get("ID"))]


def all_rows(pages: Mapping[int, list[Params]]) -> list[Params]:
    return [row for start in sorted(pages) for row in pages[start]]
