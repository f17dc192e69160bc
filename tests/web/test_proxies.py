"""Whose word on who asks, and under which name, is believed: that of as many proxies as TRUSTED_PROXIES says."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from b24xero import create_app
from b24xero.extensions import db
from b24xero.ratelimit.unproven import TRIES, Unproven, whose
from tests.conftest import Vendors
from tests.web.test_unproven import a_post

PUBLIC = {"PUBLIC_URL": "https://books.harbourhill.example"}
NAME = {"Host": "books.harbourhill.example"}
STRANGER, SELLER, CDN = "203.0.113.66", "198.51.100.4", "192.0.2.10"


@pytest.fixture
def trusting(request: pytest.FixtureRequest, environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """Behind as many proxies as the test says, over https."""
    proxies = {} if request.param is None else {"TRUSTED_PROXIES": request.param}
    app = create_app({**environ, **PUBLIC, **proxies}, tmp_path)
    app.testing = True
    yield app
    app.extensions["b24xero.queue"].storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def behind(*proxies: str | None) -> Any:
    return pytest.mark.parametrize("trusting", proxies, indirect=True)


def tries_left(app: Flask, vendors: Vendors, forwarded: str) -> bool:
    """Whether somebody who is told to come from there may still try; they come to nothing in any case."""
    address, form = a_post(vendors, AUTH_ID="short")
    headers = {**NAME, "X-Forwarded-For": forwarded}
    answer = app.test_client(use_cookies=False).post(
        address, data=form, headers=headers, environ_overrides={"REMOTE_ADDR": "10.0.0.1"}
    )  # fmt: skip
    assert answer.status_code in (422, 429)
    return answer.status_code == 422


def use_up(app: Flask, vendors: Vendors, *forwarded: str) -> None:
    for n in range(TRIES):
        assert tries_left(app, vendors, forwarded[n % len(forwarded)])


@behind(None, "0")
def test_without_a_trusted_proxy_nobody_gets_new_tries_by_naming_another_address(
    trusting: Flask, vendors: Vendors
) -> None:
    use_up(trusting, vendors, *(f"203.0.113.{n}" for n in range(TRIES)))
    assert not tries_left(trusting, vendors, SELLER)


@behind("1")
def test_behind_one_proxy_the_last_address_counts_and_what_was_sent_along_does_not(
    trusting: Flask, vendors: Vendors
) -> None:
    use_up(trusting, vendors, *(f"198.51.100.{n}, {STRANGER}" for n in range(TRIES)))
    assert not tries_left(trusting, vendors, f"{SELLER}, {STRANGER}")
    assert tries_left(trusting, vendors, SELLER)


@behind("2")
def test_behind_two_proxies_the_last_but_one_counts(trusting: Flask, vendors: Vendors) -> None:
    use_up(trusting, vendors, *(f"198.51.100.{n}, {STRANGER}, {CDN}" for n in range(TRIES)))
    assert not tries_left(trusting, vendors, f"{STRANGER}, {CDN}")
    assert tries_left(trusting, vendors, f"{SELLER}, {CDN}")


@behind("2")
def test_who_comes_past_one_of_two_proxies_is_no_address_of_their_own_choice(trusting: Flask, vendors: Vendors) -> None:
    use_up(trusting, vendors, *(f"203.0.113.{n}" for n in range(TRIES)))
    assert not tries_left(trusting, vendors, STRANGER)


@pytest.mark.parametrize(("trusting", "status"), [("0", 421), ("1", 200)], indirect=["trusting"])
def test_a_name_that_is_passed_on_is_believed_of_a_trusted_proxy_alone(trusting: Flask, status: int) -> None:
    headers = {"Host": "10.0.0.7:8000", "X-Forwarded-Host": "books.harbourhill.example"}
    assert trusting.test_client().get("/login", headers=headers).status_code == status


@behind("0", "1")
def test_how_we_are_reached_is_what_the_setting_says(trusting: Flask) -> None:
    """A proxy that tells nothing of https, or somebody who tells of http, takes neither cookies nor presses away."""
    headers = {**NAME, "X-Forwarded-Proto": "http"}
    seen: list[str] = []
    trusting.before_request_funcs[None].append(lambda: seen.append(request.host_url))
    answer = trusting.test_client().get("/login", headers=headers)
    assert seen == ["https://books.harbourhill.example/"]
    assert answer.headers["Strict-Transport-Security"]


def test_whoever_serves_the_internet_without_saying_so_is_told(
    environ: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        app = create_app({**environ, **PUBLIC}, tmp_path)
    app.extensions["b24xero.queue"].storage.close()
    assert "TRUSTED_PROXIES is 0" in caplog.text


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("203.0.113.7", "203.0.113.8", False), ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
     ("2001:db8:1:2::1", "2001:db8:1:3::1", False), ("::ffff:203.0.113.7", "203.0.113.7", True),
     ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False), ("203.0.113.7:4711", "203.0.113.7:4712", True),
     ("", "unknown", False)],
)  # fmt: skip
def test_a_network_of_ipv6_is_one_and_a_port_is_none_of_it(one: str, other: str, alike: bool) -> None:
    assert (whose(one) == whose(other)) is alike


def test_whoever_has_a_network_of_addresses_has_no_more_tries_for_it() -> None:
    counted = Unproven()
    for n in range(TRIES):
        with pytest.raises(ZeroDivisionError), counted.trying(f"2001:db8:1:2::{n:x}"):
            raise ZeroDivisionError
    with pytest.raises(Exception, match="too_many_tries"), counted.trying("2001:db8:1:2:3:4:5:6"):
        pytest.fail("it was let in")
