"""How a page of invoices is asked for: two calls, whatever is searched, filtered and sorted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from b24xero.bitrix24 import parse
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.wire import Batch, Params, rows_in
from b24xero.domain.queries import InvoicePage, InvoiceQuery

INVOICE, COMPANY, CONTACT, REQUISITE = 31, 4, 3, 8
PAGE = 50
# Above so many ids a filter leaves the batch for a call of its own: a batch is a PHP query string, and PHP drops what
# exceeds max_input_vars (1,000 by default) without a word.
MANY_IDS = 200

_ROW_FIELDS = (
    "id", "title", "accountNumber", "begindate", "closedate", "createdTime", "stageId", "opportunity", "currencyId",
    "companyId", "contactId", "contactIds",
)  # fmt: skip
_ORDERS: Mapping[str, Mapping[str, str]] = {
    "newest": {"begindate": "DESC", "id": "DESC"},
    "oldest": {"begindate": "ASC", "id": "ASC"},
    "number": {"accountNumber": "ASC", "id": "ASC"},
    "largest": {"opportunity": "DESC", "id": "DESC"},
}


def invoice_page(session: Session, categories: Sequence[int], query: InvoiceQuery) -> InvoicePage:
    """One page of what this person may see: two calls (the list with the stages; the customers' names), with a
    search one more before them. A page beyond the end gives the last one."""
    condition = _condition(session, query)
    first = (query.page - 1) * query.rows
    answer = _list(session, categories, query, condition, first)
    total, items = _found(answer, first, query.rows)
    if not items and total and first:
        first = (total - 1) // query.rows * query.rows
        answer = _list(session, categories, query, condition, first)
        total, items = _found(answer, first, query.rows)
    names, listed = _names(session, items, () if "stages" in answer else categories)
    stages = parse.stages(answer.get("stages", listed))
    rows = tuple(parse.invoice_row(item, _name(item, names)) for item in items)
    return InvoicePage(rows, total, first + 1 if rows else 0, stages)


def matching_ids(session: Session, query: InvoiceQuery, most: int) -> tuple[int, ...]:
    """Ids of everything that a page's filters match, in its order, at most ``most``: one call, with a search two."""
    condition = _condition(session, query)
    order = _ORDERS[query.sort]
    lists = {start: _list_command(INVOICE, condition, ("id",), order, start) for start in range(0, most, PAGE)}
    found: list[int] = []
    if max(len(query.only_ids or ()), len(query.without_ids)) > MANY_IDS:
        for command in lists.values():
            items = rows_in(session.call(*command)["result"], "items")
            found += [parse.number(item.get("id")) for item in items]
            if len(items) < PAGE:
                break
    else:
        answer = session.batch({f"page_{start}": command for start, command in lists.items()})
        for start in lists:
            found += [parse.number(item.get("id")) for item in answer.rows(f"page_{start}", "items")]
    return tuple(dict.fromkeys(id for id in found if id))[:most]


def _condition(session: Session, query: InvoiceQuery) -> dict[str, Any]:
    condition: dict[str, Any] = {}
    if query.stage:
        condition["=stageId"] = query.stage
    if query.only_ids is not None:
        condition["@id"] = list(query.only_ids) or [0]
    if query.without_ids:
        condition["!@id"] = list(query.without_ids)
    if query.search:
        condition["0"] = _search(session, query.search)
    return condition


def _search(session: Session, words: str) -> dict[str, Any]:
    """Number, title or customer. Customers are looked up first: an invoice holds only their ids."""
    each_word = {
        str(n): {"logic": "OR", "0": {"%name": word}, "1": {"%lastName": word}} for n, word in enumerate(words.split())
    }
    found = session.batch(
        {
            "companies": _list_command(COMPANY, {"%title": words}, ("id",)),
            "contacts": _list_command(CONTACT, each_word, ("id",)),
        }
    )
    ways: list[dict[str, Any]] = [{"%title": words}, {"%accountNumber": words}]
    for field, name in (("companyId", "companies"), ("contactId", "contacts")):
        if ids := [id for item in _named_rows(found.get(name)) if (id := parse.number(item.get("id")))]:
            ways.append({f"@{field}": ids})
    return {"logic": "OR", **{str(n): way for n, way in enumerate(ways)}}


def _list(
    session: Session, categories: Sequence[int], query: InvoiceQuery, condition: Params, first: int
) -> dict[str, Any]:
    """The pages of 50 that hold the wanted rows: ``start`` is floored to them by the portal (facts §3.1)."""
    starts = range(first // PAGE * PAGE, first + query.rows, PAGE)
    order = _ORDERS[query.sort]
    lists = {start: _list_command(INVOICE, condition, _ROW_FIELDS, order, start) for start in starts}
    if max(len(query.only_ids or ()), len(query.without_ids)) > MANY_IDS:
        alone = {start: session.call(*lists[start]) for start in starts}
        return {"pages": {start: (_whole(rows_in(e["result"], "items")), _total(e)) for start, e in alone.items()}}
    answer = session.batch({**{f"page_{start}": lists[start] for start in starts}, **stage_commands(categories)})
    pages = {start: _whole(answer.rows(f"page_{start}", "items")) for start in starts}
    totals = {start: answer.totals.get(f"page_{start}", 0) for start in starts}
    return {
        "pages": {start: (pages[start], totals[start]) for start in starts},
        "stages": statuses(answer),
    }


def _names(
    session: Session, items: Sequence[Params], categories: Sequence[int]
) -> tuple[dict[tuple[int, int], str], list[Params]]:
    companies = sorted({parse.number(i.get("companyId")) for i in items} - {0})
    contacts = sorted({parse.contact_id(i) for i in items if not parse.number(i.get("companyId"))} - {0})
    commands: dict[str, tuple[str, Params]] = {}
    for entity, ids, fields in (
        (COMPANY, companies, ("id", "title")),
        (CONTACT, contacts, ("id", "name", "lastName")),
    ):
        for n in range(0, len(ids), PAGE):
            commands[f"{entity}_{n}"] = _list_command(entity, {"@id": ids[n : n + PAGE]}, fields)
    commands |= stage_commands(categories)
    if not commands:
        return {}, []
    answer = session.batch(commands)
    names = {}
    for key in commands:
        entity = int(key.split("_")[0]) if key[0].isdigit() else 0
        for item in _named_rows(answer.get(key)) if entity else ():
            spelt = parse.company_name(item) if entity == COMPANY else parse.contact_name(item)
            names[entity, parse.number(item.get("id"))] = spelt
    return names, statuses(answer)


def stage_commands(categories: Sequence[int]) -> dict[str, tuple[str, Params]]:
    """Stages hang on a pipeline whose id is the portal's own; ``SMART_INVOICE_STAGE_<id>``, facts §3.3."""
    return {
        f"stages_{category}": (
            "crm.status.list",
            {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": f"SMART_INVOICE_STAGE_{category}"}},
        )
        for category in categories
    }


def _list_command(
    entity: int, condition: Params, fields: Iterable[str], order: Params | None = None, start: int = 0
) -> tuple[str, Params]:
    return "crm.item.list", {
        "entityTypeId": entity,
        "select": list(fields),
        "filter": condition,
        "order": order or {"id": "ASC"},
        "start": start,
    }


def _found(answer: Params, first: int, count: int) -> tuple[int, list[Params]]:
    pages: Mapping[int, tuple[list[Params], int]] = answer["pages"]
    items = [item for start in sorted(pages) for item in pages[start][0]]
    skip = first - min(pages)
    return max(total for _, total in pages.values()), items[skip : skip + count]


def _name(item: Params, names: Mapping[tuple[int, int], str]) -> str:
    company = parse.number(item.get("companyId"))
    return names.get((COMPANY, company) if company else (CONTACT, parse.contact_id(item)), "")


def _named_rows(answer: Any) -> list[Params]:
    """Of a list that may have been refused."""
    return rows_of(answer.get("items")) if isinstance(answer, Mapping) else []


def _whole(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row without an id is nobody's."""
    return [item for item in items if parse.number(item.get("id"))]


def _total(envelope: Params) -> int:
    total = envelope.get("total")
    return total if type(total) is int else 0


def statuses(answer: Batch) -> list[Params]:
    found = (status for name in answer.results if name.startswith("stages_") for status in rows_of(answer.get(name)))
    return [status for status in found if parse.text(status.get("STATUS_ID"))]


def rows_of(answer: Any) -> list[Params]:
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []
