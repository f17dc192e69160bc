"""How lists of old invoices take filter, order and selection: what they do not know is dropped in silence
(source §3.2, more §1.1)."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any

from b24xero.simulator.bitrix24.filters import Filter, moment
from b24xero.simulator.bitrix24.legacy_fields import KINDS
from b24xero.simulator.bitrix24.wire import Json, RestError, items_of, values_of

# What a box with the converted shop takes, by what it means here; and one whose shop was never converted.
CONVERTED = {
    "": "", "=": "=", "==": "=", "!": "!", "!=": "!=", "!==": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=",
    "@": "@", "!@": "!@", "%": "%", "!%": "!%", "=%": "=%", "%=": "%=", "!=%": "!=%", "!%=": "!%=", "?": "%",
}  # fmt: skip
UNCONVERTED = {
    "": "", "!": "!", "+": "", ">=": ">=", ">": ">", "<=": "<=", "<": "<", "@": "@", "~": "=%", "=%": "=%", "%": "%",
}  # fmt: skip


def chosen(raw: Json, zone: tzinfo, *, converted: bool) -> Filter:
    """There is no OR: a nested condition is a field that nobody knows."""
    return Filter(known(raw, zone, converted=converted), KINDS, zone, strict=False)


def known(raw: Json, zone: tzinfo, *, converted: bool) -> dict[str, Json]:
    operators, found = CONVERTED if converted else UNCONVERTED, {}
    for key, value in items_of(raw) if isinstance(raw, (dict, list)) else []:
        match = re.match(r"([^A-Z]*)(.*)", key.upper(), re.DOTALL)
        operator, name = match.groups() if match else ("", "")
        if name in KINDS and operator in operators and _can_be_read(KINDS[name], value, zone):
            found[operators[operator] + name] = value
    return found


def _can_be_read(kind: str, value: Json, zone: tzinfo) -> bool:
    if kind not in ("date", "datetime") or value == "":
        return True
    try:
        moment(value, zone)
    except RestError:
        return False
    return True


def order(raw: Json) -> dict[str, str]:
    """The newest id first, unless something that is known is asked for."""
    asked = {key.upper(): str(value).upper() for key, value in items_of(raw)} if isinstance(raw, dict) else {}
    found = {name: way for name, way in asked.items() if name in KINDS and way in ("ASC", "DESC")}
    return found or {"ID": "DESC"}


def selection(raw: Json) -> list[str]:
    """User fields only when they are named.

    Raises:
        RestError: only unknown names.
    """
    named = [str(name).upper() for name in values_of(raw)] if isinstance(raw, (dict, list)) and raw else ["*"]
    if "*" in named:
        return [name for name in KINDS if not name.startswith("UF_") or name in named or "UF_*" in named]
    found = [name for name in KINDS if name in named or (name.startswith("UF_") and "UF_*" in named)]
    if not found:
        raise RestError("", "Inadmissible fields for selection")
    return found


def only(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}
