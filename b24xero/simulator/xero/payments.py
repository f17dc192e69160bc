"""The /Payments endpoints: payments are made or deleted, never edited (facts §5.3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from werkzeug.wrappers import Response

from b24xero.simulator.xero import contact_rows, dates, query, shapes
from b24xero.simulator.xero.answers import Call, Outcome, body_error, envelope, not_found, plain, write_batch
from b24xero.simulator.xero.invoice_rules import today
from b24xero.simulator.xero.money import ZERO, rounded
from b24xero.simulator.xero.records import NO_ID, Invoice, Json, Payment
from b24xero.simulator.xero.state import Organisation

TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
NOT_APPROVED = "Payments can only be made against Authorised documents"
NO_ACCOUNT = "Account could not be found"
_LIST_ARGS = ("where", "order", "page", "pageSize")


def answer(call: Call, rest: list[str]) -> Response:
    if len(rest) > 1:
        raise not_found()
    if call.method == "GET":
        return _one(call, rest[0]) if rest else _list(call)
    if rest and call.method == "POST":
        return _delete(call, rest[0])
    if not rest and call.method in ("PUT", "POST"):
        return _create(call)
    raise plain(405)


def _list(call: Call) -> Response:
    query.check_args(call, _LIST_ARGS)
    payments = sorted(call.organisation.payments.values(), key=lambda payment: payment.payment_id)
    payments = query.select(call, payments, "Payment", query.payment_columns(call.organisation))
    payments, block = query.page_of(call, payments)
    return envelope(call, "Payments", [row(call.organisation, payment) for payment in payments], block)


def _one(call: Call, payment_id: str) -> Response:
    payment = call.organisation.payments.get(payment_id.lower())
    if payment is None:
        raise not_found()
    return envelope(call, "Payments", [row(call.organisation, payment)])


def _create(call: Call) -> Response:
    query.check_args(call, ("summarizeErrors",))
    elements = shapes.elements_of(call, "Payments", shapes.PAYMENT, bare=call.method == "POST")
    return write_batch(call, "Payments", "HasValidationErrors", elements, lambda element: _save(call, element))


def _save(call: Call, element: Json) -> Outcome:
    books = call.organisation
    invoice = _invoice(books, element.get("Invoice", {}))
    account = _account(books, element.get("Account", {}))
    amount = rounded(element.get("Amount", ZERO))
    errors = _errors(invoice, account, amount)
    if errors or invoice is None or account is None:
        return Outcome({"PaymentID": NO_ID} | {k: element[k] for k in ("Amount", "Reference") if k in element}, errors)
    day = element.get("Date") or today(books, call.now)
    rate = element.get("CurrencyRate", invoice.rate)
    payment = Payment(
        call.ids.uuid(), invoice.invoice_id, account["AccountID"], day, amount, call.now, rate,
        element.get("Reference", ""),
    )  # fmt: skip
    pay(books, payment)
    return Outcome(row(books, payment))


def _errors(invoice: Invoice | None, account: Json | None, amount: Decimal) -> list[str]:
    if invoice is None:
        return ["An existing Invoice with the specified InvoiceID could not be found"]
    if account is None or not (account["Type"] == "BANK" or account["EnablePaymentsToAccount"]):
        return [NO_ACCOUNT]
    if invoice.status != "AUTHORISED":
        return [TOO_MUCH if invoice.status == "PAID" else NOT_APPROVED]
    if amount <= 0:
        return ["Payment amount must be greater than zero"]  # assumed wording
    return [TOO_MUCH] if amount > invoice.amount_due else []


def _invoice(books: Organisation, reference: Json) -> Invoice | None:
    if "InvoiceID" in reference:
        return books.invoices.get(reference["InvoiceID"])
    return books.invoice_numbered(reference["InvoiceNumber"]) if reference.get("InvoiceNumber") else None


def _account(books: Organisation, reference: Json) -> Json | None:
    for row_ in books.accounts:
        if row_["AccountID"] == reference.get("AccountID") or (
            row_.get("Code") and row_["Code"] == reference.get("Code")
        ):
            return row_ if row_["Status"] == "ACTIVE" else None
    return None


def _delete(call: Call, payment_id: str) -> Response:
    elements = shapes.elements_of(call, "Payments", shapes.PAYMENT, bare=True)
    payment = call.organisation.payments.get(payment_id.lower())
    if payment is None:
        raise not_found()
    if len(elements) != 1 or elements[0].get("Status") != "DELETED":
        raise body_error("Only the status DELETED can be set on a payment")
    return write_batch(call, "Payments", "HasValidationErrors", elements, lambda _: _remove(call, payment))


def _remove(call: Call, payment: Payment) -> Outcome:
    if payment.status == "DELETED":
        return Outcome({"PaymentID": payment.payment_id}, ["This payment has already been deleted"])  # assumed
    unpay(call.organisation, payment, replace(payment, status="DELETED", updated=call.now))
    return Outcome(row(call.organisation, call.organisation.payments[payment.payment_id]))


def pay(books: Organisation, payment: Payment, bump: bool = True) -> None:
    """Keep a payment and put it on its invoice, which is PAID when nothing is left."""
    invoice = books.invoices[payment.invoice_id]
    books.payments[payment.payment_id] = payment
    updated = payment.updated if bump else invoice.updated
    books.put_invoice(replace(invoice, payments=(*invoice.payments, payment), updated=updated))


def unpay(books: Organisation, payment: Payment, deleted: Payment, bump: bool = True) -> None:
    """Take a payment away: the invoice is AUTHORISED again."""
    invoice = books.invoices[payment.invoice_id]
    books.payments[payment.payment_id] = deleted
    left = tuple(other for other in invoice.payments if other.payment_id != payment.payment_id)
    books.put_invoice(replace(invoice, payments=left, updated=deleted.updated if bump else invoice.updated))


def row(books: Organisation, payment: Payment) -> Json:
    """Key order as in Appendix B."""
    invoice = books.invoices[payment.invoice_id]
    account = next(row for row in books.accounts if row["AccountID"] == payment.account_id)
    return {
        "PaymentID": payment.payment_id, "Date": dates.day(payment.day), "BankAmount": payment.amount,
        "Amount": payment.amount, "Reference": payment.reference, "CurrencyRate": payment.rate,
        "PaymentType": f"{invoice.type}PAYMENT", "Status": payment.status,
        "UpdatedDateUTC": dates.stamp(payment.updated),
        "UpdatedDateUTCString": dates.stamp_string(payment.updated), "HasAccount": True, "IsReconciled": False,
        "Account": {key: account[key] for key in ("AccountID", "Code", "Name") if key in account},
        "Invoice": _invoice_row(books, invoice), "HasValidationErrors": False,
    }  # fmt: skip


def _invoice_row(books: Organisation, invoice: Invoice) -> Json:
    return {
        "Type": invoice.type, "InvoiceID": invoice.invoice_id, "InvoiceNumber": invoice.number,
        "AmountDue": invoice.amount_due, "AmountPaid": invoice.amount_paid, "IsDiscounted": False, "HasErrors": False,
        "Contact": contact_rows.stub(books.contacts[invoice.contact_id]), "LineItems": [], "Total": invoice.total,
        "CurrencyCode": invoice.currency,
    }  # fmt: skip
