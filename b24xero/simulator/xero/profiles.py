"""Three ready-made organisations: New Zealand, the United Kingdom, and one without sales tax.

The codes are facts (Appendix A), the ids are made up. Running a client on all three shows hard-coded codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from b24xero.simulator.xero import dates
from b24xero.simulator.xero.records import Json
from b24xero.simulator.xero.state import Ids, Organisation

_NAMES = {
    "NZD": "New Zealand Dollar", "USD": "United States Dollar", "AUD": "Australian Dollar", "GBP": "British Pound",
    "EUR": "Euro", "JPY": "Japanese Yen",
}  # fmt: skip
_CLASSES = {
    "BANK": "ASSET", "CURRENT": "ASSET", "CURRLIAB": "LIABILITY", "DIRECTCOSTS": "EXPENSE", "EXPENSE": "EXPENSE",
    "REVENUE": "REVENUE", "SALES": "REVENUE", "OTHERINCOME": "REVENUE",
}  # fmt: skip
# Where a rate stands in the tax return; a person's own rates are reported as output tax.
_REPORTED = {
    "INPUT": "INPUT", "INPUT2": "INPUT", "GSTONIMPORTS": "GSTONIMPORTS", "NONE": "NONE",
    "ZERORATED": "ZERORATEDOUTPUT", "ZERORATEDOUTPUT": "ZERORATEDOUTPUT", "EXEMPTOUTPUT": "EXEMPTOUTPUT",
}  # fmt: skip


def new_zealand(name: str, ids: Ids, now: datetime) -> Organisation:
    """The NZ profile: 15 % GST as OUTPUT2, two deleted rates, an account without a code, an archived one."""
    accounts = [
        _account(ids, now, "090", "Business Bank Account", "BANK", "NONE", bank="12-3456-7890123-00", currency="NZD"),
        _account(
            ids, now, "091", "Business Savings Account", "BANK", "NONE", bank="12-3456-7890123-01", currency="NZD"
        ),
        _account(ids, now, "", "Company Credit Card", "BANK", "NONE", bank="45670000", currency="NZD"),
        _account(ids, now, "200", "Sales", "REVENUE", "OUTPUT2"),
        _account(ids, now, "260", "Other Revenue", "REVENUE", "OUTPUT2"),
        _account(ids, now, "300", "Purchases", "DIRECTCOSTS", "INPUT2"),
        _account(ids, now, "610", "Accounts Receivable", "CURRENT", "NONE", system="DEBTORS"),
        _account(ids, now, "800", "Accounts Payable", "CURRLIAB", "NONE", system="CREDITORS"),
        _account(ids, now, "820", "GST", "CURRLIAB", "NONE", system="GST"),
        _account(ids, now, "860", "Rounding", "CURRLIAB", "NONE", system="ROUNDING"),
        _account(ids, now, "888", "Old Sales", "REVENUE", "OUTPUT2", status="ARCHIVED"),
    ]
    rates = [
        tax_rate("INPUT", "12.5% GST on Expenses", 12.5, "Expenses Assets", "DELETED"),
        tax_rate("OUTPUT", "12.5% GST on Income", 12.5, "Revenue", "DELETED"),
        tax_rate("INPUT2", "15% GST on Expenses", 15, "Assets Equity Expenses Liabilities"),
        tax_rate("OUTPUT2", "15% GST on Income", 15, "Assets Equity Liabilities Revenue"),
        tax_rate("GSTONIMPORTS", "GST on Imports", 0, "Assets Expenses"),
        tax_rate("NONE", "No GST", 0, "Assets Equity Expenses Liabilities Revenue"),
        tax_rate("ZERORATED", "Zero Rated", 0, "Assets Equity Liabilities Revenue"),
    ]
    info = _info(ids, now, name, "NZ", "NZD", "NEWZEALANDSTANDARDTIME", "101-2-303")
    return Organisation(
        info["OrganisationID"], name, info, accounts, rates, currencies("NZD", "USD"), _themes(ids, now),
        [tracking(ids, "Region", ("North", "South"))],
    )  # fmt: skip


def united_kingdom(name: str, ids: Ids, now: datetime) -> Organisation:
    """The UK-like profile: 20 % VAT, and sales on account 001."""
    accounts = [
        _account(ids, now, "900", "Current Account", "BANK", "NONE", bank="20000055779911", currency="GBP"),
        _account(ids, now, "001", "Sales", "SALES", "OUTPUT2"),
        _account(ids, now, "270", "Interest Income", "OTHERINCOME", "NONE"),
        _account(ids, now, "310", "Cost of Goods Sold", "DIRECTCOSTS", "INPUT2"),
        _account(ids, now, "610", "Accounts Receivable", "CURRENT", "NONE", system="DEBTORS"),
        _account(ids, now, "800", "Accounts Payable", "CURRLIAB", "NONE", system="CREDITORS"),
        _account(ids, now, "820", "VAT", "CURRLIAB", "NONE", system="GST"),
        _account(ids, now, "860", "Rounding", "CURRLIAB", "NONE", system="ROUNDING"),
    ]
    rates = [
        tax_rate("OUTPUT2", "20% (VAT on Income)", 20, "Assets Equity Liabilities Revenue"),
        tax_rate("RROUTPUT", "5% (VAT on Income)", 5, "Assets Equity Liabilities Revenue"),
        tax_rate("ZERORATEDOUTPUT", "Zero Rated Income", 0, "Assets Equity Liabilities Revenue"),
        tax_rate("EXEMPTOUTPUT", "Exempt Income", 0, "Assets Equity Liabilities Revenue"),
        tax_rate("INPUT2", "20% (VAT on Expenses)", 20, "Assets Equity Expenses Liabilities"),
        tax_rate("NONE", "No VAT", 0, "Assets Equity Expenses Liabilities Revenue"),
    ]
    info = _info(ids, now, name, "GB", "GBP", "GMTSTANDARDTIME", "GB 123456789")
    return Organisation(info["OrganisationID"], name, info, accounts, rates, currencies("GBP"), _themes(ids, now), [])


def currencies(*codes: str) -> list[Json]:
    """Rows of the subscribed currencies (facts §4)."""
    return [{"Code": code, "Description": _NAMES.get(code, code)} for code in codes]


def tax_rate(tax_type: str, name: str, rate: float, applies_to: str, status: str = "ACTIVE") -> Json:
    """A row of GET /TaxRates (facts §4); ``applies_to`` names account classes in the plural."""
    row: Json = {"Name": name, "TaxType": tax_type, "ReportTaxType": _REPORTED.get(tax_type, "OUTPUT")}
    for kind in ("Assets", "Equity", "Expenses", "Liabilities", "Revenue"):
        row[f"CanApplyTo{kind}"] = kind in applies_to.split()
    component = {"Name": name, "Rate": float(rate), "IsCompound": False, "IsNonRecoverable": False}
    return row | {
        "DisplayTaxRate": float(rate),
        "EffectiveRate": float(rate),
        "Status": status,
        "TaxComponents": [component],
    }


def account(ids: Ids, now: datetime, code: str, name: str, kind: str, tax_type: str) -> Json:
    """An ordinary account, as a person adds it to the chart."""
    return _account(ids, now, code, name, kind, tax_type)


def _account(
    ids: Ids, now: datetime, code: str, name: str, kind: str, tax_type: str,
    *, bank: str = "", currency: str = "", system: str = "", status: str = "ACTIVE",
) -> Json:  # fmt: skip
    """A row of GET /Accounts (facts §4); a bank account may have no Code."""
    row: Json = {
        "AccountID": ids.uuid(), "Code": code, "Name": name, "Status": status, "Type": kind, "TaxType": tax_type,
        "Class": _CLASSES[kind], "EnablePaymentsToAccount": False, "ShowInExpenseClaims": False,
        "BankAccountNumber": bank, "BankAccountType": "BANK" if bank else "", "CurrencyCode": currency,
        "ReportingCode": _CLASSES[kind][:3], "ReportingCodeName": _CLASSES[kind].title(), "HasAttachments": False,
        "UpdatedDateUTC": dates.stamp(now), "AddToWatchlist": False, "SystemAccount": system,
    }  # fmt: skip
    return {key: value for key, value in row.items() if value != ""}


def _themes(ids: Ids, now: datetime) -> list[Json]:
    names = {"Standard": 1, "Very orange invoice!": 2, "Special Projects": 4}
    return [
        {
            "BrandingThemeID": ids.uuid(), "Name": name, "LogoUrl": "https://in.xero.com/logo?id=demo",
            "Type": "INVOICE", "SortOrder": order, "CreatedDateUTC": dates.bare_stamp(now),
        }
        for name, order in names.items()
    ]  # fmt: skip


def tracking(ids: Ids, name: str, option_names: Sequence[str]) -> Json:
    """A category of GET /TrackingCategories, all in use."""
    options = [
        {"TrackingOptionID": ids.uuid(), "Name": name, "Status": "ACTIVE", "HasValidationErrors": False,
         "IsDeleted": False, "IsArchived": False, "IsActive": True}
        for name in option_names
    ]  # fmt: skip
    return {"Name": name, "Status": "ACTIVE", "TrackingCategoryID": ids.uuid(), "Options": options}


def _info(ids: Ids, now: datetime, name: str, version: str, currency: str, zone: str, tax_number: str) -> Json:
    """The row of GET /Organisation without its lock dates, which live in the books (facts §4)."""
    return {
        "Name": name, "LegalName": f"{name} Limited", "PaysTax": True, "Version": version,
        "OrganisationType": "COMPANY", "BaseCurrency": currency, "CountryCode": version, "IsDemoCompany": True,
        "OrganisationStatus": "ACTIVE", "TaxNumber": tax_number, "FinancialYearEndDay": 31, "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "PAYMENTS", "SalesTaxPeriod": "TWOMONTHS", "DefaultSalesTax": "Remember previous",
        "DefaultPurchasesTax": "Remember previous", "CreatedDateUTC": dates.bare_stamp(now),
        "OrganisationEntityType": "COMPANY", "Timezone": zone, "ShortCode": f"!{ids.opaque(5).replace('-', 'x')}",
        "OrganisationID": ids.uuid(), "Edition": "BUSINESS", "Class": "DEMO", "Addresses": [], "Phones": [],
        "ExternalLinks": [], "PaymentTerms": {},
    }  # fmt: skip
