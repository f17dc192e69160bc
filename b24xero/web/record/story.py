"""What happened to one invoice, in words: what b24xero did, what Xero said of money, how the two stand now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext
from flask_login import current_user

from b24xero import rights
from b24xero.db.models import InvoiceLink, Organisation, SyncEntry
from b24xero.db.states import EntryKind, Outcome
from b24xero.domain import statuses
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.payments import Payment
from b24xero.errors import Problem
from b24xero.extensions import db
from b24xero.reconciliation import story
from b24xero.reconciliation.standing import Standing
from b24xero.reconciliation.story import Event, Kind
from b24xero.runs import history
from b24xero.runs.history import Filter
from b24xero.web.activity import line
from b24xero.web.common import formats, labels, moments, standings, who
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render

MOST = 100
_KINDS: dict[tuple[EntryKind, Outcome], Kind] = {
    ("push", "created"): "sent", ("push", "found"): "linked", ("push", "updated"): "changed",
    ("push", "rejected"): "refused", ("push", "failed"): "refused", ("pull", "moved"): "moved",
    ("link", "linked"): "linked",
}  # fmt: skip
_LOOKS: dict[Kind, StatusLook] = {
    "dated": "draft", "sent": "awaiting", "changed": "info", "linked": "info", "moved": "info", "refused": "problem",
    "asked": "differs",
    "payment": "part", "paid": "paid", "credit": "part", "due": "overdue", "differs": "differs",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One line of the story. ``when``: the day, with the time where it is known; empty: now, or not known."""

    look: StatusLook
    kind: Kind
    words: str
    hint: str
    day: date | None
    at: datetime | None
    amount: Decimal | None


def told(
    invoice: InvoiceRow, stage: str, standing: Standing, link: InvoiceLink | None, organisation: Organisation | None
) -> list[Told]:
    """The newest first. Of presses and updates what this person may read of them."""
    books = organisation.books if organisation else None
    happened = list(_happened(invoice.id, organisation)) if organisation else []
    if link and link.xero_id and link.written_at and books and not any(e.kind in ("sent", "changed") for e in happened):
        happened.append(
            Event("sent", moments.here(link.written_at).date(), moments.here(link.written_at), link.xero_written_total)
        )
    payments = tuple(map(Payment.from_json, (link.xero_payments if link else None) or ()))
    credits = statuses.credits_of(link) if link else ()
    today = books.day(datetime.now().astimezone()) if books else date.today()
    events = story.story(invoice, standing, happened, payments, credits, today)
    return [_line(event, stage, standing) for event in events]


def _happened(bitrix24_id: int, organisation: Organisation) -> Iterator[Event]:
    rights.still_admin(current_user)  # who is one reads everybody's, as Bitrix24 says within ten minutes
    query = history.entries_for(current_user, Filter(invoice=bitrix24_id))
    for entry in db.session.scalars(query.where(SyncEntry.organisation_id == organisation.id).limit(MOST)):
        if kind := "asked" if history.is_asked(entry) else _KINDS.get((entry.kind, entry.outcome)):
            yield _event(kind, entry)


def _event(kind: Kind, entry: SyncEntry) -> Event:
    total = entry.facts.get("xero_total") or entry.facts.get("total")
    why = render.notes(map(Problem.from_json, entry.problems))[:1] if kind in ("refused", "asked") else ()
    at = moments.here(entry.at)
    return Event(
        kind, at.date(), at,
        Decimal(total) if total and kind in ("sent", "changed") else None,
        who.did(entry),
        why[0].text if why else "", line.spoken(entry, entry.before), line.spoken(entry, entry.after),
    )  # fmt: skip


def _line(event: Event, stage: str, standing: Standing) -> Told:
    return Told(
        _LOOKS[event.kind], event.kind, _words(event, stage, standing), _hint(event, stage, standing), event.day,
        event.at, event.amount,
    )  # fmt: skip


def _words(event: Event, stage: str, standing: Standing) -> str:
    if event.kind == "differs":
        return standings.told(standing, stage).words
    if event.kind == "sent":
        status = event.after or str(labels.STATUSES["awaiting"])
        return gettext("Sent to Xero as %(status)s", status=status)
    return {
        "dated": gettext("Dated in Bitrix24"),
        "changed": gettext("Written to Xero again"),
        "linked": gettext("Found in Xero and linked"),
        "moved": gettext("Moved in Bitrix24 to “%(stage)s”", stage=event.after),
        "refused": gettext("Could not be written to Xero"),
        "asked": gettext("Waited for an answer"),
        "payment": gettext("Part paid"),
        "paid": gettext("Paid in full"),
        "credit": gettext("Credited in Xero"),
        "due": gettext("Was due"),
    }[event.kind]


def _hint(event: Event, stage: str, standing: Standing) -> str:
    if event.kind == "differs":
        return standings.told(standing, stage).hint
    return " · ".join(part for part in (event.words, event.who) if part)


def what_changed(standing: Standing, invoice: InvoiceRow, link: InvoiceLink | None) -> Sequence[tuple[str, str, str]]:
    """Of what Bitrix24's list says: the field, as it was sent, as it is now."""
    seen = (link.seen if link else None) or {}
    now = invoice.facts
    names = {
        "number": gettext("Number"), "title": gettext("Title"), "date": gettext("Date"),
        "due_date": gettext("Due date"), "currency": gettext("Currency"), "total": gettext("Total"),
        "customer": gettext("Customer"),
    }  # fmt: skip
    return [
        (names[name], _value(name, seen[name], invoice), _value(name, now[name], invoice)) for name in standing.changed
    ]


def _value(name: str, value: str, invoice: InvoiceRow) -> str:
    if name == "total":
        return formats.money(Decimal(value), invoice.currency)
    if name in ("date", "due_date") and value:
        return formats.day(date.fromisoformat(value))
    if name == "customer":
        return invoice.customer_name if value == invoice.facts["customer"] else gettext("another one")
    return value or "–"
