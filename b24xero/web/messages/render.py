"""What a problem is in words, and where it is put right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_login import current_user

from b24xero.errors import Problem
from b24xero.web.common import formats, labels
from b24xero.web.common.look import Tone
from b24xero.web.common.urls import Places
from b24xero.web.messages.catalogue import SENTENCES, unknown
from b24xero.web.messages.message import Words

_MONEY = ("bitrix24", "xero", "total", "amount")
_DAYS = ("date", "until", "due")
_TYPED = ("example", "thousands", "decimals")
_NAMES = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Fix:
    """A link that leads to where the problem is put right. ``outside``: another system, so another tab."""

    label: str
    url: str
    outside: bool = False


@dataclass(frozen=True)
class Note:
    """One problem as the page shows it. ``tone``: bad (it stopped us), warn, good."""

    text: str
    tone: Tone = "bad"
    fix: Fix | None = None


def note(problem: Problem, places: Places | None = None) -> Note:
    """The sentence and the link of one problem. A code without words still tells its name, for whoever is asked."""
    words = SENTENCES.get(problem.code)
    if words is None:
        return Note(str(unknown) % {"code": problem.code})
    said = str(words.sentence)
    if words.bare and not all(problem.values.get(name) for name in _NAMES.findall(said)):
        said = str(words.bare)
    return Note(said % Spoken(problem.values), words.tone, fix_of(words, places or Places(), problem.values))


def notes(problems: Iterable[Problem], places: Places | None = None) -> tuple[Note, ...]:
    return tuple(note(problem, places) for problem in problems)


def stored_note(stored: Mapping[str, Any]) -> Note:
    """A problem that was flashed or kept."""
    return note(Problem.from_json(stored))


def fix_of(words: Words, places: Places, values: Mapping[str, str]) -> Fix | None:
    """The link of these words, or None where it would lead nowhere from here. ``values``: the problem's own."""
    if not words.place:
        return None
    if words.place == "run":
        run = values.get("run")
        return Fix(str(words.fix), url_for("runs.show", run_id=run)) if run else None
    inside = {
        "stages": ("setup.index", "statuses"),
        "statuses": ("setup.index", "moves"),
        "accounts": ("setup.index", "accounts"),
        "taxes": ("setup.index", "taxes"),
        "rules": ("setup.index", "rules"),
        "setup": ("setup.index", None),
        "connect": ("auth.connect", None),
        "automatic": ("automatic.index", None),
        "products": ("products.index", None),
        "sign-in": ("auth.login", None),
    }
    if words.place in inside:
        endpoint, anchor = inside[words.place]
        closed = endpoint == "setup.index" and getattr(current_user, "told_admin", True) is False
        label = gettext("See Set-up, which an administrator changes") if closed else str(words.fix)
        return Fix(label, url_for(endpoint, _anchor=anchor))
    address = getattr(places, words.place)
    return Fix(str(words.fix), address, outside=words.place not in ("again", "preview")) if address else None


class Spoken(Mapping[str, str]):
    """The values of a problem as the reader reads them; one that is missing is an ellipsis, never a crash."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return _spoken(name, self._values.get(name, "…"), self._values.get("currency", ""))

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _spoken(name: str, value: str, currency: str) -> str:
    try:
        if name in _MONEY and currency:
            return formats.money(Decimal(value), currency)
        if name in _TYPED:
            return formats.as_typed(Decimal(value))
        if name in _DAYS:
            return formats.day(date.fromisoformat(value))
        if name == "moment":
            return formats.moment(datetime.fromisoformat(value))
    except (InvalidOperation, ValueError):
        return value
    if name == "rate":
        return formats.percent(value)
    if name == "step":
        return str(labels.STEPS.get(value, value))
    if name == "status":
        return str(labels.STATUSES.get(value, value))
    if name == "part":
        return _part(value)
    if name == "by":
        return ", ".join(_settled_by(one) for one in value.split(", "))
    return value


def _part(named: str) -> str:
    """What of an old invoice became another: a field of it, "row 2", or what is printed of the payer, by its code."""
    kind, _, number = named.partition(" ")
    if kind == "row":
        return str(labels.ROW) % {"number": number}
    return str(labels.PARTS.get(named, named))


def _settled_by(named: str) -> str:
    """ "credit_note CN-0012" is "credit note CN-0012"."""
    kind, _, number = named.partition(" ")
    return " ".join(filter(None, (str(labels.SETTLED_BY.get(kind, kind)), number)))
