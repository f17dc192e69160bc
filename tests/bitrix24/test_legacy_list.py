"""Lists of old invoices: search, sort, filters that hold, pages, and what each costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from b24xero.bitrix24 import legacy_list
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.queries import ROWS, SORTS, InvoicePage, InvoiceQuery
from tests.bitrix24.test_stages import Tokens, calls
from tests.simulator.bitrix24_portal import ADMIN, SELLER, Asker, portal
from tests.simulator.test_bitrix24_old_invoices import PIPE, acme, old


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture(params=["old", "both"])
def b24(served: Asker, request: pytest.FixtureRequest) -> Asker:
    """A shop that was never converted, and one that was: they know different conditions."""
    served.server.faults.clear()
    return served.fresh(invoices=request.param, limits=False)


def session(b24: Asker, user: int = ADMIN) -> Session:
    return Session(f"{b24.base}/bitrix24", Tokens(b24, user))


def page(b24: Asker, **query: Any) -> InvoicePage:
    return legacy_list.invoice_page(session(b24), InvoiceQuery(**query))


def ids(rows: InvoicePage) -> list[int]:
    return [row.id for row in rows.rows]


def many(b24: Asker, count: int, **values: Any) -> list[int]:
    company = acme(b24)
    return [
        int(old(b24, **{
            "UF_COMPANY_ID": company, "DATE_BILL": f"2026-0{1 + n % 9}-1{n % 7}",
            "ACCOUNT_NUMBER": f"A-{n % 11:02}-{n}", "rows": [{**PIPE, "PRICE": 5 + n % 13}], **values,
        })["ID"])
        for n in range(count)
    ]  # fmt: skip


def cost(b24: Asker, **query: Any) -> int:
    asking = session(b24)
    calls(b24)
    legacy_list.invoice_page(asking, InvoiceQuery(**query))
    return len(calls(b24))


def in_order(rows: list[InvoiceRow], sort: str) -> bool:
    keys: dict[str, Any] = {
        "newest": lambda row: (-row.date.toordinal(), -row.id), "oldest": lambda row: (row.date, row.id),
        "number": lambda row: (row.number, row.id), "largest": lambda row: (-row.total, -row.id),
    }  # fmt: skip
    return rows == sorted(rows, key=keys[sort])


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("sort", SORTS)
def test_every_invoice_stands_on_one_page_in_its_order(b24: Asker, rows: int, sort: str) -> None:
    made = many(b24, 120 if rows > 25 else 62)
    pages = [page(b24, page=n + 1, rows=rows, sort=sort) for n in range(-(-len(made) // rows))]
    listed = [row for each in pages for row in each.rows]
    assert sorted(row.id for row in listed) == made
    assert in_order(listed, sort)
    assert {each.total for each in pages} == {len(made)}
    assert [each.first for each in pages] == [1 + n * rows for n in range(len(pages))]


def test_a_row_has_what_the_page_shows(b24: Asker) -> None:
    made = old(b24, ACCOUNT_NUMBER="INV-0042", ORDER_TOPIC="Bathroom", DATE_BILL="2026-09-14", STATUS_ID="S")
    found = page(b24)
    (row,) = found.rows
    assert (row.id, row.kind, row.number, row.title) == (int(made["ID"]), "legacy", "INV-0042", "Bathroom")
    assert (row.date, row.customer_name, row.stage) == (date(2026, 9, 14), "Acme Plumbing", "S")
    assert [stage.id for stage in found.stages] == ["N", "S", "P", "D"]


def test_a_page_beyond_the_end_is_the_last_one(b24: Asker) -> None:
    made = many(b24, 57)
    found = page(b24, page=9, rows=25, sort="oldest")
    assert (len(found.rows), found.first, found.total) == (7, 51, len(made))
    assert page(b24.fresh(invoices="both"), page=3).rows == ()


@pytest.mark.parametrize(("count", "query", "expected"), [
    (60, {"rows": 50}, 2), (60, {"rows": 10, "page": 6}, 2), (60, {"rows": 100}, 2), (30, {"rows": 100}, 2),
    (60, {"rows": 25, "search": "A-03"}, 2), (40, {"rows": 25, "search": "acme"}, 2),
    (60, {"rows": 25, "search": "acme"}, 3),
])  # fmt: skip
def test_a_page_costs_two_calls_and_one_more_beyond_fifty_of_a_customer(
    b24: Asker, count: int, query: dict[str, Any], expected: int
) -> None:
    many(b24, count)
    assert cost(b24, **query) == expected


def test_nothing_is_asked_for_past_the_total(b24: Asker) -> None:
    many(b24, 57)
    asking = session(b24)
    calls(b24)
    legacy_list.invoice_page(asking, InvoiceQuery(rows=100))
    legacy_list.matching_ids(asking, InvoiceQuery(), 500)
    legacy_list.recent(asking, date(2020, 1, 1))
    assert "start=100" not in json.dumps(calls(b24))


# -- conditions -------------------------------------------------------------------------------------------------------


def test_a_stage_and_ids_choose(b24: Asker) -> None:
    made = many(b24, 12)
    sent = many(b24, 3, STATUS_ID="S")
    assert sorted(ids(page(b24, stages=("S",)))) == sent
    assert sorted(ids(page(b24, only_ids=tuple(made[:5])))) == made[:5]
    assert page(b24, only_ids=()).total == 0
    found = page(b24, without_ids=tuple(made), rows=10)
    assert (sorted(ids(found)), found.total) == (sent, 3)


def test_so_many_ids_that_no_batch_takes_them_choose_as_well(b24: Asker) -> None:
    made = many(b24, 5)
    far = tuple(range(100_000, 100_300))
    assert sorted(ids(page(b24, only_ids=(*far, *made)))) == made
    assert page(b24, without_ids=(*far, *made[:4])).total == 1


def test_a_condition_that_the_portal_leaves_out_is_held_here(b24: Asker) -> None:
    """No row of the first page says that "not among these" was dropped: the portal is asked whether it knows it."""
    made = many(b24, 60)
    oldest_first = page(b24, sort="oldest", rows=10)
    without = tuple(id for id in made if id not in ids(oldest_first))[-10:]
    found = page(b24, sort="oldest", rows=10, without_ids=without)
    assert (found.total, ids(found)) == (50, ids(oldest_first))
    assert not set(without) & set(legacy_list.matching_ids(session(b24), InvoiceQuery(without_ids=without), 500))


def test_a_condition_that_the_portal_leaves_out_is_held_on_a_page_beyond_the_end_too(b24: Asker) -> None:
    made = many(b24, 24)
    found = page(b24, sort="oldest", rows=10, page=9, without_ids=tuple(made[:2]))
    assert (found.total, found.first, len(found.rows)) == (22, 21, 2)


def test_templates_are_on_no_page_and_in_no_count(b24: Asker) -> None:
    made = many(b24, 6)
    many(b24, 4, IS_RECURRING="Y")
    asking = session(b24)
    assert (sorted(ids(page(b24))), page(b24).total) == (made, 6)
    assert sorted(legacy_list.matching_ids(asking, InvoiceQuery(), 100)) == made
    assert [row.id for row in legacy_list.stretch(asking, 0, 50).rows] == made
    assert sorted(invoice.id for invoice in legacy_list.recent(asking, date(2020, 1, 1)).invoices) == made


def test_a_person_finds_what_bitrix24_shows_that_person(b24: Asker) -> None:
    mine = many(b24, 2, RESPONSIBLE_ID=SELLER)
    many(b24, 3)
    found = legacy_list.invoice_page(session(b24, SELLER), InvoiceQuery())
    assert (sorted(ids(found)), found.total) == (mine, 2)


# -- search -----------------------------------------------------------------------------------------------------------


def test_number_title_and_customer_are_searched(b24: Asker) -> None:
    by_number = old(b24, ACCOUNT_NUMBER="KIT-7", ORDER_TOPIC="Bathroom")["ID"]
    by_title = old(b24, ACCOUNT_NUMBER="8", ORDER_TOPIC="Kitchen, stage 2")["ID"]
    company = b24.control("company", title="Kitty Hawk Ltd")["item"]["id"]
    by_company = old(b24, UF_COMPANY_ID=company, ACCOUNT_NUMBER="9")["ID"]
    contact = b24.control("contact", name="Kit", lastName="Harington")["item"]["id"]
    by_contact = old(b24, UF_CONTACT_ID=contact, ACCOUNT_NUMBER="10")["ID"]
    old(b24, ACCOUNT_NUMBER="11", ORDER_TOPIC="Roof")
    wanted = sorted(map(int, (by_number, by_title, by_company, by_contact)))
    found = page(b24, search="kit")
    assert (sorted(ids(found)), found.total) == (wanted, 4)
    assert sorted(legacy_list.matching_ids(session(b24), InvoiceQuery(search="kit"), 3)) != wanted
    assert sorted(legacy_list.matching_ids(session(b24), InvoiceQuery(search="kit"), 9)) == wanted
    assert page(b24, search="nobody").total == 0
    assert [row.number for row in page(b24, search="kit", stages=("S",)).rows] == []


def test_a_percent_sign_is_a_percent_sign(b24: Asker) -> None:
    old(b24, ACCOUNT_NUMBER="1", ORDER_TOPIC="Deposit of 50 percent")
    wanted = old(b24, ACCOUNT_NUMBER="2", ORDER_TOPIC="Deposit of 50% now")["ID"]
    assert ids(page(b24, search="50%")) == [int(wanted)]


# -- all, and the newest ----------------------------------------------------------------------------------------------


def test_all_are_read_in_stretches_by_their_ids(b24: Asker) -> None:
    made = many(b24, 120)
    asking = session(b24)
    calls(b24)
    first = legacy_list.stretch(asking, 0, 60)
    second = legacy_list.stretch(asking, first.last, 500)
    assert [row.id for row in (*first.rows, *second.rows)] == made
    assert (first.left, second.left, second.last) == (20, 0, made[-1])
    assert {row.customer_name for row in first.rows} == {"Acme Plumbing"}
    assert len(calls(b24)) == 4
    assert legacy_list.stretch(asking, made[-1], 50).rows == ()


def test_the_newest_since_a_day_come_whole(b24: Asker) -> None:
    many(b24, 20)
    found = legacy_list.recent(session(b24), date(2026, 5, 1))
    assert all(invoice.date >= date(2026, 5, 1) and invoice.line_items for invoice in found.invoices)
    assert found.total == len(found.invoices) > 0
