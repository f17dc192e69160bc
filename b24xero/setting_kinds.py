"""What kinds of values a setting may have; each says what is wrong in words that never repeat a secret."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from b24xero.outbound import private

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def address(value: str) -> str:
    wrong = "is not an address like https://example.com"
    parts = _parts(value, wrong)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(wrong)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(f"must begin with https:// (plain http is accepted for this machine only): {_WHY_HTTPS}")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be an address without ?, # and password")
    return value.rstrip("/")


_WHY_HTTPS = (
    "over http everybody in the network reads the tokens. Inside a LAN a certificate of your own authority does: name "
    "its file in EXTRA_CA_FILE"
)


def site(value: str) -> str:
    """An address that is a whole site: what follows its host was copied with it."""
    return _whole(address(value))


def _whole(found: str) -> str:
    parts = urlsplit(found)
    if parts.path:
        raise ValueError(f"must be a site without a path: write {parts.scheme}://{parts.netloc}")
    return found


# What people copy out of their browser, or out of a vendor's form, in place of the address of all.
_OUR_PAGES = (
    "/login", "/bitrix24/app", "/bitrix24/install", "/xero/callback", "/invoices", "/setup", "/products", "/activity",
    "/month-end", "/health", "/access",
)  # fmt: skip


def published(value: str) -> str:
    """Where browsers reach us: a site, or a path of one that belongs to us alone."""
    found = address(value)
    parts = urlsplit(found)
    if not re.fullmatch(r"(/[A-Za-z0-9_-][A-Za-z0-9._~-]*)*", parts.path):
        raise ValueError("has a path that is not of plain words: write one like https://intranet.example.com/b24xero")
    for page in _OUR_PAGES:
        if parts.path.endswith(page):
            raise ValueError(f"names a page of b24xero: write {found.removesuffix(page)}")
    return found


def portal(value: str) -> str:
    """The simulator alone, on this machine, has both vendors behind one host."""
    try:
        found = address(value)
    except ValueError as error:
        if str(error).endswith(_WHY_HTTPS):
            raise ValueError(f"{error}; or allow it for a private address: ALLOW_HTTP_PORTAL=lan") from error
        raise
    return found if urlsplit(found).hostname in LOOPBACK else site(value)


def portal_in_lan(value: str) -> str:
    """Also over plain http, at an address of a private network. What a name means is looked at with every call
    (``outbound/http``): today's answer says nothing about tomorrow's."""
    if not value.startswith("http://"):
        return portal(value)
    over_tls = address(f"https{value[4:]}")  # whatever else an address has to be
    host = urlsplit(over_tls).hostname or ""
    if host in LOOPBACK:
        return portal(value)
    if private.is_number(host) and not private.is_private(host):
        raise ValueError(
            f"must begin with https://: {host} is no address of a private network, where alone "
            "ALLOW_HTTP_PORTAL=lan counts"
        )
    return _whole(f"http{over_tls[5:]}")


def folder(value: str) -> str:
    path = Path(value).expanduser()
    if not path.is_absolute():
        raise ValueError("must be the whole path of a folder, e.g. /var/lib/b24xero")
    return str(path)


def host(value: str) -> str:
    """Of a socket, not of an address: a name, or a number of either kind."""
    bare = value.removeprefix("[").removesuffix("]")
    if not bare or any(mark in bare for mark in "/@?# ") or (":" in bare and not _is_ipv6(bare)):
        raise ValueError("is not a host to listen on, e.g. 127.0.0.1, 0.0.0.0 or ::")
    return bare


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def certificates(value: str) -> str:
    """A file of certificates that are believed beside the public ones."""
    if not value:
        return ""
    try:
        ssl.create_default_context(cafile=value)
    except ssl.SSLError as error:
        raise ValueError("names a file that holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)") from error
    except OSError as error:
        raise ValueError(f"names a file that cannot be read ({error.strerror})") from error
    return value


def days(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value):
        raise ValueError("is not a number of days, 0 or more")
    return int(value)


def pool(value: str) -> int:
    """Whoever writes may need a second one for a moment."""
    if not re.fullmatch(r"[0-9]{1,3}", value) or int(value) < 3:
        raise ValueError("is not a number of connections, 3 or more")
    return int(value)


def one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"is not one of {', '.join(choices)}")
        return value

    return read


def smtp(value: str) -> str:
    """With or without a sign-in; smtps for TLS from the first byte, smtp for STARTTLS where it is offered."""
    if not value:
        return ""
    wrong = "is not an address like smtp://user:password@mail.example:587"
    parts = _parts(value, wrong)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(wrong)
    return value


def words(value: str) -> tuple[str, ...]:
    """Several with commas."""
    return tuple(one.strip() for one in value.split(",") if one.strip())


def dsn(value: str) -> str:
    """Of a project in Sentry: its address with a key, which is as good as public."""
    if not value:
        return ""
    wrong = "is not the DSN of a project, https://key@sentry.example/1"
    parts = _parts(value, wrong)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not (is_safe and parts.hostname and parts.username and re.fullmatch(r"/(.*/)?[0-9]+", parts.path)):
        raise ValueError(wrong)
    return value


def _parts(value: str, wrong: str) -> SplitResult:
    """
    Raises:
        ValueError: ``wrong``, where it is no address at all.
    """
    try:
        parts = urlsplit(value)
        _ = parts.port  # reading it is what finds a port that is none
    except ValueError as error:
        raise ValueError(wrong) from error
    return parts


def emails(value: str) -> tuple[str, ...]:
    found = words(value)
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", one) for one in found):
        raise ValueError("is not an e-mail address (several with commas)")
    return found
