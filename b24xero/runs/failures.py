"""What both jobs of a worker share: how a run reaches the two systems, and what ends or pauses it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from b24xero import connections
from b24xero.db.models import Organisation, SyncRun, utc_now
from b24xero.errors import Disconnected, JobError, OutcomeUnknown, RetryLater, problem
from b24xero.runs import lifecycle
from b24xero.xero.client import Xero

SECONDS_TO_REST = 10.0


class WrongOrganisation(JobError):
    """The person is connected to another organisation now: the run waits for its own."""


def reached(run: SyncRun) -> tuple[Xero, Organisation]:
    """The run's organisation with its person's Xero login.

    Raises:
        Disconnected, WrongOrganisation.
    """
    xero, organisation = connections.xero_for(run.user)
    if organisation.id != run.organisation_id or not organisation.is_set_up:
        raise WrongOrganisation(problem("organisation_changed", name=run.organisation.name))
    return xero, organisation


@contextlib.contextmanager
def carrying(run: SyncRun) -> Iterator[None]:
    """What goes wrong in a run pauses it, for its person or for a while, or ends it with the reason."""
    try:
        yield
    except Disconnected as error:
        if error.system == "xero":
            connections.end_xero_login(run.user)
        lifecycle.pause(run, error.system, error.problems, None)
    except WrongOrganisation as error:
        lifecycle.pause(run, "xero", error.problems, None)
    except (RetryLater, OutcomeUnknown) as error:
        seconds = error.seconds if isinstance(error, RetryLater) else SECONDS_TO_REST
        lifecycle.pause(run, "time", error.problems, utc_now() + timedelta(seconds=max(seconds, 1.0)))
    except JobError as error:
        lifecycle.end(run, "finished", error.problems)
