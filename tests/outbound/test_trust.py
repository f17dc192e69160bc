"""EXTRA_CA_FILE, HTTPS_PROXY and NO_PROXY hold for both vendors' libraries alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from b24xero.bitrix24 import wire
from b24xero.errors import RetryLater
from b24xero.outbound import http, trust
from b24xero.xero.client import Xero
from tests.outbound import network


def bitrix24(host: str) -> Any:
    try:
        return wire.post(f"https://{host}/rest/profile", {})
    except wire.Broken as broken:
        raise broken.as_error from broken


def xero(host: str) -> Any:
    return Xero(f"https://{host}", "a token", "an organisation").books()


CALLS = {"bitrix24": bitrix24, "xero": xero}


@pytest.fixture(params=sorted(CALLS))
def call(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    yield CALLS[request.param]
    trust.also("")
    wire.HTTP.close()  # so that no connection of this test serves the next


@pytest.fixture
def own(tmp_path: Path) -> network.Authority:
    return network.authority(tmp_path)


def test_an_authority_of_ones_own_is_believed_once_it_is_named(
    call: Callable[[str], Any], own: network.Authority, tmp_path: Path
) -> None:
    with network.serving(own.certify(tmp_path, "localhost")) as host:
        with pytest.raises(RetryLater):
            call(host)
        trust.also(str(own.file))
        call(host)


def test_the_public_authorities_are_believed_beside_it(own: network.Authority, tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    public = network.authority(tmp_path / "public")
    trust.also(str(own.file))
    try:
        for one in (own, public):
            manager = http.bound(urllib3.PoolManager(ca_certs=str(public.file)))
            with network.serving(one.certify(one.file.parent, "localhost")) as host, manager:
                assert manager.request("GET", f"https://{host}/").status == 200
    finally:
        trust.also("")


def test_another_host_or_an_ended_certificate_is_refused_all_the_same(
    call: Callable[[str], Any], own: network.Authority, tmp_path: Path
) -> None:
    trust.also(str(own.file))
    for context in (own.certify(tmp_path, "elsewhere.example"), own.certify(tmp_path, "localhost", days=-1)):
        with network.serving(context) as host, pytest.raises(RetryLater):
            call(host)


def test_the_proxy_of_the_environment_is_used(
    call: Callable[[str], Any], own: network.Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust.also(str(own.file))
    with network.serving(own.certify(tmp_path, "localhost")) as host, network.proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        call(host)
        assert set(proxy.asked) == {host}
        proxy.asked.clear()
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
        call(host)
        assert proxy.asked == []
