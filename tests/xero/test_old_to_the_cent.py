"""To the cent, for old invoices: over twenty thousand of them total and tax in Xero are Bitrix24's, or both are told.

Bitrix24's side is built with the shop's own formulas, in either precision (``old_invoices``); Xero's is reckoned a
second time from the JSON that would travel, as for the invoices of today (``test_to_the_cent``).
"""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.xero.payload import Foresight, foresee
from tests.xero.old_invoices import PRECISIONS, old_invoice, old_row
from tests.xero.test_to_the_cent import (
    BOOKS,
    RATES,
    SET_UP,
    URL,
    assert_foreseen,
    assert_tax_told,
    assert_told,
)

D = Decimal
CHUNKS, IN_A_CHUNK = 4, 2_500  # in either precision
FEW = 400

Row = dict[str, str | None]


def some_row(chance: random.Random, *, included: bool) -> Row:
    """A row of any kind: fine prices and quantities, discounts, gifts, rebates, prices of two to four decimals."""
    percent, kind = chance.choice(RATES), chance.random()
    price = D(chance.randrange(10 ** chance.randrange(1, 9))).scaleb(-chance.choice((0, 2, 2, 2, 2, 4)))
    quantity = D(chance.randrange(1, 60)) if chance.random() < 0.6 else D(chance.randrange(1, 3_000_000)).scaleb(-4)
    off = D(chance.randrange(1, 50_000)).scaleb(-2) if kind < 0.25 else D(0)
    price = -price if 0.25 <= kind < 0.28 else D(0) if kind >= 0.98 else price
    return old_row(price, quantity, percent, included, off=off)


def some_rows(chance: random.Random) -> list[Row]:
    """1 to 40 rows, most invoices short; prices all with tax, all without, or some of each."""
    kind = chance.choice(("with tax", "without tax", "without tax", "mixed"))
    count = chance.randrange(1, 10) if chance.random() < 0.85 else chance.randrange(10, 41)
    return [
        some_row(chance, included=kind == "with tax" or (kind == "mixed" and chance.random() < 0.5))
        for _ in range(count)
    ]


def seen(chance: random.Random, precision: str) -> tuple[bool, bool]:
    """Whether total and tax are Bitrix24's; where one is not, both figures of it are told."""
    invoice = old_invoice(some_rows(chance), precision)
    assert invoice.rows_total == invoice.total, "the rows make the total, in either precision"
    found = foresee(invoice, SET_UP, BOOKS, URL)
    assert found.written is not None
    assert_foreseen(found.written)
    if found.problems:
        assert_told(found, invoice)
        return False, False
    assert found.written.total == invoice.total
    return True, assert_tax_told(found.written, invoice)


def assert_nearly_all(count: int, chance: random.Random, precision: str) -> None:
    results = [seen(chance, precision) for _ in range(count)]
    totals_right, both_right = (sum(result[n] for result in results) for n in (0, 1))
    assert totals_right >= count * 0.999, f"only {totals_right} of {count}"
    assert both_right >= count * 0.99, f"only {both_right} of {count}"


@pytest.mark.parametrize("precision", PRECISIONS)
def test_total_and_tax_of_some_old_invoices_are_bitrix24s(precision: str) -> None:
    assert_nearly_all(FEW, random.Random(f"Acme Plumbing {precision}"), precision)


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_of_twenty_thousand_old_invoices_each_is_to_the_cent_or_both_figures_are_told(
    chunk: int, precision: str
) -> None:
    assert_nearly_all(IN_A_CHUNK, random.Random(f"Acme Plumbing {chunk} {precision}"), precision)


prices = st.decimals(0, 100_000, places=4) | st.decimals(-1000, 1000, places=2) | st.decimals(0, 2, places=4)
quantities = st.decimals(D("0.0001"), 500, places=4) | st.integers(1, 200).map(D)


@st.composite
def old_rows(draw: st.DrawFn) -> list[Row]:
    included = draw(st.sampled_from([st.just(True), st.just(False), st.booleans()]))
    offs = st.just(D(0)) | st.decimals(D("0.01"), 500, places=2)
    row = st.builds(
        lambda price, quantity, percent, with_tax, off: old_row(price, quantity, percent, with_tax, off=off),
        prices, quantities, st.sampled_from(RATES), included, offs,
    )  # fmt: skip
    return draw(st.lists(row, min_size=1, max_size=40))


@settings(max_examples=150, deadline=None, database=None)
@given(old_rows(), st.sampled_from(["tax", "line", "ask"]), st.sampled_from(["0", "0.05", "1.00"]),
       st.sampled_from(PRECISIONS))  # fmt: skip
def test_under_any_set_up_no_difference_of_an_old_invoice_is_ever_silent(
    rows: list[Row], rounding: str, tolerance: str, precision: str
) -> None:
    invoice = old_invoice(rows, precision)
    found = foresee(invoice, replace(SET_UP, rounding=rounding, tolerance=tolerance), BOOKS, URL)
    assert found.written is not None
    assert_foreseen(found.written)
    told = {p.code for p in found.problems} - {"total_negative"}
    assert told <= {"total_differs", "total_beyond_tolerance", "total_differs_choose"}
    assert bool(told) == (found.written.total != invoice.total)
    assert_tax_told(found.written, invoice)


def test_an_invoice_that_is_taxed_as_a_whole_is_refused_with_that_reason_alone() -> None:
    rows = [old_row(D(100), D(1), D(15), False)]
    for changes in ({"PR_LOCATION": "1", "PRICE": "108.50", "TAX_VALUE": "8.50"}, {"PR_LOCATION": "0"}):
        assert codes(foresee(old_invoice(rows, "new", **changes), SET_UP, BOOKS, URL)) == ["document_tax"]
    for empty in (None, ""):
        assert not old_invoice(rows, "new", PR_LOCATION=empty).document_tax
    untaxed = [old_row(D(100), D(1), D(0), False)]
    taxed = old_invoice(untaxed, "new", PRICE="108.50", TAX_VALUE="8.50")
    assert codes(foresee(taxed, SET_UP, BOOKS, URL)) == ["document_tax"]


def test_a_total_that_the_rows_do_not_make_is_told() -> None:
    chance = random.Random("Harbour & Hill")
    for _ in range(60):
        right = old_invoice(some_rows(chance), "new")
        off = right.total + chance.choice((3, -3, 250, -1))
        invoice = replace(right, total=off)
        found = foresee(invoice, SET_UP, BOOKS, URL)
        assert "total_differs" in codes(found)


def codes(found: Foresight) -> list[str]:
    return [p.code for p in found.problems]
