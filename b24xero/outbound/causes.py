"""Why a call got no whole answer: at which step, and the system's word for it; never an address or a token."""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import requests
import urllib3.exceptions as failures

from b24xero.errors import Problem, problem

log = logging.getLogger(__name__)

# The steps of a call: what is looked up, opened, spoken.
Step = Literal["proxy", "name", "connect", "certificate", "tls", "slow", "broken"]
STEPS: tuple[Step, ...] = get_args(Step)
# Nothing of ours has left by then. TLS may also break later, in the middle of an answer.
NEVER_LEFT: tuple[Step, ...] = ("proxy", "name", "connect", "certificate")
_UNREACHABLE = (*NEVER_LEFT, "tls")
_LONGEST = 120
# One line of a kind within so many seconds; the next one tells how many there were.
QUIET = 60.0


@dataclass(frozen=True)
class Cause:
    """``step`` "answer": it did not fail, and what came was a refusal. ``reason`` in the system's own words, e.g.
    "self-signed certificate"."""

    step: Step | Literal["answer"]
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
_KINDS: tuple[tuple[Step, tuple[type[BaseException], ...]], ...] = (
    ("proxy", (failures.ProxyError, requests.exceptions.ProxyError)),
    ("certificate", (ssl.SSLCertVerificationError,)),
    ("tls", (ssl.SSLError, failures.SSLError, requests.exceptions.SSLError)),
    ("name", (failures.NameResolutionError,)),
    ("connect", (failures.ConnectTimeoutError, failures.NewConnectionError, requests.exceptions.ConnectTimeout)),
    ("slow", (failures.ReadTimeoutError, requests.exceptions.ReadTimeout, TimeoutError)),
)


def _reason(step: Step, chain: list[BaseException]) -> str:
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


# -- kept -------------------------------------------------------------------------------------------------------------


def told(host: str, error: BaseException, otherwise: str) -> Problem:
    """Log the cause of a call that got no answer, and what a person is told of it: the step where the host cannot be
    reached at all, else the problem ``otherwise``."""
    cause = note(host, error)
    if cause.step in _UNREACHABLE:
        return problem("unreachable", host=host, step=cause.step, reason=cause.reason or "–")
    return problem(otherwise)


def note(host: str, error: BaseException) -> Cause:
    cause = of(error)
    _log.once(host, cause)
    return cause


def refused(host: str, reason: object) -> None:
    """An answer came, and it was a refusal or none that can be read. ``reason``: a status or a code, never a body."""
    _log.once(host, Cause("answer", str(reason)[:_LONGEST]))


class _Log:
    """One line a kind and minute, for all threads: an outage must not fill the disk with itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[tuple[str, Cause], tuple[float, int]] = {}

    def once(self, host: str, cause: Cause) -> None:
        now = time.monotonic()
        with self._lock:
            since, more = self._said.get((host, cause), (-QUIET, 0))
            if now - since < QUIET:
                self._said[host, cause] = (since, more + 1)
                return
            if len(self._said) > 500:
                self._said.clear()
            self._said[host, cause] = (now, 0)
        log.warning('no answer host=%s step=%s reason="%s" more=%s', host, cause.step, cause.reason, more)

    def forget(self) -> None:
        with self._lock:
            self._said.clear()


_log = _Log()
forget = _log.forget
