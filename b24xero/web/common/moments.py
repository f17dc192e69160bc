"""Moments and durations as people read them, on the reader's clock."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from babel import units

from b24xero.web.common import formats
from b24xero.web.common.zone import here as here


def moment(when: datetime) -> str:
    """ "20 Nov 2026, 10:06:31" """
    return f"{formats.day(here(when).date())}, {formats.clock(here(when))}"


def seconds(number: Decimal) -> str:
    """ "0.8 seconds", "44 seconds", "12 minutes" """
    if number >= 120:
        return units.format_unit(int(number // 60), "duration-minute", locale=formats.locale())
    shown = round(number) if number >= 10 else round(number, 1).normalize()
    return units.format_unit(shown, "duration-second", locale=formats.locale())
