"""What a line of the list says, and what the page's address means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from b24xero import create_app
from b24xero.contacts.match import ContactChoice
from b24xero.db.models import InvoiceLink, User
from b24xero.domain.books import Books
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.period import Period
from b24xero.domain.set_up import SetUp
from b24xero.errors import problem
from b24xero.push.context import Outcome
from b24xero.simulator import world
from b24xero.web.common import formats, list_query
from b24xero.web.invoices import row as invoices_row

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SENT = Stage("DT31_7:S", "Sent", "#55d0e0", "process")
NEW = Stage("DT31_7:N", "New", "#39a8ef", "process")
KEYS = {
    "SECRET_KEY": "a secret of the tests is long enough",
    "TOKEN_KEYS": "Zm9yIHRlc3RzIG9ubHksIHRoaXJ0eS10d28gYnl0ZXM=",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    environ = {**world.settings("http://localhost:9"), **KEYS, "DATABASE_URL": "sqlite://"}
    return create_app(environ, tmp_path_factory.mktemp("instance"))


@pytest.fixture(autouse=True)
def a_request(pages: Flask) -> Iterator[None]:
    with pages.test_request_context():
        yield


def invoice(**values: Any) -> InvoiceRow:
    return InvoiceRow(
        **{
            "id": 1412,
            "number": "INV-0412",
            "title": "Bag shelves",
            "date": date(2026, 11, 20),
            "due_date": None,
            "currency": "NZD",
            "total": Decimal("18745.00"),
            "stage": SENT.id,
            "customer_name": "Acme Plumbing",
            "company_id": 41,
            **values,
        }
    )


def link(**values: Any) -> InvoiceLink:
    return InvoiceLink(
        **{
            "bitrix24_id": 1412,
            "problems": [],
            "xero_id": "7",
            "xero_number": "INV-0412",
            "xero_status": "AUTHORISED",
            "xero_total": Decimal("18745.00"),
            "xero_due": Decimal("18745.00"),
            "xero_settled": Decimal(0),
            "xero_due_date": "2026-12-04",
            "written_at": NOW - timedelta(hours=2),
            **values,
        }
    )


def around(**targets: str) -> invoices_row.Surroundings:
    set_up = SetUp(stages={SENT.id: "AUTHORISED", NEW.id: "none", **targets})
    return invoices_row.Surroundings(
        NOW, "/invoices?page=2", set_up, {SENT.id: SENT, NEW.id: NEW}, Books(short_code="!Qj35V")
    )


def view(known: InvoiceLink | None = None, **values: Any) -> invoices_row.RowView:
    return invoices_row.row_view(invoice(**values), known, around())


def test_an_invoice_that_is_not_in_xero_offers_to_create_it() -> None:
    row = view()
    assert (row.in_xero, row.status_words, row.hint, row.xero_url) == (False, "Ready to send", "", "")
    assert row.press == "create"
    assert row.bitrix24_url.endswith("/crm/type/31/details/1412/")


def test_a_stage_that_is_not_sent_says_so() -> None:
    assert view(stage=NEW.id).hint == "stage New is not sent"
    assert view(stage="DT31_9:HOLD").hint == "stage DT31_9:HOLD has no Xero status yet"
    assert view(stage="DT31_7:HOLD").hint == "stage DT31_7:HOLD is gone from Bitrix24"


def test_what_is_in_xero_tells_its_status_when_it_is_due_and_where_it_is() -> None:
    row = view(link())
    assert (row.in_xero, row.status, row.status_words, row.hint) == (
        True,
        "awaiting",
        "Awaiting payment",
        "due 4 Dec 2026",
    )
    assert row.xero_url == "https://go.xero.com/app/!Qj35V/invoicing/view/7"


def test_the_amount_due_is_told_where_it_matters() -> None:
    assert view(link()).due_is_all
    part = view(link(xero_due=Decimal("745.00"), xero_settled=Decimal("18000.00")))
    assert (part.status, part.due, part.due_is_all) == ("part", Decimal("745.00"), False)
    assert view(link(xero_status="PAID", xero_due=Decimal(0))).due is None
    assert view(link(xero_status="VOIDED")).due is None


def written(**values: Any) -> InvoiceLink:
    """A link that knows what both said when it was written."""
    return link(**{"seen": invoice().facts, "xero_written_total": Decimal("18745.00"), **values})


@pytest.mark.parametrize(
    ("values", "known", "words", "hint", "action"),
    [
        ({"stage": NEW.id}, None, "Not sent on purpose", "stage New is not sent", ""),
        ({"total": Decimal("18917.50")}, written(), "Changed in Bitrix24", "+172.50 since it was sent", "edit"),
        ({"title": "Bag shelves, oak"}, written(), "Changed in Bitrix24", "the total is the same", "edit"),
        ({}, written(xero_total=Decimal("18658.75")), "Changed in Xero", "−86.25 by hand", "compare"),
        ({}, written(xero_status="VOIDED"), "Voided in Xero", "in Bitrix24 still Sent", "compare"),
        ({}, written(xero_due_date="2026-11-15"), "Overdue", "for 5 days", ""),
        ({}, written(xero_status="PAID", xero_due=Decimal(0), xero_paid_on="2026-11-19"), "Paid 19 Nov 2026", "", ""),
        (
            {}, written(xero_due=Decimal("745.00"), xero_settled=Decimal("18000.00")), "Part paid", "18,000.00 settled",
            "",
        ),
    ],
)  # fmt: skip
def test_a_row_tells_how_the_two_stand_and_offers_one_thing(
    values: dict[str, Any], known: InvoiceLink | None, words: str, hint: str, action: str
) -> None:
    row = view(known, **values)
    assert (row.status_words, row.hint, row.action) == (words, hint, action)


def test_both_totals_are_told_only_where_they_differ() -> None:
    assert view(written()).other_total is None
    assert view(written(), total=Decimal("18917.50")).other_total == Decimal("18745.00")


def test_who_may_not_write_is_offered_no_press_and_may_compare() -> None:
    shy = invoices_row.Surroundings(NOW, "/invoices", around().set_up, {SENT.id: SENT}, withheld=frozenset({1412}))
    assert invoices_row.row_view(invoice(), None, shy).press == ""
    voided = invoices_row.row_view(invoice(), written(xero_status="VOIDED"), shy)
    assert (voided.action, voided.can_press) == ("compare", False)


def test_overdue_is_seen_by_the_day() -> None:
    assert view(link(xero_due_date="2026-11-19")).status == "overdue"
    assert view(link(xero_due_date="2026-11-20")).status == "awaiting"


def test_a_number_of_xeros_own_is_shown() -> None:
    assert view(link(xero_number="INV-9001")).hint == "INV-9001 · due 4 Dec 2026"


def test_an_invoice_that_somebody_writes_right_now_is_busy() -> None:
    tom = User(name="Tom Hallam", bitrix24_id=7)
    row = view(link(xero_id=None, xero_status=None, claimed_until=NOW + timedelta(minutes=1), claimed_by=tom))
    assert (row.busy, row.status_words, row.hint) == (True, "Writing…", "by Tom Hallam")


def test_a_claim_whose_time_is_over_is_not_busy() -> None:
    assert not view(link(claimed_until=NOW - timedelta(seconds=1))).busy


def test_a_problem_that_was_kept_is_told_with_its_fix() -> None:
    stored = [problem("tax_rate_unmapped", rate="12.5", lines=2).as_json()]
    row = view(link(xero_id=None, xero_status=None, problems=stored))
    assert row.status_words == "Problem"
    (note,) = row.notes
    assert "12.5 %" in note.text
    assert note.fix
    assert note.fix.url == "/setup#taxes"


def test_a_problem_with_an_edit_keeps_what_xero_says() -> None:
    row = view(link(problems=[problem("number_taken", number="INV-0412").as_json()]))
    assert (row.status_words, row.hint, row.action) == ("Problem", "in Xero Awaiting payment", "answer")
    assert row.notes


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"customer_name": ""}, "Customer hidden from you, or deleted"),
        ({"customer_name": "", "company_id": 0}, "No customer"),
        ({"customer_name": "", "company_id": 0, "contact_id": 3}, "Customer hidden from you, or deleted"),
    ],
)
def test_a_customer_without_a_name_is_explained(values: dict[str, Any], words: str) -> None:
    assert view(**values).customer == words


def test_an_invoice_without_a_number_is_called_by_its_id() -> None:
    assert view(number="").number == "#1412"


# -- after a press


def pressed(kind: str, *, known: InvoiceLink | None = None, **values: Any) -> invoices_row.RowView:
    outcome = Outcome(kind, **{"row": invoice(), "link": known, **values})
    return invoices_row.outcome_view(1412, outcome, around())


def test_what_was_created_is_fresh_and_tells_both_totals() -> None:
    row = pressed("created", known=link(written_at=NOW))
    assert row.fresh
    assert row.notes[0].text == "Created in Xero as Awaiting payment. Both totals are NZD\u00a018,745.00."


def test_totals_that_differ_are_not_called_equal() -> None:
    differs = problem("written_but_differs", bitrix24="18745.00", xero="18744.99", currency="NZD")
    row = pressed("created", known=link(xero_total=Decimal("18744.99")), problems=(differs,))
    assert [note.tone for note in row.notes] == ["good", "warn"]
    assert "Both" not in row.notes[0].text
    assert "NZD\u00a018,744.99" in row.notes[1].text


def test_what_was_up_to_date_says_so_and_is_not_fresh() -> None:
    row = pressed("unchanged", known=link())
    assert not row.fresh
    assert row.notes[0].text.startswith("Already up to date")


@pytest.mark.parametrize("kind", ["created", "updated", "unchanged", "voided", "deleted", "adopted"])
def test_every_success_has_its_sentence(kind: str) -> None:
    (note,) = pressed(kind, known=link()).notes
    assert note.tone == "good"
    assert "%(" not in note.text


def test_several_problems_are_all_told() -> None:
    row = pressed("refused", problems=(problem("no_customer"), problem("no_rows")))
    assert len(row.notes) == 2
    assert not row.fresh


def test_an_unsure_contact_leaves_the_choice_in_the_row() -> None:
    choice = ContactChoice("c1", "Sarah Mitchell", "sarah@mail.example", "", False)
    row = pressed("unsure", problems=(problem("contact_unsure", name="Sarah Mitchell"),), candidates=(choice,))
    assert list(row.choices) == [choice]


def test_a_press_that_could_not_read_the_invoice_only_says_why() -> None:
    row = pressed("later", row=None, problems=(problem("bitrix24_down"),))
    assert not row.whole
    assert row.notes


# -- the address of the list


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"page": "abc"}, {"page": 1}),
        ({"page": "-3"}, {"page": 1}),
        ({"page": "99999999999999999999"}, {"page": 1}),
        ({"page": "٣"}, {"page": 1}),
        ({"rows": "7"}, {"rows": 50}),
        ({"rows": "100"}, {"rows": 100}),
        ({"sort": "DROP"}, {"sort": "newest"}),
        ({"view": "everything"}, {"view": "all"}),
        ({"view": "todo"}, {"view": "todo"}),
        ({"dated": "yesterday"}, {"period": Period()}),
        ({"dated": "month", "from": "2026-11-01"}, {"period": Period("month")}),
        ({"dated": "days", "from": "2026-13-01"}, {"period": Period()}),
        ({"dated": "days", "to": "2026-11-30"}, {"period": Period("days", None, date(2026, 11, 30))}),
        ({"stage": "<script>"}, {"stages": ()}),
        ({"stage": "DT31_7:UC_DEPOSI"}, {"stages": ("DT31_7:UC_DEPOSI",)}),
        ({"q": "  two\0 words "}, {"q": "two words"}),
        ({"q": "x" * 500}, {"q": "x" * 100}),
    ],
)
def test_what_cannot_be_read_in_the_address_falls_back(address: dict[str, str], expected: dict[str, Any]) -> None:
    found = list_query.read(address, remembered=50)
    assert {name: getattr(found, name) for name in expected} == expected


def test_an_address_says_only_what_is_unusual() -> None:
    assert list_query.read({}, 25).url() == "/invoices"
    assert list_query.read({"q": "kitchen", "page": "2"}, 25).url() == "/invoices?q=kitchen&page=2"
    assert list_query.read({"page": "2"}, 25).url(page=1) == "/invoices"


def test_an_address_can_be_shared_with_somebody_who_likes_other_rows() -> None:
    assert list_query.read({"rows": "25"}, remembered=100).url() == "/invoices?rows=25"
    assert list_query.read({}, remembered=100).url() == "/invoices?rows=100"


def test_an_address_reads_as_it_was_written() -> None:
    since = Period("days", date(2026, 8, 1))
    state = list_query.Asked(
        q="a&b=c", stages=(SENT.id, NEW.id), view="ready", period=since, sort="largest", rows=10, page=3
    )
    assert list_query.read(MultiDict(parse_qsl(state.url().partition("?")[2])), 25) == state


# -- formats


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("18745", "NZD", "18,745.00"),
        ("0.5", "NZD", "0.50"),
        ("-12.3", "AUD", "-12.30"),
        ("1200", "JPY", "1,200"),
        ("1200.5", "JPY", "1,200.5"),
        ("1.2345", "NZD", "1.2345"),
        ("1E+3", "NZD", "1,000.00"),
        ("7", "", "7.00"),
    ],
)
def test_amounts_keep_every_decimal_they_have(amount: str, currency: str, words: str) -> None:
    assert formats.figure(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=8), "12 Nov 2026"),
        (timedelta(seconds=-30), "just now"),
    ],
)
def test_a_moment_is_told_as_long_as_that_says_more_than_a_date(before: timedelta, words: str) -> None:
    assert formats.ago(NOW - before, NOW) == words


def test_the_last_minute_is_a_minute() -> None:
    assert formats.minutes_left(NOW + timedelta(seconds=1), NOW) == 1
    assert formats.minutes_left(NOW + timedelta(minutes=30), NOW) == 30
    assert formats.minutes_left(NOW, NOW) == 0
    assert formats.minutes_left(NOW - timedelta(minutes=3), NOW) == 0
