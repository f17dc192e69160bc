"""Which account and tax codes fit a sales document, and the words when not (facts §3.7, §12)."""

from __future__ import annotations

from b24xero.simulator.xero.state import Organisation

_PLURALS = {
    "ASSET": "Assets",
    "EQUITY": "Equity",
    "EXPENSE": "Expenses",
    "LIABILITY": "Liabilities",
    "REVENUE": "Revenue",
}
_SYSTEM = ("DEBTORS", "CREDITORS", "GST")


def account_problem(books: Organisation, code: str) -> str:
    """Why this code cannot stand on a line; empty if it can."""
    account = books.account(code)
    if account is None or account["Type"] == "BANK" or account.get("SystemAccount") in _SYSTEM:
        return f"Account code '{code}' is not a valid code for this document."
    if account["Status"] != "ACTIVE":
        return f"Account code '{code}' has been archived, or deleted. Each line item must reference a valid account."
    return ""


def default_tax_type(books: Organisation, code: str) -> str:
    """The tax type that a line inherits from its account."""
    account = books.account(code)
    return str(account.get("TaxType", "")) if account else ""


def applies(books: Organisation, tax_type: str, code: str) -> bool:
    """An active rate that may be used with the class of this account."""
    rate, account = books.tax_rate(tax_type), books.account(code)
    if rate is None or account is None or rate["Status"] != "ACTIVE":
        return False
    return bool(rate[f"CanApplyTo{_PLURALS[account['Class']]}"])
