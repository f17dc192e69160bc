"""Who may read which run, and where its reader came from."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort
from flask_login import current_user

from b24xero import rights
from b24xero.db.models import SyncRun
from b24xero.runs import asked, lookup
from b24xero.web.common import urls
from b24xero.web.common.list_query import LARGEST_ID


def readable(run_id: int) -> SyncRun:
    """Somebody else's run is for administrators, of whom Bitrix24 says it lately."""
    if run_id > LARGEST_ID:
        abort(HTTPStatus.NOT_FOUND)
    if lookup.whose(run_id) != current_user.id:
        rights.confirm_admin(current_user)
    return lookup.readable(run_id, current_user)


def back_of(run: SyncRun) -> str:
    """The list on which its invoices were chosen, with its filters; empty where that is not known."""
    back = asked.of(run, asked.Push).back if run.kind == "push" else ""
    return urls.own_page(back) if back else ""  # it was kept when PUBLIC_URL may have had another path
