"""What a stranger's posts and codes cost: nothing of anybody else's, and soon nothing at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask

from b24xero import create_app
from b24xero.errors import Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.ratelimit import shared_pace, unproven
from b24xero.ratelimit.unproven import TRIES, TooMany, Unproven
from tests.conftest import Vendors
from tests.people import Person
from tests.web.test_portal import JACK, MERE, TOM, Frame, holder


@pytest.fixture
def paced(environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """With the portal's usual budget."""
    app = create_app({**environ, "BITRIX24_RATE": "2"}, tmp_path)
    app.testing = True
    yield app
    app.extensions["b24xero.queue"].storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def a_post(vendors: Vendors, user_id: int = MERE, **change: str) -> tuple[str, dict[str, str]]:
    posted = vendors.control("bitrix24/frame", user_id=user_id, base=vendors.base)
    return posted["url"], {**posted["form"], **change}


def from_address(number: int) -> dict[str, str]:
    return {"REMOTE_ADDR": f"203.0.113.{number}"}


@pytest.mark.parametrize(
    "change",
    [{"AUTH_ID": "short"}, {"AUTH_ID": "f" * 30 + "'; --"}, {"member_id": "<b>"}, {"member_id": ""},
     {"member_id": "0" * 32}, {"APPLICATION_TOKEN": "0" * 32}, {"APPLICATION_TOKEN": ""}],
)  # fmt: skip
def test_what_can_be_told_without_asking_is_refused_without_asking(
    app: Flask, vendors: Vendors, change: dict[str, str]
) -> None:
    Frame(app, vendors).open(path="/bitrix24/install")  # from here on the portal's word is known
    address, form = a_post(vendors, JACK, **change)
    vendors.forget_requests()
    assert app.test_client().post(address, data=form).status_code == 422
    assert vendors.calls("bitrix24") == []


@pytest.mark.parametrize("code", ["", "short", "x" * 600, "0123456789 '--", "0123456789\x00abc"])
def test_a_made_up_code_costs_no_call(app: Flask, vendors: Vendors, code: str) -> None:
    client = app.test_client()
    state = client.get("/login/bitrix24").headers["Location"].rpartition("state=")[2]
    vendors.forget_requests()
    answer = client.get("/bitrix24/app", query_string={"code": code, "state": state})
    assert answer.status_code == 400
    assert vendors.calls("bitrix24") == []


def test_five_hundred_posts_leave_everybody_their_list_and_cost_twenty_calls(paced: Flask, vendors: Vendors) -> None:
    mere = Person(paced, "Mere Tautahi").sign_in()
    vendors.forget_requests()
    stranger = paced.test_client(use_cookies=False)
    address, form = a_post(vendors, AUTH_ID="f" * 44)
    began = time.process_time()
    statuses = [stranger.post(address, data=form, environ_overrides=from_address(66)).status_code for _ in range(517)]
    assert statuses.count(429) >= 517 - TRIES
    assert len(vendors.calls("bitrix24")) <= 2 * TRIES
    assert time.process_time() - began < 60
    assert mere.list().status_code == 200


def test_posts_of_many_addresses_leave_everybody_else_half_of_the_portals_calls(
    paced: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authorization server knows none of these tokens, so the portal is asked, from a budget of their own."""
    mere = Person(paced, "Mere Tautahi").sign_in()
    monkeypatch.setattr(shared_pace, "LONGEST_WAIT", 0.1)
    vendors.forget_requests()
    client = paced.test_client(use_cookies=False)
    address, form = a_post(vendors, AUTH_ID="f" * 44)
    for number in range(1, 80):
        client.post(address, data=form, environ_overrides=from_address(number))
    assert 0 < len(vendors.calls("bitrix24")) <= 20  # ten were looked into, at the server and at the portal
    assert mere.list().status_code == 200


def test_an_authorization_server_that_hangs_holds_a_few_threads_and_not_all(
    app: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unproven, "PATIENCE", 0.1)
    posts = [a_post(vendors, user) for user in (MERE, TOM, JACK, 12, 21, 1, 7)]
    hanging = vendors.hold(path="/rest/app.info", times=20)

    def send(n: int) -> int:
        address, form = posts[n]
        client = app.test_client(use_cookies=False)
        return client.post(address, data=form, environ_overrides=from_address(n)).status_code

    with ThreadPoolExecutor(len(posts)) as pool:
        sent = [pool.submit(send, n) for n in range(len(posts))]
        at_once = [one.result() for one in islice(as_completed(sent), len(posts) - unproven.TOGETHER)]
        hanging.let_go()
    assert at_once == [503] * (len(posts) - unproven.TOGETHER)


def test_opening_the_frame_again_costs_no_call(app: Flask, vendors: Vendors) -> None:
    frame = Frame(app, vendors)
    address, form = a_post(vendors, JACK)
    client = app.test_client(use_cookies=False)
    assert client.post(address, data=form).status_code == 200
    vendors.forget_requests()
    again = client.post(address, data=form)
    assert vendors.calls("bitrix24") == []
    frame.token = holder(again)["data-session"]
    assert frame.visit("/invoices").request.path == "/invoices"


def test_a_proof_is_forgotten_with_the_sign_in_that_it_made(app: Flask, vendors: Vendors) -> None:
    frame = Frame(app, vendors)
    address, form = a_post(vendors, JACK)
    client = app.test_client(use_cookies=False)
    frame.token = holder(client.post(address, data=form))["data-session"]
    vendors.control("bitrix24/user", id=JACK, active=False)
    frame.ask("GET", "/invoices", {"HX-Request": "true"})
    assert client.post(address, data=form).status_code >= 400


# -- the count itself -------------------------------------------------------------------------------------------------


def fail(counted: Unproven, address: str) -> None:
    with pytest.raises(Rejected), counted.trying(address):
        raise Rejected(problem("frame_not_proven"))


def test_an_address_that_fails_too_often_waits_a_minute_and_no_other_does() -> None:
    now = [0.0]
    counted = Unproven(lambda: now[0])
    for _ in range(TRIES):
        fail(counted, "one")
    with pytest.raises(TooMany) as refused, counted.trying("one"):
        pytest.fail("it was let in")
    assert refused.value.seconds == 60
    fail(counted, "another")
    now[0] = 61.0
    fail(counted, "one")


def test_who_is_let_in_counts_nothing() -> None:
    counted = Unproven()
    for _ in range(3 * TRIES):
        with counted.trying("an office"):
            pass


def test_tries_under_way_count_so_that_many_at_once_are_refused_too() -> None:
    counted, inside, done = Unproven(), threading.Barrier(TRIES + 1), threading.Event()

    def hang() -> None:
        with counted.trying("one"):
            inside.wait(60)
            done.wait(60)

    threads = [threading.Thread(target=hang) for _ in range(TRIES)]
    for thread in threads:
        thread.start()
    inside.wait(60)
    with pytest.raises(RetryLater), counted.trying("one"):
        pytest.fail("it was let in")
    done.set()
    for thread in threads:
        thread.join()
