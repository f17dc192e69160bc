"""The simulated Xero, its limits and its memory for Idempotency-Key."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulator.xero_books import Books, opened


@pytest.fixture(scope="module")
def served() -> Iterator[Books]:
    with opened(limits=True) as books:
        yield books


@pytest.fixture
def books(served: Books) -> Books:
    served.control("reset")
    served.sign_in()
    return served


def test_the_sixty_first_call_of_a_minute_is_429_with_nothing_in_it(books: Books) -> None:
    for left in range(59, -1, -1):
        answer = books.call("GET", "Organisation")
        assert (answer.status_code, answer.headers["X-MinLimit-Remaining"]) == (200, str(left))
    answer = books.call("GET", "Organisation")
    assert (answer.status_code, answer.content) == (429, b"")
    assert "Content-Type" not in answer.headers
    assert (answer.headers["X-Rate-Limit-Problem"], answer.headers["X-MinLimit-Remaining"]) == ("minute", "0")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    books.clock.advance(60)
    assert books.call("GET", "Organisation").headers["X-DayLimit-Remaining"] == "4939"


def test_the_day_limit_says_how_long_the_day_still_is(books: Books) -> None:
    books.control("limits", day=1000, day_used=999)
    assert books.call("GET", "Organisation").headers["X-DayLimit-Remaining"] == "0"
    answer = books.call("GET", "Organisation")
    assert (answer.status_code, answer.headers["X-Rate-Limit-Problem"]) == (429, "day")
    assert int(answer.headers["Retry-After"]) > 86000


def test_too_many_at_once_have_no_retry_after(books: Books) -> None:
    books.control("limits", busy=5, seconds=30)
    answer = books.call("GET", "Organisation")
    assert (answer.status_code, answer.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
    assert "Retry-After" not in answer.headers
    books.clock.advance(31)
    assert books.call("GET", "Organisation").status_code == 200


def test_calls_that_overlap_are_counted_from_their_arrival(books: Books) -> None:
    """Each takes half a second on its way; the sixth of them is one too many, and all five others are answered."""
    root = books.base.removesuffix("/xero")
    delay = {"do": "delay", "vendor": "xero", "path": "/Organisation", "seconds": 0.5, "times": 6}
    assert books.session.post(f"{root}/_control/faults", json=delay, timeout=60).ok
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: books.call("GET", "Organisation"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429]
    (refused,) = (answer for answer in answers if answer.status_code == 429)
    assert refused.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert books.call("GET", "Organisation").status_code == 200


def test_all_organisations_together_have_a_minute_of_the_app(books: Books) -> None:
    books.control("limits", app_used=10_000)
    answer = books.call("GET", "Organisation")
    assert (answer.status_code, answer.headers["X-Rate-Limit-Problem"]) == (429, "appminute")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_day_ends_when_a_control_says_so(books: Books) -> None:
    books.control("limits", day_used=5000, day_seconds=73451)
    answer = books.call("GET", "Organisation")
    assert (answer.headers["X-Rate-Limit-Problem"], answer.headers["Retry-After"]) == ("day", "73451")
    books.clock.advance(73451)
    books.sign_in()
    assert books.call("GET", "Organisation").headers["X-DayLimit-Remaining"] == "4999"


def test_every_answer_carries_what_is_left_and_a_correlation_id(books: Books) -> None:
    for answer in (
        books.call("GET", "Organisation"),
        books.call("GET", "Invoices/nothing"),
        books.call("GET", "Nothing"),
    ):
        for name in ("X-MinLimit-Remaining", "X-DayLimit-Remaining", "X-AppMinLimit-Remaining", "Xero-Correlation-Id"):
            assert name in answer.headers


def test_limits_switched_off_still_write_their_headers() -> None:
    with opened(limits=False) as books:
        books.sign_in()
        for _ in range(70):
            answer = books.call("GET", "Currencies")
        assert (answer.status_code, answer.headers["X-MinLimit-Remaining"]) == (200, "60")


def test_the_same_key_and_request_is_answered_from_memory(books: Books) -> None:
    body, key = {"Invoices": [books.invoice()]}, {"Idempotency-Key": "b24-inv-1042-v1"}
    first, second = (books.call("PUT", "Invoices", body, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["X-MinLimit-Remaining"] < first.headers["X-MinLimit-Remaining"]
    books.clock.advance(6 * 60)
    assert books.call("PUT", "Invoices", body, headers=key).json() != first.json()


def test_errors_are_remembered_too(books: Books) -> None:
    body, key = {"Invoices": [books.invoice(CurrencyCode="EUR")]}, {"Idempotency-Key": "b24-inv-1043-v1"}
    first = books.call("PUT", "Invoices", body, headers=key)
    books.control("currencies/subscribe", code="EUR")
    assert books.call("PUT", "Invoices", body, headers=key).json() == first.json()
    assert first.status_code == 400


def test_the_same_key_with_another_request_is_refused(books: Books) -> None:
    key = {"Idempotency-Key": "b24-inv-1044-v1"}
    books.call("PUT", "Invoices", {"Invoices": [books.invoice()]}, headers=key)
    answer = books.call("PUT", "Invoices", {"Invoices": [books.invoice(Reference="other")]}, headers=key)
    assert answer.status_code == 400
    assert answer.json()["Message"] == "Idempotency Key: b24-inv-1044-v1 is used with a different request."


def test_a_key_has_at_most_128_characters(books: Books) -> None:
    body = {"Invoices": [books.invoice(Status="DRAFT")]}
    assert books.call("PUT", "Invoices", body, headers={"Idempotency-Key": "k" * 129}).status_code == 400
    assert books.call("PUT", "Invoices", body, headers={"Idempotency-Key": "k" * 128}).status_code == 200


def test_the_limit_is_checked_before_the_key(books: Books) -> None:
    body, key = {"Invoices": [books.invoice()]}, {"Idempotency-Key": "b24-inv-1045-v1"}
    books.call("PUT", "Invoices", body, headers=key)
    books.control("limits", minute_used=60)
    assert books.call("PUT", "Invoices", body, headers=key).status_code == 429
