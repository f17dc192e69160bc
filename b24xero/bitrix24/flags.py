"""How Bitrix24 spells yes and no: "Y" and "N" by its pages; true, 1 and "1" in some methods and versions. Pure."""

from __future__ import annotations

from typing import Any

_YES = {"y", "yes", "true", "1"}
_NO = {"n", "no", "false", "0"}


def is_yes(value: Any) -> bool:
    return str(value).strip().casefold() in _YES


def is_no(value: Any) -> bool:
    """Said to be no: what is not said is neither."""
    return str(value).strip().casefold() in _NO
