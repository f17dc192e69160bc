"""How Bitrix24 reads parameters and writes JSON: PHP brackets in, PHP-flavoured JSON out (facts §0)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response

Json = Any


class RestError(Exception):
    """An error answer. ``code`` is a text, also where it is a number (0, 100, catalogue) and where it is empty (legacy
    crm.*); older boxes spell the numbers as such (source §1 #12)."""

    def __init__(self, code: str | int, description: str = "", status: int = 400, **extra: Json) -> None:
        super().__init__(f"{code}: {description}")
        self.code = str(code)
        self.description = description
        self.status = status
        self.extra = extra

    def body(self, *, whole_numbers: bool = False) -> dict[str, Json]:
        code: Json = int(self.code) if whole_numbers and self.code.isdigit() else self.code
        return {"error": code, "error_description": self.description, **self.extra}


def bracketed(pairs: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """``filter[>id]=5`` and ``select[]=id`` become nested maps and lists, as in PHP's own parser."""
    found: dict[str, Json] = {}
    for name, value in pairs:
        head, brackets = re.match(r"([^\[]*)(.*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
        _put(found, [head, *re.findall(r"\[([^\]]*)\]", brackets)], value)
    return {name: _with_lists(value) for name, value in found.items()}


def _put(node: dict[str, Json], path: list[str], value: str) -> None:
    for step, following in zip(path, [*path[1:], None], strict=True):
        key = step or str(len(node))
        if following is None:
            node[key] = value
        else:
            if not isinstance(node.get(key), dict):
                node[key] = {}
            node = node[key]


def _with_lists(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(item) for key, item in value.items()}
    if inner and list(inner) == [str(index) for index in range(len(inner))]:
        return list(inner.values())
    return inner


def query(text: str) -> dict[str, Json]:
    """A query string, as it stands in an address, a form body or a batch command."""
    return bracketed(parse_qsl(text, keep_blank_values=True))


def parameters(request: Request) -> dict[str, Json]:
    """Query string first, then the body over it: JSON, form or multipart. A broken JSON body counts as empty."""
    found = query(request.query_string.decode())
    if request.mimetype == "application/json":
        return found | _json_body(request)
    return found | bracketed(request.form.items(multi=True))


def _json_body(request: Request) -> dict[str, Json]:
    try:
        body = json.loads(request.get_data(as_text=True), parse_float=Decimal)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def number(value: Decimal | None) -> int | float | None:
    """A JSON number, an integer when whole: ``19000``, ``432.5`` (facts §3.1)."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def plain(value: Json) -> Json:
    """Whatever a method returned as what the vendor writes: an empty map is ``[]`` (PHP knows one empty array)."""
    if value is None or type(value) in (str, int, bool, float):  # nine in ten
        return value
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()} or []
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def answer(body: Json, status: int = 200, digits: int = -1) -> Response:
    """``digits``: PHP's ``serialize_precision``."""
    text = json.dumps(_spelt(plain(body), digits) if digits > 0 else plain(body), ensure_ascii=False)
    text = _SPELT.sub(r"\1", text) if digits > 0 else text
    return Response(text, status=status, mimetype="application/json")


# How a number travels through ``json``, which has no say in how many digits it writes.
_SPELT = re.compile(r'"\\u0000([-+.e0-9]+)"')


def _spelt(value: Json, digits: int) -> Json:
    """Every float with so many digits: 432.1 is 432.10000000000002 with 17 (source facts §2.1)."""
    if isinstance(value, float):
        return f"\0{value:.{digits}g}"
    if isinstance(value, dict):
        return {key: _spelt(item, digits) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelt(item, digits) for item in value]
    return value


def items_of(value: Json) -> list[tuple[str, Json]]:
    """PHP makes no difference between a list and a map with 0, 1, 2 … as keys: both as (key, value)."""
    if isinstance(value, dict):
        return [(str(key), item) for key, item in value.items()]
    return [(str(index), item) for index, item in enumerate(value or [])]


def values_of(value: Json) -> list[Json]:
    """The values of a list or map; a scalar is a list of one."""
    if isinstance(value, (list, dict)):
        return [item for _key, item in items_of(value)]
    return [value]
