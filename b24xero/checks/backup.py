"""How old the newest back-up is."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from b24xero.checks.result import Around, Check, Verdict, Words, see_to, well
from b24xero.db.models import Backup
from b24xero.extensions import db

OLD = timedelta(days=2)


def look(around: Around) -> Verdict:
    made_at = db.session.scalar(select(func.max(Backup.made_at)))
    if made_at is None:
        return see_to("never")
    told = {"moment": made_at.isoformat()}
    return see_to("old", **told) if around.now - made_at > OLD else well(**told)


_CAUSE = _("No timer makes one, or it fails.")
_FIX = _("Run daily: flask --app wsgi backup FILE. Where the database’s own server is backed up, this may stay so.")
CHECK = Check(
    "backup",
    _("Back-up"),
    {
        "well": Words(_("The newest is of %(moment)s.")),
        "old": Words(_("The newest is of %(moment)s."), _CAUSE, _FIX),
        "never": Words(_("b24xero knows of none."), _CAUSE, _FIX),
    },
    look,
)
