"""Which calendar day it is where an organisation keeps its books. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

# Zones that Xero still names and Windows gave up.
_GIVEN_UP = {"KAMCHATKASTANDARDTIME": "Asia/Kamchatka", "MIDATLANTICSTANDARDTIME": "Etc/GMT+2"}


def is_of_business(year: int) -> bool:
    """Whether there are invoices of this year, and a day before and after it can be reckoned."""
    return 1900 <= year < 3000


def day_of(now: datetime, zone: str) -> date:
    """The day at this moment in a zone by Xero's name; by UTC where the name is unknown (``is_known``).

    Args:
        now: aware.
    """
    return moment_in(now, zone).date()


def moment_in(now: datetime, zone: str) -> datetime:
    """The same moment by the clocks of a zone, as ``day_of``."""
    return now.astimezone(_zone(zone) or UTC)


def is_known(zone: str) -> bool:
    return _zone(zone) is not None


@cache
def _zone(name: str) -> tzinfo | None:
    """Xero spells Windows' names in capitals without spaces: "New Zealand Standard Time" is NEWZEALANDSTANDARDTIME
    (facts §4), which the Unicode tables translate."""
    place = _places().get(_spelt(name))
    return ZoneInfo(place) if place else None


@cache
def _places() -> dict[str, str]:
    return {_spelt(windows): place for windows, place in get_global("windows_zone_mapping").items()} | _GIVEN_UP


def _spelt(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())
