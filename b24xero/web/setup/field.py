"""One field of the set-up form, and what may be chosen in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext


@dataclass(frozen=True)
class Field:
    """``about`` is what is mapped (a stage, a status), ``options`` are (value, words), none where one types. An empty
    value is "Choose…", which stays open; ``wrong`` may not be saved."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, Any]]
    about: Any = None
    hint: str = ""
    error: str = ""
    wrong: bool = False

    @property
    def id(self) -> str:
        return self.name

    @property
    def open(self) -> bool:
        """Nothing is chosen, or something that can no longer be."""
        return bool(self.options) and self.value not in (value for value, _words in self.options if value)


def options(choices: Iterable[tuple[str, Any]], value: str) -> tuple[tuple[str, Any], ...]:
    """With "Choose…" on top where nothing that may be chosen is chosen."""
    found = tuple(choices)
    return found if value in (v for v, _ in found) else (("", gettext("Choose…")), *found)
