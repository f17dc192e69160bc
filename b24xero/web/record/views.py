"""The record's page: one call to Bitrix24 with this person's token, none to Xero."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required

from b24xero import connections, rights
from b24xero.reconciliation.standing import Standing
from b24xero.web.common import as_of, formats, labels, urls
from b24xero.web.invoices import row as invoices_row
from b24xero.web.invoices.views import surroundings
from b24xero.web.record import story
from b24xero.writes import invoice_links

bp = Blueprint("record", __name__)


@bp.get("/invoices/<invoice:bitrix24_id>")
@login_required
def page(bitrix24_id: int) -> Response:
    back = urls.own_page(request.args.get("back", ""))
    here = url_for("record.page", bitrix24_id=bitrix24_id, back=back)
    return make_response(render_template("record/index.html", back=back, **of(bitrix24_id, here)))


def of(bitrix24_id: int, here: str) -> dict[str, Any]:
    """What the record's fragment shows, on its page and in the invoice's card.

    Raises:
        Disconnected, Forbidden, NotFound, Rejected, RetryLater: Bitrix24's own.
    """
    organisation = connections.current_organisation(current_user)
    set_up = organisation.set_up if organisation else None
    invoice = rights.invoice(current_user, bitrix24_id, set_up)
    listed = invoice.as_row()
    link = invoice_links.find(organisation, bitrix24_id) if organisation else None
    stage = invoice.whole_stage
    around = replace(surroundings(organisation, here), stages={} if invoice.stage_gone else {stage.id: stage})
    row = invoices_row.row_view(listed, link, around)
    assert row.standing is not None
    return {
        "row": row,
        "here": here,
        "organisation": organisation,
        "link": link,
        "stages": (stage,),
        "due_date": invoice.due_date,
        "as_of": as_of.xero(),
        "statuses": labels.STATUSES,
        "settled": _settled(row.standing),
        "changed": story.what_changed(row.standing, listed, link),
        "story": story.told(listed, stage.name, row.standing, link, organisation),
    }


def _settled(standing: Standing) -> str:
    """What became of what was asked for."""
    if standing.paid_on:
        return gettext("Paid %(day)s", day=formats.day(standing.paid_on))
    if standing.settled:
        return gettext("%(amount)s settled", amount=formats.money(standing.settled, standing.currency))
    return ""
