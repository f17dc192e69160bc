"""One number names an invoice of either kind: nothing else has to be remembered with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24xero.domain.invoice import Kind
from b24xero.domain.invoice_key import LARGEST_ID, id_of, ids_of, key_of, kind_of, numberless, read, written

KINDS: tuple[Kind, ...] = ("smart", "legacy")
invoices = st.tuples(st.sampled_from(KINDS), st.integers(1, LARGEST_ID))


@given(invoices)
def test_a_key_tells_kind_and_id_and_is_read_as_it_is_written(invoice: tuple[Kind, int]) -> None:
    key = key_of(*invoice)
    assert (kind_of(key), id_of(key)) == invoice
    assert read(written(key)) == key


@given(invoices, invoices)
def test_no_two_invoices_have_one_key(one: tuple[Kind, int], other: tuple[Kind, int]) -> None:
    assert (key_of(*one) == key_of(*other)) == (one == other)
    assert (written(key_of(*one)) == written(key_of(*other))) == (one == other)


def test_it_is_written_as_the_addresses_say() -> None:
    assert [written(41), written(-41)] == ["41", "old-41"]


def test_an_invoice_without_a_number_is_told_by_its_id_alone() -> None:
    assert [numberless(41), numberless(-41)] == ["#41", "#41"]


@pytest.mark.parametrize("text", ["", "0", "old-0", "-41", "old--41", "OLD-41", "41 ", "old-", "2147483648", "old-٤١"])
def test_what_names_none_is_no_key(text: str) -> None:
    assert read(text) == 0


def test_ids_are_told_apart_by_their_kind() -> None:
    assert ids_of("smart", (41, -7, 12)) == (41, 12)
    assert ids_of("legacy", (41, -7, 12)) == (7,)
