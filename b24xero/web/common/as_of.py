"""How old what Xero said is, and who had it read: told to everybody, whoever read it."""

from __future__ import annotations

from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import SyncRun
from b24xero.extensions import db
from b24xero.web.common import formats


def xero() -> str:
    """ "Xero: as of 13:52 (by Mere Tautahi)." Empty where it was never read."""
    organisation = connections.current_organisation(current_user)
    if organisation is None:
        return ""
    newest = (
        select(SyncRun)
        .where(SyncRun.organisation_id == organisation.id, SyncRun.kind == "pull", SyncRun.state == "finished")
        .order_by(SyncRun.ended_at.desc())
        .limit(1)
    )
    run = db.session.scalar(newest)
    if run is None or run.ended_at is None:
        return ""
    when = formats.moment(run.ended_at)
    if run.by_service:
        return gettext("Xero: as of %(when)s, by itself.", when=when)
    if run.user_id == current_user.id:
        return gettext("Xero: as of %(when)s (by you).", when=when)
    return gettext("Xero: as of %(when)s (by %(name)s).", when=when, name=run.user.name)
