"""The names of our cookies: over https one that no neighbour's page and no plain http can set."""

from __future__ import annotations

from b24xero.connections import settings

_PREFIX = "__Host-"


def named(name: str) -> str:
    """``__Host-``: only this very host may set it, only over https, only for all of its paths."""
    return f"{_PREFIX}{name}" if settings().is_https else name
