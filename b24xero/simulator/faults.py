"""Planned and random failures: what each does to a request, and which requests it hits.

Each vendor fails in its own words: Xero's facts §2.2, §6.1 and §6.2, Bitrix24's facts §0, §1.5, §7.1 and §7.2.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

WAYS = ("drop_before", "drop_after", "delay", "hold", "answer", "answer_after", "truncate", "act")

LONGEST_HOLD = 60.0  # seconds


class Held:
    """Requests that have come and are carried out when somebody says so."""

    def __init__(self) -> None:
        self._came = self._under_way = 0
        self._lost = False
        self._changed, self._go = threading.Condition(), threading.Event()

    @contextlib.contextmanager
    def holding(self) -> Iterator[bool]:
        """Stands here until it may go; whether the request is carried out, within it, or lost."""
        self._count(came=1, under_way=1)
        try:
            self._go.wait(LONGEST_HOLD)
            yield not self._lost
        finally:
            self._count(under_way=-1)

    def _count(self, came: int = 0, under_way: int = 0) -> None:
        with self._changed:
            self._came, self._under_way = self._came + came, self._under_way + under_way
            self._changed.notify_all()

    def until_there(self, count: int = 1) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._came >= count, LONGEST_HOLD):
                raise TimeoutError(f"{self._came} of {count} requests came")

    def lose(self) -> None:
        """What is held is never carried out."""
        self._lost = True
        self.let_go()

    def let_go(self) -> None:
        """What is held is carried out, and has been when this returns."""
        self._go.set()
        with self._changed:
            if not self._changed.wait_for(lambda: self._under_way == 0, LONGEST_HOLD):
                raise TimeoutError(f"{self._under_way} requests are not carried out")


@dataclass
class Fault:
    """One planned failure.

    ``do``: drop_before (connection reset, nothing applied), drop_after (applied, then reset), delay (``seconds``, then
    answered as usual), hold (answered as usual once ``held`` is let go), answer (``status``/``headers``/``body``
    instead of the handler), answer_after (applied, then
    ``status``/``headers``/``body``), truncate (applied, half of the body, then the connection closes), act (first the
    control ``control`` with ``values``, such as "xero/tokens/expire", then answered as the vendor does after it).
    ``vendor``, ``method`` and ``path`` (a substring of the path with its query) choose requests; ``contains`` is looked
    for in the body; ``skip`` lets the first n matching requests pass; ``times`` is how many are hit.
    """

    do: str
    vendor: str = ""
    method: str = ""
    path: str = ""
    contains: str = ""
    skip: int = 0
    times: int = 1
    seconds: float = 0.0
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    control: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    held: Held = field(default_factory=Held)

    def __post_init__(self) -> None:
        if self.do not in WAYS:
            raise ValueError(f"do is one of {', '.join(WAYS)}")

    def takes(self, vendor: str, request: Request) -> bool:
        if self.times <= 0 or (self.vendor and self.vendor != vendor):
            return False
        if self.method and self.method != request.method:
            return False
        if self.path and self.path.lower() not in request.full_path.lower():
            return False
        if self.contains and self.contains not in request.get_data(as_text=True):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True

    def response(self) -> Response:
        response = Response(self.body, status=self.status)
        response.headers.extend(self.headers)
        return response


HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json; charset=utf-8"}
_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
_GATEWAY = {"status": 502, "headers": HTML, "body": _PAGE.format("502 Bad Gateway")}
_ERROR = {"status": 500, "headers": HTML, "body": _PAGE.format("500 Internal Server Error")}

_EVERYWHERE: dict[str, dict[str, Any]] = {
    "drop_before": {"do": "drop_before"},
    "drop_after": {"do": "drop_after"},
    "error_before": {"do": "answer", **_ERROR},
    "error_after": {"do": "answer_after", **_ERROR},
    "gateway_before": {"do": "answer", **_GATEWAY},
    "gateway_after": {"do": "answer_after", **_GATEWAY},
    "truncate": {"do": "truncate"},
    "slow": {"do": "delay", "seconds": 0.5},
}
KINDS: dict[str, dict[str, dict[str, Any]]] = {
    "xero": _EVERYWHERE
    | {
        # no body and no Content-Type (facts §6.1)
        "limit": {"do": "answer", "status": 429, "headers": {"Retry-After": "1", "X-Rate-Limit-Problem": "minute"}},
        "unavailable": {"do": "answer", "status": 503, "headers": HTML, "body": "The resource is unavailable"},
    },
    "bitrix24": _EVERYWHERE
    | {
        "limit": {
            "do": "answer", "status": 503, "headers": JSON,
            "body": '{"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}',
        },
        "expired": {"do": "act", "control": "bitrix24/tokens/expire"},
    },
}  # fmt: skip


class Chance:
    """Hits each call of one vendor's API with the probability ``rate``; sign-in pages and tokens are left alone.

    The same ``seed`` hits the same places in the order of calls. ``kinds`` narrows the choice (names in ``KINDS``),
    ``method`` and ``path`` narrow the calls; ``seconds`` is how long a slow answer takes.
    """

    def __init__(
        self, vendor: str, rate: float = 0.2, seed: int = 1, kinds: Sequence[str] = (), method: str = "",
        path: str = "", seconds: float = 0.5,
    ) -> None:  # fmt: skip
        if vendor not in KINDS:
            raise ValueError(f"vendor is one of {', '.join(KINDS)}")
        known = KINDS[vendor]
        self.kinds = [known[name] for name in kinds or known]
        self.vendor, self.rate, self.method, self.path, self.seconds = vendor, float(rate), method, path, seconds
        self.seen = self.hit = 0
        self._random = random.Random(seed)

    def fault(self, vendor: str, request: Request) -> Fault | None:
        """The failure of this call, or None."""
        if vendor != self.vendor or not _is_api(request) or self.method not in ("", request.method):
            return None
        if self.path.lower() not in request.full_path.lower():
            return None
        self.seen += 1
        if self._random.random() >= self.rate:
            return None
        self.hit += 1
        kind = self._random.choice(self.kinds)
        return Fault(**kind | ({"seconds": self.seconds} if kind["do"] == "delay" else {}))


def _is_api(request: Request) -> bool:
    if request.script_root.endswith("-oauth"):
        return False
    return request.path.startswith("/rest/") or request.path.lower().startswith("/api.xro/")
