"""Idempotency-Key: six minutes, errors included, keys scoped to the app (facts §6.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from werkzeug.wrappers import Request, Response

from b24xero.simulator.xero.answers import exception

LIFE = timedelta(minutes=6)
LONGEST = 128


@dataclass(frozen=True)
class Kept:
    """The first answer under a key, and the request that it answered."""

    fingerprint: str
    until: datetime
    response: Response


class Idempotency:
    """Answers a repeated write from memory. The organisation is not part of the comparison, only URL, method, body."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.kept: dict[str, Kept] = {}

    def answer(self, request: Request, execute: Callable[[], Response]) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in ("POST", "PUT", "PATCH"):
            return execute()
        if len(key) > LONGEST:
            return _refusal(f"Idempotency Key must be {LONGEST} characters or less.")  # assumed wording
        fingerprint = _fingerprint(request)
        known = self.kept.get(key)
        if known is None or self.now() >= known.until:
            known = Kept(fingerprint, self.now() + LIFE, execute())
            self.kept[key] = known
        if known.fingerprint != fingerprint:
            return _refusal(f"Idempotency Key: {key} is used with a different request.")
        return _copy(known.response)


def _fingerprint(request: Request) -> str:
    parts = (request.method, request.full_path, request.get_data())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _copy(response: Response) -> Response:
    copy = Response(response.get_data(), status=response.status)
    copy.headers.clear()
    copy.headers.extend(response.headers)
    return copy


def _refusal(message: str) -> Response:
    return exception(10, "ValidationException", message)
