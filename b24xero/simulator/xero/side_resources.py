"""What hangs on an invoice: history, attachments, e-mail, online address, PDF (facts §3, §3.8)."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Response

from b24xero.simulator.xero import dates, query, shapes
from b24xero.simulator.xero.answers import Call, envelope, exception, not_found, plain, validation_exception
from b24xero.simulator.xero.invoice_rows import attachment
from b24xero.simulator.xero.records import Attachment, Invoice, Json

MOST_ATTACHMENTS = 10


def answer(call: Call, invoice: Invoice, rest: list[str]) -> Response:
    handlers = {"history": _history, "attachments": _attachments, "email": _email, "onlineinvoice": _online}
    handler = handlers.get(rest[0].lower())
    if handler is None:
        raise not_found()
    return handler(call, invoice, rest[1:])


def pdf(invoice: Invoice) -> Response:
    """Bytes that begin and end like a PDF."""
    text = f"%PDF-1.4\n% Invoice {invoice.number}\n%%EOF\n"
    return Response(text.encode(), content_type="application/pdf")


def _history(call: Call, invoice: Invoice, rest: list[str]) -> Response:
    """Notes are only ever added; what is added is answered without Changes and User."""
    query.check_args(call, ("summarizeErrors",) if call.method == "PUT" else ())
    notes = call.organisation.history.setdefault(invoice.invoice_id, [])
    if rest:
        raise not_found()
    if call.method == "GET":
        shown = [{"Changes": "Note", "User": "System Generated"} | note for note in reversed(notes)]
        return envelope(call, "HistoryRecords", shown)
    if call.method != "PUT":
        raise plain(405)
    added = [_note(call, element) for element in shapes.elements_of(call, "HistoryRecords", shapes.HISTORY)]
    notes += added
    return envelope(call, "HistoryRecords", [note | {"ValidationErrors": []} for note in added])


def _note(call: Call, element: Json) -> Json:
    when = call.now.strftime("%Y-%m-%dT%H:%M:%S")
    return {"DateUTCString": when, "DateUTC": dates.bare_stamp(call.now), "Details": element.get("Details", "")}


def _attachments(call: Call, invoice: Invoice, rest: list[str]) -> Response:
    """PUT adds, POST of the same name replaces; at most ten a document."""
    query.check_args(call, ("IncludeOnline",) if call.method != "GET" else ())
    files = call.organisation.attachments.setdefault(invoice.invoice_id, {})
    if call.method == "GET" and not rest:
        return envelope(call, "Attachments", [attachment(invoice, file) for file in files.values()])
    if call.method == "GET" and rest[0] in files:
        return Response(files[rest[0]].content, content_type=files[rest[0]].mime_type)
    if call.method not in ("PUT", "POST") or len(rest) != 1:
        raise not_found() if call.method == "GET" else plain(405)
    if rest[0] not in files and len(files) >= MOST_ATTACHMENTS:
        return exception(10, "ValidationException", "A document can have at most 10 attachments")
    kind = call.request.content_type or "application/octet-stream"
    files[rest[0]] = Attachment(call.ids.uuid(), rest[0], kind, call.request.get_data())
    return envelope(call, "Attachments", [attachment(invoice, files[rest[0]])])


def _email(call: Call, invoice: Invoice, rest: list[str]) -> Response:
    """204 and marked as sent; only for a sales invoice that is out, to a contact with an address."""
    if rest:
        raise not_found()
    if call.method != "POST":
        raise plain(405)
    contact = call.organisation.contacts[invoice.contact_id]
    sendable = invoice.type == "ACCREC" and invoice.status in ("SUBMITTED", "AUTHORISED", "PAID")
    if not sendable or not contact.texts.get("EmailAddress"):
        message = "Invoice not of valid status for modification" if not sendable else "Email address must be valid."
        element = {"InvoiceID": invoice.invoice_id, "ValidationErrors": [{"Message": message}]}
        return validation_exception([element])
    call.organisation.put_invoice(replace(invoice, sent=True, updated=call.now))
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _online(call: Call, invoice: Invoice, rest: list[str]) -> Response:
    """Not for drafts."""
    if rest or invoice.status in ("DRAFT", "SUBMITTED", "DELETED") or invoice.type != "ACCREC":
        raise not_found()
    if call.method != "GET":
        raise plain(405)
    token = invoice.invoice_id.replace("-", "")[:24]
    return envelope(call, "OnlineInvoices", [{"OnlineInvoiceUrl": f"https://in.xero.com/{token}"}])
