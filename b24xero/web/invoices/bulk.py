"""Create / Edit on Xero (n): which invoices were chosen, what would happen, the run that does it."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from werkzeug.datastructures import MultiDict

from b24xero import connections
from b24xero.db.models import Organisation, utc_now
from b24xero.domain import invoice_key
from b24xero.push import batch, bulk_preview
from b24xero.push.bulk_preview import Outlook
from b24xero.web.common import list_query, quota, selection, urls
from b24xero.web.invoices import review_file
from b24xero.web.invoices.asking import Asking
from b24xero.web.invoices.review import Review, review
from b24xero.web.invoices.views import surroundings

bp = Blueprint("many", __name__)

MOST = 1000


@bp.route("/invoices/many", methods=("GET", "POST"))
@login_required
def look() -> Response:
    """The review first: nothing is written by it. What it is about stands in its address, so that it may be read again
    and left out of: whatever is left out leads to the address without it."""
    back = urls.own_page(request.values.get("back", ""))
    ids = _matching(back) if request.values.get("all") else _chosen()
    without = set(map(invoice_key.read, request.args.get("without", "").split(",")))
    if not ids or (without and not set(ids) - without):
        return make_response(redirect(back, HTTPStatus.SEE_OTHER))
    if without & set(ids):
        kept = selection.spelt(id for id in ids if id not in without)
        return make_response(redirect(url_for("many.look", ids=kept, back=back), HTTPStatus.SEE_OTHER))
    found, organisation = _outlook(ids)
    shown = review(found, organisation.books, organisation.books.day(utc_now()), back)
    return make_response(
        render_template(
            "invoices/many.html",
            found=found,
            review=shown,
            dock=_dock(shown),
            spelt=selection.spelt(ids),
            back=back,
            total=len(ids),
            most=MOST,
            calls=quota.of_run(found, organisation),
        )
    )


@bp.get("/invoices/many.csv")
@login_required
def download() -> Response:
    """The whole review, however many a page shows of it."""
    found, organisation = _outlook(_chosen())
    shown = review(found, organisation.books, organisation.books.day(utc_now()), "", MOST)
    response = Response("".join(review_file.lines(shown)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="b24xero-review.csv"'
    return response


def _outlook(ids: list[int]) -> tuple[Outlook, Organisation]:
    found = bulk_preview.outlook(current_user, ids)
    organisation = connections.current_organisation(current_user)
    assert organisation is not None  # or the outlook had been refused
    return found, organisation


def _dock(shown: Review) -> str:
    """What the press does, in one line."""
    grows = [
        f"{currency} {amount}" for currency, amount in zip(shown.currencies, shown.grows, strict=True) if amount
    ]  # fmt: skip
    counted = ", ".join(row.words for row in shown.sums)
    return f"{counted}: {' · '.join(grows)}" if grows else counted


@bp.post("/invoices/many/write")
@login_required
def write() -> Response:
    ids = _chosen()
    if not ids:
        return make_response(redirect(url_for("invoices.index"), HTTPStatus.SEE_OTHER))
    back = urls.own_page(request.form.get("back", ""))
    urls.come_back_to(url_for("many.look", ids=selection.spelt(ids), back=back))
    run = batch.ask(current_user, ids, back)
    return make_response(redirect(url_for("runs.show", run_id=run.id), HTTPStatus.SEE_OTHER))


def _chosen() -> list[int]:
    """The keys of the form or the address, each once; what is none is left out."""
    spelt = selection.read(request.values.get("ids", ""))
    given = [value for values in request.values.getlist("id") for value in values.split(",")]
    return [key for key in dict.fromkeys(spelt or map(invoice_key.read, given)) if key][:MOST]


def _matching(back: str) -> list[int]:
    """Everything that the filters of the page match, as that person sees it."""
    organisation = connections.current_organisation(current_user)
    if organisation is None:
        return []
    wanted = list_query.read(MultiDict(parse_qsl(urlsplit(back).query)), current_user.rows_per_page)
    asking = Asking(wanted, organisation, surroundings(organisation, back), counted=False)
    return list(asking.matching(connections.bitrix24_for(current_user), MOST))
