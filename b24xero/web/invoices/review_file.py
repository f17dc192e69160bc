"""The review of many invoices as a file that a spreadsheet opens: every one of them, with what would become of it."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from b24xero.web.common import csv_file
from b24xero.web.invoices.review import Group, Line, Review


def lines(shown: Review) -> Iterator[str]:
    yield csv_file.BEGINNING + csv_file.line(
        [gettext("What happens"), gettext("Customer"), gettext("Invoice"), gettext("Date"), gettext("Currency"),
         gettext("Total in Bitrix24"), gettext("In Xero now"), gettext("Then"), gettext("Due"), gettext("Why"),
         gettext("Bitrix24 id")]
    )  # fmt: skip
    groups: list[tuple[str, Group, bool]] = [
        (gettext("To change"), shown.changed, True), (gettext("To create"), shown.created, True),
        (gettext("Cannot be sent"), shown.refused, False), (gettext("Not sent on purpose"), shown.left_out, False),
        (gettext("Stays as it is"), shown.stays, False), (gettext("Up to date already"), shown.same, False),
    ]  # fmt: skip
    for words, group, written in groups:
        yield from (_line(words, one, written=written) for one in group.lines)


def _line(words: str, one: Line, *, written: bool) -> str:
    row = one.row
    why = " ".join((*one.changes, *(note.text for note in one.notes)))
    then = one.total if written and one.total is not None else ""
    return csv_file.line(
        [words, row.customer_name, one.number, row.date.isoformat(), row.currency, row.total,
         "" if one.before is None else one.before, then, one.due.isoformat() if one.due else "", why, one.key]
    )  # fmt: skip
