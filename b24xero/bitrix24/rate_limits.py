"""What the portal's answers say of its limits (facts §7.1, §7.2), in the words of our pace."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from typing import Any

from b24xero.errors import RetryLater, problem
from b24xero.outbound.json_answer import is_number
from b24xero.ratelimit.budget import NotNow, Said

# A method whose time is used up rests so long where the portal did not tell (facts §7.7).
REST_OF_METHOD = 600.0
_TIME_LIMIT = "operation_time_limit"

# When the ten minutes of a method are over, by address and method, as its last answer told.
_resets: dict[tuple[str, str], float] = {}
_lock = threading.Lock()


class TooFast(RetryLater):
    """Refused because too many calls came in too short a time; not carried out."""


def methods_of(method: str, params: Mapping[str, Any]) -> tuple[str, ...]:
    """What a call costs time of: itself, or the commands of a batch, which count one by one."""
    return tuple(sorted(set(_commands(params).values()))) if method == "batch" else (method,)


def said(rest: str, method: str, params: Mapping[str, Any], envelope: Mapping[str, Any]) -> Said:
    """What an answer says: which commands of a batch were blocked; and when each method is free again is kept."""
    if method != "batch":
        _remember(rest, method, envelope.get("time"))
        return Said()
    commands, sections = _commands(params), envelope.get("result")
    if not isinstance(sections, Mapping):
        return Said()
    for name, told in _map(sections.get("result_time")).items():
        _remember(rest, commands.get(name, ""), told)
    blocked = {
        commands.get(name, "")
        for name, error in _map(sections.get("result_error")).items()
        if str(_map(error).get("error")).lower() == _TIME_LIMIT
    }
    return _blocked(rest, tuple(sorted(blocked - {""})))


def said_refusing(rest: str, method: str, params: Mapping[str, Any], refused: RetryLater) -> Said:
    """What a refusal of the whole call says."""
    code = refused.problems[0].code if refused.problems else ""
    if code == "bitrix24_busy":
        return Said(refused="rate")
    return _blocked(rest, methods_of(method, params)) if code == "bitrix24_time_limit" else Said()


def later(hindered: NotNow) -> RetryLater:
    """What our own pace says: whose limit it is, the portal's or ours."""
    seconds = max(1.0, hindered.seconds)
    if hindered.why == "method":
        return RetryLater(problem("bitrix24_time_limit", minutes=max(1, round(seconds / 60))), seconds)
    if hindered.ours:
        return RetryLater(problem("bitrix24_own_pace", seconds=math.ceil(seconds)), seconds)
    return RetryLater(problem("bitrix24_busy"), seconds)


def _blocked(rest: str, methods: tuple[str, ...]) -> Said:
    if not methods:
        return Said()
    now = time.time()
    with _lock:
        known = [until - now for method in methods if (until := _resets.get((rest, method), 0.0)) > now]
    return Said(refused="method", methods=methods, seconds=max(known, default=REST_OF_METHOD))


def _remember(rest: str, method: str, told: Any) -> None:
    """By our own clock: the portal's may differ, so what counts is how long after the answer it is."""
    reset, finish = _map(told).get("operating_reset_at"), _map(told).get("finish")
    if reset and finish and method and is_number(reset) and is_number(finish):
        seconds = min(float(reset) - float(finish), REST_OF_METHOD)
        with _lock:
            _resets[rest, method] = time.time() + seconds


def _commands(params: Mapping[str, Any]) -> dict[str, str]:
    """Name → method of a batch's commands."""
    return {name: str(command).partition("?")[0] for name, command in _map(params.get("cmd")).items()}


def _map(section: Any) -> dict[str, Any]:
    return dict(section) if isinstance(section, Mapping) else {}
