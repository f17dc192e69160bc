"""Which invoices the portal has, as it last said: their kinds, and the pipelines of those of today."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update

from b24xero.bitrix24 import legacy_invoices
from b24xero.connections import bitrix24_for
from b24xero.db.models import Portal, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Kind
from b24xero.errors import Forbidden, Rejected, RetryLater
from b24xero.extensions import db

log = logging.getLogger(__name__)

# So long the portal's word holds on which kinds of invoices it has.
KINDS_HOLD = timedelta(days=1)


def remember_categories(category_ids: tuple[int, ...]) -> None:
    """Keep which invoice pipelines the portal has, so that stages are asked for without a call before."""
    if not category_ids:
        return
    portal = db.session.scalar(select(Portal))
    if portal and portal.category_ids != list(category_ids):
        with writing():
            portal.category_ids = list(category_ids)


def keep_kinds(portal: Portal, kinds: Collection[Kind]) -> None:
    """Into the transaction that is open: which invoices the portal says that it has. One that names none did not say,
    or shows nobody any."""
    if kinds:
        portal.invoice_kinds = sorted(kinds, reverse=True)
    portal.kinds_told_at = utc_now()


def remember_kinds(kinds: Collection[Kind]) -> None:
    """As ``keep_kinds``, where that is news."""
    portal = db.session.scalar(select(Portal))
    if portal and kinds and set(portal.invoice_kinds) != set(kinds):
        with writing():
            keep_kinds(portal, kinds)


def invoice_kinds(user: User | None = None) -> tuple[Kind, ...]:
    """Which invoices the portal has, those of today first.

    Args:
        user: with whose token it is asked again when what is known is a day old; a portal that does not answer then
            has what it had.
    """
    portal = db.session.scalar(select(Portal))
    if portal is None:
        return ("smart",)
    if user and (portal.kinds_told_at is None or utc_now() - portal.kinds_told_at > KINDS_HOLD):
        said = _asked_kinds(user)
        with writing():
            keep_kinds(db.session.get_one(Portal, portal.id), said)
    kinds = tuple(portal.invoice_kinds)
    db.session.commit()
    return kinds


def doubt_kinds() -> None:
    """The portal has other invoices than it said: the next page asks again."""
    with writing():
        db.session.execute(update(Portal).values(kinds_told_at=None))


def _asked_kinds(user: User) -> Collection[Kind]:
    try:
        return legacy_invoices.kinds(bitrix24_for(user))
    except (Forbidden, Rejected, RetryLater) as error:
        log.warning("kinds of invoices not said: %s", error)
        return ()
