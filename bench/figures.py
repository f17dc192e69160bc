"""How fast the usual things are, on a fresh database with the simulated vendors beside it."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence

from werkzeug.test import TestResponse

from b24xero import worker
from bench import invoices, payments
from bench.place import DATABASES, PEOPLE, Place, admin, fresh_folder, place
from tests.people import HTMX, Person

MANY, PAID_OF_THEM, PRESSES, LOOKS = 1000, 500, 10, 10


def main() -> int:
    """Measure on each database and print one table a database."""
    for database in DATABASES:
        with place(database, fresh_folder(database)) as here:
            table(database, measured(here))
    return 0


def measured(here: Place) -> dict[str, str]:
    mere = admin(here, **payments.SET_UP)
    ids = invoices.write(here, 4 * (MANY + PRESSES))[PEOPLE[1]]
    pressed, pushed = ids[:PRESSES], ids[PRESSES:]
    figures = {"a press of Create on Xero, ms": _presses(mere, pressed)}
    figures[f"push of {MANY:,}, s"] = _run(here, mere, "/invoices/many/write", id=",".join(map(str, pushed)))
    figures["a page of 50 rows, app alone, ms"] = _pages(mere)
    figures["the summary of 40, app alone, ms"] = _summaries(mere, pushed[:40])
    figures["pull without news, s"] = _run(here, mere, "/runs/pull")
    payments.receive(here, pushed[:PAID_OF_THEM])
    figures[f"pull of {PAID_OF_THEM} changes, s"] = _run(here, mere, "/runs/pull")
    return figures


def _presses(person: Person, ids: Sequence[int]) -> str:
    token = person.token()

    def press(id: int) -> TestResponse:
        return person.client.post(f"/invoices/{id}/push", data={"csrf_token": token}, headers=HTMX)

    return _times([_timed(lambda id=id: press(id)) for id in ids])  # type: ignore[misc]


def _pages(person: Person) -> str:
    return _times([_app_time(person.list(rows=50)) for _ in range(LOOKS)])


def _summaries(person: Person, ids: Sequence[int]) -> str:
    data = {"csrf_token": person.token(), "id": ",".join(map(str, ids))}
    return _times([_app_time(person.client.post("/invoices/many", data=data)) for _ in range(LOOKS)])


def _run(here: Place, person: Person, address: str, **values: str) -> str:
    """From the press to the end, carried on in this process."""
    began = time.perf_counter()
    answer = person.client.post(address, data={"csrf_token": person.token(), **values})
    run_id = int(answer.headers["Location"].rpartition("/")[2])
    with here.app.app_context():
        worker.take(run_id)
    run = here.run(run_id)
    if run.state != "finished" or run.problems:
        raise RuntimeError(f"the run is {run.state}: {run.problems}")
    return f"{time.perf_counter() - began:.1f}"


def _timed(what: Callable[[], TestResponse]) -> float:
    began = time.perf_counter()
    answer = what()
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
    return (time.perf_counter() - began) * 1000


def _app_time(answer: TestResponse) -> float:
    """What the page itself says that it took without the vendors."""
    found = re.search(r"app;dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
    if answer.status_code != 200 or found is None:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
    return float(found[1])


def _times(milliseconds: Sequence[float]) -> str:
    return f"{statistics.median(milliseconds):.0f} (worst {max(milliseconds):.0f})"


def table(title: str, rows: dict[str, str]) -> None:
    print(f"\n  {title}")
    for name, value in rows.items():
        print(f"    {name:<36}{value:>20}", flush=True)
