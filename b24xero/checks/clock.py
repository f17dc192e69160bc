"""Whether this machine's clock agrees with both vendors'."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from flask_babel import lazy_gettext as _

from b24xero.checks import network
from b24xero.checks.result import Around, Check, Verdict, Words, broken, see_to, unknown, well
from b24xero.checks.shared_words import NO_ANSWER

# Tokens are thought to live until a moment: half a minute is allowed for, more makes them end too late.
APART, FAR_APART = 30.0, 300.0


def look(around: Around) -> Verdict:
    settings = around.settings
    urls = {
        "Bitrix24": f"{settings.bitrix24_portal_url}/rest/server.time",
        "Xero": f"{settings.xero_api_url}/connections",
    }
    skews = {name: skew for name, url in urls.items() if (skew := _skew(network.reach(url).answer)) is not None}
    if not skews:
        return unknown("no_answer")
    told = {"apart": ", ".join(f"{name} {skew:+.0f} s" for name, skew in skews.items())}
    most = max(map(abs, skews.values()))
    if most < APART:
        return well(**told)
    return broken("far", **told) if most >= FAR_APART else see_to("apart", **told)


def _skew(answer: requests.Response | None) -> float | None:
    """Seconds that our clock is ahead of theirs."""
    told = answer.headers.get("Date") if answer is not None else None
    try:
        theirs = parsedate_to_datetime(told) if told else None
    except ValueError:
        return None
    return (datetime.now(UTC) - theirs.astimezone(UTC)).total_seconds() if theirs else None


_FIX = _("Have the clock set by NTP: timedatectl set-ntp true")
_CAUSE = _("No time server is asked, or this machine was asleep.")
CHECK = Check(
    "clock",
    _("Clock"),
    {
        "well": Words(_("It agrees with both systems (%(apart)s).")),
        "apart": Words(_("This machine’s clock is off (%(apart)s)."), _CAUSE, _FIX),
        "far": Words(_("This machine’s clock is so far off that sign-ins fail (%(apart)s)."), _CAUSE, _FIX),
        "no_answer": NO_ANSWER,
    },
    look,
    needs="",
    asks=True,
)
