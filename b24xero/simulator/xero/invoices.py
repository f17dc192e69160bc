"""The /Invoices endpoints: which invoice a call means, and which list it wants (facts §3, §2.3)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from b24xero.simulator.xero import invoice_rows, invoice_rules, query, shapes, side_resources
from b24xero.simulator.xero.answers import Call, Outcome, body_error, by_verb, envelope, not_found, write_batch
from b24xero.simulator.xero.records import NO_ID, Invoice, Json

_LIST_ARGS = ("where", "order", "IDs", "InvoiceNumbers", "ContactIDs", "Statuses", "page", "pageSize",
              "includeArchived", "createdByMyApp", "unitdp", "summaryOnly", "searchTerm")  # fmt: skip
_WRITE_ARGS = ("summarizeErrors", "unitdp", "allowBackorders")


def answer(call: Call, rest: list[str]) -> Response:
    if len(rest) > 1:
        return side_resources.answer(call, _at(call, rest[0]), rest[1:])
    return by_verb(call, rest, one=_one, several=_list, update_one=_update_one, write=_write)


def _at(call: Call, key: str) -> Invoice:
    """By id or, although the specification says otherwise, by number."""
    invoice = call.organisation.invoice_at(key)
    if invoice is None:
        raise not_found()
    return invoice


# -- reading ----------------------------------------------------------------------------------------------------


def _one(call: Call, key: str) -> Response:
    query.check_args(call, ("unitdp",))
    invoice = _at(call, key)
    if "application/pdf" in call.request.headers.get("Accept", ""):
        return side_resources.pdf(invoice)
    return envelope(call, "Invoices", [invoice_rows.single(call, invoice)])


def _list(call: Call) -> Response:
    """Lines only on a page; a list by Statuses is always paged (facts §2.3)."""
    query.check_args(call, _LIST_ARGS)
    columns = query.invoice_columns(call.organisation)
    invoices = query.select(call, _candidates(call), "Invoice", columns)
    invoices, block = query.page_of(call, invoices, always="Statuses" in call.args)
    if query.is_true(call, "summaryOnly"):
        rows = [invoice_rows.summary(call, invoice) for invoice in invoices]
    else:
        rows = [invoice_rows.listed(call, invoice, with_lines=block is not None) for invoice in invoices]
    return envelope(call, "Invoices", rows, block)


def _candidates(call: Call) -> list[Invoice]:
    """What the id lists, searchTerm and createdByMyApp leave; deleted and voided ones are among them."""
    books = call.organisation
    ids, contact_ids = query.listed_ids(call, "IDs"), query.listed_ids(call, "ContactIDs")
    numbers, statuses = query.listed(call, "InvoiceNumbers"), query.listed(call, "Statuses")
    some = books.invoices if ids is None else ids & books.invoices.keys()
    invoices = [books.invoices[invoice_id] for invoice_id in sorted(some)]
    lower = {number.lower() for number in numbers or ()}
    term = call.args.get("searchTerm", "")

    def wanted(invoice: Invoice) -> bool:
        return (
            (ids is None or invoice.invoice_id in ids)
            and (contact_ids is None or invoice.contact_id in contact_ids)
            and (numbers is None or invoice.number.lower() in lower)
            and (statuses is None or invoice.status in statuses)
            and (not term or query.matches(term, (invoice.number, invoice.reference)))
            and (not query.is_true(call, "createdByMyApp") or invoice.by_app)
        )

    return [invoice for invoice in invoices if wanted(invoice)]


# -- writing ----------------------------------------------------------------------------------------------------


def _write(call: Call, upsert: bool) -> Response:
    query.check_args(call, _WRITE_ARGS)
    elements = shapes.elements_of(call, "Invoices", shapes.INVOICE)

    def save(element: Json) -> Outcome:
        return _upsert(call, element) if upsert else invoice_rules.save_invoice(call, element, None)

    return write_batch(call, "Invoices", "HasErrors", elements, save)


def _upsert(call: Call, element: Json) -> Outcome:
    """POST: by InvoiceID; without one, an existing sales invoice of that number is changed. Dangerous (facts §3.5)."""
    books, invoice_id = call.organisation, element.get("InvoiceID", NO_ID)
    if invoice_id != NO_ID:
        before = books.invoices.get(invoice_id)
        if before is None:
            return Outcome(_echo(element), [invoice_rules.UNKNOWN])
        return invoice_rules.save_invoice(call, element, before)
    number = element.get("InvoiceNumber", "") if element.get("Type", "ACCREC") == "ACCREC" else ""
    return invoice_rules.save_invoice(call, element, books.invoice_numbered(number) if number else None)


def _echo(element: Json) -> Json:
    return {"Type": element.get("Type", "ACCREC"), "InvoiceID": element["InvoiceID"], "LineItems": []}


def _update_one(call: Call, key: str) -> Response:
    query.check_args(call, _WRITE_ARGS)
    elements = shapes.elements_of(call, "Invoices", shapes.INVOICE, bare=True)
    invoice = _at(call, key)
    if len(elements) != 1:
        raise body_error("Exactly one element is expected")
    return write_batch(
        call, "Invoices", "HasErrors", elements, lambda element: invoice_rules.save_invoice(call, element, invoice)
    )
