"""The addresses that Xero's webhook and Bitrix24's events post to.

Xero wants an empty answer without a cookie within five seconds, 401 for a signature that is not its own, and asks so
with right and wrong ones before it sends anything (facts §7, more §1). So nothing is done here but to note that there
is something to ask after. Bitrix24's are known by the application's word alone, and only their kind is read.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from b24xero.bitrix24.events import read
from b24xero.connections import settings, unproven
from b24xero.db.models import utc_now
from b24xero.extensions import csrf
from b24xero.news import events, hearing
from b24xero.xero import webhooks

bp = Blueprint("webhooks", __name__)


@bp.post("/webhooks/xero")
@csrf.exempt
def xero() -> Response:
    keys = settings().xero_webhook_keys
    if not keys:
        abort(HTTPStatus.NOT_FOUND)
    if (request.content_length or 0) > webhooks.MOST_BYTES:
        return _empty(HTTPStatus.UNAUTHORIZED)
    body = request.get_data(cache=False)
    if not webhooks.is_signed(body, request.headers.get(webhooks.SIGNATURE, ""), keys):
        return _empty(HTTPStatus.UNAUTHORIZED)
    hearing.keep(webhooks.heard(body), utc_now())
    return _empty(HTTPStatus.OK)


@bp.post("/bitrix24/event")
@csrf.exempt
def bitrix24() -> Response:
    """A portal that slows down whoever answers late gets the answer at once (facts more §2.1)."""
    with unproven().trying(request.remote_addr or ""):
        events.hear(read(request.form), utc_now())
    return _empty(HTTPStatus.OK)


def _empty(status: HTTPStatus) -> Response:
    answer = Response(status=status)
    del answer.headers["Content-Type"]
    return answer
