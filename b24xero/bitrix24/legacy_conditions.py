"""What is asked of the list of old invoices, and which of the rows that come are what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from b24xero.bitrix24 import legacy_parse, parse
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.invoice_list import MANY_IDS
from b24xero.bitrix24.item_list import rows_of
from b24xero.domain import invoice_order
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.queries import InvoiceQuery
from b24xero.errors import RetryLater, problem

ORDERS: Mapping[str, Mapping[str, str]] = {
    "newest": {"DATE_BILL": "DESC", "ID": "DESC"},
    "oldest": {"DATE_BILL": "ASC", "ID": "ASC"},
    "number": {"ACCOUNT_NUMBER": "ASC", "ID": "ASC"},
    "largest": {"PRICE": "DESC", "ID": "DESC"},
}
NO_TEMPLATES = {"!IS_RECURRING": "Y"}


def list_command(condition: Params, order: Params, start: int = 0) -> tuple[str, Params]:
    """Source: source facts §3.2."""
    return "crm.invoice.list", {
        "select": list(legacy_parse.ROW_FIELDS), "filter": condition, "order": order, "start": start,
    }  # fmt: skip


def condition(query: InvoiceQuery) -> dict[str, Any]:
    found: dict[str, Any] = {**NO_TEMPLATES, **days(query)}
    if query.stages:
        found["@STATUS_ID"] = list(query.stages)
    if query.only_ids is not None:
        found["@ID"] = list(query.only_ids) or [0]
    if query.without_ids:
        found["!@ID"] = list(query.without_ids)
    return found


def days(query: InvoiceQuery) -> dict[str, str]:
    first = {">=DATE_BILL": query.since.isoformat()} if query.since else {}
    return first | ({"<=DATE_BILL": query.until.isoformat()} if query.until else {})


def probe(query: InvoiceQuery) -> tuple[str, Params] | None:
    """What "not among these" is to find nothing with: a shop that was never converted does not know it."""
    if not query.without_ids:
        return None
    id = query.without_ids[0]
    return "crm.invoice.list", {"select": ["ID"], "filter": {"@ID": [id], "!@ID": [id]}}


def has_many_ids(condition: Params) -> bool:
    """Too many to travel in a batch (``invoice_list.MANY_IDS``)."""
    return sum(len(value) for value in condition.values() if isinstance(value, list)) > MANY_IDS


def holds(row: Params, query: InvoiceQuery) -> bool:
    """Whether a row is what was asked for: what the portal does not know of a filter it leaves out without a word."""
    id = parse.number(row["ID"])
    return (
        not legacy_parse.is_template(row)
        and (not query.stages or parse.text(row.get("STATUS_ID")) in query.stages)
        and is_of_days(row, query)
        and (query.only_ids is None or id in query.only_ids)
        and id not in query.without_ids
    )


def is_of_days(row: Params, query: InvoiceQuery) -> bool:
    day = legacy_parse.invoice_day(row)
    return (query.since is None or day >= query.since) and (query.until is None or day <= query.until)


def chosen(rows: Iterable[Params], query: InvoiceQuery) -> tuple[InvoiceRow, ...]:
    """Of whatever was read those that were asked for, in their order."""
    return invoice_order.ordered((legacy_parse.invoice_row(row) for row in rows if holds(row, query)), query.sort)


def rows(answer: Any) -> list[Params]:
    if not isinstance(answer, list):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return [row for row in rows_of(answer) if parse.number(row.get("ID"))]
