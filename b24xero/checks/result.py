"""What a check says: how it stands, and in words the fault, its likely cause and the fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flask_babel import LazyString

from b24xero.config import Settings
from b24xero.db.models import User
from b24xero.db.states import CheckState

ORDER: tuple[CheckState, ...] = ("broken", "see_to", "unknown", "well")


@dataclass(frozen=True)
class Verdict:
    """``code`` has its words in the check that says it; ``values`` fill them in and name nobody."""

    state: CheckState
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def well(code: str = "well", /, **values: object) -> Verdict:
    return _verdict("well", code, values)


def see_to(code: str, /, **values: object) -> Verdict:
    return _verdict("see_to", code, values)


def broken(code: str, /, **values: object) -> Verdict:
    return _verdict("broken", code, values)


def unknown(code: str, /, **values: object) -> Verdict:
    return _verdict("unknown", code, values)


def _verdict(state: CheckState, code: str, values: Mapping[str, object]) -> Verdict:
    return Verdict(state, code, {name: str(value) for name, value in values.items()})


@dataclass(frozen=True)
class Words:
    """``fault``: how it is; ``cause``: why that is so, most likely; ``fix``: what to do."""

    fault: LazyString
    cause: LazyString | str = ""
    fix: LazyString | str = ""


@dataclass(frozen=True)
class Around:
    """What a check looks with. ``user``: an administrator whose sign-in may be used, or None."""

    settings: Settings
    now: datetime
    user: User | None = None


@dataclass(frozen=True)
class Check:
    """``needs``: "database", "user" (a sign-in to Bitrix24), or nothing. ``asks``: another system, which takes time."""

    name: str
    title: LazyString
    words: Mapping[str, Words]
    look: Callable[[Around], Verdict]
    needs: Literal["", "database", "user"] = "database"
    asks: bool = False
