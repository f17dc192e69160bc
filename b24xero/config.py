"""Every setting once: name, kind, default, meaning, how to get it. A bad one stops the start."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

# Guessing one that signs every session must be hopeless (OWASP ASVS 11.3).
SHORTEST_SECRET = 32
LOOPBACK = ("localhost", "127.0.0.1", "::1")


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

    public_url: str
    port: int
    secret_key: tuple[str, ...]
    token_keys: tuple[str, ...]
    database_url: str
    bitrix24_portal_url: str
    bitrix24_client_id: str
    bitrix24_client_secret: str
    bitrix24_oauth_url: str
    bitrix24_js_url: str
    bitrix24_old_invoice_path: str
    xero_client_id: str
    xero_client_secret: str
    xero_login_url: str
    xero_identity_url: str
    xero_api_url: str
    xero_login_minutes: float
    bitrix24_rate: float
    xero_rate: float
    trusted_proxies: int

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def _text(value: str) -> str:
    return value


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port  # reading it is what finds a port that is none
    except ValueError as error:
        raise ValueError("is not an address like https://example.com") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an address like https://example.com")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (plain http is accepted for this machine only)")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be an address without ?, # and password")
    return value.rstrip("/")


def _invoice_path(value: str) -> str:
    if not value.startswith("/") or value.count("#invoice_id#") != 1:
        raise ValueError("is not a path with #invoice_id# in it, like /crm/invoice/show/#invoice_id#/")
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
    secrets_given = tuple(secret.strip() for secret in value.split(",") if secret.strip())
    if not secrets_given or min(map(len, secrets_given)) < SHORTEST_SECRET:
        raise ValueError(f"must have {SHORTEST_SECRET} characters or more (several with commas, newest first)")
    return secrets_given


def _keys(value: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in value.split(",") if key.strip())
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
    Setting("PORT", _port, "the port that the web process listens on", default="8000"),
    Setting(
        "PUBLIC_URL", _address, "where browsers reach b24xero; the callback addresses are below it",
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
    Setting("BITRIX24_PORTAL_URL", _address, "the portal, e.g. https://acme.bitrix24.com", how="your portal's address"),
    Setting("BITRIX24_CLIENT_ID", _text, "the local application's id (local.…)", how=_PORTAL_APP),
    Setting("BITRIX24_CLIENT_SECRET", _text, "the local application's secret", how=_PORTAL_APP),
    Setting("BITRIX24_OAUTH_URL", _address, "Bitrix24's authorization server", default="https://oauth.bitrix.info"),
    Setting(
        "BITRIX24_JS_URL", _address, "Bitrix24's own script for pages in the portal's frame; they work without it too",
        default="https://api.bitrix24.com/api/v1",
    ),
    Setting(
        "BITRIX24_OLD_INVOICE_PATH", _invoice_path, "where the portal shows one of its old invoices (crm.invoice), as "
        "its own setting spells it", default="/crm/invoice/show/#invoice_id#/",
    ),
    Setting("XERO_CLIENT_ID", _text, "the Xero app's client id", how=_XERO_APP),
    Setting("XERO_CLIENT_SECRET", _text, "the Xero app's client secret", how=_XERO_APP),
    Setting("XERO_LOGIN_URL", _address, "Xero's consent page", default="https://login.xero.com"),
    Setting("XERO_IDENTITY_URL", _address, "Xero's token server", default="https://identity.xero.com"),
    Setting("XERO_API_URL", _address, "Xero's API", default="https://api.xero.com"),
    Setting("XERO_LOGIN_MINUTES", _minutes, "how long a Xero login lives", default="30"),
    Setting("BITRIX24_RATE", _number, "calls a second to the portal; 0 = unlimited (self-hosted portals)", default="2"),
    Setting("XERO_RATE", _number, "calls a minute to an organisation; 0 = unlimited", default="60"),
    Setting("TRUSTED_PROXIES", _proxies, "how many proxies in front may set X-Forwarded-*", default="0"),
)  # fmt: skip


def load(environ: Mapping[str, str], instance: Path) -> Settings:
    """Read every setting.

    Raises:
        BadSettings: names all that are missing or malformed at once, each with how to get it.
    """
    values: dict[str, Any] = {}
    complaints: list[str] = []
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
    if given:
        return setting.read(given)
    if setting.default is None:
        raise ValueError("is missing")
    if setting.name in ("SECRET_KEY", "TOKEN_KEYS"):
        if str(values.get("database_url", "")).startswith("postgresql"):
            raise ValueError("is missing (it is required with PostgreSQL, so that all machines share it)")
        return setting.read(_made_once(instance / setting.name.lower(), setting.name))
    if setting.name == "DATABASE_URL":
        return f"sqlite:///{(instance / 'app.db').resolve()}"
    return setting.read(setting.default.replace("$PORT", str(values.get("port", 8000))))


def _made_once(path: Path, name: str) -> str:
    """The key kept in ``path``; made there at the first start, readable by its owner alone."""
    if path.exists() and path.read_text().strip():
        path.chmod(0o600)  # a copy or a backup may have opened it to others
        return path.read_text().strip()
    key = Fernet.generate_key().decode() if name == "TOKEN_KEYS" else secrets.token_urlsafe(48)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the database comes to stand beside it
    # Written whole under another name first: a process that starts in this very moment never reads half a key.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    try:
        if path.exists() and not path.read_text().strip():
            os.replace(draft, path)  # a stop between making and writing left an empty file
        else:
            os.link(draft, path)
            os.unlink(draft)
    except FileExistsError:
        os.unlink(draft)  # the other process was first, and its key counts
    return path.read_text().strip()
