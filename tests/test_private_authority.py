"""From the sign-in to a pushed invoice, both vendors behind TLS of an authority of one's own, also through a proxy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from b24xero import create_app
from b24xero.extensions import db
from b24xero.outbound import trust
from b24xero.simulator import world
from tests.conftest import APP_URL, KEYS, Vendors
from tests.outbound import network
from tests.people import Person

pytestmark = pytest.mark.slow


@pytest.fixture
def own(tmp_path: Path) -> network.Authority:
    return network.authority(tmp_path)


@pytest.fixture
def vendors(own: network.Authority, tmp_path: Path) -> Iterator[Vendors]:
    """The demo world over TLS."""
    built = world.build(APP_URL, limits=False)
    tls = own.certify(tmp_path, "localhost", "127.0.0.1")
    server = make_server("127.0.0.1", 0, built.server, threaded=True, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Vendors(f"https://localhost:{server.server_port}", built)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def environ(own: network.Authority, vendors: Vendors, database_url: str) -> dict[str, str]:
    return {
        **world.settings(vendors.base), **KEYS, "DATABASE_URL": database_url, "PUBLIC_URL": APP_URL,
        "BITRIX24_RATE": "0", "XERO_RATE": "0", "EXTRA_CA_FILE": str(own.file),
    }  # fmt: skip


@pytest.fixture
def app(environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    app = create_app(environ, tmp_path)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
    yield app
    trust.also("")
    app.extensions["b24xero.queue"].storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def person(app: Flask, own: network.Authority) -> Person:
    mere = Person(app, "Mere Tautahi")
    mere.vendor.trust_env = False  # the browser is not the program
    mere.vendor.verify = str(own.file)
    return mere


def test_an_invoice_goes_all_the_way(app: Flask, vendors: Vendors, own: network.Authority) -> None:
    mere = person(app, own).sign_in().connect().save_set_up()
    invoice_id = vendors.new_invoice()
    assert mere.press(invoice_id).status_code == 200
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    assert len(vendors.in_xero(number)) == 1
    assert "BROKEN" not in app.test_cli_runner().invoke(args=["check"]).output.replace("BROKEN  Worker", "")


def test_and_through_a_proxy(
    app: Flask, vendors: Vendors, own: network.Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with network.proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        mere = person(app, own).sign_in().connect().save_set_up()
        asked = len(proxy.asked)
        invoice_id = vendors.new_invoice()
        assert mere.press(invoice_id).status_code == 200
        assert asked > 3
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    assert len(vendors.in_xero(number)) == 1
