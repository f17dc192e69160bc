"""Both vendors as they are, with one field of one answer turned into something else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse
from werkzeug.wrappers import Request, Response

from b24xero.simulator.http import Server
from tests.people import HTMX, Person, _local

Path = tuple[str | int, ...]
# Which answer (vendor and address), and where in it.
Turn = tuple[str, Path]
# What a field may be turned into; NaN and 1e999999 are written into the JSON as they stand here.
RAW = ("NaN", "1e999999", '"1e999999"', "9" * 5000)
# Half of a sign and one of no length, which no page and no row can hold; days at both ends of the calendar.
TEXTS = (
    r'"\ud800"', r'"a\u0000b"', '"' + "x" * 20_000 + '"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"',
    "9223372036854775808", '"1E+13"', r'"a\r\nX: y"',
)  # fmt: skip
ODD: tuple[str, ...] = (
    "null", "[]", "{}", "true", "-1", '""', '"rubbish"', '[{"a": [1]}]', '{"0": {"b": 1}}', *RAW, *TEXTS,
)  # fmt: skip
_MARK = "-- odd --"


@dataclass
class Mutant:
    """Remembers every answer's paths while ``turn`` is None, else turns the path of that answer into ``into``."""

    turn: Turn | None = None
    into: str = "null"
    seen: dict[Turn, None] = field(default_factory=dict)

    # An invoice's id, one of its fields, and what that is in every list; and what a row of goods has for its price.
    row: tuple[int, str, str] | None = None
    price: str = ""

    def answer(self, vendor: str, handler: Callable[[Request], Response], request: Request) -> Response:
        response = handler(request)
        if "json" not in (response.mimetype or "") or request.path.startswith("/_"):
            return response
        body = json.loads(response.get_data())
        name = f"{vendor} {request.path}"
        if turned := self._rows(body):
            response.set_data(turned)
        elif self.turn is None:
            self.seen |= {(name, path): None for path in paths(body)}
        elif self.turn and self.turn[0] == name and put(body, self.turn[1], _MARK):
            response.set_data(json.dumps(body).replace(json.dumps(_MARK), self.into))
        return response

    def _rows(self, body: Any) -> str:
        into, found = "", []
        for path in every(body):
            if self.row and path[-1] == self.row[1] and at(body, (*path[:-1], "id")) == self.row[0]:
                into, found = self.row[2], [*found, path]
            if self.price and path[-1] == "price" and "productRows" in path:
                into, found = self.price, [*found, path]
        done = [put(body, path, _MARK) for path in found]
        return json.dumps(body).replace(json.dumps(_MARK), into) if any(done) else ""


def every(value: Any, above: Path = ()) -> Iterator[Path]:
    """Every place of an answer."""
    if above:
        yield above
    inside: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield from every(one, (*above, name))


def at(value: Any, path: Path) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else value[name] if isinstance(name, int) else None
    return value


def watched(server: Server) -> Mutant:
    """A mutant between each vendor of a served world and whoever asks."""
    mutant = Mutant()
    for prefix, (vendor, handler) in list(server.vendors.items()):
        server.vendors[prefix] = (vendor, lambda request, v=vendor, h=handler: mutant.answer(v, h, request))
    return mutant


def paths(value: Any, above: Path = ()) -> Iterator[Path]:
    """Every place of an answer; of a list its first and its last row, which stand for all."""
    if above:
        yield above
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list) and value:
        inside = {0: value[0], -1: value[-1]}.items()
    for name, one in inside:
        yield from paths(one, (*above, name))


def put(value: Any, path: Path, new: Any) -> bool:
    """Whether the answer has this place."""
    for name in path[:-1]:
        try:
            value = value[name]
        except (KeyError, IndexError, TypeError):
            return False
    try:
        _ = value[path[-1]]
        value[path[-1]] = new
    except (KeyError, IndexError, TypeError):
        return False
    return True


# -- what somebody looks at and does ----------------------------------------------------------------------------------

# Whatever is neither done, nor refused, nor put off is an accident.
FINE = {200, 302, 303, 400, 401, 403, 404, 409, 422, 503, 504}

Step = Callable[[Person, int], TestResponse]


def _sign_in(person: Person, _invoice: int) -> TestResponse:
    newcomer = Person(person.app, person.name)
    start = newcomer.client.get("/login/bitrix24")
    return newcomer.client.get(_local(newcomer.at_bitrix24(start.headers["Location"])))


def _connect(person: Person, _invoice: int) -> TestResponse:
    start = person.client.get("/xero/connect")
    return person.client.get(_local(person.at_xero(start.headers["Location"])))


def _get(address: str, **headers: str) -> Step:
    return lambda person, invoice: person.client.get(address.format(invoice=invoice), headers=headers)


STEPS: dict[str, Step] = {
    "list": _get("/invoices", **HTMX),
    "search": _get("/invoices?q=acme", **HTMX),
    "preview": _get("/invoices/{invoice}/preview"),
    "tab": _get("/invoices/{invoice}/card"),
    "why": _get("/invoices/{invoice}/why"),
    "set-up": _get("/setup"),
    "set-up check": _get("/setup/check"),
    "products": _get("/products", **HTMX),
    "add a product": _get("/products/add"),
    "press": lambda person, invoice: person.press(invoice),
    "connect": _connect,
    "sign in": _sign_in,
}


def recorded(mutant: Mutant, person: Person, invoice: int) -> list[tuple[str, Turn]]:
    """Every place of every answer that a step meets."""
    found: list[tuple[str, Turn]] = []
    for name, step in STEPS.items():
        mutant.seen.clear()
        answer = step(person, invoice)
        assert answer.status_code in (200, 302), (name, answer.status_code)
        found += [(name, turn) for turn in mutant.seen]
    return found


def accident(mutant: Mutant, person: Person, invoice: int, name: str, turn: Turn, into: str) -> str:
    """What a step answers, when a field is something else and that is an accident; "" otherwise."""
    mutant.turn, mutant.into = turn, into
    answer = STEPS[name](person, invoice)
    mutant.turn = None
    still_there = answer.status_code in (200, 503) or "/preview" in answer.headers.get("Location", "")
    if not still_there or name == "connect":
        person.sign_in().connect()
    return "" if answer.status_code in FINE else f"{name} {answer.status_code}: {turn} into {into[:20]}"
