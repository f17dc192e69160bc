"""The month-end sheet as a file that a spreadsheet opens: both tables, then every invoice that is apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from flask_babel import gettext

from b24xero.domain.invoice_key import written
from b24xero.errors import Problem
from b24xero.reconciliation.sheet import Line
from b24xero.web.common import csv_file
from b24xero.web.messages import render
from b24xero.web.month_end import words
from b24xero.web.month_end.page import Figures, SheetView

Cell = str | Decimal | int


def lines(view: SheetView) -> Iterator[str]:
    yield csv_file.BEGINNING + csv_file.line(
        [gettext("Table"), gettext("Line"), gettext("Customer"), gettext("Invoice"), gettext("Date"),
         gettext("Currency"), gettext("Bitrix24"), gettext("Xero"), gettext("Invoices"), gettext("Amount"),
         gettext("Why"), gettext("Bitrix24 id"), gettext("Xero id")]
    )  # fmt: skip
    sheet = view.sheet
    for title, rows, unexplained in (
        (gettext("From Bitrix24’s total to Xero’s"), view.bridge, sheet.bridge.unexplained),
        (gettext("What customers owe"), view.owed, sheet.owed_bridge.unexplained),
    ):
        for row in [*rows, Figures(gettext("Unexplained"), unexplained)]:
            yield from _figures(title, row, view.currencies)
    for _id, title, parts in view.parts:
        for row in parts:
            yield from _figures(title, row, view.currencies)
    named = {id(line) for line in sheet.lines}
    for line in (*sheet.lines, *sheet.owed):
        yield from _named(view, line, gettext("Total") if id(line) in named else gettext("Due"))


def _figures(title: str, row: Figures, currencies: Sequence[str]) -> Iterator[str]:
    for currency in currencies:
        cells: list[Cell] = [title, row.label, "", "", "", currency, "", "", row.sum.count, row.sum.of(currency)]
        yield csv_file.line([*cells, "", "", ""])


def _named(view: SheetView, line: Line, table: str) -> Iterator[str]:
    hidden = bool(line.bitrix24_id) and line.bitrix24_id not in view.around.visible
    customer = gettext("An invoice you may not see") if hidden else line.customer
    why = render.note(Problem.from_json(line.why)).text if line.why and not hidden else ""
    for currency, amount in line.effect.amounts.items():
        cells: list[Cell] = [
            table, words.kind(line.kind), customer, "" if hidden else line.number,
            line.day.isoformat() if line.day and not hidden else "", currency,
            "" if line.here is None else line.here, "" if line.there is None else line.there, line.effect.count, amount,
            why, "" if hidden or not line.bitrix24_id else written(line.bitrix24_id), "" if hidden else line.xero_id,
        ]  # fmt: skip
        yield csv_file.line(cells)
