"""What stands over the list: what is to do, with its money and one button each, and what is unpaid by age."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext, ngettext

from b24xero.domain.invoice_key import numberless
from b24xero.reconciliation import worklist
from b24xero.reconciliation.worklist import Line, Tally, Worklist
from b24xero.web.common import formats, labels, standings
from b24xero.web.common.list_query import AGES, Asked
from b24xero.web.invoices.row import RowView

# So many of a line's invoices are named.
MOST_NAMED = 3
# What a line adds up is a difference, told with its sign.
_SIGNED = ("changed", "by_hand")
_WIDTH = 1000
_GAP = 3


@dataclass(frozen=True)
class ToDo:
    """``sums``: of each currency, as text; ``button`` leads to ``url``."""

    kind: worklist.ToDo
    count: int
    words: str
    named: str
    sums: Sequence[tuple[str, str]]
    button: str
    url: str


@dataclass(frozen=True)
class Age:
    """``amounts``: one for each of the panel's currencies, None where there is none; ``x`` and ``width`` of the bar."""

    name: str
    words: str
    url: str
    count: int
    amounts: Sequence[Decimal | None]
    x: int = 0
    width: int = 0


@dataclass(frozen=True)
class Panels:
    """``looked``: at how many one by one; ``at_least``: the counts that may be larger; ``seen`` and ``owed_seen``:
    among how many was looked for what is to do, and for what is unpaid, where that was not among all."""

    counts: Mapping[str, int]
    looked: int
    todo: Sequence[ToDo]
    currencies: Sequence[str]
    ages: Sequence[Age]
    unpaid: Tally
    came_in: Sequence[tuple[str, Decimal]]
    at_least: frozenset[str] = frozenset()
    aside: str = ""
    aside_url: str = ""
    seen: str = ""
    owed_seen: str = ""


def of(found: Worklist | None, wanted: Asked) -> Panels | None:
    """None where nothing was counted."""
    if found is None:
        return None
    currencies = sorted(found.unpaid.sums, key=lambda one: -found.unpaid.sums[one])
    return Panels(
        counts=found.counts,
        looked=found.counted,
        todo=[_todo(line, wanted) for line in found.lines],
        currencies=currencies,
        ages=_ages(found, currencies, wanted),
        unpaid=found.unpaid,
        came_in=_largest_first(found.came_in.sums),
        at_least=frozenset(view for view in found.counts if found.at_least(view)),
        aside=_aside(found.counts["aside"]),
        aside_url=wanted.url(view="aside", page=1),
        seen="" if found.whole else _seen(found),
        owed_seen="" if found.whole or found.owed_exact else _owed_seen(found),
    )


def _aside(count: int) -> str:
    return ngettext("%(num)d was set aside", "%(num)d were set aside", count) if count else ""


def _seen(found: Worklist) -> str:
    return gettext(
        "Looked for among the newest %(counted)s of %(total)s invoices. Choose a period for older ones.",
        counted=formats.whole(found.counted),
        total=formats.whole(found.total),
    )


def _owed_seen(found: Worklist) -> str:
    return gettext(
        "Added up of the newest %(counted)s of %(total)s invoices. Choose a shorter period, or see the month end.",
        counted=formats.whole(found.counted),
        total=formats.whole(found.total),
    )


def sums_of_rows(rows: Iterable[RowView]) -> list[tuple[str, Decimal]]:
    found = Tally()
    for row in rows:
        found.add(row.currency, row.total)
    return _largest_first(found.sums)


def _largest_first(sums: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    return sorted(sums.items(), key=lambda one: -one[1])


def _todo(line: Line, wanted: Asked) -> ToDo:
    signed = line.kind in _SIGNED
    sums = [
        (currency, standings.signed(amount, currency) if signed else formats.figure(amount, currency))
        for currency, amount in _largest_first(line.tally.sums)
        if amount or not signed
    ]
    reviewed = line.kind in ("ready", "changed")
    there = wanted.url(view=line.kind, page=1, **({"q": line.cause} if line.cause else {}))
    return ToDo(
        line.kind, line.tally.count, _words(line), _named(line), sums, _button(line.kind),
        url_for("many.look", all=1, back=there) if reviewed else there,
    )  # fmt: skip


def _words(line: Line) -> str:
    count = line.tally.count
    if line.cause:
        return ngettext(
            "waits for one answer: which contact is “%(name)s”?",
            "wait for one answer: which contact is “%(name)s”?",
            count,
            name=line.cause,
        )
    return {
        "ready": gettext("ready to send"),
        "changed": gettext("changed in Bitrix24 since they were sent"),
        "asked": ngettext("waits for an answer", "wait for an answer each", count),
        "refused": gettext("refused, or something stands against it"),
        "paid_here": gettext("paid in Bitrix24, unpaid in Xero"),
        "paid_there": gettext("paid in Xero, unpaid in Bitrix24"),
        "by_hand": gettext("changed in Xero by hand"),
    }[line.kind]


def _named(line: Line) -> str:
    named = ", ".join(row.number or numberless(row.id) for row in line.rows[:MOST_NAMED])
    return f"{named} …" if len(line.rows) > MOST_NAMED else named


def _button(kind: worklist.ToDo) -> str:
    return {
        "ready": gettext("Review"),
        "changed": gettext("Review"),
        "asked": gettext("Answer"),
        "refused": gettext("Put right"),
    }.get(kind) or gettext("Compare")


def _ages(found: Worklist, currencies: Sequence[str], wanted: Asked) -> list[Age]:
    """The bar is of the first currency, in which most is unpaid."""
    main = currencies[0] if currencies else ""
    whole = found.unpaid.sums.get(main) or Decimal(1)
    ages, x = [], 0
    for name, tally in zip(AGES, found.ages, strict=True):
        width = int(tally.sums.get(main, Decimal(0)) / whole * _WIDTH)
        amounts = [tally.sums.get(currency) for currency in currencies]
        there = wanted.url(view=name, page=1)
        ages.append(Age(name, str(labels.VIEWS[name]), there, tally.count, amounts, x, max(0, width - _GAP)))
        x += width
    return ages
