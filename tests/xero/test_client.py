"""Many of Xero's invoices and contacts in few calls: what was modified, what is open, fifty written at once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from b24xero.errors import Disconnected, JobError, NotFound, OutcomeUnknown, Rejected, RetryLater
from b24xero.xero import client, one_call, parse
from b24xero.xero.client import Xero, XeroContact, XeroInvoice
from b24xero.xero.paging import PAGE_SIZE, Page, envelopes, invoice_pages
from b24xero.xero.validation_errors import same_element
from tests.simulator.xero_books import Books, opened

NOBODY = "00000000-1111-4222-8333-444444444444"


@pytest.fixture(scope="module")
def served() -> Iterator[Books]:
    with opened() as books:
        yield books


@pytest.fixture
def books(served: Books) -> Books:
    faults(served, "clear")
    served.control("reset")
    served.control("options", modified_since="exclusive")
    served.sign_in()
    forget(served)
    return served


@pytest.fixture
def xero(books: Books) -> Xero:
    return Xero(books.base, books.token, books.tenant_id)


def faults(books: Books, name: str = "", **values: Any) -> None:
    host = books.base.removesuffix("/xero")
    answer = books.session.post(f"{host}/_control/faults{'/' + name if name else ''}", json=values)
    assert answer.ok, answer.text


def fault(books: Books, do: str, **values: Any) -> None:
    faults(books, do=do, vendor="xero", path="/api.xro/", **values)


def journal(books: Books) -> list[Any]:
    host = books.base.removesuffix("/xero")
    return [seen for seen in books.session.post(f"{host}/_control/requests").json() if "/api.xro/" in seen["path"]]


def calls(books: Books) -> list[str]:
    return [f"{seen['method']} {seen['path'].rpartition('/')[2]}" for seen in journal(books)]


def forget(books: Books) -> None:
    books.session.post(f"{books.base.removesuffix('/xero')}/_control/requests/clear")


def payload(books: Books, number: str, **fields: Any) -> dict[str, Any]:
    return books.invoice(InvoiceNumber=number, **fields)


def about(count: int) -> list[dict[str, str]]:
    return [{"number": f"B24-{n}"} for n in range(count)]


def make(books: Books, count: int, prefix: str = "OLD", **fields: Any) -> list[str]:
    """Invoices that are there already, their ids in order."""
    ids: list[str] = []
    for first in range(0, count, 100):
        made = [payload(books, f"{prefix}-{n}", **fields) for n in range(first, min(first + 100, count))]
        answer = books.call("PUT", "Invoices", {"Invoices": made})
        assert answer.status_code == 200, answer.text
        ids += [row["InvoiceID"] for row in answer.json()["Invoices"]]
    forget(books)
    return ids


def numbered(books: Books, prefix: str) -> list[str]:
    return sorted(i["InvoiceNumber"] for i in books.control("invoices") if i["InvoiceNumber"].startswith(prefix))


def modified(pages: Iterator[Page]) -> list[XeroInvoice]:
    return [invoice for page in pages for invoice in page.invoices]


# -- modified since ---------------------------------------------------------------------------------------------------


def test_nothing_modified_is_one_call_and_tells_the_time(books: Books, xero: Xero) -> None:
    books.clock.advance(1500)
    now = books.clock.now()
    (page,) = xero.modified_since(now - timedelta(minutes=10))
    assert page.invoices == ()
    assert page.server_time
    assert abs(page.server_time - now) < timedelta(seconds=5)
    assert calls(books) == ["GET Invoices"]
    (seen,) = journal(books)
    assert seen["headers"]["If-Modified-Since"] == (now - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%S")


def test_twelve_hundred_modified_are_two_calls(books: Books, xero: Xero) -> None:
    books.clock.advance(1500)
    since = books.clock.now() - timedelta(minutes=1)
    ids = make(books, 1200)
    pages = list(xero.modified_since(since))
    assert [len(page.invoices) for page in pages] == [PAGE_SIZE, 200]
    assert len(calls(books)) == 2
    assert {invoice.id for page in pages for invoice in page.invoices} == set(ids)
    assert len({page.server_time for page in pages}) == 1


def test_a_page_is_asked_for_when_it_is_wanted(books: Books, xero: Xero) -> None:
    make(books, 30)
    pages = xero.modified_since(None, page_size=20)
    assert calls(books) == []
    next(pages)
    assert len(calls(books)) == 1


def test_a_moment_in_any_zone_is_asked_for_in_utc(books: Books, xero: Xero) -> None:
    auckland = timezone(timedelta(hours=13))
    list(xero.modified_since(datetime(2026, 9, 1, 9, 30, 15, 999_999, tzinfo=auckland)))
    assert journal(books)[0]["headers"]["If-Modified-Since"] == "2026-08-31T20:30:15"


def test_bills_are_none_of_ours(books: Books, xero: Xero) -> None:
    books.control("invoices/add", set=books.invoice(Type="ACCPAY", InvoiceNumber="BILL-7"))
    found = modified(xero.modified_since(None))
    assert found
    assert "BILL-7" not in {invoice.number for invoice in found}


def test_no_row_is_lost_when_rows_are_modified_between_two_pages(books: Books, xero: Xero) -> None:
    """Ordered by their time, one that is modified would leave the first page and pull another one over its edge."""
    books.clock.advance(1500)
    since = books.clock.now() - timedelta(minutes=1)
    ids = make(books, 40)
    pages = xero.modified_since(since, page_size=20)
    first = next(pages)
    for invoice in first.invoices[:7]:
        books.control("pay", invoice=invoice.id)
    assert {invoice.id for invoice in (*first.invoices, *modified(pages))} == set(ids)


def test_one_that_comes_in_while_pages_are_read_is_in_the_next_reading(books: Books, xero: Xero) -> None:
    (old,) = make(books, 1)
    books.clock.advance(1500)
    ids = make(books, 40, prefix="NEW")
    pages = xero.modified_since(books.clock.now() - timedelta(minutes=1), page_size=20)
    first = next(pages)
    books.control("pay", invoice=old)
    seen = {invoice.id for invoice in (*first.invoices, *modified(pages))}
    assert set(ids) <= seen
    assert first.server_time
    later = modified(xero.modified_since(first.server_time - timedelta(seconds=2)))
    assert old in {invoice.id for invoice in later}


def test_paid_part_paid_credited_voided_and_taken_back_are_told_apart(books: Books, xero: Xero) -> None:
    paid, part, credited, voided, back = make(books, 5)
    books.control("pay", invoice=paid)
    books.control("pay", invoice=part, amount="10.00")
    books.control("credit", invoice=credited)
    books.control("void", invoice=voided)
    books.control("pay", invoice=back)
    books.control("unpay", invoice=back)
    found = {invoice.id: invoice for invoice in modified(xero.modified_since(None))}
    amounts = {id: (i.status, i.paid, i.credited, i.settled) for id, i in found.items()}
    total, ten, zero = Decimal("24.15"), Decimal(10), Decimal(0)
    assert amounts[paid] == ("PAID", total, zero, total)
    assert amounts[part] == ("AUTHORISED", ten, zero, ten)
    assert amounts[credited] == ("PAID", zero, total, total)
    assert amounts[voided] == ("VOIDED", zero, zero, zero)
    assert amounts[back] == ("AUTHORISED", zero, zero, zero)


def test_a_304_ends_it_without_a_page(books: Books, xero: Xero) -> None:
    fault(books, "answer", status=304)
    assert list(xero.modified_since(books.clock.now())) == []
    assert len(calls(books)) == 1


def test_a_page_that_fails_once_is_asked_again_and_twice_is_later(books: Books, xero: Xero) -> None:
    make(books, 30)
    fault(books, "drop_after", skip=1)
    assert len(list(xero.modified_since(None, page_size=20))) > 1
    fault(books, "answer", status=503, times=2)
    with pytest.raises(RetryLater):
        list(xero.modified_since(None))


UNREADABLE = {"nothing": "", "text": "Bad Request", "a page": "<html><h1>400</h1></html>", "half": '{"Message": "A va'}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_cannot_be_read_is_told_as_one(books: Books, xero: Xero, status: int, body: str) -> None:
    faults(books, do="answer", vendor="xero", path="/Accounts", status=status, body=body, times=3)
    with pytest.raises(RetryLater) as raised:
        xero.books()
    assert [p.code for p in raised.value.problems] == ["xero_unreadable"]


@pytest.mark.slow
@pytest.mark.parametrize("body", ["", "Bad Request"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 418, 422, 429, 500, 501, 502, 503])
def test_no_status_with_an_unreadable_body_is_more_than_one_of_our_errors(
    books: Books, xero: Xero, status: int, body: str
) -> None:
    invoice = payload(books, "B24-1")
    fault(books, "answer", status=status, body=body, times=3)
    with pytest.raises(JobError):
        xero.create_invoice(invoice, "key", {})


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("do", ["answer", "answer_after"])
def test_a_write_that_is_refused_without_a_reason_is_unclear(books: Books, xero: Xero, do: str, body: str) -> None:
    invoice = payload(books, "B24-1")
    fault(books, do, status=400, body=body)
    with pytest.raises(OutcomeUnknown) as raised:
        xero.create_invoice(invoice, "key", {})
    assert [p.code for p in raised.value.problems] == ["xero_bad_answer"]


def test_a_login_that_ended_is_said_in_the_middle_too(books: Books, xero: Xero) -> None:
    make(books, 30)
    pages = xero.modified_since(None, page_size=20)
    next(pages)
    books.control("tokens/expire")
    with pytest.raises(Disconnected):
        next(pages)


# -- pages without their block (facts §2.3 promises it, older answers have none) -------------------------------------


def sent(sizes: list[int], counts: list[Any]) -> tuple[list[int], list[int]]:
    """How many pages of these sizes are asked for, and how many rows they bring."""
    asked: list[int] = []

    def ask(number: int) -> dict[str, Any]:
        asked.append(number)
        size = sizes[number - 1] if number <= len(sizes) else 0
        block = counts[number - 1] if number <= len(counts) else None
        return {"Invoices": [{}] * size} | ({} if block is None else {"pagination": {"pageCount": block}})

    return [len(answer["Invoices"]) for answer in envelopes(ask, "Invoices")], asked


@pytest.mark.parametrize(
    ("sizes", "counts", "calls"),
    [
        ([1000, 200], [2, 2], 2),
        ([1000], [1], 1),
        ([0], [0], 1),
        ([0], [7], 1),  # an empty page is the end, whatever is said
        ([1000, 1000, 5], [2, 3, 3], 3),  # it grew while it was read
        ([100, 100, 20], [3, 3, 3], 3),  # pageSize is not heeded
        ([99], [None], 1),
        ([100, 100, 20], [None] * 3, 3),
        ([1000, 200], [None] * 2, 3),
        ([5], ["many"], 1),
    ],
)
def test_pages_end_where_they_end(sizes: list[int], counts: list[Any], calls: int) -> None:
    rows, asked = sent(sizes, counts)
    assert len(asked) == calls
    assert sum(rows) == sum(sizes)


@pytest.mark.parametrize("spelt", [None, "", "yesterday", "/Date(99999999999999999999)/"])
def test_an_answer_without_its_time_is_still_read(spelt: Any) -> None:
    envelope = {"Invoices": [{"Type": "ACCREC", "InvoiceID": "a"}], "DateTimeUTC": spelt}
    (page,) = invoice_pages(lambda _: envelope)
    assert (page.server_time, [invoice.id for invoice in page.invoices]) == (None, ["a"])


@pytest.mark.parametrize(
    ("spelt", "moment"),
    [
        ("/Date(1789378199100+0000)/", datetime(2026, 9, 14, 9, 29, 59, 100_000, tzinfo=UTC)),
        ("/Date(1789378199100)/", datetime(2026, 9, 14, 9, 29, 59, 100_000, tzinfo=UTC)),
        ("/Date(1789378199100+1300)/", datetime(2026, 9, 14, 9, 29, 59, 100_000, tzinfo=UTC)),
        ("2026-09-14T09:29:59Z", datetime(2026, 9, 14, 9, 29, 59, tzinfo=UTC)),
        ("2026-09-14T09:29:59", datetime(2026, 9, 14, 9, 29, 59, tzinfo=UTC)),
        ("/Date(-1000)/", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_is_utc_however_it_is_spelt(spelt: str, moment: datetime) -> None:
    assert parse.moment(spelt) == moment


# -- open ones, by ids, contacts --------------------------------------------------------------------------------------


def test_open_invoices_are_drafts_submitted_and_approved_ones(books: Books, xero: Xero) -> None:
    draft, submitted, approved, paid, voided = make(books, 5, Status="DRAFT")
    books.control("edit", invoice=submitted, set={"Status": "SUBMITTED"})
    for invoice in (approved, paid, voided):
        books.control("approve", invoice=invoice)
    books.control("pay", invoice=paid)
    books.control("void", invoice=voided)
    found = {invoice.id: invoice.status for page in xero.open_invoices() for invoice in page.invoices}
    assert {found[draft], found[submitted], found[approved]} == {"DRAFT", "SUBMITTED", "AUTHORISED"}
    assert not {paid, voided} & found.keys()
    assert set(found.values()) <= {"DRAFT", "SUBMITTED", "AUTHORISED"}
    assert calls(books) == ["GET Invoices"]


def test_invoices_by_ids_are_fifty_a_call_and_unknown_ids_are_left_out(books: Books, xero: Xero) -> None:
    ids = make(books, 90)
    books.control("void", invoice=ids[0])
    chunks = list(xero.invoices_by_ids([*ids, ids[3], NOBODY]))
    assert [len(chunk) for chunk in chunks] == [50, 40]
    assert {invoice.id for chunk in chunks for invoice in chunk} == set(ids)
    assert len(calls(books)) == 2
    assert max(len(seen["query"]) for seen in journal(books)) < 1900
    assert list(xero.invoices_by_ids([])) == []
    assert len(calls(books)) == 2


@pytest.mark.parametrize(("field", "words"), [("InvoiceNumber", "7,5"), ("Reference", '12" pipe')])
def test_words_that_only_a_search_finds_are_found_among_a_thousand_that_hold_them(
    books: Books, xero: Xero, monkeypatch: pytest.MonkeyPatch, field: str, words: str
) -> None:
    monkeypatch.setattr(client, "PAGE_SIZE", 100)
    others = {"Reference": f"{words} and more"} if field == "Reference" else {}
    make(books, 140, prefix=f"{words} before", **others)
    made = books.put("Invoices", {**payload(books, "LAST"), field: words})
    make(books, 140, prefix=f"{words} after", **others)
    look = xero.invoices_numbered if field == "InvoiceNumber" else xero.invoices_referring
    assert [invoice.id for invoice in look([words])] == [made["InvoiceID"]]


def test_all_contacts_of_1500_are_two_calls_with_numbers_emails_and_archived_ones(books: Books, xero: Xero) -> None:
    there = len(books.control("contacts"))
    made = [{"Name": f"Customer {n}", "ContactNumber": f"B24-CO-{n}", "EmailAddress": f"c{n}@acme.example"}
            for n in range(1500 - there)]  # fmt: skip
    for first in range(0, len(made), 500):
        assert books.call("PUT", "Contacts", {"Contacts": made[first : first + 500]}).status_code == 200
    books.control("contacts/archive", contact="Customer 7")
    books.control("contacts/merge", contact="Customer 8", into="Customer 9")
    forget(books)
    found = {contact.name: contact for contact in xero.all_contacts()}
    assert calls(books) == ["GET Contacts", "GET Contacts"]
    assert len({contact.id for contact in found.values()}) >= 1490
    assert (found["Customer 3"].number, found["Customer 3"].email) == ("B24-CO-3", "c3@acme.example")
    assert found["Customer 7"].archived
    assert found["Customer 8"].merged_into == found["Customer 9"].id


def test_an_address_with_fifty_ids_stays_under_two_kilobytes_on_xeros_own_host(books: Books, xero: Xero) -> None:
    ids = [f"{n:08x}-1111-4222-8333-444444444444" for n in range(50)]
    for ask in (xero.invoices_of, xero.contacts_by_ids, lambda them: list(xero.invoices_by_ids(them))):
        ask(ids)
    assert len(journal(books)) == 3
    addresses = [f"https://api.xero.com{seen['path']}?{seen['query']}" for seen in journal(books)]
    assert max(map(len, addresses)) < 2000


def test_contacts_by_ids_tell_which_are_gone(books: Books, xero: Xero) -> None:
    acme = books.acme()
    assert [contact.name for contact in xero.contacts_by_ids([acme, NOBODY])] == ["Acme Plumbing"]


# -- fifty at once ----------------------------------------------------------------------------------------------------


def test_fifty_invoices_are_one_call_and_their_answers_in_order(books: Books, xero: Xero) -> None:
    bodies = [payload(books, f"B24-{n}") for n in range(50)]
    forget(books)
    made = xero.create_invoices(bodies, "key", about(50))
    assert [invoice.number for invoice in made if isinstance(invoice, XeroInvoice)] == [f"B24-{n}" for n in range(50)]
    assert calls(books) == ["PUT Invoices"]
    (seen,) = journal(books)
    assert seen["headers"]["Idempotency-Key"] == "key"
    assert "summarizeerrors=false" in seen["query"].lower()


def test_one_bad_invoice_of_fifty_never_harms_the_others(books: Books, xero: Xero) -> None:
    bodies = [payload(books, f"B24-{n}") for n in range(50)]
    bodies[17]["LineItems"] = [{**bodies[17]["LineItems"][0], "AccountCode": "999"}]
    bodies[31]["CurrencyCode"] = "JPY"
    outcomes = xero.create_invoices(bodies, "key", about(50))
    bad = {n: outcome for n, outcome in enumerate(outcomes) if isinstance(outcome, Rejected)}
    assert {n: [p.code for p in outcome.problems] for n, outcome in bad.items()} == {
        17: ["account_dead"], 31: ["currency_missing"],
    }  # fmt: skip
    assert bad[17].problems[0].values == {"number": "B24-17", "code": "999"}
    assert numbered(books, "B24-") == sorted(f"B24-{n}" for n in range(50) if n not in bad)


def test_a_number_that_is_taken_is_refused_for_that_one(books: Books, xero: Xero) -> None:
    make(books, 1)
    outcomes = xero.create_invoices([payload(books, "OLD-0"), payload(books, "B24-1")], "key", about(2))
    (first, second) = outcomes
    assert isinstance(first, Rejected)
    assert first.problems[0].code == "number_taken"
    assert isinstance(second, XeroInvoice)


def test_a_contact_that_is_gone_stops_the_call_and_nothing_of_it_is_written(books: Books, xero: Xero) -> None:
    bodies = [payload(books, f"B24-{n}") for n in range(3)]
    bodies[1]["Contact"] = {"ContactID": NOBODY}
    with pytest.raises(NotFound):
        xero.create_invoices(bodies, "key", about(3))
    assert numbered(books, "B24-") == []


def test_one_that_xero_cannot_read_stops_the_call_and_nothing_of_it_is_written(books: Books, xero: Xero) -> None:
    bodies = [payload(books, f"B24-{n}") for n in range(3)]
    bodies[1]["Date"] = "the day after"
    with pytest.raises(Rejected):
        xero.create_invoices(bodies, "key", about(3))
    assert numbered(books, "B24-") == []


LOST = {
    "drop after": {"do": "drop_after"},
    "half an answer": {"do": "truncate"},
    "500 after": {"do": "answer_after", "status": 500},
    "502 html after": {"do": "answer_after", "status": 502, "body": "<html>Bad Gateway</html>"},
    "200 html after": {"do": "answer_after", "status": 200, "body": "<html>hello</html>"},
    "200 and nothing": {"do": "answer_after", "status": 200, "body": '{"Invoices": []}'},
    "one too few": {"do": "answer_after", "status": 200, "body": '{"Invoices": [{"InvoiceID": "a"}]}'},
    "no ids": {"do": "answer_after", "status": 200, "body": '{"Invoices": [{}, {}]}'},
    "nulls": {"do": "answer_after", "status": 200, "body": '{"Invoices": [null, null]}'},
    "a list": {"do": "answer_after", "status": 200, "body": "[]"},
}


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_unknown_for_all_and_the_same_words_find_it_again(books: Books, xero: Xero, kind: str) -> None:
    bodies = [payload(books, f"B24-{n}") for n in range(2)]
    forget(books)
    fault(books, **LOST[kind])
    with pytest.raises(OutcomeUnknown):
        xero.create_invoices(bodies, "key", about(2))
    assert calls(books) == ["PUT Invoices"]
    again = xero.create_invoices(bodies, "key", about(2))
    assert [type(outcome) for outcome in again] == [XeroInvoice, XeroInvoice]
    assert numbered(books, "B24-") == ["B24-0", "B24-1"]


def test_an_answer_in_another_order_is_not_believed(books: Books, xero: Xero) -> None:
    bodies = [payload(books, f"B24-{n}") for n in range(2)]
    rows = [{"InvoiceID": "b", "InvoiceNumber": "B24-1"}, {"InvoiceID": "a", "InvoiceNumber": "B24-0"}]
    fault(books, "answer_after", status=200, body=json.dumps({"Invoices": rows}))
    with pytest.raises(OutcomeUnknown):
        xero.create_invoices(bodies, "key", about(2))


def test_a_slow_write_of_many_is_waited_for_longer_than_one_alone(
    books: Books, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_call, "WRITE_TIMEOUT", (0.2, 0.2))
    bodies = [payload(books, f"B24-{n}") for n in range(2)]
    fault(books, "delay", seconds=0.6)
    assert len(xero.create_invoices(bodies, "many", about(2))) == 2
    fault(books, "delay", seconds=0.6)
    with pytest.raises(OutcomeUnknown):
        xero.create_invoice(payload(books, "B24-9"), "one", {})
    time.sleep(0.6)


def test_the_limit_is_later_and_nothing_was_written(books: Books, xero: Xero) -> None:
    headers = {"Retry-After": "37", "X-Rate-Limit-Problem": "minute"}
    body = payload(books, "B24-1")
    fault(books, "answer", status=429, headers=headers)
    with pytest.raises(RetryLater) as raised:
        xero.create_invoices([body], "key", about(1))
    assert raised.value.seconds == 37
    assert numbered(books, "B24-") == []


def test_a_call_takes_fifty_and_nothing_is_no_call(books: Books, xero: Xero) -> None:
    with pytest.raises(ValueError, match="at most 50"):
        xero.create_invoices([{}] * 51, "key", about(51))
    with pytest.raises(ValueError, match="each with"):
        xero.create_invoices([{}], "key", [])
    assert xero.create_invoices([], "key", []) == ()
    assert xero.create_contacts([], "key", []) == ()
    assert xero.update_invoices([], "key", []) == ()
    assert calls(books) == []


def test_fifty_contacts_are_one_call_and_a_taken_name_harms_nobody(books: Books, xero: Xero) -> None:
    books.acme()
    forget(books)
    bodies = [{"Name": f"Customer {n}", "ContactNumber": f"B24-CO-{n}"} for n in range(49)]
    outcomes = xero.create_contacts([*bodies, {"Name": "acme plumbing"}], "key", [{"name": "Acme"}] * 50)
    assert calls(books) == ["PUT Contacts"]
    assert [c.number for c in outcomes if isinstance(c, XeroContact)] == [f"B24-CO-{n}" for n in range(49)]
    taken = outcomes[-1]
    assert isinstance(taken, Rejected)
    assert taken.problems[0].code == "contact_name_taken"


def test_changes_go_by_id_each_with_its_outcome(books: Books, xero: Xero) -> None:
    ids = make(books, 3)
    books.control("pay", invoice=ids[1])
    changes: list[tuple[str, dict[str, Any]]] = [
        (ids[0], {"Reference": "changed"}), (ids[1], {"Status": "VOIDED"}), (NOBODY, {"Reference": "changed"}),
        (ids[2], {"Status": "VOIDED"}),
    ]  # fmt: skip
    forget(books)
    outcomes = xero.update_invoices(changes, "key", about(4))
    assert calls(books) == ["POST Invoices"]
    changed, paid, gone, voided = outcomes
    assert isinstance(changed, XeroInvoice)
    assert (changed.id, changed.reference) == (ids[0], "changed")
    assert isinstance(paid, Rejected)
    assert paid.problems[0].code == "cannot_void_paid"
    assert isinstance(gone, Rejected)
    assert gone.problems[0].code == "gone_in_xero"
    assert isinstance(voided, XeroInvoice)
    assert voided.status == "VOIDED"


@pytest.mark.parametrize("ids", [[""], ["a", "a"], ["a", ""]])
def test_a_change_without_an_id_of_its_own_never_leaves(books: Books, xero: Xero, ids: list[str]) -> None:
    """Xero would take it for a new invoice, or for the one that has the number (facts §3.5)."""
    with pytest.raises(ValueError, match="InvoiceID"):
        xero.update_invoices([(id, {"InvoiceNumber": "OLD-0"}) for id in ids], "key", about(len(ids)))
    assert calls(books) == []


def test_one_alone_goes_the_same_way(books: Books, xero: Xero) -> None:
    body = payload(books, "B24-1", Date=date.today().isoformat())
    forget(books)
    contact = xero.create_contact({"Name": "Customer"}, "a", {})
    made = xero.create_invoice({**body, "Contact": {"ContactID": contact.id}}, "b", {})
    assert xero.update_invoice(made.id, {"Reference": "changed"}, "c", {}).reference == "changed"
    assert calls(books) == ["PUT Contacts", "PUT Invoices", f"POST {made.id}"]
    with pytest.raises(Rejected) as raised:
        xero.create_invoice(body, "d", {"number": "B24-1"})
    assert raised.value.problems[0].code == "number_taken"


@pytest.mark.parametrize(
    ("sent", "answered", "same"),
    [
        ({"InvoiceNumber": "B24-1"}, {"InvoiceNumber": "b24-1 ", "InvoiceID": "a"}, True),
        ({"InvoiceNumber": "B24-1"}, {"InvoiceID": "a"}, True),
        ({"InvoiceNumber": "B24-1"}, {"InvoiceNumber": "B24-2"}, False),
        ({"InvoiceID": "A"}, {"InvoiceID": "a"}, True),
        ({"InvoiceID": "a"}, {"InvoiceID": "00000000-0000-0000-0000-000000000000"}, True),
        ({"InvoiceID": "a"}, {"InvoiceID": "b"}, False),
        ({}, {"InvoiceID": "b"}, True),
        ({"ContactNumber": "B24-CO-1"}, {"ContactNumber": "B24-CO-2"}, False),
    ],
)
def test_an_answer_must_not_be_about_another_one(sent: dict[str, Any], answered: dict[str, Any], same: bool) -> None:
    assert same_element(sent, answered) is same
