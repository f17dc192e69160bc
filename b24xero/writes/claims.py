"""Under whose claim something is written, a press's or a run's, and how long it holds without a sign of life."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import g, has_request_context

from b24xero.db.models import SyncRun

RUN_PREFIX = "run-"
# A press lives 25 s (deadlines.LONGEST_REQUEST), and its claim is renewed before each write, whose call takes 20 s.
PRESS = timedelta(seconds=45)
# Two calls of 50 invoices with their time-outs. The run's next worker need not wait for it: it has the same claim.
RUN = timedelta(minutes=4)


def of_press() -> str:
    """A claim of one press alone, which it keeps when it is carried out once more after the database was away."""
    if not has_request_context():
        return str(uuid.uuid4())
    claim: str = g.setdefault("press_claim", str(uuid.uuid4()))
    return claim


def of_this_request() -> str:
    """The claim under which this request has pressed something, "" when it has not."""
    return str(g.get("press_claim", ""))


def of_run(run: SyncRun) -> str:
    """The same in every worker, so that the next one takes over at once what a killed one held."""
    return f"{RUN_PREFIX}{run.id}"


def is_run(claim: str) -> bool:
    return claim.startswith(RUN_PREFIX)


def lease(claim: str) -> timedelta:
    """How long whoever has this claim is believed to be at it."""
    return RUN if is_run(claim) else PRESS
