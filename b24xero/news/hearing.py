"""What Xero's webhook and Bitrix24's events told, kept: that there is something to ask after, never what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from b24xero import hour_counts
from b24xero.db.models import AutomaticSync, Organisation
from b24xero.db.transactions import read_beside, writing
from b24xero.extensions import db
from b24xero.xero.webhooks import Heard

# The figures of what was heard and says nothing to us, in ``hour_counts``.
SUPPLIER, OTHER, UNKNOWN, NOT_INVOICE = "dropped supplier", "dropped other", "dropped unknown", "dropped not invoice"

# Read at each post of Xero's: by columns, since to make rows of it takes longer than to ask.
_KNOWN = select(Organisation.xero_id, AutomaticSync.has_news, AutomaticSync.sequence).join(Organisation)


@dataclass(frozen=True)
class Known:
    """``waiting``: by Xero's ids of the organisations, whether news wait there already; ``sequence``: the number of the
    last event that was noted."""

    waiting: Mapping[str, bool]
    sequence: int

    def has_gap(self, heard: Heard) -> bool:
        """Whether something before it was not heard, or was not read."""
        return heard.is_unread or 0 < self.sequence < heard.first - 1


def keep(heard: Heard, now: datetime) -> None:
    """One short transaction, and none where it is known already that there is something to ask after: that look is
    still to come, so it will see this, too, and whatever came before it."""
    known = _known()
    counted = {tenant for tenant, _why in (*heard.dropped, *heard.unknown)} & set(known.waiting)
    silent = {tenant for tenant, waits in known.waiting.items() if not waits}
    if not (counted or silent & heard.organisations or silent and (heard.last or heard.is_unread)):
        return
    with writing():
        query = select(AutomaticSync, Organisation.xero_id).join(Organisation)
        for sync, xero_id in db.session.execute(query.execution_options(populate_existing=True)):
            if xero_id in heard.organisations and not sync.has_news:
                sync.has_news, sync.heard_at = True, now
            sync.has_gap = sync.has_gap or known.has_gap(heard)
            sync.sequence = max(sync.sequence, heard.last)
            sync.unknown_events = _counted(sync.unknown_events, heard.unknown, xero_id)
            hour_counts.add(sync.organisation_id, _dropped(heard, xero_id), now)


def _known() -> Known:
    rows: Sequence[tuple[str, bool, int]] = read_beside(_KNOWN)
    return Known({xero_id: waits for xero_id, waits, _last in rows}, max((last for *_, last in rows), default=0))


def _dropped(heard: Heard, xero_id: str) -> dict[str, int]:
    def of(events: Mapping[tuple[str, str], int], why: str = "") -> int:
        return sum(times for (tenant, said), times in events.items() if tenant == xero_id and why in ("", said))

    dropped: Mapping[tuple[str, str], int] = {(tenant, why): times for (tenant, why), times in heard.dropped.items()}
    return {SUPPLIER: of(dropped, "supplier"), OTHER: of(dropped, "other"), UNKNOWN: of(heard.unknown)}


def _counted(known: Mapping[str, int], more: Mapping[tuple[str, str], int], xero_id: str) -> dict[str, int]:
    """At most 20 categories: they are the vendor's, and nobody else can sign."""
    counts = dict(known)
    for (organisation, category), times in more.items():
        if organisation == xero_id and (category in counts or len(counts) < 20):
            counts[category] = counts.get(category, 0) + times
    return counts


# -- Bitrix24 ---------------------------------------------------------------------------------------------------------

_SILENT = select(AutomaticSync.organisation_id, AutomaticSync.sent_stages).where(
    AutomaticSync.bitrix24_has_news.is_(False)
)


def keep_of_bitrix24(now: datetime) -> None:
    """An invoice may have changed. A portal's invoices go to one organisation or another, which the event does not
    tell, so it is news to all that are sent anything by themselves; no transaction that writes where that is known."""
    silent = [organisation_id for organisation_id, stages in read_beside(_SILENT) if stages]
    if not silent:
        return
    with writing():
        db.session.execute(
            update(AutomaticSync)
            .where(AutomaticSync.organisation_id.in_(silent))
            .values(bitrix24_has_news=True, bitrix24_heard_at=now)
            .execution_options(synchronize_session=False)
        )


def drop_of_bitrix24(now: datetime) -> None:
    """It was of something that is no invoice."""
    with writing():
        for organisation_id in db.session.scalars(select(AutomaticSync.organisation_id)):
            hour_counts.add(organisation_id, {NOT_INVOICE: 1}, now)
