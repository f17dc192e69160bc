"""A vendor that hangs takes neither the pages that need no vendor nor everybody's turn."""

from __future__ import annotations

import contextlib
import runpy
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import waitress.server
from flask import Flask

from b24xero.errors import RetryLater
from b24xero.ratelimit import deadlines
from b24xero.ratelimit.places import MOST_A_PERSON, MOST_TOGETHER, PATIENCE, THREADS, Places
from tests.conftest import ROOT, Vendors
from tests.people import HTMX, Person


def test_a_person_has_a_few_places_and_all_together_have_fewer_than_there_are_threads() -> None:
    places = Places(together=4, a_person=2, patience=0)
    back = [places.take("7"), places.take("7")]
    with pytest.raises(RetryLater):
        places.take("7")
    back += [places.take("8"), places.take("9")]
    with pytest.raises(RetryLater):
        places.take("10")
    back.pop()()
    places.take("10")
    assert MOST_TOGETHER <= THREADS - 4


def test_a_burst_of_one_person_goes_through_one_after_the_other() -> None:
    places, most, here, lock = Places(patience=10), [0], [0], threading.Lock()

    def press(_n: int) -> None:
        back = places.take("7")
        with lock:
            here[0] += 1
            most[0] = max(most[0], here[0])
        time.sleep(0.02)
        with lock:
            here[0] -= 1
        back()

    with ThreadPoolExecutor(MOST_TOGETHER) as pool:
        list(pool.map(press, range(MOST_TOGETHER)))
    assert most[0] == MOST_A_PERSON


def test_who_queues_gives_way_to_somebody_who_has_nothing_yet() -> None:
    places = Places(together=4, a_person=2, patience=10)
    for _ in range(2):
        places.take("7")
    with ThreadPoolExecutor(2) as pool:
        queueing = [pool.submit(places.take, "7") for _ in range(2)]
        while places._is_full() is False:
            time.sleep(0.001)
        back = places.take("8")  # one of the two is sent away, and there is a thread and a place for this one
        assert [type(one.exception(60)) for one in queueing if one.done()] in ([RetryLater], [])
        back()
        places._give_back("7")
        ended = [one.exception(60) for one in queueing]
    assert sorted(type(error).__name__ for error in ended) == ["NoneType", "RetryLater"]


def test_a_request_keeps_the_place_of_its_first_call_and_gives_it_back_at_its_end() -> None:
    places = Places(together=1, a_person=1, patience=0)
    for _ in range(3):
        deadlines.start_counting(lambda: places.take("7"))
        with deadlines.upstream():
            pass
        with deadlines.upstream(), pytest.raises(RetryLater):
            places.take("8")
        deadlines.stop_counting()


def test_a_run_needs_no_place() -> None:
    deadlines.stop_counting()
    deadlines.take_place()


def test_the_servers_have_as_many_threads_as_the_places_count_with() -> None:
    served = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    assert served["threads"] == THREADS
    assert served["worker_connections"] > 100 + THREADS
    assert f"--threads={THREADS}" in (ROOT / "run.py").read_text()  # Windows
    assert "--threads" not in (ROOT / "Procfile").read_text()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app with real threads."""
    server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=THREADS)

    def run() -> None:
        with contextlib.suppress(OSError):  # closed under its poll, at the end
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def cookie(person: Person) -> dict[str, str]:
    found = person.client.get_cookie("b24xero")
    assert found
    return {"Cookie": f"b24xero={found.value}"}


@pytest.mark.slow
def test_a_hundred_presses_on_a_vendor_that_hangs_leave_every_other_page_as_quick_as_ever(
    ready: Person, app: Flask, vendors: Vendors, address: str
) -> None:
    others = ["Tom Hallam", "Anahera Pōtiki", "Jack O'Brien"]
    cookies = [cookie(ready), *(cookie(Person(app, name).sign_in()) for name in others)]
    hanging = vendors.hold(vendor="bitrix24", path="/rest/", times=1000)
    served = min(4 * MOST_A_PERSON, MOST_TOGETHER)
    refusals = threading.Semaphore(0)
    answers: list[tuple[int, str]] = []

    def press(n: int) -> None:
        answer = requests.get(f"{address}/invoices", headers={**HTMX, **cookies[n % 4]}, timeout=60)
        answers.append((answer.status_code, answer.headers.get("Retry-After", "")))
        refusals.release()

    pressing = [threading.Thread(target=press, args=(n,)) for n in range(100)]
    for thread in pressing:
        thread.start()
    for _ in range(100 - served):  # then nobody queues any more, and those who have a place hang
        assert refusals.acquire(timeout=60)
    quickest: dict[str, float] = {}  # of three: one may meet a moment in which the machine does something else
    for path in ("/healthz", "/readyz", "/login", "/activity", "/static/app.css") * 3:
        began = time.monotonic()
        assert requests.get(address + path, headers=cookies[0], timeout=60).status_code == 200, path
        quickest[path] = min(time.monotonic() - began, quickest.get(path, 60.0))
    assert {path: took for path, took in quickest.items() if took > PATIENCE / 2} == {}
    assert answers == [(503, "3")] * (100 - served)
    hanging.let_go()
    for thread in pressing:
        thread.join(60)
    assert Counter(status for status, _again in answers)[500] == 0
