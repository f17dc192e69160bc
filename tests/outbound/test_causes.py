"""Each way in which a network fails is told apart from the others, by a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
import urllib3

from b24xero.outbound import causes, http, trust
from b24xero.outbound.causes import Cause
from tests.outbound import network


def by_requests(url: str) -> Cause:
    with http.StaysAtHost() as session, pytest.raises(requests.RequestException) as failed:
        session.get(url, timeout=(0.5, 0.5))
    return causes.of(failed.value)


def by_urllib3(url: str) -> Cause:
    manager = http.ByEnvironment(urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=requests.certs.where()))
    with pytest.raises(urllib3.exceptions.HTTPError) as failed:
        manager.request("GET", url, timeout=urllib3.Timeout(connect=0.5, read=0.5))
    return causes.of(failed.value)


@pytest.fixture(params=[by_requests, by_urllib3])
def cause(request: pytest.FixtureRequest) -> Callable[[str], Cause]:
    way: Callable[[str], Cause] = request.param
    return way


@pytest.fixture
def network_of() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack
    trust.also("")


def test_a_name_that_nobody_knows(cause: Callable[[str], Cause]) -> None:
    assert cause("https://portal.invalid/").step == "name"


def test_nobody_listens(cause: Callable[[str], Cause]) -> None:
    assert cause(f"https://{network.nobody_listens()}/") == Cause("connect", "Connection refused")


def test_a_certificate_of_an_authority_that_is_not_known(
    cause: Callable[[str], Cause], network_of: ExitStack, tmp_path: Path
) -> None:
    own = network.authority(tmp_path)
    host = network_of.enter_context(network.serving(own.certify(tmp_path, "localhost")))
    found = cause(f"https://{host}/")
    assert found.step == "certificate"
    assert "issuer certificate" in found.reason


def test_a_certificate_that_is_over_and_one_for_another_host(
    cause: Callable[[str], Cause], network_of: ExitStack, tmp_path: Path
) -> None:
    own = network.authority(tmp_path)
    trust.also(str(own.file))
    over = network_of.enter_context(network.serving(own.certify(tmp_path, "localhost", days=-1)))
    assert cause(f"https://{over}/") == Cause("certificate", "certificate has expired")
    other = network_of.enter_context(network.serving(own.certify(tmp_path, "elsewhere.example")))
    found = cause(f"https://{other}/")
    assert found.step == "certificate"
    assert "ostname mismatch" in found.reason


def test_a_server_that_speaks_no_tls(cause: Callable[[str], Cause], network_of: ExitStack) -> None:
    host = network_of.enter_context(network.serving())
    assert cause(f"https://{host}/").step == "tls"


def test_a_proxy_that_is_away_and_one_that_refuses(
    cause: Callable[[str], Cause], network_of: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{network.nobody_listens()}")
    assert cause("https://portal.example/") == Cause("proxy", "Connection refused")
    monkeypatch.setenv("HTTPS_PROXY", network_of.enter_context(network.proxy(refuses=True)).url)
    found = cause("https://portal.example/")
    assert found.step == "proxy"
    assert "407" in found.reason


def test_an_answer_that_does_not_come(cause: Callable[[str], Cause], network_of: ExitStack) -> None:
    assert cause(f"http://{network_of.enter_context(network.silent())}/").step == "slow"
