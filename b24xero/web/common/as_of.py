"""How old what Xero said is, and who had it read: told to everybody, whoever read it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select

from b24xero import connections, service_login
from b24xero.db.models import AutomaticSync, Organisation, SyncRun, utc_now
from b24xero.extensions import db
from b24xero.news import look
from b24xero.web.common import formats

# A look that is overdue for longer is no look that is just about to begin.
LATE = timedelta(minutes=5)


def xero() -> str:
    """ "Xero: as of 13:52 (by Mere Tautahi)." and, where it goes by itself and is not late, "Xero: up to date, 2 min
    ago." Empty where it was never read."""
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
    if _goes_by_itself(organisation, now := utc_now()):
        return gettext("Xero: up to date, %(ago)s.", ago=formats.ago(run.ended_at, now))
    if run.by_service:
        return gettext("Xero: as of %(when)s, by itself.", when=when)
    if run.user_id == current_user.id:
        return gettext("Xero: as of %(when)s (by you).", when=when)
    return gettext("Xero: as of %(when)s (by %(name)s).", when=when, name=run.user.name)


def _goes_by_itself(organisation: Organisation, now: datetime) -> bool:
    """Whether what changes in Xero shows by itself, as often as it is meant to."""
    login, sync = service_login.of(organisation), db.session.get(AutomaticSync, organisation.id)
    if login is None or not login.lives or sync is None or not sync.moves_stages or sync.asked_xero_at is None:
        return False
    return not look.is_stuck(login) and look.xero_due(login, sync, now) > now - LATE
