"""The month end of many invoices, with both vendors as strict and as slow to let one in as they really are."""

from __future__ import annotations

from datetime import timedelta

from b24xero.db.models import utc_now
from b24xero.reconciliation import job
from bench import company, jobs
from bench.costs import Cost
from bench.place import Place

# What both vendors allow: calls a second, calls a minute.
LIMITS = {"BITRIX24_RATE": "2", "XERO_RATE": "60"}
# The goal of issue 16, for 10,000 invoices.
MOST_SECONDS, MOST_CALLS = 60, 25
# Dated a year around today, so that both sides' days lie in it.
_BEFORE, _AFTER = timedelta(days=200), timedelta(days=160)


def timed(here: Place, count: int) -> Cost:
    """Both sides have them, each linked, beside those that the simulated portal has from the start."""
    company.linked(here, count)
    today = utc_now().date()
    return jobs.run(here, lambda user: job.ask(user, today - _BEFORE, today + _AFTER), None)


def found(cost: Cost) -> tuple[dict[str, object], list[str]]:
    """The table's rows, and what is not as it must be."""
    rows: dict[str, object] = {
        "seconds": round(cost.seconds, 1), "CPU seconds": round(cost.cpu, 1), "calls, Xero": cost.calls["xero"],
        "calls, Bitrix24": cost.calls["bitrix24"],
    }  # fmt: skip
    wrong = [f"{vendor}: {calls} calls" for vendor, calls in cost.calls.items() if calls > MOST_CALLS]
    return rows, wrong + ([f"{cost.seconds:.0f} s"] if cost.seconds > MOST_SECONDS else [])
