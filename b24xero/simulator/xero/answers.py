"""The shapes of Xero's answers: envelope, refusals, bodies that are not JSON (facts §2, §2.2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from b24xero.simulator.xero import dates
from b24xero.simulator.xero.records import Json
from b24xero.simulator.xero.state import Ids, Options, Organisation

PROVIDER = "Bitrix24 connector"
NOT_FOUND = "The resource you're looking for cannot be found"


@dataclass
class Call:
    """One admitted request to the accounting API: whose books, with what, when."""

    request: Request
    organisation: Organisation
    ids: Ids
    options: Options
    now: datetime
    args: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def unit_places(self) -> int:
        """Unit prices have two decimals unless ``unitdp=4`` (facts §3.6 rule 1)."""
        return 4 if self.args.get("unitdp") == "4" else 2

    @property
    def summarize_errors(self) -> bool:
        """On the wire the default is true, whatever the OpenAPI file says (facts §2.1)."""
        return self.args.get("summarizeErrors", "true").lower() != "false"


class Refused(Exception):
    """The whole request is answered with ``response``."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass
class Outcome:
    """What became of one element: its row in the answer and, if it was refused, why."""

    row: Json
    errors: list[str] = field(default_factory=list)


def to_json(value: Any) -> str:
    """JSON with Decimal as a JSON number (``24.15``, ``21.0``)."""
    return json.dumps(value, default=_number, separators=(",", ":"), ensure_ascii=False)


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def json_answer(value: Any, status: int = 200) -> Response:
    return Response(to_json(value), status=status, content_type="application/json; charset=utf-8")


def envelope(call: Call, name: str, rows: list[Json], pagination: Json | None = None) -> Response:
    """The 200 answer of every list and write; ``pagination`` stands before the list (facts §2)."""
    body: Json = {
        "Id": call.ids.uuid(),
        "Status": "OK",
        "ProviderName": PROVIDER,
        "DateTimeUTC": dates.bare_stamp(call.now),
    }
    if pagination is not None:
        body["pagination"] = pagination
    return json_answer(body | {name: rows})


def validation_exception(elements: list[Json]) -> Response:
    return json_answer(
        {
            "ErrorNumber": 10,
            "Type": "ValidationException",
            "Message": "A validation exception occurred",
            "Elements": elements,
        },
        400,
    )


def exception(number: int, kind: str, message: str) -> Response:
    return json_answer({"ErrorNumber": number, "Type": kind, "Message": message}, 400)


def query_error(message: str) -> Refused:
    """A where, order or parameter that cannot be read (facts §2.2)."""
    return Refused(exception(16, "QueryParseException", message))


def body_error(message: str) -> Refused:
    """A body that is not what the resource is made of (facts §2.2; its wording after the colon is assumed)."""
    return Refused(exception(17, "PostDataInvalidException", f"JSON for post data was invalid,{message}"))


def not_found() -> Refused:
    """An unknown id in the path: plain text under text/html, not JSON (facts §2.2)."""
    return Refused(Response(NOT_FOUND, status=404, content_type="text/html; charset=utf-8"))


def by_verb(
    call: Call,
    rest: list[str],
    *,
    one: Callable[[Call, str], Response],
    several: Callable[[Call], Response],
    update_one: Callable[[Call, str], Response],
    write: Callable[..., Response],
) -> Response:
    """A collection and what is in it: read, written, and (PUT) created."""
    if call.method == "GET":
        return one(call, rest[0]) if rest else several(call)
    if call.method == "POST":
        return update_one(call, rest[0]) if rest else write(call, upsert=True)
    if call.method == "PUT" and not rest:
        return write(call, upsert=False)
    raise plain(405)


def plain(status: int, text: str = "") -> Refused:
    return Refused(Response(text, status=status, content_type="text/html; charset=utf-8"))


def messages(errors: list[str]) -> list[Json]:
    return [{"Message": message} for message in errors]


def write_batch(call: Call, name: str, flag: str, elements: list[Json], save: Callable[[Json], Outcome]) -> Response:
    """Save elements in order (facts §2.1).

    With summarizeErrors=false each row says OK or ERROR and the good ones stay. Otherwise one bad element undoes all
    and the answer is a 400 with the bad ones. ``flag`` is HasErrors or HasValidationErrors ("" where neither exists).
    """
    before = call.organisation.snapshot()
    try:
        outcomes = [save(element) for element in elements]
    except Refused:
        call.organisation.restore(before)
        raise
    rows = [_row(outcome, flag) for outcome in outcomes]
    if not call.summarize_errors:
        return envelope(call, name, [_with_status(row, outcome) for row, outcome in zip(rows, outcomes, strict=True)])
    bad = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome.errors]
    if bad:
        call.organisation.restore(before)
        return validation_exception(bad)
    return envelope(call, name, rows)


def _row(outcome: Outcome, flag: str) -> Json:
    if not outcome.errors:
        return outcome.row
    return outcome.row | ({flag: True} if flag else {}) | {"ValidationErrors": messages(outcome.errors)}


def _with_status(row: Json, outcome: Outcome) -> Json:
    """The error list keeps its place behind the status, as recorded (facts §3.2)."""
    errors = row.pop("ValidationErrors", None) if outcome.errors else None
    row = row | {"StatusAttributeString": "ERROR" if outcome.errors else "OK"}
    return row if errors is None else row | {"ValidationErrors": errors}


def as_xml(response: Response) -> Response:
    """The same answer for a client that did not ask for JSON: Xero's default is XML (facts §2). A short form of it."""
    value = json.loads(response.get_data())
    root = "Response" if response.status_code == 200 else "ApiException"
    xml = f'<?xml version="1.0" encoding="utf-8"?>{_element(root, value)}'
    answer = Response(xml, status=response.status, content_type="text/xml; charset=utf-8")
    for key, text in response.headers.items():
        if key not in ("Content-Type", "Content-Length"):
            answer.headers[key] = text
    return answer


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        inner = "".join(_element(key, each) for key, each in value.items())
    elif isinstance(value, list):
        inner = "".join(_element(name[:-1] or name, each) for each in value)
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"
