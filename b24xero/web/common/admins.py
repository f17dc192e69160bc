"""Who of the portal may set b24xero up."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, make_response, render_template
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select

from b24xero import rights
from b24xero.db.models import User
from b24xero.extensions import db


def need(heading: str) -> None:
    """As Bitrix24 says within ten minutes; whoever has become one since is asked about, too. Whoever is none gets a
    page of this heading that says whom to ask."""
    if not current_user.is_admin:
        rights.ask_whether_admin(current_user)
    if not current_user.is_admin:
        page = render_template("for_admins.html", heading=heading, admins_words=whom_to_ask())
        abort(make_response(page, HTTPStatus.FORBIDDEN))


def whom_to_ask() -> str:
    """The portal's administrators that have signed in here."""
    people = db.session.scalars(select(User.name).where(User.told_admin).order_by(User.name)).all()
    if not people:
        return gettext("Ask an administrator of the portal to do it.")
    return gettext("Please ask %(people)s.", people=", ".join(people))
