"""Old invoices chosen from here: what a search finds, and all of them where the portal leaves out a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from b24xero.bitrix24 import invoice_search, legacy_parse, parse
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.customer_names import CustomerNames, owner_of_row
from b24xero.bitrix24.invoice_search import Named
from b24xero.bitrix24.invoices import chunks
from b24xero.bitrix24.item_list import COMPANY, CONTACT, MOST_PAGES, PAGE, rows_of
from b24xero.bitrix24.legacy_count import count_rest, read_count
from b24xero.bitrix24.legacy_invoices import STATUSES
from b24xero.bitrix24.legacy_pages import (
    ORDERS,
    all_rows,
    ask_pages,
    condition_of,
    count_command,
    holds,
    list_command,
    rows_in,
)
from b24xero.bitrix24.legacy_statuses import statuses
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain import invoice_order, search_words
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.queries import Counted, InvoiceQuery

_SEARCHED = ("ACCOUNT_NUMBER", "ORDER_TOPIC")
_CUSTOMERS = {COMPANY: "UF_COMPANY_ID", CONTACT: "UF_CONTACT_ID"}


def everything(session: Session) -> tuple[list[Params], tuple[Stage, ...]]:
    """All that this person sees: one call for the first page, then 1,250 a call, none of them past the total."""
    order = {"ID": "ASC"}
    first = ask_pages(session, {}, order, [0])
    rows, starts = all_rows(first.rows), range(PAGE, first.total, PAGE)
    for n in range(0, len(starts), MOST_PAGES):
        rows += all_rows(ask_pages(session, {}, order, starts[n : n + MOST_PAGES]).rows)
    return list({parse.number(row["ID"]): row for row in rows}.values()), first.stages


@dataclass(frozen=True)
class Result:
    """Of a search: all that fit, in their order, with the portal's statuses. ``count``: the first page of what is
    counted, where that was asked beside."""

    rows: tuple[InvoiceRow, ...]
    stages: tuple[Stage, ...]
    count: Counted | None = None


def searched(
    session: Session,
    query: InvoiceQuery,
    names: CustomerNames,
    choose: Callable[[Counted], Sequence[int] | None] | None = None,
) -> Result:
    """Two calls, and one for each fifty that a customer has beyond the first: the customers, with what is found whoever
    it is; theirs, with the names of those who are known to be shown. What is counted goes with them.

    Args:
        choose: of what is counted the ids that are wanted; None: whatever fits.
    """
    search = Search(session, query)
    counts = bool(choose) or query.counted
    beside = {"statuses": STATUSES, **({"count": count_command(query)} if counts else {})}
    found = search.begin(beside)
    names.tell(found.names)
    answer = found.answer or Batch({}, {}, {}, {})
    listed = statuses(rows_of(answer.get("statuses"))).stages
    first = rows_in(answer.result("count")) if counts else []
    rest = count_rest(query, answer.totals.get("count", 0)) if counts else {}
    names.expect((*map(owner_of_row, search.found()[: query.page * query.rows]), *found.employers))
    later = search.go_on({**rest, **names.likely()})
    names.take(later)
    count = None
    if counts:
        pages = [*first, *(row for name in rest for row in rows_in(later.result(name)))]
        count = read_count(query, pages, answer.totals.get("count", 0), listed)
    search.lists.finish()
    if choose and count:
        return Result(search.found(choose(count)), listed, count)
    return Result(search.found(), listed, count)


class Search:
    """By number, title, customer, amount and day, which are lists of their own: there is no OR. ``lists`` are to be
    read to their ends, after ``begin``.

    What "%" and "_" find beside what is searched for falls away here."""

    def __init__(self, session: Session, query: InvoiceQuery) -> None:
        self._session, self._query = session, query
        self._customers: Mapping[int, Sequence[int]] = {COMPANY: (), CONTACT: ()}
        self._names: list[str] = []
        self.lists = Lists(session)
        self._ask(self._of_itself())

    def begin(self, beside: Commands) -> Named:
        """One call: whom it means, with the first pages of what is found whoever that is."""
        found = invoice_search.named(self._session, self._query.search, beside, ask=self.lists.step)
        self.mean(found.ids)
        return found

    def mean(self, customers: Mapping[int, Sequence[int]]) -> None:
        """Theirs are asked for next."""
        self._customers = customers
        of_customers = _CUSTOMERS.items()
        self._ask([{f"@{field}": ids} for of, field in of_customers for ids in chunks(customers[of], PAGE)])

    def go_on(self, beside: Commands) -> Batch:
        """The next call, if there is anything to ask."""
        return self.lists.step(beside) if beside or self.lists.is_open else Batch({}, {}, {}, {})

    def _ask(self, ways: Sequence[Params]) -> None:
        condition, order = condition_of(replace(self._query, only_ids=None, without_ids=())), ORDERS[self._query.sort]
        asked = {f"way_{n}": list_command({**condition, **way}, order) for n, way in enumerate(ways, len(self._names))}
        self._names += asked
        self.lists.ask(asked)

    def _of_itself(self) -> list[Params]:
        words = self._query.search
        ways: list[Params] = [{f"%{name}": words} for name in _SEARCHED]
        ways += [{"PRICE": str(amount)} for amount in search_words.amounts(words)]
        days = [day.isoformat() for day in search_words.days(words)]
        return ways + [{">=DATE_BILL": day, "<=DATE_BILL": day} for day in days]

    def found(self, only_ids: Sequence[int] | None = None) -> tuple[InvoiceRow, ...]:
        """All that fit, in their order, as far as the lists were read; of those alone that are wanted."""
        rows = {parse.number(row.get("ID")): row for name in self._names for row in self.lists.result(name)}
        fitting = [row for id, row in rows.items() if id and self._fits(row)]
        return chosen(fitting, self._query if only_ids is None else replace(self._query, only_ids=tuple(only_ids)))

    def _fits(self, row: Params) -> bool:
        words, customers = self._query.search, self._customers
        named = any(parse.number(row.get(field)) in customers[entity] for entity, field in _CUSTOMERS.items())
        if parse.money(row.get("PRICE")) in search_words.amounts(words):
            return True
        if legacy_parse.invoice_day(row) in search_words.days(words):
            return True
        return named or invoice_search.holds(words, *(row.get(name) for name in _SEARCHED))


def chosen(rows: Iterable[Params], query: InvoiceQuery) -> tuple[InvoiceRow, ...]:
    """Of whatever was read those that were asked for, in their order."""
    return invoice_order.ordered((legacy_parse.invoice_row(row) for row in rows if holds(row, query)), query.sort)
