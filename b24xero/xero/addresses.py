"""How lists and words stand in the address of a call, which stays under 2 kB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

MOST_IDS = 50  # ids in one address, which stays under 2 kB (facts §2.3) as long as the commas stand as they are
LONGEST_LIST = 1500  # characters of a list in an address
BESIDE_A_REFERENCE = 30  # characters that each costs in a ``where``


def chunks(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    each_once = list(dict.fromkeys(ids))
    return (each_once[first : first + size] for first in range(0, len(each_once), size))


def fitting(values: Sequence[str], overhead: int = 1) -> Iterator[list[str]]:
    """In chunks whose address stays under 2 kB (facts §2.3); ``overhead``: characters that each value costs beside."""
    chunk: list[str] = []
    length = 0
    for value in dict.fromkeys(values):
        cost = len(quote(value, safe="")) + overhead
        if chunk and (len(chunk) == MOST_IDS or length + cost > LONGEST_LIST):
            yield chunk
            chunk, length = [], 0
        chunk.append(value)
        length += cost
    if chunk:
        yield chunk


def query(options: Sequence[tuple[str, str]]) -> str:
    """What stands behind the question mark: an encoded comma would cost a list of 50 ids a hundred characters, and
    within a query it means itself (RFC 3986 §3.4)."""
    return urlencode(options, safe=",")


def literal(value: str) -> str | None:
    """A literal for ``where``, or None when it cannot be written safely."""
    return None if not value or '"' in value or "\\" in value else f'"{value}"'
