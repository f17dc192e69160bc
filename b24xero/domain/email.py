"""Which of what stands in a field for e-mail addresses can be one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

# People write several addresses into one field, names around them and "mailto:" before them.
_BETWEEN = re.compile(r"[\s,;|<>()\[\]\"]+")
_ADDRESS = re.compile(r"[^@]+@[^@.]+(\.[^@.]+)+")


def is_address(word: str) -> bool:
    """Surely none of the others is taken by Xero: no blank or separator, one @, a domain with a dot in it."""
    return bool(_ADDRESS.fullmatch(word)) and not _BETWEEN.search(word)


def first_good(fields: Iterable[str]) -> str:
    """The first address in these fields; where there is none, the first that says something, so that it can be told."""
    filled = [field.strip() for field in fields if field.strip()]
    words = (word.removeprefix("mailto:") for field in filled for word in _BETWEEN.split(field))
    return next((word for word in words if is_address(word)), filled[0] if filled else "")
