"""What a page costs of our own process while the database grows: CPU, queries and bytes; and beside it plain pages."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, render_template_string
from werkzeug.test import TestResponse

from bench import history
from bench.costs import counted
from bench.place import Place
from tests.people import Person

ROWS, LOOKS = 50, 12
PAGES = ("invoices of 50 rows", "paid", "ready to send", "activity", "last page of activity", "history of one")


@dataclass(frozen=True)
class Page:
    """Milliseconds of CPU of the process but for the vendors', which are simulated in another thread."""

    median: float
    worst_but_one: float
    queries: int
    bytes: int


def looked_at(here: Place, person: Person, entries: int) -> dict[str, Page]:
    last = -(-entries // ROWS)
    asks: Mapping[str, Callable[[], TestResponse]] = {
        "invoices of 50 rows": lambda: person.list(rows=ROWS),
        "paid": lambda: person.list(rows=ROWS, view="paid"),
        "ready to send": lambda: person.list(rows=ROWS, view="ready"),
        "activity": lambda: person.client.get(f"/activity?rows={ROWS}"),
        "last page of activity": lambda: person.client.get(f"/activity?rows={ROWS}&page={last}"),
        "history of one": lambda: person.client.get(f"/invoices/{history.FIRST + 5}/history"),
    }
    return {name: _measured(here, asks[name]) for name in PAGES}


def _measured(here: Place, ask: Callable[[], TestResponse]) -> Page:
    answer = ask()
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
    times = sorted(_cpu(ask) for _ in range(LOOKS))
    with here.app.app_context(), counted(here) as cost:
        ask()
    return Page(statistics.median(times), times[-2], cost.queries, len(answer.data))


def _cpu(ask: Callable[[], object]) -> float:
    """Of this thread alone: the simulator answers in another."""
    began = time.thread_time()
    ask()
    return (time.thread_time() - began) * 1000


# -- plain pages ------------------------------------------------------------------------------------------------------

_PLAIN = """<!doctype html><title>Invoices</title><h1>Invoices</h1><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}
<td><a href="/invoices/{{ row[0] }}">Open</a></td></tr>{% endfor %}</table>"""
_ROW = ("INV-0412", "Acme Plumbing", "3 Nov 2026", "20 Nov 2026", "Sent", "115.00 NZD", "Awaiting payment")


def plain() -> dict[str, float]:
    """Requests a second that a bare page, and the same fifty rows in a plain table, would get of one processor."""
    app = Flask(__name__)
    app.add_url_rule("/bare", "bare", lambda: "ok")
    app.add_url_rule("/plain", "plain", lambda: render_template_string(_PLAIN, rows=[_ROW] * ROWS))
    client = app.test_client()
    found = {}
    for name in ("bare", "plain"):
        times = [_cpu(lambda name=name: client.get(f"/{name}")) for _ in range(200)]  # type: ignore[misc]
        found[name] = 1000 / statistics.median(times)
    return found


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """How a cost grows with the size: 0 not at all, 1 as the size does (least squares on logarithms)."""
    x, y = [math.log(size) for size in sizes], [math.log(max(cost, 1e-9)) for cost in costs]
    return statistics.linear_regression(x, y).slope
