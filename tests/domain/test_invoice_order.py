"""How pages are cut from two lists of one order: nothing twice, nothing left out, forwards and backwards."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.domain.invoice import InvoiceRow, Kind
from b24xero.domain.invoice_order import Listed, Place, TwoLists, ordered
from b24xero.domain.queries import SORTS

DAY = date(2026, 9, 1)


def row(id: int, day: int, kind: Kind = "smart") -> InvoiceRow:
    return InvoiceRow(id, f"INV-{day:02}", "", DAY + timedelta(day), None, "NZD", Decimal(day), "S", kind=kind)


def two(new: list[int], old: list[int], sort: str = "newest") -> TwoLists:
    """Lists of invoices of these days, amounts and numbers."""
    news = ordered((row(n, day) for n, day in enumerate(new, 1)), sort)
    olds = ordered((row(-n, day, "legacy") for n, day in enumerate(old, 1)), sort)
    return TwoLists(Listed(dict(enumerate(news)), len(news)), Listed(dict(enumerate(olds)), len(olds)), sort)


days = st.lists(st.integers(0, 12), max_size=30)


@given(days, days, st.integers(1, 7), st.sampled_from(SORTS))
@settings(max_examples=100, deadline=None)
def test_pages_hold_each_invoice_once_in_the_order_of_both(
    new: list[int], old: list[int], rows: int, sort: str
) -> None:
    both, place, shown, places = two(new, old, sort), Place(), [], [Place()]
    while place != both.end:
        page, place = both.after(place, rows)
        shown += page
        places.append(place)
    assert [one.id for one in shown] != [] or both.end == Place()
    assert sorted(one.id for one in shown) == sorted([*range(1, len(new) + 1), *range(-len(old), 0)])
    values = [one.total for one in shown]
    assert values == sorted(values, reverse=sort in ("newest", "largest"))
    for begins, ends in pairwise(places):
        assert both.before(ends, ends.all - begins.all) == begins
        assert both.fits(begins)


@given(days, days, st.data())
@settings(max_examples=100, deadline=None)
def test_a_place_fits_exactly_where_the_merged_list_passes_it(
    new: list[int], old: list[int], data: st.DataObject
) -> None:
    both = two(new, old)
    place = Place(data.draw(st.integers(0, len(new))), data.draw(st.integers(0, len(old))))
    assert both.fits(place) is (both.after(Place(), place.all)[1] == place)


@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_where_the_portal_sorts_otherwise_than_we_compare_each_stands_on_one_page(
    new: list[int], old: list[int], rows: int
) -> None:
    """By its own collation, or with days that it does not have."""
    news = {at: row(day + 1, day) for at, day in enumerate(new)}
    olds = {at: row(-day - 1, day, "legacy") for at, day in enumerate(old)}
    both, place, shown = TwoLists(Listed(news, 8), Listed(olds, 8), "number"), Place(), list[InvoiceRow]()
    while place != both.end:
        page, place = both.after(place, rows)
        shown += page
    assert sorted(one.id for one in shown) == [*range(-8, 0), *range(1, 9)]
    assert [one for one in shown if one.id > 0] == list(news.values())
    assert [one for one in shown if one.id < 0] == list(olds.values())


@pytest.mark.parametrize("place", [Place(4, 0), Place(0, 3), Place(-1, 2), Place(2, -1)])
def test_a_place_that_the_lists_do_not_have_fits_nowhere(place: Place) -> None:
    assert not two([1, 2, 3], [1, 2]).fits(place)


def test_of_two_of_one_day_the_one_of_today_comes_first() -> None:
    assert [one.id for one in two([5], [5, 6]).after(Place(), 9)[0]] == [-2, 1, -1]


def test_what_could_not_be_read_takes_its_place_and_shows_nothing() -> None:
    both = two([1, 2, 3], [4])
    rows = {at: one for at, one in both.new.rows.items() if at != 1}
    page, end = TwoLists(Listed(rows, 3), both.old, "newest").after(Place(), 3)
    assert ([one.id for one in page], end) == ([-1, 3], Place(2, 1))
