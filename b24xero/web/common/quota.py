"""How the day's calls of Xero are told: how many are used and left, renewed when, and what fits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext

from b24xero import connections
from b24xero.db.models import Organisation
from b24xero.push import call_estimate
from b24xero.push.bulk_preview import Outlook
from b24xero.ratelimit import shared_pace
from b24xero.ratelimit.budget import Today
from b24xero.web.common import formats


@dataclass(frozen=True)
class Told:
    """``fits``: whether today's calls are enough for it, as far as that is known."""

    text: str
    fits: bool = True


def of_day(organisation: Organisation | None) -> str:
    """Used, allowed, kept, renewed; "" while Xero has said nothing yet."""
    today = _today(organisation)
    if today is None:
        return ""
    return gettext(
        "Xero calls today: %(used)s of %(limit)s, of which %(kept)s are kept for presses; renewed %(when)s.",
        used=formats.whole(today.used), limit=formats.whole(today.limit), kept=formats.whole(today.kept),
        when=_renewal(today),
    )  # fmt: skip


def of_run(found: Outlook, organisation: Organisation) -> Told | None:
    """What writing these takes, and what happens when today's calls are not enough; None when nothing is written."""
    if not found.to_write:
        return None
    needed, today = call_estimate.calls(found, organisation), _today(organisation)
    if today is None:
        return Told(gettext("This takes about %(needed)s calls of Xero.", needed=formats.whole(needed)))
    free = max(0, today.left - today.kept)
    counted = {"needed": formats.whole(needed), "left": formats.whole(today.left), "free": formats.whole(free)}
    if needed <= free:
        return Told(
            gettext("This takes about %(needed)s of the %(left)s calls that Xero still allows today.", **counted)
        )
    said = gettext(
        "This takes about %(needed)s calls. Xero allows %(left)s more today, and %(free)s of them are for runs; the "
        "rest is kept for single presses. The run writes as far as they reach, rests, and goes on when they are "
        "renewed (%(when)s). Connect to Xero again then.",
        when=_renewal(today), **counted,
    )  # fmt: skip
    return Told(said, fits=False)


def _today(organisation: Organisation | None) -> Today | None:
    if organisation is None:
        return None
    return shared_pace.read(connections.xero_budget(organisation)).today(time.time())


def _renewal(today: Today) -> str:
    if not today.renews:
        return gettext("within 24 hours")
    return gettext("by %(moment)s", moment=formats.moment(datetime.fromtimestamp(today.renews, UTC)))
