"""The names and the path of our cookies: over https one that no plain http, and where a site is ours no neighbour, can
set."""

from __future__ import annotations

from b24xero.config import Settings
from b24xero.connections import settings


def named(name: str) -> str:
    return of(settings(), name)


def of(settings: Settings, name: str) -> str:
    """``__Host-``: only this very host may set it, only over https, only for all of its paths. Below a path of a site
    that others share ``__Secure-``: theirs do not get our cookies, and a second b24xero beside us keeps its own."""
    if not settings.is_https:
        return name
    return f"__Secure-{name}" if settings.base_path else f"__Host-{name}"


def path(settings: Settings) -> str:
    return settings.base_path or "/"


def own_path() -> str:
    return path(settings())
