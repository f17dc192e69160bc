"""The bench that means harm: requests of any shape to every address, and every field of every answer turned."""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings

from b24xero.bitrix24 import wire
from b24xero.ratelimit import unproven
from b24xero.web.login.frame_session import HEADER
from b24xero.writes import sending
from b24xero.xero import one_call
from bench.place import Place, admin
from tests.fuzz import Asked, Fuzzed, asked
from tests.mutation import ODD, accident, recorded, watched
from tests.people import Person
from tests.web.test_portal import Frame

ROWS = [{"productName": "Consulting hour", "price": 115, "quantity": 2, "taxRate": 15, "taxIncluded": "N", "sort": 10}]
EXAMPLES = 5  # of what went wrong, printed of each kind


@dataclass
class _Vendors:
    """The part of the tests' vendors that a frame needs."""

    here: Place

    @property
    def base(self) -> str:
        return self.here.environ["XERO_API_URL"].rpartition("/")[0]

    def control(self, name: str, /, **values: Any) -> Any:
        return self.here.control(name, **values)


def quick() -> None:
    """No pauses before a second look: the simulated vendors need none."""
    logging.disable(logging.CRITICAL)
    wire.READ_AGAIN_AFTER = one_call.READ_AGAIN_AFTER = ()
    sending.LOOK_AFTER = 0.0
    # Here one person signs in anew thousands of times from one address.
    unproven.TRIES = unproven.OPENINGS = 1_000_000


def of_requests(here: Place, count: int) -> tuple[dict[str, object], list[str]]:
    """So many requests; the figures, and what went wrong."""
    here.app.config["PROPAGATE_EXCEPTIONS"] = False
    person = admin(here)
    fuzzed = Fuzzed(person, lambda: _frame(here))
    wrong: list[str] = []
    known = [str(_invoice(here)) for _ in range(3)]

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(asked(here.app, known))
    def ask(one: Asked) -> None:
        if found := fuzzed.ask(one):
            wrong.append(found)

    began = time.monotonic()
    ask()
    figures = {str(code): n for code, n in sorted(fuzzed.statuses.items())}
    return {"requests": fuzzed.statuses.total(), **figures, "seconds": round(time.monotonic() - began)}, wrong


def of_answers(here: Place, one_in: int) -> tuple[dict[str, object], list[str]]:
    """Of all pairs of a place and an odd value one in so many; the figures, and what went wrong."""
    here.app.config["PROPAGATE_EXCEPTIONS"] = False
    person: Person = admin(here)
    invoice, mutant = _invoice(here), watched(here.world.server)
    everything = [(name, turn, into) for name, turn in recorded(mutant, person, invoice) for into in ODD]
    began, tried = time.monotonic(), everything[::one_in]
    wrong = [found for one in tried if (found := accident(mutant, person, invoice, *one))]
    steps = Counter(name for name, _turn, _into in tried)
    return {"turned": len(tried), "of": len(everything), **steps, "seconds": round(time.monotonic() - began)}, wrong


def _frame(here: Place) -> dict[str, str]:
    frame = Frame(here.app, _Vendors(here))  # type: ignore[arg-type]
    frame.open()
    return {HEADER: frame.token}


def _invoice(here: Place) -> int:
    acme = here.control("bitrix24/company", title="Acme Plumbing")["item"]["id"]
    made = here.control(
        "bitrix24/invoice", title="Bathroom", stageId="DT31_7:S", currencyId="NZD", by=1, companyId=acme, rows=ROWS
    )
    return int(made["item"]["id"])
