"""What a REST method is given and gives back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from b24xero.simulator.bitrix24.state import Portal, User
from b24xero.simulator.bitrix24.wire import Json, RestError


@dataclass
class Call:
    """One call of one method by one person. Legacy methods get their parameter names in lower case (facts §0)."""

    portal: Portal
    user: User
    params: dict[str, Any]

    def need(self, name: str) -> Json:
        if self.params.get(name) is None:
            raise RestError("100", f"Could not find value for parameter {{{name}}}")
        return self.params[name]

    def need_int(self, name: str) -> int:
        value = self.need(name)
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value).strip()):
            raise RestError("100", ill_typed(value, name, "int"))
        return int(value)

    def need_map(self, name: str) -> dict[str, Any]:
        value = self.need(name)
        if not isinstance(value, dict) and value != []:
            raise RestError("100", ill_typed(value, name, "array"))
        return dict(value)

    def flag(self, name: str) -> bool:
        return self.params.get(name) in ("Y", "y", "1", 1, True, "true")


@dataclass
class Answer:
    """``total`` and ``next`` stand beside ``result`` in the envelope, and only where the method has them."""

    result: Json
    total: int | None = None
    next: int | None = None


@dataclass
class Method:
    """``scope`` "" needs no scope. ``batch`` False: ERROR_BATCH_METHOD_NOT_ALLOWED inside a batch."""

    scope: str
    run: Callable[[Call], Answer]
    legacy: bool = False
    batch: bool = True


@dataclass
class Methods:
    """A table of methods that a module fills by decorating its functions."""

    found: dict[str, Method] = field(default_factory=dict)

    def add(
        self, name: str, scope: str = "crm", *, legacy: bool = False, batch: bool = True
    ) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
        def remember(run: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
            self.found[name] = Method(scope, run, legacy, batch)
            return run

        return remember


def ill_typed(value: Json, name: str, kind: str) -> str:
    shown = value if isinstance(value, (str, int)) else type(value).__name__
    return f"Invalid value {{{shown}}} to match with parameter {{{name}}}. Should be value of type {kind}."
