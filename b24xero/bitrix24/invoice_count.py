"""How the invoices of a period are read to be counted: their rows without names, beside whatever else a call asks."""

from __future__ import annotations

from typing import Any

from b24xero.bitrix24 import parse, templates
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.item_list import INVOICE, PAGE, list_command
from b24xero.bitrix24.templates import Templates
from b24xero.domain.invoice import Stage
from b24xero.domain.queries import Counted, InvoiceQuery

# The newest of them, in pages of 50: with a page of the list and the stages they stay within a batch, and well under
# the 60 seconds that the portal allows (facts §7.5).
MOST = 1000

FIELDS = (
    "id", "title", "accountNumber", "begindate", "closedate", "createdTime", "stageId", "opportunity", "currencyId",
    "companyId", "contactId", "contactIds", "isRecurring",
)  # fmt: skip


def days(query: InvoiceQuery) -> dict[str, str]:
    """The period as a condition. A day goes as a bare date, which every portal reads as one. Source: facts §3.1."""
    first = {">=begindate": query.since.isoformat()} if query.since else {}
    return first | ({"<=begindate": query.until.isoformat()} if query.until else {})


def commands(query: InvoiceQuery, met: Templates) -> dict[str, tuple[str, Params]]:
    condition: dict[str, Any] = dict(days(query))
    if known := list(met.known()):
        condition["!@id"] = known
    order = {"begindate": "DESC", "id": "DESC"}
    return {f"count_{start}": list_command(INVOICE, condition, FIELDS, order, start) for start in range(0, MOST, PAGE)}


def read(answer: Batch, met: Templates, stages: tuple[Stage, ...]) -> Counted:
    names = [f"count_{start}" for start in range(0, MOST, PAGE)]
    items = [item for name in names for item in answer.rows(name, "items") if parse.number(item.get("id"))]
    kept = templates.without(items, met)
    total = answer.totals.get(names[0], len(items)) - (len(items) - len(kept))
    rows = {row.id: row for row in map(parse.invoice_row, kept)}
    return Counted(tuple(rows.values()), total, stages)
