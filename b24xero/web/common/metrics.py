"""What a Prometheus reads: calls, budgets, runs, entries, what waits, who lives. Behind a token; no names."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, abort, request
from sqlalchemy import func, select

from b24xero import call_counts, connections
from b24xero.db.models import CallBudget, CallCount, CheckResult, PaidDelay, SyncEntry, SyncRun, utc_now
from b24xero.extensions import db
from b24xero.pull import paid_delays
from b24xero.ratelimit import shared_pace
from b24xero.runs import workers

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
def metrics() -> Response:
    """404 where no METRICS_TOKEN is set, 401 without it."""
    token = connections.settings().metrics_token
    if not token:
        abort(HTTPStatus.NOT_FOUND)
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        return Response("METRICS_TOKEN is wanted as Authorization: Bearer", HTTPStatus.UNAUTHORIZED)
    call_counts.keep()
    return Response("\n".join(_lines(utc_now())) + "\n", mimetype="text/plain; version=0.0.4")


def _lines(now: datetime) -> Iterator[str]:
    yield from _calls()
    yield from _budgets()
    yield from _work()
    oldest = db.session.scalar(select(func.min(SyncRun.created_at)).where(SyncRun.state == "queued"))
    yield "# TYPE b24xero_oldest_waiting_seconds gauge"
    yield f"b24xero_oldest_waiting_seconds {_age(oldest, now)}"
    yield "# TYPE b24xero_workers gauge"
    yield f"b24xero_workers {len(workers.alive(now))}"
    if (seen := workers.last_sign()) is not None:
        yield "# TYPE b24xero_worker_silent_seconds gauge"
        yield f"b24xero_worker_silent_seconds {_age(seen, now)}"
    yield from _delays()
    yield "# TYPE b24xero_check_broken gauge"
    for check in db.session.scalars(select(CheckResult)):
        yield f'b24xero_check_broken{{check="{check.name}"}} {int(check.state == "broken")}'


def _delays() -> Iterator[str]:
    """As Prometheus wants a histogram: each bound counts those below it, too."""
    found = {row.up_to: row for row in db.session.scalars(select(PaidDelay))}
    name, below = "b24xero_paid_shown_seconds", 0
    yield f"# HELP {name} From the change in Xero that paid an invoice until Bitrix24 showed it."
    yield f"# TYPE {name} histogram"
    for bound in paid_delays.BOUNDS:
        below += found[bound].invoices if bound in found else 0
        yield f'{name}_bucket{{le="{bound}"}} {below}'
    everything = sum(row.invoices for row in found.values())
    yield f'{name}_bucket{{le="+Inf"}} {everything}'
    yield f"{name}_sum {sum(row.seconds for row in found.values())}"
    yield f"{name}_count {everything}"


def _work() -> Iterator[str]:
    runs = select(SyncRun.kind, SyncRun.state, func.count()).group_by(SyncRun.kind, SyncRun.state)
    yield "# TYPE b24xero_runs gauge"
    for kind, state, count in db.session.execute(runs):
        yield f'b24xero_runs{{kind="{kind}",state="{state}"}} {count}'
    entries = select(SyncEntry.kind, SyncEntry.outcome, func.count()).group_by(SyncEntry.kind, SyncEntry.outcome)
    yield "# TYPE b24xero_entries gauge"
    for of, outcome, number in db.session.execute(entries):
        yield f'b24xero_entries{{kind="{of}",outcome="{outcome}"}} {number}'


def _calls() -> Iterator[str]:
    rows = db.session.scalars(select(CallCount).order_by(CallCount.vendor, CallCount.method, CallCount.outcome)).all()
    yield "# TYPE b24xero_calls_total counter"
    for row in rows:
        yield f"b24xero_calls_total{_labels(row)} {row.calls}"
    yield "# TYPE b24xero_call_seconds_total counter"
    for row in rows:
        yield f"b24xero_call_seconds_total{_labels(row)} {row.milliseconds / 1000:.3f}"


def _labels(row: CallCount) -> str:
    return f'{{vendor="{row.vendor}",method="{row.method}",outcome="{row.outcome}"}}'


def _budgets() -> Iterator[str]:
    yield "# TYPE b24xero_calls_left gauge"
    for name in db.session.scalars(select(CallBudget.name)):
        today = shared_pace.read(name).today(time.time())
        if today:
            yield f'b24xero_calls_left{{budget="{name}"}} {today.left}'


def _age(moment: datetime | None, now: datetime) -> int:
    return int((now - moment).total_seconds()) if moment else 0
