"""How a page of invoices is asked for: two calls, whatever is searched, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from b24xero.bitrix24 import id_filters, invoice_count, invoice_numbers, invoice_search, parse, templates
from b24xero.bitrix24.batch import Batch, Params, rows_in
from b24xero.bitrix24.customer_names import MOST_COMMANDS, CustomerNames, owner_of_row
from b24xero.bitrix24.invoice_numbers import Commands, Groups
from b24xero.bitrix24.invoice_search import Named
from b24xero.bitrix24.item_list import COMPANY as COMPANY
from b24xero.bitrix24.item_list import CONTACT as CONTACT
from b24xero.bitrix24.item_list import INVOICE as INVOICE
from b24xero.bitrix24.item_list import PAGE as PAGE
from b24xero.bitrix24.item_list import Owner, list_command, named_rows
from b24xero.bitrix24.item_list import rows_of as rows_of
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.templates import Templates
from b24xero.domain import invoice_order
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.queries import Counted, Group, InvoicePage, InvoiceQuery

# A page is asked for again so often at most when templates are met on it that were not known.
MOST_LOOKS = 3
# Rows of a search that are looked at before it is known which customers it means, for the names that they will need.
MOST_FORESEEN = 200
_FORESEEN = "foreseen_"
# Rows beside a page that may be on it after all, where the portal sorts a little otherwise.
A_FEW = 10
_NOTHING = Batch({}, {}, {}, {})
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
    names, and how many there are of each of the ``groups`` where not all were counted). With a search or a choice the
    first call is what they begin with, and the names travel with the list as far as it is known whose they are: a third
    is for a customer who comes as a surprise. A page beyond the end gives the last one.

    Recurring templates are no invoices. One that was never met before costs a call more, once for everybody; the total
    has those that nobody has met yet."""
    names = CustomerNames()
    searched, beside = _before(session, categories, query, met, choose, names)
    if choose and beside and (chosen := choose(beside)) is not None:
        query = replace(query, only_ids=tuple(chosen))
        names.expect(likely_owners(beside.rows, query))
    for _ in range(MOST_LOOKS):
        known = len(met.known())
        page = _page(session, categories, query, searched, met, beside, groups, names)
        beside = beside or page.beside
        if len(met.known()) == known:
            break
    return replace(page, beside=beside)


def _before(
    session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates, choose: Choose | None,
    names: CustomerNames,
) -> tuple[Params, Counted | None]:  # fmt: skip
    """What must be known before the list is asked for, in one call: whom a search means, what is counted."""
    counted = bool(choose) or (query.counted and bool(query.search))
    beside = {**invoice_count.commands(query, met), **stage_commands(categories)} if counted else {}
    searched: Params = {}
    answer: Batch | None = None
    if query.search:
        found = invoice_search.named(session, query.search, {**beside, **otherwise_found(query, met)})
        searched, answer = invoice_search.condition(session, query.search, found), found.answer
        expect_found(names, found)
    elif counted:
        answer = session.batch(beside)
    if not (counted and answer):
        return searched, None
    return searched, invoice_count.read(answer, met, parse.stages(statuses(answer)))


def otherwise_found(query: InvoiceQuery, met: Templates) -> Commands:
    """The first page of what a search finds whoever the customer is: whose they are is likely to be shown."""
    ways = {"0": invoice_search.ways(query.search, {})}
    condition = condition_of(without(replace(query, only_ids=None), met), {}) | ways
    if has_many_ids(condition):
        return {}
    starts = range(0, min(query.page * query.rows, MOST_FORESEEN), PAGE)
    order = ORDERS[query.sort]
    return {
        f"{_FORESEEN}{start}": list_command(INVOICE, condition, invoice_count.FIELDS, order, start) for start in starts
    }


def expect_found(names: CustomerNames, found: Named) -> None:
    """What the first call of a search tells of the customers that will be shown."""
    names.tell(found.names)
    answer = found.answer or Batch({}, {}, {}, {})
    pages = (answer.get(name) for name in answer.results if name.startswith(_FORESEEN))
    rows = [parse.invoice_row(item) for page in pages for item in named_rows(page) if parse.number(item.get("id"))]
    names.expect((*map(owner_of_row, rows), *found.employers))


def likely_owners(rows: Iterable[InvoiceRow], query: InvoiceQuery) -> list[Owner]:
    """Of those that were chosen from these rows."""
    wanted = set(query.only_ids or ())
    chosen = (row for row in rows if row.id in wanted and (not query.stages or row.stage in query.stages))
    in_order = invoice_order.ordered(chosen, query.sort)
    first = 0 if query.search else max((query.page - 1) * query.rows - A_FEW, 0)
    return [owner_of_row(row) for row in in_order[first : first + query.rows + 2 * A_FEW]]


def without(query: InvoiceQuery, met: Templates) -> InvoiceQuery:
    return replace(query, without_ids=tuple(dict.fromkeys((*query.without_ids, *met.known()))))


def _page(
    session: Session, categories: Sequence[int], query: InvoiceQuery, searched: Params, met: Templates,
    counted: Counted | None, groups: Groups | None, names: CustomerNames,
) -> InvoicePage:  # fmt: skip
    query = without(query, met)
    condition = condition_of(query, searched)
    first = (query.page - 1) * query.rows
    counting = query.counted and not counted
    numbers = _Numbers(query, groups, met)
    likely = names.likely()
    room = MOST_COMMANDS - len(likely) - len(categories) - -(-query.rows // PAGE) - 1
    beside = {**likely, **(invoice_count.commands(query, met) if counting else numbers.commands(counted, room))}
    answer = _list(session, categories, query, condition, first, beside)
    total, items = _found(answer, first, query.rows)
    if not items and total and first:
        first = (total - 1) // query.rows * query.rows
        last = _list(session, categories, query, condition, first)
        total, items = _found(last, first, query.rows)
    rows = [parse.invoice_row(item) for item in templates.without(items, met)]
    together = answer["batch"] or _NOTHING
    names.take(together)
    if counting:
        counted = invoice_count.read(together, met, parse.stages(answer.get("stages", ())))
    more = _rest(session, {**names.missing(rows), **numbers.commands(counted),
                           **({} if "stages" in answer else stage_commands(categories))})  # fmt: skip
    names.take(more)
    stages = parse.stages(answer.get("stages") or statuses(more))
    counted = replace(counted, stages=stages) if counted and counting else counted
    told = numbers.read(together.and_more(more))
    return InvoicePage(names.named(rows), total, first + 1 if rows else 0, stages, counted, numbers=told)


class _Numbers:
    """How many there are of each group, asked for as soon as it is known which are wanted, once."""

    def __init__(self, query: InvoiceQuery, groups: Groups | None, met: Templates) -> None:
        self._query, self._groups, self._met = query, groups, met
        self._wanted: Mapping[str, Group] = {}
        self._asked: Commands = {}

    def commands(self, counted: Counted | None, room: int = invoice_numbers.MOST_COMMANDS) -> Commands:
        """Where all of them find room."""
        if self._asked or not self._groups or not counted or counted.whole:
            return {}
        wanted = self._groups(counted)
        asked = invoice_numbers.commands(self._query, wanted, self._met)
        if len(asked) > room:
            return {}
        self._wanted, self._asked = wanted, asked
        return asked

    def read(self, answer: Batch) -> dict[str, int]:
        return invoice_numbers.read(answer, self._wanted, self._asked)


def _rest(session: Session, commands: Commands) -> Batch:
    return session.batch(commands) if commands else _NOTHING


def matching_ids(session: Session, query: InvoiceQuery, most: int, met: Templates) -> tuple[int, ...]:
    """Ids of everything that a page's filters match, in its order, at most ``most``: one call, with a search two."""
    condition = condition_of(without(query, met), condition_of_search(session, query.search))
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


def condition_of_search(session: Session, words: str) -> Params:
    return invoice_search.condition(session, words, invoice_search.named(session, words)) if words else {}


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


def whole(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row without an id is nobody's."""
    return [item for item in items if parse.number(item.get("id"))]


def _total(envelope: Params) -> int:
    total = envelope.get("total")
    return total if type(total) is int else 0


def statuses(answer: Batch) -> list[Params]:
    found = (status for name in answer.results if name.startswith("stages_") for status in rows_of(answer.get(name)))
    return [status for status in found if parse.text(status.get("STATUS_ID"))]
