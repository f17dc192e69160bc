"""Who of the portal may set b24xero up."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select

from b24xero.db.models import User
from b24xero.extensions import db


def whom_to_ask() -> str:
    """The portal's administrators that have signed in here."""
    people = db.session.scalars(select(User.name).where(User.told_admin).order_by(User.name)).all()
    if not people:
        return gettext("Ask an administrator of the portal to do it.")
    return gettext("Please ask %(people)s.", people=", ".join(people))
