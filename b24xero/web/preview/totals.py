"""What the preview page says of the two totals: how far apart they are, why, and what may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext, ngettext

from b24xero.push.preview import Preview
from b24xero.web.common import formats
from b24xero.xero.lines import WrittenLine

MOST_REASONS = 3


@dataclass(frozen=True)
class Totals:
    """``xero`` None: no lines can be made. ``difference`` is Xero's less Bitrix24's."""

    bitrix24: Decimal
    xero: Decimal | None
    about_bitrix24: str
    about_xero: str

    @property
    def difference(self) -> Decimal | None:
        return None if self.xero is None else self.xero - self.bitrix24


@dataclass(frozen=True)
class CentView:
    """One way of dealing with the cents, and the total in Xero that it leads to."""

    value: str
    words: str
    hint: str
    total: Decimal
    difference: Decimal
    chosen: bool


def totals_of(found: Preview) -> Totals:
    invoice, written = found.invoice, found.written
    count = len(invoice.line_items)
    rows = ngettext("%(num)d row", "%(num)d rows", count)
    tax = gettext("%(rows)s, %(tax)s tax", rows=rows, tax=formats.money(invoice.tax, invoice.currency))
    if written is None:
        return Totals(invoice.total, None, tax, "")
    plain = formats.money(written.plain.total, invoice.currency)
    if written.total != written.plain.total:
        about = gettext("with the cents settled; Xero alone would make %(plain)s", plain=plain)
    else:
        about = gettext("as Xero adds it up")
    return Totals(invoice.total, written.total, tax, about)


def reasons_of(found: Preview) -> list[str]:
    """Why Xero adds up another total, where it does."""
    invoice, written = found.invoice, found.written
    if written is None or written.plain.total == invoice.total:
        return []
    differing = [(n, line) for n, line in enumerate(found.plain, start=1) if line.total != line.wanted]
    more = len(differing) - MOST_REASONS
    if not differing and invoice.rows_total == invoice.total:
        return [gettext("Bitrix24 rounds the rows together, Xero rounds each line.")]
    return [
        *_of_the_total(found),
        *(_reason(n, line, invoice.currency) for n, line in differing[:MOST_REASONS]),
        *([ngettext("%(num)d more line likewise.", "%(num)d more lines likewise.", more)] if more > 0 else []),
    ]


def _of_the_total(found: Preview) -> list[str]:
    """Bitrix24's own total may be another than that of its rows."""
    invoice = found.invoice
    rows = invoice.rows_total
    if not invoice.line_items or rows + invoice.delivery == invoice.total:
        return []
    values = {"rows": formats.money(rows, invoice.currency), "total": formats.money(invoice.total, invoice.currency)}
    if invoice.total_is_manual:
        return [
            gettext("In Bitrix24 %(total)s was entered by hand as the total; the rows add up to %(rows)s.", **values)
        ]
    return [gettext("In Bitrix24 the total says %(total)s, and the rows add up to %(rows)s.", **values)]


def _reason(number: int, line: WrittenLine, currency: str) -> str:
    return gettext(
        "Line %(n)s: Bitrix24 rounds price and tax together to %(bitrix24)s, Xero rounds the line and then its tax to "
        "%(xero)s.",
        n=number, bitrix24=formats.money(line.wanted, currency), xero=formats.money(line.total, currency),
    )  # fmt: skip


def cent_views(found: Preview) -> list[CentView]:
    return [
        CentView(choice, *_cent_words(choice, found), total, total - found.invoice.total, choice == found.cents)
        for choice, total in found.choices
    ]


def _cent_words(choice: str, found: Preview) -> tuple[str, str]:
    """What it does, and a word on it."""
    currency = found.invoice.currency
    rest = found.invoice.total - (found.written.plain.total if found.written else 0)
    values = {"amount": formats.money(abs(rest), currency), "code": found.books.rounding_account}
    if choice == "as_is":
        return gettext("Write it as Xero adds it up"), gettext("The invoice keeps a warning")
    up_to = formats.money(found.set_up.largest_rest, currency)
    hint = gettext("Set-up says so up to %(amount)s", amount=up_to) if choice == found.set_up.rounding else ""
    if choice == "line":
        line = gettext(
            "Add a line of %(amount)s on account %(code)s", **{**values, "amount": formats.money(rest, currency)}
        )
        return line, hint or gettext("One line more than in Bitrix24")
    return gettext("Settle %(amount)s on the lines, a cent a line", **values), hint
