"""How pages and lists of old invoices are asked for, and every row held against what was asked.

The older list drops a condition that it does not know without a word, knows no OR, and answers page 1 again beyond its
end (source facts §3.2). So a condition that did not hold is found in the rows; then everything is read and chosen
from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from b24xero.bitrix24 import invoice_search, legacy_parse, parse
from b24xero.bitrix24.all_invoices import Stretch, name_commands, names_of, owner_of_row, read_names
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.id_filters import FEW_IDS
from b24xero.bitrix24.invoice_count import MOST as MOST_COUNTED
from b24xero.bitrix24.invoice_list import Choose
from b24xero.bitrix24.invoices import chunks
from b24xero.bitrix24.item_list import COMPANY, CONTACT, MOST_PAGES, PAGE, rows_of
from b24xero.bitrix24.legacy_invoices import STATUSES
from b24xero.bitrix24.legacy_invoices import invoices as whole_invoices
from b24xero.bitrix24.legacy_statuses import statuses
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.recent_invoices import MOST, Recent
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain import search_words
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.queries import Counted, InvoicePage, InvoiceQuery
from b24xero.errors import RetryLater, problem

_ORDERS: Mapping[str, Mapping[str, str]] = {
    "newest": {"DATE_BILL": "DESC", "ID": "DESC"},
    "oldest": {"DATE_BILL": "ASC", "ID": "ASC"},
    "number": {"ACCOUNT_NUMBER": "ASC", "ID": "ASC"},
    "largest": {"PRICE": "DESC", "ID": "DESC"},
}
_NO_TEMPLATES = {"!IS_RECURRING": "Y"}
_NOTHING = Batch({}, {}, {}, {})


@dataclass(frozen=True)
class _Found:
    """Rows in their order, without customers' names; ``total``: how many there are in all; ``first``: how many come
    before these. ``count``: the first page of what is counted beside, where that came with them."""

    rows: tuple[InvoiceRow, ...]
    total: int
    first: int
    stages: tuple[Stage, ...]
    count: _Pages | None = None


def invoice_page(session: Session, query: InvoiceQuery, choose: Choose | None = None) -> InvoicePage:
    """One page of what this person may see: two calls (the list with the statuses; the customers' names, and what is
    counted), one more for more than 50 rows, with a search, and for more than 50 that it finds. A page beyond the end
    gives the last one.

    Where the portal leaves out a condition, all invoices are read, 1,250 a call, and chosen from here.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    beside = counted(session, query) if choose or (query.counted and query.search) else None
    if choose and beside:
        query = replace(query, only_ids=tuple(choose(beside)))
    query = replace(query, counted=query.counted and not beside)
    found = _searched(session, query) if query.search else _listed(session, query) or _looked_through(session, query)
    commands, rest = name_commands({owner_of_row(row) for row in found.rows}), _rest_commands(query, found.count)
    answer = session.batch({**commands, **rest}) if commands or rest else _NOTHING
    names = read_names(answer, commands)
    if found.count:
        beside = _counted(query, found.count, [row for name in rest for row in _rows(answer.result(name))])
    elif query.counted:
        beside = counted(session, query)
    rows = tuple(replace(row, customer_name=names.get(owner_of_row(row), "")) for row in found.rows)
    return InvoicePage(rows, found.total, found.first + 1 if rows else 0, found.stages, beside)


# -- what is counted --------------------------------------------------------------------------------------------------


def counted(session: Session, query: InvoiceQuery) -> Counted:
    """The newest invoices of a period: one call, and one more above 50."""
    first = _pages(session, _counting(query), _ORDERS["newest"], [0])
    rest = _rest_commands(query, first)
    answer = session.batch(rest) if rest else _NOTHING
    return _counted(query, first, [row for name in rest for row in _rows(answer.result(name))])


def _counting(query: InvoiceQuery) -> dict[str, Any]:
    return {**_NO_TEMPLATES, **_days(query)}


def _rest_commands(query: InvoiceQuery, first: _Pages | None) -> Commands:
    """Nothing past the total, where page 1 would come again."""
    starts = range(PAGE, min(MOST_COUNTED, first.total), PAGE) if first else ()
    return {f"count_{start}": list_command(_counting(query), _ORDERS["newest"], start) for start in starts}


def _counted(query: InvoiceQuery, first: _Pages, more: Sequence[Params]) -> Counted:
    """A condition that the portal left out is held here; then how many there are is known as far as it was read."""
    read = {parse.number(row["ID"]): row for row in (*_of(first.rows), *more)}
    kept = [row for row in read.values() if not legacy_parse.is_template(row) and _is_of_days(row, query)]
    total = first.total if len(kept) == len(read) else len(kept)
    return Counted(tuple(map(legacy_parse.invoice_row, kept)), total, first.stages)


def matching_ids(session: Session, query: InvoiceQuery, most: int) -> tuple[int, ...]:
    """Ids of everything that a page's filters match, in its order, at most ``most``: two calls for 2,500."""
    if query.search:
        return tuple(row.id for row in _all_searched(session, query)[0])[:most]
    condition, order = _condition(query), _ORDERS[query.sort]
    first = _pages(session, condition, order, [0], _probe(query))
    rows, starts = _of(first.rows), range(PAGE, min(most, first.total), PAGE)
    for n in range(0, len(starts), MOST_PAGES):
        rows += _of(_pages(session, condition, order, starts[n : n + MOST_PAGES]).rows)
    if not first.honoured or not all(_holds(row, query) for row in rows):
        chosen = _sorted(_chosen(_everything(session)[0], query), query.sort)
        return tuple(row.id for row in chosen)[:most]
    return tuple(dict.fromkeys(parse.number(row["ID"]) for row in rows))[:most]


def stretch(session: Session, after: int, expected: int, dated: tuple[date, date] | None = None) -> Stretch:
    """The invoices whose ids follow ``after``, as ``all_invoices.stretch`` gives those of today: one call for up to
    1,250 rows, one for every 2,500 customers.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    count = -(-min(max(expected, PAGE), MOST_PAGES * PAGE) // PAGE)
    starts = [n * PAGE for n in range(count)]
    period = InvoiceQuery(since=dated[0], until=dated[1]) if dated else InvoiceQuery()
    answer = _pages(session, {**_days(period), ">ID": after}, {"ID": "ASC"}, starts)
    found = {parse.number(row["ID"]): row for row in _of(answer.rows)}  # a page beyond the end is page 1 again
    if any(id <= after for id in found):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    rows = _named(session, (row for row in found.values() if _is_of_days(row, period)))
    return Stretch(rows, max(answer.total - len(found), 0), max(found, default=0))


def by_ids(session: Session, ids: Iterable[int]) -> tuple[InvoiceRow, ...]:
    """Those of these invoices that this person sees, as ``stretch`` gives them: one call for every 2,500."""
    wanted, lists = set(ids), Lists(session)
    parts = chunks(sorted(wanted), PAGE)
    lists.ask({f"some_{n}": list_command({"@ID": list(part)}, {"ID": "ASC"}) for n, part in enumerate(parts)})
    lists.finish()
    found = {parse.number(row.get("ID")): row for n in range(len(parts)) for row in lists.result(f"some_{n}")}
    return _named(session, (row for id, row in found.items() if id in wanted))


def _named(session: Session, found: Iterable[Params]) -> tuple[InvoiceRow, ...]:
    kept = [legacy_parse.invoice_row(row) for row in found if not legacy_parse.is_template(row)]
    names = names_of(session, {owner_of_row(row) for row in kept})
    return tuple(replace(row, customer_name=names.get(owner_of_row(row), "")) for row in kept)


def recent(session: Session, since: date) -> Recent:
    """The newest invoices since a day, whole: one call for their ids, then as ``legacy_invoices.groups``."""
    condition = {**_NO_TEMPLATES, ">=DATE_BILL": since.isoformat()}
    first = _pages(session, condition, _ORDERS["newest"], [0])
    starts = range(PAGE, min(MOST, first.total), PAGE)
    more = _pages(session, condition, _ORDERS["newest"], starts) if starts else first
    rows = _of(first.rows | more.rows)
    kept = [row for row in rows if legacy_parse.invoice_day(row) >= since and not legacy_parse.is_template(row)]
    ids = list(dict.fromkeys(parse.number(row["ID"]) for row in kept))[:MOST]
    return Recent(tuple(whole_invoices(session, ids).values()), first.total if len(kept) == len(rows) else len(ids))


# -- as the portal chooses --------------------------------------------------------------------------------------------


def _listed(session: Session, query: InvoiceQuery) -> _Found | None:
    """The page as the portal finds it; None where it left out a condition."""
    condition, order = _condition(query), _ORDERS[query.sort]
    first = (query.page - 1) * query.rows
    start = first // PAGE * PAGE
    page = _pages(session, condition, order, [start], _probe(query), counting=query if query.counted else None)
    if page.total and first >= page.total:  # page 1 came again
        first = (page.total - 1) // query.rows * query.rows
        last = _pages(session, condition, order, [first // PAGE * PAGE])
        page = replace(last, honoured=page.honoured, count=page.count)
    rows = _of(page.rows)
    further = range(first // PAGE * PAGE + PAGE, min(first + query.rows, page.total), PAGE)
    if further:
        rows += _of(_pages(session, condition, order, further).rows)
    if not page.honoured or not all(_holds(row, query) for row in rows):
        return None
    skip = first % PAGE
    shown = tuple(map(legacy_parse.invoice_row, rows[skip : skip + query.rows]))
    return _Found(shown, page.total, first, page.stages, page.count)


@dataclass(frozen=True)
class _Pages:
    """Pages by their starts. ``honoured``: the portal knows the condition that was tried beside. ``count``: the first
    page of what is counted, where that was asked for."""

    rows: dict[int, list[Params]]
    total: int
    stages: tuple[Stage, ...]
    honoured: bool
    count: _Pages | None = None


def _pages(
    session: Session, condition: Params, order: Params, starts: Sequence[int],
    probe: tuple[str, Params] | None = None, counting: InvoiceQuery | None = None,
) -> _Pages:  # fmt: skip
    lists = {f"page_{start}": list_command(condition, order, start) for start in starts}
    beside = {"statuses": STATUSES, **({"probe": probe} if probe else {})}
    if counting:
        beside["count"] = list_command(_counting(counting), _ORDERS["newest"])
    if _has_many_ids(condition):
        return _alone(session, lists, beside)
    answer = session.batch({**lists, **beside})
    rows = {start: _rows(answer.result(f"page_{start}")) for start in starts}
    return _Pages(rows, max((answer.totals.get(name, 0) for name in lists), default=0), *_beside(answer))


def _alone(
    session: Session, lists: Mapping[str, tuple[str, Params]], beside: Mapping[str, tuple[str, Params]]
) -> _Pages:
    """So many ids do not travel in a batch (``invoice_list.MANY_IDS``)."""
    envelopes = {int(name.partition("_")[2]): session.call(*command) for name, command in lists.items()}
    total = max((parse.number(envelope.get("total")) for envelope in envelopes.values()), default=0)
    rows = {start: _rows(envelope["result"]) for start, envelope in envelopes.items()}
    return _Pages(rows, total, *_beside(session.batch(beside)))


def _beside(answer: Batch) -> tuple[tuple[Stage, ...], bool, _Pages | None]:
    listed = statuses(rows_of(answer.get("statuses"))).stages
    count = None
    if "count" in answer.results:
        count = _Pages({0: _rows(answer.result("count"))}, answer.totals.get("count", 0), listed, True)
    return listed, "probe" not in answer.results or not answer.totals.get("probe", 0), count


def list_command(condition: Params, order: Params, start: int = 0) -> tuple[str, Params]:
    """Source: source facts §3.2."""
    return "crm.invoice.list", {
        "select": list(legacy_parse.ROW_FIELDS), "filter": condition, "order": order, "start": start,
    }  # fmt: skip


def _condition(query: InvoiceQuery) -> dict[str, Any]:
    condition: dict[str, Any] = {**_NO_TEMPLATES, **_days(query)}
    if query.stages:
        condition["@STATUS_ID"] = list(query.stages)
    if query.only_ids is not None:
        condition["@ID"] = list(query.only_ids) or [0]
    if query.without_ids:
        condition["!@ID"] = list(query.without_ids)
    return condition


def _days(query: InvoiceQuery) -> dict[str, str]:
    first = {">=DATE_BILL": query.since.isoformat()} if query.since else {}
    return first | ({"<=DATE_BILL": query.until.isoformat()} if query.until else {})


def _is_of_days(row: Params, query: InvoiceQuery) -> bool:
    day = legacy_parse.invoice_day(row)
    return (query.since is None or day >= query.since) and (query.until is None or day <= query.until)


def _probe(query: InvoiceQuery) -> tuple[str, Params] | None:
    """What "not among these" is to find nothing with: a shop that was never converted does not know it."""
    if not query.without_ids:
        return None
    id = query.without_ids[0]
    return "crm.invoice.list", {"select": ["ID"], "filter": {"@ID": [id], "!@ID": [id]}}


def _has_many_ids(condition: Params) -> bool:
    return sum(len(value) for value in condition.values() if isinstance(value, list)) > FEW_IDS


def _holds(row: Params, query: InvoiceQuery) -> bool:
    id = parse.number(row["ID"])
    return (
        not legacy_parse.is_template(row)
        and (not query.stages or parse.text(row.get("STATUS_ID")) in query.stages)
        and _is_of_days(row, query)
        and (query.only_ids is None or id in query.only_ids)
        and id not in query.without_ids
    )


def _rows(answer: Any) -> list[Params]:
    if not isinstance(answer, list):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return [row for row in rows_of(answer) if parse.number(row.get("ID"))]


def _of(pages: Mapping[int, list[Params]]) -> list[Params]:
    return [row for start in sorted(pages) for row in pages[start]]


# -- as it is chosen here ---------------------------------------------------------------------------------------------


def _looked_through(session: Session, query: InvoiceQuery) -> _Found:
    rows, stages = _everything(session)
    return _cut(_sorted(_chosen(rows, query), query.sort), query, stages)


def _everything(session: Session) -> tuple[list[Params], tuple[Stage, ...]]:
    """All that this person sees: one call for the first page, then 1,250 a call, none of them past the total."""
    order = {"ID": "ASC"}
    first = _pages(session, {}, order, [0])
    rows, starts = _of(first.rows), range(PAGE, first.total, PAGE)
    for n in range(0, len(starts), MOST_PAGES):
        rows += _of(_pages(session, {}, order, starts[n : n + MOST_PAGES]).rows)
    return list({parse.number(row["ID"]): row for row in rows}.values()), first.stages


def _searched(session: Session, query: InvoiceQuery) -> _Found:
    rows, stages = _all_searched(session, query)
    return _cut(rows, query, stages)


def _all_searched(session: Session, query: InvoiceQuery) -> tuple[tuple[InvoiceRow, ...], tuple[Stage, ...]]:
    """By number, title, customer, amount and day, which are lists of their own: there is no OR. What "%" and "_" find
    beside what is searched for falls away here."""
    condition, order = _condition(replace(query, only_ids=None, without_ids=())), _ORDERS[query.sort]
    customers = invoice_search.customers(session, query.search)
    ways: list[Params] = [{f"%{name}": query.search} for name in _SEARCHED]
    ways += [{"PRICE": str(amount)} for amount in search_words.amounts(query.search)]
    days = [day.isoformat() for day in search_words.days(query.search)]
    ways += [{">=DATE_BILL": day, "<=DATE_BILL": day} for day in days]
    for entity, field in _CUSTOMERS.items():
        ways += [{f"@{field}": ids} for ids in chunks(customers[entity], PAGE)]
    lists = Lists(session)
    lists.ask({"statuses": STATUSES})
    lists.ask({f"way_{n}": list_command({**condition, **way}, order) for n, way in enumerate(ways)})
    lists.finish()
    found = {parse.number(row.get("ID")): row for n in range(len(ways)) for row in lists.result(f"way_{n}")}
    fitting = [row for id, row in found.items() if id and _fits(row, query.search, customers)]
    return _sorted(_chosen(fitting, query), query.sort), statuses(lists.get("statuses")).stages


_SEARCHED = ("ACCOUNT_NUMBER", "ORDER_TOPIC")
_CUSTOMERS = {COMPANY: "UF_COMPANY_ID", CONTACT: "UF_CONTACT_ID"}


def _fits(row: Params, words: str, customers: Mapping[int, Sequence[int]]) -> bool:
    named = any(parse.number(row.get(field)) in customers[entity] for entity, field in _CUSTOMERS.items())
    if parse.money(row.get("PRICE")) in search_words.amounts(words):
        return True
    if legacy_parse.invoice_day(row) in search_words.days(words):
        return True
    return named or invoice_search.holds(words, *(row.get(name) for name in _SEARCHED))


def _chosen(rows: Iterable[Params], query: InvoiceQuery) -> list[InvoiceRow]:
    return [legacy_parse.invoice_row(row) for row in rows if _holds(row, query)]


def _sorted(rows: Iterable[InvoiceRow], sort: str) -> tuple[InvoiceRow, ...]:
    keys: Mapping[str, Any] = {
        "newest": lambda row: (-row.date.toordinal(), -row.id), "oldest": lambda row: (row.date, row.id),
        "number": lambda row: (row.number.casefold(), row.id), "largest": lambda row: (-Decimal(row.total), -row.id),
    }  # fmt: skip
    return tuple(sorted(rows, key=keys[sort]))


def _cut(rows: Sequence[InvoiceRow], query: InvoiceQuery, stages: tuple[Stage, ...]) -> _Found:
    total = len(rows)
    last = max(total - 1, 0) // query.rows * query.rows
    first = min((query.page - 1) * query.rows, last)
    return _Found(tuple(rows[first : first + query.rows]), total, first, stages)
