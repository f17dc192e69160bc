"""The month-end sheet out of two lists: every difference found, each named rightly, nothing unexplained."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24xero.reconciliation import compare
from b24xero.reconciliation.compare import Known, Ours, Theirs
from b24xero.reconciliation.sheet import Sheet, compared

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 30)
CENT = Decimal("0.05")
CURRENCIES = ("NZD", "NZD", "NZD", "AUD", "USD")


def an_invoice(id: int = 412, total: str = "1150.00", **values: object) -> Ours:
    number, day = f"INV-{id:05}", SINCE + timedelta(days=id % 30)
    usual = Ours(id, number, "Acme Plumbing", day, "NZD", Decimal(total), "Sent")
    return replace(usual, **values)  # type: ignore[arg-type]


def in_xero(one: Ours, **values: object) -> Theirs:
    """As it stands there when nothing happened since it was written."""
    usual = Theirs(f"x-{one.id}", one.number, one.customer, one.day, one.currency, one.total, due=one.total)
    return replace(usual, **values)  # type: ignore[arg-type]


def link(one: Ours, **values: object) -> Known:
    return replace(Known(one.id, f"x-{one.id}", one.total, one.total), **values)  # type: ignore[arg-type]


def found(one: Ours) -> Known:
    """Linked by "Find in Xero", never written."""
    return Known(one.id, f"x-{one.id}")


Triple = tuple[list[Ours], list[Theirs], list[Known]]


def made(*triples: Triple, whole: bool = True) -> Sheet:
    ours, theirs, known = (sum((triple[n] for triple in triples), []) for n in range(3))
    return compare.sheet(SINCE, UNTIL, ours, theirs, known, tolerance=CENT, whole=whole)


def same(one: Ours) -> Triple:
    return [one], [in_xero(one)], [link(one)]


def unsent(one: Ours) -> Triple:
    return [one], [], []


# What may be between the two, as a person or a vendor does it, by the kind that it must be called.
def changed(one: Ours) -> Triple:
    return [replace(one, total=one.total + Decimal("172.50"))], [in_xero(one)], [link(one)]


def edited(one: Ours) -> Triple:
    less = one.total - Decimal("86.25")
    return [one], [in_xero(one, total=less, due=less)], [link(one)]


def off_by_a_cent(one: Ours) -> Triple:
    there = one.total + Decimal("0.01")
    return [one], [in_xero(one, total=there, due=there)], [link(one, written=there)]


def paid_there(one: Ours) -> Triple:
    return [one], [in_xero(one, status="PAID", due=Decimal(0), paid=one.total)], [link(one)]


def credited(one: Ours) -> Triple:
    half = (one.total / 2).quantize(Decimal("0.01"))
    return [one], [in_xero(one, due=one.total - half, credited=half)], [link(one)]


def part_paid(one: Ours) -> Triple:
    half = (one.total / 2).quantize(Decimal("0.01"))
    return [one], [in_xero(one, due=one.total - half, paid=half)], [link(one)]


WAYS: dict[str, Callable[[Ours], Triple]] = {
    "not_sent": lambda one: unsent(replace(one, target="none", stage="Draft")),
    "ready": unsent,
    "stopped": lambda one: ([one], [], [Known(one.id, why={"code": "no_customer", "values": {}})]),
    "voided_there": lambda one: ([one], [in_xero(one, status="VOIDED")], [link(one)]),
    "deleted_there": lambda one: ([one], [in_xero(one, status="DELETED")], [link(one)]),
    "gone_there": lambda one: ([one], [], [link(one)]),
    "changed_here": changed,
    "changed_there": edited,
    "rounding": off_by_a_cent,
    "other_currency": lambda one: ([one], [in_xero(one, currency="EUR")], [link(one)]),
    "apart": lambda one: (
        [one],
        [in_xero(one, total=one.total + 7, due=one.total + 7)],
        [Known(one.id, f"x-{one.id}")],
    ),
    "not_linked": lambda one: ([one], [in_xero(one, total=one.total - 3, due=one.total - 3)], []),
    "dated_there": lambda one: ([one], [in_xero(one, day=UNTIL + timedelta(days=3))], [link(one)]),
    "dated_here": lambda one: ([replace(one, day=SINCE - timedelta(days=3))], [in_xero(one)], [link(one)]),
    "deleted_here": lambda one: ([], [in_xero(one)], [link(one)]),
    "only_there": lambda one: ([], [in_xero(one)], []),
    "cancelled_here": lambda one: ([replace(one, target="VOIDED")], [in_xero(one)], [link(one)]),
}
OWED_WAYS: dict[str, Callable[[Ours], Triple]] = {
    "paid_here": lambda one: ([replace(one, is_paid=True, target="none")], [in_xero(one)], [link(one)]),
    "paid_there": paid_there,
    "part_paid": part_paid,
    "credited": credited,
    "draft_there": lambda one: ([one], [in_xero(one, status="DRAFT")], [link(one)]),
}


@pytest.mark.parametrize("kind", WAYS)
def test_one_difference_is_found_and_named_and_explained(kind: str) -> None:
    sheet = made(same(an_invoice(1)), WAYS[kind](an_invoice(2)))
    named = [line for line in sheet.lines if line.kind == kind]
    assert [line.number for line in named] == ["INV-00002"]
    assert {line.kind for line in sheet.lines} - {kind, "not_sent"} == set()
    assert sheet.bridge.unexplained.is_nothing
    assert sheet.owed_bridge.unexplained.is_nothing


@pytest.mark.parametrize("kind", OWED_WAYS)
def test_what_customers_owe_is_explained_likewise(kind: str) -> None:
    sheet = made(same(an_invoice(1)), OWED_WAYS[kind](an_invoice(2)))
    assert [(line.kind, line.number) for line in sheet.owed] == [(kind, "INV-00002")]
    assert sheet.lines == ()
    assert sheet.bridge.unexplained.is_nothing
    assert sheet.owed_bridge.unexplained.is_nothing


@pytest.mark.slow
def test_ten_thousand_invoices_with_five_of_each_difference() -> None:
    """Every kind there is, in three currencies, shuffled: all are found, each once, and nothing is left over."""
    drawn = random.Random(16)
    ids = list(range(1, 10_001))
    drawn.shuffle(ids)
    odd = {kind: [ids.pop() for _ in range(5)] for kind in (*WAYS, *(f"owed {kind}" for kind in OWED_WAYS))}
    ways = {**WAYS, **{f"owed {kind}": way for kind, way in OWED_WAYS.items()}}

    def invoice(id: int) -> Ours:
        total = Decimal(drawn.randrange(20_000, 9_999_999)) / 100
        return an_invoice(id, str(total), currency=drawn.choice(CURRENCIES))

    triples = [same(invoice(id)) for id in ids]
    triples += [ways[kind](invoice(id)) for kind, chosen in odd.items() for id in chosen]
    drawn.shuffle(triples)
    sheet = made(*triples)

    found = {kind: sorted(int(line.number[4:]) for line in sheet.of(kind)) for kind in WAYS}
    found["not_sent"] = [id for id in found["not_sent"] if id not in odd["cancelled_here"]]
    assert found == {kind: sorted(odd[kind]) for kind in WAYS}
    owed = {kind: sorted(int(line.number[4:]) for line in sheet.owed if line.kind == kind) for kind in OWED_WAYS}
    assert owed == {kind: sorted(odd[f"owed {kind}"]) for kind in OWED_WAYS}
    assert sheet.bridge.unexplained.is_nothing
    assert sheet.owed_bridge.unexplained.is_nothing
    assert sheet.here.count == 10_000 - 15  # without those of another month, deleted here, or made there
    assert Sheet.from_json(sheet.as_json()) == sheet


def test_when_both_agree_there_is_nothing_to_tell() -> None:
    sheet = made(*(same(an_invoice(id)) for id in range(1, 241)))
    assert sheet.agrees
    assert (sheet.agreeing, sheet.belongs.count, sheet.there.count) == (240, 240, 240)
    assert sheet.apart.of("NZD") == 0


def test_a_difference_makes_it_agree_no_more() -> None:
    sheet = made(same(an_invoice(1)), changed(an_invoice(2)), OWED_WAYS["paid_here"](an_invoice(3)))
    assert not sheet.agrees
    assert (sheet.agreeing, sheet.belongs.count) == (1, 3)


def test_a_payment_or_a_credit_is_no_disagreement() -> None:
    assert made(part_paid(an_invoice(1)), credited(an_invoice(2))).agrees


def test_changed_on_both_sides_is_told_of_both() -> None:
    one = an_invoice()
    here, there = one.total + 10, one.total - 4
    sheet = made(([replace(one, total=here)], [in_xero(one, total=there, due=there)], [link(one)]))
    assert {line.kind: line.effect.of("NZD") for line in sheet.lines} == {"changed_here": -10, "changed_there": -4}
    assert sheet.bridge.unexplained.is_nothing


@pytest.mark.parametrize(("more", "kind"), [("0.05", "rounding"), ("0.06", "changed_here")])
def test_of_an_older_write_cents_within_the_tolerance_are_rounding(more: str, kind: str) -> None:
    one = an_invoice()
    sheet = made(([replace(one, total=one.total + Decimal(more))], [in_xero(one)], [link(one, seen=None)]))
    assert [line.kind for line in sheet.lines] == [kind]


def test_voided_in_both_belongs_in_neither() -> None:
    one = an_invoice(target="VOIDED")
    sheet = made(([one], [in_xero(one, status="VOIDED")], [link(one)]))
    assert sheet.agrees
    assert (sheet.belongs.count, sheet.there.count) == (0, 0)


def test_paid_in_a_stage_that_is_not_sent_still_belongs_in_xero() -> None:
    one = an_invoice(is_paid=True, target="none")
    sheet = made(([one], [in_xero(one, status="PAID", due=Decimal(0), paid=one.total)], [link(one)]))
    assert sheet.agrees
    assert sheet.belongs.count == 1


def test_whoever_sees_less_has_a_sheet_of_what_they_see() -> None:
    """Invoices that Bitrix24 does not show, or has no more, are on neither side; what was made in Xero is."""
    seen, hidden, made_there = an_invoice(1), an_invoice(2), an_invoice(3)
    sheet = made(same(seen), ([], [in_xero(hidden)], [link(hidden)]), WAYS["only_there"](made_there), whole=False)
    assert (sheet.here.count, sheet.there.count) == (1, 2)
    assert [line.kind for line in sheet.lines] == ["only_there"]
    assert not sheet.whole


def test_two_of_a_number_are_not_taken_for_the_same() -> None:
    one, other = an_invoice(1), an_invoice(2, number="INV-00001")
    sheet = made(unsent(one), unsent(other), ([], [in_xero(one)], []))
    assert Counter(line.kind for line in sheet.lines) == {"ready": 2, "only_there": 1}


def test_currencies_are_never_added_up() -> None:
    one, other = an_invoice(1), an_invoice(2, currency="AUD")
    sheet = made(same(one), unsent(other))
    assert sheet.apart.amounts == {"NZD": 0, "AUD": Decimal("1150.00")}
    assert sheet.currencies == ("NZD", "AUD")


def test_each_month_and_status_is_counted() -> None:
    sheet = made(same(an_invoice(1)), paid_there(an_invoice(2)), unsent(an_invoice(3, stage="Draft", target="none")))
    parts = {(part.side, part.month, part.status): part.sum.count for part in sheet.parts}
    assert parts == {
        ("here", "2026-11", "Sent"): 2, ("here", "2026-11", "Draft"): 1,
        ("there", "2026-11", "AUTHORISED"): 1, ("there", "2026-11", "PAID"): 1,
    }  # fmt: skip


def test_what_was_put_right_since_the_last_sheet_is_counted() -> None:
    before = made(unsent(an_invoice(1)), unsent(an_invoice(2)), changed(an_invoice(3)))
    now = made(same(an_invoice(1)), unsent(an_invoice(2)), changed(an_invoice(3)), edited(an_invoice(4)))
    since = compared(now, before)
    assert (since.gone, since.new, since.stayed) == (1, 1, 2)
    assert since.apart_before.of("NZD") == before.apart.of("NZD")


def test_an_invoice_that_came_twice_counts_once() -> None:
    one = an_invoice()
    assert made(([one, one], [in_xero(one), in_xero(one)], [link(one)])).agrees


@given(
    st.lists(
        st.tuples(st.sampled_from([*WAYS.values(), *OWED_WAYS.values(), same]), st.integers(20_000, 10**9)), max_size=12
    ),
    st.booleans(),
)
def test_whatever_happens_to_both_nothing_stays_unexplained(
    happened: list[tuple[Callable[[Ours], Triple], int]], whole: bool
) -> None:
    triples = [way(an_invoice(n, str(Decimal(cents) / 100))) for n, (way, cents) in enumerate(happened, 1)]
    sheet = made(*triples, whole=whole)
    assert sheet.bridge.unexplained.is_nothing
    assert sheet.owed_bridge.unexplained.is_nothing


def test_a_number_that_xero_kept_otherwise_is_not_taken_for_two_invoices() -> None:
    one = an_invoice(number="INV 🌷 7")
    (line,) = made(([one], [in_xero(one, number="INV ? 7")], [])).lines
    assert (line.kind, line.bitrix24_id, line.xero_id) == ("not_linked", one.id, f"x-{one.id}")


def test_numbers_that_differ_in_a_question_mark_alone_stay_apart() -> None:
    one, other = an_invoice(1, number="A?1"), an_invoice(2, number="A1")
    lines = made(([one, other], [in_xero(one), in_xero(other)], [])).lines
    assert {(line.kind, line.bitrix24_id, line.xero_id) for line in lines} == {
        ("not_linked", 1, "x-1"), ("not_linked", 2, "x-2"),
    }  # fmt: skip
