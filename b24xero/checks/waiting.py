"""Whether a run waits too long to be begun."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from b24xero.checks.result import Around, Check, Verdict, Words, broken, well
from b24xero.db.models import SyncRun
from b24xero.extensions import db

LONG = timedelta(minutes=5)


def look(around: Around) -> Verdict:
    since = db.session.scalar(select(func.min(SyncRun.created_at)).where(SyncRun.state == "queued"))
    if since is None:
        return well("none")
    waited = around.now - since
    told = {"moment": since.isoformat()}
    return broken("long", **told) if waited > LONG else well(**told)


CHECK = Check(
    "waiting",
    _("Waiting runs"),
    {
        "none": Words(_("None waits to be begun.")),
        "well": Words(_("The oldest waits since %(moment)s.")),
        "long": Words(
            _("A run waits since %(moment)s to be begun."),
            _("No worker is running, or each has long runs of others to do."),
            _("Start a worker, or one more of them."),
        ),
    },
    look,
)
