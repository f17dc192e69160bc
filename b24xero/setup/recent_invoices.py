"""What a person's portal holds of the last 30 days, read with their own token and kept for a minute.

Whoever tries one choice after the other in Set-up does not make Bitrix24 answer each time. What is kept lies in this
process alone, by person: nobody is ever shown what somebody else may see.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import current_app

from b24xero import connections, rights
from b24xero.bitrix24.client import PortalLists
from b24xero.bitrix24.recent_invoices import MOST
from b24xero.db.models import User, utc_now
from b24xero.domain.invoice import Invoice
from b24xero.domain.traits import NOTHING, Needs
from b24xero.extensions import db

DAYS = timedelta(days=30)
KEPT = 60.0
_LOOKS = "b24xero.recent_looks"


@dataclass(frozen=True)
class Look:
    """What the portal said. ``invoices``: the newest first; ``total``: how many there are since that day. Somebody who
    is no administrator is shown none."""

    lists: PortalLists
    since: date
    invoices: tuple[Invoice, ...] = ()
    total: int = 0
    read_at: float = field(default_factory=time.monotonic)
    needs: Needs = NOTHING

    @property
    def is_cut(self) -> bool:
        """There are more than were read."""
        return self.total > MOST


def look(user: User, *, afresh: bool = False, needs: Needs = NOTHING) -> Look:
    """As it was up to a minute ago, unless it is asked for ``afresh``: eight calls at most, nine where rules go by the
    sections of products.

    Args:
        needs: what is read for rules alone.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater: Bitrix24's own.
    """
    kept = _kept().get(user.id)
    if kept and not afresh and kept.needs == needs:
        return kept
    bitrix24 = connections.bitrix24_for(user)
    lists = rights.portal_lists(user, for_rules=True)
    since = utc_now().date() - DAYS
    if not lists.is_admin:
        return Look(lists, since)
    found = bitrix24.recent_invoices(since, needs)
    db.session.commit()
    looked = Look(lists, since, found.invoices, found.total, needs=needs)
    current_app.extensions[_LOOKS] = {**_kept(), user.id: looked}
    return looked


def _kept() -> dict[int, Look]:
    """Those whose minute is not over; the others are forgotten with the next look."""
    oldest = time.monotonic() - KEPT
    looks: dict[int, Look] = current_app.extensions.get(_LOOKS, {})
    return {user_id: one for user_id, one in looks.items() if one.read_at > oldest}
