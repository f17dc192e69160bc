"""Both kinds of invoices in one list: pages, order, filters, search, counts, and what each costs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from b24xero.bitrix24.client import Bitrix24
from b24xero.domain.invoice import InvoiceRow, Kind
from b24xero.domain.queries import SORTS, InvoicePage, InvoiceQuery, Start, Starts
from tests.bitrix24.test_stages import Tokens, calls
from tests.simulator.bitrix24_portal import ADMIN, SELLER, Asker, portal
from tests.simulator.test_bitrix24_old_invoices import PIPE, acme, old

BOTH: tuple[Kind, ...] = ("smart", "legacy")


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    served.server.faults.clear()
    return served.fresh(invoices="both", limits=False)


@pytest.fixture(scope="module")
def filled() -> Iterator[Asker]:
    """Seventy of each kind; tests of it read alone."""
    with portal() as asker:
        asker.fresh(invoices="both", limits=False)
        many(asker, 70, 70)
        yield asker


def client(b24: Asker, user: int = ADMIN) -> Bitrix24:
    return Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, user), (7,), kinds=BOTH)


def many(b24: Asker, news: int, olds: int, **values: Any) -> list[int]:
    """Keys of so many of each, with days, numbers and amounts that meet."""
    company = acme(b24)
    made = [
        int(b24.invoice(**{
            "companyId": company, "begindate": f"2026-0{1 + n % 9}-1{n % 7}", "accountNumber": f"A-{n:03}",
            "rows": [{"productName": "Pipe", "price": 5 + n % 13, "quantity": 1}], **values.get("new", {}),
        })["id"])
        for n in range(news)
    ]  # fmt: skip
    return made + [
        -int(old(b24, **{
            "UF_COMPANY_ID": company, "DATE_BILL": f"2026-0{1 + n % 9}-1{n % 5}", "ACCOUNT_NUMBER": f"A-{n:03}",
            "rows": [{**PIPE, "PRICE": 5 + n % 11}], **values.get("old", {}),
        })["ID"])
        for n in range(olds)
    ]  # fmt: skip


def query(**values: Any) -> InvoiceQuery:
    return InvoiceQuery(kinds=BOTH, **values)


def walked(bitrix24: Bitrix24, asked: InvoiceQuery) -> list[InvoicePage]:
    """From the first page to the last as the pages lead."""
    pages = [bitrix24.invoice_page(asked)]
    while following := pages[-1].starts.next:
        pages.append(bitrix24.invoice_page(replace(asked, page=len(pages) + 1, start=following)))
    return pages


def shown(pages: Sequence[InvoicePage]) -> list[InvoiceRow]:
    return [row for page in pages for row in page.rows]


def in_order(rows: list[InvoiceRow], sort: str) -> bool:
    keys: dict[str, Any] = {
        "newest": lambda row: -row.date.toordinal(), "oldest": lambda row: row.date.toordinal(),
        "number": lambda row: row.number, "largest": lambda row: -row.total,
    }  # fmt: skip
    by = keys[sort]
    return [by(row) for row in rows] == sorted(by(row) for row in rows)


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", SORTS)
def test_each_of_both_stands_on_one_page_in_the_order_of_both(filled: Asker, sort: str) -> None:
    everything = {row.id for row in shown([client(filled).invoice_page(query(rows=100, page=p)) for p in (1, 2)])}
    pages = walked(client(filled), query(rows=25, sort=sort))
    rows = shown(pages)
    assert len(rows) == len({row.id for row in rows}) == pages[0].total == 140
    assert {row.id for row in rows} == everything
    assert in_order(rows, sort)
    assert {row.customer_name for row in rows} == {"Acme Plumbing"}
    assert [page.first for page in pages] == [1, 26, 51, 76, 101, 126]


def test_a_page_says_where_the_one_before_it_begins(filled: Asker) -> None:
    pages = walked(client(filled), query(rows=25))
    assert pages[0].starts.own is pages[0].starts.previous is pages[-1].starts.next is None
    for before, page in zip(pages[1:], pages[2:], strict=False):
        assert page.starts.previous == before.starts.own


@pytest.mark.parametrize("start", [None, Start(0, 70), Start(75, 70), Start(999, 70), Start(30, 0), Start(12, 9999)])
def test_a_page_is_the_same_whatever_is_said_of_its_beginning(filled: Asker, start: Start | None) -> None:
    """An address that was kept, or was written by hand."""
    right = walked(client(filled), query(rows=25))[3]
    found = client(filled).invoice_page(query(rows=25, page=4, start=start))
    assert (found.rows, found.first, found.starts) == (right.rows, right.first, right.starts)


def test_a_page_beyond_the_end_is_the_last_one(filled: Asker) -> None:
    last = walked(client(filled), query(rows=25))[-1]
    for start, page in ((None, 9), (Start(30, 70), 9), (None, 99)):
        found = client(filled).invoice_page(query(rows=25, page=page, start=start))
        assert (found.rows, found.first, found.total) == (last.rows, 126, 140)


@pytest.mark.parametrize(("new", "old_ones"), [(0, 0), (3, 0), (0, 60), (60, 3)])
def test_one_kind_may_have_few_or_none(b24: Asker, new: int, old_ones: int) -> None:
    made = many(b24, new, old_ones)
    pages = walked(client(b24), query(rows=25))
    assert sorted(row.id for row in shown(pages)) == sorted(made)
    assert pages[0].total == len(made)
    assert pages[0].first == (1 if made else 0)


def test_after_one_more_on_top_the_next_page_leaves_nothing_out(b24: Asker) -> None:
    many(b24, 30, 30)
    first = client(b24).invoice_page(query(rows=25))
    listed = [row.id for row in shown(walked(client(b24), query(rows=25)))]
    new, old_one = many(b24, 1, 1, new={"begindate": "2026-12-01"}, old={"DATE_BILL": "2026-12-02"})
    second = client(b24).invoice_page(query(rows=25, page=2, start=first.starts.next))
    assert [row.id for row in second.rows] == [*listed[23:25], *listed[25:48]]
    assert {new, old_one} <= {row.id for row in client(b24).invoice_page(query(rows=25)).rows}


# -- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counted", [True, False])
def test_every_page_of_fifty_costs_two_calls_as_the_pages_lead(filled: Asker, counted: bool) -> None:
    bitrix24, start = client(filled), None
    for number in (1, 2, 3):
        calls(filled)
        page = bitrix24.invoice_page(query(rows=50, page=number, start=start, counted=counted))
        assert len(calls(filled)) == 2
        assert (page.beside is not None) is counted
        start = page.starts.next


def test_no_old_ones_are_asked_for_past_their_total(filled: Asker) -> None:
    bitrix24 = client(filled)
    calls(filled)
    walked(bitrix24, query(rows=50, counted=True))
    walked(bitrix24, query(rows=100))
    bitrix24.invoice_page(query(page=9))
    bitrix24.matching_ids(query(), 500)
    bitrix24.matching_ids(query(), 1000)
    asked = re.findall(r"crm\.invoice\.list\?[^\"]*start=(\d+)", json.dumps(calls(filled)))
    assert set(asked) == {"0", "50"}


@pytest.mark.parametrize(("values", "most"), [
    ({"search": "A-03"}, 2), ({"search": "A-03", "counted": True}, 2), ({"page": 3, "rows": 50}, 3), ({"rows": 100}, 3),
])  # fmt: skip
def test_what_a_search_costs_and_a_page_of_which_nothing_is_said(
    filled: Asker, values: dict[str, Any], most: int
) -> None:
    calls(filled)
    client(filled).invoice_page(query(**values))
    assert len(calls(filled)) <= most


# -- conditions -------------------------------------------------------------------------------------------------------


def test_stages_ids_and_days_choose_of_both(b24: Asker) -> None:
    made = many(b24, 4, 4)
    sent = many(b24, 2, 2, old={"STATUS_ID": "S"}, new={"stageId": "DT31_7:S"})
    bitrix24 = client(b24)

    def keys(**values: Any) -> list[int]:
        page = bitrix24.invoice_page(query(**values))
        assert page.total == len(page.rows)
        assert sorted(bitrix24.matching_ids(query(**values), 100)) == sorted(row.id for row in page.rows)
        return sorted(row.id for row in page.rows)

    assert keys(stages=("S",)) == sorted(sent[2:])
    assert keys(stages=("S", "DT31_7:S")) == sorted(sent)
    assert keys(only_ids=(made[0], made[-1])) == sorted((made[0], made[-1]))
    assert keys(only_ids=(made[-1],)) == [made[-1]]
    assert keys(only_ids=()) == []
    assert keys(without_ids=tuple(made)) == sorted(sent)
    assert keys(since=date(2026, 2, 1), until=date(2026, 2, 28)) == sorted([made[1], made[5], sent[1], sent[3]])


def test_so_many_ids_that_no_batch_takes_them_choose_as_well(b24: Asker) -> None:
    made = many(b24, 30, 30)
    far = tuple(range(100_000, 100_150))
    ids = (*far, *(-id for id in far), *far[:100], *made)
    pages = walked(client(b24), query(rows=25, only_ids=(*ids, *range(200_000, 200_100))))
    assert sorted(row.id for row in shown(pages)) == sorted(made)
    assert client(b24).invoice_page(query(without_ids=(*range(200_000, 200_300), *made[1:]))).total == 1


def test_templates_are_on_no_page_and_in_no_count(b24: Asker) -> None:
    made = many(b24, 12, 12)
    many(b24, 3, 3, new={"isRecurring": "Y"}, old={"IS_RECURRING": "Y"})
    pages = walked(client(b24), query(rows=10, counted=True))
    assert sorted(row.id for row in shown(pages)) == sorted(made)
    assert {page.total for page in pages} == {24}
    assert pages[0].beside is not None
    assert sorted(row.id for row in pages[0].beside.rows) == sorted(made)


def test_a_person_finds_what_bitrix24_shows_that_person(b24: Asker) -> None:
    mine = many(b24, 2, 2, new={"assignedById": SELLER}, old={"RESPONSIBLE_ID": SELLER})
    many(b24, 3, 3, new={"assignedById": 1}, old={"RESPONSIBLE_ID": 1})
    page = client(b24, SELLER).invoice_page(query(counted=True))
    assert (sorted(row.id for row in page.rows), page.total) == (sorted(mine), 4)
    assert page.beside is not None
    assert page.beside.total == 4


def test_a_search_finds_of_both_and_in_order(filled: Asker) -> None:
    found = client(filled).invoice_page(query(search="A-01", sort="number", counted=True))
    assert [row.number for row in found.rows] == sorted(2 * [f"A-01{n}" for n in range(10)])
    assert {row.kind for row in found.rows} == {"smart", "legacy"}
    pages = walked(client(filled), query(search="acme", rows=50))
    assert (len({row.id for row in shown(pages)}), pages[0].total) == (140, 140)
    assert len(client(filled).matching_ids(query(search="A-01"), 100)) == 20
    assert client(filled).invoice_page(query(search="nobody")).starts == Starts()


def test_a_percent_sign_is_a_percent_sign(b24: Asker) -> None:
    new, old_one = many(b24, 1, 1, new={"title": "Deposit of 50% now"}, old={"ORDER_TOPIC": "Deposit of 50% later"})
    many(b24, 1, 1, new={"title": "Deposit of 50 percent"}, old={"ORDER_TOPIC": "50 percent"})
    assert {row.id for row in client(b24).invoice_page(query(search="50%")).rows} == {new, old_one}


# -- what is counted and chosen ---------------------------------------------------------------------------------------


def test_what_is_counted_is_all_of_both_and_a_choice_is_of_it(filled: Asker) -> None:
    bitrix24 = client(filled)
    counted = bitrix24.counted(query())
    assert (len(counted.rows), counted.total) == (140, 140)
    assert {stage.id for stage in counted.stages} >= {"DT31_7:S", "S"}
    wanted = [row.id for row in counted.rows][::3]
    page = bitrix24.invoice_page(query(rows=50, counted=True), lambda found: [row.id for row in found.rows][::3])
    assert (page.total, sorted(row.id for row in page.rows)) == (len(wanted), sorted(wanted))
    assert page.beside == counted


def test_matching_ids_come_in_the_pages_order_and_no_more_than_wanted(filled: Asker) -> None:
    rows = shown(walked(client(filled), query(rows=50)))
    assert client(filled).matching_ids(query(), 90) == tuple(row.id for row in rows[:90])
    assert client(filled).matching_ids(query(), 500) == tuple(row.id for row in rows)
