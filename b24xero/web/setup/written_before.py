"""What a set-up means for what was written before: how many, which of them may be rewritten, and the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext, ngettext

from b24xero.setup.consequences import Consequences, Fate
from b24xero.web.common import formats

_LOOKS: Mapping[Fate, str] = {"open": "awaiting", "part": "part", "paid": "paid", "locked": "ok"}


@dataclass(frozen=True)
class Line:
    count: int
    look: str
    words: str
    money: str


@dataclass(frozen=True)
class WrittenBefore:
    """``url``: where those that may be rewritten are reviewed; empty while the set-up is not saved."""

    title: str
    lines: Sequence[Line]
    url: str


def told(found: Consequences, *, saved: bool) -> WrittenBefore | None:
    """None where there is nothing to tell: of a set-up that is saved, only what may still be rewritten is worth it."""
    if not found.count or (saved and not found.sums["open"].count):
        return None
    title = ngettext(
        "%(num)d invoice in Xero was written otherwise", "%(num)d invoices in Xero were written otherwise", found.count
    )
    lines = [
        Line(one.count, _LOOKS[fate], _words(fate, one.count), _money(one.amounts))
        for fate, one in found.sums.items()
        if one.count
    ]
    return WrittenBefore(title, lines, url_for("invoices.index", view="otherwise") if saved else "")


def _words(fate: Fate, count: int) -> str:
    return {
        "open": ngettext("can be rewritten", "can be rewritten", count),
        "part": ngettext("is part paid and stays as it is", "are part paid and stay as they are", count),
        "paid": ngettext("is paid and stays as it is", "are paid and stay as they are", count),
        "locked": gettext("dated in a locked period"),
    }[fate]


def _money(amounts: Mapping[str, Decimal]) -> str:
    ordered = sorted(amounts.items(), key=lambda one: -one[1])
    return " · ".join(formats.money(amount, currency) for currency, amount in ordered if currency)
