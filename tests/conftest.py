"""What tests share: a served world of both vendors, the app on SQLite or PostgreSQL, people who sign in."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client

from b24xero import config, configure, create_app, worker
from b24xero.bitrix24 import wire
from b24xero.extensions import db, vault
from b24xero.simulator import http, seeded, world
from b24xero.simulator.bitrix24 import Bitrix24
from b24xero.simulator.xero import Xero
from b24xero.writes import sending
from b24xero.xero import one_call
from tests.copied import copied
from tests.order import dealt
from tests.people import Person
from tests.pgtest import postgres

os.environ["FLASK_SKIP_DOTENV"] = "1"  # whoever has a .env has it for serving, and their tests are everybody's
ROOT = Path(__file__).resolve().parent.parent
APP_URL = "http://localhost"
KEYS = {
    "SECRET_KEY": "a secret of the tests is long enough",
    "TOKEN_KEYS": "Zm9yIHRlc3RzIG9ubHksIHRoaXJ0eS10d28gYnl0ZXM=",
}


class Vendors:
    """Both vendors, served; ``control`` acts as a person in Bitrix24 or Xero, plans faults and moves the clock."""

    def __init__(self, base: str, built: world.World, *, empty: bool = False) -> None:
        """``empty``: what is in them comes with whoever walks in (``copied``), or when it is first asked for."""
        self.base = base
        self.server = built.server
        self.built = built
        self.empty = empty
        self._server = Client(built.server)
        self.acted = False

    @property
    def bitrix24(self) -> Bitrix24:
        self.fill()
        return self.built.bitrix24

    @property
    def xero(self) -> Xero:
        self.fill()
        return self.built.xero

    def fill(self) -> None:
        """The demo, where nothing is in them yet."""
        if self.empty:
            self.empty = False
            seeded.seed(self.built.bitrix24, self.built.xero, self.server.clock)

    def control(self, name: str, /, **values: Any) -> Any:
        """Past the socket: that would take ten times as long, and it is the app that has to speak on a wire."""
        self.fill()
        self.acted = True
        answer = self._server.post(f"/_control/{name}", json=values)
        assert answer.status_code == 200, answer.text
        return answer.json

    def fault(self, do: str, **values: Any) -> None:
        self.control("faults", do=do, **values)

    def forget_requests(self) -> None:
        self.control("requests/clear")

    def calls(self, vendor: str) -> list[str]:
        """What was asked of a vendor since ``forget_requests``: "PUT /api.xro/2.0/Invoices", …"""
        return [f"{seen['method']} {seen['path']}" for seen in self.control("requests", vendor=vendor)]

    def new_invoice(self, **values: Any) -> int:
        """An invoice as a seller would make it: two rows for a company that Xero does not know."""
        if "companyId" not in values and "contactId" not in values:
            acme = self.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")
            values["companyId"] = acme["item"]["id"]
        values.setdefault("rows", ROWS)
        made = self.control(
            "bitrix24/invoice",
            **{"title": "Bathroom, upper floor", "stageId": "DT31_7:S", "currencyId": "NZD", "by": 1} | values,
        )
        return int(made["item"]["id"])

    def new_old_invoice(self, **values: Any) -> int:
        """The same as an old invoice (crm.invoice.*), by its key."""
        if "UF_COMPANY_ID" not in values and "UF_CONTACT_ID" not in values:
            acme = self.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")
            values["UF_COMPANY_ID"] = acme["item"]["id"]
        known = {"ORDER_TOPIC": "Bathroom, upper floor", "STATUS_ID": "S", "rows": OLD_ROWS}
        return -int(self.control("bitrix24/old-invoice", **{**known, **values})["ID"])

    def old_invoice(self, key: int) -> dict[str, Any]:
        """The old invoice as it stands in Bitrix24."""
        dump: dict[str, Any] = self.control("bitrix24/old-invoice/state", id=-key)
        return dump

    def invoice(self, invoice_id: int) -> dict[str, Any]:
        """The invoice as it stands in Bitrix24."""
        dump: dict[str, Any] = self.control("bitrix24/state", id=invoice_id)
        return dump

    def in_xero(self, number: str) -> list[dict[str, Any]]:
        """Every invoice of the first organisation with this number, whatever its status."""
        found: list[dict[str, Any]] = self.control("xero/invoices", number=number)
        return found

    def with_address(self, end: str) -> list[dict[str, Any]]:
        """Every invoice of the first organisation that leads back to what ends so in Bitrix24."""
        found: list[dict[str, Any]] = self.control("xero/invoices", url=end)
        return found

    def contacts_named(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("xero/contacts", name=name)
        return found


ROWS = [
    {"productName": "Consulting hour", "price": 115, "quantity": 2, "taxRate": 15, "taxIncluded": "N", "sort": 10},
    {"productName": "Copper pipe, 15 mm", "price": 9.2, "quantity": 7.5, "taxRate": 15, "taxIncluded": "N", "sort": 20},
]
OLD_ROWS = [
    {"PRODUCT_NAME": "Consulting hour", "PRICE": "100", "QUANTITY": "2", "VAT_RATE": "0.15", "VAT_INCLUDED": "N"},
    {"PRODUCT_NAME": "Copper pipe, 15 mm", "PRICE": "8", "QUANTITY": "7.5", "VAT_RATE": "0.15", "VAT_INCLUDED": "N"},
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a process of several (xdist); alone they run as they are written."""
    processes = getattr(config, "workerinput", {}).get("workercount", 0)
    if processes:
        kinds: dict[str, list[pytest.Item]] = {"browser": [], "slow": [], "": []}
        for item in items:
            kinds[next(kind for kind in kinds if not kind or item.get_closest_marker(kind))].append(item)
        items[:] = dealt(*kinds.values(), processes)


def pytest_collection_finish() -> None:
    """What stands now stands to the end, and Python's collector walked over all of it every sixth test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(25_000, 10, 10)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before a second look are for real networks."""
    monkeypatch.setattr(sending, "LOOK_AFTER", 0.0)
    monkeypatch.setattr(wire, "READ_AGAIN_AFTER", (0.0,))
    monkeypatch.setattr(wire, "REFUSED_AGAIN_AFTER", ())
    monkeypatch.setattr(one_call, "READ_AGAIN_AFTER", (0.0,))


@pytest.fixture
def which_invoices() -> str:
    """Those that the portal has: "new", "old" (crm.invoice.*) or "both"; ``on_old`` and ``on_old_and_both`` ask for
    others than most."""
    return "new"


on_old = pytest.mark.parametrize("which_invoices", ["old"])
on_old_and_both = pytest.mark.parametrize("which_invoices", ["old", "both"])


# Those that begin with somebody who walks in, and so bring the vendors' worlds along.
WALKED = {"mere", "ready", "scene"}


@pytest.fixture
def vendors(request: pytest.FixtureRequest, which_invoices: str) -> Iterator[Vendors]:
    """The demo world, fresh for each test, without the vendors' rate limits."""
    empty = not WALKED.isdisjoint(request.fixturenames)
    built = world.build(APP_URL, limits=False, seed=not empty, invoices=which_invoices)
    with http.serving(built.server) as base:
        yield Vendors(base, built, empty=empty)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("sqlite") / "app.db"
    _upgrade(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def migrated_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL whose database "pattern" is migrated; each test makes its own from it."""
    if os.name != "posix":
        pytest.skip("the throw-away PostgreSQL needs a POSIX system")
    with postgres() as url:
        _on_server(url, "CREATE DATABASE pattern")
        _upgrade(_database(url, "pattern"), tmp_path_factory.mktemp("postgres"))
        yield url


def _upgrade(url: str, instance: Path) -> None:
    from flask_migrate import upgrade

    environ = {**world.settings("http://localhost:9"), **KEYS, "DATABASE_URL": url}
    app = create_app(environ, instance)
    with app.app_context():
        upgrade()
        db.engine.dispose()


def _database(url: str, name: str) -> str:
    return url.rpartition("/")[0] + f"/{name}"


def _on_server(url: str, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(scope="session")
def place_of_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every test of this process finds its SQLite file, so that they can share the app."""
    return tmp_path_factory.mktemp("database") / "app.db"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, place_of_sqlite: Path) -> Iterator[str]:
    """A migrated database of this test's own: SQLite, or what ``on_both`` asks for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        for left in place_of_sqlite.parent.iterdir():  # also its log and its queue
            left.unlink()
        shutil.copy(request.getfixturevalue("migrated_sqlite"), place_of_sqlite)
        yield f"sqlite:///{place_of_sqlite}"
        return
    server = request.getfixturevalue("migrated_postgres")
    _on_server(server, "CREATE DATABASE here TEMPLATE pattern")
    yield _database(server, "here")
    _on_server(server, "DROP DATABASE here WITH (FORCE)")


on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def environ(vendors: Vendors, database_url: str) -> dict[str, str]:
    """The settings of a connector against this world."""
    return {
        **world.settings(vendors.base),
        **KEYS,
        "DATABASE_URL": database_url,
        "PUBLIC_URL": APP_URL,
        "BITRIX24_RATE": "0",
        "XERO_RATE": "0",
    }


# To make an app and to compile its queries takes longer than most tests, and all that a test may find other than it was
# made is its database and its vendors. So those of one process share one for each set of settings.
_APPS: dict[tuple[tuple[str, str], ...], SharedApp] = {}


class SharedApp:
    """An app and what it held when it was made: what a test leaves on it, in its settings or its views goes."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        own = vars(app)
        self.kept = [(held, dict(held)) for held in (own, *own.values()) if isinstance(held, dict)]

    def as_made(self, environ: dict[str, str], instance: Path) -> Flask:
        """As ``create_app`` would make it for these vendors: nothing kept yet, a queue of its own."""
        for held, as_made in self.kept:
            held.clear()
            held.update(as_made)
        settings = config.load(environ, instance)
        configure(self.app, settings)
        vault.open(settings.token_keys)
        worker.bind(self.app)
        return self.app


def own_settings(environ: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """All but where the vendors are."""
    where_vendors_are = world.settings("").keys()
    return tuple(sorted(item for item in environ.items() if item[0] not in where_vendors_are))


def shared_app(environ: dict[str, str], instance: Path) -> Flask:
    key = own_settings(environ)
    if key in _APPS:
        return _APPS[key].as_made(environ, instance)
    app = create_app(environ, instance)
    if not app.extensions["b24xero.settings"].is_https:  # that one stands behind a proxy of its own
        _APPS[key] = SharedApp(app)
    return app


@pytest.fixture
def app(environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    app = shared_app(environ, tmp_path)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.extensions["b24xero.queue"].storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def mere(request: pytest.FixtureRequest, app: Flask, environ: dict[str, str], vendors: Vendors) -> Person:
    """The admin, signed in to Bitrix24 alone; the same person as ``ready`` where a test asks for both."""
    if "ready" in request.fixturenames:
        return cast(Person, request.getfixturevalue("ready"))
    return copied(Person(app, "Mere Tautahi"), vendors, own_settings(environ), Person.sign_in)


def _made_ready(mere: Person) -> None:
    mere.sign_in().connect().save_set_up()


@pytest.fixture
def ready(app: Flask, environ: dict[str, str], vendors: Vendors) -> Person:
    """The admin, connected to Xero's first organisation, with the suggested set-up saved."""
    return copied(Person(app, "Mere Tautahi"), vendors, own_settings(environ), _made_ready)
