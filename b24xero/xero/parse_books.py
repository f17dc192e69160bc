"""How Xero spells its accounts, tax rates, currencies, tracking and themes, and what may stand on a sale. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from b24xero.domain.books import Account, Books, TaxRate, Theme, TrackingCategory, TrackingOption
from b24xero.xero.parse import Json, business_day, money

_CLASSES = {"ASSET": "Assets", "EQUITY": "Equity", "EXPENSE": "Expenses", "LIABILITY": "Liabilities"}


def books(
    organisation: Json, accounts: Iterable[Json], tax_rates: Iterable[Json], currencies: Iterable[Json],
    tracking: Iterable[Json] | None = None, themes: Iterable[Json] | None = None,
) -> Books:  # fmt: skip
    """Only what may stand on a sales line: accounts of class REVENUE with a code, rates that fit revenue (facts §4),
    the system's account for rounding (§3.6.5), and what an item may sell under beside. What is archived or deleted
    stays in, not live, so that a set-up that names it can say so."""
    accounts, tax_rates = tuple(accounts), tuple(tax_rates)
    locks = (organisation.get("PeriodLockDate"), organisation.get("EndOfYearLockDate"))
    days = [day for day in map(business_day, locks) if day]
    return Books(
        name=str(organisation.get("Name") or ""),
        short_code=str(organisation.get("ShortCode") or ""),
        base_currency=str(organisation.get("BaseCurrency") or ""),
        time_zone=str(organisation.get("Timezone") or ""),
        locked_until=max(days, default=None),
        accounts=tuple(_account(a) for a in accounts if a.get("Code") and a.get("Class") == "REVENUE"),
        tax_rates=tuple(
            TaxRate(str(t["TaxType"]), str(t.get("Name") or ""), money(t.get("EffectiveRate")), _is_live(t))
            for t in tax_rates
            if t.get("TaxType")
        ),
        currencies=tuple(str(c["Code"]) for c in currencies if c.get("Code")),
        rounding_account=next((str(a["Code"]) for a in accounts if _is_for_rounding(a)), ""),
        other_accounts=tuple(replace(_account(a), takes=_taken(a, tax_rates)) for a in accounts if _is_other(a)),
        tracking=None if tracking is None else tuple(_category(one) for one in tracking if _id(one)),
        themes=None if themes is None else _themes(themes),
    )


def _id(category: Json) -> str:
    return str(category.get("TrackingCategoryID") or "")


def _category(category: Json) -> TrackingCategory:
    listed = category.get("Options")
    maps = (one for one in listed if isinstance(one, Mapping)) if isinstance(listed, list) else ()
    options = (one for one in maps if one.get("TrackingOptionID"))
    return TrackingCategory(
        _id(category),
        str(category.get("Name") or ""),
        tuple(
            TrackingOption(str(one["TrackingOptionID"]), str(one.get("Name") or ""), _in_use(one)) for one in options
        ),
        _in_use(category),
    )


def _in_use(one: Json) -> bool:
    """Archived ones are listed beside (facts, more §4); an option without a status is one that was never archived."""
    return one.get("Status") in (None, "", "ACTIVE")


def _themes(themes: Iterable[Json]) -> tuple[Theme, ...]:
    """The one with the lowest order is what an invoice has by itself (facts §4)."""
    ordered = sorted(themes, key=lambda one: money(one.get("SortOrder")))
    return tuple(Theme(str(one["BrandingThemeID"]), str(one.get("Name") or "")) for one in ordered if _is_theme(one))


def _is_theme(one: Json) -> bool:
    return bool(one.get("BrandingThemeID"))


def _account(account: Json) -> Account:
    return Account(
        str(account["Code"]),
        str(account.get("Name") or ""),
        account.get("Status") == "ACTIVE",
        str(account.get("Type") or ""),
        str(account.get("TaxType") or ""),
    )


def _is_other(account: Json) -> bool:
    """No bank account and none of the system's own can stand on a line (facts §3.7)."""
    held = account.get("Type") == "BANK" or account.get("SystemAccount")
    usable = account.get("Code") and account.get("Class") in _CLASSES and account.get("Status") == "ACTIVE"
    return bool(usable and not held)


def _taken(account: Json, tax_rates: Iterable[Json]) -> tuple[str, ...]:
    """The tax types that may be used with an account of this class (facts §3.7)."""
    fits = f"CanApplyTo{_CLASSES[account['Class']]}"
    return tuple(
        str(t["TaxType"])
        for t in tax_rates
        if t.get("TaxType") and t.get("Status") == "ACTIVE" and t.get(fits) is not False
    )


def _is_for_rounding(account: Json) -> bool:
    """Found by what it is for: its code, 860 by default, is the organisation's to change (facts §3.6.5)."""
    return bool(
        account.get("Code") and account.get("SystemAccount") == "ROUNDING" and account.get("Status") == "ACTIVE"
    )


def _is_live(tax_rate: Json) -> bool:
    return tax_rate.get("Status") == "ACTIVE" and tax_rate.get("CanApplyToRevenue") is not False
