"""Why a call got no whole answer: at which step, and the system's word for it; never an address or a token."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import requests
import urllib3.exceptions as failures

# The steps of a call, in their order: what is looked up, opened, spoken. Until "slow" nothing of ours has left.
STEPS = ("proxy", "name", "connect", "certificate", "tls", "slow", "broken")
_LONGEST = 120


@dataclass(frozen=True)
class Cause:
    """``step`` of STEPS; ``reason`` in the system's own words, e.g. "self-signed certificate"."""

    step: str
    reason: str = ""


def of(error: BaseException) -> Cause:
    """Of what requests or urllib3 raised."""
    chain = list(_chain(error))
    for step, kinds in _KINDS:
        for link in chain:
            if isinstance(link, kinds):
                return Cause(step, _reason(step, chain))
    return Cause("broken", type(error).__name__)


# The first that matches counts: a certificate's error is a TLS error too, a name's one of connecting.
_KINDS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("proxy", (failures.ProxyError, requests.exceptions.ProxyError)),
    ("certificate", (ssl.SSLCertVerificationError,)),
    ("tls", (ssl.SSLError, failures.SSLError, requests.exceptions.SSLError)),
    ("name", (failures.NameResolutionError,)),
    ("connect", (failures.ConnectTimeoutError, failures.NewConnectionError, requests.exceptions.ConnectTimeout)),
    ("slow", (failures.ReadTimeoutError, requests.exceptions.ReadTimeout, TimeoutError)),
)


def _reason(step: str, chain: list[BaseException]) -> str:
    certificates = [link.verify_message for link in chain if isinstance(link, ssl.SSLCertVerificationError)]
    if step in ("proxy", "certificate") and certificates:
        return certificates[0][:_LONGEST]
    said = [link.strerror for link in chain if isinstance(link, OSError) and isinstance(link.strerror, str)]
    plain = [str(link.args[0]) for link in chain if type(link) is OSError and link.args]  # "Tunnel connection failed"
    return (said or plain or [""])[-1][:_LONGEST]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and all that it came from; each library keeps that in a place of its own."""
    seen: set[int] = set()
    left: list[object] = [error]
    while left:
        link = left.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        left += [getattr(link, "reason", None), getattr(link, "original_error", None), link.__cause__, link.__context__]
        left += link.args
