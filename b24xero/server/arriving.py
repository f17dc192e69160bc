"""A request on its way, piece by piece: whether all of it is there, and what is refused before the app sees it."""

from __future__ import annotations

import re
from http import HTTPStatus

LARGEST_HEAD = 32 * 1024
# More than the app takes, so that what is only somewhat too large gets its page from there.
LARGEST_BODY = 2 * 1024 * 1024

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*)", re.IGNORECASE)
_ENCODING = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_GO_AHEAD = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
# What the app says with its own answers, as far as it concerns a few words of text.
_GUARD = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
)


class Arriving:
    """A request on its way: what has come of it by now.

    ``refused``: the status that ends it, None while nothing is wrong. A length is told or there is no body: of a
    request in chunks, which no browser sends, nobody knows how much is still to come.
    """

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.data = bytearray()
        self.refused: HTTPStatus | None = None
        self.may_go_ahead = False
        self._whole = 0

    def add(self, piece: bytes) -> None:
        searched = max(0, len(self.data) - 3)
        self.data += piece
        if not self._whole:
            self._look_for_head(searched)

    @property
    def is_whole(self) -> bool:
        return bool(self._whole) and len(self.data) >= self._whole

    def _look_for_head(self, since: int) -> None:
        end = self.data.find(b"\r\n\r\n", since)
        if end > LARGEST_HEAD or (end < 0 and len(self.data) > LARGEST_HEAD):
            self.refused = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        elif end >= 0:
            self._read_head(bytes(self.data[: end + 2]))

    def _read_head(self, head: bytes) -> None:
        told = [length.strip(b" \t") for length in _LENGTH.findall(head)]
        if _ENCODING.search(head):
            self.refused = HTTPStatus.LENGTH_REQUIRED
        elif len(told) > 1 or not all(re.fullmatch(rb"[0-9]{1,10}", length) for length in told):
            self.refused = HTTPStatus.BAD_REQUEST
        elif told and int(told[0]) > LARGEST_BODY:
            self.refused = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        self._whole = len(head) + 2 + (int(told[0]) if told and not self.refused else 0)
        self.may_go_ahead = bool(_GO_AHEAD.search(head))


def refusal(status: HTTPStatus) -> bytes:
    """An answer that needs neither a thread nor the app."""
    words = f"{status.value} {status.phrase}"
    told = [*_GUARD, ("Content-Length", str(len(words)))]
    return "\r\n".join([f"HTTP/1.1 {words}", *(f"{name}: {value}" for name, value in told), "", words]).encode()
