"""The preview page: both totals, what differs, what may be chosen, the lines that will be written."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request

from b24xero.db.models import utc_now
from b24xero.domain.invoice import Invoice, Stage
from b24xero.domain.invoice_key import numberless
from b24xero.push import preview
from b24xero.push.choices import Choices
from b24xero.push.preview import Preview
from b24xero.web.common import differences, formats, labels, urls
from b24xero.web.messages import render
from b24xero.web.preview import customer, lines, sources, totals

bp = Blueprint("preview", __name__)


@bp.get("/invoices/<invoice:bitrix24_id>/preview")
@login_required
def page(bitrix24_id: int) -> Response:
    """The page, or for htmx the form with the figures of another choice. Nothing is written by it."""
    choices, back = Choices.of(request.args), urls.own_page(request.args.get("back", ""))
    found = preview.preview(bitrix24_id, current_user, choices)
    fragment = bool(htmx_request.htmx) and not htmx_request.htmx.history_restore_request
    template = "preview/_preview.html" if fragment else "preview/index.html"
    context = {"back": back, "fragment": fragment, "contact": choices.contact, **_context(found, back)}
    response = make_response(render_template(template, **context))
    if fragment:  # what is chosen stands in the address, so that a login, another language and a reload keep it
        address = url_for("preview.page", bitrix24_id=bitrix24_id, back=back, **choices.given)
        response.headers["HX-Replace-Url"] = address
    return response


def _stage(invoice: Invoice) -> Stage:
    return Stage(invoice.stage, invoice.stage_name or invoice.stage, invoice.stage_color, "process")


def _context(found: Preview, back: str) -> dict[str, Any]:
    invoice, current = found.invoice, found.compared.current if found.compared else None
    xero_url = urls.xero_invoice(found.books.short_code, current.id) if current else ""
    here = url_for("preview.page", bitrix24_id=invoice.id, back=back)
    around = urls.Places(urls.bitrix24_invoice(invoice.id), xero_url, urls.portal_url(), here)
    return {
        "found": found,
        "invoice": invoice,
        "stages": (_stage(invoice),),
        "number": invoice.number or numberless(invoice.id),
        "here": url_for("preview.page", bitrix24_id=invoice.id),
        "places": around,
        "status": lines.standing_of(current, found.books.day(utc_now())) if current else "none",
        "statuses": labels.STATUSES,
        "notes": render.notes(lines.problems_of(found), around),
        "totals": totals.totals_of(found),
        "reasons": totals.reasons_of(found),
        "cents": totals.cent_views(found),
        "lines": lines.line_views(found),
        "dock": lines.dock_of(found),
        "sources": sources.sources_of(found),
        "customer": customer.field_views(found),
        **_differences(found),
    }


def _differences(found: Preview) -> dict[str, Any]:
    """What is shown of Xero's invoice beside ours; nothing where it is not in Xero."""
    if found.compared is None:
        return {"compared": None, "differences": ()}
    current, contact = found.compared.current, found.contact
    contacts = {contact.id: contact.name, current.contact_id: current.contact_name}
    names = differences.Names(found.books, contacts, found.invoice.currency)
    link, not_kept = found.link, found.compared.not_kept
    return {
        "compared": found.compared,
        "differences": [differences.view(d, names) for d in found.compared.differences],
        "edits": [differences.view(d, names) for d in found.compared.by_hand],
        "known": bool(link and link.written),
        "written_at": formats.ago(link.written_at, utc_now()) if link and link.written_at else "",
        "not_kept": render.note(not_kept).text if not_kept else "",
    }
