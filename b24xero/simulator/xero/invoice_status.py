"""The status machine of invoices, what may still be edited, and the lock dates (facts §3.3)."""

from __future__ import annotations

from datetime import date

from b24xero.simulator.xero.records import Invoice, Line
from b24xero.simulator.xero.state import Organisation

NOT_VALID = "Invoice not of valid status for modification"
PAID_LOCK = "This document cannot be edited as it has a payment or credit note allocated to it."
_MOVES = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
    "PAID": ("PAID",),
}
_ENDS = ("VOIDED", "DELETED")


def first_status_problem(wanted: str) -> str:
    """A new invoice is a draft, awaits approval, or is approved; PAID is never set. (Wording assumed.)"""
    if wanted in ("DRAFT", "SUBMITTED", "AUTHORISED"):
        return ""
    return f"The status {wanted} cannot be applied to a new invoice."


def move_problem(invoice: Invoice, wanted: str) -> str:
    """Why an invoice cannot go to this status; empty if it can."""
    if invoice.status in _ENDS:
        return NOT_VALID
    if wanted in _MOVES[invoice.status] and not (wanted == "VOIDED" and invoice.settled_in_part):
        return ""
    if invoice.settled_in_part and wanted not in ("DELETED", "PAID"):
        return (
            f"The status {wanted} cannot be applied to the invoice "
            "because it has payments or credit notes allocated to it."
        )
    return NOT_VALID


def edit_problem(before: Invoice, after: Invoice) -> str:
    """With a payment or credit on it only words, due date, contact, theme and accounts may change."""
    if not before.settled_in_part and before.status != "PAID":
        return ""
    same_head = _locked_head(before) == _locked_head(after)
    same_lines = [_locked_line(line) for line in before.lines] == [_locked_line(line) for line in after.lines]
    return "" if same_head and same_lines else PAID_LOCK


def _locked_head(invoice: Invoice) -> tuple[object, ...]:
    return (invoice.type, invoice.day, invoice.currency, invoice.rate, invoice.line_amount_types, invoice.total,
            invoice.total_tax)  # fmt: skip


def _locked_line(line: Line) -> tuple[object, ...]:
    """All but description, account and tracking."""
    return (line.line_id, line.quantity, line.unit_amount, line.line_amount, line.tax_type, line.tax_amount,
            line.item_code, line.discount_rate, line.discount_amount)  # fmt: skip


def lock_problems(books: Organisation, days: set[date]) -> list[str]:
    """The lock date itself is locked too."""
    errors = []
    if books.period_lock and any(day <= books.period_lock for day in days):
        errors.append("The document date cannot be before the period lock date")
    if books.year_lock and any(day <= books.year_lock for day in days):
        errors.append("The document date cannot be before the end of year lock date")
    return errors
