"""Which of what stands in a field for e-mail addresses can be one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# People write several addresses into one field, names around them and "mailto:" before them.
_BETWEEN = re.compile(r"[\s,;|<>()\[\]\"\u3001\uff0c\uff1b]+")
_ADDRESS = re.compile(r"[^@]+@[^@.]+(\.[^@.]+)+")
# Marks that stand at a word's end and belong to the sentence.
_AROUND = ".:'\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"


def is_address(word: str) -> bool:
    """Surely none of the others is taken by Xero: no blank or separator, one @, a domain with a dot in it."""
    return bool(_ADDRESS.fullmatch(word)) and not _BETWEEN.search(word)


def first_good(fields: Iterable[str]) -> str:
    """The first address in these fields; where there is none, the first that says something, so that it can be told."""
    filled = [field.strip() for field in fields if field.strip()]
    return next((word for field in filled for word in _words(field) if is_address(word)), filled[0] if filled else "")


def _words(field: str) -> Iterator[str]:
    for word in _BETWEEN.split(field):
        # A slash may be part of an address, and stands between two where there are two.
        parts = word.split("/") if word.count("@") > 1 else [word]
        for part in parts:
            yield re.sub(r"^mailto:", "", part, flags=re.IGNORECASE).strip(_AROUND)
