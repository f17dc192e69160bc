"""How items of the CRM are asked for by the page, and how all that fit are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from b24xero.bitrix24 import parse
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.session import Session

INVOICE, COMPANY, CONTACT, REQUISITE = 31, 4, 3, 8
Owner = tuple[int, int]  # COMPANY or CONTACT, and whose id
PAGE = 50
UNCOUNTED = -1  # the first page, without how many there are (facts §3.1)
# Pages that the portal counts and sorts: so many in a batch stay well under the 60 seconds that it allows (facts §7.5).
MOST_PAGES = 25


def list_command(
    entity: int, condition: Params, fields: Iterable[str], order: Params | None = None, start: int = 0
) -> tuple[str, Params]:
    return "crm.item.list", {
        "entityTypeId": entity,
        "select": list(fields),
        "filter": condition,
        "order": order or {"id": "ASC"},
        "start": start,
    }


def every(session: Session, entity: int, condition: Params, fields: Iterable[str]) -> list[dict[str, Any]]:
    """All items that fit, by their ids: one call for every 1,250."""
    found: list[dict[str, Any]] = []
    while True:
        after = {**condition, ">id": parse.number(found[-1]["id"]) if found else 0}
        pages = {f"page_{n}": list_command(entity, after, fields, start=n * PAGE) for n in range(MOST_PAGES)}
        answer = session.batch(pages)
        items = [item for name in pages for item in answer.rows(name, "items") if parse.number(item.get("id"))]
        found += items
        if len(items) < MOST_PAGES * PAGE:
            return found


def rows_of(answer: Any) -> list[Params]:
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []


def named_rows(answer: Any) -> list[Params]:
    """Of a list that may have been refused."""
    return rows_of(answer.get("items")) if isinstance(answer, Mapping) else []
