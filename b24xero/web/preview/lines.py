"""What the preview page says of what will be written: its lines, and what comes of a press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from flask_babel import gettext, ngettext

from b24xero.domain import statuses
from b24xero.domain.set_up import Stands
from b24xero.errors import Problem
from b24xero.push.preview import Preview
from b24xero.web.common import formats, labels
from b24xero.web.preview import customer
from b24xero.xero.lines import WrittenLine
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.totals import line_tax, to_unit

# Told by the figures of the page themselves.
_SHOWN = {"total_differs_choose"}
# What a target of the set-up (``set_up.TARGETS``) makes of an invoice, as one of ``set_up.STATUSES``.
STATUS_OF: Mapping[str, Stands] = {
    "DRAFT": "draft",
    "SUBMITTED": "approval",
    "AUTHORISED": "awaiting",
    "VOIDED": "void",
}


@dataclass(frozen=True)
class LineView:
    description: str
    note: str
    quantity: str
    price: Decimal
    tax: Decimal
    bitrix24: Decimal
    xero: Decimal


@dataclass(frozen=True)
class Dock:
    """What will happen at the press. ``writes``: there is a press."""

    title: str
    text: str
    writes: bool


@dataclass(frozen=True)
class _Standing:
    xero_status: str | None
    xero_due: Decimal | None
    xero_settled: Decimal | None
    xero_due_date: str | None
    xero_credits: Sequence[Mapping[str, str]] | None


def standing_of(current: XeroInvoice, today: date) -> str:
    """Where it stands in Xero at this moment, as one of ``set_up.STATUSES``."""
    due = current.due_date.isoformat() if current.due_date else None
    credits = None if current.credits is None else [credit.as_json() for credit in current.credits]
    return statuses.standing(_Standing(current.status, current.due, current.settled, due, credits), today)


def problems_of(found: Preview) -> tuple[Problem, ...]:
    """What stands against it, and what to know beside."""
    return (*(p for p in found.problems if p.code not in _SHOWN), *found.decision.notes, *found.beside)


# -- lines ------------------------------------------------------------------------------------------------------------


def line_views(found: Preview) -> list[LineView]:
    written = found.written
    return [] if written is None else [_line_view(line, found) for line in written.lines]


def _line_view(line: WrittenLine, found: Preview) -> LineView:
    return LineView(
        description=line.description,
        note=_note(line, found),
        quantity=formats.quantity(line.line.quantity),
        price=to_unit(line.line.unit_price).normalize(),
        tax=line.tax,
        bitrix24=line.wanted,
        xero=line.total,
    )


def _note(line: WrittenLine, found: Preview) -> str:
    """In which form it is written, where that is not simply quantity × price."""
    currency = found.invoice.currency
    notes = [_form(line, found)]
    if line.line.tax_amount is not None:
        plain = _computed_tax(line, found)
        words = formats.figure(plain, currency), formats.figure(abs(line.tax - plain), currency)
        sign = "+" if line.tax > plain else "−"
        notes.append(gettext("Tax is %(tax)s, so that total and tax are right", tax=f"{words[0]} {sign} {words[1]}"))
    row = next((row for row in found.invoice.line_items if row.id == line.row_id), None)
    if line.item_code:
        notes.append(gettext("Item %(code)s", code=line.item_code))
    elif row and row.product_id in found.new_items:
        notes.append(gettext("Its item is made in Xero first"))
    return " · ".join(filter(None, notes))


def _form(line: WrittenLine, found: Preview) -> str:
    currency = found.invoice.currency
    if line.form == "one_amount":
        amount = formats.figure(line.line.unit_price, currency)
        return gettext("Written as 1 × %(amount)s, the only form that keeps the cent", amount=amount)
    if line.form == "near_price":
        price = formats.figure(_unit_price(line, found), currency)
        return gettext("%(price)s in Bitrix24; with this price the cent is kept", price=price)
    if line.form == "delivery":
        return gettext("A paid delivery, for which there is no row")
    if line.form == "discount_rate":
        return gettext("less %(rate)s", rate=formats.percent(str(line.line.discount_rate)))
    if line.form == "discount_amount":
        return gettext("less %(amount)s", amount=formats.money(line.line.discount_amount or Decimal(0), currency))
    if line.form == "rounding":
        return gettext("What tax rounding leaves, on account %(code)s", code=line.account)
    if line.form == "no_rows":
        return gettext("The invoice has no rows: one line over its total, tax in it")
    item = next((item for item in found.invoice.line_items if item.id == line.row_id), None)
    return gettext("The discount is in the price") if item and item.discount_sum else ""


def _computed_tax(line: WrittenLine, found: Preview) -> Decimal:
    """What Xero would reckon by itself."""
    with_tax = found.written is not None and found.written.inclusive
    return line_tax(replace(line.line, tax_amount=None), "Inclusive" if with_tax else "Exclusive")


def _unit_price(line: WrittenLine, found: Preview) -> Decimal:
    """A unit's price in Bitrix24, with tax or without as the document has it."""
    row = next(row for row in found.invoice.line_items if row.id == line.row_id)
    with_tax = found.written is not None and found.written.inclusive
    return row.unit_gross if with_tax else row.unit_net


# -- what comes of it -------------------------------------------------------------------------------------------------


def dock_of(found: Preview) -> Dock:
    if found.action == "":
        return Dock(gettext("This cannot be written yet."), gettext("First put right what stands above."), writes=False)
    if found.action == "none" and found.customer:
        return Dock(gettext("The invoice stays as it is."), customer.words_of(found), writes=True)
    if found.action == "none":
        return Dock(gettext("There is nothing to write."), _nothing(found), writes=False)
    if found.action == "void":
        return Dock(gettext("It is voided in Xero."), gettext("Its stage says so."), writes=True)
    if found.action == "delete":
        words = gettext("Its stage means Voided, and it is not approved yet.")
        return Dock(gettext("It is deleted in Xero."), words, writes=True)
    said = _create(found) if found.action == "create" else _update(found)
    return Dock(_total_words(found), " ".join(filter(None, (said, customer.words_of(found)))), writes=True)


def _nothing(found: Preview) -> str:
    if found.kept:
        return gettext("Only what was edited by hand in Xero differs, and that is kept.")
    return gettext("Xero has it as it is in Bitrix24.")


def _total_words(found: Preview) -> str:
    invoice, written = found.invoice, found.written
    assert written is not None
    if found.choices and not found.cents:
        rest = formats.money(abs(invoice.total - written.plain.total), invoice.currency)
        return gettext("Choose above what is done about %(amount)s.", amount=rest)
    total = formats.money(invoice.total, invoice.currency)
    if written.total == invoice.total:
        return gettext("%(total)s in both, to the cent.", total=total)
    xero = formats.money(written.total, invoice.currency)
    return gettext("%(total)s in Bitrix24, %(xero)s in Xero.", total=total, xero=xero)


def _create(found: Preview) -> str:
    target = found.set_up.stages.get(found.invoice.stage, "")
    words = labels.STATUSES[STATUS_OF.get(target, "none")]
    return gettext("It is created in %(organisation)s: %(status)s.", organisation=found.organisation.name, status=words)


def _update(found: Preview) -> str:
    compared = found.compared
    assert compared is not None
    if compared.asks and not found.drift:
        return gettext("Choose above what happens to what stands in Xero.")
    changes = len(compared.differences) - len(found.kept)
    name = found.organisation.name
    said = ngettext("Changes %(num)d field in %(name)s.", "Changes %(num)d fields in %(name)s.", changes, name=name)
    if not changes:
        said = gettext("Written to %(name)s once more, no field differs.", name=name)
    if found.decision.status:
        said += " " + gettext("It becomes: %(status)s.", status=labels.STATUSES[STATUS_OF[found.decision.status]])
    edits = len(compared.by_hand)
    if found.kept:
        said += " " + ngettext("Keeps %(num)d edit made in Xero.", "Keeps %(num)d edits made in Xero.", edits)
    elif edits:
        said += " " + ngettext("Overwrites %(num)d edit made in Xero.", "Overwrites %(num)d edits made in Xero.", edits)
    if _puts_first(found):
        said += " " + gettext("Xero puts new lines first.")
    return said


def _puts_first(found: Preview) -> bool:
    """New lines beside known ones stand first, whatever their place here (facts, more §0b)."""
    body = found.decision.body or {}
    return len({"LineItemID" in line for line in body.get("LineItems", ())}) > 1


# -- where it comes from ----------------------------------------------------------------------------------------------
