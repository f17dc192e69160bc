"""How a page of invoices is asked for: two calls, whatever is searched, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from b24xero.bitrix24 import (
    id_filters,
    invoice_count,
    invoice_numbers,
    invoice_search,
    parse,
    parse_customer,
    templates,
)  # fmt: skip
from b24xero.bitrix24.batch import Batch, Params, rows_in
from b24xero.bitrix24.invoice_numbers import Commands, Groups
from b24xero.bitrix24.item_list import COMPANY as COMPANY
from b24xero.bitrix24.item_list import CONTACT as CONTACT
from b24xero.bitrix24.item_list import INVOICE as INVOICE
from b24xero.bitrix24.item_list import PAGE as PAGE
from b24xero.bitrix24.item_list import list_command, named_rows
from b24xero.bitrix24.item_list import rows_of as rows_of
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.templates import Templates
from b24xero.domain.queries import Counted, InvoicePage, InvoiceQuery

# A page is asked for again so often at most when templates are met on it that were not known.
MOST_LOOKS = 3
ORDERS: Mapping[str, Mapping[str, str]] = {
    "newest": {"begindate": "DESC", "id": "DESC"},
    "oldest": {"begindate": "ASC", "id": "ASC"},
    "number": {"accountNumber": "ASC", "id": "ASC"},
    "largest": {"opportunity": "DESC", "id": "DESC"},
}


# Of what was counted: the ids that are wanted; None: what the query says by itself is.
Choose = Callable[[Counted], Sequence[int] | None]


def invoice_page(
    session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates, choose: Choose | None = None,
    groups: Groups | None = None,
) -> InvoicePage:  # fmt: skip
    """One page of what this person may see: two calls (the list with the stages, and what is counted; the customers'
    names, and how many there are of each of the ``groups`` where not all were counted), with a search or a choice one
    more before them. A page beyond the end gives the last one.

    Recurring templates are no invoices. One that was never met before costs a call more, once for everybody; the total
    has those that nobody has met yet."""
    searched, beside = _before(session, categories, query, met, choose)
    if choose and beside and (chosen := choose(beside)) is not None:
        query = replace(query, only_ids=tuple(chosen))
    for _ in range(MOST_LOOKS):
        known = len(met.known())
        page = _page(session, categories, query, searched, met, beside, groups)
        beside = beside or page.beside
        if len(met.known()) == known:
            break
    return replace(page, beside=beside)


def _before(
    session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates, choose: Choose | None
) -> tuple[Params, Counted | None]:
    """What must be known before the list is asked for, in one call: whom a search means, what is counted."""
    counted = bool(choose) or (query.counted and bool(query.search))
    if not (query.search or counted):
        return {}, None
    beside = {**invoice_count.commands(query, met), **stage_commands(categories)} if counted else {}
    found = invoice_search.searched(session, query.search, beside)
    if not (counted and found.answer):
        return found.condition, None
    return found.condition, invoice_count.read(found.answer, met, parse.stages(statuses(found.answer)))


def without(query: InvoiceQuery, met: Templates) -> InvoiceQuery:
    return replace(query, without_ids=tuple(dict.fromkeys((*query.without_ids, *met.known()))))


def _page(
    session: Session, categories: Sequence[int], query: InvoiceQuery, searched: Params, met: Templates,
    counted: Counted | None, groups: Groups | None,
) -> InvoicePage:  # fmt: skip
    query = without(query, met)
    condition = condition_of(query, searched)
    first = (query.page - 1) * query.rows
    beside = invoice_count.commands(query, met) if query.counted and not counted else {}
    answer = _list(session, categories, query, condition, first, beside)
    total, items = _found(answer, first, query.rows)
    if not items and total and first:
        first = (total - 1) // query.rows * query.rows
        last = _list(session, categories, query, condition, first)
        total, items = _found(last, first, query.rows)
    items = templates.without(items, met)
    if beside:
        counted = invoice_count.read(answer["batch"], met, parse.stages(answer.get("stages", ())))
    wanted = groups(counted) if groups and counted and not counted.whole else {}
    asked = invoice_numbers.commands(query, wanted, met)
    names, more = _names(session, items, {**asked, **({} if "stages" in answer else stage_commands(categories))})
    stages = parse.stages(answer.get("stages") or statuses(more))
    rows = tuple(parse.invoice_row(item, _name(item, names)) for item in items)
    counted = replace(counted, stages=stages) if counted and beside else counted
    numbers = invoice_numbers.read(more, wanted, asked)
    return InvoicePage(rows, total, first + 1 if rows else 0, stages, counted, numbers=numbers)


def matching_ids(session: Session, query: InvoiceQuery, most: int, met: Templates) -> tuple[int, ...]:
    """Ids of everything that a page's filters match, in its order, at most ``most``: one call, with a search two."""
    searched = invoice_search.searched(session, query.search).condition if query.search else {}
    condition = condition_of(without(query, met), searched)
    order = ORDERS[query.sort]
    fields = ("id", "isRecurring")
    lists = {start: list_command(INVOICE, condition, fields, order, start) for start in range(0, most, PAGE)}
    found: list[Params] = []
    if has_many_ids(condition):
        for command in lists.values():
            items = rows_in(session.call(*command)["result"], "items")
            found += items
            if len(items) < PAGE:
                break
    else:
        answer = session.batch({f"page_{start}": command for start, command in lists.items()})
        found = [item for start in lists for item in answer.rows(f"page_{start}", "items")]
    ids = (parse.number(item.get("id")) for item in templates.without(found, met))
    return tuple(dict.fromkeys(id for id in ids if id))[:most]


def has_many_ids(condition: Params) -> bool:
    """Looked for wherever they stand in it."""
    return id_filters.leaves(condition) > id_filters.MANY_VALUES


def condition_of(query: InvoiceQuery, searched: Params) -> dict[str, Any]:
    condition: dict[str, Any] = dict(invoice_count.days(query.from_day(query.dated_from)))
    if query.stages:
        condition["@stageId"] = list(query.stages)
    if query.only_ids is not None:
        condition |= id_filters.among(set(query.only_ids) - set(query.without_ids))
    else:
        condition |= id_filters.not_among(query.without_ids)
    if searched:
        condition["0"] = searched
    return condition


def _list(
    session: Session, categories: Sequence[int], query: InvoiceQuery, condition: Params, first: int,
    beside: Mapping[str, tuple[str, Params]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The pages of 50 that hold the wanted rows: ``start`` is floored to them by the portal (facts §3.1)."""
    beside = beside or {}
    starts = range(first // PAGE * PAGE, first + query.rows, PAGE)
    order = ORDERS[query.sort]
    lists = {start: list_command(INVOICE, condition, invoice_count.FIELDS, order, start) for start in starts}
    if has_many_ids(condition):
        alone = {start: session.call(*lists[start]) for start in starts}
        pages_alone = {start: (whole(rows_in(e["result"], "items")), _total(e)) for start, e in alone.items()}
        return {"pages": pages_alone, "batch": session.batch(beside) if beside else None}
    commands = {f"page_{start}": lists[start] for start in starts}
    answer = session.batch({**commands, **beside, **stage_commands(categories)})
    pages = {start: whole(answer.rows(f"page_{start}", "items")) for start in starts}
    totals = {start: answer.totals.get(f"page_{start}", 0) for start in starts}
    return {
        "batch": answer,
        "pages": {start: (pages[start], totals[start]) for start in starts},
        "stages": statuses(answer),
    }


def _names(session: Session, items: Sequence[Params], beside: Commands) -> tuple[dict[tuple[int, int], str], Batch]:
    """The customers' names, and what is asked beside them; no call where nothing is asked."""
    companies = sorted({parse.number(i.get("companyId")) for i in items} - {0})
    contacts = sorted({parse.contact_id(i) for i in items if not parse.number(i.get("companyId"))} - {0})
    commands: dict[str, tuple[str, Params]] = {}
    for entity, ids, fields in (
        (COMPANY, companies, ("id", "title")),
        (CONTACT, contacts, ("id", *parse_customer.CONTACT_NAMES)),
    ):
        for n in range(0, len(ids), PAGE):
            commands[f"{entity}_{n}"] = list_command(entity, {"@id": ids[n : n + PAGE]}, fields)
    if not commands and not beside:
        return {}, Batch({}, {}, {}, {})
    answer = session.batch({**commands, **beside})
    names = {}
    for key in commands:
        entity = int(key.split("_")[0])
        for item in named_rows(answer.get(key)):
            spelt = parse_customer.company_name(item) if entity == COMPANY else parse_customer.contact_name(item)
            names[entity, parse.number(item.get("id"))] = spelt
    return names, answer


def stage_commands(categories: Sequence[int]) -> dict[str, tuple[str, Params]]:
    """Stages hang on a pipeline whose id is the portal's own; ``SMART_INVOICE_STAGE_<id>``, facts §3.3."""
    return {
        f"stages_{category}": (
            "crm.status.list",
            {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": f"SMART_INVOICE_STAGE_{category}"}},
        )
        for category in categories
    }


def _found(answer: Params, first: int, count: int) -> tuple[int, list[Params]]:
    pages: Mapping[int, tuple[list[Params], int]] = answer["pages"]
    items = [item for start in sorted(pages) for item in pages[start][0]]
    skip = first - min(pages)
    return max(total for _, total in pages.values()), items[skip : skip + count]


def _name(item: Params, names: Mapping[tuple[int, int], str]) -> str:
    company = parse.number(item.get("companyId"))
    return names.get((COMPANY, company) if company else (CONTACT, parse.contact_id(item)), "")


def whole(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row without an id is nobody's."""
    return [item for item in items if parse.number(item.get("id"))]


def _total(envelope: Params) -> int:
    total = envelope.get("total")
    return total if type(total) is int else 0


def statuses(answer: Batch) -> list[Params]:
    found = (status for name in answer.results if name.startswith("stages_") for status in rows_of(answer.get(name)))
    return [status for status in found if parse.text(status.get("STATUS_ID"))]
