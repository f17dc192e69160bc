"""The address that Xero's webhook posts to.

Xero wants an empty answer without a cookie within five seconds, 401 for a signature that is not its own, and asks so
with right and wrong ones before it sends anything (facts §7, more §1). So nothing is done here but to note that there
is something to ask after.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from b24xero.connections import settings
from b24xero.db.models import utc_now
from b24xero.extensions import csrf
from b24xero.news import hearing
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


def _empty(status: HTTPStatus) -> Response:
    answer = Response(status=status)
    del answer.headers["Content-Type"]
    return answer
