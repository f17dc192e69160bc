"""What Xero's webhook told, kept: that there is something to ask after, never what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from b24xero.db.models import AutomaticSync, Organisation
from b24xero.db.transactions import only_reading, writing
from b24xero.extensions import db
from b24xero.xero.webhooks import Heard


def keep(heard: Heard, now: datetime) -> None:
    """One short transaction, and none where it is known already that there is something to ask after: that look is
    still to come, so it will see this, too."""
    ids = {*heard.organisations, *(organisation for organisation, _category in heard.unknown)}
    if not ids:
        return
    query = select(AutomaticSync, Organisation.xero_id).join(Organisation).where(Organisation.xero_id.in_(ids))
    with only_reading():
        found = {xero_id: sync.has_news for sync, xero_id in db.session.execute(query)}
    news = [xero_id for xero_id, has_news in found.items() if xero_id in heard.organisations and not has_news]
    odd = [(xero_id, category) for xero_id, category in heard.unknown if xero_id in found]
    if not news and not odd:
        return
    with writing():
        for sync, xero_id in db.session.execute(query.execution_options(populate_existing=True)):
            if xero_id in news:
                sync.has_news, sync.heard_at = True, now
            sync.unknown_events = _counted(sync.unknown_events, heard.unknown, xero_id)


def _counted(known: Mapping[str, int], more: Mapping[tuple[str, str], int], xero_id: str) -> dict[str, int]:
    """At most 20 categories: they are the vendor's, and nobody else can sign."""
    counts = dict(known)
    for (organisation, category), times in more.items():
        if organisation == xero_id and (category in counts or len(counts) < 20):
            counts[category] = counts.get(category, 0) + times
    return counts
