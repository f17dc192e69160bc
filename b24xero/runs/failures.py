"""What both jobs of a worker share: how a run reaches the two systems, and what ends or pauses it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from datetime import timedelta

from b24xero import connections, service_login
from b24xero.db.models import Organisation, SyncRun, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected, JobError, OutcomeUnknown, Problem, RetryLater, problem
from b24xero.extensions import db
from b24xero.runs import lifecycle, lookup, pieces
from b24xero.writes.sending import BrokeOff
from b24xero.xero.client import Xero

log = logging.getLogger(__name__)

SECONDS_TO_REST = 10.0
# Xero that refuses a token which it has just given does not mean the token.
MOST_DOUBTS = 1


class WrongOrganisation(JobError):
    """The person is connected to another organisation now: the run waits for its own."""


def reached(run: SyncRun) -> tuple[Xero, Organisation]:
    """The run's organisation with its person's Xero login, or with the service login where nobody pressed for it.

    Raises:
        Disconnected, WrongOrganisation; RetryLater: the service login could not be renewed now.
    """
    if run.by_service:
        return service_login.reached(run)
    xero, organisation = connections.xero_for(run.user)
    if organisation.id != run.organisation_id or not organisation.is_set_up:
        raise WrongOrganisation(problem("organisation_changed", name=run.organisation.name))
    return xero, organisation


@contextlib.contextmanager
def carrying(run: SyncRun) -> Iterator[None]:
    """What goes wrong in a run pauses it, for its person or for a while, or ends it with the reason.

    Raises:
        LeaseLost, Leaving: it is not this worker's any more.
    """
    try:
        yield
    except (lifecycle.LeaseLost, lifecycle.Leaving):
        raise
    except Disconnected as error:
        _cut_off(run, error)
    except WrongOrganisation as error:
        lifecycle.pause(run, "xero", error.problems, None)
    except BrokeOff as error:
        _broke(run, error)
    except (RetryLater, OutcomeUnknown) as error:
        seconds = error.seconds if isinstance(error, RetryLater) else SECONDS_TO_REST
        lifecycle.pause(run, "time", error.problems, utc_now() + timedelta(seconds=max(seconds, 1.0)))
    except JobError as error:
        lifecycle.end(run, "finished", error.problems)
    except Exception as error:
        _broke(run, error)


def _cut_off(run: SyncRun, error: Disconnected) -> None:
    """A person's run waits for the person. Nobody would come back to that of automatic sync: it asks for a new token
    and goes on, or ends, and the next look begins anew."""
    if not run.by_service:
        if error.system == "xero":
            connections.end_xero_login(run.user)
        lifecycle.pause(run, error.system, error.problems, None)
    elif error.system == "xero" and run.tries < MOST_DOUBTS and service_login.doubt(run.organisation_id):
        with writing():
            run.tries += 1
        lifecycle.pause(run, "time", (), utc_now() + timedelta(seconds=SECONDS_TO_REST))
    else:
        lifecycle.end(run, "closed", (_shut_out(run, error),))


def _shut_out(run: SyncRun, error: Disconnected) -> Problem:
    """Of whom it is said: what is told of a login is told to its person, and here it is nobody's at the screen."""
    if error.system == "bitrix24":
        return problem("service_signed_out", name=run.user.name)
    told = error.problems[0]
    return told if told.code.startswith("service_login") else problem(lookup.SHUT_OUT, name=run.organisation.name)


def lost(run: SyncRun) -> None:
    """One worker after the other was killed while it carried this run on: the next one leaves it alone."""
    known = pieces.reference()
    log.error("run=%s kind=%s reference=%s its workers were killed %s times", run.id, run.kind, known, run.lost)
    lifecycle.fail(run, known)


def _broke(run: SyncRun, error: Exception) -> None:
    """Nobody foresaw it, so it is no reason to carry the run on for ever."""
    db.session.rollback()
    known = pieces.reference()
    log.error("run=%s kind=%s tries=%s reference=%s broke", run.id, run.kind, run.tries + 1, known, exc_info=error)
    lifecycle.broke(run, known)
