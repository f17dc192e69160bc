"""The organisations that checks look at."""

from __future__ import annotations

from sqlalchemy import select

from b24xero.db.models import Organisation
from b24xero.extensions import db


def known() -> list[Organisation]:
    return list(db.session.scalars(select(Organisation).order_by(Organisation.id)))
