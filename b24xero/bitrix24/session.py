"""This file knows one person's session with the portal: each call with that person's token, renewed when it is over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from b24xero.bitrix24.wire import Batch, ExpiredToken, Params, batch_of, command, post
from b24xero.errors import Disconnected, RetryLater, problem
from b24xero.timing import Pace

LONGEST_WAIT = 5.0

Commands = Mapping[str, tuple[str, Params]]


class Tokens(Protocol):
    """Where a person's access token comes from."""

    def access(self) -> str:
        """The token to call with; renewed already when its time is known to be over."""

    def renew(self, stale: str) -> str:
        """A token newer than ``stale``."""


class Session:
    """The wire for one person, at the pace that the portal allows."""

    def __init__(self, portal_url: str, tokens: Tokens, pace: Pace | None = None) -> None:
        self._rest = f"{portal_url}/rest/"
        self._tokens = tokens
        self._pace = pace or Pace(0, 1)

    def batch(self, commands: Commands, *, writes: bool = False) -> Batch:
        """Up to 50 commands as one call. Source: facts §7.5.

        Args:
            writes: some command changes something: no repeat, and OutcomeUnknown when the answer does not come whole.
        """
        body = {
            "halt": 0,
            "cmd": {name: command(method, params) for name, (method, params) in commands.items()},
        }
        try:
            return batch_of(self.call("batch", body, writes=writes), writes=writes)
        except ExpiredToken:
            # Some portals report it for each command. The next call renews, because the clock says so.
            renewed = self._call_renewed("batch", body, self._tokens.access(), writes)
        try:
            return batch_of(renewed, writes=writes)
        except ExpiredToken as error:
            raise Disconnected("bitrix24") from error

    def call(self, method: str, params: Params, *, writes: bool = False) -> dict[str, Any]:
        """One call with this person's token; an expired one is renewed once and the call repeated: with it nothing was
        carried out."""
        token = self._tokens.access()
        try:
            return self._post(method, params, token, writes)
        except ExpiredToken:
            return self._call_renewed(method, params, token, writes)

    def _call_renewed(self, method: str, params: Params, stale: str, writes: bool) -> dict[str, Any]:
        try:
            return self._post(method, params, self._tokens.renew(stale), writes)
        except ExpiredToken as error:
            raise Disconnected("bitrix24") from error

    def _post(self, method: str, params: Params, token: str, writes: bool) -> dict[str, Any]:
        self._wait_for_a_place()
        return post(self._rest + method, {**params, "auth": token}, writes=writes)

    def _wait_for_a_place(self) -> None:
        while wait := self._pace.wait_needed(time.monotonic()):
            if wait > LONGEST_WAIT:
                raise RetryLater(problem("bitrix24_busy"), wait)
            time.sleep(wait)
