"""What the month-end page shows of a sheet: tables of figures, made ready for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from flask import url_for
from flask_babel import gettext, ngettext

from b24xero.db.models import MonthEndSheet
from b24xero.domain.invoice_key import numberless
from b24xero.errors import Problem
from b24xero.reconciliation.brief import Brief
from b24xero.reconciliation.sheet import KINDS, OWED_BY_NAME, Bridge, Line, Sheet, Sum, compared, total
from b24xero.web.common import formats, labels, moments, urls
from b24xero.web.messages import render
from b24xero.web.month_end import words
from b24xero.web.month_end.period import Period, month_of

# So many lines of a kind stand on the page; the file has all.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Figures:
    """One row of a bridge. ``look``: "ind" is a step; ``goes_to``: the id of its invoices below."""

    label: str
    sum: Sum
    look: Literal["total", "ind", ""] = ""
    goes_to: str = ""


@dataclass(frozen=True)
class Named:
    """One invoice by its name; ``about``: "INV-0346 · 3 Nov"; ``apart`` None: nothing in the total."""

    customer: str
    about: str
    url: str
    outside: bool
    currency: str
    here: Decimal | None
    there: Decimal | None
    apart: Sum
    why: str = ""


@dataclass(frozen=True)
class Group:
    """The invoices of one kind of difference, ``count`` of them; ``more`` are in the file alone."""

    id: str
    title: str
    meaning: str
    sum: Sum
    lines: Sequence[Named]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class MonthRow:
    """One currency of another month's sheet."""

    month: str
    url: str
    currency: str
    here: Decimal
    there: Decimal
    unexplained: Decimal
    explained_by: str

    @property
    def apart(self) -> Decimal:
        return self.here - self.there


@dataclass(frozen=True)
class Around:
    """What lines need beside themselves: of which invoices Bitrix24 lets this reader know now, and the organisation's
    code in Xero's addresses."""

    visible: frozenset[int]
    short_code: str
    is_admin: bool


@dataclass(frozen=True)
class SheetView:
    """A kept sheet, as it is read."""

    kept: MonthEndSheet
    sheet: Sheet
    around: Around

    @property
    def currencies(self) -> tuple[str, ...]:
        return self.sheet.currencies

    @property
    def verdict(self) -> str:
        """The one line: "Both systems agree: 240 of 240, NZD 0.00 apart." """
        return verdict(Brief.from_json(self.kept.brief))

    @property
    def bridge(self) -> list[Figures]:
        sheet = self.sheet
        not_sent = total(line.effect for line in sheet.of("not_sent"))
        steps = [Figures(gettext("Invoices in Bitrix24"), sheet.here)]
        if not not_sent.is_nothing:
            steps.append(Figures(words.kind("not_sent"), not_sent, "ind", "d-not_sent"))
        steps.append(Figures(gettext("Belongs in Xero"), sheet.belongs, "total"))
        steps += _steps(sheet.bridge, "d")
        steps.append(Figures(gettext("Must be in Xero"), sheet.bridge.must, "total"))
        return [*steps, Figures(gettext("Is in Xero"), sheet.there)]

    @property
    def owed(self) -> list[Figures]:
        bridge = self.sheet.owed_bridge
        return [
            Figures(gettext("Sent, and unpaid by its stage in Bitrix24"), bridge.start),
            *_steps(bridge, "o"),
            Figures(gettext("Must be due in Xero"), bridge.must, "total"),
            Figures(gettext("Is due in Xero"), bridge.found),
        ]

    @property
    def groups(self) -> list[Group]:
        """Of the totals."""
        return [group for kind in KINDS[1:] for group in self._group(f"d-{kind}", kind, self.sheet.of(kind))]

    @property
    def not_sent(self) -> list[Group]:
        return list(self._group("d-not_sent", "not_sent", self.sheet.of("not_sent")))

    @property
    def owed_groups(self) -> list[Group]:
        """Of what customers owe."""
        owed = {kind: [line for line in self.sheet.owed if line.kind == kind] for kind in OWED_BY_NAME}
        return [group for kind, lines in owed.items() for group in self._group(f"o-{kind}", kind, lines)]

    def _group(self, id: str, kind: str, lines: Sequence[Line]) -> Iterator[Group]:
        if lines:
            shown = [self._named(line) for line in lines[:MOST_SHOWN]]
            effect = total(line.effect for line in lines)
            yield Group(id, words.kind(kind), words.meaning(kind), -effect, shown, len(lines))

    def _named(self, line: Line) -> Named:
        if line.bitrix24_id and line.bitrix24_id not in self.around.visible:
            hidden = gettext("An invoice you may not see")
            return Named(hidden, "", "", False, line.currency, line.here, line.there, -line.effect)
        outside = not line.bitrix24_id
        url = urls.xero_invoice(self.around.short_code, line.xero_id) if outside else _page_of(line.bitrix24_id)
        why = render.note(Problem.from_json(line.why)).text if line.why else ""
        customer = line.customer or labels.unseen_customer(is_admin=self.around.is_admin)
        return Named(
            customer, _about(line), url, outside, line.currency, line.here, line.there, -line.effect, why
        )  # fmt: skip

    @property
    def parts(self) -> list[tuple[str, str, list[Figures]]]:
        """Count and total by month and stage or status: of each side, its rows."""
        found: list[tuple[str, str, list[Figures]]] = []
        for side, title in (("here", gettext("In Bitrix24, by stage")), ("there", gettext("In Xero, by status"))):
            rows = [
                Figures(self._part(part.month, words.status(part.status) if side == "there" else part.status), part.sum)
                for part in self.sheet.parts
                if part.side == side
            ]
            found.append((f"s-{side}", title, rows))
        return found

    def _part(self, month: str, status: str) -> str:
        if Period(self.sheet.since, self.sheet.until).is_month:
            return status
        return f"{month_of(date.fromisoformat(f'{month}-01')).name} · {status}"


def _page_of(bitrix24_id: int) -> str:
    return url_for("record.page", bitrix24_id=bitrix24_id)


def _about(line: Line) -> str:
    number = line.number or numberless(line.bitrix24_id)
    return f"{number} · {formats.day(line.day)}" if line.day else number


def _steps(bridge: Bridge, prefix: str) -> list[Figures]:
    named = {*KINDS} if prefix == "d" else {*OWED_BY_NAME}
    return [
        Figures(words.kind(kind), sum, "ind", f"{prefix}-{kind}" if kind in named else "") for kind, sum in bridge.steps
    ]


# -- in a sentence ----------------------------------------------------------------------------------------------------


def verdict(brief: Brief) -> str:
    apart = " · ".join(money_list(brief.apart, of_nothing=True))
    values = {"agreeing": formats.whole(brief.agreeing), "all": formats.whole(brief.belongs.count), "apart": apart}
    if brief.agrees:
        return gettext("Both systems agree: %(agreeing)s of %(all)s, %(apart)s apart.", **values)
    return gettext("%(agreeing)s of %(all)s agree, %(apart)s apart.", **values)


def money_list(sum: Sum, *, of_nothing: bool = False) -> list[str]:
    """Currency by currency; those of nothing only where there is nothing else."""
    found = {currency: amount for currency, amount in sum.amounts.items() if amount}
    if not found and of_nothing:
        found = dict(list(sum.amounts.items())[:1])
    return [f"{currency}\u00a0{signed(amount, currency)}" for currency, amount in found.items()]


def since_last(sheet: Sheet, before: MonthEndSheet | None) -> str:
    """ "Since the sheet of 27 Nov 2026, 14:02: 3 put right, 1 new, 12 as before." """
    if before is None:
        return ""
    found = compared(sheet, Sheet.from_json(before.sheet))
    return gettext(
        "Since the sheet of %(when)s: %(gone)d put right, %(new)d new, %(stayed)d as before; then %(apart)s apart.",
        when=moments.moment(before.made_at), gone=found.gone, new=found.new, stayed=found.stayed,
        apart=" · ".join(money_list(found.apart_before, of_nothing=True)) or "0",
    )  # fmt: skip


def month_rows(kept: Iterable[MonthEndSheet]) -> Iterator[MonthRow]:
    for one in kept:
        brief, period = Brief.from_json(one.brief), Period(one.since, one.until)
        for currency in {**brief.belongs.amounts, **brief.there.amounts}:
            yield MonthRow(
                period.name, period.url(), currency, brief.belongs.of(currency),
                brief.there.of(currency), brief.unexplained.of(currency), explained_by(brief),
            )  # fmt: skip


def explained_by(brief: Brief) -> str:
    """ "Ready to send, not sent yet: 6 · Only in Xero: 1" """
    found = [f"{words.kind(kind)}: {formats.whole(count)}" for kind, count in brief.kinds.items()]
    return " · ".join(found) or gettext("nothing apart")


def signed(amount: Decimal, currency: str, step: bool = False) -> str:
    """A figure of a column; of a step with its sign, and a dash where it is nothing."""
    if not amount and step:
        return "–"
    figure = formats.figure(abs(amount), currency)
    return f"−{figure}" if amount < 0 else f"+{figure}" if step and amount > 0 else figure


def signed_count(count: int, step: bool = False) -> str:
    shown = formats.whole(abs(count))
    return f"−{shown}" if count < 0 else f"+{shown}" if step and count > 0 else shown


def invoices(count: int) -> str:
    return ngettext("%(num)d invoice", "%(num)d invoices", count)
