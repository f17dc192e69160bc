"""The page "Why is this not in Xero?": the conditions in order, and the way on of the first to fail."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user, login_required

from b24xero.push import eligibility
from b24xero.push.eligibility import Refusal
from b24xero.web.common import formats, moments, urls
from b24xero.web.messages import render

bp = Blueprint("why", __name__)

WORDS = {
    "visible": _("You may see it in Bitrix24"),
    "set_up": _("Set-up is done"),
    "may_change": _("You may change it in Bitrix24"),
    "stage": _("Its stage is sent"),
    "customer": _("It has a customer with a name that Xero takes"),
    "rows": _("It has products"),
    "items": _("Xero has the items of its products"),
    "number": _("It has a number"),
    "currency": _("Xero uses its currency"),
    "taxes": _("Every tax rate has a match in Xero"),
    "account": _("The sales account is in use"),
    "rules": _("What the rules lead to is in use"),
    "period": _("The date is in an open period"),
    "totals": _("Both totals agree to the cent, and are not below zero"),
    "connected": _("Xero is connected"),
    "number_free": _("The number is free in Xero"),
    "other": _("Nothing else stands against it"),
}


@bp.get("/invoices/<invoice:bitrix24_id>/why")
@login_required
def page(bitrix24_id: int) -> Response:
    found = eligibility.reasons(bitrix24_id, current_user)
    if found.in_xero or found.invoice is None:
        return make_response(redirect(url_for("invoices.index", q=found.invoice.number if found.invoice else "")))
    invoice = found.invoice
    customer = invoice.customer.name if invoice.customer else ""
    total = formats.money(invoice.total, invoice.currency)
    preview = url_for("preview.page", bitrix24_id=invoice.id)
    around = urls.Places(urls.bitrix24_invoice(invoice.id), "", urls.portal_url(), preview=preview)
    conditions = [(c, WORDS[c.name], render.notes(c.problems, around)) for c in found.conditions]
    return make_response(
        render_template(
            "invoices/why.html",
            invoice=invoice,
            about=" · ".join(part for part in (invoice.number, customer, total) if part),
            conditions=conditions,
            first=found.first,
            refused=_refused(found.refused, around) if found.refused and not found.first else None,
            words=WORDS,
            later=sum(condition.state == "later" for condition in found.conditions),
        )
    )


def _refused(refusal: Refusal, around: urls.Places) -> tuple[str, tuple[render.Note, ...]]:
    """Its day, and what was told then."""
    return formats.day(moments.here(refusal.at).date()), render.notes(refusal.problems, around)
