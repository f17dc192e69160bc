"""What a person does in Xero's own screens: pay, credit, void, edit, archive, merge (test controls).

Every act gives the document's row, or raises KeyError (not found) or ValueError (not possible). ``bump=False`` leaves
UpdatedDateUTC as it was, because not every change in Xero moves it (facts §5.3).
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from b24xero.simulator.xero import contact_rows, credit_notes, dates, invoice_rows, invoice_rules, payments, shapes
from b24xero.simulator.xero.answers import Call, Outcome, Refused
from b24xero.simulator.xero.contacts import save_contact
from b24xero.simulator.xero.money import rounded
from b24xero.simulator.xero.records import Allocation, Contact, CreditNote, Invoice, Json, Payment


def element(values: Json, shape: shapes.Shape, type_name: str) -> Json:
    """Fields in Xero's own names, as a request would send them."""
    exact = json.loads(json.dumps(values), parse_float=Decimal)
    try:
        return shapes.checked(exact, shape, type_name, type_name)
    except Refused as refused:
        raise ValueError(refused.response.get_data(as_text=True)) from refused


def find_invoice(call: Call, key: str) -> Invoice:
    invoice = call.organisation.invoice_at(key)
    if invoice is None:
        raise KeyError(f"No invoice {key!r}")
    return invoice


def find_contact(call: Call, key: str) -> Contact:
    """By id, number or name; among namesakes the active one."""
    books = call.organisation
    found = books.contact_at(key) or books.active_contact_named(key)
    found = found or next((contact for contact in books.contacts.values() if contact.name == key), None)
    if found is None:
        raise KeyError(f"No contact {key!r}")
    return found


# -- invoices ---------------------------------------------------------------------------------------------------


def show(call: Call, key: str) -> Json:
    return invoice_rows.single(call, find_invoice(call, key))


def pay(call: Call, key: str, amount: Decimal | None, day: date | None, bump: bool, reference: str = "") -> Json:
    """Receive a payment: all that is due, or a part of it."""
    invoice = find_invoice(call, key)
    amount = rounded(amount) if amount is not None else invoice.amount_due
    if invoice.status != "AUTHORISED" or not 0 < amount <= invoice.amount_due:
        raise ValueError(f"{invoice.number} is {invoice.status} with {invoice.amount_due} due")
    account = next(row for row in call.organisation.accounts if row["Type"] == "BANK")
    day = day or invoice_rules.today(call.organisation, call.now)
    payment = Payment(call.ids.uuid(), invoice.invoice_id, account["AccountID"], day, amount, call.now, invoice.rate,
                      reference=reference)  # fmt: skip
    payments.pay(call.organisation, payment, bump)
    return show(call, invoice.invoice_id)


def unpay(call: Call, key: str, payment_id: str, bump: bool) -> Json:
    """Remove one payment, or all of them."""
    invoice = find_invoice(call, key)
    chosen = [payment for payment in invoice.payments if payment_id in ("", payment.payment_id)]
    if not chosen:
        raise ValueError(f"{invoice.number} has no such payment")
    for payment in chosen:
        deleted = replace(payment, status="DELETED", updated=call.now)
        payments.unpay(call.organisation, payment, deleted, bump)
    return show(call, invoice.invoice_id)


def credit(call: Call, key: str, amount: Decimal | None, bump: bool) -> Json:
    """Write a credit note over this amount, or all that is due, and allocate it."""
    invoice, books = find_invoice(call, key), call.organisation
    amount = rounded(amount) if amount is not None else invoice.amount_due
    if invoice.status != "AUTHORISED" or not 0 < amount <= invoice.amount_due:
        raise ValueError(f"{invoice.number} is {invoice.status} with {invoice.amount_due} due")
    day = invoice_rules.today(books, call.now)
    note = CreditNote(
        call.ids.uuid(), credit_notes.next_number(books), invoice.contact_id, day, (), "NoTax", invoice.currency,
        call.now, sub_total=amount, total=amount,
    )  # fmt: skip
    books.credit_notes[note.credit_note_id] = note
    credited = credit_notes.allocate(books, note, invoice, amount, day)
    if bump:
        books.put_invoice(replace(credited, updated=call.now))
    return show(call, invoice.invoice_id)


def settle_by(call: Call, key: str, kind: str, amount: Decimal | None, bump: bool) -> Json:
    """Allocate a prepayment or an overpayment of the customer's over this amount, or all that is due (more §3)."""
    invoice, books = find_invoice(call, key), call.organisation
    amount = rounded(amount) if amount is not None else invoice.amount_due
    if invoice.status != "AUTHORISED" or not 0 < amount <= invoice.amount_due:
        raise ValueError(f"{invoice.number} is {invoice.status} with {invoice.amount_due} due")
    allocation = Allocation(call.ids.uuid(), "", invoice_rules.today(books, call.now), amount, amount, kind)
    updated = call.now if bump else invoice.updated
    books.put_invoice(replace(invoice, credits=(*invoice.credits, allocation), updated=updated))
    return show(call, invoice.invoice_id)


def edit(call: Call, key: str, values: Json, bump: bool) -> Json:
    """Change any fields, lines included; locks do not hold a person up, Xero's other rules do."""
    before = find_invoice(call, key)
    fields = element(values, shapes.INVOICE, "Invoice")
    _done(invoice_rules.save_invoice(call, fields, before, by_person=True))
    if not bump:
        after = call.organisation.invoices[before.invoice_id]
        call.organisation.put_invoice(replace(after, updated=before.updated))
    return show(call, before.invoice_id)


def approve(call: Call, key: str, bump: bool) -> Json:
    """Approve a draft; one without a due date falls due in two weeks."""
    invoice = find_invoice(call, key)
    due = {} if invoice.due else {"DueDate": date.fromordinal(invoice.day.toordinal() + 14).isoformat()}
    return edit(call, key, {"Status": "AUTHORISED"} | due, bump)


def add_invoice(call: Call, values: Json) -> Json:
    """An invoice made by hand: not this app's (``createdByMyApp``)."""
    fields = {"Type": "ACCREC"} | element(values, shapes.INVOICE, "Invoice")
    row = _done(invoice_rules.save_invoice(call, fields, None, by_person=True))
    return show(call, str(row["InvoiceID"]))


def _done(outcome: Outcome) -> Json:
    if outcome.errors:
        raise ValueError("; ".join(outcome.errors))
    return outcome.row


# -- contacts ---------------------------------------------------------------------------------------------------


def add_contact(call: Call, values: Json) -> Json:
    return _done(save_contact(call, element(values, shapes.CONTACT, "Contact"), None))


def edit_contact(call: Call, key: str, values: Json) -> Json:
    contact = find_contact(call, key)
    return _done(save_contact(call, element(values, shapes.CONTACT, "Contact"), contact))


def archive_contact(call: Call, key: str) -> Json:
    return _set_contact(call, replace(find_contact(call, key), status="ARCHIVED"))


def forget_contact(call: Call, key: str) -> Json:
    """A request to be forgotten: GDPRREQUEST, which no client can set."""
    return _set_contact(call, replace(find_contact(call, key), status="GDPRREQUEST"))


def restore_contact(call: Call, key: str) -> Json:
    """Back among the active, if the name is still free."""
    contact = find_contact(call, key)
    namesake = call.organisation.active_contact_named(contact.name)
    if namesake and namesake.contact_id != contact.contact_id:
        raise ValueError(f"The name {contact.name} is taken by an active contact")
    return _set_contact(call, replace(contact, status="ACTIVE", merged_to=""))


def merge_contacts(call: Call, loser_key: str, winner_key: str) -> Json:
    """The loser is archived and points at the winner; its invoices move over (facts §5.1)."""
    loser, winner = find_contact(call, loser_key), find_contact(call, winner_key)
    if loser.contact_id == winner.contact_id:
        raise ValueError("A contact cannot be merged into itself")
    books = call.organisation
    for invoice in list(books.invoices.values()):
        if invoice.contact_id == loser.contact_id:
            books.invoices[invoice.invoice_id] = replace(invoice, contact_id=winner.contact_id)
    _set_contact(call, replace(winner, is_customer=winner.is_customer or loser.is_customer))
    return _set_contact(call, replace(loser, status="ARCHIVED", merged_to=winner.contact_id))


def _set_contact(call: Call, contact: Contact) -> Json:
    contact = replace(contact, updated=call.now)
    call.organisation.contacts[contact.contact_id] = contact
    return contact_rows.full(contact)


def read_day(text: str | None) -> date | None:
    return dates.read_day(text) if text else None
