"""A portal that has none of today's invoices says which it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from b24xero.bitrix24.client import Bitrix24
from b24xero.domain.queries import InvoiceQuery
from b24xero.errors import Rejected
from tests.bitrix24.test_stages import Tokens, calls
from tests.simulator.bitrix24_portal import ADMIN, SELLER, Asker, portal


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    served.server.faults.clear()
    return served.fresh()


LISTS: dict[str, Callable[[Bitrix24], Any]] = {
    "page": lambda bitrix24: bitrix24.invoice_page(InvoiceQuery()),
    "search": lambda bitrix24: bitrix24.invoice_page(InvoiceQuery(search="50%")),
    "ids": lambda bitrix24: bitrix24.matching_ids(InvoiceQuery(), 500),
    "all": lambda bitrix24: bitrix24.invoices_after(0, 50),
    "recent": lambda bitrix24: bitrix24.recent_invoices(date(2026, 1, 1)),
    "set-up": lambda bitrix24: bitrix24.portal_lists(),
}


@pytest.mark.parametrize(("old", "told"), [(True, "only_old_invoices"), (False, "no_invoices_yet")])
@pytest.mark.parametrize("user", [ADMIN, SELLER])
@pytest.mark.parametrize("ask", LISTS.values(), ids=LISTS)
def test_whatever_is_asked_the_kind_of_invoices_is_said(
    b24: Asker, ask: Callable[[Bitrix24], Any], user: int, old: bool, told: str
) -> None:
    b24.control("settings", invoices="old" if old else "none")
    if old and ask is LISTS["set-up"]:
        assert [status.stage.id for status in ask(Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, user), ())).old_statuses]
        return
    with pytest.raises(Rejected) as raised:
        ask(Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, user), ()))
    assert [p.code for p in raised.value.problems] == [told]


def test_where_both_kinds_are_there_nothing_more_is_asked(b24: Asker) -> None:
    b24.control("settings", invoices="both")
    b24.invoice()
    calls(b24)
    assert len(Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, ADMIN), (7,)).invoice_page(InvoiceQuery()).rows) == 1
    assert len(calls(b24)) == 1
