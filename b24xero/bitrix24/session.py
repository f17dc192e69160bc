"""One person's session with the portal: each call with that person's token, renewed when it is over."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from b24xero.bitrix24 import batch as bitrix24_batch
from b24xero.bitrix24 import rate_limits, wire
from b24xero.bitrix24.batch import Batch, Params, batch_of, command
from b24xero.bitrix24.wire import ExpiredToken
from b24xero.errors import Disconnected, Forbidden, NotFound, Rejected, RetryLater
from b24xero.ratelimit.budget import NotNow, Said
from b24xero.ratelimit.deadlines import Pace, Unpaced, may_pause, pause, take_place

Timeout = tuple[float, float]
Commands = Mapping[str, tuple[str, Params]]


class Tokens(Protocol):
    """Where a person's access token comes from."""

    def access(self) -> str:
        """The token to call with; renewed already when its time is known to be over."""

    def renew(self, stale: str) -> str:
        """A token newer than ``stale``."""

    def ended(self, error: Disconnected) -> None:
        """The portal has just said that it lets this person in no more, whoever asked and whatever becomes of it."""


class Session:
    """The wire for one person, at the pace that the portal allows. ``old_currency``: in which the portal makes old
    invoices, where somebody said so; it does not tell."""

    old_currency = ""

    def __init__(self, portal_url: str, tokens: Tokens, pace: Pace | None = None) -> None:
        self._rest = f"{portal_url}/rest/"
        self._tokens = tokens
        self._pace = pace or Unpaced()

    def batch(self, commands: Commands, *, writes: bool = False) -> Batch:
        """Up to 50 commands as one call. Each in which a text would be taken for a reference goes as a call of its own,
        where it means itself. Source: facts §7.5, source §2.1.

        Args:
            writes: some command changes something: no repeat, and OutcomeUnknown when the answer does not come whole.
        """
        alone = {name for name, (_, params) in commands.items() if bitrix24_batch.reads_as_reference(params)}
        together = {name: command for name, command in commands.items() if name not in alone}
        answer = self._together(together, writes) if together else Batch({}, {}, {}, {})
        for name in commands:
            answer = answer.and_more(self._alone(name, *commands[name], writes)) if name in alone else answer
        return answer

    def _alone(self, name: str, method: str, params: Params, writes: bool) -> Batch:
        if bitrix24_batch.refers(params):
            raise ValueError(f"{name} refers to other commands, and to something that only looks like one")
        try:
            return bitrix24_batch.one_of(name, self.call(method, params, writes=writes))
        except (Rejected, Forbidden, NotFound) as refusal:
            return Batch({}, {name: refusal}, {}, {})

    def _together(self, commands: Commands, writes: bool) -> Batch:
        body = {
            "halt": 0,
            "cmd": {name: command(method, params) for name, (method, params) in commands.items()},
        }
        with self._end_told():
            answer = self._batch(body, writes)
        return answer if writes else self._with_own_words(commands, answer)

    @contextlib.contextmanager
    def _end_told(self) -> Iterator[None]:
        try:
            yield
        except Disconnected as error:
            self._tokens.ended(error)
            raise

    def _with_own_words(self, commands: Commands, answer: Batch) -> Batch:
        """Ask again what was refused in words that may be another command's; of a batch the first refusal is its own,
        so this ends."""
        names = [name for name, error in answer.errors.items() if isinstance(error, wire.Borrowed)]
        again = {name: commands[name] for name in names if not bitrix24_batch.refers(commands[name][1])}
        if not again:
            return answer
        return answer.and_more(self.batch(again))

    def _batch(self, body: Params, writes: bool) -> Batch:
        try:
            return batch_of(self.call("batch", body, writes=writes), writes=writes)
        except ExpiredToken:
            # Some portals report it for each command. The next call renews, because the clock says so.
            renewed = self._call_renewed("batch", body, self._tokens.access(), writes)
        try:
            return batch_of(renewed, writes=writes)
        except ExpiredToken as error:
            raise Disconnected("bitrix24") from error

    def call(
        self, method: str, params: Params, *, writes: bool = False, timeout: Timeout | None = None
    ) -> dict[str, Any]:
        """One call with this person's token; an expired one is renewed once and the call repeated: with it nothing was
        carried out."""
        with self._end_told():
            token = self._tokens.access()
            try:
                return self._post(method, params, token, writes, timeout)
            except ExpiredToken:
                return self._call_renewed(method, params, token, writes, timeout)

    def _call_renewed(
        self, method: str, params: Params, stale: str, writes: bool, timeout: Timeout | None = None
    ) -> dict[str, Any]:
        try:
            return self._post(method, params, self._tokens.renew(stale), writes, timeout)
        except ExpiredToken as error:
            raise Disconnected("bitrix24") from error

    def _post(
        self, method: str, params: Params, token: str, writes: bool, timeout: Timeout | None = None
    ) -> dict[str, Any]:
        """A read that broke goes out again after growing pauses, and so does whatever was refused for its pace; a write
        that broke never does (facts §7.7)."""
        for attempt in itertools.count():
            try:
                return self._at_pace(method, params, token, writes, timeout)
            except wire.Broken as broken:
                waits = wire.READ_AGAIN_AFTER if broken.repeat and not writes else ()
                if not _again(attempt, waits):
                    raise broken.told(writes=writes) from broken
            except rate_limits.TooFast:
                if not _again(attempt, wire.REFUSED_AGAIN_AFTER):
                    raise
        raise AssertionError("the last try returns or raises")

    def _at_pace(
        self, method: str, params: Params, token: str, writes: bool, timeout: Timeout | None
    ) -> dict[str, Any]:
        take_place()
        try:
            place = self._pace.begin(sum(wire.WRITE_TIMEOUT), rate_limits.methods_of(method, params))
        except NotNow as hindered:
            raise rate_limits.later(hindered) from hindered
        said = Said()
        try:
            envelope = wire.post(self._rest + method, {**params, "auth": token}, writes=writes, timeout=timeout)
            said = rate_limits.said(self._rest, method, params, envelope)
            return envelope
        except RetryLater as refused:
            said = rate_limits.said_refusing(self._rest, method, params, refused)
            if said.refused == "rate":
                raise rate_limits.TooFast(refused.problems[0], refused.seconds) from refused
            raise
        finally:
            self._pace.end(place, said)


def _again(attempt: int, waits: tuple[float, ...]) -> bool:
    """Wait before the next try, where there is one and time for it."""
    if attempt >= len(waits) or not may_pause(waits[attempt]):
        return False
    pause(waits[attempt])
    return True
