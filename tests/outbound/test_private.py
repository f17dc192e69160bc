"""Plain http stays in private networks: by the settings where a number says it, by the connection where a name does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from b24xero.bitrix24 import wire
from b24xero.errors import RetryLater
from b24xero.outbound import causes, private
from b24xero.outbound.http import StaysAtHost
from tests.outbound import network


@pytest.mark.parametrize(
    ("number", "is_private"),
    [("10.0.0.1", True), ("172.16.0.1", True), ("172.31.255.254", True), ("192.168.1.20", True), ("127.0.0.1", True),
     ("::1", True), ("fd12:3456::1", True), ("::ffff:192.168.1.20", True), ("fd12::1%eth0", True),
     ("172.32.0.1", False), ("100.64.0.1", False), ("169.254.1.1", False), ("203.0.113.7", False), ("0.0.0.0", False),
     ("93.184.216.34", False), ("fe80::1", False), ("2001:db8::1", False), ("::ffff:93.184.216.34", False),
     ("portal.lan", False), ("", False)],
)  # fmt: skip
def test_which_addresses_are_private(number: str, is_private: bool) -> None:
    assert private.is_private(number) is is_private


@pytest.fixture
def public_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where this machine itself stands in the open internet."""
    monkeypatch.setattr(private, "NETWORKS", ())
    yield
    wire.HTTP.close()


def test_nothing_is_sent_in_clear_to_a_public_address(public_network: None) -> None:
    with network.serving() as host, pytest.raises(requests.ConnectionError) as refused, StaysAtHost() as session:
        session.post(f"http://{host}/rest/profile", data={"auth": "a token"})
    assert causes.of(refused.value) == causes.Cause(
        "connect", "plain http is for private addresses, and 127.0.0.1 is a public one"
    )


def test_a_person_is_told_why(public_network: None) -> None:
    with network.serving() as host, pytest.raises(wire.Broken) as broken:
        wire.post(f"http://{host}/rest/profile", {"auth": "a token"})
    told = broken.value.as_error
    assert isinstance(told, RetryLater)
    assert "plain http is for private addresses" in told.problems[0].values["reason"]


def test_no_proxy_is_given_what_it_could_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with network.proxy() as proxy, network.serving() as host, StaysAtHost() as session:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(requests.ConnectionError) as refused:
            session.get(f"http://{host}/rest/profile")
        assert "NO_PROXY" in causes.of(refused.value).reason
        monkeypatch.setenv("NO_PROXY", "localhost")
        assert session.get(f"http://{host}/rest/profile").status_code == 200
