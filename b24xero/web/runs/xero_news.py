"""What an update from Xero brought, as news: how many were paid and how much, whose, and what was done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from flask import url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy import select

from b24xero import connections, rights
from b24xero.db.models import SyncEntry, SyncRun
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.set_up import Stands
from b24xero.errors import Forbidden, Rejected, RetryLater
from b24xero.extensions import db
from b24xero.web.activity import outcomes
from b24xero.web.common import formats, labels
from b24xero.web.common.look import StatusLook

# So many are told by name; the rest is in the file.
MOST_TOLD = 200
MOST_COUNTED = 2_000

# The news, the most welcome first, with the statuses that are told under it and the look of each.
NewsKind = Literal["paid", "part", "credited", "void", "overdue", "other"]
_KINDS: Mapping[NewsKind, tuple[tuple[Stands, ...], StatusLook]] = {
    "paid": (("paid",), "paid"),
    "part": (("part",), "part"),
    "credited": (
        ("credited", "prepaid", "overpaid", "part_credited", "part_prepaid", "part_overpaid"), "credited",
    ),
    "void": (("void", "deleted"), "void"),
    "overdue": (("overdue",), "overdue"),
    "other": (("awaiting", "draft", "approval"), "info"),
}  # fmt: skip
_KIND_OF: Mapping[str, NewsKind] = {status: kind for kind, (statuses, _look) in _KINDS.items() for status in statuses}


@dataclass(frozen=True)
class Told:
    """One invoice of the news. ``settled``: what came in or was credited in all; ``done``: what became of it here."""

    key: int
    number: str
    customer: str
    url: str
    currency: str
    total: Decimal
    settled: Decimal
    due: Decimal
    day: date | None
    paid_on: date | None
    status: str
    done: str


@dataclass(frozen=True)
class Group:
    """The invoices of one kind of news; ``sums`` of what was settled."""

    kind: NewsKind
    look: StatusLook
    title: str
    sums: Sequence[str]
    told: Sequence[Told]
    more: int


def counted(kind: NewsKind, count: int) -> str:
    words: Mapping[NewsKind, str] = {
        "paid": ngettext("%(num)d paid", "%(num)d paid", count),
        "part": ngettext("%(num)d part paid", "%(num)d part paid", count),
        "credited": ngettext("%(num)d credited", "%(num)d credited", count),
        "void": ngettext("%(num)d voided or deleted", "%(num)d voided or deleted", count),
        "overdue": ngettext("%(num)d overdue now", "%(num)d overdue now", count),
        "other": ngettext("%(num)d with another status", "%(num)d with another status", count),
    }
    return words[kind]


def line(run: SyncRun) -> str:
    """ "8 paid, NZD 17,908.38 · 3 part paid · 1 voided"; by the counts where there are no news."""
    facts = _facts(run) if run.kind == "pull" and run.counts else ()
    if not facts:
        return outcomes.counted(run)
    found: dict[NewsKind, list[Mapping[str, str]]] = {}
    for one in facts:
        found.setdefault(_KIND_OF.get(one["status"], "other"), []).append(one)
    said = []
    for kind in _KINDS:
        if kind in found:
            money = _sums((one["currency"], Decimal(one["settled"])) for one in found[kind])
            said.append(", ".join([counted(kind, len(found[kind])), *(money if kind == "paid" else ())]))
    return " · ".join(said)


def _facts(run: SyncRun) -> list[Mapping[str, str]]:
    query = select(SyncEntry.facts).where(SyncEntry.run_id == run.id, SyncEntry.kind == "pull").limit(MOST_COUNTED)
    found: list[Mapping[str, str]] = [facts for facts in db.session.scalars(query) if facts.get("status")]
    db.session.commit()
    return found if len(found) == sum(run.counts.values()) else []


def groups(run: SyncRun) -> list[Group]:
    """By name, for a reader to whom Bitrix24 shows the invoices now: two calls, none without news."""
    query = select(SyncEntry).where(SyncEntry.run_id == run.id, SyncEntry.kind == "pull").order_by(SyncEntry.id)
    entries = [entry for entry in db.session.scalars(query.limit(MOST_COUNTED)) if entry.facts.get("status")]
    if not entries:
        return []
    rows = _rows([entry.bitrix24_id for entry in entries])
    by_kind: dict[NewsKind, list[SyncEntry]] = {}
    for entry in entries:
        by_kind.setdefault(_KIND_OF.get(entry.facts["status"], "other"), []).append(entry)
    return [_group(kind, by_kind[kind], rows) for kind in _KINDS if kind in by_kind]


def _rows(ids: Sequence[int]) -> Mapping[int, InvoiceRow]:
    db.session.commit()
    try:
        found = {row.id: row for row in connections.bitrix24_for(current_user).invoice_rows(ids)}
    except (RetryLater, Forbidden, Rejected):
        return {}  # the worklist beside it says why nobody is named
    rights.note_visible(current_user, found)
    return found


def _group(kind: NewsKind, entries: Sequence[SyncEntry], rows: Mapping[int, InvoiceRow]) -> Group:
    shown = [_told(entry, rows[entry.bitrix24_id]) for entry in entries if entry.bitrix24_id in rows]
    sums = _sums((one.currency, one.settled) for one in shown)
    title = counted(kind, len(entries))
    return Group(kind, _KINDS[kind][1], title, sums, shown[:MOST_TOLD], len(entries) - len(shown[:MOST_TOLD]))


def _told(entry: SyncEntry, row: InvoiceRow) -> Told:
    facts = entry.facts
    paid_on = facts.get("paid_on", "")
    return Told(
        key=row.id,
        number=row.number or entry.number,
        customer=row.customer_name or labels.unseen_customer(is_admin=current_user.is_admin),
        url=url_for("record.page", bitrix24_id=row.id),
        currency=row.currency,
        total=Decimal(facts["xero_total"]),
        settled=Decimal(facts["settled"]),
        due=Decimal(facts["due"]),
        day=row.date,
        paid_on=date.fromisoformat(paid_on) if paid_on else None,
        status=str(labels.STATUSES[facts["status"]]),
        done=_done(entry),
    )


def _done(entry: SyncEntry) -> str:
    """In Bitrix24."""
    if entry.outcome == "moved":
        return gettext("moved to “%(stage)s”", stage=entry.after)
    if entry.outcome == "unchanged":
        return gettext("stays in “%(stage)s”", stage=entry.after)
    return gettext("not moved yet, see below")


def _sums(amounts: Iterable[tuple[str, Decimal]]) -> list[str]:
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return [formats.money(amount, currency) for currency, amount in found.items() if amount and currency]
