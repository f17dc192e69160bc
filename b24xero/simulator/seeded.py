"""The demo's world as it was seeded once: further ones of the same day in this process are copies.

Tests ask for thousands of them, and seeding goes through every rule of both vendors, which takes ten times as long.
"""

from __future__ import annotations

import io
import pickle
from datetime import date
from typing import Any

from b24xero.simulator import demo
from b24xero.simulator.bitrix24 import Bitrix24
from b24xero.simulator.http import Clock
from b24xero.simulator.xero import Xero

_Key = tuple[date, date, str, bool, str, str]
_kept: dict[_Key, bytes] = {}


def seed(bitrix24: Bitrix24, xero: Xero, clock: Clock) -> None:
    """Fill both, which are empty. What was seeded depends on the calendar day there and here, and on what the portal
    was built with."""
    built = bitrix24.world.settings
    key = (
        bitrix24.world.today(), clock.now().date(), bitrix24.world.app_url, built.limits, built.precision,
        built.invoices,
    )  # fmt: skip
    if key in _kept:
        live_on(bitrix24, xero, clock, _kept[key])
    else:
        demo.seed_bitrix24(bitrix24)
        demo.seed_xero(xero)
        _kept[key] = written(bitrix24, xero, clock)


def written(bitrix24: Bitrix24, xero: Xero, clock: Clock) -> bytes:
    """Both as they stand, with whoever is logged in; their limits and spent keys are left out."""
    return _Writer(clock).written((bitrix24.world, xero.logins, xero.tokens))


def live_on(bitrix24: Bitrix24, xero: Xero, clock: Clock, kept: bytes) -> None:
    """Have both go on from where ``written`` found others of the same process."""
    portal, logins, tokens = _Reader(kept, clock).load()
    bitrix24.live_in(portal)
    xero.live_with(logins, tokens)
    xero.seed = demo.seed_xero


class _Writer(pickle.Pickler):
    """Leaves the clock out: each world has its own."""

    def __init__(self, clock: Clock) -> None:
        self._file = io.BytesIO()
        self._clock = clock
        super().__init__(self._file, pickle.HIGHEST_PROTOCOL)

    def persistent_id(self, value: Any) -> str | None:
        return "clock" if value is self._clock else None

    def written(self, value: Any) -> bytes:
        self.dump(value)
        return self._file.getvalue()


class _Reader(pickle.Unpickler):
    """Only ever reads what ``_Writer`` wrote in this process."""

    def __init__(self, kept: bytes, clock: Clock) -> None:
        super().__init__(io.BytesIO(kept))
        self._clock = clock

    def persistent_load(self, name: str) -> Clock:
        return self._clock
