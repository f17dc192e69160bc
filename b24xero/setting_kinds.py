"""What kinds of values a setting may have; each says what is wrong in words that never repeat a secret."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def address(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port  # reading it is what finds a port that is none
    except ValueError as error:
        raise ValueError("is not an address like https://example.com") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an address like https://example.com")
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
    """An address that is a whole site: what follows its host was copied with it, or is a sub-path, which is not ours to
    serve."""
    found = address(value)
    parts = urlsplit(found)
    if parts.path:
        raise ValueError(f"must be a site without a path: write {parts.scheme}://{parts.netloc}")
    return found


def portal(value: str) -> str:
    """The simulator alone, on this machine, has both vendors behind one host."""
    return address(value) if urlsplit(address(value)).hostname in LOOPBACK else site(value)


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
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise ValueError("is not an address like smtp://user:password@mail.example:587") from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("is not an address like smtp://user:password@mail.example:587")
    return value


def words(value: str) -> tuple[str, ...]:
    """Several with commas."""
    return tuple(one.strip() for one in value.split(",") if one.strip())


def emails(value: str) -> tuple[str, ...]:
    found = words(value)
    if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", one) for one in found):
        raise ValueError("is not an e-mail address (several with commas)")
    return found
