"""What the rules in Set-up go by, of the last 90 days: read with the administrator's own token, kept for a minute."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import current_app

from b24xero import connections
from b24xero.bitrix24.ruled_invoices import Found, Wanted
from b24xero.db.models import User, utc_now
from b24xero.domain import rules
from b24xero.domain.rules import Rule
from b24xero.extensions import db
from b24xero.setup.recent_invoices import KEPT

DAYS = timedelta(days=90)
_LOOKS = "b24xero.ruled_looks"


@dataclass(frozen=True)
class Ruling:
    """What was read, since which day, and for which rules it is enough."""

    found: Found
    since: date
    wanted: Wanted
    read_at: float = field(default_factory=time.monotonic)


def wanted_of(listed: Sequence[Rule]) -> Wanted:
    return Wanted(
        rules.needs_of(listed), any(rule.of_a_line for rule in listed),
        any(rule.when == "industry" for rule in listed),
    )  # fmt: skip


def look(user: User, listed: Sequence[Rule]) -> Ruling | None:
    """As it was up to a minute ago, where that is enough for these rules; None: there are none.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater: Bitrix24's own.
    """
    if not listed:
        return None
    wanted, kept = wanted_of(listed), _kept().get(user.id)
    if kept and kept.wanted.covers(wanted):
        return kept
    since = utc_now().date() - DAYS
    found = connections.bitrix24_for(user).ruled_invoices(since, wanted)
    db.session.commit()
    ruling = Ruling(found, since, wanted)
    current_app.extensions[_LOOKS] = {**_kept(), user.id: ruling}
    return ruling


def _kept() -> dict[int, Ruling]:
    oldest = time.monotonic() - KEPT
    looks: dict[int, Ruling] = current_app.extensions.get(_LOOKS, {})
    return {user_id: one for user_id, one in looks.items() if one.read_at > oldest}
