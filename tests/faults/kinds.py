"""The faults: what may come of a call that changes something."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from b24xero.bitrix24 import wire
from b24xero.xero import one_call

HTML = {"Content-Type": "text/html"}
PAGE = "<html><head><title>Error</title></head><body><h1>Error</h1></body></html>"
DAY, MINUTE = 73451, 26


def _key_used(do: str) -> dict[str, Any]:
    """Xero's answer to a key that was spent on other words (facts §2.2, §6.2)."""
    body = '{"ErrorNumber": 10, "Message": "Idempotency Key: b24xero-1 is used with a different request."}'
    return {"do": do, "status": 400, "headers": {"Content-Type": "application/json"}, "body": body}


def _too_many(problem: str, seconds: int) -> dict[str, Any]:
    headers = {"Retry-After": str(seconds), "X-Rate-Limit-Problem": problem}
    return {"do": "answer", "status": 429, "headers": headers}


def _bitrix24_refuses(code: str, status: int) -> dict[str, Any]:
    body = f'{{"error": "{code}", "error_description": "Leider nicht"}}'
    return {"do": "answer", "status": status, "headers": {"Content-Type": "application/json"}, "body": body}


UNCLEAR: dict[str, dict[str, Any]] = {
    "dropped before": {"do": "drop_before"},
    "applied, answer lost": {"do": "drop_after"},
    "time-out, applied at once": {"do": "drop_after", "seconds": 0.8},
    "time-out, applied later": {"do": "delay", "seconds": 0.8},
    "500": {"do": "answer", "status": 500, "headers": HTML, "body": PAGE},
    "500, applied": {"do": "answer_after", "status": 500, "headers": HTML, "body": PAGE},
    "502 in html": {"do": "answer", "status": 502, "headers": HTML, "body": PAGE},
    "502 in html, applied": {"do": "answer_after", "status": 502, "headers": HTML, "body": PAGE},
    "half an answer": {"do": "truncate"},
}
AT_XERO: dict[str, dict[str, Any]] = {
    "limit of the minute": _too_many("minute", MINUTE),
    "limit of the day": _too_many("day", DAY),
    "login over": {"do": "act", "control": "xero/tokens/expire"},
    "key used for other words": _key_used("answer"),
    "key used for other words, applied": _key_used("answer_after"),
    "503": {"do": "answer", "status": 503, "body": "The resource is unavailable"},
}
AT_BITRIX24: dict[str, dict[str, Any]] = {
    "too many calls": _bitrix24_refuses("QUERY_LIMIT_EXCEEDED", 503),
    "time of the method used up": _bitrix24_refuses("OPERATION_TIME_LIMIT", 429),
    "token over": {"do": "act", "control": "bitrix24/tokens/expire"},
    "broken at work": _bitrix24_refuses("INTERNAL_SERVER_ERROR", 500),
}
AT = {"xero": AT_XERO, "bitrix24": AT_BITRIX24}


@contextlib.contextmanager
def impatient(fault: dict[str, Any]) -> Iterator[None]:
    """Clients that wait less than a slow fault takes."""
    with pytest.MonkeyPatch.context() as patched:
        if fault.get("seconds"):
            for name in ("WRITE_TIMEOUT", "MANY_TIMEOUT"):
                patched.setattr(one_call, name, (0.3, 0.3))
            patched.setattr(wire, "WRITE_TIMEOUT", (0.3, 0.3))
        yield
