"""Which period the month-end page is asked for, as its address says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel import dates
from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from b24xero.web.common import formats

# Up to this day of a month it is the month before that is being closed.
CLOSES_UNTIL = 14
MONTHS_SHOWN = 4


@dataclass(frozen=True)
class Period:
    """``since`` and ``until``: its first and its last day."""

    since: date
    until: date

    @property
    def is_month(self) -> bool:
        return self == month_of(self.since)

    @property
    def name(self) -> str:
        """ "November 2026", or "1 Oct 2026 to 31 Dec 2026" """
        if self.is_month:
            found: str = dates.format_skeleton("yMMMM", self.since, locale=formats.locale())
            return found[:1].upper() + found[1:]
        return gettext("%(first)s to %(last)s", first=formats.day(self.since), last=formats.day(self.until))

    @property
    def days(self) -> str:
        return gettext("%(first)s to %(last)s", first=formats.day(self.since), last=formats.day(self.until))

    @property
    def query(self) -> dict[str, str]:
        """As the address says it."""
        if self.is_month:
            return {"month": f"{self.since:%Y-%m}"}
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}

    def url(self, sheet: int = 0) -> str:
        """Of the page; ``sheet``: one of its sheets, instead of the newest."""
        said: dict[str, Any] = {**self.query, **({"sheet": sheet} if sheet else {})}
        return url_for("month_end.index", **said)


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, _next(first) - timedelta(days=1))


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def asked(values: MultiDict[str, str], today: date) -> Period:
    """A month, or a first and a last day; without either the month that is being closed."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", values.get("month", "")) and (first := _day(values["month"] + "-01")):
        return month_of(first)
    since, until = _day(values.get("since", "")), _day(values.get("until", ""))
    if since and until:
        return Period(min(since, until), max(since, until))
    return closing(today)


def _day(spelt: str) -> date | None:
    try:
        found = date.fromisoformat(spelt)
    except ValueError:
        return None
    return found if 1900 < found.year < 9000 else None


def closing(today: date) -> Period:
    first = today.replace(day=1)
    return month_of(first if today.day > CLOSES_UNTIL else first - timedelta(days=1))


def months(today: date) -> list[Period]:
    """The latest few, the oldest first."""
    found = [month_of(today)]
    while len(found) < MONTHS_SHOWN:
        found.append(month_of(found[-1].since - timedelta(days=1)))
    return found[::-1]


def short_name(period: Period) -> str:
    """ "Nov" """
    return str(dates.format_skeleton("MMM", period.since, locale=formats.locale()))
