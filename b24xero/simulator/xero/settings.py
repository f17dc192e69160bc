"""The reference lists: organisation, accounts, tax rates, currencies, themes, tracking (facts §4)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from b24xero.simulator.xero import dates, profiles, query, shapes
from b24xero.simulator.xero.answers import Call, Outcome, envelope, not_found, plain, write_batch
from b24xero.simulator.xero.records import Json
from b24xero.simulator.xero.where import Columns


def organisation(call: Call, rest: list[str]) -> Response:
    """GET only; writing is not implemented by the vendor (501)."""
    if call.method != "GET":
        raise plain(501)
    if rest:
        raise not_found()
    query.check_args(call, ())
    books = call.organisation
    row = dict(books.info)
    if books.period_lock:
        row["PeriodLockDate"] = dates.day(books.period_lock)
    if books.year_lock:
        row["EndOfYearLockDate"] = dates.day(books.year_lock)
    return envelope(call, "Organisations", [row])


def accounts(call: Call, rest: list[str]) -> Response:
    return _read(call, rest, "Accounts", "Account", call.organisation.accounts, query.ACCOUNT, "AccountID")


def tax_rates(call: Call, rest: list[str]) -> Response:
    """Deleted rates are listed too: the client filters (facts §4)."""
    return _read(call, rest, "TaxRates", "TaxRate", call.organisation.tax_rates, query.TAX_RATE, "TaxType")


def branding_themes(call: Call, rest: list[str]) -> Response:
    return _read(call, rest, "BrandingThemes", "BrandingTheme", call.organisation.themes, {}, "BrandingThemeID")


def tracking_categories(call: Call, rest: list[str]) -> Response:
    """Archived categories and options only where they are asked for (facts, more §4)."""
    rows = call.organisation.tracking
    if call.args.get("includeArchived", "").lower() != "true":
        rows = [{**row, "Options": _active(row["Options"])} for row in _active(rows)]
    return _read(
        call, rest, "TrackingCategories", "TrackingCategory", rows, query.TRACKING, "TrackingCategoryID",
        ("where", "order", "includeArchived"),
    )  # fmt: skip


def _active(rows: list[Json]) -> list[Json]:
    return [row for row in rows if row["Status"] == "ACTIVE"]


def currencies(call: Call, rest: list[str]) -> Response:
    """GET lists the subscribed ones, PUT subscribes to one more."""
    if call.method == "PUT" and not rest:
        query.check_args(call, ("summarizeErrors",))
        elements = shapes.elements_of(call, "Currencies", shapes.CURRENCY, bare=True)
        return write_batch(call, "Currencies", "", elements, lambda element: _subscribe(call, element))
    return _read(call, rest, "Currencies", "Currency", call.organisation.currencies, query.CURRENCY, "")


def _subscribe(call: Call, element: Json) -> Outcome:
    row = profiles.currencies(element["Code"])[0]
    if not call.organisation.subscribes_to(row["Code"]):
        call.organisation.currencies.append(row)
    return Outcome(row)


def _read(
    call: Call, rest: list[str], name: str, type_name: str, rows: list[Json], columns: Columns, key: str,
    arguments: tuple[str, ...] = ("where", "order"),
) -> Response:  # fmt: skip
    if call.method != "GET":
        raise plain(405)
    if rest:
        query.check_args(call, ())
        rows = [row for row in rows if key and str(row.get(key, "")).lower() == rest[0].lower()]
        if not rows or len(rest) > 1:
            raise not_found()
        return envelope(call, name, rows)
    query.check_args(call, arguments)
    return envelope(call, name, query.select(call, list(rows), type_name, columns))
