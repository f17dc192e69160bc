"""What happened as a file that a spreadsheet opens, read and written in pieces."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext
from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from b24xero.db.models import SyncEntry
from b24xero.domain import invoice_key
from b24xero.extensions import db
from b24xero.runs import history
from b24xero.web.activity import line as activity_line
from b24xero.web.activity import xero_words
from b24xero.web.common import csv_file
from b24xero.web.common.list_query import LARGEST_ID

LONGEST = 10_000
_PIECE = 500
WITH_NAMES = joinedload(SyncEntry.user)


def lines(query: Select[SyncEntry], seen: frozenset[int]) -> Iterator[str]:
    """In pieces, each read by itself, so that a slow reader holds neither memory nor a transaction."""
    yield csv_file.BEGINNING + csv_file.line(
        [gettext("Time"), gettext("Person"), gettext("Organisation"), gettext("Pressed"), gettext("Run"),
         gettext("Invoice"), gettext("Bitrix24 id"), gettext("Outcome"), gettext("Before"), gettext("After"),
         gettext("Why"), gettext("Seconds"), gettext("What Xero said")]
    )  # fmt: skip
    shared = activity_line.around((), None, seen)
    left, below = LONGEST, LARGEST_ID
    while left:
        piece = query.where(SyncEntry.id < below).limit(min(_PIECE, left)).options(WITH_NAMES)
        entries = db.session.scalars(piece).all()
        db.session.commit()
        yield "".join(csv_file.line(_cells(entry, shared)) for entry in entries)
        if len(entries) < _PIECE:
            return
        left, below = left - len(entries), entries[-1].id
        db.session.expunge_all()


def _cells(entry: SyncEntry, shared: activity_line.Around) -> list[str]:
    line = activity_line.entry_line(entry, shared)
    hidden = activity_line.is_hidden(entry, shared)
    return [
        entry.at.isoformat(timespec="seconds"),
        line.who,
        shared.organisations.get(entry.organisation_id, ""),
        str(activity_line.KINDS.get(entry.kind, entry.kind)),
        str(entry.run_id or ""),
        line.subject,
        "" if hidden else _bitrix24_id(entry),
        line.outcome,
        "" if hidden else activity_line.spoken(entry, entry.before),
        "" if hidden else activity_line.spoken(entry, entry.after),
        " ".join(note.text for note in line.notes),
        str(entry.milliseconds / 1000),
        "" if hidden else xero_words.told(entry),
    ]


def _bitrix24_id(entry: SyncEntry) -> str:
    return str(entry.bitrix24_id) if entry.kind in history.OF_PRODUCTS else invoice_key.written(entry.bitrix24_id)
