"""Pages and lists of old invoices, every row held against what was asked.

Where a condition did not hold, the portal left it out; then everything is read and chosen from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from b24xero.bitrix24 import legacy_parse, legacy_search, parse
from b24xero.bitrix24.all_invoices import Stretch
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.customer_names import CustomerNames, names_of, owner_of_row
from b24xero.bitrix24.invoice_list import Choose, likely_owners
from b24xero.bitrix24.invoices import chunks
from b24xero.bitrix24.item_list import MOST_PAGES, PAGE
from b24xero.bitrix24.legacy_count import count_rest, counted, of_pages
from b24xero.bitrix24.legacy_invoices import invoices as whole_invoices
from b24xero.bitrix24.legacy_pages import (
    NO_TEMPLATES,
    ORDERS,
    Pages,
    all_rows,
    ask_pages,
    condition_of,
    days_of,
    holds,
    is_of_days,
    list_command,
    probe_of,
    rows_in,
)
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.recent_invoices import MOST, Recent
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.queries import Counted, InvoicePage, InvoiceQuery
from b24xero.domain.traits import NOTHING, Needs
from b24xero.errors import RetryLater, problem

_NOTHING = Batch({}, {}, {}, {})


@dataclass(frozen=True)
class _Found:
    """Rows in their order, without customers' names; ``total``: how many there are in all; ``first``: how many come
    before these. ``count``: the first page of what is counted beside, where that came with them; ``counted``: what the
    further ones came with, if they did."""

    rows: tuple[InvoiceRow, ...]
    total: int
    first: int
    stages: tuple[Stage, ...]
    count: Pages | None = None
    counted: Batch | None = None


def invoice_page(session: Session, query: InvoiceQuery, choose: Choose | None = None) -> InvoicePage:
    """One page of what this person may see: two calls (the list with the statuses; the customers' names, and what is
    counted). A third for what nobody can know before: a customer who comes as a surprise with a search or among the
    second fifty of a page, more than fifty of a customer who is searched for, more than fifty of which is chosen. A
    page beyond the end gives the last one.

    Where the portal leaves out a condition, all invoices are read, 1,250 a call, and chosen from here.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    names = CustomerNames()
    if query.search:
        result = legacy_search.searched(session, query, names, choose)
        return _named(session, query, _cut(result.rows, query, result.stages), names, result.count)
    beside = None
    if choose:
        beside = counted(session, query)
        query = replace(query, counted=False)
        if (chosen := choose(beside)) is not None:
            query = replace(query, only_ids=tuple(chosen))
            names.expect(likely_owners(beside.rows, query))
    found = _listed(session, query, names) or _looked_through(session, query)
    return _named(session, query, found, names, beside)


def _named(
    session: Session, query: InvoiceQuery, found: _Found, names: CustomerNames, beside: Counted | None
) -> InvoicePage:
    rest = count_rest(query, found.count.total) if found.count and not found.counted else {}
    commands = {**names.missing(found.rows), **rest}
    answer = session.batch(commands) if commands else _NOTHING
    names.take(answer)
    if found.count:
        more = answer if rest else found.counted or _NOTHING
        pages = [row for name in count_rest(query, found.count.total) for row in rows_in(more.result(name))]
        beside = of_pages(query, found.count, pages)
    elif query.counted and not beside:
        beside = counted(session, query)
    rows = names.named(found.rows)
    return InvoicePage(rows, found.total, found.first + 1 if rows else 0, found.stages, beside)


# -- lists of ids ----------------------------------------------------------------------------------------------------


def matching_ids(session: Session, query: InvoiceQuery, most: int) -> tuple[int, ...]:
    """Ids of everything that a page's filters match, in its order, at most ``most``: two calls for 2,500."""
    if query.search:
        return tuple(row.id for row in legacy_search.searched(session, query, CustomerNames()).rows)[:most]
    condition, order = condition_of(query), ORDERS[query.sort]
    first = ask_pages(session, condition, order, [0], probe_of(query))
    rows, starts = all_rows(first.rows), range(PAGE, min(most, first.total), PAGE)
    for n in range(0, len(starts), MOST_PAGES):
        rows += all_rows(ask_pages(session, condition, order, starts[n : n + MOST_PAGES]).rows)
    if not first.honoured or not all(holds(row, query) for row in rows):
        chosen = legacy_search.chosen(legacy_search.everything(session)[0], query)
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
    answer = ask_pages(session, {**days_of(period), ">ID": after}, {"ID": "ASC"}, starts)
    found = {parse.number(row["ID"]): row for row in all_rows(answer.rows)}  # a page beyond the end is page 1 again
    if any(id <= after for id in found):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    rows = _of_these(session, (row for row in found.values() if is_of_days(row, period)))
    return Stretch(rows, max(answer.total - len(found), 0), max(found, default=0))


def by_ids(session: Session, ids: Iterable[int]) -> tuple[InvoiceRow, ...]:
    """Those of these invoices that this person sees, as ``stretch`` gives them: one call for every 2,500."""
    wanted, lists = set(ids), Lists(session)
    parts = chunks(sorted(wanted), PAGE)
    lists.ask({f"some_{n}": list_command({"@ID": list(part)}, {"ID": "ASC"}) for n, part in enumerate(parts)})
    lists.finish()
    found = {parse.number(row.get("ID")): row for n in range(len(parts)) for row in lists.result(f"some_{n}")}
    return _of_these(session, (row for id, row in found.items() if id in wanted))


def _of_these(session: Session, found: Iterable[Params]) -> tuple[InvoiceRow, ...]:
    kept = [legacy_parse.invoice_row(row) for row in found if not legacy_parse.is_template(row)]
    names = names_of(session, {owner_of_row(row) for row in kept})
    return tuple(replace(row, customer_name=names.get(owner_of_row(row), "")) for row in kept)


def recent(session: Session, since: date, needs: Needs = NOTHING) -> Recent:
    """The newest invoices since a day, whole: one call for their ids, then as ``legacy_invoices.groups``."""
    condition = {**NO_TEMPLATES, ">=DATE_BILL": since.isoformat()}
    first = ask_pages(session, condition, ORDERS["newest"], [0])
    starts = range(PAGE, min(MOST, first.total), PAGE)
    more = ask_pages(session, condition, ORDERS["newest"], starts) if starts else first
    rows = all_rows(first.rows | more.rows)
    kept = [row for row in rows if legacy_parse.invoice_day(row) >= since and not legacy_parse.is_template(row)]
    ids = list(dict.fromkeys(parse.number(row["ID"]) for row in kept))[:MOST]
    return Recent(
        tuple(whole_invoices(session, ids, needs).values()), first.total if len(kept) == len(rows) else len(ids)
    )


# -- as the portal chooses --------------------------------------------------------------------------------------------


def _listed(session: Session, query: InvoiceQuery, names: CustomerNames) -> _Found | None:
    """The page as the portal finds it; None where it left out a condition."""
    condition, order = condition_of(query), ORDERS[query.sort]
    first = (query.page - 1) * query.rows
    start = first // PAGE * PAGE
    counting = query if query.counted else None
    page = ask_pages(session, condition, order, [start], probe_of(query), counting, names.likely())
    names.take(page.answer)
    if page.total and first >= page.total:  # page 1 came again
        first = (page.total - 1) // query.rows * query.rows
        last = ask_pages(session, condition, order, [first // PAGE * PAGE])
        page = replace(last, honoured=page.honoured, count=page.count)
    rows = all_rows(page.rows)
    further = range(first // PAGE * PAGE + PAGE, min(first + query.rows, page.total), PAGE)
    later = None
    if further:
        names.expect(owner_of_row(legacy_parse.invoice_row(row)) for row in rows)
        rest = count_rest(query, page.count.total) if page.count else {}
        more = ask_pages(session, condition, order, further, beside={**names.likely(), **rest})
        names.take(more.answer)
        rows, later = rows + all_rows(more.rows), more.answer
    if not page.honoured or not all(holds(row, query) for row in rows):
        return None
    skip = first % PAGE
    shown = tuple(map(legacy_parse.invoice_row, rows[skip : skip + query.rows]))
    return _Found(shown, page.total, first, page.stages, page.count, later)


# -- as it is chosen here ---------------------------------------------------------------------------------------------


def _looked_through(session: Session, query: InvoiceQuery) -> _Found:
    rows, stages = legacy_search.everything(session)
    return _cut(legacy_search.chosen(rows, query), query, stages)


def _cut(rows: Sequence[InvoiceRow], query: InvoiceQuery, stages: tuple[Stage, ...]) -> _Found:
    total = len(rows)
    last = max(total - 1, 0) // query.rows * query.rows
    first = min((query.page - 1) * query.rows, last)
    return _Found(tuple(rows[first : first + query.rows]), total, first, stages)
