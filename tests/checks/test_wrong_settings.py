"""What somebody reads who got a setting wrong, or whose network is broken: one table, for the tests and for the guide.

``python -m tests.checks.test_wrong_settings`` writes docs/guide/troubleshooting.md from it.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from b24xero import create_app, hints
from b24xero.bitrix24 import wire
from b24xero.checks import every, network
from b24xero.checks.result import Around
from b24xero.config import SETTINGS, BadSettings, load
from b24xero.db import schema
from b24xero.db.models import User, utc_now
from b24xero.extensions import db, vault
from b24xero.outbound import causes, private, trust
from b24xero.simulator import http, world
from b24xero.web.common import labels
from tests.conftest import APP_URL, KEYS, ROOT, Vendors
from tests.outbound import network as wires
from tests.people import Person, text

GUIDE = ROOT / "docs" / "guide" / "troubleshooting.md"
GIVEN = {
    "PUBLIC_URL": "https://xero.example.com", "BITRIX24_PORTAL_URL": "https://acme.bitrix24.com",
    "BITRIX24_CLIENT_ID": "local.1", "BITRIX24_CLIENT_SECRET": "portal's", "XERO_CLIENT_ID": "C1",
    "XERO_CLIENT_SECRET": "xero's",
}  # fmt: skip
KEY = KEYS["TOKEN_KEYS"]


@dataclass(frozen=True)
class Wrong:
    """``wrong``: what is so, in the guide's words; ``told``: where one reads → the words that are read there. ``made``:
    the settings, or what makes it so in a running office; ``looked``: which check tells it."""

    wrong: str
    told: Mapping[str, str]
    made: Any = field(compare=False)
    looked: str = ""


# -- settings ---------------------------------------------------------------------------------------------------------


def start(wrong: str, said: str, **changes: str | None) -> Wrong:
    """It stops the start, by one line."""
    return Wrong(wrong, {"start": said}, changes)


HTTPS = "must begin with https:// (plain http is accepted for this machine only)"
AT_THE_START = (
    start("`PUBLIC_URL` without https://", "PUBLIC_URL is not an address like https://example.com",
          PUBLIC_URL="xero.example.com"),
    start("`PUBLIC_URL` with http://", f"PUBLIC_URL {HTTPS}", PUBLIC_URL="http://xero.example.com"),
    start("`PUBLIC_URL` copied from the handler path",
          "PUBLIC_URL names a page of b24xero: write https://xero.example.com",
          PUBLIC_URL="https://xero.example.com/bitrix24/app"),
    start("`PUBLIC_URL` with a question mark in it", "PUBLIC_URL must be an address without ?, # and password",
          PUBLIC_URL="https://xero.example.com/?next=1"),
    start("the portal's address with the page that was open",
          "BITRIX24_PORTAL_URL must be a site without a path: write https://acme.bitrix24.com",
          BITRIX24_PORTAL_URL="https://acme.bitrix24.com/crm/type/31/list/"),
    start("the portal's address with a port that is none", "BITRIX24_PORTAL_URL is not an address like "
                                                           "https://example.com",
          BITRIX24_PORTAL_URL="https://acme.example:https"),
    start("a portal of the LAN over http", "BITRIX24_PORTAL_URL must begin with https:// … or allow it for a private "
                                           "address: ALLOW_HTTP_PORTAL=lan",
          BITRIX24_PORTAL_URL="http://192.168.1.20"),
    start("`ALLOW_HTTP_PORTAL=lan` for a portal in the internet",
          "BITRIX24_PORTAL_URL must begin with https://: 93.184.216.34 is no address of a private network, where "
          "alone ALLOW_HTTP_PORTAL=lan counts",
          BITRIX24_PORTAL_URL="http://93.184.216.34", ALLOW_HTTP_PORTAL="lan"),
    start("no portal at all", "BITRIX24_PORTAL_URL is missing. Get it: your portal's address",
          BITRIX24_PORTAL_URL=None),
    start("no id of the local application", "BITRIX24_CLIENT_ID is missing. Get it: Bitrix24: Applications",
          BITRIX24_CLIENT_ID=" "),
    start("no secret of the Xero app", "XERO_CLIENT_SECRET is missing. Get it: developer.xero.com",
          XERO_CLIENT_SECRET=None),
    start("a short `SECRET_KEY`", "SECRET_KEY must have 32 characters or more", SECRET_KEY="change-me"),
    start("a `TOKEN_KEYS` that is no key", "TOKEN_KEYS holds a key that is not a Fernet key",
          TOKEN_KEYS="my secret key"),
    start("another kind of database", "DATABASE_URL must begin with postgresql:// or sqlite:///",
          DATABASE_URL="mysql://b24xero@localhost/b24xero"),
    start("PostgreSQL without keys", "SECRET_KEY is missing (it is required with PostgreSQL, so that all machines "
                                     "share it)",
          DATABASE_URL="postgresql://b24xero@localhost/b24xero", TOKEN_KEYS=KEY, SECRET_KEY=None),
    start("SQLite on Heroku", "DATABASE_URL must be PostgreSQL on Heroku", DYNO="web.1"),
    start("a file of certificates that is not there",
          "EXTRA_CA_FILE names a file that cannot be read (No such file or directory)", EXTRA_CA_FILE="/no/such.pem"),
    start("a certificate in another form",
          "EXTRA_CA_FILE names a file that holds no certificate in PEM form", EXTRA_CA_FILE=str(ROOT / "README.md")),
    start("a data folder without its whole path", "DATA_DIR must be the whole path of a folder", DATA_DIR="data"),
    start("a data folder that cannot be made", "DATABASE_URL is kept in …, which cannot be made (Not a directory): "
                                               "set DATA_DIR",
          DATA_DIR=str(ROOT / "README.md" / "data")),
    start("a port that is none", "PORT is not a port between 1 and 65535", PORT="eighty"),
    start("`HOST` with a port", "HOST is not a host to listen on, e.g. 127.0.0.1", HOST="0.0.0.0:8000"),
    start("proxies that are no number", "TRUSTED_PROXIES is not a number of proxies from 0 to 9",
          TRUSTED_PROXIES="yes"),
    start("a mail server without its scheme", "SMTP_URL is not an address like smtp://user:password@mail.example:587",
          SMTP_URL="mail.example:587"),
)  # fmt: skip


def hinted(wrong: str, said: str, **changes: str) -> Wrong:
    """It starts, with a hint; Health says the same."""
    return Wrong(wrong, {"start": said, "check": said}, changes, "settings")


WITH_A_HINT = (
    hinted("`PUBLIC_URL` with a number in place of localhost",
           "PUBLIC_URL is http://127.0.0.1:8000: Xero takes plain http for the name localhost alone. Set "
           "PUBLIC_URL=http://localhost:8000.",
           PUBLIC_URL="http://127.0.0.1:8000", BITRIX24_PORTAL_URL="http://localhost:9000"),
    hinted("no `PUBLIC_URL`, and a real portal",
           "PUBLIC_URL is http://localhost:8000, which browsers of this machine alone can open, and the portal is at "
           "https://acme.bitrix24.com",
           PUBLIC_URL="http://localhost:8000"),
    hinted("a portal of the LAN over http that was allowed",
           "BITRIX24_PORTAL_URL is http://192.168.1.20: whoever is in that network can read the tokens of everybody.",
           BITRIX24_PORTAL_URL="http://192.168.1.20", ALLOW_HTTP_PORTAL="lan"),
)  # fmt: skip


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Callable[[Wrong], dict[str, str]]:
    return lambda case: {name: value for name, value in {**GIVEN, **KEYS, **case.made}.items() if value is not None}


def says(text: str, words: str) -> bool:
    """… stands for what is left out."""
    return bool(re.search(".*".join(map(re.escape, re.split(" ?… ?", words))), text, re.DOTALL))


def name_of(case: Wrong) -> str:
    return case.wrong.replace("`", "")


@pytest.mark.parametrize("case", AT_THE_START, ids=name_of)
def test_a_setting_that_cannot_be_stops_the_start(
    case: Wrong, environ: Callable[[Wrong], dict[str, str]], tmp_path: Path
) -> None:
    with pytest.raises(BadSettings) as bad:
        load(environ(case), tmp_path)
    assert says(str(bad.value), case.told["start"])
    assert {line.partition(" ")[0] for line in str(bad.value).splitlines()} <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("case", WITH_A_HINT, ids=name_of)
def test_a_setting_that_will_surprise_is_hinted_at(
    case: Wrong, environ: Callable[[Wrong], dict[str, str]], tmp_path: Path
) -> None:
    settings = load(environ(case), tmp_path)
    assert case.told["start"] in "\n".join(hints.of(settings))
    verdict = every.BY_NAME["settings"].look(Around(settings, utc_now()))
    assert case.told["check"] in verdict.values["hint"]


# -- while it runs ----------------------------------------------------------------------------------------------------


@dataclass
class Office:
    """A connector that was set up, and somebody who uses it."""

    app: Flask
    vendors: Vendors
    mere: Person
    folder: Path

    def move(self, **settings: Any) -> None:
        self.app.extensions["b24xero.settings"] = replace(self.app.extensions["b24xero.settings"], **settings)

    def invoices(self) -> str:
        return text(self.mere.list().text)

    def signing_in(self) -> str:
        newcomer = Person(self.app, "Mere Tautahi")
        back = newcomer.at_bitrix24(newcomer.client.get("/login/bitrix24").headers["Location"])
        return text(newcomer.client.get(back.removeprefix(APP_URL)).text)

    def connecting(self) -> str:
        back = self.mere.at_xero(self.mere.client.get("/xero/leave").headers["Location"])
        return text(self.mere.client.get(back.removeprefix(APP_URL)).text)

    def check(self, name: str) -> str:
        with self.app.app_context():
            user = db.session.scalar(db.select(User)) if name != "database" else None
            db.session.commit()
            check = every.BY_NAME[name]
            verdict = check.look(Around(self.app.extensions["b24xero.settings"], utc_now(), user))
            db.session.rollback()
        assert verdict.state != "well"
        return " ".join(every.Looked(check, verdict).said())


Makes = Callable[[Office, pytest.MonkeyPatch], AbstractContextManager[str]]


def portal(**changes: Any) -> Makes:
    """The portal is elsewhere; gives what the list of invoices says."""

    @contextmanager
    def made(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        with ExitStack() as stack:
            for name, value in changes.get("environ", {}).items():
                monkeypatch.setenv(name, value(stack) if callable(value) else value)
            address = changes["at"]
            office.move(bitrix24_portal_url=address(stack, office.folder) if callable(address) else address)
            yield office.invoices()

    return made


def plainly(**answer: Any) -> Callable[[ExitStack, Path], str]:
    return lambda stack, _folder: f"http://{stack.enter_context(wires.serving(**answer))}"


def over_tls(*names: str, days: int = 30, believed: bool = True) -> Callable[[ExitStack, Path], str]:
    def made(stack: ExitStack, folder: Path) -> str:
        own = wires.authority(folder)
        trust.also(str(own.file) if believed else "")
        return f"https://{stack.enter_context(wires.serving(own.certify(folder, *names, days=days)))}"

    return made


@contextmanager
def a_lan_that_is_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This machine stands for one in the internet."""
    monkeypatch.setattr(private, "NETWORKS", ())
    with wires.serving() as host:
        office.move(bitrix24_portal_url=f"http://{host}")
        yield office.invoices()


@contextmanager
def wrong_secret_of_bitrix24(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    office.move(bitrix24_client_secret="another application's")
    yield office.signing_in()


@contextmanager
def wrong_secret_of_xero(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    office.move(xero_client_secret="another app's")
    yield office.connecting()


@contextmanager
def another_key(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    vault.open(("YW4gb2xkZXIga2V5IG9mIHRoZSB0ZXN0cyBoZXJlIDE=",))
    yield ""
    vault.open((KEY,))


@contextmanager
def no_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    app = create_app({**world.settings(office.vendors.base), **KEYS, "DATABASE_URL": "sqlite:////no/such/app.db",
                      "PUBLIC_URL": APP_URL}, office.folder)  # fmt: skip
    monkeypatch.setattr(office, "app", app)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["sid"] = "1", "somebody's"
    yield text(client.get("/invoices").text)


@contextmanager
def older_tables(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    _stamp(office.app, "0001")
    yield office.app.test_client().get("/readyz").get_json()["status"]
    with office.app.app_context():
        newest = schema.newest()
    _stamp(office.app, newest)


def _stamp(app: Flask, revision: str) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        db.session.commit()


@contextmanager
def another_name(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield text(office.app.test_client().get("/login", headers={"Host": "10.0.0.7:8000"}).text)


@contextmanager
def a_path_taken_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    environ = {**world.settings(office.vendors.base), **KEYS, "DATABASE_URL": "sqlite:////no/such/app.db",
               "PUBLIC_URL": f"{APP_URL}/b24xero"}  # fmt: skip
    yield text(create_app(environ, office.folder).test_client().get("/login").text)


def vendor(name: str, **values: Any) -> Makes:
    """Something in a vendor's world is other than it should be, and back again; no page is looked at."""

    @contextmanager
    def made(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        office.vendors.control(name, **values)
        yield ""
        back = {"not_granted": "", "no_way_out": False, "seconds": -values.get("seconds", 0), "app": "installed"}
        office.vendors.control(name, **{one: back[one] for one in values})

    return made


@contextmanager
def nothing_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield ""


def reached(wrong: str, check: str, step: str, reason: str, made: Makes) -> Wrong:
    """What keeps us from the portal: told on the page, by the check, and once in the log."""
    page = f"… cannot be reached from b24xero: {labels.STEPS[step]}" + (f" ({reason})" if reason else "")
    log = f"step={step}" + (f' reason="{reason}"' if reason else "")
    return Wrong(wrong, {"check": check, "page": page, "log": log}, made, "portal")


NO_ANSWER = "Bitrix24 does not answer. Nothing was changed."
PROXY = {"NO_PROXY": "", "no_proxy": ""}
WHILE_IT_RUNS = (
    reached("a name that no DNS knows", "The name portal.invalid is not known here … try on this machine: getent "
                                        "hosts portal.invalid", "name",
            "", portal(at="https://portal.invalid")),
    reached("a port where nobody listens, or a firewall", "localhost takes no connection (Connection refused)",
            "connect", "Connection refused", portal(at=f"https://{wires.nobody_listens()}")),
    reached("a certificate of your own authority", "The certificate of localhost is not believed … name the file of "
                                                   "your authority in EXTRA_CA_FILE.",
            "certificate", "unable to get local issuer certificate",
            portal(at=over_tls("localhost", believed=False))),
    reached("a certificate for another name", "The certificate of localhost is not believed (Hostname mismatch …",
            "certificate",
            "Hostname mismatch, certificate is not valid for 'localhost'.", portal(at=over_tls("portal.example"))),
    reached("a certificate that has ended", "The certificate of localhost is not believed (certificate has expired)",
            "certificate", "certificate has expired", portal(at=over_tls("localhost", days=-1))),
    reached("https:// to a port that speaks http", "localhost does not speak TLS", "tls",
            "",
            portal(at=lambda stack, _folder: f"https://{stack.enter_context(wires.serving())}")),
    reached("a proxy that is away", "The proxy on the way to portal.example lets nothing through",
            "proxy", "Connection refused",
            portal(at="https://portal.example", environ={**PROXY, "HTTPS_PROXY": f"http://{wires.nobody_listens()}"})),
    reached("a proxy that refuses the portal", "The proxy on the way to portal.example lets nothing through … Correct "
                                               "HTTPS_PROXY, or name the host in NO_PROXY.",
            "proxy", "Tunnel connection failed: 407 Proxy Authentication Required",
            portal(at="https://portal.example", environ={
                **PROXY, "HTTPS_PROXY": lambda stack: stack.enter_context(wires.proxy(refuses=True)).url})),
    reached("a name in the LAN that leads into the internet",
            "localhost takes no connection (plain http is for private addresses, and 127.0.0.1 is a public one).",
            "connect", "plain http is for private addresses, and 127.0.0.1 is a public one",
            a_lan_that_is_none),
    Wrong("a portal that takes the connection and is silent",
          {"check": "localhost takes the connection and does not answer.", "page": NO_ANSWER, "log": "step=slow"},
          portal(at=lambda stack, _folder: f"http://{stack.enter_context(wires.silent())}"), "portal"),
    Wrong("a connection that is broken off",
          {"check": "localhost breaks the connection off", "page": NO_ANSWER, "log": "step=broken"},
          portal(at=lambda stack, _folder: f"http://{stack.enter_context(wires.hanging_up())}"), "portal"),
    Wrong("a gateway before the portal that answers for it",
          {"check": "localhost answers with the error 502.", "page": NO_ANSWER, "log": 'reason="status 502, no JSON"'},
          portal(at=plainly(status=502, body=b"<html>Bad gateway")), "portal"),
    Wrong("a web page where the portal should be",
          {"check": "localhost answers with a web page, not as the other system does (200).",
           "page": "Bitrix24 gave an answer that cannot be read. Nothing was changed.",
           "log": 'reason="status 200, no JSON"'},
          portal(at=plainly(body=b"<!doctype html><title>Welcome")), "portal"),
    Wrong("something before the portal that asks for a sign-in, or a portal that was renamed",
          {"check": "localhost answers with a web page, not as the other system does (302) … the portal was renamed, "
                    "or something on the way asks for a sign-in.",
           "page": "The address of Bitrix24 leads elsewhere", "log": 'reason="status 302, no JSON"'},
          portal(at=plainly(status=302, body=b"", headers={"Location": "https://sign-in.example"})), "portal"),
    Wrong("a clock that is off by an hour",
          {"check": "This machine’s clock is so far off that sign-ins fail"}, vendor("clock", seconds=3600), "clock"),
    Wrong("the secret of another application in Bitrix24",
          {"check": "Bitrix24 does not accept the application’s id or secret", "page": "BITRIX24_CLIENT_ID and "
           "BITRIX24_CLIENT_SECRET",
           "log": 'reason="invalid_client"'}, wrong_secret_of_bitrix24, "bitrix24_app"),
    Wrong("the secret of another app at Xero",
          {"check": "Xero does not accept the app’s id or secret (invalid_client).", "page":
           "XERO_CLIENT_ID and XERO_CLIENT_SECRET",
           "log": 'reason="invalid_client"'}, wrong_secret_of_xero, "xero_app"),
    Wrong("an application that was taken away in the portal",
          {"check": "The application is not installed in the portal"},
          vendor("bitrix24/settings", app="not_installed"), "bitrix24_app"),
    Wrong("scopes that were not ticked", {"check": "The application lacks these scopes: placement."},
          vendor("bitrix24/settings", not_granted="placement"), "scopes"),
    Wrong("a portal that may not call out", {"check": "The portal cannot ask its authorization server"},
          vendor("bitrix24/settings", no_way_out=True), "from_portal"),
    Wrong("`TOKEN_KEYS` that was changed without keeping the old key",
          {"check": "Stored sign-ins that no key opens: … Put the old key behind the new one in TOKEN_KEYS"},
          another_key, "keys"),
    Wrong("a database that is away",
          {"check": "No database answers.", "page": "The database of b24xero does not answer."},
          no_database, "database"),
    Wrong("an upgrade without `db upgrade`",
          {"check": "The tables are older than this version … Run: flask --app wsgi db upgrade",
           "page": "not migrated: run flask --app wsgi db upgrade"}, older_tables, "database"),
    Wrong("no worker",
          {"check": "No worker has ever run here, so no run goes on. … systemctl restart b24xero-worker"},
          nothing_done, "worker"),
    Wrong("a proxy in front that hands another name on, or `TRUSTED_PROXIES` 0 behind one",
          {"page": "This is not the address of b24xero."}, another_name),
    Wrong("a proxy in front that takes the path of `PUBLIC_URL` away",
          {"page": "the proxy in front of it takes the path away, and has to leave it as it is."}, a_path_taken_away),
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(migrated_sqlite, folder / "app.db")
    built = world.build(APP_URL, limits=False)
    with http.serving(built.server) as base:
        environ = {**world.settings(base), **KEYS, "DATABASE_URL": f"sqlite:///{folder / 'app.db'}",
                   "PUBLIC_URL": APP_URL, "BITRIX24_RATE": "0", "XERO_RATE": "0"}  # fmt: skip
        app = create_app(environ, folder)
        app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
        mere = Person(app, "Mere Tautahi").sign_in().connect().save_set_up()
        yield Office(app, Vendors(base, built), mere, folder)
        app.extensions["b24xero.queue"].storage.close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def office(shared: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """As it was set up, and in a hurry."""
    monkeypatch.setattr(network, "TIMEOUT", (0.3, 0.3))
    monkeypatch.setattr(wire, "TIMEOUT", (0.3, 0.3))
    causes.forget()
    settings = shared.app.extensions["b24xero.settings"]
    app = shared.app
    yield shared
    app.extensions["b24xero.settings"] = settings
    trust.also("")
    wire.HTTP.close()


@pytest.mark.parametrize("case", WHILE_IT_RUNS, ids=name_of)
def test_what_breaks_while_it_runs_is_told(
    case: Wrong, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with case.made(office, monkeypatch) as page:
        read = {"page": page, "log": caplog.text, "check": office.check(case.looked) if case.looked else ""}
    for where, words in case.told.items():
        assert says(read[where], words), (where, read[where])


# -- the guide --------------------------------------------------------------------------------------------------------

CASES = (*AT_THE_START, *WITH_A_HINT, *WHILE_IT_RUNS)
PLACES = {"start": "start", "check": "Health, `check`", "page": "page", "log": "log"}
HEAD = """# When it does not work

What one reads, and where: at the **start** (the line before it ends, or a hint), on the page **Health** and from
`flask --app wsgi check` (the same words, each with a likely cause and the fix), on the **page** that somebody uses, in
the **log** of web or worker. Names and numbers differ with yours; … stands for what is left out here. Where this page
does not help: `flask --app wsgi support`.

This table is held by tests (`tests/checks/test_wrong_settings.py` makes each of these faults and reads).

| what is wrong | what one reads |
|---|---|
"""


def guide() -> str:
    rows = []
    for case in CASES:
        said = "<br>".join(f"{PLACES[where]}: {words}" for where, words in case.told.items())
        rows.append(f"| {case.wrong} | {said.replace('|', chr(92) + '|')} |\n")
    return HEAD + "".join(rows)


def test_the_guide_says_the_same() -> None:
    assert len(CASES) >= 25
    assert GUIDE.read_text(encoding="utf-8") == guide()


if __name__ == "__main__":
    GUIDE.write_text(guide(), encoding="utf-8")
