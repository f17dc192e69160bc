"""How an invoice looks when written, refused, listed, alone, in a summary (facts §3.2)."""

from __future__ import annotations

from decimal import Decimal

from b24xero.simulator.xero import contact_rows, dates
from b24xero.simulator.xero.answers import Call, messages
from b24xero.simulator.xero.invoice_lines import tracking_option
from b24xero.simulator.xero.money import ZERO, rounded
from b24xero.simulator.xero.records import NO_ID, Allocation, Attachment, Invoice, Json, Line, Payment

# What may be allocated to an invoice beside payments, and the list that each stands in.
_CREDITS = {"CreditNote": "CreditNotes", "Prepayment": "Prepayments", "Overpayment": "Overpayments"}


def written(call: Call, invoice: Invoice) -> Json:
    """The answer of a write: no Payments, CreditNotes, AmountCredited or HasAttachments."""
    contact = call.organisation.contacts[invoice.contact_id]
    row = _head(invoice)
    row |= {"Prepayments": [], "Overpayments": [], "AmountDue": invoice.amount_due, "AmountPaid": invoice.amount_paid}
    row |= _middle(invoice, {"InvoicePaymentServices": []})
    row |= {"Contact": contact_rows.full(contact)}
    row |= _dates(invoice) | _state(invoice)
    row["LineItems"] = [_line(call, line, whole=True) for line in invoice.lines]
    return row | _totals(invoice)


def single(call: Call, invoice: Invoice) -> Json:
    """GET /Invoices/{id}: everything, the full contact and the attachments."""
    files = call.organisation.attachments.get(invoice.invoice_id, {})
    contact = contact_rows.full(call.organisation.contacts[invoice.contact_id])
    row = _read_row(call, invoice, contact, [_line(call, line, whole=True) for line in invoice.lines])
    row["HasAttachments"] = bool(files)
    return row | {"Attachments": [attachment(invoice, file) for file in files.values()]}


def listed(call: Call, invoice: Invoice, with_lines: bool) -> Json:
    """A row of a list: the contact is a stub; lines only on a page (facts §2.3)."""
    contact = contact_rows.stub(call.organisation.contacts[invoice.contact_id])
    lines = [_line(call, line, whole=False) for line in invoice.lines] if with_lines else []
    row = _read_row(call, invoice, contact, lines)
    row["HasAttachments"] = bool(call.organisation.attachments.get(invoice.invoice_id))
    return row


def summary(call: Call, invoice: Invoice) -> Json:
    """``summaryOnly=true``: no lines, no payments, no credit notes."""
    row = listed(call, invoice, with_lines=False)
    for key in ("LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments", "InvoiceAddresses"):
        del row[key]
    return row


def refused(call: Call, invoice: Invoice, line_errors: list[list[str]]) -> Json:
    """The echo of a refused element: no number, no amounts paid or due; the status is the one asked for."""
    contact = call.organisation.contacts.get(invoice.contact_id)
    row: Json = {"Type": invoice.type or "ACCREC", "InvoiceID": invoice.invoice_id or NO_ID}
    if contact:
        row["Contact"] = contact_rows.stub(contact)
    row |= _dates(invoice) | {"Status": invoice.status, "LineAmountTypes": invoice.line_amount_types}
    row["LineItems"] = [_line(call, line, whole=True) for line in invoice.lines]
    for line_row, errors in zip(row["LineItems"], line_errors, strict=False):
        line_row["ValidationErrors"] = messages(errors)
    return row | {"SubTotal": invoice.sub_total, "TotalTax": invoice.total_tax, "Total": invoice.total}


def attachment(invoice: Invoice, file: Attachment) -> Json:
    return {
        "AttachmentID": file.attachment_id,
        "FileName": file.name,
        "Url": f"https://api.xero.com/api.xro/2.0/Invoices/{invoice.invoice_id}/Attachments/{file.name}",
        "MimeType": file.mime_type,
        "ContentLength": len(file.content),
    }


def _read_row(call: Call, invoice: Invoice, contact: Json, lines: list[Json]) -> Json:
    row = _head(invoice)
    row |= {
        "Payments": [_payment(payment) for payment in invoice.payments],
        **{name: [_credit(one) for one in invoice.credits if one.kind == kind] for kind, name in _CREDITS.items()},
        "AmountDue": invoice.amount_due, "AmountPaid": invoice.amount_paid,
        "AmountCredited": invoice.amount_credited,
    }  # fmt: skip
    row |= _middle(invoice, {"HasAttachments": False, "InvoiceAddresses": [], "InvoicePaymentServices": []})
    row |= {"Contact": contact} | _dates(invoice)
    if invoice.paid_on:
        row["FullyPaidOnDate"] = dates.day(invoice.paid_on)
    row |= _state(invoice)
    row["LineItems"] = lines
    return row | _totals(invoice)


def _head(invoice: Invoice) -> Json:
    row: Json = {"Type": invoice.type, "InvoiceID": invoice.invoice_id, "InvoiceNumber": invoice.number,
                 "Reference": invoice.reference}  # fmt: skip
    if invoice.url:
        row["Url"] = invoice.url
    return row


def _middle(invoice: Invoice, extra: Json) -> Json:
    discounted = any(line.discount_rate or line.discount_amount for line in invoice.lines)
    row: Json = {"SentToContact": invoice.sent, "CurrencyRate": invoice.rate, "IsDiscounted": discounted}
    return row | {"HasErrors": False} | extra | {"UpdatedDateUTCString": dates.stamp_string(invoice.updated)}


def _dates(invoice: Invoice) -> Json:
    row: Json = {"DateString": dates.day_string(invoice.day), "Date": dates.day(invoice.day)}
    if invoice.due:
        row |= {"DueDateString": dates.day_string(invoice.due), "DueDate": dates.day(invoice.due)}
    if invoice.expected:
        row |= {"ExpectedPaymentDate": dates.day(invoice.expected)}
    if invoice.planned:
        row |= {"PlannedPaymentDate": dates.day(invoice.planned)}
    return row


def _state(invoice: Invoice) -> Json:
    return {"BrandingThemeID": invoice.theme_id, "Status": invoice.status, "LineAmountTypes": invoice.line_amount_types}


def _totals(invoice: Invoice) -> Json:
    row: Json = {"SubTotal": invoice.sub_total, "TotalTax": invoice.total_tax, "Total": invoice.total}
    off = sum((_discount(line) for line in invoice.lines), ZERO)
    if off:
        row["TotalDiscount"] = off
    return row | {"UpdatedDateUTC": dates.stamp(invoice.updated), "CurrencyCode": invoice.currency}


def _discount(line: Line) -> Decimal:
    gross = (line.quantity or ZERO) * (line.unit_amount or ZERO)
    return rounded(gross - line.line_amount) if line.discount_rate or line.discount_amount else ZERO


def _line(call: Call, line: Line, whole: bool) -> Json:
    """Key order as recorded. ``whole`` rows carry tracking option ids and an error list."""
    row: Json = {"ItemCode": line.item_code} if line.item_code else {}
    row["Description"] = line.description
    if line.unit_amount is not None:
        row["UnitAmount"] = rounded(line.unit_amount, call.unit_places)
    if line.tax_type:
        row["TaxType"] = line.tax_type
    row |= {"TaxAmount": line.tax_amount, "LineAmount": line.line_amount}
    # Lines of 0.00 may come back without their account (more §0b).
    shows_account = bool(line.line_amount) or call.options.zero_lines_keep_account
    if line.account_code and shows_account:
        row["AccountCode"] = line.account_code
    row |= _item(call, line) | {"Tracking": _tracking(call, line, whole)}
    if line.quantity is not None:
        row["Quantity"] = line.quantity
    discounts = {"DiscountRate": line.discount_rate, "DiscountAmount": line.discount_amount}
    row |= {key: value for key, value in discounts.items() if value is not None}
    row["LineItemID"] = line.line_id
    if line.account_id and shows_account:
        row["AccountID"] = line.account_id
    return row | ({"ValidationErrors": []} if whole else {})


def _item(call: Call, line: Line) -> Json:
    item = call.organisation.item_at(line.item_code) if line.item_code else None
    return {"Item": {"ItemID": item.item_id, "Name": item.name, "Code": item.code}} if item else {}


def _tracking(call: Call, line: Line, whole: bool) -> list[Json]:
    found = [tracking_option(call, choice) for choice in line.tracking]
    hidden = () if whole else ("TrackingOptionID",)
    return [{key: value for key, value in row.items() if key not in hidden} for row in found if row]


def _payment(payment: Payment) -> Json:
    return {
        "PaymentID": payment.payment_id, "Date": dates.day(payment.day), "Amount": payment.amount,
        "Reference": payment.reference, "CurrencyRate": payment.rate, "HasAccount": False,
        "HasValidationErrors": False,
    }  # fmt: skip


def _credit(credit: Allocation) -> Json:
    """A credit note has a number, a prepayment and an overpayment have none."""
    numbered = {"CreditNoteNumber": credit.number} if credit.kind == "CreditNote" else {}
    return {
        f"{credit.kind}ID": credit.credit_note_id, **numbered, "ID": credit.credit_note_id,
        "HasErrors": False, "AppliedAmount": credit.amount, "DateString": dates.day_string(credit.day),
        "Date": dates.day(credit.day), "LineItems": [], "Total": credit.total,
    }  # fmt: skip
