"""A month-end sheet, top to bottom: asked for by a button, made by a worker, kept; nothing is written anywhere else.

Both systems are read fresh, and whole: a sheet of which one half is older than the other could not be added up. A run
that is interrupted (a login that ends, a limit) begins its reading anew.
"""

from __future__ import annotations

import logging
from datetime import date

from b24xero import connections, rights
from b24xero.db.models import Organisation, SyncRun, User
from b24xero.db.transactions import writing
from b24xero.errors import Rejected, problem
from b24xero.reconciliation import compare, kept
from b24xero.reconciliation.read import Period, Stopped
from b24xero.reconciliation.sheet import Sheet
from b24xero.runs import asked, failures, lifecycle

log = logging.getLogger(__name__)

LONGEST_DAYS = 366


def ask(user: User, since: date, until: date) -> SyncRun:
    """ "Read both now": a run for the invoices dated in this period.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing, or the period is none.
    """
    _xero, organisation = connections.ready_for(user)
    if not 0 <= (until - since).days < LONGEST_DAYS:
        raise Rejected(problem("period_too_long", days=LONGEST_DAYS))
    run = lifecycle.start(user, organisation, asked.Sheet(since, until))
    lifecycle.announce(run.id)
    return run


def carry_on(run: SyncRun) -> None:
    """Read both sides, compare them, keep the sheet."""
    xero, organisation = failures.reached(run)
    period = _period(run, organisation)
    _begin_anew(run)
    try:
        period.read(connections.bitrix24_for(run.user), xero, lambda read, total: _told(run, read, total))
    except Stopped:
        lifecycle.end(run, "stopped")
    else:
        _keep(run, _compared(period, organisation))


def _period(run: SyncRun, organisation: Organisation) -> Period:
    wanted, lists = asked.of(run, asked.Sheet), rights.portal_lists(run.user)
    stages = {stage.id: stage for stage in lists.all_stages}
    return Period(organisation, wanted.since, wanted.until, stages, whole=lists.is_admin)


def _begin_anew(run: SyncRun) -> None:
    with writing():
        lifecycle.hold(run)
        run.done = run.total = 0


def _told(run: SyncRun, read: int, total: int) -> None:
    """How far it is.

    Raises:
        Stopped: the person wants it to end here. Leaving, LeaseLost.
    """
    if lifecycle.wants_to_stop(run):
        raise Stopped
    with writing():
        lifecycle.advance(run, read)
        run.total = total


def _compared(period: Period, organisation: Organisation) -> Sheet:
    return compare.sheet(
        period.since, period.until, period.ours, period.theirs, period.known.values(),
        tolerance=organisation.set_up.largest_rest, whole=period.whole,
    )  # fmt: skip


def _keep(run: SyncRun, sheet: Sheet) -> None:
    with writing():
        lifecycle.hold(run)
        kept.keep(run, sheet)
        run.counts = {"agreeing": sheet.agreeing, "apart": len(sheet.differences)}
    unexplained = {c: str(v) for c, v in sheet.bridge.unexplained.amounts.items() if v}
    if unexplained:
        log.warning("run=%s sheet unexplained=%s", run.id, unexplained)
    lifecycle.end(run, "finished")
