"""The few ways in which a job can fail, each telling its caller what to do next.

The two clients translate once, at the wire; everybody else meets only these. A ``Problem`` is a code with values, not a
sentence: the pages turn it into words of the reader's language (``web/wording.py``), so that it can be stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

System = Literal["bitrix24", "xero"]


@dataclass(frozen=True)
class Problem:
    """One thing that a person can put right: ``code`` has its words in ``web/wording.py``, ``values`` fill them in."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "values": dict(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Problem:
        return cls(stored["code"], dict(stored.get("values", {})))


def problem(code: str, /, **values: object) -> Problem:
    """Shorthand: ``problem("tax_rate_unmapped", rate=15)``."""
    return Problem(code, {name: str(value) for name, value in values.items()})


class JobError(Exception):
    """The root of what a job may raise; ``problems`` is what a person is told."""

    problems: tuple[Problem, ...] = ()

    def __init__(self, problems: Problem | Iterable[Problem] = ()) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(", ".join(p.code for p in self.problems))


class Rejected(JobError):
    """Refused for reasons that a person must put right; trying again unchanged gives the same."""


class RetryLater(JobError):
    """Not done, nothing changed, worth trying again after ``seconds``."""

    def __init__(self, problem: Problem, seconds: float = 5.0) -> None:
        super().__init__(problem)
        self.seconds = seconds


class OutcomeUnknown(JobError):
    """The call may or may not have been carried out: look before sending again."""


class Disconnected(JobError):
    """``system`` ("bitrix24" or "xero") no longer knows this person: they must sign in or connect again."""

    def __init__(self, system: System, problem: Problem | None = None) -> None:
        super().__init__(problem or Problem(f"{system}_disconnected"))
        self.system = system


class Dismissed(Disconnected):
    """The system says that this person may not sign in any more: whatever is kept of their sign-in ends."""


class Forbidden(JobError):
    """The system says that this person may not do it."""


class NotFound(JobError):
    """There is no such thing, or this person may not know of it."""
