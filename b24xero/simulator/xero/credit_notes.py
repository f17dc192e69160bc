"""Just enough of /CreditNotes to make credited invoices: create, read, allocate (facts §5.3, §13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from werkzeug.wrappers import Response

from b24xero.simulator.xero import contact_rows, dates, invoice_lines, money, query, shapes
from b24xero.simulator.xero.answers import Call, Outcome, envelope, not_found, plain, write_batch
from b24xero.simulator.xero.invoice_rules import NO_CONTACT, today
from b24xero.simulator.xero.money import rounded
from b24xero.simulator.xero.records import NO_ID, Allocation, CreditNote, Invoice, Json
from b24xero.simulator.xero.state import Organisation

TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"


def answer(call: Call, rest: list[str]) -> Response:
    if len(rest) == 2 and rest[1].lower() == "allocations" and call.method == "PUT":
        return _allocate(call, _at(call, rest[0]))
    if len(rest) > 1:
        raise not_found()
    if call.method == "GET":
        query.check_args(call, ("page", "pageSize", "unitdp"))
        notes = [_at(call, rest[0])] if rest else list(call.organisation.credit_notes.values())
        notes, block = query.page_of(call, notes)
        return envelope(call, "CreditNotes", [row(call, note) for note in notes], block)
    if call.method == "PUT" and not rest:
        query.check_args(call, ("summarizeErrors", "unitdp"))
        elements = shapes.elements_of(call, "CreditNotes", shapes.CREDIT_NOTE)
        return write_batch(call, "CreditNotes", "HasErrors", elements, lambda element: _save(call, element))
    raise plain(405)


def _at(call: Call, key: str) -> CreditNote:
    note = call.organisation.credit_notes.get(key.lower())
    if note is None:
        raise not_found()
    return note


def _save(call: Call, element: Json) -> Outcome:
    """Sales credit notes only; the same line rules as on an invoice."""
    books = call.organisation
    contact_id = element.get("Contact", {}).get("ContactID", "")
    types, status = element.get("LineAmountTypes", "Exclusive"), element.get("Status", "DRAFT")
    document = invoice_lines.Document(call, types, True, status != "DRAFT")
    lines = invoice_lines.build(document, element.get("LineItems", []))
    currency = element.get("CurrencyCode", books.base_currency)
    errors = list(lines.all_errors)
    if contact_id not in books.contacts:
        errors.append(NO_CONTACT)
    if not books.subscribes_to(currency):
        errors.append(f"Organisation is not subscribed to currency {currency}")
    if errors:
        return Outcome({"CreditNoteID": NO_ID, "Type": "ACCRECCREDIT", "Status": status}, errors)
    sub_total, total_tax, total = money.totals(lines.lines, types)
    note = CreditNote(
        call.ids.uuid(), element.get("CreditNoteNumber") or next_number(books), contact_id,
        element.get("Date") or today(books, call.now),
        tuple(replace(line, line_id=call.ids.uuid()) for line in lines.lines), types, currency, call.now, status,
        sub_total, total_tax, total,
    )  # fmt: skip
    books.credit_notes[note.credit_note_id] = note
    return Outcome(row(call, note))


def next_number(books: Organisation) -> str:
    number = f"CN-{books.next_credit_note:04d}"
    books.next_credit_note += 1
    return number


def _allocate(call: Call, note: CreditNote) -> Response:
    query.check_args(call, ("summarizeErrors",))
    elements = shapes.elements_of(call, "Allocations", shapes.ALLOCATION)

    def save(element: Json) -> Outcome:
        current = call.organisation.credit_notes[note.credit_note_id]
        invoice = call.organisation.invoices.get(element.get("Invoice", {}).get("InvoiceID", ""))
        amount = rounded(element.get("Amount", Decimal(0)))
        errors = _allocation_errors(current, invoice, amount)
        if errors or invoice is None:
            return Outcome({"Amount": amount}, errors)
        day = element.get("Date") or today(call.organisation, call.now)
        credited = allocate(call.organisation, current, invoice, amount, day)
        call.organisation.put_invoice(replace(credited, updated=call.now))
        return Outcome({"Amount": amount, "Date": dates.day(day), "Invoice": {"InvoiceID": invoice.invoice_id}})

    return write_batch(call, "Allocations", "HasErrors", elements, save)


def _allocation_errors(note: CreditNote, invoice: Invoice | None, amount: Decimal) -> list[str]:
    if invoice is None:
        return ["An existing Invoice with the specified InvoiceID could not be found"]
    if invoice.status != "AUTHORISED" or note.status != "AUTHORISED":
        return ["Payments can only be made against Authorised documents"]
    if amount <= 0 or amount > min(invoice.amount_due, note.total - note.applied):
        return [TOO_MUCH]
    return []


def allocate(books: Organisation, note: CreditNote, invoice: Invoice, amount: Decimal, day: date) -> Invoice:
    """Put part of a credit note on an invoice, without touching its UpdatedDateUTC; gives the invoice."""
    applied = replace(note, applied=note.applied + amount)
    status = "PAID" if applied.applied == applied.total else applied.status
    books.credit_notes[note.credit_note_id] = replace(applied, status=status)
    credit = Allocation(note.credit_note_id, note.number, day, amount, note.total)
    return books.put_invoice(replace(invoice, credits=(*invoice.credits, credit)))


def row(call: Call, note: CreditNote) -> Json:
    contact = call.organisation.contacts[note.contact_id]
    return {
        "CreditNoteID": note.credit_note_id, "CreditNoteNumber": note.number, "Payments": [], "ID": note.credit_note_id,
        "HasErrors": False, "CurrencyRate": Decimal(1), "Type": "ACCRECCREDIT",
        "RemainingCredit": note.total - note.applied,
        "Allocations": [], "Contact": contact_rows.stub(contact), "DateString": dates.day_string(note.day),
        "Date": dates.day(note.day), "Status": note.status, "LineAmountTypes": note.line_amount_types, "LineItems": [],
        "SubTotal": note.sub_total, "TotalTax": note.total_tax, "Total": note.total,
        "UpdatedDateUTC": dates.stamp(note.updated), "CurrencyCode": note.currency,
    }  # fmt: skip
