"""How old invoices are searched by number, title, customer, amount and day: lists of their own, since there is no OR.

What "%" and "_" find beside what is searched for falls away here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from b24xero.bitrix24 import invoice_search, legacy_parse, parse
from b24xero.bitrix24 import legacy_conditions as conditions
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.invoices import chunks
from b24xero.bitrix24.item_list import COMPANY, CONTACT, PAGE
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.session import Session
from b24xero.domain import search_words
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.queries import InvoiceQuery

Customers = Mapping[int, Sequence[int]]

_SEARCHED = ("ACCOUNT_NUMBER", "ORDER_TOPIC")
_CUSTOMERS = {COMPANY: "UF_COMPANY_ID", CONTACT: "UF_CONTACT_ID"}


class Search:
    """One search, whose lists are read to their ends. ``customers``: those that are named so
    (``invoice_search.customers``)."""

    def __init__(self, session: Session, query: InvoiceQuery, customers: Customers) -> None:
        self._query, self._customers = query, customers
        condition = conditions.condition(replace(query, only_ids=None, without_ids=()))
        order = conditions.ORDERS[query.sort]
        self.lists = Lists(session)
        self._names = [f"way_{n}" for n, _ in enumerate(self._ways())]
        ways = zip(self._names, self._ways(), strict=True)
        self.lists.ask({name: conditions.list_command({**condition, **way}, order) for name, way in ways})

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
        return conditions.chosen(fitting, self._query)

    def _fits(self, row: Params) -> bool:
        words, customers = self._query.search, self._customers
        named = any(parse.number(row.get(field)) in customers[entity] for entity, field in _CUSTOMERS.items())
        if parse.money(row.get("PRICE")) in search_words.amounts(words):
            return True
        if legacy_parse.invoice_day(row) in search_words.days(words):
            return True
        return named or invoice_search.holds(words, *(row.get(name) for name in _SEARCHED))
