"""What is no change of an invoice: the same rows, rounded in another way, or written in another form."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from b24xero.domain.invoice import Invoice
from b24xero.xero.payload import foresee
from b24xero.xero.same_content import but_for_cents
from tests.xero.portal_invoices import portal_invoice, portal_row
from tests.xero.test_to_the_cent import BOOKS, SET_UP, URL, some_invoice

D = Decimal


def body(invoice: Invoice, **set_up: Any) -> dict[str, Any]:
    written = foresee(invoice, replace(SET_UP, **set_up), BOOKS, URL).written
    assert written is not None
    return written.body


def same(before: Invoice, now: Invoice, **set_up: Any) -> bool:
    return but_for_cents(body(before, **set_up), body(now), (now.total, *now.former_totals), BOOKS)


def rows(precision: str, *, price: str = "10", quantity: str = "3") -> list[dict[str, Any]]:
    return [
        portal_row(D(price), D(quantity), D(19), False, precision=precision),
        portal_row(D("4.99"), D("0.5"), D(19), False, precision=precision),
    ]


def test_an_invoice_that_the_portal_reckoned_anew_says_the_same() -> None:
    old, new = portal_invoice(rows("old"), "old"), portal_invoice(rows("new"), "new")
    assert (old.total, new.total) == (D("32.48"), D("32.49"))
    assert old.total in new.former_totals
    assert same(old, new)


@pytest.mark.parametrize(
    "now",
    [
        {"rows": rows("new", price="10.02")},
        {"rows": rows("new", quantity="4")},
        {"rows": rows("new")[:1]},
        {"rows": [{**rows("new")[0], "productName": "Copper pipe, 22 mm"}, rows("new")[1]]},
        {"rows": rows("new"), "begindate": "2026-09-15T03:00:00+03:00"},
        {"rows": rows("new"), "accountNumber": "INV-0043"},
        {"rows": rows("new"), "title": "Bathroom, ground floor"},
    ],
    ids=lambda now: ",".join(now),
)
def test_an_invoice_that_somebody_changed_does_not(now: dict[str, Any]) -> None:
    changes = dict(now)
    assert not same(portal_invoice(rows("old"), "old"), portal_invoice(changes.pop("rows"), "new", **changes))


def test_other_rows_of_the_same_total_are_a_change() -> None:
    two = portal_invoice([portal_row(D(15), D(2), None, True)])
    three = portal_invoice([portal_row(D(10), D(3), None, True)])
    assert two.total == three.total
    assert not same(two, three)


@pytest.mark.parametrize("rounding", ["tax", "line"])
def test_the_form_of_a_line_is_no_change(rounding: str) -> None:
    invoice = portal_invoice([portal_row(D("474.38"), D("2.125"), D(15), False)])
    assert body(invoice, rounding=rounding) != body(invoice, tolerance="0")
    assert same(invoice, invoice, rounding=rounding)


def test_what_one_of_the_roundings_made_of_any_rows_is_what_the_other_one_makes() -> None:
    chance, changed = random.Random("Harbour & Hill"), 0
    for n in range(300):
        before, now = (some_invoice(random.Random(f"{n}"), precision=precision) for precision in ("april", "new"))
        assert same(before, now)
        other = some_invoice(chance, rows=len(now.line_items), precision="new")
        changed += not same(before, other)
    assert changed == 300
