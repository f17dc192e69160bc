"""The tab in an invoice's card: what Xero says of one invoice, what differs, what can be pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, make_response, render_template, url_for
from flask_login import current_user, login_required

from b24xero import connections, rights
from b24xero.db.models import InvoiceLink, Organisation
from b24xero.extensions import db
from b24xero.runs import history
from b24xero.runs.history import Filter
from b24xero.web.activity import line
from b24xero.web.invoices import row as invoices_row
from b24xero.web.invoices.row import RowView
from b24xero.web.invoices.views import surroundings
from b24xero.writes import invoice_links

bp = Blueprint("card", __name__)

LATEST = 5


@dataclass(frozen=True)
class Amounts:
    """What Xero said last; None where it said nothing. ``apart``: Bitrix24's total without Xero's."""

    xero: Decimal | None = None
    due: Decimal | None = None
    settled: Decimal | None = None
    due_date: date | None = None
    apart: Decimal | None = None


@bp.get("/invoices/<invoice:bitrix24_id>/card")
@login_required
def page(bitrix24_id: int) -> Response:
    """One call to Bitrix24, with this person's token, which asks whether they may change it as well; none to Xero."""
    organisation = connections.current_organisation(current_user)
    set_up = organisation.set_up if organisation else None
    invoice = rights.invoice(current_user, bitrix24_id, set_up).as_row()
    link = invoice_links.find(organisation, bitrix24_id) if organisation else None
    here = url_for("card.page", bitrix24_id=bitrix24_id)
    row = invoices_row.row_view(invoice, link, surroundings(organisation, here))
    return make_response(
        render_template(
            "portal/card.html",
            row=row,
            here=here,
            organisation=organisation,
            amounts=_amounts(row, link),
            lines=_history(bitrix24_id, organisation),
        )
    )


def _amounts(row: RowView, link: InvoiceLink | None) -> Amounts:
    if link is None or not link.xero_id:
        return Amounts()
    apart = row.total - link.xero_total if link.xero_total is not None else None
    due_date = date.fromisoformat(link.xero_due_date) if link.xero_due_date else None
    return Amounts(link.xero_total, link.xero_due, link.xero_settled, due_date, apart)


def _history(bitrix24_id: int, organisation: Organisation | None) -> list[line.Line]:
    """The newest of what this reader may read of it; an administrator everybody's, as Bitrix24 says within ten
    minutes."""
    rights.still_admin(current_user)
    entries = db.session.scalars(
        history.entries_for(current_user, Filter(invoice=bitrix24_id)).limit(LATEST)
    ).all()  # fmt: skip
    shared = line.around(entries, organisation, frozenset({bitrix24_id}))  # Bitrix24 has just shown it
    return [line.entry_line(entry, shared) for entry in entries]
