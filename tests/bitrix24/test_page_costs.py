"""What a page of invoices costs, whatever is searched, filtered and sorted, whichever invoices the portal has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from b24xero.bitrix24.client import Bitrix24
from b24xero.domain.invoice import Kind
from b24xero.domain.queries import SORTS, Counted, InvoiceQuery
from tests.bitrix24.test_stages import Tokens, calls
from tests.simulator.bitrix24_portal import ADMIN, Asker, portal
from tests.simulator.test_bitrix24_old_invoices import PIPE, old

KINDS: dict[str, tuple[Kind, ...]] = {"new": ("smart",), "old": ("legacy",), "both": ("smart", "legacy")}
CUSTOMERS = 12
EACH = 108


@pytest.fixture(scope="module", params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[tuple[Asker, str]]:
    """A hundred and eight invoices of each kind that the portal has, of twelve customers; the tests read alone."""
    with portal() as asker:
        asker.fresh(invoices=request.param, limits=False)
        _fill(asker, KINDS[request.param])
        yield asker, request.param


def _fill(b24: Asker, kinds: Sequence[Kind]) -> None:
    firms = [b24.control("company", title=f"Harbour {n} Ltd")["item"]["id"] for n in range(CUSTOMERS - 1)]
    person = b24.control("contact", name="Sarah", lastName="Mitchell", companyId=firms[0])["item"]["id"]
    for n in range(EACH):
        day, number, title = f"2026-0{1 + n % 9}-1{n % 7}", f"A-{n:03}", f"Kitchen {n}" if n % 3 else f"Bathroom {n}"
        firm = 0 if n % CUSTOMERS == CUSTOMERS - 1 else firms[n % CUSTOMERS]
        if "smart" in kinds:
            whose = {"companyId": firm} if firm else {"contactId": person}
            b24.invoice(**whose, begindate=day, accountNumber=number, title=title,
                        rows=[{"productName": "Pipe", "price": 5 + n % 13, "quantity": 1}])  # fmt: skip
        if "legacy" in kinds:
            whom = {"UF_COMPANY_ID": firm} if firm else {"UF_CONTACT_ID": person}
            old(b24, **whom, DATE_BILL=day, ACCOUNT_NUMBER=number, ORDER_TOPIC=title,
                rows=[{**PIPE, "PRICE": 5 + n % 11, "QUANTITY": 1, "VAT_RATE": 0}])  # fmt: skip


def cost(world: tuple[Asker, str], query: InvoiceQuery, choose: Any = None) -> int:
    """Of a page that has something to show, with every customer's name."""
    b24, kind = world
    bitrix24 = Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, ADMIN), (7,), kinds=KINDS[kind])
    calls(b24)
    page = bitrix24.invoice_page(replace(query, kinds=KINDS[kind]), choose)
    cost = len(calls(b24))
    assert page.rows
    assert all(row.customer_name for row in page.rows)
    assert not query.counted or page.beside is not None
    return cost


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("sort", SORTS)
def test_a_page_of_fifty_in_any_order_costs_two_calls(world: tuple[Asker, str], sort: Any, counted: bool) -> None:
    assert cost(world, InvoiceQuery(rows=50, sort=sort, counted=counted)) == 2


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize(
    "search", ["kitchen", "A-01", "A-004", "harbour 3", "sarah", "mitch", "12.00", "2026-03-12", "bathroom 6"]
)
def test_so_does_a_search(world: tuple[Asker, str], search: str, counted: bool) -> None:
    """By number, title, customer, amount and day."""
    assert cost(world, InvoiceQuery(rows=50, search=search, counted=counted)) <= 2
    assert cost(world, InvoiceQuery(rows=10, search=search, sort="number", counted=counted)) <= 2


@pytest.mark.parametrize("values", [
    {"stages": ("N", "DT31_7:N")}, {"since": date(2026, 4, 1), "until": date(2026, 7, 31)},
    {"search": "kitchen", "since": date(2026, 4, 1)}, {"search": "harbour 3", "stages": ("N", "DT31_7:N")},
])  # fmt: skip
def test_so_does_a_filter(world: tuple[Asker, str], values: dict[str, Any]) -> None:
    assert cost(world, InvoiceQuery(rows=50, counted=True, **values)) <= 2


def test_so_does_a_page_far_behind_as_the_pages_lead(world: tuple[Asker, str]) -> None:
    b24, kind = world
    bitrix24 = Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, ADMIN), (7,), kinds=KINDS[kind])
    query = InvoiceQuery(rows=10, kinds=KINDS[kind], counted=True)
    for number in range(1, 11):
        calls(b24)
        page = bitrix24.invoice_page(replace(query, page=number))
        assert len(calls(b24)) == 2
        query = replace(query, start=page.starts.next)


def _every_third(found: Counted) -> list[int]:
    return [row.id for row in found.rows][::3]


def test_what_nobody_can_know_before_costs_a_third(world: tuple[Asker, str]) -> None:
    """How many old invoices there are is told by their first fifty."""
    few = 2 if world[1] == "new" else 3
    assert cost(world, InvoiceQuery(rows=100, counted=True)) <= few
    assert cost(world, InvoiceQuery(rows=50, counted=True), _every_third) <= few
    assert cost(world, InvoiceQuery(rows=50, counted=True, search="harbour")) <= few


def test_a_percent_sign_costs_four(world: tuple[Asker, str]) -> None:
    """What the portal finds beside is looked through."""
    b24, kind = world
    bitrix24 = Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, ADMIN), (7,), kinds=KINDS[kind])
    calls(b24)
    assert bitrix24.invoice_page(InvoiceQuery(search="50%", counted=True, kinds=KINDS[kind])).rows == ()
    assert len(calls(b24)) <= 4
