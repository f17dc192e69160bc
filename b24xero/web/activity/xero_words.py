"""What Xero had to tell of one invoice, in words: where it stands now, with its money, and what came of that here."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext

from b24xero.db.models import SyncEntry
from b24xero.web.common import formats, labels

_IN_PART = ("part", "part_credited", "part_prepaid", "part_overpaid")
_IN_FULL = ("paid", "credited", "prepaid", "overpaid")
_DUE = ("overdue", "awaiting")


def told(entry: SyncEntry) -> str:
    """ "Part paid NZD 400.00 of 1,150.00, stage stays"; empty where an older version kept nothing of it."""
    if entry.kind != "pull" or entry.facts.get("status") not in labels.STATUSES:
        return ""
    news = _money(entry)
    if entry.outcome == "unchanged":
        return gettext("%(news)s, stage stays", news=news)
    if entry.outcome == "moved" and entry.before and entry.after:
        return gettext("%(news)s, %(before)s → %(after)s", news=news, before=entry.before, after=entry.after)
    return news


def _money(entry: SyncEntry) -> str:
    facts = entry.facts
    status, where, currency = str(labels.STATUSES[facts["status"]]), facts["status"], facts["currency"]
    total, settled, due = (Decimal(facts[name]) for name in ("xero_total", "settled", "due"))
    if not currency or where not in (*_IN_FULL, *_IN_PART, *_DUE):
        return status
    if where in _IN_FULL:
        return gettext("%(status)s %(amount)s", status=status, amount=formats.money(settled, currency))
    rest = {"of": formats.figure(total, currency), "status": status}
    if where in _IN_PART:
        return gettext("%(status)s %(amount)s of %(of)s", amount=formats.money(settled, currency), **rest)
    if settled:
        return gettext("%(status)s, %(amount)s of %(of)s settled", amount=formats.money(settled, currency), **rest)
    return gettext("%(status)s, %(amount)s due", status=status, amount=formats.money(due, currency))
