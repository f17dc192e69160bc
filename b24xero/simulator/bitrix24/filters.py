"""How lists are filtered, sorted and paged (facts §3.1): operators, OR groups, pages of 50."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from b24xero.simulator.bitrix24.wire import Json, RestError, items_of, values_of

PAGE = 50

Record = Mapping[str, Any]
Test = Callable[[Record], bool]

_KEY = re.compile(r"(>=|<=|!=%|!%=|!=|!@|!%|=%|%=|>|<|@|%|!|=|)(.*)", re.DOTALL)
_INTEGERS = ("integer", "user", "crm_company", "crm_contact", "crm_category")
_LISTS = ("", "=", "!=", "@", "!@")  # the only operators that take a list of values


class Filter:
    """A compiled filter over records of the given kinds (field name → type word).

    ``strict`` is the universal API: an unknown field is INVALID_ARG_VALUE. Legacy lists ignore it silently, so that
    the whole table comes back (facts §4).
    """

    def __init__(self, raw: Json, kinds: Mapping[str, str], zone: tzinfo, strict: bool = True) -> None:
        if raw not in (None, "") and not isinstance(raw, (dict, list)):
            raise RestError("100", "Invalid value to match with parameter {filter}. Should be value of type array.")
        self._kinds, self._zone, self._strict = kinds, zone, strict
        self.matches = self._group(raw or {})

    def _group(self, raw: Json) -> Test:
        either = isinstance(raw, dict) and str(raw.get("logic", "AND")).upper() == "OR"
        found = [self._part(key, value) for key, value in items_of(raw) if key != "logic"]
        tests = [test for test in found if test is not None]
        if either and tests:
            return lambda record: any(test(record) for test in tests)
        return lambda record: all(test(record) for test in tests)

    def _part(self, key: str, value: Json) -> Test | None:
        if key.isdigit():
            if isinstance(value, (dict, list)):
                return self._group(value)
            raise RestError("INVALID_ARG_VALUE", f"Invalid filter: field '{key}' is not allowed in filter")
        match = _KEY.fullmatch(key)
        operator, name = match.groups() if match else ("", key)
        if self._strict and isinstance(value, (dict, list)) and operator not in _LISTS:
            raise RestError("INVALID_ARG_VALUE", f"Invalid filter: '{key}' takes one value")
        if name not in self._kinds:
            if self._strict:
                raise RestError("INVALID_ARG_VALUE", f"Invalid filter: field '{name}' is not allowed in filter")
            return None
        return self._condition(operator, name, value)

    def _condition(self, operator: str, name: str, value: Json) -> Test:
        kind = self._kinds[name]
        if operator.startswith("!") and operator != "!":
            positive = self._condition(operator[1:], name, value)
            return lambda record: not positive(record)
        if operator == "!":
            positive = self._condition("=", name, value)
            return lambda record: not positive(record)
        if "%" in operator:
            like = _like(f"%{value}%" if operator == "%" else str(value))  # % and _ inside are wildcards, too (§10.4)
            return lambda record: any(like(text(one)) for one in values_of(record.get(name)))
        if operator in (">", ">=", "<", "<="):
            return self._ordering(operator, name, self._read(kind, value))
        wanted = [self._equality(kind, one) for one in values_of(value)]
        return lambda record: any(test(one) for test in wanted for one in values_of(record.get(name)) or [None])

    def _ordering(self, operator: str, name: str, bound: Any) -> Test:
        compare: Callable[[Any], bool] = {
            ">": lambda value: value > bound,
            ">=": lambda value: value >= bound,
            "<": lambda value: value < bound,
            "<=": lambda value: value <= bound,
        }[operator]
        kind = self._kinds[name]

        def test(record: Record) -> bool:
            value = record.get(name)
            return value is not None and compare(self._read(kind, value))

        return test

    def _equality(self, kind: str, value: Json) -> Callable[[Any], bool]:
        if value in (None, "", False) and kind not in _INTEGERS:
            return lambda found: found in (None, "")
        if isinstance(value, str) and "%" in value and kind in ("string", "crm_status", "crm_currency"):
            like = _like(value)  # observed: % inside a plain equality value also acts as a wildcard
            return lambda found: like(text(found))
        wanted = self._read(kind, value)
        return lambda found: found is not None and bool(self._read(kind, found) == wanted)

    def _read(self, kind: str, value: Any) -> Any:
        if kind in _INTEGERS:
            return _integer(value)
        if kind == "double":
            return _decimal(value)
        if kind == "boolean":
            return "Y" if value in (True, 1, "1", "Y", "y") else "N"
        if kind == "datetime":
            return moment(value, self._zone)
        if kind == "date":
            return moment(value, self._zone).date()
        return text(value)


def moment(value: Any, zone: tzinfo) -> datetime:
    """A filter's date or time, at the server: the offset that is written with it counts, without one it is server time
    (source §2.2)."""
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    try:
        written = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise RestError("INVALID_ARG_VALUE", f"Invalid filter: '{value}' is not a date") from error
    return written.astimezone(zone) if written.tzinfo else written.replace(tzinfo=zone)


def text(value: Any) -> str:
    return "" if value is None else str(value).casefold()


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    found = re.match(r"\s*[-+]?\d+", str(value))  # PHP's (int): what is no number is 0
    return int(found.group()) if found else 0


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def _like(pattern: str) -> Callable[[str], bool]:
    parts = [re.escape(part).replace("_", ".") for part in pattern.casefold().split("%")]
    compiled = re.compile(".*".join(parts), re.DOTALL)
    return lambda value: compiled.fullmatch(value) is not None


# -- order, page --------------------------------------------------------------------------------------------------


def ordered(records: list[Any], raw: Json, kinds: Mapping[str, str], strict: bool = True) -> list[Any]:
    """Sorted by each (field, ASC or DESC); null first. The universal API refuses a bad field or direction."""
    if strict and raw not in (None, "") and not isinstance(raw, (dict, list)):
        raise RestError("100", "Invalid value to match with parameter {order}. Should be value of type array.")
    result = sorted(records, key=lambda record: _integer(record.get("id", record.get("ID", 0))))
    for name, direction in reversed(items_of(raw) if isinstance(raw, (dict, list)) else []):
        word = str(direction).upper()
        if name not in kinds or word not in ("ASC", "DESC"):
            if strict:
                raise RestError("INVALID_ARG_VALUE", f"Invalid order: '{name}' => '{direction}' is not allowed")
            continue
        result.sort(key=lambda record: _sortable(kinds[name], record.get(name)), reverse=word == "DESC")
    return result


def _sortable(kind: str, value: Any) -> tuple[Any, ...]:
    if value is None:
        return (0,)
    if kind in _INTEGERS:
        return (1, _integer(value))
    if isinstance(value, (list, str)):
        return (1, text(value))
    return (1, value)


def page_of(records: list[Any], start: Json, *, wraps: bool = False) -> tuple[list[Any], int | None, int | None]:
    """(this page, total, next). A start of 75 behaves like 50; -1 means the first 50 uncounted (facts §3.1).

    ``wraps``: beyond its end a legacy list and ``catalog.product.list`` answer page 1 again (source §1 #16).
    """
    first = _integer(start or 0)
    if first < 0:
        return records[:PAGE], None, None
    offset = first // PAGE * PAGE
    if wraps and offset >= len(records):
        offset = 0
    page = records[offset : offset + PAGE]
    following = offset + len(page)
    return page, len(records), following if page and following < len(records) else None


def date_at_server(value: date, now: datetime) -> str:
    """A date goes out as that day's local midnight plus the offset that the server has *now*: west of Greenwich it
    reads as the day before, and across a change of the clocks it is an hour off (source §1 #1).

    ``now``: aware, in the server's zone.
    """
    midnight = datetime(value.year, value.month, value.day, tzinfo=now.tzinfo).astimezone(UTC)
    spelt = midnight + (now.utcoffset() or timedelta())
    return spelt.astimezone(now.tzinfo).isoformat(timespec="seconds")
