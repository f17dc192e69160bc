"""What an organisation's books offer: accounts, tax rates, currencies, tracking, themes, lock date. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from b24xero.domain.days import day_of

T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """A revenue account that may stand on a sales line when ``live``. ``kind`` is Xero's type of it (REVENUE, SALES,
    OTHERINCOME) and ``tax_type`` its default tax; empty where they were not read yet. ``takes``: of an account of
    another class, the tax types that fit it."""

    code: str
    name: str
    live: bool = True
    kind: str = ""
    tax_type: str = ""
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaxRate:
    """A tax rate of the organisation; ``rate`` in percent. ``live``: active and fit for revenue."""

    type: str
    name: str
    rate: Decimal
    live: bool = True


@dataclass(frozen=True)
class TrackingOption:
    id: str
    name: str
    live: bool = True


@dataclass(frozen=True)
class TrackingCategory:
    """Of which a line has one option at most; an organisation has two that are ``live`` at most."""

    id: str
    name: str
    options: tuple[TrackingOption, ...] = ()
    live: bool = True

    def option(self, id: str) -> TrackingOption | None:
        return next((option for option in self.options if option.id == id), None)


@dataclass(frozen=True)
class Theme:
    """How an invoice looks when Xero prints it."""

    id: str
    name: str


@dataclass(frozen=True)
class Books:
    """What is known of an organisation. ``time_zone`` is Xero's name of it, ``locked_until`` the later of its two lock
    dates, or None.
    ``rounding_account``: the code of its live account for rounding, or empty. ``other_accounts``: live ones of another
    class than revenue, such as deposits held, under which an item may sell. ``tracking`` and ``themes``, the one that
    invoices have by themselves first: None, they were not read."""

    name: str = ""
    short_code: str = ""
    base_currency: str = ""
    time_zone: str = ""
    locked_until: date | None = None
    accounts: tuple[Account, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()
    currencies: tuple[str, ...] = ()
    rounding_account: str = ""
    other_accounts: tuple[Account, ...] = ()
    tracking: tuple[TrackingCategory, ...] | None = None
    themes: tuple[Theme, ...] | None = None

    def account(self, code: str) -> Account | None:
        return next((account for account in self.accounts if account.code == code), None)

    def tax_rate(self, tax_type: str) -> TaxRate | None:
        return next((rate for rate in self.tax_rates if rate.type == tax_type), None)

    def with_known(self, before: Books) -> Books:
        """With the tracking and themes of an earlier reading, where this one has none."""
        tracking = before.tracking if self.tracking is None else self.tracking
        return replace(self, tracking=tracking, themes=before.themes if self.themes is None else self.themes)

    def category(self, id: str) -> TrackingCategory | None:
        return next((category for category in self.tracking or () if category.id == id), None)

    def theme(self, id: str) -> Theme | None:
        return next((theme for theme in self.themes or () if theme.id == id), None)

    @property
    def usual_theme(self) -> str:
        """The id of the theme that an invoice has without any being said; "" where that is not known."""
        return self.themes[0].id if self.themes else ""

    def day(self, now: datetime) -> date:
        """Which day it is for whoever keeps these books."""
        return day_of(now, self.time_zone)

    def locks(self, day: date) -> bool:
        """Whether it lies in a locked period for sure. On the lock date itself Xero decides: its message says "before",
        its help "on or before"."""
        return self.locked_until is not None and day < self.locked_until

    @property
    def live_accounts(self) -> tuple[Account, ...]:
        return tuple(account for account in self.accounts if account.live)

    @property
    def live_tax_rates(self) -> tuple[TaxRate, ...]:
        return tuple(rate for rate in self.tax_rates if rate.live)

    def as_json(self) -> dict[str, Any]:
        stored = asdict(self)
        stored["locked_until"] = self.locked_until.isoformat() if self.locked_until else None
        stored["tax_rates"] = [{**rate, "rate": str(rate["rate"])} for rate in stored["tax_rates"]]
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Books:
        if not stored:
            return cls()
        locked = stored["locked_until"]
        return cls(
            name=stored["name"],
            short_code=stored["short_code"],
            base_currency=stored["base_currency"],
            time_zone=stored["time_zone"],
            locked_until=date.fromisoformat(locked) if locked else None,
            accounts=tuple(map(_account, stored["accounts"])),
            tax_rates=tuple(TaxRate(**{**rate, "rate": Decimal(rate["rate"])}) for rate in stored["tax_rates"]),
            currencies=tuple(stored["currencies"]),
            rounding_account=stored.get("rounding_account", ""),
            other_accounts=tuple(_account(account) for account in stored.get("other_accounts", ())),
            tracking=_many(stored.get("tracking"), _category),
            themes=_many(stored.get("themes"), lambda one: Theme(**one)),
        )


def _many(stored: Iterable[Mapping[str, Any]] | None, read: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...] | None:
    return None if stored is None else tuple(map(read, stored))


def _category(stored: Mapping[str, Any]) -> TrackingCategory:
    return TrackingCategory(**{**stored, "options": tuple(TrackingOption(**option) for option in stored["options"])})


def _account(stored: Mapping[str, Any]) -> Account:
    return Account(**{**stored, "takes": tuple(stored.get("takes", ()))})
