"""How all invoices that a person sees are read: in the order of their ids, up to 1,250 a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from b24xero.bitrix24 import parse, templates
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.customer_names import MOST_COMMANDS, names_of, owner_of_row
from b24xero.bitrix24.item_list import INVOICE, MOST_PAGES, PAGE, UNCOUNTED
from b24xero.bitrix24.session import Commands, Session
from b24xero.bitrix24.templates import Templates
from b24xero.domain.invoice import InvoiceRow
from b24xero.errors import RetryLater, problem

MOST_ROWS = MOST_PAGES * PAGE

_ROW_FIELDS = (
    "id", "title", "accountNumber", "begindate", "closedate", "createdTime", "stageId", "opportunity", "currencyId",
    "companyId", "contactId", "contactIds", "isRecurring",
)  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """Invoices that follow one another by their ids. ``last``: the id up to which all were read, 0 when there was none;
    ``left``: how many come after it, as the portal counts."""

    rows: tuple[InvoiceRow, ...]
    left: int
    last: int = 0


def dated(since: date, until: date) -> Params:
    """The condition for a period, first and last day included. The days go as bare dates, which every portal reads as
    such. Source: facts §3.1."""
    return {">=begindate": since.isoformat(), "<=begindate": until.isoformat()}


def stretch(session: Session, after: int, expected: int, met: Templates, condition: Params | None = None) -> Stretch:
    """The invoices whose ids follow ``after``, each with its customer's name and without its stage's: one call for the
    rows, one for every 2,500 customers.

    The pages of one call begin at the same id, so what is made or removed between two calls never shifts them; ids only
    grow. Recurring templates are left out. Source: facts §3.1 (rows that one may not read are left out, not counted).

    Args:
        expected: how many there may be; as many pages of 50 are asked for, 25 at most.
        condition: what else they have to fulfil.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    count = -(-min(max(expected, PAGE), MOST_ROWS) // PAGE)
    answer = session.batch({f"page_{n}": _page(after, n * PAGE, condition or {}) for n in range(count)})
    items = [item for n in range(count) for item in _items(answer.result(f"page_{n}"))]
    rows = _rows(session, items, met)
    if not items:
        return Stretch(rows, 0)
    return Stretch(rows, max(answer.totals.get("page_0", 0) - len(items), 0), parse.number(items[-1]["id"]))


def by_ids(session: Session, ids: Iterable[int], met: Templates) -> tuple[InvoiceRow, ...]:
    """Those of these invoices that this person sees, as ``stretch`` gives them: one call for every 2,500."""
    wanted = sorted(set(ids))
    commands = {f"some_{n}": _listed(INVOICE, _ROW_FIELDS, wanted[n : n + PAGE]) for n in range(0, len(wanted), PAGE)}
    items: list[Params] = []
    for chunk in _chunks(commands):
        answer = session.batch(chunk)
        items += [item for name in chunk for item in _items(answer.result(name))]
    # A filter that a portal does not know brings all (facts §10.4).
    return tuple(row for row in _rows(session, items, met) if row.id in set(wanted))


def _rows(session: Session, items: Sequence[Params], met: Templates) -> tuple[InvoiceRow, ...]:
    listed = [parse.invoice_row(item) for item in templates.without(items, met) if parse.number(item.get("id"))]
    names = names_of(session, set(map(owner_of_row, listed)))
    return tuple(replace(row, customer_name=names.get(owner_of_row(row), "")) for row in listed)


def _page(after: int, start: int, condition: Params) -> tuple[str, Params]:
    return "crm.item.list", {
        "entityTypeId": INVOICE,
        "select": list(_ROW_FIELDS),
        "filter": {**condition, ">id": after},
        "order": {"id": "ASC"},
        "start": start,
    }


def _items(answer: Any) -> list[Params]:
    items = answer.get("items") if isinstance(answer, Mapping) else None
    if not isinstance(items, list):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return [item for item in items if isinstance(item, Mapping)]


def _listed(entity: int, fields: Sequence[str], ids: Sequence[int]) -> tuple[str, Params]:
    """One page, uncounted (facts §3.1)."""
    return "crm.item.list", {
        "entityTypeId": entity,
        "select": list(fields),
        "filter": {"@id": list(ids)},
        "start": UNCOUNTED,
    }


def _chunks(commands: Commands) -> list[Commands]:
    listed = list(commands.items())
    return [dict(listed[first : first + MOST_COMMANDS]) for first in range(0, len(listed), MOST_COMMANDS)]
