"""The word that marks an invoice as new or old, where the portal has both kinds."""

from __future__ import annotations

from flask import g
from sqlalchemy import select

from b24xero.db.models import Portal
from b24xero.domain.invoice_key import kind_of
from b24xero.extensions import db
from b24xero.web.common import labels


def kind_mark(key: int) -> str:
    """Empty for 0, which is none, and where the portal has invoices of one kind."""
    return str(labels.KINDS[kind_of(key)][1]) if key and _has_both() else ""


def _has_both() -> bool:
    """Asked of the database once an answer, however many invoices stand in it."""
    if "has_both_kinds" not in g:
        g.has_both_kinds = len(db.session.scalar(select(Portal.invoice_kinds)) or ()) > 1
    return bool(g.has_both_kinds)
