"""Old invoices chosen from here: what a search finds, and all of them where the portal leaves out a condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from b24xero.bitrix24 import invoice_search, legacy_parse, parse
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.invoices import chunks
from b24xero.bitrix24.item_list import COMPANY, CONTACT, MOST_PAGES, PAGE
from b24xero.bitrix24.legacy_invoices import STATUSES
from b24xero.bitrix24.legacy_pages import ORDERS, all_rows, ask_pages, condition_of, holds, list_command
from b24xero.bitrix24.legacy_statuses import statuses
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.session import Session
from b24xero.domain import invoice_order, search_words
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.queries import InvoiceQuery

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


def searched(session: Session, query: InvoiceQuery) -> tuple[tuple[InvoiceRow, ...], tuple[Stage, ...]]:
    search = Search(session, query, invoice_search.customers(session, query.search))
    search.lists.ask({"statuses": STATUSES})
    search.lists.finish()
    return search.found(), statuses(search.lists.get("statuses")).stages


class Search:
    """By number, title, customer, amount and day, which are lists of their own: there is no OR. ``lists`` are to be
    read to their ends. ``customers``: those that are named so (``invoice_search.customers``).

    What "%" and "_" find beside what is searched for falls away here."""

    def __init__(self, session: Session, query: InvoiceQuery, customers: Mapping[int, Sequence[int]]) -> None:
        self._query, self._customers = query, customers
        condition = condition_of(replace(query, only_ids=None, without_ids=()))
        order = ORDERS[query.sort]
        self.lists = Lists(session)
        self._names = [f"way_{n}" for n, _ in enumerate(self._ways())]
        ways = zip(self._names, self._ways(), strict=True)
        self.lists.ask({name: list_command({**condition, **way}, order) for name, way in ways})

    def _ways(self) -> list[Params]:
        words = self._query.search
        ways: list[Params] = [{f"%{name}": words} for name in _SEARCHED]
        ways += [{"PRICE": str(amount)} for amount in search_words.amounts(words)]
        days = [day.isoformat() for day in search_words.days(words)]
        ways += [{">=DATE_BILL": day, "<=DATE_BILL": day} for day in days]
        for entity, field in _CUSTOMERS.items():
            ways += [{f"@{field}": ids} for ids in chunks(self._customers[entity], PAGE)]
        return ways

    def found(self) -> tuple[InvoiceRow, ...]:
        """Once the lists are finished: all that fit, in their order."""
        rows = {parse.number(row.get("ID")): row for name in self._names for row in self.lists.result(name)}
        fitting = [row for id, row in rows.items() if id and self._fits(row)]
        return chosen(fitting, self._query)

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
