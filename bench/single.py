"""One press as a person meets it: how much longer it takes than the vendors themselves."""

from __future__ import annotations

import re
import statistics

from werkzeug.test import TestResponse

from bench import company
from bench.company import Company
from bench.place import Place
from tests.people import HTMX, Person

PRESSES = 8


def ratios(here: Place, person: Person, milliseconds: int = 150) -> dict[str, float]:
    """Of creating, leaving unchanged and editing one invoice while each vendor takes so long for each call: the whole
    time as a multiple of what was spent waiting for them."""
    ids = company.found(here, Company(invoices=PRESSES + 1, customers=PRESSES + 1, contacts=200))
    token = person.token()
    _press(person, ids[0], token)
    here.control("faults", do="delay", seconds=milliseconds / 1000, times=10**6)
    try:
        found = {"create": _ratio([_press(person, id, token) for id in ids[1:]])}
        found["unchanged"] = _ratio([_press(person, id, token) for id in ids[1:]])
        company.edit(here, ids[1:])
        found["edit"] = _ratio([_press(person, id, token) for id in ids[1:]])
    finally:
        here.control("faults/clear")
    return found


def _press(person: Person, id: int, token: str) -> TestResponse:
    return person.client.post(f"/invoices/{id}/push", data={"csrf_token": token}, headers=HTMX)


def _ratio(answers: list[TestResponse]) -> float:
    return statistics.median(_of(answer) for answer in answers)


def _of(answer: TestResponse) -> float:
    said = answer.headers.get("Server-Timing", "")
    upstream, app = re.search(r"upstream;dur=([\d.]+)", said), re.search(r"app;dur=([\d.]+)", said)
    if answer.status_code != 200 or not upstream or not app:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
    return (float(upstream[1]) + float(app[1])) / float(upstream[1])
