"""What becomes of an invoice: the whole status machine as tables, then the decision on its content."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24xero.domain.invoice import Customer, Invoice
from b24xero.domain.set_up import TARGETS, SetUp
from b24xero.push.case import NOT_LINKED
from b24xero.push.choices import Choices
from b24xero.push.policy import Decision, decide, number_again
from b24xero.xero import parse
from b24xero.xero.parse import XeroInvoice
from tests.xero.test_payload import BOOKS, SET_UP, URL, bill, row


@pytest.mark.parametrize(
    ("own", "deleted", "other"),
    [("INV-1", "INV-1", "INV-1-2"), ("INV-1", "INV-1-2", "INV-1-3"), ("INV-1", "INV-1-99", "INV-1-100"),
     ("INV-1", "INV-77", "INV-1-2")],
)  # fmt: skip
def test_one_that_is_created_again_gets_the_next_number(own: str, deleted: str, other: str) -> None:
    assert number_again(own, deleted) == other


# -- the decision on its content --------------------------------------------------------------------------------------

TODAY = date(2026, 9, 28)
ACME = Customer(kind="company", id=7, name="Acme Plumbing")
CONTACT = "c0ffee00-0000-4000-8000-000000000007"
BILL = replace(bill(row("100"), row("9.20", "7.5", id=902)), customer=ACME, stage_name="Sent")
CHANGED = replace(BILL, title="Bathroom, ground floor")


def set_up(target: str | None = "AUTHORISED", **changes: Any) -> SetUp:
    return replace(SET_UP, stages={} if target is None else {BILL.stage: target}, **changes)


def written(invoice: Invoice = BILL) -> dict[str, Any]:
    """The body that was written for it, with its contact."""
    new = decide(invoice, None, None, set_up(), BOOKS, TODAY, url=URL, contact_id=CONTACT).written
    assert new
    return {**new.body, "Contact": {"ContactID": CONTACT}}


def fingerprint(invoice: Invoice = BILL) -> str:
    new = decide(invoice, None, None, set_up(), BOOKS, TODAY, url=URL).written
    assert new
    return new.fingerprint(CONTACT)


@dataclass(frozen=True)
class Link:
    """What is remembered of INV-0042, just written as ``BILL`` says."""

    xero_id: str | None = "x-42"
    xero_number: str | None = "INV-0042"
    xero_status: str | None = "AUTHORISED"
    xero_due: Decimal | None = Decimal("194.35")
    xero_total: Decimal | None = Decimal("194.35")
    xero_settled: Decimal | None = Decimal(0)
    xero_due_date: str | None = "2026-10-12"
    xero_credits: list[dict[str, str]] | None = None
    written: dict[str, Any] | None = field(default_factory=written)
    fingerprint: str | None = field(default_factory=fingerprint)
    cents: str = ""
    line_ids: dict[str, str] = field(default_factory=dict)


def said(link: Link, content: dict[str, Any] | None = None, **changes: Any) -> XeroInvoice:
    """Xero's answer, exactly as the link remembers it."""
    body = content or link.written or written()
    lines = [{**line, "LineItemID": f"line-{n}"} for n, line in enumerate(body["LineItems"])]
    settled, due = link.xero_settled or Decimal(0), link.xero_due or Decimal(0)
    amounts = {"Total": str(settled + due), "AmountDue": str(due), "AmountPaid": str(settled)}
    dates = {"DateString": f"{body['Date']}T00:00:00", "DueDateString": f"{body['DueDate']}T00:00:00"}
    number = {"InvoiceID": link.xero_id, "InvoiceNumber": link.xero_number, "Status": link.xero_status}
    return parse.invoice({**body, **number, **amounts, **dates, "LineItems": lines, **changes})


def decided(
    invoice: Invoice = BILL,
    link: Link | None = None,
    xero_now: Any = None,
    under: SetUp | None = None,
    contact_id: str = CONTACT,
    **choices: Any,
) -> Decision:
    return decide(
        invoice, link, xero_now, under or set_up(), BOOKS, TODAY, url=URL, contact_id=contact_id,
        choices=Choices(**choices),
    )  # fmt: skip


def short(decision: Decision) -> tuple[str, str, tuple[str, ...]]:
    return decision.action, decision.reason, tuple(p.code for p in decision.problems)


PAID = Link(xero_status="PAID", xero_due=Decimal(0), xero_settled=Decimal("194.35"))
PART = Link(xero_due=Decimal("94.35"), xero_settled=Decimal(100))
VOID = Link(xero_status="VOIDED")
FOUND = Link(written=None, fingerprint=None)
NO_ROWS = replace(BILL, line_items=())


@pytest.mark.parametrize(
    ("invoice", "link", "target", "answer"),
    [
        (BILL, None, "AUTHORISED", ("create", "", ())),
        (BILL, None, "none", ("leave", "not_sent", ("stage_not_sent",))),
        (BILL, None, "VOIDED", ("leave", "not_sent", ("nothing_to_void",))),
        (BILL, None, None, ("refuse", "", ("stage_unmapped",))),
        (NO_ROWS, None, "AUTHORISED", ("refuse", "", ("no_rows",))),
        (replace(NO_ROWS, customer=None), None, "AUTHORISED", ("refuse", "", ("no_customer", "no_rows"))),
        (BILL, Link(xero_id=None), "AUTHORISED", ("create", "", ())),
        (BILL, Link(), "AUTHORISED", ("leave", "up_to_date", ())),
        (CHANGED, Link(), "AUTHORISED", ("update", "", ())),
        (NO_ROWS, Link(), "AUTHORISED", ("refuse", "", ("no_rows",))),
        (BILL, Link(xero_status="DRAFT"), "AUTHORISED", ("update", "", ())),
        (BILL, Link(), "none", ("leave", "not_sent", ("stage_not_sent",))),
        (BILL, Link(), "VOIDED", ("void", "", ())),
        (BILL, Link(xero_status="DRAFT"), "VOIDED", ("delete", "", ())),
        (BILL, PAID, "AUTHORISED", ("leave", "settled", ())),
        (CHANGED, PAID, "AUTHORISED", ("leave", "settled", ("paid_not_editable",))),
        (NO_ROWS, PAID, "AUTHORISED", ("leave", "settled", ("paid_not_editable",))),
        (BILL, PAID, "VOIDED", ("refuse", "", ("cannot_void_paid",))),
        (BILL, PART, "AUTHORISED", ("leave", "settled", ())),
        (CHANGED, PART, "AUTHORISED", ("leave", "settled", ("part_paid_not_editable",))),
        (BILL, VOID, "AUTHORISED", ("leave", "ended", ("voided_not_editable",))),
        (BILL, VOID, "VOIDED", ("leave", "ended", ())),
        (BILL, replace(VOID, xero_status="DELETED"), "DRAFT", ("leave", "ended", ("deleted_may_come_again",))),
        (BILL, FOUND, "AUTHORISED", ("update", "", ())),
    ],
)  # fmt: skip
def test_what_becomes_of_it_by_what_is_remembered(
    invoice: Invoice, link: Link | None, target: str | None, answer: tuple[str, str, tuple[str, ...]]
) -> None:
    assert short(decided(invoice, link, under=set_up(target))) == answer


@pytest.mark.parametrize(
    ("invoice", "drift", "edit", "answer"),
    [
        (BILL, "ask", {}, ("leave", "up_to_date", ())),
        (BILL, "ask", {"Reference": "PO 7781"}, ("leave", "up_to_date", ())),
        (BILL, "leave", {"Reference": "PO 7781"}, ("leave", "up_to_date", ())),
        (BILL, "bitrix24", {"Reference": "PO 7781"}, ("update", "", ())),
        (replace(BILL, due_date=date(2026, 12, 24)), "ask", {"Reference": "PO 7781"}, ("ask", "", ("edited_by_hand",))),
        (replace(BILL, due_date=date(2026, 12, 24)), "leave", {"Reference": "PO 7781"}, ("update", "", ())),
        (CHANGED, "leave", {"CurrencyCode": "USD"}, ("ask", "", ("edit_of_total_not_kept",))),
        (CHANGED, "bitrix24", {"CurrencyCode": "USD"}, ("update", "", ())),
    ],
)  # fmt: skip
def test_what_was_edited_by_hand_is_never_overwritten_without_a_choice(
    invoice: Invoice, drift: str, edit: dict[str, Any], answer: tuple[str, str, tuple[str, ...]]
) -> None:
    decision = decided(invoice, Link(), said(Link(), **edit), set_up(drift=drift))
    assert short(decision) == answer
    assert decided(invoice, Link(), said(Link(), **edit), set_up(), drift=drift.replace("ask", "")).action == answer[0]
    if drift == "leave" and decision.body:
        assert decision.body["Reference"] == "PO 7781"


def test_an_invoice_that_was_found_in_xero_is_ours_once_it_says_the_same() -> None:
    same = decided(BILL, FOUND, said(FOUND))
    assert (short(same), same.adopts) == (("leave", "up_to_date", ()), True)
    other = decided(CHANGED, FOUND, said(FOUND))
    assert (short(other), other.adopts) == (("ask", "", ("found_differs",)), False)
    assert decided(CHANGED, FOUND, said(FOUND), drift="bitrix24").action == "update"


def test_a_found_draft_keeps_its_lines_when_it_is_approved() -> None:
    draft = replace(FOUND, xero_status="DRAFT")
    body = decided(BILL, draft, said(draft)).body
    assert body
    assert body["Status"] == "AUTHORISED"
    assert [line.get("LineItemID") for line in body["LineItems"]] == ["line-0", "line-1"]


def test_what_is_gone_from_xero_is_refused() -> None:
    assert short(decided(BILL, Link(), "gone")) == ("refuse", "", ("gone_in_xero",))


def test_a_contact_that_is_not_known_is_looked_for_before_anything_is_decided_for_good() -> None:
    assert decided(BILL, None, contact_id=NOT_LINKED).needs_contact
    assert decided(BILL, Link(), said(Link()), contact_id=NOT_LINKED).needs_contact
    assert decided(BILL, FOUND, said(FOUND), contact_id=NOT_LINKED).needs_contact


@pytest.mark.parametrize("link", [PAID, PART, VOID])
@pytest.mark.parametrize("invoice", [BILL, CHANGED])
def test_no_contact_is_looked_for_for_an_invoice_that_stays_as_it_is(link: Link, invoice: Invoice) -> None:
    known = decided(invoice, link, said(link))
    unknown = decided(invoice, link, said(link), contact_id=NOT_LINKED)
    assert not unknown.needs_contact
    assert short(unknown) == short(known)


def test_cents_that_are_asked_for_are_a_question_and_no_fault() -> None:
    rows = tuple(row("0.3", tax="15") for _ in range(3))
    off = replace(BILL, line_items=rows, total=Decimal("1.04"))
    ask = set_up(rounding="ask")
    decision = decided(off, under=ask)
    assert (short(decision), decision.wanted) == (("ask", "", ("total_differs_choose",)), "create")
    assert decided(off, under=ask, cents="tax").action == "create"


def test_products_that_get_their_items_first_make_a_change() -> None:
    billed = replace(bill(row("100", product_id=5)), customer=ACME)
    link = Link(written=written(billed), fingerprint=fingerprint(billed))
    assert decided(billed, link).action == "leave"
    new = decide(billed, link, None, set_up(), BOOKS, TODAY, url=URL, contact_id=CONTACT, new_items=[5])
    assert new.action == "update"


@pytest.mark.parametrize(
    ("link", "target", "becomes"),
    [
        (None, "DRAFT", "draft"),
        (None, "AUTHORISED", "awaiting"),
        (Link(xero_status="DRAFT"), "AUTHORISED", "awaiting"),
        (Link(xero_due_date="2026-09-27"), "AUTHORISED", "overdue"),
        (PART, "AUTHORISED", "part"),
        (Link(), "VOIDED", "void"),
        (None, "none", "none"),
    ],
)
def test_where_it_stands_afterwards(link: Link | None, target: str, becomes: str) -> None:
    assert decided(CHANGED, link, under=set_up(target)).becomes == becomes


# -- for whatever invoice ---------------------------------------------------------------------------------------------

STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
LINKS = st.builds(
    Link,
    xero_status=st.sampled_from(STATUSES),
    xero_settled=st.sampled_from([Decimal(0), Decimal(100)]),
    xero_due_date=st.just(str(written()["DueDate"])),
)
INVOICES = st.sampled_from([BILL, CHANGED, NO_ROWS, replace(BILL, customer=None), replace(BILL, currency="GBP")])
SET_UPS = st.builds(set_up, st.sampled_from([None, *TARGETS]), drift=st.sampled_from(["ask", "bitrix24", "leave"]))


@given(INVOICES, LINKS, SET_UPS)
def test_what_is_remembered_and_the_same_answer_from_xero_come_to_the_same(
    invoice: Invoice, link: Link, under: SetUp
) -> None:
    """The summary, which does not ask Xero, foretells the press, which does."""
    remembered, asked = decided(invoice, link, None, under), decided(invoice, link, said(link), under)
    assert short(remembered) == short(asked)
    assert remembered.becomes == asked.becomes
    assert remembered.notes == asked.notes


@given(INVOICES, LINKS, SET_UPS, st.booleans())
def test_nothing_that_is_settled_or_ended_is_ever_written(
    invoice: Invoice, link: Link, under: SetUp, asked: bool
) -> None:
    decision = decided(invoice, link, said(link) if asked else None, under)
    assert decision.action != "create"
    if link.xero_settled or link.xero_status in ("PAID", "VOIDED", "DELETED"):
        assert decision.action in ("leave", "refuse")
    if decision.action in ("refuse", "ask"):
        assert decision.problems
    if decision.action == "leave":
        assert decision.reason
    if asked and decision.action in ("update", "void", "delete"):
        assert decision.body


def test_a_deleted_draft_is_created_again_only_where_a_person_said_so() -> None:
    deleted = replace(VOID, xero_status="DELETED")
    asks = decided(link=deleted, xero_now=said(deleted))
    assert (asks.action, asks.choice, asks.wanted) == ("leave", "again", "create")
    assert asks.problems[0].values == {"number": "INV-0042", "own": BILL.number, "other": f"{BILL.number}-2"}
    assert short(decided(link=deleted, xero_now=said(deleted), again=True)) == ("create", "", ())
    assert short(decided(link=VOID, xero_now=said(VOID), again=True)) == ("leave", "ended", ("voided_not_editable",))
    assert short(decided(link=Link(), xero_now=said(Link()), again=True))[0] != "create"


# -- who may not change it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("may_change", [False, None])
@pytest.mark.parametrize("under", TARGETS)
@pytest.mark.parametrize("link", [None, Link(), VOID, FOUND, Link(xero_status="DELETED"), Link(xero_status="DRAFT")])
def test_who_may_not_change_it_in_bitrix24_writes_nothing_of_it_and_has_nothing_to_choose(
    link: Link | None, under: str, may_change: bool | None
) -> None:
    for invoice in (BILL, CHANGED, NO_ROWS):
        theirs = decided(invoice, link, under=set_up(under))
        mine = decided(replace(invoice, may_change=may_change), link, under=set_up(under))
        assert mine.action in ("refuse", "leave")
        assert (mine.choice, mine.wanted, mine.needs_contact, mine.body) == ("", "", False, None)
        if theirs.action not in ("leave", "refuse") or theirs.choice:
            assert mine.problems[0].code == ("right_not_said" if may_change is None else "may_not_change")
        loosened = decided(replace(invoice, may_change=may_change), link, under=set_up(under, writers="see"))
        assert loosened == theirs


def test_what_stands_against_it_beside_the_right_is_told_beside_it() -> None:
    assert [p.code for p in decided(replace(NO_ROWS, may_change=False)).problems] == ["may_not_change", "no_rows"]
