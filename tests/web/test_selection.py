"""Which invoices were chosen, as an address holds them."""

from __future__ import annotations

import random

import pytest

from b24xero.web.common import selection
from b24xero.web.common.origin import LONGEST_ADDRESS
from b24xero.web.common.selection import spelt


def test_it_reads_as_it_was_spelt() -> None:
    assert spelt([409, 412, 411]) == "bg.1.2"
    assert selection.read("bg.1.2") == [412, 411, 409]
    assert spelt([]) == ""
    assert selection.read(spelt([7])) == [7]


def test_old_invoices_are_chosen_beside_new_ones() -> None:
    assert selection.read(spelt([1, -4, -900, 31])) == [31, 1, -4, -900]
    assert selection.read(spelt([-4])) == [-4]


def test_a_thousand_of_ten_thousand_fit_into_an_address() -> None:
    ids = random.Random(5).sample(range(1, 10_000), 1000)
    assert len(spelt(ids)) < LONGEST_ADDRESS - 1500
    assert selection.read(spelt(ids)) == sorted(ids, reverse=True)


@pytest.mark.parametrize("text", ["", "BG", "412,411", "a..b", ".", "zzzzzzz", "0", "é"])
def test_of_what_is_spelt_otherwise_nothing_is_read(text: str) -> None:
    assert selection.read(text) == []
