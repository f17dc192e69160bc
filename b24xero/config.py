"""Every setting once: name, kind, default, meaning, how to get it. A bad one stops the start."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from b24xero import first_keys
from b24xero import setting_kinds as kinds
from b24xero.setting_kinds import LOOPBACK as LOOPBACK

# Guessing one that signs every session must be hopeless (OWASP ASVS 11.3).
SHORTEST_SECRET = 32


class BadSettings(Exception):
    """One or more settings are missing or malformed; the text names all of them, one a line."""


@dataclass(frozen=True)
class Setting:
    """``default`` None means required; ``default`` may be computed from the ones before it."""

    name: str
    read: Callable[[str], Any]
    meaning: str
    how: str = ""
    default: str | None = None


@dataclass(frozen=True)
class Settings:
    """The environment, read and checked. Addresses have no slash at their end."""

    data_dir: str
    host: str
    public_url: str
    port: int
    secret_key: tuple[str, ...]
    token_keys: tuple[str, ...]
    database_url: str
    allow_http_portal: str
    bitrix24_portal_url: str
    bitrix24_client_id: str
    bitrix24_client_secret: str
    bitrix24_oauth_url: str
    bitrix24_js_url: str
    bitrix24_old_invoice_path: str
    bitrix24_old_invoice_currency: str
    xero_client_id: str
    xero_client_secret: str
    xero_login_url: str
    xero_identity_url: str
    xero_api_url: str
    xero_login_minutes: float
    xero_webhook_keys: tuple[str, ...]
    bitrix24_rate: float
    xero_rate: float
    database_pool: int
    keep_days: int
    log_format: str
    metrics_token: str
    sentry_dsn: str
    smtp_url: str
    alert_email: tuple[str, ...]
    extra_ca_file: str
    trusted_proxies: int

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_portal_readable(self) -> bool:
        """Whether everybody in the portal's network can read what goes there and comes back."""
        parts = urlsplit(self.bitrix24_portal_url)
        return parts.scheme == "http" and parts.hostname not in LOOPBACK

    @property
    def base_path(self) -> str:
        """The path that PUBLIC_URL puts before every address of ours; "" where a whole site is ours."""
        return urlsplit(self.public_url).path


def _text(value: str) -> str:
    return value


def _invoice_path(value: str) -> str:
    if not value.startswith("/") or value.count("#invoice_id#") != 1:
        raise ValueError("is not a path with #invoice_id# in it, like /crm/invoice/show/#invoice_id#/")
    return value


def _currency(value: str) -> str:
    if value and not re.fullmatch("[A-Z]{3}", value):
        raise ValueError("is not the code of a currency, like NZD")
    return value


def _port(value: str) -> int:
    port = int(value) if value.isdigit() else 0
    if not 0 < port < 65536:
        raise ValueError("is not a port between 1 and 65535")
    return port


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6:
        raise ValueError("is not a number of 0 or more")
    return number


def _proxies(value: str) -> int:
    """One too many, and whoever asks says where from; so nothing that could be a slip is taken."""
    if not re.fullmatch(r"[0-9]", value):
        raise ValueError("is not a number of proxies from 0 to 9")
    return int(value)


def _minutes(value: str) -> float:
    minutes = _number(value)
    if minutes == 0:
        raise ValueError("must be more than 0")
    return minutes


def _database(value: str) -> str:
    scheme, mark, rest = value.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and mark:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and mark:
        return value
    raise ValueError("must begin with postgresql:// or sqlite:///")


def _secrets(value: str) -> tuple[str, ...]:
    secrets_given = kinds.words(value)
    if not secrets_given or min(map(len, secrets_given)) < SHORTEST_SECRET:
        raise ValueError(f"must have {SHORTEST_SECRET} characters or more (several with commas, newest first)")
    return secrets_given


def _keys(value: str) -> tuple[str, ...]:
    keys = kinds.words(value)
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise ValueError(
                "holds a key that is not a Fernet key (32 bytes as URL-safe base64; several with commas)"
            ) from error
    if not keys:
        raise ValueError("holds no key")
    return keys


_PORTAL_APP = (
    "Bitrix24: Applications > Developer resources > Other > Local application; handler path PUBLIC_URL/bitrix24/app"
)
_XERO_APP = "developer.xero.com > My Apps > New app > Web app; redirect URI PUBLIC_URL/xero/callback"
_MAKE_KEY = "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"

SETTINGS = (
    Setting("DATA_DIR", kinds.folder, "the folder of the SQLite file and of the keys made here", default="instance/"),
    Setting("HOST", kinds.host, "what the web process of run.py serve listens on", default="127.0.0.1"),
    Setting("PORT", _port, "the port that the web process listens on", default="8000"),
    Setting(
        "PUBLIC_URL", kinds.published, "where browsers reach b24xero; the callback addresses are below it",
        default="http://localhost:$PORT",
    ),
    Setting("DATABASE_URL", _database, "SQLite or PostgreSQL", default="sqlite:///instance/app.db"),
    Setting(
        "SECRET_KEY", _secrets,
        "signs the session cookies, 32 characters or more; several with commas, newest first, while it is replaced; "
        "required with PostgreSQL", how=_MAKE_KEY,
        default="made once in instance/",
    ),
    Setting(
        "TOKEN_KEYS", _keys, "Fernet keys for tokens at rest, newest first, with commas; required with PostgreSQL",
        how=_MAKE_KEY, default="made once in instance/",
    ),
    Setting(
        "ALLOW_HTTP_PORTAL", kinds.one_of("", "lan"), "lan: the portal may be reached over plain http at an "
        "address of a private network; whoever is in that network can read its tokens", default="",
    ),
    Setting(
        "BITRIX24_PORTAL_URL", kinds.portal, "the portal, e.g. https://acme.bitrix24.com", how="your portal's address"
    ),
    Setting("BITRIX24_CLIENT_ID", _text, "the local application's id (local.…)", how=_PORTAL_APP),
    Setting("BITRIX24_CLIENT_SECRET", _text, "the local application's secret", how=_PORTAL_APP),
    Setting("BITRIX24_OAUTH_URL", kinds.address, "Bitrix24's authorization server", default="https://oauth.bitrix.info"),
    Setting(
        "BITRIX24_JS_URL", kinds.address,
        "Bitrix24's own script for pages in the portal's frame; they work without it too",
        default="https://api.bitrix24.com/api/v1",
    ),
    Setting(
        "BITRIX24_OLD_INVOICE_PATH", _invoice_path, "where the portal shows one of its old invoices (crm.invoice), as "
        "its own setting spells it", default="/crm/invoice/show/#invoice_id#/",
    ),
    Setting(
        "BITRIX24_OLD_INVOICE_CURRENCY", _currency, "in which currency the portal makes its old invoices "
        "(crm.invoice), where that is not its base currency: no method tells it, and a save gives an invoice this one",
        default="",
    ),
    Setting("XERO_CLIENT_ID", _text, "the Xero app's client id", how=_XERO_APP),
    Setting("XERO_CLIENT_SECRET", _text, "the Xero app's client secret", how=_XERO_APP),
    Setting("XERO_LOGIN_URL", kinds.address, "Xero's consent page", default="https://login.xero.com"),
    Setting("XERO_IDENTITY_URL", kinds.address, "Xero's token server", default="https://identity.xero.com"),
    Setting("XERO_API_URL", kinds.address, "Xero's API", default="https://api.xero.com"),
    Setting("XERO_LOGIN_MINUTES", _minutes, "how long a Xero login lives", default="30"),
    Setting(
        "XERO_WEBHOOK_KEYS", kinds.words, "the signing keys of Xero's webhooks, newest first, with commas; without one "
        "the address PUBLIC_URL/webhooks/xero does not exist", how="developer.xero.com > My Apps > Webhooks",
        default="",
    ),
    Setting("BITRIX24_RATE", _number, "calls a second to the portal; 0 = unlimited (self-hosted portals)", default="2"),
    Setting("XERO_RATE", _number, "calls a minute to an organisation; 0 = unlimited", default="60"),
    Setting("DATABASE_POOL", kinds.pool, "connections to PostgreSQL that each process holds at most", default="5"),
    Setting("KEEP_DAYS", kinds.days, "how long Activity keeps what happened; 0 = for ever", default="400"),
    Setting(
        "LOG_FORMAT", kinds.one_of("text", "json"), "how log lines are written: text or json", default="text"
    ),
    Setting("METRICS_TOKEN", _text, "with it /metrics answers whoever brings it as Bearer", default=""),
    Setting(
        "SENTRY_DSN", kinds.dsn, "where errors that nobody foresaw are reported, by their kind and place; needs "
        "sentry-sdk", default="",
    ),
    Setting("SMTP_URL", kinds.smtp, "the mail server for alerts, smtp://user:password@host:587", default=""),
    Setting("ALERT_EMAIL", kinds.emails, "who is told when a check breaks, and when it is well", default=""),
    Setting(
        "EXTRA_CA_FILE", kinds.certificates, "certificates (PEM) of your own authority, believed beside public ones",
        default="",
    ),
    Setting("TRUSTED_PROXIES", _proxies, "how many proxies in front may set X-Forwarded-*", default="0"),
)  # fmt: skip


# Heroku throws the files of a process away when it restarts it, at least once a day.
_NO_DISK = (
    "must be PostgreSQL on Heroku, whose processes lose their files every day: heroku addons:create heroku-postgresql"
)


def load(environ: Mapping[str, str], instance: Path) -> Settings:
    """Read every setting.

    Raises:
        BadSettings: names all that are missing or malformed at once, each with how to get it.
    """
    values: dict[str, Any] = {}
    complaints: list[str] = []
    with contextlib.suppress(ValueError):  # what is wrong with it is told below, and nothing is made there
        instance = Path(kinds.folder(environ.get("DATA_DIR", "").strip() or str(instance.resolve())))
    for setting in SETTINGS:
        try:
            values[setting.name.lower()] = _read(setting, environ, values, instance)
        except ValueError as error:
            how = f" Get it: {setting.how}." if setting.how else ""
            complaints.append(f"{setting.name} {error}.{how}")
    if complaints:
        raise BadSettings("\n".join(complaints))
    return Settings(**values)


def _read(setting: Setting, environ: Mapping[str, str], values: Mapping[str, Any], instance: Path) -> Any:
    given = environ.get(setting.name, "").strip()
    if setting.name == "DATABASE_URL" and "DYNO" in environ and not given.startswith("postgres"):
        raise ValueError(_NO_DISK)
    if given and setting.name == "BITRIX24_PORTAL_URL" and values.get("allow_http_portal") == "lan":
        return kinds.portal_in_lan(given)
    if given:
        return setting.read(given)
    if setting.default is None:
        raise ValueError("is missing")
    if setting.name in ("SECRET_KEY", "TOKEN_KEYS"):
        if str(values.get("database_url", "")).startswith("postgresql"):
            raise ValueError("is missing (it is required with PostgreSQL, so that all machines share it)")
        return setting.read(first_keys.made_once(_made_folder(instance) / setting.name.lower(), setting.name))
    if setting.name == "DATA_DIR":
        return str(instance.resolve())
    if setting.name == "DATABASE_URL":
        return f"sqlite:///{(_made_folder(instance) / 'app.db').resolve()}"
    return setting.read(setting.default.replace("$PORT", str(values.get("port", 8000))))


def _made_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # books and keys come to lie in it
    except OSError as error:
        raise ValueError(f"is kept in {folder}, which cannot be made ({error.strerror}): set DATA_DIR") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(f"is kept in {folder}, where this process's user may not write: set DATA_DIR or its owner")
    return folder
