"""Old invoices chosen from here: what a search finds, and all of them where the portal leaves out a condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from b24xero.bitrix24 import invoice_search, legacy_parse, parse
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.invoices import chunks
from b24xero.bitrix24.item_list import COMPANY, CONTACT, MOST_PAGES, PAGE
from b24xero.bitrix24.legacy_invoices import STATUSES
from b24xero.bitrix24.legacy_pages import ORDERS, all_rows, ask_pages, condition_of, holds, list_command
from b24xero.bitrix24.legacy_statuses import statuses
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.session import Session
from b24xero.domain import search_words
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.queries import InvoiceQuery, Sort

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
    """By number, title, customer, amount and day, which are lists of their own: there is no OR. What "%" and "_" find
    beside what is searched for falls away here."""
    condition, order = condition_of(replace(query, only_ids=None, without_ids=())), ORDERS[query.sort]
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
    return in_order(chosen(fitting, query), query.sort), statuses(lists.get("statuses")).stages


def _fits(row: Params, words: str, customers: Mapping[int, Sequence[int]]) -> bool:
    named = any(parse.number(row.get(field)) in customers[entity] for entity, field in _CUSTOMERS.items())
    if parse.money(row.get("PRICE")) in search_words.amounts(words):
        return True
    if legacy_parse.invoice_day(row) in search_words.days(words):
        return True
    return named or invoice_search.holds(words, *(row.get(name) for name in _SEARCHED))


def chosen(rows: Iterable[Params], query: InvoiceQuery) -> list[InvoiceRow]:
    return [legacy_parse.invoice_row(row) for row in rows if holds(row, query)]


def in_order(rows: Iterable[InvoiceRow], sort: Sort) -> tuple[InvoiceRow, ...]:
    keys: Mapping[Sort, Any] = {
        "newest": lambda row: (-row.date.toordinal(), -row.id), "oldest": lambda row: (row.date, row.id),
        "number": lambda row: (row.number.casefold(), row.id), "largest": lambda row: (-Decimal(row.total), -row.id),
    }  # fmt: skip
    return tuple(sorted(rows, key=keys[sort]))
