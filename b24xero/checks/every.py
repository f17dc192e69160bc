"""All checks in their order; looking at each, and keeping what it said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from b24xero.checks import (
    addresses,
    authorization,
    automatic,
    backup,
    bitrix24_app,
    budget,
    clock,
    data_folder,
    database,
    disk,
    from_portal,
    keys,
    lock_date,
    old_moves,
    places,
    portal,
    rules_fit,
    scopes,
    set_up_fits,
    settings,
    waiting,
    worker,
    xero,
    xero_app,
)
from b24xero.checks.result import ORDER, Around, Check, Verdict, Words, unknown
from b24xero.db import schema
from b24xero.db.models import CheckResult, User
from b24xero.db.states import CheckState
from b24xero.db.transactions import writing
from b24xero.extensions import db

log = logging.getLogger(__name__)

CHECKS: tuple[Check, ...] = tuple(one.CHECK for one in (
    settings, database, data_folder, disk, keys, worker, waiting, clock, portal, authorization, from_portal,
    bitrix24_app, scopes, places, addresses, xero, xero_app, budget, lock_date, set_up_fits, rules_fit, automatic,
    old_moves,
    backup,
))  # fmt: skip
# With each page what costs no call; every few minutes, by the worker, also what needs nobody's sign-in. Wrong tokens
# are not tried again and again.
LOCAL = tuple(check for check in CHECKS if not check.asks)
PERIODIC = tuple(check for check in CHECKS if check.needs != "user" and check.name not in ("bitrix24_app", "xero_app"))
BY_NAME = {check.name: check for check in CHECKS}

# What any check may say besides its own words.
SHARED = {
    "needs_database": Words(
        _("Not looked at, because the database is not ready."), "", _("Put the database right first.")
    ),
    "crashed": Words(
        _("It could not be looked at: something broke in b24xero (%(kind)s)."), "", _("The log says more.")
    ),
}


@dataclass(frozen=True)
class Looked:
    """A check with what it said, and when."""

    check: Check
    verdict: Verdict
    at: datetime | None = None

    def said(self, spoken: Callable[[Mapping[str, str]], Mapping[str, str]] = dict) -> tuple[str, str, str]:
        """Fault, cause and fix; ``spoken`` turns values into what the reader reads."""
        words = self.check.words.get(self.verdict.code) or SHARED[self.verdict.code]
        values = spoken(self.verdict.values)
        fault, cause, fix = (str(text) % values for text in (words.fault, words.cause, words.fix))
        return fault, cause, fix


def look(around: Around, checks: Sequence[Check] = CHECKS) -> list[Looked]:
    """These checks; one that breaks says so and keeps none of the others. Those that ask other systems do it at
    once."""
    ready = schema.standing() == "current"
    db.session.commit()
    asking = [check for check in checks if check.asks]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    user_id = around.user.id if around.user else None
    with ThreadPoolExecutor(max_workers=max(1, len(asking))) as pool:
        found = {check.name: pool.submit(_beside, app, check, around, user_id, ready) for check in asking}
        here = {check.name: _look(check, around, ready) for check in checks if not check.asks}
        said = here | {name: future.result() for name, future in found.items()}
    return [Looked(check, said[check.name], around.now) for check in checks]


def _beside(app: Flask, check: Check, around: Around, user_id: int | None, ready: bool) -> Verdict:
    """In a thread of its own, with a session of its own."""
    with app.app_context():
        user = db.session.get(User, user_id) if user_id and ready else None
        db.session.commit()  # on SQLite an open transaction would hold everybody up while the other system thinks
        return _look(check, replace(around, user=user), ready)


def _look(check: Check, around: Around, ready: bool) -> Verdict:
    if check.needs and not ready:
        return unknown("needs_database")
    try:
        verdict = check.look(around)
        db.session.commit()
        return verdict
    except Exception as error:  # whatever it is, the other checks are none the worse for it
        log.exception("check=%s failed", check.name)
        db.session.rollback()
        return unknown("crashed", kind=type(error).__name__)


def worst(found: list[Looked]) -> CheckState:
    return min((one.verdict.state for one in found), key=ORDER.index)


def by_urgency(found: list[Looked]) -> list[Looked]:
    """What is broken first; else in their own order."""
    return sorted(found, key=lambda one: ORDER.index(one.verdict.state))


# -- kept -------------------------------------------------------------------------------------------------------------


def keep(found: list[Looked]) -> None:
    """Remember what was said. What could not be looked at overwrites nothing that is known."""
    with writing():
        kept = {row.name: row for row in db.session.scalars(select(CheckResult))}
        for one in found:
            row = kept.get(one.check.name)
            if row is None:
                db.session.add(_row(one))
            elif one.verdict.state != "unknown":
                _overwrite(row, one)


def _row(one: Looked) -> CheckResult:
    verdict = one.verdict
    return CheckResult(
        name=one.check.name, state=verdict.state, code=verdict.code, values=dict(verdict.values), looked_at=one.at,
        since=one.at, alerted=False,
    )  # fmt: skip


def _overwrite(row: CheckResult, one: Looked) -> None:
    if row.state != one.verdict.state and one.at:
        row.since = one.at
    row.state, row.code, row.values = one.verdict.state, one.verdict.code, dict(one.verdict.values)
    row.looked_at = one.at or row.looked_at


def kept() -> Iterator[Looked]:
    """What is known, with its age; of a check that was never looked at nothing."""
    for row in db.session.scalars(select(CheckResult)):
        check = BY_NAME.get(row.name)
        if check and (row.code in check.words or row.code in SHARED):
            yield Looked(check, Verdict(_state(row.state), row.code, row.values), row.looked_at)


def _state(text: str) -> CheckState:
    return next(state for state in ORDER if state == text)
