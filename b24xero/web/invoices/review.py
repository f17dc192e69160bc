"""What the review of many invoices shows: sums by currency, warnings, each invoice with what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from flask import url_for
from flask_babel import gettext, ngettext

from b24xero.domain.books import Books
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.invoice_key import numberless, written
from b24xero.errors import Problem
from b24xero.push.bulk_preview import Outlook, Planned
from b24xero.web.common import differences, formats, labels, standings, urls
from b24xero.web.common.differences import Names
from b24xero.web.messages import render
from b24xero.web.messages.render import Note

# So many invoices of a group are shown, so many changes of one, so many names in a warning.
MOST_SHOWN = 100
MOST_CHANGES = 3
MOST_NAMED = 3


@dataclass(frozen=True)
class Line:
    """One invoice. ``changes``: what of it is written otherwise, in words; ``apart``: the difference to what stands in
    Xero, or of a new one to Bitrix24, with its sign; ``past``: how many days its due date is past."""

    row: InvoiceRow
    number: str
    preview_url: str
    record_url: str
    total: Decimal | None
    before: Decimal | None = None
    apart: str = ""
    due: date | None = None
    past: int = 0
    paid_here: bool = False
    changes: Sequence[str] = ()
    notes: Sequence[Note] = ()

    @property
    def key(self) -> str:
        return written(self.row.id)


@dataclass(frozen=True)
class Group:
    """Invoices of which the same becomes. ``count``: all of them, of which ``lines`` are the first."""

    count: int
    lines: Sequence[Line]
    sums: Sequence[tuple[str, Decimal]] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class SumRow:
    """``amounts``: of each currency in its order, as text; "" where there is none."""

    look: str
    words: str
    about: str
    amounts: Sequence[str]


@dataclass(frozen=True)
class Warned:
    """``keys``: of those to leave out by one press."""

    title: str
    text: str
    keys: str
    count: int


@dataclass(frozen=True)
class Review:
    changed: Group
    created: Group
    same: Group
    stays: Group
    left_out: Group
    refused: Group
    currencies: Sequence[str] = ()
    sums: Sequence[SumRow] = ()
    grows: Sequence[str] = ()
    warned: Sequence[Warned] = field(default_factory=tuple)

    @property
    def writes(self) -> int:
        return self.changed.count + self.created.count

    @property
    def jumps(self) -> list[tuple[str, str, int]]:
        """The groups that there are: the id of each, its words, how many."""
        groups = [
            ("changed", gettext("To change"), self.changed), ("created", gettext("To create"), self.created),
            ("refused", gettext("Cannot be sent"), self.refused),
            ("left_out", gettext("Not sent on purpose"), self.left_out),
            ("stays", gettext("Stay as they are"), self.stays), ("same", gettext("Up to date already"), self.same),
        ]  # fmt: skip
        return [(id, words, group.count) for id, words, group in groups if group.count]


def review(found: Outlook, books: Books, today: date, back: str, most: int = MOST_SHOWN) -> Review:
    """``most``: so many invoices of a group are told of."""

    def lines(action: str) -> tuple[list[Planned], list[Line]]:
        all_of_it = [one for one in found.planned if one.action == action]
        return all_of_it, [_line(one, books, today, back) for one in all_of_it[:most]]

    groups = {action: lines(action) for action in ("update", "create", "unchanged", "stays", "left_out")}
    changed, created = groups["update"][0], groups["create"][0]
    currencies = list(_sums((*changed, *created)))
    refused = [_refused(one.row, one.problems, back) for one in found.stopped[:most]]
    return Review(
        changed=Group(len(changed), groups["update"][1]),
        created=Group(len(created), groups["create"][1], list(_sums(created).items())),
        same=Group(len(groups["unchanged"][0]), groups["unchanged"][1]),
        stays=Group(len(groups["stays"][0]), groups["stays"][1]),
        left_out=Group(len(groups["left_out"][0]), groups["left_out"][1]),
        refused=Group(len(found.stopped), refused),
        currencies=currencies,
        sums=tuple(_sum_rows(created, changed, currencies)),
        grows=_signed(_added((one.row.currency, one.owed_more) for one in (*created, *changed)), currencies),
        warned=tuple(_warnings((*changed, *created))),
    )


# -- one invoice ------------------------------------------------------------------------------------------------------


def _line(one: Planned, books: Books, today: date, back: str) -> Line:
    new = one.action == "create"
    apart = one.difference if new or one.before is None else None if one.xero is None else one.xero - one.before
    return Line(
        one.row, one.row.number or numberless(one.row.id), _preview(one.row, back), _record(one.row),
        total=one.xero if one.action in ("create", "update") else one.row.total,
        before=one.before,
        apart=standings.signed(apart, one.row.currency) if apart else "",
        due=one.due,
        past=max(0, (today - one.due).days) if one.due else 0,
        paid_here=one.paid_here,
        changes=tuple(_changes(one, books)) if one.action == "update" else (),
        notes=render.notes(one.notes, _places(one.row, back)),
    )  # fmt: skip


def _refused(row: InvoiceRow, problems: Sequence[Problem], back: str) -> Line:
    notes = render.notes(problems, _places(row, back))
    return Line(row, row.number or numberless(row.id), _preview(row, back), _record(row), row.total, notes=notes)


def _preview(row: InvoiceRow, back: str) -> str:
    return url_for("preview.page", bitrix24_id=row.id, back=back)


def _record(row: InvoiceRow) -> str:
    return url_for("record.page", bitrix24_id=row.id)


def _places(row: InvoiceRow, back: str) -> urls.Places:
    return urls.Places(urls.bitrix24_invoice(row.id), "", urls.portal_url(), preview=_preview(row, back))


def _changes(one: Planned, books: Books) -> Iterable[str]:
    """Where it moves, then each field with what was written and what will be."""
    if one.was != one.becomes:
        yield f"{labels.STATUSES[one.was]} → {labels.STATUSES[one.becomes]}"
    if one.changes is None:
        yield gettext("What was written before is not known: its preview compares it with Xero.")
        return
    names = Names(books, {}, one.row.currency)
    for difference in one.changes[:MOST_CHANGES]:
        view = differences.view(difference, names)
        yield f"{view.label}: {view.written} → {view.now}"
    if more := len(one.changes[MOST_CHANGES:]):
        yield ngettext("and %(num)d more change", "and %(num)d more changes", more)


# -- all of them ------------------------------------------------------------------------------------------------------


def _added(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return found


def _sums(planned: Iterable[Planned]) -> dict[str, Decimal]:
    """What they come to in Xero, by currency, the largest first."""
    found = _added((one.row.currency, one.xero or Decimal(0)) for one in planned)
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def _sum_rows(created: Sequence[Planned], changed: Sequence[Planned], currencies: Sequence[str]) -> Iterable[SumRow]:
    if created:
        sums = _sums(created)
        amounts = [formats.figure(sums[one], one) if one in sums else "" for one in currencies]
        yield SumRow("awaiting", ngettext("%(num)d created", "%(num)d created", len(created)), _as(created), amounts)
    if changed:
        moved = _added((one.row.currency, (one.xero or Decimal(0)) - (one.before or Decimal(0))) for one in changed)
        words = ngettext("%(num)d changed", "%(num)d changed", len(changed))
        yield SumRow("info", words, gettext("in all by"), _signed(moved, currencies))


def _as(created: Sequence[Planned]) -> str:
    """The status that all of them have then."""
    found = {one.becomes for one in created}
    return gettext("as %(status)s", status=labels.STATUSES[found.pop()]) if len(found) == 1 else ""


def _signed(sums: dict[str, Decimal], currencies: Sequence[str]) -> list[str]:
    return [standings.signed(sums[one], one) if sums.get(one) else "" for one in currencies]


def _warnings(planned: Sequence[Planned]) -> Iterable[Warned]:
    if paid := [one for one in planned if one.paid_here]:
        sums = " · ".join(formats.money(amount, currency) for currency, amount in _sums(paid).items())
        title = ngettext(
            "%(num)d is paid in Bitrix24 and will stand unpaid in Xero: %(sums)s",
            "%(num)d are paid in Bitrix24 and will stand unpaid in Xero: %(sums)s", len(paid), sums=sums,
        )  # fmt: skip
        text = gettext(
            "%(names)s. Payments come from Xero to Bitrix24, never the other way: record them in Xero, or reminders go "
            "out to people who have paid.",
            names=_named(paid),
        )
        yield Warned(title, text, _keys(paid), len(paid))
    if apart := [one for one in planned if one.difference]:
        title = ngettext(
            "%(num)d total in Xero is another than in Bitrix24", "%(num)d totals in Xero are others than in Bitrix24",
            len(apart),
        )  # fmt: skip
        text = gettext("%(names)s. Each says below by how much, and why.", names=_named(apart))
        yield Warned(title, text, _keys(apart), len(apart))


def _named(planned: Sequence[Planned]) -> str:
    rows = [one.row for one in planned[:MOST_NAMED]]
    named = ", ".join(" ".join(filter(None, (row.number or numberless(row.id), row.customer_name))) for row in rows)
    return f"{named} …" if len(planned) > MOST_NAMED else named


def _keys(planned: Iterable[Planned]) -> str:
    return ",".join(written(one.row.id) for one in planned)
