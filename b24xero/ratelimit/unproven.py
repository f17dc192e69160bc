"""What posts and codes may cost that nobody has vouched for: few at once, few an address, few of the portal's calls.

All of it is kept in the memory of one process: it needs no server, and who is refused costs no database.
"""

from __future__ import annotations

import contextlib
import ipaddress
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from b24xero.errors import RetryLater, problem

# Tries of one address that came to nothing or are under way, in a minute. Who is let in gives the try back, so that an
# office behind one address is not kept out by its own number.
TRIES, MINUTE = 20, 60.0
# Openings of one person in a minute, who is proven each time: a card of an invoice is one, and each writes a row.
OPENINGS = 60
# Under way at once in one process, so that an authorization server that hangs holds this many threads and no more.
TOGETHER = 4
PATIENCE = 1.0
# A proof is good for so long: opening the frame again costs no call.
PROOF_HOLDS = 300.0
MOST_KEPT = 10_000


def whose(address: str) -> str:
    """Whose tries these are: of IPv6 a network of 64 bits is one line or one server, which may take any address in it.
    Some proxies tell the port with it, which is another one each time."""
    host = address.rpartition(":")[0] if address.count(":") == 1 else address
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class TooMany(RetryLater):
    """This address has tried too often."""


class Unproven:
    """One process's count of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: dict[str, list[float]] = {}
        self._together = threading.BoundedSemaphore(TOGETHER)
        self._proofs: dict[str, tuple[float, Any]] = {}

    @contextlib.contextmanager
    def trying(self, address: str) -> Iterator[None]:
        """Around everything that is done before it is known who it is.

        Raises:
            TooMany: this address has to wait; nothing was done.
        """
        address = whose(address)
        began = self._begin(address, TRIES)
        yield  # what raises stays counted
        with self._lock, contextlib.suppress(ValueError):  # forgotten meanwhile
            self._tries.get(address, []).remove(began)

    def entering(self, user_id: int) -> None:
        """Somebody who is proven comes in once more.

        Raises:
            TooMany: a script, not a person.
        """
        self._begin(f"user {user_id}", OPENINGS)

    def _begin(self, address: str, most: int) -> float:
        now = self._clock()
        with self._lock:
            if len(self._tries) > MOST_KEPT:
                self._tries = {who: when for who, when in self._tries.items() if when and when[-1] > now - MINUTE}
            tries = [at for at in self._tries.get(address, []) if at > now - MINUTE]
            self._tries[address] = tries
            if len(tries) >= most:
                raise TooMany(problem("too_many_tries"), tries[0] + MINUTE - now)
            tries.append(now)
            return now

    @contextlib.contextmanager
    def few_at_once(self) -> Iterator[None]:
        """Around the calls that prove something.

        Raises:
            RetryLater: as many as may have been under way for a second; nothing was asked.
        """
        if not self._together.acquire(timeout=PATIENCE):
            raise RetryLater(problem("bitrix24_login_down"), 5)
        try:
            yield
        finally:
            self._together.release()

    def proof(self, of: str) -> Any:
        """What was proven of this lately; None when nothing was."""
        with self._lock:
            until, proven = self._proofs.get(of, (0.0, None))
        return proven if until > self._clock() else None

    def keep_proof(self, of: str, proven: Any) -> None:
        with self._lock:
            if len(self._proofs) >= MOST_KEPT:
                self._proofs.clear()
            self._proofs[of] = (self._clock() + PROOF_HOLDS, proven)
