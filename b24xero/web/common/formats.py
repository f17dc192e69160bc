"""How amounts, days and moments are written: through Babel, an amount never without its currency."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale, dates, numbers
from flask_babel import get_locale, gettext, ngettext

from b24xero.web.common.zone import here

# Figures and days that were written are kept, since lists show the same ones again: Babel reads its pattern anew for
# each, behind a lock that all threads share.
_ENGLISH = Locale("en", "GB")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# 1,5 in Spain is 1.5 in Mexico, and both read our Spanish.
_WRITTEN_BOTH_WAYS = ("es",)


def locale() -> Locale:
    """The reader's locale. Plain English writes its dates as 20 Nov 2026, which nobody reads as another day."""
    found = get_locale()
    return _ENGLISH if found is None or (found.language == "en" and not found.territory) else found


def figure(amount: Decimal, currency: str) -> str:
    """The amount with the decimals of its currency, and more only where it has more: "18,745.00"."""
    return _figure(str(amount), currency, locale())


@lru_cache(maxsize=8192)
def _figure(spelt: str, currency: str, of: Locale) -> str:
    """By how it is spelt, since 0 and -0 are one number and two figures."""
    amount = Decimal(spelt)
    own = -int(amount.normalize().as_tuple().exponent)
    digits = max(numbers.get_currency_precision(currency), own)
    whole = of.decimal_formats[None].pattern.partition(".")[0]
    return numbers.format_decimal(amount, format=f"{whole}.{'0' * digits}" if digits else whole, locale=of)


def money(amount: Decimal, currency: str) -> str:
    """For sentences: "NZD 18,745.00", kept on one line."""
    return f"{currency}\u00a0{figure(amount, currency)}"


def decimals(amount: Decimal) -> str:
    """A figure that belongs to no one currency: "0.05"."""
    return numbers.format_decimal(amount, format="0.00", locale=locale())


def as_typed(amount: Decimal) -> str:
    """As somebody types it: no sign between thousands, and as many decimals as it has: "1234.50"."""
    return format(amount, "f").replace(".", numbers.get_decimal_symbol(locale()))


def decimal_sign() -> str:
    """What the reader has before decimals; "" where the language is written both ways."""
    return "" if locale().language in _WRITTEN_BOTH_WAYS else numbers.get_decimal_symbol(locale())


def quantity(value: Decimal) -> str:
    """How much of something, with as many decimals as it has: "1,002.125"."""
    return numbers.format_decimal(value.normalize(), format="#,##0.######", locale=locale())


def whole(number: int) -> str:
    """ "4,812" """
    return numbers.format_decimal(number, locale=locale())


def currency_name(currency: str) -> str:
    """ "New Zealand dollar"; the code itself where it is unknown."""
    return _currency_name(currency, locale())


@lru_cache(maxsize=1024)
def _currency_name(currency: str, of: Locale) -> str:
    return numbers.get_currency_name(currency, count=1, locale=of)


def percent(rate: str) -> str:
    """A tax rate as a set-up names it: "15" is "15 %", "none" is "No VAT"; anything else is a name already."""
    if rate == "none":
        return gettext("No VAT")
    try:
        return gettext("%(rate)s %%", rate=numbers.format_decimal(Decimal(rate), locale=locale()))
    except InvalidOperation:
        return rate


def day(value: date) -> str:
    """ "20 Nov 2026" """
    return _day(value.date() if isinstance(value, datetime) else value, locale())


@lru_cache(maxsize=2048)
def _day(value: date, of: Locale) -> str:
    return dates.format_date(value, "medium", locale=of)


def near_day(value: date) -> str:
    """ "20 Nov" in the year that it is; else with its year."""
    if value.year != here(datetime.now(UTC)).year:
        return day(value)
    return _day_of_year(value, locale())


@lru_cache(maxsize=2048)
def _day_of_year(value: date, of: Locale) -> str:
    return dates.format_skeleton("MMMd", value, locale=of)


def clock(moment: datetime) -> str:
    """ "14:22:35" """
    return dates.format_time(moment, "medium", locale=locale())


def moment(value: datetime) -> str:
    """ "14:22" on the reader's clock; with the day where that is not today: "21 Nov 2026, 14:22" """
    read = here(value)
    time = dates.format_time(read, "short", locale=locale())
    return time if read.date() == here(datetime.now(UTC)).date() else f"{day(read.date())}, {time}"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, while that says more than a date: "just now", "5 min ago", "4 days ago"; then "13 Nov 2026"."""
    seconds = int((now - moment).total_seconds())
    if seconds < _MINUTE:
        return gettext("just now")
    if seconds < _HOUR:
        return ngettext("%(num)d min ago", "%(num)d min ago", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("%(num)d h ago", "%(num)d h ago", seconds // _HOUR)
    if seconds < 7 * _DAY:
        return ngettext("%(num)d day ago", "%(num)d days ago", seconds // _DAY)
    return day(here(moment).date())


def minutes_left(ends: datetime, now: datetime) -> int:
    """Whole minutes, rounded up, so that the last one is shown as 1."""
    return max(0, -int((now - ends).total_seconds() // _MINUTE))
