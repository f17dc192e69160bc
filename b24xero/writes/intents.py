"""A remote write from its intent to its end: committed before the call, ended at once after it.

There is one way for every write to either vendor:

1. ``begin``: the very words, their hash and their key are committed as *sent*. Of one subject only one write can be
   open (a unique index), so whoever comes second gets None and waits, or says who is at it.
2. ``sending``: around the call, with no open transaction, and around what is noted of its answer. Only what the vendor
   certainly did not carry out is *refused*; whatever else goes wrong, ours or theirs, leaves it *unclear*.
3. ``end``: *done* with what it came to, or *refused*.

An unclear write is never sent again before it has been looked for at the vendor. A write that is still *sent* after its
claim's lease (``claims``) belongs to a process that is gone: it is unclear, too. ``take`` hands such a write to whoever
resolves it. A write of several steps is planned first (``plan``) and sent step by step (``take``), so that no half is
forgotten.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true, update

from b24xero.db.inserts import unless_there
from b24xero.db.models import Intent, InvoiceLink, Organisation, User, utc_now
from b24xero.db.states import IntentAction, IntentKind, IntentState
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.writes import claims
from b24xero.writes.request_writes import note

log = logging.getLogger(__name__)


# How long ended intents are kept as receipts.
KEPT = timedelta(days=90)

OPEN: tuple[IntentState, ...] = ("planned", "sent", "unclear")


@dataclass(frozen=True)
class Write:
    """What is about to be written; see ``models.Intent`` for the fields."""

    kind: IntentKind
    action: IntentAction
    subject: str
    body: dict[str, Any]
    keep: dict[str, Any] = field(default_factory=dict)


def new_key() -> str:
    """An Idempotency-Key. Each try has its own, since Xero repeats a key's first refusal for six minutes (Xero facts
    §6.2); the same words under the same key are only sent again while their outcome is unclear."""
    return f"b24xero-{uuid.uuid4()}"


def body_hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def begin(organisation: Organisation, user: User, write: Write, claim: str = "") -> Intent | None:
    """Commit one write as sent, or None while another one of its subject is open."""
    return begin_all(organisation, user, [write], claim)[0]


def begin_all(
    organisation: Organisation, user: User, writes: Sequence[Write], claim: str = "", key: str = ""
) -> list[Intent | None]:
    """Commit writes of one call as sent, under the call's one key; None for each whose subject has an open one."""
    return _add(organisation, user, writes, "sent", claim, key or new_key())


def plan(organisation: Organisation, user: User, writes: Sequence[Write], claim: str = "") -> list[Intent | None]:
    """Commit the steps that are to come, none of them sent yet."""
    return _add(organisation, user, writes, "planned", claim, "")


def _add(
    organisation: Organisation, user: User, writes: Sequence[Write], state: IntentState, claim: str, key: str
) -> list[Intent | None]:
    with writing():
        return add_all(organisation, user, writes, claim, key, state)


def add_all(
    organisation: Organisation, user: User, writes: Sequence[Write], claim: str, key: str, state: IntentState = "sent"
) -> list[Intent | None]:
    """Into the transaction that is open: the writes in one statement; None for each whose subject has an open one, of
    somebody else or earlier among these: the unique index lets one in."""
    rows = {_of(write): _row(organisation, user, write, claim, key, state) for write in reversed(writes)}
    if not rows:
        return []
    added = db.session.scalars(unless_there(Intent).returning(Intent), [rows[of] for of in sorted(rows)])
    begun: dict[tuple[str, str], Intent] = {(intent.kind, intent.subject): intent for intent in added}
    return [begun.pop(_of(write), None) for write in writes]


def _of(write: Write) -> tuple[str, str]:
    return write.kind, write.subject


def _row(
    organisation: Organisation, user: User, write: Write, claim: str, key: str, state: IntentState
) -> dict[str, Any]:
    now = utc_now()
    return {
        "organisation_id": organisation.id,
        "user_id": user.id,
        "kind": write.kind,
        "action": write.action,
        "subject": write.subject,
        "state": state,
        "key": key or new_key(),
        "body": write.body,
        "body_hash": body_hash(write.body),
        "keep": write.keep,
        "claim": claim,
        "planned_at": now,
        "sent_at": now if state == "sent" else None,
    }


def open_of(organisation: Organisation, kind: IntentKind, subject: str) -> Intent | None:
    """The write of this subject that is open, as it stands now."""
    return open_among(organisation, kind, [subject]).get(subject)


def open_among(organisation: Organisation, kind: IntentKind, subjects: Iterable[str]) -> dict[str, Intent]:
    """Open writes by subject."""
    query = select(Intent).where(
        Intent.organisation_id == organisation.id,
        Intent.kind == kind,
        Intent.subject.in_(list(subjects)),
        Intent.state.in_(OPEN),
    )
    found = {intent.subject: intent for intent in db.session.scalars(query.execution_options(populate_existing=True))}
    db.session.commit()
    return found


def count_of(key: str) -> int:
    """How many writes went out under a key."""
    found = db.session.scalar(select(func.count()).where(Intent.key == key)) or 0
    db.session.commit()
    return found


def is_free(intent: Intent, now: datetime, claim: str = "") -> bool:
    """Whether nobody is at it in this moment. ``claim``: the asker's own, under which it may have been sent."""
    if intent.state != "sent":
        return True
    over = intent.sent_at is None or intent.sent_at < now - claims.lease(intent.claim)
    return over or bool(claim and intent.claim == claim)


def take(intent: Intent, claim: str = "", *, key: str = "", alone: bool = False) -> bool:
    """Take an open write for resolving or sending it; False when somebody else is at it or has ended it.

    Args:
        claim: the taker's; a write that was sent under the same claim is taken at once.
        key: the Idempotency-Key to send with from now on; empty keeps the one it has.
        alone: the taker has the subject for itself by other means, so whoever sent it is gone.
    """
    now = utc_now()
    free = or_(Intent.state.in_(("planned", "unclear")), _lapsed(now))
    if claim:
        free = or_(free, Intent.claim == claim)
    if alone:
        free = true()
    values = {"state": "sent", "sent_at": now, "claim": claim, **({"key": key} if key else {})}
    with writing():
        taken = db.session.execute(
            update(Intent)
            .where(Intent.id == intent.id, Intent.state.in_(OPEN), free)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    db.session.refresh(intent)
    db.session.commit()
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _lapsed(now: datetime) -> ColumnElement[bool]:
    by_run = Intent.claim.startswith(claims.RUN_PREFIX)
    return or_(
        and_(by_run, Intent.sent_at < now - claims.RUN), and_(~by_run, Intent.sent_at < now - claims.PRESS)
    )  # fmt: skip


def end(intent: Intent, state: IntentState, vendor_id: str = "") -> None:
    """Into the transaction that is open: *done* and *refused* end it, *unclear* leaves it to be looked for."""
    intent.state = state
    note([intent.id], state)
    if state in OPEN:
        return
    intent.ended_at, intent.body, intent.keep = utc_now(), None, {}
    intent.vendor_id = vendor_id or intent.vendor_id


def settle(intents: Iterable[Intent], state: IntentState, vendor_id: str = "") -> None:
    """``end`` in a transaction of its own."""
    with writing():
        for intent in intents:
            end(intent, state, vendor_id)


def leave_unclear(claim: str) -> None:
    """Whoever had this claim broke off: what was on its way is to be looked for, and its invoices are free."""
    with writing():
        db.session.execute(update(Intent).where(Intent.claim == claim, Intent.state == "sent").values(state="unclear"))
        free = {"claim": None, "claimed_until": None, "claimed_by_id": None}
        db.session.execute(update(InvoiceLink).where(InvoiceLink.claim == claim).values(free))


# -- receipts ---------------------------------------------------------------------------------------------------------


def forget_old(now: datetime) -> int:
    """Throw ended intents away that are older than ``KEPT``; how many."""
    with writing():
        gone = db.session.execute(delete(Intent).where(Intent.ended_at < now - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]
