"""How up to 50 commands travel as one batch, and which of our errors each of their answers means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from b24xero.bitrix24 import parse
from b24xero.bitrix24.wire import UNDONE, Borrowed, ExpiredToken, code_of, translated
from b24xero.errors import (
    Disconnected,
    OutcomeUnknown,
    Rejected,
    RetryLater,
    problem,
)

Params = Mapping[str, Any]


class Ref(str):
    """A reference into the answer of an earlier command of the same batch, e.g. ``$result[item][item][companyId]``.

    It travels as it is: the documented form is not percent-encoded (facts §7.5).
    """


@dataclass(frozen=True)
class Batch:
    """Answers of one batch by command name; a name stands in ``results`` or in ``errors``. ``began``: when the portal
    began to answer, by its own clock; None where it does not tell."""

    results: Mapping[str, Any]
    errors: Mapping[str, Exception]
    totals: Mapping[str, int]
    nexts: Mapping[str, int]
    began: datetime | None = None

    def result(self, name: str) -> Any:
        """The answer of a command that must succeed; raises what went wrong with it."""
        if name in self.errors:
            raise self.errors[name]
        if name not in self.results:
            raise RetryLater(problem("bitrix24_bad_answer"), 10)
        return self.results[name]

    def rows(self, name: str, inside: str) -> list[dict[str, Any]]:
        """The rows of a list that must have come, which stand in its answer under the name ``inside``."""
        return rows_in(self.result(name), inside)

    def and_more(self, said: Batch) -> Batch:
        """With what the same commands, or others, were answered later."""
        return Batch(
            {**self.results, **said.results},
            {**{name: error for name, error in self.errors.items() if name not in said.results}, **said.errors},
            {**self.totals, **said.totals},
            {**self.nexts, **said.nexts},
            min(self.began, said.began) if self.began and said.began else None,
        )

    def get(self, name: str) -> Any:
        """The answer of a command that may fail (a hidden company, a missing link), or None."""
        return self.results.get(name)


def rows_in(result: Any, inside: str) -> list[dict[str, Any]]:
    """The rows of a list.

    Raises:
        RetryLater: it is none, or it may not lose a row and holds one that cannot be read.
    """
    found = result.get(inside) if isinstance(result, Mapping) else None
    if not isinstance(found, list):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    return [row for row in found if isinstance(row, dict)]


def command(method: str, params: Params) -> str:
    """``method?query`` with PHP's brackets, as a batch wants it."""
    return method + "?" + "&".join(f"{_quoted(key)}={_value(value)}" for key, value in _flat(params))


def refers(params: Any) -> bool:
    """Whether something in it is known only within its batch."""
    if isinstance(params, Mapping):
        return any(map(refers, params.values()))
    return any(map(refers, params)) if isinstance(params, list | tuple) else isinstance(params, Ref)


# What the portal replaces inside any text of a batch, wherever it stands in it (source §2.1).
_REFERENCE = re.compile(r"\$(?:result|next|total|time|error)\[", re.IGNORECASE)


def reads_as_reference(params: Any) -> bool:
    """Whether a text in it that means itself would be taken for a reference in a batch."""
    if isinstance(params, Mapping):
        return any(map(reads_as_reference, params.values()))
    if isinstance(params, list | tuple):
        return any(map(reads_as_reference, params))
    return isinstance(params, str) and "$" in params and not isinstance(params, Ref) and bool(_REFERENCE.search(params))


def _flat(params: Any, prefix: str = "") -> list[tuple[str, Any]]:
    items: Sequence[tuple[Any, Any]]
    items = list(params.items()) if isinstance(params, Mapping) else list(enumerate(params))
    pairs: list[tuple[str, Any]] = []
    for key, value in items:
        name = f"{prefix}[{key}]" if prefix else str(key)
        if value is None or isinstance(value, bool) or value == []:
            # A query string has none of these: an empty list would drop its filter, and the whole table would come.
            raise ValueError(f"{name} cannot stand in a batch as {value!r}")
        if isinstance(value, Mapping | list | tuple):
            pairs += _flat(value, name)
        else:
            pairs.append((name, value))
    return pairs


def _value(value: Any) -> str:
    return str(value) if isinstance(value, Ref) else _quoted(str(value))


@lru_cache(maxsize=2048)  # the commands of a batch are alike: a page's ask for the same fields twenty times
def _quoted(text: str) -> str:
    return quote(text, safe="")


def one_of(name: str, envelope: Mapping[str, Any]) -> Batch:
    """The answer of a command that was called alone, as if it had come in a batch."""
    counts = _counts({"total": envelope.get("total"), "next": envelope.get("next")})
    totals, nexts = ({name: counts[key]} if key in counts else {} for key in ("total", "next"))
    return Batch({name: envelope["result"]}, {}, totals, nexts)


def batch_of(envelope: Mapping[str, Any], *, writes: bool = False) -> Batch:
    """Take a batch's answer apart; empty sections come as ``[]`` (PHP), and command errors as our errors.

    What concerns the whole session (no token, no right now) is raised, since nothing came of the batch. One that
    ``writes`` may have been stopped in the middle, e.g. by the time limit of its method alone (facts §7.2): as soon as
    one command succeeded, each keeps its own error.
    """
    answer = envelope["result"]
    if not isinstance(answer, Mapping):
        bad = problem("bitrix24_bad_answer")
        raise OutcomeUnknown(problem("bitrix24_unclear")) if writes else RetryLater(bad, 10)
    results = _map(answer.get("result"))
    refused = _map(answer.get("result_error"))
    # Before the first exception nothing was left behind, so its words are its own.
    first = next((name for name, error in refused.items() if _is_exception(error)), "")
    errors = {name: _of_command(error, writes, alone=name == first) for name, error in refused.items()}
    for error in () if writes and results else errors.values():
        if isinstance(error, Disconnected | ExpiredToken | RetryLater):
            raise error
    counts = _counts(answer.get("result_total")), _counts(answer.get("result_next"))
    return Batch(results, errors, *counts, _began(envelope.get("time")))


def _began(time: Any) -> datetime | None:
    known = parse.moment(_map(time).get("date_start"))
    return known.astimezone(UTC) if known else None


def _is_exception(error: Any) -> bool:
    return isinstance(error, Mapping) and code_of(error) == "error_core"


def _of_command(error: Any, writes: bool, *, alone: bool) -> Exception:
    if not isinstance(error, Mapping):
        return RetryLater(problem("bitrix24_bad_answer"), 10)
    refusal = translated(error)
    if _is_exception(error) and isinstance(refusal, Rejected) and not alone:
        return Borrowed(refusal.problems)
    if writes and isinstance(refusal, RetryLater) and code_of(error) not in UNDONE:
        return OutcomeUnknown(problem("bitrix24_unclear"))
    return refusal


def _counts(section: Any) -> dict[str, int]:
    """Positions in lists: what is no such number is not told."""
    return {name: count for name, count in _map(section).items() if type(count) is int and 0 <= count < 2**31}


def _map(section: Any) -> dict[str, Any]:
    return dict(section) if isinstance(section, Mapping) else {}
