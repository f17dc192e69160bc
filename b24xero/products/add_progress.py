"""How far the adding of a product has come: its steps, as their intents tell it.

An adding is known by the key of its form. Its steps are a product and a price in Bitrix24 (on an old portal they are
one) and an item in Xero; all are planned before the first is sent, so that no half is ever forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select

from b24xero import rights
from b24xero.db.models import Intent, Organisation, User, utc_now
from b24xero.db.states import IntentKind, IntentState
from b24xero.domain.product import Draft
from b24xero.errors import Problem
from b24xero.extensions import db
from b24xero.writes import claims, intents

STEPS: tuple[IntentKind, ...] = ("product", "price", "item")
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Adding:
    """``states``: of each step that there is "done", "planned", "sent" (somebody is at it), "unclear" or "refused".

    ``draft`` is empty when it has ended. ``trouble`` is what stood in the way last; ``free_at``: when a step whose
    process is gone may be taken up again, None when nobody has to wait.
    """

    key: str
    draft: Draft
    states: Mapping[IntentKind, IntentState]
    product_id: int = 0
    item_id: str = ""
    trouble: tuple[Problem, ...] = ()
    begun_at: datetime | None = None
    free_at: datetime | None = None
    rows: Mapping[IntentKind, Intent] = field(default_factory=dict, compare=False)

    @property
    def is_done(self) -> bool:
        return bool(self.states) and all(state == "done" for state in self.states.values())

    @property
    def is_open(self) -> bool:
        return any(state in intents.OPEN for state in self.states.values())

    @property
    def has_something(self) -> bool:
        """Whether anything of it exists, or may exist."""
        return any(state in ("done", "sent", "unclear") for state in self.states.values())


def find(organisation: Organisation, user: User, key: str) -> Adding | None:
    """The adding of a form, for whoever sent it and for admins; None when there is none, or nothing came of it.

    Raises:
        Disconnected, RetryLater: it is somebody else's, and Bitrix24 does not say whether this is an admin still.
    """
    rows = db.session.scalars(_query(organisation).where(Intent.subject == key)).all()
    db.session.commit()
    if rows and not any(row.user_id == user.id for row in rows):
        rights.confirm_admin(user)
        rows = rows if user.is_admin else []
    if not rows:
        return None
    found = _adding(key, rows)
    return found if found.is_open or found.is_done else None


def is_done_elsewhere(organisation: Organisation, key: str, own: Iterable[int]) -> bool:
    """Whether another press of the same form, whose intents are not these, has made something already."""
    query = _query(organisation).where(Intent.subject == key, Intent.state == "done", Intent.id.not_in(list(own)))
    found = db.session.scalars(query).first()
    db.session.commit()
    return found is not None


def half_done(organisation: Organisation, user: User) -> list[Adding]:
    """What this person (an admin: anybody) has begun and not ended, newest first."""
    begun = _query(organisation).where(Intent.state.in_(intents.OPEN))
    mine = begun if rights.still_admin(user) else begun.where(Intent.user_id == user.id)
    keys = dict.fromkeys(row.subject for row in db.session.scalars(mine) if KEY.fullmatch(row.subject))
    rows = db.session.scalars(_query(organisation).where(Intent.subject.in_(list(keys)))).all()
    db.session.commit()
    return [_adding(key, [row for row in rows if row.subject == key]) for key in reversed(keys)]


def _query(organisation: Organisation) -> Select[Intent]:
    query = select(Intent).where(Intent.organisation_id == organisation.id, Intent.kind.in_(STEPS))
    return query.order_by(Intent.id).execution_options(populate_existing=True)


def _adding(key: str, rows: Iterable[Intent]) -> Adding:
    steps: dict[IntentKind, Intent] = {}
    for row in rows:
        if row.kind not in steps or _rank(row) >= _rank(steps[row.kind]):
            steps[row.kind] = row
    now = utc_now()
    open_ones = [row for row in steps.values() if row.state in intents.OPEN]
    kept = next((row.keep for row in open_ones), {})
    busy = [row.sent_at + claims.lease(row.claim) for row in open_ones if not intents.is_free(row, now) and row.sent_at]
    return Adding(
        key=key,
        draft=Draft.from_json(kept.get("draft", {})),
        states={kind: _state(steps[kind], now) for kind in STEPS if kind in steps},
        product_id=int(steps["product"].vendor_id or 0) if "product" in steps else 0,
        item_id=steps["item"].vendor_id if "item" in steps else "",
        trouble=tuple(Problem.from_json(p) for row in open_ones for p in row.keep.get("trouble", ())),
        begun_at=min((row.planned_at for row in steps.values()), default=None),
        free_at=max(busy, default=None),
        rows=steps,
    )


def _rank(row: Intent) -> int:
    """Of several presses of one form: what was done counts, then what is open."""
    return 2 if row.state == "done" else 1 if row.state in intents.OPEN else 0


def _state(row: Intent, now: datetime) -> IntentState:
    """A write that is still sent after its lease belongs to a process that is gone."""
    return "unclear" if row.state == "sent" and intents.is_free(row, now) else row.state
