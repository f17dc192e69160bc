"""How Xero writes and reads days and moments (facts §2 "Dates out", "Dates in", §1.5)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MS = re.compile(r"^/Date\((-?\d+)([+-]\d{4})?\)/$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _milliseconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds() * 1000)


def day(value: date) -> str:
    """A business date: midnight UTC of the calendar day, ``/Date(1789344000000+0000)/``."""
    return f"/Date({_milliseconds(datetime(value.year, value.month, value.day, tzinfo=UTC))}+0000)/"


def day_string(value: date) -> str:
    """The twin of a business date, ``2026-09-14T00:00:00``."""
    return f"{value.isoformat()}T00:00:00"


def stamp(moment: datetime) -> str:
    """A moment with its offset, ``/Date(1789378199100+0000)/``."""
    return f"/Date({_milliseconds(moment)}+0000)/"


def bare_stamp(moment: datetime) -> str:
    """A moment without offset, as in the envelope, in item writes and in history."""
    return f"/Date({_milliseconds(moment)})/"


def stamp_string(moment: datetime) -> str:
    """``2026-09-14T09:29:59Z``, the 2026 twin of UpdatedDateUTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seven_digits(moment: datetime) -> str:
    """The identity host's form: seven fractional digits and no time zone (facts §1.5)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"


def read_day(text: str) -> date:
    """A day as a client may send it: ``YYYY-MM-DD`` (a midnight may follow) or ``/Date(ms)/``. ValueError otherwise."""
    found = _MS.match(text)
    if found:
        return _from_milliseconds(int(found[1])).date()
    if not re.match(r"^\d{4}-\d{2}-\d{2}(T00:00:00(\.0+)?Z?)?$", text):
        raise ValueError(text)
    return date.fromisoformat(text[:10])


def read_stamp(text: str) -> datetime:
    """The moment in an answer of ours, for filtering rows that are kept as they go over the wire."""
    found = _MS.match(text)
    if not found:
        raise ValueError(text)
    return _from_milliseconds(int(found[1]))


def read_since(text: str) -> datetime:
    """If-Modified-Since: UTC, second precision; ``…+00:00``, ``…Z`` and RFC 1123 are understood (facts §2.3)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0)


def _from_milliseconds(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
