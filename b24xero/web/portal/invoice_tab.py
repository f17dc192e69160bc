"""The tab in an invoice's card: the same record as on its own page, without the bar."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for
from flask_login import login_required

from b24xero.web.record import views as record

bp = Blueprint("card", __name__)


@bp.get("/invoices/<invoice:bitrix24_id>/card")
@login_required
def page(bitrix24_id: int) -> Response:
    """One call to Bitrix24, with this person's token, which asks whether they may change it as well; none to Xero."""
    here = url_for("card.page", bitrix24_id=bitrix24_id)
    return make_response(render_template("portal/card.html", **record.of(bitrix24_id, here)))
